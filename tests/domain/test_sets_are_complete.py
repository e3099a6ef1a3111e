"""Whoever adds a member to a set is led here: each table says something about every one of them."""

import pytest

from sep_desktop.documents import report_paper
from sep_desktop.domain import report
from sep_desktop.domain.agenda import NOTE_KIND_NAMES, NoteKind
from sep_desktop.domain.appraisal import doubts, panel
from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind
from sep_desktop.domain.appraisal.panel import READER_NAMES, Person, Reader
from sep_desktop.domain.outbox import (
    ALLOWED,
    CHOSEN_STATE,
    IN_WORDS,
    NEEDS_YOU,
    WAITING,
    Choice,
    State,
)
from sep_desktop.domain.people import ROLES, Contact, Role
from sep_desktop.domain.settings import SETTINGS, as_text, parse, read
from sep_desktop.domain.visit import KIND_NAMES, VisitKind
from sep_desktop.services import report_notes


@pytest.mark.parametrize(
    ("members", "table"),
    [
        (State, ALLOWED),
        (State, IN_WORDS),
        (Choice, CHOSEN_STATE),
        (Reader, READER_NAMES),
        (PaperKind, PAPER_NAMES),
        (VisitKind, KIND_NAMES),
        (NoteKind, NOTE_KIND_NAMES),
        (report.SectionKind, report._GAPS),
        (report.SectionKind, report_paper._PARTS),
        (report.SectionKind, report_notes._ADD_POINTS),
        (ROLES, panel._MAY_READ),
        (doubts.Matter, doubts._ANSWERS),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_table_has_a_row_for_every_member(members, table):
    assert set(table) == set(members)


def test_every_state_waits_needs_somebody_or_is_over():
    """A new state must be placed: does it still wait, does it need a decision, or has it left?"""
    left = {State.ACCEPTED, State.CANCELLED, State.CONFIRMED, State.HANDED_OUT}
    assert WAITING | NEEDS_YOU | left == set(State)
    assert len(WAITING) + len(NEEDS_YOU) + len(left) == len(State)


def test_who_may_read_performance_management_is_decided_for_every_role():
    """The head, a governor who is the chair and says so, and nobody of the local authority (7.4)."""
    head, plain = Person(Reader.HEADTEACHER, "X", "x@s.example"), Person(Reader.GOVERNOR, "X", "x@s.example")
    chair = Person(Reader.GOVERNOR, "X", "x@s.example", chair=True)
    expected = {
        Role.HEADTEACHER: [True, True, True],
        Role.CHAIR: [False, False, True],
        Role.HEAD_OF_SUPPORT: [False, False, False],
    }
    for role in ROLES:
        contact = Contact(role, "X", "x@s.example")
        may = [panel.objection(each, [each], [contact]) == "" for each in (head, plain, chair)]
        assert may == expected[role], role


def test_a_role_that_nobody_decided_about_reads_nothing(monkeypatch):
    monkeypatch.delitem(panel._MAY_READ, Role.HEADTEACHER)
    head = Person(Reader.HEADTEACHER, "X", "x@s.example")
    refused = panel.objection(head, [head], [Contact(Role.HEADTEACHER, "X", "x@s.example")])
    assert "reads nothing of this" in refused


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_is_stored_and_read_back_as_it_is(key):
    row = SETTINGS[key]
    assert parse(key, as_text(row.default)) == row.default
    if row.choices:
        assert [read(key, each) for each in row.choices] == list(row.choices)
        assert parse(key, "something that was never a choice") == row.default


@pytest.mark.parametrize("text", ["²", "--5", "٣", ""])
def test_a_number_is_written_in_plain_digits(text):
    assert parse("look.text", text) == SETTINGS["look.text"].default
    with pytest.raises(ValueError, match="a number from"):
        read("look.text", text)
