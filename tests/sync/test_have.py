"""What the server says it lacks, and what it says it accepts."""

import json
from hashlib import sha256

import msgspec
import pytest

from sync import Database, Inbox, Refused, have, info
from tests.sync.bodies import FakeTablet, batch


def question(*sealed: bytes) -> bytes:
    bodies = [(json.loads(each), sha256(each).hexdigest()) for each in sealed]
    return msgspec.json.encode(
        {
            "records": [
                {"record": b["record"], "version": b["version"], "sha256": digest} for b, digest in bodies
            ]
        }
    )


async def test_only_what_is_not_kept_is_missing(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    stored, held, lost = oak.seal(), oak.seal(form_hash="0" * 64), oak.seal()
    await inbox.receive(batch([stored, held]), oak.sender())
    answer = await have(database, question(stored, held, lost))
    assert [(each.record, each.version) for each in answer.missing] == [(json.loads(lost)["record"], 1)]
    assert answer.epoch == (await info(database)).epoch


async def test_another_body_of_the_same_version_is_missing(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    stored = oak.seal()
    other = oak.seal(record=json.loads(stored)["record"])
    await inbox.receive(batch([stored]), oak.sender())
    assert len((await have(database, question(other))).missing) == 1


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"records":[{"record":"x"}]}', b'{"records":[],"more":1}', b"\xff"]
)
async def test_another_question_is_refused(database: Database, raw: bytes) -> None:
    with pytest.raises(Refused) as refused:
        await have(database, raw)
    assert refused.value.code == "not_a_question"


async def test_too_many_at_once_are_refused(database: Database) -> None:
    asked = {"record": "r", "version": 1, "sha256": "0"}
    with pytest.raises(Refused) as refused:
        await have(database, msgspec.json.encode({"records": [asked] * 1001}))
    assert refused.value.code == "too_many_asked"
    assert len((await have(database, msgspec.json.encode({"records": [asked] * 1000}))).missing) == 1000


async def test_the_limits_are_published(database: Database) -> None:
    said = await info(database)
    assert (said.protocol_min, said.protocol_max, said.max_items, said.max_bytes) == (1, 1, 100, 1_048_576)
