"""Several measures on one action: each with its target and window, on the form without a script and in the history."""

import pytest

from server.evidence.action_measures import OWN, VARIANTS, offered, pick_of, split_pick
from server.evidence.action_targets import MOST_TARGETS, rows_of, without_row
from server.measures.catalogue import MEASURES, measures_of
from tests.server.evidence.arranged import FIELDS, edit_action, make_action, send_action, words_of
from tests.server.world import Browser

SECOND = {
    "measure_2": "M14/a",
    "how_2": "Incidents at night alone",
    "comparator_2": "at_most",
    "target_2": "3",
    "target_unit_2": "count",
    "window_start_2": "2026-12-01",
    "window_end_2": "2027-02-28",
}


def test_each_measure_that_may_be_picked_is_one_that_can_be_counted() -> None:
    for code, kinds in VARIANTS.items():
        for variant in kinds:
            assert len(measures_of(code, variant)) == 1, (code, variant)
    found = {one.code for pick in offered() for one in measures_of(*split_pick(pick))}
    assert found == set(MEASURES)
    singles = {
        measures_of(code, variant)[0].code for code, kinds in VARIANTS.items() for variant in kinds
    } | {measures_of(code)[0].code for code in {pick[:3] for pick in offered()}}
    assert singles == set(MEASURES)


def test_what_is_picked_comes_apart_and_together_again() -> None:
    for pick in (*offered(), OWN):
        assert pick_of(*split_pick(pick)) == pick
    assert split_pick(OWN) == ("", "")


def test_an_action_has_several_measures_each_with_its_own_target_and_window(chidi: Browser) -> None:
    action = make_action(chidi, **SECOND)
    page = words_of(chidi.get(f"/actions/{action}"))
    assert "At least 95%" in page
    assert "At most 3" in page
    assert (
        "M14 Incidents reviewed within five working days, learning checked: incidents reviewed in time"
        in page
    )
    assert "Incidents at night alone" in page
    assert "Tue 1 Dec 2026 to Sun 28 Feb 2027, starts in 15 days" in page
    register = words_of(chidi.get("/actions"))
    assert "At least 95%" in register
    assert "At most 3 M14 a" in register
    (line,) = chidi.get("/actions.json").json()["actions"]
    assert [measure["measure"] for measure in line["measures"]] == ["own", "M14/a"]


def test_an_edit_of_a_measure_says_all_of_them_before_and_after(chidi: Browser) -> None:
    action = make_action(chidi)
    assert edit_action(chidi, action, 1, **SECOND).status_code == 303
    shown = words_of(chidi.get(f"/actions/{action}")).split("History")[1]
    assert "Bells timed on one night each week: at least 95%, Mon 16 Nov 2026 to Wed 30 Dec 2026 →" in shown
    assert "(Incidents at night alone): at most 3, Tue 1 Dec 2026 to Sun 28 Feb 2027" in shown


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("target_2", "", "Write the target as a number"),
        ("measure_2", "", "Choose a measure from the list"),
        ("window_end_2", "2026-11-30", "The window must end after it starts"),
        ("comparator_2", "near", "Choose how the target is compared"),
    ],
)
def test_a_fault_in_one_measure_is_said_at_its_own_field(
    chidi: Browser, field: str, typed: str, said: str
) -> None:
    answer = send_action(chidi, **{**SECOND, field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert answer.text.count("field-error") == 1
    assert said in words_of(answer)


def test_a_row_with_nothing_in_it_is_as_if_it_were_not_there(chidi: Browser) -> None:
    empty = dict.fromkeys(SECOND, "") | {"comparator_2": "at_least", "window_start_2": "2026-12-01"}
    make_action(chidi, **empty)
    (line,) = chidi.get("/actions.json").json()["actions"]
    assert len(line["measures"]) == 1


def test_one_more_measure_is_asked_for_without_a_script_and_nothing_is_saved(chidi: Browser) -> None:
    answer = send_action(chidi, more="1", title="Half written")
    assert answer.status_code == 200
    assert 'value="Half written"' in answer.text
    assert 'id="measure_2"' in answer.text
    assert 'id="measure_3"' not in answer.text
    assert 'name="window_start_2" type="date" value="2026-11-16"' in answer.text
    assert chidi.get("/actions.json").json() == {"actions": []}


def test_a_measure_is_taken_away_without_a_script_and_the_others_move_up(chidi: Browser) -> None:
    answer = send_action(chidi, **SECOND, remove="1")
    assert answer.status_code == 200
    assert 'value="M14/a" selected' in answer.text
    assert 'id="measure_2"' not in answer.text
    assert "Bells timed" not in answer.text
    action = make_action(chidi, **SECOND)
    again = edit_action(chidi, action, 1, **SECOND, remove="2")
    assert again.status_code == 200
    assert "Bells timed" in again.text
    assert 'id="measure_2"' not in again.text


def test_there_are_never_more_rows_than_are_kept() -> None:
    full = {f"target_{row}": ("1",) for row in range(1, MOST_TARGETS + 1)}
    assert rows_of(full, spare=1) == list(range(1, MOST_TARGETS + 1))
    assert rows_of({}, spare=0) == [1]
    assert rows_of(without_row(full, 2)) == list(range(1, MOST_TARGETS))


def test_enter_in_a_field_saves_and_does_not_add_a_measure(chidi: Browser) -> None:
    page = chidi.get("/actions/new").text
    form = page[page.index('<form method="post"') :]
    first = form[form.index("<button") :].split(">")[0]
    assert 'name="' not in first


def test_a_deadline_is_held_to_the_earliest_window(chidi: Browser) -> None:
    early = {**SECOND, "window_start_2": "2026-10-01"}
    assert send_action(chidi, **early, deadline="2026-10-05").status_code == 303
    assert send_action(chidi, **SECOND, deadline="2026-11-15").status_code == 422
    assert FIELDS["window_start_1"] == "2026-11-16"
