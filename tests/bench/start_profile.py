"""Where the time of a cold start goes, of the way home and of a seal: Chromium's tracing, in words.

`python -m tests.bench.tablet --profile` prints it after the table: of the page's main thread by kind of work, of every
other thread as a whole; and what of our own functions took longest, with what they call. Under tracing everything takes
longer: the shares count.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page

Event = Mapping[str, Any]

CATEGORIES = [
    "toplevel",
    "devtools.timeline",
    "v8",
    "IndexedDB",
    "ServiceWorker",
    "CacheStorage",
    "disabled-by-default-v8.cpu_profiler",
]
KINDS = {
    "reading modules and the shell": ("Parse", "Preload", "ModuleScript", "compileModule", "DocumentLoader"),
    "compiling": ("Compile", "Parse", "PreParse", "Ignition", "Deserialize"),
    "running modules": ("evaluateModule", "v8.run", "EvaluateScript"),
    "IndexedDB": ("IDB", "indexed_db", "BackingStore", "Transaction"),
    "script": (
        "callFunction",
        "FunctionCall",
        "RunMicrotasks",
        "EventDispatch",
        "Animation",
        "TimerFire",
        "GC",
    ),
    "style, layout, paint": ("Layout", "Paint", "Style", "Commit", "Layerize"),
}
MAIN = "CrRendererMain"
DEAREST = 15
SMALL = 10


@asynccontextmanager
async def traced(page: Page, title: str, lines: list[str]) -> AsyncIterator[None]:
    """Trace what is done within; what it came to is added to `lines`."""
    events: list[Event] = []
    over = asyncio.Event()
    chrome = await page.context.new_cdp_session(page)
    chrome.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    chrome.on("Tracing.tracingComplete", lambda _: over.set())
    await chrome.send(
        "Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": CATEGORIES}}
    )
    yield
    await chrome.send("Tracing.end")
    await over.wait()
    lines += [f"Profile of {title} (ms of processor time, traced):", *report(events)]


def report(events: Iterable[Event]) -> list[str]:
    """Lines: the main thread by kind, the other threads, the dearest of our functions."""
    events = list(events)
    threads = {
        (one["pid"], one["tid"]): one["args"]["name"] for one in events if one["name"] == "thread_name"
    }
    by_thread: defaultdict[tuple[int, int], list[Event]] = defaultdict(list)
    for one in events:
        if one.get("ph") == "X":
            by_thread[one["pid"], one["tid"]].append(one)
    spent = {thread: own_times(done) for thread, done in by_thread.items()}
    mains = [thread for thread in spent if threads.get(thread) == MAIN]
    page = max(mains, key=lambda thread: sum(spent[thread].values()), default=None)
    lines = [] if page is None else _by_kind(spent[page])
    others: defaultdict[str, float] = defaultdict(float)
    for thread, own in spent.items():
        if thread != page:
            others[threads.get(thread, "a thread")] += sum(own.values())
    lines += [f"  {ms:6.0f}  thread {name}" for name, ms in _dearest(others) if ms >= SMALL]
    return [*lines, *(f"  {ms:6.0f}  {name}" for name, ms in _dearest(functions(events)) if ms >= SMALL)]


def own_times(done: Iterable[Event]) -> dict[str, float]:
    """Milliseconds by the name of the event, without what happened inside it."""
    own: defaultdict[str, float] = defaultdict(float)
    inside: list[tuple[float, str]] = []
    for one in sorted(done, key=lambda one: (one["ts"], -one.get("dur", 0))):
        while inside and inside[-1][0] <= one["ts"]:
            inside.pop()
        took = one.get("tdur", 0) / 1000
        if inside:
            own[inside[-1][1]] -= took
        own[one["name"]] += took
        inside.append((one["ts"] + one.get("dur", 0), one["name"]))
    return dict(own)


def functions(events: Iterable[Event]) -> dict[str, float]:
    """Milliseconds of each function of a file of ours, with all that it calls, as the profiler sampled it."""
    found: defaultdict[str, float] = defaultdict(float)
    nodes: dict[tuple[Any, ...], tuple[str, Any]] = {}
    for one in sorted((one for one in events if one["name"] == "ProfileChunk"), key=lambda one: one["ts"]):
        data, profile = one["args"]["data"], (one["pid"], one["id"])
        chunk = data.get("cpuProfile", {})
        for node in chunk.get("nodes", []):
            frame = node["callFrame"]
            name = f"{frame['functionName'] or 'a function'} in {frame.get('url', '').rpartition('/')[2]}"
            nodes[*profile, node["id"]] = (name if frame.get("url") else "", node.get("parent"))
        for sample, took in zip(chunk.get("samples", []), data.get("timeDeltas", []), strict=False):
            names = set()
            while sample is not None:
                name, sample = nodes[*profile, sample]
                names.add(name)
            for name in names - {""}:
                found[name] += took / 1000
    return found


def _by_kind(own: Mapping[str, float]) -> list[str]:
    kinds: defaultdict[str, float] = defaultdict(float)
    for name, ms in own.items():
        kind = next((kind for kind, parts in KINDS.items() if any(part in name for part in parts)), "other")
        kinds[kind] += ms
    return [f"  {ms:6.0f}  main thread: {kind}" for kind, ms in _dearest(kinds)]


def _dearest(spent: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(spent.items(), key=lambda one: -one[1])[:DEAREST]
