"""What hangs on an answer is seen alone as it is seen in the whole form, over random forms and every published one."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import msgspec
from playwright._impl._driver import compute_driver_executable

from observation_forms import Definition, load_catalogue
from tests.observation_forms import generate

RUN = Path(__file__).with_name("hanging_run.mjs")
FORMS, CASES_PER_FORM = 120, 30


def test_a_part_shows_what_the_whole_form_shows_and_holds_all_that_an_answer_moves() -> None:
    seed = int(os.environ.get("SIGHTLINE_SEED", random.SystemRandom().randrange(2**32)))
    print(f"SIGHTLINE_SEED={seed}")
    rng = random.Random(seed)
    definitions = {f"random {index}": generate.form(rng) for index in range(FORMS)}
    definitions |= {form.hash: form.definition for form in load_catalogue().forms()}
    cases = [_case(rng, name, each) for name, each in definitions.items() for _ in range(CASES_PER_FORM)]
    moved = small = 0
    for case, found in zip(cases, _shown(definitions, cases), strict=True):
        before, after = set(found["before"]), set(found["after"])
        part = found["part"] or {"questions": [], "shown": []}
        held = set(part["questions"])
        assert {key for key in after if _top(key) in held} == set(part["shown"]), case
        assert {_top(key) for key in before ^ after} <= held, case
        moved += before != after
        small += 0 < len(held) < len(definitions[case["name"]].sections) + 3
    assert moved > 100
    assert small > 100


def _case(rng: random.Random, name: str, definition: Definition) -> dict[str, Any]:
    raw = generate.raw(rng, definition)
    other = generate.raw(rng, definition)
    key = rng.choice(sorted(other) or [definition.sections[0].questions[0].id])
    return {
        "name": name,
        "raw": raw,
        "context": generate.context(rng),
        "key": key,
        "value": other.get(key, ""),
    }


def _shown(definitions: dict[str, Definition], cases: list[dict[str, Any]]) -> list[Any]:
    plain = {name: json.loads(msgspec.json.encode(each)) for name, each in definitions.items()}
    done = subprocess.run(
        [compute_driver_executable()[0], str(RUN)],
        input=json.dumps({"definitions": plain, "cases": cases}),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def _top(key: str) -> str:
    return key.split(".", 1)[0]
