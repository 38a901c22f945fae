"""What a complaint or piece of feedback is (domain/2 1.5 D4): the fields of its opening, every act, its sections.

Least data: who said it by role alone, a care plan by its reference, and no words of the complaint itself beyond a line.
"""

from collections.abc import Mapping

from server.desk_records.act_kinds import ActKind, Section
from server.desk_records.fields import Field

COMPLAINT, COMPLIMENT, FEEDBACK = "complaint", "compliment", "feedback"
KINDS: Mapping[str, str] = {COMPLAINT: "Complaint", COMPLIMENT: "Compliment", FEEDBACK: "Feedback"}
WHO: Mapping[str, str] = {
    "person": "A person who is supported",
    "family": "Family",
    "representative": "A representative or advocate",
    "visitor": "A visitor or neighbour",
    "professional": "A professional from outside",
    "staff": "A member of staff",
    "other": "Somebody else",
}
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
_NOT_COMPLIMENTS = (COMPLAINT, FEEDBACK)

_RECEIVED = (
    Field(
        name="title", label="What it is, in one line",
        hint="Short, and nothing that says who it was about: tablets show it, to be chosen in a record.",
    ),
    Field(name="received_on", label="Received on", kind="past_day"),
    Field(name="who", label="Who said it", kind="pick", options=WHO),
    Field(name="theme", label="Theme", kind="pick", choices="themes"),
    Field(name="communication", label="Is it about communication", kind="pick", options=YES_NO),
    Field(name="repeat_of", label="It repeats", kind="pick", choices="complaints", required=False),
)  # fmt: skip
OPENING = (Field(name="kind", label="Kind", kind="pick", options=KINDS), *_RECEIVED)
_WHY = Field(name="why", label="Why", kind="words", shortest=10)

ACTS: Mapping[str, ActKind] = {
    act.name: act
    for act in (
        ActKind(name="opened", done="Opened", button="Put it on the register", fields=OPENING),
        ActKind(name="described", done="Put right what was received", button="Put it right", fields=(*_RECEIVED, _WHY)),
        ActKind(
            name="responded", done="Answered it", button="Keep this answer’s day",
            fields=(
                Field(name="sent_on", label="Answer sent on", kind="past_day"),
                Field(name="how", label="How, and by which role"),
            ),
        ),
        ActKind(
            name="marked", done="Looked at the answer", button="Keep this mark", kinds=_NOT_COMPLIMENTS,
            hint="Whether an answer defends the service rather than hears the person is judged by somebody else than "
            "its author.",
            fields=(Field(name="defensive", label="Is the answer defensive", kind="pick", options=YES_NO), _WHY),
        ),
        ActKind(
            name="learning", done="Decided what there is to learn", button="Keep this decision",
            fields=(
                Field(name="to_learn", label="Is there something to learn and apply", kind="pick", options=YES_NO),
                Field(name="learned_on", label="Decided on", kind="past_day"),
                Field(name="what", label="What is to be learned, or why there is nothing", kind="words", shortest=10),
            ),
        ),
        ActKind(
            name="plan", done="Named a care plan that it changes", button="Add this reference",
            fields=(Field(name="reference", label="Reference of the care plan", hint="Its number, and nothing else."),),
        ),
        ActKind(
            name="message", done="Sent a learning message to the floor", button="Send it to the tablets",
            hint="It stands on every tablet’s handover until the day you choose: name nobody.",
            fields=(
                Field(name="title", label="Message", hint="One sentence, as it is to be said at handover."),
                Field(name="until", label="Shared at handovers until", kind="coming_day"),
            ),
        ),
        ActKind(
            name="said", done="Noted", button="Keep this note",
            fields=(Field(name="note", label="Note", kind="words"),),
        ),
        ActKind(name="closed", done="Closed", button="Close it", fields=(_WHY,)),
        ActKind(name="reopened", done="Opened again", button="Open it again", fields=(_WHY,)),
    )
}  # fmt: skip

SECTIONS: tuple[Section, ...] = (
    Section(name="answer", title="Answer", about="", acts=("responded", "marked"), empty="Not answered yet."),
    Section(
        name="learning", title="Learning", about="What there is to learn is in care plans within the time set.",
        acts=("learning", "plan", "message"), empty="Nobody has decided yet whether there is something to learn.",
    ),
    Section(name="notes", title="Notes", about="", acts=("said",), empty="No notes."),
    Section(
        name="closing", title="Closing", about="What is closed can be opened again.", acts=("closed", "reopened"),
        empty="It is open.",
    ),
)  # fmt: skip
