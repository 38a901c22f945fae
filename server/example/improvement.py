"""The example's improvement actions, made from the worked examples of domain/1 in our own words.

Targets and windows are those of the worked example named in each `source`; where it gives none ("[design]"), the
home has set one. `path` says how the observations go: from the quality at the window's start to that of today.
"""

from datetime import date, timedelta
from typing import NamedTuple

from server.example.cast import HOME, LIVING
from server.measures.periods import week_of

# What the home built for itself (`deciding`)
OWN_MEASURE, OWN_MEASURE_NAME = "0190d000-0000-7000-8000-000000000001", "Notes written within half an hour"


class Plan(NamedTuple):
    """One action: what to type into its form, and how practice goes. Its window begins on the Monday of the week that
    was `start` days ago; so many days after that practice changed (`changed_after`), before it when that is below 0.
    """

    id: str
    example: str
    service: str
    themes: str
    start: int
    days: int
    quality: tuple[float, float]
    weight: int
    typed: dict[str, str]
    kinds: str
    measures: str
    tags: str
    changed_after: int = 9

    @property
    def begun(self) -> int:
        """How many days ago the action was made: before practice changed, and before its window."""
        return self.start + max(2, 9 - self.changed_after)

    def form(self, today: date) -> dict[str, tuple[str, ...]]:
        """What a person would have typed into the action's form."""
        start = week_of(today - timedelta(days=self.start)).start
        end = start + timedelta(days=self.days)
        typed = {"unit": "", "measure": "", "comparator": "at_least", "target_unit": "percent"} | self.typed
        if "changed_what" in typed:
            typed["changed_on"] = (start + timedelta(days=self.changed_after)).isoformat()
        shared = {
            "comparator": typed.pop("comparator"),
            "target": typed.pop("target"),
            "target_unit": typed.pop("target_unit"),
            "window_start": start.isoformat(),
            "window_end": end.isoformat(),
        }
        how = typed.pop("measure")
        row = 0
        for row, measure in enumerate(self.measures.split(), 1):
            parts = {"measure": measure, "how": how} | shared
            typed |= {f"{part}_{row}": text for part, text in parts.items()}
        if "own_measure" in typed:
            parts = shared | {"measure": f"own/{typed.pop('own_measure')}", "comparator": "at_least"}
            typed |= {f"{part}_{row + 1}": text for part, text in (parts | {"target": "90"}).items()}
        return {name: (text,) for name, text in (typed | {"deadline": end.isoformat()}).items()} | {
            "themes": tuple(self.themes.split()),
            "tags": tuple(self.tags.split()),
            "evidence_kinds": tuple(self.kinds.split()),
        }


PLANS = (
    Plan(
        "0190a000-0000-7000-8000-000000000001", "S1E1", HOME, "DE", 56, 70, (0.45, 0.99), 5,
        {
            "title": "Tell a senior about a change in health the same shift",
            "source": "audit",
            "baseline": "From June to August, care staff on both floors wrote down that someone ate less or walked "
            "worse in 31 notes. In 12 of them a senior heard of it only the next day or later.",
            "baseline_numerator": "19", "baseline_denominator": "31", "baseline_period": "June to August",
            "expected": "Whoever notices a change tells the senior on shift at the time, and the record shows when "
            "it was told and what was decided.",
            "target": "95", "risk": "high", "owner": "ben",
            "review_route": "Weekly sample by the registered manager",
            "changed_what": "At each handover the senior asks of every person: did they eat, walk and wake as usual?",
            "learning": "We had looked at whether notes were written, never at who read them. No night staff had been "
            "told when to call a senior.",
        },
        "record observation feedback", "M04", "qs/2023/S4 qs/2023/E4", -5,
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000002", "S0E2", HOME, "ST", 42, 56, (0.72, 0.60), 8,
        {
            "title": "Four weeks in a row with the staff we planned",
            "source": "staffing",
            "baseline": "Since spring, the first floor ran short on evenings and weekends. In eight weeks not one "
            "was fully staffed, and nobody wrote down how the risk was judged.",
            "baseline_numerator": "0", "baseline_denominator": "8", "baseline_period": "July and August",
            "expected": "Every shift has the planned staff, or the gap was looked at and its risk judged before the "
            "shift began. People get help without waiting.",
            "comparator": "at_least", "target": "4", "target_unit": "count",
            "measure": "Weeks in a row in which every shift had its planned staff or a reviewed exception.",
            "risk": "high", "owner": "chidi", "review_route": "Monthly staffing meeting", "unit": "alder-first",
            "changed_what": "One more carer is planned for late shifts at the weekend, from the staff we have.",
        },
        "record observation feedback", "M02", "qs/2023/S6",
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000003", "S1E3", HOME, "CM CO", 70, 122, (0.60, 0.86), 4,
        {
            "title": "Families hear from us before they have to ask",
            "source": "complaint",
            "baseline": "Between March and June, eight relatives complained for a second time that nobody told them "
            "about a fall, a visit by the doctor or a change in the plan.",
            "baseline_numerator": "8", "baseline_denominator": "11", "baseline_period": "March to June",
            "expected": "After a fall, a doctor's visit or a change, the family hears the same day, and the contact "
            "note says what was said and what was agreed.",
            "target": "75",
            "measure": "Repeat complaints about communication in the same length of time: three quarters fewer.",
            "risk": "medium", "owner": "ben", "review_route": "Monthly complaints review",
            "changed_what": "The senior on shift rings the family before the shift ends and writes the contact note.",
        },
        "feedback observation record", "M06", "qs/2023/R3 qs/2023/C3",
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000004", "S2E2", HOME, "CO CP", 61, 56, (0.45, 0.97), 5,
        {
            "title": "What complaints teach us reaches the care plan",
            "source": "complaint",
            "baseline": "In spring, 10 answered complaints held something to learn for one person's care. Three "
            "months on, 6 of those care plans still described the old routine.",
            "baseline_numerator": "4", "baseline_denominator": "10", "baseline_period": "March to May",
            "expected": "Within eight weeks the plan says what was learned, and staff work that way without being "
            "reminded.",
            "target": "90", "risk": "medium", "owner": "amina", "review_route": "Monthly quality meeting",
            "changed_what": "Whoever answers a complaint changes the plan with the person within the week.",
        },
        "record observation", "M08", "qs/2023/R4 kloe/draft-9/K-R2",
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000005", "S4E2", HOME, "IL", 77, 98, (0.40, 0.99), 5,
        {
            "title": "Learn from every incident within five working days",
            "source": "incident",
            "baseline": "From May to July the manager reviewed 14 of 23 incidents within five working days. Night "
            "staff could not say what had changed after two falls in the same bathroom.",
            "baseline_numerator": "14", "baseline_denominator": "23", "baseline_period": "May to July",
            "expected": "Each incident is reviewed in five working days, the learning is in the next handover, and "
            "staff are seen working in the new way within a week.",
            "target": "95", "risk": "high", "owner": "chidi", "review_route": "Monthly governance meeting",
            "changed_what": "What was learned from an incident is read out at the next handover, and somebody watches "
            "for it within the week.",
            "learning": "Reviews ended with the manager. No audit asked whether night staff had heard of them.",
        },
        "record observation oversight", "M14 M11", "qs/2023/S1 kloe/draft-9/K-S1",
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000006", "S3E1", HOME, "RE", 80, 91, (0.62, 0.66), 4,
        {
            "title": "Write it down soon, and as it was",
            "source": "audit",
            "baseline": "Three monthly audits in a row found daily notes written hours late or too thin to follow "
            "on the ground floor, mostly by staff on late shifts.",
            "baseline_numerator": "18", "baseline_denominator": "40", "baseline_period": "June to August",
            "expected": "Notes are written within half an hour, say what was seen, and match what an observer saw.",
            "comparator": "at_most", "target": "20",
            "measure": "Of the findings, those that repeat an earlier finding in the same unit.",
            "own_measure": OWN_MEASURE,
            "risk": "medium", "owner": "ben", "review_route": "Monthly quality meeting", "unit": "alder-ground",
            "changed_what": "Notes are written in the person's room, straight after care, and not in the office.",
        },
        "audit observation", "M10", "qs/2023/W5",
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000007", "S1E2", HOME, "OV", 35, 91, (0.9, 0.9), 0,
        {
            "title": "Audits that say what must change",
            "source": "oversight",
            "baseline": "Of 20 audits in the second quarter, 9 had no owner or no check that the action worked, and "
            "three missed gaps that staff already knew about.",
            "baseline_numerator": "11", "baseline_denominator": "20", "baseline_period": "April to June",
            "expected": "Each audit has clear findings, actions, owners and a check of what the action changed.",
            "target": "90", "risk": "low", "owner": "rosa", "review_route": "Quarterly provider meeting",
        },
        "audit oversight", "M05", "qs/2023/W7 qs/2023/W5",
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000008", "S4E1", LIVING, "SG RE", 49, 84, (0.72, 0.97), 5,
        {
            "title": "Every safeguarding record tells the whole story",
            "source": "safeguarding",
            "baseline": "In the summer, 8 of 13 safeguarding records at Quay House did not show when it was noticed, "
            "what was decided, or what came of it.",
            "baseline_numerator": "5", "baseline_denominator": "13", "baseline_period": "June to August",
            "expected": "Each record shows the concern, what was done, who decided what, and how it ended, within "
            "the agreed times. Staff recognise harm and report it the same shift.",
            "target": "100", "risk": "high", "owner": "lena", "review_route": "Twice-weekly safeguarding check",
            "unit": "harbour-quay",
            "changed_what": "Daily notes are read each morning, and the manager decides the same day and writes why.",
            "learning": "Oversight had counted referrals and not looked at how they ended. Staff had nobody to ask.",
        },
        "record audit observation", "M13", "qs/2023/S3 kloe/draft-9/K-S4", -5,
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000009", "S0E1", LIVING, "SG", 49, 120, (0.80, 0.74), 3,
        {
            "title": "Look at safeguarding themes every month",
            "source": "oversight",
            "baseline": "Between January and June, low-level concerns at Quay House repeated four times, and no "
            "leadership meeting looked at them together.",
            "expected": "Each month leaders look at all concerns together; each repeated one has an action and "
            "evidence of what came of it; staff keep restrictions as small as they can be.",
            "target": "100", "risk": "high", "owner": "dana", "review_route": "Monthly leadership review",
        },
        "oversight observation feedback", "M01", "qs/2023/S3 qs/2023/W5",
    ),
    Plan(
        "0190a000-0000-7000-8000-000000000010", "S3E3", LIVING, "CO CP", 77, 112, (0.66, 0.86), 3,
        {
            "title": "What tenants tell us changes their day",
            "source": "complaint",
            "baseline": "At three house meetings in a row since July, tenants of Mill House said that their evenings "
            "are planned around the rota and not around them.",
            "expected": "Tenants choose what their evening looks like, staff follow it, and fewer say the same thing "
            "again.",
            "target": "20", "measure": "Tenants who say “better” less those who say “worse”, of all who were asked.",
            "risk": "medium", "owner": "marta", "review_route": "Monthly tenants' meeting", "unit": "harbour-mill",
            "changed_what": "Each tenant has an evening plan, agreed with their key worker and kept in the kitchen.",
        },
        "feedback audit observation", "M12", "qs/2023/R4 qs/2023/R1",
    ),
)  # fmt: skip


def action_id(example: str) -> str:
    """The id of the action made from a worked example ("S1E1")."""
    return next(plan.id for plan in PLANS if plan.example == example)
