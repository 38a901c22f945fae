"""Files travel without their comments, and lose nothing else by it. Each is compressed once for an app's version."""

import gzip
import json
import re
import subprocess
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from server.compression import brotlied, lean, on_few_lines, tight, without_comments

HOUSE = Path(__file__).resolve().parents[2]
MODULES = sorted([*HOUSE.glob("pwa/js/**/*.mjs"), *HOUSE.glob("observation_forms/*.mjs")])

PARSE = """
import vm from "node:vm";
let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
for (const [name, source] of Object.entries(JSON.parse(text))) {
  new vm.SourceTextModule(source);
  console.log(name);
}
"""


def test_comments_go_and_what_only_looks_like_one_stays() -> None:
    source = b"""// What it is for.

/**
 * @returns {number}
 */
export function one() {
  return 1; // one
}
/* alone */
const address = "https://sightline.example";
"""
    lean = b"""export function one() {
return 1;
}
const address = "https://sightline.example";
"""
    assert without_comments(source) == lean


def test_a_line_end_that_means_something_stays() -> None:
    source = b"""start(
one,
{
two: 3
}
)
const four = five
six()
const at = "https://sightline.example",
seven = 8;
return {
nine
}
"""
    assert (
        on_few_lines(source)
        == b"""start(one,{two: 3})
const four = five
six()
const at = "https://sightline.example",
seven = 8;return {nine}
"""
    )


@pytest.mark.parametrize(
    ("line", "travels"),
    [
        (b"const f = (a, { b = 1 }) => ({ a, c: b ?? d });", b"const f=(a,{b=1})=>({a,c:b??d});"),
        (b'import { a, b } from "./a, b.mjs";', b'import{a,b}from "./a, b.mjs";'),
        (b'x === y && z ? "a : b, c" : `${d} = ${e}, f`;', b'x===y&&z?"a : b, c":`${d} = ${e}, f`;'),
        (b"width: calc(1px + 2px - 3px);", b"width:calc(1px + 2px - 3px);"),
        (b".a :is(b, c) > d:has(:checked) {", b".a :is(b,c) > d:has(:checked){"),
        (b"a + +b - -c", b"a + +b - -c"),
        (b"const text = `${a ? `: ${b}` : c}, d`;", b"const text = `${a ? `: ${b}` : c}, d`;"),
        (b"const odd = /[, ] = /;", b"const odd = /[, ] = /;"),
        (b"content: 'a, b';", b"content: 'a, b';"),
    ],
)
def test_spaces_go_only_where_they_mean_nothing(line: bytes, travels: bytes) -> None:
    assert tight(line) == travels


def test_no_text_in_a_module_runs_over_a_line_end() -> None:
    for path in MODULES:
        for line in without_comments(path.read_bytes()).decode().splitlines():
            assert line.count("`") % 2 == 0, f"{path.name}: {line}"


def test_modules_without_comments_are_still_modules() -> None:
    node = compute_driver_executable()[0]
    sources = {path.name: lean(path.read_bytes()).decode() for path in MODULES}
    run = subprocess.run(
        [node, "--no-warnings", "--experimental-vm-modules", "--input-type=module", "-e", PARSE],
        input=json.dumps(sources).encode(),
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode().split() == list(sources)


def test_no_comment_of_several_lines_shares_a_line_with_code() -> None:
    shared = re.compile(r"^(?:.*\S.*/\*(?!.*\*/)|[ ]*/\*.*\*/[ ]*\S|(?!.*/\*).*\*/[ ]*\S).*$", re.MULTILINE)
    for path in [*MODULES, *HOUSE.glob("pwa/styles/*.css")]:
        assert shared.findall(path.read_text()) == [], path.name


def test_what_is_compressed_is_the_same_again() -> None:
    body = (HOUSE / "pwa/shell.html").read_bytes()
    assert brotli.decompress(brotlied(body)) == body


def a_start() -> ModuleType:
    """The module as another process has it: nothing compressed yet."""
    spec = find_spec("server.compression")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kept_by_a_start(path: Path, body: bytes) -> bytes:
    """What a start gave out for `body`, and kept at `path`."""
    first = a_start()
    first.recall(path)
    given_out: bytes = first.brotlied(body)
    first.gzipped(body)
    first.keep(path)
    return given_out


def test_the_next_start_compresses_nothing_that_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, body = tmp_path / "kept", b"What was seen, and by whom. " * 40
    smaller = kept_by_a_start(path, body)
    assert path.stat().st_mode & 0o777 == 0o600

    def refuse(*_: object, **__: object) -> bytes:
        raise AssertionError("compressed a second time")

    monkeypatch.setattr(brotli, "compress", refuse)
    monkeypatch.setattr(gzip, "compress", refuse)
    second = a_start()
    second.recall(path)
    assert second.brotlied(body) == smaller
    assert gzip.decompress(second.gzipped(body)) == body
    path.unlink()
    second.keep(path)
    assert not path.exists(), "nothing was new"


def test_a_file_that_changed_is_compressed_anew_and_replaces_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    kept_by_a_start(path, b"the old version " * 900)
    before = path.stat().st_size
    second = a_start()
    second.recall(path)
    assert brotli.decompress(second.brotlied(b"the new version")) == b"the new version"
    second.keep(path)
    assert path.stat().st_size < before
    third = a_start()
    third.recall(path)
    assert third.brotlied(b"the new version") == second.brotlied(b"the new version")


def test_what_another_version_of_a_library_compressed_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, body = tmp_path / "kept", b"the same " * 50
    with monkeypatch.context() as earlier:
        earlier.setattr(brotli, "__version__", "0.9")
        earlier.setattr(brotli, "compress", lambda body, **_: brotli.Compressor(quality=1).process(body))
        earlier.setattr(brotli, "decompress", lambda _: body)
        kept_by_a_start(path, body)
    now = a_start()
    now.recall(path)
    assert now.brotlied(body) == brotlied(body)


@given(
    body=st.binary(max_size=200), cut=st.integers(0, 400), at=st.integers(0, 400), byte=st.integers(0, 255)
)
def test_however_the_kept_file_was_damaged_what_is_given_out_is_the_content(
    body: bytes, cut: int, at: int, byte: int
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kept"
        kept_by_a_start(path, body)
        damaged = bytearray(path.read_bytes())
        if at < len(damaged):
            damaged[at] = byte
        path.write_bytes(damaged[: len(damaged) - cut])
        second = a_start()
        second.recall(path)
        assert brotli.decompress(second.brotlied(body)) == body
        assert gzip.decompress(second.gzipped(body)) == body
        second.keep(path)


def test_what_was_kept_for_another_content_is_not_believed(tmp_path: Path) -> None:
    """Somebody wrote other code into the file under the name of ours."""
    path, ours = tmp_path / "kept", b"ours"
    kept_by_a_start(path, ours)
    path.write_bytes(path.read_bytes().replace(brotlied(ours), brotlied(b"evil")))
    second = a_start()
    second.recall(path)
    assert brotli.decompress(second.brotlied(ours)) == ours
