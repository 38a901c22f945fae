"""Rows 1 to 30 of domain/2 1.3, from the documents S0 and S1."""

from server.identity.permissions import Permission as P
from server.named_records.named_record import NamedRecord
from server.named_records.places import (
    LEADERSHIP,
    MAP,
    OVERSIGHT,
    PACKS,
    STAFFED,
    STAFFING,
    actions,
    closures,
    complaints,
    log,
    minutes,
    record,
    summary,
)

_CLOSED = minutes("Closures reviewed, and provider oversight")

ROWS: tuple[NamedRecord, ...] = (
    record(
        1, "S0E1.1", "Monthly safeguarding theme summary", "to safeguarding governance folder",
        "Safeguarding lead, monthly", "F9 F12",
        summary("Safeguarding theme summary"), log("safeguarding-themes"),
    ),
    record(
        2, "S0E1.2", "Leadership review meeting minutes", "senior questions",
        "Registered manager, monthly", "", LEADERSHIP,
    ),
    record(
        3, "S0E1.3", "Provider oversight log", "decision, operational change",
        "Nominated individual, at each review", "", OVERSIGHT,
    ),
    record(
        4, "S0E1.4", "Safeguarding action tracker", "owner, deadline, evidence requirement",
        "Service manager, after a review", "", actions("?theme=SG", "The actions about safeguarding"),
    ),
    record(
        5, "S0E1.5", "Quality dashboard", "assurance findings",
        "Provider quality lead, before the next review", "", summary("Quality dashboard"),
    ),
    record(
        6, "S0E2.1", "Staffing variance report", "to workforce governance file: agency, sickness, uncovered",
        "Rota coordinator, weekly", "F4", STAFFING, log("staffing-variance"),
    ),
    record(
        7, "S0E2.2", "Leadership review pack", "operational impact",
        "Registered manager with unit leads", "", PACKS,
    ),
    record(
        8, "S0E2.3", "Staffing governance minutes", "",
        "Provider operations lead", "", STAFFED,
    ),
    record(
        9, "S0E2.4", "Workforce feedback log", "workload, support",
        "Deputy, after a shortfall", "F4", log("workforce-feedback"),
    ),
    record(
        10, "S0E2.5", "Governance minutes", "staffing assurance conclusion",
        "Nominated individual, monthly", "", STAFFED,
    ),
    record(
        11, "S0E3.1", "Closure report for high-risk actions / improvement tracker summary", "",
        "Quality administrator", "",
        closures("Every proposed closing, with risk, evidence and what it waits for"),
        actions("?risk=high", "The actions of high risk"),
    ),
    record(
        12, "S0E3.2", "Closure recommendations in governance file", "",
        "Registered manager, weekly", "", closures("The proposal on the closure test of an action"),
    ),
    record(
        13, "S0E3.3", "Leadership review notes", "sample test of closed actions",
        "Provider quality lead, monthly", "", closures("The sample on the closure test of an action"),
    ),
    record(
        14, "S0E3.4", "Provider oversight minutes", "closure refused",
        "Nominated individual", "", closures("The refusal and its further checks, on the closure test"), _CLOSED,
    ),
    record(
        15, "S0E3.5", "Improvement tracker", "proof of impact, revised decision",
        "Action owner", "",
        actions("", "Each action with its figures and evidence"),
        closures("What came of the further checks, and the later decision"),
    ),
    record(
        16, "S1E1.1", "Clinical risk improvement tracker", "leadership learning",
        "Registered manager, once and as it changes", "",
        actions("?theme=DE", "The actions about deterioration, each with what leaders learned"),
    ),
    record(
        17, "S1E1.2", "Daily handover governance file", "revised prompts",
        "Deputy, each handover", "F2", log("daily-handover", P.NOTE_FORMS),
    ),
    record(
        18, "S1E1.3", "Senior oversight log", "escalation decision or rationale",
        "Senior staff, every shift", "F8", log("senior-oversight"),
    ),
    record(
        19, "S1E1.4", "Care record quality report", "",
        "Registered manager, a sample each week", "F7-DE",
        summary("Care record quality report"), log("care-record-quality"),
    ),
    record(
        20, "S1E1.5", "Provider meeting notes", "",
        "Nominated individual, monthly", "", OVERSIGHT,
    ),
    record(
        21, "S1E2.1", "Audit improvement action log", "",
        "Quality lead", "", actions("", "Every action; each says from what it came, an audit among others"),
    ),
    record(
        22, "S1E2.2", "Quality assurance procedure file", "approved template change",
        "Registered manager", "", log("template-changes", P.NOTE_FORMS),
    ),
    record(
        23, "S1E2.3", "Updated audit workbook", "records, practice, outcomes",
        "Audit owners", "F7-DE F7-SG F7-CP F7-HP F7-CM F7-RE", log("audit-workbook"),
    ),
    record(
        24, "S1E2.4", "Monthly audit effectiveness summary", "",
        "Quality lead, monthly", "F7-AU", summary("Audit effectiveness summary"), log("audit-effectiveness"),
    ),
    record(
        25, "S1E2.5", "Provider quality oversight report", "",
        "Provider representative, quarterly", "", OVERSIGHT, summary("Provider assurance report"),
    ),
    record(
        26, "S1E3.1", "Complaints improvement tracker", "",
        "Registered manager", "",
        actions("?theme=CO", "The actions about complaints and feedback"),
        complaints("Every complaint and its learning"),
    ),
    record(
        27, "S1E3.2", "Family contact and escalation procedure", "document",
        "Deputy", "", log("family-contact-procedure", P.WRITE_SETTINGS),
    ),
    record(
        28, "S1E3.3", "Family communication monitoring log", "",
        "Senior staff, after an incident or review", "F3", log("family-contact"),
    ),
    record(
        29, "S1E3.4", "Quality report", "monthly sample of contact records vs themes",
        "Registered manager, monthly", "F7-CM",
        log("contact-quality"), summary("Monthly assurance summary: what families were told"),
    ),
    record(
        30, "S1E3.5", "Provider oversight minutes", "",
        "Nominated individual, quarterly", "", OVERSIGHT,
    ),
)  # fmt: skip

RECOVERY_MAP = record(
    0, "S2", "Single recovery map", "risk, action, evidence source, owner, review route",
    "Registered manager and quality lead", "", MAP,
)  # fmt: skip
