"""What people do on a tablet, over `Engine.run` alone: all engines do the very same."""

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from observation_forms import Definition
from observation_forms.definition import Question
from tests.browser.filling import local_time
from tests.browser.running import RunningServer
from tests.browser.steps import AT_REST, CODE, NOTHING_WAITS, WRITTEN
from tests.engines.engine import Engine, ScriptFailed
from tests.server.world import PIN

Step = tuple[str, ...]
"""("tap", selector), ("write", selector, words) or ("choose", selector, value)."""

PATIENCE = 180.0
_HANDS = (Path(__file__).parent / "hands.js").read_text("utf-8")
_READY = """return Promise.race([
    navigator.serviceWorker.ready.then(() => true),
    sleep(150000).then(() => { throw new Error("no service worker") }),
])"""


class Tab(Protocol):
    """Whatever runs a script in a page: an engine, or a second tab of one."""

    def run(self, script: str, *values: object) -> object: ...


def run(tab: Tab, script: str, *values: object) -> Any:
    """Run a script that may use the hands of hands.js."""
    return tab.run(_HANDS + script, *values)


def wait_for(tab: Tab, selector: str, seconds: float = PATIENCE) -> None:
    """Wait until something that fits the selector can be seen."""
    wait_until(tab, "return Boolean(shown(arguments[0]))", selector, seconds=seconds)


def wait_until(tab: Tab, script: str, *values: object, seconds: float = PATIENCE) -> Any:
    """Wait until the script returns something true, and give it back. A page that is loading is asked again."""
    until = time.monotonic() + seconds
    while True:
        failed: object = None
        try:
            if found := run(tab, script, *values):
                return found
        except ScriptFailed as error:
            failed = error
        if time.monotonic() > until:
            raise AssertionError(f"never came: {script} {values} {failed or ''}: {_what_is_shown(tab)}")
        time.sleep(0.03)


def wait_text(tab: Tab, selector: str, words: str, seconds: float = PATIENCE) -> None:
    """Wait until what is shown there says these words."""
    script = """return [...document.querySelectorAll(arguments[0])]
        .some((each) => isVisible(each) && each.innerText.includes(arguments[1]))"""
    wait_until(tab, script, selector, words, seconds=seconds)


def tap(tab: Tab, selector: str) -> None:
    """Tap what can be seen there, once it can."""
    wait_for(tab, selector)
    run(tab, "await tap(arguments[0])", selector)


def type_into(tab: Tab, selector: str, words: str, pause: float = 0.0) -> None:
    """Put words into a field in place of what it holds: at once, or letter by letter with a pause in seconds."""
    wait_for(tab, selector)
    run(tab, "await write(...arguments)", selector, words, pause * 1000)


def text(tab: Tab, selector: str) -> str:
    """What the first element that fits and can be seen says; "" where there is none."""
    return str(run(tab, 'return shown(arguments[0])?.innerText ?? ""', selector))


def value(tab: Tab, selector: str) -> str | None:
    """What stands in the first field that fits."""
    found = run(tab, "return document.querySelector(arguments[0])?.value ?? null", selector)
    return None if found is None else str(found)


def count(tab: Tab, selector: str) -> int:
    """How many elements fit, shown or not."""
    return int(run(tab, "return document.querySelectorAll(arguments[0]).length", selector))


def attributes(tab: Tab, selector: str, name: str) -> list[str]:
    """This attribute of every element that fits."""
    script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.getAttribute(arguments[1]))"
    return [str(each) for each in run(tab, script, selector, name)]


def address(tab: Tab) -> str:
    """Where the page is."""
    return str(run(tab, "return location.pathname"))


def go(tab: Tab, path: str) -> None:
    """Go to an address of the app as a link does it: the page stays, so nobody has to unlock it again."""
    run(tab, "history.pushState({}, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))", path)


def enrol(engine: Engine, server: RunningServer, name: str = "Oak", unit: str = "alder-1") -> None:
    """Make this browser a tablet, ready to open without a network, and close it once: the cookie is on the disk."""
    server.make_code(CODE, name, unit)
    engine.open(f"{server.origin}/tablet/")
    type_into(engine, "#enrol-code", CODE)
    for condition in ("encrypted", "lock"):
        tap(engine, f"label:has(#enrol-{condition})")
    tap(engine, "#enrol-send")
    wait_for(engine, '[data-screen="who"]')
    run(engine, _READY)
    engine.stop()
    engine.start()
    engine.open(f"{server.origin}/tablet/")


def be(tab: Tab, staff: str = "amina") -> None:
    """Choose a name and type the PIN: the first time on this tablet with the network. Home."""
    unlock(tab, staff)
    wait_for(tab, '[data-screen="home"]')


def unlock(tab: Tab, staff: str = "amina", pin: str = PIN) -> None:
    """Choose a name and type a PIN. Where it leads is the caller's to look at."""
    tile = f'#staff [data-staff="{staff}"]'
    wait_for(tab, "#staff [data-staff]")
    if not run(tab, "return Boolean(shown(arguments[0]))", tile):
        tap(tab, "#who-first")
    tap(tab, tile)
    type_pin(tab, pin)


def type_pin(tab: Tab, pin: str = PIN) -> None:
    """Tap the digits, once the pad takes any."""
    wait_for(tab, ".pad:not([data-off]) .pad-key")
    run(tab, 'for (const digit of arguments[0]) await tap(`.pad-key[data-key="${digit}"]`)', pin)


def lock(tab: Tab) -> None:
    """Lock the tablet: whoever comes next chooses their name."""
    tap(tab, "#person")
    wait_for(tab, '[data-screen="who"]')


def begin(tab: Tab, code: str = "F1") -> str:
    """Start a form from home. Gives back the draft's id, which becomes the record's."""
    entry = f'#start [data-form="{code}"]'
    script = "return document.querySelector(arguments[0]) && (shown(arguments[0]) ? 'seen' : 'folded')"
    if wait_until(tab, script, entry) == "folded":
        tap(tab, f"#start details:has({entry}) > summary")
    tap(tab, entry)
    wait_for(tab, "form.observation")
    return address(tab).split("/form/")[1].split("/")[0]


def fill(tab: Tab, definition: Definition, answers: Mapping[str, Any]) -> None:
    """Give every answer, in the order of the form."""
    run(tab, "await play(arguments[0])", answering(definition, answers))


def answering(definition: Definition, answers: Mapping[str, Any]) -> list[Step]:
    """What a hand does to give these answers. For forms without rows and signatures, as F1 is."""
    questions = [each for each in definition.questions() if each.id in answers]
    return [step for each in questions for step in _answer(each, answers[each.id])]


def _answer(question: Question, value: Any) -> Iterable[Step]:
    holder = f'#fragment [data-question="{question.id}"]'
    if question.kind in ("information", "worked_out", "duration"):
        return
    if question.kind in ("repeat", "counts", "signer"):
        raise NotImplementedError(f"{question.id}: these hands do not give a {question.kind}")
    if question.kind in ("standard", "choice", "yes_no"):
        yield "tap", f"{holder} label:has(input[value={json.dumps(value)}])"
    elif question.kind in ("choices", "staff"):
        for code in value:
            yield "tap", f"{holder} label:has(input[value={json.dumps(code)}])"
    elif question.kind in ("person", "pick"):
        yield "choose", f"{holder} select", str(value)
    else:
        words = local_time(value) if question.kind == "instant" else str(value)
        yield "write", f"{holder} :is(input, textarea)", words


def kept(tab: Tab) -> None:
    """Wait until what was typed is written down. The words on the screen may be about what was typed before."""
    run(tab, f"await ({WRITTEN})()")
    wait_text(tab, "#draft-saved", "Kept on this tablet")


def park(tab: Tab) -> None:
    """Put the form away, home."""
    tap(tab, "#park")
    wait_for(tab, "#parked [data-draft]")


def resume(tab: Tab, draft: str) -> None:
    """From home, go back into a parked form."""
    tap(tab, f'#parked [data-draft="{draft}"]')
    wait_for(tab, "form.observation")


def check(tab: Tab) -> None:
    """Check the form, which must be without a fault."""
    tap(tab, "#check")
    wait_for(tab, "#save, #errors [data-finding]")
    found = run(
        tab, "return [...document.querySelectorAll('#errors [data-finding]')].map((e) => e.innerText)"
    )
    assert found == [], found


def save(tab: Tab) -> str:
    """Check and save, and wait for the words that promise it is kept. Gives back the record's id."""
    check(tab)
    tap(tab, "#save")
    wait_text(tab, "#saved-heading", "Saved on this tablet")
    return address(tab).split("/saved/")[1].split("/")[0]


def send_now(tab: Tab) -> None:
    """Go to the outbox and send. A tap that meets a try under way which fails would wait for the pause after it."""
    go(tab, "/tablet/outbox")
    wait_for(tab, "#send-now")
    wait_until(tab, f"return ({AT_REST})()")
    tap(tab, "#send-now")


def waiting(tab: Tab) -> set[str]:
    """The records that the outbox shows as waiting. Goes there."""
    go(tab, "/tablet/outbox")
    script = """return shown("#outbox [data-record]")
        ? true : shown("[data-screen=outbox]")?.innerText.includes(arguments[0])"""
    wait_until(tab, script, "Every record saved on this tablet has a receipt")
    return set(attributes(tab, "#outbox [data-record]", "data-record"))


def all_sent(tab: Tab) -> None:
    """Send, and wait until nothing waits."""
    send_now(tab)
    wait_until(tab, f"return ({NOTHING_WAITS})()")
    wait_text(tab, "#outbox-status", "Nothing waiting")


def _what_is_shown(tab: Tab) -> str:
    try:
        return str(tab.run("return `${location.href}\\n${document.body.innerText}`"))
    except ScriptFailed as error:
        return str(error)
