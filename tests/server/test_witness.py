"""What a tablet notices about the log reaches every manager who may read it, until one of them looks into it."""

import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from playwright._impl._driver import compute_driver_executable

from server.app import create_app
from sync import restore
from tests.server.evidence.arranged import words_of
from tests.server.test_sync_routes import body_of, push
from tests.server.world import Browser, World
from tests.sync.bodies import make_record_id, seal

NODE_WITNESS = Path(__file__).resolve().parents[1] / "pwa" / "witness_run.mjs"
PAGES = ("/evidence", "/actions", "/manage", "/log")


class Oak:
    """A tablet that keeps what it is answered, as a real one does."""

    def __init__(self, world: World) -> None:
        self.browser = world.tablet()
        self.key = self.browser.get("/tablet/identity").json()["server"]["signing_key"]
        self.seen: list[dict[str, Any]] = []

    @property
    def size(self) -> int:
        return int(self.seen[-1]["answer"]["checkpoint"]["text"].split("\n")[1]) if self.seen else 0

    def push(self, records: int = 1) -> Any:
        """Send some records; the answer."""
        bodies = [
            seal(body_of(self.browser, record=make_record_id("2026-11-16T08:05:00Z"))) for _ in range(records)
        ]
        return self._see(push(self.browser, *bodies, **{"sightline-checkpoint": str(self.size)}).json())

    def pull(self) -> Any:
        """Ask for changes; the answer."""
        asked = {"sightline-checkpoint": str(self.size)}
        return self._see(self.browser.get("/sync/changes", headers=asked).json())

    def _see(self, answer: dict[str, Any]) -> dict[str, Any]:
        said = {name: answer[name] for name in ("checkpoint", "consistency")}
        self.seen.append({"asked": self.size, "answer": said})
        return answer

    def judge(self) -> dict[str, Any]:
        """What the tablet's own code makes of all the answers so far."""
        done = subprocess.run(
            [compute_driver_executable()[0], str(NODE_WITNESS)],
            input=json.dumps({"key": self.key, "answers": self.seen}),
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def tell(self, **changed: Any) -> int:
        """Report the last answer as the tablet would; the status."""
        (report,) = self.judge()["told"]
        return self.browser.post("/sync/witness", json={**report, **changed}).status_code


class Later(World):
    """The same house after its server was stopped and started again."""

    def __init__(self, before: World) -> None:
        self.clock, self.settings = before.clock, before.settings
        self.app = create_app(self.settings, self.clock)
        self._client = TestClient(self.app, base_url=self.settings.origin)

    def same(self, browser: Browser) -> Browser:
        """A browser that was there before."""
        again = self.client()
        again.cookies = browser.cookies
        return again


@pytest.fixture
def tablet(world: World) -> Oak:
    return Oak(world)


@contextmanager
def tampering(world: World) -> Iterator[sqlite3.Connection]:
    """The file as somebody with a database tool has it."""
    with world.sql() as sql:
        triggers = sql.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for row in triggers:
            sql.execute(f"DROP TRIGGER {row['name']}")
        yield sql
        for row in triggers:
            sql.execute(row["sql"])


def take_out_newest(world: World, entries: int) -> None:
    """The newest entries, and every line of the log from the first of them on."""
    with tampering(world) as sql:
        (first,) = sql.execute("SELECT max(seq) + 1 - ? FROM entry", (entries,)).fetchone()
        (line,) = sql.execute(
            "SELECT position FROM log_leaf WHERE kind = 'entry' AND ref = ?", (first,)
        ).fetchone()
        sql.execute("DELETE FROM entry WHERE seq >= ?", (first,))
        sql.execute("DELETE FROM log_leaf WHERE position >= ?", (line,))
        sql.execute("DELETE FROM log_node WHERE (place + 1) << level > ?", (line,))
        sql.execute("DELETE FROM log_checkpoint WHERE size > ?", (line,))


def test_a_log_that_grows_raises_no_alarm(tablet: Oak) -> None:
    tablet.pull()
    for _ in range(3):
        tablet.push(4)
        tablet.pull()
    said = tablet.judge()
    assert said["told"] == []
    assert {state["ok"] for state in said["states"]} == {True}
    assert "This browser cannot" not in said["states"][-1]["words"]


def test_the_newest_ten_taken_out_are_noticed_by_the_next_tablet_and_shown_to_managers(
    world: World, tablet: Oak
) -> None:
    tablet.push(20)
    before = tablet.size
    take_out_newest(world, 10)
    tablet.pull()
    (report,) = tablet.judge()["told"]
    assert report["kind"] == "shorter"
    assert tablet.tell() == 204
    for name in ("chidi", "dana", "ivo"):
        with world.signed_in(name) as manager:
            for page in PAGES:
                answer = manager.get(page)
                assert answer.status_code == 404 or "The log was changed" in answer.text, (name, page)
            shown = words_of(manager.get("/log"))
    assert f"Tablet Oak has seen {before} lines of the log; the server has only {tablet.size}" in shown
    assert "own signature from Mon 16 Nov 2026, 09:00" in shown
    assert "A backup was put back" not in shown


def test_a_line_written_anew_is_noticed_as_different(world: World, tablet: Oak) -> None:
    tablet.push(5)
    with tampering(world) as sql:
        sql.execute("UPDATE log_leaf SET leaf = ? WHERE kind = 'entry' AND ref = 3", ("0" * 64,))
    tablet.push()
    assert [report["kind"] for report in tablet.judge()["told"]] == ["different"]
    assert tablet.tell() == 204
    assert "does not begin with them" in words_of(world.signed_in("chidi").get("/log"))


def test_a_backup_put_back_is_said_to_be_that(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        tablet = Oak(world)
        tablet.push(3)
        backup = tmp_path / "backup.db"
        with world.sql() as sql:
            sql.execute("VACUUM INTO ?", (str(backup),))
        tablet.push(6)
    restore(backup, world.settings.database, world.clock)
    with Later(world) as later:
        tablet.browser = later.same(tablet.browser)
        tablet.pull()
        assert tablet.tell() == 204
        shown = words_of(later.signed_in("chidi").get("/log"))
    assert "A backup was put back Mon 16 Nov 2026, 09:00: what came in after it was made is missing" in shown


def test_it_stays_until_somebody_says_what_they_found(world: World, tablet: Oak) -> None:
    alarm = raise_one(world, tablet)
    with world.signed_in("chidi") as chidi, world.signed_in("dana") as dana:
        assert acknowledge(chidi, alarm, "  ") == 422
        assert "The log was changed" in dana.get("/evidence").text
        assert acknowledge(chidi, alarm) == 303
        assert "The log was changed" not in dana.get("/evidence").text
        assert acknowledge(dana, alarm, "Something else") == 303
        shown = words_of(dana.get("/log"))
    assert "Chidi Okafor" in shown
    assert "The disk was changed; a copy was put in." in shown
    assert "Something else" not in shown
    with world.sql() as sql:
        noted = sql.execute(
            "SELECT what FROM identity_audit WHERE what LIKE 'history%' ORDER BY id"
        ).fetchall()
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            sql.execute("DELETE FROM history_alarm")
    assert [row["what"] for row in noted] == ["history_alarm", "history_alarm_acknowledged"]


def test_only_who_may_read_the_log_sees_it(world: World, tablet: Oak) -> None:
    alarm = raise_one(world, tablet)
    for name in ("amina", "ben", "gus", "hana"):
        with world.signed_in(name) as browser:
            assert browser.get("/log").status_code == 404, name
            assert acknowledge(browser, alarm) == 404, name
            assert "The log was changed" not in browser.get("/me/observations").text, name


def test_the_same_told_again_is_one_alarm(world: World, tablet: Oak) -> None:
    raise_one(world, tablet)
    assert tablet.tell() == 204
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM history_alarm").fetchone()[0] == 1


def test_a_tablet_that_tells_without_end_is_heard_twenty_times_a_day(world: World, tablet: Oak) -> None:
    raise_one(world, tablet)
    for number in range(30):
        assert tablet.tell(offered={"text": str(number), "signature": ""}) == 204
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM history_alarm").fetchone()[0] == 20


def test_what_a_tablet_made_up_is_said_to_be_unsigned(world: World, tablet: Oak) -> None:
    tablet.push(5)
    take_out_newest(world, 2)
    tablet.pull()
    (report,) = tablet.judge()["told"]
    held = {**report["held"], "signature": report["offered"]["signature"]}
    assert tablet.tell(held=held) == 204
    assert "not signed by this server" in words_of(world.signed_in("chidi").get("/log"))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"{}",
        b'{"kind": "odd", "held": {"text": "", "signature": ""}, "offered": {"text": "", "signature": ""}}',
        b'{"kind": "shorter", "held": {"text": 7, "signature": ""}, "offered": {"text": "", "signature": ""}}',
        b'{"kind": "shorter", "held": {"text": "", "signature": ""}}',
        b'{"kind": "shorter", "held": {"text": "\\ud800", "signature": ""}, "offered": {"text": "", "signature": ""}}',
    ],
)
def test_a_report_that_is_none_is_a_problem(world: World, tablet: Oak, said: bytes) -> None:
    answer = tablet.browser.post("/sync/witness", content=said, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json")
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM history_alarm").fetchone()[0] == 0


def test_proofs_are_for_what_the_log_reaches(tablet: Oak) -> None:
    tablet.push(3)
    good = tablet.browser.get(f"/sync/proofs?position=1&position=0&size={tablet.size}")
    assert [proof["position"] for proof in good.json()["proofs"]] == [1, 0]
    for query in ("position=1&size=99999", "position=9&size=2", "position=x&size=2", "size=x", "position=1"):
        assert tablet.browser.get(f"/sync/proofs?{query}").status_code == 404, query


def test_the_page_shows_the_key_the_checkpoints_and_what_tablets_saw(world: World, tablet: Oak) -> None:
    tablet.push(2)
    health = {"sightline-health": json.dumps({"witness": tablet.size}), "sightline-app": "test"}
    tablet.browser.get("/sync/changes", headers=health)
    shown = words_of(world.signed_in("chidi").get("/log"))
    root = tablet.seen[-1]["answer"]["checkpoint"]["text"].split("\n")[2]
    assert tablet.key.replace("+", "") in shown.replace("+", "").replace("&#43;", "")
    assert root in shown
    assert "Nothing was noticed" in shown
    assert re.search(rf"Oak Alder House {tablet.size}\b", shown)


def raise_one(world: World, tablet: Oak) -> str:
    tablet.push(5)
    take_out_newest(world, 2)
    tablet.pull()
    assert tablet.tell() == 204
    with world.sql() as sql:
        return str(sql.execute("SELECT id FROM history_alarm").fetchone()[0])


def acknowledge(browser: Browser, alarm: str, found: str = "The disk was changed; a copy was put in.") -> int:
    return browser.post(
        f"/log/alarms/{alarm}/acknowledgement", data={"found": found}, follow_redirects=False
    ).status_code
