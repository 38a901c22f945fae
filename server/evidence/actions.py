"""An improvement action (domain/2 1.5 D1): what was wrong, what will be seen instead, who owns it, by when."""

from datetime import date

import msgspec

from server.evidence import words

HUNDRED_PER_CENT = 10_000


class ActionFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a person writes about an action, already checked. Codes are keys of `words`; days are "2026-11-21".

    Lists are sorted by code. `target_hundredths` is the target times a hundred (95% is 9,500), so that it is
    compared exactly. The numerator and denominator of the baseline come together or not at all.
    """

    title: str
    themes: tuple[str, ...]
    unit: str
    source: str
    baseline: str
    baseline_numerator: int | None
    baseline_denominator: int | None
    baseline_period: str
    expected: str
    measures: tuple[str, ...]
    measure: str
    comparator: str
    target_hundredths: int
    target_unit: str
    window_start: str
    window_end: str
    risk: str
    owner: str
    review_route: str
    deadline: str
    evidence_kinds: tuple[str, ...]


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """An action as it stands. `number` is what people call it by, counted within its service."""

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


def target_words(fields: ActionFields) -> str:
    """ "At least 95%", "Exactly 4" """
    unit = "%" if fields.target_unit == "percent" else ""
    comparator = words.named(words.COMPARATORS, fields.comparator)
    return f"{comparator} {hundredths_words(fields.target_hundredths)}{unit}"


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
