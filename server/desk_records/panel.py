"""A desk record on its page: its sections with what was done in each, and the forms of what may be done now."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID, uuid4

import msgspec

from server.desk_records.act_kinds import ActKind, Section
from server.desk_records.fields import Choices, Field, value_words
from server.desk_records.store import Act, DeskRecord


class Entry(msgspec.Struct, frozen=True):
    """One act in words. `gone`: what was written went with the records, under a retention rule."""

    version: int
    done: str
    said: list[tuple[str, str]]
    at: str
    who: str
    role: str
    gone: bool


class SectionShown(msgspec.Struct, frozen=True):
    """A section with its entries, the first first, and the acts whose forms stand in it."""

    section: Section
    entries: list[Entry]
    forms: list[ActKind]


def shown(
    record: DeskRecord,
    sections: Iterable[Section],
    kinds: Mapping[str, ActKind],
    entry: Callable[[Act], Entry],
    may: Callable[[ActKind], bool],
) -> list[SectionShown]:
    """The sections that the record has, in their order."""
    found = []
    for section in sections:
        acts = [kinds[name] for name in section.acts if kinds[name].is_for(record.kind)]
        if acts:
            entries = [entry(act) for act in record.every(*section.acts)]
            found.append(SectionShown(section, entries, [kind for kind in acts if may(kind)]))
    return found


def entry_of(act: Act, kinds: Mapping[str, ActKind], known: Choices, name_of: Callable[[str], str]) -> Entry:
    """One act in words; `known` has the words of everything that was ever chosen."""
    kind = kinds[act.what]
    said = act.said or {}
    return Entry(
        version=act.version,
        done=kind.done,
        said=[
            (field.label, value_words(field, said[field.name], known))
            for field in kind.fields
            if field.name in said
        ],
        at=act.at,
        who=name_of(act.who),
        role=act.role,
        gone=act.said is None,
    )


def as_typed(typed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What was typed, as the macros of forms take it."""
    return {name: (value,) for name, value in typed.items()}


def id_given(text: str) -> str:
    """The id that a form was given when it was opened, so that sending it twice keeps one; a new one for none."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def offered(fields: Iterable[Field], choices: Choices) -> bool:
    """Whether each pick of a form has something to choose."""
    return all(
        not field.choices or not field.required or bool(choices.get(field.choices)) for field in fields
    )
