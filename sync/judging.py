"""The server's own check of a record, by the form version the record was made with.

What the tablet worked out is compared, never trusted: a result or bearing may be lowered by the author,
with a reason, but not raised (domain/4 1.8, Scoring). Whatever is found is kept beside the record and
refuses nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from observation_forms import (
    Catalogue,
    Context,
    Form,
    bearing_allowed,
    bearing_of,
    judge_seen,
    result_allowed,
    see,
)
from sync.wire import BearingClaim, Body, Finding


class Weighed(Struct, frozen=True):
    """What a record means for one action: what counts, what the rules say, what the author said."""

    action: str
    bearing: str
    computed: str
    claimed: str


class Judged(Struct, frozen=True):
    """What the server makes of a body. `result` is the computed one unless the author lowered it."""

    form: Form
    result: str
    computed_result: str
    points: int
    scored: int
    findings: list[Finding]
    concerns: list[str]
    bearings: list[Weighed]


class UnknownForm(Exception):
    """The catalogue has no form version with the body's hash, or knows that hash under another name."""


def judge_body(
    catalogue: Catalogue, body: Body, known: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> Judged:
    """Check `body` by its own form version, and by the themes the server knew of each action when it came.

    Raises `UnknownForm`.
    """
    form = catalogue.form(body.form_hash)
    if form is None or (form.definition.form, form.definition.version) != (body.form, body.form_version):
        raise UnknownForm(body.form_hash)
    context = Context(recorded_at=body.recorded_at, themes=_themes(body.bearings))
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
        fuller = see(form.definition, body.answers, Context(body.recorded_at, wider))
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
    )


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
    if body.version > 1 and not body.reason.strip():
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
