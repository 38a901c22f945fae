"""The targets of an action, now and before: from when until when each held, why, and what it came to while it held."""

import sqlite3

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from msgspec.structs import replace

from server.evidence import action_store
from server.evidence.action_facts import gather
from server.evidence.action_figures import TargetFigures, figures_of, without_ids
from server.evidence.action_triangulation import is_whole
from server.evidence.people import Names, read_names
from server.evidence.target_history import HeldTarget, held_targets, in_words
from server.identity.permissions import needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.routes.actions import SEES, find_action
from server.standing.working_out import ON_MAP


@get("/actions/{action_id:str}/targets", opt=needs(SEES))
async def action_targets(
    action_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """Every target with its time, those that stand first; a past window is counted as far as its target held."""
    action, now = await find_action(rooms, viewer, action_id, SEES), rooms.clock()
    scope = viewer.scope(SEES).within([action.service])

    def read(connection: sqlite3.Connection) -> tuple[Names, list[HeldTarget], list[TargetFigures]]:
        names = read_names(connection, scope)
        held = held_targets(action, action_store.history(connection, action.id))
        counted = tuple(one.counted for one in held if one.counted is not None)
        then = replace(action, fields=replace(action.fields, targets=counted))
        gathered = gather(connection, scope, rooms.catalogue, action.service, [then], now, ON_MAP)
        figures = figures_of(connection, scope, rooms.catalogue, then, gathered, names, ON_MAP)
        return names, held, without_ids(figures)

    names, held, figures = await rooms.database.read(read)
    each = iter(figures)
    context = {
        "viewer": viewer,
        "here": "actions",
        "action": action,
        "place": viewer.services.get(action.service, action.service),
        "held": [(in_words(one, names), next(each) if one.counted else None) for one in held],
        "whole": is_whole(scope, action.service),
    }
    return Template("actions/held_targets.html", context=context)


handlers = [action_targets]
