"""Who and what is in the example: everything invented, named so that nobody mistakes it for a real service."""

from typing import NamedTuple

from server.identity.permissions import Role

PROVIDER = "example"
PROVIDER_NAME = "Larkfield Care (example)"


class Service(NamedTuple):
    """A service with its units (id, name) and, for each unit, the initials of the people it supports."""

    id: str
    name: str
    kind: str
    units: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, ...], ...]
    place: str


class Member(NamedTuple):
    """A member of staff; `service` None = every service, `role` None = no role at all."""

    id: str
    name: str
    role: Role | None
    service: str | None


class ExampleTablet(NamedTuple):
    """A tablet that made records. Nobody holds its cookie."""

    id: str
    name: str
    service: str
    unit: str


HOME, LIVING = "alder-house", "harbour-living"

SERVICES = (
    Service(
        HOME,
        "Alder House",
        "residential",
        (("alder-ground", "Ground floor"), ("alder-first", "First floor")),
        (
            ("AB", "CD", "EF", "GH", "IJ", "KL", "MN", "OP", "QR", "ST", "UV", "WX"),
            ("AC", "BD", "EG", "FH", "IK", "JL", "MO", "NP", "QS", "RT", "UW", "VX"),
        ),
        "room",
    ),
    Service(
        LIVING,
        "Harbour Living",
        "supported_living",
        (("harbour-quay", "Quay House"), ("harbour-mill", "Mill House")),
        (("AD", "BE", "CF", "DG", "EH", "FI", "GJ", "HK"), ("IL", "JM", "KN", "LO", "MP", "NQ", "OR", "PS")),
        "flat",
    ),
)

STAFF = (
    Member("amina", "Amina Example", Role.FLOOR, HOME),
    Member("ben", "Ben Example", Role.SHIFT_MANAGER, HOME),
    Member("chidi", "Chidi Example", Role.REGISTERED_MANAGER, HOME),
    Member("dana", "Dana Example", Role.NOMINATED_INDIVIDUAL, None),
    Member("eli", "Eli Example", None, None),
    Member("farah", "Farah F", Role.FLOOR, HOME),
    Member("gwen", "Gwen G", Role.FLOOR, HOME),
    Member("hari", "Hari H", Role.FLOOR, HOME),
    Member("ivy", "Ivy I", Role.FLOOR, HOME),
    Member("jonas", "Jonas J", Role.FLOOR, HOME),
    Member("kofi", "Kofi K", Role.FLOOR, HOME),
    Member("lena", "Lena L", Role.REGISTERED_MANAGER, LIVING),
    Member("marta", "Marta M", Role.SHIFT_MANAGER, LIVING),
    Member("noor", "Noor N", Role.FLOOR, LIVING),
    Member("owen", "Owen O", Role.FLOOR, LIVING),
    Member("priya", "Priya P", Role.FLOOR, LIVING),
    Member("quinn", "Quinn Q", Role.FLOOR, LIVING),
    Member("rosa", "Rosa R", Role.QUALITY_LEAD, None),
    Member("sami", "Sami S", Role.FLOOR, HOME),
)

# Left before the last of her records was sealed on the tablet: that one waits for a person
LEAVER, LEAVER_DAYS_AGO = "sami", 40

CAST = ("amina", "ben", "chidi", "dana", "eli")

TABLETS = (
    ExampleTablet("example-tablet-oak", "Oak", HOME, "alder-ground"),
    ExampleTablet("example-tablet-elm", "Elm", HOME, "alder-first"),
    ExampleTablet("example-tablet-ash", "Ash", LIVING, "harbour-quay"),
    ExampleTablet("example-tablet-rowan", "Rowan", LIVING, "harbour-mill"),
)

# Who writes observations, by service, with how often each does
AUTHORS = {
    HOME: (("amina", 5), ("ben", 4), ("farah", 3), ("gwen", 3), ("hari", 2)),
    LIVING: (("marta", 4), ("noor", 4), ("owen", 3)),
}
# Who comes from outside a service, by the tablet that they use there
VISITORS = {"Oak": ("dana",), "Ash": ("dana",)}
# Who is observed
OBSERVED = {
    HOME: ("farah", "gwen", "hari", "ivy", "jonas", "kofi", "amina"),
    LIVING: ("noor", "owen", "priya", "quinn"),
}


def email(member: Member) -> str:
    """An address that can never be anyone's: `.example` is reserved."""
    return f"{member.id}@larkfield.example"


def people_of(unit: str) -> list[str]:
    """The ids of the people a unit supports."""
    return [id for each, id, _, _ in people() if each == unit]


def people() -> list[tuple[str, str, str, str]]:
    """(unit, id, initials, place) of all forty."""
    return [
        (unit, f"{unit}-{number}", initials, f"{service.place} {first + number}")
        for service in SERVICES
        for first, (unit, _), group in zip((0, 20), service.units, service.people, strict=True)
        for number, initials in enumerate(group, 1)
    ]
