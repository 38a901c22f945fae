"""The review of one record in words: where it stands, all that was done, asked and answered, what staff say of it."""

import sqlite3

import msgspec

from observation_forms import Catalogue
from server.evidence.people import Names, read_names
from server.evidence.times import moment_words
from server.identity.scope import Scope
from server.review import acts, questions
from server.review.staff_views import STANCES, read_views
from server.review.standing import STATES


class Line(msgspec.Struct, frozen=True):
    """Something that was said: what (a heading), when, who, and the words given with it ("" = none)."""

    what: str
    when: str
    who: str
    words: str


class QuestionLine(msgspec.Struct, frozen=True):
    """A question, whom it was put to, until when, and the answers, each with the record that holds it."""

    asked: Line
    asked_of: str
    due: str
    replies: list[tuple[str, Line]]


class Panel(msgspec.Struct, frozen=True):
    """Everything the record page shows of its review. `outdated`: it was set aside before the last correction."""

    state: str
    state_name: str
    version: int
    newest_act: int
    outdated: bool
    acts: list[Line]
    questions: list[QuestionLine]
    views: list[Line]


def read_panel(
    connection: sqlite3.Connection, catalogue: Catalogue, record: str, scope: Scope
) -> Panel | None:
    """The review of a record that the viewer may see; None when there is no such record."""
    standing = acts.reviewed(connection, record)
    if standing is None:
        return None
    names = read_names(connection, scope.within([standing.service]))
    done = acts.read_acts(connection, record)
    return Panel(
        state=standing.state,
        state_name=STATES[standing.state],
        version=standing.version,
        newest_act=standing.newest_act,
        outdated=standing.state == "set_aside" and bool(done) and done[-1].version < standing.version,
        acts=[
            Line(
                _act_words(one, standing.version),
                moment_words(one.at),
                names.one_of_staff(one.who),
                one.reason,
            )
            for one in reversed(done)
        ],
        questions=[
            _question(one, names) for one in questions.read_questions(connection, catalogue, record, scope)
        ],
        views=[
            Line(STANCES[one.stance], moment_words(one.at), names.one_of_staff(one.staff), one.words)
            for one in read_views(connection, record)
        ],
    )


def _act_words(act: acts.Act, newest: int) -> str:
    about = f", version {act.version}" if newest > 1 else ""
    return f"{STATES[act.state]}{about}"


def _question(asked: questions.Asked, names: Names) -> QuestionLine:
    return QuestionLine(
        Line("Question", moment_words(asked.at), names.one_of_staff(asked.who), asked.words),
        names.one_of_staff(asked.asked_of),
        moment_words(asked.due_at),
        [
            (
                one.record,
                Line(one.title, moment_words(one.at), names.one_of_staff(one.who), "\n".join(one.words)),
            )
            for one in asked.replies
        ],
    )
