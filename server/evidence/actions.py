"""An improvement action (domain/2 1.5 D1): what was wrong, what will be seen instead, who owns it, by when."""

from datetime import date

import msgspec

from server.evidence import words
from server.evidence.action_measures import measure_words

HUNDRED_PER_CENT = 10_000


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of an action and what it is to come to, in its own window of days.

    `measure` is "M14" and `variant` "a" or ""; both are "" for a measure in the action's own words, which `how` then
    holds. Of a measure that the service built `measure` is "", `variant` its id and `how` its name. `hundredths` is the
    target times a hundred (95% is 9,500), so that it is compared exactly.
    """

    measure: str
    variant: str
    how: str
    comparator: str
    hundredths: int
    unit: str
    start: str
    end: str


class ActionFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a person writes about an action, already checked. Codes are keys of `words`; days are "2026-11-21".

    Lists of codes are sorted; `tags` are those of `server.framework`. The numerator and denominator of the baseline
    come together or not at all. `changed_on` is the day practice was changed, "" until it was, and `changed_what`
    what was changed; earlier days stand in the history. `learning` may be "" until something was learned.
    """

    title: str
    themes: tuple[str, ...]
    tags: tuple[str, ...]
    unit: str
    source: str
    baseline: str
    baseline_numerator: int | None
    baseline_denominator: int | None
    baseline_period: str
    expected: str
    targets: tuple[Target, ...]
    risk: str
    owner: str
    review_route: str
    deadline: str
    evidence_kinds: tuple[str, ...]
    changed_on: str
    changed_what: str
    learning: str

    @property
    def window_start(self) -> str:
        """The day the first of its windows begins."""
        return min(target.start for target in self.targets)

    @property
    def window_end(self) -> str:
        """The day the last of its windows ends."""
        return max(target.end for target in self.targets)


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """An action as it stands. `number` is what people call it by, counted within its service.

    `status` is the last step that a person took (`action_states`); what is shown also heeds the evidence.
    """

    id: str
    number: int
    service: str
    version: int
    status: str
    fields: ActionFields
    created_at: str
    created_by: str
    changed_at: str

    def overdue(self, today: date) -> bool:
        """Whether the deadline has passed while the action is not closed."""
        return self.status != "closed" and self.fields.deadline < today.isoformat()

    def days_left(self, today: date) -> int:
        """Days to the deadline; below 0 once it has passed."""
        return (date.fromisoformat(self.fields.deadline) - today).days

    def feed(self, owner_name: str) -> dict[str, object]:
        """What tablets are told about the action."""
        return {
            "id": self.id,
            "title": self.fields.title,
            "themes": list(self.fields.themes),
            "unit": self.fields.unit,
            "expected": self.fields.expected,
            "owner_name": owner_name,
            "due": self.fields.deadline,
        }


# Targets that are held against a difference of two shares
_IN_POINTS = frozenset({("M12", ""), ("M12", "gap")})


def target_words(target: Target) -> str:
    """ "At least 95%", "At least 20 points" of a difference, "Exactly 4" """
    points = " points" if (target.measure, target.variant) in _IN_POINTS else "%"
    unit = points if target.unit == "percent" else ""
    comparator = words.named(words.COMPARATORS, target.comparator)
    return f"{comparator} {hundredths_words(target.hundredths)}{unit}"


def what_is_measured(target: Target) -> str:
    """ "M04 Deterioration concerns escalated in time", or the action's own words."""
    return measure_words(target.measure, target.variant) if target.measure else target.how


def baseline_words(fields: ActionFields) -> str:
    """ "31 of 44 (70.4%)"; the share is cut, never rounded up; "" when there is no figure."""
    top, bottom = fields.baseline_numerator, fields.baseline_denominator
    if top is None or bottom is None:
        return ""
    return f"{top} of {bottom} ({top * 1000 // bottom / 10:g}%)"


def hundredths_words(hundredths: int) -> str:
    """9500 as "95", 9550 as "95.5"."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)
