"""From an empty computer to three accepted deliveries, through the window alone."""

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.domain.outbox import State
from sep_desktop.errors import UserError
from sep_desktop.imports.template import write_template
from sep_desktop.services import reports
from sep_desktop.ui.schools.imports import AllocationDialog, RegisterDialog
from tests.support.fakes import PASSPHRASE
from tests.support.pages import Window
from tests.support.smtp_server import Script, ScriptedServer

REGISTER = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),Town\r\n"
    "990001,880,Torbay,2901,Harbour Lights Primary School,Open,Primary,Brixham\r\n990002,880,Torbay,2902,Long Meadow Infant School,Open,Primary,Paignton\r\n"
)


def first_run(program, window):
    program.start()
    page = window.root
    page.name.setText("Ada Penrose")
    page.email.setText("ada@sep.example")
    window.press("Continue")
    page.first.setText(PASSPHRASE)
    page.second.setText("something else altogether")
    window.press("Continue")
    assert "not the same" in page.banner.accessibleName()
    page.second.setText(PASSPHRASE)
    window.press("Continue")
    page.typed.setText("AAAA-BBBB")
    window.press("Continue")
    assert page.banner.isVisible(), "the code has to be typed back"
    page.typed.setText(page.sheet.code.lower())
    window.press("Continue")
    window.press("Import my schools")


def import_files(window, tmp_path):
    register = tmp_path / "edubasealldata20260901.csv"
    register.write_text(REGISTER)
    RegisterDialog(window.page, window.program.session, register).open()
    dialog = window.dialog()
    assert "2 new" in dialog.summary.text()
    window.press("Accept", dialog)
    write_template(tmp_path / "allocation.xlsx")
    book = openpyxl.load_workbook(tmp_path / "allocation.xlsx")
    people = [
        "Wren Tamblyn",
        "head@harbourlights.example",
        None,
        "Corin Bale",
        "chair@harbourlights.example",
        "Marian Oake",
        "m.oake@council.example",
    ]
    book.active.append(["2026-27", "Ada Penrose", "990001", *people])
    book.save(tmp_path / "allocation.xlsx")
    AllocationDialog(window.page, window.program.session, tmp_path / "allocation.xlsx").open()
    window.press("Accept", window.dialog())


def write_report(window):
    panel = window.panel()
    for editor in panel.editors.values():
        if hasattr(editor, "insertFromMimeData") and not editor.toPlainText():
            window.write(editor, "Something worth saying about it.")
    panel.editors["actions"].more.click()
    for field, text in zip(
        panel.editors["actions"].fields[-1], ("Plan longer writing", "Deputy head", "2027-03-25"), strict=True
    ):
        window.write(field, text)
    panel.editors["support"].more.click()
    need, source, _ = panel.editors["support"].fields[-1]
    window.write(need, "Modelling writing")
    source.setCurrentIndex(2)
    category = panel.editors["category"]
    category.choice.setCurrentIndex(2)
    next(iter(category.ticks.values())).setChecked(True)
    panel.editors["time"].fields["on_site"].setValue(4)
    panel.leave()
    return panel


def test_from_an_empty_computer_to_three_accepted_deliveries(program, tmp_path, clock):
    window = Window(program)
    first_run(program, window)
    import_files(window, tmp_path)
    assert window.page.caseload.rowCount() == 1

    window.go("school/990001")
    assert window.sees("Every school has one visit a year. (clause 7.3)")
    window.press("Plan a visit")
    dialog = window.dialog()
    dialog.day.setDate(clock.today())
    window.press("Save", dialog)
    window.press("The school agrees")
    window.press("To the meeting")
    panel = window.panel()
    field = panel.fields[0]
    field.mark.setCurrentIndex(field.mark.findData(NoteKind.STRENGTH))
    window.write(field, "Phonics is taught daily")
    window.press("The visit was held")
    window.press("Mark as held", window.dialog())
    window.go("visit/1/meeting")
    window.press("Notes into the report")
    assert window.panel().editors["strengths"].toPlainText() == "Phonics is taught daily"
    window.press("Complete")
    assert "things to do" in window.dialog().windowTitle() or window.sees(
        "to do before it can be completed", window.dialog()
    )
    window.press("Close", window.dialog())
    write_report(window)
    window.press("Complete")
    QApplication.processEvents()
    window.press("Queue for sending")
    assert "Tick each when its name" in window.notice
    for tick in window.panel().confirmation.ticks:
        tick.setChecked(True)
    window.press("Queue for sending")
    assert len(program.session.runner.opened.outbox.in_state(State.QUEUED)) == 3

    with ScriptedServer(Script()) as server:
        authority = tmp_path / "ca.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        page = window.go("settings")
        for key, value in (
            ("mail.host", "localhost"),
            ("mail.port", server.port),
            ("mail.ca_file", str(authority)),
        ):
            page.put(key, value)
        page.refresh()
        window.press("Test the connection")
        assert "answered over verified TLS" in window.notice
        window.go("outbox")
        window.press("Send 1 now")
        assert window.notice.startswith("Accepted by the mail server: 3 people.")
        assert window.sees("Accepted by the mail server")
        ((recipients, raw),) = server.messages
    assert recipients == [
        "head@harbourlights.example",
        "chair@harbourlights.example",
        "m.oake@council.example",
    ]
    assert b"application/pdf" in raw


def test_a_correction_through_the_window(window, clock):
    visit = 1
    store = window.store
    confirmed = reports.confirm(store=store, visit=visit, now=clock.now())
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=clock.now())
    window.go(f"visit/{visit}/report")
    assert not window.panel().editors["comments"].isEnabled()
    window.press("Correct this report")
    window.write(window.panel().editors["comments"], "A word of the head. ")
    window.press("Complete")
    window.press("Give the reason")
    dialog = window.dialog()
    window.press("Continue", dialog)
    assert dialog.isVisible(), "an empty reason is not enough"
    dialog.findChild(type(dialog.content.itemAt(0).layout().itemAt(1).widget())).setPlainText(
        "A comment was missing."
    )
    window.press("Continue", dialog)
    for tick in window.panel().confirmation.ticks:
        tick.setChecked(True)
    window.press("Queue for sending")
    assert [each.reason for each in store.reports.versions(1)] == ["", "A comment was missing."]


def test_locking_saves_and_shows_nothing(window):
    window.go("visit/1/report")
    window.write(window.panel().editors["comments"], "Typed just before locking. ")
    window.program.lock()
    assert window.program.session is None
    assert not window.sees("Harbour Lights")
    page = window.root
    page.passphrase.setText("wrong passphrase here")
    window.press("Open")
    assert "not the passphrase" in page.banner.accessibleName()
    page.passphrase.setText(PASSPHRASE)
    window.press("Open")
    kept = window.store.reports.sections.content(1)["comments"]
    assert kept.startswith("Typed just before locking.")


def test_closing_saves_what_was_typed(window, locations):
    from sep_desktop.storage import store as stores

    window.go("visit/1/report")
    window.write(window.panel().editors["areas"], "Typed just before closing. ")
    window.program.frame.close()
    store = stores.unlock(locations, PASSPHRASE)
    assert "Typed just before closing." in store.reports.sections.content(1)["areas"]
    store.close()


def test_a_lost_passphrase_is_replaced_with_the_code(program, locations, clock):
    from sep_desktop.storage import store as stores
    from tests.conftest import QUICK

    store, code = stores.create(locations, PASSPHRASE, QUICK)
    store.close()
    program.start()
    window = Window(program)
    window.press("I have lost the passphrase")
    window.root.code.setText(code)
    window.root.new.setText("a new one altogether")
    window.press("Open with the code")
    assert program.session is not None
    program.stop()
    stores.unlock(locations, "a new one altogether").close()


@pytest.mark.parametrize("away", ["today", "visit/1/meeting", "outbox"])
def test_leaving_a_page_saves_what_was_typed(window, away):
    window.go("visit/1/report")
    window.write(window.panel().editors["strengths"], "Unsaved words. ")
    window.go(away)
    assert "Unsaved words." in window.store.reports.sections.content(1)["strengths"]


def test_a_disk_that_cannot_save_is_told_and_the_words_stay(window, monkeypatch):
    window.go("visit/1/report")
    panel = window.panel()

    def full(**_):
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr(reports, "save_section", full)
    window.write(panel.editors["strengths"], "Precious. ")
    panel.autosave.save()
    assert "The disk is full" in window.notice
    assert window.sees("NOT SAVED")
    monkeypatch.undo()
    panel.autosave.save()
    assert "Precious." in window.store.reports.sections.content(1)["strengths"]
    assert not window.sees("NOT SAVED")
