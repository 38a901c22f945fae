"""`sightline retention ...` and `sightline sweep`: the same decisions as on the page, while no server runs."""

import asyncio
from collections import Counter
from pathlib import Path

from observation_forms import load_catalogue
from server.commands import opened
from server.identity.organisation import OrganisationError
from server.identity.permissions import Permission
from server.in_the_name_of import in_the_name_of
from server.retention.destruction import Decision, Fate, destroy_all
from server.retention.keeping import Keeping, sweep
from server.retention.retention_page import subjects_of
from server.retention.rules import RULES, rule_words
from sync.instants import now

SHORTEST_WHY = 10
FATES = {
    Fate.DESTROYED: "destroyed",
    Fate.HELD: "kept by a legal hold",
    Fate.NOT_REACHED: "not at its end any more",
    Fate.NO_FORM: "made with a form that this program lacks",
}


def list_reached(path: Path) -> list[str]:
    """Work out today's list; a line for each rule with how much has reached its end."""
    return asyncio.run(_list(path))


def destroy_under(path: Path, rule: str, why: str, email: str, password: str) -> list[str]:
    """Destroy all that has reached its end under `rule` in the services of whoever says so; what became of it.

    Raises `OrganisationError`: no such rule, no reason, or not theirs to do.
    """
    if rule not in RULES:
        raise OrganisationError(f"There is no rule '{rule}': use one of {', '.join(RULES)}.")
    if len(why.strip()) < SHORTEST_WHY:
        raise OrganisationError("The reason is too short: write ten letters or more, and name nobody.")
    return asyncio.run(_destroy(path, rule, why.strip(), email, password))


def sweep_now(path: Path) -> int:
    """Write the file anew, so that no remnant of what was destroyed is left in it; its size in bytes."""
    asyncio.run(_sweep(path))
    return path.stat().st_size


async def _list(path: Path) -> list[str]:
    async with opened(path) as database:
        await Keeping(database, now).work_out()
        rows = await database.read(lambda sql: sql.execute("SELECT rule FROM retention_list").fetchall())
    counts = Counter(row["rule"] for row in rows)
    return [f"{count:6} {rule_words(rule)}" for rule, count in sorted(counts.items())] or [
        "Nothing has reached its end."
    ]


async def _destroy(path: Path, rule: str, why: str, email: str, password: str) -> list[str]:
    async with opened(path) as database:
        who = await in_the_name_of(database, email, password, Permission.DESTROY, now())
        await Keeping(database, now).work_out()
        subjects = await database.read(lambda sql: subjects_of(sql, rule, who.services, who.restricted))
        decision = Decision(who.staff, why, who.services, who.restricted)
        fates = await destroy_all(database, load_catalogue(), subjects, decision, now)
        if fates[Fate.DESTROYED]:
            await sweep(database)
    return [f"{count:6} {FATES[fate]}" for fate, count in fates.items() if count] or [
        "Nothing has reached its end under this rule."
    ]


async def _sweep(path: Path) -> None:
    async with opened(path) as database:
        await sweep(database)
