"""A tablet killed again and again while somebody types, saves and sends; and what is there afterwards."""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from tests.browser.running import RunningServer
from tests.browser.steps import WRITTEN, example_answers, practice_observation
from tests.engines.engine import Engine, ScriptFailed
from tests.engines.hands import (
    all_sent,
    answering,
    attributes,
    begin,
    check,
    resume,
    run,
    tap,
    unlock,
    value,
    wait_for,
    wait_until,
    waiting,
)

PROCESSES = {
    "chromium": ("browser", "page", "network"),
    "firefox": ("browser", "page"),
    "webkit": ("browser", "page", "network"),
}
MOMENTS = ("typing", "saving", "sending")
# DESIGN 3.2: what was typed longer ago is written down; what a write costs on this machine comes on top of it
GRACE_MS = 250
NOTE = '[name="went_well"]'
_LETTER_MS = 15

# Types on by itself, and says after a while how much of it had been typed longer ago than the grace. On top of that
# comes the time of two writes, as a letter may have to wait for one under way before its own begins: the slowest that
# this page had meanwhile, and the longest for which a busy machine let the page stand still
_TYPE = f"""
    const [words, pause, during, grace] = arguments;
    const writes = [];
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...asked) {{
        const made = begin.apply(this, asked), write = {{ begun: performance.now() }};
        for (const end of ["complete", "abort"]) {{
            made.addEventListener(end, () => {{ write.ended = performance.now(); }});
        }}
        writes.push(write);
        return made;
    }};
    const since = performance.now();
    await ({WRITTEN})();
    const before = performance.now() - since - {GRACE_MS};
    const typed = [];
    const field = await touch('{NOTE}');
    (async () => {{
        for (let end = 1; end <= words.length; end++) {{
            change(field, words.slice(0, end));
            typed.push(performance.now());
            await sleep(pause);
        }}
    }})();
    await sleep(during + before);
    const now = performance.now();
    const stood = Math.max(...typed.map((at, index) => (typed[index + 1] ?? now) - at));
    const cost = stood + Math.max(before, ...writes.map(({{ begun, ended = now }}) => ended - begun));
    const limit = now - Math.max(grace, cost) - cost;
    return typed.filter((at) => at < limit).length;
"""
# In a form gone on with, a second tap on one of several choices would take it back
_GO_ON = """
    const isGiven = ([act, at]) => act === "tap" && document.querySelector(at)?.control?.checked;
    await play(arguments[0].filter((step) => !isGiven(step)));
"""
_SAVE = """
    const [during] = arguments;
    tap("#save");
    await sleep(during);
    return shown("#saved-heading")?.innerText.includes("Saved on this tablet") ?? false;
"""
_CALM = (
    """return !shown("#blocked") && document.readyState === "complete" && Boolean(shown("[data-screen]"))"""
)


@dataclass
class Toll:
    """What the kills of one process cost."""

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)


class Killing:
    """One enrolled tablet, at work. `once` kills it one time and looks; `settle` looks at the ledger at the end."""

    def __init__(self, engine: Engine, server: RunningServer, chance: random.Random) -> None:
        self.engine = engine
        self.server = server
        self.chance = chance
        self.tolls: dict[str, Toll] = {}
        self._acknowledged: dict[str, Toll] = {}
        self._moments = self._in_turn()
        self._draft = ""

    def once(self, grace_ms: int = GRACE_MS) -> None:
        """Do something, kill one process at some moment of it, go on, and look."""
        which, moment = next(self._moments)
        toll = self.tolls.setdefault(which, Toll())
        toll.kills += 1
        self._open_form()
        if moment == "typing":
            self._kill_typing(which, toll, grace_ms)
        else:
            self._kill_saving(which, toll, moment)

    def settle(self) -> None:
        """Send all there is: every record that was called saved must be in the ledger, once."""
        all_sent(self.engine)
        stored = self._stored()
        for record, toll in self._acknowledged.items():
            if stored.count(record) != 1:
                toll.lost.append(f"record {record} is in the ledger {stored.count(record)} times")

    def _in_turn(self) -> Iterator[tuple[str, str]]:
        while True:
            moments = list(product(PROCESSES[self.engine.name], MOMENTS))
            self.chance.shuffle(moments)
            yield from moments

    def _open_form(self) -> None:
        if self._draft:
            resume(self.engine, self._draft)
        else:
            self._draft = begin(self.engine)

    def _kill_typing(self, which: str, toll: Toll, grace_ms: int) -> None:
        words = "".join(self.chance.choices("abcdefghijklmnop qrstuvwxyz", k=400)).strip()
        during = self.chance.uniform(300, 2500)
        old = int(run(self.engine, _TYPE, words, _LETTER_MS, during, grace_ms))
        self._kill(which)
        toll.acknowledged += bool(old)
        if self._draft not in self._drafts():
            if old:
                toll.lost.append(f"draft {self._draft} with {old} letters")
            self._draft = ""
            return
        resume(self.engine, self._draft)
        back = str(value(self.engine, NOTE))
        if not back.startswith(words[:old]):
            toll.lost.append(f"of {old} letters of draft {self._draft} there came back {len(back)}: {back!r}")
        tap(self.engine, "#park")
        wait_for(self.engine, '[data-screen="home"]')

    def _kill_saving(self, which: str, toll: Toll, moment: str) -> None:
        made = self._draft
        answers: dict[str, Any] = example_answers("evening_care_all_met")
        steps = answering(practice_observation(), answers)
        run(self.engine, _GO_ON, steps)
        check(self.engine)
        longest = 400 if moment == "saving" else 1500
        saved = bool(run(self.engine, _SAVE, self.chance.uniform(0, longest)))
        self._kill(which)
        toll.acknowledged += 1
        waits, drafts = self._waiting(), self._drafts()
        kept = {made} & (waits | set(self._stored()))
        if saved or kept:
            self._acknowledged[made] = toll
        if saved and not kept:
            toll.lost.append(f"record {made} was called saved")
        elif not kept and made not in drafts:
            toll.lost.append(f"neither a draft nor a record: {made}")
        elif kept and made in drafts:
            toll.lost.append(f"both a draft and a record: {made}")
        self._draft = made if made in drafts else ""

    def _kill(self, which: str) -> None:
        self.engine.kill(which)
        if which == "browser":
            self.engine.start()
        elif which == "page":
            self.engine.reload()
        else:
            # The app gets over it by itself, or holds the screen and loads itself once
            time.sleep(0.5)
            wait_until(self.engine, _CALM)
        self._go_home()

    def _go_home(self) -> None:
        for _ in range(3):
            # Where the app loads itself at this moment it is asked again
            with suppress(ScriptFailed):
                self.engine.open(f"{self.server.origin}/tablet/")
                unlock(self.engine)
                wait_for(self.engine, '[data-screen]:not([data-screen="who"])')
                break
        tap(self.engine, ".bar-brand")
        wait_for(self.engine, '[data-screen="home"]')

    def _drafts(self) -> set[str]:
        wait_for(self.engine, '#start [data-form="F1"], #start details')
        return set(attributes(self.engine, "#parked [data-draft]", "data-draft"))

    def _waiting(self) -> set[str]:
        found = waiting(self.engine)
        tap(self.engine, ".bar-brand")
        wait_for(self.engine, '[data-screen="home"]')
        return found

    def _stored(self) -> list[str]:
        return [str(row["record"]) for row in self.server.rows("SELECT record FROM entry")]
