"""Who may do what (domain/2, 1.4): the one table. A role counts only in the services it was given for.

Decided: each route names one rule from `RULES` in its `opt`; the app refuses to start with a route that has
none.
What a role does not allow is answered 404, as if it were not there: the address itself says nothing.
Rejected: a guard function per route (the table would be scattered over ten files); 403 (tells a visitor what
exists).
"""

from enum import StrEnum
from typing import Any


class Permission(StrEnum):
    """What a signed-in member of staff may do at the desk, inside their services."""

    READ_EVIDENCE = "read_evidence"
    READ_ACTIONS = "read_actions"
    WRITE_ACTIONS = "write_actions"
    READ_TABLETS = "read_tablets"
    MANAGE_TABLETS = "manage_tablets"
    READ_HELD = "read_held"
    REVIEW_EVIDENCE = "review_evidence"
    READ_RESTRICTED = "read_restricted"
    READ_FORMS = "read_forms"
    READ_OWN = "read_own"
    ANSWER_CONCERNS = "answer_concerns"
    READ_DUE = "read_due"
    READ_LISTS = "read_lists"
    WRITE_LISTS = "write_lists"
    READ_SETTINGS = "read_settings"
    WRITE_SETTINGS = "write_settings"
    MANAGE_STAFF = "manage_staff"
    MANAGE_VISITORS = "manage_visitors"
    MARK_CHARTS = "mark_charts"
    READ_SIGNALS = "read_signals"
    ANSWER_SIGNALS = "answer_signals"
    READ_SUMMARIES = "read_summaries"
    WRITE_SUMMARIES = "write_summaries"
    SIGN_SUMMARIES = "sign_summaries"
    READ_NOTICES = "read_notices"
    READ_STAFFING = "read_staffing"
    WRITE_STAFFING = "write_staffing"
    READ_CASES = "read_cases"
    WRITE_CASES = "write_cases"
    DECIDE_CASES = "decide_cases"
    READ_COMPLAINTS = "read_complaints"
    WRITE_COMPLAINTS = "write_complaints"
    SAVE_FILTERS = "save_filters"
    SHARE_FILTERS = "share_filters"
    READ_AUDIT = "read_audit"
    READ_LOG = "read_log"
    MAKE_PACKS = "make_packs"
    READ_RETENTION = "read_retention"
    DESTROY = "destroy"
    EXPORT_SUBJECT = "export_subject"
    EXPORT_FULL = "export_full"
    NOTE_FORMS = "note_forms"


class Role(StrEnum):
    """The product's roles. One person may hold several, each in one service or in all."""

    FLOOR = "floor"
    SHIFT_MANAGER = "shift_manager"
    REGISTERED_MANAGER = "registered_manager"
    QUALITY_LEAD = "quality_lead"
    NOMINATED_INDIVIDUAL = "nominated_individual"
    VISITOR = "visitor"
    ADMINISTRATOR = "administrator"


class Rule(StrEnum):
    """Who a route is for, where no single permission says it."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TABLET = "tablet"
    TABLET_EVEN_REVOKED = "tablet_even_revoked"


P = Permission
READS = frozenset({P.READ_EVIDENCE, P.READ_ACTIONS})
OVERSEES = READS | {
    P.WRITE_ACTIONS,
    P.READ_TABLETS,
    P.READ_HELD,
    P.REVIEW_EVIDENCE,
    P.READ_FORMS,
    P.READ_OWN,
    P.ANSWER_CONCERNS,
    P.READ_DUE,
    P.READ_LISTS,
    P.READ_SETTINGS,
    P.READ_SIGNALS,
    P.READ_SUMMARIES,
    P.WRITE_SUMMARIES,
    P.READ_CASES,
    P.WRITE_CASES,
    P.READ_COMPLAINTS,
    P.WRITE_COMPLAINTS,
    P.READ_NOTICES,
    P.SAVE_FILTERS,
    P.READ_STAFFING,
}
# Whether what is kept can be believed, and showing it to those who ask
CHECKS = frozenset({P.READ_AUDIT, P.READ_LOG, P.MAKE_PACKS})
# What leaves the service, who from outside may look in, and what is destroyed
ANSWERS_FOR = CHECKS | {
    P.MANAGE_VISITORS,
    P.READ_RETENTION,
    P.DESTROY,
    P.EXPORT_SUBJECT,
    P.EXPORT_FULL,
}

MAY: dict[Role, frozenset[Permission]] = {
    # Records on the tablet; at the desk only what was observed about themselves
    Role.FLOOR: frozenset({P.READ_OWN}),
    Role.SHIFT_MANAGER: OVERSEES | {P.WRITE_LISTS, P.WRITE_STAFFING},
    Role.REGISTERED_MANAGER: OVERSEES
    | ANSWERS_FOR
    | {P.MANAGE_TABLETS, P.MANAGE_STAFF, P.WRITE_LISTS, P.WRITE_SETTINGS, P.WRITE_STAFFING}
    | {P.MARK_CHARTS, P.ANSWER_SIGNALS, P.SHARE_FILTERS, P.SIGN_SUMMARIES, P.DECIDE_CASES, P.NOTE_FORMS},
    Role.QUALITY_LEAD: OVERSEES
    | CHECKS
    | {P.NOTE_FORMS, P.MARK_CHARTS, P.ANSWER_SIGNALS, P.SHARE_FILTERS, P.SIGN_SUMMARIES},
    # Alone sees what was raised about a manager
    Role.NOMINATED_INDIVIDUAL: OVERSEES
    | ANSWERS_FOR
    | {P.READ_RESTRICTED, P.ANSWER_SIGNALS, P.SHARE_FILTERS, P.SIGN_SUMMARIES, P.DECIDE_CASES},
    # Board, commissioner, inspector: reads for a limited time, changes nothing
    Role.VISITOR: READS,
    # Looks after tablets and sign-ins, and sees no evidence for it
    Role.ADMINISTRATOR: frozenset({P.READ_TABLETS, P.MANAGE_TABLETS, P.MANAGE_STAFF, P.READ_NOTICES}),
}

# A role may be given for one unit alone. What it then reaches: of these, that unit's; of the next, the whole service's;
# nothing else, for everything else is about the service or leaves it
BY_UNIT = frozenset(
    {
        P.READ_EVIDENCE,
        P.REVIEW_EVIDENCE,
        P.READ_RESTRICTED,
        P.READ_DUE,
        P.ANSWER_CONCERNS,
        P.READ_HELD,
        P.READ_TABLETS,
        P.READ_SIGNALS,
        P.ANSWER_SIGNALS,
        P.READ_NOTICES,
        P.READ_STAFFING,
        P.WRITE_STAFFING,
    }
)
OF_SERVICE = frozenset(
    {P.READ_ACTIONS, P.READ_LISTS, P.READ_FORMS, P.READ_SETTINGS, P.READ_OWN, P.SAVE_FILTERS}
)

ROLE_NAMES: dict[Role, str] = {
    Role.FLOOR: "Senior carer or team leader",
    Role.SHIFT_MANAGER: "Deputy or shift manager",
    Role.REGISTERED_MANAGER: "Registered manager",
    Role.QUALITY_LEAD: "Quality lead",
    Role.NOMINATED_INDIVIDUAL: "Nominated individual",
    Role.VISITOR: "Visitor, read only",
    Role.ADMINISTRATOR: "Administrator",
}


def needs(rule: Permission | Rule) -> dict[str, Any]:
    """The `opt` of a route: `@get("/evidence", opt=needs(Permission.READ_EVIDENCE))`."""
    return {"rule": rule}
