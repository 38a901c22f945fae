"""What the codes kept in the database are called on the manager's pages."""

from collections.abc import Mapping
from functools import cache

from observation_forms import load_catalogue

RESULTS: Mapping[str, str] = {
    "met": "Met",
    "partly": "Partly met",
    "not_met": "Not met",
    "not_scored": "Not scored",
}

BEARINGS: Mapping[str, str] = {
    "supports": "Supports",
    "contradicts": "Contradicts",
    "inconclusive": "Inconclusive",
}

SHIFTS: Mapping[str, str] = {"day": "Day", "late": "Late", "night": "Night"}

# domain/2 1.5 D1
RISKS: Mapping[str, str] = {"high": "High", "medium": "Medium", "low": "Low"}

SOURCES: Mapping[str, str] = {
    "inspection": "Inspection finding",
    "complaint": "Complaint",
    "incident": "Incident",
    "audit": "Audit",
    "safeguarding": "Safeguarding",
    "staffing": "Staffing",
    "oversight": "Provider oversight",
}

# domain/4, closing table: the five kinds of evidence a closure is tested on
EVIDENCE_KINDS: Mapping[str, str] = {
    "record": "Records",
    "audit": "Audits",
    "observation": "Observations of practice",
    "feedback": "Feedback",
    "oversight": "Oversight and minutes",
}

COMPARATORS: Mapping[str, str] = {"at_least": "At least", "at_most": "At most", "exactly": "Exactly"}
TARGET_UNITS: Mapping[str, str] = {"percent": "per cent", "count": "in number"}

# domain/3 1.6, each measure by what it counts
MEASURES: Mapping[str, str] = {
    "M01": "Safeguarding themes reviewed each month, repeated concerns linked to action and outcome",
    "M02": "Weeks in a row with planned staffing achieved",
    "M03": "High-risk closures supported by evidence",
    "M04": "Deterioration concerns escalated in time",
    "M05": "Audits with findings, actions, owners and impact checks",
    "M06": "Repeat communication complaints",
    "M07": "Joined-up staffing assurance each month",
    "M08": "Complaint learning in care plans within eight weeks",
    "M09": "Provider oversight on current evidence",
    "M10": "Repeat recording findings",
    "M11": "Controls after an incident still in place",
    "M12": "Repeat complaints and lived experience",
    "M13": "Safeguarding records complete",
    "M14": "Incidents reviewed within five working days, learning checked",
    "M15": "Provider visits with findings, actions, owners and follow-up",
}

FLAGS: Mapping[str, str] = {
    "concern": "Raised a concern",
    "findings": "Something to check",
    "late": "Recorded or arrived late",
    "corrected": "Corrected",
    "lowered": "Result lowered by its author",
    "clock": "Tablet clock in doubt",
    "withdrawn": "Withdrawn by its author",
}


@cache
def themes() -> Mapping[str, str]:
    """The themes a record or an action may speak to (domain/2), in the words of the forms."""
    return {
        code: name
        for form in load_catalogue().current_forms()
        for code, name in form.definition.theme_names.items()
    }


def named(words: Mapping[str, str], code: str) -> str:
    """The word for a code; the code itself where no word is known, so that nothing is hidden."""
    return words.get(code, code)
