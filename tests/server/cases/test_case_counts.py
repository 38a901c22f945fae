"""Cases where they count: the measures, the due list, subject access, the trail."""

from observation_forms import load_catalogue
from server.identity.scope import Part, Scope, of_services
from server.measures.counting import Count
from server.measures.periods import month_of
from server.measures.reading import read_facts, read_series
from tests.server.cases.steps import act, open_case, try_act, version_of
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, words_of
from tests.server.subject.test_subject_access import take
from tests.server.world import START, World

WHOLE = of_services(["alder"])


def counted(world: World, code: str, scope: Scope = WHOLE) -> Count:
    """A measure's count of November, as of now."""
    with world.sql() as sql:
        (point,) = read_series(sql, scope, load_catalogue(), code, [month_of(START.date())], world.clock())
    return point.count


def test_a_review_within_five_working_days_counts_and_a_later_one_does_not(world: World) -> None:
    shift = Shift(world)
    first, second = (
        shift.record("incident_record", at) for at in ("2026-11-16T08:00:00Z", "2026-11-16T08:10:00Z")
    )
    with world.signed_in("chidi") as chidi:
        one, other = open_case(chidi, record=first), open_case(chidi, record=second)
        assert counted(world, "M14-a").not_yet_due == tuple(sorted((first, second)))
        act(chidi, one, "reviewed")
    world.clock.move(days=8)
    with world.signed_in("chidi") as chidi:
        act(chidi, other, "reviewed")
    count = counted(world, "M14-a")
    assert (count.met, count.unmet) == ((first,), (second,))


def test_what_was_added_after_the_review_was_not_reviewed(world: World) -> None:
    shift = Shift(world)
    first, second = (
        shift.record("incident_record", at) for at in ("2026-11-16T08:00:00Z", "2026-11-16T08:10:00Z")
    )
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi, record=first)
        act(chidi, case, "reviewed")
        world.clock.move(seconds=2)
        act(chidi, case, "record_added", record=second)
    world.clock.move(days=8)
    assert counted(world, "M14-a").unmet == (second,)


def test_a_safeguarding_case_is_complete_with_all_four_parts_in_time(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        cases = [open_case(chidi, kind="safeguarding", title=f"Number {number}") for number in range(3)]
        whole, undecided, unreviewed = cases
        for case in cases:
            act(chidi, case, "fact")
            act(chidi, case, "control")
            if case != undecided:
                act(chidi, case, "decided")
            act(chidi, case, "outcome_set", by="2026-11-18")
    assert len(counted(world, "M13").not_yet_due) == 3
    world.clock.move(days=1)
    with world.signed_in("chidi") as chidi:
        act(chidi, undecided, "decided")
        for case in (whole, undecided):
            act(chidi, case, "outcome")
    world.clock.move(days=2)
    count = counted(world, "M13")
    assert count.met == (whole.removeprefix("/cases/"),)
    assert count.unmet == tuple(sorted(one.removeprefix("/cases/") for one in (undecided, unreviewed)))


def test_a_sample_of_what_the_desk_keeps_is_not_counted_beside_it(world: World) -> None:
    shift = Shift(world)
    sample = shift.record("sample_safeguarding", "2026-11-16T08:00:00Z", chosen={"person": "alder-1-a"})
    assert counted(world, "M13").met == (sample,)
    with world.signed_in("chidi") as chidi:
        open_case(chidi, kind="safeguarding", person="alder-1-a")
    assert counted(world, "M13").met == (sample,)
    world.clock.move(hours=1)
    later = shift.record("sample_safeguarding", "2026-11-16T09:30:00Z", chosen={"person": "alder-1-a"})
    elsewhere = shift.record("sample_safeguarding", "2026-11-16T09:40:00Z", chosen={"person": "alder-2-a"})
    assert later not in counted(world, "M13").met
    assert counted(world, "M13").met == tuple(sorted((sample, elsewhere)))


def test_a_repeated_concern_has_the_actions_of_its_case(world: World) -> None:
    shift = Shift(world)
    record = shift.record(
        "immediate_concern", "2026-11-16T08:50:00Z", chosen={"about_manager": "no", "person": "alder-1-a"}
    )
    with world.signed_in("chidi") as chidi:
        action = make_action(chidi)
        case = open_case(chidi, record=record, kind="concern")
        act(chidi, case, "action_linked", action=action)
    with world.sql() as sql:
        period = month_of(START.date())
        facts = read_facts(sql, WHOLE, load_catalogue(), ["concerns"], [period], world.clock())
    assert [concern.actions for concern in facts.concerns] == [frozenset({action})]


def test_who_sees_a_unit_or_what_was_chosen_counts_no_case(world: World) -> None:
    record = Shift(world).record("incident_record", "2026-11-16T08:00:00Z")
    with world.signed_in("chidi") as chidi:
        act(chidi, open_case(chidi, record=record), "reviewed")
    world.clock.move(days=8)
    assert counted(world, "M14-a").met == (record,)
    for part in (Part(service="alder", unit="alder-1"), Part(service="alder", forms=("incident_record",))):
        assert counted(world, "M14-a", Scope((part,))).met == ()


def test_the_due_list_says_what_a_case_asks_for(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
        assert "Decision, the day the desk had it" in words_of(chidi.get("/due"))
        assert "Decision" not in words_of(chidi.get("/due?state=late"))
        assert "Decision" not in words_of(chidi.get("/due?who=floor"))
        world.clock.move(days=1)
        chidi.post("/sign-out")
    with world.signed_in("chidi") as chidi:
        late = words_of(chidi.get("/due?state=late"))
        assert "Case 1 Decision, the day the desk had it Late" in late
        assert "Review of the incident" not in late
        assert "2 late" in words_of(chidi.get("/cases"))
        act(chidi, case, "decided")
        assert "Decision" not in words_of(chidi.get("/due"))


def test_a_person_gets_the_cases_about_them_and_staff_what_they_did(world: World) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in("ben") as ben:
        case = open_case(chidi, person="alder-1-a", title="A fall")
        act(ben, case, "fact", fact="Ben saw the floor was wet.")
        other = open_case(chidi, title="Another fall")
        act(chidi, other, "fact", fact="Nothing about her.")
        said, page, check = take(chidi, "person/alder-1-a")
        assert [one["called"] for one in said["cases"]] == ["Case 1"]
        assert "[a member of staff] saw the floor was wet" in page
        assert "Nothing about her" not in page
        assert "Free text in: Case 1." in check
        said, page, _ = take(chidi, "staff/ben")
        assert [len(one["acts"]) for one in said["cases"]] == [1]


def test_who_looked_at_a_case_about_a_person_is_noted(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        chidi.get(open_case(chidi, person="alder-1-a"))
        chidi.get(open_case(chidi))
    with world.sql() as sql:
        noted = sql.execute("SELECT about, details FROM identity_audit WHERE what = 'person_viewed'")
        assert [tuple(row) for row in noted] == [("alder-1-a", "in a case")]


def test_each_act_is_in_the_trail_without_its_words(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
        act(chidi, case, "decided")
        assert try_act(chidi, case, "decided", version=version_of(chidi, case)).status_code == 303
        page = words_of(chidi.get("/audit"))
        assert "Did something with a case" in page
        assert "Case 1" in page
    with world.sql() as sql:
        noted = sql.execute("SELECT who, about, details FROM identity_audit WHERE what = 'case_changed'")
        id = case.removeprefix("/cases/")
        said = [tuple(row) for row in noted]
    assert said == [("chidi", id, what) for what in ("opened", "decided", "decided")]
