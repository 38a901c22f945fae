"""Reading what was typed into minutes, and typing it again. Pure. Rows are numbered from 1; an empty one is none."""

from collections.abc import Mapping, Sequence

import msgspec

from server.reviews.minutes import MOST_ROWS, Minutes, Row, Shown

Typed = Mapping[str, Sequence[str]]
TEXTS = ("held_on", "since", "attendees", "summary", "confidence", "remains", "changed", "escalations")
PARTS = ("question", "answer", "assurance", "why", "change", "owner", "review_on", "action", "audit")


def read_minutes(
    typed: Typed, kind: str, sources: Mapping[str, Shown], learning: Mapping[str, str]
) -> Minutes:
    """What was typed. Of sources and incidents those that were ticked and are offered."""
    rows = (_row(typed, place) for place in range(1, MOST_ROWS + 1))
    texts = Minutes(kind=kind, held_on=_one(typed, "held_on"))
    for name in TEXTS:
        texts = msgspec.structs.replace(texts, **{name: _one(typed, name)})
    return msgspec.structs.replace(
        texts,
        safeguarding="yes" in typed.get("safeguarding", ()),
        evidence=tuple(sources[code] for code in sources if code in typed.get("evidence", ())),
        rows=tuple(row for row in rows if not row.is_empty),
        learning=tuple(id for id in learning if id in typed.get("learning", ())),
    )


def typed_again(minutes: Minutes) -> dict[str, tuple[str, ...]]:
    """What a person would have typed to get these."""
    typed: dict[str, tuple[str, ...]] = {name: (str(getattr(minutes, name)),) for name in TEXTS}
    typed["safeguarding"] = ("yes",) if minutes.safeguarding else ()
    typed["evidence"] = tuple(one.kind for one in minutes.evidence)
    typed["learning"] = minutes.learning
    for place, row in enumerate(minutes.rows, 1):
        typed |= {f"{name}_{place}": (value,) for name, value in msgspec.structs.asdict(row).items()}
    return typed


def _row(typed: Typed, place: int) -> Row:
    return Row(**{name: _one(typed, f"{name}_{place}") for name in PARTS})


def _one(typed: Typed, name: str) -> str:
    return " ".join("".join(list(typed.get(name, ()))[:1]).split())
