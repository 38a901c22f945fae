"""Deriving every projection again from the ledger alone, by the code that derived it the first time."""

import sqlite3
from collections.abc import Callable
from functools import cache, partial
from itertools import islice

from observation_forms import Catalogue
from sync import chain, ledger, projections
from sync.database import Database
from sync.destroying import destroyed_numbers
from sync.judging import Judged, UnknownForm, judge_body
from sync.key_book import KeyBook, NoKeys
from sync.projections import Projector
from sync.sealed import read_body
from sync.signatures import SignatureJudge
from sync.signed_entries import judge_entry
from sync.stored import OnStored, SettingsOf, in_force_at, no_settings, tell_nobody
from sync.wire import Body

_AT_ONCE = 500


class RebuildError(Exception):
    """The ledger holds a record that this program cannot derive. Nothing was changed."""


async def rebuild(
    database: Database,
    catalogue: Catalogue,
    progress: Callable[[int], None] = lambda done: None,
    settings_of: SettingsOf = no_settings,
    on_stored: OnStored = tell_nobody,
    on_empty: Callable[[sqlite3.Connection], None] = lambda connection: None,
    book: KeyBook | None = None,
) -> int:
    """Empty the projections and derive them again, in one transaction; the number of entries read.

    `progress` is told how many entries are done; `settings_of`, `on_stored` and `book` are those of the inbox, and
    `on_empty` empties what `on_stored` derives, and does what triggers on the projections would have done: they rest
    meanwhile, or each would be fired twice for every row. Raises `RebuildError` for a form version the catalogue lacks.
    """

    def job(connection: sqlite3.Connection) -> int:
        triggers = projections.lay_triggers_aside(connection)
        projections.empty(connection)
        on_empty(connection)
        judge = SignatureJudge(connection, book or NoKeys())
        done = _derive_all(
            connection, catalogue, progress, settings_of, Projector(connection, on_stored), judge
        )
        for trigger in triggers:
            connection.execute(trigger)
        return done

    return await database.write(job)


def _derive_all(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    progress: Callable[[int], None],
    settings_of: SettingsOf,
    projector: Projector,
    judge: SignatureJudge,
) -> int:
    in_force = cache(partial(settings_of, connection))
    done = 0
    entries = ledger.read_all(connection)
    while some := list(islice(entries, _AT_ONCE)):
        themes = ledger.read_themes(connection, some[0].seq, some[-1].seq)
        gone = destroyed_numbers(connection, some[0].seq, some[-1].seq)
        for entry in some:
            body = None
            if entry.standing == "stored" and entry.seq not in gone:
                body, judged = _derive(entry, catalogue, themes.get(entry.seq, {}), in_force)
                projector.add(entry, body, judged)
            else:
                projector.add(entry, None, None)
            if entry.seq not in gone:
                projector.add_verdicts(judge_entry(judge, catalogue, entry, body))
        chain.note_arrivals(connection, some)
        projector.flush()
        done += len(some)
        progress(done)
    return done


def _derive(
    entry: ledger.Entry,
    catalogue: Catalogue,
    themes: ledger.Themes,
    settings_of: Callable[[str, str], dict[str, int]],
) -> tuple[Body, Judged]:
    body = read_body(entry.body)
    timescales = settings_of(body.service, in_force_at(body, entry.received_at))
    try:
        return body, judge_body(catalogue, body, themes, timescales)
    except UnknownForm:
        raise RebuildError(
            f"Entry {entry.seq} was made with form {body.form} version {body.form_version}, which this "
            "program does not have: install the version of Sightline that has it, then rebuild again."
        ) from None
