"""The sections of a pack that are about closing actions: each step with who and why, and the checks afterwards."""

from server.closure.store import decisions_on, round_of
from server.closure.sustaining import sustain_checks
from server.evidence.times import day_in_london, day_words, moment_words, write_instant
from server.evidence_pack.about_actions import title
from server.evidence_pack.blocks import Block, Table
from server.evidence_pack.moment import Moment


def decisions(moment: Moment) -> list[Block]:
    """Every step of every closing until the end of the last day (domain/3 1.9): proposed, sampled, refused, closed."""
    until = write_instant(moment.as_of)
    rows = [
        (
            title(moment, page),
            one.words,
            moment_words(one.at),
            moment.names.one_of_staff(one.who),
            one.reason or "–",
            one.frozen.verdict or "–",
        )
        for page in moment.actions
        for one in decisions_on(moment.connection, page.action.id)
        if one.at <= until
    ]
    columns = ("Action", "Step", "When", "Who", "Why", "What the ten rules came to")
    return [Table("closure-decisions", "Steps in closing actions", columns, rows)]


def sustaining(moment: Moment) -> list[Block]:
    """The checks of each closed action (domain/3 1.9, rule 10)."""
    today = day_in_london(moment.as_of)
    rows = [
        (title(moment, page), f"Check {one.number}", day_words(one.due), one.words(today))
        for page in moment.actions
        for one in sustain_checks(
            round_of(decisions_on(moment.connection, page.action.id), page.action.status)
        )
    ]
    return [
        Table("sustain-checks", "Checks after closure", ("Action", "Check", "Due", "What came of it"), rows)
    ]
