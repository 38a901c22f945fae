"""Columns that are worked out from a record instead of being asked. Pure."""

from collections.abc import Callable, Mapping

from observation_forms import Value
from server.evidence.times import in_london, moment_words
from server.named_logs.line import Item
from server.named_logs.told import Told


def _prompts(told: Told) -> tuple[Item, ...]:
    return (Item(words=f"{told.row.title}, version {told.row.form_version}"),)


def _same_day(told: Told) -> tuple[Item, ...]:
    """Whether the manager was told on the day of the screen of what had to be passed on (S4E1.2)."""
    rows = told.answers.get("found", [])
    day = in_london(told.row.happened_at).date()
    rows = rows if isinstance(rows, list) else []
    found = []
    for number, row in enumerate(rows, start=1):
        if told.answers.get(f"found.{row}.decision") not in ("tell_now", "tell_today"):
            continue
        at = told.answers.get(f"found.{row}.manager_told_at")
        found.append(Item(words=_told_words(at, day), title=f"Entry {number}" if len(rows) > 1 else ""))
    return tuple(found)


def _told_words(at: Value | None, day: object) -> str:
    try:
        told = in_london(at).date() if isinstance(at, str) else None
    except ValueError:
        told = None
    if told is None or not isinstance(at, str):
        return "No time is given at which the manager was told"
    when = "the same day" if told == day else "not the same day"
    return f"Manager told {moment_words(at)}, {when}"


def _since_then(told: Told) -> tuple[Item, ...]:
    """Where its review stands, and what was decided of the concern that it raised."""
    found = [Item(words=told.row.review_name)]
    if told.decided:
        found.append(Item(words=told.decided, label="Decided at the desk", own=True))
    return tuple(found)


COMPUTED: Mapping[str, Callable[[Told], tuple[Item, ...]]] = {
    "prompts": _prompts,
    "same_day": _same_day,
    "since_then": _since_then,
}
