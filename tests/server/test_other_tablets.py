"""What a tablet is told of the other tablets of its service, for the handover."""

from tests.server.world import Browser, World, take_out

HOLDS = {
    "sightline-app": "build-1",
    "sightline-waiting": "3",
    "sightline-oldest": "2026-11-16T08:00:00Z",
}


def others(tablet: Browser) -> list[tuple[str, int, str]]:
    """Name, waiting and oldest of each."""
    told = tablet.get("/sync/changes").json()["tablets"]
    return [(one["name"], one["waiting"], one["oldest"]) for one in told]


def test_a_tablet_hears_what_the_others_hold(world: World, oak: Browser) -> None:
    with world.tablet("alder-2", "Elm") as elm:
        assert others(oak) == [("Elm", 0, "")]
        elm.get("/sync/changes", headers=HOLDS)
        assert others(oak) == [("Elm", 3, "2026-11-16T08:00:00Z")]
        elm.get("/sync/changes")
        assert others(oak) == [("Elm", 3, "2026-11-16T08:00:00Z")]
        elm.get("/sync/changes", headers={"sightline-app": "build-1"})
        assert others(oak) == [("Elm", 0, "")]


def test_a_tablet_hears_when_the_others_were_heard(world: World, oak: Browser) -> None:
    with world.tablet("alder-2", "Elm") as elm:
        world.clock.move(minutes=5)
        elm.get("/sync/changes")
        (told,) = oak.get("/sync/changes").json()["tablets"]
        assert told["heard_at"] == "2026-11-16T09:05:00Z"


def test_it_hears_nothing_of_another_service_or_of_what_is_out_of_use(world: World, oak: Browser) -> None:
    with world.tablet("birch-1", "Yew"), world.tablet("alder-2", "Elm"), world.signed_in("chidi") as chidi:
        (elm,) = oak.get("/sync/changes").json()["tablets"]
        take_out(chidi, elm["id"])
        assert others(oak) == []
