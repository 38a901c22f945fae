"""Who may do what to whom: nobody gives what is above their own role, and nobody changes their own.

Decided: a table of who gives which role, beside the table of who may do what. A nominated individual is named by the
provider, on the server itself; a visitor is let in on the page of visitors.
Rejected: comparing what two roles may do (an administrator may do less than a carer's manager, and must be able to
name one when a service has none).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from server.identity.instants import at
from server.identity.permissions import MAY, Permission, Role
from server.identity.viewer import Viewer

_UP_TO_MANAGER = frozenset({Role.FLOOR, Role.SHIFT_MANAGER, Role.QUALITY_LEAD, Role.REGISTERED_MANAGER})
MAY_GIVE: Mapping[Role, frozenset[Role]] = {
    Role.REGISTERED_MANAGER: _UP_TO_MANAGER,
    Role.ADMINISTRATOR: _UP_TO_MANAGER | {Role.ADMINISTRATOR},
}
# Of these, one unit may be the whole of it; the others answer for a service
FOR_A_UNIT = frozenset({Role.FLOOR, Role.SHIFT_MANAGER})


class Held(msgspec.Struct, frozen=True):
    """One role of one person. `service` "" = all of them; `unit` "" = the whole service; instants, `ends` "" = open."""

    id: int
    role: Role
    service: str
    unit: str
    starts: str
    ends: str

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended, or was ended before it began."""
        return bool(self.ends) and (self.ends <= at(now) or self.ends <= self.starts)

    def is_in_force(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        return self.starts <= at(now) and not self.is_over(now)


class Powers(msgspec.Struct, frozen=True):
    """What one manager of staff may give, service by service. `everywhere`: in every service there is."""

    staff: str
    gives: Mapping[str, frozenset[Role]]
    everywhere: bool

    def may_give(self, role: Role, service: str) -> bool:
        """Whether this role, in this service ("" = all of them), is theirs to give and to end."""
        if service:
            return role in self.gives.get(service, ())
        return self.everywhere and all(role in roles for roles in self.gives.values())

    def sees(self, roles: Sequence[Held]) -> bool:
        """Whether somebody with these roles, ended ones too, is on their list. Visitors are on no such list."""
        if not roles:
            return self.everywhere
        return any(
            held.role is not Role.VISITOR and (not held.service or held.service in self.gives)
            for held in roles
        )

    def may_end_all(self, staff: str, roles: Sequence[Held], now: datetime) -> bool:
        """Whether they may end this person's employment: every role that is not over is theirs to end."""
        return staff != self.staff and all(
            self.may_give(held.role, held.service) for held in roles if not held.is_over(now)
        )

    def may_reset(self, staff: str, roles: Sequence[Held], now: datetime) -> bool:
        """Whether they may hand this person a new PIN or a code for a password.

        Whoever hands it out could use it: so never of anybody who reads more somewhere than they do, nor of anybody
        who works for others alone by now. Work on the floor of another service opens at the desk only what was
        observed of themselves.
        """
        working = [held for held in roles if not held.is_over(now)]
        theirs = [self.may_give(held.role, held.service) for held in working]
        return (
            staff != self.staff
            and (any(theirs) or not working)
            and all(mine or held.role is Role.FLOOR for mine, held in zip(theirs, working, strict=True))
        )


def powers_of(viewer: Viewer, services: Sequence[str]) -> Powers:
    """What the viewer may give. `services` are the ids of all there are."""
    gives: dict[str, frozenset[Role]] = {}
    for grant in viewer.grants:
        if Permission.MANAGE_STAFF in MAY[grant.role] and not grant.unit:
            gives[grant.service] = gives.get(grant.service, frozenset()) | MAY_GIVE[grant.role]
    return Powers(viewer.staff, gives, set(gives) >= set(services))
