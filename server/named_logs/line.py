"""One entry of a log as it is shown: the same words on the page, on paper and in the files."""

import msgspec

from server.evidence.evidence_rows import Row


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One answer in words, under `label` ("" = the column says it). `title` begins a row of several ("Entry 2").

    `own`: somebody's own words, or a title that somebody wrote, which a file without names leaves out. `record`: the
    record that it stands in, where that is not the entry's own.
    """

    words: str
    label: str = ""
    title: str = ""
    facts: str = ""
    score: str = ""
    concern: bool = False
    own: bool = False
    record: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `cells` stand under the log's columns; `state` is one of `STATES`; `said` is what is to be said of it
    beside its answers: what is missing, why it was withdrawn. `said_own`: in somebody's own words.
    """

    at: str
    day: str
    time: str
    shift: str
    units: str
    person: str = ""
    author: str = ""
    title: str = ""
    state: str = "counts"
    said: str = ""
    said_own: bool = False
    row: Row | None = None
    cells: tuple[tuple[Item, ...], ...] = ()

    @property
    def record(self) -> str:
        """The record it is, "" for none."""
        return self.row.record if self.row else ""

    @property
    def state_words(self) -> str:
        """ "Withdrawn" """
        return STATES[self.state]


STATES = {
    "counts": "Counts",
    "withdrawn": "Withdrawn",
    "set_aside": "Set aside",
    "missing": "Missing",
    "still": "Not yet there",
    "not_needed": "Not needed",
    "open": "Open",
}
