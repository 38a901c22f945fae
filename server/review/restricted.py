"""Records that few may see: a concern about a manager goes past that manager (domain/4 F12).

Whoever may read them does so by a permission of its own. Everything that shows records asks here, and what is
not said to be allowed is left out.
"""

import sqlite3
from collections.abc import Sequence

from server.identity.permissions import Permission
from server.identity.viewer import Viewer

# The version that stands decides for all of them: a correction must neither open nor hide by half
SEEN_BY_ALL = (
    "v.restricted = 0 AND NOT EXISTS (SELECT 1 FROM record_version w "
    "WHERE w.record = v.record AND w.current = 1 AND w.restricted = 1)"
)


def may_see(viewer: Viewer) -> tuple[str, ...]:
    """The services whose restricted records the viewer may see."""
    return viewer.services_for(Permission.READ_RESTRICTED)


def sees(connection: sqlite3.Connection, viewer: Viewer, record: str, permission: Permission) -> bool:
    """Whether the viewer has `permission` for the version of the record that stands."""
    row = connection.execute(
        "SELECT service, restricted FROM record_version WHERE record = ? AND current = 1", (record,)
    ).fetchone()
    return (
        row is not None
        and viewer.may(permission, row["service"])
        and (not row["restricted"] or row["service"] in may_see(viewer))
    )


def visible(restricted: Sequence[str], *, any_version: bool = False) -> tuple[str, list[object]]:
    """A condition on a row `v` of `record_version`, and its values, for whoever may see the restricted records
    of the services `restricted`. `any_version`: the row need not be the version that stands.
    """
    open_to_all = SEEN_BY_ALL if any_version else "v.restricted = 0"
    if not restricted:
        return open_to_all, []
    return f"({open_to_all} OR v.service IN ({', '.join('?' * len(restricted))}))", list(restricted)
