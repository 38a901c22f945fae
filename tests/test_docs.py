"""What the READMEs list is what the code has: settings, commands, codes, operators, statuses, files."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from observation_forms import definition, expressions, messages
from server import problems, settings
from server.cli import main
from server.identity import permissions
from sync import errors, held

HOUSE = Path(__file__).resolve().parent.parent
VENDORED = [
    path
    for folder in ("pwa/vendor", "tests/browser/vendor")
    for path in sorted((HOUSE / folder).iterdir())
    if path.suffix == ".js"
]


def readme(room: str = "") -> str:
    return (HOUSE / room / "README.md").read_text("utf-8")


def unlisted(names: object, text: str) -> list[str]:
    """The names that the text does not hold as `code`."""
    assert isinstance(names, list | tuple | set | frozenset | dict)
    said = set(re.findall(r"`([^`\n]+)`", text))
    return sorted(str(name) for name in names if str(name) not in said)


def test_the_server_readme_lists_every_setting_with_its_default() -> None:
    text = readme("server")
    assert unlisted([row.variable for row in settings.SETTINGS], text) == []
    for row in settings.SETTINGS:
        assert re.search(rf"`{row.variable}`[^\n]*{re.escape(row.default)}", text), row.name


def test_the_server_readme_lists_every_command() -> None:
    commands = [
        f"sightline {name}" if not hasattr(command, "commands") else f"sightline {name} {inner}"
        for name, command in main.commands.items()
        for inner in (getattr(command, "commands", None) or [""])
    ]
    text = readme("server")
    assert [command for command in commands if command.strip() not in text] == []


def test_the_server_readme_lists_every_problem_code_with_its_status() -> None:
    text = readme("server")
    assert unlisted(problems.PROBLEMS, text) == []
    for code, kind in problems.PROBLEMS.items():
        assert re.search(rf"`{code}`[^\n]*{kind.status}|{kind.status}[^\n]*`{code}`", text), code


def test_the_server_readme_lists_every_role_and_permission() -> None:
    text = readme("server")
    assert unlisted([role.value for role in permissions.Role], text) == []
    assert unlisted([permission.value for permission in permissions.Permission], text) == []


def test_the_sync_readme_lists_statuses_held_reasons_and_database_errors() -> None:
    text = readme("sync")
    assert unlisted(held.RECEIPT_STATUSES, text) == []
    assert unlisted(held.HELD_REASONS, text) == []
    assert unlisted(errors.DATABASE_ERRORS, text) == []


def test_the_form_language_readme_lists_kinds_operators_functions_and_codes() -> None:
    text = readme("observation_forms")
    assert unlisted(get_args(definition.Kind), text) == []
    assert unlisted(expressions.OPERATORS, text) == []
    assert [name for name in expressions.FUNCTIONS if f"`{name}(" not in text] == []
    assert unlisted(messages.BUILT_IN, text) == []


def test_the_pwa_readme_names_every_script() -> None:
    text = readme("pwa")
    scripts = [path.name for path in sorted((HOUSE / "pwa" / "js").rglob("*.mjs"))]
    assert [name for name in scripts if f"`{name}`" not in text and f"/{name}`" not in text] == []


def test_the_readme_says_what_each_dependency_is_for() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
    names = [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]
    assert unlisted(names, readme()) == []


def test_every_make_command_of_the_readme_exists() -> None:
    targets = re.findall(r"^([a-z]+):", (HOUSE / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", readme(), re.MULTILINE))
    assert {first or second for first, second in named} <= set(targets)
    assert {"demo", "serve", "test", "check", "bench", "lock"} <= set(targets)


def test_every_link_of_a_readme_leads_somewhere() -> None:
    dead = [
        f"{path.relative_to(HOUSE)}: {target}"
        for path in [HOUSE / "README.md", *sorted(HOUSE.glob("[a-z]*/README.md"))]
        for target in re.findall(r"\]\(([^)#:]+)[^)]*\)", path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]
    assert dead == []


@pytest.mark.parametrize("path", VENDORED, ids=lambda path: path.name)
def test_a_vendored_script_is_the_one_its_readme_names(path: Path) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (path.parent / "README.md").read_text("utf-8")


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    registry = re.compile(r"https?://[^ \"'`]*(?:py" r"pi|python" r"hosted|npm" r"js|deb" r"ian)")
    named = [
        str(path.relative_to(HOUSE))
        for path in HOUSE.rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".md", ".toml", ".mjs", ".js", ".html", ".css", ".lock", ""}
        and not {".git", ".venv", "vendor", "data", "__pycache__", ".hypothesis"} & set(path.parts)
        and not any(part.endswith("_cache") for part in path.parts)
        and registry.search(path.read_text("utf-8", "ignore"))
    ]
    assert named == []
