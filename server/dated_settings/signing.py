"""Which roles sign what in a service, from when (domain/2 D10, "roles"). A choice among the roles that the rules allow.

A service may narrow it, never widen it: closures of high risk are signed by the nominated individual or the deputy
named for it (domain/3 1.9 rule 9), and nobody takes the nominated individual out of closures or cases. What was signed
before a change stays as it was signed: nothing asks again. Jobs for `Database.read` and `Database.write`.
"""

import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime

from server.dated_settings.setting import SIGNING, Setting, some_of
from server.identity.instants import at
from server.identity.permissions import ROLE_NAMES, Role
from server.reviews.kinds import KINDS

MINUTES, SUMMARIES, CASES = "signs_minutes_", "signs_summaries", "signs_cases"
CLOSURES: Mapping[str, str] = {risk: f"signs_closure_{risk}" for risk in ("high", "medium", "low")}
DEPUTY = "deputy"
"""In a choice of who signs closures: the deputy whom the nominated individual named for some days."""

_NOMINATED = str(Role.NOMINATED_INDIVIDUAL)
_LEADERS = {
    str(role): ROLE_NAMES[role]
    for role in (Role.REGISTERED_MANAGER, Role.QUALITY_LEAD, Role.NOMINATED_INDIVIDUAL)
}
_DECIDE = {str(role): ROLE_NAMES[role] for role in (Role.NOMINATED_INDIVIDUAL, Role.REGISTERED_MANAGER)}
_HIGH = {_NOMINATED: ROLE_NAMES[Role.NOMINATED_INDIVIDUAL], DEPUTY: "Deputy named for it"}
_CLOSE = _DECIDE | {DEPUTY: _HIGH[DEPUTY]}
_STAYS = "The nominated individual stays among them."


def _of_closures(risk: str, options: Mapping[str, str]) -> Setting:
    return Setting(
        CLOSURES[risk], f"Closing an action of {risk} risk is signed by", " ".join(options), SIGNING,
        "A third person, who neither proposed it nor drew the sample. " + _STAYS,
        some_of(options, always=_NOMINATED, why=_STAYS), options, several=True,
    )  # fmt: skip


WHO_SIGNS = (
    *(
        Setting(
            f"{MINUTES}{kind.code}", f"Minutes: {kind.name}", " ".join(_LEADERS), SIGNING,
            "Whoever writes about actions writes the minutes; these roles sign them for good.",
            some_of(_LEADERS), _LEADERS, several=True,
        )
        for kind in KINDS.values()
    ),
    Setting(
        SUMMARIES, "Monthly summaries", " ".join(_LEADERS), SIGNING,
        "Who freezes a summary with its judgement.", some_of(_LEADERS), _LEADERS, several=True,
    ),
    _of_closures("high", _HIGH),
    _of_closures("medium", _CLOSE),
    _of_closures("low", _CLOSE),
    Setting(
        CASES, "Decisions on cases", " ".join(_DECIDE), SIGNING,
        "The decision, a referral, the review, the duty of candour, the outcome, closing a case and opening it again. "
        + _STAYS,
        some_of(_DECIDE, always=_NOMINATED, why=_STAYS), _DECIDE, several=True,
    ),
)  # fmt: skip
_BY_NAME = {setting.name: setting for setting in WHO_SIGNS}


def who_signs(connection: sqlite3.Connection, service: str, name: str, now: datetime) -> frozenset[str]:
    """The roles that sign it at an instant, and `DEPUTY` where a named deputy does too."""
    row = connection.execute(
        """
        SELECT value FROM dated_setting WHERE service = ? AND name = ? AND from_at <= ?
        ORDER BY from_at DESC, id DESC LIMIT 1
        """,
        (service, name, at(now)),
    ).fetchone()
    return frozenset((str(row["value"]) if row else _BY_NAME[name].default).split())


def signs(
    connection: sqlite3.Connection, service: str, name: str, roles: Collection[Role], now: datetime
) -> bool:
    """Whether somebody with these roles in the whole of the service signs it at an instant."""
    return not who_signs(connection, service, name, now).isdisjoint(str(role) for role in roles)


def signs_closing(
    connection: sqlite3.Connection,
    service: str,
    risk: str,
    roles: Collection[Role],
    deputy: bool,
    now: datetime,
) -> bool:
    """Whether somebody with these roles, or the named deputy, signs closing an action of this risk (domain/3 1.9
    rule 9). A high risk is never signed by anybody else, whatever was kept.
    """
    held = {str(role) for role in roles} | ({DEPUTY} if deputy else set())
    allowed = who_signs(connection, service, CLOSURES[risk], now)
    return not held.isdisjoint(allowed & _BY_NAME[CLOSURES[risk]].options.keys())


def signers_words(connection: sqlite3.Connection, service: str, name: str, now: datetime) -> str:
    """ "Registered manager, Quality lead": those who sign it, for whoever may not."""
    setting, chosen = _BY_NAME[name], who_signs(connection, service, name, now)
    return setting.words(" ".join(role for role in setting.options if role in chosen))
