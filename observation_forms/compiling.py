"""Questions whose rules are text, made into questions whose rules are trees. Every question is known by now."""

from typing import Any, NamedTuple

from msgspec.structs import replace

from .definition import Option, Question, Section
from .errors import Place, did_you_mean
from .expressions import Scope, compile_rule
from .messages import codes_of, filled
from .order import Order
from .questions import Draft
from .words import Words


class SectionDraft(NamedTuple):
    """A section whose rules are still text."""

    id: str
    title: str
    hint: str | None
    show_when: str | None
    drafts: list[Draft]
    place: Place


class Compiler(NamedTuple):
    """What rules may name, what stands above what, and the words of the header."""

    scope: Scope
    order: Order
    words: Words

    def section(self, draft: SectionDraft) -> Section:
        """The section with its questions. FormError for the first rule that cannot stand."""
        show_when = None
        if draft.show_when is not None:
            place = draft.place.at(f"{draft.place.part}, show_when")
            show_when = compile_rule(draft.show_when, self.scope, place)
            self.order.check(show_when, draft.drafts[0].question, draft.place)
        questions = tuple(self.question(each) for each in draft.drafts)
        return Section(draft.id, draft.title, draft.hint, show_when, questions)

    def question(self, draft: Draft) -> Question:
        """The question, and with it the questions of its rows."""
        question, place, changes = draft.question, draft.place, dict[str, Any]()
        for key, text in (("show_when", draft.show_when), ("required_when", draft.required_when)):
            if text is not None:
                changes[key] = compile_rule(text, self.scope, place.at(f"{place.part}, {key}"))
        if "show_when" in changes:
            self.order.check(changes["show_when"], question, place)
        if question.kind == "duration":
            self._check_ends(question, place)
        if draft.whens:
            pairs = zip(question.options, draft.whens, strict=True)
            changes["options"] = tuple(self._worked_out(question, *pair, place) for pair in pairs)
        if draft.rows:
            rows = self._replace(scope=self.scope.in_rows_of(question.id))
            changes["questions"] = tuple(rows.question(each) for each in draft.rows)
        self._check_timescales(question, place)
        question = replace(question, **changes)
        return replace(question, messages=_messages(question, self.words, place))

    def _worked_out(self, question: Question, option: Option, when: str, place: Place) -> Option:
        tree = compile_rule(when, self.scope, place.at(f"{place.part}, option '{option.code}', when"))
        self.order.check(tree, question, place, "is worked out by")
        return replace(option, when=tree)

    def _check_ends(self, question: Question, place: Place) -> None:
        for key, name in (("from", question.from_), ("to", question.to)):
            end = self.scope.questions.get(str(name))
            if end is None or end.kind != "instant":
                instants = [each.id for each in self.scope.questions.values() if each.kind == "instant"]
                remedy = did_you_mean(str(name), instants, "Name a question of kind instant")
                raise place.error(f"'{key}' names no instant: '{name}'", remedy)
            self.order.check(["answer", end.id], question, place, "is worked out by")

    def _check_timescales(self, question: Question, place: Place) -> None:
        known = self.scope.timescales
        for option in question.options:
            if option.timescale is not None and option.timescale not in known:
                remedy = did_you_mean(
                    option.timescale, known, f"Write {option.timescale} = minutes under [timescales]"
                )
                raise place.error(f"there is no timescale '{option.timescale}'", remedy)


def _messages(question: Question, words: Words, place: Place) -> dict[str, str]:
    """The words of the codes this question can raise, where they differ from the form's."""
    codes = codes_of(question)
    for code in question.messages:
        if code not in codes:
            remedy = did_you_mean(code, codes, f"This question can raise {', '.join(codes)}")
            raise place.error(f"there is no message '{code}' here", remedy)
    found = {}
    for code in codes:
        if code not in words.messages:
            raise Place(words.file, "[messages]").error(f"'{code}' has no words", f'Add {code} = "..."')
        text = filled(question.messages.get(code, words.messages[code]), question)
        if text != words.messages[code]:
            found[code] = text
    return found
