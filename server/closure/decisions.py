"""One decision on the road to closing an action, as it is kept for good (domain/2 D2), and its digest. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from server.closure.counted import HandCount, Recount
from server.closure.facts import Outcome

STEP_WORDS: Mapping[str, str] = {
    "proposed": "Closing was proposed",
    "drawn": "A sample was drawn",
    "sampled": "The sample was looked at",
    "closed": "It was closed",
    "refused": "Closing was refused",
    "checked": "It was looked at again",
    "reopened": "It was reopened",
}


class DrawnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a sample: its version when it was drawn."""

    record: str
    version: int


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody found in one record of the sample: whether tracker, record and audit agree, and what was seen."""

    record: str
    agrees: bool
    seen: str


class Words(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person gave with a step. Each step has its own of these; the others are empty.

    proposed: `note`, `checker`, `answered` (what came of the checks that a refusal asked for), `counts` (of targets
    that a person counts). drawn: `seed`, `size`, `from_records` (what was drawn from), `drawn`. sampled: `looked`,
    `recounts`. closed: `first_check`, `second_check` (days it is
    looked at again), `risk`, `changed_on`, `unit`, `questions` (what samples had found). refused: `further_checks`.
    checked: `check` 1 or 2, `held`.
    """

    note: str = ""
    checker: str = ""
    answered: str = ""
    counts: tuple[HandCount, ...] = ()
    seed: str = ""
    size: int = 0
    from_records: tuple[str, ...] = ()
    drawn: tuple[DrawnRecord, ...] = ()
    looked: tuple[Looked, ...] = ()
    recounts: tuple[Recount, ...] = ()
    first_check: str = ""
    second_check: str = ""
    risk: str = ""
    changed_on: str = ""
    unit: str = ""
    questions: tuple[str, ...] = ()
    further_checks: tuple[str, ...] = ()
    check: int = 0
    held: bool | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence that stood behind a closing: which record and version, of which kind, from which day."""

    record: str
    version: int
    kind: str
    bearing: str
    day: str


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules said at the moment of the decision, and the evidence they said it of."""

    outcomes: tuple[Outcome, ...] = ()
    evidence: tuple[Shown, ...] = ()
    verdict: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One step. See `schema.DECISIONS` for what its columns are."""

    id: str
    action: str
    service: str
    version: int
    step: str
    proposal: str
    who: str
    at: str
    reason: str
    said: Words
    frozen: Frozen

    @property
    def words(self) -> str:
        """What it was."""
        return STEP_WORDS[self.step]


def row_of(decision: Decision) -> dict[str, Any]:
    """The row it is kept in, its digest not among it."""
    plain = ("id", "action", "service", "version", "step", "proposal", "who", "at", "reason")
    said = {
        "words": msgspec.to_builtins(decision.said),
        "evidence": msgspec.to_builtins(decision.frozen.evidence),
        "verdict": decision.frozen.verdict,
    }
    return {name: getattr(decision, name) for name in plain} | {
        "said": _text(said),
        "rules": _text(msgspec.to_builtins(decision.frozen.outcomes)),
        "passed": len({one.rule for one in decision.frozen.outcomes if one.state == "pass"}),
    }


def read_row(row: Mapping[str, Any]) -> Decision:
    """The decision that a row keeps."""
    said = json.loads(row["said"])
    frozen = {"outcomes": json.loads(row["rules"]), "evidence": said["evidence"], "verdict": said["verdict"]}
    plain = {name: row[name] for name in Decision.__struct_fields__ if name not in ("said", "frozen")}
    return msgspec.convert(plain | {"said": said["words"], "frozen": frozen}, Decision)


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256 over everything in the row but the digest itself: what the audit trail names, and so the signed log."""
    kept = {name: row[name] for name in ROW}
    return hashlib.sha256(_text(kept).encode()).hexdigest()


ROW = (
    "id",
    "action",
    "service",
    "version",
    "step",
    "proposal",
    "who",
    "at",
    "reason",
    "said",
    "rules",
    "passed",
)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
