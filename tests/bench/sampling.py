"""Looks again and again at what the threads of this process are at, and weighs it by the processor time they used.

Python lets another thread look where a function begins, where a loop turns, and while SQLite or a signature is at work:
a line that reads `def` stands for what was done just before and after it.
"""

import linecache
import sys
import sysconfig
import threading
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple, Self

from tests.bench.frame import HOUSE

EVERY = 0.001
# How soon a thread lets the one that looks have its turn: later, and what lets go by itself would be seen too often
TURN = 0.0002
OTHERS = "others"
PARTS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
LIBRARIES = Path(sysconfig.get_paths()["purelib"])


class Step(NamedTuple):
    """One call of a stack: whose it is (a room, or others), its name, and the line it is at (0: of others)."""

    room: str
    name: str
    line: int


Weights = dict[tuple[Step, ...], float]
"""Stacks, outermost first, and the seconds of processor time that were seen in each."""


class Sampler:
    """Looks as long as its `with` lasts; `weights` is what it saw in all of them."""

    def __init__(self) -> None:
        self.weights: Weights = defaultdict(float)
        self._over = threading.Event()
        self._used: dict[int, float] = {}

    def __enter__(self) -> Self:
        self._before = sys.getswitchinterval()
        sys.setswitchinterval(TURN)
        self._over.clear()
        self._used = {thread: _used(thread) for thread in _threads().values()}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        sys.setswitchinterval(self._before)

    def _watch(self) -> None:
        me = threading.get_ident()
        while not self._over.wait(EVERY):
            threads = _threads()
            for ident, frame in sys._current_frames().items():
                if ident != me and (thread := threads.get(ident)):
                    now = _used(thread)
                    taken = now - self._used.get(thread, 0.0)
                    self._used[thread] = now
                    if taken > 0:
                        self.weights[_stack(frame)] += taken


def _threads() -> dict[int, int]:
    """How Python names each thread, and how the system does."""
    return {one.ident: one.native_id for one in threading.enumerate() if one.ident and one.native_id}


def _used(thread: int) -> float:
    """Seconds of processor time of one thread, by its number at the system; 0 when it has ended."""
    try:
        return time.clock_gettime(~thread << 3 | 6)  # Linux: the clock of one thread
    except OSError:
        return 0.0


def _stack(frame: FrameType | None) -> tuple[Step, ...]:
    """From the outermost call to the innermost; calls of one library within itself are one."""
    steps: list[Step] = []
    while frame is not None:
        room, name = _place(frame.f_code)
        step = Step(room, name, 0 if room == OTHERS else frame.f_lineno or 0)
        if name and not (room == OTHERS and steps and steps[-1] == step):
            steps.append(step)
        frame = frame.f_back
    return tuple(reversed(steps))


@cache
def _place(code: CodeType) -> tuple[str, str]:
    """Whose a function is, and what it is called; no name for what is only part of the one around it."""
    path = Path(code.co_filename)
    if path.is_relative_to(LIBRARIES):
        return OTHERS, path.relative_to(LIBRARIES).parts[0].removesuffix(".py")
    if not path.is_relative_to(HOUSE):
        return OTHERS, "Python"
    inside = path.relative_to(HOUSE)
    return inside.parts[0], "" if code.co_name in PARTS else f"{inside} {code.co_qualname}"


class Line(NamedTuple):
    """A line of ours: its share of all, alone and with what it calls of ours, where it is and what it says."""

    alone: float
    whole: float
    place: str
    text: str


def heaviest(weights: Weights, most: int) -> list[Line]:
    """The lines that weigh most by themselves."""
    alone: defaultdict[Step, float] = defaultdict(float)
    whole: defaultdict[Step, float] = defaultdict(float)
    for stack, seconds in weights.items():
        ours = [step for step in stack if step.room != OTHERS]
        for step in {*ours}:
            whole[step] += seconds
        if ours:
            alone[ours[-1]] += seconds
    total = sum(weights.values())
    return [
        Line(alone[step] / total, whole[step] / total, *_told(step))
        for step in sorted(alone, key=lambda step: -alone[step])[:most]
    ]


def folded(weights: Weights) -> str:
    """A line a stack, its calls divided by semicolons, and milliseconds: what other programs draw pictures of."""
    stacks: defaultdict[str, float] = defaultdict(float)
    for stack, seconds in weights.items():
        stacks[";".join(step.name.replace(" ", ":") for step in stack)] += seconds
    return "".join(f"{names} {1000 * seconds:.0f}\n" for names, seconds in sorted(stacks.items()))


def _told(step: Step) -> tuple[str, str]:
    """Where a line is and what it says. A template is run as Python made of it, whose lines nobody can look up."""
    file, _, function = step.name.partition(" ")
    if not file.endswith(".py"):
        return step.name, ""
    return f"{file}:{step.line} {function}", linecache.getline(str(HOUSE / file), step.line).strip()
