"""What the desk does with cases and complaints in a test, in one line each."""

from typing import Any

from httpx import Response

from tests.server.world import Browser

OPENED = {
    "kind": "incident",
    "title": "Fall in the lounge",
    "recognised_at": "2026-11-16T08:30",
    "recognised_by": "Senior carer on shift",
    "how": "floor",
    "pattern": "isolated",
    "affected": "Early shift of the first floor, 16 November.",
    "about_manager": "no",
}
ACTS: dict[str, dict[str, str]] = {
    "fact": {"fact": "The lounge floor was wet at 08:20.", "source": "Two carers saw it"},
    "assumption": {"assumption": "The mop bucket leaked."},
    "assumption_settled": {"turned_out": "fact", "why": "The bucket was found cracked."},
    "assessed": {"seriousness": "serious", "root_causes": "Nobody checks the buckets."},
    "control": {
        "control": "Dry the lounge floor before breakfast",
        "briefed_to": "Early shift",
        "recheck_by": "2026-11-18",
        "critical": "no",
    },
    "control_moved": {"recheck_by": "2026-11-20", "why": "It needs three more days."},
    "control_ended": {"why": "New buckets are in use now."},
    "check_planned": {"check": "The lounge floor at 08:00", "by": "2026-12-16"},
    "check_done": {"result": "held", "seen": "Dry on three mornings."},
    "decided": {"decision": "protect", "rationale": "People walk there early."},
    "referral": {
        "to": "safeguarding",
        "decision": "referred",
        "at": "2026-11-16T08:45",
        "rationale": "Two people fell within a week.",
    },
    "reviewed": {"found": "The cleaning plan left mornings out.", "learning": "yes"},
    "followed_up": {"safe": "yes", "stands": "She is seen every hour."},
    "candour_assessed": {"applies": "no", "rationale": "Nobody was harmed, the GP says."},
    "candour_step": {"step": "told", "at": "2026-11-16T08:50", "by": "Manager to the person"},
    "learning": {"title": "Dry floors before breakfast", "until": "2026-11-30"},
    "outcome_set": {"by": "2026-11-30"},
    "outcome": {"result": "resolved", "seen": "No fall in two weeks."},
    "said": {"note": "The cleaner is back on Monday."},
    "closed": {"why": "Put right and checked."},
    "reopened": {"why": "It happened once more."},
}


def send_case(browser: Browser, /, **changed: str) -> Response:
    """The answer to the form of a new case, redirect not followed."""
    return browser.post("/cases/new", data={**OPENED, **changed}, follow_redirects=False)


def open_case(browser: Browser, /, **changed: str) -> str:
    """The address of a new case."""
    answer = send_case(browser, **changed)
    assert answer.status_code == 303, answer.text
    address: str = answer.headers["location"]
    return address


def version_of(browser: Browser, address: str) -> str:
    """The version that the page's forms were made from."""
    page = browser.get(address).text
    found = page.partition('name="version" value="')[2].partition('"')[0]
    return found or "0"


def try_act(browser: Browser, address: str, what: str, /, **changed: str) -> Response:
    """The answer to the form of an act, read from the page that stands."""
    given: dict[str, Any] = {**ACTS.get(what, {}), **changed}
    typed = {f"{what}-{name}": value for name, value in given.items() if name != "version"}
    typed["version"] = str(given.get("version") or version_of(browser, address))
    return browser.post(f"{address}/acts/{what}", data=typed, follow_redirects=False)


def act(browser: Browser, address: str, what: str, /, **changed: str) -> None:
    """Do something that is let through."""
    answer = try_act(browser, address, what, **changed)
    assert answer.status_code == 303, (what, answer.status_code, answer.text[-3000:])
