"""The trail of who did what: append-only, held so by triggers, and each event a leaf of the signed log.

It says who, what, when, about whom and from which tablet, in ids; names are looked up when it is read, so that the
log keeps none. It never holds a note, an answer or a PIN, nor what was typed as a wrong email.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from server.identity.audit_place import service_of
from server.identity.instants import at
from sync import append_to_log

EVENTS = {
    "signed_in": "Signed in at the desk",
    "sign_in_refused": "Tried to sign in with a wrong email or password",
    "factor_refused": "Tried to sign in with a wrong code from the second factor",
    "signed_out": "Signed out",
    "session_ended": "Ended a sign-in at another desk",
    "password_set": "A new password was set",
    "password_refused": "Gave a wrong password to confirm something",
    "factor_on": "Turned the second factor on",
    "factor_off": "Turned the second factor off",
    "recovery_codes_made": "Made new recovery codes",
    "recovery_code_used": "Signed in with a recovery code",
    "refused": "Asked for something that is not there, or not theirs to see",
    "person_viewed": "Looked at what was recorded about a person",
    "staff_viewed": "Looked at what was recorded about a member of staff",
    "exported": "Took a copy out as a file",
    "record_reviewed": "Decided about a record",
    "action_changed": "Changed an action",
    "register_imported": "Brought a register of actions in from a file",
    "setting_changed": "Changed a setting",
    "form_change_noted": "Wrote what changed with a form",
    "staffing_written": "Wrote in a staffing week",
    "mail_chosen": "Chose on which days a mail says what waits",
    "calendar_made": "Made a secret address for their calendar",
    "calendar_ended": "Took back the secret address of their calendar",
    "calendar_refused": "A calendar asked with an address that is not known",
    "chart_noted": "Wrote a note on a chart, or had its limits begun anew",
    "chart_note_taken_back": "Took back a note on a chart",
    "signal_answered": "Answered an early-warning signal",
    "summary_judged": "Wrote about a month in its summary",
    "summary_signed": "Signed a monthly summary",
    "summary_added_to": "Added something to a signed summary",
    "closure_decided": "Took a step in closing an action",
    "review_signed": "Signed the minutes of a review",
    "review_added_to": "Added to signed minutes",
    "closure_deputy_named": "Named who signs closures of high risk instead",
    "filter_shared": "Shared a saved filter, or shared it no more",
    "measure_built": "Built or changed a measure of the service’s own",
    "measure_ended": "Ended a measure of the service’s own",
    "case_changed": "Did something with a case",
    "complaint_changed": "Did something with a complaint",
    "learning_told": "Noted that somebody was told a learning message",
    "concern_acknowledged": "Answered an immediate concern",
    "visit_began": "Let a visitor in until a day",
    "visit_ended": "Ended a visit",
    "visitor_opened": "Opened a page as a visitor",
    "code_made": "Made an enrolment code",
    "code_refused": "A wrong enrolment code was tried",
    "first_pin_made": "Made a first PIN for somebody",
    "pin_set": "Chose a PIN of their own",
    "pin_changed": "Changed their PIN",
    "pin_wrong": "A wrong PIN was tried on a tablet",
    "tablet_signed_in": "Signed in on a tablet",
    "records_recovered": "Brought in what waited on a tablet from a copy of it",
    "tablet_enrolled": "A tablet was enrolled",
    "tablet_revoked": "A tablet was taken out of use",
    "tablet_lost": "A tablet was said to be lost",
    "tablet_renamed": "A tablet was given another name",
    "tablet_moved": "A tablet was given to another unit",
    "tablet_wiped": "A tablet wiped what it held",
    "store_lost": "A tablet lost its local store",
    "store_loss_seen": "Looked into a lost store",
    "staff_added": "A member of staff was added",
    "role_given": "A role was given",
    "role_ended": "A role was ended",
    "staff_moved": "A member of staff was moved to another place",
    "staff_left": "A member of staff left",
    "signed_out_everywhere": "A member of staff was signed out everywhere",
    "first_password_made": "A code for a first password was made",
    "record_destroyed": "Had a record destroyed under a retention rule",
    "record_kept_longer": "Decided to keep a record longer",
    "hold_placed": "Placed a legal hold",
    "hold_lifted": "Lifted a legal hold",
    "subject_exported": "Took out everything about one person",
    "history_alarm": "A tablet noticed that the log had changed",
    "history_alarm_acknowledged": "Looked into a change of the log",
    "exported_in_full": "Took a copy out as a file, with names and words",
    "pack_asked": "Asked for an evidence pack",
    "pack_made": "An evidence pack was made",
    "pack_failed": "An evidence pack could not be made",
    "pack_destroyed": "An evidence pack was destroyed",
}

LONGEST_DETAILS = 500
REFUSALS_A_MINUTE = 10
MORE = "; more within this minute were left out"


def note(
    connection: sqlite3.Connection,
    what: str,
    now: datetime,
    *,
    who: str = "",
    about: str = "",
    address: str = "",
    tablet: str = "",
    details: str = "",
    service: str | None = None,
) -> None:
    """Add one event: one row, and one leaf of the log, in the transaction of what happened.

    `who` is a staff id, `about` the id of what it happened to, `address` where from, `details` a few words of ours
    ("role: deputy", "12 rows"), never what somebody wrote. `service` is whose managers may read it: None finds it out
    from the rest, "" says that no single service's may. Raises `ValueError` for an event that is not in `EVENTS`.
    """
    if what not in EVENTS:
        raise ValueError(f"the audit trail knows no event called {what!r}")
    if service is None:
        service = service_of(connection, who=who, about=about, tablet=tablet, when=at(now))
    row: dict[str, object] = {
        "id": _next_id(connection),
        "at": at(now),
        "what": what,
        "who": who,
        "about": about,
        "address": address,
        "tablet": tablet,
        "details": details[:LONGEST_DETAILS],
        "service": service,
    }
    connection.execute(
        f"""
        INSERT INTO identity_audit ({", ".join(row)}, position) VALUES ({", ".join("?" * len(row))}, ?)
        """,  # noqa: S608
        (*row.values(), append_to_log(connection, "audit", statement_of(row))),
    )


def note_some(
    connection: sqlite3.Connection,
    what: str,
    now: datetime,
    *,
    who: str = "",
    about: str = "",
    address: str = "",
    tablet: str = "",
    details: str = "",
) -> None:
    """`note`, for what a stranger can do as often as they like: ten times a minute from one address about the same,
    the tenth saying that more were left out. Else whoever is refused could fill the disk.
    """
    # By time alone (the plus signs): nobody and nothing is named in the trail of years, and all of it would be read
    (before,) = connection.execute(
        """
        SELECT count(*) FROM identity_audit
        WHERE at > ? AND what = ? AND +who = ? AND +about = ? AND address = ? AND tablet = ?
        """,
        (at(now, minutes=-1), what, who, about, address, tablet),
    ).fetchone()
    if before < REFUSALS_A_MINUTE:
        words = f"{details}{MORE}".removeprefix("; ") if before == REFUSALS_A_MINUTE - 1 else details
        note(connection, what, now, who=who, about=about, address=address, tablet=tablet, details=words)


def statement_of(row: Mapping[str, object]) -> dict[str, object]:
    """What the log says of an event: ids, and a digest of the whole row, so that a changed row is found out."""
    digest = sha256(
        json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()
    return {name: row[name] for name in ("id", "at", "what", "who", "about", "tablet")} | {"row": digest}


def _next_id(connection: sqlite3.Connection) -> int:
    """The id that the row will have: the log must name it, and the row may not be changed afterwards."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'identity_audit'").fetchone()
    return int(row[0]) + 1 if row else 1
