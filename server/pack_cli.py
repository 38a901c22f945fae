"""`sightline pack make`: the same pack as from the page, while no server runs. `sightline pack verify`: see
`evidence_pack/verify_pack.py`, which needs no database and no key.
"""

import asyncio
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from observation_forms import load_catalogue
from server.commands import opened
from server.evidence import words
from server.evidence_pack import store
from server.evidence_pack.chosen import Chosen, editions, read_chosen
from server.evidence_pack.files import Made
from server.evidence_pack.making import NOT_MADE, make_pack
from server.evidence_pack.verify_pack import verify_pack
from server.exporting import rows_words
from server.identity import audit
from server.identity.permissions import Permission
from server.in_the_name_of import in_the_name_of
from server.server_keys import own_keys
from server.settings import Settings
from sync import Database
from sync.instants import now


class PackError(Exception):
    """A pack that cannot be made; `str()` is one sentence."""


def make(
    settings: Settings, out: Path, asked: Mapping[str, tuple[str, ...]], email: str, password: str
) -> Made:
    """Make the pack, keep it as the server does, and write a copy to `out`. Raises `PackError`, `OrganisationError`."""
    if out.exists():
        raise PackError(f"{out} is there already: choose another name.")
    made = asyncio.run(_make(settings, asked, email, password))
    out.touch(mode=0o600)
    out.write_bytes(made.body)
    return made


def verify(path: Path, key: str) -> tuple[list[str], bool]:
    """Lines to print, and whether all is well."""
    found = verify_pack(path, key)
    return [*found.faults, *found.notes], not found.faults


def asked_for(
    services: tuple[str, ...], since: str, until: str, themes: tuple[str, ...], framework: str, why: str
) -> dict[str, tuple[str, ...]]:
    """What the page's form would send. No last day is today, no framework the first one in force."""
    return {
        "services": services,
        "since": (since,),
        "until": (until or date.today().isoformat(),),
        "themes": themes,
        "framework": (framework or next(iter(editions())),),
        "why": (why,),
    }


async def _make(settings: Settings, asked: Mapping[str, tuple[str, ...]], email: str, password: str) -> Made:
    async with opened(settings.database) as database:
        who = await in_the_name_of(database, email, password, Permission.MAKE_PACKS, now())
        known = dict.fromkeys(who.services, "")
        chosen, faults = read_chosen(asked, known, words.themes(), now())
        if chosen is None:
            raise PackError(" ".join(f"{name}: {words}" for name, words in faults.items()))
        keys = await own_keys(database, settings.keys)
        id = await database.write(lambda sql: store.begin(sql, chosen, who.staff, now()))
        pack = await database.read(lambda sql: store.find(sql, id, who.services))
        assert pack is not None  # noqa: S101 it was written one line above
        try:
            made = await make_pack(database, load_catalogue(), keys, pack, now(), _say)
        except NOT_MADE as error:
            words_of = str(error)
            await database.write(lambda sql: store.end(sql, pack, "failed", "", words_of, now()))
            raise PackError(words_of) from None
        await _note(database, who.staff, made, id, chosen)
    return made


async def _note(database: Database, who: str, made: Made, id: str, chosen: Chosen) -> None:
    details = f"evidence pack; {rows_words(made.records)}; command line"
    await database.write(
        lambda sql: audit.note(
            sql, "exported", now(), who=who, about=id, details=details, service=chosen.services[0]
        )
    )


def _say(doing: str, done: int) -> None:
    print(f"{done:3d} %  {doing}", file=sys.stderr, flush=True)
