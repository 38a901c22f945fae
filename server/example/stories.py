"""The three stories of the example, by the week, with what the other actions rest on.

S1E1 succeeds: of what was sampled since the change, 38 of 40 reached a senior in time, and people say the same. S3E3
fails: its audits are in order, and tenants say that their evenings got worse. S4E1 lacks one thing: nobody has watched
practice at night. What each says is held by tests (tests/server/example/test_story.py).
"""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from observation_forms import Catalogue
from server.example.everyday import everyday
from server.example.improvement import action_id
from server.example.observing import Observation
from server.example.weeks import Told, records, spread

# By the week, the oldest first: of five changes in health that were sampled, how many a senior heard of in time
HEARD_IN_TIME = (3, 2, 3, 2, 2, 5, 4, 5, 5, 5, 4, 5, 5)
# By the week, the oldest first: how many tenants say better, the same, worse
EVENINGS = (
    (1, 2, 0), (1, 1, 1), (1, 2, 0), (2, 0, 1), (1, 1, 1), (1, 1, 1), (0, 2, 1), (1, 0, 2), (0, 2, 1), (0, 1, 2),
    (0, 1, 2), (0, 2, 1), (0, 1, 2), (0, 1, 2), (0, 1, 2),
)  # fmt: skip
_SAID = {
    "better": ("I choose when I go up now.", "They ask me first these days."),
    "same": ("It depends who is on.", "Tea is when it suits them."),
    "worse": (
        "We are all in our rooms by eight.",
        "They say it changed. Not for me.",
        "Nobody asks me any more.",
    ),
}


def tell(catalogue: Catalogue, now: datetime, rng: Random) -> list[Observation]:
    """Every record of the stories and of the other actions, in no order."""
    told = (*_escalated(), *_evenings(), *_safeguarding(), *everyday(), *_screens())
    return list(records(catalogue, told, now, rng))


def _escalated() -> Iterator[Told]:
    """S1E1: the weekly sample, both floors, and what people and families say of it."""
    weeks = len(HEARD_IN_TIME)
    for place, in_time in enumerate(HEARD_IN_TIME):
        week = weeks - place
        for number, weekday in enumerate((0, 1, 2, 3, 5)):
            changes: dict[str, object] = {
                "record_reference": f"DN {2200 + 5 * place + number}",
                "audit_scope": "Change in health, both floors",
            }
            example = "told_in_an_hour"
            if number >= in_time:
                example = "one_minute_late"
                changes |= {
                    "risk_rose": "no",
                    "finding": "A senior heard of it after the time set for something urgent.",
                    "action_needed": "open_already",
                    "action_open": action_id("S1E1"),
                }
            tablet = "Elm" if number % 2 or weekday == 5 else "Oak"
            about = "S1E1"
            yield Told(
                "sample_deterioration", example, week, weekday, 10, "day", tablet, "ben", about, changes
            )
    for week in (7, 6, 5, 4, 3, 2, 1):
        tablet, author = ("Oak", "amina") if week % 2 else ("Elm", "gwen")
        changes = {
            "linked_complaint": "none",
            "since_what": "Being asked at every handover how I am",
            "own_words": "I said my leg was sore and the nurse came the same morning.",
        }
        yield Told(
            "lived_experience", "better_since_june", week, 2, 15, "late", tablet, author, "S1E1", changes
        )


def _evenings() -> Iterator[Told]:
    """S3E3: what tenants of Mill House say week by week, and the audits, which find all in order."""
    weeks = len(EVENINGS)
    for place, counts in enumerate(EVENINGS):
        week = weeks - place
        said = [change for change, many in zip(_SAID, counts, strict=True) for _ in range(many)]
        for number, (change, weekday) in enumerate(zip(said, spread(len(said)), strict=True)):
            author = ("marta", "noor", "owen")[(place + number) % 3]
            changes = _about_evenings(change, place + number)
            yield Told(
                "lived_experience",
                "better_since_june",
                week,
                weekday,
                18,
                "late",
                "Rowan",
                author,
                "S3E3",
                changes,
            )
    for week in range(9, 0, -1):
        changes = {"audit_scope": "Evening plans at Mill House", "record_reference": f"CP {120 - week}"}
        changes |= {"complaint": "not_listed", "learning_words": "Evenings, house meeting"}
        yield Told("sample_care_plan", "plan_changed", week, 3, 11, "day", "Rowan", "marta", "S3E3", changes)
    for week in (8, 5, 1):
        changes = {"audit_scope": "Audits of choice and activities", "record_reference": f"AU {40 - week}"}
        yield Told("sample_audit", "a_sound_audit", week, 4, 11, "day", "Rowan", "marta", "S3E3", changes)


def _about_evenings(change: str, number: int) -> dict[str, object]:
    better, worse = change == "better", change == "worse"
    answers: dict[str, object] = {
        "linked_complaint": "none",
        "since_what": "Evenings, since the house meeting",
        "change": change,
        "own_words": _SAID[change][number % len(_SAID[change])],
        "the_way_i_like": "yes" if better else "no" if worse or number % 2 else "mostly",
        "listened_to": "yes" if better else "no" if worse else "mostly",
        "same_whoever": "mostly" if better else "no",
        "who_to_tell": "yes" if better else "mostly",
        "uneven_where": ["shift"],
    }
    if worse:
        answers |= {"worse_unsafe": "no", "practice_changed": "partly"}
        answers |= {
            "practice_changed_facts": "The evening plan hangs in the kitchen. Tea was at five for all."
        }
    return answers


def _safeguarding() -> Iterator[Told]:
    """S4E1: records of Quay House sampled twice a week, whole since the change; audits as well. No night."""
    for week in range(11, 0, -1):
        for weekday in (1, 4):
            changes: dict[str, object] = {
                "record_reference": f"SG {60 - 2 * week + weekday // 4}",
                "audit_scope": "Safeguarding records, Quay House",
            }
            example = "complete"
            if week > 7 and (week + weekday) % 3:
                example = "no_reason_written"
                changes |= {"action_needed": "open_already", "action_open": action_id("S4E1")}
            elif (week, weekday) == (1, 4):
                example = "review_not_due"
            yield Told(
                "sample_safeguarding", example, week, weekday, 10, "day", "Ash", "marta", "S4E1", changes
            )
    for week in (6, 4, 1):
        changes = {"audit_scope": "Daily safeguarding check", "record_reference": f"AU {20 - week}"}
        yield Told("sample_audit", "a_sound_audit", week, 2, 14, "day", "Ash", "marta", "S4E1", changes)


def _screens() -> Iterator[Told]:
    """S4E1: the notes of Quay House, read each morning of four weeks; Mill House has not begun."""
    for week in (4, 3, 2, 1):
        for weekday in range(7):
            author = "noor" if weekday % 2 else "marta"
            yield Told(
                "safeguarding_screen", "nothing_in_the_notes", week, weekday, 8, "day", "Ash", author, ""
            )
