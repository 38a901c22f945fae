"""Where the time from a tap to its paint goes: what Chromium's tracing says of the page's main thread meanwhile."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from tests.bench.frame import part

Event = Mapping[str, Any]
Window = tuple[float, float]
Spent = dict[str, float]

MARK = "answer"
"""What in_page.js calls the time from a tap to its paint."""

CATEGORIES = [
    "toplevel",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "blink.user_timing",
    "disabled-by-default-v8.cpu_profiler",
]
KINDS = {
    "script": (
        "EventDispatch FunctionCall EvaluateScript RunMicrotasks TimerFire FireAnimationFrame HandlePostMessage "
        "v8.callFunction MajorGC MinorGC"
    ),
    "style": "UpdateLayoutTree RecalculateStyles",
    "layout": "Layout HitTest",
    "paint": "PrePaint Paint Layerize Commit UpdateLayer UpdateLayerTree",
    "other": "RunTask",
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}
NOBODY = {"(root)", "(program)", "(idle)"}
DEAREST = 12


@dataclass(frozen=True)
class Profile:
    """Milliseconds of the main thread's own processor time between each tap and its paint, by kind of work; and by
    function, with what it calls, of all taps together.
    """

    taps: list[Spent]
    functions: Spent

    @property
    def said(self) -> str:
        """What a tap comes to, in all and by kind."""
        if not self.taps:
            return "nothing was traced"
        alls = [sum(tap.values()) for tap in self.taps]
        kinds = [f"{kind} {sum(tap[kind] for tap in self.taps) / len(self.taps):.1f}" for kind in KINDS]
        return (
            f"{part(alls, 50):.0f} ms, of 95 in a hundred {part(alls, 95):.0f}; on average {', '.join(kinds)}"
        )

    @property
    def dearest(self) -> list[str]:
        """The dearest functions of one tap, a line each."""
        most = sorted(self.functions.items(), key=lambda each: -each[1])[:DEAREST]
        return [f"  {took / len(self.taps):5.1f} {name}" for name, took in most]


@asynccontextmanager
async def traced(page: Page) -> AsyncIterator[list[Event]]:
    """Everything that the browser traces meanwhile; the list is full at the end."""
    chrome = await page.context.new_cdp_session(page)
    events: list[Event] = []
    ended = asyncio.Event()
    chrome.on("Tracing.dataCollected", lambda said: events.extend(said["value"]))
    chrome.on("Tracing.tracingComplete", lambda _: ended.set())
    wanted = {"includedCategories": CATEGORIES}
    await chrome.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": wanted})
    try:
        yield events
    finally:
        await chrome.send("Tracing.end")
        await ended.wait()
        await chrome.detach()


def profile_of(events: Sequence[Event]) -> Profile:
    """What the main thread of the page did between each tap and its paint."""
    marks = [event for event in events if event["name"] == MARK and event["ph"] in ("b", "e")]
    if not marks:
        return Profile([], {})
    process, thread = marks[0]["pid"], marks[0]["tid"]
    starts = sorted(event["ts"] for event in marks if event["ph"] == "b")
    ends = sorted(event["ts"] for event in marks if event["ph"] == "e")
    windows = list(zip(starts, ends, strict=True))
    here = [event for event in events if event["pid"] == process]
    main = [event for event in here if event["tid"] == thread]
    profilers = [event for event in main if event["name"] == "Profile"]
    functions: defaultdict[str, float] = defaultdict(float)
    for profiler in profilers:
        chunks = [each for each in here if each["name"] == "ProfileChunk" and each["id"] == profiler["id"]]
        _add_functions(functions, profiler["args"]["data"]["startTime"], chunks, windows)
    return Profile([_kinds(main, window) for window in windows], dict(functions))


def _kinds(events: Sequence[Event], window: Window) -> Spent:
    """What lies within another event counts as its own kind alone. An event that began before, or ends later, counts
    by its share.
    """
    found = dict.fromkeys(KINDS, 0.0)
    around: list[tuple[float, str]] = []
    known = (event for event in events if event["ph"] == "X" and event["name"] in KIND_OF)
    for event in sorted(known, key=lambda each: (each["ts"], -each["dur"])):
        start, long = event["ts"], event["dur"]
        kind = KIND_OF[event["name"]]
        while around and around[-1][0] <= start:
            around.pop()
        share = _within(start, start + long, window) / long if long else 0
        took = share * event.get("tdur", long) / 1000
        found[kind] += took
        if around:
            found[around[-1][1]] -= took
        around.append((start + long, kind))
    return found


def _add_functions(
    found: defaultdict[str, float], began: float, chunks: Sequence[Event], windows: Sequence[Window]
) -> None:
    stacks: dict[int, frozenset[str]] = {}
    at = began
    for chunk in chunks:
        said = chunk["args"]["data"]
        sampled = said.get("cpuProfile", {})
        for node in sampled.get("nodes", []):
            above = stacks.get(node.get("parent"), frozenset())
            stacks[node["id"]] = above | ({_name(node["callFrame"])} - NOBODY)
        for sample, passed in zip(sampled.get("samples", []), said.get("timeDeltas", []), strict=True):
            took = sum(_within(at, at + passed, window) for window in windows) / 1000
            at += passed
            for name in stacks[sample] if took else ():
                found[name] += took


def _within(start: float, end: float, window: Window) -> float:
    return max(0.0, min(end, window[1]) - max(start, window[0]))


def _name(frame: Mapping[str, Any]) -> str:
    file = frame.get("url", "").rpartition("/")[2]
    return f"{frame['functionName'] or 'anonymous'}{f' of {file}' if file else ''}"
