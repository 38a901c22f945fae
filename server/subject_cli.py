"""`sightline subject-access`: the same papers as from the page, while no server runs."""

import asyncio
from pathlib import Path

from observation_forms import load_catalogue
from server.commands import opened
from server.identity import audit
from server.identity.organisation import OrganisationError
from server.identity.permissions import Permission
from server.identity.scope import Part, Scope
from server.in_the_name_of import in_the_name_of
from server.subject.gathering import find_subject, gather
from server.subject.packing import pack
from sync.instants import now


def take_out(path: Path, kind: str, id: str, email: str, password: str) -> bytes:
    """The ZIP file about a person or a member of staff. Raises `OrganisationError`."""
    return asyncio.run(_take_out(path, kind, id, email, password))


async def _take_out(path: Path, kind: str, id: str, email: str, password: str) -> bytes:
    async with opened(path) as database:
        who = await in_the_name_of(database, email, password, Permission.EXPORT_SUBJECT, now())
        scope = Scope(tuple(Part(service=one, restricted=one in who.restricted) for one in who.services))
        subject = await database.read(lambda sql: find_subject(sql, kind, id, scope))
        if subject is None:
            raise OrganisationError(f"There is no {kind} '{id}' in the services of {email}.")
        found, to_read = await database.read(lambda sql: gather(sql, load_catalogue(), subject, scope))
        await database.write(
            lambda sql: audit.note(
                sql, "subject_exported", now(), who=who.staff, about=subject.id, details="command line"
            )
        )
        return pack(subject, found, to_read, now())
