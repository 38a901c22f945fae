"""Records that few may see: a concern about a manager goes past that manager (domain/4 F12).

Whoever may read them does so by a permission of its own (`Part.restricted` in `server/identity/scope.py`). Everything
that shows records asks the viewer's scope, and what is not said to be allowed is left out.
"""

import sqlite3

from server.identity.permissions import Permission
from server.identity.viewer import Viewer


def may_see(viewer: Viewer) -> tuple[str, ...]:
    """The whole services whose restricted records the viewer may see."""
    return viewer.services_for(Permission.READ_RESTRICTED)


def sees(connection: sqlite3.Connection, viewer: Viewer, record: str, permission: Permission) -> bool:
    """Whether the viewer has `permission` for the version of the record that stands."""
    condition, values = viewer.scope(permission).records("v")
    sql = f"SELECT 1 FROM record_version v WHERE v.record = ? AND v.current = 1 AND {condition}"  # noqa: S608
    return connection.execute(sql, (record, *values)).fetchone() is not None
