"""What complaints say to measures (M06, M08) and signs (W16). Given to whoever reads whole services (`reach_in`)."""

from server.cases.facts import reach_in
from server.complaints.kinds import COMPLAINT
from server.complaints.standing import learned_on
from server.desk_records.store import read_register
from server.evidence.times import read_day, read_instant, start_of_day
from server.measures.desk_facts import Complaint
from server.measures.reading_records import Source
from server.signals.facts import ComplaintResponse


def complaints(source: Source) -> tuple[Complaint, ...]:
    """Every complaint of the register, on the day it was received; compliments and feedback are none."""
    found = []
    for one in read_register(source.connection, "complaint", reach_in(source.scope)):
        day = read_day(one.now("received_on"))
        if one.kind == COMPLAINT and day is not None:
            learned = learned_on(one)
            found.append(
                Complaint(
                    id=one.id,
                    service=one.service,
                    unit=one.unit,
                    happened_at=start_of_day(day),
                    received_at=read_instant(one.opened_at),
                    communication=one.now("communication") == "yes",
                    repeat_of=one.now("repeat_of"),
                    learning=learned is not None,
                    learned_on=learned,
                )
            )
    return tuple(found)


def responses(source: Source) -> tuple[ComplaintResponse, ...]:
    """What somebody last said of the answer to a complaint."""
    found = []
    for one in read_register(source.connection, "complaint", reach_in(source.scope)):
        marked = one.last("marked")
        if marked is not None:
            at = read_instant(marked.at)
            found.append(
                ComplaintResponse(
                    id=f"{one.id}/{marked.version}",
                    service=one.service,
                    unit=one.unit,
                    happened_at=at,
                    received_at=at,
                    defensive=marked.get("defensive") == "yes",
                )
            )
    return tuple(found)
