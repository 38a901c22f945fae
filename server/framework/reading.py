"""Reading the frameworks and the crosswalks between them (domain/5 2.2), and asking what is called what.

A tag is "qs/2023/S3": framework, version, code. It never means anything else: a new edition is a new file with a
version of its own, and what was tagged by an older one stays so tagged and goes on being shown.
Decided: titles only. Rejected: the frameworks' own text (domain/5: not without CQC's terms); scores.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

FOLDER = Path(__file__).resolve().parent
Tag = str
Shape = TypeVar("Shape")
IN_FORCE, DRAFT = "in_force", "draft"


class FrameworkError(Exception):
    """A file that cannot be used; `str()` says which and why."""


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    framework: str
    version: str
    name: str
    about: str
    source: str
    state: Literal["in_force", "draft", "replaced"]
    in_force_from: str
    in_force_until: str
    items: dict[str, dict[str, str]]


class _Pairs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    start: str
    end: str
    source: str
    pairs: dict[str, list[str]]


class Item(msgspec.Struct, frozen=True):
    """One quality statement or key line of enquiry: `group` is its key question."""

    tag: Tag
    code: str
    title: str
    group: str

    @property
    def words(self) -> str:
        """ "S3 Safeguarding" """
        return f"{self.code} {self.title}"


class Framework(msgspec.Struct, frozen=True):
    """One edition. `state` is "in_force", "draft" or "replaced"; days are "2023-11-21", "" where there is none."""

    id: str
    version: str
    name: str
    about: str
    source: str
    state: str
    in_force_from: str
    in_force_until: str
    items: tuple[Item, ...]

    @property
    def key(self) -> str:
        """ "qs/2023" """
        return f"{self.id}/{self.version}"

    @property
    def standing(self) -> str:
        """ "In force since 21 November 2023" """
        if self.state == DRAFT:
            return "A draft, not in force yet"
        if self.state != IN_FORCE:
            return "Replaced by a later edition"
        return f"In force since {date.fromisoformat(self.in_force_from):%d %B %Y}"

    def by_group(self) -> dict[str, list[Item]]:
        """The items under their key questions, in the framework's order."""
        groups: dict[str, list[Item]] = {}
        for item in self.items:
            groups.setdefault(item.group, []).append(item)
        return groups


class Crosswalk(msgspec.Struct, frozen=True):
    """Which tags of one edition stand where in another."""

    source: str
    pairs: tuple[tuple[Tag, Tag], ...]


class Library(msgspec.Struct, frozen=True):
    """Every edition this program knows, in the order they are shown, and the crosswalks between them."""

    frameworks: tuple[Framework, ...]
    crosswalks: tuple[Crosswalk, ...]
    known: Mapping[Tag, Item]
    places: Mapping[Tag, int]

    @property
    def offered(self) -> tuple[Framework, ...]:
        """The editions that a new tag may come from: in force, then drafts."""
        return tuple(one for state in (IN_FORCE, DRAFT) for one in self.frameworks if one.state == state)

    @property
    def tags(self) -> frozenset[Tag]:
        """Every tag that may be given."""
        return frozenset(item.tag for one in self.offered for item in one.items)

    def item(self, tag: Tag) -> Item | None:
        """What a tag stands for; None for one that no edition here has."""
        return self.known.get(tag)

    def words(self, tag: Tag) -> str:
        """ "S3 Safeguarding"; the tag itself where nothing is known of it, so that nothing is hidden."""
        item = self.item(tag)
        return item.words if item else tag

    def place(self, tag: Tag) -> int:
        """Where a tag stands among all, for sorting; unknown ones come last."""
        return self.places.get(tag, len(self.places))

    def also(self, tag: Tag) -> list[Item]:
        """Where the same stands in the other editions, either way round, in the order of their files."""
        pairs = [pair for one in self.crosswalks for pair in one.pairs if tag in pair]
        others = {other for pair in pairs for other in pair if other != tag}
        return [item for one in self.frameworks for item in one.items if item.tag in others]

    def reaches(self, wanted: Tag, tags: Iterable[Tag]) -> bool:
        """Whether one of `tags` is the one wanted, or stands for the same in another edition."""
        same = {wanted, *(item.tag for item in self.also(wanted))}
        return not same.isdisjoint(tags)


@cache
def library() -> Library:
    """The editions that come with this program. Raises `FrameworkError`."""
    files = sorted(FOLDER.glob("*.toml"))
    frameworks = [read_framework(path) for path in files if not path.name.startswith("crosswalk")]
    order = {IN_FORCE: 0, DRAFT: 1}
    frameworks.sort(key=lambda one: (order.get(one.state, 2), one.key))
    walks = [read_crosswalk(path, frameworks) for path in files if path.name.startswith("crosswalk")]
    return make_library(frameworks, walks)


def make_library(frameworks: Sequence[Framework], crosswalks: Sequence[Crosswalk]) -> Library:
    """These editions and no others."""
    known = {item.tag: item for one in frameworks for item in one.items}
    places = {tag: place for place, tag in enumerate(known)}
    return Library(tuple(frameworks), tuple(crosswalks), known, places)


def read_framework(path: Path) -> Framework:
    """One edition. Raises `FrameworkError` for a file that is not one, or gives a code twice."""
    data = _read(path, _Data)
    key = f"{data.framework}/{data.version}"
    items = tuple(
        Item(f"{key}/{code}", code, title, group)
        for group, titles in data.items.items()
        for code, title in titles.items()
    )
    if len({item.code for item in items}) != len(items):
        raise FrameworkError(f"{path.name}: a code stands under two key questions")
    return Framework(
        id=data.framework,
        version=data.version,
        name=data.name,
        about=data.about,
        source=data.source,
        state=data.state,
        in_force_from=data.in_force_from,
        in_force_until=data.in_force_until,
        items=items,
    )


def read_crosswalk(path: Path, frameworks: Sequence[Framework]) -> Crosswalk:
    """One crosswalk. Raises `FrameworkError` where an end is not known, or an item of its first has no line."""
    data = _read(path, _Pairs)
    known = {one.key: {item.code for item in one.items} for one in frameworks}
    for end in (data.start, data.end):
        if end not in known:
            raise FrameworkError(f"{path.name}: there is no framework {end}")
    given, reached = set(data.pairs), {code for codes in data.pairs.values() for code in codes}
    if unknown := (given - known[data.start]) | (reached - known[data.end]):
        raise FrameworkError(f"{path.name}: nobody knows {', '.join(sorted(unknown))}")
    if missing := known[data.start] - given:
        raise FrameworkError(f"{path.name}: {', '.join(sorted(missing))} has no line")
    pairs = tuple(
        (f"{data.start}/{code}", f"{data.end}/{other}")
        for code, others in data.pairs.items()
        for other in others
    )
    return Crosswalk(data.source, pairs)


def _read(path: Path, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), shape)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise FrameworkError(f"{path.name}: {error}") from error
