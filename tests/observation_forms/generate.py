"""Random forms, rules, raw input and records for the differential test, all from one `random.Random`."""

import random
from typing import Any

from observation_forms import Definition, FormError, Question

from .forms import question, small

THEMES = ("CO", "SG", "DE", "IL")
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


def form(rng: random.Random) -> Definition:
    """A random form whose rules all compile. Rules that the parser rightly refuses are drawn again."""
    while True:
        try:
            return small(_body(rng))
        except FormError:
            continue


def raw(rng: random.Random, definition: Definition) -> dict[str, Any]:
    """Raw input as a tablet might hold it: mostly sensible, often nasty, sometimes of the wrong shape."""
    asked = [each for each in definition.questions() if rng.random() < 0.8]
    return {each.id: _raw_of(rng, each) for each in asked}


def strange(rng: random.Random, answers: dict[str, Any]) -> dict[str, Any]:
    """Answers as a hostile record might hold them: some exchanged, of wrong types, or unknown."""
    found = dict(answers)
    for question_id in list(found):
        if rng.random() < 0.2:
            found[question_id] = rng.choice((*WRONG, *NASTY, *found.values()))
    for name in ("\uffff", "\U0001f44d", "__proto__", "constructor", "", "10", "9"):
        if rng.random() < 0.1:
            found[name] = rng.choice((*WRONG, "met"))
    return found


def context(rng: random.Random) -> dict[str, Any]:
    """When it was recorded, now and then nonsense, and the themes of the linked actions."""
    themes = rng.sample(THEMES, rng.randrange(3))
    return {"recorded_at": rng.choice((*INSTANTS, "now", "")), "themes": themes}


def _body(rng: random.Random) -> str:
    kinds = [
        rng.choice(
            (
                "standard",
                "standard",
                "choice",
                "choices",
                "yes_no",
                "text",
                "integer",
                "instant",
                "date",
                "person",
                "staff",
            )
        )
        for _ in range(rng.randrange(3, 12))
    ]
    asked = [(f"{kind}_{index}", kind) for index, kind in enumerate(kinds)]
    parts = []
    for index, (name, kind) in enumerate(asked):
        if index and rng.random() < 0.1:
            shown = _rule(rng, "show_when", asked[:index])
            parts.append(f'[[sections]]\nid = "section_{index}"\ntitle = "More"\n{shown}\n')
        rest = [_extra(rng, kind), _rule(rng, "show_when", asked[:index]), _requirement(rng, asked)]
        parts.append(question(name, kind, "\n".join(rest)))
    for index in range(rng.randrange(3)):
        at, severity = rng.choice(asked)[0], rng.choice(("error", "warning"))
        must = _rule(rng, "must", asked, always=True)
        named = f'code = "check_{index}"\nquestion = "{at}"\nseverity = "{severity}"'
        parts.append(f'[[checks]]\n{named}\nmessage = "Look."\n{must}\n')
    return "".join(parts)


def _extra(rng: random.Random, kind: str) -> str:
    themes = f"themes = {rng.sample(THEMES, rng.randrange(3))!r}"
    if kind == "standard":
        star, concern = rng.choice(("true", "false")), rng.choice(("[]", "['not_met']"))
        return f"{themes}\nstar = {star}\nconcern = {concern}"
    if kind == "choice":
        scores = [
            rng.choice(("", ", score='met'", ", score='partly'", ", score='not_met'")) for _ in range(3)
        ]
        set_themes = [rng.choice(("", ", themes=['CO']", ", themes=['SG', 'DE']")) for _ in range(3)]
        options = [f"{{code='o{i}', label='O'{scores[i]}{set_themes[i]}}}" for i in range(3)]
        return f"{themes}\noptions = [{', '.join(options)}]"
    if kind == "choices":
        set_themes = [rng.choice(("", ", themes=['IL']")) for _ in range(4)]
        options = [f"{{code='o{i}', label='O'{set_themes[i]}}}" for i in range(4)]
        limits = rng.choice(("", "min_chosen = 2", "max_chosen = 2", "exclusive = 'o0'"))
        return f"options = [{', '.join(options)}]\n{limits}\nconcern = {rng.choice(('[]', repr(['o1'])))}"
    if kind == "text":
        return rng.choice(("", "min_length = 2", "max_length = 3", "min_length = 2\nmax_length = 6"))
    if kind == "integer":
        return rng.choice(("", "minimum = 0", "maximum = 7", "minimum = -3\nmaximum = 8"))
    return "special = [{code='communal', label='None'}]" if kind == "person" else ""


def _requirement(rng: random.Random, asked: list[tuple[str, str]]) -> str:
    drawn = rng.random()
    if drawn < 0.4:
        return ""
    return "required = false" if drawn < 0.7 else _rule(rng, "required_when", asked, always=True)


def _rule(rng: random.Random, key: str, asked: list[tuple[str, str]], always: bool = False) -> str:
    if not asked or not (always or rng.random() < 0.45):
        return ""
    return f'{key} = "{_truth(rng, asked, 3)}"'


def _truth(rng: random.Random, asked: list[tuple[str, str]], depth: int) -> str:
    if depth and rng.random() < 0.5:
        inner = [_truth(rng, asked, depth - 1) for _ in range(rng.choice((2, 2, 3)))]
        joined = rng.choice((" and ", " or ")).join(inner)
        return rng.choice((f"not ({inner[0]})", f"({joined})"))
    drawn = rng.random()
    if drawn < 0.1:
        return f"theme({rng.choice(THEMES)})"
    if drawn < 0.15:
        return "fell_short()"
    if drawn < 0.3:
        compare = rng.choice(("==", "!=", "<", "<=", ">", ">="))
        return f"{_integer(rng, asked, 2)} {compare} {_integer(rng, asked, 2)}"
    return _about(rng, *rng.choice(asked))


def _about(rng: random.Random, name: str, kind: str) -> str:
    compare = rng.choice(("==", "!=", "<", "<=", ">", ">="))
    equal = rng.choice(("==", "!="))
    codes = {"standard": ("met", "partly", "not_met"), "yes_no": ("yes", "no"), "choice": ("o0", "o1", "o2")}
    about = [f"answered({name})"]
    if kind in codes:
        about += [
            f"{name} {equal} {rng.choice(codes[kind])}",
            f"{name} {rng.choice(('in', 'not in'))} {_list(rng, codes[kind])}",
        ]
    elif kind == "choices":
        about.append(f"{rng.choice(('o0', 'o1', 'o3'))} {rng.choice(('in', 'not in'))} {name}")
    elif kind == "person":
        about.append(f"{name} {equal} communal")
    elif kind == "instant":
        about += [f"{name} {compare} recorded_at", f"day_of({name}) {compare} day_of(recorded_at)"]
    elif kind == "date":
        about.append(f"{name} {compare} day_of(recorded_at)")
    return rng.choice(about)


def _list(rng: random.Random, codes: tuple[str, ...]) -> str:
    return f"[{', '.join(rng.sample(codes, rng.randrange(1, len(codes) + 1)))}]"


def _integer(rng: random.Random, asked: list[tuple[str, str]], depth: int) -> str:
    if depth and rng.random() < 0.4:
        left, right = _integer(rng, asked, depth - 1), _integer(rng, asked, depth - 1)
        return f"({left} {rng.choice('+-*')} {right})"
    name, kind = rng.choice(asked)
    sizes = {
        "integer": name,
        "choices": f"count({name})",
        "staff": f"count({name})",
        "text": f"length({name})",
    }
    sizes["instant"] = rng.choice(
        (f"minutes_between({name}, recorded_at)", f"minutes_between(recorded_at, {name})")
    )
    return sizes.get(kind, str(rng.choice((-3, -1, 0, 1, 2, 7, 1000000000))))


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
        return rng.choices(("amina", "ben", "chidi", "dana"), k=rng.randrange(4))
    return rng.choice(
        {
            "text": ("fine", "a", "👍🏽", "👍🏽👍🏽👍🏽", " ok ", "x" * 1001),
            "integer": ("0", "3", "-2", "8", "1000000", "9007199254740991", "-9007199254740991"),
            "instant": INSTANTS,
            "date": DATES,
            "person": ("amina", "communal", "p 1", "x" * 101),
        }.get(asked.kind, ("",))
    )
