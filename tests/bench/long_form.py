"""Forms of any length, for benches alone: in no library of ours. And the same questions as pages without Sightline."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from observation_forms.parse import Form, Source, parse
from observation_forms.shelf import LIBRARY
from server.assets import STYLE_SHEETS
from server.form_fragments import fragment

HOUSE = Path(__file__).resolve().parents[2]
ALPINE = HOUSE / "pwa/vendor/alpine-csp-3.17.4.min.js"
CSP = "default-src 'self'; script-src 'self'; style-src 'self'"
A_SECTION = 6
FELL_SHORT = ("partly", "not_met")
SHOWN_BY_STYLE = """
[data-facts] { display: none }
.question:has([data-score="partly"] > :checked, [data-score="not_met"] > :checked) + [data-facts] { display: block }
"""
ROWS = 60


def long_form(questions: int) -> Form:
    """A form of so many questions: half of them standards, half the facts that each asks for once it was not met."""
    header = "header/2.toml"
    return parse(
        Source(f"long_{questions}/1.toml", _toml(questions).encode()),
        Source(header, (LIBRARY / header).read_bytes()),
    )


def checkout_with(folder: Path, sizes: Iterable[int]) -> Path:
    """A checkout whose library has these forms too, for a server to be started from."""
    for room in ("server", "sync", "pwa"):
        (folder / room).symlink_to(HOUSE / room)
    rules = folder / "observation_forms"
    shutil.copytree(HOUSE / rules.name, rules, ignore=shutil.ignore_patterns("__pycache__"))
    for size in sizes:
        (rules / f"library/long_{size}").mkdir()
        (rules / f"library/long_{size}/1.toml").write_text(_toml(size), "utf-8")
        with (rules / "library/published.toml").open("a", encoding="utf-8") as published:
            published.write(f'\n[long_{size}]\n1 = "{long_form(size).hash}"\n')
    return folder


def write_peers(folder: Path, questions: int) -> None:
    """The same questions in the same styles as `static.html`, without a script, and as `alpine.html`, bare."""
    form = long_form(questions)
    html = fragment(form.definition).decode()
    numbers = range(1, questions // 2 + 1)
    (folder / "styles.css").write_text(
        "".join((HOUSE / f"pwa/styles/{name}.css").read_text("utf-8") for name in STYLE_SHEETS), "utf-8"
    )
    (folder / "shown.css").write_text(SHOWN_BY_STYLE, "utf-8")
    (folder / "cloak.css").write_text("[x-cloak] { display: none !important }\n", "utf-8")
    shutil.copy(ALPINE, folder / "alpine.js")
    (folder / "bare.js").write_text(_bare(numbers), "utf-8")
    head = '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>A form</title><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/styles.css">'  # noqa: E501
    body = f"<body><main>{html}</main></body></html>"
    (folder / "static.html").write_text(f'{head}<link rel="stylesheet" href="/shown.css">{body}', "utf-8")
    alpine = '<link rel="stylesheet" href="/cloak.css"><script defer src="/bare.js"></script><script defer src="/alpine.js"></script>'  # noqa: E501
    (folder / "alpine.html").write_text(f"{head}{alpine}{_bound(body, numbers)}", "utf-8")


def _toml(questions: int) -> str:
    parts = [
        f"""
id = "long_{questions}"
code = "T{questions}"
version = 1
header = "header/2"
title = "A form of {questions} questions"
about = "Only to be measured."
minutes = "no time at all"
evidence_kind = "observation"
themes = ["DE"]
"""
    ]
    for number in range(1, questions // 2 + 1):
        if number % A_SECTION == 1:
            parts.append(f'\n[[sections]]\nid = "part_{number}"\ntitle = "From standard {number} on"\n')
        parts.append(
            f'\n[[sections.questions]]\nid = "q_{number}"\nkind = "standard"\nthemes = ["DE"]\n'
            f'ask = "Standard {number}: was it done the way the plan says?"\n'
        )
    parts.append(
        f"""
[[sections]]
id = "rows"
title = "Rows"

[[sections.questions]]
id = "changed"
kind = "repeat"
ask = "Which {{people}} changed?"
row_title = "Person"
add = "Add a person"
none = "None"
max_rows = {ROWS}
themes = ["DE"]

[[sections.questions.questions]]
id = "seen"
kind = "yes_no"
ask = "Seen?"

[[sections.questions.questions]]
id = "what"
kind = "text"
ask = "What changed?"
max_length = 500
rows = 2
"""
    )
    return "".join(parts)


def _bare(numbers: Iterable[int]) -> str:
    parts = []
    for one in numbers:
        fell_short = " || ".join(f"this.q_{one} === '{option}'" for option in FELL_SHORT)
        parts.append(f"q_{one}: '', q_{one}_facts: '', get shows_{one}() {{ return {fell_short}; }}")
    start = "document.addEventListener('alpine:init', () => Alpine.data('bare', () => ({\n"
    return f"{start}{','.join(parts)}\n}})));\n"


def _bound(body: str, numbers: Iterable[int]) -> str:
    body = body.replace('<form class="observation"', '<form class="observation" x-data="bare"', 1)
    body = re.sub(r'(<(?:input|textarea)\b[^>]*\bname="(q_\d+(?:_facts)?)")', r'\1 x-model="\2"', body)
    for one in numbers:
        facts = f'data-question="q_{one}_facts"'
        body = body.replace(facts, f'{facts} x-cloak x-show="shows_{one}"')
    return body
