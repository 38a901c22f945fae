"""What happens to the server, and what its managers do."""

import asyncio
import sqlite3
from contextlib import suppress

from server.identity import tablets as enrolled
from server.staff import acts
from sync import publish
from tests.model.hands import Hands
from tests.model.history import Step
from tests.model.ledger import Broken
from tests.model.network import Fault
from tests.model.old_client import OldClient

_FORM = "practice_observation"


class ServerActs(Hands):
    """Each method is an act of a history."""

    old: OldClient

    async def server_dies(self, step: Step) -> None:
        """At a commit from now; perhaps while a tablet sends what it has just saved."""
        self.server.die("before" if step.yes else "after", step.n % 3)
        if step.m % 4:
            await self.saves(step.who, answers={}, form=self.form_of(step.n))
            await self.passes(step.who)

    async def server_stops(self, _: Step) -> None:
        await self.server.stop()

    async def server_starts(self, _: Step) -> None:
        await self.server.start()

    async def backup(self, _: Step) -> None:
        await self.server.backup()

    async def restore(self, step: Step) -> None:
        """Perhaps a tablet comes by at once, and the Wi-Fi ends in the midst of what it offers."""
        await self._put_back(step.n)
        if step.yes:
            await self.cut_off_after(step.who, step.m % 8)

    async def _put_back(self, number: int) -> None:
        if not self.server.backups:
            return
        self.checks.ledger.read()
        which = number % len(self.server.backups)
        await self.server.restore(which)
        self.checks.restored(self.server.backups[which][1], self.server.world.clock())

    async def job_fails(self, _: Step) -> None:
        """Something else that the server writes fails in the midst, while tablets send: it is undone, and it alone."""
        if not self.server.up:
            return
        sending = (self.passes(who) for who in range(len(self.tablets)))
        job = self.server.database.write(_half_a_job)
        _half, *passes = await asyncio.gather(job, *sending, return_exceptions=True)
        for failed in (each for each in passes if isinstance(each, BaseException)):
            raise failed
        if self.server.sql.execute("SELECT 1 FROM change WHERE id = 'half'").fetchall():
            raise Broken("wrong", "half of a job that failed was committed")

    async def days_pass(self, step: Step) -> None:
        await self.time_passes(days=(1, 15, 40)[step.n % 3])

    def server_clock(self, step: Step) -> None:
        self.server.world.clock.move(minutes=-(step.n % 10) if step.yes else step.n)

    # What managers do

    def list_changes(self, step: Step) -> None:
        self.publishes(step)

    def form(self, step: Step) -> None:
        """A form is retired, or a newer version of it is published, which this server has not got."""
        body = (
            None
            if step.yes
            else {
                "id": _FORM,
                "version": 90,
                "hash": "9" * 64,
                "code": "F1",
                "title": "New",
                "minutes": 3,
            }
        )
        self.server.write(lambda sql: publish(sql, "", "form", _FORM, body))

    def leave(self, step: Step) -> None:
        staff, now = ("amina", "ben")[step.n % 2], self.server.world.clock()
        self.server.write(lambda sql: acts.leave(sql, staff, "dana", now))

    async def revoke(self, step: Step) -> None:
        """Perhaps by a server just put back, or while the tablet holds what the server will not take."""
        if step.n % 2:
            await self._put_back(step.n)
        id, now = (await self.tablets[step.who].look())["tablet"], self.server.world.clock()
        why = "lost" if step.yes else "retired"
        if step.yes:
            self.reported_lost.add(step.who)
        self.server.write(lambda sql: enrolled.revoke(sql, id, ["alder", "birch"], "chidi", now, why))
        if step.m % 2:
            await self.saves(step.who, answers={}, form=self.form_of(step.n))
            await self.passes_under(step.who, [Fault("status", 404, "json")] * 2)

    async def move(self, step: Step) -> None:
        look, now = await self.tablets[step.who].look(), self.server.world.clock()
        unit = f"{look['service'] or 'alder'}-{step.n % 2 + 1}"
        with suppress(
            ValueError, TypeError
        ):  # the server is from before its enrolment, or it was in another service then
            self.server.write(lambda sql: enrolled.move(sql, look["tablet"], unit, "chidi", now))

    async def old_client(self, step: Step) -> None:
        await self.old.send_next(step.n % 3 + 1)


class _Fails(Exception):
    """What a job raises that was half done."""


def _half_a_job(sql: sqlite3.Connection) -> None:
    publish(sql, "alder", "control", "half", {"id": "half", "title": "Half"})
    raise _Fails
