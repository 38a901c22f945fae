"""The page that leads to what is looked after rather than looked at: staff, tablets, forms, settings, checks."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from server.identity.permissions import Permission, Rule, needs
from server.identity.viewer import Viewer

# Address, title, what is there, and the permission it takes (None: everyone who is signed in)
P = Permission
PLACES: tuple[tuple[str, str, str, Permission | None], ...] = (
    (
        "/staff",
        "Staff",
        "Who works here, their roles and PINs; add someone, move them, note a leaver.",
        P.MANAGE_STAFF,
    ),
    (
        "/visitors",
        "Visitors",
        "Let an inspector, commissioner or board member look in for a time.",
        P.MANAGE_VISITORS,
    ),
    (
        "/tablets",
        "Tablets",
        "What each tablet has sent; enrol one, replace it, take it out of use.",
        P.READ_TABLETS,
    ),
    (
        "/drills",
        "Wi-Fi drills",
        "Which tablets have shown that nothing is lost without the network, and when.",
        P.READ_TABLETS,
    ),
    ("/forms", "Forms", "Every form and version, to read or to print on paper.", P.READ_FORMS),
    (
        "/settings",
        "Times and timescales",
        "When checks fall due, and how long things may take.",
        P.READ_SETTINGS,
    ),
    (
        "/chart-notes",
        "Notes on charts",
        "Say what changed on a day, and when limits should be worked out anew.",
        P.MARK_CHARTS,
    ),
    (
        "/measures",
        "Our own measures",
        "Build a measure from a form's questions, try it on real records, end it.",
        P.MARK_CHARTS,
    ),
    (
        "/learning",
        "Learning messages",
        "Where each was heard and said back, who still needs it, whether practice was watched.",
        P.READ_LISTS,
    ),
    (
        "/summaries",
        "Monthly summaries",
        "Each named summary of a month: worked out, judged, signed.",
        P.READ_SUMMARIES,
    ),
    (
        "/coverage",
        "Coverage",
        "Who, where and when was observed, and was not; how soon it was written down.",
        P.READ_EVIDENCE,
    ),
    (
        "/logs",
        "Logs",
        "Every log under its own name: handovers, family contact, safeguarding screens and the rest.",
        P.READ_EVIDENCE,
    ),
    (
        "/records",
        "Where each record is",
        "The 75 records that the documents name: where each is kept here, and who writes it.",
        P.READ_EVIDENCE,
    ),
    (
        "/saved-filters",
        "Saved filters",
        "Filters that you keep under a name, and those shared with you.",
        P.SAVE_FILTERS,
    ),
    (
        "/staffing",
        "Staffing weeks",
        "What was planned and worked, each shift that was short, and the care that was missed.",
        P.READ_STAFFING,
    ),
    (
        "/audit",
        "Audit trail",
        "Who signed in, looked, exported, decided or was refused, and when.",
        P.READ_AUDIT,
    ),
    (
        "/packs",
        "Evidence packs",
        "What an inspector or the provider asks to see, frozen at one moment, for anybody to check.",
        P.MAKE_PACKS,
    ),
    ("/log", "Log of records", "Proof that nothing kept here was changed or taken out later.", P.READ_LOG),
    (
        "/retention",
        "How long records are kept",
        "What is due to be destroyed, and what must be kept.",
        P.READ_RETENTION,
    ),
    (
        "/subject-access",
        "Everything about one person",
        "The papers for somebody who asks what is kept about them.",
        P.EXPORT_SUBJECT,
    ),
    (
        "/about",
        "About Sightline",
        "How personal data is handled, what can go wrong, and what guards it.",
        None,
    ),
)


@get("/manage", opt=needs(Rule.SIGNED_IN))
async def manage(viewer: NamedDependency[Viewer]) -> Template:
    """A link with a sentence for each place that the viewer may open."""
    places = [place[:3] for place in PLACES if place[3] is None or viewer.may(place[3])]
    return Template("manage/page.html", context={"viewer": viewer, "here": "manage", "places": places})


handlers = [manage]
