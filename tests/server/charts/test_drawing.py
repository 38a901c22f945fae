"""What is drawn is what the table says; well-formed, without script or style, and readable without colour."""

import re
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from server.app import templates
from server.charts.chart import Baseline, Chart, Direction, Note, State
from server.charts.drawing import draw, draw_small
from server.charts.shapes import shape_at
from server.charts.shown import show, show_small
from tests.server.charts import gallery
from tests.server.charts.series import chart_of, shares, values_of, weeks

SVG = "{http://www.w3.org/2000/svg}"
CSS = (Path(gallery.HOUSE) / "server/static/styles/charts.css").read_text("utf-8")
TOKENS = (Path(gallery.HOUSE) / "pwa/styles/tokens.css").read_text("utf-8")
CHARTS = list(gallery.specimens())


@cache
def whole_page() -> str:
    return gallery.page()


def svgs() -> list[ElementTree.Element]:
    found = re.findall(r"<svg.*?</svg>", whole_page(), re.DOTALL)
    return [ElementTree.fromstring(one.replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1)) for one in found]  # noqa: S314


def test_every_drawing_is_well_formed_xml() -> None:
    drawn = svgs()
    assert len(drawn) > 2 * len(CHARTS)
    assert all(one.tag == f"{SVG}svg" for one in drawn)


def test_nothing_is_styled_or_scripted_in_place() -> None:
    page = whole_page()
    assert "<script" not in page
    assert "<style" not in page
    for attribute in (r"\sstyle=", r"\son[a-z]+=", r"javascript:"):
        assert not re.search(attribute, page), attribute
    for one in svgs():
        for part in one.iter():
            assert not {"fill", "stroke"} & set(part.attrib), "charts.css gives the colours"


def test_every_id_is_there_once_and_every_reference_leads_somewhere() -> None:
    ids = re.findall(r'\sid="([^"]*)"', whole_page())
    assert len(ids) == len(set(ids))
    named = [id for names in re.findall(r'aria-labelledby="([^"]*)"', whole_page()) for id in names.split()]
    assert named
    assert set(named) <= set(ids)


def test_every_drawing_with_a_meaning_has_a_title_and_the_rest_is_hidden() -> None:
    for one in svgs():
        if one.get("role") == "img":
            title = one.find(f"{SVG}title")
            assert title is not None
            assert title.text
        else:
            assert one.get("aria-hidden") == "true"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart.subject.id))
def test_every_period_of_the_table_is_in_the_drawing(chart: Chart) -> None:
    shown, drawing = show(chart), draw(chart)
    points = [row for row in shown.rows if row.state != "gap"]
    gaps = [row for row in shown.rows if row.state == "gap"]
    assert [spot.title.split(":")[0] for spot in drawing.spots] == [row.label for row in points]
    assert [spot.kind for spot in drawing.spots] == [row.state for row in points]
    assert [gap.title.split(":")[0] for gap in drawing.gaps] == [row.label for row in gaps]
    assert len(draw_small(chart).spots) == len(points)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart.subject.id))
def test_every_word_of_the_table_is_on_the_page(chart: Chart) -> None:
    shown, page = show(chart), whole_page()
    if not shown.last_label:
        return
    figure = page.split(f'<figure class="chart" id="{shown.id}">')[1].split("</figure>")[0]
    for row in shown.rows:
        cells = re.search(
            rf'<tr class="chart-row-{row.state}"><th scope="row">{row.label}</th>(.*?)</tr>', figure
        )
        assert cells, row
        said = re.findall(r"<td[^>]*>([^<]*)</td>", cells[1])
        count = [row.count or "–"] if shown.counted else []
        assert said == [*count, row.value, row.lower, row.mean, row.upper, row.says]


def test_states_differ_in_shape_not_in_colour_alone() -> None:
    up = chart_of(weeks(values_of(*[1, 3] * 7, 90)))
    down = chart_of(weeks(values_of(*[1, 3] * 7, -90)))
    neither = [
        chart_of(weeks(values_of(*[1, 3] * 7, last)), direction=Direction.NEUTRAL) for last in (90, -90)
    ]
    assert [shape_at(chart, 14) for chart in (up, down, *neither)] == ["diamond", "square", "up", "down"]
    assert shape_at(chart_of(weeks(values_of(*[1, 3] * 7))), 13) == "circle"
    letters = [show_small(chart).variation.letter for chart in (up, down, *neither)]
    assert letters == ["H", "L", "H", "L"]


def test_lines_differ_in_their_dashes() -> None:
    dashes = {
        kind: re.search(rf"\.chart-line-{kind}[^{{}}]*\{{[^}}]*stroke-dasharray: ([^;]*);", CSS)
        for kind in ("upper", "upper-trial", "mean-trial", "target")
    }
    assert all(dashes.values())
    assert len({found[1] for found in dashes.values() if found}) == 4


def test_the_line_is_broken_at_gaps_and_where_limits_begin_anew() -> None:
    data = shares((1, 4), (2, 4), (0, 0), (3, 4), (1, 4), (2, 4), (3, 4))
    runs = draw(chart_of(data)).runs
    assert [len(run.split()) for run in runs] == [2, 4]
    cut = draw(chart_of(data, notes=[Note(day=data[5].start, words="Moved", rebases=True)])).runs
    assert [len(run.split()) for run in cut] == [2, 2, 2]


def test_limits_are_clipped_to_what_can_be_and_tested_unclipped() -> None:
    data = shares(*[(9, 10), (10, 10)] * 7)
    chart = chart_of(data, target=100)
    drawing = draw(chart)
    upper = next(line for line in drawing.levels if line.kind == "upper")
    top = next(line for line in reversed(drawing.grid))
    assert upper.y1 == top.y1
    assert drawing.labels[0].words == "Upper limit over 100%"
    assert chart.limits is not None
    assert chart.limits.upper > 100
    assert show(chart).rows[0].upper == "121.6%"
    assert all(flag is None for flag in chart.flags)


def test_target_start_and_notes_are_drawn() -> None:
    data = shares(*[(1, 4), (3, 4)] * 7)
    notes = [
        Note(day=data[3].start, words="A new form"),
        Note(day="2020-01-01", words="Long before"),
        Note(day=data[9].start, words="Steady since", rebases=True),
    ]
    chart = chart_of(data, target=90, notes=notes, baseline=Baseline(Fraction(40), 4, 10, "December 2025"))
    drawing, shown = draw(chart), show(chart)
    assert drawing.baseline is not None
    assert drawing.baseline.title == "Start, December 2025: 4 of 10, 40%."
    assert [line.kind for line in drawing.levels].count("target") == 1
    assert [(pole.number, pole.rebases) for pole in drawing.flagpoles] == [(1, False), (2, True)]
    assert [note.words for note in shown.notes] == ["A new form", "Steady since"]
    assert "Long before" not in str(shown)


def test_notes_on_days_close_together_do_not_cover_each_other() -> None:
    data = shares(*[(1, 4), (3, 4)] * 7)
    notes = [Note(day=data[13].end, words=f"Change {number}") for number in range(4)]
    places = [Fraction(pole.x) for pole in draw(chart_of(data, notes=notes)).flagpoles]
    assert places == sorted(places)
    assert all(after - before >= 21 for before, after in pairwise(places))


def test_trial_limits_look_otherwise_than_limits() -> None:
    trial, settled = (draw(chart_of(shares(*[(1, 4), (3, 4)] * times))) for times in (5, 7))
    assert {line.kind for line in trial.levels} == {"upper-trial", "mean-trial", "lower-trial"}
    assert {line.kind for line in settled.levels} == {"upper", "mean", "lower"}
    assert (trial.bands[0].kind, settled.bands[0].kind) == ("band-trial", "band")


def test_a_small_chart_says_that_its_limits_are_on_trial() -> None:
    small = [show_small(chart_of(shares(*[(1, 4), (3, 4)] * times))) for times in (2, 5, 7)]
    assert [one.trial for one in small] == [False, True, False]
    assert [one.last for one in small] == ["3 of 4"] * 3


def test_few_points_have_no_lines_of_limits() -> None:
    drawing = draw(chart_of(shares((1, 4), (3, 4))))
    assert (drawing.levels, drawing.bands, drawing.labels) == ((), (), ())


def test_what_a_person_wrote_cannot_become_markup() -> None:
    data = shares(*[(1, 4), (3, 4)] * 4)
    note = Note(day=data[1].start, words='<script>alert("1")</script>')
    macros = templates().get_template("charts/chart.html").module
    html = macros.full(show(chart_of(data, notes=[note], title="<b>Bold</b>")))  # type: ignore[attr-defined]
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_a_chart_of_nothing_is_said_in_words() -> None:
    macros = templates().get_template("charts/chart.html").module
    nothing = chart_of(shares((0, 0), (0, 0)), target=90)
    html = macros.full(show(nothing), 2, "It needs signed reviews.")  # type: ignore[attr-defined]
    assert "Nothing to count yet.</strong> It needs signed reviews." in html
    assert "<svg" not in html
    assert "0%" not in html.replace("90%", "")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["usual", "better", "worse", "unusual", "target", "mean", "limit"])
def test_colours_stand_out_in_both_themes(name: str, theme: str) -> None:
    colour, *grounds = colours(theme, f"--chart-{name}", "--surface", "--chart-band", "--chart-gap")
    needed = 3 if name in ("mean", "limit") else 4.5
    assert min(contrast(colour, ground) for ground in grounds) >= needed


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_in_the_drawing_stand_out_on_every_ground(theme: str) -> None:
    soft, *grounds = colours(theme, "--ink-soft", "--surface", "--chart-band", "--chart-gap")
    assert min(contrast(soft, ground) for ground in grounds) >= 4.5


def test_dark_by_wish_and_dark_by_choice_are_the_same() -> None:
    blocks = re.findall(r":root[^{]*\{([^}]*)\}", CSS)
    light, by_wish, by_choice = (sorted(re.findall(r"--[a-z-]+: #\w+", block)) for block in blocks)
    assert by_wish == by_choice
    assert [one.split(":")[0] for one in light] == [one.split(":")[0] for one in by_wish]


def test_every_state_has_a_colour() -> None:
    for state in State:
        assert f".chart-is-{state.value}" in CSS


def colours(theme: str, *names: str) -> list[str]:
    found = []
    for name in names:
        values = re.findall(rf"{name}: (#\w{{6}});", TOKENS + CSS)
        found.append(values[0 if theme == "light" else 1])
    return found


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
