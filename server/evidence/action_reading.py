"""Reading what was typed about an action, field by field: a value, or a sentence that says how to put it right."""

import re
from collections.abc import Callable, Collection, Mapping

from server.evidence.actions import HUNDRED_PER_CENT
from server.evidence.times import read_day

Typed = Mapping[str, tuple[str, ...]]
Read = Callable[[], object]

LONGEST = 2_000
LARGEST = 1_000_000


class Fault(Exception):
    """One field that cannot be used; `str()` says how to put it right."""


class Reader:
    """What was typed, and the faults found so far, each under its field, in the order they were read."""

    def __init__(self, typed: Typed) -> None:
        self.typed = typed
        self.faults: dict[str, str] = {}

    def try_to_read(self, name: str, read: Read) -> object:
        """What `read` gives; None and a fault under `name` where it cannot."""
        try:
            return read()
        except Fault as fault:
            self.faults[name] = str(fault)
            return None

    def text(self, name: str) -> str:
        """What was typed, with the spaces at both ends taken off and the line ends of every system made one."""
        typed = "".join(self.typed.get(name, ())[:1])
        return typed.replace("\r\n", "\n").strip()

    def needed(self, name: str, ask: str, least: int = 1, more: str = "") -> str:
        """A text of at least so many characters."""
        text = self.text(name)
        if len(text) < least:
            raise Fault(
                f"{more} You have written {len(text)} of {least} characters." if text and more else ask
            )
        return _not_too_long(text)

    def optional(self, name: str) -> str:
        """A text, or ""."""
        return _not_too_long(self.text(name))

    def one_of(self, name: str, known: Collection[str], ask: str) -> str:
        """One of the known codes."""
        code = self.text(name)
        if code not in known:
            raise Fault(ask)
        return code

    def some_of(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """The known codes that were ticked, sorted, as `ActionFields` keeps them."""
        return tuple(sorted({code for code in self.typed.get(name, ()) if code in known}))

    def count(self, name: str, other: str, least: int) -> int | None:
        """One of two whole numbers that come together or not at all."""
        text = self.text(name)
        if not text:
            if self.text(other):
                raise Fault("Fill in both numbers, such as 31 of 44, or leave both empty.")
            return None
        if not (text.isascii() and text.isdecimal() and len(text) <= 7 and least <= int(text) <= LARGEST):
            raise Fault(f"Write a whole number from {least} to {LARGEST:,}.")
        return int(text)

    def hundredths(self, name: str, unit: str) -> int:
        """A target times a hundred; `unit` is "percent" or "count"."""
        text = self.text(name).removesuffix("%").strip()
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text, re.ASCII):
            raise Fault("Write the target as a number, such as 95 or 97.5.")
        whole, _, rest = text.partition(".")
        hundredths = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
        if unit == "percent" and hundredths > HUNDRED_PER_CENT:
            raise Fault("A target in per cent cannot be more than 100.")
        return hundredths

    def day(self, name: str, ask: str) -> str:
        """A day, as "2027-01-31"."""
        text = self.text(name)
        day = read_day(text)
        if day is None:
            raise Fault(ask if not text else "Write a real date from 1900 to 2200, such as 2027-01-31.")
        return day.isoformat()


def _not_too_long(text: str) -> str:
    if len(text) > LONGEST:
        raise Fault(f"Make this shorter: it has {len(text)} characters, and {LONGEST} are kept.")
    return text
