"""How a story ends in which closing is refused: a third person says why, and what is checked further."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from tests.server.evidence.arranged import FIELDS, make_action, words_of
from tests.server.fifteen.telling import Telling

# What provider oversight owes of each of five months
FIVE_MONTHS: dict[str, Any] = {
    "themes": ["OV"],
    "source": "oversight",
    "how_1": "",
    "target_1": "100",
    "window_start_1": "2026-12-01",
    "window_end_1": "2027-04-30",
    "risk": "high",
    "owner": "chidi",
    "deadline": "2027-05-28",
}
# Minutes of a meeting at which nobody asked anything
UNASKED: dict[str, Any] = dict.fromkeys(
    ("question_1", "answer_1", "assurance_1", "change_1", "owner_1", "review_on_1"), ""
)
_ROW = re.compile(r'<tr><th scope="row">(.*?)</tr>', re.DOTALL)


def late(told: Telling, title: str, who: str = "manager") -> int:
    """How many things of a title, due from managers ("floor", "deputy"), the page of what is due shows as late."""
    page = told.desk().get(f"/due?state=late&who={who}").text
    return sum(unescape(title) == name.strip() for name in re.findall(r'<th scope="row">([^<]*)', page))


def cadence(told: Telling, meeting: str, who: str = "chidi") -> str:
    """What the page of reviews says of a kind of meeting: how often, when it was last held, by when it is next."""
    rows = [words_of_part(row) for row in _ROW.findall(told.desk(who).get("/reviews").text)]
    return next(row for row in rows if row.startswith(meeting))


def words_of_part(part: str) -> str:
    """The words of a part of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", part)).split())


def another(told: Telling, who: str = "chidi", /, **fields: Any) -> str:
    """An action beside the one of the story; its id."""
    return make_action(told.desk(who), **{**FIELDS, "baseline_numerator": "1", **fields})


def record_all(told: Telling, *rows: tuple[Any, ...]) -> list[str]:
    """Records of a table, sent together: form, when, worked example, what it says of the action, answers of its own."""
    return told.floor.send(
        told.floor.seal(form, at, example, says=says, **(chosen[0] if chosen else {}))
        for form, at, example, says, *chosen in rows
    )


def refuse(told: Telling, why: str, checks: tuple[str, ...], fails: Mapping[int, str], verdict: str) -> None:
    """Closing was proposed while these rules fail: nobody can sign it, and Dana, who may, refuses it in writing.

    What must be checked further stands on the action, which stays open on the map, and nobody proposes it again without
    saying what came of the checks.
    """
    assert told.verdict() == verdict
    failing = told.failing()
    assert set(failing) == set(fails), failing
    for rule, words in fails.items():
        assert words in failing[rule], (rule, failing[rule])
    if told.status == "testing":
        signed = words_of(told.sign())
        assert "It cannot be closed." in signed
        for rule, words in failing.items():
            assert f"Rule {rule}: {words}" in signed
    assert "whoever proposed it withdraws the proposal" in words_of(_decide(told, "chidi", why, checks))
    assert "This role does not decide about closing." in words_of(_decide(told, "ben", why, checks))
    assert "one check to a line" in words_of(_decide(told, "dana", why, ()))
    told.taken(_decide(told, "dana", why, checks))

    assert told.status == "refused"
    page = told.words(f"/actions/{told.action}/closure", "chidi")
    for words in (why, *checks, "Dana Price", *failing.values()):
        assert words in page, words
    stands = f"To be checked further {' '.join(checks)}"
    assert stands in told.action_page()
    _stays_open(told, "Closure refused")
    assert "Closure refused" in told.words("/closures", "ivo")

    told.build()
    assert 'id="answered-error"' in told.propose("chidi", answered="").text
    assert stands in told.action_page()
    _stays_open(told, "Evidence building")


def _decide(told: Telling, who: str, why: str, checks: tuple[str, ...]) -> Any:
    return told.send(who, "decision", outcome="refuse", reason=why, further_checks="\n".join(checks))


def _stays_open(told: Telling, state: str) -> None:
    for who in ("chidi", "dana"):
        row = told.on_map(who).partition(told.fields["title"])[2]
        assert state in row[:80], row[:200]
