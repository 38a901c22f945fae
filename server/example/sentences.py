"""What staff of the example write: for each question, what falls a little short, what falls well short, and what must
change. Facts only, as the form asks, and about nobody.
"""

from typing import NamedTuple


class Shortfall(NamedTuple):
    """What is written about one question that was not fully met."""

    partly: str
    not_met: str
    change: str


SHORTFALLS = {
    "follows_plan": Shortfall(
        "The plan says two cushions. One was used until I asked.",
        "The plan says to sit the person up for a drink. The drink was given lying down.",
        "Look at the plan before starting, not after.",
    ),
    "asked_and_told": Shortfall(
        "Staff said what they were doing, but began before there was an answer.",
        "The wash began without a word. The person turned away twice.",
        "Ask first, then wait for the answer.",
    ),
    "kind_and_private": Shortfall(
        "The door stood open for a minute during the wash. It was closed when I pointed to it.",
        "Staff talked to each other over the person's head and the curtain was left open.",
        "Door closed and curtain drawn before care begins.",
    ),
    "not_rushed": Shortfall(
        "The call bell rang for six minutes because both staff were with someone else.",
        "Breakfast was taken away half eaten so that the round could be finished.",
        "Let people finish. Ask for help when two bells ring at once.",
    ),
    "safe_practice": Shortfall(
        "The brakes of the chair were put on late, after the person had begun to stand.",
        "The hoist was used by one staff member. The plan says two.",
        "Two staff for the hoist, every time.",
    ),
    "noticed_change": Shortfall(
        "Staff saw that less was eaten than usual and meant to say so later.",
        "The person held their side and said it hurt. Nothing was said or written.",
        "Say it at the time and write it down.",
    ),
    "record_matches": Shortfall(
        "The note was written two hours later and says only that all was well.",
        "The chart shows a drink at three o'clock. I was there and none was given.",
        "Write within half an hour, and write what happened.",
    ),
    "updated_guidance": Shortfall(
        "The new evening routine was followed until the phone rang, then the old one.",
        "Staff used the old routine and did not know that the plan had changed.",
        "Read the new page of the plan at handover.",
    ),
    "preferences_followed": Shortfall(
        "Tea was made with milk first. Staff remembered when the person looked at it.",
        "The radio was put on although the plan says the person likes it quiet.",
        "Keep what people like on one page by the door.",
    ),
    "changed_practice": Shortfall(
        "The sensor mat was there, but it was switched on only after I asked.",
        "The bathroom was used without the second check that was agreed after the fall.",
        "The check comes before the door is opened.",
    ),
    "temporary_control": Shortfall(
        "The warning sign was up on one side of the corridor only.",
        "The wet floor was not closed off and nobody knew that it should be.",
        "The person leading the shift checks the step at each handover.",
    ),
    "medicine_checks": Shortfall(
        "The name was checked aloud, the time was not.",
        "Two pots were carried together and given without looking at the chart.",
        "One person, one chart, one pot.",
    ),
    "medicine_consent": Shortfall(
        "The tablet was offered twice quickly before the person had swallowed.",
        "The chart was signed before the tablet was taken.",
        "Wait and see it taken, then sign.",
    ),
    "medicine_chart": Shortfall(
        "A refusal was written as refused with no reason.",
        "Two doses from the morning were not signed at noon.",
        "Sign at the time and say why when one is not taken.",
    ),
    "medicines_secure": Shortfall(
        "The trolley was locked, but the keys lay on top of it for a moment.",
        "The trolley stood open in the corridor with nobody by it.",
        "Keys on the person, trolley locked whenever you turn away.",
    ),
    "change_told": Shortfall(
        "The change was written at ten and told to the senior at noon.",
        "Swollen ankles were in two notes and no senior had heard of it.",
        "Tell the senior first, then write.",
    ),
    "health_checks": Shortfall(
        "Intake was written for breakfast and not for the drinks between.",
        "No weight had been taken for two weeks. The plan says weekly.",
        "Do the checks that the plan asks for on the day they are due.",
    ),
    "abuse_reported": Shortfall(
        "A bruise was reported, but at the end of the shift.",
        "A bruise seen in the morning had been told to nobody by four o'clock.",
        "Report it when you see it, whatever you think it is.",
    ),
    "restriction_in_plan": Shortfall(
        "The kitchen was locked for longer than the plan says.",
        "The door alarm was on for someone whose plan does not have one.",
        "If it is not in the plan, do not do it.",
    ),
    "family_updated": Shortfall(
        "The visitor was greeted, and had to ask about the doctor's visit.",
        "The daughter asked twice about the fall and was told to ring tomorrow.",
        "Tell the family before they have to ask.",
    ),
    "enough_staff": Shortfall(
        "Two staff for twelve people at tea. Nobody was hurt, people waited.",
        "One staff member was alone with eleven people for forty minutes.",
        "Call the on-call manager when a planned member of staff does not come.",
    ),
    "knows_person": Shortfall(
        "Knew the routine well, did not know about the new walking frame.",
        "Could not say what had changed this week.",
        "Handover says what changed for each person.",
    ),
    "knows_reporting": Shortfall(
        "Knew whom to tell, was not sure how fast.",
        "Said they would mention it at the end of the week.",
        "Any worry about harm is told the same hour.",
    ),
    "knows_control": Shortfall(
        "Knew about the mat, not about the second check.",
        "Had not heard of the steps set up after the fall.",
        "Put the steps on the handover sheet until they end.",
    ),
    "knows_expectation": Shortfall(
        "Knew what to do now, was unsure what comes after.",
        "Thought the old way would be back next week.",
        "Say at handover how it is done from now on.",
    ),
}

WENT_WELL = (
    "Knelt down to be at eye level and waited for an answer.",
    "Explained each step and stopped when the person raised a hand.",
    "The second member of staff came at once when asked.",
    "Noticed a cold drink and made a fresh one without being asked.",
    "Sang along while helping with the cardigan. There was a lot of laughter.",
    "Looked at the plan before starting and checked the frame was near.",
    "Closed the door, drew the curtain and kept a towel over the knees.",
    "Told the senior about a red heel straight away.",
    "Gave the choice of two jumpers and waited for the pointing.",
    "Wrote the note at once, with times and with the person's own words.",
    "Walked at the person's pace and did not hurry the last steps.",
    "Rang the son before the end of the shift, as agreed.",
    "Counted the tablets aloud and checked the name and the date.",
    "Turned the radio down when someone nearby looked uneasy.",
    "Asked for help when two bells rang at the same time.",
)

STOPPED = (
    "The person shook their head when I sat down, so I left.",
    "I was asked to go away, and went.",
)

NOTES = (
    "The corridor light outside flickers.",
    "A new member of staff was shadowing.",
    "Two visitors came in half way through.",
    "The person was tired after a poor night.",
)

LATE_REASONS = (
    "I was called to help with a fall and could not write it before.",
    "The tablet was being charged.",
    "The shift was short and I wrote it before going home.",
    "I watched at night and finished the record at handover.",
)

LOWERED_REASONS = (
    "The answers look better than it felt: the person was anxious all the time.",
    "Only because I stepped in. On their own it would not have been safe.",
    "I saw too little of it to call it that good.",
)

CORRECTIONS = (
    "I ticked the wrong shift.",
    "I left out what the member of staff told me afterwards.",
    "I chose the wrong person in the list.",
    "The time was an hour out.",
)

LEARNING = ("C-2026-014", "C-2026-021", "I-2026-033", "I-2026-041")
STAFF_WORDS = ("Agreed, and asked for a refresher.", "Had not seen it that way and will watch for it.")
