"""The sections of a pack that are about records: audits, incidents, staffing, feedback; what managers made of records;
the register of them all.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from server.evidence import words
from server.evidence.evidence_rows import Row
from server.evidence.times import day_of, moment_words
from server.evidence_pack.blocks import Block, Part, Table, Words
from server.evidence_pack.moment import Moment
from server.review.standing import STATES

# domain/3 1.10, after S2E3.2: the least that a pack holds; by the beginning of a form's number
SOURCES = {
    "Audit findings": ("F7", "F11"),
    "Incident themes": ("F8", "F9", "F10", "F12"),
    "Staffing risks": ("F4", "F5"),
    "Feedback": ("F3", "F6"),
}
# The full list of more than this many records is not for paper
MOST_IN_PDF = 300
MOST_FINDINGS = 25
REGISTER = "register"


def sources(moment: Moment) -> list[Block]:
    """Audit findings, incident themes, staffing risks and feedback, each by its forms."""
    return [Part(title, _source(moment, title, codes)) for title, codes in SOURCES.items()]


def managers(moment: Moment) -> list[Block]:
    """What managers made of the period's records: read, accepted, in question, set aside, and why."""
    acts = _read_acts(moment.connection, moment.records)
    stood = Counter(row.review for row in moment.records)
    counts = [(STATES[state], f"{stood[state]:,}") for state in STATES]
    reasons = [
        (
            moment_words(act["at"]),
            STATES[act["state"]],
            act["reason"],
            moment.names.one_of_staff(act["who"]),
            act["record"],
        )
        for act in acts
        if act["state"] in ("question", "set_aside") or act["reason"]
    ]
    return [
        Table("reviewed", "Where the review of the records stands", ("Review", "Records"), counts),
        Table(
            "challenged",
            "What managers asked about, set aside, or gave a reason for",
            ("When", "Decision", "Why", "Who", "Record"),
            reasons,
        ),
    ]


def summary(moment: Moment) -> list[Block]:
    """How many records of which form say what, and about which action; then the register."""
    by_form = Counter((f"{row.code} {row.title}", row.result_name or "–") for row in moment.records)
    forms = sorted({form for form, _ in by_form}, key=lambda form: _number(form.split()[0]))
    results = [*words.RESULTS.values()]
    rows = [
        (
            form,
            *(f"{by_form[form, result]:,}" for result in results),
            f"{sum(count for (one, _), count in by_form.items() if one == form):,}",
        )
        for form in forms
    ]
    return [
        Words(_intro(moment.records)),
        Table("records-by-form", "Records of the period by form and result", ("Form", *results, "All"), rows),
        _by_action(moment),
        _register(moment),
    ]


def _intro(records: Sequence[Row]) -> str:
    long = len(records) > MOST_IN_PDF
    place = (
        "csv/register.csv, records.json and pack.html; here they are counted" if long else "the table below"
    )
    return (
        f"{len(records):,} records of the period stand in this pack, each as its newest version. All of them are in "
        f"{place}. What staff wrote in their own words is left out, and so is whatever few may see (concerns about a "
        "manager). Each has its place in the server’s log: proofs.json."
    )


def _by_action(moment: Moment) -> Table:
    counted: Counter[tuple[int, str, str]] = Counter()
    for row in moment.records:
        for one in row.bearings:
            counted[one.number, one.title, one.bearing] += 1
    actions = sorted({(number, title) for number, title, _ in counted})
    rows = [
        (f"Action {number}: {title}", *(f"{counted[number, title, bearing]:,}" for bearing in words.BEARINGS))
        for number, title in actions
    ]
    return Table(
        "records-by-action",
        "Records of the period by action and what they say",
        ("Action", *words.BEARINGS.values()),
        rows,
    )


def _register(moment: Moment) -> Table:
    columns = (
        "Happened",
        "Recorded",
        "Received",
        "Form",
        "Form version",
        "Service",
        "Place",
        "Person",
        "Author",
        "Author’s role",
        "Shift",
        "Result",
        "Actions",
        "Flags",
        "Tablet",
        "Review",
        "Record",
        "Version",
        "SHA-256",
    )
    return Table(
        REGISTER,
        "Every record of the period, the newest first",
        columns,
        [_line(moment, row) for row in moment.records],
        in_pdf=len(moment.records) <= MOST_IN_PDF,
    )


def _line(moment: Moment, row: Row) -> tuple[str, ...]:
    return (
        row.happened_at,
        row.recorded_at,
        row.received_at,
        f"{row.code} {row.title}",
        str(row.form_version),
        row.service_name,
        row.unit_name,
        row.person_name,
        row.author_name,
        moment.role_of(row),
        row.shift_name,
        row.result_name,
        "; ".join(f"Action {one.number}: {one.bearing}" for one in row.bearings),
        "; ".join(words.FLAGS[flag] for flag in row.flags),
        row.tablet_name,
        row.review_name,
        row.record,
        str(row.version),
        moment.digests[row.seq],
    )


def _source(moment: Moment, title: str, codes: Sequence[str]) -> list[Block]:
    found = [row for row in moment.records if _of(row.code, codes)]
    if not found:
        return [Words(f"No record of the period: nothing of {', '.join(codes)} was recorded.")]
    by_month = Counter((row.happened_at[:7], f"{row.code} {row.title}", row.result_name) for row in found)
    rows = [
        (month, form, result or "–", f"{count:,}", f"{_concerns(found, month, form):,}")
        for (month, form, result), count in sorted(by_month.items())
    ]
    columns = ("Month", "Form", "Result", "Records", "Of this form with a concern")
    newest = f"The newest is of {day_of(found[0].happened_at)}."
    return [
        Words(f"{len(found):,} records. {newest}"),
        Table("sources", f"{title}: records by month, form and result", columns, rows),
        Table(
            "findings",
            f"{title}: what was most often not met",
            ("Question", "Form", "Not met", "Partly", "Met"),
            _findings(moment, found),
        ),
    ]


def _concerns(found: Iterable[Row], month: str, form: str) -> int:
    return sum(
        "concern" in row.flags and row.happened_at[:7] == month and f"{row.code} {row.title}" == form
        for row in found
    )


def _findings(moment: Moment, found: Sequence[Row]) -> list[tuple[str, ...]]:
    """The questions whose answers were scored, those that were most often not met first."""
    forms = {
        (one.definition.form, one.definition.version): one.definition for one in moment.catalogue.forms()
    }
    by_seq = {row.seq: forms.get((row.form, row.form_version)) for row in found if row.counts}
    scored: Counter[tuple[str, str, str]] = Counter()
    for answer in moment.connection.execute(_ANSWERS, (f"[{','.join(map(str, by_seq))}]",)):
        definition = by_seq[answer["seq"]]
        question = definition.question_at(answer["question"]) if definition else None
        option = question.by_code.get(answer["value"]) if question else None
        if definition and question and option and option.score in ("met", "partly", "not_met"):
            scored[f"{question.number} {question.ask}".strip(), definition.code, option.score] += 1
    questions = sorted({(ask, code) for ask, code, _ in scored}, key=lambda one: (one[1], one[0]))
    questions.sort(key=lambda one: (-scored[*one, "not_met"], -scored[*one, "partly"]))
    return [
        (*one, *(f"{scored[*one, score]:,}" for score in ("not_met", "partly", "met")))
        for one in questions[:MOST_FINDINGS]
    ]


_ANSWERS = """
    SELECT seq, question, value FROM answer
    WHERE seq IN (SELECT value FROM json_each(?)) AND typeof(value) = 'text'
"""


def _read_acts(connection: sqlite3.Connection, records: Sequence[Row]) -> list[sqlite3.Row]:
    asked = "[" + ",".join(f'"{row.record}"' for row in records) + "]"
    return connection.execute(
        "SELECT * FROM review_act WHERE record IN (SELECT value FROM json_each(?)) ORDER BY id DESC", (asked,)
    ).fetchall()


def _of(code: str, codes: Sequence[str]) -> bool:
    return any(code == one or code.startswith(f"{one}-") for one in codes)


def _number(code: str) -> tuple[str, int, str]:
    digits = "".join(char for char in code.split("-")[0] if char.isdigit())
    return code[:1], int(digits or 0), code
