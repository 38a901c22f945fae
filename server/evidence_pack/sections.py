"""The sections of a pack, in their order: the one list. A new desk record comes into the pack by one entry here.

domain/3 1.10. A section without a `read` says for what it waits; one with both says both.
"""

from collections.abc import Callable

import msgspec

from server.evidence_pack.about_actions import actions, framework, learning, recovery_map, remains, title
from server.evidence_pack.about_closure import decisions, sustaining
from server.evidence_pack.about_evidence import managers, sources, summary
from server.evidence_pack.about_service import how_made, missing_on, not_received, signals
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment, Say


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """`source` is where its contents are asked for; `waits_for` names the desk record that it lacks, "" for none."""

    id: str
    title: str
    source: str
    read: Callable[[Moment], list[Block]] | None = None
    waits_for: str = ""


class Read(msgspec.Struct, frozen=True):
    """A section and what it came to."""

    section: Section
    blocks: list[Block]


def gaps(moment: Moment) -> list[Block]:
    """What is missing, stated plainly: S4, a service that does not pretend that everything is fixed."""
    rows = [
        ("This pack", section.title, f"Waits for {section.waits_for}.")
        for section in SECTIONS
        if section.waits_for
    ]
    rows += [("Action", title(moment, page), words) for page in moment.actions for words in remains(page)]
    rows += [
        ("Early warning", f"{line.signal.code}: {line.signal.says}", "Nobody answered it.")
        for line in moment.signals
        if line.state != "answered"
    ]
    rows += [
        ("Tablet", tablet.name, f"{count:,}: {what}")
        for tablet in moment.tablets
        for count, what in missing_on(tablet)
    ]
    if not moment.records:
        rows.append(("Records", "The period", "No record of it is in this pack."))
    if not moment.actions:
        rows.append(("Actions", "The services", "There is no action to show."))
    columns = ("What kind", "About", "What is missing")
    return [
        Words(
            "What this service does not have, or cannot show, as far as Sightline can tell. Nothing here is left out."
        ),
        Table("gaps", "Gaps", columns, rows),
    ]


SECTIONS: tuple[Section, ...] = (
    Section(id="gaps", title="What is missing", source="S4; domain/3 1.10", read=gaps),
    Section(id="map", title="Recovery map", source="S2 framework", read=recovery_map),
    Section(
        id="actions", title="Actions, from baseline to what remains", source="domain/3 1.10", read=actions
    ),
    Section(
        id="decisions",
        title="Decisions on closing actions, and why",
        source="domain/3 1.9",
        read=decisions,
    ),
    Section(
        id="sources",
        title="Audit findings, incident themes, staffing risks, feedback",
        source="S2E3.2",
        read=sources,
    ),
    Section(
        id="cases",
        title="Concerns, incidents, safeguarding",
        source="domain/2 D3",
        waits_for="cases (D3) to be read into packs",
    ),
    Section(
        id="complaints",
        title="Complaints and what was learned from them",
        source="domain/2 D4",
        waits_for="complaints (D4) to be read into packs",
    ),
    Section(
        id="challenge",
        title="Challenge and decision log",
        source="S2E3.3; S0",
        read=managers,
        waits_for="signed minutes of reviews (D5) to be read into packs; what managers made of records is here",
    ),
    Section(id="signals", title="Early warnings raised and answered", source="domain/3 1.7", read=signals),
    Section(id="learning", title="What was learned", source="S1 framework", read=learning),
    Section(
        id="sustain",
        title="Sustain checks after closure",
        source="domain/3 1.9, rule 10",
        read=sustaining,
    ),
    Section(id="framework", title="By the framework", source="domain/5 2.2", read=framework),
    Section(
        id="not-received",
        title="Captured on a tablet, not received",
        source="domain/3 1.10",
        read=not_received,
    ),
    Section(id="made", title="How this pack was made", source="domain/3 1.10", read=how_made),
    Section(id="records", title="The records", source="domain/3 1.10", read=summary),
)


def read_sections(moment: Moment, say: Say) -> list[Read]:
    """Every section with its blocks, names not yet taken out of free text."""
    found = []
    for number, section in enumerate(SECTIONS):
        say(section.title, 48 + 10 * number // len(SECTIONS))
        blocks: list[Block] = (
            [Words(f"Not all of it is in this pack: it waits for {section.waits_for}.")]
            if section.waits_for
            else []
        )
        found.append(Read(section, [*blocks, *(section.read(moment) if section.read else ())]))
    return found
