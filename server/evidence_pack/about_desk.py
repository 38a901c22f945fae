"""What the sections about desk records share: what a record is called, and its acts in words."""

from collections.abc import Callable, Iterable, Mapping

from server.desk_records.act_kinds import ActKind
from server.desk_records.fields import Choices
from server.desk_records.panel import entry_of
from server.desk_records.store import DeskRecord, called
from server.evidence.times import moment_words
from server.evidence_pack.blocks import Table
from server.evidence_pack.moment import Moment

# The full history of more acts than this is not for paper
MOST_IN_PDF = 200


def name_of(moment: Moment, record: DeskRecord) -> str:
    """What a pack calls it: "Case 3: Fall in the lounge", of several services with its service."""
    place = f"{moment.service(record.service)}, " if len(moment.chosen.services) > 1 else ""
    return f"{place}{called(record)}: {record.now('title') or 'its words are destroyed'}"


def place_of(moment: Moment, record: DeskRecord) -> str:
    """Its unit, or the whole service."""
    return moment.names.unit(record.unit) if record.unit else "The whole service"


def history(
    moment: Moment,
    file: str,
    caption: str,
    records: Iterable[DeskRecord],
    kinds: Mapping[str, ActKind],
    known: Callable[[DeskRecord], Choices],
    leave_out: frozenset[str] = frozenset(),
) -> Table:
    """Everything that was done with these records, in words; of the acts in `leave_out` only that they were done.
    `known` has the words of what was ever chosen in one.
    """
    rows = [
        (
            name_of(moment, record),
            moment_words(entry.at),
            f"{entry.who}, {entry.role.lower()}" if entry.role else entry.who,
            entry.done,
            "Its words were destroyed under a retention rule"
            if entry.gone
            else "; ".join(f"{label}: {said}" for label, said in entry.said if act.what not in leave_out)
            or "–",
        )
        for record in records
        for act in record.acts
        for entry in (entry_of(act, kinds, known(record), moment.names.one_of_staff),)
    ]
    columns = ("About", "When", "Who", "What was done", "What was written")
    return Table(file, caption, columns, rows, in_pdf=len(rows) <= MOST_IN_PDF)
