"""Reading the texts of /about: one TOML file for each page, and the hazard log. They are kept with the code."""

import re
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

import msgspec

_HERE = Path(__file__).resolve().parent
_HOUSE = _HERE.parent.parent


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a page: words, a list, a table. `settings` names the dated settings whose values are shown."""

    heading: str
    words: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    settings: tuple[str, ...] = ()


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page under /about."""

    address: str
    title: str
    intro: str
    sections: tuple[Section, ...]


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands against a hazard, and the test that shows it."""

    says: str
    test: str


class Hazard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One hazard of the log. `left` is what stays; `owner` is for the service."""

    id: str
    title: str
    cause: str
    effect: str
    controls: tuple[Control, ...]
    left: str
    owner: str


class Vendored(msgspec.Struct, frozen=True):
    """A file of somebody else's that travels with this program."""

    file: str
    version: str
    licence: str
    origin: str


@cache
def read_pages() -> dict[str, Page]:
    """Every page by its address, in the order of their files."""
    files = sorted((_HERE / "pages").glob("*.toml"))
    pages = [msgspec.convert(tomllib.loads(file.read_text("utf-8")), Page) for file in files]
    return {page.address: page for page in pages}


@cache
def read_hazards() -> tuple[Hazard, ...]:
    """The hazard log."""
    said = tomllib.loads((_HERE / "hazards.toml").read_text("utf-8"))
    return msgspec.convert(said["hazards"], tuple[Hazard, ...])


@cache
def read_vendored() -> tuple[Vendored, ...]:
    """What the table of pwa/vendor/README.md says of each file."""
    lines = (_HOUSE / "pwa" / "vendor" / "README.md").read_text("utf-8").splitlines()
    rows = [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        for line in lines
        if line[:1] == "|"
    ]
    return tuple(Vendored(*row[:4]) for row in rows[2:])


@cache
def read_libraries() -> tuple[tuple[str, str, str], ...]:
    """The libraries this program runs on: name, version, and the licence that each says it has."""
    try:
        wanted = [one for one in requires("sightline") or [] if "extra ==" not in one]
    except PackageNotFoundError:
        return ()
    found = []
    for one in wanted:
        name = re.split(r"[^A-Za-z0-9_.-]", one)[0]
        said = metadata(name)
        classes = [line for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
        named = [
            *(said.get_all("License-Expression") or []),
            *(one.split("::")[-1].strip() for one in classes),
        ]
        # Older packages write the name, or the whole text, into a field of free words
        written = [*named, *(one for one in said.get_all("License") or [] if len(one) < 40)]
        found.append((name, said["Version"], (written or ["See the package"])[0]))
    return tuple(sorted(found))
