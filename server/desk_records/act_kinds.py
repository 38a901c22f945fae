"""What can be done with a desk record: each kind of act with its fields, its words and who may."""

import msgspec

from server.desk_records.fields import Field


class ActKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind. `done` is what the history says, `button` what does it. `decides`: it is signed by whoever may decide.
    `kinds` are those of records that it is for, () for every one.
    """

    name: str
    done: str
    button: str
    fields: tuple[Field, ...]
    hint: str = ""
    decides: bool = False
    kinds: tuple[str, ...] = ()

    def is_for(self, kind: str) -> bool:
        """Whether a record of that kind has it."""
        return not self.kinds or kind in self.kinds


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the page: its heading, what it says of itself, and the acts in it."""

    name: str
    title: str
    about: str
    acts: tuple[str, ...]
    empty: str
