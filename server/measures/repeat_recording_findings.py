"""M10: findings about recording that were found before in the same unit, and how much of what was looked at was met
(domain/3; S3E1).

A finding is an answer of "partly" or "no". It repeats one when the same question fell short in the same unit before
this period, within a year (a setting), or when the sampler says that it was found before (F7 7.08). Twice in one period
is one cycle, and no repeat.
"""

from datetime import datetime, timedelta

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.fact import happened_in
from server.measures.facts import Facts, RecordingAnswer
from server.measures.in_force import InForce
from server.measures.periods import Period, london_day

_VERDICTS: dict[str, Verdict] = {"met": "met", "partly": "unmet", "not_met": "unmet"}
_SHORT = ("partly", "not_met")


def found_again(facts: Facts, period: Period, settings: InForce, *, opened: datetime | None = None) -> Count:
    """M10: findings that repeat an earlier one, of the findings of the period. Fewer is better. Of a stretch of a
    longer period, `opened` is when that one began.
    """
    opens_at = opened or period.opens_at
    found = [answer for answer in facts.recording_answers if answer.answer in _SHORT]
    earlier: dict[tuple[str, str, str], list[RecordingAnswer]] = {}
    for finding in found:
        if finding.happened_at < opens_at:
            earlier.setdefault(_same(finding), []).append(finding)
    return tally(
        (finding.id, "met" if finding.repeat or _repeats(finding, earlier, settings) else "unmet")
        for finding in happened_in(found, period)
    )


def met_share(facts: Facts, period: Period, settings: InForce) -> Count:
    """M10-met: answers that were met, of all that could be seen (F5, F7-RE)."""
    unseen = LeftOut("It was not seen, or not answered")
    return tally(
        (answer.id, _VERDICTS.get(answer.answer, unseen))
        for answer in happened_in(facts.recording_answers, period)
    )


def _same(finding: RecordingAnswer) -> tuple[str, str, str]:
    return finding.service, finding.unit, finding.question


def _repeats(
    finding: RecordingAnswer,
    earlier: dict[tuple[str, str, str], list[RecordingAnswer]],
    settings: InForce,
) -> bool:
    within = settings.number(finding.service, "repeat_finding_days", finding.happened_at)
    since = london_day(finding.happened_at) - timedelta(days=within)
    return any(london_day(before.happened_at) >= since for before in earlier.get(_same(finding), ()))
