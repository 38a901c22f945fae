"""A form file and its header file, read into a Definition and its worked examples.

Everything a person could have mistyped is refused here, by file, question and remedy, so that nothing after
this has to doubt a form. Rules are compiled last, when every question is known.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, cast, get_args

import msgspec

from .causes import read_concern, read_sampling, read_spawns, read_timescales
from .codes import check_code
from .compiling import Compiler, SectionDraft
from .definition import Check, Definition, Question, Severity, Thresholds
from .errors import FormError, Place, did_you_mean
from .examples import Example, read_examples
from .expressions import Scope, compile_rule
from .messages import BUILT_IN
from .order import Order
from .questions import read_question
from .table import Table, read_toml
from .words import read_words


class Source(NamedTuple):
    """A file of the library: how to name it to a person, and its bytes."""

    name: str
    content: bytes


class Form(NamedTuple):
    """A form version: the definition, its worked examples, and the bytes the tablet gets."""

    definition: Definition
    examples: tuple[Example, ...]
    json: bytes

    @property
    def hash(self) -> str:
        """The content hash that identifies this version."""
        return self.definition.hash


def parse(form: Source, header: Source) -> Form:
    """The form version these two files make. FormError for the first thing wrong."""
    head = read_toml(header.content, Place(header.name))
    table = read_toml(form.content, Place(form.name))
    definition = _Assembly(head, table, content_hash(header.content, form.content)).definition()
    examples = read_examples(table, definition)
    table.finish()
    head.finish()
    return Form(definition, examples, msgspec.json.encode(definition))


def content_hash(header: bytes, form: bytes) -> str:
    """SHA-256, in hex, of the header file's bytes followed by the form file's."""
    return hashlib.sha256(header + form).hexdigest()


def header_of(form: Source) -> str:
    """The name of the header a form file asks for, such as `header/1`."""
    return read_toml(form.content, Place(form.name)).text("header")


class _Assembly:
    """The steps from two tables to one definition, in order: `definition` reads as the list of them."""

    def __init__(self, head: Table, table: Table, hash_: str) -> None:
        self._head, self._table, self._hash = head, table, hash_
        self._words = read_words(head)
        self._parts = {each.text("id"): each for each in head.tables("parts")}
        self._checks = head.tables("checks")

    def definition(self) -> Definition:
        sections = [
            *(self._section(each) for each in self._head.tables("opening")),
            *(self._section_or_part(each) for each in self._table.tables("sections")),
            *(self._section(each) for each in self._head.tables("closing")),
        ]
        _refuse_twins([(section.id, section.place) for section in sections], "section")
        outer = [draft for section in sections for draft in section.drafts]
        drafts = [each for draft in outer for each in (draft, *draft.rows)]
        _refuse_twins([(draft.question.id, draft.place) for draft in drafts], "question")
        questions = {draft.question.id: draft.question for draft in drafts}
        scope = Scope(
            {draft.question.id: draft.question for draft in outer},
            frozenset(self._words.themes),
            frozenset(timescales := read_timescales(self._table)),
            {
                draft.question.id: {each.question.id: each.question for each in draft.rows}
                for draft in outer
                if draft.rows
            },
        )
        compiler = Compiler(scope, Order(questions), self._words)
        return self._assembled(
            sections=tuple(compiler.section(section) for section in sections),
            checks=self._read_checks(scope, questions),
            timescales=timescales,
            sampling=read_sampling(self._table, scope.questions),
            concern=read_concern(self._table, questions),
            spawns=read_spawns(self._table, scope),
        )

    def _assembled(self, **compiled: Any) -> Definition:
        table = self._table
        table.text("header")
        return Definition(
            form=check_code(table.text("id"), "the form's id", table.place),
            code=table.text("code"),
            version=table.integer("version"),
            hash=self._hash,
            title=table.wording("title"),
            about=table.wording("about"),
            minutes=table.text("minutes"),
            evidence_kind=table.text("evidence_kind"),
            themes=self._words.known_themes(table.texts("themes"), table.place),
            theme_names=self._words.themes,
            result=_thresholds(table.table("result", "[result]")) if table.has("result") else None,
            messages=self._words.messages,
            **compiled,
        )

    def _section_or_part(self, table: Table) -> SectionDraft:
        name = table.text_or_none("part")
        if name is None:
            return self._section(table)
        if name not in self._parts:
            remedy = did_you_mean(name, self._parts, f"Parts are {', '.join(self._parts) or 'none'}")
            raise table.place.error(f"the header has no part '{name}'", remedy)
        part = self._parts[name]
        self._checks += part.tables("checks")
        draft = self._section(part)
        found = draft._replace(
            id=check_code(table.text("id"), "the section's id", table.place) if table.has("id") else draft.id,
            title=table.wording_or_none("title") or draft.title,
            hint=table.wording_or_none("hint") or draft.hint,
            show_when=table.text_or_none("show_when") or draft.show_when,
            place=table.place.at(f"part '{name}'"),
        )
        table.finish()
        return found

    def _section(self, table: Table) -> SectionDraft:
        section_id = check_code(table.text("id"), "the section's id", table.place)
        place = table.place = table.place.at(f"section '{section_id}'")
        questions = [read_question(each, self._words) for each in table.tables("questions")]
        if not questions:
            raise place.error(
                "the section has no questions", "Add [[sections.questions]], or take the section out"
            )
        drafts = [draft for pair in questions for draft in pair]
        title, hint = table.wording("title"), table.wording_or_none("hint")
        rule = table.text_or_none("show_when")
        table.finish()
        return SectionDraft(section_id, title, hint, rule, drafts, place)

    def _read_checks(self, scope: Scope, questions: Mapping[str, Question]) -> tuple[Check, ...]:
        tables = [*self._checks, *self._table.tables("checks")]
        checks = tuple(_read_check(table, scope, questions) for table in tables)
        _refuse_twins(
            [(check.code, table.place) for check, table in zip(checks, tables, strict=True)], "check"
        )
        return checks


def _read_check(table: Table, scope: Scope, questions: Mapping[str, Question]) -> Check:
    code = check_code(table.text("code"), "the check's code", table.place)
    place = table.place = table.place.at(f"check '{code}'")
    if code in BUILT_IN:
        raise place.error(f"'{code}' is one of Sightline's own codes", "Choose another code")
    question = table.text("question")
    if question not in questions:
        remedy = did_you_mean(question, questions, "Name the question at which to say the message")
        raise place.error(f"there is no question '{question}'", remedy)
    repeat = questions[question].in_repeat
    must = compile_rule(table.text("must"), scope.in_rows_of(repeat) if repeat else scope, place)
    severity = cast(Severity, table.one_of("severity", get_args(Severity), "error"))
    check = Check(code, question, must, severity, table.text("message"))
    table.finish()
    return check


def _thresholds(table: Table) -> Thresholds:
    found = Thresholds(table.integer("met_from"), table.integer("not_met_below"))
    table.finish()
    if not 0 <= found.not_met_below <= found.met_from <= 100:
        raise table.place.error(
            "the thresholds are out of order", "Write 0 <= not_met_below <= met_from <= 100"
        )
    return found


def _refuse_twins(named: list[tuple[str, Place]], what: str) -> None:
    seen: set[str] = set()
    for name, place in named:
        if name in seen:
            raise place.error(f"there are two {what}s called '{name}'", "Give one another name")
        seen.add(name)


__all__ = ["Form", "FormError", "Source", "content_hash", "header_of", "parse"]
