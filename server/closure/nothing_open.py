"""Rule 6 (1.2, triggers; 14 days are [design]): no concern and no unanswered warning on the same theme.

Decided: an immediate concern (F12) on a theme of the action counts while nobody has acknowledged it, however old, and
for fourteen days in any case; a warning counts until it is answered.
"""

from collections import Counter

from server.closure.facts import Facts, Said, failed, passed


def nothing_open(facts: Facts) -> Said:
    """No immediate concern on the theme is open or recent, and no early-warning signal on it waits for an answer."""
    times = Counter(one.words for one in (*facts.concerns, *facts.signals))
    said = [words if count == 1 else f"{words} ({count} times)" for words, count in times.items()]
    records = tuple(sorted({record for one in facts.concerns for record in one.records}))
    if said:
        return failed(f"{'; '.join(said)}.", records)
    return passed(
        f"No concern on the theme is open or of the last {facts.open_days} days, and no signal waits."
    )
