"""What changed with a form version and why: written by few, kept for good, on its page, in the logs and the history."""

import asyncio
import sqlite3

import pytest
from httpx import Response

from server import commands
from server.log.verifying import verify
from tests.server.staffing import read
from tests.server.world import Browser, World

PAGE = "/form/handover_check/2"
WHAT = "Asks who has heard each learning message, and who still has to."
WHY = "Two handovers in October left out the new guidance on drinks."


def write(browser: Browser, **more: str) -> Response:
    form = {"service": "alder", "what": WHAT, "why": WHY, "from_day": "2026-11-17", **more}
    return browser.post(f"{PAGE}/notes", data=form, follow_redirects=False)


def test_a_change_note_is_written_read_and_never_changed(world: World, chidi: Browser) -> None:
    assert "Nobody has written yet what changed" in read(chidi, PAGE)
    assert read(chidi, "/forms").count("No change note yet") == 2
    for faulty in (
        {"what": "new"},
        {"why": ""},
        {"from_day": "2026-11-15"},
        {"from_day": "soon"},
        {"service": ""},
    ):
        assert write(chidi, **faulty).status_code == 422
    assert write(chidi, service="birch").status_code == 404
    with world.signed_in("ben") as ben:
        assert write(ben).status_code == 404
        assert "Write a change note" not in ben.get(PAGE).text
    id = "0190b000-0000-7000-8000-000000000001"
    for _ in range(2):
        assert write(chidi, id=id).status_code == 303
    assert "sent before with other words" in read_of(write(chidi, id=id, what="Something else entirely"))
    with world.signed_in("ivo") as ivo:
        assert (
            write(ivo, what="The order of the prompts follows the walk round the floor.").status_code == 303
        )
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM form_change_note").fetchone()[0] == 2
        for change in ("UPDATE form_change_note SET what = ''", "DELETE FROM form_change_note"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed or deleted"):
                sql.execute(change)
        trail = sql.execute("SELECT details FROM identity_audit WHERE what = 'form_change_noted'").fetchall()
        assert len(trail) == 2
        assert not any(WHAT in row["details"] for row in trail)
    _shown_everywhere(chidi)
    _kept_after_a_rebuild(world)


def _shown_everywhere(chidi: Browser) -> None:
    assert read(chidi, "/forms").count("No change note yet") == 1
    page = read(chidi, PAGE)
    assert (
        f"{WHAT} Why: {WHY} Version 2, in force in Alder House from Tue 17 Nov 2026. Approved by Chidi"
        in page
    )
    assert WHAT not in read(chidi, "/form/handover_check/1")
    history = chidi.get("/settings.json").json()["changes"]
    noted = next(one for one in history if one["kind"] == "change_note" and one["who"] == "chidi")
    assert (noted["name"], noted["value"], noted["why"]) == ("handover_check", "2", WHY)
    assert noted["from_at"] == "2026-11-17T00:00:00Z"
    assert f"Version 2: {WHAT}" in read(chidi, "/settings/history")
    file = read(chidi, "/logs/template-changes")
    assert "Quality assurance procedure file" in file
    assert f"{WHY}" in file
    assert "Chidi Okafor, Mon 16 Nov 2026; in force from Tue 17 Nov 2026" in file
    assert WHAT not in chidi.get("/logs/template-changes/log.csv").text
    handover = read(chidi, "/logs/daily-handover")
    assert handover.startswith("Daily handover governance file")
    assert f"Version 2: {WHAT} Why: {WHY}" in handover
    assert "Sent before" not in handover


def _kept_after_a_rebuild(world: World) -> None:
    with world.sql() as sql:
        before = sql.execute("SELECT * FROM form_change_note ORDER BY id").fetchall()
    world.__exit__(None, None, None)
    try:
        asyncio.run(commands.rebuild(world.settings.database))
        keys = world.settings.database.with_name(world.settings.database.name + ".keys")
        assert verify(world.settings.database, keys, [], lambda *_: None).faults == []
        with world.sql() as sql:
            assert sql.execute("SELECT * FROM form_change_note ORDER BY id").fetchall() == before
            sql.execute("DROP TRIGGER form_change_note_refuses_update")
            sql.execute("UPDATE form_change_note SET why = 'Nobody knows any more'")
        found = verify(world.settings.database, keys, [], lambda *_: None).faults
        assert [one for one in found if "change note" in one.where]
    finally:
        world.__enter__()


def read_of(answer: Response) -> str:
    return " ".join(answer.text.split())
