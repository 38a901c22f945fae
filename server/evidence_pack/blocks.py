"""What a section of a pack is made of: words, tables, charts, and parts of its own. PDF, HTML, CSV and JSON are all
written from these, so they cannot differ.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from server.charts.shown import Shown

Hide = Callable[[str], str]
"""Free text without the names of people."""


class Words(msgspec.Struct, frozen=True, tag="words"):
    """One paragraph."""

    text: str


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table; the first cell of a row says what the row is about. `file` is its CSV: tables of one `file` have the
    same columns and stand in it one under the other. `in_pdf` False: too long for paper, and in all other forms.
    """

    file: str
    caption: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    in_pdf: bool = True

    def begins_with(self, title: str) -> bool:
        """Whether every row says by itself under which heading it stands."""
        return all(row[0] == title for row in self.rows)


class Drawn(msgspec.Struct, frozen=True, tag="chart"):
    """One chart of `server.charts`, with its figures and what it says in words."""

    shown: Shown


class Part(msgspec.Struct, frozen=True, tag="part"):
    """Blocks under a heading of their own."""

    title: str
    blocks: list["Block"]


Block = Words | Table | Drawn | Part


def hide_names(blocks: Sequence[Block], hide: Hide) -> list[Block]:
    """The same blocks, every word of them put through `hide`."""
    return [_hidden(block, hide) for block in blocks]


def tables(blocks: Sequence[Block], title: str = "") -> Iterator[tuple[str, Table]]:
    """Every table with the title of the part it stands in."""
    for block in blocks:
        if isinstance(block, Table):
            yield title, block
        elif isinstance(block, Part):
            yield from tables(block.blocks, block.title)


def plain(block: Block) -> dict[str, object]:
    """A block as JSON; of a chart its words and its figures, since the drawing is made from them."""
    if isinstance(block, Part):
        return {"part": block.title, "blocks": [plain(one) for one in block.blocks]}
    if isinstance(block, Table):
        return {
            "table": block.caption,
            "file": f"csv/{block.file}.csv",
            "columns": list(block.columns),
            "rows": [list(row) for row in block.rows],
        }
    if isinstance(block, Words):
        return {"words": block.text}
    shown = block.shown
    return {
        "chart": shown.title,
        "about": shown.about,
        "summary": shown.summary,
        "figures": [msgspec.structs.asdict(row) for row in shown.rows],
        "notes": [msgspec.structs.asdict(note) for note in shown.notes],
        "method": shown.method,
    }


def _hidden(block: Block, hide: Hide) -> Block:
    if isinstance(block, Part):
        return Part(hide(block.title), hide_names(block.blocks, hide))
    if isinstance(block, Words):
        return Words(hide(block.text))
    if isinstance(block, Table):
        rows = [tuple(hide(cell) for cell in row) for row in block.rows]
        return msgspec.structs.replace(block, caption=hide(block.caption), rows=rows)
    notes = tuple(
        msgspec.structs.replace(note, words=hide(note.words), said=hide(note.said))
        for note in block.shown.notes
    )
    return Drawn(
        msgspec.structs.replace(
            block.shown,
            title=hide(block.shown.title),
            about=hide(block.shown.about),
            summary=hide(block.shown.summary),
            notes=notes,
        )
    )
