"""For each test a fresh database in a folder of its own, an inbox that holds nothing back, the tablet Oak."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from observation_forms import Catalogue, load_catalogue
from sync import Database, Inbox
from tests.fresh import fresh_database
from tests.sync.bodies import FakeTablet

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    fresh_database(tmp_path / "sightline.db")
    return tmp_path / "sightline.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = await Database.open(path)
    yield database
    await database.close()


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOON


@pytest.fixture
def inbox(database: Database, catalogue: Catalogue, clock: Callable[[], datetime]) -> Inbox:
    return Inbox(
        database, catalogue, hold_reason=lambda connection, body, sender: "", clock=clock, themes_of=themes_of
    )


def themes_of(connection: sqlite3.Connection, action: str) -> frozenset[str]:
    """The server knows one action; it is about care planning."""
    return frozenset({"CP"}) if action == "action-planning" else frozenset()


@pytest.fixture
def oak(catalogue: Catalogue) -> FakeTablet:
    return FakeTablet(catalogue, "oak")
