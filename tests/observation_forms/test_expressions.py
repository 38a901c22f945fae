"""Rules are read into trees, and everything outside the language is refused with the way to write it."""

import pytest

from observation_forms import FormError
from observation_forms.errors import Place
from observation_forms.expressions import FUNCTIONS, OPERATORS, References, Scope, compile_rule, references

from .forms import vectors_form


def _compile(rule: str) -> object:
    definition = vectors_form()
    return compile_rule(
        rule, Scope(definition.by_id, frozenset(definition.theme_names)), Place("a.toml", "x")
    )


@pytest.mark.parametrize(
    ("rule", "tree"),
    [
        ("reason == planned", ["==", ["answer", "reason"], "planned"]),
        ("reason != planned", ["not", ["==", ["answer", "reason"], "planned"]]),
        ("drink > 5", ["<", 5, ["answer", "drink"]]),
        ("drink >= -5", ["<=", -5, ["answer", "drink"]]),
        ("reason in [planned, complaint]", ["one_of", "reason", "planned", "complaint"]),
        ("fall not in seen", ["not", ["has", "seen", "fall"]]),
        ("-drink == -(2)", ["==", ["-", 0, ["answer", "drink"]], -2]),
        ("theme(CO) or\n  fell_short()", ["or", ["theme", "CO"], ["fell_short"]]),
        ("day_of(call_at) == again_on", ["==", ["day_of", ["answer", "call_at"]], ["answer", "again_on"]]),
    ],
)
def test_a_rule_becomes_a_tree_of_the_few_operators(rule: str, tree: list[object]) -> None:
    assert _compile(rule) == tree


@pytest.mark.parametrize(
    ("rule", "remedy"),
    [
        ("__import__('os').system('ls')", "There are answered, count"),
        ("reason.code == planned", "A rule can use"),
        ("[x for x in seen]", "A rule can use"),
        ("lambda: 1", "A rule can use"),
        ("reason == planned if answered(drink) else answered(note)", "A rule can use"),
        ("(reason := planned)", "A rule can use"),
        ("f'{reason}' == planned", "A rule can use"),
        ("seen[0] == fall", "A rule can use"),
        ("reason == 'planned'", "Write the option's code without quotes: planned"),
        ("reason == plannd", "Did you mean 'planned'"),
        ("reasn == planned", "Did you mean 'reason'"),
        ("reason = planned", "one = is written =="),
        ("planned == reason", "Write the question first: reason == planned"),
        ("constructor", "answered(constructor) or constructor == yes"),
        ("not constructor", "answered(constructor) or constructor == yes"),
        ("seen", "answered(seen) or none in seen"),
        ("drink", "answered(drink)"),
        ("True", "Write a whole number"),
        ("drink == True", "Write a whole number"),
        ("drink > 1.5", "Write a whole number"),
        ("drink > 99999999999", "Keep numbers within"),
        ("drink / 2 > 1", "write a * 3 == b"),
        ("drink // 2 > 1", "write a * 3 == b"),
        ("drink % 2 == 1", "write a * 3 == b"),
        ("drink ** 2 > 1", "write a * 3 == b"),
        ("+drink > 1", "Use not, or - before a number"),
        ("0 <= drink <= 10", "Join two with and"),
        ("drink is any_number", "Use == or !="),
        ("drink == reason", "Compare whole numbers with whole numbers"),
        ("reason < planned", "Compare it with one of its options"),
        ("reason == shift", "The codes of 'reason' are"),
        ("words == note", "answered() and length()"),
        ("seen == fall", "code in question"),
        ("staff == amina", "Use count()"),
        ("fall in reason", "question in [code, code]"),
        ("seen in [fall]", "code in question"),
        ("reason in []", "Name at least one option"),
        ("again_on < recorded_at", "dates with dates"),
        ("call_at == again_on", "dates with dates"),
        ("minutes_between(again_on, recorded_at) > 1", "instants or dates"),
        ("minutes_between(call_at) > 1", "minutes_between(earlier, later)"),
        ("answered(drink, note)", "answered(question)"),
        ("answered(question=drink)", "answered(question)"),
        ("answered(drink > 1)", "Did you mean 'drink'"),
        ("answered(card)", "An information card has no answer"),
        ("answred(drink)", "Did you mean 'answered'"),
        ("count(words) > 1", "count() is for questions of kind choices and staff"),
        ("length(seen) > 1", "length() is for questions of kind text"),
        ("theme(XX)", "Themes are"),
        ("theme('CO')", "Did you mean 'CO'"),
        ("drink + answered(note) > 1", "Join truths with and, or, not"),
        ("answered(note) == answered(drink)", "Join truths with and, or, not"),
        ("drink + 1", "use ==, < or >"),
        ("reason ＝＝ planned", "plain quotes, letters and signs"),
        ("drink >", "Write it like"),
        ("", "Write it like"),
        ("drink > \0 1", "Write it like"),
        ("-" * 500 + "drink > 1", "Split it"),
        ("(" * 300 + "drink > 1" + ")" * 300, "Write it like"),
        ("answered(drink) and " * 100 + "answered(drink)", "Keep it within"),
    ],
)
def test_what_is_outside_the_language_is_refused_with_a_remedy(rule: str, remedy: str) -> None:
    with pytest.raises(FormError) as caught:
        _compile(rule)
    assert remedy in caught.value.remedy
    assert str(caught.value).startswith("a.toml, x: ")


def test_a_rule_knows_what_it_looks_at() -> None:
    tree = [
        "and",
        ["answered", "a"],
        ["<", ["count", "b"], ["+", ["length", "c"], ["answer", "d"]]],
        ["theme", "CO"],
    ]
    assert references(tree) == References(frozenset("abcd"), theme=True, fell_short=False)


def test_every_function_is_written_as_it_is_called() -> None:
    assert all(how.startswith(f"{name}(") for name, how in FUNCTIONS.items())
    assert len(OPERATORS) == 14
