"""Reading the answer to a signal: an action made, an action changed, or accepted with a reason (domain/3, 1.7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from server.evidence.actions import Action
from server.evidence.times import write_instant
from server.signals.signal import Signal
from server.signals.store import ANSWERS, Answer

SHORTEST_REASON, LONGEST_REASON = 10, 500


def read_answer(
    typed: Mapping[str, str], signal: Signal, actions: Sequence[Action], who: str, now: datetime
) -> tuple[Answer, dict[str, str]]:
    """The answer, and by field what to put right ({} = it can be kept). `actions` are those that may be named.

    An action that was made, or changed, since the signal showed is one whose history says so: an answer that points to
    an action nobody touched is no answer.
    """
    reason = " ".join(typed.get("reason", "").split())
    answer = typed.get("answer", "")
    chosen = next((action for action in actions if action.id == typed.get("action", "")), None)
    since = write_instant(signal.fired_at)
    faults = {}
    if answer not in ANSWERS:
        faults["answer"] = "Choose what came of it."
    if not reason.isprintable() or len(reason) > LONGEST_REASON:
        faults["reason"] = f"Write at most {LONGEST_REASON} letters, on one line."
    elif answer == "accepted" and len(reason) < SHORTEST_REASON:
        faults["reason"] = (
            f"Write why nothing has to change, in {SHORTEST_REASON} letters or more: it stays for good."
        )
    if answer in ("created", "changed") and (chosen is None or chosen.service != signal.service):
        faults["action"] = "Choose the action."
    elif answer == "created" and chosen is not None and chosen.created_at <= since:
        faults["action"] = "This action was there before the sign showed. Was it changed instead?"
    elif answer == "changed" and chosen is not None and (chosen.version == 1 or chosen.changed_at < since):
        faults["action"] = (
            "Nothing of this action was changed since the sign showed. Change it first, then answer."
        )
    kept = chosen.id if chosen is not None and answer in ("created", "changed") else ""
    return Answer(
        fired_by=signal.fired_by, answer=answer, action=kept, reason=reason, who=who, at=write_instant(now)
    ), faults
