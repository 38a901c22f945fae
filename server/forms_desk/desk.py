"""What the pages of forms show, from the catalogue and from what tablets have."""

from collections.abc import Mapping, Sequence

import msgspec

from observation_forms import Catalogue, Definition, Form
from server.evidence import words
from server.form_words import in_words
from server.forms_desk.holdings import Holder
from server.identity.organisation import WORDS

KINDS: Mapping[str, str] = {
    "residential": "Care home",
    "supported_living": "Supported living",
    "homecare": "Homecare",
}


class Version(msgspec.Struct, frozen=True):
    """One version of a form: since when it is offered here ("" = not yet), and who has it."""

    form: str
    version: int
    hash: str
    since: str
    newest: bool
    having: list[str]
    lacking: list[str]


class FormLine(msgspec.Struct, frozen=True):
    """One form with its versions, the newest first."""

    id: str
    code: str
    title: str
    about: str
    minutes: str
    evidence: str
    retired: bool
    versions: list[Version]


def form_lines(
    catalogue: Catalogue, since: Mapping[str, str], tablets: Sequence[Holder], kind: str
) -> list[FormLine]:
    """Every form by its code, in the words of one kind of service."""
    by_id: dict[str, list[Form]] = {}
    for form in catalogue.forms():
        by_id.setdefault(form.definition.form, []).insert(0, form)
    offered = {form.definition.form for form in catalogue.current_forms()}
    lines = [_line(forms, since, tablets, kind, offered) for forms in by_id.values()]
    return sorted(lines, key=lambda line: by_number(line.code))


def find(catalogue: Catalogue, form: str, version: int, kind: str) -> Definition | None:
    """One version in the words of one kind of service; None when there is none."""
    for known in catalogue.forms():
        if (known.definition.form, known.definition.version) == (form, version):
            return in_words(known.definition, WORDS[kind])
    return None


def _line(
    forms: Sequence[Form], since: Mapping[str, str], tablets: Sequence[Holder], kind: str, offered: set[str]
) -> FormLine:
    newest = in_words(forms[0].definition, WORDS[kind])
    return FormLine(
        id=newest.form,
        code=newest.code,
        title=newest.title,
        about=newest.about,
        minutes=newest.minutes,
        evidence=words.EVIDENCE_KINDS.get(newest.evidence_kind, ""),
        retired=newest.form not in offered,
        versions=[
            Version(
                form=newest.form,
                version=form.definition.version,
                hash=form.hash,
                since=since.get(form.hash, ""),
                newest=form is forms[0],
                having=[tablet.name for tablet in tablets if form.hash in tablet.hashes],
                lacking=[tablet.name for tablet in tablets if form.hash not in tablet.hashes],
            )
            for form in forms
        ],
    )


def by_number(code: str) -> tuple[str, int, str]:
    """F2 before F10, and F7-AU after F7."""
    letters = code.rstrip("0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ") or code[:1]
    digits = "".join(each for each in code.partition("-")[0] if each.isdigit())
    return letters, int(digits or 0), code
