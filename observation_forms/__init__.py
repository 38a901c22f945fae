"""The form language and the forms. Knows no HTTP, SQL, users or tablets; README.md is its specification."""

from .answers import normalise
from .catalogue import Catalogue, load_catalogue
from .check import Finding
from .definition import Answers, Definition, Option, Question, Section, Value
from .errors import FormError
from .examples import Example
from .judge import DraftJudgement, Judgement, judge, judge_draft, judge_seen
from .parse import Form, Source, parse
from .progress import SectionProgress, progress
from .score import Score, result_allowed
from .sight import Context, Sight, sealed_answers, see
from .spawn import Spawned, spawned, spawned_seen
from .weigh import bearing_allowed, bearing_of, weigh
from .wording import WORDS, worded

BROWSER_MODULES = (
    "answers.mjs",
    "check.mjs",
    "judge.mjs",
    "keys.mjs",
    "progress.mjs",
    "rules.mjs",
    "score.mjs",
    "sight.mjs",
    "spawn.mjs",
    "weigh.mjs",
    "wording.mjs",
)
"""The twins, which the server hands to the tablet and nothing else of this folder."""

__all__ = [
    "BROWSER_MODULES",
    "WORDS",
    "Answers",
    "Catalogue",
    "Context",
    "Definition",
    "DraftJudgement",
    "Example",
    "Finding",
    "Form",
    "FormError",
    "Judgement",
    "Option",
    "Question",
    "Score",
    "Section",
    "SectionProgress",
    "Sight",
    "Source",
    "Spawned",
    "Value",
    "bearing_allowed",
    "bearing_of",
    "judge",
    "judge_draft",
    "judge_seen",
    "load_catalogue",
    "normalise",
    "parse",
    "progress",
    "result_allowed",
    "sealed_answers",
    "see",
    "spawned",
    "spawned_seen",
    "weigh",
    "worded",
]
