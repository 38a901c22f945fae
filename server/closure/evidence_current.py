"""Rule 3 (S2E3, "current"): evidence of each kind that is asked for, from after the change, and not old."""

from server.closure.facts import Facts, Said, behind, failed, passed
from server.evidence import words
from server.evidence.times import day_words
from server.triangulation.agreement import joined


def evidence_current(facts: Facts) -> Said:
    """The day of the change is written down; each kind asked for has a record after it, the newest of them current."""
    if facts.changed_on is None:
        return failed(
            "Nobody has written down the day practice changed, so no evidence can be dated after it."
        )
    since = f"after {day_words(facts.changed_on)}"
    newest = {
        kind: max((one.day for one in facts.since if one.kind == kind), default=None)
        for kind in facts.fields.evidence_kinds
    }
    none = [_named(kind) for kind, day in newest.items() if day is None]
    old = [
        f"the newest of {_named(kind)} is {(facts.today - day).days} days old"
        for kind, day in newest.items()
        if day is not None and (facts.today - day).days > facts.current_days
    ]
    said = [f"there is nothing dated {since} of {joined(none)}"] if none else []
    if not facts.since:
        said = [f"there is no evidence dated {since}"]
    records = behind(facts.since)
    if said or old:
        sentence = "; ".join([*said, *old])
        return failed(f"{sentence[:1].upper()}{sentence[1:]}.", records)
    return passed(f"Each kind that is asked for is there {since}, and current.", records)


def _named(kind: str) -> str:
    return words.named(words.EVIDENCE_KINDS, kind).lower()
