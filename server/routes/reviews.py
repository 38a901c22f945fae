"""The desk's reviews: which meetings are held and due, the minutes of one while they are written, signed, added to."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.dated_settings import signing
from server.evidence.action_store import read_actions
from server.evidence.people import possible_owners, read_names
from server.evidence.times import day_of, read_day, write_instant
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.reviews import offered, store
from server.reviews.form import Typed, read_minutes, typed_again
from server.reviews.kinds import KINDS, is_overdue, next_by
from server.reviews.minutes import (
    ASSURANCE,
    LONGEST,
    MOST_ROWS,
    SHORTEST,
    SOURCES,
    Minutes,
    Shown,
    faults_of,
    missing_of,
)
from server.reviews.rhythm import every_words, rhythm_of
from server.reviews.store import Overtaken, Review
from server.rooms import Rooms
from server.routes.actions import roles_in, today
from server.routes.evidence import whole_number
from server.same_origin import FORM, media_type, read_form

# Minutes name people and say what leaders doubt: they are for those who write about actions, and no visitor
SEES = Permission.WRITE_ACTIONS
USUAL_DAYS = 28
OVERTAKEN = (
    "Somebody changed or signed these minutes meanwhile. What you typed is still here, and was not kept."
)


@get("/reviews", opt=needs(SEES))
async def review_list(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Each kind of meeting with when it was last held and is next due, and all minutes."""
    return await _list_page(rooms, viewer)


@post("/reviews", opt=needs(SEES))
async def begin_review(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To new minutes; or the page again."""
    typed, day = await read_form(request), today(rooms)
    service, kind = typed.get("service", ""), typed.get("kind", "")
    if service and service not in viewer.services_for(SEES):
        raise Problem("not_found")
    faults = {} if service else {"service": "Choose the service."}
    if kind not in KINDS:
        faults["kind"] = "Choose which meeting it is."
    if faults:
        return await _list_page(rooms, viewer, typed, faults)
    id, at = _new_id(typed.get("id", "")), write_instant(rooms.clock())
    last = await rooms.database.read(lambda sql: store.last_signed(sql, [service]))
    minutes = Minutes(
        kind=kind, held_on=day.isoformat(), since=(last or day - timedelta(days=USUAL_DAYS)).isoformat()
    )
    await rooms.database.write(lambda sql: store.make(sql, id, service, minutes, viewer.staff, at))
    return go_to(f"/reviews/{id}")


@get("/reviews/{review_id:str}", opt=needs(SEES))
async def one_review(
    review_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """Minutes: as a form while they are written, then as they were signed."""
    review = await _find(rooms, viewer, review_id)
    return await _page(rooms, viewer, review, typed_again(review.minutes))


@post("/reviews/{review_id:str}", opt=needs(SEES))
async def write_review(
    request: Request,  # type: ignore[type-arg]
    review_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep what was typed, or sign it for good; or the page again: with one row more, or with what to put right."""
    typed = await _typed(request)
    review = await _find(rooms, viewer, review_id)
    if review.signed_at:
        return await _page(rooms, viewer, review, typed, {"step": OVERTAKEN}, status=409)
    if "more" in typed:
        return await _page(rooms, viewer, review, typed)
    signs = "sign" in typed and await _may_sign(rooms, viewer, review)
    minutes = await _read(rooms, viewer, review, typed)
    faults = (missing_of if signs else faults_of)(minutes, today(rooms))
    owners = await _people(rooms, review.service)
    actions = await _actions(rooms, viewer, review.service)
    findings = await _findings(rooms, viewer, review.service, read_day(minutes.held_on) or today(rooms))
    for place, row in enumerate(minutes.rows, 1):
        if row.owner and row.owner not in owners:
            faults[f"owner_{place}"] = "Choose somebody who works in this service."
        if row.action and row.action not in actions:
            faults[f"action_{place}"] = "Choose an action of this service."
        if row.audit and row.audit not in findings:
            faults[f"audit_{place}"] = "Choose a sample of this service, up to the day of the meeting."
    if "sign" in typed and not signs:
        name, moment = f"{signing.MINUTES}{review.minutes.kind}", rooms.clock()
        who = await rooms.database.read(lambda sql: signing.signers_words(sql, review.service, name, moment))
        faults["step"] = f"Who signs minutes of this meeting here: {who}."
    if faults:
        return await _page(rooms, viewer, review, typed, faults)
    began_from, now = whole_number("".join(typed.get("version", ()))), rooms.clock()
    scope = viewer.scope(Permission.READ_EVIDENCE).within([review.service])

    def keep(sql: sqlite3.Connection) -> None:
        if not signs:
            return store.write(sql, review, began_from, minutes, viewer.staff, write_instant(now))
        since = read_day(minutes.since) or today(rooms)
        agenda = offered.read_agenda(sql, scope, rooms.catalogue, since, now)
        whole = msgspec.structs.replace(minutes, agenda=tuple(agenda))
        return store.sign(sql, review, began_from, whole, viewer.staff, write_instant(now))

    try:
        await rooms.database.write(keep)
    except Overtaken:
        return await _page(rooms, viewer, review, typed, {"step": OVERTAKEN}, status=409)
    return go_to(f"/reviews/{review.id}")


@post("/reviews/{review_id:str}/additions", opt=needs(SEES))
async def add_to_review(
    request: Request,  # type: ignore[type-arg]
    review_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Add to signed minutes; or the page again."""
    form = await read_form(request)
    review = await _find(rooms, viewer, review_id)
    words, at = " ".join(form.get("words", "").split()), write_instant(rooms.clock())
    typed = {name: (value,) for name, value in form.items()}
    if not review.signed_at:
        return await _page(
            rooms, viewer, review, typed_again(review.minutes), {"step": "These minutes are not signed."}
        )
    if not SHORTEST <= len(words) <= LONGEST:
        fault = f"Write what is to be added, in {SHORTEST} to {LONGEST} letters: it stays for good."
        return await _page(rooms, viewer, review, typed, {"words": fault})
    id = _new_id(form.get("id", ""))
    await rooms.database.write(lambda sql: store.add(sql, review, id, words, viewer.staff, at))
    return go_to(f"/reviews/{review.id}")


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    review: Review,
    typed: Typed,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 422,
) -> Template:
    service = review.service
    scope = viewer.scope(Permission.READ_EVIDENCE).within([service])
    held_on = read_day(review.minutes.held_on) or today(rooms)
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES).within([service])))
    filled = [place for place in range(1, MOST_ROWS + 1) if "".join(typed.get(f"question_{place}", ()))]
    count = min((max(filled, default=0)) + (1 if "more" in typed or not filled else 0), MOST_ROWS)
    context = {
        "viewer": viewer,
        "here": "reviews",
        "review": review,
        "kind": KINDS[review.minutes.kind],
        "minutes": review.minutes,
        "names": names,
        "day": day_of,
        "held_on": held_on,
        "sources": SOURCES,
        "assurance": ASSURANCE,
        "additions": await rooms.database.read(lambda sql: store.additions_to(sql, review.id)),
        "days": await rooms.database.read(
            lambda sql: offered.current_days(sql, scope, rooms.catalogue, service, held_on)
        ),
        "may_sign": await _may_sign(rooms, viewer, review),
        "typed": typed,
        "faults": dict(faults or {}),
        "fresh_id": str(uuid4()),
    }
    if not review.signed_at:
        since = read_day(review.minutes.since) or held_on
        now = rooms.clock()
        context |= {
            "offered": await _sources(rooms, viewer, service, held_on),
            "learning": await _learning(rooms, viewer, review),
            "agenda": await rooms.database.read(
                lambda sql: offered.read_agenda(sql, scope, rooms.catalogue, since, now)
            ),
            "rows": range(1, count + 1),
            "may_add": count < MOST_ROWS,
            "people": await _people(rooms, service),
            "actions": await _actions(rooms, viewer, service),
            "findings": await _findings(rooms, viewer, service, held_on),
        }
    template = "reviews/signed.html" if review.signed_at else "reviews/form.html"
    return Template(template, context=context, status_code=status if faults else 200)


async def _list_page(
    rooms: Rooms,
    viewer: Viewer,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Template:
    services, day = viewer.services_for(SEES), today(rooms)
    reviews = await rooms.database.read(lambda sql: store.read_reviews(sql, services))
    last = store.last_held(reviews)
    rhythms = {
        (service, kind.code): await rooms.database.read(
            lambda sql, service=service, kind=kind: rhythm_of(sql, service, kind)  # type: ignore[misc]
        )
        for service in services
        for kind in KINDS.values()
    }
    cadence = [
        {
            "kind": kind,
            "every": every_words(rhythms[service, kind.code], day),
            "service": viewer.services.get(service, service),
            "last": last.get((service, kind.code)),
            "by": next_by(kind, last.get((service, kind.code)), day, rhythms[service, kind.code]),
            "overdue": is_overdue(kind, last.get((service, kind.code)), day, rhythms[service, kind.code]),
        }
        for service in services
        for kind in KINDS.values()
    ]
    context = {
        "viewer": viewer,
        "here": "reviews",
        "reviews": reviews,
        "cadence": cadence,
        "kinds": KINDS,
        "services": {id: viewer.services.get(id, id) for id in services},
        "day": day_of,
        "names": await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES))),
        "typed": {name: (value,) for name, value in (typed or {}).items()},
        "faults": dict(faults or {}),
        "fresh_id": str(uuid4()),
    }
    return Template("reviews/list.html", context=context, status_code=422 if faults else 200)


async def _may_sign(rooms: Rooms, viewer: Viewer, review: Review) -> bool:
    name, roles, now = (
        f"{signing.MINUTES}{review.minutes.kind}",
        roles_in(viewer, review.service),
        rooms.clock(),
    )
    return await rooms.database.read(lambda sql: signing.signs(sql, review.service, name, roles, now))


async def _find(rooms: Rooms, viewer: Viewer, id: str) -> Review:
    review = await rooms.database.read(lambda sql: store.find(sql, id, viewer.services_for(SEES)))
    if review is None:
        raise Problem("not_found")
    return review


async def _read(rooms: Rooms, viewer: Viewer, review: Review, typed: Typed) -> Minutes:
    held_on = read_day("".join(typed.get("held_on", ())).strip()) or today(rooms)
    sources = await _sources(rooms, viewer, review.service, held_on)
    return read_minutes(typed, review.minutes.kind, sources, await _learning(rooms, viewer, review))


async def _sources(rooms: Rooms, viewer: Viewer, service: str, held_on: date) -> dict[str, Shown]:
    scope = viewer.scope(Permission.READ_EVIDENCE).within([service])
    return await rooms.database.read(lambda sql: offered.read_sources(sql, scope, rooms.catalogue, held_on))


async def _learning(rooms: Rooms, viewer: Viewer, review: Review) -> dict[str, str]:
    scope = viewer.scope(Permission.READ_EVIDENCE).within([review.service])
    since = (read_day(review.minutes.since) or today(rooms)) - timedelta(days=USUAL_DAYS)
    now = rooms.clock()
    return await rooms.database.read(
        lambda sql: offered.read_learning(sql, scope, rooms.catalogue, since, now)
    )


async def _findings(rooms: Rooms, viewer: Viewer, service: str, held_on: date) -> dict[str, str]:
    scope, now = viewer.scope(Permission.READ_EVIDENCE).within([service]), rooms.clock()
    return await rooms.database.read(
        lambda sql: offered.read_findings(sql, scope, rooms.catalogue, held_on, now)
    )


async def _people(rooms: Rooms, service: str) -> dict[str, str]:
    found = await rooms.database.read(lambda sql: possible_owners(sql, service, today(rooms).isoformat()))
    return {one.id: one.name for one in found}


async def _actions(rooms: Rooms, viewer: Viewer, service: str) -> dict[str, str]:
    scope = viewer.scope(SEES).within([service])
    found = await rooms.database.read(lambda sql: read_actions(sql, scope))
    return {one.id: f"{one.number}: {one.fields.title}" for one in found}


async def _typed(request: Request) -> dict[str, Sequence[str]]:  # type: ignore[type-arg]
    if media_type(request.headers) != FORM:
        raise Problem("wrong_media_type", "Send the form from the page itself.")
    form = await request.form()
    return {name: tuple(str(value) for value in form.getall(name)) for name in form}


def _new_id(text: str) -> str:
    """The id that the form was given, so that sending it twice makes one."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


handlers = [review_list, begin_review, one_review, write_review, add_to_review]
