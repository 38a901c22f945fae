"""All forms in one file: the tablet takes it apart into exactly what the server put in, and it stays small."""

import gzip
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from observation_forms import load_catalogue
from observation_forms.parse import Form
from server.form_bundle import bundle
from server.form_fragments import fragment
from tests.pwa.kinds_form import kinds_form

FORMS_MODULE = Path(__file__).resolve().parents[2] / "pwa/js/forms.mjs"
TAKE_APART = """
const { unbundled } = await import(process.argv[1]);
let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
const forms = [...unbundled(text)].map(([hash, { json, html }]) => [hash, [json(), html()]]);
console.log(JSON.stringify(Object.fromEntries(forms)));
"""


def with_fragments(forms: Iterable[Form]) -> list[tuple[Form, bytes]]:
    return [(form, fragment(form.definition)) for form in forms]


def test_the_tablet_takes_apart_what_the_server_put_together() -> None:
    forms = with_fragments([*load_catalogue().forms(), kinds_form()])
    node = compute_driver_executable()[0]
    run = subprocess.run(
        [node, "--input-type=module", "-e", TAKE_APART, str(FORMS_MODULE)],
        input=bundle(forms),
        capture_output=True,
        timeout=600,
        check=True,
    )
    assert json.loads(run.stdout) == {form.hash: [form.json.decode(), html.decode()] for form, html in forms}


def test_what_two_forms_have_in_common_is_in_it_once() -> None:
    forms = with_fragments([*load_catalogue().forms(), kinds_form()])
    pieces = bundle(forms).split(b"\n")[1:]
    assert len(pieces) == len(set(pieces))
    assert len(gzip.compress(bundle(forms), 9)) < sum(
        len(gzip.compress(part, 9)) for form, html in forms for part in (form.json, html)
    )


def test_a_piece_with_a_line_end_is_refused() -> None:
    form = kinds_form()
    with pytest.raises(ValueError, match="line end"):
        bundle([(form, b"<form>\n</form>")])
