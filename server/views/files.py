"""A view, or a timeline, as a file: the same lines as the page. People and staff are pseudonyms, and what was written
in words is left out, as in every file that is taken without a reason.
"""

import json
from collections.abc import Mapping

from server.evidence.evidence_export import COLUMNS, cells, csv_lines, document
from server.evidence.pseudonyms import LEFT_OUT
from server.views.timeline import Timeline
from server.views.view import View

LINES = ("at", "what", "says", "words", "who", "page")


def view_csv(view: View) -> bytes:
    """A line for each record, under the heading it stands under on the page, with a byte-order mark for Excel."""
    lines = [
        (section.in_file, view.notes.get(row.record, ""), *cells(row, in_full=False).values())
        for section in view.sections
        for row in section.rows
    ]
    return b"\xef\xbb\xbf" + csv_lines([("under", "note", *COLUMNS), *lines])


def view_json(view: View) -> bytes:
    """The whole view."""
    return _json(
        {
            "view": view.kind,
            "of": view.title if view.kind == "people" else view.of,
            "since": str(view.period.start),
            "until": str(view.period.end),
            "counts": {kind.code: kind.count for kind in view.kinds},
            "reviewed": dict(view.reviewed),
            "written": {
                "within_15_minutes": len(view.soon.soon),
                "within_2_hours": len(view.soon.two_hours),
                "later": len(view.soon.later),
                "left_out": len(view.soon.left_out),
            },
            "missing": view.missing,
            "actions": [
                {
                    "id": one.action,
                    "number": one.number,
                    "supports": one.supports,
                    "contradicts": one.contradicts,
                    "inconclusive": one.inconclusive,
                }
                for one in view.actions
            ],
            "records": [
                document(row, in_full=False)
                | {"under": section.in_file, "note": view.notes.get(row.record, "")}
                for section in view.sections
                for row in section.rows
            ],
            "cut": int(view.cut),
        }
    )


def timeline_csv(timeline: Timeline) -> bytes:
    """A line for each line of the page, then what has not happened yet."""
    lines = [LINES, *(list(line.values()) for line in _lines(timeline))]
    ahead = [("", "not yet", sentence, "", "", "") for sentence in timeline.waiting]
    return b"\xef\xbb\xbf" + csv_lines([*lines, *ahead])


def timeline_json(timeline: Timeline) -> bytes:
    """The whole timeline."""
    return _json(
        {
            "of": timeline.asked_for,
            "began_with": timeline.root.record,
            "lines": _lines(timeline),
            "stands": timeline.stands,
            "not_yet": timeline.waiting,
        }
    )


def _lines(timeline: Timeline) -> list[dict[str, str]]:
    return [
        {
            "at": line.at,
            "what": line.what,
            "says": line.says,
            "words": LEFT_OUT if line.quoted else "",
            "who": line.who,
            "page": line.address,
        }
        for line in timeline.lines
    ]


def _json(said: Mapping[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1).encode()
