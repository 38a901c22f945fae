"""A measure that a manager builds from the questions of one form: what counts, among what, of which records at all.

Each of the three is a rule in the closed language of the forms (observation_forms/README.md), so it is checked against
the kinds of the questions, and can do nothing but look at answers. A manager picks conditions from menus; `rule_of`
writes the rule. `repeat` makes it count the rows of a repeat in place of records.

Decided: without a rule of its own, the denominator is what was seen: where a question that counts was not answered, or
answered with what no form scores ("not seen", "not asked"), it leaves both. Rejected: SQL or an expression of our own
(a second language to keep safe); rules over several forms at once (which record belongs to which is another question).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from observation_forms import Answers, Catalogue, Definition, FormError
from observation_forms.answers import instant_or_none
from observation_forms.definition import Tree
from observation_forms.errors import Place
from observation_forms.expressions import compile_rule
from observation_forms.references import references
from observation_forms.rules import Facts as Said
from observation_forms.rules import Rule, rule_or_none
from observation_forms.rules import rule_of as made_of
from observation_forms.terms import Scope
from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.in_force import InForce
from server.measures.periods import Period
from server.measures.reading_records import Record

_TESTS = {
    "is": "{question} == {first}",
    "is_not": "{question} != {first}",
    "one_of": "{question} in [{values}]",
    "has": "{first} in {question}",
    "answered": "answered({question})",
    "at_least": "{question} >= {first}",
    "at_most": "{question} <= {first}",
}
NOT_ASKED = LeftOut("This version of the form does not ask it")
NOT_SEEN = LeftOut("It was not seen, or not answered")
NOT_AMONG = LeftOut("It is not among what this measure looks at")


class Condition(msgspec.Struct, frozen=True):
    """One line of the menus: a question (or "grid.item"), what is asked of it, and the codes or the number."""

    question: str
    test: Literal["is", "is_not", "one_of", "has", "answered", "at_least", "at_most"]
    values: tuple[str, ...] = ()


class CustomMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """What a manager built. `counted` is the rule of the numerator, `among` that of the denominator ("" = all that were
    seen), `only` that of what is looked at at all ("" = every record). `repeat` = the repeat whose rows are counted.
    """

    name: str
    form: str
    counted: str
    among: str = ""
    only: str = ""
    repeat: str = ""
    unit: Literal["percent", "count"] = "percent"


class Rules(msgspec.Struct, frozen=True):
    """The same for one version of the form, made into functions; None always holds."""

    counted: Rule
    among: Rule | None
    only: Rule | None
    named: frozenset[str]


def rule_of(conditions: Iterable[Condition], joined_by: Literal["and", "or"] = "and") -> str:
    """The rule that these conditions make. Whether it can be used, `compiled` says."""
    return f" {joined_by} ".join(_written(condition) for condition in conditions)


def compiled(measure: CustomMeasure, definition: Definition) -> Rules:
    """The rules over one version of a form. Raises `FormError`, which says what to put right, also for a rule that asks
    for what records do not keep: the themes of actions, or whether anything fell short.
    """
    scope, place = scope_of(definition, measure.repeat), Place(measure.name or "the measure")
    counted = _compile(measure.counted, scope, place.at("what counts"))
    if counted is None:
        raise place.error("nothing is counted", "Say what counts, such as written_in_time == soon")
    among = _compile(measure.among, scope, place.at("among what"))
    only = _compile(measure.only, scope, place.at("of which records"))
    return Rules(made_of(counted), rule_or_none(among), rule_or_none(only), references(counted).questions)


def scope_of(definition: Definition, repeat: str = "") -> Scope:
    """What a rule about this form may name; with a repeat also the questions of its rows. Raises `FormError`."""
    questions = {question.id: question for question in definition.questions()}
    rows = {
        each.id: {question.id: question for question in each.questions}
        for each in questions.values()
        if each.questions
    }
    scope = Scope(questions, frozenset(), frozenset(definition.timescales), rows)
    if not repeat:
        return scope.of_form()
    if repeat not in rows:
        raise Place(definition.form).error(
            f"'{repeat}' has no rows", f"There are {', '.join(rows) or 'none'}"
        )
    return scope.in_rows_of(repeat)


def usable_versions(measure: CustomMeasure, catalogue: Catalogue) -> dict[str, Rules]:
    """The rules for every version of the form that asks what they ask, by its hash."""
    found = {}
    for form in catalogue.forms():
        if form.definition.form == measure.form:
            try:
                found[form.hash] = compiled(measure, form.definition)
            except FormError:
                continue
    return found


def count_custom(
    measure: CustomMeasure,
    catalogue: Catalogue,
    records: Iterable[Record],
    period: Period,
    settings: InForce,
) -> Count:
    """The measure over the records of the period, each judged by the rules of its own version of the form."""
    versions = usable_versions(measure, catalogue)
    found = (
        verdict
        for record in records
        if record.form == measure.form and period.holds(record.happened_at)
        for verdict in verdicts(measure, versions, record, settings)
    )
    return tally(found, measure.unit)


def verdicts(
    measure: CustomMeasure, versions: Mapping[str, Rules], record: Record, settings: InForce
) -> Iterator[tuple[str, Verdict]]:
    """What becomes of a record, or of each of its rows."""
    rules = versions.get(record.definition.hash)
    if rules is None:
        yield record.id, NOT_ASKED
        return
    said = _said(record, settings)
    if not measure.repeat:
        yield record.id, _verdict(rules, said, record, "")
        return
    for row in record.rows(measure.repeat):
        prefix = f"{measure.repeat}.{row}."
        yield (
            f"{record.id}/{prefix[:-1]}",
            _verdict(rules, msgspec.structs.replace(said, row=prefix), record, prefix),
        )


def _verdict(rules: Rules, said: Said, record: Record, row: str) -> Verdict:
    if rules.only is not None and not rules.only(said):
        return NOT_AMONG
    if rules.among is not None:
        if not rules.among(said):
            return NOT_AMONG
    elif not all(_was_seen(record, question, row) for question in rules.named):
        return NOT_SEEN
    return "met" if rules.counted(said) else "unmet"


def _was_seen(record: Record, question: str, row: str) -> bool:
    """Whether a question was answered with more than that it could not be."""
    asked = record.definition.by_id[question]
    if asked.kind == "counts":
        return all(cell.id in record.answers for cell in asked.cells)
    if asked.in_repeat and not row:
        return True
    key = row + question if asked.in_repeat else question
    option = asked.by_code.get(record.text(key))
    return bool(record.answers.get(key)) and (option is None or option.score != "excluded")


def _said(record: Record, settings: InForce) -> Said:
    """The answers as rules look at them, with the timescales in force when it happened."""
    answers: Answers = {}
    for key, question in record.asked():
        values = record.answers[key]
        many = question.kind in ("choices", "staff", "repeat")
        answers[key] = [str(value) for value in values] if many else values[0]
    timescales = {
        name: settings.number(record.service, name, record.happened_at)
        for name in record.definition.timescales
    }
    return Said(answers, set(), instant_or_none(record.recorded_at), timescales=timescales)


def _compile(text: str, scope: Scope, place: Place) -> Tree | None:
    if not text.strip():
        return None
    tree = compile_rule(text, scope, place)
    if references(tree).fell_short:
        raise place.error(
            "a record does not keep whether anything fell short", "Ask for the answers themselves"
        )
    return tree


def _written(condition: Condition) -> str:
    grid, _, item = condition.question.partition(".")
    question = f"cell({grid}, {item})" if item else condition.question
    values: Sequence[str] = condition.values or ("",)
    return _TESTS[condition.test].format(question=question, first=values[0], values=", ".join(values))
