"""Where the review of a record stands, as SQL over a row `v` of `record_version` and in words.

Decided: a state is about the version that was looked at, so a correction makes a record new again. Only "set
aside" holds for the record: an author must not undo a manager's decision by correcting a comma. It then says
that there is a newer version to look at.
Decided: opening a page marks nothing as read. "Read" is evidence that a named person took note; a page may be
opened in passing, printed or fetched ahead, and reading an address must change nothing.
"""

from collections.abc import Mapping

import server.review.schema  # noqa: F401 the tables these conditions look at

STATES: Mapping[str, str] = {
    "new": "New",
    "read": "Read",
    "question": "Question asked",
    "accepted": "Accepted as evidence",
    "set_aside": "Set aside",
}

_HOLDS = "(r.state = 'set_aside' OR r.version = v.version)"
STATE_OF = (
    "coalesce((SELECT r.state FROM review_standing r WHERE r.record = v.record AND "  # noqa: S608
    f"{_HOLDS}), 'new')"
)
IS_NEW = f"NOT EXISTS (SELECT 1 FROM review_standing r WHERE r.record = v.record AND {_HOLDS})"  # noqa: S608
# For a query driven by `review_standing r`
IN_STATE = f"r.state = ? AND {_HOLDS}"
# What was set aside counts neither for nor against anything; `b` is a row of `bearing`
COUNTS = "NOT EXISTS (SELECT 1 FROM review_standing r WHERE r.record = b.record AND r.state = 'set_aside')"
