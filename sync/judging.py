"""The server's own check of a record, by the form version the record was made with.

What the tablet worked out is compared, never trusted: a result or bearing may be lowered by the author,
with a reason, but not raised (domain/4 1.8, Scoring). Whatever is found is kept beside the record and
refuses nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from msgspec import Struct

from observation_forms import (
    Catalogue,
    Context,
    Form,
    Sight,
    Value,
    bearing_allowed,
    bearing_of,
    judge_seen,
    result_allowed,
    see,
)
from observation_forms.rules import Facts
from sync.wire import BearingClaim, Body, Finding

# Kinds of question nobody answers: what a tablet says there is compared, and worked out afresh
WORKED_OUT = ("duration", "worked_out")
# domain/4 F12: a concern about a manager goes past that manager
RESTRICTING = ("immediate_concern", "about_manager", "yes")


class Weighed(Struct, frozen=True):
    """What a record means for one action: what counts, what the rules say, what the author said."""

    action: str
    bearing: str
    computed: str
    claimed: str


class Judged(Struct, frozen=True):
    """What the server makes of a body. `result` is the computed one unless the author lowered it.

    `answers` are the author's, but what is worked out is as the server worked it out; `facts` is what rules
    are asked about. `restricted`: it is about a manager, so that only those above them may see it.
    """

    form: Form
    result: str
    computed_result: str
    points: int
    scored: int
    findings: list[Finding]
    concerns: list[str]
    bearings: list[Weighed]
    answers: dict[str, Value]
    facts: Facts
    restricted: bool


class UnknownForm(Exception):
    """The catalogue has no form version with the body's hash, or knows that hash under another name."""


def judge_body(
    catalogue: Catalogue,
    body: Body,
    known: Mapping[str, frozenset[str]] = MappingProxyType({}),
    timescales: Mapping[str, int] = MappingProxyType({}),
) -> Judged:
    """Check `body` by its own form version, by the themes the server knew of each action when it came, and by
    the timescales (minutes by name) that were in force then.

    Raises `UnknownForm`.
    """
    form = catalogue.form(body.form_hash)
    if form is None or (form.definition.form, form.definition.version) != (body.form, body.form_version):
        raise UnknownForm(body.form_hash)
    context = Context(body.recorded_at, _themes(body.bearings), dict(timescales), body.author)
    sight = see(form.definition, body.answers, context)
    judgement = judge_seen(form.definition, body.answers, sight)
    findings = [
        Finding(found.code, found.question, found.severity, found.message) for found in judgement.findings
    ]
    findings += _compare_claims(body, judgement.result)
    bearings: list[Weighed] = []
    # What a theme of the server's would have asked is looked at as well, should it have been answered
    wider = context.themes.union(*known.values())
    fuller = sight
    if wider != context.themes:
        fuller = see(form.definition, body.answers, msgspec.structs.replace(context, themes=wider))
    for claim in _once_each(body.bearings, findings):
        claimed, ours = frozenset(claim.themes), known.get(claim.action, frozenset())
        computed = bearing_of(form.definition, sight.facts, claimed)
        if not ours <= claimed:
            findings.append(_themes_differ(claim))
        for themes in (claimed | ours, ours) if ours else ():
            computed = _lower(computed, bearing_of(form.definition, fuller.facts, themes))
        bearings.append(_settle_bearing(claim, computed, findings))
    return Judged(
        form=form,
        result=_result(body, judgement.result),
        computed_result=judgement.result,
        points=judgement.score.points,
        scored=judgement.score.scored,
        findings=findings,
        concerns=list(judgement.concerns),
        bearings=bearings,
        answers=_settled_answers(form, body, sight),
        facts=sight.facts,
        restricted=_is_restricted(body),
    )


def _settled_answers(form: Form, body: Body, sight: Sight) -> dict[str, Value]:
    """The answers as given; what is worked out, as it comes out here, or not at all."""
    # In most forms nothing is, and to look at every key again costs a tenth of the judging
    if not form.definition.works_out:
        return body.answers
    worked_out = {key for key, question in sight.shown.items() if question.kind in WORKED_OUT}
    given = {key: value for key, value in body.answers.items() if not _is_worked_out(form, key)}
    return given | {key: sight.facts.answers[key] for key in worked_out if key in sight.facts.answers}


def _is_worked_out(form: Form, key: str) -> bool:
    question = form.definition.question_at(key)
    return question is not None and question.kind in WORKED_OUT


def _is_restricted(body: Body) -> bool:
    form, question, answer = RESTRICTING
    return body.form == form and body.answers.get(question) == answer


def _result(body: Body, computed: str) -> str:
    return body.lowered_to if result_allowed(computed, body.lowered_to) else computed


def _compare_claims(body: Body, computed: str) -> list[Finding]:
    findings = []
    if body.lowered_to and not result_allowed(computed, body.lowered_to):
        findings.append(
            _warning("result_raised", f"The author gave a better result than the answers do ({computed}).")
        )
    if body.lowered_to and not body.lowered_reason.strip():
        findings.append(_warning("lowered_without_reason", "The result was changed without a reason."))
    if body.withdrawn and not body.reason.strip():
        findings.append(_warning("withdrawn_without_reason", "The record was taken back without a reason."))
    elif body.version > 1 and not body.reason.strip():
        findings.append(_warning("correction_without_reason", "This correction gives no reason."))
    if body.answers.get("happened_at", body.happened_at) != body.happened_at:
        findings.append(
            _warning(
                "happened_at_differs", "The answer and the record give different times for what happened."
            )
        )
    return findings


def _once_each(claims: list[BearingClaim], findings: list[Finding]) -> list[BearingClaim]:
    by_action: dict[str, BearingClaim] = {}
    for claim in claims:
        if by_action.setdefault(claim.action, claim) is not claim:
            findings.append(
                _warning("bearing_repeated", f"Action {claim.action} is named twice; the first one counts.")
            )
    return list(by_action.values())


def _settle_bearing(claim: BearingClaim, computed: str, findings: list[Finding]) -> Weighed:
    if bearing_allowed(computed, claim.bearing):
        return Weighed(claim.action, claim.bearing, computed, claim.bearing)
    findings.append(
        _warning(
            "bearing_raised",
            f"The author says more for action {claim.action} than the answers do ({computed}).",
        )
    )
    return Weighed(claim.action, computed, computed, claim.bearing)


def _themes_differ(claim: BearingClaim) -> Finding:
    return _warning(
        "themes_differ",
        f"The tablet did not know every theme of action {claim.action}; the lower bearing counts.",
    )


def _lower(one: str, other: str) -> str:
    return other if bearing_allowed(one, other) else one


def _themes(claims: list[BearingClaim]) -> frozenset[str]:
    return frozenset(theme for claim in claims for theme in claim.themes)


def _warning(code: str, message: str) -> Finding:
    return Finding(code, "", "warning", message)
