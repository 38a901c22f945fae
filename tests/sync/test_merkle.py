"""The tree of RFC 6962: its root and proofs, against the RFC's own definitions and against the tablet's twin."""

import json
import os
import random
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from sync import merkle
from sync.merkle import hash_leaf, hash_node, proves_consistency, proves_inclusion

TWIN = Path(__file__).with_name("merkle_twin.mjs")
TREES = 2_500
# RFC 6962 implementations share these: the eight leaves of the Certificate Transparency reference, and its root
VECTOR = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
VECTOR_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

sizes = st.integers(1, 70)


def leaves_of(size: int) -> list[bytes]:
    return [hash_leaf(str(place).encode()) for place in range(size)]


def rfc_root(leaves: list[bytes]) -> bytes:
    """MTH, word for word as in RFC 6962, 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return hash_node(rfc_root(leaves[:middle]), rfc_root(leaves[middle:]))


def rfc_path(place: int, leaves: list[bytes]) -> list[bytes]:
    """PATH, RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if place < middle:
        return [*rfc_path(place, leaves[:middle]), rfc_root(leaves[middle:])]
    return [*rfc_path(place - middle, leaves[middle:]), rfc_root(leaves[:middle])]


def rfc_subproof(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF, RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [rfc_root(leaves)]
    middle = split(len(leaves))
    if old <= middle:
        return [*rfc_subproof(old, leaves[:middle], whole=whole), rfc_root(leaves[middle:])]
    return [*rfc_subproof(old - middle, leaves[middle:], whole=False), rfc_root(leaves[:middle])]


def split(count: int) -> int:
    middle = 1
    while middle * 2 < count:
        middle *= 2
    return middle


def subtrees(leaves: list[bytes]) -> merkle.Subtree:
    return lambda level, index: rfc_root(leaves[index << level : (index + 1) << level])


def test_the_root_is_that_of_the_certificate_transparency_reference() -> None:
    leaves = [hash_leaf(bytes.fromhex(leaf)) for leaf in VECTOR]
    assert merkle.root_of(8, subtrees(leaves)).hex() == VECTOR_ROOT
    assert merkle.root_of(0, subtrees([])) == sha256(b"").digest()


@given(sizes)
def test_root_and_proofs_are_those_the_rfc_defines(size: int) -> None:
    leaves = leaves_of(size)
    subtree = subtrees(leaves)
    assert merkle.root_of(size, subtree) == rfc_root(leaves)
    for place in range(size):
        assert merkle.inclusion(place, size, subtree) == rfc_path(place, leaves)
        assert merkle.consistency(place + 1, size, subtree) == rfc_subproof(place + 1, leaves)


@given(sizes, st.data())
def test_an_inclusion_proof_holds_for_its_leaf_alone(size: int, data: st.DataObject) -> None:
    leaves, root = leaves_of(size), rfc_root(leaves_of(size))
    place = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(place, size, subtrees(leaves))
    assert proves_inclusion(leaves[place], place, size, path, root)
    assert not any(
        proves_inclusion(leaf, other, size, path, root)
        for other, leaf in enumerate(leaves_of(size + 2))
        if other != place
    )
    assert not proves_inclusion(leaves[place], place, size, [*path, root], root)
    assert not proves_inclusion(leaves[place], place, size, path, hash_leaf(root))
    if path:
        assert not proves_inclusion(leaves[place], place, size, path[:-1], root)


@given(sizes, st.data())
def test_a_consistency_proof_fits_only_a_tree_that_grew(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    old = data.draw(st.integers(1, size))
    path = merkle.consistency(old, size, subtrees(leaves))
    old_root, root = rfc_root(leaves[:old]), rfc_root(leaves)
    assert proves_consistency(old, size, path, old_root, root)
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:changed], hash_leaf(b"another"), *leaves[changed + 1 :]]
    their_path = merkle.consistency(old, size, subtrees(rewritten))
    assert not proves_consistency(old, size, their_path, old_root, rfc_root(rewritten))
    assert not proves_consistency(old, size, path, old_root, rfc_root(rewritten))
    assert not proves_consistency(old, size, [*path, root], old_root, root)


@pytest.mark.parametrize(("place", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(place: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(place, size, subtrees(leaves_of(size)))


def test_the_tablet_judges_proofs_as_the_server_does() -> None:
    seed = int(os.environ.get("SIGHTLINE_SEED", random.SystemRandom().randrange(2**32)))
    print(f"SIGHTLINE_SEED={seed}")
    chance = random.Random(seed)
    cases = [case for _ in range(TREES) for case in _cases(chance)]
    ours = [_by_python(*case) for case in cases]
    assert by_tablet(cases) == ours
    assert min(ours.count(True), ours.count(False)) > TREES


def by_tablet(cases: list[list[object]]) -> list[bool]:
    done = subprocess.run(
        [compute_driver_executable()[0], str(TWIN)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def _cases(chance: random.Random) -> list[list[object]]:
    """One random tree: a sound proof of each sort, and one of each with something wrong in it."""
    size = chance.randint(1, 300)
    levels = [leaves_of(size)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([hash_node(*pair) for pair in zip(below[::2], below[1::2], strict=False)])

    def subtree(level: int, index: int) -> bytes:
        return levels[level][index]

    place, old = chance.randrange(size), chance.randint(1, size)
    root, old_root = merkle.root_of(size, subtree).hex(), merkle.root_of(old, subtree).hex()
    inclusion = [node.hex() for node in merkle.inclusion(place, size, subtree)]
    consistency = [node.hex() for node in merkle.consistency(old, size, subtree)]
    sound: list[list[object]] = [
        ["provesInclusion", levels[0][place].hex(), place, size, inclusion, root],
        ["provesConsistency", old, size, consistency, old_root, root],
    ]
    return [*sound, *(_spoiled(chance, case) for case in sound)]


def _spoiled(chance: random.Random, case: list[object]) -> list[object]:
    at = chance.randrange(1, len(case))
    value = case[at]
    spoiled: object
    if isinstance(value, int):
        spoiled = max(0, value + chance.choice([-1, 1, 7]))
    elif isinstance(value, str):
        spoiled = chance.choice([_other(chance, value), value[:-1], value.upper()])
    else:
        path = list(map(str, value)) if isinstance(value, list) else []
        spoil = chance.choice(["longer", "shorter", "another", "turned"])
        spoiled = {
            "longer": [*path, "0" * 64],
            "shorter": path[1:],
            "another": [_other(chance, node) for node in path],
            "turned": path[::-1],
        }[spoil]
    return [*case[:at], spoiled, *case[at + 1 :]]


def _other(chance: random.Random, digest: str) -> str:
    at = chance.randrange(len(digest))
    return (
        digest[:at]
        + chance.choice([each for each in "0123456789abcdef" if each != digest[at]])
        + digest[at + 1 :]
    )


def _by_python(check: object, *given: object) -> bool:
    def raw(value: object) -> object:
        if isinstance(value, list):
            return [raw(each) for each in value]
        if not isinstance(value, str):
            return value
        # What is not a digest in lower-case hex can be no hash
        return bytes.fromhex(value) if len(value) == 64 and value == value.lower() else b"no digest"

    function = proves_inclusion if check == "provesInclusion" else proves_consistency
    return function(*map(raw, given))  # type: ignore[arg-type]
