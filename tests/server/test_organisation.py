"""The provider's shape, and that every change of it reaches the tablets of its service and no others."""

from datetime import timedelta
from typing import Any

import pytest

from observation_forms import load_catalogue
from server.identity.organisation import (
    OrganisationError,
    add_person,
    add_service,
    add_staff,
    add_unit,
    end_employment,
    give_role,
    remove_person,
)
from server.identity.permissions import Role
from tests.server.world import Browser, World


class Follower:
    """A tablet that reads on from where it was."""

    def __init__(self, tablet: Browser) -> None:
        self._tablet = tablet
        self._cursor = tablet.get("/sync/changes").json()["cursor"]

    def news(self) -> list[tuple[str, str, int, dict[str, Any]]]:
        """(kind, id, deleted, body) of what changed since the last time."""
        said = self._tablet.get(f"/sync/changes?cursor={self._cursor}").json()
        self._cursor = said["cursor"]
        return [(row["kind"], row["id"], row["deleted"], row["body"]) for row in said["changes"]]


@pytest.fixture
def alder(world: World) -> Follower:
    return Follower(world.tablet("alder-1", "Oak"))


@pytest.fixture
def birch(world: World) -> Follower:
    return Follower(world.tablet("birch-1", "Elm"))


def test_a_new_person_reaches_their_services_tablets_alone(
    world: World, alder: Follower, birch: Follower
) -> None:
    with world.sql() as sql:
        add_person(sql, "p9", "alder-2", "ZZ", "9")
    assert alder.news() == [
        ("person", "p9", 0, {"id": "p9", "initials": "ZZ", "place": "9", "unit": "alder-2"})
    ]
    assert birch.news() == []


def test_a_person_who_left_is_taken_from_the_tablets(world: World, alder: Follower) -> None:
    with world.sql() as sql:
        remove_person(sql, "alder-1-a", world.clock())
    assert alder.news() == [("person", "alder-1-a", 1, {})]


def test_a_leaver_is_taken_from_every_tablet(world: World, alder: Follower, birch: Follower) -> None:
    with world.sql() as sql:
        end_employment(sql, "dana", world.clock())
    assert alder.news() == birch.news() == [("staff", "dana", 1, {})]


def test_a_new_colleague_is_known_once_they_have_a_role(world: World, alder: Follower) -> None:
    with world.sql() as sql:
        add_staff(sql, "jo", "Jo Bell", "jo@example.test")
        assert alder.news() == []
        give_role(sql, "jo", Role.FLOOR, "alder", world.clock())
    assert alder.news() == [
        (
            "staff",
            "jo",
            0,
            {"id": "jo", "name": "Jo Bell", "pin_set_at": "", "role": "Senior carer or team leader"},
        )
    ]


def test_a_visitor_is_no_author_to_choose_on_a_tablet(world: World, alder: Follower) -> None:
    with world.sql() as sql:
        give_role(sql, "eli", Role.VISITOR, "alder", world.clock(), world.clock() + timedelta(days=1))
    assert alder.news() == []


def test_a_new_service_knows_who_works_in_all_services(world: World) -> None:
    with world.sql() as sql:
        add_service(sql, "cedar", "provider", "Cedar Homecare", "homecare")
        add_unit(sql, "cedar-1", "cedar", "North round")
    rows = world.tablet("cedar-1", "Ash").get("/sync/changes").json()["changes"]
    assert {row["id"] for row in rows if row["kind"] == "staff"} == {"dana", "gus", "ivo"}
    service = next(row["body"] for row in rows if row["kind"] == "service")
    assert service["words"]["person"] == "client"


def test_what_is_rolled_back_is_not_published(world: World, alder: Follower) -> None:
    with world.sql() as sql:
        sql.execute("BEGIN")
        add_person(sql, "p9", "alder-2", "ZZ", "9")
        sql.execute("ROLLBACK")
    assert alder.news() == []


def test_two_people_cannot_share_an_email(world: World) -> None:
    with world.sql() as sql, pytest.raises(OrganisationError, match="already someone"):
        add_staff(sql, "ben2", "Ben Two", "BEN@example.test")


def test_the_current_forms_are_published_when_the_server_starts(world: World, alder: Follower) -> None:
    rows = world.tablet("alder-1", "Ash").get("/sync/changes").json()["changes"]
    forms = [row["body"] for row in rows if row["kind"] == "form"]
    offered = {form.definition.form: form.hash for form in load_catalogue().current_forms()}
    assert {form["id"]: form["hash"] for form in forms} == offered
    assert set(forms[0]) == {"id", "version", "hash", "code", "title", "minutes"}
