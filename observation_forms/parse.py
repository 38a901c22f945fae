"""A form file and its header file, read into a Definition and its worked examples.

Everything a person could have mistyped is refused here, by file, question and remedy, so that nothing after
this has to doubt a form. Rules are compiled last, when every question is known.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, cast, get_args

import msgspec

from .codes import check_code
from .definition import Check, Definition, Question, Section, Severity, Thresholds, Tree
from .errors import FormError, Place, did_you_mean
from .examples import Example, read_examples
from .expressions import Scope, compile_rule, references
from .messages import BUILT_IN, codes_of, filled
from .questions import Draft, read_question
from .table import Table, read_toml
from .words import Words, read_words


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


class _SectionDraft(NamedTuple):
    id: str
    title: str
    hint: str | None
    show_when: str | None
    drafts: list[Draft]
    place: Place


class _Assembly:
    """The steps from two tables to one definition, in order: `definition` reads as the list of them."""

    def __init__(self, head: Table, table: Table, hash_: str) -> None:
        self._head, self._table, self._hash = head, table, hash_
        self._words = read_words(head)

    def definition(self) -> Definition:
        sections = [
            *(self._section(each) for each in self._head.tables("opening")),
            *(self._section(each) for each in self._table.tables("sections")),
            *(self._section(each) for each in self._head.tables("closing")),
        ]
        _refuse_twins([(section.id, section.place) for section in sections], "section")
        drafts = [draft for section in sections for draft in section.drafts]
        _refuse_twins([(draft.question.id, draft.place) for draft in drafts], "question")
        questions = {draft.question.id: draft.question for draft in drafts}
        scope = Scope(questions, frozenset(self._words.themes))
        sight = _Order(questions)
        compiled = tuple(_compile_section(section, scope, sight, self._words) for section in sections)
        return self._assembled(compiled, self._checks(scope))

    def _assembled(self, sections: tuple[Section, ...], checks: tuple[Check, ...]) -> Definition:
        table = self._table
        table.text("header")
        return Definition(
            form=check_code(table.text("id"), "the form's id", table.place),
            code=table.text("code"),
            version=table.integer("version"),
            hash=self._hash,
            title=table.text("title"),
            about=table.text("about"),
            minutes=table.text("minutes"),
            evidence_kind=table.text("evidence_kind"),
            themes=self._words.known_themes(table.texts("themes"), table.place),
            theme_names=self._words.themes,
            result=_thresholds(table.table("result", "[result]")) if table.has("result") else None,
            sections=sections,
            checks=checks,
            messages=self._words.messages,
        )

    def _section(self, table: Table) -> _SectionDraft:
        section_id = check_code(table.text("id"), "the section's id", table.place)
        place = table.place = table.place.at(f"section '{section_id}'")
        questions = [read_question(each, self._words) for each in table.tables("questions")]
        if not questions:
            raise place.error(
                "the section has no questions", "Add [[sections.questions]], or take the section out"
            )
        drafts = [draft for pair in questions for draft in pair]
        title, hint, rule = table.text("title"), table.text_or_none("hint"), table.text_or_none("show_when")
        table.finish()
        return _SectionDraft(section_id, title, hint, rule, drafts, place)

    def _checks(self, scope: Scope) -> tuple[Check, ...]:
        tables = [*self._head.tables("checks"), *self._table.tables("checks")]
        checks = tuple(_read_check(table, scope) for table in tables)
        _refuse_twins(
            [(check.code, table.place) for check, table in zip(checks, tables, strict=True)], "check"
        )
        return checks


class _Order:
    """Holds rules to looking upwards only, so that one walk down the form settles what is shown.

    A question that sets themes, or is scored, must then stand above whatever is shown by theme() or
    fell_short(); a circle of questions that show one another cannot be written at all.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._position = {question_id: index for index, question_id in enumerate(questions)}
        self._theme_setters = {
            id for id, question in questions.items() if any(o.themes for o in question.options)
        }
        self._scored = {id for id, question in questions.items() if question.scored}

    def check(self, tree: Tree, first: Question, place: Place) -> None:
        """Refuses a show_when, of `first` or of the section it opens, that looks at what is not above it."""
        asked = references(tree)
        for name in sorted(asked.questions, key=lambda each: self._position[each]):
            self._refuse_below(name, first, place, "is shown by")
        for name in sorted(self._theme_setters if asked.theme else (), key=lambda each: self._position[each]):
            self._refuse_below(name, first, place, "is shown by theme(), which is set by")
        for name in sorted(self._scored if asked.fell_short else (), key=lambda each: self._position[each]):
            self._refuse_below(name, first, place, "is shown by fell_short(), which looks at")

    def _refuse_below(self, name: str, first: Question, place: Place, link: str) -> None:
        if name == first.id:
            raise place.error(f"'{name}' {link} itself", "A question can only depend on questions above it")
        if self._position[name] > self._position[first.id]:
            remedy = f"A question can only depend on questions above it: move '{name}' up, or change the rule"
            raise place.error(f"'{first.id}' {link} '{name}', which comes after it", remedy)


def _compile_section(draft: _SectionDraft, scope: Scope, order: _Order, words: Words) -> Section:
    show_when = None
    if draft.show_when is not None:
        show_when = compile_rule(draft.show_when, scope, draft.place.at(f"{draft.place.part}, show_when"))
        order.check(show_when, draft.drafts[0].question, draft.place)
    questions = tuple(_compile_question(each, scope, order, words) for each in draft.drafts)
    return Section(draft.id, draft.title, draft.hint, show_when, questions)


def _compile_question(draft: Draft, scope: Scope, order: _Order, words: Words) -> Question:
    changes: dict[str, Any] = {}
    for key, text in (("show_when", draft.show_when), ("required_when", draft.required_when)):
        if text is not None:
            changes[key] = compile_rule(text, scope, draft.place.at(f"{draft.place.part}, {key}"))
    question = msgspec.structs.replace(draft.question, **changes)
    if question.show_when is not None:
        order.check(question.show_when, question, draft.place)
    return msgspec.structs.replace(question, messages=_messages(question, words, draft.place))


def _messages(question: Question, words: Words, place: Place) -> dict[str, str]:
    """The words of the codes this question can raise, where they differ from the form's."""
    codes = codes_of(question)
    for code in question.messages:
        if code not in codes:
            remedy = did_you_mean(code, codes, f"This question can raise {', '.join(codes)}")
            raise place.error(f"there is no message '{code}' here", remedy)
    found = {}
    for code in codes:
        if code not in words.messages:
            raise Place(words.file, "[messages]").error(f"'{code}' has no words", f'Add {code} = "..."')
        text = filled(question.messages.get(code, words.messages[code]), question)
        if text != words.messages[code]:
            found[code] = text
    return found


def _read_check(table: Table, scope: Scope) -> Check:
    code = check_code(table.text("code"), "the check's code", table.place)
    place = table.place = table.place.at(f"check '{code}'")
    if code in BUILT_IN:
        raise place.error(f"'{code}' is one of Sightline's own codes", "Choose another code")
    question = table.text("question")
    if question not in scope.questions:
        remedy = did_you_mean(question, scope.questions, "Name the question at which to say the message")
        raise place.error(f"there is no question '{question}'", remedy)
    must = compile_rule(table.text("must"), scope, place)
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
