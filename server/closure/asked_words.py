"""What the questions of forms ask, in their own words: “Told within the time set” (F7-DE). Pure."""

from collections.abc import Collection

from observation_forms import Catalogue


def question_words(catalogue: Catalogue, questions: Collection[str]) -> dict[str, str]:
    """By "form.question": what it asks, and on which form; what no form knows is not there. Of several versions of a
    question the newest.

    A record keeps the id of the question that its own version asked, which a later version may have no more.
    """
    forms = {question.partition(".")[0] for question in questions}
    asked = {
        f"{form.definition.form}.{question.id}": f"“{question.ask}” ({form.definition.code})"
        for form in catalogue.forms()
        if form.definition.form in forms
        for question in form.definition.questions()
    }
    return {question: asked[question] for question in questions if question in asked}
