"""A learning message from the desk to the handover, to who still needs it, to practice that was watched."""

from tests.server.cases.steps import act, open_case
from tests.server.complaints.test_complaints import act as complaint_act
from tests.server.complaints.test_complaints import add
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.world import Browser, World

SHARED = "message_shared_with_a_worry"


def send(world: World, chidi: Browser) -> tuple[Shift, str]:
    """A message from a case, and the shift that will hear it."""
    act(chidi, open_case(chidi), "learning")
    shift = Shift(world)
    (id,) = shift.feed("learning_message")
    return shift, id


def hear(shift: Shift, id: str, at: str, *missing: str, understood: str = "all", present: int = 4) -> str:
    """A handover at which it was shared."""
    chosen = {
        "learning_message": id,
        "learning_shared": "shared",
        "understood": understood,
        "still_to_tell": list(missing),
        "staff_present": present,
    }
    return shift.record("handover_check", at, SHARED, chosen=chosen)


def test_a_message_goes_from_a_case_to_the_floor_and_its_page_says_where_from(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        case = open_case(chidi)
        act(chidi, case, "learning")
        one = add(chidi)
        complaint_act(chidi, one, "message")
        page = chidi.get("/learning").text
        assert f'It comes from <a href="{case}">Case 1</a>' in page
        assert f'It comes from <a href="{one}">Complaint 1</a>' in page
        titles = {body["title"] for body in Shift(world).feed("learning_message").values()}
        assert titles == {"Dry floors before breakfast", "Ring the family the same day"}


def test_the_page_says_where_it_was_heard_and_who_still_needs_it(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        shift, id = send(world, chidi)
        assert "No handover has said yet" in words_of(chidi.get("/learning"))
        heard = hear(shift, id, "2026-11-16T08:40:00Z", "ben", "amina", understood="most")
        page = chidi.get("/learning")
        assert f"/evidence/{heard}" in page.text
        assert "4 there, most said it back" in words_of(page)
        assert '<option value="ben">Ben Carter' in page.text
        told = chidi.post(f"/learning/{id}/told", data={"staff": "ben"}, follow_redirects=False)
        assert told.status_code == 303
        assert (
            chidi.post(f"/learning/{id}/told", data={"staff": "ben"}, follow_redirects=False).status_code
            == 303
        )
        page = chidi.get("/learning")
        assert '<option value="ben">' not in page.text
        assert '<option value="amina">' in page.text
        assert "Told one by one: Ben Carter" in words_of(page)
        assert chidi.post(f"/learning/{id}/told", data={"staff": "chidi"}).status_code == 422
    with world.sql() as sql:
        noted = sql.execute("SELECT who, about FROM identity_audit WHERE what = 'learning_told'").fetchall()
        assert [tuple(row) for row in noted] == [("chidi", "ben")]


def test_practice_is_watched_within_seven_days_or_late(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        shift, id = send(world, chidi)
        assert "Open by Mon 23 Nov 2026, 23:59" in words_of(chidi.get("/learning"))
    world.clock.move(days=8)
    with world.signed_in("chidi") as chidi:
        assert "Late by Mon 23 Nov 2026, 23:59" in words_of(chidi.get("/learning"))
        seen = shift.record("practice_observation", "2026-11-24T08:30:00Z", spawned_by=f"learning/{id}")
        page = chidi.get("/learning")
        assert f"/evidence/{seen}" in page.text
        assert "Done late by" in words_of(page)


def test_a_manager_sees_a_message_but_not_the_restricted_case_it_comes_from(world: World) -> None:
    with world.signed_in("dana") as dana, world.signed_in("chidi") as chidi:
        act(dana, open_case(dana, service="alder", about_manager="yes"), "learning")
        assert "Restricted case 1" in dana.get("/learning").text
        page = chidi.get("/learning").text
        assert "Dry floors before breakfast" in page
        assert "Restricted case" not in page
        assert "estricted" not in chidi.get("/learning.csv").text


def test_another_home_sees_nothing_and_the_quality_lead_reads_only(world: World) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in("ivo") as ivo, world.signed_in("fay") as fay:
        shift, id = send(world, chidi)
        hear(shift, id, "2026-11-16T08:40:00Z", "ben")
        assert "Dry floors" not in fay.get("/learning").text
        assert fay.get("/learning?service=alder").status_code == 404
        assert fay.post(f"/learning/{id}/told", data={"staff": "ben"}).status_code == 404
        assert "Ben Carter" in ivo.get("/learning").text
        assert ivo.post(f"/learning/{id}/told", data={"staff": "ben"}).status_code == 404


def test_the_files_hold_days_and_counts(world: World) -> None:
    with world.signed_in("chidi") as chidi:
        shift, id = send(world, chidi)
        hear(shift, id, "2026-11-16T08:40:00Z", "ben", understood="all", present=5)
        (line,) = chidi.get("/learning.json").json()["messages"]
        found = {name: line[name] for name in ("from", "handovers", "present", "all", "still_needed_by")}
        assert found == {"from": "Case 1", "handovers": 1, "present": 5, "all": 1, "still_needed_by": 1}
        for address in ("/learning.json", "/learning.csv"):
            assert "Dry floors" not in chidi.get(address).text
            assert "Ben" not in chidi.get(address).text
