"""The desk's list of staff, and somebody new."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence.times import day_in_london, read_day, start_of_day
from server.identity.confirming import confirm
from server.identity.organisation import OrganisationError
from server.identity.permissions import ROLE_NAMES, Permission, Role, needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.same_origin import read_form
from server.staff import acts
from server.staff.acts import Given
from server.staff.powers import FOR_A_UNIT, Powers
from server.staff.reading import Places, read_places, read_powers, read_staff

MANAGES = Permission.MANAGE_STAFF
LONGEST_NAME, LONGEST_EMAIL = 80, 200
PIN_WORDS = {
    "set": "Has a PIN",
    "first": "First PIN given",
    "late": "First PIN too old",
    "none": "No PIN",
}


@get("/staff", opt=needs(MANAGES))
async def staff_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Who works in the viewer's services; with `?show=left`, who did."""
    return await _page(rooms, viewer, left=request.query_params.get("show", "") == "left")


@post("/staff", opt=needs(MANAGES), status_code=303)
async def add_staff(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Somebody new with their first role; or the form again, with what to put right."""
    form = await read_form(request)
    powers, places = await rooms.database.read(lambda sql: (read_powers(sql, viewer), read_places(sql)))
    now, faults = rooms.clock(), dict[str, str]()
    name, email = " ".join(form.get("name", "").split()), form.get("email", "").strip()
    if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
        faults["name"] = "Write the name that colleagues know, such as Amina Yusuf."
    if email and (
        not 3 <= len(email) <= LONGEST_EMAIL or "@" not in email or not email.isprintable() or " " in email
    ):
        faults["email"] = "Write an email such as amina@example.org, or leave it empty."
    given = read_given(form, powers, places, now, faults)
    if not faults and (words := await confirm(rooms, viewer, form)):
        faults["password"] = words
    if given and not faults:
        try:
            staff = await rooms.database.write(
                lambda sql: acts.add(sql, name, email, given, viewer.staff, now)
            )
        except OrganisationError as error:
            faults["email"] = str(error)
        else:
            return go_to(f"/staff/{staff}")
    return await _page(rooms, viewer, typed=form, faults=faults)


def read_given(
    form: Mapping[str, str], powers: Powers, places: Places, now: datetime, faults: dict[str, str]
) -> Given | None:
    """The role that a form gives, from `role`, `place`, `from` and `until`. What will not do goes into `faults`."""
    role = Role(form["role"]) if form.get("role") in {*Role} else None
    if role is None or not any(role in roles for roles in powers.gives.values()):
        faults["role"] = "Choose the role."
    place = form.get("place", "")
    if place not in places.choices(powers):
        faults["place"] = "Choose where they work."
    starts = _day(form, "from", faults)
    ends = _day(form, "until", faults)
    if starts and starts < start_of_day(day_in_london(now)):
        faults["from"] = "Choose today or a later day: a role holds from now on, never from before."
    if ends and "until" not in faults and ends + timedelta(days=1) <= max(starts or now, now):
        faults["until"] = "The last day comes after the first one. Leave it empty if there is none."
    if faults or role is None:
        return None
    service, _, unit = "", "", ""
    if place != "*":
        service, _, unit = place.partition("/")
    if not powers.may_give(role, service):
        faults["role"] = "This role is not yours to give there."
    if unit and role not in FOR_A_UNIT:
        faults["place"] = f"A {ROLE_NAMES[role].lower()} answers for the whole service: choose all of it."
    if faults:
        return None
    # The last day counts until its midnight, whatever the clocks did
    until = start_of_day(day_in_london(ends) + timedelta(days=1)) if ends else None
    return Given(role, service, unit, max(starts or now, now), until)


def role_choices(powers: Powers) -> dict[str, str]:
    """The roles that somebody with these powers may give anywhere, the nearest to the floor first."""
    given = {role for roles in powers.gives.values() for role in roles}
    return {role: ROLE_NAMES[role] for role in Role if role in given}


def _day(form: Mapping[str, str], name: str, faults: dict[str, str]) -> datetime | None:
    typed = form.get(name, "").strip()
    day = read_day(typed)
    if typed and day is None:
        faults[name] = "Choose a day, or leave this empty."
    return start_of_day(day) if day else None


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    *,
    left: bool = False,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Template:
    now = rooms.clock()
    powers, places = await rooms.database.read(lambda sql: (read_powers(sql, viewer), read_places(sql)))
    people = await rooms.database.read(lambda sql: read_staff(sql, powers, now))
    gone = [one for one in people if one.left_at or not one.roles_now(now)]
    here = [one for one in people if one not in gone]
    context = {
        "viewer": viewer,
        "here": "staff",
        "people": gone if left else here,
        "left": left,
        "counts": {"here": len(here), "left": len(gone)},
        "places": places,
        "now": now,
        "pins": PIN_WORDS,
        "roles": role_choices(powers),
        "where": places.choices(powers),
        "typed": {name: (value,) for name, value in (typed or {}).items() if name != "password"},
        "faults": dict(faults or {}),
    }
    return Template("staff/list.html", context=context, status_code=422 if faults else 200)


handlers = [staff_list, add_staff]
