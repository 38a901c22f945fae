"""What a form says about itself as a whole: timescales, parts, sampling, concern, spawns, and where they lead."""

from pathlib import Path

import pytest

from observation_forms import Context, FormError, Source, parse, spawned, worded
from observation_forms.links import refuse_dead_ends
from observation_forms.shelf import LIBRARY

from .forms import FULL_HEADER, in_row, question, repeat, rounds_form, small

_REPEAT = repeat(in_row("who", "person") + in_row("seen_at", "instant"))
_TIMED = "[timescales]\nsoon = 30\n"
_SPAWN = "[[spawns]]\nid = 'more'\nform = 'small'\nwhy = 'A {person} changed'\n"
_AT = "due_at = 'happened_at'\n"


def test_a_spawn_without_more_is_for_the_floor_and_the_whole_record() -> None:
    spawn = small(question("a") + _SPAWN + _AT).spawns[0]
    assert (spawn.who, spawn.repeat, spawn.when, spawn.answers, spawn.set) == ("floor", None, None, {}, {})


def test_a_record_causes_one_form_for_each_row_and_one_for_its_concerns() -> None:
    answers = {
        "what_happened": "fall",
        "changed": ["1", "hoist-2"],
        "changed.1.person": "amina",
        "changed.1.decision": "call",
        "changed.1.first_seen": "2026-06-01T08:00:00Z",
        "changed.hoist-2.person": "ben",
        "changed.hoist-2.decision": "emergency",
    }
    found = spawned(rounds_form(), answers, Context("2026-06-01T10:00:00Z", timescales={"fast": 45}), "r1")
    assert [(each.id, each.due_at) for each in found] == [
        ("r1/oversight/1", "2026-06-01T08:45:00Z"),
        ("r1/oversight/hoist-2", "2026-06-01T10:45:00Z"),
        ("r1/look_again/1", "2026-06-01T10:00:00Z"),
        ("r1/look_again/hoist-2", "2026-06-01T10:00:00Z"),
        ("r1/concern", "2026-06-01T10:00:00Z"),
    ]
    assert found[0].answers == {"reason": "handover", "many": ["a", "b"], "person": "amina"}
    assert found[-1].answers == {"person": "ben"}


def test_an_immediate_concern_causes_no_other() -> None:
    definition = small(question("a", rest="concern = ['yes']"))
    context = Context("2026-06-01T10:00:00Z")
    assert [each.id for each in spawned(definition, {"a": "yes"}, context, "r1")] == ["r1/concern"]
    itself = parse(
        Source(
            "immediate_concern/1.toml", _file("immediate_concern", question("a", rest="concern = ['yes']"))
        ),
        FULL_HEADER,
    ).definition
    assert spawned(itself, {"a": "yes"}, context, "r1") == []


def test_the_words_of_a_service_are_put_into_a_text() -> None:
    words = {"person": "tenant", "place": "flat"}
    assert worded("{Person} in the {place} of a {unit}", words) == "Tenant in the flat of a {unit}"


@pytest.mark.parametrize(
    ("body", "part", "remedy"),
    [
        (_SPAWN, "spawn 'more'", "Write one of due_at, within, within_of"),
        (_SPAWN + _AT + "within = 'soon'\n" + _TIMED, "spawn 'more'", "Write one of due_at, within"),
        (_SPAWN + _AT + "after = 'happened_at'", "spawn 'more'", "Keep one of them"),
        (_SPAWN + "within = 'son'\n" + _TIMED, "spawn 'more'", "Did you mean 'soon'"),
        (_SPAWN + "within = 'soon'", "spawn 'more'", "Write soon = minutes under [timescales]"),
        (_SPAWN + "within_of = 'shift'", "within_of", "Write timescale = ... at an option of 'shift'"),
        (_SPAWN + "due_at = 'shift'", "spawn 'more'", "of kind instant or date"),
        (_SPAWN + "due_at = 'hapened_at'", "spawn 'more'", "Did you mean 'happened_at'"),
        (_SPAWN + "after = 'a'\nwithin = 'soon'\n" + _TIMED, "spawn 'more'", "of kind instant"),
        (_SPAWN + "repeat = 'peple'\n" + _AT, "spawn 'more'", "Did you mean 'people'"),
        (_SPAWN + _AT + "when = 'answered(who)'", "spawn 'more', when", "Ask any_row(people"),
        (_SPAWN + _AT + "answers = { a = 'b' }", "spawn 'more'", "by its id"),
        (_SPAWN + _AT + "answers = { a = 'a' }\nset = { a = 'yes' }", "spawn 'more'", "Keep one of them"),
        (_SPAWN + _AT + "set = { a = true }", "spawn 'more'", "as a record holds it"),
        (_SPAWN + _AT + "who = 'nurse'", "spawn 'more'", "floor, deputy, manager"),
        (_SPAWN.replace("{person}", "{man}") + _AT, "spawn 'more'", "{person}"),
        (_SPAWN + _AT + _SPAWN + _AT, "spawn 'more'", "Give one another name"),
        (_SPAWN.replace("'more'", "'concern'") + _AT, "spawn 'concern'", "Give one another name"),
        ("[timescales]\nsoon = -1", "[timescales]", "0 or more"),
        ("[timescales]\nSoon = 1", "[timescales]", "Use small letters"),
        ("[timescales]\nsoon = '1'", "[timescales]", "a whole number"),
        (
            question("b", "choice", "options = [{ code = 'x', label = 'X', timescale = 'son' }, "
            "{ code = 'y', label = 'Y' }]") + _TIMED,
            "question 'b'",
            "Did you mean 'soon'",
        ),
        (question("b", rest="show_when = 'timescale(son) > 1'") + _TIMED, "show_when", "Did you mean 'soon'"),
        (question("b", rest="show_when = 'timescale_of(shift) > 1'"), "show_when", "Write timescale ="),
        ("[sampling]\ncarry = ['b']", "[sampling]", "by its id"),
        ("[sampling]\nplanned = 'shift'", "[sampling]", "of kind integer"),
        ("[concern]\nperson = 'shift'", "[concern]", "of kind person"),
        ("[[sections]]\npart = 'rounds'", "", "Parts are none"),
    ],
)  # fmt: skip
def test_a_slip_about_the_whole_form_is_named_with_a_remedy(body: str, part: str, remedy: str) -> None:
    with pytest.raises(FormError) as caught:
        small(_REPEAT + question("a") + body)
    assert part in caught.value.part
    assert remedy in caught.value.remedy


def test_a_section_can_be_a_part_of_the_header() -> None:
    part = _part(question("at", "instant") + question("ok"), "code = 'early'\nquestion = 'at'\n")
    own = 'part = "again"\ntitle = "Once more"\nshow_when = "answered(shift)"\n'
    definition = small(f"{question('a')}[[sections]]\n{own}", header=part)
    section = definition.sections[2]
    assert (section.id, section.title, section.show_when) == ("again", "Once more", ["answered", "shift"])
    assert [each.id for each in section.questions] == ["at", "ok"]
    assert [check.code for check in definition.checks] == ["in_the_future", "early"]
    assert [check.code for check in small(question("a"), header=part).checks] == ["in_the_future"]


@pytest.mark.parametrize(
    ("own", "remedy"),
    [("part = 'agan'", "Did you mean 'again'"), ("part = 'again'\nquestions = []", "What can stand here")],
)
def test_a_slip_about_a_part_is_named(own: str, remedy: str) -> None:
    with pytest.raises(FormError) as caught:
        small(f"{question('a')}[[sections]]\n{own}", header=_part(question("ok"), ""))
    assert remedy in caught.value.remedy


def test_a_sample_says_what_is_carried_and_how_many_are_planned() -> None:
    body = question("n", "integer") + "[sampling]\ncarry = ['shift']\nplanned = 'n'\n"
    sampling = small(body).sampling
    assert sampling is not None
    assert (sampling.carry, sampling.planned) == (("shift",), "n")


@pytest.mark.parametrize(
    ("spawn", "remedy"),
    [
        ("form = 'targt'", "Did you mean 'target'"),
        ("form = 'target'\nanswers = { whoo = 'person' }", "Did you mean 'who'"),
        ("form = 'target'\nanswers = { ok = 'person' }", "of the same kind"),
        ("form = 'target'\nanswers = { way = 'road' }", "the same options"),
        ("form = 'target'\nanswers = { action = 'control' }", "of the same list"),
        ("form = 'target'\nanswers = { in_row = 'a' }", "that can be filled in"),
        ("form = 'target'\nset = { ok = 'maybe' }", "what a yes_no holds"),
        ("form = 'target'\nset = { people = ['1'] }", "Did you mean"),
    ],
)
def test_a_spawn_leads_to_a_form_and_questions_that_are_there(spawn: str, remedy: str) -> None:
    options = "options = [{ code = 'a', label = 'A' }, { code = 'b', label = 'B' }]"
    asked = question("ok") + question("who", "person") + question("way", "choice", options)
    asked += question("action", "pick", "list = 'action'\nrequired = false") + repeat(in_row("in_row"))
    target = parse(Source("target/1.toml", _file("target", asked)), FULL_HEADER).definition
    body = (
        question("a")
        + question("person", "person")
        + question("road", "choice", options.replace("'b'", "'c'"))
    )
    body += question("control", "pick", "list = 'control'\nrequired = false")
    source = small(f"{body}[[spawns]]\nid = 'more'\nwhy = 'Why'\n{_AT}{spawn}\n")
    with pytest.raises(FormError) as caught:
        refuse_dead_ends({"small": source, "target": target})
    assert (caught.value.file, caught.value.part) == ("small/1.toml", "spawn 'more'")
    assert remedy in caught.value.remedy


def test_a_spawn_that_leads_somewhere_is_let_be(tmp_path: Path) -> None:
    asked = question("ok") + question("who", "person")
    target = parse(Source("target/1.toml", _file("target", asked)), FULL_HEADER).definition
    spawn = f"{_SPAWN}{_AT}answers = {{ who = 'person' }}\nset = {{ ok = 'yes' }}\n".replace(
        "'small'", "'target'"
    )
    refuse_dead_ends({"small": small(question("person", "person") + spawn), "target": target})


def _part(questions: str, check: str) -> Source:
    asked = questions.replace("[[sections.questions]]", "[[parts.questions]]")
    rule = f"[[parts.checks]]\n{check}must = 'at <= recorded_at'\nmessage = 'Early.'\n" if check else ""
    text = f'\n[[parts]]\nid = "again"\ntitle = "Again"\n{asked}{rule}'
    return Source(FULL_HEADER.name, FULL_HEADER.content + text.encode())


def _file(form_id: str, body: str) -> bytes:
    skeleton = (LIBRARY.parent / "skeleton.toml").read_text().split("[[sections]]")[0]
    section = '[[sections]]\nid = "first"\ntitle = "First"\n'
    return (skeleton.replace("ID", form_id).replace("HEADER", "header/1") + section + body).encode()
