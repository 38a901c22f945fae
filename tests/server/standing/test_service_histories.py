"""Whatever happens to a service, in whatever order: what is kept of it and shown is what would be worked out now."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.coverage.coverage import read_coverage
from server.coverage.wanted import Wanted
from server.evidence.action_evidence import read_tallies
from server.evidence.action_store import all_of
from server.signals.listing import read_list, read_list_kept
from server.standing import standing
from server.standing.of_coverage import coverage_told
from server.standing.of_register import tallies_told
from server.standing.of_service import ServiceKept, keep_services
from server.standing.of_themes import by_theme, themes_of, themes_told
from server.standing.standing import place_of
from tests.server.measures.ledgers import CATALOGUE, Planned, sent_in_life
from tests.server.measures.test_histories import histories
from tests.server.standing.test_histories import FEW, WHOLE, Life, Step, furnished, live, paths, steps

__all__ = ["furnished", "paths"]
Shown = tuple[object, ...]


@FEW
@given(planned=histories(), steps=steps, seed=st.integers(0, 2**32))
def test_what_is_kept_of_a_service_is_what_would_be_worked_out_now(
    furnished: tuple[Path, str], paths: Iterator[Path], planned: list[Planned], steps: list[Step], seed: int
) -> None:
    database, action = furnished
    path = next(paths)
    shutil.copy(database, path)
    sealed = sent_in_life(planned, action)
    random.Random(seed).shuffle(sealed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "KEPT_FROM", 0)
        asyncio.run(live(OfService, path, sealed, steps))


class OfService(Life):
    """A service of which four things are kept."""

    async def look(self) -> None:
        """Each of them, as pages show it and as it would be worked out now."""
        shown, keep = await self.database.read(partial(_shown, life=self))
        assert shown == await self.database.read(partial(_worked_out, life=self))
        self.kept += len(shown) - len(keep)
        await self.database.write(partial(keep_services, found=keep))


def _shown(sql: sqlite3.Connection, life: Life) -> tuple[Shown, list[ServiceKept]]:
    actions = all_of(sql, ["alder"])
    place = place_of(sql, WHOLE, "alder")
    tallies = tallies_told(sql, WHOLE, actions, actions, life.now)
    themes = themes_told(sql, place, WHOLE, CATALOGUE, by_theme(actions), life.now)
    signals = read_list_kept(sql, WHOLE, "alder", CATALOGUE, life.now)
    coverage = coverage_told(sql, WHOLE, CATALOGUE, Wanted("alder"), life.now)
    assert [tallies.older, themes.older, signals.older, coverage.older] == [None] * 4
    return (
        (tallies.of, themes.of, signals.lines, coverage.of),
        [*tallies.keep, *themes.keep, *signals.keep, *coverage.keep],
    )


def _worked_out(sql: sqlite3.Connection, life: Life) -> Shown:
    actions = all_of(sql, ["alder"])
    return (
        read_tallies(sql, [action.id for action in actions], WHOLE),
        themes_of(sql, WHOLE, CATALOGUE, by_theme(actions), life.now),
        read_list(sql, WHOLE, CATALOGUE, life.now).lines,
        read_coverage(sql, WHOLE, CATALOGUE, "alder", life.now),
    )
