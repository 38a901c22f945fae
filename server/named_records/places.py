"""The pages that hold the named records, and what to look for on each."""

from server.identity.permissions import Permission as P
from server.named_logs.catalogue import BY_CODE
from server.named_logs.named_log import How
from server.named_records.named_record import NamedRecord, Place

_SEES: dict[How, P] = {"templates": P.READ_FORMS, "timescales": P.READ_SETTINGS}


def record(
    number: int, source: str, name: str, more: str, by: str, forms: str, *places: Place
) -> NamedRecord:
    """A row; the codes of its forms are separated by spaces."""
    return NamedRecord(number, source, name, more, by, tuple(forms.split()), places)


def log(code: str, *writes: P, words: str = "") -> Place:
    """One of the named logs, with what it says of itself or `words`."""
    one = BY_CODE[code]
    return Place(f"/logs/{code}", one.name, words or one.purpose, _SEES.get(one.how, P.READ_EVIDENCE), writes)


def actions(asked: str, words: str) -> Place:
    """The register of improvement actions."""
    return Place(f"/actions{asked}", "Actions", words, P.READ_ACTIONS, (P.WRITE_ACTIONS,))


def closures(words: str) -> Place:
    """The closings, each with its road."""
    return Place("/closures", "Closures", words, P.READ_ACTIONS, (P.WRITE_ACTIONS,))


def minutes(words: str) -> Place:
    """Minutes of one kind of meeting. Whoever sees them may write them; who signs is asked there."""
    return Place("/reviews", "Reviews and minutes", words, P.WRITE_ACTIONS, (P.WRITE_ACTIONS,))


def summary(words: str) -> Place:
    """One of the monthly summaries."""
    return Place(
        "/summaries", "Monthly summaries", words, P.READ_SUMMARIES, (P.WRITE_SUMMARIES, P.SIGN_SUMMARIES)
    )


def cases(asked: str, words: str) -> Place:
    """The register of concerns, incidents and safeguarding."""
    return Place(f"/cases{asked}", "Cases", words, P.READ_CASES, (P.WRITE_CASES, P.DECIDE_CASES))


def complaints(words: str) -> Place:
    """The register of complaints and feedback."""
    return Place("/complaints", "Complaints and feedback", words, P.READ_COMPLAINTS, (P.WRITE_COMPLAINTS,))


MAP = Place(
    "/map",
    "Recovery map",
    "Every action that is not closed, the highest risk first",
    P.READ_ACTIONS,
    (P.WRITE_ACTIONS,),
)
PACKS = Place(
    "/packs",
    "Evidence packs",
    "Frozen at one moment, with what is missing said first",
    P.MAKE_PACKS,
    (P.MAKE_PACKS,),
)
STAFFING = Place(
    "/staffing",
    "Staffing weeks",
    "The week: each short shift, and whether its risk was assessed",
    P.READ_STAFFING,
    (P.WRITE_STAFFING,),
)
LEADERSHIP = minutes("Leadership review")
OVERSIGHT = minutes("Provider oversight, with each challenge and decision")
QUALITY = minutes("Quality meeting")
STAFFED = minutes("Staffing governance")
BOARD = minutes("Provider board")
