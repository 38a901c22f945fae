"""Random raw input, records and contexts for the differential test, all from one `random.Random`."""

import random
from typing import Any

from observation_forms import Definition, Question

from .generate_forms import THEMES, TIMESCALES, form

__all__ = ["THEMES", "context", "form", "raw", "strange", "words"]

STAFF = ("amina", "ben", "chidi", "dana")
ROWS = ("1", "constructor", "__proto__", "control_hoist-2")
NO_ROWS = ("none", "", "A", "a.b", "x" * 41, "é", " 1")
KEYS = (
    "\uffff",
    "\U0001f44d",
    "__proto__",
    "constructor",
    "",
    "10",
    "9",
    ".",
    "..",
    "a.b",
    "a.b.c",
    "a.1.b.c",
)
INSTANTS = (
    "2026-06-01T10:00:00Z",
    "2026-06-01T10:00:30Z",
    "2026-06-01T07:59:59Z",
    "2024-02-29T00:00:00Z",
    "1900-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
)
DATES = ("2026-06-01", "2024-02-29", "1900-01-01", "9999-12-31")
NASTY = (
    "",
    " ",
    "\u200b",
    "\ufeff met \ufeff",
    "\x1c5",
    "\u00a05\u00a0",
    "\u0085",
    "👍🏽",
    "👩‍👩‍👧‍👦 family",
    "e\u0301",
    "\ud83d",
    "ok \udc4d",
    "a\r\nb\rc",
    "bell\u0007",
    "\x7f",
    "٣",
    "３",
    "5\n",
    "+7",
    "-0",
    "--1",
    "007",
    "1e3",
    "1.0",
    "1,000",
    "−4",
    "0x10",
    "9007199254740991",
    "9007199254740992",
    "-9007199254740992",
    "0" * 40 + "9",
    "9" * 400,
    "true",
    "null",
    "__proto__",
    "constructor",
    "met",
    "yes",
    "no",
    "none",
    "2026-02-29",
    "2026-13-01",
    "2026-06-01T24:00:00Z",
    "2026-06-01T10:00:00z",
    "2026-06-01T10:00:00+00:00",
    "20２6-06-01",
    "İ",
    "x" * 12,
)
WRONG: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -0,
    1,
    2**53,
    -(2**60),
    1.5,
    {},
    [],
    [[]],
    ["met", 1],
    {"a": 1},
    [""],
    ["a", "a"],
)


def raw(rng: random.Random, definition: Definition) -> dict[str, Any]:
    """Raw input as a tablet might hold it: mostly sensible, often nasty, sometimes of the wrong shape."""
    found: dict[str, Any] = {}
    for each in definition.questions():
        if rng.random() < 0.8:
            found |= {key: _raw_of(rng, each) for key in _keys(rng, each)}
    return found


def strange(rng: random.Random, answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as a hostile record might hold them: some exchanged, of wrong types, or at keys there are not."""
    found = dict(answers)
    for key in list(found):
        if rng.random() < 0.15:
            found[key] = rng.choice((*WRONG, *NASTY, *found.values()))
        if rng.random() < 0.05:
            parts = [*key.split("."), rng.choice(NO_ROWS)]
            rng.shuffle(parts)
            found[".".join(parts)] = "met"
    for key in KEYS:
        if rng.random() < 0.1:
            found[key] = rng.choice((*WRONG, "met"))
    return found


def context(rng: random.Random) -> dict[str, Any]:
    """When it was recorded, now and then nonsense; linked actions' themes; minutes set by the service; by whom."""
    return {
        "recorded_at": rng.choice((*INSTANTS, "now", "")),
        "themes": rng.sample(THEMES, rng.randrange(3)),
        "timescales": {
            name: rng.choice((0, 1, 90, 10**9, 10**15, -5)) for name in TIMESCALES if rng.random() < 0.3
        },
        "author": rng.choice(("", *STAFF)),
    }


def words(rng: random.Random) -> tuple[str, dict[str, str]]:
    """A text with words of the service to be put in, and those words, some of them missing or odd."""
    bits = (
        "{",
        "}",
        "{{",
        "person",
        "{person}",
        "{Person}",
        "{PERSON}",
        "{unit}",
        "{Home}",
        "{x}",
        " ",
        "é",
        "$&",
    )
    names = ("person", "people", "place", "unit", "home", "x", "Person", "__proto__")
    given = ("resident", "{unit}", "", "ßet", "éa", "\U0001f44dx", "$&", "ǆx")
    return "".join(rng.choices(bits, k=rng.randrange(8))), {
        name: rng.choice(given) for name in names if rng.random() < 0.7
    }


def _keys(rng: random.Random, asked: Question) -> list[str]:
    """Where a question is answered; in rows that are listed and some that are not."""
    if asked.in_repeat:
        rows = [
            *rng.sample(ROWS, rng.randrange(1, 4)),
            *([rng.choice(NO_ROWS)] if rng.random() < 0.05 else []),
        ]
        return [f"{asked.in_repeat}.{row}.{asked.id}" for row in rows]
    if asked.kind == "counts":
        items = [*(item.code for item in asked.items), *(["i9"] if rng.random() < 0.1 else [])]
        return [f"{asked.id}.{item}" for item in items if rng.random() < 0.9]
    return [asked.id]


def _raw_of(rng: random.Random, asked: Question) -> Any:
    drawn = rng.random()
    if drawn < 0.15:
        return rng.choice(NASTY)
    if drawn < 0.2:
        return rng.choice((*WRONG, [], ["a"]))
    if asked.kind == "choices":
        codes = [option.code for option in asked.options]
        return rng.choices(
            [*codes, rng.choice(codes), rng.choice(NASTY)], (*(1 for _ in codes), 1, 0.05), k=rng.randrange(4)
        )
    if asked.options:
        codes = [option.code for option in asked.options]
        return rng.choice((*codes, codes[0], codes[0], codes[0]))
    if asked.kind == "staff":
        return rng.choices((*STAFF, "communal"), k=rng.randrange(4))
    if asked.kind == "repeat":
        return _rows(rng)
    return rng.choice(
        {
            "text": ("fine", "a", "👍🏽", "👍🏽👍🏽👍🏽", " ok ", "x" * 1001),
            "integer": ("0", "3", "-2", "8", "1000000", "9007199254740991", "-9007199254740991"),
            "instant": INSTANTS,
            "date": DATES,
            "person": ("amina", "communal", "p 1", "x" * 101),
            "pick": ("control_hoist", "communal", "p 1"),
            "signer": STAFF,
            "counts": ("0", "0", "3", "7", "-2"),
        }.get(asked.kind, ("",))
    )


def _rows(rng: random.Random) -> list[str]:
    drawn = rng.random()
    if drawn < 0.1:
        return ["none"]
    if drawn < 0.2:
        return [*rng.choices(ROWS, k=2), rng.choice(NO_ROWS)]
    if drawn < 0.22:
        return [str(row) for row in range(rng.choice((100, 101)))]
    return rng.choices(ROWS, k=rng.randrange(1, 5))
