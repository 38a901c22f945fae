"""What each entry of the ledger comes to by itself: read, judged by its form, its signatures checked.

Nothing here depends on an entry before it, so two processes may share it (`deriving_in_two.py`).
"""

import sqlite3
from functools import lru_cache, partial
from typing import NamedTuple

from observation_forms import Catalogue
from sync import ledger
from sync.destroying import destroyed_numbers
from sync.judging import Judged, UnknownForm, judge_body
from sync.key_book import KeyBook
from sync.sealed import read_body
from sync.signatures import SignatureJudge, Verdict
from sync.signed_entries import judge_entry
from sync.stored import SettingsOf, in_force_at
from sync.wire import Body

# The numbers of the first entry and the last
Range = tuple[int, int]
# Answers to keep of which settings held when: records of one time come together, and a ledger is years
_KEPT = 4096


class RebuildError(Exception):
    """The ledger holds a record that this program cannot derive. Nothing was changed."""


class JudgedBy(NamedTuple):
    """What entries are judged by: the forms, the settings in force, whose keys there are. It must be picklable."""

    catalogue: Catalogue
    settings_of: SettingsOf
    book: KeyBook


class Derived(NamedTuple):
    """What an entry comes to; `body` and `judged` are there for one that is stored and still has its words."""

    entry: ledger.Entry
    body: Body | None
    judged: Judged | None
    verdicts: list[Verdict]


class Deriver:
    """Derives entries on one connection. It remembers settings and keys: it lives for one job."""

    def __init__(self, connection: sqlite3.Connection, by: JudgedBy) -> None:
        self._connection = connection
        self._catalogue = by.catalogue
        self._settings_of = lru_cache(_KEPT)(partial(by.settings_of, connection))
        self._signatures = SignatureJudge(connection, by.book)

    def derive(self, first: int, last: int) -> list[Derived]:
        """The entries numbered `first` to `last`, in order. Raises `RebuildError` for a form nobody has."""
        themes = ledger.read_themes(self._connection, first, last)
        gone = destroyed_numbers(self._connection, first, last)
        return [
            Derived(entry, None, None, [])
            if entry.seq in gone
            else self._derive(entry, themes.get(entry.seq, {}))
            for entry in ledger.read_between(self._connection, first, last)
        ]

    def _derive(self, entry: ledger.Entry, themes: ledger.Themes) -> Derived:
        body = judged = None
        if entry.standing == "stored":
            body = read_body(entry.body)
            judged = self._judge(entry, body, themes)
        return Derived(entry, body, judged, judge_entry(self._signatures, self._catalogue, entry, body))

    def _judge(self, entry: ledger.Entry, body: Body, themes: ledger.Themes) -> Judged:
        timescales = self._settings_of(body.service, in_force_at(body, entry.received_at))
        try:
            return judge_body(self._catalogue, body, themes, timescales)
        except UnknownForm:
            raise RebuildError(
                f"Entry {entry.seq} was made with form {body.form} version {body.form_version}, which this "
                "program does not have: install the version of Sightline that has it, then rebuild again."
            ) from None
