"""The sections of a pack, in their order: the one list. A new desk record comes into the pack by one entry here.

domain/3 1.10.
"""

from collections.abc import Callable

import msgspec

from server.evidence_pack.about_actions import actions, framework, recovery_map
from server.evidence_pack.about_cases import cases
from server.evidence_pack.about_closure import decisions, sustaining
from server.evidence_pack.about_complaints import complaints
from server.evidence_pack.about_evidence import sources, summary
from server.evidence_pack.about_gaps import gaps
from server.evidence_pack.about_learning import learning
from server.evidence_pack.about_meetings import challenge
from server.evidence_pack.about_service import how_made, not_received, signals
from server.evidence_pack.about_staffing import staffing
from server.evidence_pack.about_summaries import summaries
from server.evidence_pack.blocks import Block
from server.evidence_pack.moment import Moment, Say


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """`source` is where its contents are asked for."""

    id: str
    title: str
    source: str
    read: Callable[[Moment], list[Block]]


class Read(msgspec.Struct, frozen=True):
    """A section and what it came to."""

    section: Section
    blocks: list[Block]


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
        read=cases,
    ),
    Section(
        id="complaints",
        title="Complaints and what was learned from them",
        source="domain/2 D4",
        read=complaints,
    ),
    Section(id="staffing", title="Staffing, week by week", source="domain/2 D6; S2E1", read=staffing),
    Section(
        id="challenge",
        title="Challenge and decision log",
        source="S2E3.3; S0",
        read=challenge,
    ),
    Section(id="summaries", title="Signed monthly summaries", source="domain/2 D8", read=summaries),
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
        found.append(Read(section, section.read(moment)))
    return found
