"""What the vault promises, in a real browser with the real server: signatures that hold, nothing lost on the way to
encryption, a copy that the server can open, a tablet out of use that is emptied only when all of it is safe.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from observation_forms import load_catalogue
from server import commands
from server.identity import tablets
from server.settings import read_settings
from tests.browser.chromium import Complaints, TabletBrowser
from tests.browser.feeding import from_now, pull
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    check_and_save,
    enrolled,
    go,
    lock,
    open_form,
    record,
    send_now,
    tap_send,
    unlock,
)
from tests.browser.store import stored

EXAMPLE = "medicines_round_not_met"
AS_BEFORE = """async ([tablet, draft, row]) => {
    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    await asked(indexedDB.deleteDatabase("sightline"));
    const opening = indexedDB.open("sightline", 1);
    opening.onupgradeneeded = () => {
        const database = opening.result;
        database.createObjectStore("meta", { keyPath: "key" });
        database.createObjectStore("draft", { keyPath: "id" });
        const records = database.createObjectStore("record", { keyPath: ["record", "version"] });
        records.createIndex("waiting", "waiting");
        records.createIndex("sealed", "tablet_seq");
        database.createObjectStore("reference", { keyPath: ["kind", "id"] }).createIndex("kind", "kind");
    };
    const database = await asked(opening);
    const writing = database.transaction(["meta", "draft", "record", "reference"], "readwrite");
    writing.objectStore("meta").put({ key: "tablet", value: tablet });
    writing.objectStore("meta").put({ key: "canary", value: { born: "2026-11-01T08:00:00Z" } });
    writing.objectStore("meta").put({ key: "chain", value: { seq: row.tablet_seq, sha256: row.sha256 } });
    writing.objectStore("draft").put(draft);
    writing.objectStore("record").put(row);
    writing.objectStore("reference").put({ kind: "staff", id: "amina", name: "Amina Yusuf" });
    await new Promise((resolve, reject) => { writing.oncomplete = resolve; writing.onabort = reject; });
    database.close();
    sessionStorage.setItem("sightline-author", JSON.stringify({ id: "amina", name: "Amina Yusuf" }));
}"""
ON_THE_DISK = """async () => {
    const opening = indexedDB.open("sightline");
    const database = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
    const all = (name) => new Promise((resolve) => {
        const asked = database.transaction(name).objectStore(name).getAll();
        asked.onsuccess = () => resolve(asked.result);
    });
    const found = {};
    for (const name of database.objectStoreNames) found[name] = (await all(name)).map((row) => Object.keys(row));
    database.close();
    return found;
}"""


async def test_the_author_and_who_accepted_are_both_proven_to_have_signed(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "ben")
    await lock(page)
    await be(page, "amina")
    made = await record(page, EXAMPLE)
    await go(page, f"/tablet/sent/{made}/1")
    await expect(page.locator("dl.facts")).to_contain_text("By its author")
    await go(page, "/tablet/")
    await hand_over(page)
    await page.get_by_role("link", name="See what I saved").click()
    await expect(page.locator("dl.facts")).to_contain_text("By its author and by who accepted it")
    await all_sent(page)
    assert verdicts(server) == {
        (made, "author", "amina", "good"),
        (handover_of(server), "author", "amina", "good"),
        (handover_of(server), "acceptor", "ben", "good"),
    }
    assert server.rows("SELECT 1 FROM entry WHERE standing <> 'stored'") == []


async def test_without_the_network_whoever_was_never_here_cannot_sign_and_the_record_is_saved_all_the_same(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    await hand_over(page)
    await page.get_by_role("link", name="See what I saved").click()
    await expect(page.locator("dl.facts")).to_contain_text("Who accepted it gave no PIN")
    server.start()
    await send_now(page)
    await all_sent(page)
    assert verdicts(server) == {
        (handover_of(server), "author", "amina", "good"),
        (handover_of(server), "acceptor", "ben", "missing"),
    }


async def test_what_an_earlier_build_left_in_clear_is_encrypted_and_nothing_of_it_is_lost(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += ("404 (",)  # an address without the app has no picture for its tab
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    made = await record(page, EXAMPLE)
    await go(page, "/tablet/")
    await open_form(page)
    await page.locator('[name="went_well"]').fill("Begun before encryption.")
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_be_visible()
    drafts, records = await stored(page, "draft"), await stored(page, "record")
    identity: dict[str, Any] = await page.evaluate(
        """async () => {
            const { Store } = await import("/pwa/js/database.mjs");
            return (await new Store().get("meta", "tablet")).value;
        }"""
    )
    server.start()
    await page.goto(f"{server.origin}/tablet/kill-switch.json")
    await page.evaluate(AS_BEFORE, [identity, drafts[0], {**records[0], "signatures": []}])

    await page.goto(f"{server.origin}/tablet/")
    await be(page, "amina")
    await expect(page.locator("#parked [data-draft]")).to_have_count(1)
    await all_sent(page)
    assert [row["record"] for row in server.rows("SELECT record FROM entry")] == [made]
    found = await page.evaluate(ON_THE_DISK)
    assert found["draft"] == [["id", "changed_at", "box"]]
    assert {tuple(sorted(row)) for row in found["reference"]} == {("box", "id", "kind")}
    assert all("box" in row and "body" not in row and "title" not in row for row in found["record"])
    assert await page.evaluate("sessionStorage.getItem('sightline-author')") is None
    await page.locator("#parked [data-draft]").first.click()
    await expect(page.locator('[name="went_well"]')).to_have_value("Begun before encryption.")


async def test_a_copy_of_what_waits_is_opened_by_the_server_when_everybody_has_gone(
    server: RunningServer, tablet: TabletBrowser, tmp_path: Path
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    made = await record(page, EXAMPLE)
    await tablet.kill()
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/outbox")
    await expect(page.locator("#outbox [data-record]")).to_contain_text("A record")
    async with page.expect_download() as downloading:
        await page.locator("#save-copy").click()
    file = tmp_path / "copy.json"
    await (await downloading.value).save_as(file)
    assert "Open the chart" not in file.read_text()
    recovered = await commands.recover(
        read_settings({"SIGHTLINE_DATABASE": str(server.database)}), file.read_bytes()
    )
    assert [one.trouble for one in recovered.outcomes] == [""]
    assert verdicts(server) == {(made, "author", "amina", "good")}


async def test_a_lost_tablet_that_nobody_unlocks_is_emptied_once_its_records_are_safe(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += ("403 (",)
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    made = await record(page, EXAMPLE)
    await tablet.kill()
    server.start()
    take_out_of_use(server, "lost")
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await expect(page.locator('[data-screen="enrol"]')).to_be_visible()
    await expect(page.locator("#notice-wiped")).to_contain_text("taken out of use")
    assert [row["record"] for row in server.rows("SELECT record FROM entry")] == [made]
    left = await page.evaluate(ON_THE_DISK)
    assert (left["draft"], left["record"], left["reference"], left["bundle"]) == ([], [], [], [])
    assert server.rows("SELECT 1 FROM tablet WHERE wiped_at <> ''")


async def test_before_the_first_pin_the_tablet_says_that_nothing_is_sent_and_after_it_all_is(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    await record(page, EXAMPLE)
    await tablet.kill()
    server.start()
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await expect(page.locator("main")).to_contain_text("1 waiting. They will be sent after the first PIN.")
    await page.locator("#outbox-status").click()
    await tap_send(page)
    await expect(page.locator("#contact-reason")).to_have_text("")
    assert server.rows("SELECT 1 FROM entry") == []
    await page.goto(f"{server.origin}/tablet/")
    await unlock(page, "amina")
    await all_sent(page)
    await pull(page)


async def hand_over(page: Page) -> None:
    """F2, accepted by Ben: with his PIN where he has signed in on this tablet or can."""
    form = load_catalogue().current("handover_check")
    answers = dict(next(each for each in form.examples if each.id == "quiet_night").answers)
    del answers["shift"]
    more: dict[str, Any] = {"happened_at": from_now(-9), "ended_at": from_now(-1), "accepted_by": "ben"}
    await open_form(page, "F2")
    if await page.locator('[data-question="changed"] select').count():
        await page.locator('[data-question="changed"] [data-remove]').click()
    await fill_form(page, form.definition, {**answers, **more})
    await check_and_save(page)


def handover_of(server: RunningServer) -> str:
    """The record of the handover."""
    (row,) = server.rows("SELECT record FROM record_current WHERE form = 'handover_check'")
    return str(row["record"])


def verdicts(server: RunningServer) -> set[tuple[str, str, str, str]]:
    """Record, role, whose, and what the server made of it, of every signature."""
    rows = server.rows(
        "SELECT entry.record, role, staff, verdict FROM record_signature JOIN entry USING (seq)"
    )
    return {(row["record"], row["role"], row["staff"], row["verdict"]) for row in rows}


def take_out_of_use(server: RunningServer, why: str) -> None:
    """As a manager would at the desk."""
    with server.sql() as connection:
        (tablet,) = connection.execute("SELECT id FROM tablet").fetchone()
        assert tablets.revoke(connection, tablet, ["alder"], "chidi", datetime.now(UTC), why)
