"""The sections of a pack that are about actions: the recovery map, each action, learning, and the framework's items."""

from collections import Counter

from server.evidence import words
from server.evidence.action_figures import TargetFigures
from server.evidence.action_page import ActionPage
from server.evidence.times import day_words
from server.evidence_pack.blocks import Block, Drawn, Part, Table, Words
from server.evidence_pack.moment import Moment
from server.framework import library

NEWEST = 20


def recovery_map(moment: Moment) -> list[Block]:
    """S2's framework: priority risk, current action, evidence, owner, review route; the highest risk first."""
    order = list(words.RISKS)
    pages = sorted(
        moment.actions, key=lambda page: (order.index(page.action.fields.risk), page.action.fields.deadline)
    )
    rows = [
        (
            title(moment, page),
            words.named(words.RISKS, page.action.fields.risk),
            _themes(page),
            page.state_words + (", overdue" if page.overdue else ""),
            f"{page.standing.tally.supports} for, {page.standing.tally.contradicts} against, "
            f"{page.standing.tally.inconclusive} inconclusive",
            page.told.sentence,
            page.names.one_of_staff(page.action.fields.owner),
            page.action.fields.review_route,
            page.deadline,
        )
        for page in pages
    ]
    columns = (
        "Action",
        "Risk",
        "Themes",
        "State",
        "Evidence",
        "What the evidence says",
        "Owner",
        "Reviewed at",
        "Deadline",
    )
    return [Table("recovery-map", "Every action, the highest risk first", columns, rows)]


def actions(moment: Moment) -> list[Block]:
    """Per action: from where to where, what was counted, its evidence, what was changed and why, what remains."""
    return [Part(title(moment, page), _one_action(moment, page)) for page in moment.actions]


def learning(moment: Moment) -> list[Block]:
    """S1's framework: what was learned about oversight, support of staff, escalation and audit."""
    rows = [(title(moment, page), page.action.fields.learning) for page in moment.actions]
    return [
        Table(
            "learning",
            "What was learned, action by action",
            ("Action", "What was learned"),
            [(action, said or "Nothing was written yet.") for action, said in rows],
        )
    ]


def framework(moment: Moment) -> list[Block]:
    """Where each statement of the chosen edition is spoken to; a tag of another edition counts by the crosswalk."""
    edition = next(one for one in library().frameworks if one.key == moment.chosen.framework)
    rows = []
    for item in edition.items:
        pages = [page for page in moment.actions if library().reaches(item.tag, page.action.fields.tags)]
        tally = Counter[str]()
        for page in pages:
            tally.update(supports=page.standing.tally.supports, contradicts=page.standing.tally.contradicts)
        rows.append(
            (
                item.words,
                item.group,
                "; ".join(title(moment, page) for page in pages) or "No action in this pack names it",
                f"{tally['supports']} for, {tally['contradicts']} against" if pages else "–",
            )
        )
    columns = ("Statement", "Key question", "Actions", "Their evidence")
    about = (
        f"{edition.name}: {edition.standing}. Titles only. Actions are tagged by people; a tag of another edition "
        "counts where this project’s own crosswalk leads to the same. CQC published no crosswalk."
    )
    return [Words(about), Table("framework", "Statements and the actions that name them", columns, rows)]


def title(moment: Moment, page: ActionPage) -> str:
    """What a pack calls an action: by its number, and of several services by its service."""
    place = f"{moment.service(page.action.service)}, " if len(moment.chosen.services) > 1 else ""
    return f"{place}Action {page.action.number}: {page.action.fields.title}"


def _one_action(moment: Moment, page: ActionPage) -> list[Block]:
    fields, name = page.action.fields, title(moment, page)
    facts = [
        ("Where it started", " ".join([fields.baseline, page.baseline]).strip()),
        ("What is to be seen instead", fields.expected),
        (
            "Risk, source",
            f"{words.named(words.RISKS, fields.risk)}; {words.named(words.SOURCES, fields.source)}",
        ),
        ("State", f"{page.state_words}. {page.meaning}"),
        ("Owner, reviewed at", f"{page.names.one_of_staff(fields.owner)}; {fields.review_route}"),
        ("Deadline", f"{page.deadline} ({page.deadline_state})"),
        (
            "What was changed in practice",
            f"{page.changed.day}: {page.changed.what}" if page.changed.day else "Not written down yet",
        ),
        ("What the evidence says", page.told.sentence),
        ("Whether kinds of evidence agree", " ".join([page.told.agreement, page.told.gap]).strip() or "–"),
        ("Learned", fields.learning or "Nothing was written yet."),
    ]
    blocks: list[Block] = [
        Table(
            "actions", "The action", ("Action", "About", "What is written"), [(name, *fact) for fact in facts]
        )
    ]
    for one in page.figures:
        blocks += _figures(name, one)
    blocks += [_kinds(name, page), _spread(name, page), _newest(moment, name, page), _history(name, page)]
    blocks.append(Words(f"What remains. {' '.join(remains(page)) or 'Nothing that a program can tell.'}"))
    return blocks


def remains(page: ActionPage) -> list[str]:
    """What is still missing, as far as it can be told from what is kept."""
    found = [f"No {kind.name.lower()} yet, though the action asks for it." for kind in page.standing.missing]
    found += [f"{one.name}: what there is is not current." for one in page.told.stands if one.stale]
    found += [
        f"{one.name}: most of it speaks against the action."
        for one in page.told.stands
        if one.says == "contradicts"
    ]
    found += [
        f"{measure.name}: {measure.waits}"
        for one in page.figures
        for measure in one.measures
        if measure.waits
    ]
    if page.overdue:
        found.append(f"Its deadline has passed ({page.deadline}).")
    if not page.changed.day:
        found.append("The day practice was changed is not written down.")
    if not page.baseline:
        found.append("It has no figure to start from.")
    return found


def _figures(name: str, one: TargetFigures) -> list[Block]:
    rows = [
        (
            name,
            one.what,
            one.target,
            measure.name,
            spell.title,
            spell.days,
            spell.counted,
            spell.verdict.words if spell.verdict else "Held against no target",
            "Few" if spell.few else "Enough",
        )
        for measure in one.measures
        for spell in (measure.window, measure.newest)
        if spell is not None
    ]
    if not rows:
        rows = [
            (name, one.what, one.target, "In its own words", "", one.window, "Counted by a person", "–", "–")
        ]
    columns = (
        "Action",
        "What is counted",
        "Target",
        "Measure",
        "Stretch",
        "Days",
        "Counted",
        "Against the target",
        "Number",
    )
    charts: list[Block] = [Drawn(measure.shown) for measure in one.measures if not measure.waits]
    return [Table("measures", f"{one.what}: {one.target}", columns, rows), *charts]


def _kinds(name: str, page: ActionPage) -> Table:
    rows = [
        (
            name,
            one.name,
            "Asked for" if one.needed else "–",
            str(one.supports),
            str(one.contradicts),
            str(one.inconclusive),
            day_words(one.newest) if one.newest else "None",
            "Current" if one.current else "Not current",
        )
        for one in page.told.stands
    ]
    columns = ("Action", "Kind", "Asked for", "For", "Against", "Inconclusive", "Newest", "Currency")
    return Table("evidence-by-kind", f"Evidence by kind since {day_words(page.told.since)}", columns, rows)


def _spread(name: str, page: ActionPage) -> Table:
    rows = [
        (
            name,
            page.names.unit(one.unit) if one.unit else "The whole service",
            *map(str, (one.day, one.late, one.night, one.other, one.weekend)),
        )
        for one in page.standing.spread
    ]
    columns = ("Action", "Place", "Day", "Late", "Night", "No shift given", "Of these at a weekend")
    return Table("evidence-by-shift", "Where and on which shifts it was seen", columns, rows)


def _newest(moment: Moment, name: str, page: ActionPage) -> Table:
    found = [row for row in moment.records if any(one.action == page.action.id for one in row.bearings)]
    rows = [
        (
            name,
            f"{row.day}, {row.time}",
            f"{row.code} {row.title}",
            moment.role_of(row),
            row.unit_name,
            row.shift_name or "–",
            row.result_name,
            words.named(words.BEARINGS, page.bearing(row)),
            row.record,
        )
        for row in found[:NEWEST]
    ]
    columns = ("Action", "Happened", "Form", "Author’s role", "Place", "Shift", "Result", "Says", "Record")
    some = f"The newest {NEWEST} of {len(found):,}; all are in the register" if len(found) > NEWEST else "All"
    return Table("evidence-newest", f"Evidence of the period. {some}", columns, rows)


def _history(name: str, page: ActionPage) -> Table:
    rows = [
        (
            name,
            edit.when,
            edit.who,
            "; ".join(
                f"{one.label}: {one.before or 'nothing'} → {one.after or 'nothing'}" for one in edit.changes
            )
            or ("The action was made" if edit.version == 1 else "–"),
            edit.reason or "–",
        )
        for edit in page.history
    ]
    columns = ("Action", "When", "Who", "What was changed", "Why")
    return Table("action-history", "What leaders changed, and why", columns, rows)


def _themes(page: ActionPage) -> str:
    return ", ".join(words.named(words.themes(), theme) for theme in page.action.fields.themes)
