"""Which records speak of a theme: those that bear on an action of that theme, and those whose form asks about it.

Decided: a form asks about a theme where a scored question of the theme was answered (not "does not apply"), where an
option of the theme was chosen, and in every record or audit whose form is mainly about it (its first theme).
Rejected: every form that names the theme (handovers and observations name nearly all ten, so each view would hold
nearly everything); the actions' themes alone (an incident that nobody linked would be nowhere).
"""

import json
from collections.abc import Sequence

from observation_forms import Catalogue, Question

# Of these, a form's first theme is what each of its records is about
_MAINLY = ("record", "audit")
# The key of a question in a row of a repeat, without the row
_KEY = """
    CASE instr(a.question, '.') WHEN 0 THEN a.question ELSE substr(a.question, 1, instr(a.question, '.'))
        || replace(a.question, rtrim(a.question, replace(a.question, '.', '')), '') END
"""
_MAIN = "v.form IN (SELECT value FROM json_each(?))"
_BEARS = """
    EXISTS (SELECT 1 FROM bearing b JOIN action_mark m ON m.action = b.action AND m.list = 'themes' AND m.code = ?
        JOIN action t ON t.id = b.action AND t.service = v.service WHERE b.record = v.record)
"""
_ASKED = f"""
    v.form IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 FROM answer a WHERE a.seq = v.seq
        AND v.form || '/' || {_KEY} || '=' || a.value IN (SELECT value FROM json_each(?)))
"""  # noqa: S608


def speaks_of(catalogue: Catalogue, theme: str) -> tuple[str, Sequence[object]]:
    """A condition on a row `v` of `record_version`, with its values."""
    mainly: set[str] = set()
    said: set[str] = set()
    for form in (one.definition for one in catalogue.forms()):
        if form.evidence_kind in _MAINLY and form.themes[:1] == (theme,):
            mainly.add(form.form)
        for question in form.questions():
            said |= {f"{form.form}/{_key(question)}={code}" for code in _codes(question, theme)}
    asking = {one.partition("/")[0] for one in said} - mainly
    return f"({_MAIN} OR {_BEARS} OR {_ASKED})", [
        _list(mainly),
        theme,
        _list(asking),
        _list(said),
    ]


def _codes(question: Question, theme: str) -> list[str]:
    """The options that speak of the theme when they are chosen."""
    scored = question.scored and theme in question.themes
    return [
        option.code
        for option in question.options
        if theme in option.themes or (scored and option.score not in (None, "excluded"))
    ]


def _key(question: Question) -> str:
    return f"{question.in_repeat}.{question.id}" if question.in_repeat else question.id


def _list(values: set[str]) -> str:
    return json.dumps(sorted(values))
