"""Specimen charts on one page, with the styles of the desk:   python -m tests.server.charts.gallery PAGE.html

For people who look, and for tests of what is on the page. Nothing here is of a real service.
"""

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from jinja2 import Template
from msgspec.structs import replace

from server.app import templates
from server.charts.chart import Baseline, Chart, Direction, Note
from server.charts.shown import show, show_small
from server.charts.xmr import Method
from tests.server.charts.series import chart_of, shares, values_of, weeks

HOUSE = Path(__file__).resolve().parents[3]
SHEETS = (
    *(f"pwa/styles/{name}.css" for name in ("tokens", "base", "buttons", "marks")),
    *(f"server/static/styles/{name}.css" for name in ("layout", "panels", "tables", "charts", "print")),
)
PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Specimen charts</title>
{% for sheet in sheets %}<link rel="stylesheet" href="{{ sheet }}">{% endfor %}</head>
<body>{% import "charts/chart.html" as charts %}
<main class="page"><h1>Specimen charts</h1>
{% for chart in full %}<section class="panel">{{ charts.full(chart, 2, "It needs signed reviews.") }}</section>
{% endfor %}
<section class="panel"><h2>Small multiples</h2>
<table class="table">
<thead><tr><th scope="col">Action</th><th scope="col">Measure</th></tr></thead>
<tbody>{% for chart, title in small %}<tr><th scope="row">{{ title }}</th><td>{{ charts.small(chart) }}</td></tr>
{% endfor %}</tbody></table></section>
</main></body></html>"""


def specimens() -> Iterator[Chart]:
    """One chart of each kind."""
    yield _an_action_that_worked()
    yield _audits_that_look_good()
    yield _few_and_gaps()
    yield _too_few()
    yield _going_down()
    yield _neither_way()
    yield _a_year()
    yield _nothing_yet()
    yield _fallen_short()


def page(folder: Path = HOUSE) -> str:
    """The page; styles are linked from `folder`."""
    template: Template = templates().from_string(PAGE)
    charts = list(specimens())
    small = [(show_small(_renamed(chart)), chart.subject.title) for chart in charts]
    return template.render(
        sheets=[(folder / sheet).as_uri() for sheet in SHEETS],
        full=[show(chart) for chart in charts],
        small=small,
    )


def _renamed(chart: Chart) -> Chart:
    """The same chart under another id, so that both can stand on one page."""
    return replace(chart, subject=replace(chart.subject, id=f"small-{chart.subject.id}"))


def _an_action_that_worked() -> Chart:
    before = [(23, 38), (25, 41), (22, 36), (27, 40), (24, 39), (26, 42), (25, 37), (23, 39)]
    since = [
        (33, 40),
        (35, 41),
        (36, 40),
        (35, 39),
        (38, 42),
        (37, 40),
        (38, 41),
        (36, 38),
        (39, 42),
        (38, 40),
    ]
    return chart_of(
        shares(*before, *since),
        id="worked",
        title="Deterioration concerns escalated in time",
        target=95,
        baseline=Baseline(Fraction(2500, 40), 25, 40, "October to December 2025"),
        notes=[
            Note(
                day="2026-02-04",
                words="Escalation card on every unit; seniors shown how to use it.",
                said="Chidi Okafor",
            ),
            Note(
                day="2026-03-02",
                words="The new way of escalating is in use on all units, day and night.",
                said="Chidi Okafor, 20 Apr 2026",
                rebases=True,
            ),
        ],
    )


def _audits_that_look_good() -> Chart:
    tops = (9, 10, 9, 10, 10, 9, 10, 10, 9, 10, 10, 10, 9, 10)
    title = "Audits with findings, actions, owners and impact checks"
    return chart_of(shares(*[(top, 10) for top in tops]), id="audits", title=title, target=90)


def _few_and_gaps() -> Chart:
    start = [(2, 6), (7, 11), (0, 0), (8, 12), (6, 13), (9, 14)]
    data = [
        replace(one, few=0 < one.denominator < 10, late=2 if at == 4 else 0)
        for at, one in enumerate(shares(*start, (3, 4), (0, 0), (10, 13), (9, 12), (11, 13), (12, 14)))
    ]
    baseline = Baseline(Fraction(100, 3), 10, 30, "December 2025")
    return chart_of(data, id="gaps", title="Family told before they had to ask", target=90, baseline=baseline)


def _too_few() -> Chart:
    return chart_of(shares((6, 10), (7, 12), (9, 12)), id="few", title="Learning seen in practice", target=90)


def _going_down() -> Chart:
    return chart_of(
        weeks(values_of(9, 8, 9, 7, 8, 9, 8, 7, 8, 6, 5, 4, 3, 2, 1, 2, 1)),
        id="down",
        title="Complaints about communication",
        unit="count",
        direction=Direction.DECREASE,
        notes=[Note(day="2026-03-05", words="A named contact for each family.", said="Ben Carter")],
    )


def _neither_way() -> Chart:
    values = values_of(12, 14, 11, 13, 12, 14, 12, 13, 30, 12, 13, 11, 12, 13, 12, 12, 14, 13, 0)
    return chart_of(
        weeks(values), id="neither", title="Observations recorded", unit="count", direction=Direction.NEUTRAL
    )


def _a_year() -> Chart:
    counts = [(30 + (at * 7) % 9 + at // 9, 45 + (at * 5) % 7) for at in range(52)]
    notes = [Note(day=f"2026-0{month}-1{month}", words=f"Change {month}.") for month in (3, 4, 5)]
    title = "Record made within two hours"
    return chart_of(
        shares(*counts), id="year", title=title, target=90, method=Method(fix_after=20), notes=notes
    )


def _nothing_yet() -> Chart:
    return chart_of(shares(*[(0, 0)] * 6), id="nothing", title="High-risk closures supported", target=100)


def _fallen_short() -> Chart:
    counts = [(top, 50) for top in (40, 42, 41, 39, 40, 41, 42, 40, 39, 41, 42, 40, 41, 36)]
    return chart_of(shares(*counts), id="short", title="Safeguarding records complete", target=100)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
