"""One check: what was looked at, how it is, and what to do. `doctor.py` runs all, `start_check.py` the cheap ones."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum

import msgspec

from server.operations.log_lines import error_facts
from server.settings import Settings
from sync import DatabaseError
from sync.connections import open_reader


class Verdict(StrEnum):
    """`watch`: it works, and a person should know."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


class Check(msgspec.Struct, frozen=True):
    """What came of one check. `loses`: to serve like this would lose records."""

    name: str
    verdict: Verdict
    words: str
    todo: str = ""
    loses: bool = False


class Ground(msgspec.Struct, frozen=True):
    """What is checked, and when. `whole`: also what takes long in a large database."""

    settings: Settings
    now: datetime
    whole: bool = True


Look = Callable[[Ground], list[Check]]


def good(name: str, words: str) -> list[Check]:
    """All is well."""
    return [Check(name, Verdict.GOOD, words)]


def watch(name: str, words: str, todo: str) -> list[Check]:
    """It works, and a person should know."""
    return [Check(name, Verdict.WATCH, words, todo)]


def bad(name: str, words: str, todo: str, *, loses: bool = False) -> list[Check]:
    """It must be put right."""
    return [Check(name, Verdict.BAD, words, todo, loses)]


def run(looks: dict[str, Look], ground: Ground) -> list[Check]:
    """Every check, whatever happens in one of them."""
    found: list[Check] = []
    for name, look in looks.items():
        try:
            found += look(ground)
        except DatabaseError as error:
            found += bad(name, f"{error.sentence}.", f"{error.remedy[0].upper()}{error.remedy[1:]}.")
        except Exception as error:  # noqa: BLE001 a doctor who faints helps nobody
            kind = error_facts(error)["kind"]
            found += bad(name, f"It could not be looked at: {kind}.", "Tell whoever looks after Sightline.")
    return found


@contextmanager
def reading(ground: Ground) -> Iterator[sqlite3.Connection]:
    """The database, only to read; a server may be running. Raises `DatabaseError` "missing"."""
    path = ground.settings.database
    if not path.is_file():
        raise DatabaseError("missing", path)
    with closing(open_reader(path)) as connection:
        yield connection
