"""The import rule of the house: who may import whom, in both languages (DESIGN.md section 2)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = ("observation_forms", "sync", "server", "pwa")
PYTHON_MAY_IMPORT = {
    "observation_forms": {"observation_forms"},
    "sync": {"sync", "observation_forms"},
    "server": {"server", "sync", "observation_forms"},
    "pwa": {"pwa"},
}
SCRIPT_MAY_IMPORT = {
    "observation_forms": {"observation_forms"},
    "pwa": {"pwa", "observation_forms"},
    "server": {"server"},
}
SCRIPT_IMPORT = re.compile(
    r"""(?:^|[;}\s])(?:import|export)\b[^;'"()]*?\bfrom\s*["']([^"']+)["']"""
    r"""|(?:^|[;}\s])import\s*["']([^"']+)["']"""
    r"""|\bimport\s*\(\s*([^)]*)\)""",
    re.MULTILINE,
)
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


@pytest.mark.parametrize("room", ROOMS)
def test_a_python_room_imports_only_rooms_it_stands_on(room: str) -> None:
    broken = [
        f"{path.relative_to(HOUSE)}:{line} imports {module}"
        for path in sorted((HOUSE / room).rglob("*.py"))
        for line, module in python_imports(path)
        if (top := module.split(".")[0]) in {*ROOMS, "tests"} and top not in PYTHON_MAY_IMPORT[room]
    ]
    assert broken == []


@pytest.mark.parametrize("room", sorted(SCRIPT_MAY_IMPORT))
def test_a_script_imports_by_relative_path_and_only_rooms_it_stands_on(room: str) -> None:
    broken = []
    for path in script_files(room):
        for target in script_imports(path.read_text("utf-8")):
            reached = (path.parent / target).resolve()
            inside = reached.is_relative_to(HOUSE) and reached.relative_to(HOUSE).parts[0]
            if not target.startswith(".") or inside not in SCRIPT_MAY_IMPORT[room]:
                broken.append(f"{path.relative_to(HOUSE)} imports {target}")
            elif not reached.is_file():
                broken.append(f"{path.relative_to(HOUSE)} imports {target}, which is not there")
            elif inside != room and reached.suffix != ".mjs":
                broken.append(f"{path.relative_to(HOUSE)} imports {target}, which is not a twin")
    assert broken == []


def test_only_the_database_module_names_indexeddb() -> None:
    naming = [
        path.name
        for path in script_files("pwa")
        if re.search(r"\bindexedDB\b", COMMENT.sub(" ", path.read_text("utf-8")))
    ]
    assert naming == ["database.mjs"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('import { a } from "./a.mjs";', ["./a.mjs"]),
        ("import './b.mjs'", ["./b.mjs"]),
        ('export { c } from "../c.mjs"', ["../c.mjs"]),
        ('import * as d\n  from "./d.mjs";', ["./d.mjs"]),
        ('const e = await import("./e.mjs");', ["./e.mjs"]),
        ('// import "./not.mjs"\nconst f = "no";', []),
        ('import "https://elsewhere.example/x.mjs";', ["https://elsewhere.example/x.mjs"]),
    ],
)
def test_the_reader_of_script_imports_sees_every_form(text: str, found: list[str]) -> None:
    assert list(script_imports(text)) == found


def python_imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = path.relative_to(HOUSE).parts[: -node.level] if node.level else ()
            yield node.lineno, ".".join([*here, *([node.module] if node.module else [])])


def script_files(room: str) -> list[Path]:
    return sorted(
        path
        for path in (HOUSE / room).rglob("*")
        if path.suffix in {".mjs", ".js"} and "vendor" not in path.parts
    )


def script_imports(text: str) -> Iterator[str]:
    for match in SCRIPT_IMPORT.finditer(COMMENT.sub(" ", text)):
        static, bare, dynamic = match.groups()
        yield static or bare or dynamic.strip().strip("\"'")
