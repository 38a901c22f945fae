"""What a signal's ids are called on the page: the records that fired it with when and where, and what it is about."""

import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

from observation_forms import Catalogue
from server.evidence.people import Names
from server.identity.scope import Scope
from server.signals.signal import Signal
from server.signals.signs import SIGNS

_KINDS_OF_CONCERN = (("immediate_concern", "what"), ("safeguarding_screen", "found_kind"))


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that fired a signal. `address` is "" for what cannot be opened; `at` may be ""."""

    id: str
    title: str
    at: str = ""
    unit: str = ""
    address: str = ""


def read_records_shown(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, signals: Iterable[Signal]
) -> dict[str, Cause]:
    """The records that fired these and are in `scope`, by id. A withdrawn one says so."""
    ids = {
        _whole(id) for signal in signals if SIGNS[signal.code].fired_by == "record" for id in signal.fired_by
    }
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT v.record, v.form_hash, v.happened_at, v.unit, v.withdrawn
        FROM json_each(?) asked CROSS JOIN record_version v ON v.record = asked.value AND v.current = 1
        WHERE {seen}
        """,  # noqa: S608
        (msgspec.json.encode(sorted(ids)).decode(), *allowed),
    )
    found = {}
    for row in rows:
        form = catalogue.form(row["form_hash"])
        title = form.definition.title if form else "Record"
        found[row["record"]] = Cause(
            id=row["record"],
            title=f"{title} (withdrawn)" if row["withdrawn"] else title,
            at=row["happened_at"],
            unit=row["unit"],
            address=f"/evidence/{row['record']}",
        )
    return found


def causes(signal: Signal, records: Mapping[str, Cause], names: Names) -> list[Cause]:
    """Each thing that fired it once, in the order of time."""
    kind = SIGNS[signal.code].fired_by
    if kind == "record":
        ids = dict.fromkeys(_whole(id) for id in signal.fired_by)
        return [records.get(id) or Cause(id=id, title="A record that cannot be opened here") for id in ids]
    if kind == "action":
        id = _whole(signal.fired_by[0])
        return [Cause(id=id, title=names.actions.get(id, "An action"), address=f"/actions/{id}")]
    if kind == "complaint":
        id = _whole(signal.fired_by[0])
        return [Cause(id=id, title=names.listed.get(id, "A complaint"), address=f"/complaints/{id}")]
    if kind == "review":
        return [Cause(id=signal.about, title="The minutes", address=f"/reviews/{signal.about}")]
    title = names.listed.get(signal.about, "A temporary control")
    return [Cause(id=id, title=title, address="/lists") for id in signal.fired_by]


def about_words(signal: Signal, names: Names, catalogue: Catalogue) -> str:
    """ "AB, room 4", "Oak unit", "Poor care": what it is about; "" for one record, or the whole service."""
    about = SIGNS[signal.code].about
    if about == "person":
        return names.person(signal.about)
    if about == "unit":
        return names.unit(signal.about) if signal.about else ""
    return concern_words(catalogue).get(signal.about, signal.about) if about == "category" else ""


def where_words(signal: Signal, names: Names) -> str:
    """The unit, the units, or the service."""
    units = [names.unit(unit) for unit in signal.units if unit]
    return ", ".join(units) if units else names.services.get(signal.service, signal.service)


def concern_words(catalogue: Catalogue) -> dict[str, str]:
    """The kinds of concern that forms offer, by code."""
    return {
        option.code: option.label
        for form, id in _KINDS_OF_CONCERN
        for question in catalogue.current(form).definition.questions()
        if question.id == id
        for option in question.options
    }


def _whole(id: str) -> str:
    return id.partition("/")[0]
