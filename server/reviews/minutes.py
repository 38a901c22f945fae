"""What the minutes of a meeting say (domain/2 D5), and what is missing before they can be signed. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from difflib import SequenceMatcher
from fractions import Fraction

import msgspec

from server.evidence.times import read_day

LONGEST, SHORTEST = 2000, 10
MOST_ROWS = 20
SOURCES: Mapping[str, str] = {
    "audits": "Audits",
    "incidents": "Incidents",
    "staffing": "Staffing",
    "feedback": "Feedback",
    "observations": "Observations of practice",
    "records": "Records looked at",
}
"""What may be shown; the first four are what a provider's oversight rests on at least (S2E3.2)."""
ASSURANCE: Mapping[str, str] = {
    "strong": "Assurance is strong: why",
    "weak": "Assurance is weak: what changes, who does it, when it is reviewed",
}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One source that was looked at: the newest thing of it there was, by its London day."""

    kind: str
    dated: str

    def is_current(self, held_on: date, days: int) -> bool:
        """Whether it is of the days before the meeting (S2E3, "current")."""
        day = read_day(self.dated)
        return day is not None and held_on - timedelta(days=days) <= day <= held_on


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One challenge, its answer, and what was decided. `action` is the improvement action it is about, `audit` the
    sample (F7) whose finding it answers; each may be "".
    """

    question: str = ""
    answer: str = ""
    assurance: str = ""
    why: str = ""
    change: str = ""
    owner: str = ""
    review_on: str = ""
    action: str = ""
    audit: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written in it."""
        return not any((self.question, self.answer, self.why, self.change, self.owner, self.review_on))


class AgendaLine(msgspec.Struct, frozen=True, kw_only=True):
    """One action as the recovery map had it: the sentence, and the newest evidence with whether it was current."""

    action: str
    number: int
    title: str
    risk: str
    sentence: str
    newest: str
    current: bool


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it. Days are "2026-11-16". `learning` are the incidents whose learning was checked (S4E2).

    `confidence`, `remains` and `changed`: where confidence rose, where risk remains, what changed because something was
    weak (S0, S4, for inspectors). `agenda` is kept when it is signed.
    """

    kind: str
    held_on: str
    since: str = ""
    attendees: str = ""
    summary: str = ""
    safeguarding: bool = False
    evidence: tuple[Shown, ...] = ()
    rows: tuple[Row, ...] = ()
    confidence: str = ""
    remains: str = ""
    changed: str = ""
    escalations: str = ""
    learning: tuple[str, ...] = ()
    agenda: tuple[AgendaLine, ...] = ()


def faults_of(minutes: Minutes, today: date) -> dict[str, str]:
    """By field, what must be put right before they can be kept at all."""
    held_on, faults = read_day(minutes.held_on), {}
    if held_on is None or held_on > today:
        faults["held_on"] = "Give the day it was held, today or before."
    since = read_day(minutes.since)
    if minutes.since and (since is None or (held_on and since > held_on)):
        faults["since"] = "Give the day that the period began on, before the meeting."
    for name in ("attendees", "summary", "confidence", "remains", "changed", "escalations"):
        if len(getattr(minutes, name)) > LONGEST:
            faults[name] = f"Make this shorter: {LONGEST} characters are kept."
    for place, row in enumerate(minutes.rows, 1):
        for name in ("question", "answer", "why", "change"):
            if len(getattr(row, name)) > LONGEST:
                faults[f"{name}_{place}"] = f"Make this shorter: {LONGEST} characters are kept."
    return faults


def missing_of(minutes: Minutes, today: date) -> dict[str, str]:
    """By field, what is missing before they can be signed."""
    asked = {
        "attendees": "Write who was there.",
        "summary": "Write what the meeting was about, in ten letters or more.",
        "confidence": "Write where confidence has risen, or that it has not.",
        "remains": "Write where risk remains, or that none was found.",
    }
    found = faults_of(minutes, today)
    found |= {
        name: words
        for name, words in asked.items()
        if len(getattr(minutes, name)) < SHORTEST and name not in found
    }
    for place, row in enumerate(minutes.rows, 1):
        found |= {f"{name}_{place}": words for name, words in _missing(row, minutes.held_on).items()}
    return found


def _missing(row: Row, held_on: str) -> dict[str, str]:
    found = {}
    if len(row.question) < SHORTEST:
        found["question"] = "Write what was asked."
    if len(row.answer) < SHORTEST:
        found["answer"] = "Write what was answered."
    if row.assurance not in ASSURANCE:
        found["assurance"] = "Choose whether assurance is strong or weak."
    if row.assurance == "strong" and len(row.why) < SHORTEST:
        found["why"] = "Write why assurance is strong."
    if row.assurance == "weak":
        if len(row.change) < SHORTEST:
            found["change"] = "Write what changes."
        if not row.owner:
            found["owner"] = "Name who does it."
        if read_day(row.review_on) is None or row.review_on < held_on:
            found["review_on"] = "Give the day it is reviewed, not before the meeting."
    return found


def is_challenge(row: Row) -> bool:
    """Whether a question was put and something follows, by somebody, by a day (M09b)."""
    return bool(row.question) and row.assurance == "weak" and bool(row.owner) and bool(row.review_on)


def overlap(text: str, before: str) -> Fraction:
    """How much of a summary stood in the one before: twice the words in common, in order, of the words of both."""
    one, other = text.casefold().split(), before.casefold().split()
    if not one and not other:
        return Fraction(0)
    same = sum(
        block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    )
    return Fraction(2 * same, len(one) + len(other))


def written(minutes: Minutes) -> str:
    """The minutes as they are kept."""
    return msgspec.json.encode(minutes).decode()


def digest(*parts: str) -> str:
    """SHA-256 of what was signed: what the audit trail names, and so the signed log."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
