"""A cycle of performance management from carry-over to sent statement, through the window, and next year's from it."""

import io
from datetime import datetime
from email import message_from_bytes

import pikepdf
import pytest

from sep_desktop.domain.appraisal.form import Stage, Subject
from sep_desktop.domain.outbox import State
from sep_desktop.services import allocations, sample
from sep_desktop.services.appraisals import records
from tests.support.appraisals import PANEL, URN, begun, fill
from tests.support.pdf_text import structure_texts
from tests.support.sealed_pages import SealedPages
from tests.support.smtp_server import Script, ScriptedServer


@pytest.fixture
def sealed_pages(window) -> SealedPages:
    return SealedPages(window)


def account(window, server, tmp_path):
    authority = tmp_path / "ca.pem"
    server.authority.cert_pem.write_to_path(str(authority))
    settings = window.program.session.runner.opened.settings
    for key, value in (
        ("mail.host", "localhost"),
        ("mail.port", server.port),
        ("mail.ca_file", str(authority)),
    ):
        settings.put(key, value)


def word(key):
    return f"Seen in {key.replace('.', ' ')}"


def test_a_cycle_from_carry_over_to_sent_statement_and_next_years_from_it(
    sealed_pages, window, tmp_path, clock
):
    store = window.program.session.runner.opened
    sealed_pages.make()
    sealed = sealed_pages.sealed
    last = begun(store, sealed, clock.now(), records.AcademicYear(2025))
    fill(sealed, last, clock.now(), lambda key: f"Last year: {key}")
    window.press("Close now")
    window.go("school/990001")
    window.press("Sealed page")
    sealed_pages.page.unlock_page.keys.passphrase.setText("another passphrase altogether")
    window.press("Open")
    sealed_pages.begin("Harbour Lights Primary School")
    assert sealed_pages.page.title.text() == "Harbour Lights Primary School"

    sealed_pages.enter_people()
    panel = sealed_pages.step(Stage.BACK)
    assert panel.editors["review.1.objective"].text() == "Last year: objective.1.objective", "carried over"
    for key in panel.editors:
        if key.rpartition(".")[2] in {"self", "evidence", "governors"}:
            window.write(panel.editors[key], word(key))
    sealed_pages.write(Stage.ADVICE, word)
    assert window.sees("Last year: objective.2.criteria"), "what earlier steps say stands beside the advice"
    sealed_pages.complete(0)
    assert "3 letters queued" in sealed_pages.page.open_view.banner.accessibleName()
    sealed_pages.write(Stage.MEETING, word)
    sealed_pages.complete(1)
    sealed_pages.complete(2)
    assert len(sealed_letters(sealed_pages, State.QUEUED)) == 9

    with ScriptedServer(Script()) as server:
        account(window, server, tmp_path)
        sealed_pages.record.refresh()
        window.press("Send 9 now")
        sent = list(server.messages)
    assert not sealed_letters(sealed_pages, State.QUEUED)
    assert len(sealed_letters(sealed_pages, State.ACCEPTED)) == 9
    check_messages(sent)

    sealed_pages.step(Stage.PEOPLE)
    panel = sealed_pages.panel
    panel.support.record(clock.today(), 3.5)
    assert window.sees("Nothing left to do")
    window.press("Close now")

    clock.moment = datetime(2027, 11, 2, 9, 0).astimezone()
    allocations.apply_allocation(
        store=store,
        preview=allocations.preview_allocation(
            store=store,
            path=sample._allocation_for(records.AcademicYear(2027), tmp_path),
            today=clock.now().date(),
        ),
        now=clock.now(),
    )
    sealed_pages.unlock(f"sealed/{URN}")
    sealed_pages.begin("Harbour Lights Primary School")
    record = sealed_pages.record.record
    assert str(record.cycle.year) == "2027-28"
    assert record.text("review.3.criteria") == word("objective.3.criteria")
    assert [each.name for each in record.panel] == [each.name for each in PANEL]
    assert record.numbers(Subject.OBJECTIVE) == (1, 2, 3)


def sealed_letters(sealed_pages, state):
    return sealed_pages.sealed.letters.in_state(state)


def check_messages(sent):
    """Each is one paper for one named person, and says nothing on the outside."""
    assert len(sent) == 9
    for (recipient,), raw in sent:
        message = message_from_bytes(raw)
        assert message["Subject"] == "A confidential paper for you"
        person = next(each for each in PANEL if each.email == recipient)
        _text, paper = message.get_payload()
        outside = raw.replace(paper.get_payload().encode(), b"").decode()
        for secret in (
            f"agreed with {person.name}",
            "Harbour",
            "objective",
            "statement",
            "advice",
            "appraisal",
            "erformance",
        ):
            assert secret not in outside.replace("harbourlights.example", ""), secret
        assert paper.get_filename().startswith("confidential-2026-11-24-")
        with pikepdf.open(
            io.BytesIO(paper.get_payload(decode=True)), password=f"agreed with {person.name}"
        ) as pdf:
            plain = io.BytesIO()
            pdf.save(plain)
        texts = [each for _, each in structure_texts(plain.getvalue())]
        assert any(each.startswith(f"{person.name}, ") for each in texts), "marked for the named person"


def test_the_year_at_a_glance_says_how_each_school_stands(sealed_pages, window, clock):
    sealed_pages.make()
    assert window.sees("Not begun")
    assert window.sees("Due by Thu 31 Dec 2026: 37 days left.")
    window.press("Begin", sealed_pages.page.open_view.list)
    assert sealed_pages.page.open_view.stack.currentWidget() is sealed_pages.record
    window.press("All schools")
    assert window.sees("6 to do")
