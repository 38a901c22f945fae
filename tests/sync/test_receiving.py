"""What a tablet gets back for what it sends, and what is kept of it."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import pytest

from observation_forms import Catalogue
from sync import Body, Database, Inbox, PushAnswer, Refused, Sender
from sync.wire import MAX_BYTES, Receipt
from tests.sync.bodies import FakeTablet, batch, item, make_body, seal
from tests.sync.reading import count, select


async def send(inbox: Inbox, tablet: FakeTablet, *items: object, **known: object) -> PushAnswer:
    return await inbox.receive(batch(items), tablet.sender(**known))  # type: ignore[arg-type]


async def send_one(inbox: Inbox, tablet: FakeTablet, sent: object, **known: object) -> Receipt:
    (receipt,) = (await send(inbox, tablet, sent, **known)).receipts
    return receipt


async def test_a_sound_record_is_stored(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    sealed = oak.seal(author="staff-amina")
    receipt = await send_one(inbox, oak, sealed)
    assert (receipt.status, receipt.seq, receipt.held_for, receipt.findings) == ("stored", 1, "", [])
    assert receipt.record == json.loads(sealed)["record"]
    assert receipt.sha256 == sha256(sealed).hexdigest()
    assert receipt.position == 1  # after the leaf that begins the log
    (leaf,) = await select(database, "SELECT leaf FROM log_leaf WHERE position = 1")
    assert leaf == {"leaf": receipt.leaf}
    assert receipt.received_at == "2026-11-21T12:00:00.000Z"
    (row,) = await select(database, "SELECT body, signatures FROM entry")
    assert row == {"body": sealed, "signatures": "[]"}


async def test_the_answer_tells_time_and_epoch(inbox: Inbox, oak: FakeTablet) -> None:
    answer = await send(inbox, oak)
    assert answer.receipts == []
    assert answer.server_time == "2026-11-21T12:00:00.000Z"
    assert answer.server_time_ms == 1_795_262_400_000
    assert len(answer.epoch) == 32


async def test_sending_twice_is_harmless(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    sealed = oak.seal()
    first = await send_one(inbox, oak, sealed)
    again = await send_one(inbox, oak, sealed)
    assert again.status == "duplicate"
    assert _but_for_status(again) == _but_for_status(first)
    assert await count(database, "entry") == 1


async def test_the_same_body_twice_in_one_batch_is_stored_once(
    inbox: Inbox, oak: FakeTablet, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    sealed = oak.seal()
    first, again = (await send(inbox, oak, sealed, sealed)).receipts
    assert (first.status, again.status) == ("stored", "duplicate")
    assert _but_for_status(again) == _but_for_status(first)
    assert await count(database, "entry") == 1
    assert not caplog.records, "the batch was not kept together"


async def test_two_tabs_sending_at_once_store_each_record_once(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    sealed = [oak.seal() for _ in range(30)]
    answers = await asyncio.gather(*(send(inbox, oak, *sealed) for _ in range(8)))
    assert await count(database, "entry") == 30
    assert await count(database, "record_current") == 30
    for receipts in zip(*(answer.receipts for answer in answers), strict=True):
        assert sorted(receipt.status for receipt in receipts) == ["duplicate"] * 7 + ["stored"]
        assert len({receipt.seq for receipt in receipts}) == 1


async def test_a_wrong_digest_keeps_nothing(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    sealed = oak.seal()
    receipt = await send_one(inbox, oak, item(sealed, digest="0" * 64))
    assert (receipt.status, receipt.seq, receipt.received_at, receipt.leaf) == ("corrupt", 0, "", "")
    assert receipt.record == json.loads(sealed)["record"]
    assert receipt.sha256 == sha256(sealed).hexdigest()
    assert await count(database, "entry") == 0
    assert (await send_one(inbox, oak, sealed)).status == "stored"


async def test_an_id_used_again_with_another_body_keeps_both(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    first = oak.seal()
    second = oak.seal(record=json.loads(first)["record"])
    assert (await send_one(inbox, oak, first)).status == "stored"
    conflict = await send_one(inbox, oak, second)
    assert (conflict.status, conflict.seq) == ("conflict", 2)
    assert await send_one(inbox, oak, second) == conflict
    assert (await send_one(inbox, oak, first)).status == "duplicate"
    rows = await select(database, "SELECT standing, body FROM entry ORDER BY seq")
    assert rows == [{"standing": "stored", "body": first}, {"standing": "conflict", "body": second}]
    (row,) = await select(database, "SELECT seq, conflicts_count, flagged FROM record_current")
    assert row == {"seq": 1, "conflicts_count": 1, "flagged": 1}


async def test_an_id_used_twice_within_one_batch_keeps_both(
    inbox: Inbox, oak: FakeTablet, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    first = oak.seal()
    second = oak.seal(record=json.loads(first)["record"])
    answer = await send(inbox, oak, first, second)
    assert [receipt.status for receipt in answer.receipts] == ["stored", "conflict"]
    (row,) = await select(database, "SELECT seq, conflicts_count FROM record_current")
    assert row == {"seq": 1, "conflicts_count": 1}
    assert not caplog.records, "the batch was not kept together"


async def test_one_bad_item_never_stops_another(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    before, after = oak.seal(), oak.seal()
    reused = oak.seal(record=json.loads(before)["record"])
    unknown_form = oak.seal(form_hash="0" * 64)
    answer = await send(
        inbox, oak, before, b"not JSON", unknown_form, item(oak.seal(), digest="0" * 64), reused, 17, after
    )
    statuses = [(receipt.status, receipt.held_for) for receipt in answer.receipts]
    assert statuses == [
        ("stored", ""),
        ("held", "unreadable"),
        ("held", "unknown_form"),
        ("corrupt", ""),
        ("conflict", ""),
        ("held", "unreadable"),
        ("stored", ""),
    ]
    assert await count(database, "entry") == 6
    assert await count(database, "record_current") == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"version": 0}, "version"),
        ({"version": "1"}, "version"),
        ({"record": "not-a-uuid"}, "record"),
        ({"surprise": 1}, "surprise"),
        ({"answers": {"note": None}}, "answers.note"),
        ({"answers": {"others_present": 1.5}}, "answers.others_present"),
        ({"answers": {"others_present": 2**60}}, "answers.others_present"),
        ({"answers": []}, "answers"),
        ({"happened_at": "2026-02-30T10:00:00Z"}, "happened_at"),
        ({"recorded_at": "2026-11-20T25:00:00Z"}, "recorded_at"),
        ({"recorded_at": "2026-11-20 10:00"}, "recorded_at"),
        ({"clock": {"wall": 1, "monotonic": 1, "boot": "b", "offset": [1]}}, "clock.offset"),
        ({"bearings": [{"action": "a", "themes": [], "bearing": "proves"}]}, "bearings[0].bearing"),
        ({"tablet_prev": "0" * 63}, "tablet_prev"),
        ({"lowered_to": "excellent"}, "lowered_to"),
    ],
)
async def test_a_body_that_does_not_fit_is_held_naming_the_field(
    inbox: Inbox, oak: FakeTablet, database: Database, changed: dict[str, object], field: str
) -> None:
    sealed = oak.seal(**changed)
    receipt = await send_one(inbox, oak, sealed)
    assert (receipt.status, receipt.held_for) == ("held", "unreadable")
    (finding,) = receipt.findings
    assert (finding.code, finding.question, finding.severity) == ("unreadable", field, "error")
    assert field in finding.message
    assert await select(database, "SELECT body FROM entry") == [{"body": sealed}]
    assert await send_one(inbox, oak, sealed) == receipt
    assert await count(database, "entry") == 1


async def test_a_missing_field_is_named(inbox: Inbox, oak: FakeTablet) -> None:
    body = make_body(oak.catalogue)
    del body["clock"]["boot"]
    assert (await send_one(inbox, oak, seal(body))).findings[0].question == "clock.boot"
    del body["clock"]
    assert (await send_one(inbox, oak, seal(body))).findings[0].question == "clock"


async def test_another_protocol_is_held_as_such(inbox: Inbox, oak: FakeTablet) -> None:
    known_fields = await send_one(inbox, oak, oak.seal(protocol=2))
    new_fields = await send_one(inbox, oak, oak.seal(protocol=2, mood="bright"))
    assert known_fields.held_for == new_fields.held_for == "unknown_protocol"


@pytest.mark.parametrize(
    "odd",
    [17, None, [], "text", {}, {"body": 5, "sha256": "", "signatures": []}, item(b"{}") | {"mood": "bright"}],
)
async def test_an_item_of_another_shape_is_kept_whole(
    inbox: Inbox, oak: FakeTablet, database: Database, odd: object
) -> None:
    receipt = await send_one(inbox, oak, odd)
    assert (receipt.status, receipt.held_for, receipt.record) == ("held", "unreadable", "")
    (row,) = await select(database, "SELECT body, sha256 FROM entry")
    assert json.loads(row["body"]) == odd
    assert row["sha256"] == receipt.sha256 == sha256(row["body"]).hexdigest()
    assert await send_one(inbox, oak, odd) == receipt
    assert await count(database, "entry") == 1


async def test_bytes_that_are_no_text_are_kept_whole(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    (receipt,) = (await inbox.receive(b'[{"body":"\xff"}]', oak.sender())).receipts
    assert receipt.held_for == "unreadable"
    assert await select(database, "SELECT body FROM entry") == [{"body": b'{"body":"\xff"}'}]


@pytest.mark.parametrize("depth", [600, 100_000])
async def test_endless_nesting_is_held_or_refused(inbox: Inbox, oak: FakeTablet, depth: int) -> None:
    receipt = await send_one(inbox, oak, b"[" * depth + b"]" * depth)
    assert receipt.held_for == "unreadable"
    with pytest.raises(Refused):
        await inbox.receive(b"[" * depth, oak.sender())


@pytest.mark.parametrize("raw", [b"", b"{}", b"5", b"[1,", b"[nonsense]", b"\xff", b"null"])
async def test_what_is_no_list_is_refused_whole(
    inbox: Inbox, oak: FakeTablet, database: Database, raw: bytes
) -> None:
    with pytest.raises(Refused) as refused:
        await inbox.receive(raw, oak.sender())
    assert refused.value.code == "not_a_batch"
    assert await count(database, "entry") == 0


async def test_too_much_at_once_is_refused_whole(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    for raw in (b"[" + b",".join([b"1"] * 101) + b"]", b"[" + b" " * MAX_BYTES + b"]"):
        with pytest.raises(Refused) as refused:
            await inbox.receive(raw, oak.sender())
        assert refused.value.code == "batch_too_large"
        assert "halve" in str(refused.value)
    assert await count(database, "entry") == 0


async def test_a_record_of_another_tablet_is_held(inbox: Inbox, oak: FakeTablet) -> None:
    assert (await send_one(inbox, oak, oak.seal(tablet="elm"))).held_for == "wrong_tablet"


async def test_a_revoked_tablet_can_still_hand_in(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    receipt = await send_one(inbox, oak, oak.seal(), revoked=True)
    assert (receipt.status, receipt.held_for) == ("held", "tablet_revoked")
    assert await count(database, "entry") == 1
    assert await count(database, "record_current") == 0


async def test_the_server_says_what_else_is_held(
    database: Database, catalogue: Catalogue, oak: FakeTablet, clock: Callable[[], datetime]
) -> None:
    def hold_reason(connection: object, body: Body, sender: Sender) -> str:
        return "author_left" if body.author == "staff-eli" else ""

    inbox = Inbox(database, catalogue, hold_reason, clock)
    answer = await send(inbox, oak, oak.seal(author="staff-eli"), oak.seal())
    assert [receipt.held_for for receipt in answer.receipts] == ["author_left", ""]


async def test_a_held_record_keeps_its_id(inbox: Inbox, oak: FakeTablet) -> None:
    held = oak.seal(form_hash="0" * 64)
    assert (await send_one(inbox, oak, held)).status == "held"
    other = oak.seal(record=json.loads(held)["record"])
    assert (await send_one(inbox, oak, other)).status == "conflict"


async def test_a_held_body_of_another_service_does_not_block_corrections(
    inbox: Inbox, oak: FakeTablet, catalogue: Catalogue, database: Database
) -> None:
    first = oak.seal()
    await send_one(inbox, oak, first)
    elm = FakeTablet(catalogue, "elm", "service-birch")
    carried_off = elm.seal(record=json.loads(first)["record"], version=100, reason="Ours")
    assert (await send_one(inbox, elm, carried_off)).held_for == "out_of_scope"
    assert (await send_one(inbox, oak, oak.correct(first, "Wrong room"))).status == "stored"


async def test_a_version_far_ahead_of_the_newest_is_held(inbox: Inbox, oak: FakeTablet) -> None:
    first = oak.seal()
    await send_one(inbox, oak, first)
    body = json.loads(first)
    for version, held_for in (
        (102, "version_far_ahead"),
        (101, ""),
        (2**53 - 1, "version_far_ahead"),
        (201, ""),
    ):
        again = oak.seal(record=body["record"], version=version, reason="Wrong room")
        assert (await send_one(inbox, oak, again)).held_for == held_for


async def test_an_unreadable_body_takes_no_id(inbox: Inbox, oak: FakeTablet) -> None:
    garbled = oak.seal(author="")
    assert (await send_one(inbox, oak, garbled)).held_for == "unreadable"
    whole = oak.seal(record=json.loads(garbled)["record"])
    assert (await send_one(inbox, oak, whole)).status == "stored"


async def test_a_form_known_under_another_name_is_held(inbox: Inbox, oak: FakeTablet) -> None:
    assert (await send_one(inbox, oak, oak.seal(form_version=99))).held_for == "unknown_form"


async def test_broken_rules_refuse_nothing(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    answers = make_body(oak.catalogue)["answers"]
    del answers["shift"]
    receipt = await send_one(inbox, oak, oak.seal(answers=answers))
    assert receipt.status == "stored"
    assert ("required", "shift") in [(found.code, found.question) for found in receipt.findings]
    rows = await select(database, "SELECT code, question FROM finding")
    assert {"code": "required", "question": "shift"} in rows


async def test_the_contact_of_a_tablet_is_remembered(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    await send(inbox, oak, waiting=3, oldest="2026-11-20T14:05:00Z", app="build-1")
    await send(inbox, oak, waiting=0, oldest="", app="build-2")
    (row,) = await select(database, "SELECT * FROM tablet_contact")
    assert (row["tablet"], row["app"], row["waiting"]) == ("oak", "build-2", 0)


def _but_for_status(receipt: Receipt) -> dict[str, object]:
    fields = {name: getattr(receipt, name) for name in receipt.__struct_fields__}
    return {name: value for name, value in fields.items() if name != "status"}
