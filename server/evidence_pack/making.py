"""Making a pack from beginning to end: one reading, then the files, the PDF, the seal, the disk, the note of it."""

import asyncio
from datetime import datetime

from observation_forms import Catalogue
from server.evidence_pack import store
from server.evidence_pack.document import document
from server.evidence_pack.files import Made, front_of, seal, write_files
from server.evidence_pack.moment import Say
from server.evidence_pack.pdf import PdfError, draw_pdf
from server.evidence_pack.snapshot import Snapshot, read_snapshot
from server.evidence_pack.store import Kept
from server.server_keys import ServerKeys
from sync import Database, DatabaseError, LogError

NOT_MADE = (PdfError, DatabaseError, LogError, OSError)


async def make_pack(
    database: Database, catalogue: Catalogue, keys: ServerKeys, pack: Kept, now: datetime, say: Say
) -> Made:
    """Make it, keep it on the disk, and note it. Raises one of `NOT_MADE`."""
    snapshot = await database.read(
        lambda sql: read_snapshot(sql, pack.chosen, catalogue, keys, pack.asked_by, now, say)
    )
    say("Drawing the PDF", 60)
    paper = await asyncio.to_thread(document, front_of(pack.id, snapshot, now), snapshot.sections, paper=True)
    pdf = await draw_pdf(paper)
    say("Writing and signing the files", 92)
    made = await asyncio.to_thread(_seal, pack.id, snapshot, pdf, keys, now)
    await asyncio.to_thread(store.keep_files, database.path, made)
    await database.write(lambda sql: store.finish(sql, pack, made, now))
    say("Ready", 100)
    return made


def _seal(id: str, snapshot: Snapshot, pdf: bytes, keys: ServerKeys, now: datetime) -> Made:
    return seal(id, snapshot, write_files(id, snapshot, pdf, now), keys, now)
