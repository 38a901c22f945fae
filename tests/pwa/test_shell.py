"""The shell names exactly what there is, and holds nothing that the security policy or Alpine forbids."""

import hashlib
import json
import re
import struct
from pathlib import Path

from server.assets import read_shell

HOUSE = Path(__file__).resolve().parents[2]
PWA = HOUSE / "pwa"
SHELL = read_shell()
MODULES = sorted(path for path in PWA.glob("js/**/*.mjs"))
EXPRESSIONS = re.findall(r'\s(?:x-(?!data|ignore|cloak|ref)[a-z]+|:[a-z-]+|@[a-z.]+)="([^"]*)"', SHELL)


def test_no_module_is_asked_for_before_the_worker_may_have_them_all() -> None:
    assert re.findall(r'(?:src|href)="([^"]+\.m?js)"', SHELL) == ["/pwa/js/theme.mjs", "/pwa/js/boot.mjs"]


def test_every_file_the_shell_names_is_there() -> None:
    for address in re.findall(r'(?:src|href)="/pwa/([^"]+)"', SHELL):
        assert address == "styles.css" or (PWA / address).is_file(), address


def test_the_shell_holds_no_script_or_style_of_its_own() -> None:
    assert re.findall(r"<script(?![^>]*\ssrc=)", SHELL) == []
    assert "<style" not in SHELL
    assert re.findall(r"\sstyle=", SHELL) == []
    assert re.findall(r"\son[a-z]+=", SHELL) == []


def test_ids_in_the_shell_are_unique() -> None:
    ids = re.findall(r'\sid="([^"]+)"', SHELL)
    assert sorted(ids) == sorted(set(ids))


def test_every_component_the_shell_names_is_registered() -> None:
    index = (PWA / "js/components/index.mjs").read_text()
    listed = re.search(r"const COMPONENTS = \{([^}]*)\}", index)
    assert listed
    registered = {name.strip() for name in listed[1].split(",")}
    assert set(re.findall(r'x-data="([a-z]+)"', SHELL)) == registered


def test_attributes_hold_names_and_no_logic() -> None:
    name = r"!?\$?[A-Za-z]\w*(?:\.\w+)*"
    simple = rf"{name}|{name}\((?:\$?[A-Za-z]\w*(?:, )?)*\)|\w+ in {name}"
    compared = rf"{name} (?:===|\|\|) (?:'[^']*'|{name})"
    logic = [each for each in EXPRESSIONS if not re.fullmatch(f"{simple}|{compared}", each)]
    assert len(EXPRESSIONS) > 100
    assert logic == []


def test_the_browser_keeps_nothing_that_is_typed_into_a_field() -> None:
    assert '<form id="quiet" autocomplete="off"' in SHELL
    typed = re.findall(r'<textarea [^>]*>|<input (?![^>]*type="(?:checkbox|radio)")[^>]*>', SHELL)
    assert len(typed) > 5
    for field in typed:
        assert 'autocomplete="off"' in field if field.startswith("<input") else 'form="quiet"' in field, field


def test_only_the_database_module_names_indexeddb() -> None:
    naming = [path.name for path in MODULES if re.search(r"\bindexedDB\b|IDBKeyRange", path.read_text())]
    assert naming == ["database.mjs"]


def test_only_the_rulebook_reaches_into_another_room() -> None:
    reaching = [path.name for path in MODULES if "observation_forms/" in path.read_text()]
    assert reaching == ["rulebook.mjs"]


def test_vendored_files_are_what_their_readme_says() -> None:
    rows = re.findall(r"\| (\S+\.js) \|.*\| ([0-9a-f]{64}) \|", (PWA / "vendor/README.md").read_text())
    assert {name for name, _ in rows} == {path.name for path in (PWA / "vendor").glob("*.js")}
    for name, digest in rows:
        assert hashlib.sha256((PWA / "vendor" / name).read_bytes()).hexdigest() == digest
        assert f"../vendor/{name}" in (PWA / "js/boot.mjs").read_text()


def test_the_manifest_is_installable() -> None:
    manifest = json.loads((PWA / "manifest.webmanifest").read_text())
    assert manifest["start_url"] == manifest["scope"] == "/tablet/"
    assert manifest["display"] == "standalone"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        content = (PWA / icon["src"].removeprefix("/pwa/")).read_bytes()
        width, height = struct.unpack(">II", content[16:24])
        assert icon["sizes"] == f"{width}x{height}"


def test_every_module_says_what_it_is_for_and_the_readme_lists_it() -> None:
    readme = (PWA / "README.md").read_text()
    for path in MODULES:
        name = str(path.relative_to(PWA / "js"))
        assert path.read_text().startswith("// "), name
        assert f"`{name}`" in readme, name


def test_the_worker_reads_no_record_and_sends_none() -> None:
    worker = (PWA / "service_worker.js").read_text()
    assert "indexedDB" not in worker
    assert "clone(request" not in worker
    assert 'request.method !== "GET"' in worker
    assert "skipWaiting" not in worker.replace('"SKIP_WAITING") self.skipWaiting', "")
