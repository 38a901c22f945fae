"""A case's kind can be put right by the manager, with a reason; registers go out in full."""

import csv
import io

from tests.server.cases.steps import act, open_case, try_act
from tests.server.complaints import test_complaints as complaints
from tests.server.evidence.arranged import words_of
from tests.server.world import PASSWORD, Browser, World

WHY = {"why": "The coroner asks for all of it", "password": PASSWORD}


def take(browser: Browser, what: str, query: str = "state=", /, **changed: str) -> str:
    answer = browser.post(f"/full-export/{what}", data={**WHY, "query": query, "format": "csv", **changed})
    assert answer.status_code == 200, words_of(answer)
    return answer.text.removeprefix("\ufeff")


def test_the_manager_changes_a_kind_and_its_clocks_follow(world: World) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in("ben") as ben:
        case = open_case(ben, kind="incident")
        assert try_act(ben, case, "became_safeguarding", why="A bruise was found too.").status_code == 404
        assert try_act(chidi, case, "became_safeguarding", why="short").status_code == 422
        assert try_act(chidi, case, "became_incident", why="It is that already.").status_code == 404
        act(chidi, case, "became_safeguarding", why="A bruise was found too.")
        page = words_of(chidi.get(case))
        assert "Changed its kind to safeguarding" in page
        assert "A bruise was found too." in page
        assert case in chidi.get("/cases?kind=safeguarding").text
        assert case not in chidi.get("/cases?kind=incident").text
        assert "Review of the incident" not in page
        with world.sql() as sql:
            (event,) = sql.execute("SELECT details FROM identity_audit WHERE details LIKE 'became%'")
        assert event["details"] == "became safeguarding"
    world.clock.move(days=3)
    with world.signed_in("chidi") as chidi:
        assert "Follow-up of open safeguarding" in words_of(chidi.get(case))
        act(chidi, case, "became_concern", why="No abuse, says the team.")
    world.clock.move(days=30)
    with world.signed_in("chidi") as chidi:
        assert chidi.get(case).text.count("Follow-up of open safeguarding") <= 1


def test_cases_and_complaints_go_out_with_their_words_to_who_may(world: World) -> None:
    with world.signed_in("chidi") as chidi, world.signed_in("ben") as ben, world.signed_in("dana") as dana:
        case = open_case(chidi, recognised_by="Amina Yusuf", person="alder-1-a")
        act(chidi, case, "decided")
        open_case(dana, service="alder", title="About the manager", about_manager="yes")
        complaints.act(ben, complaints.add(ben, title="Nobody rang"), "responded")
        rows = list(csv.DictReader(io.StringIO(take(chidi, "cases"))))
        said = {(row["done"], row["asked"]): row["written"] for row in rows}
        assert said["Opened", "Recognised by"] == "Amina Yusuf"
        assert said["Opened", "Whom it is about"] == "AB, 1"
        assert said["Decided", "Why"] == "People walk there early."
        assert {row["who"] for row in rows} == {"Chidi Okafor"}
        assert "About the manager" not in take(chidi, "cases", format="json")
        assert "About the manager" in take(dana, "cases")
        assert "Nobody rang" in take(chidi, "complaints", format="json")
        assert "A letter by the deputy" in take(chidi, "complaints")
        assert take(chidi, "complaints", "state=closed").count("\n") == 1
        assert ben.post("/full-export/cases", data={**WHY, "format": "csv"}).status_code == 404
        assert chidi.post("/full-export/cases", data={"format": "csv", "why": WHY["why"]}).status_code == 422
        assert 'href="/full-export/complaints?' in chidi.get("/complaints").text
    with world.sql() as sql:
        (count,) = sql.execute("SELECT count(*) FROM full_export WHERE what = 'cases'").fetchone()
        (noted,) = sql.execute(
            "SELECT count(*) FROM identity_audit WHERE what = 'exported_in_full'"
        ).fetchone()
    assert (count, noted) == (3, 6)
