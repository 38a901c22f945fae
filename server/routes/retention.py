"""The desk's retention: what has reached its end and what to do with it, and the legal holds."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence.times import day_in_london, read_day
from server.identity.confirming import confirm
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.retention import holds
from server.retention.destruction import Decision, Fate, destroy_all, keep_longer
from server.retention.holds import NoSuchHold
from server.retention.keeping import Keeping, sweep
from server.retention.retention_page import hold_choices, read_retention_page, subjects_of
from server.retention.rules import RULES
from server.review.restricted import may_see
from server.rooms import Rooms
from server.routes.evidence import whole_number
from server.same_origin import FORM, media_type

SEES, DECIDES = Permission.READ_RETENTION, Permission.DESTROY
SHORTEST_WHY, LONGEST_WHY = 10, 500
WHY = "Write why, in ten letters or more, and name nobody: it stays in the log for ever."
# Larger files are written anew at night (`keeping.py`): here somebody waits for the page
SWEPT_AT_ONCE = 64 * 2**20

Typed = Mapping[str, tuple[str, ...]]
NOTHING: Typed = MappingProxyType({})


@get("/retention", opt=needs(SEES))
async def retention(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The list, worked out on opening where today's is not there yet; nothing on it goes by itself."""
    await Keeping(rooms.database, rooms.clock).keep_up()
    done = {name: whole_number(request.query_params.get(name, "")) for name in ("kept", *Fate)}
    return await _page(rooms, viewer, done=done)


@post("/retention/decisions", opt=needs(DECIDES))
async def decide(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Destroy what was chosen under one rule, or keep it longer; or the page again, with what to put right."""
    typed = await _typed(request)
    one = {name: values[-1] for name, values in typed.items()}
    rule, why = one.get("rule", ""), " ".join(one.get("why", "").split())
    if rule not in RULES:
        raise Problem("not_found")
    services, restricted = viewer.services_for(DECIDES), may_see(viewer)
    faults = _faults(typed, one, why, rooms)
    if not faults and (wrong := await confirm(rooms, viewer, one)):
        faults["password"] = wrong
    if faults:
        return await _page(rooms, viewer, rule=rule, typed=typed, faults=faults)
    listed = await rooms.database.read(lambda sql: subjects_of(sql, rule, services, restricted))
    chosen = [
        subject for subject in listed if one.get("every") == "yes" or subject in typed.get("subject", ())
    ]
    decision = Decision(viewer.staff, why, services, restricted)
    if one["decision"] == "keep":
        until, now = one["until"], rooms.clock()
        kept = 0
        for subject in chosen:
            kept += await rooms.database.write(
                lambda sql: keep_longer(sql, subject, until, decision, now)  # noqa: B023
            )
        return go_to(f"/retention?{urlencode({'kept': kept})}")
    fates = await destroy_all(rooms.database, rooms.catalogue, chosen, decision, rooms.clock)
    if fates[Fate.DESTROYED] and rooms.settings.database.stat().st_size <= SWEPT_AT_ONCE:
        await sweep(rooms.database)
    return go_to(f"/retention?{urlencode({fate.value: count for fate, count in fates.items() if count})}")


@post("/retention/holds", opt=needs(DECIDES))
async def place_hold(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Place a legal hold; or the page again, with what to put right."""
    typed = await _typed(request)
    one = {name: values[-1] for name, values in typed.items()}
    what, why = one.get("what", ""), " ".join(one.get("hold_why", "").split())
    services = viewer.services_for(DECIDES)
    choices = await rooms.database.read(lambda sql: hold_choices(sql, services))
    faults = {}
    if what not in {value for group in choices.values() for value, _ in group}:
        faults["what"] = "Choose what must be kept."
    kind, subject, service = ([*what.split("/"), "", "", ""])[:3]
    days = (one.get("first", ""), one.get("last", ""))
    if kind == "window" and not (read_day(days[0]) and read_day(days[1]) and days[0] <= days[1]):
        faults["first"] = "Choose the first and the last day."
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults["hold_why"] = "Write why, in ten letters or more."
    if faults:
        return await _page(rooms, viewer, typed=typed, faults=faults)
    now = rooms.clock()
    await rooms.database.write(
        lambda sql: holds.place(sql, kind, subject, service, why, viewer.staff, now, days) and None
    )
    return go_to("/retention#holds")


@post("/retention/holds/{hold:str}/lift", opt=needs(DECIDES))
async def lift_hold(
    request: Request,  # type: ignore[type-arg]
    hold: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Lift a legal hold, with the password and a reason."""
    typed = await _typed(request)
    one = {name: values[-1] for name, values in typed.items()}
    why, services = " ".join(one.get("lift_why", "").split()), viewer.services_for(DECIDES)
    standing = await rooms.database.read(lambda sql: holds.read_holds(sql, services))
    if not any(each.id == hold and each.stands for each in standing):
        raise Problem("not_found")
    faults = {}
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults[f"why-{hold}"] = "Write why, in ten letters or more."
    elif wrong := await confirm(rooms, viewer, one):
        faults[f"password-{hold}"] = wrong
    if faults:
        return await _page(rooms, viewer, typed=typed, faults=faults)
    now = rooms.clock()
    try:
        await rooms.database.write(lambda sql: holds.lift(sql, hold, services, why, viewer.staff, now))
    except NoSuchHold:
        raise Problem("not_found") from None
    return go_to("/retention#holds")


def _faults(typed: Typed, one: Mapping[str, str], why: str, rooms: Rooms) -> dict[str, str]:
    faults = {}
    if not typed.get("subject") and one.get("every") != "yes":
        faults["subject"] = "Tick what you have looked at, or all of it."
    if one.get("decision") not in ("destroy", "keep"):
        faults["decision"] = "Choose what is to happen."
    if one.get("decision") == "keep":
        until, soonest = read_day(one.get("until", "")), day_in_london(rooms.clock()) + timedelta(days=1)
        if until is None or until < soonest:
            faults["until"] = "Choose a day after today."
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults["why"] = WHY
    return faults


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    *,
    rule: str = "",
    typed: Typed = NOTHING,
    faults: Mapping[str, str] = MappingProxyType({}),
    done: Mapping[str, int] = MappingProxyType({}),
) -> Template:
    services = viewer.services_for(SEES)
    page = await rooms.database.read(lambda sql: read_retention_page(sql, services, may_see(viewer)))
    deciding = viewer.services_for(DECIDES)
    choices = await rooms.database.read(lambda sql: hold_choices(sql, deciding)) if deciding else {}
    context = {
        "viewer": viewer,
        "here": "retention",
        "page": page,
        "choices": choices,
        "may_decide": viewer.may(DECIDES),
        "rule": rule,
        "typed": typed,
        "faults": dict(faults),
        "done": {name: done.get(name, 0) for name in ("kept", *Fate)},
    }
    return Template("retention/page.html", context=context, status_code=422 if faults else 200)


async def _typed(request: Request) -> Typed:  # type: ignore[type-arg]
    if media_type(request.headers) != FORM:
        raise Problem("wrong_media_type", "Send the form from the page itself.")
    form = await request.form()
    return {name: tuple(str(value) for value in form.getall(name)) for name in form}


handlers = [retention, decide, place_hold, lift_hold]
