"""The regulator's frameworks: complete, titles alone, each where the other has it, and old editions still shown."""

from pathlib import Path

import pytest

from server.framework import FrameworkError, library, make_library, read_crosswalk, read_framework

NEW = """
framework = "kloe"
version = "2027"
name = "Key lines of enquiry"
about = "A made-up edition"
source = "A test"
state = "in_force"
in_force_from = "2027-01-01"
in_force_until = ""

[items.Safe]
K-S4 = "Safeguarding people"
"""
PAIRS = """
from = "kloe/2027"
to = "qs/2023"
source = "A test"

[pairs]
K-S4 = ["S3"]
"""


def test_the_quality_statements_and_the_draft_have_as_many_titles_as_published() -> None:
    counts = {one.key: [len(items) for items in one.by_group().values()] for one in library().frameworks}
    assert counts == {"qs/2023": [8, 6, 5, 7, 8], "kloe/draft-9": [7, 4, 3, 4, 6]}


def test_what_is_in_force_comes_before_what_is_a_draft() -> None:
    assert [(one.key, one.state) for one in library().offered] == [
        ("qs/2023", "in_force"),
        ("kloe/draft-9", "draft"),
    ]


def test_an_edition_says_since_when_it_holds() -> None:
    assert [one.standing for one in library().frameworks] == [
        "In force since 21 November 2023",
        "A draft, not in force yet",
    ]


def test_only_titles_are_kept_and_not_the_frameworks_own_text() -> None:
    for framework in library().frameworks:
        assert framework.source
        for item in framework.items:
            assert 3 <= len(item.title) <= 60, item
            assert "." not in item.title, item


@pytest.mark.parametrize(
    ("tag", "also"),
    [
        ("qs/2023/S1", ["K-S1", "K-W6"]),
        ("qs/2023/S3", ["K-S4"]),
        ("qs/2023/E3", ["K-S3", "K-R1"]),
        ("qs/2023/W8", []),
        ("kloe/draft-9/K-S5", ["S5", "S7"]),
        ("kloe/draft-9/K-W2", ["C5", "W3", "W4"]),
    ],
)
def test_a_tag_knows_where_the_same_stands_in_the_other_edition(tag: str, also: list[str]) -> None:
    assert sorted(item.code for item in library().also(tag)) == sorted(also)


def test_every_draft_line_is_reached_from_some_quality_statement() -> None:
    (draft,) = [one for one in library().frameworks if one.state == "draft"]
    assert [item.code for item in draft.items if not library().also(item.tag)] == []


def test_a_tag_is_found_by_the_same_in_the_other_edition_and_by_nothing_else() -> None:
    assert library().reaches("kloe/draft-9/K-S4", ["qs/2023/S3"])
    assert library().reaches("qs/2023/S3", ["kloe/draft-9/K-S4"])
    assert library().reaches("qs/2023/S3", ["qs/2023/S3"])
    assert not library().reaches("qs/2023/S3", ["qs/2023/S2", "kloe/draft-9/K-S3"])
    # Two statements that lead to the same line are not the same statement
    assert not library().reaches("qs/2023/S5", ["qs/2023/S7"])


def test_an_edition_that_was_replaced_is_shown_but_no_longer_offered(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(NEW)
    (tmp_path / "crosswalk.toml").write_text(PAIRS)
    old = library().frameworks
    text = (Path(__file__).parents[3] / "server/framework/draft_kloes_v9.toml").read_text()
    (tmp_path / "old.toml").write_text(text.replace('state = "draft"', 'state = "replaced"'))
    frameworks = [old[0], read_framework(tmp_path / "old.toml"), read_framework(tmp_path / "new.toml")]
    changed = make_library(frameworks, [read_crosswalk(tmp_path / "crosswalk.toml", frameworks)])
    assert "kloe/draft-9/K-S4" not in changed.tags
    assert "kloe/2027/K-S4" in changed.tags
    assert changed.words("kloe/draft-9/K-S4") == "K-S4 Safeguarding"
    assert changed.words("kloe/2027/K-S4") == "K-S4 Safeguarding people"
    assert [item.tag for item in changed.also("qs/2023/S3")] == ["kloe/2027/K-S4"]
    assert changed.words("kloe/1999/X") == "kloe/1999/X"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace('version = "2027"', ""), "version"),
        (NEW.replace('"in_force"', '"perhaps"'), "perhaps"),
        (NEW + '\n[items.Caring]\nK-S4 = "Again"\n', "two key questions"),
        (NEW + "= nonsense", "new.toml"),
    ],
)
def test_a_file_that_is_not_an_edition_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "new.toml").write_text(text)
    with pytest.raises(FrameworkError, match=said):
        read_framework(tmp_path / "new.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PAIRS.replace("qs/2023", "qs/1999"), "no framework qs/1999"),
        (PAIRS.replace('["S3"]', '["S99"]'), "nobody knows S99"),
        (PAIRS.replace('K-S4 = ["S3"]', ""), "K-S4 has no line"),
    ],
)
def test_a_crosswalk_that_leaves_something_out_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "new.toml").write_text(NEW)
    (tmp_path / "crosswalk.toml").write_text(text)
    frameworks = [*library().frameworks, read_framework(tmp_path / "new.toml")]
    with pytest.raises(FrameworkError, match=said):
        read_crosswalk(tmp_path / "crosswalk.toml", frameworks)
