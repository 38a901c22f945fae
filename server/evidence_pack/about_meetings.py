"""The section of a pack about what leaders challenged and decided (S2E3.3; S0): signed minutes (domain/2 1.5, D5)."""

from datetime import date

from server.dated_settings.store import own_value_at
from server.evidence.times import day_of, moment_words, read_day, start_of_day, write_instant
from server.evidence_pack.about_evidence import managers
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment
from server.reviews.kinds import KINDS
from server.reviews.minutes import ASSURANCE, SOURCES, Row, is_challenge
from server.reviews.store import Review, additions_to

_SHORT = {code: words.partition(":")[0] for code, words in ASSURANCE.items()}


def challenge(moment: Moment) -> list[Block]:
    """Signed minutes of the period's meetings, the first held first; then what managers made of records."""
    reviews = moment.desk.meetings
    rows = [(name_of(moment, one), row) for one in reviews for row in one.minutes.rows if not row.is_empty]
    followed = sum(is_challenge(row) for _, row in rows)
    return [
        Words(
            f"Meetings of the period with signed minutes: {len(reviews)}. Questions put: {len(rows)}, with a change, "
            f"an owner and a day: {followed}. Minutes are whole whatever the themes of this pack, for a part of "
            "what was signed is not what was signed. What is not signed yet is not here."
        ),
        Table(
            "meetings", "Meetings with signed minutes", _MEETING, [_meeting(moment, one) for one in reviews]
        ),
        Table(
            "challenge", "Question, answer, decision", _CHALLENGE, [_challenge(moment, *row) for row in rows]
        ),
        _shown(moment, reviews),
        _agenda(moment, reviews),
        _additions(moment, reviews),
        *managers(moment),
    ]


def name_of(moment: Moment, one: Review) -> str:
    """What a pack calls a meeting."""
    place = f"{moment.service(one.service)}, " if len(moment.chosen.services) > 1 else ""
    kind = KINDS.get(one.minutes.kind)
    return f"{place}{kind.name if kind else one.minutes.kind}, {day_of(one.minutes.held_on)}"


_MEETING = (
    "Meeting", "Who was there", "What it was about", "Where confidence rose", "Where risk remains",
    "What changed because it was weak", "Passed on", "Signed",
)  # fmt: skip
_CHALLENGE = (
    "Meeting", "Question", "Answer", "Decision", "Why, or what changes", "Who does it", "Reviewed on", "About",
)  # fmt: skip


def _meeting(moment: Moment, one: Review) -> tuple[str, ...]:
    said = one.minutes
    return (
        name_of(moment, one),
        said.attendees,
        said.summary,
        said.confidence,
        said.remains,
        said.changed or "Nothing was written",
        said.escalations or "Nothing",
        f"{moment.names.one_of_staff(one.signed_by)}, {moment_words(one.signed_at)}",
    )


def _challenge(moment: Moment, name: str, row: Row) -> tuple[str, ...]:
    titles = {page.action.id: f"Action {page.action.number}" for page in moment.actions}
    return (
        name,
        row.question,
        row.answer,
        _SHORT.get(row.assurance, "–"),
        row.why if row.assurance == "strong" else row.change,
        moment.names.one_of_staff(row.owner) if row.owner else "",
        day_of(row.review_on) if row.review_on else "",
        titles.get(row.action, "An action that is not in this pack") if row.action else "",
    )


def _shown(moment: Moment, reviews: list[Review]) -> Table:
    """What was looked at, and whether it was current on the day (S2E3)."""
    rows = []
    for one in reviews:
        held = read_day(one.minutes.held_on)
        days = _current_days(moment, one.service, held) if held else 0
        rows += [
            (
                name_of(moment, one),
                SOURCES.get(shown.kind, shown.kind),
                day_of(shown.dated) if shown.dated else "No day",
                "Current" if held and shown.is_current(held, days) else "Not current",
            )
            for shown in one.minutes.evidence
        ]
    return Table(
        "meeting-evidence", "What was looked at", ("Meeting", "Source", "Newest", "On that day"), rows
    )


def _agenda(moment: Moment, reviews: list[Review]) -> Table:
    rows = [
        (
            name_of(moment, one),
            f"Action {line.number}: {line.title}",
            line.sentence,
            day_of(line.newest) if line.newest else "None",
            "Current" if line.current else "Not current",
        )
        for one in reviews
        for line in one.minutes.agenda
    ]
    columns = ("Meeting", "Action", "What the evidence said then", "Newest evidence", "On that day")
    return Table("meeting-agenda", "The recovery map as it was when the minutes were signed", columns, rows)


def _additions(moment: Moment, reviews: list[Review]) -> Table:
    rows = [
        (name_of(moment, one), moment_words(added.at), moment.names.one_of_staff(added.who), added.words)
        for one in reviews
        for added in additions_to(moment.connection, one.id)
        if added.at <= moment.last
    ]
    return Table(
        "meeting-additions",
        "Added to minutes after they were signed",
        ("Meeting", "When", "Who", "What"),
        rows,
    )


def _current_days(moment: Moment, service: str, held: date) -> int:
    """The setting in force on the day of the meeting."""
    at = write_instant(start_of_day(held))
    return int(own_value_at(moment.connection, service, "evidence_current_days", at))
