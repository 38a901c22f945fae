"""The section of a pack about learning: of each action (S1), and the messages to the floor (S4E2.3, S4E2.4)."""

from server.evidence.times import day_of, moment_words, write_instant
from server.evidence_pack import about_actions
from server.evidence_pack.blocks import Block, Table
from server.evidence_pack.moment import Moment
from server.learning.reading import SAID_BACK, Message


def learning(moment: Moment) -> list[Block]:
    """What was learned, action by action; each message: where it was heard, who needs it still, whether practice was
    watched within seven days.
    """
    rows = [_row(moment, message) for message in moment.desk.messages]
    return [
        *about_actions.learning(moment),
        Table("learning-messages", "Learning messages to the floor", _COLUMNS, rows),
    ]


_COLUMNS = (
    "Message", "Where", "From", "Shared", "Heard at handovers, by how many", "Said back", "Told one by one",
    "Who still needs it", "Practice to be watched by", "Watched",
)  # fmt: skip


def _row(moment: Moment, one: Message) -> tuple[str, ...]:
    heard = [each for each in one.heard if each.at <= moment.last]
    back = [
        f"{words}: {count}"
        for code, words in SAID_BACK.items()
        if (count := [h.said_back for h in heard].count(code))
    ]
    watching = one.watching
    return (
        one.title,
        moment.service(one.listed.service),
        one.comes_from[0] if one.comes_from else "The service itself",
        f"{day_of(str(one.listed.fields['given_at']))} to {day_of(str(one.listed.fields['until']))}",
        f"{len(heard)}, {sum(each.present or 0 for each in heard)}",
        "; ".join(back) or "–",
        str(sum(told.at <= moment.last for told in one.told)),
        "; ".join(moment.names.one_of_staff(staff) for staff in one.still_to_tell) or "Nobody",
        moment_words(write_instant(watching.due_at)) if watching else "Not asked for",
        _watched(one),
    )


def _watched(one: Message) -> str:
    if one.watching is None or one.not_needed:
        return "Not needed, with a reason" if one.not_needed else "–"
    done = one.watching.done_at
    return moment_words(write_instant(done)) if done else "Not watched"
