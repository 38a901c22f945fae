"""The section of a pack about concerns, incidents and safeguarding (domain/2 1.5, D3; S3E2, S4E1, S4E2)."""

from collections.abc import Mapping

from server.cases.kinds import (
    ACTS,
    DECISIONS,
    KINDS,
    OUTSIDE,
    PATTERNS,
    RESULTS,
    SERIOUSNESS,
)
from server.cases.page import once_chosen
from server.cases.register import Line
from server.cases.standing import assumptions, candour_left, checks, controls, facts, outcome, refuted
from server.desk_records.store import DeskRecord
from server.evidence.times import day_of, moment_words, write_instant
from server.evidence_pack.about_desk import history, name_of, place_of
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment

OTHER_ACTION = "an action that is not in this pack"
_CLOCKS = {"open": "Not due yet", "overdue": "Late, not done", "done": "In time", "late": "Done late"}


def cases(moment: Moment) -> list[Block]:
    """Each case: what is known, what is thought, what was decided, what keeps people safe, what was in time."""
    lines = moment.desk.cases
    known = {
        "people": {id: moment.names.person(id) for line in lines for id in _people(line.case)},
        "actions": {
            act.get("action"): _actions(moment).get(act.get("action"), OTHER_ACTION)
            for line in lines
            for act in line.case.every("action_linked")
        },
    }
    counted = ", ".join(
        f"{words.lower()} {sum(line.case.kind == kind for line in lines)}" for kind, words in KINDS.items()
    )
    return [
        Words(
            f"Cases that were open or worked on in the period: {len(lines)} ({counted}), each as it stood at the end "
            "of its last day. With themes chosen, those of that theme or with an action in this pack. What few may "
            "see (about a manager) is in no pack."
        ),
        Table("cases", "Cases", _OPENED, [_opened(moment, line, known["people"]) for line in lines]),
        Table("case-standing", "How each stands", _STANDS, [_stands(moment, line.case) for line in lines]),
        _known(moment, lines),
        _kept_safe(moment, lines, known["actions"]),
        _clocks(moment, lines),
        history(
            moment, "case-history", "What was decided and done in each case, and why",
            [line.case for line in lines], ACTS, lambda case: {**known, **once_chosen(case)},
        ),
    ]  # fmt: skip


_OPENED = ("Case", "Kind", "How far", "Recognised", "By whom, how", "About", "Where", "State")
_STANDS = (
    "Case",
    "Seriousness",
    "Records it holds",
    "Decision",
    "Referred outside",
    "Duty of candour",
    "Outcome",
)


def _opened(moment: Moment, line: Line, people: Mapping[str, str]) -> tuple[str, ...]:
    case = line.case
    seen, about = case.now("recognised_at"), case.now("person")
    return (
        name_of(moment, case),
        KINDS[case.kind],
        PATTERNS.get(case.now("pattern"), ""),
        moment_words(seen) if seen else "",
        case.now("recognised_by"),
        people.get(about, "") if about else "Nobody in particular",
        place_of(moment, case),
        "Closed" if case.closed else f"Open, {line.late} late" if line.late else "Open",
    )


def _stands(moment: Moment, case: DeskRecord) -> tuple[str, ...]:
    decided, assessed = case.last("decided"), case.last("assessed")
    return (
        name_of(moment, case),
        SERIOUSNESS.get(assessed.get("seriousness"), "") if assessed else "Not assessed",
        _held(moment, case),
        DECISIONS.get(decided.get("decision"), "") if decided else "Nothing is decided",
        _referrals(case),
        _candour(case),
        _outcome(case),
    )


def _held(moment: Moment, case: DeskRecord) -> str:
    (count,) = moment.connection.execute(
        "SELECT count(*) FROM case_record WHERE desk = ? AND at <= ?", (case.id, moment.last)
    ).fetchone()
    return str(count)


def _referrals(case: DeskRecord) -> str:
    said = [
        f"{'Referred' if act.get('decision') == 'referred' else 'Not referred'}: {OUTSIDE.get(act.get('to'), '–')}"
        for act in case.every("referral")
    ]
    return "; ".join(said) or "Not decided"


def _candour(case: DeskRecord) -> str:
    assessed = case.last("candour_assessed")
    if assessed is None:
        return "Not decided"
    left = candour_left(case)
    if assessed.get("applies") != "yes":
        return "Does not apply"
    return f"Applies. Left to do: {'; '.join(left)}" if left else "Applies, every step taken"


def _outcome(case: DeskRecord) -> str:
    done, planned = outcome(case), case.last("outcome_set")
    if done is not None:
        return f"{RESULTS.get(done.get('result'), '–')}, {moment_words(done.at)}"
    return (
        f"To be reviewed by {day_of(planned.get('by'))}" if planned and planned.get("by") else "No day is set"
    )


def _known(moment: Moment, lines: list[Line]) -> Table:
    """Facts and assumptions apart (S3E2.2)."""
    rows = []
    for line in lines:
        name = name_of(moment, line.case)
        rows += [
            (
                name,
                "Fact",
                one.words,
                one.act.get("source") or (one.settled.get("why") if one.settled else ""),
            )
            for one in facts(line.case)
        ]
        rows += [
            (name, "Thought, not certain", one.get("assumption"), "Not settled")
            for one in assumptions(line.case)
        ]
        rows += [
            (name, "Thought, and not so", one.words, one.settled.get("why") if one.settled else "")
            for one in refuted(line.case)
        ]
    return Table(
        "case-facts", "What is known, and what is thought", ("Case", "Which", "What", "How it is known"), rows
    )


def _kept_safe(moment: Moment, lines: list[Line], actions: Mapping[str, str]) -> Table:
    """Immediate controls, medium-term actions and sustained checks, kept apart (S3E2.3)."""
    rows = []
    for line in lines:
        case, name = line.case, name_of(moment, line.case)
        in_force, planned = controls(case), checks(case)
        made = {act.get("check"): act for act in case.every("check_done")}
        rows += [
            (
                name,
                "Immediate control",
                act.get("control"),
                "In force" if str(act.version) in in_force else "Ended",
            )
            for act in case.every("control")
        ]
        rows += [
            (name, "Medium-term action", actions[act.get("action")], "Linked")
            for act in case.every("action_linked")
        ]
        for act in case.every("check_planned"):
            done = made.get(str(act.version))
            state = (
                f"Made {moment_words(done.at)}: {done.get('seen')}"
                if done
                else f"Due by {_day(act.get('by'))}"
            )
            rows.append(
                (
                    name,
                    "Sustained check",
                    act.get("check"),
                    state if done or str(act.version) in planned else "",
                )
            )
    columns = ("Case", "Which", "What", "How it stands")
    return Table("case-controls", "What keeps people safe: now, from now on, and still", columns, rows)


def _day(text: str) -> str:
    return day_of(text) if text else "no day"


def _clocks(moment: Moment, lines: list[Line]) -> Table:
    rows = [
        (
            name_of(moment, line.case),
            clock.what,
            moment_words(write_instant(clock.due_at)),
            moment_words(write_instant(clock.done_at)) if clock.done_at else "–",
            _CLOCKS[line.state(clock)],
        )
        for line in lines
        for clock in line.clocks
        if clock.done_at is not None or not line.case.closed
    ]
    return Table(
        "case-clocks", "What was asked for by when", ("Case", "What", "Due", "Done", "In time"), rows
    )


def _people(case: DeskRecord) -> set[str]:
    return {act.get("person") for act in case.every("opened", "described")} - {""}


def _actions(moment: Moment) -> dict[str, str]:
    return {
        page.action.id: f"Action {page.action.number}: {page.action.fields.title}" for page in moment.actions
    }
