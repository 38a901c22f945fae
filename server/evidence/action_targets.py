"""The rows of an action's form in which its measures stand, each with its target and its window: read, and typed again.

Rows are numbered from 1. One with no measure, no words and no target is as if it were not there, so a form without
JavaScript can always show one more.
"""

from collections.abc import Mapping

import msgspec

from server.evidence import words
from server.evidence.action_measures import OWN, pick_of, split_pick
from server.evidence.action_reading import Fault, Reader, Typed
from server.evidence.actions import Target, hundredths_words
from server.evidence.times import read_day

MOST_TARGETS = 6
# Of each row, in the order of the page
PARTS = ("measure", "how", "comparator", "target", "target_unit", "window_start", "window_end")
_TELLS = ("measure", "how", "target")


def read_targets(form: Reader, offered: Mapping[str, str]) -> tuple[Target, ...]:
    """The measures, in their order; each fault goes under its own field ("target_2"). One that the service built is
    called by its name where nothing else was said of it.
    """
    filled = [row for row in range(1, MOST_TARGETS + 1) if is_filled(form.typed, row)]
    targets = [_read_row(form, row, offered) for row in filled or [1]]
    return tuple(target for target in targets if target is not None)


def is_filled(typed: Typed, row: int) -> bool:
    """Whether somebody wrote into a row anything that it did not begin with."""
    return any("".join(typed.get(f"{part}_{row}", ())[:1]).strip() for part in _TELLS)


def rows_of(typed: Typed, spare: int = 0) -> list[int]:
    """The rows to show: up to the last one filled, at least one, and `spare` more."""
    last = max((row for row in range(1, MOST_TARGETS + 1) if is_filled(typed, row)), default=1)
    return list(range(1, min(last + spare, MOST_TARGETS) + 1))


def without_row(typed: Typed, row: int) -> dict[str, tuple[str, ...]]:
    """What was typed with one row gone and those after it moved up."""
    changed = {name: values for name, values in typed.items() if not _is_part(name)}
    left = [other for other in range(1, MOST_TARGETS + 1) if other != row and is_filled(typed, other)]
    for place, other in enumerate(left, 1):
        changed |= {f"{part}_{place}": tuple(typed.get(f"{part}_{other}", ("",))) for part in PARTS}
    return changed


def typed_targets(targets: tuple[Target, ...]) -> dict[str, tuple[str, ...]]:
    """What a person would have typed to get these."""
    typed: dict[str, tuple[str, ...]] = {}
    for row, target in enumerate(targets, 1):
        texts = (
            pick_of(target.measure, target.variant),
            target.how,
            target.comparator,
            hundredths_words(target.hundredths),
            target.unit,
            target.start,
            target.end,
        )
        typed |= {f"{part}_{row}": (text,) for part, text in zip(PARTS, texts, strict=True)}
    return typed


def _read_row(form: Reader, row: int, offered: Mapping[str, str]) -> Target | None:
    name = {part: f"{part}_{row}" for part in PARTS}
    unit = form.text(name["target_unit"])
    values = {
        part: form.try_to_read(name[part], read)
        for part, read in {
            "measure": lambda: form.one_of(
                name["measure"],
                {OWN, *offered},
                "Choose a measure from the list, or “In our own words” and say below how you count.",
            ),
            "how": lambda: _how(form, name["how"], form.text(name["measure"]), offered),
            "comparator": lambda: form.one_of(
                name["comparator"], words.COMPARATORS, "Choose how the target is compared."
            ),
            "target": lambda: form.hundredths(name["target"], unit),
            "target_unit": lambda: form.one_of(
                name["target_unit"], words.TARGET_UNITS, "Choose per cent or a number."
            ),
            "window_start": lambda: form.day(name["window_start"], "Give the day the window starts."),
            "window_end": lambda: _end(form, name),
        }.items()
    }
    if None in values.values():
        return None
    measure, variant = split_pick(str(values["measure"]))
    return msgspec.convert(
        {
            "measure": measure,
            "variant": variant,
            "how": values["how"],
            "comparator": values["comparator"],
            "hundredths": values["target"],
            "unit": unit,
            "start": values["window_start"],
            "end": values["window_end"],
        },
        Target,
    )


def _how(form: Reader, name: str, pick: str, offered: Mapping[str, str]) -> str:
    text = form.optional(name)
    if not text and pick.startswith(f"{OWN}/"):
        return offered.get(pick, "")
    if not text and pick == OWN:
        raise Fault("Say how you will measure it: what is counted, out of what, and by whom.")
    return text


def _end(form: Reader, name: dict[str, str]) -> str:
    end = form.day(name["window_end"], "Give the day the window ends.")
    start = read_day(form.text(name["window_start"]))
    if start is not None and end <= start.isoformat():
        raise Fault("The window must end after it starts.")
    return end


def _is_part(name: str) -> bool:
    part, _, row = name.rpartition("_")
    return part in PARTS and row.isdecimal()
