"""A message has a kind: its own part, its own paper, its own readers. A kind that only these tests know shows it."""

import email
import subprocess
import sys
from dataclasses import replace
from email import policy
from pathlib import Path

import pytest

from sep_desktop.domain.appraisal.letter import SealedPdf
from sep_desktop.domain.outbox import Part, State, waiting_in_words
from sep_desktop.domain.people import ROLES, Contact, Role
from sep_desktop.domain.report import ReportPdf
from sep_desktop.services import outbox, people, reports, today, visits
from sep_desktop.storage.message_kinds import KINDS, REPORT
from sep_desktop.sync.hand_out import write_messages, write_papers
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.message import build
from sep_desktop.sync.smtp import Account, SmtpTransport
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support import message_kinds
from tests.support.fakes import SENDER, FakeTransport
from tests.support.message_kinds import CONCERN, HEAD, LEAD, READERS, URN, Concern, ConcernPdf, queue_concern
from tests.support.smtp_server import Script, ScriptedServer

ROOT = Path(__file__).parent.parent.parent
OF_THREE = (
    "It goes to the headteacher, the Chair of Governors and the Head of School Support & Challenge, and to "
    "nobody else. If it has reached you by mistake, please delete it and tell me."
)
OF_ONE = (
    "It goes to the Head of School Support & Challenge, and to nobody else. "
    "If it has reached you by mistake, please delete it and tell me."
)


@pytest.fixture(autouse=True)
def kinds(store, monkeypatch):
    message_kinds.register(store, monkeypatch)


@pytest.fixture
def concern(store, queued, clock):
    """The number of a concern that waits beside the report."""
    return queue_concern(store, clock.now())


def run(store, transport, clock):
    return hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)


def states(store, message):
    return [each.state for each in store.outbox.deliveries(message)]


def paragraphs(raw):
    body = email.message_from_bytes(raw, policy=policy.default).get_body()
    return body.get_content().replace("\r\n", "\n").strip().split("\n\n")


def count(store):
    return [store.database.value(f"SELECT count(*) FROM {table}") for table in ("message", "delivery")]


def test_a_message_for_one_leaves_beside_a_message_for_three(store, queued, concern, clock, tmp_path):
    with ScriptedServer(Script()) as server:
        authority = tmp_path / "ca.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        account = Account("localhost", server.port, "starttls", ca_file=str(authority))
        report = run(store, SmtpTransport(account), clock)
    assert report.states == {State.ACCEPTED: 4}
    (to_three, report_mail), (to_one, concern_mail) = server.messages
    assert len(to_three) == 3
    assert to_one == [LEAD.address]
    assert paragraphs(report_mail) == [
        "Attached is the report on Harbour Lights Primary School, completed on Tue 24 Nov 2026.",
        OF_THREE,
        "Ada Penrose",
    ]
    assert paragraphs(concern_mail) == [
        "Attached is a concern about Harbour Lights Primary School.",
        OF_ONE,
        "Ada Penrose",
    ]
    message = email.message_from_bytes(concern_mail, policy=policy.default)
    assert [each.addr_spec for each in message["To"].addresses] == [LEAD.address]
    (paper,) = message.iter_attachments()
    assert paper.get_content() == b"%PDF-1.7 a concern"
    assert paper.get_filename() == f"concern-{URN}-2026-11-24-v1-{concern}.pdf"
    (line,) = [each for each in store.journal.entries() if each.subject == "concern 1"]
    assert line.text.startswith(f"concern to the {Role.HEAD_OF_SUPPORT}, {LEAD.address}: 250")


def test_a_kind_is_written_out_as_a_message_and_as_a_paper(store, concern, clock, tmp_path):
    only = frozenset({concern})
    (mail,) = write_messages(VisitsQueue(store), SENDER, tmp_path, clock, only).files
    assert OF_ONE in paragraphs(mail.read_bytes())
    outbox.settle(store=store, delivery=_only(store, concern).id, choice=outbox.Choice.AGAIN, now=clock.now())
    (paper,) = write_papers(VisitsQueue(store), tmp_path, clock, only).files
    assert paper.read_bytes() == b"%PDF-1.7 a concern"
    _, line = (tmp_path / "addresses.csv").read_text("utf-8-sig").splitlines()
    assert line == f"{paper.name},Harbour Lights Primary School,{LEAD.role},{LEAD.name},{LEAD.address}"


def _only(store, message):
    (delivery,) = store.outbox.deliveries(message)
    return delivery


def test_the_outbox_shows_both_and_says_which_wait(store, queued, concern, clock):
    newest, report = outbox.messages(store=store)
    assert [newest.id, newest.part.name, newest.readers] == [concern, "concern", READERS]
    assert [report.id, report.part.name, report.readers] == [queued, "version 1", ROLES]
    assert waiting_in_words(store.outbox.waiting()) == "1 concern and 1 report"
    waiting = today.overview(store=store, now=clock.now()).waiting
    assert {each.sentence for each in waiting} == {
        "version 1 waits for 3 people, completed today.",
        "concern waits for 1 person, completed today.",
    }
    assert outbox.paper(store=store, message=concern) == b"%PDF-1.7 a concern"


def test_a_report_is_not_taken_for_what_another_kind_is(store, queued, concern, written, clock):
    """A visit's own page, its state and its corrections look at its report alone."""
    view = reports.send_view(store=store, visit=written, now=clock.now())
    assert [each.id for each in view.messages] == [queued]
    confirmed = reports.confirm(store=store, visit=written, now=clock.now(), reason="A figure was wrong.")
    reports.complete(store=store, visit=written, confirmed=confirmed, now=clock.now())
    assert states(store, queued) == [State.CANCELLED] * 3
    assert states(store, concern) == [State.QUEUED]
    assert visits._sending(store, URN, view.report.id) == visits._ON_ITS_WAY[State.QUEUED]


def test_a_kind_is_cancelled_and_nobody_gets_it(store, concern, clock):
    outbox.cancel(store=store, delivery=_only(store, concern).id, now=clock.now())
    transport = FakeTransport()
    run(store, transport, clock)
    assert len(transport.sent) == 1, "the report alone"
    assert states(store, concern) == [State.CANCELLED]


def test_another_address_keeps_the_kind_the_role_and_the_readers(store, concern, clock):
    old, better = _only(store, concern), "oake@council.example"
    outbox.correct_address(store=store, delivery=old.id, address=better, now=clock.now())
    again = store.outbox.messages()[-1]
    assert again.part == store.outbox.message(concern).part
    assert again.readers == READERS
    assert [(each.role, each.address) for each in again.deliveries] == [(LEAD.role, better)]
    transport = FakeTransport()
    run(store, transport, clock)
    assert transport.sent[-1][0] == (better,)
    assert OF_ONE in paragraphs(transport.sent[-1][1])


def test_somebody_new_in_the_role_holds_what_waits_and_is_told_of_what_it_is(store, concern, clock):
    people.put(store, Contact(LEAD.role, "Nell Ark", "nell@council.example"), clock.now())
    held = _only(store, concern)
    assert held.state is State.HELD
    assert "took this role since the concern was completed" in held.reply


def test_a_message_may_be_about_no_school(store, queued, clock):
    number = queue_concern(store, clock.now(), urn="")
    run(store, FakeTransport(), clock)
    message = store.outbox.message(number)
    assert [message.urn, message.school, message.title] == ["", "", "concern"]
    assert message.file_name == f"concern-2026-11-24-v1-{number}.pdf"
    assert states(store, number) == [State.ACCEPTED]
    assert number not in [each.id for each in store.outbox.messages(urn=URN)]


@pytest.mark.parametrize("recipients", [(HEAD,), (LEAD, HEAD)])
def test_nobody_in_another_role_is_queued_and_nothing_is_written(store, clock, recipients):
    with pytest.raises(ValueError, match="may not go to the headteacher"):
        queue_concern(store, clock.now(), recipients)
    assert count(store) == [0, 0]


def test_nobody_in_another_role_is_readdressed_either(store, concern, clock):
    message, before = store.outbox.message(concern), count(store)
    other = replace(message.deliveries[0], role=Role.CHAIR)
    with pytest.raises(ValueError, match="may not go to the chair"):
        store.outbox.readdress(message, other, "chair@harbourlights.example", clock.now())
    assert count(store) == before


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_of_the_product_names_itself_once(store, kind):
    """The row, the part and the store have one name for it, and its paper is of no other kind's type."""
    assert store.database.value("SELECT count(*) FROM message_kind WHERE key = ?", (kind.part.kind,))
    assert kind.part.carries not in (bytes, ConcernPdf)


def test_every_part_of_the_product_is_a_kind_with_a_paper_of_its_own():
    parts = [each for each in Part.__subclasses__() if each.__module__.startswith("sep_desktop")]
    assert {each.part for each in KINDS.values()} >= set(parts) != set()
    assert len({each.carries for each in parts}) == len({each.kind for each in parts}) == len(parts)


def test_the_paper_of_one_kind_goes_into_no_other(store, queued, concern, clock):
    report, other = store.outbox.message(queued), store.outbox.message(concern)
    report_pdf, concern_pdf = store.outbox.pdf(report), store.outbox.pdf(other)
    assert [type(report_pdf), type(concern_pdf)] == [ReportPdf, ConcernPdf]
    for message, pdf in ((report, concern_pdf), (other, report_pdf), (report, bytes(report_pdf))):
        with pytest.raises(TypeError, match=f"a {message.part.kind} carries a"):
            build(message, pdf, SENDER, clock.now(), message.deliveries)
    assert build(report, report_pdf, SENDER, clock.now(), report.deliveries)


def test_a_sealed_paper_goes_into_no_kind(store, queued, concern, clock):
    assert {store.outbox.message(each).part.kind for each in (queued, concern)} == set(KINDS)
    for number in (queued, concern):
        message = store.outbox.message(number)
        with pytest.raises(TypeError, match="not a SealedPdf"):
            build(message, SealedPdf(b"%PDF-1.7"), SENDER, clock.now(), message.deliveries)


def test_no_kind_is_frozen_from_what_another_is(store, queued, concern, clock):
    version, before = store.reports.version(1), count(store)
    about = {
        "urn": URN,
        "identifier": "<x@x.example>",
        "subject": "",
        "readers": READERS,
        "recipients": [LEAD],
    }
    for kind, source in ((REPORT, Concern(1)), (CONCERN, version)):
        with pytest.raises(TypeError, match="is frozen from a"):
            store.outbox.add(kind, source, **about, now=clock.now())
    assert count(store) == before


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("report", {"concern_id": 1}),
        ("concern", {"version_id": 1}),
        ("report", {"version_id": 1, "concern_id": 1}),
        ("report", {}),
        ("report", {"version_id": 99}),
        ("concern", {"concern_id": 99}),
        ("something else", {}),
    ],
)
def test_the_store_refuses_a_message_with_a_part_of_another_kind_or_none(store, concern, kind, columns):
    row = {"urn": URN, "readers": "[]", "identifier": "<x@x.example>", "subject": "", "uid": "x", "made": "x"}
    before = count(store)
    with pytest.raises(Exception, match=r"(CHECK|FOREIGN KEY) constraint failed"):
        store.database.insert("message", {**row, "kind": kind, **columns})
    assert count(store) == before


@pytest.mark.parametrize("change", ["kind = 'report'", "version_id = 1", "concern_id = NULL"])
def test_the_store_keeps_a_message_of_its_kind(store, concern, change):
    with pytest.raises(Exception, match="CHECK constraint failed"):
        store.database.run(f"UPDATE message SET {change} WHERE id = ?", (concern,))


MIXED = """
from datetime import datetime
from sep_desktop.domain.appraisal.letter import SealedPdf
from sep_desktop.domain.outbox import MessageOf
from sep_desktop.domain.report import ReportPdf, VersionSummary
from sep_desktop.storage.message_kinds import KINDS, REPORT, MessageKind
from sep_desktop.storage.reports import Reports
from sep_desktop.storage.store import Store
from sep_desktop.sync.message import Sender, build
from tests.support.message_kinds import CONCERN, Concern, ConcernPart, ConcernPdf, Concerns

def mix(store: Store, now: datetime, sender: Sender, report: MessageOf[ReportPdf], report_pdf: ReportPdf,
        concern: MessageOf[ConcernPdf], concern_pdf: ConcernPdf, sealed: SealedPdf, version: VersionSummary) -> None:
    build(report, report_pdf, sender, now, ())
    build(concern, concern_pdf, sender, now, ())
    build(report, concern_pdf, sender, now, ())  # refused
    build(concern, report_pdf, sender, now, ())  # refused
    build(report, b"%PDF", sender, now, ())  # refused
    build(report, sealed, sender, now, ())  # refused
    build(concern, sealed, sender, now, ())  # refused
    store.outbox.add(REPORT, version, urn="", identifier="", subject="", readers=(), recipients=(), now=now)
    store.outbox.add(CONCERN, Concern(1), urn="", identifier="", subject="", readers=(), recipients=(), now=now)
    store.outbox.add(REPORT, Concern(1), urn="", identifier="", subject="", readers=(), recipients=(), now=now)  # refused
    store.outbox.add(CONCERN, version, urn="", identifier="", subject="", readers=(), recipients=(), now=now)  # refused
    MessageKind[Concern, ConcernPdf](ConcernPart, Concern, "concern_id", Reports)  # refused
    store.outbox.pdf(report).hex()
"""


def test_the_type_checker_refuses_what_is_of_another_kind(tmp_path):
    path = tmp_path / "mixed.py"
    path.write_text(MIXED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", str(path)],
        cwd=ROOT,
        env={"MYPYPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    refused = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    expected = {number for number, line in enumerate(MIXED.splitlines(), 1) if line.endswith("# refused")}
    assert refused == expected, done.stdout + done.stderr
