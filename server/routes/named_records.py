"""The page that says where each record lives that the documents name."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from server.identity.permissions import MAY, ROLE_NAMES, Permission, Role, needs
from server.identity.viewer import Viewer
from server.named_records.catalogue import RECORDS
from server.named_records.named_record import NamedRecord
from server.rooms import Rooms


@get("/records", opt=needs(Permission.READ_EVIDENCE))
async def named_records(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Each named record with its pages and forms, as links where the viewer may open them, and who writes it."""
    context = {
        "viewer": viewer,
        "here": "records",
        "records": RECORDS,
        "forms": {form.definition.code: form.definition for form in rooms.catalogue.current_forms()},
        "writers": {record.number: _writers(record) for record in RECORDS},
    }
    return Template("named_records/index.html", context=context)


def _writers(record: NamedRecord) -> str:
    """The roles that write it here, in words; what a form captures is written by whoever holds a tablet."""
    roles = [ROLE_NAMES[role] for role in Role if not MAY[role].isdisjoint(record.writes)]
    return "; ".join((["Whoever works there, on a tablet"] if record.forms else []) + roles)


handlers = [named_records]
