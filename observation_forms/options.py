"""The options of a question: those it writes itself, and those of the standard and yes-no kinds."""

from typing import cast

from .codes import check_code
from .definition import Option, ScoreClass, Special
from .errors import Place, did_you_mean
from .table import Table
from .words import STANDARD, Words

_SCORES = ("met", "partly", "not_met", "excluded")


def standard_options(table: Table, words: Words) -> tuple[Option, ...]:
    """Yes, Partly, No, Not seen; `labels` gives other words, `concern` lists codes that raise a concern."""
    labels = _relabelled(table, words.standard)
    options = tuple(Option(code, labels[code], cast(ScoreClass, score)) for code, score in STANDARD.items())
    return _with_concerns(table, options)


def yes_no_options(table: Table, words: Words) -> tuple[Option, ...]:
    """Yes and No, neither of them scored."""
    labels = _relabelled(table, words.yes_no)
    return _with_concerns(table, tuple(Option(code, label) for code, label in labels.items()))


def own_options(table: Table, words: Words, may_score: bool) -> tuple[Option, ...]:
    """The options written out in the form: at least two, each with its own code."""
    tables = table.tables("options") if table.has("options") else []
    options = tuple(_own_option(each, words, may_score) for each in tables)
    if len(options) < 2:
        raise table.place.error(
            "there are fewer than two options", "Write options = [{ code = ..., label = ... }, ...]"
        )
    _refuse_twins([option.code for option in options], table.place)
    return _with_concerns(table, options)


def specials(table: Table) -> tuple[Special, ...]:
    """The entries offered beside the people or the staff."""
    tables = table.tables("special")
    found = tuple(
        Special(check_code(t.text("code"), "the entry's code", t.place), t.text("label")) for t in tables
    )
    for each in tables:
        each.finish()
    _refuse_twins([special.code for special in found], table.place)
    return found


def _own_option(table: Table, words: Words, may_score: bool) -> Option:
    code = check_code(table.text("code"), "the option's code", table.place)
    label = table.text("label")
    score = table.one_of("score", _SCORES) if may_score and table.has("score") else None
    themes = words.known_themes(table.texts("themes"), table.place)
    table.finish()
    return Option(code, label, cast(ScoreClass | None, score), False, themes)


def _relabelled(table: Table, labels: dict[str, str]) -> dict[str, str]:
    own = table.pairs("labels")
    for code in own:
        if code not in labels:
            remedy = did_you_mean(code, labels, f"The codes here are {', '.join(labels)}")
            raise table.place.error(f"'labels' names no option: '{code}'", remedy)
    return {code: own.get(code, label) for code, label in labels.items()}


def _with_concerns(table: Table, options: tuple[Option, ...]) -> tuple[Option, ...]:
    codes = [option.code for option in options]
    concerns = table.texts("concern")
    for code in concerns:
        if code not in codes:
            remedy = did_you_mean(code, codes, f"The codes here are {', '.join(codes)}")
            raise table.place.error(f"'concern' names no option: '{code}'", remedy)
    return tuple(Option(o.code, o.label, o.score, o.code in concerns, o.themes) for o in options)


def _refuse_twins(codes: list[str], place: Place) -> None:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise place.error(f"there are two options '{code}'", "Give one another code")
