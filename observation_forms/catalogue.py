"""The published forms, by the hash of their content.

A record is judged for ever by the version it was made with, so a published file never changes:
library/published.toml keeps the digest of every form version, and a file that no longer matches its digest
is refused at start. A new or changed form is a new file, published by `python -m observation_forms
publish`.
"""

import functools
from pathlib import Path

from .errors import Place, did_you_mean
from .parse import Form, Source, header_of, parse
from .table import read_toml

LIBRARY = Path(__file__).parent / "library"
PUBLISHED = "published.toml"
_HEADERS = "header"


class Catalogue:
    """Every published form version."""

    def __init__(self, forms: list[Form]) -> None:
        self._forms = sorted(forms, key=lambda form: (form.definition.form, form.definition.version))
        self._by_hash = {form.hash: form for form in self._forms}
        self._current = {form.definition.form: form for form in self._forms}

    def form(self, hash: str) -> Form | None:
        """The version with this content hash, or None."""
        return self._by_hash.get(hash)

    def current(self, form_id: str) -> Form:
        """The newest version of a form. KeyError, naming the nearest, for an id that is not published."""
        if form_id not in self._current:
            raise KeyError(f"no form '{form_id}'. {did_you_mean(form_id, self._current, 'See library/')}")
        return self._current[form_id]

    def forms(self) -> list[Form]:
        """Every version of every form, by id and version."""
        return list(self._forms)

    def current_forms(self) -> list[Form]:
        """The newest version of every form."""
        return list(self._current.values())


@functools.cache
def load_catalogue(library: Path = LIBRARY) -> Catalogue:
    """The forms of a library folder, read once. FormError names file, question and remedy."""
    published = read_published(library)
    forms = read_forms(library)
    for form in forms:
        _refuse_unpublished(form, published)
    for form_id, version in published:
        if not any(
            (form.definition.form, str(form.definition.version)) == (form_id, version) for form in forms
        ):
            problem = f"version {version} of '{form_id}' is published and its file is gone"
            raise Place(PUBLISHED).error(problem, "Put the file back: records are judged by it for ever")
    return Catalogue(forms)


def read_forms(library: Path) -> list[Form]:
    """Every form file of a library folder, published or not."""
    paths = sorted(path for path in library.glob("*/*.toml") if path.parent.name != _HEADERS)
    return [_read_form(library, path) for path in paths]


def read_published(library: Path) -> dict[tuple[str, str], str]:
    """The digest of each published (form id, version)."""
    path = library / PUBLISHED
    table = read_toml(path.read_bytes() if path.exists() else b"", Place(PUBLISHED))
    return {
        (form, version): digest for form in table.names() for version, digest in table.pairs(form).items()
    }


def publish(library: Path) -> list[Form]:
    """Adds the digest of every form that has none to published.toml, and returns those forms.

    Refuses, like `load_catalogue`, a published form that has changed.
    """
    published, forms = read_published(library), read_forms(library)
    new = [form for form in forms if _key(form) not in published]
    for form in new:
        published[_key(form)] = form.hash
    for form in forms:
        _refuse_unpublished(form, published)
    lines = [
        "# The digest of every published form version, written by: python -m observation_forms publish\n"
    ]
    for form_id in sorted({form_id for form_id, _ in published}):
        lines.append(f"\n[{form_id}]\n")
        versions = sorted(
            (int(version), digest) for (form, version), digest in published.items() if form == form_id
        )
        lines += [f'{version} = "{digest}"\n' for version, digest in versions]
    (library / PUBLISHED).write_text("".join(lines), encoding="utf-8")
    return new


def read_form_at(path: Path, library: Path, name: str = "") -> Form:
    """The form in a file that may lie anywhere; its header is looked for in the library, then beside it."""
    source = Source(name or str(path), path.read_bytes())
    header = header_of(source)
    for folder in (library, path.resolve().parent.parent):
        found = folder / f"{header}.toml"
        if found.parent == folder / _HEADERS and found.is_file():
            return parse(source, Source(f"{header}.toml", found.read_bytes()))
    known = [f"{_HEADERS}/{each.stem}" for each in (library / _HEADERS).glob("*.toml")]
    raise Place(source.name).error(
        f"there is no header '{header}'", did_you_mean(header, known, "Use header/1")
    )


def _read_form(library: Path, path: Path) -> Form:
    form = read_form_at(path, library, path.relative_to(library).as_posix())
    expected = f"{form.definition.form}/{form.definition.version}.toml"
    if path.relative_to(library).as_posix() != expected:
        raise Place(path.relative_to(library).as_posix()).error(
            f"by its id and version this file is {expected}", "Rename it, or mend id and version"
        )
    return form


def _key(form: Form) -> tuple[str, str]:
    return form.definition.form, str(form.definition.version)


def _refuse_unpublished(form: Form, published: dict[tuple[str, str], str]) -> None:
    form_id, version = _key(form)
    place = Place(f"{form_id}/{version}.toml")
    digest = published.get((form_id, version))
    if digest is None:
        raise place.error("this version is not published", "Run python -m observation_forms publish")
    if digest != form.hash:
        remedy = (
            f"Put the file and its header back, and write the change in {form_id}/{int(version) + 1}.toml"
        )
        raise place.error("this version is published and has been changed since", remedy)


__all__ = ["LIBRARY", "Catalogue", "load_catalogue", "publish", "read_forms", "read_published"]
