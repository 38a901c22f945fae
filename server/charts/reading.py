"""From the points of a measure (server/measures) to the data of a chart."""

from collections.abc import Sequence

from server.charts.periods import period_words
from server.charts.xmr import Datum
from server.measures.counting import Point


def data_of(points: Sequence[Point], minimum: int = 0) -> list[Datum]:
    """One datum for each point. Below `minimum` counted, a share is marked as too few; a period in which nothing was
    counted, or too little for a figure, is a gap.
    """
    return [
        Datum(
            label=period_words(point.start, point.end),
            value=point.count.value,
            numerator=point.count.numerator,
            denominator=point.count.denominator,
            start=point.start,
            end=point.end,
            few=point.count.unit == "percent" and point.count.few(minimum),
            late=len(point.late),
        )
        for point in points
    ]
