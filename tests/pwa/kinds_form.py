"""A small form with every kind of question in it, for tests alone: it is in no library of ours."""

import shutil
from functools import cache
from pathlib import Path

from observation_forms.parse import Form, Source, parse
from observation_forms.shelf import LIBRARY

_FILE = Path(__file__).with_name("kinds.toml")
_HOUSE = Path(__file__).resolve().parents[2]


@cache
def kinds_form() -> Form:
    """The form, compiled."""
    header = "header/2.toml"
    return parse(Source("kinds/1.toml", _FILE.read_bytes()), Source(header, (LIBRARY / header).read_bytes()))


def checkout_with_kinds(folder: Path) -> Path:
    """A checkout whose library has this form too, for a server to be started from."""
    for room in ("server", "sync", "pwa"):
        (folder / room).symlink_to(_HOUSE / room)
    rules = folder / "observation_forms"
    shutil.copytree(_HOUSE / rules.name, rules, ignore=shutil.ignore_patterns("__pycache__"))
    (rules / "library/kinds").mkdir()
    shutil.copy(_FILE, rules / "library/kinds/1.toml")
    with (rules / "library/published.toml").open("a", encoding="utf-8") as published:
        published.write(f'\n[kinds]\n1 = "{kinds_form().hash}"\n')
    return folder
