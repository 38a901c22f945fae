"""Loads the example into a database, through the doors everything else comes in by: the organisation's own functions,
the action's form, and the inbox that tablets send to.
"""

import sqlite3
from datetime import datetime, timedelta
from random import Random

import msgspec

from observation_forms import Catalogue
from server.evidence import action_store
from server.evidence.action_form import Choices, read_fields
from server.evidence.action_measures import OWN, offered
from server.evidence.actions import ActionFields
from server.evidence.times import LONDON, day_in_london, read_instant, write_instant
from server.example.answering import OFFICES, acknowledge, concerns_for
from server.example.cast import (
    LEAVER,
    LEAVER_DAYS_AGO,
    PROVIDER,
    PROVIDER_NAME,
    SERVICES,
    STAFF,
    TABLETS,
    email,
    people,
)
from server.example.deciding import answer_signals, keep_measure, note_charts
from server.example.improvement import OWN_MEASURE, OWN_MEASURE_NAME, PLANS, Plan
from server.example.lists import add_change_note, add_lists, add_settings
from server.example.observing import Observation, observe
from server.example.sealing import Arrival, seal
from server.example.signing import add_keys
from server.example.stories import tell
from server.identity import organisation, tablets
from server.identity.scope import of_services
from server.identity.secret_tokens import hash_token, new_token
from server.receiving import make_inbox
from sync import Database, Sender, publish
from sync.instants import now as system_now

SEED = 20_261
FORM = "practice_observation"
EXAMPLE_APP = "example"
# When everybody's role began: from it, the moment an interrupted load was made for is known again
ROLES_BEGAN = timedelta(days=400)
ENROLLED = timedelta(days=130)


class ExampleError(Exception):
    """The example does not fit what is there; `str()` says what to do."""


class Loaded(msgspec.Struct, frozen=True):
    """What was done. `already` = all of it was there before, and nothing was added."""

    already: bool
    seed: int
    records: int
    held: int
    actions: int


async def load(
    database: Database, catalogue: Catalogue, now: datetime | None = None, seed: int = SEED
) -> Loaded:
    """Load the example as it would stand at `now`. Doing it again adds nothing, and finishes what was interrupted.

    The same seed and moment give the same sealed bodies, byte for byte. Raises `ExampleError` when the database
    holds another provider.
    """
    began = (now or system_now()).replace(microsecond=0)
    moment = await database.write(lambda sql: _add_organisation(sql, began))
    await database.write(lambda sql: keep_measure(sql, catalogue, moment))
    await database.write(lambda sql: _add_actions(sql, moment))
    await database.write(lambda sql: add_settings(sql, catalogue, moment))
    await database.write(lambda sql: add_lists(sql, moment))
    await database.write(lambda sql: add_change_note(sql, catalogue, moment))
    arrivals = made_for(catalogue, moment, seed)
    statuses = await _hand_in(database, catalogue, arrivals)
    concerns = await database.read(lambda sql: concerns_for(sql, catalogue, moment))
    statuses += await _hand_in(database, catalogue, concerns)
    await database.write(acknowledge)
    await database.write(lambda sql: note_charts(sql, moment))
    await database.write(lambda sql: answer_signals(sql, catalogue, moment))
    await database.write(lambda sql: _hear_of_tablets(sql, [*arrivals, *concerns]))
    return Loaded(
        already="stored" not in statuses,
        seed=seed,
        records=statuses.count("stored") + statuses.count("duplicate"),
        held=statuses.count("held"),
        actions=len(PLANS),
    )


def made_for(catalogue: Catalogue, moment: datetime, seed: int = SEED) -> list[Arrival]:
    """Everything the example's tablets handed in by `moment`."""
    rng = Random(seed)  # noqa: S311 the example must be the same each time, and is no secret
    definition = catalogue.current(FORM).definition
    told = tell(catalogue, moment, Random(seed + 1))  # noqa: S311
    observations = _and_the_leavers(observe(definition, moment, rng, told), moment)
    return seal(observations, moment, rng)


def _and_the_leavers(observations: list[Observation], moment: datetime) -> list[Observation]:
    """The first record made after somebody left says that she made it, so it is held for a person to look at."""
    left = moment - timedelta(days=LEAVER_DAYS_AGO)
    place = next(
        (
            place
            for place, one in enumerate(observations)
            if one.recorded > left
            and one.tablet.name == "Elm"
            and (one.version, one.definition.form) == (1, FORM)
        ),
        None,
    )
    corrected = {one.corrects for one in observations}
    if place is None or place in corrected:
        return observations
    return [*observations[:place], observations[place]._replace(author=LEAVER), *observations[place + 1 :]]


def _add_organisation(connection: sqlite3.Connection, now: datetime) -> datetime:
    """The moment the example is made for: `now`, or when it was first loaded."""
    provider = connection.execute("SELECT id FROM provider").fetchone()
    if provider is not None:
        return _moment_of(connection, provider["id"])
    organisation.add_provider(connection, PROVIDER, PROVIDER_NAME)
    for service in SERVICES:
        organisation.add_service(connection, service.id, PROVIDER, service.name, service.kind)
        for unit, name in service.units:
            organisation.add_unit(connection, unit, service.id, name)
    for unit, id, initials, place in people():
        organisation.add_person(connection, id, unit, initials, place)
    for member in STAFF:
        organisation.add_staff(connection, member.id, member.name, email(member))
        if member.role is not None:
            organisation.give_role(connection, member.id, member.role, member.service, now - ROLES_BEGAN)
    organisation.end_employment(connection, LEAVER, now - timedelta(days=LEAVER_DAYS_AGO))
    _add_tablets(connection, now)
    return now


def _moment_of(connection: sqlite3.Connection, provider: str) -> datetime:
    if provider != PROVIDER:
        raise ExampleError("This database holds a real service: choose another --database for the example.")
    (starts,) = connection.execute("SELECT min(starts) FROM staff_role").fetchone()
    return read_instant(starts) + ROLES_BEGAN


def _add_tablets(connection: sqlite3.Connection, now: datetime) -> None:
    """Enrolled, but with a cookie that was never given to anyone."""
    for tablet in (*TABLETS, *OFFICES.values()):
        connection.execute(
            "INSERT INTO tablet (id, name, service, unit, token_hash, enrolled_at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                tablet.id,
                tablet.name,
                tablet.service,
                tablet.unit,
                hash_token(new_token()),
                write_instant(now - ENROLLED),
            ),
        )
        body = {"id": tablet.id, "name": tablet.name, "unit": tablet.unit}
        publish(connection, tablet.service, "tablet", tablet.id, body)
    add_keys(connection, (*TABLETS, *OFFICES.values()), now - ENROLLED)


def _hear_of_tablets(connection: sqlite3.Connection, arrivals: list[Arrival]) -> None:
    """Each tablet was last heard of when it last handed something in, and says nothing else of itself."""
    for arrival in sorted(arrivals, key=lambda arrival: arrival.at):
        tablets.hear(connection, arrival.tablet.id, arrival.at)
    connection.execute("UPDATE tablet_contact SET app = '' WHERE app = ?", (EXAMPLE_APP,))


def _add_actions(connection: sqlite3.Connection, moment: datetime) -> None:
    for plan in PLANS:
        fields = _fields(plan, moment)
        at = write_instant(moment - timedelta(days=plan.begun))
        made = action_store.find(connection, plan.id, of_services([plan.service])) or action_store.create(
            connection, plan.id, plan.service, fields, fields.owner, at
        )
        if made.version == 1 and plan.example in _EDITS:
            days_ago, who, changes = _EDITS[plan.example]
            changed = msgspec.structs.replace(fields, **changes)
            at = write_instant(moment - timedelta(days=days_ago))
            action_store.edit(connection, made, 1, changed, who, at)


# Which actions were edited since: days ago, by whom, what
_EDITS: dict[str, tuple[int, str, dict[str, str]]] = {
    "S4E2": (40, "chidi", {"review_route": "Governance meeting, first Tuesday of the month"}),
    "S1E3": (21, "ben", {"owner": "chidi", "risk": "high"}),
    "S4E1": (12, "dana", {"review_route": "Twice-weekly safeguarding check, monthly board"}),
}


def _fields(plan: Plan, moment: datetime) -> ActionFields:
    units = [unit for service in SERVICES if service.id == plan.service for unit, _ in service.units]
    today = day_in_london(moment)
    measures = {**offered(), f"{OWN}/{OWN_MEASURE}": OWN_MEASURE_NAME}
    choices = Choices(units, {member.id for member in STAFF}, today, measures=measures)
    fields, faults = read_fields(plan.form(today), choices)
    if fields is None:
        raise ExampleError(f"The example's action {plan.id} cannot be made: {faults}")
    return fields


async def _hand_in(database: Database, catalogue: Catalogue, arrivals: list[Arrival]) -> list[str]:
    statuses: list[str] = []
    clock = _Clock(arrivals[0].at if arrivals else datetime.now(LONDON))
    inbox = make_inbox(database, catalogue, clock)
    for arrival in arrivals:
        clock.at = arrival.at
        sender = Sender(arrival.tablet.id, arrival.tablet.service, app=EXAMPLE_APP)
        answer = await inbox.receive(msgspec.json.encode(arrival.items), sender)
        statuses += [receipt.status for receipt in answer.receipts]
    return statuses


class _Clock:
    """The server's clock as it stood when each batch came in."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at
