"""Signing in on a tablet: whose PIN, first PINs, wrong ones that slow down, what becomes of keys."""

import json
from base64 import b64decode, b64encode
from os import urandom
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.identity import organisation, pins
from server.identity.instants import at
from server.identity.permissions import Role
from server.recovery_blob import make_blob
from server.rooms import rooms_of
from server.server_keys import make_keys
from tests.server.tablet_people import Signer, ask_sign_in, signed_in_on
from tests.server.world import PIN, Browser, World, take_out

OWN = "917305"


def tablet_id(tablet: Browser) -> str:
    return str(tablet.get("/tablet/identity").json()["tablet"]["id"])


def first_pin(world: World, name: str) -> str:
    with world.sql() as sql:
        return pins.make_first_pin(sql, name, "chidi", world.clock())


def audited(world: World, what: str) -> list[tuple[str, str, str]]:
    with world.sql() as sql:
        rows = sql.execute("SELECT who, about, tablet FROM identity_audit WHERE what = ?", (what,))
        return [tuple(row) for row in rows]


def staff_row(tablet: Browser, staff: str) -> dict[str, Any]:
    rows = tablet.get("/sync/changes").json()["changes"]
    return next(row for row in rows if row["kind"] == "staff" and row["id"] == staff)


def test_the_right_pin_signs_in_and_the_key_is_certified(world: World, oak: Browser) -> None:
    signer, said = signed_in_on(oak, "amina")
    assert (said["staff"], said["name"], said["key"]) == ("amina", "Amina Yusuf", signer.id)
    assert (said["pin_set_at"], said["data_key"]) == (staff_row(oak, "amina")["body"]["pin_set_at"], "")
    lines = said["certificate"]["text"].split("\n")
    assert [lines[0], *lines[2:5], lines[6:]] == [
        "sightline-key/1", "amina", tablet_id(oak), signer.id, [at(world.clock()), ""]
    ]  # fmt: skip
    assert b64decode(lines[5]) == signer.point
    public = Ed25519PublicKey.from_public_bytes(rooms_of(world.app.state).keys.signing_public)
    public.verify(b64decode(said["certificate"]["signature"]), said["certificate"]["text"].encode())
    with pytest.raises(InvalidSignature):
        public.verify(b64decode(said["certificate"]["signature"]), b"another text")
    assert audited(world, "tablet_signed_in") == [("amina", "", tablet_id(oak))]


def test_a_tablet_is_told_who_may_sign_in_on_it(world: World, oak: Browser) -> None:
    with world.sql() as sql:
        sql.execute("DELETE FROM staff_pin WHERE staff = 'ben'")
    first_pin(world, "chidi")
    people = {one["id"]: one["pin"] for one in oak.get("/tablet/staff").json()["staff"]}
    assert people == {
        "amina": "set",
        "ben": "none",
        "chidi": "first",
        "dana": "set",
        "gus": "set",
        "ivo": "set",
    }


@pytest.mark.parametrize("staff", ["eli", "fay", "hana", "nobody"])
def test_whoever_does_not_work_here_is_not_there(oak: Browser, staff: str) -> None:
    assert ask_sign_in(oak, staff).json()["code"] == "not_found"


def test_a_wrong_pin_is_refused_and_noted(world: World, oak: Browser) -> None:
    assert ask_sign_in(oak, "amina", pin="135724").json()["code"] == "wrong_pin"
    assert audited(world, "pin_wrong") == [("", "amina", tablet_id(oak))]


def test_wrong_pins_slow_one_person_on_one_tablet_and_nobody_else(world: World, oak: Browser) -> None:
    for _ in range(5):
        assert ask_sign_in(oak, "amina", pin="135724").status_code == 422
    refused = ask_sign_in(oak, "amina")
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("too_many_attempts", "15")
    assert ask_sign_in(oak, "ben").status_code == 201
    with world.tablet("alder-1", "Elm") as elm:
        assert ask_sign_in(elm, "amina").status_code == 201
    waits = []
    for _ in range(5):
        wait = int(ask_sign_in(oak, "amina", pin="135724").headers["retry-after"])
        waits.append(wait)
        world.clock.move(seconds=wait)
        assert ask_sign_in(oak, "amina", pin="135724").json()["code"] == "wrong_pin"
    assert waits == [15, 30, 60, 120, 240]
    world.clock.move(minutes=15)
    assert ask_sign_in(oak, "amina").status_code == 201
    assert ask_sign_in(oak, "amina").status_code == 201


def guesses_answered(world: World, tablet: Browser, people: list[str], hours: int) -> int:
    """How many guesses get an answer, by somebody who never stops and takes turns."""
    end, answered, turn = world.clock().timestamp() + hours * 3600, 0, 0
    while world.clock().timestamp() < end:
        waits = []
        for name in people:
            answer = ask_sign_in(tablet, name, pin=f"{turn % 10**6:06}")
            turn += 1
            if answer.status_code == 422:
                answered += 1
            else:
                waits.append(int(answer.headers["retry-after"]))
        if len(waits) == len(people):
            world.clock.move(seconds=min(waits))
    return answered


def test_guessing_at_one_person_gets_few_answers_an_hour(world: World, oak: Browser) -> None:
    first = guesses_answered(world, oak, ["amina"], 1)
    day = first + guesses_answered(world, oak, ["amina"], 23)
    assert first <= 16
    assert day <= 160


def test_guessing_at_everybody_on_one_tablet_gets_few_answers_an_hour(world: World, oak: Browser) -> None:
    people = ["amina", "ben", "chidi", "dana", "gus", "ivo"]
    first = guesses_answered(world, oak, people, 1)
    assert first <= 95
    assert guesses_answered(world, oak, people, 3) <= 3 * 70


def test_forty_tablets_behind_one_address_sign_in_together(world: World) -> None:
    for number in range(40):
        with world.tablet("alder-1", f"T{number}") as tablet:
            assert ask_sign_in(tablet, "amina", pin="135724").status_code == 422
            assert ask_sign_in(tablet, "amina").status_code == 201


def test_a_first_pin_must_be_changed_when_it_is_used(world: World, oak: Browser) -> None:
    pin = first_pin(world, "amina")
    assert ask_sign_in(oak, "amina").json()["code"] == "wrong_pin"
    assert ask_sign_in(oak, "amina", pin=pin).json()["code"] == "pin_must_change"
    assert ask_sign_in(oak, "amina", pin=pin, new_pin=pin).json()["code"] == "weak_pin"
    assert ask_sign_in(oak, "amina", pin=pin, new_pin=OWN).status_code == 201
    assert ask_sign_in(oak, "amina", pin=pin).json()["code"] == "wrong_pin"
    assert ask_sign_in(oak, "amina", pin=OWN).status_code == 201
    assert audited(world, "first_pin_made") == [("chidi", "amina", "")]
    assert audited(world, "pin_set") == [("amina", "", tablet_id(oak))]


def test_a_first_pin_works_for_a_week(world: World, oak: Browser) -> None:
    pin = first_pin(world, "amina")
    world.clock.move(days=7)
    assert ask_sign_in(oak, "amina", pin=pin, new_pin=OWN).json()["code"] == "no_pin"
    assert {"id": "amina", "pin": "none"}.items() <= oak.get("/tablet/staff").json()["staff"][0].items()


def test_no_pin_is_kept_that_could_be_read(world: World, oak: Browser) -> None:
    pin = first_pin(world, "amina")
    signed_in_on(oak, "amina", pin=pin, new_pin=OWN)
    with world.sql() as sql:
        kept = "\n".join(sql.iterdump())
    assert pin not in kept
    assert OWN not in kept
    assert "$argon2id$" in kept


GUESSABLE = "111111 123456 654321 890123 121212 123123 123321 112233 159753 12345 1234567 12345x ١٢٣٤٥٦"


@pytest.mark.parametrize("pin", GUESSABLE.split())
def test_a_guessable_pin_is_refused(oak: Browser, pin: str) -> None:
    asked = {"staff": "amina", "pin": PIN, "new_pin": pin}
    assert oak.post("/tablet/pin", json=asked).json()["code"] == "weak_pin"


def test_a_changed_pin_is_the_persons_everywhere_and_tablets_are_told(world: World, oak: Browser) -> None:
    signed_in_on(oak, "amina")
    before = staff_row(oak, "amina")["body"]["pin_set_at"]
    asked = {"staff": "amina", "pin": PIN, "new_pin": OWN}
    answer = oak.post("/tablet/pin", json=asked)
    assert answer.status_code == 200
    assert staff_row(oak, "amina")["body"]["pin_set_at"] == answer.json()["pin_set_at"] > before
    assert ask_sign_in(oak, "amina").json()["code"] == "wrong_pin"
    assert audited(world, "pin_changed") == [("amina", "", tablet_id(oak))]
    assert oak.post("/tablet/pin", json=asked).json()["code"] == "wrong_pin"
    assert oak.post("/tablet/pin", json={**asked, "new_pin": ""}).json()["code"] == "weak_pin"


def test_two_pins_within_one_second_are_told_apart(world: World, oak: Browser) -> None:
    first = first_pin(world, "amina")
    before = staff_row(oak, "amina")["body"]["pin_set_at"]
    _, said = signed_in_on(oak, "amina", pin=first, new_pin=OWN)
    assert said["pin_set_at"] > before


def test_a_new_sign_in_supersedes_the_key_before_on_that_tablet_alone(world: World, oak: Browser) -> None:
    first, _ = signed_in_on(oak, "amina")
    with world.tablet("alder-1", "Elm") as elm:
        other, _ = signed_in_on(elm, "amina")
    second, _ = signed_in_on(oak, "amina")
    with world.sql() as sql:
        ended = {row["id"]: bool(row["superseded_at"]) for row in sql.execute("SELECT * FROM signing_key")}
    assert ended == {first.id: True, other.id: False, second.id: False}


def test_a_key_is_one_persons_and_does_not_come_back(oak: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    assert ask_sign_in(oak, "amina", amina).status_code == 201
    assert ask_sign_in(oak, "ben", amina).json()["code"] == "conflict"
    signed_in_on(oak, "amina")
    assert ask_sign_in(oak, "amina", amina).json()["code"] == "conflict"


def test_a_leaver_signs_in_nowhere_and_their_keys_end(world: World, oak: Browser) -> None:
    signed_in_on(oak, "amina")
    with world.sql() as sql:
        organisation.end_employment(sql, "amina", world.clock())
        assert sql.execute("SELECT count(*) FROM signing_key WHERE superseded_at = ''").fetchone()[0] == 0
    assert ask_sign_in(oak, "amina").json()["code"] == "not_found"
    assert "amina" not in {one["id"] for one in oak.get("/tablet/staff").json()["staff"]}


def test_somebody_who_moved_signs_in_where_they_work_now(world: World, oak: Browser) -> None:
    with world.sql() as sql:
        sql.execute("UPDATE staff_role SET ends = ? WHERE staff = 'amina'", (at(world.clock()),))
        organisation.give_role(sql, "amina", Role.FLOOR, "birch", world.clock())
    assert ask_sign_in(oak, "amina").json()["code"] == "not_found"
    with world.tablet("birch-1", "Ash") as ash:
        assert ask_sign_in(ash, "amina").status_code == 201


def test_the_first_to_sign_in_gets_the_tablets_data_key_back(world: World, oak: Browser) -> None:
    data_key, keys = urandom(32), rooms_of(world.app.state).keys
    blob = make_blob(keys.recovery_public, data_key, tablet_id(oak))
    _, said = signed_in_on(oak, "amina", recovery=blob)
    assert said["data_key"] == b64encode(data_key).decode()
    assert ask_sign_in(oak, "amina", pin="135724", recovery=blob).json()["code"] == "wrong_pin"


def test_a_tablet_enrolled_anew_opens_what_it_stored_before(world: World, oak: Browser) -> None:
    data_key, keys = urandom(32), rooms_of(world.app.state).keys
    blob = make_blob(keys.recovery_public, data_key, tablet_id(oak))
    with world.tablet("alder-2", "Rowan") as anew:
        assert signed_in_on(anew, "amina", recovery=blob)[1]["data_key"] == b64encode(data_key).decode()
    with world.tablet("birch-1", "Ash") as elsewhere:
        assert ask_sign_in(elsewhere, "fay", recovery=blob).json()["code"] == "recovery_unreadable"


def test_the_store_of_a_lost_tablet_is_not_opened_by_way_of_another(
    world: World, oak: Browser, chidi: Browser
) -> None:
    lost = tablet_id(oak)
    blob = make_blob(rooms_of(world.app.state).keys.recovery_public, urandom(32), lost)
    with world.tablet("alder-2", "Rowan") as other:
        take_out(chidi, lost)
        assert ask_sign_in(other, "amina", recovery=blob).status_code == 201
        take_out(chidi, lost, why="lost")
        refused = ask_sign_in(other, "amina", recovery=blob)
        # What a tablet does then, it does only for who knows the PIN
        assert ask_sign_in(other, "amina", pin="135724", recovery=blob).json()["code"] == "wrong_pin"
    assert refused.json()["code"] == "recovery_unreadable"


def test_a_blob_of_another_server_or_tablet_opens_nothing(world: World, oak: Browser) -> None:
    here, id = rooms_of(world.app.state).keys.recovery_public, tablet_id(oak)
    for blob in (
        make_blob(make_keys().recovery_public, urandom(32), id),
        make_blob(here, urandom(32), "another"),
        make_blob(here, urandom(16), id),
        "{}",
        blob_moved(make_blob(here, urandom(32), "another"), id),
        '{"v":1,"tablet":"","ephemeral":"AAAA","iv":"AAAA","sealed":"AAAA"}',
    ):
        assert ask_sign_in(oak, "amina", recovery=blob).json()["code"] == "recovery_unreadable"


def blob_moved(blob: str, tablet: str) -> str:
    return json.dumps({**json.loads(blob), "tablet": tablet})


def test_a_revoked_tablet_signs_nobody_in(world: World, oak: Browser) -> None:
    id = tablet_id(oak)
    with world.sql() as sql:
        sql.execute("UPDATE tablet SET revoked_at = ? WHERE id = ?", (at(world.clock()), id))
    assert ask_sign_in(oak, "amina").json()["code"] == "tablet_revoked"
    assert oak.get("/tablet/staff").json()["code"] == "tablet_revoked"
    assert oak.post("/tablet/keys", json={"certificates": []}).json() == {"known": []}


@pytest.mark.parametrize(
    "change", [{"pin": 280461}, {"key": "AAAA"}, {"key": ""}, {"more": ""}, {"staff": None}]
)
def test_a_strange_sign_in_is_refused(oak: Browser, change: dict[str, Any]) -> None:
    assert ask_sign_in(oak, **{"staff": "amina", **change}).json()["code"] == "not_json"


def test_a_restored_server_learns_its_keys_again_from_their_certificates(world: World, oak: Browser) -> None:
    amina, amina_said = signed_in_on(oak, "amina")
    world.clock.move(minutes=1)
    newer, newer_said = signed_in_on(oak, "amina")
    ben, ben_said = signed_in_on(oak, "ben")
    certificates = [said["certificate"] for said in (newer_said, amina_said, ben_said)]
    with world.sql() as sql:
        sql.execute("DROP TRIGGER signing_key_refuses_delete")
        sql.execute("DELETE FROM signing_key")
    forged = {
        "text": certificates[0]["text"].replace("amina", "chidi"),
        "signature": certificates[0]["signature"],
    }
    answer = oak.post("/tablet/keys", json={"certificates": [*certificates, forged]})
    assert sorted(answer.json()["known"]) == sorted([amina.id, newer.id, ben.id])
    with world.sql() as sql:
        ended = {row["id"]: row["superseded_at"] for row in sql.execute("SELECT * FROM signing_key")}
    assert ended == {amina.id: at(world.clock()), newer.id: "", ben.id: ""}
    with world.tablet("alder-1", "Elm") as elm:
        assert elm.post("/tablet/keys", json={"certificates": certificates}).json() == {"known": []}


def test_a_key_that_a_lost_tablet_brings_back_after_a_restore_counts_no_more(
    world: World, oak: Browser, chidi: Browser
) -> None:
    signer, said = signed_in_on(oak, "amina")
    with world.sql() as sql:
        sql.execute("DROP TRIGGER signing_key_refuses_delete")
        sql.execute("DELETE FROM signing_key")
    take_out(chidi, tablet_id(oak), why="lost")
    assert oak.post("/tablet/keys", json={"certificates": [said["certificate"]]}).json() == {
        "known": [signer.id]
    }
    with world.sql() as sql:
        key = sql.execute("SELECT revoked_why, revoked_entry FROM signing_key").fetchone()
    assert (key["revoked_why"], key["revoked_entry"] > 0) == ("lost", True)


def test_a_signer_makes_a_new_key_each_time() -> None:
    assert Signer().id != Signer().id
