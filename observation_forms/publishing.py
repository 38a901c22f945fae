"""Bringing a form into the library, and taking it out of use. Nothing here changes a published file."""

from pathlib import Path

from .catalogue import catalogue_of, key_of
from .codes import check_code
from .errors import Place, did_you_mean
from .parse import Form
from .proof import faults_of
from .shelf import (
    HEADERS,
    RETIRED,
    read_form_at,
    read_forms,
    read_published,
    read_retired,
    write_published,
    write_retired,
)

_SKELETON = Path(__file__).parent / "skeleton.toml"


def publish(library: Path) -> list[Form]:
    """Adds the digest of every form that has none to published.toml, and returns those forms.

    Refuses, like `load_catalogue`, a published form that has changed, and a new one whose examples do not
    prove it.
    """
    published = read_published(library)
    new = [form for form in read_forms(library) if key_of(form) not in published]
    for form in new:
        _refuse_unproven(form)
        published[key_of(form)] = form.hash
    catalogue_of(library, published, read_retired(library))
    write_published(library, published)
    return new


def publish_file(file: Path, library: Path) -> list[Form]:
    """Puts a form's file into the library, at its place, and publishes it. Refuses one that is there."""
    form = read_form_at(file, library)
    _refuse_unproven(form)
    form_id, version = key_of(form)
    place = library / form_id / f"{version}.toml"
    if place.exists() and place.resolve() != file.resolve():
        problem = f"version {version} of '{form_id}' is in the library already"
        raise Place(str(file)).error(problem, f"Write version = {int(version) + 1}")
    put = not place.exists()
    place.parent.mkdir(exist_ok=True)
    if put:
        place.write_bytes(file.read_bytes())
    try:
        return publish(library)
    except Exception:
        if put:
            place.unlink()
        raise


def retire(form_id: str, day: str, library: Path) -> None:
    """Takes a form out of use from a day on. Its versions stay: records and drafts of it live on."""
    published, retired = read_published(library), read_retired(library)
    ids = {form for form, _ in published}
    if form_id not in ids:
        remedy = did_you_mean(form_id, ids, "See: sightline forms")
        raise Place(RETIRED).error(f"there is no form '{form_id}'", remedy)
    if form_id in retired:
        problem = f"'{form_id}' is retired since {retired[form_id]}"
        raise Place(RETIRED).error(problem, "Take its line out to offer it again")
    retired[form_id] = day
    catalogue_of(library, published, retired)
    write_retired(library, retired)


def begin(form_id: str, folder: Path, library: Path) -> Path:
    """Writes the file of a new form, or of the next version of one that is there, to be edited; its path."""
    check_code(form_id, "the form's id", Place(form_id))
    versions = [int(version) for form, version in read_published(library) if form == form_id]
    file = folder / form_id / f"{max(versions, default=0) + 1}.toml"
    if file.exists():
        raise Place(str(file)).error("the file is there already", "Go on with it, or put it elsewhere")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_next(library, form_id, max(versions)) if versions else _first(library, form_id), "utf-8")
    return file


def _first(library: Path, form_id: str) -> str:
    stems = [path.stem for path in (library / HEADERS).glob("*.toml")]
    newest = max((int(stem) for stem in stems if stem.isdecimal()), default=1)
    return _SKELETON.read_text("utf-8").replace("ID", form_id).replace("HEADER", f"{HEADERS}/{newest}")


def _next(library: Path, form_id: str, version: int) -> str:
    text = (library / form_id / f"{version}.toml").read_text("utf-8")
    return text.replace(f"\nversion = {version}\n", f"\nversion = {version + 1}\n", 1)


def _refuse_unproven(form: Form) -> None:
    faults = faults_of(form)
    if faults:
        form_id, version = key_of(form)
        raise Place(f"{form_id}/{version}.toml").error(
            f"{len(faults)} things are wrong, the first: {faults[0].rstrip('.')}",
            "See them all with: sightline form check FILE",
        )
