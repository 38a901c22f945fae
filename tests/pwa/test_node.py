"""Runs each Node test file as one test. Without Node they fail: nobody is to believe they ran."""

import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.test.mjs"))


def test_there_are_node_tests() -> None:
    assert len(FILES) >= 12


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_node_file_passes(file: Path) -> None:
    node = compute_driver_executable()[0]
    run = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(file)], capture_output=True, text=True, timeout=600
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "# fail 0" in run.stdout
    assert "# skipped 0" in run.stdout
    assert "# pass 0" not in run.stdout
