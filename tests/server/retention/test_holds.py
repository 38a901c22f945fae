"""A legal hold stops destruction everywhere: on the page, in bulk, at the command line, and in the database itself."""

import sqlite3

import pytest

from server import retention_cli
from server.identity.organisation import OrganisationError
from tests.server.evidence.floor import Floor, bearing, make_action
from tests.server.retention.years import Years, destroy, hold
from tests.server.world import PASSWORD, World


def held_by(years: Years) -> str:
    with years.world.sql() as sql:
        return str(sql.execute("SELECT id FROM legal_hold ORDER BY placed_at DESC").fetchone()["id"])


@pytest.mark.parametrize(
    "what",
    [
        "person/alder-1-a/alder",
        "staff/amina/alder",
        "staff/ben/alder",
        "service/alder/alder",
        "window/alder/alder",
    ],
)
def test_a_hold_keeps_what_it_covers(years: Years, what: str) -> None:
    record = years.about(chosen={"staff_observed": ["ben"]})
    years.person_leaves()
    years.staff_leaves("ben")
    days = {"first": "2026-11-01", "last": "2026-11-30"} if what.startswith("window") else {}
    assert hold(years.world.signed_in("chidi"), what, **days).status_code == 303
    years.pass_by(8.1)
    desk = years.desk()
    assert "Kept by a hold" in desk.get("/retention").text
    assert destroy(desk, record).headers["location"] == "/retention?held=1"
    assert destroy(desk, every="yes").headers["location"] == "/retention?held=1"
    assert years.gone() == []
    with pytest.raises(sqlite3.IntegrityError, match="a legal hold stops this"), years.world.sql() as sql:
        sql.execute(
            """
            INSERT INTO destroyed SELECT seq, record, version, service, sha256, 'x', 'x', 'x', 'x', 0 FROM entry
            WHERE record = ?
            """,
            (record,),
        )


def test_a_hold_from_one_day_to_another_means_days_in_london(years: Years, floor: Floor) -> None:
    early, late = (
        floor.record(chosen={"staff_observed": []}, happened_at=instant)
        for instant in ("2026-06-30T23:30:00Z", "2026-07-31T23:30:00Z")
    )
    desk = years.world.signed_in("chidi")
    assert hold(desk, "window/alder/alder", first="2026-07-01", last="2026-07-31").status_code == 303
    assert "from Wed 1 Jul 2026 to Fri 31 Jul 2026" in desk.get("/retention").text
    years.pass_by(8.5)
    destroy(years.desk(), early, late, rule="other")
    assert years.gone() == [late]


def test_a_hold_on_an_action_keeps_what_speaks_to_it(years: Years, chidi: object, world: World) -> None:
    action = make_action(world.signed_in("chidi"))
    kept, other = years.about(bearings=[bearing(action)]), years.about()
    hold(world.signed_in("chidi"), f"action/{action}/alder")
    years.person_leaves()
    years.pass_by(8.1)
    assert destroy(years.desk(), kept, other).headers["location"] == "/retention?destroyed=1&held=1"
    assert years.gone() == [other]


def test_a_hold_keeps_nothing_else(years: Years) -> None:
    record = years.about()
    years.person_leaves()
    hold(years.world.signed_in("chidi"), "person/alder-2-a/alder")
    days = {"first": "2026-12-01", "last": "2026-12-31"}
    hold(years.world.signed_in("chidi"), "window/alder/alder", **days)
    years.pass_by(8.1)
    assert destroy(years.desk(), record).headers["location"] == "/retention?destroyed=1"


def test_lifting_a_hold_takes_the_password_and_a_reason_and_is_written_down(years: Years) -> None:
    record = years.about()
    years.person_leaves()
    hold(years.world.signed_in("chidi"), "person/alder-1-a/alder")
    years.pass_by(8.1)
    desk, id = years.desk(), held_by(years)
    for form, words in (
        ({"lift_why": "The claim is settled.", "password": "wrong wrong wrong"}, "That is not your password"),
        ({"lift_why": "", "password": PASSWORD}, "in ten letters or more"),
    ):
        answer = desk.post(f"/retention/holds/{id}/lift", data=form, follow_redirects=False)
        assert answer.status_code == 422
        assert words in answer.text
    assert destroy(desk, record).headers["location"] == "/retention?held=1"
    form = {"lift_why": "The claim is settled.", "password": PASSWORD}
    assert desk.post(f"/retention/holds/{id}/lift", data=form, follow_redirects=False).status_code == 303
    assert desk.post(f"/retention/holds/{id}/lift", data=form).status_code == 404
    assert "The claim is settled." in desk.get("/retention").text
    assert destroy(desk, record).headers["location"] == "/retention?destroyed=1"
    with years.world.sql() as sql:
        events = [
            tuple(row)
            for row in sql.execute("SELECT what, who, about FROM identity_audit WHERE what LIKE 'hold%'")
        ]
    assert events == [("hold_placed", "chidi", "alder-1-a"), ("hold_lifted", "chidi", "alder-1-a")]


def test_a_hold_is_never_changed_or_deleted_by_hand(years: Years) -> None:
    hold(years.world.signed_in("chidi"), "service/alder/alder")
    with years.world.sql() as sql:
        for statement in (
            "DELETE FROM legal_hold",
            "UPDATE legal_hold SET subject = 'birch'",
            "UPDATE legal_hold SET why = '', lifted_at = '2026-01-01T00:00:00Z'",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="legal hold"):
                sql.execute(statement)


def test_another_services_manager_neither_sees_nor_lifts_a_hold(years: Years) -> None:
    hold(years.world.signed_in("chidi"), "person/alder-1-a/alder")
    fay = years.world.signed_in("fay")
    assert "A claim, number 2026/11." not in fay.get("/retention").text
    form = {"lift_why": "The claim is settled.", "password": PASSWORD}
    assert fay.post(f"/retention/holds/{held_by(years)}/lift", data=form).status_code == 404
    assert hold(fay, "person/alder-1-a/alder").status_code == 422


def test_the_command_stops_at_a_hold(years: Years, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, other = years.about(), years.about("alder-2-a")
    years.person_leaves()
    years.person_leaves("alder-2-a")
    hold(years.world.signed_in("chidi"), "person/alder-1-a/alder")
    years.pass_by(8.1)
    monkeypatch.setattr(retention_cli, "now", years.world.clock)
    path = years.world.settings.database
    # The command is for a server that stands still
    years.world.__exit__(None, None, None)
    assert retention_cli.list_reached(path) == [
        "     2 Records about a person supported: kept for 8 years from the day the person left"
    ]
    said = retention_cli.destroy_under(
        path, "person", "Eight years have gone by.", "chidi@example.test", PASSWORD
    )
    assert said == ["     1 destroyed", "     1 kept by a legal hold"]
    assert years.gone() == [other]
    assert kept not in years.gone()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("chidi@example.test", "not the right one"),
        ("nobody@example.test", PASSWORD),
        ("ben@example.test", PASSWORD),
    ],
)
def test_the_command_is_refused_to_whoever_may_not(years: Years, email: str, password: str) -> None:
    years.world.__exit__(None, None, None)
    with pytest.raises(OrganisationError, match="do not belong together"):
        retention_cli.destroy_under(
            years.world.settings.database, "person", "Eight years have gone by.", email, password
        )
