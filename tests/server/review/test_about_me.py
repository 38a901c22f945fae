"""What staff see of observations about themselves, and what they say of them."""

import sqlite3

import pytest

from observation_forms import Value
from tests.server.evidence.floor import Floor
from tests.server.review.reviewing import words_of
from tests.server.world import Browser, World

AMINA: dict[str, Value] = {"staff_observed": ["amina", "ivo"], "person_supported": "alder-1-a"}


@pytest.fixture
def amina(world: World) -> Browser:
    return world.signed_in("amina")


@pytest.fixture
def seen(floor: Floor) -> str:
    """Ben watched Amina, and Ivo beside her, with one resident."""
    return floor.record(author="ben", chosen=AMINA)


def say(desk: Browser, record: str, stance: str, words: str = "") -> int:
    form = {"stance": stance, "words": words}
    return desk.post(f"/me/observations/{record}/view", data=form, follow_redirects=False).status_code


def test_a_carer_signs_in_to_what_was_observed_about_her(amina: Browser, floor: Floor, seen: str) -> None:
    other = floor.record(author="ben", chosen={"staff_observed": ["ivo"]})
    assert amina.get("/", follow_redirects=False).headers["location"] == "/me/observations"
    page = amina.get("/me/observations").text
    assert seen in page
    assert other not in page
    assert amina.get(f"/me/observations/{other}").status_code == 404
    assert say(amina, other, "agreed") == 404


def test_others_are_not_named_more_than_needed(amina: Browser, seen: str) -> None:
    said = words_of(amina.get(f"/me/observations/{seen}").text)
    assert "Seen by Ben Carter" in said
    assert "You" in said
    assert "A colleague" in said
    assert "A person supported" in said
    assert "Ivo" not in said
    assert "AB, 1" not in said


def test_her_view_stands_beside_the_observation(amina: Browser, ben: Browser, seen: str) -> None:
    assert say(amina, seen, "disagreed", "He <never> asked me to wait.") == 303
    assert say(amina, seen, "agreed") == 303
    page = ben.get(f"/evidence/{seen}").text
    said = words_of(page, "side-views")
    assert said.index("I see it differently") < said.index("I agree with it")
    assert "He &lt;never&gt; asked me to wait." in page
    assert "Amina Yusuf" in said


def test_her_view_is_never_changed(world: World, amina: Browser, seen: str) -> None:
    for _ in range(2):
        assert say(amina, seen, "other", "It was the night of the fire alarm.") == 303
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM staff_view").fetchone()[0] == 1
        for statement in ("UPDATE staff_view SET words = ''", "DELETE FROM staff_view"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                sql.execute(statement)


@pytest.mark.parametrize(("stance", "words"), [("odd", "x"), ("", "x"), ("disagreed", " "), ("other", "")])
def test_a_view_that_cannot_be_kept_says_why(amina: Browser, seen: str, stance: str, words: str) -> None:
    answer = amina.post(f"/me/observations/{seen}/view", data={"stance": stance, "words": words})
    assert answer.status_code == 422
    assert "To put right:" in answer.text


def test_a_withdrawn_observation_says_so(floor: Floor, amina: Browser) -> None:
    sealed = floor.seal(author="ben", chosen=AMINA)
    record = floor.send(sealed)
    taken_back = {"withdrawn": 1, "unit": "alder-1", "author": "ben", "recorded_at": "2026-11-15T11:00:00Z"}
    floor.send(floor.tablet.correct(sealed, "It was another carer", **taken_back))
    page = words_of(amina.get("/me/observations").text)
    assert "Withdrawn It was another carer" in page
    assert "counts for nothing" in words_of(amina.get(f"/me/observations/{record}").text)


def test_nobody_is_counted_or_ranked(amina: Browser, floor: Floor, seen: str) -> None:
    floor.record(author="ben", chosen=AMINA)
    page = words_of(amina.get("/me/observations").text)
    assert "2 " not in page.split("About me")[0]
    for word in ("average", "rank", "score", "records"):
        assert word not in page


def test_another_question_that_names_staff_is_no_observation(
    floor: Floor, amina: Browser, seen: str, world: World
) -> None:
    with world.sql() as sql:
        assert [row["staff"] for row in sql.execute("SELECT staff FROM staff_observed ORDER BY staff")] == [
            "amina",
            "ivo",
        ]


@pytest.mark.parametrize("name", ["eli", "gus", "hana"])
def test_who_does_not_work_on_a_floor_has_no_such_page(world: World, name: str, seen: str) -> None:
    with world.signed_in(name) as other:
        assert other.get("/me/observations").status_code == 404
