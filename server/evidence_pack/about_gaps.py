"""The section of a pack about what is missing, stated plainly: S4, it does not pretend that all is fixed."""

from server.evidence.times import day_in_london
from server.evidence_pack.about_actions import remains, title
from server.evidence_pack.about_desk import name_of
from server.evidence_pack.about_service import missing_on
from server.evidence_pack.about_summaries import unsigned
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment
from server.reviews.kinds import KINDS, is_overdue
from server.reviews.store import last_held, read_reviews

_Row = tuple[str, str, str]


def gaps(moment: Moment) -> list[Block]:
    """Everything that is missing as far as it can be told from what is kept."""
    rows = [("Action", title(moment, page), words) for page in moment.actions for words in remains(page)]
    rows += [
        ("Early warning", f"{line.signal.code}: {line.signal.says}", "Nobody answered it.")
        for line in moment.signals
        if line.state != "answered"
    ]
    rows += _of_the_desk(moment)
    rows += [
        ("Tablet", tablet.name, f"{count:,}: {what}")
        for tablet in moment.tablets
        for count, what in missing_on(tablet)
    ]
    if not moment.records:
        rows.append(("Records", "The period", "No record of it is in this pack."))
    if not moment.actions:
        rows.append(("Actions", "The services", "There is no action to show."))
    columns = ("What kind", "About", "What is missing")
    return [
        Words(
            "What this service does not have, or cannot show, as far as Sightline can tell. Nothing here is left out."
        ),
        Table("gaps", "Gaps", columns, rows),
    ]


def _of_the_desk(moment: Moment) -> list[_Row]:
    desk = moment.desk
    found = [
        ("Case", name_of(moment, line.case), f"{clock.what}: late, and not done.")
        for line in desk.cases
        for clock in line.open_clocks
        if line.state(clock) == "overdue"
    ]
    found += [
        ("Complaint", name_of(moment, line.complaint), f"{clock.what}: late, and not done.")
        for line in desk.complaints
        for clock in line.open_clocks
        if clock.state(moment.as_of) == "overdue"
    ]
    found += [
        (
            "Staffing",
            f"{moment.service(service)}, {week.period.label}",
            f"{len(week.waiting)} short shifts: {_WAITING}",
        )
        for service, week in desk.staffing
        if week.waiting
    ]
    found += [
        ("Learning", message.title, "Practice was not watched in its time.")
        for message in desk.messages
        if message.watching and message.watching.state(moment.as_of) == "overdue" and not message.not_needed
    ]
    found += [
        ("Summaries", f"{place}, {month}", f"Not signed: {names}.")
        for place, month, names in unsigned(moment)
    ]
    return [*found, *_meetings(moment)]


_WAITING = "not reviewed with their risk assessed."


def _meetings(moment: Moment) -> list[_Row]:
    """The kinds of meeting without signed minutes in the period, and those whose time had passed at its end."""
    today, held = (
        day_in_london(moment.as_of),
        {(one.service, one.minutes.kind) for one in moment.desk.meetings},
    )
    last = last_held(
        [
            one
            for one in read_reviews(moment.connection, moment.chosen.services)
            if one.minutes.held_on <= moment.chosen.until.isoformat()
        ]
    )
    found = []
    for service in moment.chosen.services:
        for code, kind in KINDS.items():
            if is_overdue(kind, last.get((service, code)), today):
                found.append(
                    (
                        "Meeting",
                        f"{moment.service(service)}, {kind.name}",
                        "Its time had passed, and none was held.",
                    )
                )
            elif (service, code) not in held:
                found.append(
                    ("Meeting", f"{moment.service(service)}, {kind.name}", "No signed minutes in the period.")
                )
    return found
