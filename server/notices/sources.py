"""Every source of notices, in the order of the digest. A room that has something to say is one entry here."""

from server.identity.permissions import Permission
from server.notices import (
    of_actions,
    of_cases,
    of_closures,
    of_complaints,
    of_due,
    of_records,
    of_reviews,
    of_server,
    of_signals,
    of_staffing,
    of_summaries,
    of_tablets,
)
from server.notices.notice import Source

SOURCES: tuple[Source, ...] = (
    Source(
        code="concerns",
        permission=Permission.ANSWER_CONCERNS,
        today=of_records.concerns_today,
        week=of_records.concerns_of_week,
    ),
    Source(
        code="records",
        permission=Permission.REVIEW_EVIDENCE,
        today=of_records.to_review,
        week=of_records.records_of_week,
    ),
    Source(
        code="held",
        permission=Permission.READ_HELD,
        today=of_records.held_today,
        week=of_records.held_of_week,
    ),
    Source(
        code="due",
        permission=Permission.READ_DUE,
        today=of_due.due_today,
        week=of_due.due_of_week,
        dated=of_due.due_dated,
    ),
    Source(
        code="actions",
        permission=Permission.READ_ACTIONS,
        today=of_actions.actions_today,
        week=of_actions.actions_of_week,
        dated=of_actions.actions_dated,
    ),
    Source(
        code="closures",
        permission=Permission.WRITE_ACTIONS,
        today=of_closures.closures_today,
        dated=of_closures.closures_dated,
    ),
    Source(
        code="reviews",
        permission=Permission.WRITE_ACTIONS,
        today=of_reviews.reviews_today,
        dated=of_reviews.reviews_dated,
    ),
    Source(
        code="summaries",
        permission=Permission.SIGN_SUMMARIES,
        today=of_summaries.summaries_today,
        dated=of_summaries.summaries_dated,
    ),
    Source(
        code="decisions",
        permission=Permission.DECIDE_CASES,
        today=of_cases.to_decide_today,
        dated=of_cases.decisions_dated,
    ),
    Source(
        code="cases",
        permission=Permission.WRITE_CASES,
        today=of_cases.to_do_today,
        week=of_cases.cases_of_week,
        dated=of_cases.checks_dated,
    ),
    Source(
        code="complaints",
        permission=Permission.WRITE_COMPLAINTS,
        today=of_complaints.complaints_today,
        week=of_complaints.complaints_of_week,
        dated=of_complaints.complaints_dated,
    ),
    Source(
        code="signals",
        permission=Permission.READ_SIGNALS,
        today=of_signals.signals_today,
        week=of_signals.signals_of_week,
    ),
    Source(
        code="staffing",
        permission=Permission.READ_STAFFING,
        today=of_staffing.staffing_today,
        week=of_staffing.staffing_of_week,
    ),
    Source(code="tablets", permission=Permission.READ_TABLETS, today=of_tablets.tablets_today),
    Source(code="drills", permission=Permission.READ_TABLETS, today=of_tablets.drills_today),
    Source(code="server", permission=Permission.MANAGE_STAFF, today=of_server.server_today, of_server=True),
)
