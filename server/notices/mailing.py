"""Sending the mails that people asked for, beside everything else: nothing waits for it, and what fails is tried again.

Decided: one mail to a person a day, from a set time on; also when nothing waits, so that a mail that does not come says
something. Tried until the day is over, then given up: yesterday's counts help nobody. A letter has the same id each
time it is tried, so sending is at least once, and shows once.
Rejected: a mail for each notice (nobody reads the tenth); a queue of letters (their words would lie in the database).
"""

import asyncio
import logging
import smtplib
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from datetime import datetime
from email.message import EmailMessage

from observation_forms import Catalogue
from server.background import again_and_again
from server.evidence.times import LONDON, day_in_london
from server.identity.permissions import Permission
from server.identity.sessions import viewer_of
from server.notices import mail_store
from server.notices.gathering import Asking, read_notices, services_of
from server.notices.letter import write_letter
from server.notices.mail_store import Waiting
from server.settings import Settings
from sync import Database
from sync.instants import Clock

_LOG = logging.getLogger(__name__)
EVERY_SECONDS = 60.0
TIMEOUT_SECONDS = 20.0
LONGEST_FAULT = 60


class Mailing:
    """The task that sends mails while the server runs, where a mail server is set."""

    def __init__(self, database: Database, catalogue: Catalogue, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._settings = settings
        self._clock = clock

    async def step(self) -> int:
        """Send what is to go out now; how many went."""
        now = self._clock()
        day = day_in_london(now)
        if f"{now.astimezone(LONDON):%H:%M}" < self._settings.mail_at:
            return 0
        await self._database.write(lambda sql: mail_store.begin_day(sql, day, now))
        sent = 0
        for waiting in await self._database.read(lambda sql: mail_store.read_waiting(sql, day, now)):
            sent += await self._send(waiting, now)
        return sent

    async def _send(self, waiting: Waiting, now: datetime) -> bool:
        try:
            letter = await self._database.read(lambda sql: self._letter(sql, waiting.staff, now))
            if letter is None:
                await self._database.write(lambda sql: mail_store.forget(sql, waiting))
                return False
            await asyncio.to_thread(deliver, self._settings, letter)
        except Exception as error:  # noqa: BLE001 an address that no program can read keeps nobody else from theirs
            fault = fault_words(error)
            _LOG.warning("a mail was not sent: %s", fault)
            await self._database.write(lambda sql: mail_store.note_failed(sql, waiting, fault, now))
            return False
        await self._database.write(lambda sql: mail_store.note_sent(sql, waiting, now))
        return True

    def _letter(self, connection: sqlite3.Connection, staff: str, now: datetime) -> EmailMessage | None:
        """None: they left, may be told nothing any more, or have no address."""
        viewer = viewer_of(connection, staff, now)
        if viewer is None or not viewer.may(Permission.READ_NOTICES) or "@" not in viewer.email:
            return None
        places = services_of(viewer)
        asking = Asking(
            viewer=viewer,
            services=tuple(places),
            catalogue=self._catalogue,
            settings=self._settings,
            now=now,
        )
        notices = read_notices(connection, asking)
        return write_letter(self._settings, viewer.email, staff, notices, places, now)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Once a minute, where a mail server is set; else never."""
        if not self._settings.mail_host:
            return nullcontext()
        return again_and_again(self.step, EVERY_SECONDS, "mails were not looked after")


def deliver(settings: Settings, letter: EmailMessage) -> None:
    """Hand a letter to the mail server. Raises `OSError` or `smtplib.SMTPException`."""
    with _line_to(settings) as smtp:
        if settings.mail_user:
            smtp.login(settings.mail_user, read_password(settings))
        smtp.send_message(letter)


def read_password(settings: Settings) -> str:
    """The password, from the settings or, read anew each time, from its file. Raises `OSError`."""
    if settings.mail_password_file is None:
        return settings.mail_password.text
    lines = settings.mail_password_file.read_text("utf-8").splitlines()
    return lines[0] if lines else ""


def fault_words(error: Exception) -> str:
    """What went wrong without an address or a word of the mail server: the kind of fault, and its number if it has one.

    A server's answer may repeat the address that it refuses.
    """
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((refused[0] for refused in error.recipients.values()), None)
    return f"{type(error).__name__}{f' {code}' if isinstance(code, int) else ''}"[:LONGEST_FAULT]


@contextmanager
def _line_to(settings: Settings) -> Iterator[smtplib.SMTP]:
    place = settings.mail_host, settings.mail_port
    if settings.mail_tls == "tls":
        context = ssl.create_default_context()
        with smtplib.SMTP_SSL(*place, timeout=TIMEOUT_SECONDS, context=context) as smtp:
            yield smtp
        return
    with smtplib.SMTP(*place, timeout=TIMEOUT_SECONDS) as smtp:
        if settings.mail_tls == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        yield smtp
