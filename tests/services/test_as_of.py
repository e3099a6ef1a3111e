"""What was recorded on a day: exact where it was kept, and plainly not known where it was written over before."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from sep_desktop.clock import SystemClock
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.agenda import NoteKind
from sep_desktop.domain.circumstances import Fact
from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.entitlement import OverrideKind
from sep_desktop.domain.outbox import State
from sep_desktop.domain.past import end_of, in_lines
from sep_desktop.domain.people import Role
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.errors import UserError
from sep_desktop.services import as_of, outbox, reports, retention, sample, schools, visits
from sep_desktop.storage import store as stores
from sep_desktop.storage import visits as visits_module
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import PASSPHRASE, SENDER, FakeTransport
from tests.support.policies import edition

URN = "990001"
FIRST_DAY = date(2026, 11, 24)
"""The day on which the sample was made; what changes afterwards changes two days later."""

BETWEEN, CHANGED = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)
TODAY = FIRST_DAY + timedelta(days=30)


@pytest.fixture
def later(now):
    return now + timedelta(days=2)


@pytest.fixture
def planned(store, written, now):
    """A visit that has not been held, its agenda agreed."""
    plan = Plan(URN, VisitKind.ADDITIONAL, "extra-1", date(2026, 12, 8), time(9), time(12), "The hall")
    number = visits.plan_visit(store=store, plan=plan, now=now).value
    visits.agree_agenda(store=store, visit=number, now=now)
    return number


def texts(record, title=""):
    return [each.text for chapter in record.chapters if title in chapter.title for each in chapter.statements]


def of_school(store, on, title=""):
    return "\n".join(texts(as_of.school(store=store, urn=URN, on=on, today=TODAY), title))


def of_visit(store, visit, on, title=""):
    return "\n".join(texts(as_of.visit(store=store, visit=visit, on=on, today=TODAY), title))


def forget_what_was_kept(store):
    """As a store is in which this happened before former rows were kept."""
    store.database.run("DELETE FROM former_row")


def person(store, later):
    name, email = "Nia Loveday", "nia@harbourlights.example"
    schools.set_contact(store=store, urn=URN, role=Role.HEADTEACHER, name=name, email=email, now=later)


def circumstance(store, later):
    schools.set_circumstance(
        store=store, urn=URN, fact=Fact.CATEGORY, value="3", since=BETWEEN, source="letter", now=later
    )


def override(store, later):
    year = AcademicYear.of(later.date())
    schools.override_due_item(
        store=store,
        urn=URN,
        year=year,
        due_key="annual",
        kind=OverrideKind.WAIVE,
        reason="Joined",
        now=later,
    )


def allocation(store, later):
    store.allocations.allocate(2026, URN, "Somebody Else", later)


def register(store, later):
    school = store.schools.get(URN)
    store.schools.save([replace(school, name="Harbour Lights Academy")], "later.csv", later)


def policy(store, later):
    own = replace(
        edition(PolicyKind.REPORTING),
        authority="880",
        version=2,
        first=date(2026, 9, 1),
        text="working_days = 5",
    )
    store.editions.add(own, later)


@pytest.mark.parametrize(
    ("change", "title", "after"),
    [
        (person, "People", "Nia Loveday, nia@harbourlights.example"),
        (circumstance, "Circumstances", "LA category: 3 (from Wed 25 Nov 2026; letter)"),
        (override, "Departures", "“annual” not needed, decided on Thu 26 Nov 2026: Joined"),
        (allocation, "Allocation", "Allocated to Somebody Else for 2026-27."),
        (register, "The school", "Harbour Lights Academy, URN 990001."),
        (policy, "Policies", "Days for the report, version 2 of authority 880"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_later_change_of_a_school_changes_no_earlier_day(store, written, later, change, title, after):
    before = of_school(store, BETWEEN)
    change(store, later)
    assert of_school(store, BETWEEN) == before
    assert after not in before
    assert after in of_school(store, CHANGED, title)
    assert not as_of.school(store=store, urn=URN, on=BETWEEN, today=TODAY).is_incomplete


def test_what_was_taken_back_counts_on_the_days_on_which_it_stood(store, written, later):
    policy(store, later)
    override(store, later)
    third = later + timedelta(days=1)
    (own,) = [each for each in store.editions.standing() if each.authority == "880"]
    store.editions.take_back(own.id, third)
    (departure,) = store.circumstances.overrides(2026, [URN])[URN]
    schools.withdraw_override(store=store, urn=URN, year=AcademicYear(2026), override=departure.id, now=third)
    store.editions.add(own, third + timedelta(days=1))
    told = [of_school(store, CHANGED + timedelta(days=days)) for days in range(3)]
    assert ["authority 880" in each for each in told] == [True, False, True]
    assert ["not needed" in each for each in told] == [True, False, False]


def moved(store, visit, later):
    plan = Plan(
        URN, VisitKind.ADDITIONAL, "extra-1", date(2026, 12, 10), time(13), time(15), "Library", attending="X"
    )
    visits.move_visit(store=store, visit=visit, plan=plan, now=later)


def cancelled(store, visit, later):
    visits.cancel_visit(store=store, visit=visit, because="Snow", now=later)


def held(store, visit, later):
    visits.hold_visit(store=store, visit=visit, on=CHANGED, now=later)


def changed_agenda(store, visit, later):
    items = store.visits.agenda(visit)
    visits.change_agenda(
        store=store, visit=visit, items=[replace(items[0], title="Only this"), *items[1:]], now=later
    )


@pytest.mark.parametrize(
    ("change", "title", "after"),
    [
        (moved, "The visit", "planned for Thu 10 Dec 2026, 13:00–15:00, Library, with X."),
        (cancelled, "The visit", "Cancelled: Snow"),
        (held, "The visit", "Held on Thu 26 Nov 2026."),
        (changed_agenda, "Agenda", "Only this"),
    ],
)
def test_a_later_change_of_a_visit_changes_no_earlier_day(store, planned, later, change, title, after):
    before = of_visit(store, planned, BETWEEN)
    change(store, planned, later)
    assert of_visit(store, planned, BETWEEN) == before
    assert "planned for Tue 8 Dec 2026, 09:00–12:00, The hall.\nThe agenda was agreed on Tue 24" in before
    assert after not in before
    assert after in of_visit(store, planned, CHANGED, title)


def test_a_changed_agenda_is_agreed_no_more(store, planned, later):
    changed_agenda(store, planned, later)
    assert "agreed" in of_visit(store, planned, BETWEEN, "The visit")
    assert "agreed" not in of_visit(store, planned, CHANGED, "The visit")


def test_every_column_of_a_visit_that_may_be_written_over_is_kept(store):
    """Whoever adds a column decides: it is set once, or it is kept."""
    set_once = {"id", "uid", "recorded", "agenda", "agenda_version"}
    columns = {row["name"] for row in store.database.rows("PRAGMA table_info(visit)")}
    assert columns - set_once == set(visits_module._CHANGEABLE)


def test_a_visit_that_moved_before_that_was_kept_is_known_by_its_day_alone(store, planned, later):
    moved(store, planned, later)
    forget_what_was_kept(store)
    told = of_visit(store, planned, BETWEEN, "The visit")
    assert "planned for Tue 8 Dec 2026.\nNot known: its hours, its place" in told
    assert "13:00" not in told
    assert "13:00–15:00, Library, with X." in of_visit(store, planned, CHANGED, "The visit")
    moved(store, planned, later + timedelta(days=1))
    assert "its hours, its place" in of_visit(store, planned, BETWEEN, "The visit")
    assert "13:00–15:00" in of_visit(store, planned, CHANGED, "The visit")


@pytest.mark.parametrize(
    ("change", "known"),
    [(held, "Held on Thu 26 Nov 2026."), (cancelled, "Cancelled: Snow")],
)
def test_what_the_journal_tells_is_known_in_an_older_store_too(store, planned, later, change, known):
    change(store, planned, later)
    forget_what_was_kept(store)
    assert known not in of_visit(store, planned, BETWEEN)
    assert known in of_visit(store, planned, CHANGED)
    assert "Not known" not in of_visit(store, planned, BETWEEN)


def test_an_agenda_that_changed_before_that_was_kept_is_not_known(store, planned, later):
    changed_agenda(store, planned, later)
    forget_what_was_kept(store)
    told = of_visit(store, planned, BETWEEN)
    assert "Not known: whether the agenda stood as agreed on Tue 24 Nov 2026." in told
    assert "Not known: whether the agenda was the same then." in told


def test_an_agenda_that_stands_as_agreed_is_known_in_an_older_store_too(store, planned):
    forget_what_was_kept(store)
    assert "Not known" not in of_visit(store, planned, BETWEEN)


def test_an_allocation_that_a_later_import_may_have_written_over_is_not_known(store, written, later):
    store.journal.add(later, "allocation imported", "7 schools")
    forget_what_was_kept(store)
    assert "Not known: whose it was in 2026-27" in of_school(store, BETWEEN, "Allocation")
    assert of_school(store, CHANGED, "Allocation") == "Allocated to Ada Penrose for 2026-27."


def test_a_register_that_was_imported_again_leaves_the_one_before_not_known(store, written, later):
    register(store, later)
    forget_what_was_kept(store)
    assert of_school(store, BETWEEN, "The school").startswith("Not known: what the register said of it.")


def test_policies_of_before_are_told_by_the_journal(store, written, later):
    policy(store, later)
    (own,) = [each for each in store.editions.standing() if each.authority == "880"]
    store.journal.add(later, "policy accepted", f"{own.name}, {own.days}")
    forget_what_was_kept(store)
    assert "authority 880" not in of_school(store, BETWEEN, "Policies")
    assert "authority 880" in of_school(store, CHANGED, "Policies")
    third = later + timedelta(days=1)
    store.editions.take_back(own.id, third)
    store.journal.add(third, "policy taken back", own.name)
    forget_what_was_kept(store)
    told = [of_school(store, day, "Policies") for day in (BETWEEN, CHANGED, third.date())]
    assert ["authority 880" in each for each in told] == [False, True, False]


def test_a_note_and_a_section_are_told_in_the_words_of_the_day(store, written, later):
    (note, *_) = store.notes.of_visit(written)
    visits.change_note(store=store, note=note.id, kind=NoteKind.STRENGTH, text="Other words", now=later)
    report = reports.open_report(store=store, visit=written, now=later).id
    reports.save_section(store=store, report=report, key="areas", text="New areas", now=later)
    before, after = (of_visit(store, written, day) for day in (BETWEEN, CHANGED))
    assert note.text in before
    assert "stamina in writing" in before
    assert "Other words" not in before
    assert "New areas" not in before
    assert "Strength, Performance data and outcomes for children: Other words" in after
    assert "Key areas for improvement\nNew areas" in after


def test_words_written_over_midnight_are_not_taken_for_those_of_the_day(store, written, clock):
    midnight = end_of(FIRST_DAY)
    report = reports.open_report(store=store, visit=written, now=clock.now()).id
    for minutes, text in ((-2, "Before"), (1, "Before and after")):
        now = midnight + timedelta(minutes=minutes)
        reports.save_section(store=store, report=report, key="areas", text=text, now=now)
        visits.take_note(store=store, visit=written, item="own", kind=NoteKind.NOTE, text=text, now=now)
    told = of_visit(store, written, FIRST_DAY, "Report")
    assert "Before and after\nNot known: which of these words are of the day after" in told
    assert "Not known" not in of_visit(store, written, FIRST_DAY, "Notes")


def test_a_note_of_unknown_age_is_not_taken_for_one_of_the_day(store, written, later):
    (note, *_) = store.notes.of_visit(written)
    store.database.run(
        "UPDATE note_revision SET begun = NULL, saved = ? WHERE note_id = ?", (later.isoformat(), note.id)
    )
    told = of_visit(store, written, BETWEEN, "Notes")
    assert note.text not in told
    assert "Not known: 1 more, which may have been there" in told
    assert note.text in of_visit(store, written, CHANGED, "Notes")


def test_tables_and_values_of_a_report_are_told_in_words(store, written):
    told = of_visit(store, written, BETWEEN, "Report")
    assert "[{" not in told
    assert "Agree three simple assessment points for each foundation subject – Subject leaders" in told
    assert "preparation 3 hours, on site 4 hours and writing 3.5 hours" in told


def test_a_delivery_is_told_in_the_state_of_the_day(store, queued, written, clock):
    clock.moment += timedelta(days=2)
    hand_over(VisitsQueue(store), FakeTransport(answer=State.ACCEPTED), SENDER, clock, at_once=True)
    report = store.reports.of_visit(written).id
    before, after = (
        "\n".join(texts(as_of.report(store=store, report=report, on=day, today=TODAY), "sent"))
        for day in (BETWEEN, CHANGED)
    )
    assert before.count("“Waiting to send” since Tue 24 Nov 2026") == 3
    assert after.count("“Accepted by the mail server” since Thu 26 Nov 2026") == 3
    assert "Version 1, completed on Tue 24 Nov 2026" in of_visit(store, written, BETWEEN, "Completed")
    forget_what_was_kept(store)
    told = of_school(store, BETWEEN, "sent")
    assert told.count("Not known: how it stood with") == 3
    assert "It was “Accepted by the mail server” from Thu 26 Nov 2026" in told


def test_every_change_of_a_delivery_is_kept(store, queued, later):
    (delivery, *_) = store.outbox.deliveries(queued)
    moment = later
    for decide in (outbox.hold, outbox.release, outbox.cancel):
        decide(store=store, delivery=delivery.id, now=moment)
        moment += timedelta(days=1)
    told = [
        of_school(store, CHANGED + timedelta(days=days), "sent").splitlines()[0] for days in (-1, 0, 1, 2)
    ]
    assert [line.split("“")[1].split("”")[0] for line in told] == [
        "Waiting to send",
        "Held",
        "Waiting to send",
        "Not to be sent",
    ]


def test_what_came_later_is_not_there_yet(store, written, now, later):
    plan = Plan(URN, VisitKind.ADDITIONAL, "extra-1", date(2026, 12, 8), time(9), time(12))
    number = visits.plan_visit(store=store, plan=plan, now=later).value
    reports.open_report(store=store, visit=number, now=later)
    report = store.reports.of_visit(number).id
    assert "8 Dec" not in of_school(store, BETWEEN, "Visits")
    assert "8 Dec" in of_school(store, CHANGED, "Visits")
    with pytest.raises(UserError, match=r"This visit was planned after Wed 25 Nov 2026\."):
        as_of.visit(store=store, visit=number, on=BETWEEN, today=TODAY)
    with pytest.raises(UserError, match=r"This report was begun after Wed 25 Nov 2026\."):
        as_of.report(store=store, report=report, on=BETWEEN, today=TODAY)


def test_what_was_removed_past_its_years_is_kept_nowhere_and_said_to_be_removed(
    store, queued, written, later
):
    changed_agenda(store, written, later)
    store.outbox.advance(store.outbox.message(queued).deliveries, State.CANCELLED, later)
    gone = datetime(2033, 9, 1, 9).astimezone()
    retention.remove_past_papers(store=store, today=gone.date(), now=gone)
    of_the_visit = (
        "SELECT count(*) FROM former_row WHERE kind IN ('delivery', 'agenda_item') OR (kind, key) = "
    )
    assert store.database.value(f"{of_the_visit} ('visit', '{written}')") == 0
    told = of_visit(store, written, BETWEEN)
    assert (
        "Not known: what was written about it. It was past its years, and removed on Thu 1 Sep 2033." in told
    )
    assert "Held on Fri 20 Nov 2026." in told
    assert "It was not begun yet" not in told


def test_the_caseload_lists_what_can_be_asked_for(store, written):
    record = as_of.caseload(store=store, on=BETWEEN, today=TODAY)
    assert [chapter.title for chapter in record.chapters][1] == "Harbour Lights Primary School (990001)"
    assert "(visit 1)" in "\n".join(in_lines(record))
    assert "(report 1)" in "\n".join(in_lines(record))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (
            lambda store: as_of.school(store=store, urn=URN, on=TODAY + timedelta(days=1), today=TODAY),
            "has not come",
        ),
        (
            lambda store: as_of.school(store=store, urn=URN, on=FIRST_DAY - timedelta(days=1), today=TODAY),
            "the record begins on Tue 24 Nov 2026. Choose that day, or a later one.",
        ),
        (lambda store: as_of.school(store=store, urn="1", on=FIRST_DAY, today=TODAY), "No school with URN 1"),
        (lambda store: as_of.visit(store=store, visit=99, on=FIRST_DAY, today=TODAY), "no such visit"),
        (lambda store: as_of.report(store=store, report=99, on=FIRST_DAY, today=TODAY), "no such report"),
    ],
)
def test_a_day_or_a_number_that_cannot_be_asked_for_is_refused(store, written, ask, said):
    with pytest.raises(UserError) as caught:
        ask(store)
    assert said in str(caught.value)


def test_an_empty_store_says_that_nothing_is_recorded_yet(store):
    with pytest.raises(UserError, match="Nothing has been recorded here yet"):
        as_of.caseload(store=store, on=FIRST_DAY, today=TODAY)


def test_asking_changes_nothing(store, queued, written):
    before = store.database.value("SELECT total_changes()")
    for on in (FIRST_DAY, CHANGED):
        of_school(store, on)
        of_visit(store, written, on)
        as_of.report(store=store, report=1, on=on, today=TODAY)
        as_of.caseload(store=store, on=on, today=TODAY)
    assert store.database.value("SELECT total_changes()") == before


def test_former_stores_are_told_with_what_is_not_known(former):
    store = stores.unlock(former, PASSPHRASE)
    began, today = store.journal.began().date(), SystemClock().today()
    record = as_of.school(store=store, urn=sample.SCHOOL, on=max(began, FIRST_DAY), today=max(today, TODAY))
    told = "\n".join(in_lines(record))
    assert "Version 1, completed on" in told
    assert "Wren Tamblyn, head@harbourlights.example" in told
    assert "(visit 1), planned for Fri 20 Nov 2026, 09:00–12:30" in told
    store.close()


@pytest.mark.parametrize("private_at", [0, 1])
def test_a_note_that_was_ever_private_can_be_left_out(store, planned, now, later, private_at):
    kinds = [NoteKind.NOTE, NoteKind.NOTE]
    kinds[private_at] = NoteKind.PRIVATE
    note = visits.take_note(store=store, visit=planned, item="own-1", kind=kinds[0], text="Tired", now=now)
    visits.change_note(store=store, note=note, kind=kinds[1], text="Tired", now=later)
    for on in (FIRST_DAY, CHANGED):
        assert "Tired" in of_visit(store, planned, on, "Notes")
        record = as_of.visit(store=store, visit=planned, on=on, today=TODAY, with_private=False)
        assert texts(record, "Notes") == ["Nothing was recorded."]
