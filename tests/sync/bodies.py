"""Sealed bodies as a tablet makes them, for every test that needs a believable record.

tablet = FakeTablet(catalogue, "oak")
first = tablet.seal(author="amina")
answer = await inbox.receive(batch([first]), tablet.sender())
"""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from observation_forms import Catalogue, Context, Definition, Question, Value, judge
from sync.sender import Sender

FORM = "practice_observation"
SERVICE = "service-willow"
HAPPENED_AT = "2026-11-20T10:00:00Z"
RECORDED_AT = "2026-11-20T10:05:00Z"
# Longer than any smallest length a form asks for, shorter than any largest
SENTENCE = "Staff knocked, waited, and asked before they helped."


def make_body(catalogue: Catalogue, **overrides: Any) -> dict[str, Any]:
    """A body that no rule of its form finds fault with, except where `overrides` say otherwise.

    `answers` given as an override replace the usual ones whole; every other name is a field of the body.
    """
    form = catalogue.current(overrides.get("form", FORM))
    body: dict[str, Any] = {
        "protocol": 1,
        "record": make_record_id(RECORDED_AT),
        "version": 1,
        "reason": "",
        "form": form.definition.form,
        "form_version": form.definition.version,
        "form_hash": form.hash,
        "service": SERVICE,
        "unit": "unit-ground",
        "author": "staff-amina",
        "tablet": "oak",
        "tablet_seq": 1,
        "tablet_prev": "0" * 64,
        "happened_at": HAPPENED_AT,
        "recorded_at": RECORDED_AT,
        "clock": {"wall": 1_795_169_100_000, "monotonic": 60_000, "boot": "boot-1", "offset": []},
        "app": "test",
        "bearings": [],
        "lowered_to": "",
        "lowered_reason": "",
        "spawned_by": "",
        "attachments": [],
        **overrides,
    }
    if "answers" not in overrides:
        themes = frozenset(theme for bearing in body["bearings"] for theme in bearing["themes"])
        context = Context(recorded_at=body["recorded_at"], themes=themes)
        body["answers"] = good_answers(form.definition, context, happened_at=body["happened_at"])
    return body


def make_record_id(moment: str, chance: random.Random | None = None) -> str:
    """A UUIDv7 as a tablet makes it: the moment in milliseconds, then chance (RFC 9562, 5.7)."""
    milliseconds = int(datetime.fromisoformat(moment).timestamp() * 1000) % 2**48
    bits = (chance or random).getrandbits(74)
    value = milliseconds << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits % 2**62
    return str(UUID(int=value))


def good_answers(
    definition: Definition, context: Context, happened_at: str = HAPPENED_AT, **chosen: Value
) -> dict[str, Value]:
    """Answers to every question the form shows, the best option of each, with `chosen` as given."""
    answers: dict[str, Value] = {}
    while True:
        shown = [definition.by_id[question] for question in judge(definition, answers, context).visible]
        unanswered = [question for question in shown if question.id not in answers and _asks(question)]
        if not unanswered:
            return {question.id: answers[question.id] for question in shown if question.id in answers}
        for question in unanswered:
            answers[question.id] = chosen.get(question.id, _best_answer(question, happened_at))


def seal(body: dict[str, Any]) -> bytes:
    """The bytes of a body, as a browser's JSON.stringify writes them."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def item(sealed: bytes | dict[str, Any], digest: str | None = None) -> dict[str, Any]:
    """A sealed body in its envelope; `digest` to pretend that it changed on the way."""
    sealed = sealed if isinstance(sealed, bytes) else seal(sealed)
    return {"body": sealed.decode(), "sha256": digest or sha256(sealed).hexdigest(), "signatures": []}


def batch(items: Iterable[bytes | dict[str, Any]]) -> bytes:
    """What is sent: a JSON list. Sealed bytes are put in an envelope; anything else goes in as it is."""
    return msgspec.json.encode([item(each) if isinstance(each, bytes) else each for each in items])


@dataclass
class FakeTablet:
    """A tablet that numbers what it seals and names the hash of the one before."""

    catalogue: Catalogue
    name: str = "oak"
    service: str = SERVICE
    sealed: list[bytes] = field(default_factory=list)

    def seal(self, **overrides: Any) -> bytes:
        """Seal the next record, a minute after the last one."""
        moment = datetime(2026, 11, 20, 10, tzinfo=UTC) + timedelta(minutes=len(self.sealed))
        sealed = seal(
            make_body(
                self.catalogue,
                **{
                    "service": self.service,
                    "tablet": self.name,
                    "tablet_seq": len(self.sealed) + 1,
                    "tablet_prev": sha256(self.sealed[-1]).hexdigest() if self.sealed else "0" * 64,
                    "record": make_record_id(_instant(moment)),
                    "happened_at": _instant(moment),
                    "recorded_at": _instant(moment + timedelta(minutes=5)),
                    **overrides,
                },
            )
        )
        self.sealed.append(sealed)
        return sealed

    def correct(self, sealed: bytes, reason: str, **overrides: Any) -> bytes:
        """Seal the next version of a record that was sealed before."""
        before = json.loads(sealed)
        kept = {name: before[name] for name in ("record", "form", "answers", "bearings", "happened_at")}
        return self.seal(**{**kept, "version": before["version"] + 1, "reason": reason, **overrides})

    def sender(self, **known: Any) -> Sender:
        """Who the server takes this tablet for."""
        return Sender(**{"tablet": self.name, "service": self.service, **known})


def _asks(question: Question) -> bool:
    return question.kind != "information" and not question.facts_for


def _best_answer(question: Question, happened_at: str) -> Value:
    match question.kind:
        case "standard" | "choice" | "yes_no":
            return _best_option(question)
        case "choices":
            return [_best_option(question)]
        case "integer":
            return question.minimum or 1
        case "instant":
            return happened_at
        case "date":
            return happened_at[:10]
        case "person":
            return "person-rose"
        case "staff":
            return ["staff-ben"]
    return SENTENCE


def _best_option(question: Question) -> str:
    order = ("met", None, "excluded", "partly", "not_met")
    calm = [option for option in question.options if not option.concern] or list(question.options)
    return min(calm, key=lambda option: order.index(option.score)).code


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
