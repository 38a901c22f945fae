"""What becomes of signatures: good ones, wrong ones, keys that ended, and the same verdicts from a rebuild."""

import json
import sqlite3
from base64 import b64encode
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observation_forms import Catalogue, Context, load_catalogue
from sync import Database, Inbox, migrate, rebuild
from sync.signatures import MOST_CHECKED, Verdict
from sync.signed_entries import judge_again, read_verdicts
from tests.sync.bodies import FakeTablet, batch, good_answers, item
from tests.sync.signing import Book, Signer, signed

AMINA, BEN = "staff-amina", "staff-ben"


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def amina(book: Book) -> Signer:
    """Amina has a key on Oak."""
    book.add(signer := Signer(), AMINA)
    return signer


@pytest.fixture
def inbox(database: Database, catalogue: Catalogue, book: Book) -> Inbox:
    return Inbox(database, catalogue, lambda *_: "", book=book)


class Desk:
    """Pushes one record after another, and reads what became of each."""

    def __init__(self, database: Database, inbox: Inbox, oak: FakeTablet) -> None:
        self._database, self._inbox, self._oak = database, inbox, oak

    async def push(self, sent: dict[str, Any]) -> tuple[str, list[tuple[str, str, str]]]:
        """(what it is held for, the verdicts as (role, staff, word))."""
        receipt = (await self._inbox.receive(batch([sent]), self._oak.sender())).receipts[0]
        rows = (await self._database.read(lambda sql: read_verdicts(sql, [receipt.seq])))[receipt.seq]
        return receipt.held_for, [(row.role, row.staff, row.verdict) for row in rows]


@pytest.fixture
def desk(database: Database, inbox: Inbox, oak: FakeTablet) -> Desk:
    return Desk(database, inbox, oak)


async def test_a_record_signed_by_its_author_is_stored(desk: Desk, oak: FakeTablet, amina: Signer) -> None:
    assert await desk.push(signed(oak.seal(), amina)) == ("", [("author", AMINA, "good")])


async def test_a_changed_body_does_not_fit_its_signature(desk: Desk, oak: FakeTablet, amina: Signer) -> None:
    sealed = oak.seal()
    changed = sealed.replace(b'"app":"test"', b'"app":"tesT"')
    sent = {**item(changed), "signatures": [amina.sign(sealed)]}
    assert await desk.push(sent) == ("bad_signature", [("author", AMINA, "bad")])


async def test_a_record_stripped_of_its_signature_is_held(desk: Desk, oak: FakeTablet, amina: Signer) -> None:
    assert await desk.push(item(oak.seal())) == ("not_signed", [("author", AMINA, "missing")])


async def test_without_a_key_on_the_tablet_a_record_is_stored_unsigned(desk: Desk, oak: FakeTablet) -> None:
    assert await desk.push(item(oak.seal())) == ("", [("author", AMINA, "missing")])


async def test_somebody_elses_key_is_not_the_authors(
    desk: Desk, oak: FakeTablet, book: Book, amina: Signer
) -> None:
    book.add(ben := Signer(), BEN)
    assert await desk.push(signed(oak.seal(), ben)) == ("wrong_signer", [("author", BEN, "wrong_person")])


async def test_the_authors_key_of_another_tablet_does_not_count_here(
    desk: Desk, oak: FakeTablet, book: Book
) -> None:
    book.add(elsewhere := Signer(), AMINA, "elm")
    assert await desk.push(signed(oak.seal(), elsewhere)) == (
        "wrong_signer", [("author", AMINA, "wrong_person")]
    )  # fmt: skip


async def test_an_unknown_key_holds_only_those_who_have_one_there(
    desk: Desk, oak: FakeTablet, book: Book
) -> None:
    stranger = Signer()
    assert await desk.push(signed(oak.seal(), stranger)) == ("", [("author", AMINA, "unknown_key")])
    book.add(Signer(), AMINA)
    assert (await desk.push(signed(oak.seal(), stranger)))[0] == "unknown_key"


async def test_a_key_that_became_known_is_judged_again(
    database: Database, catalogue: Catalogue, desk: Desk, oak: FakeTablet, book: Book
) -> None:
    forgotten = Signer()
    await desk.push(signed(oak.seal(), forgotten))
    book.add(forgotten, AMINA)
    assert await database.write(lambda sql: judge_again(sql, book, catalogue, [forgotten.id])) == 1
    assert [row.verdict for row in await database.read(all_verdicts)] == ["good"]
    await rebuild(database, catalogue, book=book)
    assert [row.verdict for row in await database.read(all_verdicts)] == ["good"]


async def test_what_an_old_key_signed_before_it_ended_counts(
    desk: Desk, oak: FakeTablet, book: Book, amina: Signer
) -> None:
    before, after = oak.seal(), oak.seal(recorded_at="2026-11-20T12:00:00Z")
    book.supersede(amina, "2026-11-20T10:30:00Z", 1)
    assert await desk.push(signed(before, amina)) == ("", [("author", AMINA, "good_old_key")])
    assert await desk.push(signed(after, amina)) == ("key_revoked", [("author", AMINA, "key_revoked")])


async def test_a_clock_that_is_a_little_fast_costs_no_record(
    desk: Desk, oak: FakeTablet, book: Book, amina: Signer
) -> None:
    book.supersede(amina, "2026-11-20T10:04:00Z", 1)
    assert (await desk.push(signed(oak.seal(), amina)))[0] == ""


async def test_whatever_comes_with_the_key_of_a_lost_tablet_is_held(
    desk: Desk, oak: FakeTablet, book: Book, amina: Signer
) -> None:
    await desk.push(signed(oak.seal(), amina))
    book.revoke(amina, 2)
    assert await desk.push(signed(oak.seal(recorded_at="2020-01-01T00:00:00Z"), amina)) == (
        "key_revoked", [("author", AMINA, "key_revoked")]
    )  # fmt: skip


def handover(catalogue: Catalogue, oak: FakeTablet, by: str = BEN) -> bytes:
    form = catalogue.current("handover_check").definition
    body = json.loads(oak.seal(form="handover_check"))
    answers = good_answers(
        form, Context(recorded_at=body["recorded_at"]), body["happened_at"], accepted_by=by
    )
    oak.sealed.pop()
    return oak.seal(form="handover_check", answers={**answers, "acceptance": "accepts", "accepted_by": by})


async def test_a_handover_is_signed_by_the_one_who_accepts_it_too(
    desk: Desk, oak: FakeTablet, catalogue: Catalogue, book: Book, amina: Signer
) -> None:
    book.add(ben := Signer(), BEN)
    book.add(chidi := Signer(), "staff-chidi")
    accepted = [("author", AMINA, "good"), ("acceptor", BEN, "good")]
    assert await desk.push(signed(handover(catalogue, oak), amina, ben)) == ("", accepted)
    lacking = [("author", AMINA, "good"), ("acceptor", BEN, "missing")]
    assert await desk.push(signed(handover(catalogue, oak), amina)) == ("", lacking)
    held_for, verdicts = await desk.push(signed(handover(catalogue, oak), amina, chidi))
    assert held_for == "wrong_signer"
    assert ("acceptor", "staff-chidi", "wrong_person") in verdicts


@pytest.mark.parametrize(
    "text", ["", "AAAA", "!", b64encode(bytes(64)).decode(), b64encode(b"\xff" * 64).decode(), "é"]
)
async def test_what_is_no_signature_at_all_is_a_bad_one(
    desk: Desk, oak: FakeTablet, amina: Signer, text: str
) -> None:
    sealed = oak.seal()
    sent = {**item(sealed), "signatures": [{"key": amina.id, "signature": text}]}
    assert (await desk.push(sent))[0] == "bad_signature"


async def test_more_signatures_than_anybody_needs_are_not_checked(
    desk: Desk, oak: FakeTablet, amina: Signer
) -> None:
    sealed = oak.seal()
    sent = {**item(sealed), "signatures": [amina.sign(sealed)] * (MOST_CHECKED + 1)}
    held_for, verdicts = await desk.push(sent)
    assert held_for
    assert verdicts[-1] == ("acceptor", "", "bad")


async def test_a_conflicting_body_has_its_signature_judged_and_takes_no_place(
    desk: Desk, oak: FakeTablet, amina: Signer
) -> None:
    first = oak.seal()
    await desk.push(signed(first, amina))
    other = oak.seal(record=json.loads(first)["record"])
    assert await desk.push(signed(other, amina)) == ("", [("author", AMINA, "good")])


async def test_an_older_database_gets_the_verdicts_of_a_rebuild(
    database: Database, path: Path, catalogue: Catalogue, inbox: Inbox, oak: FakeTablet
) -> None:
    await inbox.receive(
        batch([oak.seal(), signed(oak.seal(), Signer()), handover(catalogue, oak), b"{}"]), oak.sender()
    )
    before = await database.read(all_verdicts)
    assert [row.verdict for row in before] == ["missing", "unknown_key", "missing", "missing"]
    await database.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE record_signature")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'record_signature'")
    migrate(path)
    with sqlite3.connect(path) as connection:
        assert all_verdicts(connection) == before


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["good", "stripped", "changed", "other", "unknown", "supersede", "revoke", "learn", "handover"]
        ),
        st.integers(0, 2),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(_STEPS)
async def test_a_rebuild_finds_every_verdict_again(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("rebuilt") / "sightline.db"
    migrate(path)
    catalogue, book = load_catalogue(), Book()
    keys, strangers = [Signer() for _ in range(3)], [Signer() for _ in range(3)]
    book.add(keys[0], AMINA)
    book.add(keys[1], AMINA, "elm")
    book.add(keys[2], BEN)
    database = await Database.open(path)
    try:
        inbox = Inbox(database, catalogue, lambda *_: "", book=book)
        oak, entries = FakeTablet(catalogue), 0
        for what, which in steps:
            if what == "supersede":
                book.supersede(keys[which], f"2026-11-20T10:0{which * 4}:00Z", entries + 1)
            elif what == "revoke":
                book.revoke(keys[which], entries + 1)
            elif what == "learn":
                book.add(strangers[which], AMINA)
                await database.write(
                    partial(judge_again, book=book, catalogue=catalogue, keys=[strangers[which].id])
                )
            else:
                sealed = handover(catalogue, oak) if what == "handover" else oak.seal()
                signers = {"stripped": [], "unknown": [strangers[which]], "other": [keys[2]]}.get(
                    what, [keys[which]]
                )
                sent = signed(sealed, *signers)
                if what == "changed":
                    sent = {**item(sealed), "signatures": [keys[which].sign(sealed + b" ")]}
                await inbox.receive(batch([sent]), oak.sender())
                entries += 1
        before = await database.read(all_verdicts)
        await rebuild(database, catalogue, book=book)
        assert await database.read(all_verdicts) == before
    finally:
        await database.close()


def all_verdicts(connection: Any) -> list[Verdict]:
    return [
        Verdict(*row) for row in connection.execute("SELECT * FROM record_signature ORDER BY seq, position")
    ]
