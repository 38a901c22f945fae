"""One moment of the database as everything a pack is written from: sections without names, records, their proofs.

A job for `Database.read`: what comes of it needs the database no more, so files are written while others read.
"""

import sqlite3
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.evidence_pack.about_evidence import REGISTER
from server.evidence_pack.blocks import hide_names, tables
from server.evidence_pack.chosen import Chosen
from server.evidence_pack.hiding import Hiding
from server.evidence_pack.moment import Moment, Say, read_moment
from server.evidence_pack.sections import Read, read_sections
from server.identity.permissions import ROLE_NAMES, Role
from sync import SignedCheckpoint, merkle, offer, read_checkpoint
from sync.checkpoint import Signer
from sync.log import Tree, positions_of, read_leaf


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """`made_by` is a pseudonym with roles. `proofs` and `records` are the JSON of the files of that name."""

    chosen: Chosen
    services: tuple[str, ...]
    why: str
    made_by: str
    sections: list[Read]
    records: list[dict[str, object]]
    proofs: dict[str, object]
    checkpoint: SignedCheckpoint
    hiding: Hiding


def read_snapshot(
    connection: sqlite3.Connection,
    chosen: Chosen,
    catalogue: Catalogue,
    signer: Signer,
    who: str,
    now: datetime,
    say: Say,
) -> Snapshot:
    """Everything, in the reading transaction that the caller is in. `who` makes the pack."""
    moment = read_moment(connection, chosen, catalogue, now, say)
    hiding = Hiding(connection)
    sections = [Read(one.section, hide_names(one.blocks, hiding.text)) for one in read_sections(moment, say)]
    say("Proofs from the log", 58)
    checkpoint = offer(connection, signer, 0, now).checkpoint
    return Snapshot(
        chosen=chosen,
        services=tuple(moment.service(one) for one in chosen.services),
        why=hiding.text(chosen.why),
        made_by=_maker(moment, who),
        sections=sections,
        records=_records(moment, sections),
        proofs=_proofs(connection, moment, checkpoint),
        checkpoint=checkpoint,
        hiding=hiding,
    )


def _maker(moment: Moment, who: str) -> str:
    at = moment.now.isoformat()
    held = {
        ROLE_NAMES[Role(role)]
        for service in moment.chosen.services
        for role, starts, ends in moment.roles.get((who, service), [])
        if starts[:19] <= at[:19] and (not ends or at[:19] < ends[:19])
    }
    return f"{moment.names.one_of_staff(who)} ({', '.join(sorted(held)) or 'no role in these services'})"


def _records(moment: Moment, sections: list[Read]) -> list[dict[str, object]]:
    """The register as JSON: its columns, among them those by which a proof knows a record."""
    found = (table for one in sections for _, table in tables(one.blocks) if table.file == REGISTER)
    register = next(found)
    columns = [_field(column) for column in register.columns]
    return [
        {**dict(zip(columns, cells, strict=True)), "version": row.version}
        for row, cells in zip(moment.records, register.rows, strict=True)
    ]


def _field(column: str) -> str:
    """ "SHA-256" as "sha256", "Author’s role" as "authors_role" """
    return "".join(char for char in column.lower().replace(" ", "_") if char.isalnum() or char == "_")


def _proofs(
    connection: sqlite3.Connection, moment: Moment, checkpoint: SignedCheckpoint
) -> dict[str, object]:
    """Each entry's line of the log and its way to the checkpoint; hashes that many ways share are written once."""
    said = read_checkpoint(checkpoint.text)
    size = said.size if said else 0
    tree = Tree(connection, size)
    places = positions_of(connection, [row.seq for row in moment.records])
    nodes: dict[str, int] = {}
    entries = []
    for row in moment.records:
        leaf = read_leaf(connection, places[row.seq])
        path = merkle.inclusion(places[row.seq], size, tree.subtree)
        ways = [nodes.setdefault(node.hex(), len(nodes)) for node in path]
        entries.append(
            {"statement": leaf.statement if leaf else "", "position": places[row.seq], "path": ways}
        )
    return {"nodes": list(nodes), "entries": entries}
