"""The section of a pack about signed monthly summaries (domain/2 1.5, D8): as frozen, with their judgement."""

from collections.abc import Callable
from datetime import date

from server.charts.periods import period_words
from server.evidence.times import moment_words
from server.evidence_pack.at_the_desk import SignedSummary, is_chosen
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment
from server.measures.periods import Period, month_of, whole_months, window
from server.summaries.catalogue import KINDS
from server.summaries.store import Place


def summaries(moment: Moment) -> list[Block]:
    """Each signed summary of a month of the period: judgement, signature, figures, gaps, what was added since."""
    found = moment.desk.summaries
    return [
        Words(
            f"Signed summaries of months of the period: {len(found)}. They stand as they were signed: figures on "
            "other pages may have moved since, for records that came later. One that is not signed yet is not here."
        ),
        Table("summaries", "Signed monthly summaries", _SIGNED, [_signed(moment, one) for one in found]),
        _all(moment, "summary-figures", "What they counted", _FIGURES, _figures),
        _all(moment, "summary-gaps", "What they said was missing", ("Summary", "Missing"), _gaps),
        _all(moment, "summary-additions", "Added after they were signed", _ADDED, _added),
    ]


def _all(
    moment: Moment,
    file: str,
    caption: str,
    columns: tuple[str, ...],
    rows: Callable[[Moment, SignedSummary], list[tuple[str, ...]]],
) -> Table:
    return Table(file, caption, columns, [row for one in moment.desk.summaries for row in rows(moment, one)])


def unsigned(moment: Moment) -> list[tuple[str, str, str]]:
    """Service, month and how many summaries of it nobody signed, for each month that lies in the period whole."""
    signed = {
        (place.kind, place.service, place.month) for place in (one.place for one in moment.desk.summaries)
    }
    whole, _ = whole_months(window(moment.chosen.since, moment.chosen.until))
    kinds = [kind for kind in KINDS.values() if is_chosen(moment.chosen, kind)]
    found = []
    for service in moment.chosen.services:
        for month in (one for one in whole if one.is_over(moment.as_of)):
            left = [kind.name for kind in kinds if (kind.code, service, month.label) not in signed]
            if left:
                found.append((moment.service(service), _month_words(month), "; ".join(left)))
    return found


_SIGNED = (
    "Summary",
    "What its author makes of it",
    "Written by",
    "Signed",
    "Parts it holds",
    "SHA-256 of its content",
)
_FIGURES = ("Summary", "Figure", "Counted", "Number")
_ADDED = ("Summary", "When", "Who", "What")


def _name(moment: Moment, place: Place) -> str:
    where = f"{moment.service(place.service)}, " if len(moment.chosen.services) > 1 else ""
    return f"{where}{KINDS[place.kind].name}, {_month_words(_month(place.month))}"


def _signed(moment: Moment, one: SignedSummary) -> tuple[str, ...]:
    judged, signed = one.kept.judgement, one.signed
    return (
        _name(moment, one.place),
        judged.words if judged else "",
        f"{moment.names.one_of_staff(judged.who)}, {judged.role.lower()}" if judged else "",
        f"{moment.names.one_of_staff(signed.who)}, {signed.role.lower()}, {moment_words(signed.at)}",
        "; ".join(f"{part.name}: {part.rests_on or 'not there'}" for part in signed.content.parts),
        signed.digest,
    )


def _figures(moment: Moment, one: SignedSummary) -> list[tuple[str, ...]]:
    return [
        (
            _name(moment, one.place),
            f"{figure.code} {figure.name}",
            figure.counted or figure.waits or "Nothing was counted",
            "Few" if figure.few else "–",
        )
        for figure in one.signed.content.measures
    ]


def _gaps(moment: Moment, one: SignedSummary) -> list[tuple[str, ...]]:
    return [(_name(moment, one.place), gap) for gap in one.signed.content.gaps]


def _added(moment: Moment, one: SignedSummary) -> list[tuple[str, ...]]:
    return [
        (_name(moment, one.place), moment_words(said.at), moment.names.one_of_staff(said.who), said.words)
        for said in one.kept.additions
        if said.at <= moment.last
    ]


def _month_words(month: Period) -> str:
    return period_words(month.start.isoformat(), month.end.isoformat())


def _month(label: str) -> Period:
    return month_of(date.fromisoformat(f"{label}-01"))
