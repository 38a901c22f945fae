"""What the target was until when, what came then and why; and what each came to while it held."""

import csv
import io

from tests.server.due.shift import Shift
from tests.server.evidence.arranged import edit_action, make_action, words_of
from tests.server.world import Browser, World

WHY = "Two audits showed that 95 needs the new rota first."
NINETY = {"target_1": "90", "window_end_1": "2027-01-31"}


def test_a_change_of_a_target_needs_its_reason_and_is_read_everywhere(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    assert "Targets before" not in chidi.get(f"/actions/{action}").text
    refused = edit_action(chidi, action, 1, **NINETY, target_why="So")
    assert refused.status_code == 422
    assert "Write why the target changes" in words_of(refused)
    assert 'value="90"' in refused.text
    world.clock.move(days=3)
    chidi = world.signed_in("chidi")
    assert edit_action(chidi, action, 1, **NINETY, target_why=WHY).status_code == 303
    page = words_of(chidi.get(f"/actions/{action}"))
    was = "at least 95%, Mon 16 Nov 2026 to Wed 30 Dec 2026"
    became = "at least 90%, Mon 16 Nov 2026 to Sun 31 Jan 2027"
    before = page.split("Targets before")[1]
    assert f"{was} until Thu 19 Nov 2026, 09:00; then" in before
    assert f"{became}. Chidi Okafor: {WHY}" in before
    assert WHY in page.split("Targets before")[1]
    _in_the_history_of_settings(chidi, action)
    # Another field needs no reason, and makes no target
    assert edit_action(chidi, action, 2, **NINETY, risk="medium", target_why="").status_code == 303
    assert words_of(chidi.get(f"/actions/{action}/targets")).count("Holds now") == 1
    # Gone without another
    second = {"measure_2": "M14/a", "target_2": "95", "target_unit_2": "percent", "comparator_2": "at_least"}
    window = {"window_start_2": "2026-12-01", "window_end_2": "2027-02-28"}
    assert edit_action(chidi, action, 3, **NINETY, **second, **window, target_why=WHY).status_code == 303
    world.clock.move(days=1)
    chidi = world.signed_in("chidi")
    assert (
        edit_action(chidi, action, 4, **NINETY, target_why="Incidents have their own action.").status_code
        == 303
    )
    page = words_of(chidi.get(f"/actions/{action}/targets"))
    assert "then none. Chidi Okafor: Incidents have their own action." in page
    assert "Its window had not begun." in page
    with world.signed_in("fay") as fay:
        assert fay.get(f"/actions/{action}/targets").status_code == 404


def _in_the_history_of_settings(chidi: Browser, action: str) -> None:
    rows = list(csv.DictReader(io.StringIO(chidi.get("/settings.csv").text.removeprefix("\ufeff"))))
    targets = [row for row in rows if row["kind"] == "target"]
    assert [(row["name"], row["who"], row["why"]) for row in targets] == [
        (action, "chidi", WHY),
        (action, "chidi", "The action was made with it."),
    ]
    assert targets[0]["from_at"] == "2026-11-19T09:00:00Z"
    assert "at least 90%" in targets[0]["words"]
    assert "Target of action 1" in words_of(chidi.get("/settings/history"))


def test_a_past_window_is_counted_by_the_target_that_held_in_it(world: World, chidi: Browser) -> None:
    """Nine of ten in October met 90; in November the target is 95, and two more that were late are not October's."""
    measured = {"measure_1": "M04-all", "how_1": ""}
    october = {"window_start_1": "2026-10-01", "window_end_1": "2026-10-31", "target_1": "1"}
    shift = Shift(world)
    action = make_action(chidi, **{**measured, "measure_1": "M05", **october})
    for day in range(5, 10):
        shift.record("sample_audit", f"2026-10-{day:02}T10:00:00Z", author="ben")
    november = {"window_start_1": "2026-11-01", "window_end_1": "2026-12-31", "target_1": "100"}
    assert (
        edit_action(chidi, action, 1, measure_1="M05", how_1="", **november, target_why=WHY).status_code
        == 303
    )
    page = words_of(chidi.get(f"/actions/{action}/targets"))
    now, then = page.split("Until Mon 16 Nov 2026, 09:00", maxsplit=1)
    assert "at least 1%, Thu 1 Oct 2026 to Sat 31 Oct 2026" in now
    assert "Target met" in then or "Too few" in then
    assert "Thu 1 Oct 2026 to Sat 31 Oct 2026" in then
    assert "Nothing counted" in now
