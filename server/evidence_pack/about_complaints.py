"""The section of a pack about complaints, compliments and feedback (domain/2 1.5, D4; S2E2, S3E3)."""

from collections import Counter
from collections.abc import Mapping

from server.complaints.kinds import ACTS, COMPLAINT, COMPLIMENT, FEEDBACK, KINDS, WHO
from server.complaints.register import Line
from server.desk_records.store import called
from server.evidence.times import day_in_london, day_of, day_words
from server.evidence.words import themes
from server.evidence_pack.about_desk import history, name_of
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment

_YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
# A care plan's reference leads to one person in the care system
_LEAD_TO_A_PERSON = frozenset({"plan"})


def complaints(moment: Moment) -> list[Block]:
    """What came in, by theme; each with its answer, what was learned, and whether plans and practice show it."""
    lines = moment.desk.complaints
    names = {line.complaint.id: name_of(moment, line.complaint) for line in lines}
    known = {"themes": themes(), "complaints": names}
    return [
        Words(
            f"Received, open or worked on in the period: {len(lines)}, each as it stood at the end of its last "
            "day. Who said it is told by role alone; care plans are counted and not named. With themes chosen, those "
            "of that theme. What few may see (about a manager) is in no pack."
        ),
        _by_theme(lines),
        Table(
            "complaints",
            "Complaints, compliments and feedback",
            _COLUMNS,
            [_row(line, names) for line in lines],
        ),
        _learning(lines, names),
        history(
            moment,
            "complaint-history",
            "What was done about each",
            [line.complaint for line in lines],
            ACTS,
            lambda one: known,
            _LEAD_TO_A_PERSON,
        ),
    ]


def _by_theme(lines: list[Line]) -> Table:
    counted = Counter((line.complaint.now("theme"), line.complaint.kind) for line in lines)
    repeats = Counter(line.complaint.now("theme") for line in lines if line.complaint.now("repeat_of"))
    rows = [
        (
            words,
            *(str(counted[theme, kind]) for kind in (COMPLAINT, FEEDBACK, COMPLIMENT)),
            str(repeats[theme]),
        )
        for theme, words in themes().items()
        if any(theme == one for one, _ in counted)
    ]
    columns = ("Theme", "Complaints", "Feedback", "Compliments", "Of these repeat another")
    return Table("complaint-themes", "By theme", columns, rows)


_COLUMNS = (
    "Which", "Kind", "Received", "Who said it", "Theme", "About communication", "Repeats", "Answer sent",
    "Answer defensive", "State",
)  # fmt: skip


def _row(line: Line, names: Mapping[str, str]) -> tuple[str, ...]:
    one = line.complaint
    answered, marked, received = one.last("responded"), one.last("marked"), one.now("received_on")
    return (
        names[one.id],
        KINDS[one.kind],
        day_of(received) if received else "",
        WHO.get(one.now("who"), ""),
        themes().get(one.now("theme"), one.now("theme")),
        _YES_NO.get(one.now("communication"), ""),
        _before(line, names),
        day_of(answered.get("sent_on")) if answered and answered.get("sent_on") else "Not answered",
        _YES_NO.get(marked.get("defensive"), "") if marked else "Nobody has looked",
        "Closed" if one.closed else "Open",
    )


def _before(line: Line, names: Mapping[str, str]) -> str:
    id = line.complaint.now("repeat_of")
    earlier = next((one for one in line.run if one.id == id), None)
    return names.get(id) or (called(earlier) if earlier else "One before the period") if id else "None"


def _learning(lines: list[Line], names: Mapping[str, str]) -> Table:
    """Learning to apply, by when, and what confirms it: F7-CP in care plans, F1 in practice (M08, M08b)."""
    rows = []
    for line in lines:
        learned = line.complaint.last("learning")
        if learned is None or learned.get("to_learn") != "yes":
            continue
        updated, due = line.confirmed.updated_on, line.clock
        rows.append(
            (
                names[line.complaint.id],
                learned.get("what"),
                str(len(line.complaint.every("plan"))),
                day_words(day_in_london(due.due_at)) if due else "",
                day_words(updated) if updated else "Not confirmed by a sample",
                f"{line.confirmed.used} of {len(line.confirmed.seen)} observations",
            )
        )
    columns = (
        "Which",
        "What was learned",
        "Care plans",
        "In plans by",
        "Plan confirmed",
        "Seen used in practice",
    )
    return Table("complaint-learning", "What is to be learned, and whether it is applied", columns, rows)
