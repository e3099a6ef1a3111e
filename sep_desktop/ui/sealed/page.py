"""Performance management: a closed door, or a room that looks like nothing else and closes by itself.

Leaving the page, some minutes without a hand on it, a locked screen, a computer that goes to sleep: each saves what was
typed and closes the store. What cannot be saved, or is being handed over, is covered instead until it can be closed.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QStackedWidget

from sep_desktop.domain.appraisal.record import Record
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import plural
from sep_desktop.notices import Tone
from sep_desktop.services.appraisals import papers, records
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, column, holder, row, words
from sep_desktop.ui.kit.theme import GAP, icon, tokens
from sep_desktop.ui.sealed.clipboard import ClipboardGuard
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.overview import OverviewPanel
from sep_desktop.ui.sealed.record import RecordView
from sep_desktop.ui.sealed.unlock import SealedUnlockPage
from sep_desktop.ui.shell.main_window import Idleness

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
        self.context: SealedContext | None = None
        self.open_view: _OpenView | None = None
        self.idleness: Idleness | None = None
        self.unlock_page = SealedUnlockPage(session)
        self.unlock_page.opened.connect(self._opened)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.unlock_page)
        self.body.addWidget(self.stack)
        session.screen_locked.connect(self.seal)
        session.ending.connect(self._end)

    def open(self, argument: str) -> None:
        self.argument = argument
        if self.context is None or self.unlock_page.covered:
            self._show_unlock_page()

    def refresh(self) -> None:
        if self.open_view and not self.unlock_page.covered:
            self.open_view.refresh()

    def _show_unlock_page(self) -> None:
        self.set_head(_TITLE, "Sealed. None of it is shown, searched, sent or backed up with anything else.")
        self.set_actions()
        self._show_as("")
        self.stack.setCurrentWidget(self.unlock_page)
        self.unlock_page.show_again()

    def _opened(self, sealed: SealedStore) -> None:
        """The room, new or as it was left behind its cover."""
        if self.context and sealed is not self.context.sealed:
            sealed.close()
            return
        self._show_as("sealed")
        if self.context is None:
            self._enter(sealed)
        self.unlock_page.covered = None
        assert self.open_view is not None
        self.stack.setCurrentWidget(self.open_view)
        self.open_view.setFocus()
        self._head(
            self.open_view.record.record
            if self.open_view.stack.currentWidget() is self.open_view.record
            else None
        )

    def _enter(self, sealed: SealedStore) -> None:
        self.context = SealedContext(self.session, sealed)
        self.context.idle.connect(self._finish)
        self.context.autosave.saved.connect(lambda _: self._finish())
        self.open_view = _OpenView(self.context)
        self.open_view.close_button.clicked.connect(self.seal)
        self.open_view.record.shown.connect(self._head)
        self.open_view.listed.connect(lambda: self._head(None))
        self.stack.addWidget(self.open_view)
        self.idleness = Idleness(self.session.store.settings.number("sealed.idle_minutes"))
        self.idleness.idle.connect(self.seal)
        QApplication.instance().installEventFilter(self.idleness)
        self.guard = ClipboardGuard(self.open_view)
        cut_off = papers.recover(sealed=sealed, now=self.session.now())
        self._begin_at(self.argument)
        if cut_off:
            self.context.say(
                f"{plural(cut_off, 'letter')} could not be confirmed: the store was closed while it left.",
                "Open its school, Papers.",
                Tone.WARN,
            )
        elif not self.session.store.settings.on("sealed.code_confirmed"):
            self.context.say(
                "The recovery code of this store was never typed back.",
                "Make a new one under Keys, at the end of the list of schools.",
                Tone.WARN,
            )

    def _begin_at(self, urn: str) -> None:
        """The list, or the school that was asked for."""
        assert self.context is not None
        assert self.open_view is not None
        if not urn:
            self.open_view.show_list()
            return
        context, open_view = self.context, self.open_view
        found = records.overview(store=context.store, sealed=context.sealed, today=self.session.today())
        line = next((each for each in found.schools if each.urn == urn), None)
        if line and line.cycle:
            open_view.show_record(line.cycle.id)
        else:
            open_view.show_list()

    def _head(self, record: Record | None) -> None:
        assert self.open_view is not None
        if record is None:
            self.set_head(_TITLE, "Every school of the year, what is still to do in each, and by when.")
            self.set_actions()
            return
        given = f", received from {record.cycle.received_from}" if record.cycle.received_from else ""
        self.set_head(record.cycle.school, f"Performance management {record.cycle.year}{given}")
        self.set_actions(
            button("Hand over and keep", self.open_view.record.show_retention),
            button("All schools", self.open_view.show_list),
        )

    def _show_as(self, role: str) -> None:
        """Put the colours of the sealed store on, or take them off."""
        self.setProperty("role", role)
        ring = _RING if role else 0
        self.setContentsMargins(ring, ring, ring, ring)
        for each in (self, self.title, self.about):
            self.style().unpolish(each)
            self.style().polish(each)

    def leave(self) -> bool:
        """Leaving closes. Words that could not be saved keep the page, and that is said outside the room too."""
        if self.context and not self.context.autosave.flush():
            self.session.sink.say(
                Tone.FAIL,
                "This page was not left: some of its words could not be saved.",
                "Free some space; they are saved as soon as they can be.",
            )
            self.seal()  # covered, not left: nothing of it may be seen under another lock
            return False
        self.seal()
        self.unlock_page.leave()
        return True

    def seal(self) -> None:
        """Save and close; cover instead what cannot be saved or is on its way."""
        if self.context is None:
            self.unlock_page.leave()
            return
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        if self.context.autosave.flush() and not self.context.is_busy:
            self._close()
        else:
            self.unlock_page.covered = self.context.sealed
            self.guard.forget_now()
        self._show_unlock_page()

    def _finish(self) -> None:
        """What was on its way has gone, or what was not saved is; close if the door is closed already."""
        if (
            self.context
            and self.unlock_page.covered
            and self.context.autosave.clean
            and not self.context.is_busy
        ):
            self._close()
            self._show_unlock_page()

    def _close(self) -> None:
        """Nothing of it stays: not on the screen, not in the clipboard, not in the file handles."""
        context, open_view = self.context, self.open_view
        assert context is not None
        assert open_view is not None
        self.guard.forget()
        self._stop_watching()
        context.autosave.stop()
        context.closed = True
        self.session.operations.now(context.sealed.close)
        self.context = self.open_view = self.unlock_page.covered = None
        self.argument = open_view.place  # who opens it again is where they were
        self.unlock_page.keys.cancel()
        open_view.setParent(None)
        open_view.deleteLater()
        self.session.status.emit("")

    def _stop_watching(self) -> None:
        if self.idleness:
            self.idleness.stop()
            QApplication.instance().removeEventFilter(self.idleness)
        self.idleness = None

    def _end(self) -> None:
        """The program ends or its store is closed, and nothing is under way any more."""
        self._stop_watching()
        self.unlock_page.leave()
        if self.context:
            self.context.save_last()
            self.context.autosave.stop()
            self.context.closed = True
            self.context.sealed.close()
            self.context = None


class _OpenView(QFrame):
    """The band that says that it is open, the messages, and the list or one record."""

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.list, self.record = OverviewPanel(context), RecordView(context)
        self.listed = self.list.shown
        self.banner, self.stack = Banner(), QStackedWidget()
        for each in (self.list, self.record):
            self.stack.addWidget(each)
        self.list.chosen.connect(self.show_record)
        self.record.gone.connect(self._gone)
        self.record.went.connect(self._settled)
        context.noticed.connect(self.banner.show_notice)
        context.changed.connect(self._settled)
        context.changed.connect(self.refresh)
        messages = holder(row(self.banner))
        messages.layout().setContentsMargins(GAP * 3, 0, GAP * 3, 0)
        layout = column(self._band(), messages, self.stack, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus
        )  # so that opening leaves no button under the Enter key
        self.setAccessibleName("Performance management, open")

    def _band(self) -> QFrame:
        band, mark = QFrame(), words("", wrap=False)
        band.setProperty("role", "band")
        mark.setPixmap(icon("lock", tokens().sealed_ground).pixmap(20, 20))
        minutes = self.context.store.settings.number("sealed.idle_minutes")
        about = words(
            f"Confidential and open. Closes when you leave this page, or after {plural(minutes, 'minute')} unused."
        )
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

    def refresh(self) -> None:
        if self.stack.currentWidget() is self.list:
            self.list.refresh()

    def show_list(self) -> None:
        if self.context.autosave.flush():
            self.record.cycle = 0
            self._settled()
            self.stack.setCurrentWidget(self.list)
            self.list.refresh()
            self.listed.emit()

    def _gone(self, lines: str) -> None:
        self.show_list()
        self.context.say("Removed.", lines)

    def show_record(self, cycle: int) -> None:
        self._settled()
        self.stack.setCurrentWidget(self.record)
        self.record.open(cycle)
