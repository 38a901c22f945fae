"""All of them in the order of domain/2 1.3, and which of them a page holds."""

from collections.abc import Mapping

from server.named_records.named_record import NamedRecord, Place
from server.named_records.of_s0_and_s1 import RECOVERY_MAP
from server.named_records.of_s0_and_s1 import ROWS as _FIRST
from server.named_records.of_s2_to_s4 import ROWS as _REST

RECORDS: tuple[NamedRecord, ...] = (*_FIRST, *_REST, RECOVERY_MAP)


def _by_page() -> dict[str, tuple[tuple[NamedRecord, Place], ...]]:
    found: dict[str, tuple[tuple[NamedRecord, Place], ...]] = {}
    for record in RECORDS:
        for place in record.places:
            # A page whose title is the name needs to say it no second time
            if not place.title.startswith(record.name):
                found[place.path] = (*found.get(place.path, ()), (record, place))
    return found


_BY_PAGE: Mapping[str, tuple[tuple[NamedRecord, Place], ...]] = _by_page()


def kept_here(path: str) -> tuple[tuple[NamedRecord, Place], ...]:
    """The records that the page at this path holds beside what its title says, with where on it: on most pages none."""
    return _BY_PAGE.get(path, ())
