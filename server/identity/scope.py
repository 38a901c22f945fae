"""What somebody may see of the records: whole services, single units, or what was chosen for a visitor.

The one place that says it in SQL. Every read of records takes a `Scope` and puts one of its conditions into its
query; `tests/server/test_reach.py` walks all of them with people who may see little.
Decided: a record is in a scope when the version that stands is, and the version that is shown too. A correction that
moves a record to another unit takes all of it along.
Rejected: a view or a temporary table for each viewer (a commit for each page; the planner loses the indexes).
"""

from collections.abc import Iterable, Sequence

import msgspec

SQL = tuple[str, list[object]]
NOTHING: SQL = ("0 = 1", [])

# What is due to nobody's record: laid out by the clock or from the service's lists
OF_SERVICE_ORIGINS = ("schedule", "learning", "control")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of a scope: a service or, with `unit`, a unit of it. All the rest narrows it; "" and () do not.

    `restricted`: also records that few may see. `since` and `until` are instants; `until` is the first one outside.
    """

    service: str
    unit: str = ""
    restricted: bool = False
    forms: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def record(self, row: str) -> SQL:
        """Whether a row of `record_version` is in this part."""
        tests, values = [f"{row}.service = ?"], [*_one(self.service)]
        if self.unit:
            tests.append(f"{row}.unit = ?")
            values.append(self.unit)
        if not self.restricted:
            tests.append(f"{row}.restricted = 0")
        if self.forms:
            tests.append(f"{row}.form IN ({_marks(self.forms)})")
            values += self.forms
        if self.since:
            tests.append(f"{row}.happened_at >= ?")
            values.append(self.since)
        if self.until:
            tests.append(f"{row}.happened_at < ?")
            values.append(self.until)
        if self.actions:
            tests.append(
                f"EXISTS (SELECT 1 FROM bearing chosen WHERE chosen.record = {row}.record "  # noqa: S608
                f"AND chosen.action IN ({_marks(self.actions)}))"
            )
            values += self.actions
        return " AND ".join(tests), values

    def place(self, service: str, unit: str) -> SQL:
        """Whether these two columns name a place inside this part."""
        if self.unit:
            return f"{service} = ? AND {unit} = ?", [self.service, self.unit]
        return f"{service} = ?", [*_one(self.service)]


class Scope(msgspec.Struct, frozen=True):
    """What somebody may see, in parts; what is in any of them is in it. Not `named`: pseudonyms stand for names."""

    parts: tuple[Part, ...]
    named: bool = True

    @property
    def services(self) -> tuple[str, ...]:
        """The services of which anything may be seen, in a steady order."""
        return tuple(sorted({part.service for part in self.parts}))

    @property
    def units(self) -> tuple[str, ...]:
        """The single units that may be seen, beside whole services."""
        return tuple(sorted({part.unit for part in self.parts if part.unit}))

    @property
    def whole(self) -> bool:
        """Whether no part of it is a single unit."""
        return not self.units

    def within(self, services: Iterable[str]) -> "Scope":
        """The part of it that lies in these services."""
        among = set(services)
        return Scope(tuple(part for part in self.parts if part.service in among), self.named)

    def branches(self) -> list[tuple[str, str, "Scope"]]:
        """The scope cut where the indexes are: service, unit ("" = by the service's index) and that piece of it.

        No record is in two pieces.
        """
        pieces: list[tuple[str, str, Scope]] = []
        for service in self.services:
            here = self.within([service])
            if any(not part.unit for part in here.parts):
                pieces.append((service, "", here))
                continue
            for unit in here.units:
                parts = tuple(part for part in here.parts if part.unit == unit)
                pieces.append((service, unit, Scope(parts, self.named)))
        return pieces

    def records(self, row: str = "v", *, any_version: bool = False) -> SQL:
        """A condition on a row of `record_version` called `row`, with its values in order.

        `any_version`: the row need not be the version that stands; then that one must be in the scope as well.
        """
        tests, values = _any(part.record(row) for part in self.parts)
        if not any_version:
            return tests, values
        now, more = _any(part.record("standing") for part in self.parts)
        stands = (
            f"EXISTS (SELECT 1 FROM record_version standing WHERE standing.record = {row}.record "  # noqa: S608
            f"AND standing.current = 1 AND {now})"
        )
        return f"({tests} AND {stands})", [*values, *more]

    def places(self, service: str, unit: str) -> SQL:
        """A condition on two columns (or expressions) that name a service and one of its units."""
        return _any(part.place(service, unit) for part in self.parts)

    def due(self, row: str = "d") -> SQL:
        """A condition on a row of `due_item`. Who sees a unit also sees what is due to the whole service, unless it
        came from a record.
        """
        origins = ", ".join(f"'{origin}'" for origin in OF_SERVICE_ORIGINS)
        of_service = (
            f"({row}.service = ? AND {row}.unit = '' AND {row}.origin IN ({origins}) AND {row}.person = '')"
        )
        conditions: list[SQL] = []
        for part in self.parts:
            conditions.append(part.place(f"{row}.service", f"{row}.unit"))
            if part.unit:
                conditions.append((of_service, [*_one(part.service)]))
        return _any(conditions)

    def shows_place(self, service: str, unit: str) -> bool:
        """`places` for one place that is already known."""
        return any(part.service == service and part.unit in ("", unit) for part in self.parts)

    def shows_action(self, id: str, service: str) -> bool:
        """Whether an action of `service` may be seen: actions belong to the service, and are seen from every unit."""
        return any(
            part.service == service and (not part.actions or id in part.actions) for part in self.parts
        )


def of_services(services: Iterable[str], restricted: Iterable[str] = ()) -> Scope:
    """Whole services, in which nothing was chosen; of those in `restricted` also what few may see."""
    few = set(restricted)
    return Scope(tuple(Part(service=service, restricted=service in few) for service in services))


def _any(conditions: Iterable[SQL]) -> SQL:
    found = list(dict.fromkeys((test, tuple(values)) for test, values in conditions))
    if not found:
        return NOTHING
    return f"({' OR '.join(f'({test})' for test, _ in found)})", [
        one for _, values in found for one in values
    ]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _one(value: object) -> list[object]:
    return [value]
