"""Rule 8 (S0E3, early warning "vague closure notes"): the note has forty letters and names what was changed.

Decided: it names what was changed when it shares two of the words of what the action says was changed (one, where that
has but one), small words not counted, by their first five letters: a fixed rule that anyone can check by eye.
"""

import re

from server.closure.facts import Facts, Said, failed, later, passed

SHORTEST_NOTE = 40
_STEM, _LEAST = 5, 4
_SMALL = (
    "about after again also been before being both each every from have here into more most much only other over "
    "same some such than that their them then there these they this those very were what when where which will with "
    "your changed change practice action staff"
)
_NOT_TELLING = frozenset(_SMALL.split())


def note_is_specific(facts: Facts) -> Said:
    """The closure note, once it is written."""
    if facts.proposal is None:
        return later("The note is written when closing is proposed.")
    fault = fault_of_note(facts.proposal.note, facts.fields.changed_what)
    return failed(fault) if fault else passed("The note names what changed.")


def fault_of_note(note: str, changed_what: str) -> str:
    """What is wrong with a note, "" for nothing."""
    length = len(" ".join(note.split()))
    if length < SHORTEST_NOTE:
        return f"The closure note has {length} of {SHORTEST_NOTE} characters."
    wanted = _stems(changed_what)
    if not wanted:
        return "The action does not say what was changed in practice, so no note can name it."
    if len(wanted & _stems(note)) < min(2, len(wanted)):
        return f"The closure note does not name what was changed: “{changed_what}”."
    return ""


def _stems(text: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return frozenset(word[:_STEM] for word in words if len(word) >= _LEAST and word not in _NOT_TELLING)
