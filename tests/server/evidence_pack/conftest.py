"""One pack of the example service, made once and read by many tests; a small one of the cast's services."""

import asyncio
from base64 import b64encode
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from observation_forms import Catalogue, load_catalogue
from server import example
from server.commands import create_database
from server.evidence_pack import making, store
from server.evidence_pack.chosen import Chosen
from server.evidence_pack.making import make_pack
from server.evidence_pack.store import Kept
from server.server_keys import make_keys
from sync import Database
from tests.server.evidence_pack.packing import unzipped

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class MadePack(msgspec.Struct, frozen=True):
    """The pack on the disk, what is in it, its key to the names, the database it was made from, the server's key."""

    path: Path
    files: dict[str, bytes]
    key: str
    database: Path
    pack: Kept
    server_key: str
    said: list[tuple[str, int]]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Every published form."""
    return load_catalogue()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> MadePack:
    """A pack of everything in the example, PDF and all."""
    path = tmp_path_factory.mktemp("pack") / "example.db"
    return asyncio.run(make_example_pack(path, catalogue))


async def make_example_pack(path: Path, catalogue: Catalogue) -> MadePack:
    """Load the example into a new database at `path`, and make a pack of all of it."""
    create_database(path)
    keys, said = make_keys(), []
    database = await Database.open(path)
    try:
        await example.load(database, catalogue, NOW)
        services, who = await database.read(
            lambda sql: (
                tuple(row["id"] for row in sql.execute("SELECT id FROM service ORDER BY id")),
                sql.execute("SELECT staff FROM staff_role WHERE role = 'nominated_individual'").fetchone()[0],
            )
        )
        chosen = Chosen(
            services=services,
            since=date(2026, 8, 1),
            until=date(2026, 11, 21),
            framework="qs/2023",
            why="For the provider's meeting in November",
        )
        id = await database.write(lambda sql: store.begin(sql, chosen, who, NOW))
        pack = await database.read(lambda sql: store.find(sql, id, services))
        assert pack is not None
        made = await make_pack(database, catalogue, keys, pack, NOW, lambda *words: said.append(words))
        kept = await database.read(lambda sql: store.find(sql, id, services))
        assert kept is not None
    finally:
        await database.close()
    file = store.file_of(path, kept)
    assert file.read_bytes() == made.body
    key = store.key_of(path, kept).read_text("utf-8-sig")
    public = b64encode(keys.signing_public).decode()
    return MadePack(file, unzipped(file), key, path, kept, public, said)


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is not about the PDF: drawing one takes seconds."""

    async def draw(html: str) -> bytes:
        assert html.startswith("<!doctype html>")
        return b"%PDF-1.7"

    monkeypatch.setattr(making, "draw_pdf", draw)
