"""Twelve weeks of practice observations: who watched what, when, and what they answered. All of it from one seed.

Answers are given to every question of the form and then sealed by the form itself, so what is hidden is left out and
nothing here needs to know the form's rules.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple, TypeVar

from observation_forms import Answers, Context, Definition, Question, judge, sealed_answers, weigh
from server.evidence.times import LONDON, day_in_london, write_instant
from server.example import sentences
from server.example.cast import AUTHORS, OBSERVED, TABLETS, ExampleTablet, people_of
from server.example.improvement import PLANS, Plan

T = TypeVar("T")

DAYS = 84
# How many observations a tablet makes in a day, by service: (number, how often)
A_DAY = {
    "alder-house": ((0, 14), (1, 38), (2, 34), (3, 14)),
    "harbour-living": ((0, 32), (1, 44), (2, 24)),
}
# (shift, first hour, hours, how often)
SHIFTS = (("day", 7, 8, 52), ("late", 15, 7, 30), ("night", 22, 9, 18))
# Nobody watches there at night: the action of Quay House lacks it, and coverage shows the hole
NEVER_AT_NIGHT = "harbour-quay"
ROUTINES = {
    "MD": "medicines_round",
    "CM": "visitor",
    "RE": "recording",
    "DE": "health_care",
    "ST": "call_or_distress",
    "CO": "activity",
}
REASONS = {
    "CO": "after_complaint",
    "IL": "after_incident",
    "SG": "after_safeguarding",
    "RE": "handover_or_record",
}
LOWER = {"met": "partly", "partly": "not_met"}
NORMAL = (("met", 955), ("partly", 25), ("not_met", 7), ("not_seen", 13))


class Observation(NamedTuple):
    """One record version before it is sealed. `version` above 1 is a correction, with its reason."""

    definition: Definition
    happened: datetime
    recorded: datetime
    tablet: ExampleTablet
    author: str
    answers: Answers
    bearings: tuple[tuple[str, tuple[str, ...], str], ...]
    lowered_to: str
    lowered_reason: str
    version: int = 1
    reason: str = ""
    corrects: int = -1


def observe(
    definition: Definition, now: datetime, rng: Random, told: Sequence[Observation] = ()
) -> list[Observation]:
    """Every observation of the twelve weeks up to `now` and what else was `told`, in the order they were recorded;
    corrections among them. `corrects` of a correction is the place in this list of what it corrects.
    """
    made = [
        observation
        for ago in range(DAYS, -1, -1)
        for tablet in TABLETS
        for observation in _a_day(definition, now, ago, tablet, rng)
    ]
    made = sorted((one for one in (*made, *told) if one.recorded <= now - timedelta(minutes=20)), key=_order)
    return _with_corrections(definition, made, now, rng)


def _order(one: Observation) -> tuple[datetime, str, datetime, str]:
    return one.recorded, one.tablet.id, one.happened, one.author


def _a_day(
    definition: Definition, now: datetime, ago: int, tablet: ExampleTablet, rng: Random
) -> list[Observation]:
    count = _pick(A_DAY[tablet.service], rng)
    return [_one(definition, now, ago, tablet, rng) for _ in range(count)]


def _one(definition: Definition, now: datetime, ago: int, tablet: ExampleTablet, rng: Random) -> Observation:
    shifts = [one for one in SHIFTS if (one[0], tablet.unit) != ("night", NEVER_AT_NIGHT)]
    shift, first, hours = _pick([((name, first, hours), often) for name, first, hours, often in shifts], rng)
    day = day_in_london(now) - timedelta(days=ago)
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)
    happened = midnight + timedelta(hours=first, minutes=rng.randrange(hours * 60))
    late = rng.random() < 0.06
    recorded = happened + timedelta(minutes=rng.randrange(150, 540) if late else rng.randrange(4, 36))
    plans = _plans(ago, tablet, rng)
    answers = _Answering(definition, tablet, plans, ago, shift, happened, recorded, rng)
    return _weighed(definition, tablet, answers.author, plans, answers.all(), (happened, recorded), rng)


def _weighed(
    definition: Definition,
    tablet: ExampleTablet,
    author: str,
    plans: Sequence[Plan],
    answers: Answers,
    times: tuple[datetime, datetime],
    rng: Random,
) -> Observation:
    happened, recorded = times
    themes = frozenset(theme for plan in plans for theme in plan.themes.split())
    context = Context(recorded_at=write_instant(recorded), themes=themes)
    sealed = sealed_answers(definition, answers, context)
    result = judge(definition, sealed, context).result
    lowered = rng.random() < 0.03 and result in LOWER
    bearings = []
    for plan in plans:
        says = weigh(definition, sealed, context, frozenset(plan.themes.split()))
        cautious = says == "supports" and rng.random() < 0.02
        bearings.append((plan.id, tuple(sorted(plan.themes.split())), "inconclusive" if cautious else says))
    return Observation(
        definition,
        happened,
        recorded,
        tablet,
        author,
        sealed,
        tuple(bearings),
        LOWER[result] if lowered else "",
        rng.choice(sentences.LOWERED_REASONS) if lowered else "",
    )


def _plans(ago: int, tablet: ExampleTablet, rng: Random) -> list[Plan]:
    """The actions a record is linked to: mostly one, now and then two or none. Only those whose window has begun."""
    open_now = [
        plan
        for plan in PLANS
        if plan.weight
        and plan.service == tablet.service
        and plan.begun >= ago
        and plan.typed.get("unit", "") in ("", tablet.unit)
    ]
    if not open_now or rng.random() < 0.16:
        return []
    chosen = rng.choices(open_now, [plan.weight for plan in open_now], k=2 if rng.random() < 0.14 else 1)
    return sorted({plan.id: plan for plan in chosen}.values(), key=lambda plan: plan.id)


class _Answering:
    """One person filling in one form. Every question gets an answer; the form leaves out what was not shown."""

    def __init__(
        self,
        definition: Definition,
        tablet: ExampleTablet,
        plans: Sequence[Plan],
        ago: int,
        shift: str,
        happened: datetime,
        recorded: datetime,
        rng: Random,
    ) -> None:
        self.definition, self.tablet, self.plans, self.rng = definition, tablet, plans, rng
        self.shift, self.happened, self.recorded = shift, happened, recorded
        self.author = _pick(AUTHORS[tablet.service], rng)
        self.themes = {theme for plan in plans for theme in plan.themes.split()}
        self.good = all(rng.random() < _quality(plan, ago) for plan in plans)
        self.short = () if self.good else self._falls_short()

    def all(self) -> Answers:
        """An answer to every question, by id."""
        answers: Answers = {}
        for question in self.definition.questions():
            if question.kind == "standard":
                answers[question.id] = self._standard(question)
        answers |= self._facts(answers) | self._set_up() | self._end(answers)
        for question in self.definition.questions():
            if question.kind == "yes_no":
                answers[question.id] = "yes" if self.rng.random() < 0.2 else "no"
        return answers

    def _falls_short(self) -> tuple[str, ...]:
        on_theme = [
            question.id
            for question in self.definition.questions()
            if question.kind == "standard" and self.themes & set(question.themes)
        ]
        return tuple(self.rng.sample(on_theme, min(len(on_theme), self.rng.choice((1, 1, 2)))))

    def _standard(self, question: Question) -> str:
        if question.id in self.short:
            return "partly" if self.rng.random() < 0.56 else "not_met"
        if self.themes & set(question.themes):
            return "met"
        return _pick(NORMAL, self.rng)

    def _facts(self, answers: Answers) -> Answers:
        facts: Answers = {}
        for question in self.definition.questions():
            said = answers.get(question.facts_for or "")
            written = sentences.SHORTFALLS.get(question.facts_for or "")
            if written and said in ("partly", "not_met"):
                facts[question.id] = written.partly if said == "partly" else written.not_met
        return facts

    def _set_up(self) -> Answers:
        rng = self.rng
        theme = rng.choice(sorted(self.themes)) if self.themes else ""
        observed = [one for one in OBSERVED[self.tablet.service] if one != self.author]
        answers: Answers = {
            "happened_at": write_instant(self.happened),
            "backdated_reason": rng.choice(sentences.LATE_REASONS),
            "shift": self.shift,
            "reason": REASONS[theme] if theme in REASONS and rng.random() < 0.45 else _pick(_WHY, rng),
            "routine": ROUTINES[theme] if theme in ROUTINES and rng.random() < 0.5 else _pick(_ROUTINE, rng),
            "staff_observed": sorted(rng.sample(observed, rng.choice((1, 1, 1, 2)))),
            "person_supported": "communal"
            if rng.random() < 0.07
            else rng.choice(people_of(self.tablet.unit)),
            "person_agreed": _pick(_AGREED, rng),
            "stopped_because": rng.choice(sentences.STOPPED),
            "complaint": "not_listed",
            "incident": "not_listed",
            "learning_reference": rng.choice(sentences.LEARNING),
        }
        if rng.random() < 0.5:
            answers["others_present"] = rng.randrange(5)
        return answers

    def _end(self, answers: Answers) -> Answers:
        rng = self.rng
        short = [
            id for id, said in answers.items() if said in ("partly", "not_met") and id in sentences.SHORTFALLS
        ]
        steps = ["coaching_done"] if short else ["none"]
        if short and rng.random() < 0.4:
            steps.append(rng.choice(("supervision", "watch_again", "tell_manager")))
        end: Answers = {
            "feedback": _pick((("at_once", 80), ("later_today", 14), ("not_yet", 6)), rng),
            "feedback_at": write_instant(self.recorded + timedelta(hours=2)),
            "feedback_not_yet": "They had gone home before I could.",
            "went_well": rng.choice(sentences.WENT_WELL),
            "must_change": sentences.SHORTFALLS[short[0]].change if short else "Do it every time.",
            "next_step": _in_option_order(self.definition.by_id["next_step"], steps),
            "watch_again_by": (self.recorded + timedelta(days=rng.randrange(5, 14))).date().isoformat(),
        }
        if rng.random() < 0.6:
            end["staff_view"] = _pick((("agreed", 86), ("disagreed", 6), ("not_present", 8)), rng)
            if rng.random() < 0.3:
                end["staff_words"] = rng.choice(sentences.STAFF_WORDS)
        if rng.random() < 0.12:
            end["note"] = rng.choice(sentences.NOTES)
        return end


_WHY = (("planned", 70), ("recheck", 20), ("handover_or_record", 6), ("provider_visit", 4))
_ROUTINE = (
    ("personal_care", 26),
    ("meal_or_drink", 24),
    ("moving_and_handling", 16),
    ("activity", 12),
    ("call_or_distress", 10),
    ("medicines_round", 8),
    ("handover", 4),
)
_AGREED = (("yes", 62), ("by_behaviour", 24), ("could_not_tell", 12), ("no", 2))


def _quality(plan: Plan, ago: int) -> float:
    """How likely practice is as it should be, on the way from the window's start to today."""
    first, last = plan.quality
    return first + (last - first) * max(plan.start - ago, 0) / plan.start


def _with_corrections(
    definition: Definition, made: list[Observation], now: datetime, rng: Random
) -> list[Observation]:
    corrections = []
    for place, one in enumerate(made):
        recorded = one.recorded + timedelta(minutes=rng.randrange(15, 70))
        if one.definition is not definition:
            continue
        if rng.random() < 0.04 and recorded < now - timedelta(minutes=20):
            corrections.append((place, _corrected(definition, one, recorded, rng)))
    places = {id(one): place for place, one in corrections}
    everything = sorted([*made, *(one for _, one in corrections)], key=_order)
    new_place = {id(one): place for place, one in enumerate(everything)}
    return [
        one._replace(corrects=new_place[id(made[places[id(one)]])]) if id(one) in places else one
        for one in everything
    ]


def _corrected(definition: Definition, one: Observation, recorded: datetime, rng: Random) -> Observation:
    reason = rng.randrange(len(sentences.CORRECTIONS))
    answers, happened = dict(one.answers), one.happened
    if reason == 0:
        answers["shift"] = {"day": "late", "late": "day"}.get(str(answers["shift"]), "day")
    elif reason == 1 and "knows_person" in answers:
        answers["knows_person"] = "partly"
        answers["knows_person_facts"] = sentences.SHORTFALLS["knows_person"].partly
        answers["must_change"] = sentences.SHORTFALLS["knows_person"].change
    elif reason == 2:
        answers["person_supported"] = rng.choice(people_of(one.tablet.unit))
    else:
        reason, happened = 3, one.happened - timedelta(hours=1)
        answers["happened_at"] = write_instant(happened)
    answers["backdated_reason"] = str(answers.get("backdated_reason", "It is a correction of my record."))
    plans = [plan for plan in PLANS for action, _, _ in one.bearings if plan.id == action]
    corrected = _weighed(definition, one.tablet, one.author, plans, answers, (happened, recorded), rng)
    return corrected._replace(
        version=2, reason=sentences.CORRECTIONS[reason], lowered_to="", lowered_reason=""
    )


def _in_option_order(question: Question, chosen: Sequence[str]) -> list[str]:
    return [option.code for option in question.options if option.code in chosen]


def _pick(choices: Sequence[tuple[T, int]], rng: Random) -> T:
    return rng.choices([choice for choice, _ in choices], [often for _, often in choices])[0]
