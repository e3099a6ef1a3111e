"""Sealed letters: one paper, one person, and every fault of the line leaves them where they can be found."""

import io
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pikepdf
import pytest

from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.appraisal.letter import SealedPdf
from sep_desktop.domain.appraisal.panel import store_panel
from sep_desktop.domain.outbox import Choice, State
from sep_desktop.domain.people import Role
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services import schools
from sep_desktop.services.appraisals import letters as letter_service
from sep_desktop.services.appraisals import records
from sep_desktop.sync.hand_out import write_messages, write_papers
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.message import build
from sep_desktop.sync.sealed_queue import SealedQueue
from sep_desktop.sync.smtp import Account, SmtpTransport
from sep_desktop.sync.transport import LoginRefused, NoConnection, Outcome
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.appraisals import PANEL, SECRETS, URN, completed
from tests.support.fakes import SENDER, FakeTransport
from tests.support.smtp_server import Script, ScriptedServer

HEAD, FIRST, SECOND = (each.email for each in PANEL)


@pytest.fixture
def letters(store, sealed, cycle, now):
    return completed(store, sealed, cycle, now)


def run(store, sealed, transport, clock):
    return hand_over(SealedQueue(store, sealed), transport, SENDER, clock, at_once=True)


def states(sealed, letters):
    return [sealed.letters.get(each.id).state for each in letters]


def by_address(letters):
    return sorted(letters, key=lambda each: each.id)


def test_each_reader_gets_one_message_to_themselves_alone(store, sealed, letters, clock):
    transport = FakeTransport()
    run(store, sealed, transport, clock)
    assert sorted(people for people, _ in transport.sent) == sorted((each.email,) for each in PANEL)
    for (address,), raw in transport.sent:
        sent = message_from_bytes(raw)
        assert [address in sent["To"], sent["Cc"], sent["Bcc"]] == [True, None, None]
        assert not [other for other in SECRETS if other != address and other.encode() in raw]
        assert sent["Subject"] == "A confidential paper for you"
        assert not [secret for secret in SECRETS.values() if secret.encode() in raw]
        paper = sent.get_payload()[1].get_payload(decode=True)
        with pikepdf.open(io.BytesIO(paper), password=SECRETS[address]) as pdf:
            assert pdf.is_encrypted
    assert states(sealed, letters) == [State.ACCEPTED] * 3
    run(store, sealed, transport, clock)
    assert len(transport.sent) == 3, "nothing goes twice"


def test_the_ordinary_run_knows_nothing_of_them(store, sealed, queued, letters, clock):
    transport = FakeTransport()
    hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)
    assert len(transport.sent) == 1, "the report, and nothing else"
    assert states(sealed, letters) == [State.QUEUED] * 3
    assert not hasattr(store, "letters")
    assert not hasattr(store, "appraisals")


def test_the_ordinary_message_cannot_carry_a_sealed_paper(store, sealed, queued, letters, clock):
    """Whoever mistakes one for the other is told by the type checker, and by this at the latest."""
    report = store.outbox.message(queued)
    paper = sealed.letters.pdf(letters[0].id)
    assert not isinstance(paper, bytes)
    with pytest.raises(TypeError):
        build(report, paper, SENDER, clock.now(), report.deliveries)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (State.RETRY, State.RETRY),
        (State.REFUSED, State.REFUSED),
        (State.UNKNOWN, State.UNKNOWN),
        (State.ACCEPTED, State.ACCEPTED),
    ],
)
def test_what_the_server_says_is_written_down(store, sealed, letters, clock, answer, state):
    run(store, sealed, FakeTransport(answer=answer, reply="250 in its own words"), clock)
    found = [sealed.letters.get(each.id) for each in letters]
    assert {each.state for each in found} == {state}
    assert {each.reply for each in found} == {"250 in its own words"}
    assert {each.attempts for each in found} == {1}


def test_an_unknown_letter_is_never_sent_again_by_itself(store, sealed, letters, clock):
    run(store, sealed, FakeTransport(answer=State.UNKNOWN), clock)
    again = FakeTransport()
    for _ in range(5):
        letter_service.recover(sealed=sealed, now=clock.now())
        run(store, sealed, again, clock)
    assert not again.sent


def test_what_is_tried_again_has_the_same_bytes(store, sealed, letters, clock):
    transport = FakeTransport(answer=State.RETRY)
    run(store, sealed, transport, clock)
    clock.moment += timedelta(hours=1)
    transport.answer = State.ACCEPTED
    run(store, sealed, transport, clock)
    assert sorted(transport.sent[:3]) == sorted(transport.sent[3:])


def test_handing_over_is_durable_before_the_dot(store, sealed, letters, clock):
    seen = []

    class Watching(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            handing_over({})
            seen.append([each.state for each in sealed.letters.in_state(State.HANDING_OVER)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(store, sealed, Watching(), clock)
    assert seen == [[State.HANDING_OVER]]
    assert letter_service.recover(sealed=sealed, now=clock.now()) == 1
    assert sorted(states(sealed, letters)) == [State.QUEUED, State.QUEUED, State.UNKNOWN]


@pytest.mark.parametrize("problem", [NoConnection("No line."), LoginRefused("Refused.")])
def test_no_line_or_a_refused_login_stops_the_run(store, sealed, letters, clock, problem):
    transport = FakeTransport(fails_to_open=problem)
    report = run(store, sealed, transport, clock)
    assert report.stopped is problem
    assert transport.opened == 1
    assert states(sealed, letters) == [State.RETRY] * 3


def test_one_bad_address_does_not_stop_the_others(store, sealed, letters, clock):
    run(store, sealed, FakeTransport(per_address={FIRST: Outcome(State.REFUSED, "550 no")}), clock)
    assert sorted(states(sealed, letters)) == [State.ACCEPTED, State.ACCEPTED, State.REFUSED]


def test_two_runs_at_once_are_refused(store, sealed, letters, clock):
    class Nested(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            with pytest.raises(EnvironmentProblem, match="under way"):
                run(store, sealed, FakeTransport(), clock)
            return super().submit(sender, recipients, raw, handing_over)

    run(store, sealed, Nested(), clock)


def test_who_left_the_panel_is_held_and_the_others_get_theirs(store, sealed, cycle, letters, clock):
    panel = [PANEL[0], PANEL[1], replace(PANEL[2], email="new@harbourlights.example")]
    records.save_part(sealed=sealed, cycle=cycle, key="panel", text=store_panel(panel), now=clock.now())
    transport = FakeTransport()
    run(store, sealed, transport, clock)
    assert SECOND not in {address for people, _ in transport.sent for address in people}
    (held,) = sealed.letters.in_state(State.HELD)
    assert "not on the panel as it stands now" in held.reply
    letter_service.release(sealed=sealed, letter=held.id, now=clock.now())
    run(store, sealed, transport, clock)
    assert sealed.letters.get(held.id).state is State.HELD, "released, asked anew, held again"


def test_who_is_taken_off_the_panel_while_the_letter_is_under_way_is_not_sent_it(
    store, sealed, cycle, letters, clock
):
    class Meanwhile(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            if SECOND in recipients:
                panel = [*PANEL[:2], replace(PANEL[2], email="new@harbourlights.example")]
                records.save_part(
                    sealed=sealed, cycle=cycle, key="panel", text=store_panel(panel), now=clock.now()
                )
            return super().submit(sender, recipients, raw, handing_over)

    transport = Meanwhile()
    run(store, sealed, transport, clock)
    assert SECOND not in {address for people, _ in transport.sent for address in people}


def test_one_schools_letters_leave_without_the_others(store, sealed, cycle, letters, clock):
    transport = FakeTransport()
    hand_over(SealedQueue(store, sealed, cycle + 1), transport, SENDER, clock, at_once=True)
    assert not transport.sent
    hand_over(SealedQueue(store, sealed, cycle), transport, SENDER, clock, at_once=True)
    assert len(transport.sent) == 3


def test_an_address_that_became_the_authoritys_is_held(store, sealed, letters, clock):
    schools.set_contact(
        store=store, urn=URN, role=Role.HEAD_OF_SUPPORT, name="Marian Oake", email=FIRST, now=clock.now()
    )
    transport = FakeTransport()
    run(store, sealed, transport, clock)
    assert FIRST not in {address for people, _ in transport.sent for address in people}
    (held,) = (each for each in sealed.letters.in_state(State.HELD) if each.address == FIRST)
    assert "local authority's" in held.reply


@pytest.mark.parametrize(
    ("name", "email", "part"),
    [
        ("Marian Oake", "isolde.quick+gov@harbourlights.example", "two ways to write one mailbox"),
        ("Marian Oake", "isolde.quick@harbour1ights.example", "alike to look at"),
        ("Marian Oake", "m.oake@mail.harbourlights.example", "below one owner's domain"),
        ("Cllr Isolde Quick OBE", "i.q@council.example", "the same, written in another way"),
        ("Isolde Quіck", "i.q@council.example", "alike to look at"),
    ],
)
def test_somebody_new_who_is_like_a_reader_holds_the_letter_until_it_is_answered(
    store, sealed, letters, clock, name, email, part
):
    schools.set_contact(
        store=store, urn=URN, role=Role.HEAD_OF_SUPPORT, name=name, email=email, now=clock.now()
    )
    transport = FakeTransport()
    run(store, sealed, transport, clock)
    assert FIRST not in {address for people, _ in transport.sent for address in people}
    (held,) = (each for each in sealed.letters.in_state(State.HELD) if each.address == FIRST)
    assert part in held.reply
    doubts = letter_service.doubts_about_letter(store=store, sealed=sealed, letter=held)
    letter_service.release(sealed=sealed, letter=held.id, now=clock.now(), answered=doubts)
    run(store, sealed, transport, clock)
    assert FIRST in {address for people, _ in transport.sent for address in people}
    assert [(each.doubt, each.answered) for each in sealed.letters.answers(held.id)] == [
        (each, clock.now()) for each in doubts
    ]


def test_a_likeness_that_nobody_answered_is_held_again_after_its_release(store, sealed, letters, clock):
    schools.set_contact(
        store=store, urn=URN, role=Role.HEAD_OF_SUPPORT, name="I. Quick", email="i@c.example", now=clock.now()
    )
    transport = FakeTransport()
    run(store, sealed, transport, clock)
    (held,) = sealed.letters.in_state(State.HELD)
    letter_service.release(sealed=sealed, letter=held.id, now=clock.now())
    run(store, sealed, transport, clock)
    assert sealed.letters.get(held.id).state is State.HELD
    assert held.address not in {address for people, _ in transport.sent for address in people}


def test_a_likeness_that_arises_under_way_stops_the_letter_before_the_dot(store, sealed, letters, clock):
    class Meanwhile(FakeTransport):
        def submit(self, sender, recipients, raw, handing_over):
            schools.set_contact(
                store=store,
                urn=URN,
                role=Role("school adviser"),
                name="I. Quick",
                email="i@c.example",
                now=clock.now(),
            )
            return super().submit(sender, recipients, raw, handing_over)

    transport = Meanwhile()
    run(store, sealed, transport, clock)
    assert FIRST not in {address for people, _ in transport.sent for address in people}


def test_a_replaced_version_is_not_sent(store, sealed, cycle, letters, clock, now):
    sealed.letters.advance([sealed.letters.get(letters[0].id)], State.HELD, now)
    sealed.letters.advance([sealed.letters.get(letters[1].id)], State.HANDING_OVER, now)
    sealed.letters.advance([sealed.letters.get(letters[1].id)], State.UNKNOWN, now)
    completed(store, sealed, cycle, now, reason="A slip.")
    letter_service.settle(sealed=sealed, letter=letters[1].id, choice=Choice.LEAVE, now=now)
    transport = FakeTransport()
    run(store, sealed, transport, clock)
    assert {each.number for each in sealed.letters.in_state(State.ACCEPTED)} == {2}
    assert states(sealed, letters) == [State.CANCELLED] * 3


def test_into_a_folder_as_messages(store, sealed, letters, clock, tmp_path):
    written = write_messages(SealedQueue(store, sealed), SENDER, tmp_path, clock).files
    assert len(written) == 3
    assert all(each.name.startswith("confidential-2026-11-24-") for each in written)
    assert states(sealed, letters) == [State.HANDED_OUT] * 3
    assert write_messages(SealedQueue(store, sealed), SENDER, tmp_path, clock).files == []


def test_into_a_folder_as_papers_with_a_list(store, sealed, letters, clock, tmp_path):
    written = write_papers(SealedQueue(store, sealed), tmp_path, clock).files
    lines = (tmp_path / "confidential.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "file,name,address"
    assert len(lines) == 4
    for path in written:
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(path)


def test_over_verified_starttls_to_a_server_that_breaks_at_the_dot(store, sealed, letters, clock, tmp_path):
    with ScriptedServer(Script(steps={"dot": "drop"})) as server:
        authority = tmp_path / "ca.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        transport = SmtpTransport(Account("localhost", server.port, "starttls", ca_file=str(authority)))
        run(store, sealed, transport, clock)
    assert states(sealed, letters) == [State.UNKNOWN] * 3


def test_a_sealed_paper_is_not_bytes():
    assert not issubclass(SealedPdf, bytes)


@pytest.mark.parametrize("kind", PaperKind)
def test_every_paper_goes_the_same_way(store, sealed, cycle, now, clock, kind):
    completed(store, sealed, cycle, now, kind)
    transport = FakeTransport()
    run(store, sealed, transport, clock)
    assert len(transport.sent) == 3
    assert {message_from_bytes(raw)["Subject"] for _, raw in transport.sent} == {
        "A confidential paper for you"
    }
