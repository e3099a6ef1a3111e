"""Pages: names for screen readers, empty states, widths, what each shows."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QAccessible, QFont, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QWidget

from sep_desktop.domain.outbox import State
from sep_desktop.notices import NoticeSink, Tone
from sep_desktop.services import reports, schools
from sep_desktop.ui.context.plan_visit import PlanVisitDialog
from sep_desktop.ui.kit.pasting import pasted
from sep_desktop.ui.kit.prose_editor import COMMANDS, ProseEditor
from sep_desktop.ui.schools.dialogs import CircumstanceDialog, OverrideDialog, PersonDialog
from sep_desktop.ui.schools.models import CaseloadModel, RegisterModel
from sep_desktop.ui.shell.pages import PAGES
from sep_desktop.ui.visit.rows_editor import RowsEditor
from tests.support.policies import shipped_policies

ADDRESSES = (
    "today", "schools", "schools/all", "school/990003", "school/990006", "school/990009", "visit/1/prepare", "visit/1/agenda", "visit/1/meeting", "visit/1/report",
    "visit/1/send", "outbox", "settings", "policies", "past-papers", "backups", "help",
)  # fmt: skip


def test_every_page_is_looked_at():
    """The sealed page has tests of its own."""
    opened = {address.partition("/")[0] for address in ADDRESSES}
    assert opened == {spec.address for spec in PAGES} - {"sealed"}


def focusable(root: QWidget) -> list[QWidget]:
    return [
        each
        for each in root.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and not each.focusProxy()
    ]


@pytest.mark.parametrize("address", ADDRESSES)
def test_everything_that_takes_the_focus_has_a_name_and_a_role(window, address):
    window.go(address)
    for widget in focusable(window.program.frame):
        if widget.objectName().startswith("qt_") or (
            "QLineEdit" in type(widget.parentWidget()).__name__ + type(widget).__name__
            and widget.objectName().startswith("qt_")
        ):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) or widget.accessibleName()
        assert name.strip(), f"{type(widget).__name__} on {address} has no name"
        assert interface.role() != QAccessible.Role.NoRole


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("width", [760, 1366, 2560])
def test_no_page_is_wider_than_its_window(window, address, width):
    window.program.frame.resize(width, 700)
    page = window.go(address)
    QApplication.processEvents()
    assert page.width() <= window.program.frame.width()
    for area in page.findChildren(QWidget):
        if area.inherits("QScrollArea") and area.isVisible():
            assert area.widget().width() <= area.viewport().width() + 1, f"{address} is cut at {width}"


def test_no_message_is_lost_before_there_is_a_window():
    sink, heard = NoticeSink(), []
    sink.say(Tone.WARN, "early")
    sink.listen(lambda message: heard.append(message.text))
    sink.say(Tone.INFORM, "late")
    assert heard == ["early", "late"]


def test_an_empty_program_says_what_to_do(program, locations):
    from sep_desktop.storage import store as stores
    from tests.conftest import QUICK
    from tests.support.fakes import PASSPHRASE
    from tests.support.pages import Window

    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    program.frame.show()
    program.open(store)
    window = Window(program)
    assert window.sees("No school is allocated to you yet")
    window.go("schools")
    assert window.sees("First import the national register")
    window.go("outbox")
    assert window.sees("Nothing has been completed yet")


def test_back_and_forward_as_in_a_browser(window):
    window.go("schools")
    window.go("school/990003")
    window.program.window.step(-1)
    assert type(window.page).__name__ == "SchoolsPage"
    window.program.window.step(1)
    assert type(window.page).__name__ == "SchoolPage"
    window.program.window.step(1)
    assert window.page.argument == "990003"


def test_the_schools_filter_and_sort(window):
    page = window.go("schools")
    QTest.keyClicks(page.filter, "tide")
    assert [row.school.name for row in page.caseload.rows] == ["Tidewater College"]
    page.filter.clear()
    page.caseload.sort(2, Qt.SortOrder.DescendingOrder)
    assert page.caseload.rows[0].school.name == "Cliff Top Primary School"
    window.go("schools/all")
    assert page.register.total == 9
    page.register.sort(1, Qt.SortOrder.DescendingOrder)
    assert page.register.urn(0) == "990009"


def test_the_register_is_fetched_a_page_at_a_time():
    asked = []

    def fetch(wanted, done):
        asked.append(wanted.first)
        done(([object()] * min(200, 450 - wanted.first), 450))

    model = RegisterModel(fetch)
    model.reload()
    while model.canFetchMore(model.index(-1, -1)):
        model.fetchMore(model.index(-1, -1))
    assert (asked, model.rowCount()) == ([0, 200, 400], 450)


def test_models_without_rows_are_empty():
    model = CaseloadModel()
    assert (model.rowCount(), model.columnCount()) == (0, 8)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Name"


def test_a_person_is_changed_and_the_school_shows_it(window):
    from sep_desktop.domain.people import Role

    window.go("school/990003")
    dialog = PersonDialog(window.page, window.program.session, "990003", Role.CHAIR, None)
    dialog.show()
    dialog.name.setText("Nell Ark")
    dialog.email.setText("nell-at-school")
    dialog.try_finish()
    assert dialog.isVisible()
    assert "no @" in dialog.banner.accessibleName()
    dialog.email.setText("nell@school.example")
    dialog.try_finish()
    assert window.sees("Nell Ark")


def test_a_circumstance_offers_the_words_of_its_time(window):
    from datetime import date

    from sep_desktop.domain.circumstances import Fact

    dialog = CircumstanceDialog(window.page, window.program.session, "990004", shipped_policies().scales)
    dialog.since.setDate(date(2011, 5, 1))
    assert [dialog.value.itemText(n) for n in range(dialog.value.count())] == [
        "outstanding",
        "good",
        "satisfactory",
        "inadequate",
    ]
    dialog.fact.setCurrentIndex(dialog.fact.findData(Fact.FLOOR))
    dialog.since.setDate(date(2026, 11, 1))
    dialog.value.setCurrentText("yes")
    dialog.try_finish()
    assert window.store.circumstances.history(["990004"])["990004"][-1].value == "yes"
    page = window.go("school/990004")
    assert window.sees("A visit each term, because", page)


def test_an_override_asks_for_its_reason(window):
    page = window.go("school/990004")
    line = page.view.entitlement.items[0]
    dialog = OverrideDialog(page, window.program.session, "990004", page.view.entitlement.year, line)
    dialog.show()
    dialog.try_finish()
    assert "needs a reason" in dialog.banner.accessibleName()
    dialog.reason.setPlainText("The school closes in March.")
    dialog.try_finish()
    assert window.sees("The school closes in March.")
    window.press("Back to policy")
    assert not window.sees("The school closes in March.")


def test_a_clash_is_told_while_planning(window):
    page = window.go("school/990004")
    dialog = PlanVisitDialog(page, window.program.session, "990004", page.view.entitlement.visits)
    held = window.store.visits.get(1)
    dialog.day.setDate(held.day)
    assert "Harbour Lights Primary School is planned for the same time" in dialog.clash.text()


def test_what_could_not_be_confirmed_offers_its_choices(window, clock):
    store = window.store
    confirmed = reports.confirm(store=store, visit=1, now=clock.now())
    reports.complete(store=store, visit=1, confirmed=confirmed, now=clock.now())
    queued = store.outbox.in_state(State.QUEUED)
    store.outbox.advance(queued, State.HANDING_OVER, clock.now())
    store.outbox.advance(queued, State.UNKNOWN, clock.now(), reply="The line broke.")
    window.go("outbox")
    assert window.sees("Could not confirm")
    window.press("It arrived")
    window.press("Send again")
    window.press("Leave it")
    assert [each.state for each in store.outbox.deliveries(1)] == [
        State.CONFIRMED,
        State.QUEUED,
        State.CANCELLED,
    ]


def editor(qtbot, text=""):
    trial = ProseEditor("Trial")
    qtbot.addWidget(trial)
    trial.set_text(text)
    trial.show()
    return trial


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "**bold** and *italic*",
        "-   one\n-   two\n    -   deeper\n-   three",
        "1.  one\n2.  two",
        "### Heading\n\ntext",
        "a\\\nb",
        "***both***",
        "text\n\n-   a\n\ntext",
    ],
)
def test_the_editor_gives_back_what_it_was_given(qtbot, text):
    assert editor(qtbot, text).text() == text


def test_the_tools_do_what_they_say(qtbot):
    trial = editor(qtbot, "word")
    trial.selectAll()
    tools = {command.hint: partial(command.act, trial) for command in COMMANDS}
    for hint, expected in (
        ("Bold", "**word**"),
        ("Italic", "***word***"),
        ("Bold", "*word*"),
        ("Italic", "word"),
        ("Bulleted list", "-   word"),
        ("Numbered list", "1.  word"),
    ):
        tools[hint]()
        assert trial.text() == expected
        trial.selectAll()
    tools["Numbered list"]()
    tools["Heading"]()
    assert trial.text() == "### word"
    tools["Undo"]()
    assert trial.text() == "word"


def test_typing_behind_bold_can_be_undone(qtbot):
    trial = editor(qtbot, "**bold**")
    trial.moveCursor(QTextCursor.MoveOperation.End)
    trial.setFontWeight(QFont.Weight.Normal)
    QTest.keyClicks(trial, " plain")
    assert trial.text() == "**bold** plain"
    trial.undo()
    assert trial.text() == "**bold**"


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {color:red}</style></head><body>
<!--[if gte mso 9]><xml>secret</xml><![endif]-->
<h1 style='color:red'>Findings</h1><p class=MsoNormal style='font-size:30pt'>Some <b>bold</b>, <i>italic</i> <span style='color:#FF0000'>red</span><o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0'><![if !supportLists]><span>·<span>&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>First point</p>
<p class=MsoListParagraph><span>2.<span>&nbsp;&nbsp;&nbsp; </span></span>Second</p><ul><li>Real <b>item</b></li></ul><img src="file:///etc/passwd"><script>alert(1)</script></body></html>"""


def test_text_from_word_is_cleaned_to_our_few_styles(qtbot):
    source = QMimeData()
    source.setHtml(WORD)
    trial = editor(qtbot)
    trial.insertFromMimeData(source)
    assert trial.text().split("\n\n") == [
        "### Findings",
        "Some **bold**, *italic* red",
        "-   First point",
        "<!-- -->",
        "1.  Second",
        "<!-- -->",
        "-   Real **item**",
    ]
    assert "secret" not in trial.text()


def test_plain_text_is_pasted_as_paragraphs(qtbot):
    source = QMimeData()
    source.setText("one\r\n\r\ntwo <b>x</b>")
    assert [block.text for block in pasted(source).blocks] == ["one", "two <b>x</b>"]


def test_rows_are_added_and_removed(qtbot):
    from sep_desktop.domain.report import Action, rows
    from sep_desktop.ui.visit.rows_editor import Cell

    trial = RowsEditor("Actions", Action, (Cell("What"), Cell("Who"), Cell("By when")), "Add")
    qtbot.addWidget(trial)
    trial.set_text('[{"what": "a"}, {"what": "b"}]')
    trial.remove(trial.fields[0])
    trial.add()
    trial.fields[-1][0].setPlainText("c")
    assert [each.what for each in rows(Action, trial.text())] == ["b", "c"]


def test_notes_are_saved_while_the_next_is_typed(window):
    window.go("visit/1/meeting")
    panel = window.panel()
    fresh = next(each for each in panel.fields if not each.place.number)
    window.write(fresh, "First thought")
    QTest.keyClick(fresh, Qt.Key.Key_Return)
    second = [
        each for each in panel.fields if each.place.item == fresh.place.item and not each.toPlainText()
    ][-1]
    window.write(second, "Second thought")
    panel.leave()
    kept = [note.text for note in window.store.notes.of_visit(1)]
    assert kept[-2:] == ["First thought", "Second thought"]
    window.write(fresh, "!")
    panel.leave()
    assert len(window.store.notes.of_visit(1)) == len(kept), "a note that is changed stays one note"


def test_private_notes_can_be_hidden(window):
    window.go("visit/1/meeting")
    panel = window.panel()
    private = next(each for each in panel.fields if each.toPlainText().startswith("The deputy seems tired"))
    assert private.isVisible()
    window.press("Hide private notes")
    assert not private.isVisible()


def test_history_goes_back(window):
    from datetime import timedelta

    window.go("visit/1/report")
    panel = window.panel()
    before = panel.editors["areas"].text()
    window.program.surroundings.clock.moment += timedelta(hours=1)
    panel.editors["areas"].selectAll()
    panel.editors["areas"].insertPlainText("Other words")
    panel.leave()
    panel.current = "areas"
    window.press("History")
    dialog = window.dialog()
    assert dialog.list.count() == 2
    dialog.list.setCurrentRow(1)
    dialog.try_finish()
    assert panel.editors["areas"].text() == before


def test_the_line_coming_back_is_offered_not_used(window, clock, monkeypatch):
    from sep_desktop.sync import accounts

    store = window.store
    reports.complete(
        store=store,
        visit=1,
        confirmed=reports.confirm(store=store, visit=1, now=clock.now()),
        now=clock.now(),
    )
    store.settings.put("mail.host", "smtp.example")

    class Line:
        up = False

        def is_up(self):
            return self.up

    line = Line()
    monkeypatch.setattr(accounts, "connectivity", lambda _: line)
    window.program.connection.check()
    line.up = True
    window.program.connection.check()
    assert "There is a line again: 1 report can be sent." in window.notice
    assert len(store.outbox.in_state(State.QUEUED)) == 3


def test_a_bug_is_told_without_its_words(window, caplog):
    window.program.session.fail(RuntimeError("the head said something"))
    assert "RuntimeError" in window.notice
    assert "the head said" not in window.notice + caplog.text
    caplog.clear()


def test_remembering_on_this_computer_needs_a_keyring_that_works(window, keyring):
    keyring.locked = True
    page = window.go("settings")
    tick = next(
        each
        for each in page.findChildren(QWidget)
        if each.inherits("QCheckBox") and each.text().startswith("Open without")
    )
    tick.setChecked(True)
    assert not tick.isChecked()
    assert "locked" in window.notice
    keyring.locked = False
    tick.setChecked(True)
    assert schools.current_year(store=window.store, today=window.program.surroundings.clock.today())
    assert len(keyring.secrets) == 1


def test_a_name_that_looks_like_markup_is_shown_as_written(window, clock):
    from sep_desktop.domain.people import Role

    schools.set_contact(
        store=window.store,
        urn="990003",
        role=Role.CHAIR,
        name="<b>Bo</b> & Co",
        email="",
        now=clock.now(),
    )
    window.go("school/990003")
    assert window.sees("<b>Bo</b> & Co")


def test_no_page_shows_a_window_of_its_own(window, qapp):
    strangers = StrayWindows(window.program.frame)
    qapp.installEventFilter(strangers)
    for address in (*ADDRESSES, "sealed"):
        window.go(address)
    qapp.removeEventFilter(strangers)
    assert strangers.shown == []


class StrayWindows(QObject):
    """Remembers every top-level widget that is shown beside the frame."""

    def __init__(self, frame):
        super().__init__()
        self.frame, self.shown = frame, []

    def eventFilter(self, watched, event):  # noqa: N802 -- Qt's name
        shown = event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and watched is not self.frame:
            self.shown.append(type(watched).__name__)
        return False


def test_another_school_is_read_from_its_top(window):
    window.program.frame.resize(1100, 600)
    window.go("school/990003")
    QApplication.processEvents()
    bar = window.page.content.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    window.page.refresh()
    assert bar.value() > 0, "reading again keeps the place"
    window.go("school/990006")
    assert bar.value() == 0


@pytest.mark.parametrize("address", ["outbox", "school/990003", "visit/1/report", "settings"])
def test_nothing_of_a_page_is_out_of_reach_in_a_narrow_window(window, address):
    window.program.frame.resize(*window.program.frame.minimumSize().toTuple())
    window.go(address)
    QApplication.processEvents()
    for area in window.page.findChildren(QScrollArea):
        if area.isVisible():
            beyond = area.widget().width() - area.viewport().width()
            assert area.horizontalScrollBar().maximum() >= beyond


def test_today_asks_at_once_for_the_password_that_was_refused(window, clock):
    confirmed = reports.confirm(store=window.store, visit=1, now=clock.now())
    reports.complete(store=window.store, visit=1, confirmed=confirmed, now=clock.now())
    for key, value in {"delivery.method": "smtp", "mail.automatic": True, "mail.rests": True}.items():
        window.store.settings.put(key, value)
    window.go("today")
    window.press("Enter it")
    dialog = window.dialog()
    assert dialog.windowTitle() == "Mail password"
    assert isinstance(dialog.focusWidget(), QLineEdit)
    dialog.reject()
    window.program.window.page().refresh()
    assert not dialog.isVisible(), "asked once"
