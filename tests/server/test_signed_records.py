"""Signed records through the server's own doors: who signed, whose key ended when, what a backup forgets."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from observation_forms import load_catalogue
from server.app import create_app
from server.commands import rebuild
from server.dated_settings.store import timescales_in_force
from server.identity import organisation, signing_keys
from sync import restore
from sync.deriving import JudgedBy
from tests.server.tablet_people import Signer, signed, signed_in_on
from tests.server.test_sync_routes import body_of, push, statuses
from tests.server.world import Browser, World
from tests.sync.bodies import item, make_record_id, seal

AT = "2026-11-16T08:05:00Z"


def sealed_on(tablet: Browser, number: int = 1, **overrides: Any) -> bytes:
    """The tablet's record of this number."""
    usual = {"tablet_seq": number, "record": make_record_id(AT)}
    return seal(body_of(tablet, **{**usual, **overrides}))


def verdicts(world: World) -> list[tuple[int, str, str]]:
    with world.sql() as sql:
        rows = sql.execute("SELECT * FROM record_signature ORDER BY seq, position")
        return [(row["seq"], row["staff"], row["verdict"]) for row in rows]


def held_for(answer: Any) -> list[str]:
    return [reason for _, reason in statuses(answer)]


def test_a_record_signed_with_the_key_of_its_author_counts(world: World, oak: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    assert statuses(push(oak, signed(sealed_on(oak), amina))) == [("stored", "")]
    assert verdicts(world) == [(1, "amina", "good")]


def test_a_bad_signature_is_held_and_its_neighbours_are_stored(oak: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    first, second, third = (sealed_on(oak, number) for number in (1, 2, 3))
    bad = {**item(second), "signatures": [amina.sign(first)]}
    assert held_for(push(oak, signed(first, amina), bad, signed(third, amina))) == ["", "bad_signature", ""]


def test_a_signature_taken_off_on_the_way_gains_nothing(oak: Browser) -> None:
    signed_in_on(oak, "amina")
    assert held_for(push(oak, sealed_on(oak))) == ["not_signed"]
    assert held_for(push(oak, sealed_on(oak, 2, author="ben"))) == [""]


def test_nobody_signs_for_somebody_else(oak: Browser) -> None:
    signed_in_on(oak, "amina")
    ben, _ = signed_in_on(oak, "ben")
    assert held_for(push(oak, signed(sealed_on(oak), ben))) == ["wrong_signer"]
    assert held_for(push(oak, signed(sealed_on(oak, 2), Signer()))) == ["unknown_key"]


def test_a_leavers_signed_record_counts_if_it_was_made_before_they_left(world: World, oak: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    with world.sql() as sql:
        organisation.end_employment(sql, "amina", world.clock())
    before = sealed_on(oak)
    after = sealed_on(oak, 2, recorded_at="2026-11-16T09:30:00Z")
    assert held_for(push(oak, signed(before, amina), signed(after, amina))) == ["", "author_left"]
    assert [word for _, _, word in verdicts(world)] == ["good_old_key", "key_revoked"]


def test_what_comes_with_keys_of_a_lost_tablet_is_held_and_what_came_before_stays(
    world: World, oak: Browser
) -> None:
    amina, _ = signed_in_on(oak, "amina")
    assert held_for(push(oak, signed(sealed_on(oak), amina))) == [""]
    tablet = oak.get("/tablet/identity").json()["tablet"]["id"]
    with world.sql() as sql:
        signing_keys.revoke_keys_on(sql, tablet, "lost", world.clock())
    assert held_for(push(oak, signed(sealed_on(oak, 2), amina))) == ["key_revoked"]
    assert [word for _, _, word in verdicts(world)] == ["good", "key_revoked"]


def test_a_new_sign_in_ends_the_key_before_and_spares_what_it_signed(world: World, oak: Browser) -> None:
    old, _ = signed_in_on(oak, "amina")
    waiting = sealed_on(oak)
    new, _ = signed_in_on(oak, "amina")
    assert held_for(push(oak, signed(waiting, old), signed(sealed_on(oak, 2), new))) == ["", ""]
    assert [word for _, _, word in verdicts(world)] == ["good_old_key", "good"]


async def test_all_verdicts_come_out_the_same_from_a_rebuild(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with World(tmp_path) as world:
        oak = world.tablet()
        old, _ = signed_in_on(oak, "amina")
        push(oak, signed(sealed_on(oak), old))
        signed_in_on(oak, "amina")
        ben, _ = signed_in_on(oak, "ben")
        push(
            oak,
            signed(sealed_on(oak, 2), old),
            signed(sealed_on(oak, 3), ben),
            sealed_on(oak, 4, author="dana"),
        )
        push(oak, signed(sealed_on(oak, 5, author="dana"), Signer()), sealed_on(oak, 6))
        with world.sql() as sql:
            organisation.end_employment(sql, "ben", world.clock())
        push(oak, signed(sealed_on(oak, 7, author="ben"), ben))
        before = verdicts(world)
    assert len({word for _, _, word in before}) == 5
    await rebuild(world.settings.database)
    assert verdicts(world) == before


def test_a_restored_server_knows_the_keys_again_and_judges_anew(world: World, oak: Browser) -> None:
    amina, said = signed_in_on(oak, "amina")
    with world.sql() as sql:
        sql.execute("DROP TRIGGER signing_key_refuses_delete")
        sql.execute("DELETE FROM signing_key")
    assert held_for(push(oak, signed(sealed_on(oak), amina))) == [""]
    assert verdicts(world) == [(1, "amina", "unknown_key")]
    oak.post("/tablet/keys", json={"certificates": [said["certificate"]]})
    assert verdicts(world) == [(1, "amina", "good")]
    assert held_for(push(oak, sealed_on(oak, 2))) == ["not_signed"]


def test_somebody_who_moved_signed_what_they_made_here(world: World, oak: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    sealed = sealed_on(oak)
    with world.sql() as sql:
        sql.execute("UPDATE staff_role SET ends = '2026-11-16T08:30:00Z' WHERE staff = 'amina'")
    assert held_for(push(oak, signed(sealed, amina))) == [""]
    assert verdicts(world) == [(1, "amina", "good")]


def test_the_same_record_again_gets_its_first_receipt_whatever_it_is_signed_with(oak: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    sealed = sealed_on(oak)
    first = push(oak, signed(sealed, amina)).json()["receipts"][0]
    again = push(oak, item(sealed)).json()["receipts"][0]
    assert again == {**first, "status": "duplicate"}
    assert json.loads(sealed)["author"] == "amina"


def page_of(desk: Browser, sealed: bytes) -> str:
    return desk.get(f"/evidence/{json.loads(sealed)['record']}").text


def test_the_record_page_says_who_signed_it(world: World, oak: Browser, chidi: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    first, second = sealed_on(oak), sealed_on(oak, 2, author="ben")
    push(oak, signed(first, amina), second)
    assert "Signed by Amina Yusuf on tablet Oak" in page_of(chidi, first)
    assert amina.id in page_of(chidi, first)
    assert "Not signed: Ben Carter had no key on tablet Oak when it came" in page_of(chidi, second)
    signed_in_on(oak, "ben")
    assert "Not signed: Ben Carter had no key on tablet Oak when it came" in page_of(chidi, second)


def test_the_held_page_says_in_red_what_is_wrong_with_a_signature(oak: Browser, chidi: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    ben, _ = signed_in_on(oak, "ben")
    stripped, foreign, changed = (sealed_on(oak, number) for number in (1, 2, 3))
    push(oak, stripped, signed(foreign, ben), {**item(changed), "signatures": [amina.sign(stripped)]})
    page = chidi.get("/held").text
    for words in (
        "Not signed, though Amina Yusuf has a key on tablet Oak",
        "Signed with the key of Ben Carter, who is not named for it",
        "The signature is wrong: it does not fit what the record says",
    ):
        assert f'<strong class="signed-wrongly">{words}</strong>' in page


def test_the_file_of_the_evidence_says_who_signed(oak: Browser, chidi: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    push(oak, signed(sealed_on(oak), amina))
    for file in ("/evidence.csv", "/evidence.json"):
        assert "Signed by" in chidi.get(file).text


def test_a_handover_names_its_acceptor_as_signing(oak: Browser, chidi: Browser) -> None:
    amina, _ = signed_in_on(oak, "amina")
    ben, _ = signed_in_on(oak, "ben")
    body = body_of(oak, form="handover_check")
    body["answers"] |= {"acceptance": "accepts", "accepted_by": "ben"}
    accepted, lacking = seal(body), seal({**body, "record": make_record_id(AT), "tablet_seq": 2})
    assert held_for(push(oak, signed(accepted, amina, ben), signed(lacking, amina))) == ["", ""]
    assert "Accepted and signed by Ben Carter" in page_of(chidi, accepted)
    assert "Not signed by Ben Carter, who is named as accepting it" in page_of(chidi, lacking)


def test_a_backup_from_before_somebody_signed_in_loses_nothing_of_what_they_signed(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        oak = world.tablet()
        with world.sql() as sql:
            sql.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
        amina, said = signed_in_on(oak, "amina")
        lost = signed(sealed_on(oak), amina)
        assert held_for(push(oak, lost)) == [""]
    restore(tmp_path / "backup.db", world.settings.database)
    with TestClient(create_app(world.settings, world.clock), base_url=world.settings.origin) as client:
        again = Browser(client, world.settings.origin)
        again.cookies = oak.cookies
        waiting = signed(sealed_on(again, 2), amina)
        assert held_for(push(again, waiting)) == [""]
        assert [word for _, _, word in verdicts(world)] == ["unknown_key"]
        known = again.post("/tablet/keys", json={"certificates": [said["certificate"]]})
        assert known.json() == {"known": [amina.id]}
        assert held_for(push(again, lost)) == [""]
        assert [word for _, _, word in verdicts(world)] == ["good", "good"]
        assert held_for(push(again, sealed_on(again, 3))) == ["not_signed"]


def test_what_a_rebuild_judges_by_can_go_to_the_process_that_helps_it() -> None:
    by = JudgedBy(load_catalogue(), timescales_in_force, signing_keys.SigningKeys())
    there = pickle.loads(pickle.dumps(by))  # noqa: S301 made a moment ago
    assert [form.hash for form in there.catalogue.forms()] == [form.hash for form in by.catalogue.forms()]
    assert there.settings_of is timescales_in_force
    assert type(there.book) is signing_keys.SigningKeys
