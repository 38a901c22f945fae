"""A version that takes its record back: kept and readable, and counted nowhere."""

import random

from observation_forms import Catalogue, Context
from sync import Database, Inbox, rebuild
from tests.sync.bodies import FakeTablet, batch, good_answers
from tests.sync.reading import derived, select

BEARING = {"action": "action-planning", "themes": ["CP"], "bearing": "supports"}


async def test_a_withdrawn_record_bears_on_nothing(database: Database, inbox: Inbox, oak: FakeTablet) -> None:
    first = oak.seal(bearings=[BEARING])
    await inbox.receive(batch([first]), oak.sender())
    assert await select(database, "SELECT bearing FROM bearing") == [{"bearing": "supports"}]
    taken_back = oak.correct(first, reason="Wrong person", withdrawn=1)
    (receipt,) = (await inbox.receive(batch([taken_back]), oak.sender())).receipts
    assert (receipt.status, receipt.findings) == ("stored", [])
    assert await select(database, "SELECT bearing FROM bearing") == []
    (row,) = await select(database, "SELECT version, withdrawn, reason, flagged FROM record_current")
    assert row == {"version": 2, "withdrawn": 1, "reason": "Wrong person", "flagged": 1}


async def test_what_was_raised_is_taken_back_with_the_record(
    database: Database, inbox: Inbox, oak: FakeTablet, catalogue: Catalogue
) -> None:
    form = catalogue.current("practice_observation").definition
    asked_about = frozenset(form.theme_names)
    answers = good_answers(form, Context("2026-11-20T10:05:00Z", asked_about))
    question, option = next(
        (question, option)
        for question in form.questions()
        for option in question.options
        if option.concern and question.id in answers
    )
    first = oak.seal(
        answers={**answers, question.id: option.code},
        bearings=[{**BEARING, "themes": sorted(asked_about)}],
    )
    await inbox.receive(batch([first]), oak.sender())
    assert await select(database, "SELECT question FROM concern") == [{"question": question.id}]
    await inbox.receive(batch([oak.correct(first, reason="A mistake", withdrawn=1)]), oak.sender())
    now = "SELECT count(*) AS now FROM concern JOIN record_current USING (seq)"
    assert await select(database, now) == [{"now": 0}]
    assert await select(database, "SELECT concerns_count FROM record_current") == [{"concerns_count": 0}]


async def test_taking_back_without_a_reason_is_noted(inbox: Inbox, oak: FakeTablet) -> None:
    first = oak.seal()
    items = batch([first, oak.correct(first, reason=" ", withdrawn=1)])
    receipt = (await inbox.receive(items, oak.sender())).receipts[1]
    assert [found.code for found in receipt.findings] == ["withdrawn_without_reason"]


async def test_a_record_may_come_back_by_a_later_version(
    database: Database, inbox: Inbox, oak: FakeTablet
) -> None:
    first = oak.seal(bearings=[BEARING])
    gone = oak.correct(first, reason="Wrong", withdrawn=1)
    back = oak.correct(gone, reason="It was right after all")
    sent = [first, gone, back]
    random.Random(3).shuffle(sent)
    for sealed in sent:
        await inbox.receive(batch([sealed]), oak.sender())
    assert await select(database, "SELECT withdrawn FROM record_current") == [{"withdrawn": 0}]
    assert len(await select(database, "SELECT 1 FROM bearing")) == 1


async def test_only_yes_or_no_can_be_said_of_taking_back(inbox: Inbox, oak: FakeTablet) -> None:
    (receipt,) = (await inbox.receive(batch([oak.seal(withdrawn=2)]), oak.sender())).receipts
    assert (receipt.status, receipt.held_for) == ("held", "unreadable")


async def test_who_began_it_and_which_audit_are_kept(
    database: Database, inbox: Inbox, oak: FakeTablet, catalogue: Catalogue
) -> None:
    await inbox.receive(
        batch([oak.seal(begun_by="staff-ben", audit="audit-1", spawned_by="question/q1")]), oak.sender()
    )
    (row,) = await select(database, "SELECT begun_by, audit, spawned_by, restricted FROM record_current")
    assert row == {"begun_by": "staff-ben", "audit": "audit-1", "spawned_by": "question/q1", "restricted": 0}
    before = await derived(database)
    await rebuild(database, catalogue)
    assert await derived(database) == before
