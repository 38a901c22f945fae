"""The example service, loaded once and read by many tests; a copy of it for those that write; a floor to record on."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import server.evidence.schema  # noqa: F401 the tables of actions
from observation_forms import Catalogue, load_catalogue
from server import example
from sync import Database, migrate
from tests.server.evidence.floor import Floor
from tests.server.world import World

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Every published form."""
    return load_catalogue()


@pytest.fixture(scope="session")
def example_file(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """A database with the example in it, never written to again."""
    path = tmp_path_factory.mktemp("example") / "example.db"
    migrate(path)

    async def fill() -> None:
        database = await Database.open(path)
        try:
            await example.load(database, catalogue, NOW)
        finally:
            await database.close()

    asyncio.run(fill())
    return path


@pytest.fixture
def sql(example_file: Path) -> Iterator[sqlite3.Connection]:
    """A reader of the example."""
    connection = sqlite3.connect(f"{example_file.as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


@pytest.fixture
async def database(example_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A copy of the example to write to."""
    path = tmp_path / "copy.db"
    shutil.copy(example_file, path)
    database = await Database.open(path)
    yield database
    await database.close()


@pytest.fixture
def floor(world: World, catalogue: Catalogue) -> Floor:
    """An enrolled tablet in Alder House, on which Amina records."""
    return Floor(world, catalogue)
