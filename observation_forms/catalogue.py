"""The published forms, by the hash of their content.

A record is judged for ever by the version it was made with, so a published file never changes:
library/published.toml keeps the digest of every form version, and a file that no longer matches its digest
is refused at start. A new or changed form is a new file, published by `sightline form publish`.
"""

import functools
from collections.abc import Collection
from pathlib import Path

from .errors import Place, did_you_mean
from .links import refuse_dead_ends
from .parse import Form
from .shelf import LIBRARY, PUBLISHED, RETIRED, read_forms, read_published, read_retired


class Catalogue:
    """Every published form version. Of a retired form there is no current one."""

    def __init__(self, forms: list[Form], retired: Collection[str] = ()) -> None:
        self._forms = sorted(forms, key=lambda form: (form.definition.form, form.definition.version))
        self._by_hash = {form.hash: form for form in self._forms}
        self._current = {
            form.definition.form: form for form in self._forms if form.definition.form not in retired
        }

    def form(self, hash: str) -> Form | None:
        """The version with this content hash, or None."""
        return self._by_hash.get(hash)

    def current(self, form_id: str) -> Form:
        """The newest version of a form. KeyError, naming the nearest, for an id that nobody is offered."""
        if form_id not in self._current:
            raise KeyError(f"no form '{form_id}'. {did_you_mean(form_id, self._current, 'See library/')}")
        return self._current[form_id]

    def forms(self) -> list[Form]:
        """Every version of every form, by id and version."""
        return list(self._forms)

    def current_forms(self) -> list[Form]:
        """The newest version of every form that is not retired."""
        return list(self._current.values())


@functools.cache
def load_catalogue(library: Path = LIBRARY) -> Catalogue:
    """The forms of a library folder, read once. FormError names file, question and remedy."""
    return catalogue_of(library, read_published(library), read_retired(library))


def catalogue_of(library: Path, published: dict[tuple[str, str], str], retired: dict[str, str]) -> Catalogue:
    """The forms of a library folder as they would be with these published and these retired."""
    forms = read_forms(library)
    for form in forms:
        _refuse_unpublished(form, published)
    there = {key_of(form) for form in forms}
    for form_id, version in published:
        if (form_id, version) not in there:
            problem = f"version {version} of '{form_id}' is published and its file is gone"
            raise Place(PUBLISHED).error(problem, "Put the file back: records are judged by it for ever")
    ids = {form_id for form_id, _ in there}
    for form_id in retired:
        if form_id not in ids:
            remedy = did_you_mean(form_id, ids, "Take the line out")
            raise Place(RETIRED).error(f"there is no form '{form_id}'", remedy)
    catalogue = Catalogue(forms, retired)
    refuse_dead_ends({form.definition.form: form.definition for form in catalogue.current_forms()})
    return catalogue


def key_of(form: Form) -> tuple[str, str]:
    """The id and version of a form, as they are published."""
    return form.definition.form, str(form.definition.version)


def _refuse_unpublished(form: Form, published: dict[tuple[str, str], str]) -> None:
    form_id, version = key_of(form)
    place = Place(f"{form_id}/{version}.toml")
    digest = published.get((form_id, version))
    if digest is None:
        raise place.error("this version is not published", "Run sightline form publish")
    if digest != form.hash:
        remedy = (
            f"Put the file and its header back, and write the change in {form_id}/{int(version) + 1}.toml"
        )
        raise place.error("this version is published and has been changed since", remedy)
