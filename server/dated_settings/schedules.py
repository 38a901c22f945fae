"""How often meetings are held, summaries signed, open safeguarding followed up, and by when in the day samples are due.

The documents name the rhythm (domain/2 1.3, 1.4); the days and times are [design] (domain/3 1.11).
"""

from collections.abc import Mapping

from server.dated_settings.setting import (
    MEETINGS,
    MONTH_DAYS,
    PERIODS,
    RHYTHM,
    WEEKDAYS,
    Setting,
    one_of,
    read_minutes,
    read_time,
    some_of,
)
from server.reviews.kinds import EVERY, KINDS

MEETING, SUMMARIES, SUMMARY_DAY, FOLLOW_UP = "every_", "summaries_asked", "summary_day", "follow_up_days"
EARLY: Mapping[str, str] = {
    "0": "Not at all", "15": "15 minutes", "30": "30 minutes", "45": "45 minutes", "60": "1 hour",
}  # fmt: skip
VISIT_DAYS: Mapping[str, str] = {"0": "The day of the monthly samples", **MONTH_DAYS}
SUMMARY_NAMES: Mapping[str, str] = {
    "safeguarding": "Safeguarding theme summary",
    "care_records": "Care record quality report",
    "audits": "Audit effectiveness summary",
    "workforce": "Workforce assurance summary",
    "monthly": "Monthly assurance summary",
    "recovery": "Recovery assurance summary",
    "provider": "Provider assurance report",
    "dashboard": "Quality dashboard",
}
"""Those of `server.summaries.catalogue`, held to it by a test: that room reads settings itself."""

OF_MEETINGS = (
    *(
        Setting(
            f"{MEETING}{kind.code}", f"{kind.name} is held", str(kind.months), MEETINGS,
            "By the last day of each. What is overdue stands under Reviews, under Today and in the calendar. Held less "
            "often, the meeting that is already asked for is still held; more often counts at once.",
            one_of(EVERY), EVERY,
        )
        for kind in KINDS.values()
    ),
    Setting(
        SUMMARIES, "Summaries asked for each month", " ".join(SUMMARY_NAMES), MEETINGS,
        "The others can be written too, and are never overdue. A month asks for those that were named on its last day.",
        some_of(SUMMARY_NAMES), SUMMARY_NAMES, several=True,
    ),
    Setting(
        SUMMARY_DAY, "Summaries of a month are signed by this day of the next", "10", MEETINGS,
        "After it they stand as overdue under Monthly summaries and under Today.", one_of(MONTH_DAYS), MONTH_DAYS,
    ),
    Setting(
        FOLLOW_UP, "Open safeguarding is followed up by the end of", "3 7", MEETINGS,
        "Twice a week at least: one look at each open case for each of these days. The week that runs keeps the days "
        "that held on its Monday.",
        some_of(WEEKDAYS, least=2), WEEKDAYS, several=True,
    ),
)  # fmt: skip

OF_THE_RHYTHM = (
    Setting(
        "visit_day", "Day of the monthly provider visit", "0", RHYTHM,
        "The visit is due at the end of this day.", one_of(VISIT_DAYS), VISIT_DAYS,
    ),
    Setting(
        "sample_time", "Samples and visits are due at", "17:00", RHYTHM,
        "The time on their day, weekly and monthly.", read_time,
    ),
    Setting(
        "control_time", "Temporary controls are looked at again by", "17:00", RHYTHM,
        "The time on the day that was set for a control when it was put on the list.", read_time,
    ),
    Setting(
        "handover_early", "A handover may begin early by", "60", RHYTHM,
        "A record of it from then on is that handover’s, and no longer the one before.", one_of(EARLY), EARLY,
    ),
    Setting(
        "question_within", "A question about a record is answered within", "2880", PERIODS,
        "Minutes for the author to answer on a tablet: 2880 is two days, which takes in a day off.", read_minutes,
    ),
)  # fmt: skip
