"""The member of staff looking at the desk, and what their roles let them see and do."""

import msgspec

from server.identity.permissions import BY_UNIT, MAY, OF_SERVICE, ROLE_NAMES, Permission, Role
from server.identity.scope import Part, Scope


class Chosen(msgspec.Struct, frozen=True):
    """What a visit shows of its services. () and "" leave all in; `until` is the first instant outside."""

    forms: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    named: bool = False


class Grant(msgspec.Struct, frozen=True):
    """One role in one service or, with `unit`, in one unit of it. A role in all services is one grant for each."""

    role: Role
    service: str
    unit: str = ""
    chosen: Chosen | None = None

    def gives(self, permission: Permission) -> bool:
        """Whether it gives `permission` anywhere: a role in one unit gives nothing that is about the service."""
        return permission in MAY[self.role] and (
            not self.unit or permission in BY_UNIT or permission in OF_SERVICE
        )


class Viewer(msgspec.Struct, frozen=True):
    """Who is signed in. Handlers get it by the name `viewer`.

    Reads of records take `scope(permission)`; what belongs to a whole service asks `services_for`. `services` maps the
    id of each service in which the viewer has any role to its name; `place` is what the top of the page says: the one
    service, or the provider.
    """

    staff: str
    name: str
    email: str
    grants: tuple[Grant, ...]
    services: dict[str, str]
    place: str
    session: int

    @property
    def roles(self) -> tuple[str, ...]:
        """The viewer's roles in words, each once."""
        return tuple(dict.fromkeys(ROLE_NAMES[grant.role] for grant in self.grants))

    @property
    def visits(self) -> bool:
        """Whether this is a visitor and nobody else."""
        return bool(self.grants) and all(grant.role is Role.VISITOR for grant in self.grants)

    def services_for(self, permission: Permission) -> tuple[str, ...]:
        """The ids of the services in which the viewer has `permission` for the whole service, in a steady order."""
        found = {
            grant.service
            for grant in self.grants
            if permission in MAY[grant.role] and (not grant.unit or permission in OF_SERVICE)
        }
        return tuple(sorted(found))

    def scope(self, permission: Permission) -> Scope:
        """Where the viewer has `permission`, service by service and unit by unit."""
        given = [grant for grant in self.grants if grant.gives(permission)]
        return Scope(
            tuple(dict.fromkeys(_part(grant) for grant in given)),
            named=any(grant.chosen is None or grant.chosen.named for grant in given),
        )

    def may(self, permission: Permission, service: str = "", unit: str | None = None) -> bool:
        """Whether the viewer has `permission` for the whole of `service`, or with `unit` for that unit of it, or, with
        no service, anywhere.
        """
        if unit is not None:
            return self.scope(permission).shows_place(service, unit)
        if service:
            return service in self.services_for(permission)
        return any(grant.gives(permission) for grant in self.grants)


def _part(grant: Grant) -> Part:
    chosen = grant.chosen or Chosen()
    return Part(
        service=grant.service,
        unit=grant.unit,
        restricted=Permission.READ_RESTRICTED in MAY[grant.role],
        forms=chosen.forms,
        actions=chosen.actions,
        since=chosen.since,
        until=chosen.until,
    )
