"""Cells of a CSV file that no spreadsheet runs as a formula (OWASP, CSV injection), and the way back from them.

A cell that begins with what a spreadsheet would take for a formula gets an apostrophe before it; so does one that
begins with apostrophes and then such a sign. Taking one apostrophe away gives back exactly what was there.
"""

import re

_GUARDED = re.compile(r"'*[=+\-@\t\r\n]")


def guarded(cell: object) -> object:
    """The cell as it may stand in a file."""
    return f"'{cell}" if isinstance(cell, str) and _GUARDED.match(cell) else cell


def unguarded(cell: str) -> str:
    """What a guarded cell said."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell
