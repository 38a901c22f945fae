"""Random forms of every kind and key of the language, and random rules for them, as TOML."""

import random
from typing import NamedTuple

from observation_forms import Definition, FormError, Source, parse

from .forms import FULL_HEADER, question

THEMES = ("CO", "SG", "DE", "IL")
CODES = {
    "standard": ("met", "partly", "not_met"),
    "yes_no": ("yes", "no"),
    "choice": ("o0", "o1", "fast"),
    "worked_out": ("w0", "w1"),
}
TIMESCALES = ("fast", "slow", "constructor")
_PLAIN = (
    *("standard", "standard", "choice", "choices", "yes_no", "text", "integer", "instant", "instant"),
    *("date", "person", "staff", "pick", "signer", "duration", "worked_out", "worked_out"),
)
_COMPARE = ("==", "!=", "<", "<=", ">", ">=")


_TOP = """
id = "random"
code = "R1"
version = 1
header = "header/1"
title = "Random"
about = "A random form."
minutes = "1 minute"
evidence_kind = "observation"
themes = ["CO"]
result = { met_from = 90, not_met_below = 60 }

[[sections]]
id = "only"
title = "Only"
"""


class Asked(NamedTuple):
    """A question that rules may name, and the questions of its rows when it is a repeat."""

    name: str
    kind: str
    rows: tuple["Asked", ...] = ()


def form(rng: random.Random) -> Definition:
    """A random form whose rules all compile. Rules that the parser rightly refuses are drawn again."""
    while True:
        try:
            top = _TOP if rng.random() < 0.9 else _TOP.replace('id = "random"', 'id = "immediate_concern"')
            return parse(Source("random/1.toml", (top + _body(rng)).encode()), FULL_HEADER).definition
        except FormError:
            continue


def _body(rng: random.Random) -> str:
    asked = [_asked(rng, index) for index in range(rng.randrange(3, 11))]
    parts = []
    for index, each in enumerate(asked):
        if index and rng.random() < 0.1:
            shown = _rule(rng, "show_when", asked[:index])
            parts.append(f'[[sections]]\nid = "section_{index}"\ntitle = "More"\n{shown}\n')
        parts.append(_question(rng, each, asked[:index], asked))
        for at, row in enumerate(each.rows):
            above, all_of_them = [*asked[:index], *each.rows[:at]], [*_without(asked, each), *each.rows]
            parts.append(
                _question(rng, row, above, all_of_them).replace("[[sections.", "[[sections.questions.", 1)
            )
    parts += [_check(rng, index, asked) for index in range(rng.randrange(3))]
    parts.append("[timescales]\nfast = 30\nslow = 1440\nconstructor = 7\n")
    parts += [_spawn(rng, index, asked) for index in range(rng.randrange(3))]
    people = [each.name for each in _all(asked) if each.kind == "person"]
    return "".join(parts) + (
        f'[concern]\nperson = "{rng.choice(people)}"\n' if people and rng.random() < 0.7 else ""
    )


def _asked(rng: random.Random, index: int) -> Asked:
    drawn = rng.random()
    if drawn < 0.22:
        rows = [rng.choice(_PLAIN) for _ in range(rng.randrange(1, 5))]
        return Asked(
            f"repeat_{index}", "repeat", tuple(Asked(f"row_{index}_{i}", kind) for i, kind in enumerate(rows))
        )
    kind = "counts" if drawn < 0.29 else rng.choice(_PLAIN)
    return Asked(f"{kind}_{index}", kind)


def _all(asked: list[Asked]) -> list[Asked]:
    return [each for outer in asked for each in (outer, *outer.rows)]


def _without(asked: list[Asked], one: Asked) -> list[Asked]:
    return [each for each in asked if each is not one]


def _question(rng: random.Random, asked: Asked, above: list[Asked], all_of_them: list[Asked]) -> str:
    rest = [_extra(rng, asked.kind, above), _rule(rng, "show_when", above)]
    if asked.kind not in ("duration", "worked_out"):
        rest.append(_requirement(rng, _without(all_of_them, asked) if asked.rows else all_of_them))
    return question(asked.name, asked.kind, "\n".join(rest))


def _check(rng: random.Random, index: int, asked: list[Asked]) -> str:
    outer = rng.choice(asked)
    at = rng.choice((outer, *outer.rows))
    scope = asked if at is outer else [*asked, *outer.rows]
    named = f'code = "check_{index}"\nquestion = "{at.name}"\nseverity = "{rng.choice(("error", "warning"))}"'
    return f'[[checks]]\n{named}\nmessage = "Look."\n{_rule(rng, "must", scope, always=True)}\n'


def _spawn(rng: random.Random, index: int, asked: list[Asked]) -> str:
    repeats = [each for each in asked if each.rows]
    repeat = rng.choice(repeats) if repeats and rng.random() < 0.5 else None
    scope = [*asked, *(repeat.rows if repeat else ())]
    lines = [f'[[spawns]]\nid = "spawn_{index}"\nform = "other"\nwhy = "The {{person}} needs it."']
    if repeat:
        lines.append(f'repeat = "{repeat.name}"')
    if rng.random() < 0.5:
        lines.append(f'who = "{rng.choice(("floor", "deputy", "manager"))}"')
    lines.append(_rule(rng, "when", scope))
    taken = [each.name for each in scope if each.kind not in ("counts", "repeat") and rng.random() < 0.4]
    lines.append(f"answers = {{ {', '.join(f'q{i} = {name!r}' for i, name in enumerate(taken))} }}")
    if rng.random() < 0.5:
        lines.append("set = { other = '3', many = ['a', 'b'] }")
    return "\n".join([*lines, *_due(rng, scope)]) + "\n"


def _due(rng: random.Random, scope: list[Asked]) -> list[str]:
    whens = [each.name for each in scope if each.kind in ("instant", "date")]
    if whens and rng.random() < 0.4:
        return [f'due_at = "{rng.choice(whens)}"']
    instants = [each.name for each in scope if each.kind == "instant"]
    after = [f'after = "{rng.choice(instants)}"'] if instants and rng.random() < 0.6 else []
    choices = [each.name for each in scope if each.kind == "choice"]
    within = f'within = "{rng.choice(TIMESCALES)}"'
    return [*after, f'within_of = "{rng.choice(choices)}"' if choices and rng.random() < 0.5 else within]


def _extra(rng: random.Random, kind: str, above: list[Asked]) -> str:
    themes = f"themes = {rng.sample(THEMES, rng.randrange(3))!r}"
    special = "special = [{code='communal', label='None'}]"
    if kind == "standard":
        star, concern = rng.choice(("true", "false")), rng.choice(("[]", "['not_met']"))
        return f"{themes}\nstar = {star}\nconcern = {concern}"
    if kind in ("choice", "worked_out"):
        return (
            f"{themes}\n{_options(rng, kind, above)}\nconcern = {rng.choice(('[]', repr([CODES[kind][0]])))}"
        )
    if kind == "choices":
        set_themes = [rng.choice(("", ", themes=['IL']")) for _ in range(4)]
        options = [f"{{code='o{i}', label='O'{set_themes[i]}}}" for i in range(4)]
        limits = rng.choice(("", "min_chosen = 2", "max_chosen = 2", "exclusive = 'o0'"))
        return f"options = [{', '.join(options)}]\n{limits}\nconcern = {rng.choice(('[]', repr(['o1'])))}"
    if kind == "text":
        return rng.choice(("", "min_length = 2", "max_length = 3", "min_length = 2\nmax_length = 6"))
    if kind == "integer":
        return rng.choice(("", "minimum = 0", "maximum = 7", "minimum = -3\nmaximum = 8"))
    if kind == "counts":
        items = ["{code='i0', label='I'}", "{code='constructor', label='C'}"][: rng.randrange(1, 3)]
        return f"items = [{', '.join(items)}]\n{rng.choice(('', 'maximum = 5', 'minimum = 1'))}"
    if kind == "repeat":
        none = rng.choice(("", "none = 'None this shift'"))
        return (
            f"row_title = 'Person'\nadd = 'Add'\n{none}\n{rng.choice(('', 'min_rows = 2', 'max_rows = 2'))}"
        )
    if kind == "duration":
        instants = [each.name for each in above if each.kind == "instant"] or ["happened_at"]
        return f"from = '{rng.choice(instants)}'\nto = '{rng.choice(instants)}'"
    if kind == "pick":
        return f"list = 'control'\n{special}"
    return special if kind in ("person", "staff") else ""


def _options(rng: random.Random, kind: str, above: list[Asked]) -> str:
    options = []
    for code in CODES[kind]:
        option = f"code='{code}', label='O'"
        option += rng.choice(("", ", score='met'", ", score='partly'", ", score='not_met'"))
        option += rng.choice(("", ", themes=['CO']", ", themes=['SG', 'DE']"))
        if kind == "worked_out":
            option += f', when="{_truth(rng, above or [Asked("happened_at", "instant")], 1)}"'
        elif rng.random() < 0.5:
            option += f", timescale='{rng.choice(TIMESCALES)}'"
        options.append(f"{{{option}}}")
    facts = "facts = true\n" if kind == "worked_out" and rng.random() < 0.2 else ""
    star = "star = true\n" if rng.random() < 0.2 else ""
    return f"{facts}{star}options = [{', '.join(options)}]"


def _requirement(rng: random.Random, asked: list[Asked]) -> str:
    drawn = rng.random()
    if drawn < 0.4:
        return ""
    return "required = false" if drawn < 0.7 else _rule(rng, "required_when", asked, always=True)


def _rule(rng: random.Random, key: str, asked: list[Asked], always: bool = False) -> str:
    if not asked or not (always or rng.random() < 0.35):
        return ""
    return f'{key} = "{_truth(rng, asked, 2)}"'


def _truth(rng: random.Random, asked: list[Asked], depth: int) -> str:
    if depth and rng.random() < 0.5:
        inner = [_truth(rng, asked, depth - 1) for _ in range(rng.choice((2, 2, 3)))]
        joined = rng.choice((" and ", " or ")).join(inner)
        return rng.choice((f"not ({inner[0]})", f"({joined})"))
    drawn = rng.random()
    if drawn < 0.05:
        return f"theme({rng.choice(THEMES)})"
    if drawn < 0.1:
        return "fell_short()"
    if drawn < 0.3:
        return f"{_integer(rng, asked, 2)} {rng.choice(_COMPARE)} {_integer(rng, asked, 2)}"
    return _about(rng, rng.choice(asked), asked)


def _about(rng: random.Random, at: Asked, asked: list[Asked]) -> str:
    name, kind, rows = at
    compare = rng.choice(_COMPARE)
    equal = rng.choice(("==", "!="))
    about = [f"answered({name})"]
    if kind in CODES:
        about += [
            f"{name} {equal} {rng.choice(CODES[kind])}",
            f"{name} {rng.choice(('in', 'not in'))} {_list(rng, CODES[kind])}",
        ]
    elif kind == "choices":
        about.append(f"{rng.choice(('o0', 'o1', 'o3'))} {rng.choice(('in', 'not in'))} {name}")
    elif kind in ("person", "pick"):
        about.append(f"{name} {equal} communal")
    elif kind == "instant":
        about += [f"{name} {compare} recorded_at", f"day_of({name}) {compare} day_of(recorded_at)"]
    elif kind == "date":
        about.append(f"{name} {compare} day_of(recorded_at)")
    elif kind == "counts":
        about = [f"total({name}) {compare} 3", f"cell({name}, i0) {compare} 2"]
    elif kind == "repeat":
        inside = [each for each in asked if not each.name.startswith("row_") and each is not at]
        rule = _truth(rng, [*inside, *rows], 0)
        about += [f"rows({name}) {compare} 1", f"any_row({name}, {rule})"]
    return rng.choice(about)


def _list(rng: random.Random, codes: tuple[str, ...]) -> str:
    return f"[{', '.join(rng.sample(codes, rng.randrange(1, len(codes) + 1)))}]"


def _integer(rng: random.Random, asked: list[Asked], depth: int) -> str:
    if depth and rng.random() < 0.4:
        left, right = _integer(rng, asked, depth - 1), _integer(rng, asked, depth - 1)
        return f"({left} {rng.choice('+-*')} {right})"
    name, kind, _ = rng.choice(asked)
    now = (f"minutes_between({name}, recorded_at)", f"minutes_between(recorded_at, {name})")
    sizes = {
        "integer": name,
        "duration": name,
        "choices": f"count({name})",
        "staff": f"count({name})",
        "text": f"length({name})",
        "repeat": f"rows({name})",
        "counts": rng.choice((f"total({name})", f"cell({name}, i0)")),
        "choice": f"timescale_of({name})",
        "instant": rng.choice(now),
    }
    plain = rng.choice((-3, -1, 0, 1, 2, 7, 1000000000, "timescale(fast)", "timescale(constructor)"))
    return sizes.get(kind, str(plain))
