"""What staff of Alder House record in a story: every form by its worked example, moved to the day of the story."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from observation_forms import Answers, Context, Definition, judge, load_catalogue, sealed_answers, weigh
from tests.server.world import Browser, World, enrol
from tests.sync.bodies import FakeTablet, batch

JSON = {"content-type": "application/json"}
# As many as a tablet sends at once
MOST = 100
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Of the sealed body; every other name given to a record is an answer of its form
_OF_BODY = ("author", "unit", "spawned_by", "recorded_at")


def instant(at: str) -> str:
    """ "2026-11-16T08:30" as it is written in a record."""
    return at if at.endswith("Z") else f"{at}:00Z"


class Floor:
    """One tablet of Alder House. A record bears on `action`, with its themes, unless it says nothing of it."""

    def __init__(self, world: World) -> None:
        self.world, self.catalogue = world, load_catalogue()
        self.browser: Browser = world.client()
        known = enrol(world, self.browser, "alder-1", "Oak")["tablet"]["id"]
        self.tablet = FakeTablet(self.catalogue, known, "alder")
        self.action, self.themes = "", ["OV"]

    def record(self, form: str, at: str, example: str = "", *, says: str = "", **chosen: Any) -> str:
        """Record and send it; its id. See `seal`."""
        return self.send([self.seal(form, at, example, says=says, **chosen)])[0]

    def seal(self, form: str, at: str, example: str = "", *, says: str = "", **chosen: Any) -> bytes:
        """Seal a worked example as of `at` ("2026-11-16T08:30", UTC), all its times moved along; `chosen` answers stand
        in place of its own, None takes one away. It says of the action what its answers come to, or the lower `says`;
        "nothing" bears on no action.
        """
        known = self.catalogue.current(form)
        found = next(one for one in known.examples if not one.broken and example in ("", one.id))
        at = instant(at)
        given = {**_moved(found.answers, at), **{k: v for k, v in chosen.items() if k not in _OF_BODY}}
        given["happened_at"] = at
        themes = self.themes if self.action and says != "nothing" else []
        recorded_at = str(_later(found.recorded_at, _since(found.answers, at)))
        usual = {"author": "amina", "unit": "alder-1", "recorded_at": recorded_at}
        body = {**usual, **{name: chosen[name] for name in _OF_BODY if name in chosen}}
        context = Context(recorded_at=body["recorded_at"], themes=frozenset(themes))
        answers = _answered(known.definition, {k: v for k, v in given.items() if v is not None}, context)
        bearing = says or weigh(known.definition, answers, context, themes)
        return self.tablet.seal(
            form=form,
            happened_at=at,
            answers=answers,
            bearings=[{"action": self.action, "themes": themes, "bearing": bearing}] if themes else [],
            **body,
        )

    def correct(self, sealed: bytes, at: str, reason: str, **chosen: Any) -> str:
        """Send what was sealed before once more, put right; its id."""
        before = json.loads(sealed)
        themes = [theme for bearing in before["bearings"] for theme in bearing["themes"]]
        definition = self.catalogue.current(before["form"]).definition
        context = Context(recorded_at=instant(at), themes=frozenset(themes))
        given = {
            k: v
            for k, v in {**before["answers"], "backdated_reason": reason, **chosen}.items()
            if v is not None
        }
        answers = _answered(definition, given, context)
        says = weigh(definition, answers, context, themes)
        again = self.tablet.correct(
            sealed,
            reason,
            author=before["author"],
            unit=before["unit"],
            recorded_at=instant(at),
            answers=answers,
            bearings=[{**bearing, "bearing": says} for bearing in before["bearings"]],
        )
        return self.send([again])[0]

    def send(self, sealed: Iterable[bytes]) -> list[str]:
        """Send them, a hundred at a time: each is stored and breaks no rule of its form. Their ids."""
        sealed, found = list(sealed), []
        for start in range(0, len(sealed), MOST):
            answer = self.browser.post(
                "/sync/records", content=batch(sealed[start : start + MOST]), headers=JSON
            )
            for receipt in answer.json()["receipts"]:
                assert (receipt["status"], receipt["findings"]) == ("stored", []), receipt
                found.append(str(receipt["record"]))
        return found

    def observe(self, at: str, example: str = "", **chosen: Any) -> str:
        """F1, somebody watches practice."""
        return self.record("practice_observation", at, example, **chosen)

    def hand_over(self, at: str, example: str = "", **chosen: Any) -> str:
        """F2, a handover is checked."""
        return self.record("handover_check", at, example, **{"author": "ben", **chosen})

    def contact_family(self, at: str, example: str = "", **chosen: Any) -> str:
        """F3, somebody speaks with a family."""
        return self.record("family_contact", at, example, **chosen)

    def review_shift(self, at: str, example: str = "", **chosen: Any) -> str:
        """F4, the lead looks back at a shift."""
        return self.record("shift_review", at, example, **chosen)

    def check_records(self, at: str, example: str = "", **chosen: Any) -> str:
        """F5, records are read during the shift."""
        return self.record("live_record_check", at, example, **chosen)

    def ask(self, at: str, example: str = "", **chosen: Any) -> str:
        """F6, somebody says how it is to live here."""
        return self.record("lived_experience", at, example, **chosen)

    def sample(self, kind: str, at: str, example: str = "", **chosen: Any) -> str:
        """F7, one sheet of a sample: `kind` "deterioration", "safeguarding", "care_plan", "contact", "audit", ..."""
        return self.record(f"sample_{kind}", at, example, **{"author": "ben", **chosen})

    def escalate(self, at: str, example: str = "", **chosen: Any) -> str:
        """F8, a senior looks at a change in somebody."""
        return self.record("senior_oversight", at, example, **chosen)

    def screen(self, at: str, example: str = "", **chosen: Any) -> str:
        """F9, the notes of the day before are read."""
        return self.record("safeguarding_screen", at, example, **chosen)

    def report_incident(self, at: str, example: str = "", **chosen: Any) -> str:
        """F10."""
        return self.record("incident_record", at, example, **chosen)

    def visit(self, at: str, example: str = "", **chosen: Any) -> str:
        """F11, the provider comes by."""
        return self.record("provider_visit", at, example, **{"author": "dana", **chosen})

    def raise_concern(self, at: str, example: str = "", **chosen: Any) -> str:
        """F12, something is unsafe now."""
        return self.record("immediate_concern", at, example, **{"about_manager": "no", **chosen})


def _answered(definition: Definition, given: Mapping[str, Any], context: Context) -> Answers:
    """What a tablet would seal of these answers; a standard that the action adds to an example, and that the story is
    silent about, was met.
    """
    while True:
        answers = sealed_answers(definition, given, context)
        silent = {
            one.question
            for one in judge(definition, answers, context).findings
            if one.question in definition.by_id and one.question not in given
        }
        met = {
            id: option.code
            for id in sorted(silent)
            for option in definition.by_id[id].options
            if definition.by_id[id].kind == "standard" and option.score == "met"
        }
        if not met:
            return answers
        given = {**given, **met}


def _moved(answers: Mapping[str, Any], at: str) -> dict[str, Any]:
    """The answers with each of their times as far from `at` as it was from the example's own."""
    by = _since(answers, at)
    return {name: _later(value, by) for name, value in answers.items()}


def _since(answers: Mapping[str, Any], at: str) -> timedelta:
    return _read(at) - _read(str(answers["happened_at"]))


def _later(value: Any, by: timedelta) -> Any:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return (_read(value) + by).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str) and _DAY.fullmatch(value):
        return (
            (datetime.fromisoformat(value) + timedelta(days=round(by / timedelta(days=1)))).date().isoformat()
        )
    return value


def _read(instant: str) -> datetime:
    return datetime.fromisoformat(instant)
