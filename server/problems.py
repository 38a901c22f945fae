"""Every way a request can fail, in one table: stable code, HTTP status, what happened, what to do.

Machines get it as a problem document (RFC 9457), browsers as a page, by the same words
(`problem_answers.py`).
A code, once published, keeps its meaning for ever; a retired one stays here with a note.
"""

from collections.abc import Mapping

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """One row: `title` says what happened, `remedy` what to do about it."""

    status: int
    title: str
    remedy: str


class Problem(Exception):
    """Raised anywhere below a route to end the request. `detail` replaces the remedy of the table where the
    case needs its own words; `extra` adds fields to the document; `headers` are sent with it.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = PROBLEMS[code]
        self.code = code
        self.detail = detail or self.kind.remedy
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        super().__init__(f"{code}: {self.detail}")

    def document(self) -> dict[str, object]:
        """The problem document: type, title, status, detail, code, and the case's own fields."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


PROBLEMS: dict[str, Kind] = {
    # The request cannot be read
    "bad_request": Kind(400, "The request could not be read", "Check what was sent, then send it again."),
    "not_json": Kind(
        400, "What was sent is not JSON of the right shape", "Update the app, then send it again."
    ),
    "not_a_batch": Kind(400, "What was sent is not a list of records", "Update the app, then send again."),
    "not_a_question": Kind(
        400, "The question about records cannot be read", "Update the app, then ask again."
    ),
    "wrong_host": Kind(
        400, "This is not the address of this server", "Use the address your manager gave you."
    ),
    "payload_too_large": Kind(413, "Too much was sent at once", "Send it in smaller parts."),
    "batch_too_large": Kind(413, "Too many records were sent at once", "Halve the batch, then send again."),
    "too_many_asked": Kind(
        413, "Too many records were asked about at once", "Ask about fewer, then ask again."
    ),
    "wrong_media_type": Kind(
        415, "The server cannot read this kind of content", "Send it as application/json."
    ),
    "invalid_input": Kind(
        422, "Some answers need another look", "Put right the fields that are named, then send again."
    ),
    # Who is asking
    "not_signed_in": Kind(401, "You are not signed in", "Sign in, then try again."),
    "wrong_sign_in": Kind(
        401,
        "That email and password do not match",
        "Check both and try again, or ask your manager for a new password.",
    ),
    "wrong_code": Kind(
        401,
        "That code is not right",
        "Wait for the next one and try again: each works once, for half a minute. Check the clock of your phone.",
    ),
    "cross_origin": Kind(
        403, "This request came from another site", "Open Sightline itself and try again there."
    ),
    "no_role": Kind(
        403,
        "There is nothing here for your role",
        "If you record on a tablet, carry on there. If you should see more, ask your registered manager.",
    ),
    "too_many_attempts": Kind(429, "Too many wrong tries", "Wait a little, then try again."),
    # Tablets
    "not_enrolled": Kind(
        401,
        "This tablet is not enrolled",
        "Ask a manager for an enrolment code and enter it. Nothing on it is lost.",
    ),
    "tablet_revoked": Kind(
        403,
        "This tablet has been taken out of use",
        "It can still send what is waiting. Give it to your manager when all is sent.",
    ),
    "wrong_enrolment_code": Kind(
        422,
        "That code does not work",
        "Check each letter and number, or ask for a new code: each works once, for a short time.",
    ),
    "conditions_missing": Kind(
        422,
        "This device is not ready to be a tablet",
        "Turn on its encryption and its screen lock, tick both, then send the code again.",
    ),
    "wrong_pin": Kind(
        422, "That PIN is not right", "Try again. Ask your manager for a new first PIN if you forgot it."
    ),
    "weak_pin": Kind(422, "That PIN will not do", "Choose six digits that follow no pattern."),
    "no_pin": Kind(
        409, "You have no PIN that works", "Ask your manager for a first PIN. It works for seven days."
    ),
    "pin_must_change": Kind(
        409, "This is your first PIN", "Choose a PIN of your own: nobody else will know it."
    ),
    "recovery_unreadable": Kind(
        422,
        "What this tablet stores cannot be opened by this server",
        "Ask somebody who has signed in on this tablet before to unlock it. Nothing on it is lost.",
    ),
    "not_a_copy": Kind(
        422, "This copy cannot be opened", "Use the server that the tablet belongs to, with its own key file."
    ),
    "cursor_refused": Kind(
        409,
        "The server cannot carry on from there",
        "Read everything again from the start, then ask what is missing.",
    ),
    # What is asked for
    "not_found": Kind(404, "There is nothing here", "Check the address, or go back to the start."),
    "method_not_allowed": Kind(
        405, "That cannot be done here", "Go back and try again from the page itself."
    ),
    "conflict": Kind(409, "Someone else changed this first", "Look at it again, then make your change."),
    # The server cannot
    "too_many_streams": Kind(
        503,
        "Too many live pages are open",
        "Close one of them. This page can be read all the same; load it again to see what is new.",
    ),
    "database_busy": Kind(
        503, "The server is very busy", "Wait a few seconds, then try again. Nothing was lost."
    ),
    "database_full": Kind(
        503,
        "The server's disk is full, so nothing was saved",
        "Tell whoever looks after the server to free some space, then try again.",
    ),
    "database_unavailable": Kind(
        503,
        "The server cannot reach its database",
        "Tell whoever looks after the server, then try again. Tablets keep what is waiting.",
    ),
    "server_error": Kind(
        500,
        "Something went wrong on the server",
        "Try again. If it keeps happening, tell whoever looks after the server.",
    ),
}
