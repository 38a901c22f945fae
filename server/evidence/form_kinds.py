"""Which kind of evidence each form gives, and which forms are audits."""

from observation_forms import Catalogue


def kinds_of_forms(catalogue: Catalogue) -> dict[str, str]:
    """Which kind of evidence each form gives."""
    return {form.definition.form: form.definition.evidence_kind for form in catalogue.forms()}


def audit_forms(catalogue: Catalogue) -> list[str]:
    """The forms that sample records, F7 in each of its kinds: what audits found (M12-gap)."""
    return sorted(
        {form.definition.form for form in catalogue.forms() if form.definition.code.startswith("F7")}
    )
