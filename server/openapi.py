"""What every route takes and answers, as OpenAPI 3.1, worked out from the running app.

Routes, methods, rules, parameters and texts come from the handlers; shapes from the structs that the handlers read and
write; problems from the one table. `DOORS` alone says which struct belongs to which door of a program; a route that is
not there is a page. `tests/server/test_openapi.py` sends thousands of made-up requests and holds every answer to this.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from server import door_shapes as shapes
from server import recovery
from server.cases.register import CaseFilter
from server.complaints.register import ComplaintFilter
from server.dated_settings.changes import SettingsFile
from server.due.due_page import DueFilter
from server.evidence.action_register import RegisterQuery
from server.evidence.evidence_filter import Filter
from server.fleet import losses
from server.fleet.parked import ParkedList
from server.identity import sessions, tablet_sign_in
from server.identity.guard import rule_of
from server.identity.permissions import Permission, Rule
from server.log import alarms
from server.operations.readiness import Answer
from server.problems import PROBLEMS
from server.routes import tablet, tablet_people
from server.signals.listing import SignalFilter
from server.staffing.export import StaffingFile
from sync import wire

JSON, PROBLEM, PAGE = "application/json", "application/problem+json", "text/html"
FORM = "application/x-www-form-urlencoded"


class Door(msgspec.Struct, frozen=True):
    """A door for programs: what it takes (None = nothing) and, for each status, what it answers.

    An answer is a type, sent as JSON; a media type; or None for no content.
    """

    takes: Any
    answers: Mapping[int, Any]


CSV, STREAM, ZIP, METRICS = "text/csv", "text/event-stream", "application/zip", "text/plain"
CALENDAR = "text/calendar"
DOORS: Mapping[tuple[str, str], Door] = {
    ("GET", "/tablet/kill-switch.json"): Door(None, {200: shapes.KillSwitch}),
    ("GET", "/tablet/identity"): Door(None, {200: shapes.Welcome, 204: None}),
    ("POST", "/tablet/enrolment"): Door(tablet.EnrolmentForm, {201: shapes.Welcome}),
    ("POST", "/tablet/wiped"): Door(tablet.WipedForm, {204: None}),
    ("POST", "/tablet/store-lost"): Door(tablet.LostForm, {200: losses.StoreLost, 204: None}),
    ("POST", "/tablet/parked"): Door(ParkedList, {204: None}),
    ("GET", "/tablet/staff"): Door(None, {200: shapes.TabletStaff}),
    ("POST", "/tablet/sign-in"): Door(tablet_people.SignIn, {201: tablet_sign_in.SignedIn}),
    ("POST", "/tablet/pin"): Door(tablet_people.PinChange, {200: shapes.PinSet}),
    ("POST", "/tablet/keys"): Door(tablet_people.KnownKeys, {200: shapes.KeysKnown}),
    ("POST", "/tablet/rescue"): Door(recovery.TabletCopy, {201: wire.PushAnswer}),
    ("POST", "/sync/records"): Door(list[wire.Item], {201: wire.PushAnswer}),
    ("POST", "/sync/have"): Door(wire.HaveQuestion, {200: wire.HaveAnswer}),
    ("GET", "/sync/changes"): Door(None, {200: wire.Changes}),
    ("GET", "/sync/info"): Door(None, {200: wire.Info}),
    ("GET", "/sync/proofs"): Door(None, {200: wire.Inclusions}),
    ("POST", "/sync/witness"): Door(alarms.Report, {204: None}),
    ("GET", "/health"): Door(None, {200: Answer}),
    ("GET", "/ready"): Door(None, {200: Answer, 503: Answer}),
    ("GET", "/metrics"): Door(None, {200: METRICS}),
    ("GET", "/me/session"): Door(None, {200: sessions.Life}),
    ("POST", "/me/session"): Door(None, {200: sessions.Life}),
    ("GET", "/evidence.json"): Door(None, {200: shapes.EvidenceFile}),
    ("GET", "/actions.json"): Door(None, {200: shapes.ActionsFile}),
    ("GET", "/cases.json"): Door(None, {200: shapes.CasesFile}),
    ("GET", "/cases.csv"): Door(None, {200: CSV}),
    ("GET", "/complaints.json"): Door(None, {200: shapes.ComplaintsFile}),
    ("GET", "/complaints.csv"): Door(None, {200: CSV}),
    ("GET", "/learning.json"): Door(None, {200: shapes.LearningFile}),
    ("GET", "/learning.csv"): Door(None, {200: CSV}),
    ("GET", "/audit.json"): Door(None, {200: dict[str, Any]}),
    ("GET", "/about/openapi.json"): Door(None, {200: dict[str, Any]}),
    ("GET", "/evidence.csv"): Door(None, {200: CSV}),
    ("GET", "/actions.csv"): Door(None, {200: CSV}),
    ("GET", "/actions/import/empty.csv"): Door(None, {200: CSV}),
    ("GET", "/audit.csv"): Door(None, {200: CSV}),
    ("GET", "/signals.csv"): Door(None, {200: CSV}),
    ("GET", "/coverage.csv"): Door(None, {200: CSV}),
    ("GET", "/closures.csv"): Door(None, {200: CSV}),
    ("GET", "/views/{view_kind}/{view_of}/view.csv"): Door(None, {200: CSV}),
    ("GET", "/views/{view_kind}/{view_of}/view.json"): Door(None, {200: dict[str, Any]}),
    ("GET", "/logs/{log_code}/log.csv"): Door(None, {200: CSV}),
    ("GET", "/logs/{log_code}/log.json"): Door(None, {200: shapes.LogFile}),
    ("GET", "/settings.csv"): Door(None, {200: CSV}),
    ("GET", "/settings.json"): Door(None, {200: SettingsFile}),
    ("GET", "/staffing.csv"): Door(None, {200: CSV}),
    ("GET", "/staffing.json"): Door(None, {200: StaffingFile}),
    ("GET", "/drills.csv"): Door(None, {200: CSV}),
    ("GET", "/summaries/{kind}/{month}/content.json"): Door(None, {200: dict[str, Any]}),
    ("GET", "/packs/{pack_id}/file"): Door(None, {200: ZIP}),
    ("GET", "/calendar/{token}/sightline.ics"): Door(None, {200: CALENDAR}),
    ("GET", "/evidence/live"): Door(None, {200: STREAM}),
    ("GET", "/concerns/live"): Door(None, {200: STREAM}),
    ("GET", "/packs/{pack_id}/live"): Door(None, {200: STREAM}),
    ("GET", "/actions/{action_id}/live"): Door(None, {200: STREAM}),
}
# A page that may also be answered with a file
FILES: Mapping[str, tuple[str, ...]] = {
    "/full-export/{what}": (CSV, JSON),
    "/subject-access": (ZIP,),
    "/packs/{pack_id}/key": (CSV,),
}
# What an address may ask for beside its path
QUERIES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("/evidence", "/evidence.csv", "/evidence.json", "/evidence/live"),
        (*(name for name in Filter.__struct_fields__ if name != "flags"), "flag", "after", "before", "mark"),
    ),
    **dict.fromkeys(("/actions", "/actions.csv", "/actions.json"), RegisterQuery.__struct_fields__),
    **dict.fromkeys(
        ("/audit", "/audit.csv", "/audit.json"), ("what", "who", "about", "since", "until", "before")
    ),
    "/due": DueFilter.__struct_fields__,
    "/evidence/{record}": ("version", "against"),
    "/actions/{action_id}/live": ("mark",),
    "/actions/new": ("service",),
    **dict.fromkeys(("/cases", "/cases.csv", "/cases.json"), CaseFilter.__struct_fields__),
    "/cases/new": ("record", "service"),
    **dict.fromkeys(
        ("/complaints", "/complaints.csv", "/complaints.json"), ComplaintFilter.__struct_fields__
    ),
    "/complaints/new": ("service",),
    **dict.fromkeys(("/learning", "/learning.csv", "/learning.json"), ("service",)),
    "/chart-notes": ("service", "measure", "unit"),
    "/measures": ("service",),
    "/measures/new": ("service", "form", "repeat"),
    "/concerns/live": ("mark",),
    "/forms": ("kind",),
    "/form/{form}/{version}": ("kind",),
    "/form/{form}/{version}/blank": ("kind",),
    "/form/{form}/{version}/notes": ("kind",),
    "/held": ("before",),
    "/me/observations": ("after",),
    **dict.fromkeys(("/signals", "/signals.csv"), SignalFilter.__struct_fields__),
    **dict.fromkeys(("/coverage", "/coverage.csv"), ("service", "unit", "form", "since", "until")),
    "/today": ("service",),
    **dict.fromkeys(
        ("/summaries", "/summaries/{kind}/{month}", "/summaries/{kind}/{month}/content.json"), ("service",)
    ),
    **dict.fromkeys(("/staffing", "/staffing.csv", "/staffing.json"), ("service", "week")),
    "/staffing/shift": ("service", "unit", "day", "shift"),
    "/digest": ("service", "week"),
    "/views": ("kind", "of", "unit", "day", "shift"),
    **dict.fromkeys(
        (f"/views/{{view_kind}}/{{view_of}}{file}" for file in ("", "/view.csv", "/view.json")),
        ("service", "since", "until"),
    ),
    "/logs": ("service",),
    **dict.fromkeys(
        ("/logs/{log_code}", "/logs/{log_code}/log.csv", "/logs/{log_code}/log.json"),
        ("service", "unit", "shift", "weekday", "show", "since", "until", "page", "paper"),
    ),
    "/saved-filters/new": ("address",),
    "/settings": ("service",),
    **dict.fromkeys(("/settings", "/settings/history", "/settings.csv", "/settings.json"), ("service",)),
    "/settings/{name}": ("service",),
    "/sign-in": ("next",),
    "/visitors": ("services", "actions", "since", "until"),
    "/sync/changes": ("cursor",),
    "/sync/proofs": ("position", "size"),
}
# Of the files that are the app itself; they are no door
STORED = re.compile(
    r"/(pwa|static|observation_forms|forms)/\{rest\}|/tablet(/|/\{rest\})?|.*\.(js|webmanifest|ico)"
)


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document of `app`."""
    types = [
        shape for door in DOORS.values() for shape in (door.takes, *door.answers.values()) if _is_type(shape)
    ]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    known = dict(zip(map(repr, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler in _routes(app):
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, handler, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sightline",
            "version": "1",
            "description": "Doors for tablets, downloads, and the pages of the desk. Machines are told of every "
            "problem as application/problem+json (RFC 9457), browsers as a page.",
        },
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _problem_schema()},
            "securitySchemes": {
                "desk": {"type": "apiKey", "in": "cookie", "name": "sightline-session"},
                "tablet": {"type": "apiKey", "in": "cookie", "name": "sightline-tablet"},
            },
        },
    }


def _routes(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in sorted(app.routes, key=lambda one: one.path_format):
        if not isinstance(route, HTTPRoute) or STORED.fullmatch(route.path_format):
            continue
        for handler in route.route_handlers:
            for method in sorted(str(one) for one in handler.http_methods):
                if method != "OPTIONS":
                    yield route.path_format, method, handler


def _operation(path: str, method: str, handler: HTTPRouteHandler, known: Mapping[str, Any]) -> dict[str, Any]:
    rule, door = rule_of(handler), DOORS.get((method, path))
    operation: dict[str, Any] = {
        "summary": " ".join((handler.fn.__doc__ or "").split()),
        "description": f"Rule: {rule.value}",
        "tags": [path.split("/")[1] or "start"],
        "parameters": _parameters(path),
        "responses": _page_answers(path, method) if door is None else _door_answers(door, known),
    }
    if rule is not Rule.PUBLIC:
        desk = isinstance(rule, Permission) or rule is Rule.SIGNED_IN
        operation["security"] = [{"desk" if desk else "tablet": []}]
    # What a door itself answers is not one of the problems
    operation["responses"] = _problems(page=door is None) | operation["responses"]
    if door is not None and door.takes is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": known[repr(door.takes)]}}}
    elif door is None and method == "POST":
        operation["requestBody"] = {"required": False, "content": {FORM: {"schema": _form_schema()}}}
    return operation


def _parameters(path: str) -> list[dict[str, Any]]:
    text = {"type": "string"}
    inside = [
        {"name": name, "in": "path", "required": True, "schema": {**text, "minLength": 1}}
        for name in re.findall(r"\{([^}:]*)[^}]*\}", path)
    ]
    return inside + [{"name": name, "in": "query", "schema": text} for name in QUERIES.get(path, ())]


def _door_answers(door: Door, known: Mapping[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, shape in door.answers.items():
        content = {}
        if _is_type(shape):
            content = {JSON: {"schema": known[repr(shape)]}}
        elif shape is not None:
            # A line of a stream is an object to some readers and text to others
            content = {shape: {"schema": {} if shape == STREAM else {"type": "string"}}}
        answers[str(status)] = {"description": "Done", **({"content": content} if content else {})}
    return answers


def _page_answers(path: str, method: str) -> dict[str, Any]:
    page = {PAGE: {"schema": {"type": "string"}}}
    files: dict[str, Any] = (
        {media: {"schema": {}} for media in FILES.get(path, ())} if method == "POST" else {}
    )
    answers: dict[str, Any] = {"200": {"description": "The page", "content": {**page, **files}}}
    answers["303"] = {"description": "See the address in Location"}
    if method == "POST":
        answers["201"] = {"description": "Made; the page shows it", "content": page}
    return answers


def _problems(*, page: bool) -> dict[str, Any]:
    """Every status that a problem has, with its codes; a page says it in HTML to a browser."""
    answers: dict[str, Any] = {}
    for status in sorted({kind.status for kind in PROBLEMS.values() if kind.status < 500} | {503}):
        codes = [code for code, kind in PROBLEMS.items() if kind.status == status]
        content: dict[str, Any] = {
            PROBLEM: {
                "schema": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Problem"},
                        {"properties": {"code": {"enum": codes}, "status": {"const": status}}},
                    ]
                }
            }
        }
        if page:
            content[PAGE] = {"schema": {"type": "string"}}
        answers[str(status)] = {
            "description": "; ".join(PROBLEMS[code].title for code in codes),
            "content": content,
        }
    return answers


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {**text, "pattern": "^/problems/[a-z_]+$"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": {"enum": sorted(PROBLEMS)},
        },
    }


def _form_schema() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": {"type": "string"}}


def _is_type(shape: Any) -> bool:
    return shape is not None and not isinstance(shape, str)
