"""The files of a library folder: the forms, their headers, what is published and what is retired."""

from pathlib import Path

from .answers import fault_of
from .definition import Question
from .errors import Place, did_you_mean
from .parse import Form, Source, header_of, parse
from .table import read_toml

LIBRARY = Path(__file__).parent / "library"
PUBLISHED = "published.toml"
RETIRED = "retired.toml"
HEADERS = "header"

_A_DATE = Question(id="date", number="", kind="date", ask="When?")


def read_forms(library: Path) -> list[Form]:
    """Every form file of a library folder, published or not."""
    paths = sorted(path for path in library.glob("*/*.toml") if path.parent.name != HEADERS)
    return [_read_form(library, path) for path in paths]


def read_form_at(path: Path, library: Path, name: str = "") -> Form:
    """The form in a file that may lie anywhere; its header is looked for in the library, then beside it."""
    source = Source(name or str(path), path.read_bytes())
    header = header_of(source)
    for folder in (library, path.resolve().parent.parent):
        found = folder / f"{header}.toml"
        if found.parent == folder / HEADERS and found.is_file():
            return parse(source, Source(f"{header}.toml", found.read_bytes()))
    known = [f"{HEADERS}/{each.stem}" for each in (library / HEADERS).glob("*.toml")]
    raise Place(source.name).error(
        f"there is no header '{header}'", did_you_mean(header, known, "Use header/1")
    )


def read_published(library: Path) -> dict[tuple[str, str], str]:
    """The digest of each published (form id, version)."""
    table = read_toml(_content(library / PUBLISHED), Place(PUBLISHED))
    return {
        (form, version): digest for form in table.names() for version, digest in table.pairs(form).items()
    }


def read_retired(library: Path) -> dict[str, str]:
    """The day from which each retired form is offered no more."""
    table = read_toml(_content(library / RETIRED), Place(RETIRED))
    days = {form: table.text(form) for form in table.names()}
    for form, day in days.items():
        if fault_of(_A_DATE, day):
            raise Place(RETIRED, form).error(f"'{day}' is no date", "Write it like 2026-06-01")
    return days


def write_published(library: Path, published: dict[tuple[str, str], str]) -> None:
    """Writes the digests down, by form and version."""
    lines = ["# The digest of every published form version, written by: sightline form publish\n"]
    for form_id in sorted({form_id for form_id, _ in published}):
        lines.append(f"\n[{form_id}]\n")
        versions = sorted(
            (int(version), digest) for (form, version), digest in published.items() if form == form_id
        )
        lines += [f'{version} = "{digest}"\n' for version, digest in versions]
    (library / PUBLISHED).write_text("".join(lines), encoding="utf-8")


def write_retired(library: Path, retired: dict[str, str]) -> None:
    """Writes the retired forms down."""
    lines = ["# The forms that are offered no more, and since when, written by: sightline form retire\n"]
    lines += [f'{form} = "{day}"\n' for form, day in sorted(retired.items())]
    (library / RETIRED).write_text("".join(lines), encoding="utf-8")


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _read_form(library: Path, path: Path) -> Form:
    name = path.relative_to(library).as_posix()
    form = read_form_at(path, library, name)
    expected = f"{form.definition.form}/{form.definition.version}.toml"
    if name != expected:
        raise Place(name).error(
            f"by its id and version this file is {expected}", "Rename it, or mend id and version"
        )
    return form
