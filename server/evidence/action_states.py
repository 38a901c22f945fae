"""The states of an action and the steps between them (domain/2 1.5 D1). Pure: it knows no table and no page.

```
open -> evidence building -> proposed for closure -> under test -> closed -> reopened -> evidence building
                 ^                    |                  |
                 +--- withdrawn ------+                  |
                 +--- closure refused <------------------+
```

A step that is a decision (proposing, testing, closing, refusing, reopening) is taken by a decision record alone, with
its evidence beside it: `step_to_take` refuses them all. Evidence begins to build by itself as soon as one record counts
for or against the action. That is read from the records and not written down, so withdrawing a record equals never
having sent it.
"""

from collections.abc import Collection, Mapping

import msgspec

from server.identity.permissions import MAY, Permission, Role

STATES: Mapping[str, str] = {
    "open": "Open",
    "building": "Evidence building",
    "proposed": "Proposed for closure",
    "testing": "Under test",
    "closed": "Closed",
    "refused": "Closure refused",
    "reopened": "Reopened",
}
MEANINGS: Mapping[str, str] = {
    "open": "It is planned, and no record speaks to it yet.",
    "building": "Records are being collected, for and against it.",
    "proposed": "A manager recommends closing it, and says why.",
    "testing": "Somebody else draws a sample and compares what is claimed with what is there.",
    "closed": "The decision was that it worked. It is looked at again later.",
    "refused": "The evidence did not bear it out. What must be checked further was written down.",
    "reopened": "It was closed, and slipped.",
}
# Whoever may write about actions in the service
WRITERS = frozenset(role for role, may in MAY.items() if Permission.WRITE_ACTIONS in may)
# domain/2 D2, S0E3.2 to .5: the manager recommends, the quality lead samples, the nominated individual signs
MANAGER = frozenset({Role.REGISTERED_MANAGER})
SAMPLER = frozenset({Role.QUALITY_LEAD, Role.NOMINATED_INDIVIDUAL})
SIGNER = frozenset({Role.NOMINATED_INDIVIDUAL, Role.REGISTERED_MANAGER})


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One way from some states to another: what its button says, who may take it, whether it is a decision."""

    name: str
    words: str
    before: frozenset[str]
    after: str
    by: frozenset[Role]
    decision: bool


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step(
            name="build",
            words="Begin to collect evidence",
            before=frozenset({"open", "refused", "reopened"}),
            after="building",
            by=WRITERS,
            decision=False,
        ),
        Step(
            name="withdraw_proposal",
            words="Withdraw the proposal to close it",
            before=frozenset({"proposed"}),
            after="building",
            by=WRITERS,
            decision=False,
        ),
        Step(
            name="propose",
            words="Propose closing it",
            before=frozenset({"building"}),
            after="proposed",
            by=MANAGER,
            decision=True,
        ),
        Step(
            name="test",
            words="Begin the test",
            before=frozenset({"proposed"}),
            after="testing",
            by=SAMPLER,
            decision=True,
        ),
        Step(
            name="close",
            words="Close it",
            before=frozenset({"testing"}),
            after="closed",
            by=SIGNER,
            decision=True,
        ),
        Step(
            name="refuse",
            words="Refuse to close it",
            before=frozenset({"proposed", "testing"}),
            after="refused",
            by=SIGNER | SAMPLER,
            decision=True,
        ),
        Step(
            name="reopen",
            words="Reopen it",
            before=frozenset({"closed"}),
            after="reopened",
            by=SIGNER | SAMPLER,
            decision=True,
        ),
    )
}


class NotAStep(Exception):
    """The step cannot be taken; `str()` says why and what to do."""


def shown(status: str, has_evidence: bool) -> str:
    """The state people see: an open action in which some record counts is building evidence by itself."""
    return "building" if status == "open" and has_evidence else status


def steps_from(state: str, roles: Collection[Role]) -> list[Step]:
    """What somebody with these roles may do from a state without a decision record."""
    return [step for step in STEPS.values() if state in step.before and _may(step, roles)]


def step_to_take(name: str, state: str, roles: Collection[Role]) -> Step:
    """The step. Raises `NotAStep` for one that is unknown, a decision, not theirs, or not possible from `state`."""
    step = STEPS.get(name)
    if step is None or not _may(step, roles):
        raise NotAStep("This cannot be done here: closing an action is a decision with its own record.")
    if state not in step.before:
        said = STATES.get(state, state).lower()
        raise NotAStep(f"This cannot be done now: the action is {said}. Look at the page again.")
    return step


def _may(step: Step, roles: Collection[Role]) -> bool:
    return not step.decision and not step.by.isdisjoint(roles)
