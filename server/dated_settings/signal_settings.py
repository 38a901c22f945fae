"""When early-warning signs show (domain/3, 1.7): name, label, usual value, hint. All [design]."""

SIGNAL_SETTINGS = (
    (
        "signal_low_level_count", "Small changes in one person show from", "3",
        "New entries of the senior on shift, of which none was passed on.",
    ),
    ("signal_low_level_days", "Small changes in one person are counted within", "7", "The day itself is one of them."),
    (
        "signal_review_hours", "Senior review must be clear after", "12",
        "Who looks again is named, and the reason is long enough.",
    ),
    ("signal_reason_length", "A reason is long enough from", "20", "What was decided and why."),
    (
        "signal_family_first_count", "Families who ask first show from", "2",
        "Contacts in which the family asked before they were told.",
    ),
    ("signal_family_first_days", "Families who ask first are counted within", "14", "The day itself is one of them."),
    (
        "signal_theme_count", "The same safeguarding concern shows from", "2",
        "Concerns of one kind, in one service.",
    ),
    ("signal_theme_days", "The same safeguarding concern is counted within", "30", "The day itself is one of them."),
    (
        "signal_sent_back_count", "A record sent back shows from", "2",
        "Questions that managers asked its author.",
    ),
    (
        "signal_wording_percent", "Vague wording shows from, in per cent", "20",
        "Of the entries looked at in a week of a unit, those not factual or without a clear timeline.",
    ),
    (
        "signal_least", "A share or a median says something from", "5",
        "Entries, answers or shifts. With fewer, no sign is told from a share.",
    ),
    (
        "signal_delay_minutes", "Writing long after the care shows above", "120",
        "The median of the entries looked at in a week of a unit.",
    ),
    ("signal_rushed_count", "Rushed records show from", "2", "Shifts of one unit."),
    ("signal_rushed_days", "Rushed records are counted within", "7", "The day itself is one of them."),
    (
        "signal_missed_count", "Missed support shows from", "2",
        "Shifts of one unit on which it happened more often than is usual there.",
    ),
    ("signal_missed_days", "Missed support is counted within", "7", "The day itself is one of them."),
    (
        "signal_usual_days", "What support is usually missed is told from the last", "28",
        "Days before the shift, in the same unit.",
    ),
    (
        "signal_strain_count", "Tired staff and unsafe pressure show from", "2", "Shifts of one unit.",
    ),
    ("signal_strain_days", "Tired staff and unsafe pressure are counted within", "7", "The day itself is one of them."),
    (
        "signal_follow_up_days", "An incident is followed by an observation or a sample within", "14",
        "Of incidents that may teach something.",
    ),
    (
        "signal_silence_days", "An overdue action shows after", "14",
        "Days in which nothing was written in its history.",
    ),
    (
        "signal_finding_length", "A finding of a visit holds an example from", "40", "Shorter ones show.",
    ),
    (
        "signal_unlinked_days", "An audit finding leads to an action within", "30",
        "Days after the audit.",
    ),
    (
        "signal_closure_length", "A closure note is long enough from", "40", "What changed, named.",
    ),
    (
        "signal_overlap_percent", "A summary is the same again above, in per cent", "80",
        "How much of it stood in the one before.",
    ),
)  # fmt: skip
