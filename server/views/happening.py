"""One line of a timeline. Pure."""

import msgspec

from server.evidence.times import day_of, moment_words, read_day, start_of_day, write_instant


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened or is due: `at` is an instant, or a London day where no hour is known.

    `what` is a heading and `says` a sentence, both in our own words; `quoted` is what somebody wrote, which files leave
    out. `who` is a name ("" = nobody's doing), `address` the page that shows it.
    """

    at: str
    what: str
    says: str = ""
    quoted: str = ""
    who: str = ""
    address: str = ""

    @property
    def when(self) -> str:
        """ "Sun 29 Mar 2026, 14:05", or the day alone."""
        return day_of(self.at) if read_day(self.at) else moment_words(self.at)

    @property
    def instant(self) -> str:
        """When, for a program."""
        return self.at

    @property
    def place(self) -> str:
        """By which lines are put in order: a day stands before what happened on it."""
        day = read_day(self.at)
        return write_instant(start_of_day(day)) if day else f"{self.at[:19]}Z"
