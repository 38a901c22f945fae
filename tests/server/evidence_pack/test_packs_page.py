"""Asking for a pack at the desk: who may, what is kept and noted, the key apart, the end of it."""

import asyncio
import json
import os
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from server.cli import main
from server.closure.decisions import Decision, Frozen, Words
from server.closure.store import keep
from server.evidence import live
from server.evidence_pack import background, making, store
from server.evidence_pack.pdf import PdfError
from server.evidence_pack.verify_pack import verify_pack
from tests.server import test_visitors as visitors
from tests.server.evidence.arranged import make_action, send_record, words_of
from tests.server.evidence_pack.packing import FORM, ask, make, unzipped
from tests.server.test_sync_routes import body_of, push
from tests.server.world import PASSWORD, Browser, World
from tests.sync.bodies import seal

pytestmark = pytest.mark.usefixtures("no_pdf")
KEY = {"why": "The inspector asks who Staff A is", "password": PASSWORD}


@pytest.fixture
def recorded(oak: Browser, chidi: Browser) -> str:
    """An action of Alder House with a record about it; the record's id."""
    return send_record(oak, make_action(chidi))


def events(world: World, pack: str) -> list[str]:
    with world.sql() as sql:
        rows = sql.execute("SELECT what FROM identity_audit WHERE about = ? ORDER BY id", (pack,)).fetchall()
    return [row["what"] for row in rows]


def id_of(address: str) -> str:
    return address.removeprefix("/packs/")


def files_on_disk(world: World) -> list[str]:
    folder = store.folder_of(world.settings.database)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_pack_is_made_listed_and_downloaded_and_each_is_noted(
    world: World, chidi: Browser, recorded: str, tmp_path: Path
) -> None:
    address = make(chidi)
    page = chidi.get(address)
    assert "Ready" in words_of(page)
    answer = chidi.get(f"{address}/file")
    assert answer.headers["content-type"] == "application/zip"
    path = tmp_path / "pack.zip"
    path.write_bytes(answer.content)
    with world.sql() as sql:
        key, digest = sql.execute(
            "SELECT value, (SELECT sha256 FROM evidence_pack_made) FROM server_state WHERE name = 'signing_key'"
        ).fetchone()
    assert verify_pack(path, key).faults == []
    assert digest in page.text
    assert digest[:12] in chidi.get("/packs").text
    assert [one["record"] for one in json.loads(unzipped(path)["records.json"])["records"]] == [recorded]
    assert events(world, id_of(address)) == ["pack_asked", "pack_made", "exported"]


def test_what_happened_outside_the_days_is_not_in_it(chidi: Browser, recorded: str) -> None:
    address = make(chidi, since="2026-10-01", until="2026-11-15")
    assert json.loads(unzipped(chidi.get(f"{address}/file").content)["records.json"])["records"] == []


def test_a_theme_holds_its_actions_and_their_records_alone(chidi: Browser, oak: Browser) -> None:
    mine = send_record(oak, make_action(chidi, themes=["SG"], title="Write down who was told"))
    send_record(oak, make_action(chidi, themes=["ST"], title="Enough staff at night"))
    send_record(oak)
    found = unzipped(chidi.get(f"{make(chidi, themes=['SG'])}/file").content)
    assert [one["record"] for one in json.loads(found["records.json"])["records"]] == [mine]
    assert b"Write down who was told" in found["pack.html"]
    assert b"Enough staff at night" not in found["pack.html"]
    nothing = unzipped(chidi.get(f"{make(chidi, themes=['MD'])}/file").content)
    assert json.loads(nothing["records.json"])["records"] == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"services": []}, "services"),
        ({"services": ["birch"]}, "services"),
        ({"themes": ["XX"]}, "themes"),
        ({"since": "soon"}, "since"),
        ({"until": "2026-11-17"}, "until"),
        ({"since": "2026-11-16", "until": "2026-11-15"}, "until"),
        ({"since": "2020-01-01"}, "until"),
        ({"framework": "qs/1999"}, "framework"),
        ({"why": "because"}, "why"),
    ],
)
def test_what_cannot_be_made_is_said_beside_the_field(
    chidi: Browser, changed: dict[str, object], field: str
) -> None:
    answer = ask(chidi, **changed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("chidi", True),
        ("dana", True),
        ("ivo", True),
        ("ben", False),
        ("hana", False),
        ("gus", False),
        ("eli", False),
    ],
)
def test_who_may_make_packs(world: World, name: str, may: bool) -> None:
    browser = world.signed_in(name)
    assert (browser.get("/packs").status_code == 200) == may
    assert (ask(browser).status_code == 303) == may


def test_nobody_packs_or_sees_another_service(world: World, chidi: Browser, recorded: str) -> None:
    address = make(chidi)
    fay = world.signed_in("fay")
    assert ask(fay).status_code == 422
    assert ask(fay, services=["alder", "birch"]).status_code == 422
    for path in ("", "/file", "/live"):
        assert fay.get(f"{address}{path}").status_code == 404
    for path in ("/key", "/destruction"):
        assert fay.post(f"{address}{path}", data=KEY).status_code == 404
    assert id_of(address) not in fay.get("/packs").text
    both = make(world.signed_in("dana"), services=["alder", "birch"])
    # Of two services, one of which is not theirs
    assert fay.get(both).status_code == chidi.get(both).status_code == 404


def test_no_name_is_in_a_pack_and_the_key_is_apart(world: World, chidi: Browser, oak: Browser) -> None:
    action = make_action(chidi, title="Ask Amina Yusuf and Ben", baseline=f"{'x' * 30} said Carter, of AB, 1")
    send_record(oak, action)
    address = make(chidi, why="For Dana Price, who asked")
    whole = b"".join(unzipped(chidi.get(f"{address}/file").content).values())
    for name in ("Amina", "Yusuf", "Ben", "Carter", "Chidi", "Okafor", "Dana", "Price"):
        assert name.encode() not in whole
    answer = chidi.post(f"{address}/key", data=KEY)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "Amina Yusuf" in answer.text
    assert "Fay Hughes" not in answer.text
    with world.sql() as sql:
        (why,) = sql.execute("SELECT why FROM full_export").fetchone()
        (last,) = sql.execute("SELECT what FROM identity_audit ORDER BY id DESC LIMIT 1").fetchone()
    assert (why, last) == (KEY["why"], "exported_in_full")


@pytest.mark.parametrize(
    ("changed", "field"), [({"why": "short"}, "why"), ({"password": "wrong"}, "key-password")]
)
def test_the_key_asks_for_a_reason_and_the_password(
    chidi: Browser, recorded: str, changed: dict[str, str], field: str
) -> None:
    address = make(chidi)
    answer = chidi.post(f"{address}/key", data={**KEY, **changed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Amina Yusuf" not in answer.text


def test_a_quality_lead_makes_packs_and_takes_no_key(world: World, recorded: str) -> None:
    ivo = world.signed_in("ivo")
    address = make(ivo)
    assert "Whose names" not in ivo.get(address).text
    assert ivo.post(f"{address}/key", data=KEY).status_code == 404


def test_a_pack_is_destroyed_by_hand_and_its_row_stays(world: World, chidi: Browser, recorded: str) -> None:
    address = make(chidi)
    assert len(files_on_disk(world)) == 2
    assert chidi.post(f"{address}/destruction", data={"password": "wrong"}).status_code == 422
    assert len(files_on_disk(world)) == 2
    answer = chidi.post(f"{address}/destruction", data={"password": PASSWORD}, follow_redirects=False)
    assert answer.status_code == 303
    assert files_on_disk(world) == []
    assert chidi.get(f"{address}/file").status_code == 404
    assert "Destroyed by hand" in words_of(chidi.get(address))
    assert events(world, id_of(address))[-1] == "pack_destroyed"


def test_a_pack_is_destroyed_when_its_time_is_over(
    world: World, chidi: Browser, recorded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "EVERY_SECONDS", 0.05)
    address = make(chidi)
    world.clock.move(days=89, hours=23)
    restart(world)
    time.sleep(0.3)
    assert len(files_on_disk(world)) == 2
    world.clock.move(hours=2)
    ends = time.monotonic() + 20
    while files_on_disk(world) and time.monotonic() < ends:
        time.sleep(0.05)
    assert files_on_disk(world) == []
    assert events(world, id_of(address))[-1] == "pack_destroyed"


def test_what_a_kill_or_a_restore_left_is_taken_away_in_time(
    world: World, chidi: Browser, recorded: str
) -> None:
    address = make(chidi)
    kept = files_on_disk(world)
    folder = store.folder_of(world.settings.database)
    copy = {name: (folder / name).read_bytes() for name in kept}
    (folder / f"{'0' * 64}.zip").write_bytes(b"of a row that a backup lacks")
    restart(world)
    assert len(files_on_disk(world)) == 3
    os.utime(folder / f"{'0' * 64}.zip", (0, 0))
    world.signed_in("chidi").post(f"{address}/destruction", data={"password": PASSWORD})
    for name, body in copy.items():
        (folder / name).write_bytes(body)
    restart(world)
    ends = time.monotonic() + 20
    while files_on_disk(world) and time.monotonic() < ends:
        time.sleep(0.05)
    assert files_on_disk(world) == []


def restart(world: World) -> None:
    """Stop the app and start it again."""
    world.__exit__(None, None, None)
    world.__enter__()


def test_a_pack_that_a_stop_cut_off_says_so(
    world: World, chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(background, "make_pack", never)
    address = ask(chidi).headers["location"]
    assert "Being made" in words_of(chidi.get(address))
    restart(world)
    chidi = world.signed_in("chidi")
    assert "Ask for it again" in words_of(chidi.get(address))
    assert events(world, id_of(address)) == ["pack_asked", "pack_failed"]


def test_progress_is_shown_without_a_script_and_told_to_a_live_page(
    world: World, chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def halfway(*given: object) -> None:
        given[-1]("Drawing the PDF", 60)  # type: ignore[operator]
        await asyncio.sleep(3600)

    monkeypatch.setattr(background, "make_pack", halfway)
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.05)
    address = ask(chidi).headers["location"]
    page = chidi.get(address)
    assert '<progress max="100" value="60"' in page.text
    assert "Drawing the PDF: 60 %" in words_of(page)
    assert "event: changed\ndata: 60" in chidi.get(f"{address}/live").text


def test_what_keeps_a_pack_from_being_made_is_said(
    world: World, chidi: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_library(html: str) -> bytes:
        raise PdfError(
            "Packs need libraries of the system for the PDF: on Debian, apt-get install libpango-1.0-0."
        )

    monkeypatch.setattr(making, "draw_pdf", no_library)
    address = make(chidi)
    assert "apt-get install libpango-1.0-0" in words_of(chidi.get(address))
    assert files_on_disk(world) == []
    assert events(world, id_of(address)) == ["pack_asked", "pack_failed"]


def test_a_visitor_is_let_in_to_the_same_days_services_and_actions(chidi: Browser, oak: Browser) -> None:
    action = make_action(chidi, themes=["SG"])
    other = make_action(chidi, themes=["ST"], title="Another")
    pack = make(chidi, themes=["SG"])
    page = chidi.get(pack)
    start = page.text.index('href="/visitors?') + len('href="')
    address = page.text[start : page.text.index('"', start)].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert asked == {
        "since": ["2026-11-01"],
        "until": ["2026-11-16"],
        "services": ["alder"],
        "actions": [action],
        "pack": [id_of(pack)],
    }
    form = chidi.get(address).text
    assert f'value="{action}" checked' in form
    assert f'value="{other}" checked' not in form
    assert 'name="since" type="date" value="2026-11-01"' in form
    assert chidi.get("/visitors?since=2026-11-01").status_code == 200


def test_a_visitor_reads_the_pack_byte_for_byte_for_as_long_as_the_visit_lasts(
    world: World, chidi: Browser, recorded: str
) -> None:
    address = make(chidi)
    pack = id_of(address)
    page = unzipped(chidi.get(f"{address}/file").content)["pack.html"]
    assert chidi.get("/packs/shown", follow_redirects=False).headers["location"] == "/"
    vera = visitors.visit(world, chidi, pack=pack)
    assert 'href="/packs/shown"' in vera.get("/map").text
    answer = vera.get("/packs/shown")
    assert answer.content == page
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert [vera.get(f"{address}{end}").status_code for end in ("", "/file")] == [404, 404]
    assert events(world, pack).count("exported") == 2
    with world.sql() as sql, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        sql.execute("DELETE FROM visit_pack")
    destroyed = chidi.post(f"{address}/destruction", data={"password": PASSWORD}, follow_redirects=False)
    assert destroyed.status_code == 303
    assert vera.get("/packs/shown", follow_redirects=False).headers["location"] == "/"
    assert "/packs/shown" not in vera.get("/map").text


def test_a_pack_of_several_services_is_noted_under_each_and_shown_to_who_may_see_them_all(
    world: World, chidi: Browser
) -> None:
    dana = world.signed_in("dana")
    both = make(dana, services=["alder", "birch"])
    pack = id_of(both)
    assert dana.get(f"{both}/file").status_code == 200
    with world.sql() as sql:
        rows = sql.execute(
            "SELECT service FROM identity_audit WHERE what = 'exported' AND about = ?", (pack,)
        )
        assert sorted(row["service"] for row in rows) == ["alder", "birch"]
    assert visitors.let_in(dana, pack=pack).status_code == 422
    assert visitors.let_in(chidi, pack=pack).status_code == 422
    assert visitors.let_in(dana, pack=pack, services=["alder", "birch"]).status_code == 201


def test_what_waits_on_a_tablet_is_named_in_the_pack(world: World, chidi: Browser, oak: Browser) -> None:
    headers = {"sightline-waiting": "4", "sightline-oldest": "2026-11-16T07:00:00Z"}
    push(oak, seal(body_of(oak)), **headers)
    found = unzipped(chidi.get(f"{make(chidi)}/file").content)["csv/not-received.csv"].decode("utf-8-sig")
    assert "Captured on tablet Oak, not received" in found
    assert ",3," in found


def test_each_step_of_a_closing_is_in_it_with_who_and_why(
    world: World, chidi: Browser, recorded: str
) -> None:
    with world.sql() as sql:
        (action,) = sql.execute("SELECT id FROM action").fetchone()
        decision = Decision(
            id="d1",
            action=action,
            service="alder",
            version=2,
            step="refused",
            proposal="",
            who="dana",
            at="2026-11-16T08:30:00Z",
            reason="Ben Carter evidenced it alone",
            said=Words(),
            frozen=Frozen(verdict="Not supported"),
        )
        keep(sql, decision)
    found = unzipped(chidi.get(f"{make(chidi)}/file").content)
    rows = found["csv/closure-decisions.csv"].decode("utf-8-sig")
    assert "evidenced it alone" in rows
    assert "Not supported" in rows
    assert "Carter" not in rows


def test_the_row_of_a_pack_is_never_changed(world: World, chidi: Browser, recorded: str) -> None:
    make(chidi)
    with world.sql() as sql:
        for table in ("evidence_pack", "evidence_pack_choice", "evidence_pack_made"):
            column = "id" if table == "evidence_pack" else "pack"
            for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x'"):
                with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                    sql.execute(change)


def test_the_file_is_for_nobody_else_on_the_machine(world: World, chidi: Browser, recorded: str) -> None:
    make(chidi)
    folder = store.folder_of(world.settings.database)
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_a_pack_whose_file_is_elsewhere_says_so(world: World, chidi: Browser, recorded: str) -> None:
    address = make(chidi)
    for path in store.folder_of(world.settings.database).iterdir():
        path.unlink()
    assert "Its file is not on this machine" in words_of(chidi.get(address))
    assert chidi.get(f"{address}/file").status_code == 404


def test_it_sees_one_moment(
    world: World, chidi: Browser, oak: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in while the files are written is not in it, and everything in it fits together."""
    first = send_record(oak)
    drawing, sent = Event(), Event()

    async def draw(html: str) -> bytes:
        drawing.set()
        await asyncio.to_thread(sent.wait, 30)
        return b"%PDF-1.7"

    monkeypatch.setattr(making, "draw_pdf", draw)
    address = ask(chidi).headers["location"]
    assert drawing.wait(30)
    second = send_record(oak)
    sent.set()
    while 'id="progress-title"' in chidi.get(address).text:
        time.sleep(0.05)
    found = unzipped(chidi.get(f"{address}/file").content)
    assert [one["record"] for one in json.loads(found["records.json"])["records"]] == [first]
    assert second.encode() not in b"".join(found.values())


def test_packs_survive_rebuild_and_are_counted_in_the_trail(
    world: World, chidi: Browser, recorded: str
) -> None:
    address = make(chidi)
    world.__exit__(None, None, None)
    done = CliRunner().invoke(main, ["rebuild", "--database", str(world.settings.database)])
    backup = world.settings.database.with_name("backup.db")
    copied = CliRunner().invoke(main, ["backup", str(backup), "--database", str(world.settings.database)])
    put_back = CliRunner().invoke(main, ["restore", str(backup), "--database", str(world.settings.database)])
    world.__enter__()
    assert (done.exit_code, copied.exit_code, put_back.exit_code) == (0, 0, 0), put_back.output
    chidi = world.signed_in("chidi")
    assert chidi.get(f"{address}/file").status_code == 200
    assert events(world, id_of(address))[:2] == ["pack_asked", "pack_made"]


def test_the_command_line_makes_the_same_pack(world: World, recorded: str, tmp_path: Path) -> None:
    world.__exit__(None, None, None)
    out = tmp_path / "pack.zip"
    line = ["pack", "make", str(out), "--service", "alder", "--since", "2026-11-01", "--until", "2026-11-16"]
    line += ["--why", FORM["why"], "--email", "chidi@example.test", "--password-stdin"]
    line += ["--database", str(world.settings.database)]
    refused = CliRunner().invoke(main, [*line[:4], "birch", *line[5:]], input=PASSWORD)
    done = CliRunner().invoke(main, line, input=PASSWORD)
    again = CliRunner().invoke(main, line, input=PASSWORD)
    wrong = CliRunner().invoke(main, [*line[:2], str(tmp_path / "x.zip"), *line[3:]], input="wrong")
    world.__enter__()
    assert (refused.exit_code, done.exit_code, again.exit_code, wrong.exit_code) == (2, 0, 2, 2), done.output
    assert verify_pack(out).faults == []
    assert out.stat().st_mode & 0o077 == 0
    assert "Ready" in words_of(world.signed_in("chidi").get("/packs"))


def test_days_to_keep_are_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with World(tmp_path, SIGHTLINE_PACK_DAYS="7") as world:
        assert "kept here for 7 days" in words_of(world.signed_in("chidi").get("/packs"))
        assert timedelta(days=world.settings.pack_days) == timedelta(days=7)
