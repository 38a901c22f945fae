"""A filter is kept as an address without names, by whom it was made; shared, it shows nobody more than they may see."""

import re
from urllib.parse import quote

import pytest
from httpx import Response

from server.identity.permissions import Permission, Role
from server.saved_filters.address import read_address
from tests.server.evidence.arranged import send_record, words_of
from tests.server.reach import add_member
from tests.server.world import Browser, World

ADDRESS = "/evidence?unit=alder-1&result=met"


def save(browser: Browser, name: str = "Met here", address: str = ADDRESS) -> Response:
    return browser.post("/saved-filters", data={"name": name, "address": address}, follow_redirects=False)


def ids(browser: Browser) -> list[str]:
    return re.findall(r'action="/saved-filters/([^"/]+)/deletion"', browser.get("/saved-filters").text)


def saved(browser: Browser, **more: str) -> str:
    before = ids(browser)
    answer = save(browser, **more)
    assert answer.status_code == 303, words_of(answer)
    (id,) = set(ids(browser)) - set(before)
    return id


def act(browser: Browser, id: str, what: str, **form: str) -> int:
    answer = browser.post(f"/saved-filters/{id}/{what}", data=form, follow_redirects=False)
    return answer.status_code


def kept(address: str) -> str | None:
    found = read_address(address, lambda table, id: id in ("alder", "alder-1", "ben"))
    return found.address if found else None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (ADDRESS, ADDRESS),
        (
            "/evidence?flag=late&flag=concern&since=2026-11-01",
            "/evidence?flag=late&flag=concern&since=2026-11-01",
        ),
        ("/evidence?text=Penhaligon&result=met&after=x&mark=3", "/evidence?result=met"),
        ("/evidence?person=Penhaligon&unit=alder-1", "/evidence?unit=alder-1"),
        ("/evidence?author=ben", "/evidence?author=ben"),
        ("/evidence?state=two+words&sort=<b>", "/evidence"),
        ("/map?theme=DE&page=2&since=2026-11-01", "/map?theme=DE&since=2026-11-01"),
        ("/actions?tag=qs%2F2023%2FS3", "/actions?tag=qs%2F2023%2FS3"),
        ("/views/units/alder-1?since=2026-11-01", "/views/units/alder-1?since=2026-11-01"),
        ("/logs/family-contact?unit=alder-1", "/logs/family-contact?unit=alder-1"),
        ("/views", None),
        ("/staff", None),
        ("/evidence/abc", None),
        ("/views/../staff/ben", None),
        ("/views/../staff", None),
        ("/logs/..", None),
        ("/views/people/Penhaligon", None),
        ("/views/shifts/alder-1.2026-11-15.night", "/views/shifts/alder-1.2026-11-15.night"),
        ("/views/shifts/Penhaligon.2026-11-15.night", None),
        ("/views/framework/qs.2023.S3", "/views/framework/qs.2023.S3"),
        ("/views/timeline/Penhaligon", None),
        ("/views/nothing/alder-1", None),
        ("//elsewhere.example/evidence", None),
        ("https://elsewhere.example/evidence", None),
        ("javascript:alert(1)", None),
        ("/logs/a/b/c/d/e", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_only_ids_codes_and_days_of_pages_with_a_filter_are_kept(address: str, expected: str | None) -> None:
    assert kept(address) == expected


def test_a_filter_is_saved_opened_renamed_and_deleted(chidi: Browser) -> None:
    page = chidi.get(ADDRESS).text
    link = re.search(r'href="(/saved-filters/new\?address=[^"]+)"', page)
    assert link is not None
    assert f"/saved-filters/new?address={quote(ADDRESS)}" == link[1]
    form = chidi.get(link[1])
    assert 'value="/evidence?unit=alder-1&amp;result=met"' in form.text
    id = saved(chidi)
    assert 'href="/evidence?unit=alder-1&amp;result=met">Met here</a>' in chidi.get("/saved-filters").text
    assert act(chidi, id, "name", name="Another") == 303
    assert "Another" in chidi.get("/saved-filters").text
    assert act(chidi, id, "name", name=" ") == 422
    assert act(chidi, id, "deletion") == 303
    assert ids(chidi) == []


def test_every_list_with_a_filter_offers_to_keep_it(chidi: Browser) -> None:
    for address in (
        "/evidence",
        "/actions?risk=high",
        "/map?theme=DE",
        "/signals?service=alder",
        "/coverage?service=alder",
        "/due?state=late",
        "/views/units/alder-1",
    ):
        assert f'href="/saved-filters/new?address={quote(address)}"' in chidi.get(address).text, address


def test_what_was_searched_for_is_never_in_the_database(world: World, chidi: Browser) -> None:
    page = chidi.get(f"/saved-filters/new?address={quote('/evidence?text=Penhaligon&result=met')}")
    assert "Not kept: text." in words_of(page)
    saved(chidi, address="/evidence?text=Penhaligon&person=Penhaligon&result=met")
    with world.sql() as sql:
        (row,) = sql.execute("SELECT * FROM saved_filter").fetchall()
    assert row["address"] == "/evidence?result=met"
    assert "Penhaligon" not in str(tuple(row))


def test_a_name_is_needed_and_sending_twice_keeps_one(chidi: Browser) -> None:
    answer = save(chidi, name="")
    assert answer.status_code == 422
    assert "Write a name" in answer.text
    assert save(chidi, name="x" * 61).status_code == 422
    form = {"id": "0192f000-0000-7000-8000-00000000000b", "name": "Twice", "address": ADDRESS}
    for _ in range(2):
        assert chidi.post("/saved-filters", data=form, follow_redirects=False).status_code == 303
    assert len(ids(chidi)) == 1


def test_nobody_reaches_somebody_elses(world: World, chidi: Browser) -> None:
    id = saved(chidi)
    ben = world.signed_in("ben")
    assert "Met here" not in ben.get("/saved-filters").text
    assert act(ben, id, "name", name="Mine") == 404
    assert act(ben, id, "deletion") == 404
    assert ids(chidi) == [id]
    ivo = world.signed_in("ivo")
    assert act(ivo, id, "sharing", **{"with": "shift_manager/alder"}) == 404


def test_a_manager_shares_with_those_who_have_the_role_there(world: World, chidi: Browser) -> None:
    id = saved(chidi)
    assert act(chidi, id, "sharing", **{"with": "shift_manager/alder"}) == 303
    ben, ivo = world.signed_in("ben"), world.signed_in("ivo")
    assert "Met here" in ben.get("/saved-filters").text
    assert "by Chidi Okafor" in words_of(ben.get("/saved-filters"))
    assert "Shared with you None." in words_of(ivo.get("/saved-filters"))
    assert act(ben, id, "taking-back", **{"with": "shift_manager/alder"}) == 404
    assert act(chidi, id, "taking-back", **{"with": "shift_manager/alder"}) == 303
    assert "Met here" not in ben.get("/saved-filters").text
    with world.sql() as sql:
        noted = [
            (row["who"], row["about"], row["details"], row["service"])
            for row in sql.execute("SELECT * FROM identity_audit WHERE what = 'filter_shared' ORDER BY rowid")
        ]
    assert noted == [
        ("chidi", id, "shared with shift_manager", "alder"),
        ("chidi", id, "taken back from shift_manager", "alder"),
    ]


def test_another_manager_takes_back_what_was_shared_in_their_service(world: World, chidi: Browser) -> None:
    id = saved(chidi)
    act(chidi, id, "sharing", **{"with": "shift_manager/alder"})
    ivo, fay = world.signed_in("ivo"), world.signed_in("fay")
    assert "Shared by others in your services" in ivo.get("/saved-filters").text
    assert "Met here" not in fay.get("/saved-filters").text
    assert act(fay, id, "taking-back", **{"with": "shift_manager/alder"}) == 404
    assert act(ivo, id, "taking-back", **{"with": "shift_manager/alder"}) == 303


@pytest.mark.parametrize(
    "where",
    ["shift_manager/birch", "visitor/alder", "floor/alder", "administrator/alder", "nobody/alder", "", "x"],
)
def test_it_is_shared_with_no_role_that_could_not_open_it_and_in_no_other_service(
    where: str, chidi: Browser
) -> None:
    id = saved(chidi)
    assert act(chidi, id, "sharing", **{"with": where}) == 422


def test_deleting_takes_it_from_all_it_was_shared_with(world: World, chidi: Browser) -> None:
    id = saved(chidi)
    act(chidi, id, "sharing", **{"with": "shift_manager/alder"})
    act(chidi, id, "deletion")
    assert "Met here" not in world.signed_in("ben").get("/saved-filters").text
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM saved_filter_shared").fetchone()[0] == 0


def test_what_a_shared_filter_shows_is_decided_when_it_is_opened(
    world: World, oak: Browser, chidi: Browser
) -> None:
    record = send_record(oak, unit="alder-1")
    id = saved(chidi, address="/evidence?unit=alder-1")
    act(chidi, id, "sharing", **{"with": "shift_manager/alder"})
    with world.sql() as sql:
        add_member(sql, "uma", Role.SHIFT_MANAGER, "alder", "alder-2", world)
    uma, ben = world.signed_in("uma"), world.signed_in("ben")
    for browser, sees in ((ben, True), (uma, False)):
        assert "Met here" in browser.get("/saved-filters").text
        assert (record in browser.get("/evidence?unit=alder-1").text) == sees


@pytest.mark.parametrize("name", ["amina", "eli", "gus", "hana"])
def test_who_has_no_lists_saves_no_filter(world: World, name: str) -> None:
    browser = world.signed_in(name)
    assert browser.get("/saved-filters").status_code in (403, 404)
    assert save(browser).status_code in (403, 404)


def test_a_page_that_one_may_not_open_is_not_kept(world: World) -> None:
    assert read_address("/signals", lambda table, id: True).permission is Permission.READ_SIGNALS  # type: ignore[union-attr]
    answer = world.signed_in("ben").get("/saved-filters/new?address=/staff")
    assert answer.status_code == 404


def test_one_person_keeps_a_hundred_at_most(chidi: Browser, world: World) -> None:
    with world.sql() as sql:
        sql.executemany(
            "INSERT INTO saved_filter VALUES (?, 'chidi', 'x', '/evidence', '2026-11-16T09:00:00Z')",
            [(f"f{number}",) for number in range(100)],
        )
    answer = save(chidi)
    assert answer.status_code == 422
    assert "Delete one you no longer need." in answer.text
