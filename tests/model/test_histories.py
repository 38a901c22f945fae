"""Whatever happens to tablets and server, in whatever order: nothing is lost, doubled or stuck.

A short run of the model; `make soak` runs thousands of histories. SIGHTLINE_SEED begins elsewhere.
"""

import asyncio
import os
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.model.history import ACTS, BEGINNINGS, History, Step, drawn_history, read, written
from tests.model.house import House
from tests.model.network import SPOKEN, STATUSES, WAYS, Fault
from tests.model.running import Kind, Runner, running
from tests.model.tally import count

SEED = int(os.environ.get("SIGHTLINE_SEED", "0"))
HISTORIES = 8
KINDS: tuple[Kind, ...] = ("python", "node")
MODE_OF_DUPLICATES = 10


class Model:
    """The runner, for tests that are not coroutines: one loop for as long as it lives."""

    def __init__(self, loop: asyncio.Runner, runner: Runner) -> None:
        self._loop, self.runner = loop, runner

    def do(self, coroutine: Any) -> Any:
        """Run it to its end."""
        return self._loop.run(coroutine)


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with asyncio.Runner() as loop:
        opened = running()
        try:
            yield Model(loop, loop.run(opened.__aenter__()))
        finally:
            loop.run(opened.__aexit__(None, None, None))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(SEED, SEED + HISTORIES))
def test_nothing_is_lost_doubled_or_stuck(model: Model, seed: int, kind: Kind) -> None:
    outcome = model.do(model.runner.run(drawn_history(seed), kind))
    count(MODE_OF_DUPLICATES, max(1, outcome.sealed), int(outcome.broken == "lost"))
    assert not outcome.broken, f"seed {seed}: {outcome.words}"


@pytest.mark.parametrize("kind", KINDS)
def test_no_order_of_faults_loses_anything(model: Model, kind: Kind) -> None:
    machine = type("Tablets", (Tablets,), {"model": model, "kind": kind})
    run_state_machine_as_test(machine, settings=_SETTINGS)


def test_a_tablet_that_was_emptied_is_loaded_again_and_sends_from_two_tabs_once_it_is_enrolled(
    model: Model,
) -> None:
    steps = (
        Step("seal"),
        Step("revoke", yes=True),
        Step("sync"),
        Step("enrol"),
        Step("both_tabs", faults=(Fault("lost"),)),
    )
    outcome = model.do(model.runner.run(drawn_history(SEED)._replace(steps=steps), "node"))
    assert not outcome.broken, outcome.words
    assert outcome.tally["its tabs are gone"] == 1


def test_a_tablet_reported_lost_and_found_that_nobody_can_open_hands_all_in_and_begins_anew(
    model: Model,
) -> None:
    steps = (
        Step("seal", m=2),
        Step("wifi", yes=True),
        Step("revoke", yes=True),
        Step("leave", n=0),
        Step("leave", n=1),
        Step("restart", yes=True),
        Step("wifi"),
        Step("enrol"),
        Step("seal", m=2),
    )
    outcome = model.do(model.runner.run(drawn_history(SEED)._replace(steps=steps), "node"))
    assert not outcome.broken, outcome.words
    assert outcome.tally["looked at after it began anew"] > 0
    assert (outcome.sealed, outcome.gone) == (6, 0)


def test_a_history_can_be_written_down_and_read_again() -> None:
    history = drawn_history(SEED, steps=40)
    assert read(written(history)) == history


def test_the_same_seed_is_the_same_history() -> None:
    assert drawn_history(SEED) == drawn_history(SEED) != drawn_history(SEED + 1)


_FAULTS = st.lists(
    st.one_of(
        st.just(Fault("none")),
        st.builds(Fault, st.sampled_from(WAYS), st.integers(0, 8)).filter(
            lambda fault: "s" not in fault.way[:1]
        ),
        st.builds(
            Fault,
            st.sampled_from(["status", "answered_so"]),
            st.sampled_from(STATUSES),
            st.sampled_from(SPOKEN),
        ),
    ),
    max_size=4,
)


def _happens(act: str) -> Any:
    @rule(
        who=st.integers(0, 3), n=st.integers(0, 999), m=st.integers(0, 999), yes=st.booleans(), faults=_FAULTS
    )
    def happens(self: "Tablets", who: int, n: int, m: int, yes: bool, faults: list[Fault]) -> None:
        sends = act in ("sync", "all_sync", "both_tabs")
        self.step(Step(act, who, n, m, yes, tuple(faults) if sends else ()))

    happens.__name__ = act
    return happens


class _Base(RuleBasedStateMachine):
    """A house in which Hypothesis chooses what happens."""

    model: ClassVar[Model]
    kind: ClassVar[Kind]

    @initialize(tablets=st.integers(2, 4), days=st.sampled_from(BEGINNINGS), seed=st.integers(0, 2**16))
    def begin(self, tablets: int, days: float, seed: int) -> None:
        self.history = History(seed, tablets, days, "Europe/London", ())
        self.house: House = self.model.do(self.model.runner.house(self.history, self.kind))

    def step(self, step: Step) -> None:
        self.model.do(self.house.run(step._replace(who=step.who % self.history.tablets)))

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.model.do(self.house.settle())


Tablets: Any = type("Tablets", (_Base,), {act: _happens(act) for act in ACTS})

# The same in every run of the tests: what chance finds is for `make soak`, which says how to see it again
_SETTINGS = settings(
    derandomize=True,
    database=None,
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
