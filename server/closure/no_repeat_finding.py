"""Rule 7 (S0E3, early warning "repeated audit gaps after completion"): what was found is not found again."""

from server.closure.facts import Facts, Finding, Said, failed, passed
from server.triangulation.agreement import joined


def no_repeat_finding(facts: Facts) -> Said:
    """No question that a sample on this action found not met before the change is not met in the same unit since, and
    none is found twice since.
    """
    again = repeated(facts)
    if again:
        questions = sorted({one.words or one.question for one in again})
        return failed(
            f"Found again since the change: {joined(questions)}.",
            tuple(sorted({(one.record, one.version) for one in again})),
        )
    return passed("No sample since the change found again what was found before.")


def repeated(facts: Facts) -> list[Finding]:
    """The findings since the change that repeat an earlier one of the same question and unit."""
    changed_on = facts.changed_on
    if changed_on is None:
        return []
    known = {(one.question, one.unit) for one in facts.findings if one.linked and one.day <= changed_on}
    since = sorted(
        (one for one in facts.findings if changed_on < one.day <= facts.today),
        key=lambda one: (one.day, one.record, one.question),
    )
    found = []
    for one in since:
        if (one.question, one.unit) in known:
            found.append(one)
        elif one.linked:
            known.add((one.question, one.unit))
    return found


def questions_of(facts: Facts) -> list[str]:
    """The questions of samples that the action was to put right: those found not met by sheets that bear on it."""
    return sorted({one.question for one in facts.findings if one.linked})
