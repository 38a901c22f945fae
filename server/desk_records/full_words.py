"""A register taken out in full: every act of every record, with names and words."""

import json
from collections.abc import Callable, Iterable, Mapping

from server.desk_records.act_kinds import ActKind
from server.desk_records.fields import Choices
from server.desk_records.panel import Entry, entry_of
from server.desk_records.store import DeskRecord, called
from server.evidence.evidence_export import csv_lines
from server.evidence.people import Names

COLUMNS = (
    "id", "called", "service", "unit", "kind", "state", "act", "at", "who", "role", "done", "asked", "written",
)  # fmt: skip
GONE = "(destroyed under a retention rule)"


class Full:
    """Records of one register, ready to be written: `kinds` are its acts, `named` the words of its kinds, `known` has
    what was ever chosen in a record.
    """

    def __init__(
        self,
        records: Iterable[DeskRecord],
        kinds: Mapping[str, ActKind],
        named: Mapping[str, str],
        names: Names,
        known: Callable[[DeskRecord], Choices],
    ) -> None:
        self._records = list(records)
        self._kinds, self._named, self._names, self._known = kinds, named, names, known

    def as_csv(self) -> bytes:
        """A line for each thing that was written, with a byte-order mark for Excel."""
        lines: list[list[object]] = []
        for record in self._records:
            head = list(self._head(record).values())
            for entry in self._entries(record):
                act = [entry.version, entry.at, entry.who, entry.role, entry.done]
                said = [("", GONE)] if entry.gone else entry.said or [("", "")]
                lines += [[*head, *act, asked, written] for asked, written in said]
        return b"\xef\xbb\xbf" + csv_lines([COLUMNS, *lines])

    def as_json(self, name: str) -> bytes:
        """All of it under `name`."""
        found = [
            {
                **self._head(record),
                "acts": [
                    {
                        "act": entry.version,
                        "at": entry.at,
                        "who": entry.who,
                        "role": entry.role,
                        "done": entry.done,
                        "written": GONE if entry.gone else dict(entry.said),
                    }
                    for entry in self._entries(record)
                ],
            }
            for record in self._records
        ]
        return json.dumps({name: found}, ensure_ascii=False, indent=1).encode()

    def _head(self, record: DeskRecord) -> dict[str, str]:
        return {
            "id": record.id,
            "called": called(record),
            "service": self._names.services.get(record.service, record.service),
            "unit": self._names.unit(record.unit) if record.unit else "",
            "kind": self._named[record.kind],
            "state": "Closed" if record.closed else "Open",
        }

    def _entries(self, record: DeskRecord) -> list[Entry]:
        known = self._known(record)
        return [entry_of(act, self._kinds, known, self._names.one_of_staff) for act in record.acts]
