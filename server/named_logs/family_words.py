"""The family communication monitoring log in words: what happened, each try in order, what became of it."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from observation_forms import Catalogue
from server.evidence.people import Names
from server.evidence.times import clock_words, day_words, gap_words, moment_words, read_instant
from server.evidence.words import SHIFTS, named
from server.identity.scope import Scope
from server.measures.counting import LeftOut
from server.named_logs.family import Owed
from server.named_logs.line import Item, Line
from server.named_logs.named_log import Column
from server.named_logs.outline import Missing, Place
from server.named_logs.telling import cell_of, line_of
from server.named_logs.told import Told, read_told, why_not_needed

_HAPPENED = Column("", ("what_happened", "who"))
_SAID = Column(
    "",
    (
        "said_clearly", "questions_answered", "they_asked", "wishes_written", "sorry_said", "seemed", "complained",
        "promised", "promise", "promise_by", "note_matches",
    ),
)  # fmt: skip
_UNTOLD = Column("", ("not_needed_why",))


def read_owed_lines(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    places: Sequence[Place],
    names: Names,
    now: datetime,
) -> list[Line]:
    """These entries in words, in their order."""
    owed = [place for place in places if isinstance(place, Owed)]
    records = {record for one in owed for record in one.tries}
    seqs = _seqs(connection, records) | {seq: "" for one in owed for seq in [_unneeded(one)] if seq}
    told = read_told(connection, scope, catalogue, list(seqs), names)
    by_record = {one.row.record: one for one in told.values()}
    return [
        _line(one, [by_record[id] for id in one.tries if id in by_record], told, names, now) for one in owed
    ]


def _seqs(connection: sqlite3.Connection, records: Iterable[str]) -> dict[int, str]:
    among = msgspec.json.encode(sorted(records)).decode()
    rows = connection.execute(
        "SELECT seq, record FROM record_version WHERE record IN (SELECT value FROM json_each(?)) AND current = 1",
        (among,),
    )
    return dict(rows.fetchall())


def _unneeded(one: Owed) -> int:
    return one.missing.unneeded if one.missing else 0


def _line(one: Owed, tries: list[Told], told: Mapping[int, Told], names: Names, now: datetime) -> Line:
    if one.missing is not None:
        return _waiting_line(one, one.missing, told.get(one.missing.unneeded), names)
    if not tries:
        return Line(at=one.at, day=day_words(one.day), time="", shift=named(SHIFTS, one.shift), units="")
    said = next((each for each in tries if each.answers.get("update_made") == "yes"), tries[-1])
    cells = (
        cell_of(_HAPPENED, tries[0]),
        (Item(words=moment_words(one.due_at)),) if one.due_at else (),
        tuple(item for each in tries for item in _tries(each)),
        _who_first(one, tries),
        _verdict(one, said),
        _open(one, now),
        (*cell_of(_UNTOLD, said), *cell_of(_SAID, said)),
    )
    return line_of(tries[0], cells, one.shift, "open" if one.waiting else "")


def _waiting_line(one: Owed, missing: Missing, unneeded: Told | None, names: Names) -> Line:
    state = "not_needed" if unneeded else "still" if missing.still else "missing"
    if unneeded:
        outcome = f"Said not to be needed: {why_not_needed(unneeded)}"
    else:
        outcome = "No contact yet" if missing.still else "No contact was made in time"
    empty: tuple[Item, ...] = ()
    return Line(
        at=one.at,
        day=day_words(one.day),
        time=clock_words(one.at),
        shift=named(SHIFTS, one.shift),
        units=", ".join(names.unit(unit) for unit in one.units),
        person=names.person(one.person) if one.person else "",
        state=state,
        cells=(
            (Item(words=missing.words),),
            (Item(words=moment_words(missing.by)),),
            empty,
            empty,
            (Item(words=outcome, own=bool(unneeded)),),
            empty,
            empty,
        ),
    )


def _tries(told: Told) -> list[Item]:
    """Each try of one check in order, and the contact itself."""
    made = told.answers.get("update_made")
    rows = told.answers.get("attempts", [])
    when: list[tuple[str, str, str]] = []
    for row in rows if isinstance(rows, list) else []:
        at, how = (str(told.answers.get(f"attempts.{row}.attempt_{part}", "")) for part in ("at", "how"))
        if row != "none":
            when.append((at, "Tried", _how(told, "attempt_how", how)))
    if made == "yes":
        when.append(
            (str(told.answers.get("contacted_at", "")), "Told", _how(told, "how", told.answers.get("how")))
        )
    elif made in ("not_yet", "not_needed"):
        # Words of the form for what was answered
        when.append((told.row.happened_at, _answer(told, "update_made"), ""))
    return [
        Item(words=", ".join(part for part in (word, _moment(at), how) if part), record=told.row.record)
        for at, word, how in sorted(when)
    ]


def _how(told: Told, question: str, code: object) -> str:
    asked = told.definition.by_id.get(question)
    option = asked.by_code.get(code) if asked and isinstance(code, str) else None
    return option.label if option else ""


def _answer(told: Told, question: str) -> str:
    found = [answer for group in told.groups for answer in group.answers if answer.question == question]
    return ", ".join(found[0].chosen) if found else ""


def _moment(at: str) -> str:
    try:
        return moment_words(at)
    except ValueError:
        return ""


def _who_first(one: Owed, tries: list[Told]) -> tuple[Item, ...]:
    if not any("family_first" in each.answers for each in tries):
        return ()
    return (Item(words="The family asked first" if one.asked_first else "We told them first"),)


def _verdict(one: Owed, said: Told) -> tuple[Item, ...]:
    """What M06b says, with how late it was."""
    match one.verdict:
        case LeftOut(why=why):
            return (Item(words=why),)
        case "met":
            return (Item(words="In time", score="met"),)
        case "not_yet_due":
            return (Item(words="Not yet due"),)
        case "unmet":
            return (Item(words=_fell_short(one, said), score="not_met"),)
    return ()


def _fell_short(one: Owed, said: Told) -> str:
    at = said.answers.get("contacted_at")
    if not one.covers or not isinstance(at, str):
        return "Not told in time"
    late = int((read_instant(at).astimezone(UTC) - read_instant(one.due_at)).total_seconds())
    if late < 60:
        return "Told in time, but the family asked first"
    return f"{gap_words(late)} late" + (", and the family asked first" if one.asked_first else "")


def _open(one: Owed, now: datetime) -> tuple[Item, ...]:
    if not one.waiting:
        return (
            Item(
                words="Closed" if one.covers or isinstance(one.verdict, LeftOut) else "Nothing further is due"
            ),
        )
    found = []
    for each in one.waiting:
        late = int((now - read_instant(each.due_at)).total_seconds())
        overdue = f", overdue by {gap_words(late)}" if late > 0 else ""
        found.append(Item(words=f"{each.why}, by {moment_words(each.due_at)}{overdue}"))
    return tuple(found)
