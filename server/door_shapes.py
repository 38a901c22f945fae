"""The shapes of answers that handlers put together field by field, for the description of the doors (`openapi.py`).

Every answer is held to them by `tests/server/test_openapi.py`, so a field that is added there is missed here at once.
"""

from typing import Any, Literal

import msgspec


class KillSwitch(msgspec.Struct, forbid_unknown_fields=True):
    """1: drop the stored copy of the app. Records are kept."""

    kill: Literal[0, 1]


class WelcomeTablet(msgspec.Struct, forbid_unknown_fields=True):
    """Which tablet it is."""

    id: str
    name: str
    unit: str


class WelcomeService(msgspec.Struct, forbid_unknown_fields=True):
    """Where it is."""

    id: str
    name: str
    kind: Literal["residential", "supported_living", "homecare"]


class WelcomeServer(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of the server that the tablet trusts from now on, in base64."""

    signing_key: str
    recovery_key: str


class WelcomeSettings(msgspec.Struct, forbid_unknown_fields=True):
    """What the tablet goes by before its first pull."""

    lock_seconds: int


class Welcome(msgspec.Struct, forbid_unknown_fields=True):
    """What a tablet is told of itself and of its server."""

    tablet: WelcomeTablet
    service: WelcomeService
    server: WelcomeServer
    settings: WelcomeSettings


class SignsIn(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who may sign in on this tablet."""

    id: str
    name: str
    role: str
    pin: Literal["set", "first", "none"]


class TabletStaff(msgspec.Struct, forbid_unknown_fields=True):
    """All of them."""

    staff: list[SignsIn]


class PinSet(msgspec.Struct, forbid_unknown_fields=True):
    """Since when the PIN is the person's."""

    pin_set_at: str


class KeysKnown(msgspec.Struct, forbid_unknown_fields=True):
    """The ids of the keys that the server knows now."""

    known: list[str]


class EvidenceFile(msgspec.Struct):
    """The evidence list as a file: its filter, its records, and what is missing ("" = nothing)."""

    filter: dict[str, list[str]]
    records: list[dict[str, Any]]
    cut: str


class LogFile(msgspec.Struct):
    """A named log as a file: which log it is, its filter, the headings of its columns, its entries."""

    log: str
    name: str
    of: list[str]
    filter: dict[str, str]
    columns: list[str]
    entries: list[dict[str, Any]]


class ActionsFile(msgspec.Struct):
    """The register of actions as a file."""

    actions: list[dict[str, Any]]


class CasesFile(msgspec.Struct):
    """The register of cases as a file."""

    cases: list[dict[str, Any]]


class ComplaintsFile(msgspec.Struct):
    """The register of complaints and feedback as a file."""

    complaints: list[dict[str, Any]]


class LearningFile(msgspec.Struct):
    """The learning messages as a file."""

    messages: list[dict[str, Any]]
