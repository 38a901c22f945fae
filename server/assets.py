"""The files a browser may have, read once at start into one table by address. What is not in the table is not
served.

Each is kept with its digest (which is its ETag and its revision in the tablet's precache) and ready
compressed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import msgspec

from observation_forms import BROWSER_MODULES, Catalogue
from observation_forms.parse import Form
from server.compression import brotlied, gzipped, lean, quickly_brotlied
from server.form_bundle import bundle
from server.form_fragments import for_tablets, fragment
from server.pack import pack

HOUSE = Path(__file__).resolve().parent.parent

CONTENT_TYPES = {
    ".bin": "application/octet-stream",
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}

# Folder, address, what in it may be served. The tablet keeps all of it for use without a network, but for
# pictures of the icon: the device takes those while it installs the app, and they weigh a quarter of the rest
TABLET_FOLDERS = (
    ("pwa/js", "/pwa/js", (".mjs",)),
    ("pwa/icons", "/pwa/icons", (".svg",)),
    ("pwa/vendor", "/pwa/vendor", (".js",)),
)
ONLINE_FOLDERS = (
    ("pwa/icons", "/pwa/icons", (".png",)),
    ("pwa/styles", "/pwa/styles", (".css",)),
    ("server/static", "/static", (".css", ".mjs", ".svg", ".png", ".js")),
)

Folders: TypeAlias = tuple[tuple[str, str, tuple[str, ...]], ...]
Codings: TypeAlias = Mapping[str, Callable[[bytes], bytes]]

CODINGS: Codings = {"gzip": gzipped, "br": brotlied}
# What a tablet asks for alone only when it changed
CHANGED_CODINGS: Codings = {"gzip": gzipped, "br": quickly_brotlied}
# What few ask for is not worth the seconds that Brotli takes at every start
QUICK_CODINGS: Codings = {"gzip": gzipped}

SHELL = "/tablet/"
MANIFEST = "/tablet/manifest.webmanifest"
SERVICE_WORKER = "/tablet/service-worker.js"
ALL_FORMS = "/forms/all.txt"
# Of a file's digest, as much as the worker compares: the list of all of them is a part of every first visit
REVISION = 24
# From here on the worker is told what a file weighs; all lighter ones it takes for USUAL: their list is a part of
# every first visit too
HEAVY = 2_000
STYLES = "/pwa/styles.css"
# What the shell itself asks for before the worker serves it, and so need not come a second time in the pack
FIRST = (SHELL, STYLES, *(f"/pwa/js/{name}.mjs" for name in ("theme", "boot", "registration", "trust")))
# The order of the cascade
STYLE_SHEETS = (
    *("tokens", "base", "buttons", "marks", "shell", "lists", "floor"),
    *("form", "fields", "choices", "rows", "save_bar", "answers", "lock"),
)


class Asset(msgspec.Struct, frozen=True):
    """One file: its bytes, the same by each content-coding, its type, and the SHA-256 of the bytes."""

    body: bytes
    compressed: dict[str, bytes]
    content_type: str
    digest: str


class Assets(msgspec.Struct, frozen=True):
    """Every file by its address, and which of them the tablet stores before it works offline."""

    by_address: dict[str, Asset]
    precache: tuple[str, ...]


def read_assets(catalogue: Catalogue) -> Assets:
    """Read every file, make every form's fragment, and write the service worker around the list of them."""
    forms = _with_fragments(catalogue)
    tablet = dict(_tablet_files())
    tablet[ALL_FORMS] = make_asset(bundle(forms), ".txt", CHANGED_CODINGS)
    online = dict(_folders(ONLINE_FOLDERS, QUICK_CODINGS))
    packed = _pack(tablet)
    online[pack_address(packed)] = packed
    online[SERVICE_WORKER] = _service_worker(tablet, packed)
    # A tablet whose build is older than a form asks for that form alone
    for form, html in forms:
        online[f"/forms/{form.hash}.json"] = make_asset(form.json, ".json", QUICK_CODINGS)
        online[f"/forms/{form.hash}.html"] = make_asset(html, ".html", QUICK_CODINGS)
    return Assets({**online, **tablet}, tuple(tablet))


@lru_cache(4)
def _with_fragments(catalogue: Catalogue) -> list[tuple[Form, bytes]]:
    return [(form, for_tablets(fragment(form.definition))) for form in catalogue.forms()]


def build_of(assets: Assets) -> str:
    """The name of this build of the tablet's app, as tablets say it: the first line of the service worker."""
    return assets.by_address[SERVICE_WORKER].body.split(b'"', 2)[1].decode()


def pack_address(packed: Asset) -> str:
    """Where the pack of this build is."""
    return f"/pwa/pack/{packed.digest}.bin"


def make_asset(body: bytes, suffix: str, codings: Codings = CODINGS) -> Asset:
    """An asset of the type that `suffix` (".css") stands for."""
    by_coding = {coding: compress(body) for coding, compress in codings.items()}
    return Asset(body, by_coding, CONTENT_TYPES[suffix], sha256(body).hexdigest())


def read_shell() -> str:
    """The tablet's one page: the frame with every screen in it."""
    frame = (HOUSE / "pwa/shell.html").read_text("utf-8")
    screens = sorted((HOUSE / "pwa/screens").glob("*.html"))
    page = frame.replace("<!-- screens -->\n", "\n".join(path.read_text("utf-8") for path in screens))
    return "".join(f"{line.strip()}\n" for line in re.sub(r"<!--.*?-->", "", page).splitlines())


def _tablet_files() -> Iterator[tuple[str, Asset]]:
    yield SHELL, make_asset(read_shell().encode(), ".html")
    yield (
        STYLES,
        make_asset(b"".join(_lean(HOUSE / f"pwa/styles/{name}.css") for name in STYLE_SHEETS), ".css"),
    )
    yield MANIFEST, _file(HOUSE / "pwa/manifest.webmanifest", CHANGED_CODINGS)
    # First: the pack is smaller for it
    for name in BROWSER_MODULES:
        yield f"/observation_forms/{name}", _file(HOUSE / "observation_forms" / name, CHANGED_CODINGS)
    yield from _folders(TABLET_FOLDERS, CHANGED_CODINGS)


def _folders(folders: Folders, codings: Codings) -> Iterator[tuple[str, Asset]]:
    for folder, address, suffixes in folders:
        for path in sorted((HOUSE / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield f"{address}/{path.relative_to(HOUSE / folder).as_posix()}", _file(path, codings)


def _file(path: Path, codings: Codings) -> Asset:
    return make_asset(_lean(path), path.suffix, codings)


def _lean(path: Path) -> bytes:
    body = path.read_bytes()
    return lean(body) if path.suffix in (".mjs", ".css") else body


def _pack(tablet: dict[str, Asset]) -> Asset:
    files = [(asset.content_type, asset.body) for address, asset in tablet.items() if address not in FIRST]
    return make_asset(pack(files), ".bin")


def _service_worker(tablet: dict[str, Asset], packed: Asset) -> Asset:
    """The worker, with what it must store and what the heavy ones weigh as they travel, to a hundred bytes: any
    changed byte of any file changes the worker, and so the browser notices.
    """
    body = lean((HOUSE / "pwa/service_worker.js").read_bytes())
    entries = [
        {"url": address, "rev": asset.digest[:REVISION], **_heavy(travelling(asset))}
        for address, asset in tablet.items()
    ]
    whole = {"url": pack_address(packed), "bytes": travelling(packed)}
    listed = b"const PRECACHE = %s;\nconst PACK = %s;\n" % (
        msgspec.json.encode(entries),
        msgspec.json.encode(whole),
    )
    build = sha256(listed + body).hexdigest()[:16]
    return make_asset(b'const BUILD = "%s";\n' % build.encode() + listed + body, ".js")


def _heavy(weight: int) -> dict[str, int]:
    return {"bytes": round(weight, -2)} if weight >= HEAVY else {}


def travelling(asset: Asset) -> int:
    """How many bytes the smallest way of sending it takes."""
    return min(len(body) for body in (asset.body, *asset.compressed.values()))
