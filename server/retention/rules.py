"""How long each kind of record is kept: one table of rules, and when a record has reached its end by them.

The years are settings of a service, dated and with their history (`dated_settings`). They begin with the periods of
domain/5, 2.6, which are this project's choice until the provider's own schedule says otherwise [design]. A record
that falls under several rules is kept until the last of them ends, and one whose period has not begun (the person
is still here) has no end yet.
"""

from collections.abc import Mapping
from datetime import date

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """One rule: its setting, what falls under it, and from what its years are counted."""

    code: str
    setting: str
    title: str
    counted: str


_HAPPENED = "the day it happened or, at the desk, was closed"
RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("person", "keep_person_years", "Records about a person supported", "the day the person left"),
        Rule("complaint", "keep_complaint_years", "Records about a complaint", _HAPPENED),
        Rule("incident", "keep_incident_years", "Serious incidents", _HAPPENED),
        Rule("staff", "keep_staff_years", "Observations of a member of staff", "the day they left"),
        Rule("other", "keep_other_years", "Records about nobody in particular", _HAPPENED),
    )
}


class Facts(msgspec.Struct, frozen=True):
    """What a record is about. `people` and `staff` are the days on which those it names left, "" for who has not."""

    happened_on: str
    people: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    complaint: bool = False
    incident: bool = False


class Ending(msgspec.Struct, frozen=True):
    """The rule that keeps a record longest, and the first day on which it need not be kept any more."""

    rule: str
    on: str


def ending(facts: Facts, years: Mapping[str, int]) -> Ending | None:
    """When the record has reached its end, by `years` of each rule; None while a period has not begun."""
    if "" in facts.people or "" in facts.staff:
        return None
    begun = {
        "person": max(facts.people, default=""),
        "staff": max(facts.staff, default=""),
        "complaint": facts.happened_on if facts.complaint else "",
        "incident": facts.happened_on if facts.incident else "",
        "other": "" if facts.people or facts.staff else facts.happened_on,
    }
    return max(
        (Ending(rule, years_after(day, years[rule])) for rule, day in begun.items() if day),
        key=lambda one: one.on,
    )


def years_after(day: str, years: int) -> str:
    """The same day so many years later ("2026-11-21"); after 29 February, 1 March where there is none."""
    year, month, rest = int(day[:4]) + years, int(day[5:7]), int(day[8:10])
    if not date.min.year <= year <= date.max.year:
        return (date.min if year < date.min.year else date.max).isoformat()
    try:
        return date(year, month, rest).isoformat()
    except ValueError:
        return date(year, 3, 1).isoformat()


def rule_words(rule: str) -> str:
    """A rule as it is kept with what was destroyed: "person/8" is "Records about a person supported: kept for 8
    years from the day the person left".
    """
    code, _, years = rule.partition("/")
    known = RULES.get(code)
    if known is None:
        return rule
    return f"{known.title}: kept for {years} {'year' if years == '1' else 'years'} from {known.counted}"
