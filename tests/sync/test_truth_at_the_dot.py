"""A run says what the server said, whatever is decided while it weighs the message."""

import email
from email import policy

import pytest

from sep_desktop.domain.outbox import Choice, State
from sep_desktop.errors import IllegalTransition
from sep_desktop.services import outbox, reports
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.transport import NoConnection, Outcome
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import SENDER, FakeTransport
from tests.sync.test_hand_over import _second_report as second_report
from tests.sync.test_hand_over import new_chair

CHAIR = "chair@harbourlights.example"
REFUSED, PUT_OFF = Outcome(State.REFUSED, "550 no such user"), Outcome(State.RETRY, "450 later")
ACCEPTED = Outcome(State.ACCEPTED, "250 ok")


class Weighing(FakeTransport):
    """The chair is answered before the dot; ``meanwhile`` happens while the others are weighed."""

    def __init__(self, before, after, meanwhile):
        super().__init__()
        self.before, self.after, self.meanwhile = before, after, meanwhile

    def submit(self, sender, recipients, raw, handing_over):
        settled = {CHAIR: self.before} if self.before and CHAIR in recipients else {}
        handing_over(settled)
        self.meanwhile()
        self.sent.append((tuple(each for each in recipients if each not in settled), raw))
        return {**dict.fromkeys(recipients, self.after), **settled}


def states(store, message):
    return [each.state for each in store.outbox.deliveries(message)]


def run(store, clock, transport):
    return hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)


def cancel(store, delivery, now):
    outbox.cancel(store=store, delivery=delivery, now=now)


def settle_again(store, delivery, now):
    outbox.settle(store=store, delivery=delivery, choice=Choice.AGAIN, now=now)


def readdress(store, delivery, now):
    outbox.correct_address(store=store, delivery=delivery, address="corin@harbourlights.example", now=now)


@pytest.mark.parametrize(
    ("before", "deed", "becomes"),
    [
        (REFUSED, cancel, State.CANCELLED),
        (REFUSED, readdress, State.CANCELLED),
        (REFUSED, settle_again, State.QUEUED),
        (PUT_OFF, cancel, State.CANCELLED),
        (PUT_OFF, readdress, State.CANCELLED),
    ],
)
def test_what_is_decided_about_one_meanwhile_hides_nothing_of_the_others(
    store, queued, clock, before, deed, becomes
):
    chair = store.outbox.deliveries(queued)[1].id
    transport = Weighing(before, ACCEPTED, lambda: deed(store, chair, clock.now()))
    report = run(store, clock, transport)
    assert report.states == {before.state: 1, State.ACCEPTED: 2}
    assert report.stopped is None
    assert states(store, queued) == [State.ACCEPTED, becomes, State.ACCEPTED]
    again = FakeTransport()
    run(store, clock, again)
    assert all("head@harbourlights.example" not in people for people, _ in again.sent), "nobody twice"


@pytest.mark.parametrize("choice", list(Choice))
def test_nothing_is_decided_about_whom_the_server_weighs(store, queued, clock, choice):
    refusals = []

    def decide():
        for each in store.outbox.deliveries(queued):
            with pytest.raises(IllegalTransition, match="being sent at this moment") as refused:
                outbox.settle(store=store, delivery=each.id, choice=choice, now=clock.now())
            refusals.append(refused)

    report = run(store, clock, Weighing(None, ACCEPTED, decide))
    assert len(refusals) == 3
    assert report.states == {State.ACCEPTED: 3}
    assert states(store, queued) == [State.ACCEPTED] * 3


@pytest.mark.parametrize("after", [ACCEPTED, Outcome(State.UNKNOWN, "The line broke."), PUT_OFF])
def test_a_correction_completed_meanwhile_changes_nothing_of_what_is_said(
    store, written, queued, clock, after
):
    def correct():
        report = reports.open_report(store=store, visit=written, now=clock.now())
        reports.save_section(store=store, report=report.id, key="comments", text="Other.", now=clock.now())
        confirmed = reports.confirm(store=store, visit=written, now=clock.now(), reason="A figure was wrong.")
        reports.complete(store=store, visit=written, confirmed=confirmed, now=clock.now())

    report = run(store, clock, Weighing(REFUSED, after, correct))
    assert report.states == {State.REFUSED: 1, after.state: 2}
    assert [states(store, queued)[at] for at in (0, 2)] == [after.state] * 2
    newest = FakeTransport()
    run(store, clock, newest)
    ((people, raw),) = newest.sent
    assert len(people) == 3
    assert b"version 2" in raw


@pytest.mark.parametrize("deed", [outbox.hold, outbox.cancel])
def test_a_decision_before_the_dot_stands_though_the_line_breaks(store, queued, clock, deed):
    chair = store.outbox.deliveries(queued)[1].id

    class Breaking(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            deed(store=store, delivery=chair, now=clock.now())
            return dict.fromkeys(recipients, Outcome(State.RETRY, "The line broke."))

    report = run(store, clock, Breaking())
    assert report.states == {State.RETRY: 2}
    decided = State.HELD if deed is outbox.hold else State.CANCELLED
    assert states(store, queued) == [State.RETRY, decided, State.RETRY]


def test_a_decision_that_keeps_a_message_back_is_said_with_the_run(store, queued, clock):
    third = store.outbox.deliveries(queued)[2].id

    class Holding(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            outbox.hold(store=store, delivery=third, now=clock.now())
            return super().submit(sender, recipients, raw, handing_over)

    report = run(store, clock, Holding())
    assert str(report).startswith("Nothing was sent. A delivery that is “Held” cannot become")


def test_what_was_said_before_the_line_could_not_be_remembered_is_kept(store, queued, clock, monkeypatch):
    def full(*_):
        raise NoConnection("The computer's memory is full.")

    monkeypatch.setattr(VisitsQueue, "remember_epoch", full)
    report = run(store, clock, Weighing(REFUSED, ACCEPTED, lambda: None))
    assert report.states[State.REFUSED] == 1
    assert report.states[State.RETRY] == 2
    assert states(store, queued) == [State.RETRY, State.REFUSED, State.RETRY]


def test_a_school_renamed_before_it_is_sent_keeps_the_name_of_the_version(store, queued, clock):
    store.database.run("UPDATE school SET name = 'Another Name Academy'")
    transport = FakeTransport()
    run(store, clock, transport)
    ((_, raw),) = transport.sent
    message = email.message_from_bytes(raw, policy=policy.default)
    assert "Harbour Lights Primary School" in message["Subject"]
    assert "Harbour Lights Primary School" in message.get_body().get_content()
    assert b"Another Name" not in raw
    assert store.outbox.message(queued).title == "Harbour Lights Primary School, version 1"


def test_a_school_renamed_while_it_is_confirmed_is_called_in_the_subject_as_on_the_paper(
    store, written, clock
):
    confirmed = reports.confirm(store=store, visit=written, now=clock.now())
    store.database.run("UPDATE school SET name = 'Another Name Academy'")
    reports.complete(store=store, visit=written, confirmed=confirmed, now=clock.now())
    (message,) = store.outbox.messages()
    assert message.school == "Harbour Lights Primary School"
    assert message.subject.startswith("Annual visit report: Harbour Lights Primary School,")


def test_a_corrected_address_keeps_the_name_of_the_version_too(store, queued, clock):
    store.database.run("UPDATE school SET name = 'Another Name Academy'")
    chair = store.outbox.deliveries(queued)[1].id
    readdress(store, chair, clock.now())
    assert {each.school for each in store.outbox.messages()} == {"Harbour Lights Primary School"}


def test_an_address_that_is_taken_back_is_held_where_somebody_else_has_the_role_by_now(store, queued, clock):
    new_chair(store, clock)
    run(store, clock, FakeTransport())
    (held,) = store.outbox.in_state(State.HELD)
    changed = outbox.correct_address(
        store=store, delivery=held.id, address="nell@harbourlights.example", now=clock.now()
    )
    second_report(store, clock)
    changed.undo.work(store, clock.now())
    transport = FakeTransport()
    run(store, clock, transport)
    assert [people for people, _ in transport.sent if CHAIR in people] == [], "who has left"
    assert CHAIR in {each.address for each in store.outbox.in_state(State.HELD)}


def test_the_same_address_in_another_case_is_nobody_new(store, queued, clock):
    new_chair(store, clock, email=CHAIR.title())
    transport = FakeTransport()
    run(store, clock, transport)
    ((people, _),) = transport.sent
    assert CHAIR in people
