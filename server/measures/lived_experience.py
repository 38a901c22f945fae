"""M12: whether people say that it got better, and whether audits say the same (domain/3; S3E3)."""

from collections.abc import Iterable

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.fact import Fact, happened_in
from server.measures.facts import Facts
from server.measures.in_force import InForce
from server.measures.periods import Period

_DONT_KNOW = LeftOut("They did not know, or were not asked")
_VERDICTS: dict[str, Verdict] = {"met": "met", "partly": "unmet", "not_met": "unmet"}
_CHANGES: dict[str, Verdict] = {"better": "met", "same": "unmet", "worse": "unmet"}


def better_less_worse(facts: Facts, period: Period, settings: InForce) -> Count:
    """M12: those who say better less those who say worse, of all who could say, in points: from -100 to 100. `met` are
    those who say better.
    """
    voices = happened_in(facts.voices, period)
    count = tally(((voice.id, _CHANGES.get(voice.change, _DONT_KNOW)) for voice in voices), "difference")
    worse = sum(voice.change == "worse" for voice in voices)
    return Count(
        numerator=count.numerator - worse,
        denominator=count.denominator,
        met=count.met,
        unmet=count.unmet,
        left_out=count.left_out,
        unit="difference",
    )


def experience_met(facts: Facts, period: Period, settings: InForce) -> Count:
    """M12-experience: answers about living here that were met, of those that could be given."""
    return tally(
        (answer.id, _VERDICTS.get(answer.answer, _DONT_KNOW))
        for answer in happened_in(facts.experience, period)
    )


def audit_less_experience(facts: Facts, period: Period, settings: InForce) -> Count:
    """M12-gap, the alignment gap: per cent met in audits (F7) less per cent met in experience, exactly, in points.
    Undefined while one of the two is. `met` are the audit's sheets, `unmet` the records of experience.
    """
    return less(audits_met(facts, period), said_met(facts, period, settings))


def audits_met(facts: Facts, period: Period) -> Count:
    """The one side of the gap: questions met in audits. `met` are the sheets."""
    sheets = happened_in(facts.audit_sheets, period)
    met, scored = sum(sheet.met for sheet in sheets), sum(sheet.scored for sheet in sheets)
    return Count(numerator=met, denominator=scored, met=_records(sheets), unmet=())


def said_met(facts: Facts, period: Period, settings: InForce) -> Count:
    """The other side: answers about living here that were met. `unmet` are the records of experience."""
    said = experience_met(facts, period, settings)
    return Count(
        numerator=said.numerator,
        denominator=said.denominator,
        met=(),
        unmet=_records(happened_in(facts.experience, period)),
    )


def less(audits: Count, said: Count) -> Count:
    """The gap between the two."""
    return Count(
        numerator=audits.numerator * said.denominator - said.numerator * audits.denominator,
        denominator=audits.denominator * said.denominator,
        met=audits.met,
        unmet=said.unmet,
        unit="difference",
        more=(*audits.more, *said.more),
    )


def _records(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(sorted({fact.record for fact in facts}))
