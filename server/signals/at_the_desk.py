"""Signs told from desk records that do not exist before issue 7 (D2, D4, D5): defined, and fired by nothing yet."""

from server.signals.rule import Given
from server.signals.signal import Signal
from server.signals.telling import event_of, one_by_one


def vague_closure(code: str, given: Given) -> list[Signal]:
    """A proposal to close with no evidence dated after the change, or a note of under 40 letters."""
    events = [
        event_of(one, one.action)
        for one in given.facts.proposals
        if not one.evidence_after or one.note < given.number("signal_closure_length", one)
    ]
    return one_by_one(
        code,
        events,
        lambda event: (
            "It is proposed to close the action without evidence from after the change, or with few words."
        ),
        given.now,
        given.covered,
    )


def gap_after_closure(code: str, given: Given) -> list[Signal]:
    """A question not met again in the same unit after the action it led to was closed. An action without a unit
    answers for all of them.
    """
    events = []
    for closed in given.facts.closures:
        events += [
            event_of(sheet, closed.action)
            for sheet in given.facts.audits
            if sheet.service == closed.service
            and closed.questions.intersection(sheet.not_met)
            and closed.unit in ("", sheet.unit)
            and sheet.happened_at > closed.happened_at
        ]
    return one_by_one(
        code,
        events,
        lambda event: (
            "What the closed action was to put right was found again. Think about opening it again."
        ),
        given.now,
        given.covered,
    )


def defensive_response(code: str, given: Given) -> list[Signal]:
    """An answer to a complaint that its reviewer marked as defensive; no program judges that."""
    events = [event_of(one) for one in given.facts.responses if one.defensive]
    return one_by_one(
        code,
        events,
        lambda event: "A reviewer found the answer to a complaint defensive.",
        given.now,
        given.covered,
    )


def no_challenge(code: str, given: Given) -> list[Signal]:
    """Minutes with no challenge at all."""
    events = [event_of(one) for one in given.facts.minutes if not one.challenges]
    return one_by_one(
        code,
        events,
        lambda event: "Nobody put a challenge at this meeting.",
        given.now,
        given.covered,
    )


def repeated_summary(code: str, given: Given) -> list[Signal]:
    """A summary of which more than 80 % stood in the one before."""
    events = [
        event_of(one)
        for one in given.facts.minutes
        if one.overlap is not None and 100 * one.overlap > given.number("signal_overlap_percent", one)
    ]
    return one_by_one(
        code,
        events,
        lambda event: "The summary says almost what the last one said.",
        given.now,
        given.covered,
    )
