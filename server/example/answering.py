"""What the example's staff and managers did about what was marked unsafe: an immediate concern each, acknowledged.

Made after the observations are in, from what they left open, in its order: so the same seed gives the same bodies.
"""

import sqlite3
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec

from observation_forms import Catalogue
from server.concerns.schema import FORM
from server.evidence.times import read_instant, write_instant
from server.example.cast import HOME, LIVING, ExampleTablet
from server.example.sealing import Arrival
from server.example.signing import sign
from sync.instants import epoch_milliseconds
from sync.wire import FIRST_PREV, Body, Item, TabletClock

_IDS = UUID("0190c000-0000-7000-8000-000000000000")
# The tablets of the offices, on which these were written
OFFICES = {
    HOME: ExampleTablet("example-tablet-hazel", "Hazel", HOME, "alder-ground"),
    LIVING: ExampleTablet("example-tablet-willow", "Willow", LIVING, "harbour-quay"),
}
_MANAGER = {HOME: "chidi", LIVING: "lena"}
# The last of these is still open, so that whoever looks finds one waiting
_DECISIONS = (
    "Stayed with them until the senior came. Nobody was hurt. Talked through with the staff the same day.",
    "The GP was told within the hour. Extra checks until the next morning, then stopped.",
    "Screened for safeguarding: not referred, the reason is in the log. Looked at again in a week.",
)


def concerns_for(connection: sqlite3.Connection, catalogue: Catalogue, now: datetime) -> list[Arrival]:
    """An immediate concern for each that was marked, half an hour after, from the office of its service."""
    marked = connection.execute(
        """
        SELECT d.id, d.service, d.unit, d.due_at, r.author, r.person FROM due_item d
        JOIN record_current r ON r.record = d.source
        WHERE d.form = ? AND d.id LIKE '%/concern' ORDER BY d.due_at, d.id
        """,
        (FORM,),
    ).fetchall()
    examples = [
        example.answers
        for example in catalogue.current(FORM).examples
        if not example.broken and example.answers.get("about_manager") == "no"
    ]
    arrivals, links = [], dict.fromkeys(OFFICES, (0, FIRST_PREV))
    for number, row in enumerate(marked):
        at = read_instant(row["due_at"]) + timedelta(minutes=2)
        told = at - timedelta(minutes=1)
        answers = dict(examples[number % len(examples)]) | {
            "happened_at": row["due_at"], "told_at": write_instant(told)
        }  # fmt: skip
        answers = {key: value for key, value in answers.items() if key not in ("person", "staff")}
        if row["person"]:
            answers["person"] = row["person"]
        seq, previous = links[row["service"]]
        body = _body(catalogue, row, answers, at, (seq + 1, previous))
        sealed = msgspec.json.encode(body).decode()
        links[row["service"]] = (seq + 1, sha256(sealed.encode()).hexdigest())
        if at < now:
            office = OFFICES[row["service"]]
            item = Item(sealed, links[row["service"]][1], sign(sealed, row["author"], office))
            arrivals.append(Arrival(at + timedelta(minutes=1), office, [item]))
    return arrivals


def acknowledge(connection: sqlite3.Connection) -> None:
    """By the registered manager of the service, within the hour; the newest is left."""
    waiting = connection.execute(
        "SELECT record, version, service, received_at FROM record_current WHERE form = ? ORDER BY received_at, record",
        (FORM,),
    ).fetchall()
    for number, row in enumerate(waiting[:-1]):
        at = read_instant(row["received_at"]) + timedelta(minutes=5 + 13 * number % 40)
        connection.execute(
            "INSERT OR IGNORE INTO concern_acknowledged VALUES (?, ?, ?, ?, ?, ?)",
            (
                row["record"], row["version"], row["service"], write_instant(at), _MANAGER[row["service"]],
                _DECISIONS[number % len(_DECISIONS)],
            ),
        )  # fmt: skip


def _body(
    catalogue: Catalogue, row: sqlite3.Row, answers: dict[str, object], at: datetime, link: tuple[int, str]
) -> Body:
    form, office, milliseconds = catalogue.current(FORM), OFFICES[row["service"]], epoch_milliseconds(at)
    return msgspec.convert(
        {
            "protocol": 1,
            "record": str(uuid5(_IDS, row["id"])),
            "version": 1,
            "reason": "",
            "form": FORM,
            "form_version": form.definition.version,
            "form_hash": form.hash,
            "service": row["service"],
            "unit": row["unit"],
            "author": row["author"],
            "tablet": office.id,
            "tablet_seq": link[0],
            "tablet_prev": link[1],
            "happened_at": answers["happened_at"],
            "recorded_at": write_instant(at),
            "clock": TabletClock(
                milliseconds, milliseconds % 86_400_000, f"{office.name}-{at:%Y%m%d}", [120, 80, 60_000]
            ),
            "app": "example",
            "answers": answers,
            "bearings": [],
            "lowered_to": "",
            "lowered_reason": "",
            "spawned_by": row["id"],
        },
        Body,
    )
