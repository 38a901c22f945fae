"""What the example's other actions rest on, week by week: shift reviews, checks of records, calls, audits, visits."""

from collections.abc import Iterator

from server.example.improvement import action_id
from server.example.weeks import Told, spread

# By the week, the oldest first: of three calls to families, how many came in time and before they had to ask
CALLED = (1, 1, 0, 1, 1, 2, 1, 2, 3, 2, 3, 3, 2, 3)
# The shifts of the first floor that were short in their week: (weeks ago, weekday, shift)
SHORT = {(4, 5, "late"), (4, 6, "night"), (3, 6, "late")}
# What was found for the first time, every third week
NEW_FINDINGS = ("says_what_was_done", "order_clear", "matches", "own_login", "passed_on")
_SHIFTS = (("day", 14, "farah"), ("late", 21, "gwen"), ("night", 6, "hari"))
_NO_CONTROLS: dict[str, object] = {"controls": ["none"]}


def everyday() -> Iterator[Told]:
    """All of it."""
    yield from _shifts()
    yield from _calls()
    yield from _entries()
    yield from _audits()
    yield from _visits()
    yield from _incidents()


def _shifts() -> Iterator[Told]:
    """S0E2: every shift of the first floor for four weeks. In the last two the staff was as planned."""
    for week in (4, 3, 2, 1):
        for weekday in range(7):
            for shift, hour, author in _SHIFTS:
                example, changes = "calm_day", dict(_NO_CONTROLS)
                if (week, weekday, shift) in SHORT:
                    example = "short_but_no_harm"
                    changes |= {"short_risk_assessed": "no", "short_assessed_by": None}
                # A night is looked back on in the morning after it
                day = weekday + (shift == "night")
                yield Told("shift_review", example, week, day, hour, shift, "Elm", author, "S0E2", changes)
    for week, example in ((4, "as_planned"), (3, "late_and_short"), (2, "as_planned"), (1, "as_planned")):
        changes = {"audit_scope": "Late shifts at the weekend", "record_reference": f"DN {2300 - week}"}
        yield Told("sample_pressure", example, week, 1, 13, "day", "Elm", "ben", "S0E2", changes)


def _calls() -> Iterator[Told]:
    """S1E3: three contacts with families a week."""
    for place, in_time in enumerate(CALLED):
        for number, weekday in enumerate(spread(3)):
            good = number < in_time
            tablet = "Oak" if number % 2 else "Elm"
            example = "fall_told_within_the_hour" if good else "hospital_told_late"
            author, week = "gwen" if good else "farah", len(CALLED) - place
            # Who stays upset is spoken with: one of them still waits for that
            told: dict[str, object] = {} if good or week == 2 else {"seemed": "worried"}
            yield Told(
                "family_contact", example, week, weekday, 22 if good else 14,
                "night" if good else "late", tablet, author, "S1E3", told,
            )  # fmt: skip
    for week in (6, 3, 1):
        changes = {
            "linked_complaint": "none",
            "since_what": "Calls after a fall",
            "who": "relative",
            "own_words": "They rang before I had heard it from anyone else.",
        }
        yield Told(
            "lived_experience", "better_since_june", week, 6, 16, "late", "Oak", "amina", "S1E3", changes
        )


def _entries() -> Iterator[Told]:
    """S3E1: records of the ground floor looked at twice a week; the same things are found again."""
    for week in range(13, 0, -1):
        for weekday, example in ((1, "three_records_all_soon"), (4, "late_and_very_late")):
            changes: dict[str, object] = {}
            if example == "late_and_very_late" and week % 3 == 1:
                example = "three_records_all_soon"
                new = NEW_FINDINGS[week // 3 % len(NEW_FINDINGS)]
                changes = {
                    f"entries.1.{new}": "partly",
                    f"entries.1.{new}_facts": "It says only that all was well.",
                }
            shift, hour = ("day", 11) if example == "three_records_all_soon" else ("late", 19)
            yield Told(
                "live_record_check", example, week, weekday, hour, shift, "Oak", "ben", "S3E1", changes
            )


def _audits() -> Iterator[Told]:
    """S1E2: audits of both floors read again; most lead somewhere. They speak to S3E1 as well, of the ground floor."""
    for number in range(12):
        changes: dict[str, object] = {"record_reference": f"AU {7 + number}"}
        example = "a_sound_audit"
        if number in (1, 4, 7):
            example = "no_impact_check"
            changes |= {"action_needed": "open_already", "action_open": action_id("S1E2")}
        week = 4 - number // 3
        yield Told("sample_audit", example, week, number % 3, 15, "day", "Oak", "ben", "S1E2 S3E1", changes)


def _visits() -> Iterator[Told]:
    """The nominated individual, once a month, in each service."""
    for week in (10, 6, 2):
        for tablet, about in (("Oak", "S4E2 S1E2"), ("Ash", "S0E1")):
            yield Told(
                "provider_visit", "a_good_visit", week, 2, 14, "day", tablet, "dana", about,
                {"findings": ["none"], "previous": ["none"]}, minutes=60,
            )  # fmt: skip


def _incidents() -> Iterator[Told]:
    """S4E2: three falls on the first floor."""
    for week, weekday in ((9, 2), (5, 5), (2, 3)):
        yield Told("incident_record", "fall_in_own_room", week, weekday, 22, "night", "Elm", "gwen", "S4E2")
