"""What the profile of a start says of the time it was told."""

from typing import Any

from tests.bench.start_profile import functions, own_times, report


def done(name: str, begin: int, milliseconds: int, thread: int = 1) -> dict[str, Any]:
    took = milliseconds * 1000
    return {"ph": "X", "pid": 1, "tid": thread, "name": name, "ts": begin * 1000, "dur": took, "tdur": took}


def test_what_happened_inside_counts_once() -> None:
    events = [
        done("RunTask", 0, 100),
        done("FunctionCall", 10, 50),
        done("Layout", 20, 30),
        done("RunTask", 200, 5),
    ]
    assert own_times(events) == {"RunTask": 55, "FunctionCall": 20, "Layout": 30}


def test_a_function_has_what_it_calls_and_counts_once_however_deep() -> None:
    frames = [(1, None, "", ""), (2, 1, "start", "/pwa/js/app.mjs"), (3, 2, "start", "/pwa/js/app.mjs")]
    nodes = [
        {"id": at, "parent": parent, "callFrame": {"functionName": name, "url": url}}
        for at, parent, name, url in frames
    ]
    data = {"cpuProfile": {"nodes": nodes, "samples": [2, 3, 1]}, "timeDeltas": [1000, 2000, 4000]}
    chunk = {"name": "ProfileChunk", "pid": 1, "id": "0x1", "ts": 1, "args": {"data": data}}
    assert functions([chunk]) == {"start in app.mjs": 3}


def test_the_page_is_told_by_kind_and_other_threads_as_a_whole() -> None:
    names = [
        {"name": "thread_name", "ph": "M", "pid": 1, "tid": thread, "args": {"name": name}}
        for thread, name in [(1, "CrRendererMain"), (2, "ServiceWorker thread")]
    ]
    events = [
        *names,
        done("v8.evaluateModule", 0, 40),
        done("Layout", 50, 20),
        done("RunTask", 0, 30, thread=2),
    ]
    assert report(events) == [
        "      40  main thread: running modules",
        "      20  main thread: style, layout, paint",
        "      30  thread ServiceWorker thread",
    ]
