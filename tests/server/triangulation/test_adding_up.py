"""What services say by themselves adds up to what they say at once."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.evidence import words
from server.evidence.times import start_of_day
from server.triangulation.adding_up import stands_together, weeks_together
from server.triangulation.over_time import by_week
from server.triangulation.standing import Asked, Seen, stand

SINCE, TODAY = date(2026, 8, 17), date(2026, 11, 16)
BEGINS = start_of_day(SINCE)


def at(hours: int) -> datetime:
    return BEGINS + timedelta(hours=hours)


seen = st.builds(
    Seen,
    kind=st.sampled_from(sorted(words.EVIDENCE_KINDS)),
    bearing=st.sampled_from(sorted(words.BEARINGS)),
    latest=st.integers(0, 24 * 91).map(at),
    shift=st.sampled_from(("", "day", "late", "night")),
    unit=st.sampled_from(("", "oak", "elm", "ash")),
    form=st.sampled_from(("practice_observation", "shift_review", "sample_pressure")),
    records=st.integers(1, 9),
)
asked = st.builds(
    Asked,
    needed=st.lists(st.sampled_from(sorted(words.EVIDENCE_KINDS)), unique=True).map(tuple),
    since=st.just(SINCE),
    today=st.just(TODAY),
    current_days=st.integers(1, 40),
)


@given(services=st.lists(st.lists(seen, max_size=12), max_size=4), asked=asked)
def test_services_by_themselves_add_up_to_services_at_once(services: list[list[Seen]], asked: Asked) -> None:
    plain = Asked(needed=(), since=SINCE, today=TODAY)
    every = [one for service in services for one in service]
    assert stands_together([stand(service, plain) for service in services], asked) == stand(every, asked)
    assert weeks_together(
        [by_week((), SINCE, TODAY), *(by_week(service, SINCE, TODAY) for service in services)]
    ) == by_week(every, SINCE, TODAY)
