"""What the manager's pages will read after records have come in."""

import json
import random
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from observation_forms import Catalogue, Context
from sync import Database, Inbox, read_record
from sync.schema import PROJECTIONS
from tests.fresh import fresh_database
from tests.sync.bodies import FakeTablet, batch, good_answers
from tests.sync.reading import derived, select

PLANNED = {"action": "action-planning", "themes": ["CP"], "bearing": "supports"}


async def test_a_record_becomes_a_row(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    sealed = json.loads(oak.seal(bearings=[PLANNED], happened_at="2026-11-20T09:50:00Z"))
    await inbox.receive(batch(oak.sealed), oak.sender())
    (row,) = await select(database, "SELECT * FROM record_current")
    assert {name: row[name] for name in ("record", "version", "form", "form_hash", "author", "tablet")} == {
        name: sealed[name] for name in ("record", "version", "form", "form_hash", "author", "tablet")
    }
    assert (row["code"], row["title"]) == ("F1", "Practice observation")
    assert (row["shift"], row["person"]) == ("day", "person-rose")
    assert (row["result"], row["computed_result"], row["lowered"]) == ("met", "met", 0)
    assert row["points"] == 100 * row["scored"] > 0
    assert (row["noted_late_seconds"], row["late_seconds"]) == (15 * 60, 25 * 3600 + 55 * 60)
    assert (row["corrected"], row["flagged"], row["findings_count"]) == (0, 0, 0)


async def test_what_is_worked_out_is_kept_as_the_server_worked_it_out(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    form = oak.catalogue.current("sample_deterioration")
    both = {"first_sign_at", "senior_told_at"}
    said = next(dict(one.answers) for one in form.examples if not one.broken and both <= set(one.answers))
    first, told = (datetime.fromisoformat(str(said[name])) for name in ("first_sign_at", "senior_told_at"))
    minutes = int((told - first).total_seconds()) // 60
    oak.seal(form="sample_deterioration", answers={**said, "time_to_senior": minutes + 7})
    await inbox.receive(batch(oak.sealed), oak.sender())
    (row,) = await select(database, "SELECT value FROM answer WHERE question = 'time_to_senior'")
    assert row["value"] == minutes


async def test_every_answer_is_a_row_and_every_choice_its_own(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    answers = good_answers(
        oak.catalogue.current("practice_observation").definition,
        Context(recorded_at="2026-11-20T10:05:00Z"),
        staff_observed=["staff-ben", "staff-dot"],
        others_present=4,
    )
    oak.seal(answers=answers)
    await inbox.receive(batch(oak.sealed), oak.sender())
    rows = await select(database, "SELECT question, position, value FROM answer WHERE seq = 1")
    kept: dict[str, Any] = {}
    for row in rows:
        kept.setdefault(row["question"], []).append(row["value"])
    assert kept == {name: value if isinstance(value, list) else [value] for name, value in answers.items()}
    staff = await select(database, "SELECT staff FROM staff_observed ORDER BY staff")
    assert [row["staff"] for row in staff] == ["staff-ben", "staff-dot"]


async def test_a_bearing_counts_as_the_answers_say(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    oak.seal(bearings=[PLANNED, {"action": "action-gone", "themes": [], "bearing": "inconclusive"}])
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    assert answer.receipts[0].findings == []
    rows = await select(database, "SELECT action, bearing, computed, claimed FROM bearing ORDER BY action")
    assert rows == [
        {
            "action": "action-gone",
            "bearing": "inconclusive",
            "computed": "supports",
            "claimed": "inconclusive",
        },
        {"action": "action-planning", "bearing": "supports", "computed": "supports", "claimed": "supports"},
    ]


async def test_a_raised_bearing_is_noted_and_does_not_count(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    answers = _poor_answers(oak)
    oak.seal(answers=answers, bearings=[PLANNED])
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    assert "bearing_raised" in [found.code for found in answer.receipts[0].findings]
    (row,) = await select(database, "SELECT bearing, computed, claimed FROM bearing")
    assert row == {"bearing": "contradicts", "computed": "contradicts", "claimed": "supports"}


@pytest.mark.parametrize("themes", [[], ["SG"]])
async def test_the_author_does_not_choose_what_an_action_is_about(
    inbox: Inbox, oak: FakeTablet, database: Database, themes: list[str]
) -> None:
    oak.seal(answers=_poor_answers(oak), bearings=[{**PLANNED, "themes": themes}])
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    codes = [found.code for found in answer.receipts[0].findings]
    assert {"themes_differ", "bearing_raised"} <= set(codes)
    (row,) = await select(database, "SELECT bearing, computed, claimed FROM bearing")
    assert row == {"bearing": "contradicts", "computed": "contradicts", "claimed": "supports"}


async def test_themes_an_action_never_had_do_not_help_it(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    about_planning = _about_planning(oak)
    answers = {name: value for name, value in _poor_answers(oak).items() if name not in about_planning}
    answers["kind_and_private"] = "not_met"
    oak.seal(answers=answers, bearings=[{**PLANNED, "themes": ["CP", "ST"]}])
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    assert "bearing_raised" in [found.code for found in answer.receipts[0].findings]
    (row,) = await select(database, "SELECT bearing FROM bearing")
    assert row == {"bearing": "contradicts"}


async def test_a_list_of_last_week_is_only_noted(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    oak.seal(bearings=[{**PLANNED, "themes": ["SG"]}])
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    (found,) = answer.receipts[0].findings
    assert (answer.receipts[0].status, found.code, found.severity) == ("stored", "themes_differ", "warning")
    (row,) = await select(database, "SELECT bearing FROM bearing")
    assert row == {"bearing": "supports"}


async def test_an_action_named_twice_counts_once(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    oak.seal(bearings=[PLANNED, {**PLANNED, "bearing": "contradicts"}])
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    assert [found.code for found in answer.receipts[0].findings] == ["bearing_repeated"]
    assert [row["bearing"] for row in await select(database, "SELECT bearing FROM bearing")] == ["supports"]


async def test_an_author_may_lower_a_result(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    oak.seal(lowered_to="partly", lowered_reason="He looked worried throughout.")
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    assert answer.receipts[0].findings == []
    (row,) = await select(database, "SELECT result, computed_result, lowered, flagged FROM record_current")
    assert row == {"result": "partly", "computed_result": "met", "lowered": 1, "flagged": 1}


async def test_an_author_may_not_raise_a_result(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    oak.seal(answers=_poor_answers(oak), lowered_to="met", lowered_reason="It went well.")
    answer = await inbox.receive(batch(oak.sealed), oak.sender())
    assert "result_raised" in [found.code for found in answer.receipts[0].findings]
    (row,) = await select(database, "SELECT result, computed_result, lowered FROM record_current")
    assert row == {"result": "not_met", "computed_result": "not_met", "lowered": 0}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"lowered_to": "partly", "lowered_reason": " "}, "lowered_without_reason"),
        ({"version": 2, "reason": ""}, "correction_without_reason"),
        ({"happened_at": "2026-11-20T09:00:00Z", "answers": None}, "happened_at_differs"),
    ],
)
async def test_claims_that_do_not_fit_are_noted(
    inbox: Inbox, oak: FakeTablet, changed: dict[str, Any], code: str
) -> None:
    if "answers" in changed:
        changed = {**changed, "answers": json.loads(oak.seal())["answers"]}
    sealed = oak.seal(**changed)
    (receipt,) = (await inbox.receive(batch([sealed]), oak.sender())).receipts
    assert receipt.status == "stored"
    assert code in [found.code for found in receipt.findings]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 2, 1)])
@pytest.mark.parametrize("together", [True, False])
async def test_the_newest_version_is_current_in_whatever_order_they_come(
    inbox: Inbox, oak: FakeTablet, database: Database, order: tuple[int, ...], together: bool
) -> None:
    first = oak.seal(bearings=[PLANNED])
    second = oak.correct(first, reason="Wrong room")
    third = oak.correct(second, reason="Wrong again", author="staff-ben", bearings=[])
    sent = [(first, second, third)[place] for place in order]
    for some in [sent] if together else [[each] for each in sent]:
        answer = await inbox.receive(batch(some), oak.sender())
        assert {receipt.status for receipt in answer.receipts} == {"stored"}
    (row,) = await select(database, "SELECT version, author, corrected, reason FROM record_current")
    assert row == {"version": 3, "author": "staff-ben", "corrected": 1, "reason": "Wrong again"}
    versions = await select(database, "SELECT version, current FROM record_version ORDER BY version")
    assert [tuple(each.values()) for each in versions] == [(1, 0), (2, 0), (3, 1)]
    assert await select(database, "SELECT * FROM bearing") == []
    assert len(await select(database, "SELECT staff FROM staff_observed")) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_rows_are_the_same_however_many_come_together(
    catalogue: Catalogue, clock: Callable[[], datetime], tmp_path: Path, seed: int
) -> None:
    chance, oak = random.Random(seed), FakeTablet(catalogue, "oak")
    sealed = [
        oak.seal(bearings=[PLANNED], answers=_poor_answers(oak)) for _ in range(chance.randrange(70, 100))
    ]
    sealed += [oak.correct(one, reason="Wrong room") for one in chance.sample(sealed, 9)]
    chance.shuffle(sealed)
    found = []
    for most in (1, 7, 100):
        fresh_database(tmp_path / f"{most}.db")
        database = await Database.open(tmp_path / f"{most}.db")
        inbox = Inbox(database, catalogue, lambda *_: "", clock)
        left = list(sealed)
        while left:
            some = chance.randint(1, most)
            await inbox.receive(batch(left[:some]), oak.sender())
            del left[:some]
        found.append(await derived(database))
        await database.close()
    assert found[0] == found[1] == found[2]
    assert len(found[0]["record_version"]) == len(sealed)
    assert len(found[0]["answer"]) > 20 * len(sealed)


async def test_every_body_of_a_record_can_be_shown(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    first = oak.seal()
    record = json.loads(first)["record"]
    disputing, second = oak.seal(record=record), oak.correct(first, reason="Wrong room")
    unreadable = oak.seal(record=record, author="", version=3)
    await inbox.receive(batch([first, disputing, second, unreadable]), oak.sender())
    entries = await database.read(lambda connection: read_record(connection, record))
    assert [(entry.version, entry.standing, entry.held_for) for entry in entries] == [
        (1, "stored", ""),
        (1, "conflict", ""),
        (2, "stored", ""),
        (3, "held", "unreadable"),
    ]
    assert [entry.body for entry in entries] == [first, disputing, second, unreadable]


async def test_a_version_cannot_carry_a_record_into_another_service(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    first = oak.seal()
    await inbox.receive(batch([first]), oak.sender())
    elm = FakeTablet(oak.catalogue, "elm", service="service-birch")
    moved = elm.correct(first, reason="Ours now")
    (receipt,) = (await inbox.receive(batch([moved]), elm.sender())).receipts
    assert (receipt.status, receipt.held_for) == ("held", "out_of_scope")
    (row,) = await select(database, "SELECT service, version FROM record_current")
    assert row == {"service": oak.service, "version": 1}


@pytest.mark.parametrize(
    ("offset", "estimate", "doubtful"),
    [
        ([], "", 0),
        ([1_500, 200, 60_000], "2026-11-20T10:05:01.500Z", 0),
        ([-600_000, 200, 60_000], "2026-11-20T09:55:00.000Z", 1),
        ([150_000, 60_000, 0], "2026-11-20T10:07:30.000Z", 0),
        ([2**53 - 1, 0, 0], "", 1),
    ],
)
async def test_skew_is_estimated_beside_what_the_tablet_claims(
    inbox: Inbox, oak: FakeTablet, database: Database, offset: list[int], estimate: str, doubtful: int
) -> None:
    oak.seal(clock={"wall": 1, "monotonic": 1, "boot": "b", "offset": offset})
    await inbox.receive(batch(oak.sealed), oak.sender())
    (row,) = await select(
        database,
        "SELECT recorded_at, recorded_estimate, clock_doubtful, skew_ms, skew_bound_ms, skew_age_ms "
        "FROM record_current",
    )
    assert (row["recorded_at"], row["recorded_estimate"]) == ("2026-11-20T10:05:00Z", estimate)
    assert row["clock_doubtful"] == doubtful
    unknown: list[int | None] = [None, None, None]
    assert [row["skew_ms"], row["skew_bound_ms"], row["skew_age_ms"]] == (offset if offset else unknown)


async def test_a_record_from_the_future_has_a_doubtful_clock(
    inbox: Inbox, oak: FakeTablet, database: Database, clock: Callable[[], datetime]
) -> None:
    oak.seal(recorded_at="2026-11-21T12:03:00Z")
    await inbox.receive(batch(oak.sealed), oak.sender())
    (row,) = await select(database, "SELECT late_seconds, clock_doubtful, flagged FROM record_current")
    assert row == {"late_seconds": -180, "clock_doubtful": 1, "flagged": 1}


async def test_words_are_found_by_their_stem(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    oak.seal(answers=json.loads(oak.seal())["answers"] | {"note": "The lunches were served warm."})
    await inbox.receive(batch(oak.sealed), oak.sender())
    find = (
        "SELECT seq FROM record_current WHERE seq IN "
        "(SELECT rowid FROM record_search WHERE record_search MATCH ?)"
    )
    assert await select(database, find, "lunch") == [{"seq": 2}]
    assert await select(database, find, "supper") == []


_LIST = "SELECT * FROM record_current WHERE {} ORDER BY happened_at DESC, record DESC LIMIT 50"


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("service = 's' AND (happened_at, record) < ('2026', 'r')", "current_by_service"),
        ("service = 's' AND form = 'f' AND (happened_at, record) < ('2026', 'r')", "current_by_form"),
        ("service = 's' AND result = 'met' AND (happened_at, record) < ('2026', 'r')", "current_by_result"),
        ("service = 's' AND flagged = 1 AND (happened_at, record) < ('2026', 'r')", "current_flagged"),
        ("unit = 'u' AND (happened_at, record) < ('2026', 'r')", "current_by_unit"),
        ("author = 'a' AND (happened_at, record) < ('2026', 'r')", "current_by_author"),
        ("person = 'p' AND (happened_at, record) < ('2026', 'r')", "current_by_person"),
    ],
)
def test_every_list_pages_by_an_index_without_sorting(path: Path, condition: str, index: str) -> None:
    plan = _plan(path, _LIST.format(condition))
    assert plan == [f"SEARCH record_version USING INDEX {index} {plan[0].split(index + ' ')[1]}"]
    assert "happened_at<?" in plan[0] or "(happened_at,record)<(?,?)" in plan[0]


def test_the_evidence_of_an_action_pages_by_an_index(path: Path) -> None:
    plan = _plan(
        path,
        "SELECT r.* FROM bearing b JOIN record_current r ON r.record = b.record WHERE b.action = 'a' "
        "AND (b.happened_at, b.record) < ('2026', 'r') ORDER BY b.happened_at DESC, b.record DESC LIMIT 50",
    )
    assert "USING COVERING INDEX bearing_by_action" in plan[0]
    assert not any("TEMP B-TREE" in step for step in plan)


def test_the_tables_are_strict() -> None:
    tables = [statement for statement in PROJECTIONS if "CREATE TABLE" in statement]
    assert all("STRICT" in table for table in tables)


def _plan(path: Path, query: str) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    finally:
        connection.close()


def _about_planning(oak: FakeTablet) -> set[str]:
    definition = oak.catalogue.current("practice_observation").definition
    return {question.id for question in definition.scored if "CP" in question.themes}


def _poor_answers(oak: FakeTablet) -> dict[str, Any]:
    definition = oak.catalogue.current("practice_observation").definition
    star = next(question for question in definition.questions() if question.star and "CP" in question.themes)
    return good_answers(definition, Context(recorded_at="2026-11-20T10:05:00Z"), **{star.id: "not_met"})
