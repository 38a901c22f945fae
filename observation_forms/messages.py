"""The codes Sightline itself can raise about an answer. Their words live in the header file, so that they are
versioned with the form and both sides say the same."""

from .answers import is_worked_out
from .definition import Question

BUILT_IN = {
    "required": "a shown question that must be answered has no answer",
    "wrong_type": "the answer is not of the question's kind, or not in the one form that kind is kept in",
    "unknown_option": "the answer is none of the question's options",
    "too_few": "fewer were chosen than `min_chosen`",
    "too_many": "more were chosen than `max_chosen`",
    "not_alone": "the `exclusive` option was chosen together with others",
    "unreadable_text": "the text holds control characters or half of a surrogate pair",
    "too_short": "the text has fewer characters than `min_length`",
    "too_long": "the text has more characters than `max_length`",
    "not_a_number": "the input is not a whole number in figures, or too large to be kept exactly",
    "too_small": "the number is below `minimum`",
    "too_large": "the number is above `maximum`",
    "not_a_time": "the input is not a real date and time",
    "not_a_date": "the input is not a real date",
    "too_few_rows": "there are fewer rows than `min_rows`",
    "too_many_rows": "there are more rows than `max_rows`",
    "same_person": "the second signature is the author's own",
    "hidden_answer": "a record answers a question that was not shown (a warning; the answer does not count)",
    "unknown_question": "a record answers a question this form does not have (a warning)",
    "worked_out_differs": "a record says otherwise than what the form itself works out (a warning)",
}

_OF_LIMITS = {
    "too_small": "minimum",
    "too_large": "maximum",
    "too_short": "min_length",
    "too_long": "max_length",
    "too_many": "max_chosen",
    "not_alone": "exclusive",
    "too_few_rows": "min_rows",
    "too_many_rows": "max_rows",
}

_LIMITS = (
    *("minimum", "maximum", "min_length", "max_length"),
    *("min_chosen", "max_chosen", "min_rows", "max_rows"),
)

_OF_KINDS = {
    "standard": ("unknown_option",),
    "choice": ("unknown_option",),
    "yes_no": ("unknown_option",),
    "choices": ("unknown_option",),
    "text": ("unreadable_text",),
    "integer": ("not_a_number",),
    "instant": ("not_a_time",),
    "date": ("not_a_date",),
    "counts": ("not_a_number",),
    "signer": ("same_person",),
}


def codes_of(question: Question) -> list[str]:
    """The built-in codes that an answer to this question, or the lack of one, can raise."""
    if is_worked_out(question):
        return ["hidden_answer", "worked_out_differs"]
    codes = ["hidden_answer", "wrong_type", *_OF_KINDS.get(question.kind, ())]
    if question.required or question.required_when is not None:
        codes.append("required")
    if (question.min_chosen or 0) > 1:
        codes.append("too_few")
    codes += [code for code, limit in _OF_LIMITS.items() if getattr(question, limit) is not None]
    return codes


def filled(text: str, question: Question) -> str:
    """`text` with each `{limit}` replaced by this question's limit, `{exclusive}` by that option's label."""
    for limit in _LIMITS:
        text = text.replace("{" + limit + "}", str(getattr(question, limit)))
    if question.exclusive is not None:
        text = text.replace("{exclusive}", question.by_code[question.exclusive].label)
    return text
