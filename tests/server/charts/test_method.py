"""What a service decides about its limits holds from then on, and what came before is drawn as it was."""

from datetime import timedelta

from observation_forms import load_catalogue
from server.charts.method import method_in_force
from server.charts.xmr import Method
from server.identity.scope import of_services
from server.measures.in_force import InForce
from server.measures.reading import read_settings, usual_settings
from tests.server.world import START, Browser, World


def set_value(browser: Browser, name: str, value: str) -> int:
    form = {"service": "alder", "value": value, "why": "Agreed at the governance meeting"}
    return browser.post(f"/settings/{name}", data=form, follow_redirects=False).status_code


def test_until_somebody_decides_otherwise_it_is_as_the_rules_say() -> None:
    usual = InForce(usual_settings(load_catalogue()))
    assert method_in_force(usual, "alder", START) == Method()


def test_what_is_decided_holds_from_then_on(world: World, chidi: Browser) -> None:
    decided = {
        "chart_trial_from": "8",
        "chart_limits_from": "20",
        "chart_screened": "yes",
        "chart_fix_after": "12",
    }
    assert {set_value(chidi, name, value) for name, value in decided.items()} == {303}
    with world.sql() as sql:
        settings = read_settings(sql, of_services(["alder", "birch"]), load_catalogue())
    later = START + timedelta(minutes=1)
    assert method_in_force(settings, "alder", later) == Method(
        trial_from=8, limits_from=20, screened=True, fix_after=12
    )
    assert method_in_force(settings, "alder", START) == method_in_force(settings, "birch", later) == Method()


def test_a_value_that_makes_no_sense_is_refused(chidi: Browser) -> None:
    for name, value in (("chart_trial_from", "0"), ("chart_screened", "perhaps"), ("chart_fix_after", "13")):
        assert set_value(chidi, name, value) == 422
