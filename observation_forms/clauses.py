"""What a form says as a whole, apart from its questions: part of the definition that the tablet reads."""

from functools import cached_property
from typing import Literal

import msgspec

from .rules import Rule, rule_of, rule_or_none
from .values import Tree, Value

Severity = Literal["error", "warning"]
Audience = Literal["floor", "deputy", "manager"]


class Check(msgspec.Struct, frozen=True, dict=True):
    """A rule of the form's own that must hold, and what to say, at which question, when it does not."""

    code: str
    question: str
    must: Tree
    severity: Severity
    message: str

    @cached_property
    def kept(self) -> Rule:
        """`must` as a function."""
        return rule_of(self.must)


class Thresholds(msgspec.Struct, frozen=True):
    """Whole per cents: from where a form is met, and below where it is not met (domain/4 Scoring)."""

    met_from: int
    not_met_below: int


class Sampling(msgspec.Struct, frozen=True, omit_defaults=True):
    """The form is one sample of an audit: what is carried from sample to sample, and how many are planned."""

    carry: tuple[str, ...] = ()
    planned: str | None = None


class ConcernAbout(msgspec.Struct, frozen=True):
    """The question that says about whom an immediate concern is."""

    person: str


class Spawn(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """What a sealed record causes: a form to fill in, for the record or for each row of a repeat (spawn.py)."""

    id: str
    form: str
    why: str
    who: Audience = "floor"
    repeat: str | None = None
    when: Tree | None = None
    answers: dict[str, str] = {}
    set: dict[str, Value] = {}
    due_at: str | None = None
    after: str | None = None
    within: str | None = None
    within_of: Tree | None = None

    @cached_property
    def caused(self) -> Rule | None:
        """`when` as a function; None = always."""
        return rule_or_none(self.when)
