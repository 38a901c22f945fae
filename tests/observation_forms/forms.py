"""Forms for the tests: the published F1, the form of the vectors, and small ones written on the spot."""

from observation_forms import Definition, Form, Source, load_catalogue, parse
from observation_forms.shelf import LIBRARY

HEADER = Source("header/1.toml", (LIBRARY / "header" / "1.toml").read_bytes())
VECTORS = LIBRARY.parent / "vectors"
FULL_HEADER = Source("vectors/header.toml", (VECTORS / "header.toml").read_bytes())
"""A header with words for every built-in code."""

_TOP = """
id = "small"
code = "S1"
version = 1
header = "header/1"
title = "Small"
about = "A small form."
minutes = "1 minute"
evidence_kind = "observation"
themes = ["CO"]
result = { met_from = 90, not_met_below = 60 }

[[sections]]
id = "only"
title = "Only"
"""


def f1() -> Form:
    """The published practice observation."""
    return load_catalogue().current("practice_observation")


def vectors_form() -> Definition:
    """The form of vectors/form.toml."""
    return parse(Source("vectors/form.toml", (VECTORS / "form.toml").read_bytes()), HEADER).definition


def rounds_form() -> Definition:
    """The form of vectors/rounds.toml: rows, cells, timescales, spawns and what is worked out."""
    return parse(
        Source("vectors/rounds.toml", (VECTORS / "rounds.toml").read_bytes()), FULL_HEADER
    ).definition


def small(body: str, top: str = _TOP) -> Definition:
    """A form whose one section holds the [[sections.questions]] of `body`; anything else may follow them."""
    return parse(Source("small/1.toml", (top + body).encode()), HEADER).definition


def question(id: str, kind: str = "yes_no", rest: str = "") -> str:
    """The TOML of one question."""
    return f'[[sections.questions]]\nid = "{id}"\nkind = "{kind}"\nask = "What of {id}?"\n{rest}\n'
