"""Performance management: a closed door, or a room that looks like nothing else and closes by itself.

Leaving the page, some minutes without a hand on it, a locked screen, a computer that goes to sleep: each saves what was
typed and closes the store. What cannot be saved, or is being handed over, is covered instead until it can be closed.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QStackedWidget

from sep_desktop.domain.appraisal.record import Record
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import plural
from sep_desktop.messages import Tone
from sep_desktop.services.appraisals import papers, records
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.ui.main_window import Idleness
from sep_desktop.ui.pages.page import Page
from sep_desktop.ui.pages.sealed.clipboard import ClipboardGuard
from sep_desktop.ui.pages.sealed.cycles import CyclesView
from sep_desktop.ui.pages.sealed.desk import Desk
from sep_desktop.ui.pages.sealed.door import Door
from sep_desktop.ui.pages.sealed.record import RecordView
from sep_desktop.ui.session import Session
from sep_desktop.ui.theme import GAP, icon, tokens
from sep_desktop.ui.widgets.banner import Banner
from sep_desktop.ui.widgets.basics import button, column, holder, row, words

_TITLE = "Performance management"
_RING = 3


class SealedPage(Page):
    """Opened as ``sealed``, or with the URN of a school."""

    watches = Changes.NOTHING
    scrolls = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.desk: Desk | None = None
        self.room: _Room | None = None
        self.idleness: Idleness | None = None
        self.door = Door(session)
        self.door.opened.connect(self._opened)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.door)
        self.body.addWidget(self.stack)
        session.away.connect(self.seal)
        session.ending.connect(self._end)

    def open(self, argument: str) -> None:
        self.argument = argument
        if self.desk is None or self.door.covered:
            self._show_door()

    def refresh(self) -> None:
        if self.room and not self.door.covered:
            self.room.look()

    def _show_door(self) -> None:
        self.set_head(_TITLE, "Sealed. None of it is shown, searched, sent or backed up with anything else.")
        self.set_actions()
        self._dress("")
        self.stack.setCurrentWidget(self.door)
        self.door.show_again()

    def _opened(self, sealed: SealedStore) -> None:
        """The room, new or as it was left behind its cover."""
        if self.desk and sealed is not self.desk.sealed:
            sealed.close()
            return
        self._dress("sealed")
        if self.desk is None:
            self._enter(sealed)
        self.door.covered = None
        assert self.room is not None
        self.stack.setCurrentWidget(self.room)
        self.room.setFocus()
        self._head(self.room.record.record if self.room.stack.currentWidget() is self.room.record else None)

    def _enter(self, sealed: SealedStore) -> None:
        self.desk = Desk(self.session, sealed)
        self.desk.idle.connect(self._finish)
        self.desk.autosave.saved.connect(lambda _: self._finish())
        self.room = _Room(self.desk)
        self.room.close_button.clicked.connect(self.seal)
        self.room.record.shown.connect(self._head)
        self.room.listed.connect(lambda: self._head(None))
        self.stack.addWidget(self.room)
        self.idleness = Idleness(self.session.store.settings.number("sealed.idle_minutes"))
        self.idleness.idle.connect(self.seal)
        QApplication.instance().installEventFilter(self.idleness)
        self.guard = ClipboardGuard(self.room)
        cut_off = papers.recover(sealed=sealed, now=self.session.now())
        self._begin_at(self.argument)
        if cut_off:
            self.desk.say(f"{plural(cut_off, 'letter')} could not be confirmed: the store was closed while it left.", "Open its school, Papers.", Tone.WARN)
        elif not self.session.store.settings.on("sealed.code_confirmed"):
            self.desk.say("The recovery code of this store was never typed back.", "Make a new one under Keys, at the end of the list of schools.", Tone.WARN)

    def _begin_at(self, urn: str) -> None:
        """The list, or the school that was asked for."""
        assert self.desk is not None
        assert self.room is not None
        if not urn:
            self.room.show_list()
            return
        desk, room = self.desk, self.room
        found = records.look(store=desk.store, sealed=desk.sealed, today=self.session.today())
        line = next((each for each in found.lines if each.urn == urn), None)
        if line and line.cycle:
            room.show_record(line.cycle.id)
        else:
            room.show_list()

    def _head(self, record: Record | None) -> None:
        assert self.room is not None
        if record is None:
            self.set_head(_TITLE, "Every school of the year, what is still to do in each, and by when.")
            self.set_actions()
            return
        given = f", received from {record.cycle.received_from}" if record.cycle.received_from else ""
        self.set_head(record.cycle.school, f"Performance management {record.cycle.year}{given}")
        self.set_actions(button("Hand over and keep", self.room.record.show_keeping), button("All schools", self.room.show_list))

    def _dress(self, role: str) -> None:
        """Put the colours of the sealed store on, or take them off."""
        self.setProperty("role", role)
        ring = _RING if role else 0
        self.setContentsMargins(ring, ring, ring, ring)
        for each in (self, self.title, self.about):
            self.style().unpolish(each)
            self.style().polish(each)

    def leave(self) -> bool:
        """Leaving closes. Words that could not be saved keep the page, and that is said outside the room too."""
        if self.desk and not self.desk.autosave.flush():
            self.session.sink.say(
                Tone.FAIL, "This page was not left: some of its words could not be saved.", "Free some space; they are saved as soon as they can be."
            )
            self.seal()  # covered, not left: nothing of it may be seen under another lock
            return False
        self.seal()
        self.door.leave()
        return True

    def seal(self) -> None:
        """Save and close; cover instead what cannot be saved or is on its way."""
        if self.desk is None:
            self.door.leave()
            return
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        if self.desk.autosave.flush() and not self.desk.is_busy:
            self._close()
        else:
            self.door.covered = self.desk.sealed
            self.guard.forget_now()
        self._show_door()

    def _finish(self) -> None:
        """What was on its way has gone, or what was not saved is; close if the door is closed already."""
        if self.desk and self.door.covered and self.desk.autosave.clean and not self.desk.is_busy:
            self._close()
            self._show_door()

    def _close(self) -> None:
        """Nothing of it stays: not on the screen, not in the clipboard, not in the file handles."""
        desk, room = self.desk, self.room
        assert desk is not None
        assert room is not None
        self.guard.forget()
        self._stop_watching()
        desk.autosave.stop()
        desk.closed = True
        self.session.operations.now(desk.sealed.close)
        self.desk = self.room = self.door.covered = None
        self.argument = room.place  # who opens it again is where they were
        self.door.keys.cancel()
        room.setParent(None)
        room.deleteLater()
        self.session.status.emit("")

    def _stop_watching(self) -> None:
        if self.idleness:
            self.idleness.stop()
            QApplication.instance().removeEventFilter(self.idleness)
        self.idleness = None

    def _end(self) -> None:
        """The program ends or its store is closed, and nothing is under way any more."""
        self._stop_watching()
        self.door.leave()
        if self.desk:
            self.desk.save_last()
            self.desk.autosave.stop()
            self.desk.closed = True
            self.desk.sealed.close()
            self.desk = None


class _Room(QFrame):
    """The band that says that it is open, the messages, and the list or one record."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.list, self.record = CyclesView(desk), RecordView(desk)
        self.listed = self.list.shown
        self.banner, self.stack = Banner(), QStackedWidget()
        for each in (self.list, self.record):
            self.stack.addWidget(each)
        self.list.chosen.connect(self.show_record)
        self.record.gone.connect(self._gone)
        self.record.went.connect(self._settled)
        desk.told.connect(self.banner.show_message)
        desk.changed.connect(self._settled)
        desk.changed.connect(self.look)
        messages = holder(row(self.banner))
        messages.layout().setContentsMargins(GAP * 3, 0, GAP * 3, 0)
        layout = column(self._band(), messages, self.stack, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that opening leaves no button under the Enter key
        self.setAccessibleName("Performance management, open")

    def _band(self) -> QFrame:
        band, mark = QFrame(), words("", wrap=False)
        band.setProperty("role", "band")
        mark.setPixmap(icon("lock", tokens().sealed_ground).pixmap(20, 20))
        minutes = self.desk.store.settings.number("sealed.idle_minutes")
        about = words(f"Confidential and open. Closes when you leave this page, or after {plural(minutes, 'minute')} unused.")
        self.close_button = button("Close now", lambda: None)
        line = row(mark, about, self.close_button, gap=GAP + 4)
        line.setStretch(1, 1)
        line.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP)
        band.setLayout(line)
        return band

    @property
    def place(self) -> str:
        """The URN of the school on the screen; empty for the list."""
        shown = self.record.record if self.stack.currentWidget() is self.record else None
        return shown.cycle.urn if shown else ""

    def _settled(self) -> None:
        """Something was done: what could not be done before it is no news any more."""
        if self.banner.property("tone") == Tone.FAIL.value:
            self.banner.hide()

    def look(self) -> None:
        if self.stack.currentWidget() is self.list:
            self.list.look()

    def show_list(self) -> None:
        if self.desk.autosave.flush():
            self.record.cycle = 0
            self._settled()
            self.stack.setCurrentWidget(self.list)
            self.list.look()
            self.listed.emit()

    def _gone(self, lines: str) -> None:
        self.show_list()
        self.desk.say("Removed.", lines)

    def show_record(self, cycle: int) -> None:
        self._settled()
        self.stack.setCurrentWidget(self.record)
        self.record.open(cycle)
