"""What becomes of records that wait on a tablet when people leave or move, or their tablet is lost, replaced or left
behind by a restored server: nothing is lost, and nothing counts that should not.
"""

from datetime import timedelta

from httpx import Response

from observation_forms import load_catalogue
from server.identity.instants import at
from tests.server.staffing import act, once, role_of
from tests.server.tablet_people import Signer, ask_sign_in, signed, signed_in_on
from tests.server.world import START, Browser, World, take_out
from tests.sync.bodies import FakeTablet

CATALOGUE = load_catalogue()


def id_of(tablet: Browser) -> str:
    return str(tablet.get("/tablet/identity").json()["tablet"]["id"])


def sealed_at(fake: FakeTablet, minutes: int, author: str = "amina", unit: str = "alder-1") -> bytes:
    """A record of Amina's made so many minutes after the tests' clock begins."""
    when = at(START + timedelta(minutes=minutes))
    return fake.seal(service="alder", unit=unit, author=author, recorded_at=when, happened_at=when)


def push(tablet: Browser, *items: object) -> list[tuple[str, str]]:
    answer: Response = tablet.post("/sync/records", json=list(items))
    assert answer.status_code == 201, answer.text
    return [(one["status"], one["held_for"]) for one in answer.json()["receipts"]]


def test_what_a_moved_person_recorded_before_counts_and_after_is_held(world: World, oak: Browser) -> None:
    signer, _ = signed_in_on(oak, "amina")
    fake = FakeTablet(CATALOGUE, id_of(oak))
    before, after = sealed_at(fake, 1), sealed_at(fake, 30)
    world.clock.move(minutes=5)
    with world.signed_in("gus") as gus:
        held = role_of(world, "amina")
        assert act(gus, "/amina/move", moving=held, to="birch/birch-1").status_code == 303
    world.clock.move(hours=2)
    assert push(oak, signed(before, signer), signed(after, signer)) == [
        ("stored", ""),
        ("held", "author_left"),
    ]


def test_moving_to_another_unit_holds_nothing(world: World, oak: Browser, chidi: Browser) -> None:
    signer, _ = signed_in_on(oak, "amina")
    fake = FakeTablet(CATALOGUE, id_of(oak))
    assert act(chidi, "/amina/move", moving=role_of(world, "amina"), to="alder/alder-2").status_code == 303
    world.clock.move(hours=1)
    items = [
        signed(sealed_at(fake, minutes, unit=unit), signer)
        for minutes, unit in ((1, "alder-1"), (30, "alder-2"))
    ]
    assert push(oak, *items) == [("stored", ""), ("stored", "")]


def test_a_leavers_waiting_record_counts_when_it_was_made_before(
    world: World, oak: Browser, chidi: Browser
) -> None:
    signer, _ = signed_in_on(oak, "amina")
    fake = FakeTablet(CATALOGUE, id_of(oak))
    before, after = sealed_at(fake, 1), sealed_at(fake, 30)
    world.clock.move(minutes=5)
    assert act(chidi, "/amina/leaving").status_code == 303
    world.clock.move(hours=1)
    assert push(oak, signed(before, signer), signed(after, signer)) == [
        ("stored", ""),
        ("held", "author_left"),
    ]
    assert ask_sign_in(oak, "amina").status_code == 404


def test_a_forgotten_pin_holds_up_nothing_that_was_signed_before(
    world: World, oak: Browser, chidi: Browser
) -> None:
    signer, _ = signed_in_on(oak, "amina")
    before = sealed_at(FakeTablet(CATALOGUE, id_of(oak)), 1)
    pin = once(act(chidi, "/amina/first-pin"))
    assert ask_sign_in(oak, "amina").json()["code"] in ("wrong_pin", "pin_must_change")
    assert ask_sign_in(oak, "amina", pin=pin, new_pin="392517").status_code == 201
    assert push(oak, signed(before, signer)) == [("stored", "")]


def test_what_waits_on_a_lost_tablet_is_held_and_what_it_signs_later_too(
    world: World, oak: Browser, chidi: Browser
) -> None:
    signer, _ = signed_in_on(oak, "amina")
    waiting = sealed_at(FakeTablet(CATALOGUE, id_of(oak)), 1)
    assert take_out(chidi, id_of(oak), "lost").status_code == 303
    assert [status for status, _ in push(oak, signed(waiting, signer))] == ["held"]
    with world.sql() as sql:
        (revoked,) = sql.execute("SELECT revoked_at <> '' FROM signing_key").fetchone()
    assert revoked


def test_a_replaced_tablet_sends_what_it_holds_and_it_counts(
    world: World, oak: Browser, chidi: Browser
) -> None:
    signer, _ = signed_in_on(oak, "amina")
    waiting = sealed_at(FakeTablet(CATALOGUE, id_of(oak)), 1)
    assert chidi.post(f"/tablets/{id_of(oak)}/replacement", data={"new_name": "Oak 2"}).status_code == 201
    assert push(oak, signed(waiting, signer)) == [("stored", "")]


def test_a_key_that_a_restored_server_forgot_is_known_again(world: World, oak: Browser) -> None:
    signer, said = signed_in_on(oak, "amina", Signer())
    with world.sql() as sql:
        sql.execute("DROP TRIGGER signing_key_refuses_delete")
        sql.execute("DELETE FROM signing_key")
    answer = oak.post("/tablet/keys", json={"certificates": [said["certificate"]]})
    assert answer.status_code == 200, answer.text
    waiting = sealed_at(FakeTablet(CATALOGUE, id_of(oak)), 1)
    assert push(oak, signed(waiting, signer)) == [("stored", "")]
