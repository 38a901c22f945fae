"""Which addresses may be kept, and what of them: the page, and limits that are ids, codes and days. Pure.

Decided: what was typed to search for is left out, for people search for names; so is a place in a list.
Decided: a limit that names something must name a thing that there is (`store.named`), so that no name can be kept as
if it were an id.
Rejected: keeping the filter as fields of each page: every page would need a table, and a page of another room could
not be kept. An address is what the page itself reads.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import msgspec

from server.evidence.words import themes
from server.identity.permissions import Permission
from server.views import address as views
from server.views.address import read_shift, read_tag

# (table, id): whether there is such a thing
IsThere = Callable[[str, str], bool]
LONGEST = 1_500
# Pages with a filter: what each is called, and what it takes to open it
PAGES: Mapping[str, tuple[str, Permission]] = {
    "/evidence": ("Evidence", Permission.READ_EVIDENCE),
    "/actions": ("Actions", Permission.READ_ACTIONS),
    "/map": ("Recovery map", Permission.READ_ACTIONS),
    "/signals": ("Signals", Permission.READ_SIGNALS),
    "/coverage": ("Coverage", Permission.READ_EVIDENCE),
    "/due": ("Due", Permission.READ_DUE),
}
# Pages of many addresses: /views/<kind>/<of>, /logs/<which>
UNDER: Mapping[str, tuple[str, Permission]] = {
    "/views": ("View", Permission.READ_EVIDENCE),
    "/logs": ("Log", Permission.READ_EVIDENCE),
}
# Limits that name something, and where it must be found
IDS: Mapping[str, str] = {
    "action": "action",
    "service": "service",
    "unit": "unit",
    "person": "person",
    "author": "staff",
    "owner": "staff",
}
CODES = frozenset(
    (
        *("bearing", "flag", "form", "group", "overdue", "result", "review", "risk", "shift", "show"),
        *("sign", "since", "sort", "state", "tag", "theme", "until", "weekday", "who"),
    )
)
_CODE = re.compile(r"[A-Za-z0-9_./-]{1,40}", re.ASCII)
_LOG = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
_RECORD = re.compile(r"[0-9a-f-]{36}", re.ASCII)


class Address(msgspec.Struct, frozen=True):
    """An address that may be kept, what its page is called, what it takes to open it, and the limits left out of it."""

    address: str
    page: str
    permission: Permission
    left_out: tuple[str, ...]


def read_address(text: str, is_there: IsThere) -> Address | None:
    """What may be kept of an address of ours; None for one that is of no page with a filter.

    `is_there(table, id)` says whether there is such a thing.
    """
    try:
        split = urlsplit(text[:LONGEST])
    except ValueError:
        return None
    page = page_of(split.path)
    if split.scheme or split.netloc or page is None or not _names_nobody(split.path, is_there):
        return None
    kept: list[tuple[str, str]] = []
    left_out: list[tuple[str, str]] = []
    for name, value in parse_qsl(split.query):
        fits = is_there(IDS[name], value) if name in IDS else name in CODES and _CODE.fullmatch(value)
        (kept if fits else left_out).append((name, value))
    query = urlencode(kept)
    address = f"{split.path}?{query}" if query else split.path
    return Address(address, *page, tuple(dict.fromkeys(name for name, _ in left_out)))


def page_of(path: str) -> tuple[str, Permission] | None:
    """What the page at `path` is called and what it takes to open it, None for one without a filter."""
    if path in PAGES:
        return PAGES[path]
    start, slash, _ = path[1:].partition("/")
    return UNDER.get(f"/{start}") if slash else None


def _names_nobody(path: str, is_there: IsThere) -> bool:
    """Whether what stands in the path is an id or a code that there is."""
    _, start, *rest = path.split("/")
    if start == "logs":
        return len(rest) == 1 and _LOG.fullmatch(rest[0]) is not None
    if start != "views":
        return True
    if len(rest) != 2:
        return False
    kind, of = rest[0], unquote(rest[1])
    shift = read_shift(of)
    return {
        views.PEOPLE: is_there("person", of),
        views.UNITS: is_there("unit", of),
        views.THEMES: of in themes(),
        views.FRAMEWORK: bool(read_tag(of)),
        views.SHIFT: shift is not None and is_there("unit", shift.unit),
        views.TIMELINE: _RECORD.fullmatch(of) is not None,
    }.get(kind, False)
