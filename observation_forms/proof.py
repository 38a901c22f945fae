"""What a form's worked examples prove: that each comes out as it says, and that they break every rule."""

from .examples import Example
from .judge import judge_seen
from .messages import codes_of
from .parse import Form
from .sight import see
from .spawn import spawned_seen
from .weigh import bearing_of


def faults_of(form: Form) -> list[str]:
    """One sentence for everything the examples say otherwise than the form, and for each code none breaks."""
    found = [fault for example in form.examples for fault in differences(form, example)]
    return found + [f"No example breaks '{code}'." for code in unbroken(form)]


def differences(form: Form, example: Example) -> list[str]:
    """What an example says otherwise than the form makes of its answers."""
    sight = see(form.definition, example.answers, example.context)
    judgement = judge_seen(form.definition, example.answers, sight)
    spawned = spawned_seen(form.definition, sight.facts, "")
    themes = example.bearings
    pairs = {
        "broken": (example.broken, tuple(f"{each.question} {each.code}" for each in judgement.findings)),
        "result": (example.result, judgement.result),
        "points": (example.points, judgement.score.points),
        "scored": (example.scored, judgement.score.scored),
        "concerns": (example.concerns, tuple(judgement.concerns)),
        "bearings": (themes, {theme: bearing_of(form.definition, sight.facts, [theme]) for theme in themes}),
        "spawns": (example.spawns, tuple(f"{each.id[1:]} {each.due_at}" for each in spawned)),
    }
    return [
        f"Example '{example.id}': {key} is written as {_shown(said)} and comes out as {_shown(found)}."
        for key, (said, found) in pairs.items()
        if said is not None and said != found
    ]


def unbroken(form: Form) -> list[str]:
    """The codes that the form can raise and no example does, in the order of the form."""
    questions = form.definition.questions()
    can = [code for question in questions for code in codes_of(question)] + ["unknown_question"]
    can += [check.code for check in form.definition.checks]
    broken = {each.split()[1] for example in form.examples for each in example.broken}
    return [code for code in dict.fromkeys(can) if code not in broken]


def _shown(found: object) -> str:
    return str(list(found) if isinstance(found, tuple) else found)
