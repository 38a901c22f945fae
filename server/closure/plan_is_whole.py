"""Rule 1 (S4): the action says where it started, what is measured, what is aimed at, by when, and who owns it."""

from server.closure.facts import Facts, Said, failed, passed
from server.evidence.action_form import BASELINE_CHARACTERS
from server.triangulation.agreement import joined


def plan_is_whole(facts: Facts) -> Said:
    """Baseline, measure, target, window and owner are there. An owner who has left is none.

    The statement of where it started is asked for, not a figure: "High-risk care plans are not reviewed after
    incidents" is the documents' own good example.
    """
    fields, targets = facts.fields, facts.fields.targets
    lacking = {
        "what was wrong at the start": len(fields.baseline.strip()) < BASELINE_CHARACTERS,
        "a measure": not targets or not all(one.measure or one.how.strip() for one in targets),
        "a target": not targets or not all(one.comparator and one.unit for one in targets),
        "a window": not targets or not all(one.start and one.end and one.start < one.end for one in targets),
        "an owner who works here": not fields.owner or not facts.owner_here,
    }
    missing = [name for name, lacks in lacking.items() if lacks]
    if missing:
        return failed(f"The plan lacks {joined(missing)}.")
    return passed("Where it started, measure, target, window and owner are there.")
