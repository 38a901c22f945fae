"""`sightline demo`: all a visitor needs is printed once it answers; a real service's database is refused."""

import re
import subprocess
from pathlib import Path

import httpx

from server.demo import PASSWORD, PIN
from tests.browser.running import free_port
from tests.server.processes import (
    COMMAND,
    HOUSE,
    PATIENCE,
    make_database,
    sightline,
    wait_until_it_answers,
)


def run_demo(database: Path) -> str:
    """What the demo printed, after trying what it says: the desk's password, and the tablet's code."""
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "demo", "--database", str(database), "--port", str(port)],
        cwd=HOUSE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    origin = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(process, f"{origin}/sign-in")
        with httpx.Client(base_url=origin, headers={"origin": origin}, timeout=PATIENCE) as desk:
            form = {"email": "ben@larkfield.example", "password": PASSWORD}
            assert desk.post("/sign-in", data=form).headers["location"] == "/"
            assert desk.get("/actions").status_code == 200
        process.terminate()
        printed, complaints = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, complaints) == (0, "")
    assert origin in printed
    return printed


def test_the_demo_says_where_to_go_whom_to_be_and_the_tablets_code(tmp_path: Path) -> None:
    database = tmp_path / "data" / "demo.db"
    first = run_demo(database)
    for name in ("amina", "ben", "chidi", "dana", "eli"):
        assert f"{name}@larkfield.example" in first
    assert PASSWORD in first
    assert PIN in first
    code = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")
    second = run_demo(database)
    assert code.findall(first) != code.findall(second)


def test_the_demos_passwords_never_open_a_real_service(tmp_path: Path) -> None:
    database = tmp_path / "sightline.db"
    make_database(database)
    refused = sightline("demo", "--database", str(database))
    assert refused.returncode == 2
    assert "holds a real service" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
