"""Schools, visits, outbox and help: every dialog answered, every choice taken, every file saved."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
)

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.domain.circumstances import Fact
from sep_desktop.domain.entitlement import DueState, OverrideKind
from sep_desktop.domain.outbox import State
from sep_desktop.domain.report import Section, SectionKind
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.domain.visit import Step
from sep_desktop.errors import UserError
from sep_desktop.services import allocations, report_notes, reports, visits
from sep_desktop.services import schools as schools_service
from sep_desktop.ui.kit.history import HistoryDialog
from sep_desktop.ui.kit.prose_editor import ProseEditor
from sep_desktop.ui.schools import imports
from sep_desktop.ui.schools.dialogs import _OVERRIDES, CircumstanceDialog, PersonDialog, SupportDialog
from sep_desktop.ui.schools.entitlement_card import DUE_TONES
from sep_desktop.ui.schools.models import RegisterModel
from sep_desktop.ui.visit.panels import PANELS
from sep_desktop.ui.visit.section_editors import editor_for
from tests.support import message_kinds
from tests.support.policies import shipped_policies
from tests.support.report_content import WHOLE


@pytest.fixture
def saves_to(monkeypatch, tmp_path):
    """Every question where to save is answered with a file of this folder; its name."""
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda parent, title, name, kinds, options=None: (str(tmp_path / Path(name).name), kinds),
    )
    return tmp_path


def choose(monkeypatch, path):
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda parent, title, name, kinds, options=None: (str(path), kinds)
    )


def complete(window, clock, reason=""):
    confirmed = reports.confirm(store=window.store, visit=1, now=clock.now(), reason=reason)
    reports.complete(store=window.store, visit=1, confirmed=confirmed, now=clock.now())


def states(window):
    return [each.state for message in window.store.outbox.messages() for each in message.deliveries]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (PANELS, Step),
        (DUE_TONES, DueState),
        (_OVERRIDES, OverrideKind),
        (visits._ON_ITS_WAY, State),
        (schools_service._PRESSING, DueState),
        (report_notes._NOTE_SECTIONS, NoteKind),
    ],
    ids=["panels", "tones of due items", "overrides", "on its way", "pressing", "sections of notes"],
)
def test_every_member_of_a_set_has_its_row(table, kind):
    assert set(table) == set(kind)


def write_in(editor):
    """Change the first field of an editor as hands would."""
    for kind, change in (
        (QDoubleSpinBox, lambda field: field.setValue(field.value() + 1)),
        (QTextEdit, lambda field: field.insertPlainText("y")),
        (QPlainTextEdit, lambda field: field.insertPlainText("y")),
        (QLineEdit, lambda field: QTest.keyClicks(field, "y")),
        (QComboBox, lambda field: field.setCurrentIndex((field.currentIndex() + 1) % field.count())),
    ):
        if fields := [editor] if isinstance(editor, kind) else editor.findChildren(kind):
            change(fields[0])
            return


@pytest.mark.parametrize("kind", SectionKind)
def test_every_kind_of_section_has_an_editor(qtbot, kind):
    editor = editor_for(Section("key", "Title", kind), shipped_policies())
    qtbot.addWidget(editor)
    told = []
    editor.edited.connect(lambda: told.append(True))
    editor.set_text(editor.text())
    assert (told, editor.word_count()) == ([], 0)
    editor.set_text(WHOLE[kind])
    read = editor.text()
    editor.set_text(read)
    assert editor.text() == read
    assert read.strip(" []{}")
    assert told == [], "what is only shown is not saved"
    write_in(editor)
    assert told, "what is written is saved"


def test_support_is_recorded_with_its_hours(window):
    window.go("school/990003")
    window.press("Time given")
    dialog = window.dialog()
    assert isinstance(dialog, SupportDialog)
    dialog.on.setDate(date(2027, 3, 1))
    window.press("Record", dialog)
    assert "has not come yet" in dialog.banner.accessibleName()
    dialog.on.setDate(date(2026, 11, 20))
    dialog.hours.setValue(2.5)
    window.press("Record", dialog)
    (given,) = window.store.support_given.between(date(2026, 9, 1), date(2027, 8, 31), ["990003"])
    assert given.hours == 2.5


def test_a_new_headteacher_counts_from_a_day(window):
    window.go("school/990003")
    window.press("Change …", window.page.body.itemAt(2).widget())
    dialog = window.dialog()
    assert isinstance(dialog, PersonDialog)
    dialog.name.setText("Nell Ark")
    dialog.new_in_post.setChecked(True)
    dialog.since.setDate(date(2026, 11, 1))
    window.press("Save", dialog)
    history = window.store.circumstances.history(["990003"])["990003"]
    assert (history[-1].fact, history[-1].since) == (Fact.HEAD_SINCE, date(2026, 11, 1))


def test_no_judgement_is_entered_on_a_day_on_which_none_was_given(window):
    window.go("school/990003")
    window.press("Circumstances changed")
    dialog = window.dialog()
    assert isinstance(dialog, CircumstanceDialog)
    for fact in Fact:
        dialog.fact.setCurrentIndex(dialog.fact.findData(fact))
        assert dialog.value.count()
    dialog.fact.setCurrentIndex(dialog.fact.findData(Fact.JUDGEMENT))
    dialog.since.setDate(date(2025, 1, 10))
    window.press("Save", dialog)
    assert "no overall judgement on that day" in dialog.banner.accessibleName()
    dialog.reject()


@pytest.mark.parametrize("item", [True, False], ids=["a line", "one more"])
def test_a_departure_from_the_policy_is_entered_on_the_page(window, item):
    window.go("school/990004")
    window.press("Change …" if item else "Add a visit")
    dialog = window.dialog()
    dialog.reason.setPlainText("The school asked for it.")
    window.press("Save", dialog)
    assert window.sees("The school asked for it.")


def test_a_school_that_closed_names_its_successor(window):
    with window.store.atomic():
        window.store.schools.link([("990003", "990004")])
    window.go("school/990004")
    assert window.sees("The register says that this school closed")
    window.press("Open its successor")
    assert window.page.argument == "990003"
    assert window.sees("990004", window.page)


def test_a_row_of_either_table_opens_its_school(window):
    for address, table in (("schools", "mine_table"), ("schools/all", "all_table")):
        page = window.go(address)
        view = getattr(page, table)
        assert view.model().data(view.model().index(0, 0), Qt.ItemDataRole.DecorationRole) is None
        assert view.model().data(view.model().index(0, 0))
        view.clicked.emit(view.model().index(0, 0))
        assert window.page.argument == view.model().urn(0)


def test_the_whole_register_is_filtered(window):
    page = window.go("schools/all")
    page.filter.setText("tide")
    assert (page.register.total, page.count.text()) == (1, "1 school")
    page.filter.setText("nowhere")
    assert (page.register.total, page.count.text()) == (0, "0 schools")


def test_rows_that_were_asked_for_earlier_are_not_shown():
    asked = []
    model = RegisterModel(lambda wanted, done: asked.append(done))
    model.set_text("first")
    model.set_text("second")
    asked[1]((["second"], 1))
    asked[0]((["first"], 1))
    assert model.rows == ["second"]


def test_a_file_with_problems_changes_nothing_and_lists_them(window, monkeypatch, tmp_path):
    workbook = tmp_path / "allocation.csv"
    workbook.write_text("Academic year,SEP,URN\n2026-27,Ada Penrose,123\n2026-27,Ada Penrose,abc\n")
    choose(monkeypatch, workbook)
    window.go("schools")
    window.press("Import allocation")
    dialog = window.dialog()
    assert dialog.banner.isVisible()
    assert not dialog.primary.isVisible()
    dialog.try_finish()
    window.press("Cancel", dialog)
    assert not dialog.isVisible()


def test_a_register_is_compared_again_for_another_authority(window, monkeypatch, tmp_path):
    register = tmp_path / "register.csv"
    register.write_text(
        "URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name)\n"
        "990001,880,Torbay,Harbour Lights,Closed\n991001,881,Elsewhere,Other School,Open\n"
    )
    choose(monkeypatch, register)
    window.go("schools")
    window.press("Import register")
    dialog = window.dialog()
    assert "closed   Harbour Lights (990001)" in dialog.details.toPlainText()
    dialog.authority.setCurrentIndex(dialog.authority.findData("881"))
    assert "new      Other School (991001)" in dialog.details.toPlainText()
    window.press("Accept", dialog)
    assert window.store.schools.get("991001").name == "Other School"


def test_a_mistake_while_importing_is_told_on_the_page(window, monkeypatch, tmp_path, caplog):
    def fails(**_):
        raise RuntimeError

    monkeypatch.setattr(allocations, "preview_allocation", fails)
    dialog = imports.AllocationDialog(window.go("schools"), window.program.session, tmp_path / "x.csv")
    assert not dialog.isVisible()
    assert "RuntimeError" in window.notice
    caplog.clear()


def test_the_empty_workbook_is_written_where_the_user_says(window, saves_to):
    window.go("schools")
    window.press("Empty workbook")
    assert (saves_to / "allocation.xlsx").read_bytes().startswith(b"PK")
    assert "Written: " in window.notice


def test_the_journal_and_the_pdf_of_a_version_are_saved(window, clock, saves_to):
    complete(window, clock)
    window.go("outbox")
    window.press("Export the journal")
    assert (saves_to / "journal.csv").read_bytes().startswith(b"\xef\xbb\xbfat,event")
    window.press("Save the PDF")
    (message,) = window.store.outbox.messages()
    assert (saves_to / message.file_name).read_bytes().startswith(b"%PDF")
    window.press("Open the visit")
    assert window.page.step is Step.SEND


def test_a_message_of_a_kind_without_a_visit_is_shown_held_and_its_paper_saved(
    window, clock, saves_to, monkeypatch
):
    message_kinds.register(window.store, monkeypatch)
    number = message_kinds.queue_concern(window.store, clock.now())
    window.go("outbox")
    shown = [each.text() for each in window.page.findChildren(QLabel)]
    assert "Harbour Lights Primary School, concern" in shown
    assert "Morwen Oake, Head of School Support & Challenge" in shown
    assert "Open the visit" not in [each.text() for each in window.page.findChildren(QPushButton)]
    window.press("Save the PDF")
    (paper,) = saves_to.glob("*.pdf")
    assert (paper.name, paper.read_bytes()) == (
        window.store.outbox.message(number).file_name,
        b"%PDF-1.7 a concern",
    )
    window.press("Hold")
    assert states(window) == [State.HELD]


def test_a_delivery_is_held_released_and_readdressed(window, clock):
    complete(window, clock)
    window.go("outbox")
    window.press("Hold")
    assert states(window) == [State.HELD, State.QUEUED, State.QUEUED]
    window.press("Release")
    assert states(window) == [State.QUEUED] * 3
    window.press("Other address")
    dialog = window.dialog()
    field = dialog.findChild(QLineEdit)
    field.setText("nobody")
    window.press("Use this address", dialog)
    assert "no @" in dialog.banner.accessibleName()
    field.setText("new.head@school.example")
    window.press("Use this address", dialog)
    assert states(window) == [State.CANCELLED, State.QUEUED, State.QUEUED, State.QUEUED]


@pytest.mark.parametrize("state", [State.REFUSED, State.HANDED_OUT, State.RETRY, State.ACCEPTED])
def test_every_state_offers_what_may_be_done(window, clock, state):
    complete(window, clock)
    store = window.store
    queued = store.outbox.in_state(State.QUEUED)
    if state is State.ACCEPTED:
        store.outbox.advance(queued, State.HANDING_OVER, clock.now())
    store.outbox.advance(
        queued, state, clock.now(), reply="In words.", next_at=clock.now() + timedelta(hours=1)
    )
    window.go("outbox")
    if state is State.REFUSED:
        window.press("Try again")
        assert states(window)[0] is State.QUEUED
    elif state is State.HANDED_OUT:
        window.press("Sent")
        assert states(window)[0] is State.CONFIRMED
    else:
        assert not window.sees("In words.")
        window.press("In its own words")
        assert window.sees("In words.")


@pytest.mark.parametrize("key", DeliveryMethodKey)
def test_the_outbox_says_how_messages_leave(window, key):
    window.store.settings.put("delivery.method", key)
    page = window.go("outbox")
    assert page.about.text().endswith(".")
    window.press("Send now")
    assert "Nothing is waiting to be sent" in window.notice


def test_help_looks_at_everything_that_the_program_stands_on(window):
    window.go("help")
    window.press("Check now")
    assert window.sees("The store opens with")


def test_a_visit_is_moved_and_cancelled_with_a_reason(window):
    page = window.go("visit/2/prepare")
    window.press("Move …")
    dialog = window.dialog()
    dialog.place.setText("The library")
    window.press("Save", dialog)
    assert window.sees("The library", page)
    window.press("Cancel the visit")
    dialog = window.dialog()
    window.press("Cancel the visit", dialog)
    assert "Say why" in dialog.banner.accessibleName()
    dialog.findChild(QLineEdit).setText("Snow.")
    window.press("Cancel the visit", dialog)
    assert window.sees("Cancelled: Snow.", page)
    assert all("cancelled" in each.text() for each in page.steps.values())


def test_the_agenda_is_ordered_shortened_and_agreed(window):
    window.go("visit/2/agenda")
    panel = window.panel()
    first, second = [item.key for item in panel.items][:2]
    window.press("Down")
    assert [item.key for item in panel.items][:2] == [second, first]
    window.press("Up")
    window.press("Remove")
    assert first not in {item.key for item in window.store.visits.agenda(2)}
    window.press("The school agrees")
    assert window.store.visits.get(2).agreed_on
    window.press("To the meeting")
    assert window.page.step is Step.MEETING


def test_a_visit_opens_at_its_sensible_step(window):
    assert window.go("visit/1").step is Step.REPORT
    assert window.go("visit/2").step is Step.AGENDA
    window.press("Meeting")
    assert window.page.step is Step.MEETING
    window.press("School", window.page)
    assert window.page.argument == "990006"


def test_a_visit_that_does_not_exist_is_said(window):
    window.go("visit/999")
    assert "There is no such visit" in window.notice


def test_the_held_day_may_not_be_ahead(window):
    window.go("visit/2/meeting")
    window.press("The visit was held")
    dialog = window.dialog()
    dialog.content.itemAt(0).layout().itemAt(1).widget().setDate(date(2027, 1, 1))
    window.press("Mark as held", dialog)
    assert "Mark the visit as held on the day, or move it." in dialog.banner.accessibleName()
    dialog.reject()


def test_the_paper_stands_beside_the_writing_and_follows_it(window):
    window.go("visit/1/report")
    panel = window.panel()
    window.press("Paper")
    assert panel.preview.pages == 2
    window.write(panel.editors["comments"], "More. ")
    panel.leave()
    window.timers.advance(2)
    panel.sections.setCurrentRow(2)
    window.press("Paper")
    assert panel.preview.isHidden()
    window.press("Paper")
    window.go("visit/2/report")
    assert panel.preview.isHidden()
    assert not panel.tools.preview.isChecked()


def test_a_correction_that_is_dropped_leaves_the_completed_words(window, clock):
    complete(window, clock)
    window.go("visit/1/report")
    panel = window.panel()
    before = panel.editors["comments"].text()
    window.press("Correct this report")
    window.write(panel.editors["comments"], "Not after all. ")
    window.press("Drop the correction")
    assert panel.editors["comments"].text() == before
    assert not panel.editors["comments"].isEnabled()


def test_what_is_missing_is_listed_with_a_jump_to_it(window):
    window.go("visit/1/report")
    panel = window.panel()
    panel.editors["comments"].selectAll()
    panel.editors["comments"].textCursor().removeSelectedText()
    panel.editors["actions"].set_text("")
    panel.editors["actions"].edited.emit()
    window.press("Complete")
    dialog = window.dialog()
    window.press("Go there", dialog)
    assert not dialog.isVisible()
    window.go("visit/1/send")
    assert window.sees("The report is not complete yet")
    window.press("To the report")
    assert window.page.step is Step.REPORT


def test_a_report_that_cannot_be_addressed_says_where_to_put_it_right(window, clock):
    from sep_desktop.domain.people import Role

    schools_service.set_contact(
        store=window.store, urn="990001", role=Role.CHAIR, name="Nell Ark", email="", now=clock.now()
    )
    window.go("visit/1/send")
    assert window.sees("no e-mail address")
    window.press("To the school")
    assert window.page.argument == "990001"


def test_a_completion_that_fails_shows_the_confirmation_anew(window, monkeypatch):
    window.go("visit/1/send")
    panel = window.panel()

    def changed(**_):
        raise UserError("The report or its readers changed since you looked at them.")

    monkeypatch.setattr(reports, "complete", changed)
    for tick in panel.confirmation.ticks:
        tick.setChecked(True)
    window.press("Queue for sending")
    assert "changed since you looked" in window.notice
    assert not any(tick.isChecked() for tick in panel.confirmation.ticks)


def test_a_history_shows_prose_and_values_and_goes_back_to_what_is_chosen(window):
    chosen = []
    prose = [("today", "**now**"), ("before", "-   then")]
    dialog = HistoryDialog(window.page, "Comments", prose, True, chosen.append)
    dialog.list.setCurrentRow(1)
    assert dialog.text.toPlainText() == "then"
    dialog.try_finish()
    values = [("today", '{"on_site": 3}'), ("before", '[{"what": "a"}, {"what": "b"}]'), ("first", "4")]
    dialog = HistoryDialog(window.page, "Time", values, False, chosen.append)
    assert dialog.text.toPlainText() == "on site: 3"
    dialog.list.setCurrentRow(1)
    assert dialog.text.toPlainText() == "what: a\n\nwhat: b"
    dialog.list.setCurrentRow(2)
    assert dialog.text.toPlainText() == "4"
    dialog.list.setCurrentRow(0)
    assert not dialog.primary.isEnabled()
    dialog.try_finish()
    assert chosen == [1]
    assert dialog.findChild(QListWidget).item(0).text() == "today  (now)"


def test_a_history_of_one_text_says_that_there_is_no_earlier_one(window):
    dialog = HistoryDialog(window.page, "History of Comments", [("today", "now")], True, print)
    dialog.show()
    assert window.sees("There is no earlier version.", dialog)
    assert not dialog.primary.isEnabled()


def test_the_tools_act_on_the_editor_with_the_cursor(window):
    window.go("visit/1/report")
    editor = window.panel().editors["comments"]
    editor.setFocus()
    editor.selectAll()
    before = editor.text()
    window.press("B")
    assert editor.text() != before
    window.panel().editors["category"].choice.setFocus()
    window.press("B")
    assert isinstance(window.panel().editors["category"].choice, QComboBox)


def test_what_is_copied_carries_its_styles(qtbot):
    editor = ProseEditor("Trial")
    qtbot.addWidget(editor)
    editor.set_text("**bold**")
    editor.selectAll()
    copied = editor.createMimeDataFromSelection()
    assert isinstance(copied, QMimeData)
    assert copied.text() == "bold"
    assert editor.canInsertFromMimeData(copied)
    editor.set_text("")
    editor.insertFromMimeData(copied)
    assert editor.text() == "**bold**"
