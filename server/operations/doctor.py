"""`sightline doctor`: everything that can be looked at, a line each, with what to do about what is not well."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from server.operations import check_copies, check_data, check_machine, check_mail, check_packs
from server.operations.checks import Check, Ground, Look, Verdict, run
from server.settings import Settings

# Cheap, and not in need of a database that is up to date
AT_START: dict[str, Look] = {
    "folder": check_machine.look_at_folder,
    "disk": check_machine.look_at_disk,
    "clock": check_machine.look_at_clock,
    "certificate": check_machine.look_at_certificate,
    "keys": check_data.look_at_keys,
    "history": check_data.look_at_history,
    "backups": check_copies.look_at_backups,
}
ALL: dict[str, Look] = {
    "database": check_data.look_at_database,
    "tables": check_data.look_at_tables,
    **AT_START,
    "copy": check_copies.look_at_copy,
    "tablets": check_data.look_at_tablets,
    "held": check_data.look_at_held,
    "mail": check_mail.look_at_mail,
    "packs": check_packs.look_at_packs,
}
_MARKS = {Verdict.GOOD: "ok   ", Verdict.WATCH: "watch", Verdict.BAD: "BAD  "}


class Findings(msgspec.Struct, frozen=True):
    """All checks; `ok` 1 when none is bad."""

    ok: int
    checks: list[Check]


def examine(settings: Settings, now: datetime, *, whole: bool = True) -> Findings:
    """Look at everything. Changes nothing; a server may be running."""
    found = run(ALL, Ground(settings, now, whole))
    return Findings(int(all(check.verdict is not Verdict.BAD for check in found)), found)


def as_lines(findings: Findings) -> list[str]:
    """For people: a line a check, and under it what to do."""
    lines = [line for check in findings.checks for line in _lines_of(check)]
    return [*lines, "", _verdict(findings.checks)]


def as_json(findings: Findings) -> str:
    """For programs."""
    return msgspec.json.format(msgspec.json.encode(findings)).decode()


def _lines_of(check: Check) -> list[str]:
    first = f"{_MARKS[check.verdict]}  {check.name:<11}  {check.words}"
    return [first, *([f"{'':20}-> {check.todo}"] if check.todo else [])]


def _verdict(checks: Sequence[Check]) -> str:
    bad = sum(check.verdict is Verdict.BAD for check in checks)
    watched = sum(check.verdict is Verdict.WATCH for check in checks)
    if bad:
        return f"{bad} to be put right, {watched} to know of."
    return f"Nothing is bad; {watched} to know of." if watched else "All is well."
