"""The model sees it when a guard is gone: three of them here, all by `python -m tests.model.guards`."""

import pytest

from tests.model.guards import ROOT, Edit, Guard, edited, read_guards, try_guard

GUARDS = read_guards()
QUICK = [guard for guard in GUARDS if guard.quick]


@pytest.mark.parametrize("guard", QUICK, ids=lambda guard: guard.name)
def test_without_this_guard_something_goes_red(guard: Guard) -> None:
    assert try_guard(guard, histories=40), guard.name


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_the_list_of_guards_fits_the_code(guard: Guard) -> None:
    texts: dict[str, str] = {}
    for edit in guard.edits:
        text = texts.get(edit.file) or (ROOT / edit.file).read_text()
        texts[edit.file] = edited(text, edit)


def test_a_guard_that_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="0 times"):
        edited("a b c", Edit("x", "d", "e"))
    with pytest.raises(ValueError, match="2 times"):
        edited("a b a", Edit("x", "a", "e"))


def test_three_guards_are_tried_in_every_run_of_the_tests() -> None:
    assert len(QUICK) == 3
