"""Whether the mails that people asked for go out."""

from server.evidence.times import LONDON, day_in_london, moment_words
from server.notices.mail_store import read_standing
from server.operations.checks import Check, Ground, good, reading, watch


def look_at_mail(ground: Ground) -> list[Check]:
    """Off unless a mail server is set. What failed today or yesterday is told, without an address."""
    settings = ground.settings
    with reading(ground) as sql:
        standing = read_standing(sql, day_in_london(ground.now))
    if not settings.mail_host:
        if standing.asked:
            words = f"Not set up (SIGHTLINE_MAIL_HOST), and {standing.asked} asked for mails."
            return watch("mail", words, "Set it up, or tell them.")
        return good("mail", "Not asked for (SIGHTLINE_MAIL_HOST).")
    if standing.failing:
        words = f"{standing.failing} not sent since yesterday: {standing.fault}."
        return watch(
            "mail", words, "Look at SIGHTLINE_MAIL_HOST and the settings after it. It is tried again."
        )
    last = f", the last {moment_words(standing.last_sent_at)}" if standing.last_sent_at else ""
    begins = f"from {settings.mail_at} ({LONDON.key})"
    return good(
        "mail", f"{standing.asked} asked for it, {begins}; {standing.sent} sent since yesterday{last}."
    )
