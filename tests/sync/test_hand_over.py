"""The outbox end to end: nothing twice by itself, nothing lost, everything written down."""

import email
import hashlib
from dataclasses import replace
from datetime import timedelta
from email import policy

import pytest

from sep_desktop.domain.distribution import Recipient
from sep_desktop.domain.outbox import Choice, State
from sep_desktop.domain.people import ROLES, Role
from sep_desktop.domain.report import Progress, rows, store_rows
from sep_desktop.errors import EnvironmentProblem, IllegalTransition, UserError
from sep_desktop.services import outbox, reports, sample, schools
from sep_desktop.storage.message_kinds import REPORT
from sep_desktop.storage.store_problems import DiskFull
from sep_desktop.sync import accounts, hand_out, hand_over, laying_down, visits_queue
from sep_desktop.sync.hand_out import write_messages, write_papers
from sep_desktop.sync.message import Sender
from sep_desktop.sync.transport import LoginRefused, NoConnection, Outcome
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import SENDER, FakeKeyring, FakeTransport

SETTLING = (Choice.ARRIVED, Choice.AGAIN, Choice.LEAVE)
HEAD, CHAIR, LEAD = "head@harbourlights.example", "chair@harbourlights.example", "m.oake@council.example"


def states(store, message):
    return [each.state for each in store.outbox.deliveries(message)]


def run(store, transport, clock, **options):
    return hand_over.hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True, **options)


def test_a_report_goes_to_exactly_three_in_one_message(store, queued, clock):
    transport = FakeTransport()
    report = run(store, transport, clock)
    assert states(store, queued) == [State.ACCEPTED] * 3
    assert "accepted by the mail server" in [entry.event for entry in store.journal.entries()]
    ((people, raw),) = transport.sent
    assert people == (HEAD, CHAIR, LEAD)
    message = email.message_from_bytes(raw, policy=policy.default)
    assert [each.addr_spec for each in message["To"].addresses] == [HEAD, CHAIR, LEAD]
    assert message["Reply-To"] == "Ada Penrose <ada.penrose@sep.example>"
    (attachment,) = message.iter_attachments()
    assert attachment.get_content() == store.outbox.pdf(store.outbox.messages()[0])
    assert str(report) == "Accepted by the mail server: 3 people."
    assert run(store, transport, clock).states == {}


def test_handing_over_is_durable_before_the_dot(store, queued, clock):
    seen = []

    class Watching(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            seen.append(states(store, queued))
            handing_over({})
            seen.append(states(store, queued))
            return {each: Outcome(State.ACCEPTED, "250") for each in recipients}

    run(store, Watching(), clock)
    assert seen == [[State.QUEUED] * 3, [State.HANDING_OVER] * 3]


def test_what_was_cut_off_is_unknown_and_never_sent_again_by_itself(store, queued, clock):
    store.outbox.advance(store.outbox.deliveries(queued), State.HANDING_OVER, clock.now(), tried=True)
    assert outbox.recover(store=store, now=clock.now()) == 3
    transport = FakeTransport()
    for _ in range(10):
        outbox.recover(store=store, now=clock.now())
        run(store, transport, clock)
    assert not transport.sent
    assert states(store, queued) == [State.UNKNOWN] * 3


def test_the_three_choices_for_an_unknown_are_carried_out_and_written_down(store, queued, clock):
    store.outbox.advance(store.outbox.deliveries(queued), State.HANDING_OVER, clock.now())
    outbox.recover(store=store, now=clock.now())
    for delivery, choice in zip(store.outbox.deliveries(queued), SETTLING, strict=True):
        outbox.settle(store=store, delivery=delivery.id, choice=choice, now=clock.now())
    assert states(store, queued) == [State.CONFIRMED, State.QUEUED, State.CANCELLED]
    chosen = [entry.event for entry in store.journal.entries() if entry.event.startswith("you chose")]
    assert chosen == ["you chose: it arrived", "you chose: send again", "you chose: leave it"]


def test_one_bad_address_does_not_stop_the_others(store, queued, clock):
    transport = FakeTransport(per_address={CHAIR: Outcome(State.REFUSED, "550 no such user")})
    run(store, transport, clock)
    assert states(store, queued) == [State.ACCEPTED, State.REFUSED, State.ACCEPTED]
    assert transport.sent[0][0] == (HEAD, LEAD)


def test_a_corrected_address_gets_a_new_message_and_only_that_person(store, queued, clock):
    run(store, FakeTransport(per_address={CHAIR: Outcome(State.REFUSED, "550 no")}), clock)
    refused = store.outbox.in_state(State.REFUSED)[0]
    with pytest.raises(UserError):
        outbox.correct_address(store=store, delivery=refused.id, address="not an address", now=clock.now())
    outbox.correct_address(
        store=store, delivery=refused.id, address="corin@harbourlights.example", now=clock.now()
    )
    transport = FakeTransport()
    run(store, transport, clock)
    assert [people for people, _ in transport.sent] == [("corin@harbourlights.example",)]
    assert states(store, queued) == [State.ACCEPTED, State.CANCELLED, State.ACCEPTED]


def test_what_is_put_off_is_sent_again_with_the_same_bytes(store, queued, clock):
    transport = FakeTransport(answer=State.RETRY, reply="451 later")
    run(store, transport, clock)
    assert states(store, queued) == [State.RETRY] * 3
    too_early = hand_over.hand_over(VisitsQueue(store), FakeTransport(), SENDER, clock, at_once=False)
    assert too_early.states == {}, "not before its time"
    clock.moment += timedelta(minutes=2)
    transport.answer = State.ACCEPTED
    somebody_else = Sender("Somebody Else", "else@sep.example")
    hand_over.hand_over(VisitsQueue(store), transport, somebody_else, clock, at_once=False)
    first, second = (hashlib.sha256(raw).hexdigest() for _, raw in transport.sent)
    assert first == second
    assert states(store, queued) == [State.ACCEPTED] * 3
    assert [each.attempts for each in store.outbox.deliveries(queued)] == [2, 2, 2]


@pytest.mark.parametrize("problem", [NoConnection("No line."), LoginRefused("Refused.")])
def test_no_line_or_a_refused_login_stops_the_run_after_one_attempt(store, queued, clock, problem):
    transport = FakeTransport(fails_to_open=problem)
    report = run(store, transport, clock)
    assert report.stopped is problem
    assert transport.opened == 1
    assert states(store, queued) == [State.RETRY] * 3
    assert store.outbox.deliveries(queued)[0].reply == problem.message
    assert [each.attempts for each in store.outbox.deliveries(queued)] == [1] * 3
    assert report.states == {State.RETRY: 3}
    assert "sending stopped" in [entry.event for entry in store.journal.entries()]


def test_a_poisoned_report_does_not_stop_the_next(store, queued, clock):
    visit = _second_report(store, clock)

    class Poisoned(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            outcomes = super().submit(sender, recipients, raw, handing_over)
            state = State.REFUSED if len(self.sent) == 1 else State.ACCEPTED
            return {each: Outcome(state, "552") for each in outcomes}

    run(store, Poisoned(), clock)
    messages = store.outbox.messages()
    assert [message.part.visit_id for message in messages][1] == visit
    assert [message.deliveries[0].state for message in messages] == [State.REFUSED, State.ACCEPTED]


def _second_report(store, clock):
    clock.moment += timedelta(minutes=1)
    visit = sample._held_visit(store, clock.now())
    report = reports.open_report(store=store, visit=visit, now=clock.now())
    judged = [replace(each, judgement="done") for each in rows(Progress, report.content["progress"])]
    reports.save_section(
        store=store, report=report.id, key="progress", text=store_rows(judged), now=clock.now()
    )
    confirmed = reports.confirm(store=store, visit=visit, now=clock.now())
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=clock.now())
    return visit


def test_two_runs_at_once_are_refused(store, queued, clock):
    class Nested(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            with pytest.raises(EnvironmentProblem, match="already under way"):
                run(store, FakeTransport(), clock)
            return super().submit(sender, recipients, raw, handing_over)

    run(store, Nested(), clock)
    assert states(store, queued) == [State.ACCEPTED] * 3


def test_held_and_cancelled_deliveries_do_not_go(store, queued, clock):
    first, second, _ = store.outbox.deliveries(queued)
    outbox.hold(store=store, delivery=first.id, now=clock.now())
    outbox.cancel(store=store, delivery=second.id, now=clock.now())
    run(store, FakeTransport(), clock)
    assert states(store, queued) == [State.HELD, State.CANCELLED, State.ACCEPTED]
    outbox.release(store=store, delivery=first.id, now=clock.now())
    run(store, FakeTransport(), clock)
    assert states(store, queued)[0] is State.ACCEPTED
    with pytest.raises(IllegalTransition):
        outbox.cancel(store=store, delivery=first.id, now=clock.now())


@pytest.mark.parametrize("fault", [None, NoConnection("No line.")])
def test_the_connection_is_closed_at_the_end_of_a_run(store, queued, clock, fault):
    transport = FakeTransport(fails_to_open=fault)
    run(store, transport, clock)
    assert transport.closed == 1


def test_a_message_of_a_replaced_version_that_still_waits_is_cancelled_by_the_run(
    store, written, queued, clock
):
    """Completing cancels what waits; this is for what waits all the same, as after a backup was put back."""
    first = store.outbox.messages()[0]
    report = reports.open_report(store=store, visit=written, now=clock.now())
    reports.save_section(store=store, report=report.id, key="comments", text="Changed.", now=clock.now())
    confirmed = reports.confirm(store=store, visit=written, now=clock.now(), reason="A figure was wrong.")
    reports.complete(store=store, visit=written, confirmed=confirmed, now=clock.now())
    late = queue_again(store, first, "<late@x.example>", clock.now())
    transport = FakeTransport()
    run(store, transport, clock)
    assert states(store, late) == [State.CANCELLED] * 3
    assert {each.reply for each in store.outbox.deliveries(late)} == {
        "Replaced by version 2 before it was sent."
    }
    assert len(transport.sent) == 1


def test_somebody_held_at_the_last_moment_stops_the_message_and_the_journal_says_so(store, queued, clock):
    third = store.outbox.deliveries(queued)[2].id

    class Holding(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            outbox.hold(store=store, delivery=third, now=clock.now())
            return super().submit(sender, recipients, raw, handing_over)

    transport = Holding()
    run(store, transport, clock)
    assert not transport.sent
    assert states(store, queued) == [State.QUEUED, State.QUEUED, State.HELD]
    assert "not sent" in [entry.event for entry in store.journal.entries()]


def test_a_correction_takes_the_place_of_what_still_waits(store, written, queued, clock):
    report = reports.open_report(store=store, visit=written, now=clock.now())
    reports.save_section(store=store, report=report.id, key="comments", text="Changed.", now=clock.now())
    with pytest.raises(UserError, match="needs its reason"):
        reports.confirm(store=store, visit=written, now=clock.now())
    confirmed = reports.confirm(store=store, visit=written, now=clock.now(), reason="A figure was wrong.")
    reports.complete(store=store, visit=written, confirmed=confirmed, now=clock.now())
    assert states(store, queued) == [State.CANCELLED] * 3
    transport = FakeTransport()
    run(store, transport, clock)
    ((_, raw),) = transport.sent
    assert b"version 2" in raw
    one, two = store.outbox.messages()
    assert one.identifier != two.identifier


def test_message_files_hold_the_same_message(store, queued, clock, tmp_path):
    (path,) = write_messages(VisitsQueue(store), SENDER, tmp_path, clock).files
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["Subject"] == "Annual visit report: Harbour Lights Primary School, Fri 20 Nov 2026"
    assert states(store, queued) == [State.HANDED_OUT] * 3
    assert write_messages(VisitsQueue(store), SENDER, tmp_path, clock).files == []


def test_a_message_file_is_a_draft_for_whatever_opens_it(store, queued, clock, tmp_path):
    (path,) = write_messages(VisitsQueue(store), SENDER, tmp_path, clock).files
    assert b"X-Unsent: 1" in path.read_bytes()


def test_papers_leave_with_a_list_of_addresses(store, queued, clock, tmp_path):
    (path,) = write_papers(VisitsQueue(store), tmp_path, clock).files
    assert path.read_bytes().startswith(b"%PDF-1.7")
    lines = (tmp_path / "addresses.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[1].endswith(f"Wren Tamblyn,{HEAD}")
    assert path.name == store.outbox.messages()[0].file_name


def test_a_folder_that_cannot_be_written_leaves_everything_waiting(store, queued, clock, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        write_messages(VisitsQueue(store), SENDER, blocked, clock)
    assert states(store, queued) == [State.QUEUED] * 3


def test_the_journal_is_harmless_in_a_spreadsheet(store, queued, clock):
    store.journal.add(clock.now(), "trial", "=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in outbox.journal_csv(store=store)
    assert "report completed" in outbox.journal_csv(store=store)


def test_the_password_comes_from_the_keyring_or_is_asked_for(store):
    for key, value in (("mail.host", "smtp.example"), ("mail.user", "ada")):
        store.settings.put(key, value)
    mail, keyring = accounts.mail_settings(store), FakeKeyring()
    accounts.keep_password(mail, keyring, "kept")
    assert accounts.kept_password(mail, keyring) == "kept"
    keyring.locked = True
    assert accounts.kept_password(mail, keyring) == "", "the user is asked instead"
    assert mail.account("asked").password == "asked"
    with pytest.raises(UserError, match="password was not given"):
        mail.account("")


def test_a_password_that_is_not_to_be_kept_is_not(store):
    for key, value in (("mail.host", "smtp.example"), ("mail.user", "ada"), ("mail.remember", False)):
        store.settings.put(key, value)
    mail, keyring = accounts.mail_settings(store), FakeKeyring()
    accounts.keep_password(mail, keyring, "secret")
    assert keyring.secrets == {}
    assert accounts.kept_password(mail, FakeKeyring({"mail ada smtp.example": "old"})) == ""


@pytest.mark.parametrize("missing", ["mail.host", "mail.user"])
def test_a_password_is_kept_for_an_account_alone(store, missing):
    for key in {"mail.host", "mail.user"} - {missing}:
        store.settings.put(key, "x")
    with pytest.raises(UserError, match="server and the account"):
        accounts.keep_password(accounts.mail_settings(store), FakeKeyring(), "secret")


def test_unfinished_settings_say_where_to_finish_them(store):
    mail = accounts.mail_settings(store)
    with pytest.raises(UserError, match="No mail server"):
        mail.account("")
    with pytest.raises(UserError, match="not entered yet"):
        mail.sender()
    with pytest.raises(UserError, match="No folder"):
        mail.chosen_folder()
    assert not accounts.connectivity(mail).is_up()


def test_an_answer_that_cannot_be_written_down_is_unknown_not_tried_again(store, queued, clock, monkeypatch):
    transport = FakeTransport()
    with monkeypatch.context() as patched:

        def full(*_, **__):
            raise DiskFull("The disk is full.")

        patched.setattr(hand_over, "_write_down", full)
        report = run(store, transport, clock)
    assert isinstance(report.stopped, DiskFull)
    assert report.states == {State.UNKNOWN: 3}
    assert states(store, queued) == [State.UNKNOWN] * 3
    run(store, transport, clock)
    assert len(transport.sent) == 1


def test_the_ways_out_without_a_server_take_only_who_is_due(store, queued, clock, tmp_path):
    run(
        store,
        FakeTransport(
            answer=State.ACCEPTED,
            per_address={CHAIR: Outcome(State.RETRY, "451"), LEAD: Outcome(State.REFUSED, "550")},
        ),
        clock,
    )
    _head, chair, lead = store.outbox.deliveries(queued)
    outbox.correct_address(store=store, delivery=lead.id, address="oake@council.example", now=clock.now())
    outbox.hold(store=store, delivery=chair.id, now=clock.now())
    (path,) = write_messages(VisitsQueue(store), SENDER, tmp_path, clock).files
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert [each.addr_spec for each in message["To"].addresses] == ["oake@council.example"]
    assert states(store, queued) == [State.ACCEPTED, State.HELD, State.CANCELLED]


def test_a_replaced_version_is_sent_to_nobody_by_any_way(store, written, queued, clock, tmp_path):
    run(store, FakeTransport(per_address={CHAIR: Outcome(State.REFUSED, "550")}), clock)
    report = reports.open_report(store=store, visit=written, now=clock.now())
    reports.save_section(
        store=store, report=report.id, key="comments", text="It named a child.", now=clock.now()
    )
    confirmed = reports.confirm(store=store, visit=written, now=clock.now(), reason="It named a child.")
    reports.complete(store=store, visit=written, confirmed=confirmed, now=clock.now())
    assert states(store, queued) == [State.ACCEPTED, State.CANCELLED, State.ACCEPTED]
    written_files = write_messages(VisitsQueue(store), SENDER, tmp_path, clock).files
    assert ["-v2-" in path.name for path in written_files] == [True]


def test_a_new_chair_holds_what_waits_for_the_old_one(store, queued, clock):
    schools.set_contact(
        store=store,
        urn=sample.SCHOOL,
        role=Role.CHAIR,
        name="Nell Ark",
        email="nell@harbourlights.example",
        now=clock.now(),
    )
    transport = FakeTransport()
    run(store, transport, clock)
    people, raw = transport.sent[0]
    assert people == (HEAD, LEAD)
    assert CHAIR.encode() not in raw
    held = store.outbox.in_state(State.HELD)[0]
    assert "Nell Ark" in held.reply
    outbox.correct_address(
        store=store, delivery=held.id, address="nell@harbourlights.example", now=clock.now()
    )
    run(store, transport, clock)
    assert transport.sent[1][0] == ("nell@harbourlights.example",)


NAMES = (
    "Dr Alexandra Featherstonehaugh-Cholmondeley, private@elsewhere.example, Chair of Governors",
    'Revd "Mike" <mike@elsewhere.example>',
    "=?utf-8?q?a=40b?= x@y.example",
    "Łucja Zielińska, محمد الحسن (governor); and others of the Roman Catholic Voluntary Aided Primary School",
    "A\r\nBcc: private@elsewhere.example",
    "",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_read_as_an_address(store, queued, clock, tmp_path, name):
    store.database.run("UPDATE delivery SET name = ? WHERE role = ?", (name, Role.CHAIR))
    (path,) = write_messages(VisitsQueue(store), SENDER, tmp_path, clock).files
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert [each.addr_spec for each in message["To"].addresses] == [HEAD, CHAIR, LEAD]
    assert message["Bcc"] is None


def test_two_reports_of_one_school_and_day_are_two_files(store, queued, clock, tmp_path):
    _second_report(store, clock)
    assert len({path.name for path in write_messages(VisitsQueue(store), SENDER, tmp_path, clock).files}) == 2


def new_chair(store, clock, email="nell@harbourlights.example"):
    clock.moment += timedelta(minutes=1)
    schools.set_contact(
        store=store, urn=sample.SCHOOL, role=Role.CHAIR, name="Nell Ark", email=email, now=clock.now()
    )


def test_a_chair_who_changes_during_a_hand_over_is_not_sent_the_next_attempt(store, queued, clock):
    class Slow(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            handing_over({})
            new_chair(store, clock)
            return {each: Outcome(State.RETRY, "451 later") for each in recipients}

    run(store, Slow(), clock)
    transport = FakeTransport()
    run(store, transport, clock)
    ((people, raw),) = transport.sent
    assert people == (HEAD, LEAD)
    assert CHAIR.encode() not in raw, "an answer to all of them would reach who left"
    assert states(store, queued) == [State.CANCELLED, State.HELD, State.CANCELLED]
    first, anew = store.outbox.messages()
    assert [each.state for each in anew.deliveries] == [State.ACCEPTED] * 2
    assert first.identifier != anew.identifier
    assert first.identifier.encode() not in raw


def test_sending_again_asks_who_holds_the_role_now(store, queued, clock):
    run(store, FakeTransport(per_address={CHAIR: Outcome(State.REFUSED, "550")}), clock)
    new_chair(store, clock)
    refused = store.outbox.in_state(State.REFUSED)[0]
    with pytest.raises(UserError, match=r"Nell Ark .* took this role"):
        outbox.settle(store=store, delivery=refused.id, choice=Choice.AGAIN, now=clock.now())
    assert store.outbox.delivery(refused.id).state is State.REFUSED
    outbox.correct_address(
        store=store, delivery=refused.id, address="nell@harbourlights.example", now=clock.now()
    )
    assert store.outbox.in_state(State.QUEUED)[0].name == "Nell Ark"


def test_releasing_says_at_once_why_it_may_not_leave(store, queued, clock):
    new_chair(store, clock)
    held = store.outbox.in_state(State.HELD)[0]
    with pytest.raises(UserError, match="Correct the address, or enter it again"):
        outbox.release(store=store, delivery=held.id, now=clock.now())
    assert store.outbox.delivery(held.id).state is State.HELD


def test_confirming_the_same_person_again_holds_nothing(store, queued, clock):
    refused = store.outbox.deliveries(queued)[1]
    outbox.hold(store=store, delivery=refused.id, now=clock.now())
    outbox.correct_address(
        store=store, delivery=refused.id, address="corin@harbourlights.example", now=clock.now()
    )
    clock.moment += timedelta(days=1)
    schools.set_contact(
        store=store, urn=sample.SCHOOL, role=Role.CHAIR, name="Corin Bale", email=CHAIR, now=clock.now()
    )
    transport = FakeTransport()
    run(store, transport, clock)
    assert ("corin@harbourlights.example",) in [people for people, _ in transport.sent]


def test_a_file_for_one_does_not_take_the_place_of_the_file_for_all(store, queued, clock, tmp_path):
    write_messages(VisitsQueue(store), SENDER, tmp_path, clock)
    outbox.settle(
        store=store, delivery=store.outbox.deliveries(queued)[0].id, choice=Choice.AGAIN, now=clock.now()
    )
    write_messages(VisitsQueue(store), SENDER, tmp_path, clock)
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_a_list_in_another_encoding_is_added_to_and_kept(store, queued, clock, tmp_path):
    (tmp_path / "addresses.csv").write_bytes("file,school\nx,Café\n".encode("cp1252"))
    write_papers(VisitsQueue(store), tmp_path, clock)
    assert (tmp_path / "addresses.csv").read_bytes().startswith("file,school\nx,Café\n".encode("cp1252"))
    assert states(store, queued) == [State.HANDED_OUT] * 3


def test_papers_are_not_handed_out_when_the_list_cannot_be_written(store, queued, clock, tmp_path):
    (tmp_path / "addresses.csv").mkdir()
    with pytest.raises(EnvironmentProblem):
        write_papers(VisitsQueue(store), tmp_path, clock)
    assert states(store, queued) == [State.QUEUED] * 3


def test_somebody_held_while_the_file_is_written_takes_it_back(store, queued, clock, tmp_path, monkeypatch):
    build = visits_queue.build

    def holding(*arguments, **options):
        outbox.hold(store=store, delivery=store.outbox.deliveries(queued)[1].id, now=clock.now())
        return build(*arguments, **options)

    monkeypatch.setattr(visits_queue, "build", holding)
    with pytest.raises(IllegalTransition):
        write_messages(VisitsQueue(store), SENDER, tmp_path, clock)
    assert not list(tmp_path.glob("*.eml"))
    assert states(store, queued) == [State.QUEUED, State.HELD, State.QUEUED]


def test_a_pdf_taken_back_is_in_no_list_either(store, queued, clock, tmp_path, monkeypatch):
    paper = VisitsQueue.paper

    def holding(queue, message):
        outbox.hold(store=store, delivery=store.outbox.deliveries(queued)[1].id, now=clock.now())
        return paper(queue, message)

    with monkeypatch.context() as patched, pytest.raises(IllegalTransition):
        patched.setattr(VisitsQueue, "paper", holding)
        write_papers(VisitsQueue(store), tmp_path, clock)
    assert not list(tmp_path.glob("*.*")), "neither the paper nor a list that sends it to somebody held"
    write_papers(VisitsQueue(store), tmp_path, clock)
    assert len((tmp_path / "addresses.csv").read_text("utf-8").splitlines()) == 3


def test_a_pdf_that_cannot_be_listed_leaves_nothing_behind(store, queued, clock, tmp_path, monkeypatch):
    with monkeypatch.context() as patched, pytest.raises(EnvironmentProblem):
        patched.setattr(hand_out, "add_rows", unwritable)
        write_papers(VisitsQueue(store), tmp_path, clock)
    assert not list(tmp_path.glob("*.*"))
    assert states(store, queued) == [State.QUEUED] * 3


def unwritable(*_):
    raise EnvironmentProblem("The list is open elsewhere.", "Close it.")


def test_what_stops_the_second_file_leaves_the_first_reported(store, queued, clock, tmp_path, monkeypatch):
    first = store.outbox.messages()[0]
    queue_again(store, first, "<second@x.example>", clock.now())
    write = laying_down.write_out
    monkeypatch.setattr(
        laying_down,
        "write_out",
        lambda path, data: unwritable() if written else (written.append(path), write(path, data)),
    )
    written = []
    report = write_messages(VisitsQueue(store), SENDER, tmp_path, clock)
    assert report.files == written
    assert report.states == {State.HANDED_OUT: 3}
    assert str(report.stopped) == "The list is open elsewhere. Close it."


def queue_again(store, message, identifier, now):
    people = [Recipient(role, role, f"{role}@x.example") for role in ROLES]
    version = store.reports.version(message.part.source_id)
    about = {"urn": message.urn, "identifier": identifier, "subject": "Report"}
    return store.outbox.add(REPORT, version, **about, readers=ROLES, recipients=people, now=now)
