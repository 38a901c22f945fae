"""A script that somebody stores in any field comes out of every page and file as words: nothing of it is markup."""

import json
import random
from html.parser import HTMLParser
from typing import Any

import pytest

from server.evidence import live
from server.identity.permissions import Permission
from tests.server.evidence.arranged import FIELDS
from tests.server.reach import JSON, Reach
from tests.server.routes_of import routes_of
from tests.server.test_sync_routes import body_of
from tests.server.test_visitors import let_in
from tests.server.world import Browser, World
from tests.sync.bodies import SENTENCE, batch, seal

FIELD_NAMES = (
    *(
        "title",
        "baseline",
        "expected",
        "measure",
        "review_route",
        "name",
        "reason",
        "words",
        "why",
        "decision",
    ),
    *("role", "phone", "hours", "organisation", "email", "next", "text", "note", "code", "query", "lift_why"),
)
SCRIPT = "<script>zqrun()</script><img src=x onerror=zqrun()>\"'`${zqrun()}{{7*7}}javascript:zqrun()"


class Looks(HTMLParser):
    """Every element and attribute of a page in which what was stored would run."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        for name, value in attrs:
            runs = name in ("href", "src", "action", "formaction") and (value or "").lstrip().startswith(
                "javascript:"
            )
            if name.startswith("on") or runs or name in ("style", "srcdoc"):
                self.bad.append(f"<{tag} {name}={value!r}>")
        if tag == "img" and dict(attrs).get("src") == "x":
            self.bad.append("<img src=x>")

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.bad.append(f"inline script {data[:40]!r}")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False


@pytest.fixture
def told(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider in which everything says `SCRIPT`."""
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.05)
    tell(world)
    return world


def tell(world: World) -> None:
    """Put `SCRIPT` into every form of the desk, every text of a record and every name."""
    with world.tablet("alder-1", SCRIPT[:30]) as oak, world.signed_in("chidi") as chidi:
        for form in ("practice_observation", "immediate_concern", "incident_record", "senior_oversight"):
            body = body_of(oak, form=form)
            body["answers"] = _told(body["answers"])
            assert oak.post("/sync/records", content=batch([seal(body)]), headers=JSON).status_code == 201
        oak.post("/sync/records", content=batch([{"strange": SCRIPT}]), headers=JSON)
        _post_everywhere(world, chidi)
        let_in(chidi, name=SCRIPT[:60], organisation=SCRIPT[:60])
    with world.sql() as sql:
        sql.execute("UPDATE staff SET name = ? WHERE id = 'amina'", (SCRIPT,))
        sql.execute("UPDATE person SET initials = ?, place = ?", (SCRIPT, SCRIPT))
        sql.execute("UPDATE unit SET name = ? WHERE id = 'alder-2'", (SCRIPT,))
        sql.execute("UPDATE tablet SET name = ?", (SCRIPT,))


def _told(value: Any) -> Any:
    text = json.dumps(value)
    return json.loads(text.replace(json.dumps(SENTENCE)[1:-1], json.dumps(f"{SENTENCE} {SCRIPT}")[1:-1]))


def _post_everywhere(world: World, chidi: Browser) -> None:
    """Every form of the desk with the script in every field it might have, beside what makes it valid."""
    words = dict.fromkeys(FIELD_NAMES, SCRIPT)
    chidi.post(
        "/actions/new", data={**FIELDS, **dict.fromkeys(("title", "expected", "review_route"), SCRIPT)}
    )
    on_call = dict.fromkeys(("name", "role", "phone", "hours"), SCRIPT[:40])
    chidi.post("/lists/new/on_call", data={"service": "alder", **on_call})
    chidi.post(
        "/lists/new/complaint", data={"service": "alder", "title": SCRIPT[:120], "received_on": "2026-11-10"}
    )
    chidi.post("/tablets/codes", data={"name": SCRIPT[:40], "unit": "alder-1"})
    for method, address, handler in routes_of(world.app):
        ends = address.endswith(("/end", "/ending", "/leaving", "/sign-out"))
        if method == "POST" and isinstance(handler.opt.get("rule"), Permission) and not ends:
            answer = chidi.post(address, data={**words, "service": "alder"})
            if "text/html" in answer.headers.get("content-type", ""):
                assert bad_of(answer.text) == [], address


def bad_of(page: str) -> list[str]:
    looks = Looks()
    looks.feed(page)
    return looks.bad


@pytest.mark.parametrize("name", ["chidi", "dana"])
def test_nothing_stored_runs_on_any_page(told: World, name: str) -> None:
    reach = Reach(told, random.Random(3))
    with told.sql() as sql:
        ids = {
            "record": [row[0] for row in sql.execute("SELECT DISTINCT record FROM record_version")],
            "action_id": [row[0] for row in sql.execute("SELECT id FROM action")],
            "listed_id": [row[0] for row in sql.execute("SELECT id FROM listed")],
        }
    addresses = [address for address, _ in reach.reads()]
    addresses += [f"/evidence/{id}" for id in ids["record"]]
    addresses += [f"/actions/{id}{more}" for id in ids["action_id"] for more in ("", "/edit")]
    addresses += [f"/lists/{id}" for id in ids["listed_id"]]
    shown = 0
    with told.signed_in(name) as browser:
        for address in dict.fromkeys(addresses):
            answer = browser.get(address)
            if "text/html" in answer.headers.get("content-type", ""):
                assert bad_of(answer.text) == [], address
                shown += "&lt;script&gt;zqrun" in answer.text
            elif "csv" in answer.headers.get("content-type", ""):
                for line in answer.text.splitlines():
                    assert not line.startswith(("=", "+", "-", "@")), address
            is_json = answer.headers.get("content-type", "") == "application/json"
            policy = "default-src 'none'; frame-ancestors 'none'" if is_json else "script-src 'self'"
            assert policy in answer.headers["content-security-policy"]
    assert shown >= 8
