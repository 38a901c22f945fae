"""The member of staff looking at the desk, and what their roles let them see and do."""

import msgspec

from server.identity.permissions import MAY, ROLE_NAMES, Permission, Role


class Grant(msgspec.Struct, frozen=True):
    """One role in one service. A role in all services is one grant for each of them."""

    role: Role
    service: str


class Viewer(msgspec.Struct, frozen=True):
    """Who is signed in. Handlers get it by the name `viewer`; SQL reads take it and ask `services_for`.

    `services` maps the id of each service in which the viewer has any role to its name; `place` is what the
    top of
    the page says: the one service, or the provider.
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

    def services_for(self, permission: Permission) -> tuple[str, ...]:
        """The ids of the services in which the viewer has `permission`, in a steady order."""
        return tuple(sorted({grant.service for grant in self.grants if permission in MAY[grant.role]}))

    def may(self, permission: Permission, service: str = "") -> bool:
        """Whether the viewer has `permission` in `service`, or, with no service, in any."""
        services = self.services_for(permission)
        return service in services if service else bool(services)
