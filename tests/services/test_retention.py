"""Papers of visits are kept for the years that the authority says, and go from every table by a click."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.outbox import State
from sep_desktop.errors import UserError
from sep_desktop.services import retention, visits
from tests.support.policies import edition

LAST_DAY, FIRST_DAY_AFTER = date(2033, 8, 31), date(2033, 9, 1)
WRITTEN = (
    "note",
    "note_revision",
    "report",
    "revision",
    "report_version",
    "message",
    "delivery",
    "agenda_item",
)


@pytest.fixture
def sent(store, queued, now):
    """The sample report, accepted for everybody; the number of its message."""
    for state in (State.HANDING_OVER, State.ACCEPTED):
        store.outbox.advance(store.outbox.message(queued).deliveries, state, now)
    store.outbox.freeze(queued, b"the bytes of the message")
    return queued


def remove(store, today):
    later = datetime(today.year, today.month, today.day, 9).astimezone()
    return retention.remove_past_papers(store=store, today=today, now=later).value


def count(store, table):
    return store.database.value(f"SELECT count(*) FROM {table}")


def decided(store, now, **years):
    """Another policy of the program, in force from the beginning."""
    text = edition(PolicyKind.RETENTION).text
    for name, number in years.items():
        text = text.replace(f"{name} = ", f"{name} = {number} # ")
    store.editions.add(replace(edition(PolicyKind.RETENTION), version=2, text=text), now)


def test_until_its_last_day_nothing_is_past(store, sent):
    past = retention.past_papers(store=store, today=LAST_DAY)
    assert past.lines == ()
    assert remove(store, LAST_DAY).lines == ()
    assert all(count(store, table) for table in WRITTEN)


def test_what_is_past_is_named_with_its_school_visit_papers_and_day(store, sent):
    (line,) = retention.past_papers(store=store, today=FIRST_DAY_AFTER).lines
    visit = visits.find(store=store, visit=1)
    assert store.schools.get(visit.urn).name in line
    assert f"{len(store.notes.of_visit(1))} notes and 1 completed version" in line
    assert "kept until Thu 1 Sep 2033" in line


def test_it_goes_from_every_table_and_the_visit_stays_held(store, sent, locations):
    words = store.notes.of_visit(1)[0].text
    assert words
    remove(store, FIRST_DAY_AFTER)
    for table in WRITTEN:
        assert count(store, table) == 0, table
    visit = visits.find(store=store, visit=1)
    assert visit.held_on
    assert (visit.place, visit.attending) == ("", "")
    assert store.journal.entries("visit 1")[-1].event == "papers removed"


def test_how_it_stood_before_goes_too(store, sent, now):
    store.visits.put_agenda(1, store.visits.agenda(1)[1:], now)
    store.visits.cancel(1, "", now)
    remove(store, FIRST_DAY_AFTER)
    former = (
        "SELECT count(*) FROM former_row WHERE key = '1' AND kind IN ('visit', 'agenda_item', 'delivery')"
    )
    assert store.database.value(former) == 0


def test_the_identity_of_what_went_is_kept_and_nothing_else(store, sent):
    uid = visits.find(store=store, visit=1).uid
    remove(store, FIRST_DAY_AFTER)
    assert [row["uid"] for row in store.database.rows("SELECT * FROM destroyed")] == [uid]


def test_every_table_that_points_to_a_visit_is_emptied_or_holds_no_words(store, sent):
    """A table that is added later is thought of here."""
    tables = {
        row["name"] for row in store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    pointing = {
        table
        for table in tables
        if {row["table"] for row in store.database.rows(f"SELECT * FROM pragma_foreign_key_list('{table}')")}
        & {"visit", "note", "report", "report_version", "message"}
    }
    assert pointing - {"visit_edition"} <= set(WRITTEN)


def test_the_bytes_of_what_was_sent_go_first_and_that_it_was_sent_stays(store, sent):
    today = date(2028, 9, 1)
    assert retention.past_papers(store=store, today=today) == retention.PastPapers((), 1)
    remove(store, today)
    assert store.outbox.frozen(sent) is None
    assert {each.state for each in store.outbox.message(sent).deliveries} == {State.ACCEPTED}
    assert store.database.value("SELECT sha256 FROM message WHERE id = ?", (sent,))
    assert retention.past_papers(store=store, today=today).messages == 0


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.REFUSED])
def test_nothing_goes_while_a_report_waits_to_be_sent(store, queued, now, state):
    if state is not State.QUEUED:
        store.outbox.advance(store.outbox.message(queued).deliveries, state, now)
    with pytest.raises(UserError, match="waits to be sent, or for your decision"):
        remove(store, FIRST_DAY_AFTER)
    assert all(count(store, table) for table in WRITTEN)


def test_an_authority_may_keep_them_longer_shorter_or_without_an_end(store, sent, now):
    decided(store, now, reports=3)
    assert retention.past_papers(store=store, today=date(2030, 9, 1)).lines
    assert not retention.past_papers(store=store, today=date(2030, 8, 31)).lines


def test_without_an_end_nothing_is_ever_past(store, sent, now):
    decided(store, now, reports=0, messages=0)
    assert retention.past_papers(store=store, today=date(2099, 9, 1)) == retention.PastPapers((), 0)


def test_what_goes_is_told_in_lines_and_in_few_words():
    both = retention.PastPapers(("A school, visit of …",), 3)
    sent = "The e-mails as sent (3): that they were sent, and to whom, stays."
    assert both.in_lines == ("A school, visit of …", sent)
    assert both.subject == "the papers of 1 visit"
    assert retention.PastPapers((), 3).in_lines == (sent,)
    assert retention.PastPapers((), 3).subject == "the e-mails as sent (3)"
    assert retention.PastPapers((), 0).in_lines == ()
