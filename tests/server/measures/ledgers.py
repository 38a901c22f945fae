"""Whole histories of records, taken in by the server's own inbox, and every measure read from what they left.

The records are the worked examples of the forms, broken ones among them, in June 2026.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from observation_forms import Example, load_catalogue
from server import receiving
from server.action_themes import action_themes
from server.dated_settings.store import timescales_in_force
from server.due.following import Following
from server.floor_lists import store as floor_lists
from server.floor_lists.kinds import Fields
from server.identity.scope import Part, Scope
from server.measures.catalogue import MEASURES
from server.measures.counting import Point
from server.measures.custom import CustomMeasure
from server.measures.custom_preview import custom_series
from server.measures.facts import KINDS, Facts
from server.measures.periods import months, weeks, window
from server.measures.reading import read_facts
from server.measures.series import series
from sync import Database, Inbox
from tests.server.evidence.floor import make_action
from tests.server.measures.made import USUAL
from tests.server.world import World
from tests.sync.bodies import FakeTablet, batch

CATALOGUE = load_catalogue()
RECEIVED = datetime(2026, 7, 3, 12, tzinfo=UTC)
MID_JUNE, MONTHS_LATER = datetime(2026, 6, 10, 12, tzinfo=UTC), datetime(2026, 9, 1, 12, tzinfo=UTC)
PERIODS = (
    *months(date(2026, 5, 1), date(2026, 7, 31)),
    *weeks(date(2026, 5, 25), date(2026, 6, 28)),
    window(date(2026, 6, 3), date(2026, 6, 30)),
)
WHOLE = Scope((Part(service="alder", restricted=True),))
CONTROL, MESSAGE = "control_sensor_mat", "message-call-bells"
# Drills, replies and cards about nothing that measures count are left out
FORMS = tuple(
    form.definition.form
    for form in CATALOGUE.current_forms()
    if form.definition.form not in ("wifi_drill", "wifi_drill_result", "reply")
)
CUSTOM = (
    CustomMeasure(name="Soon", form="live_record_check", repeat="entries", counted="written_in_time == soon"),
    CustomMeasure(
        name="Safe", form="practice_observation", counted="safe_practice == met", only="routine != handover"
    ),
    CustomMeasure(name="Calm", form="shift_review", counted="pressure in [calm, busy_safe]", unit="count"),
)
Measured = dict[str, list[Point]]


class Planned(NamedTuple):
    """A record as it is in the end, `right`, and what was sent before, `wrong`: numbers of worked examples.

    `fate` is "at_once", "corrected" or "withdrawn".
    """

    record: str
    form: str
    right: int
    wrong: int
    fate: str
    unit: str
    spawned_by: str
    bears: bool

    def example(self, number: int) -> Example:
        """One of the worked examples of its form."""
        examples = CATALOGUE.current(self.form).examples
        return examples[number % len(examples)]


def furnish(folder: Path) -> tuple[Path, str]:
    """A provider with an action, a learning message and a control that must be looked at; the file, the action's id."""
    with World(folder) as world:
        action = make_action(world.signed_in("chidi"))
        with world.sql() as sql:
            june = datetime(2026, 6, 1, 9, tzinfo=UTC)
            recheck: Fields = {"title": "Sensor mat by the bed", "recheck_by": "2026-06-12", "critical": 0}
            message: Fields = {"title": "Answer bells first", "given_at": "2026-06-08", "until": "2026-06-20"}
            floor_lists.add(sql, CONTROL, "control", "alder", recheck, "chidi", june)
            floor_lists.add(sql, MESSAGE, "learning_message", "alder", message, "chidi", june)
    return world.settings.database, action


def sent_right(planned: Sequence[Planned], action: str) -> list[bytes]:
    """Each record that stands, as if it had been right from the start."""
    tablet = FakeTablet(CATALOGUE, "oak", "alder")
    return [_seal(tablet, one, one.right, action) for one in planned if one.fate != "withdrawn"]


def sent_in_life(planned: Sequence[Planned], action: str) -> list[bytes]:
    """The same, with the mistakes that were made on the way."""
    tablet = FakeTablet(CATALOGUE, "oak", "alder")
    sealed = []
    for one in planned:
        first = one.right if one.fate == "at_once" else one.wrong
        sealed.append(_seal(tablet, one, first, action))
        if one.fate == "corrected":
            sealed.append(_seal(tablet, one, one.right, action, version=2, reason="It was another one"))
        elif one.fate == "withdrawn":
            sealed.append(_seal(tablet, one, first, action, version=2, reason="Made twice", withdrawn=1))
    return sealed


class Taken(NamedTuple):
    """All facts of a database, and what measures built by a manager come to in it."""

    facts: Facts
    custom: list[Point]


def take_in(furnished: Path, path: Path, sealed: Sequence[bytes], *, rebuilt: bool = False) -> Taken:
    """What is read where these were received, one batch after another; with `rebuilt`, after a rebuild."""
    shutil.copy(furnished, path)
    return asyncio.run(_take_in(path, sealed, rebuilt))


def measure(facts: Facts) -> Measured:
    """Every measure by month, by week and over a window, as of mid-June, when much is not due yet, and later."""
    return {
        f"{code} by {kind}, as of {as_of:%d %B}": series(
            code,
            msgspec.structs.replace(facts, as_of=as_of),
            [period for period in PERIODS if period.kind == kind],
            USUAL,
        )
        for code in MEASURES
        for kind in ("month", "week", "days")
        for as_of in (MID_JUNE, MONTHS_LATER)
    }


async def _take_in(path: Path, sealed: Sequence[bytes], rebuilt: bool) -> Taken:
    database = await Database.open(path)
    try:
        inbox = Inbox(
            database, CATALOGUE, lambda *_: "", lambda: RECEIVED, action_themes, timescales_in_force,
            Following(CATALOGUE),
        )  # fmt: skip
        sender = FakeTablet(CATALOGUE, "oak", "alder").sender()
        for start in range(0, len(sealed), 4):
            answer = await inbox.receive(batch(sealed[start : start + 4]), sender)
            assert {receipt.status for receipt in answer.receipts} == {"stored"}, answer.receipts
        if rebuilt:
            await receiving.rebuild(database, CATALOGUE)
        return await database.read(_read)
    finally:
        await database.close()


def _read(sql: sqlite3.Connection) -> Taken:
    custom = [
        point
        for measure in CUSTOM
        for point in custom_series(sql, WHOLE, CATALOGUE, measure, PERIODS, MONTHS_LATER)
    ]
    return Taken(read_facts(sql, WHOLE, CATALOGUE, KINDS, PERIODS, MONTHS_LATER), custom)


def _seal(tablet: FakeTablet, one: Planned, number: int, action: str, **more: Any) -> bytes:
    example = one.example(number)
    happened = example.answers.get("happened_at", "")
    themes = sorted(CATALOGUE.current(one.form).definition.theme_names)[:2]
    return tablet.seal(
        record=one.record,
        form=one.form,
        answers=example.answers,
        author="amina",
        unit=one.unit,
        happened_at=happened if happened[-1:] == "Z" else example.recorded_at,
        recorded_at=example.recorded_at,
        spawned_by=one.spawned_by,
        bearings=[{"action": action, "themes": themes, "bearing": "inconclusive"}] if one.bears else [],
        **more,
    )
