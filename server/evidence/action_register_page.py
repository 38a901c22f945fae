"""The page of the register: its lines, with what was recorded about each as it was kept, or worked out now."""

import sqlite3
from datetime import datetime

import msgspec

from server.evidence.action_register import Line, RegisterQuery, fits, lines_of
from server.evidence.action_store import read_actions
from server.evidence.actions import Action
from server.evidence.people import Names, read_names
from server.evidence.times import day_in_london
from server.identity.scope import Scope
from server.standing.of_register import tallies_told
from server.standing.of_service import ServiceKept
from server.standing.standing import AsOf


class RegisterPage(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that `asked` lets through, and `every` action there is. `older`: what was recorded about some of them
    is older than the evidence; `keep`: what is to be kept.
    """

    lines: list[Line]
    every: list[Action]
    names: Names
    older: AsOf | None
    keep: list[ServiceKept]


def read_register_page(
    connection: sqlite3.Connection, scope: Scope, asked: RegisterQuery, now: datetime, *, anew: bool = False
) -> RegisterPage:
    """The page. `anew`: all of it of now, however long that takes."""
    names, today = read_names(connection, scope), day_in_london(now)
    every = read_actions(connection, scope)
    actions = [action for action in every if fits(action, asked, today)]
    tallies = tallies_told(connection, scope, actions, every, now, anew=anew)
    return RegisterPage(
        lines=lines_of(connection, actions, tallies.of, asked, names, today),
        every=every,
        names=names,
        older=tallies.older,
        keep=tallies.keep,
    )
