"""What a case is (domain/2 1.5 D3): the fields of its opening, every act, and the sections of its page.

Facts and assumptions are two lists, and immediate controls, medium-term actions and sustained checks are three
(S3E2). Duty of candour: the manager decides whether it applies, and what was done is noted step by step; there are no
words to read out, for those must be the service's own (domain/5 2.4).
"""

from collections.abc import Mapping

from server.desk_records.act_kinds import ActKind, Section
from server.desk_records.fields import Field
from server.desk_records.store import BECAME

CONCERN, INCIDENT, SAFEGUARDING = "concern", "incident", "safeguarding"
KINDS: Mapping[str, str] = {CONCERN: "Concern", INCIDENT: "Incident", SAFEGUARDING: "Safeguarding"}
HOWS: Mapping[str, str] = {
    "floor": "A record from the floor",
    "staff": "Staff said it",
    "person": "The person said it",
    "family": "Family or a representative said it",
    "audit": "An audit or a sample",
    "complaint": "A complaint",
    "outside": "Somebody from outside",
    "other": "In another way",
}
PATTERNS: Mapping[str, str] = {"isolated": "Isolated", "repeated": "Repeated", "high_impact": "High impact"}
SERIOUSNESS: Mapping[str, str] = {
    "low": "Low",
    "moderate": "Moderate",
    "serious": "Serious",
    "very_serious": "Very serious",
}
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
DECISIONS: Mapping[str, str] = {
    "protect": "Protect now, and look into it further",
    "refer": "Refer it outside",
    "watch": "Keep watching it, with a day to look again",
    "no_further": "Nothing further is needed",
}
OUTSIDE: Mapping[str, str] = {
    "safeguarding": "Local authority safeguarding team",
    "regulator": "Regulator",
    "police": "Police",
    "health": "Health service",
    "commissioner": "Commissioner",
    "other": "Somebody else",
}
CANDOUR_STEPS: Mapping[str, str] = {
    "told": "The relevant person was told in person",
    "apology": "An apology was given",
    "support": "Support was offered",
    "enquiries": "Further enquiries were promised",
    "written": "The written follow-up was sent",
    "shared": "The outcome was shared with them",
}
HELD: Mapping[str, str] = {"held": "It holds", "partly": "It holds in part", "not_held": "It does not hold"}
RESULTS: Mapping[str, str] = {
    "resolved": "Put right, and it holds",
    "continue": "Better, but not yet put right",
    "not_resolved": "Not put right",
}

_PERSON = Field(name="person", label="Whom it is about", kind="pick", choices="people", required=False)
_RECOGNISED = (
    Field(
        name="title",
        label="What it is, in one line",
        hint="No names. It is how everybody finds the case again.",
    ),
    Field(name="recognised_at", label="Recognised on, at", kind="moment"),
    Field(name="recognised_by", label="Recognised by", hint="Their role, or who it was."),
    Field(name="how", label="How it was recognised", kind="pick", options=HOWS),
    Field(name="pattern", label="Isolated, repeated or high impact", kind="pick", options=PATTERNS),
    Field(
        name="affected",
        label="Teams affected, and the days",
        kind="words",
        hint="Which teams and shifts, from when to when.",
    ),
    _PERSON,
)
OPENING = (
    Field(name="kind", label="Kind", kind="pick", options=KINDS),
    *_RECOGNISED,
)
_WHY = Field(name="why", label="Why", kind="words", shortest=10)
_CONTROL = Field(name="control", label="Which control", kind="pick", choices="controls")

ACTS: Mapping[str, ActKind] = {
    act.name: act
    for act in (
        ActKind(name="opened", done="Opened", button="Open the case", fields=OPENING),
        ActKind(
            name="described", done="Put right how it was recognised", button="Put it right", fields=(*_RECOGNISED, _WHY)
        ),
        *(
            ActKind(
                name=f"{BECAME}{kind}", done=f"Changed its kind to {words.lower()}", button=f"Make it {words.lower()}",
                hint=f"It then goes on as {words.lower()}, with the clocks of that.", decides=True, fields=(_WHY,),
                kinds=tuple(other for other in KINDS if other != kind),
            )
            for kind, words in KINDS.items()
        ),
        ActKind(
            name="record_added", done="Added a record", button="Add this record",
            fields=(
                Field(
                    name="record", label="Record",
                    hint="The long number at the end of its address, or all of the address.",
                ),
            ),
        ),
        ActKind(
            name="fact", done="Confirmed a fact", button="Add to the facts",
            fields=(
                Field(name="fact", label="What is known for certain", kind="words"),
                Field(name="source", label="How it is known", hint="Which record, who saw it, which document."),
            ),
        ),
        ActKind(
            name="assumption", done="Noted an assumption", button="Add to the assumptions",
            fields=(Field(name="assumption", label="What is thought, and not certain", kind="words"),),
        ),
        ActKind(
            name="assumption_settled", done="Settled an assumption", button="Settle it",
            fields=(
                Field(name="assumption", label="Which assumption", kind="pick", choices="assumptions"),
                Field(
                    name="turned_out", label="It turned out", kind="pick",
                    options={"fact": "To be a fact", "not_so": "Not to be so"},
                ),
                Field(name="why", label="How that is known", kind="words", shortest=10),
            ),
        ),
        ActKind(
            name="assessed", done="Assessed it", button="Keep this assessment",
            fields=(
                Field(name="seriousness", label="How serious", kind="pick", options=SERIOUSNESS),
                Field(name="root_causes", label="Root causes, as far as they are known", kind="words"),
            ),
        ),
        ActKind(
            name="control", done="Put a control in place", button="Put it in place",
            hint="Every tablet of the service shows it, to be looked at again: name nobody.",
            fields=(
                Field(name="control", label="What staff must do or see", hint="One sentence."),
                Field(name="briefed_to", label="Who was briefed"),
                Field(name="recheck_by", label="Look at it again by", kind="coming_day"),
                Field(name="critical", label="May somebody come to harm without it", kind="pick", options=YES_NO),
            ),
        ),
        ActKind(
            name="control_moved", done="Set another day for a control", button="Set this day",
            fields=(_CONTROL, Field(name="recheck_by", label="Look at it again by", kind="coming_day"), _WHY),
        ),
        ActKind(
            name="control_ended", done="Ended a control", button="End this control", fields=(_CONTROL, _WHY),
        ),
        ActKind(
            name="action_linked", done="Linked an action", button="Link this action",
            fields=(Field(name="action", label="Improvement action", kind="pick", choices="actions"),),
        ),
        ActKind(
            name="check_planned", done="Planned a sustained check", button="Plan this check",
            fields=(
                Field(name="check", label="What is looked at again", kind="words"),
                Field(name="by", label="By", kind="coming_day"),
            ),
        ),
        ActKind(
            name="check_done", done="Made a sustained check", button="Keep what was found",
            fields=(
                Field(name="check", label="Which check", kind="pick", choices="checks"),
                Field(name="result", label="What was found", kind="pick", options=HELD),
                Field(name="seen", label="What was seen", kind="words", shortest=10),
            ),
        ),
        ActKind(
            name="decided", done="Decided", button="Sign this decision", decides=True,
            fields=(
                Field(name="decision", label="Decision", kind="pick", options=DECISIONS),
                Field(name="rationale", label="Why", kind="words", shortest=10),
            ),
        ),
        ActKind(
            name="referral", done="Decided about a referral", button="Sign this decision", decides=True,
            fields=(
                Field(name="to", label="To whom", kind="pick", options=OUTSIDE),
                Field(
                    name="decision", label="Decision", kind="pick",
                    options={"referred": "Referred", "not_referred": "Not referred"},
                ),
                Field(name="at", label="Referred, or decided, at", kind="moment"),
                Field(name="rationale", label="Why", kind="words", shortest=10),
            ),
        ),
        ActKind(
            name="reviewed", done="Reviewed", button="Sign this review", decides=True,
            fields=(
                Field(name="found", label="What the review found", kind="words", shortest=10),
                Field(name="learning", label="Is there something to learn", kind="pick", options=YES_NO),
            ),
        ),
        ActKind(
            name="followed_up", done="Followed it up", button="Keep this follow-up", kinds=(SAFEGUARDING,),
            fields=(
                Field(name="safe", label="Is the person safe now", kind="pick", options=YES_NO),
                Field(name="stands", label="Where it stands, and what is still to do", kind="words", shortest=10),
            ),
        ),
        ActKind(
            name="candour_assessed", done="Decided whether the duty of candour applies", button="Sign this decision",
            decides=True,
            fields=(
                Field(
                    name="applies", label="Does the duty of candour apply", kind="pick",
                    options={"yes": "It applies", "no": "It does not apply"},
                ),
                Field(
                    name="rationale", label="Why", kind="words", shortest=10,
                    hint="And whose clinical opinion it rests on.",
                ),
            ),
        ),
        ActKind(
            name="candour_step", done="Duty of candour", button="Note this step", decides=True,
            fields=(
                Field(name="step", label="What was done", kind="pick", options=CANDOUR_STEPS),
                Field(name="at", label="When", kind="moment"),
                Field(name="by", label="By whom, to whom", hint="Roles, and how it was found that they may be told."),
                Field(name="words", label="What was said or sent, in brief", kind="words", required=False),
            ),
        ),
        ActKind(
            name="learning", done="Sent a learning message to the floor", button="Send it to the tablets",
            hint="It stands on every tablet’s handover until the day you choose: name nobody.",
            fields=(
                Field(name="title", label="Message", hint="One sentence, as it is to be said at handover."),
                Field(name="until", label="Shared at handovers until", kind="coming_day"),
            ),
        ),
        ActKind(
            name="outcome_set", done="Set the day of the outcome review", button="Set this day",
            fields=(Field(name="by", label="Outcome reviewed by", kind="coming_day"),),
        ),
        ActKind(
            name="outcome", done="Reviewed the outcome", button="Sign this review", decides=True,
            fields=(
                Field(name="result", label="Result", kind="pick", options=RESULTS),
                Field(name="seen", label="What shows it", kind="words", shortest=10),
            ),
        ),
        ActKind(
            name="said", done="Noted", button="Keep this note",
            fields=(Field(name="note", label="Note", kind="words"),),
        ),
        ActKind(name="closed", done="Closed", button="Close the case", decides=True, fields=(_WHY,)),
        ActKind(name="reopened", done="Opened again", button="Open it again", decides=True, fields=(_WHY,)),
    )
}  # fmt: skip

SECTIONS: tuple[Section, ...] = (
    Section(
        name="decision", title="Decision", about="By the manager, the same day.", acts=("decided",),
        empty="Nothing is decided yet.",
    ),
    Section(
        name="kind", title="Kind", about="When it turns out to be something else.",
        acts=tuple(f"{BECAME}{kind}" for kind in KINDS), empty="It is of the kind it was opened as.",
    ),
    Section(
        name="seriousness", title="Seriousness and root causes", about="", acts=("assessed",),
        empty="Not assessed yet.",
    ),
    Section(
        name="controls", title="Immediate controls",
        about="What keeps people safe for now. The floor looks at each again.",
        acts=("control", "control_moved", "control_ended"), empty="No control was put in place.",
    ),
    Section(
        name="actions", title="Medium-term actions", about="What is to be different from now on.",
        acts=("action_linked",), empty="No improvement action is linked.",
    ),
    Section(
        name="sustained", title="Sustained checks", about="Whether it still holds when nobody thinks of it any more.",
        acts=("check_planned", "check_done"), empty="No check is planned.",
    ),
    Section(
        name="review", title="Review", about="Within five working days of an incident.", acts=("reviewed",),
        empty="Not reviewed yet.",
    ),
    Section(
        name="followed", title="Follow-up", about="Twice a week for as long as it is open.", acts=("followed_up",),
        empty="Not followed up yet.",
    ),
    Section(
        name="referral", title="Referral outside", about="Referred or not, with the reason and the time.",
        acts=("referral",), empty="Nothing is decided about a referral.",
    ),
    Section(
        name="candour", title="Duty of candour",
        about="The manager decides whether it applies; the floor only asks. What was done follows, step by step.",
        acts=("candour_assessed", "candour_step"), empty="Nobody has decided yet whether it applies.",
    ),
    Section(
        name="learning", title="Learning messages", about="What the floor should learn now.", acts=("learning",),
        empty="No message was sent.",
    ),
    Section(
        name="outcome", title="Outcome", about="Whether it was put right, looked at on a day set beforehand.",
        acts=("outcome_set", "outcome"), empty="No day is set, and nothing was reviewed.",
    ),
    Section(name="notes", title="Notes", about="", acts=("said",), empty="No notes."),
    Section(
        name="closing", title="Closing", about="A closed case can be opened again.", acts=("closed", "reopened"),
        empty="It is open.",
    ),
)  # fmt: skip
