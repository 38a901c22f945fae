"""Who looks at which view, and putting one together from its records. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.evidence.actions import Action
from server.evidence.evidence_rows import Row
from server.evidence.form_kinds import kinds_of_forms
from server.evidence.people import Names, read_names
from server.evidence.pseudonyms import pseudonymised
from server.identity.permissions import Permission
from server.identity.scope import Scope
from server.identity.viewer import Viewer
from server.measures.periods import Period
from server.views import reading, view
from server.views.address import FRAMEWORK, PEOPLE, SHIFT, THEMES, UNITS, Link
from server.views.view import View


class Looking(msgspec.Struct, frozen=True):
    """Who looks at what, of which days; `service` is that of a theme ("" = the first). With a `key`, people and staff
    are pseudonyms (`evidence.pseudonyms`).
    """

    viewer: Viewer
    catalogue: Catalogue
    now: datetime
    of: str
    period: Period
    service: str = ""
    key: bytes | None = None

    @property
    def scope(self) -> Scope:
        """The records that the viewer may see."""
        return self.viewer.scope(Permission.READ_EVIDENCE)

    def names(self, sql: sqlite3.Connection, scope: Scope) -> Names:
        """What everything is called."""
        names = read_names(sql, scope)
        return names if self.key is None else pseudonymised(names, self.key)


def assemble(
    sql: sqlite3.Connection,
    looking: Looking,
    names: Names,
    rows: list[Row],
    *,
    kind: str,
    title: str,
    about: str,
    sections: list[view.Section],
    missing: list[str],
    links: list[Link],
    cut: bool,
    actions: list[Action] | None = None,
    shifts: list[Link] | None = None,
    notes: Mapping[str, str] | None = None,
) -> View:
    """The view of these rows: what each kind of it says beside, by name."""
    kinds = view.kinds_of(rows, kinds_of_forms(looking.catalogue))
    bearing = view.weighed(rows, actions or ())
    gaps = [view.missing_kinds(kinds)] if rows and kind != SHIFT else []
    return View(
        kind=kind,
        of=looking.of,
        title=title,
        above=ABOVE[kind],
        about=about,
        period=looking.period,
        rows=rows,
        sections=sections,
        kinds=kinds,
        missing=[one for one in [*gaps, *missing, *view.missing_actions(bearing)] if one],
        reviewed=view.reviewed(rows),
        actions=bearing,
        soon=reading.read_soon(sql, rows, looking.period),
        links=links,
        shifts=shifts or [],
        notes=notes or {},
        cut=cut,
        whole=not any(part.forms or part.actions or part.since or part.until for part in looking.scope.parts),
        named=looking.scope.named and looking.key is None,
        names=names,
    )


ABOVE: Mapping[str, str] = {
    PEOPLE: "Person",
    UNITS: "Unit",
    THEMES: "Theme",
    FRAMEWORK: "Framework",
    SHIFT: "Shift",
}
