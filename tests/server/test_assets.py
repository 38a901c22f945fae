"""The files a browser may have: of the right type, asked for cheaply, listed whole for the tablet."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from observation_forms import load_catalogue
from server.assets import FIRST, HEAVY
from server.compression import lean, without_comments
from tests.server.world import Browser, World, WorldOfItsOwn

HOUSE = Path(__file__).resolve().parents[2]


class Worker(msgspec.Struct):
    """What the server writes above the worker, and the worker."""

    build: str
    precache: list[dict[str, Any]]
    pack: dict[str, Any]
    rest: str


def worker_of(browser: Browser) -> Worker:
    """The worker as the server gives it out."""
    *lines, rest = browser.get("/tablet/service-worker.js").text.split("\n", 3)
    assert [line.partition(" = ")[0] for line in lines] == ["const BUILD", "const PRECACHE", "const PACK"]
    build, precache, pack = (json.loads(line.partition(" = ")[2].removesuffix(";")) for line in lines)
    return Worker(build, precache, pack, rest)


def unpacked(pack: bytes) -> dict[str, str]:
    """Revision -> type of every file in the pack."""
    head, bodies = pack.split(b"\n", 1)
    found, start = {}, 0
    for kind, *lengths in json.loads(head):
        for length in lengths:
            found[sha256(bodies[start : start + length]).hexdigest()[:24]] = kind
            start += length
    assert start == len(bodies)
    return found


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/tablet/", "text/html; charset=utf-8"),
        ("/tablet/any/deep/link", "text/html; charset=utf-8"),
        ("/tablet/manifest.webmanifest", "application/manifest+json"),
        ("/tablet/service-worker.js", "text/javascript; charset=utf-8"),
        ("/pwa/js/app.mjs", "text/javascript; charset=utf-8"),
        ("/pwa/styles/base.css", "text/css; charset=utf-8"),
        ("/observation_forms/judge.mjs", "text/javascript; charset=utf-8"),
        ("/static/sightline.svg", "image/svg+xml"),
    ],
)
def test_a_file_has_its_type_and_is_asked_for_again(stranger: Browser, address: str, kind: str) -> None:
    answer = stranger.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in answer.headers


def test_an_unchanged_file_is_not_sent_again(stranger: Browser) -> None:
    etag = stranger.get("/pwa/styles/base.css").headers["etag"]
    for known in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        answer = stranger.get("/pwa/styles/base.css", headers={"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    assert stranger.get("/pwa/styles/base.css", headers={"if-none-match": '"other"'}).status_code == 200


def test_a_file_comes_compressed_to_who_can_read_it(stranger: Browser) -> None:
    plain = stranger.get("/pwa/styles.css", headers={"accept-encoding": "identity"})
    small = stranger.get("/pwa/styles.css", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content)
    smallest = stranger.get("/pwa/styles.css", headers={"accept-encoding": "gzip, deflate, br;q=1.0"})
    assert smallest.headers["content-encoding"] == "br"
    assert int(smallest.headers["content-length"]) < int(small.headers["content-length"])
    assert smallest.content == small.content == plain.content
    assert small.headers["vary"] == "accept-encoding"


def test_every_form_ever_published_is_there_whole(stranger: Browser) -> None:
    for form in load_catalogue().forms():
        assert stranger.get(f"/forms/{form.hash}.json").content == form.json
        assert f'data-form="{form.hash}"' in stranger.get(f"/forms/{form.hash}.html").text


@pytest.mark.parametrize(
    "address",
    [
        "/forms/" + "0" * 64 + ".json",
        "/pwa/__init__.py",
        "/pwa/shell.html",
        "/pwa/service_worker.js",
        "/pwa/vendor/README.md",
        "/pwa/js/../../server/app.py",
        "/pwa/js/%2e%2e/%2e%2e/server/app.py",
        "/pwa//etc/passwd",
        "/static/../app.py",
        "/observation_forms/library/published.toml",
        "/observation_forms/judge.py",
        "/pwa/js/app.mjs/",
        "/pwa/js/app.mjs%00.css",
    ],
)
def test_what_is_not_listed_is_not_served(stranger: Browser, address: str) -> None:
    answer = stranger.get(address)
    assert answer.status_code == 404 or address.endswith("/")
    assert "import" not in answer.text or address.endswith("/")


def test_the_worker_lists_every_file_with_its_own_digest(stranger: Browser) -> None:
    listed = worker_of(stranger).precache
    assert len({entry["url"] for entry in listed}) == len(listed)
    for entry in listed:
        answer = stranger.get(entry["url"])
        assert answer.status_code == 200, entry
        assert sha256(answer.content).hexdigest()[:24] == entry["rev"], entry


def test_the_pack_holds_what_the_shell_does_not_ask_for_itself(stranger: Browser) -> None:
    worker = worker_of(stranger)
    packed = unpacked(stranger.get(worker.pack["url"]).content)
    revisions = {entry["url"]: entry["rev"] for entry in worker.precache}
    assert len(set(revisions.values())) == len(revisions), "of two files alike the worker keeps one"
    assert packed.keys() == {revisions[address] for address in revisions.keys() - set(FIRST)}
    for address in revisions.keys() - set(FIRST):
        assert stranger.get(address).headers["content-type"].partition(";")[0] == packed[revisions[address]]
    shell = stranger.get("/tablet/").text
    asked = re.findall(r'<(?:link rel="stylesheet" href|script(?: type="module")? src)="([^"]+)"', shell)
    assert asked
    assert {"/tablet/", *asked} <= set(FIRST)


def test_the_worker_knows_what_its_files_weigh_as_they_travel(stranger: Browser) -> None:
    worker = worker_of(stranger)

    def weight(entry: dict[str, Any]) -> int:
        return int(stranger.get(entry["url"], headers={"accept-encoding": "br"}).headers["content-length"])

    weights = {entry["url"]: weight(entry) for entry in worker.precache}
    told = {entry["url"]: entry["bytes"] for entry in worker.precache if "bytes" in entry}
    assert told == {url: round(heavy, -2) for url, heavy in weights.items() if heavy >= HEAVY}
    usual = re.search(r"const USUAL=(\d+);", stranger.get("/tablet/service-worker.js").text)
    assert usual
    light = [each for each in weights.values() if each < HEAVY]
    assert abs(int(usual[1]) - sum(light) / len(light)) < 100
    assert worker.pack["bytes"] == weight(worker.pack)


def test_nothing_the_tablet_needs_is_left_out(stranger: Browser) -> None:
    listed = {entry["url"] for entry in worker_of(stranger).precache}
    assert {"/tablet/", "/tablet/manifest.webmanifest", "/forms/all.txt", "/pwa/styles.css"} <= listed
    forms = stranger.get("/forms/all.txt").text
    assert all(form.hash in forms for form in load_catalogue().forms())
    styles = stranger.get("/pwa/styles.css").content
    for path in (HOUSE / "pwa/styles").iterdir():
        assert lean(path.read_bytes()) in styles, path.name
    for folder in ("js", "vendor", "icons"):
        for path in (HOUSE / "pwa" / folder).rglob("*"):
            if path.suffix in (".mjs", ".js", ".svg"):
                assert f"/pwa/{path.relative_to(HOUSE / 'pwa').as_posix()}" in listed
    assert {url for url in listed if url.startswith("/observation_forms/")}
    assert not {url for url in listed if url.startswith(("/static/", "/tablet/service-worker"))}


def test_the_worker_is_the_file_under_its_three_lines(stranger: Browser) -> None:
    worker = worker_of(stranger)
    source = (HOUSE / "pwa/service_worker.js").read_bytes()
    assert worker.rest.encode() == lean(source)
    assert len(worker.build) == 16


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (b"  go(); // at last", b"go();"),
        (b"// alone", None),
        (b"const a = 1; // one // two", b"const a = 1;"),
        (b'say("a; // b");', b'say("a; // b");'),
        (b"say(`a; // b`); // c", b"say(`a; // b`);"),
        (b'fetch("https://x.test/"); // it\'s far', b'fetch("https://x.test/");'),
    ],
)
def test_comments_do_not_travel_and_texts_do(line: bytes, left: bytes | None) -> None:
    assert without_comments(line + b"\n") == (b"" if left is None else left + b"\n")


def test_one_changed_byte_of_one_file_makes_another_build(
    world: World, stranger: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes

    def changed(path: Path) -> bytes:
        return real(path) + (b"b{}" if path.name == "base.css" else b"")

    before = worker_of(stranger).build
    monkeypatch.setattr(Path, "read_bytes", changed)
    folder = tmp_path / "second"
    folder.mkdir()
    with WorldOfItsOwn(folder) as second:
        assert worker_of(second.client()).build != before


def test_the_same_files_make_the_same_build(stranger: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    with WorldOfItsOwn(folder) as second:
        assert worker_of(second.client()).build == worker_of(stranger).build


@pytest.mark.parametrize(("setting", "kill"), [("no", 0), ("yes", 1)])
def test_the_kill_switch_follows_its_setting(tmp_path: Path, setting: str, kill: int) -> None:
    with World(tmp_path, SIGHTLINE_KILL_SWITCH=setting) as world:
        answer = world.client().get("/tablet/kill-switch.json")
    assert answer.json() == {"kill": kill}
    assert answer.headers["cache-control"] == "no-store"


def test_the_shell_is_the_same_for_everyone(
    world: World, stranger: Browser, oak: Browser, ben: Browser
) -> None:
    pages = {browser.get("/tablet/").content for browser in (stranger, oak, ben)}
    assert len(pages) == 1


def test_the_first_visit_fits_the_budget(stranger: Browser) -> None:
    asked = [*FIRST, "/tablet/manifest.webmanifest", "/pwa/icons/icon.svg", "/tablet/service-worker.js"]
    sizes = {}
    for address in [*asked, worker_of(stranger).pack["url"]]:
        answer = stranger.get(address, headers={"accept-encoding": "br"})
        sizes[address] = int(answer.headers["content-length"])
    print(f"the first visit, with every form: {sum(sizes.values())} bytes in {len(sizes)} files")
    assert sum(sizes.values()) <= 150_000, sorted(sizes.items(), key=lambda each: -each[1])[:5]
