"""Evidence on the example's records: filters against a plain reading of the rows, pages against the whole."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from observation_forms import Catalogue
from server.evidence import evidence_query, words
from server.evidence.evidence_filter import Filter, read_filter
from server.evidence.evidence_query import Place, read_rows, search_words
from server.evidence.evidence_rows import flags_of
from server.evidence.times import in_london
from server.example.cast import HOME, LIVING
from server.identity.scope import Part, Scope, of_services
from sync import Database, Inbox
from tests.sync.bodies import FakeTablet, batch

BOTH = of_services([HOME, LIVING])
AT_HOME, AT_LIVING = of_services([HOME]), of_services([LIVING])
ONE_UNIT = Scope((Part(service=HOME, unit="alder-first"),))
TWO_UNITS = Scope((*ONE_UNIT.parts, Part(service=HOME, unit="alder-ground")))
MIXED = Scope((*ONE_UNIT.parts, Part(service=LIVING), Part(service=LIVING, unit="harbour-quay")))
CHOSEN = Scope(
    (
        Part(service=HOME, forms=("practice_observation", "handover_check"), since="2026-10-01T00:00:00Z"),
        Part(service=HOME, unit="alder-first", until="2026-11-01T00:00:00Z"),
    )
)
SCOPES = (BOTH, AT_HOME, AT_LIVING, ONE_UNIT, TWO_UNITS, MIXED, CHOSEN)
EVERYTHING = 100_000
SEED = 20_261_121


def ids(sql: sqlite3.Connection, wanted: Filter, scope: Scope = BOTH, limit: int = EVERYTHING) -> list[str]:
    return [row["record"] for row in read_rows(sql, wanted, scope, limit)]


def is_in(scope: Scope, row: sqlite3.Row) -> bool:
    return any(
        part.service == row["service"]
        and part.unit in ("", row["unit"])
        and (not part.forms or row["form"] in part.forms)
        and part.since <= row["happened_at"] < (part.until or "9")
        for part in scope.parts
    )


def brute(sql: sqlite3.Connection, keep: Callable[[sqlite3.Row], bool], scope: Scope = BOTH) -> list[str]:
    rows = sql.execute("SELECT * FROM record_current").fetchall()
    kept = [row for row in rows if is_in(scope, row) and keep(row)]
    kept.sort(key=lambda row: (row["happened_at"], row["record"]), reverse=True)
    return [row["record"] for row in kept]


def some_filter(sql: sqlite3.Connection, chance: Random) -> Filter:
    """A filter made of values that are really there, so that it lets something through now and then."""
    row = chance.choice(sql.execute("SELECT * FROM record_current").fetchall())
    said = sql.execute("SELECT * FROM bearing WHERE record = ?", (row["record"],)).fetchone()
    day = in_london(row["happened_at"]).date()
    offered: dict[str, object] = {
        name: row[name] for name in ("form", "unit", "person", "author", "shift", "result")
    }
    offered |= {"service": row["service"], "since": day - timedelta(days=9), "until": day}
    offered |= {"action": said["action"], "bearing": said["bearing"]} if said else {}
    offered["flags"] = flags_of(row)[:1] or (chance.choice(list(words.FLAGS)),)
    chosen = chance.sample(sorted(offered), chance.choice((1, 1, 2, 3)))
    return Filter(**{name: offered[name] for name in chosen})  # type: ignore[arg-type]


def lets_through(sql: sqlite3.Connection, wanted: Filter, row: sqlite3.Row) -> bool:
    """The filter, read again in the plainest way."""
    day = in_london(row["happened_at"]).date()
    said = {
        (one["action"], one["bearing"])
        for one in sql.execute("SELECT * FROM bearing WHERE record = ?", (row["record"],))
    }
    return (
        all(
            getattr(wanted, name) in ("", row[name])
            for name in ("form", "service", "unit", "person", "author", "shift", "result")
        )
        and (not wanted.since or day >= wanted.since)
        and (not wanted.until or day <= wanted.until)
        and set(wanted.flags) <= set(flags_of(row))
        and (
            not (wanted.action or wanted.bearing)
            or any(wanted.action in ("", a) and wanted.bearing in ("", b) for a, b in said)
        )
    )


def test_any_filter_shows_what_a_plain_reading_of_the_rows_shows(sql: sqlite3.Connection) -> None:
    chance, found = Random(SEED), 0
    for turn in range(150):
        wanted = some_filter(sql, chance)
        scope = chance.choice(SCOPES)
        expected = brute(sql, lambda row: lets_through(sql, wanted, row), scope)  # noqa: B023
        assert ids(sql, wanted, scope) == expected, f"seed {SEED}, turn {turn}: {wanted} {scope}"
        assert evidence_query.count_rows(sql, wanted, scope) == len(expected)
        assert evidence_query.count_new(sql, wanted, scope, since=0) == len(expected)
        found += len(expected)
    assert found > 1_000


def test_pages_join_to_the_whole_list_in_both_directions(sql: sqlite3.Connection) -> None:
    chance = Random(SEED)
    for wanted in [Filter(), Filter(result="partly"), *(some_filter(sql, chance) for _ in range(20))]:
        whole = ids(sql, wanted)
        size = chance.choice((1, 7, 25))
        down: list[str] = []
        place: Place | None = None
        while rows := read_rows(sql, wanted, BOTH, size, after=place):
            down += [row["record"] for row in rows]
            place = Place(rows[-1]["happened_at"], rows[-1]["record"])
        assert down == whole
        up = whole[-1:]
        if not whole:
            continue
        while rows := read_rows(sql, wanted, BOTH, size, before=place):
            up = [row["record"] for row in rows] + up
            place = Place(rows[0]["happened_at"], rows[0]["record"])
        assert up == whole


async def test_pages_lose_and_repeat_nothing_while_records_come_in(
    database: Database, catalogue: Catalogue
) -> None:
    chance = Random(SEED)
    before = await database.read(lambda sql: ids(sql, Filter(), AT_HOME))
    inbox = Inbox(database, catalogue, lambda *_: "")
    tablet = FakeTablet(catalogue, "new-tablet", HOME)
    seen: list[str] = []
    place: Place | None = None
    while True:
        at = place
        rows = await database.read(lambda sql: read_rows(sql, Filter(), AT_HOME, 20, after=at))  # noqa: B023
        if not rows:
            break
        seen += [row["record"] for row in rows]
        place = Place(rows[-1]["happened_at"], rows[-1]["record"])
        # Some newer than anything on a page so far, some from weeks ago that came late
        moment = datetime(2026, 11, 21, 12, tzinfo=UTC) - timedelta(minutes=chance.randrange(120_000))
        late = tablet.seal(unit="alder-first", happened_at=moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
        await inbox.receive(batch([tablet.seal(unit="alder-first"), late]), tablet.sender())
    assert len(seen) == len(set(seen))
    assert [record for record in seen if record in set(before)] == before
    order = await database.read(lambda sql: ids(sql, Filter(), AT_HOME))
    assert seen == [record for record in order if record in set(seen)]


def test_a_search_finds_every_record_with_all_of_the_words(sql: sqlite3.Connection) -> None:
    texts: dict[int, str] = {}
    for row in sql.execute("SELECT seq, value FROM answer WHERE typeof(value) = 'text'"):
        texts[row["seq"]] = f"{texts.get(row['seq'], '')} {row['value']}".casefold()
    expected = brute(sql, lambda row: "towel" in texts[row["seq"]] and "curtain" in texts[row["seq"]])
    assert expected
    assert ids(sql, Filter(text="Curtain TOWEL")) == expected
    assert evidence_query.count_rows(sql, Filter(text="curtain towel"), BOTH) == len(expected)
    assert evidence_query.count_new(sql, Filter(text="curtain towel"), BOTH, since=0) == len(expected)
    assert not evidence_query.search_is_cut(sql, Filter(text="curtain"), BOTH)


@pytest.mark.parametrize(
    "text", ['"', "NEAR(", "a AND", "-x", "*", "col:x", "()", "';--", "\x00", "!!!", 'to"wel', "😀"]
)
def test_whatever_is_typed_is_words_and_never_a_command(sql: sqlite3.Connection, text: str) -> None:
    wanted, faults = read_filter({"text": [text]})
    assert faults == {}
    assert isinstance(ids(sql, wanted), list)
    assert evidence_query.count_new(sql, wanted, BOTH, since=0) >= 0


def test_every_word_is_quoted() -> None:
    assert search_words('cup  of "tea"') == '"cup" "of" """tea"""'


def test_nobody_without_a_service_sees_anything(sql: sqlite3.Connection) -> None:
    for wanted in (Filter(), Filter(text="curtain"), Filter(author="amina"), Filter(service=HOME)):
        assert ids(sql, wanted, of_services([])) == []
        assert evidence_query.count_rows(sql, wanted, of_services([])) == 0
        assert evidence_query.count_new(sql, wanted, of_services([]), since=0) == 0
    assert ids(sql, Filter(service=HOME), AT_LIVING) == []
    assert ids(sql, Filter(author="amina"), AT_LIVING) == []


def test_every_filter_walks_an_index(sql: sqlite3.Connection) -> None:
    plans = [
        Filter(),
        Filter(unit="alder-first"),
        Filter(person="x"),
        Filter(author="amina"),
        Filter(form="practice_observation"),
        Filter(result="met"),
        Filter(flags=("late",)),
        Filter(flags=("corrected", "late")),
        Filter(flags=("lowered",)),
        Filter(action="x"),
        Filter(action="x", bearing="supports"),
    ]
    for wanted in plans:
        asked: list[str] = []
        sql.set_trace_callback(asked.append)
        read_rows(sql, wanted, BOTH, 25, after=Place("2026-11-01T00:00:00Z", "x"))
        sql.set_trace_callback(None)
        plan = " | ".join(row["detail"] for row in sql.execute(f"EXPLAIN QUERY PLAN {asked[-1]}"))
        assert "SCAN v" not in plan, (wanted, plan)
        assert "SCAN b" not in plan, (wanted, plan)


def test_what_was_taken_back_is_counted_without_going_through_what_stands(sql: sqlite3.Connection) -> None:
    for wanted in (
        Filter(),
        Filter(form="practice_observation"),
        Filter(unit="alder-first"),
        Filter(shift="day"),
    ):
        asked: list[str] = []
        sql.set_trace_callback(asked.append)
        evidence_query.count_rows(sql, wanted, BOTH, withdrawn=True)
        sql.set_trace_callback(None)
        plan = [row["detail"] for row in sql.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
        searched = [line for line in plan if " v " in line]
        assert searched
        assert all("current_withdrawn" in line for line in searched), (wanted, plan)


def test_how_many_there_are_is_counted_without_reading_a_record(sql: sqlite3.Connection) -> None:
    for wanted in (
        Filter(),
        Filter(form="practice_observation"),
        Filter(action="x"),
        Filter(action="x", bearing="supports"),
        Filter(since=date(2026, 10, 1)),
    ):
        asked: list[str] = []
        sql.set_trace_callback(asked.append)
        evidence_query.count_rows(sql, wanted, BOTH)
        sql.set_trace_callback(None)
        plan = [row["detail"] for row in sql.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
        searched = [line for line in plan if " v " in line]
        assert searched
        assert all("USING COVERING INDEX" in line for line in searched), (wanted, plan)


def test_what_bears_on_an_action_says_when_its_record_does(sql: sqlite3.Connection) -> None:
    """Records on an action are counted by it."""
    (bearings,) = sql.execute("SELECT count(*) FROM bearing").fetchone()
    (alike,) = sql.execute(
        "SELECT count(*) FROM bearing b JOIN record_version v USING (seq, record, happened_at) WHERE v.current = 1"
    ).fetchone()
    assert bearings == alike > 0


def test_an_address_carries_the_filter_there_and_back() -> None:
    wanted = Filter(
        text="a & b", action="7", flags=("concern", "late"), since=date(2026, 11, 1), until=date(2026, 11, 2)
    )
    asked: dict[str, list[str]] = {}
    for name, value in wanted.pairs():
        asked.setdefault(name, []).append(value)
    assert read_filter(asked) == (wanted, {})
    assert wanted.address("/evidence").startswith("/evidence?text=a+%26+b&action=7&")
    assert wanted.without("flag", "late").flags == ("concern",)
    assert wanted.without("since", "2026-11-01").since is None


def test_what_cannot_be_used_is_said_and_left_out() -> None:
    wanted, faults = read_filter({"since": ["2026-02-30"], "until": ["soon"], "flag": ["nonsense"]})
    assert wanted == Filter()
    assert set(faults) == {"since", "until", "flag"}
    _, faults = read_filter({"since": ["2026-11-02"], "until": ["2026-11-01"]})
    assert set(faults) == {"until"}
