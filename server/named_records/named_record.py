"""What is said of a record that the documents name: plain data."""

from urllib.parse import urlsplit

import msgspec

from server.identity.permissions import Permission


class Place(msgspec.Struct, frozen=True):
    """A page that holds a record: its address and title, what to look for on it, what it takes to see it and to write
    there.
    """

    address: str
    title: str
    words: str
    sees: Permission
    writes: tuple[Permission, ...] = ()

    @property
    def path(self) -> str:
        """The address without what it asks for."""
        return urlsplit(self.address).path


class NamedRecord(msgspec.Struct, frozen=True):
    """One row of domain/2 1.3: its number (0: the recovery map), its place in the sources, the name it has there and
    what the sources say of it, who writes it and when, the codes of the floor's forms that capture it, its pages.
    """

    number: int
    source: str
    name: str
    more: str
    by: str
    forms: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def writes(self) -> tuple[Permission, ...]:
        """What it takes to write it at the desk, each once. What a form captures is written on a tablet besides."""
        return tuple(dict.fromkeys(one for place in self.places for one in place.writes))

    @property
    def sees(self) -> tuple[Permission, ...]:
        """What it takes to read it, each once."""
        return tuple(dict.fromkeys(place.sees for place in self.places))
