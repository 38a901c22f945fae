"""Counts what tests and commands put at risk: one table then says how often each failure was provoked and what it cost.

A test that kills, cuts or restores calls `count`. Where the environment variable SIGHTLINE_TALLY names a file, a line
is added to it; else nothing is written.
"""

import json
import os
from pathlib import Path


def count(mode: int | None, tried: int, lost: int) -> None:
    """Note that `tried` records (or drafts) were put at risk and that `lost` of them are gone.

    `mode` is the number of the failure in CAPTURE.md 3 (1 to 15), None where it is none of them.
    Raises `ValueError` for a count that makes no sense: a test that tried nothing shows nothing.
    """
    if tried < 1 or not 0 <= lost <= tried or mode not in (None, *range(1, 16)):
        raise ValueError(f"mode {mode}, {tried} tried, {lost} lost: these are no counts")
    file = os.environ.get("SIGHTLINE_TALLY")
    if not file:
        return
    line = {"mode": mode, "tried": tried, "lost": lost, "by": os.environ.get("PYTEST_CURRENT_TEST", "")}
    # One write of one short line: workers that run at once do not mix theirs
    with Path(file).open("a", encoding="utf-8") as tally:
        tally.write(json.dumps(line) + "\n")
