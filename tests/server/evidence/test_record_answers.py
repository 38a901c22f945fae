"""The answers of a record, read at the desk as they were asked: rows, grids, picks, what was worked out."""

from observation_forms import Context, Value, sealed_answers
from server.evidence.people import Names
from server.evidence.record_answers import AnsweredGroup, answers_as_asked
from tests.pwa.kinds_form import kinds_form

DEFINITION = kinds_form().definition
CONTEXT = Context(recorded_at="2026-11-21T14:00:00Z", themes=frozenset(), author="amina")
NAMES = Names(
    services={},
    units={},
    unit_service={},
    staff={"ben": "Ben Carter"},
    people={"p1": "M.T., Room 12"},
    tablets={},
    listed={"a1": "Check the chart first"},
)
ANSWERS: dict[str, Value] = {
    "changed": ["1", "4"],
    "changed.1.person": "p1",
    "changed.1.signs": ["breathing"],
    "changed.1.noticed_at": "2026-11-21T12:00:00Z",
    "changed.1.told_at": "2026-11-21T13:25:00Z",
    "changed.1.recorded": "not_met",
    "changed.1.recorded_facts": "The page for today was empty.",
    "changed.4.person": "communal",
    "late.meals": 2,
    "late.medicines": 0,
    "message": "none_due",
    "linked": "a1",
    "controls": ["a1"],
    "controls.a1.in_place": "met",
    "accepts": "ben",
}


def groups(answers: dict[str, Value]) -> dict[str, AnsweredGroup]:
    """By title; those without one are told apart by their section."""
    sealed = {**answers, **sealed_answers(DEFINITION, answers, CONTEXT)}
    sections = answers_as_asked(DEFINITION, sealed, CONTEXT, NAMES)
    return {group.title or section.id: group for section in sections for group in section.groups}


def test_each_row_stands_under_its_own_name() -> None:
    found = groups(ANSWERS)
    titles = [title for title in found if title.startswith("Resident")]
    assert titles == ["Resident 1: M.T., Room 12", "Resident 2: No one resident"]
    rows = {one.question: one for one in found[titles[0]].answers}
    assert rows["changed.1.took"].chosen == ("1 h 25 min",)
    assert (rows["changed.1.in_time"].chosen, rows["changed.1.in_time"].score) == (("Late",), "partly")
    assert rows["changed.1.recorded"].facts == "The page for today was empty."
    assert rows["changed.1.signs"].concern
    assert rows["changed.1.checks"].chosen == ()


def test_what_could_not_be_worked_out_is_not_shown() -> None:
    rows = groups(ANSWERS)["Resident 2: No one resident"].answers
    assert [one.question for one in rows if one.question.endswith(("took", "in_time"))] == []


def test_a_row_of_a_list_has_its_title() -> None:
    assert groups(ANSWERS)["Control 1: Check the chart first"].answers[0].chosen == ("Yes",)


def test_counts_are_a_table_with_a_line_for_each_cell() -> None:
    grid = groups(ANSWERS)["How often was support late?"]
    assert grid.table
    assert [(one.ask, one.chosen) for one in grid.answers] == [
        ("Meals and drinks", ("2",)),
        ("Medicines", ("0",)),
        ("Call bells", ()),
    ]


def test_picks_and_the_second_person_are_named() -> None:
    sections = answers_as_asked(DEFINITION, ANSWERS, CONTEXT, NAMES)
    chosen = {one.question: one.chosen for part in sections for group in part.groups for one in group.answers}
    assert chosen["message"] == ("None was due",)
    assert chosen["linked"] == ("Check the chart first",)
    assert chosen["accepts"] == ("Ben Carter",)


def test_none_is_said_in_the_words_of_the_form() -> None:
    [group] = [each for title, each in groups({"changed": ["none"]}).items() if title == "changes"]
    assert [one.chosen for one in group.answers] == [("None this shift",)]


def test_an_answer_to_a_row_that_is_not_listed_is_not_hidden() -> None:
    strangers = groups({"changed": ["none"], "changed.1.checks": 4})["not-asked"]
    assert [(one.question, one.ask, one.chosen) for one in strangers.answers] == [
        ("changed.1.checks", "Checks each hour", ("4",))
    ]
