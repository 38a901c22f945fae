"""The words a header file gives to every form that uses it: themes, messages, labels, the facts question."""

from typing import NamedTuple

from .errors import Place, did_you_mean
from .messages import BUILT_IN
from .table import Table

STANDARD = {"met": "met", "partly": "partly", "not_met": "not_met", "not_seen": "excluded"}
"""The options of a `standard` question and what each scores (domain/4, YPN)."""

YES_NO = ("yes", "no")


class Facts(NamedTuple):
    """The text asked for when something was not fully met (domain/4: required for N, 10 or longer)."""

    ask: str
    hint: str
    min_length: int
    max_length: int


class Words(NamedTuple):
    """Everything a question may take from the header file `file`."""

    file: str
    themes: dict[str, str]
    messages: dict[str, str]
    standard: dict[str, str]
    yes_no: dict[str, str]
    facts: Facts

    def known_themes(self, themes: tuple[str, ...], place: Place) -> tuple[str, ...]:
        """The themes as given; FormError for one that the header does not have."""
        for theme in themes:
            if theme not in self.themes:
                remedy = did_you_mean(theme, self.themes, f"Themes are {', '.join(self.themes)}")
                raise place.error(f"there is no theme '{theme}'", remedy)
        return themes


def read_words(head: Table) -> Words:
    """The words of a header file."""
    messages = head.pairs("messages")
    for code in messages:
        if code not in BUILT_IN:
            place = head.place.at("[messages]")
            raise place.error(f"there is no code '{code}'", did_you_mean(code, BUILT_IN, "Take the line out"))
    if "unknown_question" not in messages:
        raise head.place.at("[messages]").error(
            "'unknown_question' has no words", 'Add unknown_question = "..."'
        )
    labels = head.table("labels", "[labels]")
    standard = _labels(labels.table("standard", "[labels.standard]"), tuple(STANDARD))
    yes_no = _labels(labels.table("yes_no", "[labels.yes_no]"), YES_NO)
    labels.finish()
    return Words(
        head.place.file,
        head.pairs("themes"),
        messages,
        standard,
        yes_no,
        _facts(head.table("facts", "[facts]")),
    )


def _labels(table: Table, codes: tuple[str, ...]) -> dict[str, str]:
    found = {code: table.text(code) for code in codes}
    table.finish()
    return found


def _facts(table: Table) -> Facts:
    found = Facts(
        table.text("ask"), table.text("hint"), table.integer("min_length"), table.integer("max_length")
    )
    table.finish()
    return found
