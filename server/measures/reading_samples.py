"""Facts from the record samples, F7, in all their kinds."""

from server.measures.facts import (
    AuditSheet,
    CheckedAudit,
    PlanCheck,
    PressureSample,
    SafeguardingRecord,
    SampledConcern,
)
from server.measures.reading_records import Source, by_days, keys_of, read_records


def sampled_concerns(source: Source) -> tuple[SampledConcern, ...]:
    """F7-DE."""
    questions = (
        "first_sign_at", "senior_told", "senior_told_at", "urgency", "clock_is_right", "overruled_because",
    )  # fmt: skip
    return tuple(
        SampledConcern(
            **record.common(),
            first_sign_at=record.instant("first_sign_at"),
            told=record.yes("senior_told"),
            told_at=record.instant("senior_told_at"),
            timescale=record.timescale("urgency"),
            clock_is_right=record.yes("clock_is_right"),
            reasoned=bool(record.text("overruled_because")),
        )
        for record in read_records(source, ["sample_deterioration"], questions)
    )


def checked_audits(source: Source) -> tuple[CheckedAudit, ...]:
    """F7-AU."""
    questions = ("findings_clear", "each_has_action", "owner_and_date", "impact_checked")
    return tuple(
        CheckedAudit(
            **record.common(),
            **{question: record.scored(question) for question in questions},
        )
        for record in read_records(source, ["sample_audit"], questions)
    )


def pressure_samples(source: Source) -> tuple[PressureSample, ...]:
    """F7-HP."""
    questions = ("record_date", "pressured_shift", "support_was")
    return tuple(
        PressureSample(
            **record.common(),
            record_date=record.day("record_date"),
            shift=record.text("pressured_shift"),
            support_was=record.chosen("support_was"),
        )
        for record in read_records(source, ["sample_pressure"], questions)
    )


def plan_checks(source: Source) -> tuple[PlanCheck, ...]:
    """F7-CP, where it is about a complaint."""
    questions = ("learning_from", "complaint", "plan_updated", "plan_updated_on")
    return tuple(
        PlanCheck(
            **record.common(),
            complaint=record.text("complaint"),
            updated=record.text("plan_updated"),
            updated_on=record.day("plan_updated_on"),
        )
        for record in read_records(source, ["sample_care_plan"], questions)
        if record.text("learning_from") == "complaint"
    )


@by_days(SafeguardingRecord)
def safeguarding_records(source: Source) -> tuple[SafeguardingRecord, ...]:
    """F7-SG."""
    questions = ("concern_clear", "protected", "decision_reasoned", "outcome_reviewed")
    return tuple(
        SafeguardingRecord(
            **record.common(),
            concern=record.scored("concern_clear"),
            protection=record.scored("protected"),
            decision=record.scored("decision_reasoned"),
            outcome=record.scored("outcome_reviewed"),
        )
        for record in read_records(source, ["sample_safeguarding"], questions)
    )


def audit_sheets(source: Source) -> tuple[AuditSheet, ...]:
    """Every F7, by how many of its scored questions were met."""
    found = []
    forms = sample_forms(source)
    scored = keys_of(source, forms, lambda question: any(option.score for option in question.options))
    for record in read_records(source, forms, scored):
        scores = [record.scored(key) for key, _ in record.asked()]
        met, short = scores.count("met"), scores.count("partly") + scores.count("not_met")
        found.append(AuditSheet(**record.common(), met=met, scored=met + short))
    return tuple(found)


def sample_forms(source: Source) -> list[str]:
    """The forms that sample records: F7 in each of its kinds."""
    return sorted(
        {form.definition.form for form in source.catalogue.forms() if form.definition.code.startswith("F7")}
    )
