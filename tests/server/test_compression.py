"""Files travel without their comments, and lose nothing else by it."""

import json
import re
import subprocess
from pathlib import Path

import brotli
import pytest
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
