"""What moves a date or a recipient, or removes something, is taken back in one step, and says what it did."""

from datetime import date, time, timedelta

import pytest

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.circumstances import Fact
from sep_desktop.domain.entitlement import OverrideKind
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import Role
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.errors import IllegalTransition, UserError
from sep_desktop.services import outbox, reports, sample, schools, visits

URN = sample.SCHOOL
TERM, HOLIDAY = date(2026, 12, 1), date(2027, 8, 10)


@pytest.fixture
def visit(store, written, now):
    """A visit ahead, its agenda agreed."""
    plan = Plan("990004", VisitKind.ANNUAL, "annual", TERM, time(9), time(12))
    number = visits.plan_visit(store=store, plan=plan, now=now).value
    visits.agree_agenda(store=store, visit=number, now=now)
    return number


def journal(store):
    return [(each.event, each.text) for each in store.journal.entries()]


def move(store, visit, now, day=HOLIDAY, **changed):
    plan = store.visits.get(visit).plan
    return visits.move_visit(
        store=store, visit=visit, plan=Plan(**{**vars(plan), "day": day, **changed}), now=now
    )


def test_moving_says_from_where_to_where_and_what_speaks_against_it(store, visit, now):
    undo = move(store, visit, now).undo
    assert undo.sentence == "The visit moved from Tue 1 Dec 2026 to Tue 10 Aug 2027."
    assert "in the school holidays" in undo.remark


def test_a_moved_visit_is_where_it_was(store, visit, now):
    before = store.visits.get(visit)
    undo = move(store, visit, now, start=time(10)).undo
    undo.work(store, now)
    assert store.visits.get(visit) == before
    assert undo.undone == "The visit is on Tue 1 Dec 2026, 09:00–12:00, again."
    assert [event for event, _ in journal(store)].count("visit moved") == 2


def test_saving_a_plan_as_it_is_offers_nothing(store, visit, now):
    assert move(store, visit, now, TERM).undo is None


def hold(store, visit, now):
    visits.hold_visit(store=store, visit=visit, on=now.date(), now=now)


def cancel(store, visit, now):
    return visits.cancel_visit(store=store, visit=visit, because="Snow", now=now)


def move_again(store, visit, now):
    move(store, visit, now, date(2027, 3, 2))


@pytest.mark.parametrize("meanwhile", [hold, cancel, move_again])
def test_a_visit_that_moved_on_stays_as_it_is(store, visit, now, meanwhile):
    undo = move(store, visit, now).undo
    meanwhile(store, visit, now)
    present = store.visits.get(visit)
    with pytest.raises(UserError, match="since; it stays as it is"):
        undo.work(store, now)
    assert store.visits.get(visit) == present


def test_a_cancelled_visit_takes_place(store, visit, now):
    before = store.visits.get(visit)
    cancel(store, visit, now).undo.work(store, now)
    assert store.visits.get(visit) == before
    assert journal(store)[-1] == ("visit takes place", "its cancellation was taken back")


def test_a_cancelled_visit_whose_place_was_taken_stays_cancelled(store, visit, now):
    undo = cancel(store, visit, now).undo
    visits.plan_visit(store=store, plan=store.visits.get(visit).plan, now=now)
    with pytest.raises(UserError, match="Another visit is planned"):
        undo.work(store, now)


def test_a_visit_that_was_marked_as_held_is_still_to_come(store, visit, now):
    before = store.visits.get(visit)
    undo = visits.hold_visit(store=store, visit=visit, on=now.date(), now=now).undo
    undo.work(store, now)
    assert store.visits.get(visit) == before


def test_a_visit_whose_report_is_complete_stays_held(store, written, now):
    store.visits.hold(written, None, now)
    undo = visits.hold_visit(store=store, visit=written, on=now.date(), now=now).undo
    confirmed = reports.confirm(store=store, visit=written, now=now)
    reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    with pytest.raises(UserError, match="complete"):
        undo.work(store, now)
    assert store.visits.get(written).held_on


def test_a_removed_item_is_on_the_agenda_again_and_that_is_agreed(store, visit, now):
    items, agreed = store.visits.agenda(visit), store.visits.get(visit).agreed_on
    undo = visits.change_agenda(store=store, visit=visit, items=items[1:], now=now).undo
    assert undo.sentence.startswith(f"“{items[0].title}” was removed from the agenda.")
    undo.work(store, now)
    assert store.visits.agenda(visit) == items
    assert store.visits.get(visit).agreed_on == agreed
    assert journal(store)[-1][0] == "agenda put back"


def test_an_agenda_that_was_changed_since_stays(store, visit, now):
    items = store.visits.agenda(visit)
    undo = visits.change_agenda(store=store, visit=visit, items=items[1:], now=now).undo
    visits.change_agenda(store=store, visit=visit, items=items[2:], now=now)
    with pytest.raises(UserError, match="changed since"):
        undo.work(store, now)


def test_an_order_or_a_name_of_the_agenda_is_not_offered(store, visit, now):
    items = store.visits.agenda(visit)
    assert visits.change_agenda(store=store, visit=visit, items=items[::-1], now=now).undo is None


def set_head(store, now, name="Somebody New", email="new@school.example", since=None):
    return schools.set_contact(
        store=store, urn=URN, role=Role.HEADTEACHER, name=name, email=email, now=now, since=since
    )


def states(store, message):
    return {each.role: each.state for each in store.outbox.message(message).deliveries}


def test_who_held_a_role_holds_it_again_and_what_was_held_waits(store, queued, now):
    before, waiting = store.people.holder(URN, Role.HEADTEACHER), states(store, queued)
    facts = store.circumstances.history([URN])[URN]
    undo = set_head(store, now + timedelta(hours=1), since=now.date()).undo
    assert undo.sentence == (
        "Headteacher is now Somebody New, new@school.example. In post since Tue 24 Nov 2026. "
        "1 delivery to the former address held."
    )
    assert states(store, queued)[Role.HEADTEACHER] is State.HELD
    assert store.circumstances.history([URN])[URN] != facts
    undo.work(store, now + timedelta(hours=2))
    after = store.people.holder(URN, Role.HEADTEACHER)
    assert after == before, "the same person, with the same identity"
    assert states(store, queued) == waiting
    assert store.circumstances.history([URN])[URN] == facts
    assert [event for event, _ in journal(store)].count("person changed") >= 2


def test_the_day_since_which_somebody_is_in_post_is_taken_back(store, written, now):
    head, facts = store.people.holder(URN, Role.HEADTEACHER), store.circumstances.history([URN])[URN]
    undo = set_head(store, now, head.name, head.email, now.date()).undo
    undo.work(store, now)
    assert store.people.holder(URN, Role.HEADTEACHER) == head
    assert store.circumstances.history([URN])[URN] == facts


def test_what_was_decided_about_a_held_delivery_stays(store, queued, now):
    undo = set_head(store, now).undo
    (held,) = [each for each in store.outbox.message(queued).deliveries if each.state is State.HELD]
    outbox.cancel(store=store, delivery=held.id, now=now)
    undo.work(store, now)
    assert states(store, queued)[Role.HEADTEACHER] is State.CANCELLED


def test_a_person_who_was_the_first_is_known_no_more(store, now, written):
    clerk = Role("clerk to the governors")
    undo = schools.set_contact(
        store=store, urn="990004", role=clerk, name="First", email="first@x.example", now=now
    ).undo
    undo.work(store, now)
    assert store.people.holder("990004", clerk) is None


def test_a_role_that_somebody_else_has_by_now_stays_theirs(store, queued, now):
    undo = set_head(store, now).undo
    set_head(store, now, "A Third", "third@school.example")
    with pytest.raises(UserError, match="Somebody else is the headteacher by now"):
        undo.work(store, now)
    assert store.people.holder(URN, Role.HEADTEACHER).name == "A Third"


def test_confirming_who_is_known_offers_nothing(store, queued, now):
    head = store.people.holder(URN, Role.HEADTEACHER)
    assert set_head(store, now, head.name, head.email).undo is None


def test_another_address_for_a_delivery_goes_back(store, queued, now):
    delivery = store.outbox.message(queued).deliveries[0]
    undo = outbox.correct_address(
        store=store, delivery=delivery.id, address="other@school.example", now=now
    ).undo
    assert undo.sentence == f"It goes to other@school.example now, and not to {delivery.address}."
    undo.work(store, now + timedelta(minutes=1))
    waiting = [
        each.address
        for message in store.outbox.messages()
        for each in message.deliveries
        if each.role == delivery.role and each.state is State.QUEUED
    ]
    assert waiting == [delivery.address]


@pytest.mark.parametrize("state", [State.REFUSED, State.HELD])
def test_a_delivery_that_stood_still_stands_still_again(store, queued, now, state):
    delivery = store.outbox.message(queued).deliveries[0]
    store.outbox.advance([delivery], state, now)
    undo = outbox.correct_address(
        store=store, delivery=delivery.id, address="other@school.example", now=now
    ).undo
    undo.work(store, now + timedelta(minutes=1))
    last = store.outbox.messages()[-1].deliveries
    assert [(each.address, each.state) for each in last] == [(delivery.address, State.HELD)]


def test_what_has_gone_to_another_address_cannot_be_taken_back(store, queued, now):
    delivery = store.outbox.message(queued).deliveries[0]
    undo = outbox.correct_address(
        store=store, delivery=delivery.id, address="other@school.example", now=now
    ).undo
    (new,) = store.outbox.messages()[-1].deliveries
    store.outbox.advance([new], State.HANDING_OVER, now)
    with pytest.raises(IllegalTransition, match="being sent at this moment"):
        undo.work(store, now)


def circumstance(store, now):
    return schools.set_circumstance(
        store=store, urn="990004", fact=Fact.FLOOR, value="yes", since=now.date(), source="", now=now
    )


def departure(store, now):
    year = AcademicYear.of(now.date())
    return schools.override_due_item(
        store=store, urn="990004", year=year, due_key="annual", kind=OverrideKind.WAIVE, reason="-", now=now
    )


def support(store, now):
    return schools.record_support(store=store, urn="990004", on=now.date(), hours=3, now=now)


def state_of(store, now):
    return schools.view(store=store, urn="990004", today=now.date())


@pytest.mark.parametrize("record", [circumstance, departure, support])
def test_what_was_recorded_about_a_school_is_taken_back(store, written, now, record):
    before = state_of(store, now)
    undo = record(store, now).undo
    assert undo.sentence
    assert state_of(store, now) != before
    lines = len(journal(store))
    undo.work(store, now)
    assert state_of(store, now) == before
    assert len(journal(store)) == lines + 1


def test_a_departure_that_was_withdrawn_counts_again(store, written, now):
    departure(store, now)
    before = state_of(store, now)
    (item,) = [each for each in before.entitlement.items if each.override]
    undo = schools.withdraw_override(
        store=store,
        urn="990004",
        year=AcademicYear.of(now.date()),
        override=item.override.id,
        now=now,
    ).undo
    undo.work(store, now)
    assert state_of(store, now) == before


def test_a_departure_that_was_decided_otherwise_since_stays_withdrawn(store, written, now):
    departure(store, now)
    (item,) = [each for each in state_of(store, now).entitlement.items if each.override]
    undo = schools.withdraw_override(
        store=store,
        urn="990004",
        year=AcademicYear.of(now.date()),
        override=item.override.id,
        now=now,
    ).undo
    departure(store, now)
    with pytest.raises(UserError, match="Something else was decided"):
        undo.work(store, now)


def test_support_that_was_recorded_by_mistake_counts_again(store, written, now):
    support(store, now)
    before = state_of(store, now)
    undo = schools.withdraw_support(store=store, urn="990004", support=before.support[0].id, now=now).undo
    undo.work(store, now)
    assert state_of(store, now) == before


@pytest.fixture
def corrected(store, queued, written, now):
    """The sample report, complete, with a correction begun."""
    report = reports.open_report(store=store, visit=written, now=now)
    reports.save_section(store=store, report=report.id, key="comments", text="Put right.", now=now)
    return written


def words(store, visit, now):
    return reports.open_report(store=store, visit=visit, now=now).content


def test_a_dropped_correction_is_taken_up_again(store, corrected, now):
    before = words(store, corrected, now)
    undo = reports.drop_correction(store=store, visit=corrected, now=now).undo
    assert words(store, corrected, now) != before
    undo.work(store, now)
    assert words(store, corrected, now) == before


def test_a_correction_that_was_begun_since_keeps_its_words(store, corrected, now):
    undo = reports.drop_correction(store=store, visit=corrected, now=now).undo
    report = reports.open_report(store=store, visit=corrected, now=now)
    reports.save_section(store=store, report=report.id, key="comments", text="Other words.", now=now)
    with pytest.raises(UserError, match="written in since"):
        undo.work(store, now)
    assert words(store, corrected, now)["comments"] == "Other words."
