"""Rows 31 to 75 of domain/2 1.3, from the documents S2, S3 and S4."""

from server.named_records.named_record import NamedRecord
from server.named_records.places import (
    BOARD,
    MAP,
    OVERSIGHT,
    PACKS,
    QUALITY,
    STAFFED,
    STAFFING,
    actions,
    cases,
    closures,
    complaints,
    log,
    minutes,
    record,
    summary,
)

_MONTHLY = summary("Monthly assurance summary")

ROWS: tuple[NamedRecord, ...] = (
    record(
        31, "S2E1.1", "Workforce assurance summary", "to governance pack",
        "Registered manager, monthly", "", summary("Workforce assurance summary"), STAFFING,
    ),
    record(
        32, "S2E1.2", "Operational quality file", "delayed/shortened/poorly evidenced support",
        "Deputy, after shifts under pressure", "F7-HP", log("operational-quality"),
    ),
    record(
        33, "S2E1.3", "Shift review log", "risks, immediate controls",
        "Team leaders, during handover", "F4", log("shift-review"),
    ),
    record(
        34, "S2E1.4", "Monthly assurance report", "linked patterns",
        "Quality lead", "", _MONTHLY,
    ),
    record(
        35, "S2E1.5", "Oversight minutes", "recruitment, deployment, support",
        "Nominated individual and registered manager", "", STAFFED,
    ),
    record(
        36, "S2E2.1", "Feedback learning tracker", "required plan updates",
        "Complaints lead", "", complaints("What is to be learned, and by when a care plan says it"),
    ),
    record(
        37, "S2E2.2", "Care planning audit file", "missing updates",
        "Deputy, monthly", "F7-CP", log("care-planning-audit"),
    ),
    record(
        38, "S2E2.3", "The person's care documentation", "",
        "Key workers, in the care system", "F7-CP",
        log("care-planning-audit", words="It stays in the care system: the reference of each plan, and its day"),
        complaints("The reference of each care plan that a complaint changes"),
    ),
    record(
        39, "S2E2.4", "Practice observation log", "",
        "Senior staff", "F1", log("practice-observation"),
    ),
    record(
        40, "S2E2.5", "Quality meeting record", "embedded / still fragmented",
        "Registered manager", "", QUALITY,
    ),
    record(
        41, "S2E3.1", "Provider governance calendar", "required sources",
        "Nominated individual", "", minutes("Which meetings are due; in minutes, each source that must be shown"),
    ),
    record(
        42, "S2E3.2", "Evidence pack", "to governance folder",
        "Registered manager, before each meeting", "", PACKS,
    ),
    record(
        43, "S2E3.3", "Oversight meeting minutes", "challenge, follow-up",
        "Provider representative", "", OVERSIGHT,
    ),
    record(
        44, "S2E3.4", "Live recovery action tracker", "",
        "Quality lead", "", actions("", "Every action"), MAP,
    ),
    record(
        45, "S2E3.5", "Provider board review decision", "",
        "Board, quarterly", "", BOARD,
    ),
    record(
        46, "S3E1.1", "Governance concern tracker", "weakness, teams, dates, localised?",
        "Quality lead", "", cases("?kind=concern", "Concerns, each with where and since when"),
    ),
    record(
        47, "S3E1.2", "Leadership impact review", "seriousness, root causes",
        "Registered manager", "", cases("", "Seriousness and root causes, on each case"),
    ),
    record(
        48, "S3E1.3", "Documentation recovery plan", "",
        "Deputy", "", actions("?theme=RE", "The actions about recording"),
    ),
    record(
        49, "S3E1.4", "Practice monitoring sheet", "improvement, inconsistency, who needs support",
        "Team leader, during shifts", "F5", log("practice-monitoring"),
    ),
    record(
        50, "S3E1.5", "Monthly assurance summary", "",
        "Registered manager, monthly", "", _MONTHLY,
    ),
    record(
        51, "S3E2.1", "Incident oversight file", "safety actions, people affected, responsible leaders",
        "Registered manager", "", cases("?kind=incident", "Incidents, each with its controls"),
    ),
    record(
        52, "S3E2.2", "Incident review note", "facts vs assumptions",
        "Quality lead", "", cases("?kind=incident", "Confirmed facts and assumptions, on each incident"),
    ),
    record(
        53, "S3E2.3", "Risk control log", "briefings, temporary controls, adjustments",
        "Deputy", "F2 F4", log("risk-control"), cases("", "Immediate controls, and who was briefed, on each case"),
    ),
    record(
        54, "S3E2.4", "Post-incident improvement plan", "",
        "Registered manager", "", actions("?theme=IL", "The actions about learning from incidents"),
    ),
    record(
        55, "S3E2.5", "Recovery assurance summary", "",
        "Quality lead", "", summary("Recovery assurance summary"),
    ),
    record(
        56, "S3E3.1", "Lived experience review log", "",
        "Quality lead", "", complaints("Complaints, compliments and feedback by theme"),
    ),
    record(
        57, "S3E3.2", "Leadership triangulation note", "",
        "Registered manager", "",
        summary("What each kind of evidence said, and what was made of it"), MAP,
    ),
    record(
        58, "S3E3.3", "Service response plan", "",
        "Deputy", "", actions("?theme=CO", "The actions about complaints and feedback"),
    ),
    record(
        59, "S3E3.4", "Local quality review", "fresh feedback + observed change",
        "Team leader", "F6", log("local-quality-review"),
    ),
    record(
        60, "S3E3.5", "Provider assurance report", "",
        "Registered manager", "", summary("Provider assurance report"),
    ),
    record(
        61, "S4E1.1", "Safeguarding oversight tracker", "initial screening",
        "Team leader, each morning", "F9", log("safeguarding-screen"),
    ),
    record(
        62, "S4E1.2", "Safeguarding log", "rationale, protection action",
        "Registered manager, the same day", "",
        cases("?kind=safeguarding", "The decision of each, with its reason and controls"),
    ),
    record(
        63, "S4E1.3", "Provider safeguarding monitoring file", "",
        "Safeguarding lead, twice weekly", "", cases("?kind=safeguarding", "Follow-up, on each safeguarding case"),
    ),
    record(
        64, "S4E1.4", "Supervision and staff briefing tracker", "",
        "Deputy, a sample each week", "F7-RE F1", log("supervision-and-briefing"),
    ),
    record(
        65, "S4E1.5", "Quality governance meeting minutes", "",
        "Nominated individual, monthly", "", QUALITY,
    ),
    record(
        66, "S4E2.1", "Incident form", "electronic incident system",
        "Senior carer, immediately", "F10", log("incidents"),
    ),
    record(
        67, "S4E2.2", "Incident review section", "",
        "Registered manager, each working day", "", cases("?kind=incident", "Review, on each incident"),
    ),
    record(
        68, "S4E2.3", "Handover file", "attendance, key messages, understanding",
        "Deputy, at the next handover", "F2", log("handover-file"),
    ),
    record(
        69, "S4E2.4", "Practice observation audit", "",
        "Clinical or care lead, within seven days", "F1", log("practice-observation-audit"),
    ),
    record(
        70, "S4E2.5", "Quality improvement dashboard", "",
        "Provider quality lead, monthly", "", summary("Quality dashboard"),
    ),
    record(
        71, "S4E3.1", "Provider oversight visit template", "",
        "Provider representative, monthly", "F11", log("provider-visits"),
    ),
    record(
        72, "S4E3.2", "Service improvement tracker", "",
        "Registered manager", "", actions("", "Every action"),
    ),
    record(
        73, "S4E3.3", "Visit report", "closure decision or further challenge",
        "Provider representative", "F11", log("visit-report"), closures("The decision about closing an action"),
    ),
    record(
        74, "S4E3.4", "Action tracker", "deadlines, leads, overdue list",
        "Quality administrator", "", actions("?overdue=yes", "The actions past their deadline"),
    ),
    record(
        75, "S4E3.5", "Board-level governance minutes", "",
        "Nominated individual, quarterly", "", BOARD,
    ),
)  # fmt: skip
