"""The options of a question: those it writes itself, and those of the standard and yes-no kinds."""

from typing import cast

from msgspec.structs import replace

from .codes import check_code
from .definition import Item, Option, ScoreClass, Special
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


def own_options(table: Table, words: Words, kind: str) -> tuple[Option, ...]:
    """The options written out in the form: at least two (one when worked out), each with its own code."""
    tables = table.tables("options") if table.has("options") else []
    options = tuple(_own_option(each, words, kind) for each in tables)
    if len(options) < (1 if kind == "worked_out" else 2):
        raise table.place.error(
            "there are fewer than two options" if kind != "worked_out" else "there are no options",
            "Write options = [{ code = ..., label = ... }, ...]",
        )
    _refuse_twins([option.code for option in options], table.place)
    return _with_concerns(table, options)


def specials(table: Table) -> tuple[Special, ...]:
    """The entries offered beside the people or the staff."""
    tables = table.tables("special")
    found = tuple(
        Special(check_code(t.text("code"), "the entry's code", t.place), t.wording("label")) for t in tables
    )
    for each in tables:
        each.finish()
    _refuse_twins([special.code for special in found], table.place)
    return found


def items(table: Table) -> tuple[Item, ...]:
    """The cells of a counts grid."""
    tables = table.tables("items")
    found = tuple(
        Item(check_code(t.text("code"), "the item's code", t.place), t.wording("label")) for t in tables
    )
    for each in tables:
        each.finish()
    if not found:
        raise table.place.error("the grid has no items", "Write items = [{ code = ..., label = ... }, ...]")
    _refuse_twins([item.code for item in found], table.place)
    return found


def _own_option(table: Table, words: Words, kind: str) -> Option:
    code = check_code(table.text("code"), "the option's code", table.place)
    may_score = kind in ("choice", "worked_out")
    option = Option(
        code,
        table.wording("label"),
        score=cast(ScoreClass, table.one_of("score", _SCORES)) if may_score and table.has("score") else None,
        themes=words.known_themes(table.texts("themes"), table.place),
        timescale=table.text_or_none("timescale") if kind == "choice" else None,
    )
    if kind == "worked_out":
        table.text("when")
    table.finish()
    return option


def _relabelled(table: Table, labels: dict[str, str]) -> dict[str, str]:
    written = Table(table.values("labels"), table.place)
    own = {code: written.wording(code) for code in written.names()}
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
    return tuple(replace(option, concern=option.code in concerns) for option in options)


def _refuse_twins(codes: list[str], place: Place) -> None:
    for index, code in enumerate(codes):
        if code in codes[:index]:
            raise place.error(f"there are two options '{code}'", "Give one another code")
