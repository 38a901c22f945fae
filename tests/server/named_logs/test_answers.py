"""Every worked example of every form, in every log that shows it: the words are those of the record's own page."""

import sqlite3
from collections.abc import Iterator

import pytest

from observation_forms import load_catalogue
from server.evidence.people import read_names
from server.evidence.record_page import read_record_page
from server.identity.scope import of_services
from server.named_logs.catalogue import LOGS
from server.named_logs.telling import cell_of
from server.named_logs.told import read_told
from tests.server.due.shift import Shift
from tests.server.world import World

CATALOGUE = load_catalogue()
SCOPE = of_services(["alder"], ["alder"])
FORMS = sorted({form for log in LOGS for form in log.forms})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Every worked example that breaks no rule, sent from one tablet."""
    with World(tmp_path_factory.mktemp("logs")) as world:
        shift = Shift(world)
        for form in FORMS:
            for example in CATALOGUE.current(form).examples:
                if not example.broken:
                    shift.record(form, "2026-11-16T08:00:00Z", example.id)
        yield world


def test_a_log_says_what_the_page_of_the_record_says(house: World) -> None:
    with house.sql() as sql:
        names = read_names(sql, SCOPE)
        told = read_told(sql, SCOPE, CATALOGUE, _seqs(sql), names)
        assert len(told) >= 2 * len(FORMS)
        for one in told.values():
            page = read_record_page(sql, CATALOGUE, SCOPE, one.row.record, None, None)
            assert page is not None
            asked = {
                answer.question: answer
                for section in page.sections
                if section.id != "not-asked"
                for group in section.groups
                for answer in group.answers
                if answer.chosen
            }
            told_too = {
                answer.question: answer for group in one.groups for answer in group.answers if answer.chosen
            }
            assert told_too == {key: answer for key, answer in asked.items() if key in told_too}
            assert told_too.keys() == asked.keys()


def test_every_question_that_a_column_names_is_one_of_its_forms(house: World) -> None:
    known = {
        form.definition.form: {
            f"{question.in_repeat}.{question.id}" if question.in_repeat else question.id
            for question in form.definition.questions()
        }
        for form in CATALOGUE.current_forms()
    }
    for log in LOGS:
        for column in log.columns:
            for question in column.questions:
                assert any(question in known[form] for form in log.forms), (log.code, question)


def test_every_column_of_every_log_has_something_to_say(house: World) -> None:
    with house.sql() as sql:
        names = read_names(sql, SCOPE)
        told = read_told(sql, SCOPE, CATALOGUE, _seqs(sql), names)
        for log in LOGS:
            if log.how != "records":
                continue
            for column in log.columns:
                assert any(cell_of(column, one) for one in told.values() if one.row.form in log.forms), (
                    log.code,
                    column.heading,
                )


def _seqs(sql: sqlite3.Connection) -> list[int]:
    return [row["seq"] for row in sql.execute("SELECT seq FROM record_version WHERE current = 1")]
