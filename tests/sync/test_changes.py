"""What a tablet pulls: the present state of its service, then each change once."""

import asyncio
import random
from typing import Any

import msgspec
import pytest

from sync import KINDS, Database, Refused, Sender, publish, pull, renew_epoch
from sync.changes import PAGE

OAK = Sender(tablet="oak", service="willow")


async def say(
    database: Database, kind: str, id: str, body: dict[str, Any] | None, service: str = "willow"
) -> None:
    await database.write(lambda connection: publish(connection, service, kind, id, body))


async def follow(database: Database, known: dict[tuple[str, str], Any], cursor: str = "") -> str:
    """Pull to the end into `known`, as a tablet does; the last cursor."""
    more = 1
    while more:
        changes = await pull(database, OAK, cursor)
        for change in changes.changes:
            if change.deleted:
                known.pop((change.kind, change.id), None)
            else:
                known[change.kind, change.id] = msgspec.json.decode(change.body)
        cursor, more = changes.cursor, changes.more
    return cursor


async def test_an_empty_feed_gives_a_cursor_to_go_on_from(database: Database) -> None:
    known: dict[tuple[str, str], Any] = {}
    cursor = await follow(database, known)
    await say(database, "unit", "u1", {"id": "u1", "name": "Ground"})
    await follow(database, known, cursor)
    assert known == {("unit", "u1"): {"id": "u1", "name": "Ground"}}


async def test_a_new_tablet_gets_the_present_and_no_history(database: Database) -> None:
    for name in ("Old", "Newer", "Newest"):
        await say(database, "unit", "u1", {"id": "u1", "name": name})
    await say(database, "unit", "u2", {"id": "u2", "name": "Gone"})
    await say(database, "unit", "u2", None)
    changes = await pull(database, OAK)
    assert [(change.id, change.deleted) for change in changes.changes] == [("u1", 0)]
    assert msgspec.json.decode(changes.changes[0].body)["name"] == "Newest"


async def test_a_row_that_goes_leaves_a_tombstone(database: Database) -> None:
    await say(database, "person", "p1", {"id": "p1", "initials": "R.T."})
    known: dict[tuple[str, str], Any] = {}
    cursor = await follow(database, known)
    await say(database, "person", "p1", None)
    (change,) = (await pull(database, OAK, cursor)).changes
    assert (change.deleted, bytes(change.body)) == (1, b"{}")
    await follow(database, known, cursor)
    assert known == {}


async def test_each_service_gets_its_own_and_what_is_for_all(database: Database) -> None:
    await say(database, "unit", "u1", {"id": "u1"})
    await say(database, "unit", "u2", {"id": "u2"}, service="birch")
    await say(database, "form", "f1", {"id": "f1"}, service="")
    known: dict[tuple[str, str], Any] = {}
    await follow(database, known)
    assert set(known) == {("unit", "u1"), ("form", "f1")}


async def test_saying_the_same_again_sends_nothing(database: Database) -> None:
    await say(database, "unit", "u1", {"id": "u1", "name": "Ground"})
    cursor = await follow(database, {})
    await say(database, "unit", "u1", {"name": "Ground", "id": "u1"})
    await say(database, "unit", "u9", None)
    assert (await pull(database, OAK, cursor)).changes == []


async def test_a_long_feed_comes_in_pages(database: Database) -> None:
    def fill(connection: Any) -> None:
        for number in range(PAGE + 20):
            publish(connection, "willow", "person", f"p{number}", {"id": f"p{number}"})

    await database.write(fill)
    first = await pull(database, OAK)
    assert (len(first.changes), first.more) == (PAGE, 1)
    second = await pull(database, OAK, first.cursor)
    assert (len(second.changes), second.more) == (20, 0)


@pytest.mark.parametrize("seed", range(4))
async def test_no_change_is_skipped_while_others_write(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    truth: dict[tuple[str, str], Any] = {}

    async def write_on() -> None:
        for number in range(150):
            key = ("person", f"p{chance.randrange(30)}")
            body = None if chance.random() < 0.3 else {"id": key[1], "turn": number}
            await say(database, *key, body)
            truth.pop(key, None)
            if body:
                truth[key] = body

    known: dict[tuple[str, str], Any] = {}
    writing = asyncio.create_task(write_on())
    cursor = ""
    while not writing.done():
        cursor = await follow(database, known, cursor)
    await writing
    await follow(database, known, cursor)
    assert known == truth


async def test_a_change_undone_with_its_transaction_is_never_seen(database: Database) -> None:
    def fails(connection: Any) -> None:
        publish(connection, "willow", "unit", "u1", {"id": "u1"})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert (await pull(database, OAK)).changes == []


async def test_a_cursor_of_an_earlier_epoch_is_refused(database: Database) -> None:
    cursor = await follow(database, {})
    epoch = await database.write(renew_epoch)
    with pytest.raises(Refused) as refused:
        await pull(database, OAK, cursor)
    assert refused.value.code == "cursor_refused"
    assert (await pull(database, OAK)).epoch == epoch


async def test_a_cursor_of_another_service_is_refused(database: Database) -> None:
    cursor = (await pull(database, Sender("elm", "birch"))).cursor
    with pytest.raises(Refused, match="start again"):
        await pull(database, OAK, cursor)


async def test_a_cursor_that_was_tampered_with_is_refused(database: Database) -> None:
    cursor = await follow(database, {})
    for place in range(len(cursor) - 1):
        tampered = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(Refused):
            await pull(database, OAK, tampered)


@pytest.mark.parametrize("cursor", ["0", "nonsense", "é", "A" * 500, "=", "%00"])
async def test_nonsense_is_no_cursor(database: Database, cursor: str) -> None:
    with pytest.raises(Refused):
        await pull(database, OAK, cursor)


async def test_a_revoked_tablet_reads_nothing(database: Database) -> None:
    with pytest.raises(Refused) as refused:
        await pull(database, Sender("oak", "willow", revoked=True))
    assert refused.value.code == "tablet_revoked"


async def test_only_known_kinds_are_published(database: Database) -> None:
    with pytest.raises(ValueError, match="use one of service, unit"):
        await say(database, "recipe", "r1", {})
    assert len(KINDS) == len(set(KINDS)) == 17
