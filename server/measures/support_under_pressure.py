"""M07b: support that fell short on shifts under pressure (domain/3; S2E1). Fewer is better.

Decided: a sheet says itself that its shift was under pressure. It is left out where shift reviews of that shift say the
opposite; that there is no review takes nothing away. Rejected: counting only shifts that a review rates, since a home
that writes few reviews would seem to miss nothing.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.fact import happened_in
from server.measures.facts import Facts, PressureSample
from server.measures.in_force import InForce
from server.measures.periods import Period

HIGH = ("stretched", "unsafe")
AS_PLANNED = "as_planned"
Ratings = Mapping[tuple[str, date, str], set[str]]


def fell_short(facts: Facts, period: Period, settings: InForce) -> Count:
    """M07b: samples in which support was late, cut short, missed or poorly written down, of the samples (F7-HP)."""
    return tally(
        (sample.id, _verdict(sample, facts.rated_shifts))
        for sample in happened_in(facts.pressure_samples, period)
    )


def _verdict(sample: PressureSample, ratings: Ratings) -> Verdict:
    if not sample.support_was:
        return LeftOut("It is not said what happened to the support")
    rated = _rated(sample, ratings)
    if rated and not rated & set(HIGH):
        return LeftOut("The shift review says that this shift was not under pressure")
    return "unmet" if sample.support_was == (AS_PLANNED,) else "met"


def _rated(sample: PressureSample, ratings: Ratings) -> set[str]:
    """What was said of the shift. What is written after midnight is of the night that began the day before."""
    if sample.record_date is None:
        return set()
    days = {sample.record_date}
    if sample.shift == "night":
        days.add(sample.record_date - timedelta(days=1))
    return {each for day in days for each in ratings.get((sample.service, day, sample.shift), ())}
