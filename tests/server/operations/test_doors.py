"""What monitors ask: /health, /ready and /metrics say how it is, and nothing about anybody."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.operations import readiness
from tests.server.evidence.arranged import make_action, send_record
from tests.server.world import Browser, World

TOKEN = "a-token-of-some-length"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[World]:
    """A world whose figures may be asked for."""
    with World(tmp_path, SIGHTLINE_METRICS_TOKEN=TOKEN) as world:
        yield world


@pytest.fixture(autouse=True)
def _ask_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0.0)


def figures(world: World) -> dict[str, float]:
    answer = world.client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in answer.text.splitlines()
        if not line.startswith("#")
    }


def test_health_says_that_the_process_answers(stranger: Browser) -> None:
    answer = stranger.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": 1, "code": "up"})


def test_ready_says_that_a_record_would_be_kept(stranger: Browser) -> None:
    answer = stranger.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ok": 1, "code": "ready"})


def test_a_database_that_somebody_holds_is_not_ready_and_health_still_answers(
    world: World, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "WRITE_SECONDS", 0.2)
    with world.sql() as other:
        other.execute("BEGIN IMMEDIATE")
        answer = stranger.get("/ready")
        assert (answer.status_code, answer.json()) == (503, {"ok": 0, "code": "database"})
        assert stranger.get("/health").status_code == 200
        other.execute("ROLLBACK")
    assert stranger.get("/ready").status_code == 200


def test_a_full_disk_is_not_ready(stranger: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LEAST_FREE", 2**62)
    assert stranger.get("/ready").json() == {"ok": 0, "code": "disk"}


def test_a_missing_key_file_is_not_ready(world: World, stranger: Browser) -> None:
    world.settings.keys.unlink()
    assert stranger.get("/ready").json() == {"ok": 0, "code": "keys"}


def test_a_database_swapped_under_the_server_is_not_ready(world: World, stranger: Browser) -> None:
    path = world.settings.database
    moved = path.rename(path.with_name("moved.db"))
    assert stranger.get("/ready").json() == {"ok": 0, "code": "database_replaced"}
    sqlite3.connect(path).close()
    assert stranger.get("/ready").json() == {"ok": 0, "code": "database_replaced"}
    path.unlink(missing_ok=True)
    moved.rename(path)
    assert stranger.get("/ready").json() == {"ok": 1, "code": "ready"}


def test_without_a_token_in_the_settings_there_are_no_metrics(stranger: Browser) -> None:
    for headers in ({}, {"authorization": "Bearer "}, {"authorization": f"Bearer {TOKEN}"}):
        assert stranger.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", f"Bearer {TOKEN}x", f"bearer {TOKEN}", TOKEN, "Bearer \xe9"])
def test_with_another_token_there_are_no_metrics(watched: World, given: str) -> None:
    headers = {"authorization": given.encode("latin-1")} if given else {}
    assert watched.client().get("/metrics", headers=headers).status_code == 404


def test_nobody_at_the_desk_reads_metrics_by_being_signed_in(watched: World) -> None:
    assert watched.signed_in("dana").get("/metrics").status_code == 404


def test_metrics_count_receipts_commits_and_what_waits(watched: World) -> None:
    with watched.tablet() as oak, watched.signed_in("chidi") as chidi:
        action = make_action(chidi)
        record = send_record(oak, action)
        headers = {
            "sightline-app": "build",
            "sightline-waiting": "3",
            "sightline-oldest": "2026-11-16T08:00:00Z",
        }
        assert oak.get("/sync/changes", headers=headers).status_code == 200
        known = oak.get("/tablet/identity").json()["tablet"]["id"]
        found = figures(watched)
    assert record
    assert found['sightline_receipts_total{status="stored"}'] == 1
    assert found["sightline_entries"] == 1
    assert found["sightline_up"] == found["sightline_ready"] == 1
    where = f'{{tablet="{known}",service="alder"}}'
    assert found[f"sightline_tablet_waiting{where}"] == 3
    assert found[f"sightline_tablet_oldest_seconds{where}"] == 3600
    assert found[f"sightline_tablet_missing{where}"] == 0
    assert found["sightline_commit_seconds_count"] == found['sightline_commit_seconds_bucket{le="+Inf"}'] > 0
    assert found["sightline_writer_jobs_total"] >= found["sightline_commit_jobs_count"]
    assert found["sightline_database_bytes"] > 0


def test_metrics_name_nobody(watched: World) -> None:
    with watched.tablet(name="Oak Tree") as oak, watched.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi))
        text = watched.client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text
    with watched.sql() as sql:
        names = [row[0] for row in sql.execute("SELECT name FROM staff UNION SELECT name FROM tablet")]
    assert not [name for name in names if name in text]


def test_every_line_of_the_metrics_can_be_read_and_no_value_comes_twice(watched: World) -> None:
    text = watched.client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text
    value = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+')
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert not [line for line in lines if not value.fullmatch(line)]
    names = [line.rpartition(" ")[0] for line in lines]
    assert len(names) == len(set(names))
    heads = re.findall(r"# TYPE (\S+) (\S+)", text)
    assert len(heads) == len(dict(heads))
    assert {kind for _, kind in heads} == {"gauge", "counter", "histogram"}
    assert text.endswith("\n")
