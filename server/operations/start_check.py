"""What is looked at before the server serves. It is logged, and stops nothing but what would lose records.

A server that is down takes in nothing: a full disk, a clock that is off, a certificate that ends are said, and no more.
"""

from datetime import datetime

from server.operations.checks import Check, Ground, Verdict, run
from server.operations.copying import require_program
from server.operations.doctor import AT_START
from server.operations.logs import log
from server.settings import Settings


class StartError(Exception):
    """To serve like this would lose records; `str()` says what is wrong and what to do."""


def check_start(settings: Settings, now: datetime) -> list[Check]:
    """What was found. Raises `StartError`, and `SettingsError` when a copy is asked for that nothing can make."""
    if settings.copy_to:
        require_program()
    found = run(AT_START, Ground(settings, now, whole=False)) if settings.database.exists() else []
    for check in found:
        if check.verdict is not Verdict.GOOD:
            say = log().error if check.verdict is Verdict.BAD else log().warning
            say(
                "start check",
                check=check.name,
                verdict=check.verdict.value,
                words=check.words,
                todo=check.todo,
            )
    for check in found:
        if check.loses:
            raise StartError(f"{check.words} {check.todo}")
    return found
