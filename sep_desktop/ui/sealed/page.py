"""Performance management: closed, or open, and then it looks like nothing else and closes by itself.

Leaving the page, some minutes without a hand on it, a locked screen, a computer that goes to sleep: each
saves what was typed and closes the store. What cannot be saved is concealed until it is opened again. Where a
letter is being handed over, leaving only covers the page until that is done; a lock does not wait.
"""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QStackedWidget

from sep_desktop.domain.appraisal.record import Record
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import plural
from sep_desktop.notices import Notice, Tone
from sep_desktop.services.appraisals import backups, opening
from sep_desktop.services.appraisals.opening import Opening
from sep_desktop.services.appraisals.stores import OpenStores, SealedStore
from sep_desktop.ui.context.clipboard import ClipboardGuard
from sep_desktop.ui.context.idle import Idleness
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.context.session import Session, Store, in_words
from sep_desktop.ui.context.unsaved import CONCEALED
from sep_desktop.ui.kit.basics import button
from sep_desktop.ui.kit.capture import NotCaptured
from sep_desktop.ui.sealed.backups import SealedBackups
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.open_view import OpenView
from sep_desktop.ui.sealed.unlock import SealedUnlockPage

_TITLE = "Performance management"
_RING = 3  # pixels of colour around the open page


class SealedPage(Page):
    """Opened as ``sealed``, or with the URN of a school."""

    watches = Changes.NOTHING
    scrolls = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.context: SealedContext | None = None
        self.open_view: OpenView | None = None
        self.idleness: Idleness | None = None
        self.guard: ClipboardGuard | None = None
        NotCaptured(self)
        self.unlock_page = SealedUnlockPage(session)
        self.unlock_page.opened.connect(self._opened)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.unlock_page)
        self.body.addWidget(self.stack)
        session.screen_locked.connect(self._seal_at_once)
        session.ending.connect(self._end)

    def open(self, argument: str) -> None:
        """Ask for the passphrase, unless it is open already."""
        self.argument = argument
        if self.context is None or self.unlock_page.covered:
            self._show_unlock_page()

    def refresh(self) -> None:
        """Read again what the open page shows."""
        if self.open_view and not self.unlock_page.covered:
            self.open_view.refresh()

    def undo(self) -> bool:
        """Take back what the message of the open page says. Whether there was something."""
        covered = self.unlock_page.covered is not None
        return self.open_view is not None and not covered and self.open_view.banner.undo()

    def _show_unlock_page(self) -> None:
        self.set_head(_TITLE, "Sealed. None of it is shown, searched, sent or backed up with anything else.")
        self.set_actions()
        self._show_as("")
        self.stack.setCurrentWidget(self.unlock_page)
        self.unlock_page.show_again()
        if self.session.concealed.sealed:
            self.unlock_page.keys.banner.show_notice(CONCEALED)

    def _opened(self, sealed: SealedStore) -> None:
        """The open page, new or as it was left behind its cover."""
        if self.context:
            if sealed is self.context.runner.opened.sealed:
                self._uncover()
            else:
                sealed.close()
            return
        visits: Store = self.session.runner.opened
        context = self.context = SealedContext(self.session, OpenStores(visits, sealed))
        urn, now = self.argument, self.session.now()
        context.run(
            self,
            lambda stores: opening.begin(stores=stores, urn=urn, now=now),
            self._enter,
            failed=self._not_entered,
        )

    def _not_entered(self, error: BaseException) -> None:
        self._close()
        self._show_unlock_page()
        self.unlock_page.keys.banner.show_notice(in_words(error))

    def _enter(self, begun: Opening) -> None:
        context = self.context
        assert context is not None
        context.runner.idle.connect(self._finish)
        context.autosave.saved.connect(self._saved)
        self._show_as("sealed")  # first: what is made in it then takes its colours
        view = self.open_view = OpenView(context, begun.idle_minutes)
        view.close_button.clicked.connect(self.seal)
        view.record.shown.connect(self._head)
        view.list.shown.connect(self._list_head)
        self.stack.addWidget(view)
        self.guard = ClipboardGuard(view, mark=True)
        self.idleness = Idleness(self.session.timers, begun.idle_minutes)
        self.idleness.idle.connect(self.seal)
        self.idleness.warned.connect(view.idle_notice.show_seconds)
        self.idleness.watch()
        self._uncover()
        if begun.cycle:
            view.show_record(begun.cycle)
        else:
            view.show_list()
        _say_first(context, begun)
        context.hear_store()
        SealedBackups(context)

    def _uncover(self) -> None:
        view = self.open_view
        if view is None:
            return
        self._show_as("sealed")
        self.unlock_page.covered = None
        self.stack.setCurrentWidget(view)
        view.setFocus()
        self._head(view.record.record if view.shows_record else None)

    def _list_head(self) -> None:
        self._head(None)

    def _head(self, record: Record | None) -> None:
        view = self.open_view
        assert view is not None
        if record is None:
            self.set_head(_TITLE, "Every school of the year, what is still to do in each, and by when.")
            self.set_actions()
            return
        sender = record.cycle.received_from
        received = f", received from {sender}" if sender else ""
        self.set_head(record.cycle.school, f"Performance management {record.cycle.year}{received}")
        self.set_actions(
            button("Hand over and keep", view.record.show_retention),
            button("All schools", view.show_list),
        )

    def _show_as(self, role: str) -> None:
        """Put the colours of the sealed store on, or take them off."""
        self.setProperty("role", role)
        ring = _RING if role else 0
        self.setContentsMargins(ring, ring, ring, ring)
        for widget in (self, self.title, self.about):
            self.style().unpolish(widget)
            self.style().polish(widget)

    def leave(self) -> bool:
        """Leaving closes. Words that could not be saved keep the page open, and that is said."""
        if self.context and not self.context.autosave.flush():
            self.session.say(
                "This page was not left: some of its words could not be saved.",
                "Free some space; they are saved as soon as they can be.",
                Tone.FAIL,
            )
            return False
        self.seal()
        self.unlock_page.leave()
        return True

    def return_address(self, address: str) -> str:
        """The school on the screen, to be opened again by its own passphrase."""
        place = self.open_view.place if self.open_view else self.argument
        return f"sealed/{place}" if place else "sealed"

    def lock(self) -> None:
        """The end of the session closes it, without the backup for which leaving has the time."""

    def seal(self) -> None:
        """Save and close; cover instead while a letter is on its way."""
        if self.context is None:
            self.unlock_page.leave()
            return
        if self.context.runner.busy:
            self._cover(self.context)
        else:
            self._close()
        self._show_unlock_page()

    def _cover(self, context: SealedContext) -> None:
        context.save_all()
        self._hide_dialogs()
        self.unlock_page.covered = context.runner.opened.sealed
        if self.guard:
            self.guard.forget_now()

    def _hide_dialogs(self) -> None:
        """Their words are kept; given up they are not."""
        for dialog in self.findChildren(QDialog):
            dialog.hide()

    def _seal_at_once(self) -> None:
        """Nobody sits before the screen any more: close without waiting for anything."""
        if self.context is None:
            self.unlock_page.leave()
            return
        self.session.break_off_work()
        self.session.go_on()
        self._end()
        self._show_unlock_page()

    def _saved(self, _: datetime) -> None:
        self._finish()

    def _finish(self) -> None:
        """What was on its way has gone, or what was not saved is; close if it is covered already."""
        context = self.context
        if context and self.unlock_page.covered and context.autosave.clean and not context.runner.busy:
            self._close()
            self._show_unlock_page()

    def _close(self) -> None:
        """Nothing of it stays: not on the screen, not in the clipboard, not in the file handles."""
        context, view = self.context, self.open_view
        assert context is not None
        self._stop_watching()
        self.stack.setCurrentWidget(self.unlock_page)  # first: the last backup may take some seconds
        self.stack.repaint()
        self._let_go(context)
        self.context = self.open_view = self.unlock_page.covered = None
        self.unlock_page.keys.cancel()
        self._take_away(view)
        self.session.status.emit("")

    def _take_away(self, view: OpenView | None) -> None:
        self._hide_dialogs()
        if view:
            view.banner.close_notice()
            self.argument = view.place  # who opens it again is where they were
            view.setParent(None)
            view.deleteLater()

    def _let_go(self, context: SealedContext) -> None:
        stores, now = context.close(), self.session.now()
        try:
            self.session.operations.wait_for(lambda: backups.close(stores=stores, now=now))
            self.session.backup_problem = None
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is closed and there is no backup
            problem = in_words(error)
            text = f"No backup of the sealed store could be made. {problem.text}"
            self.session.backup_problem = Notice(Tone.FAIL, text, problem.hint)
            self.session.notices.show(self.session.backup_problem)

    def _stop_watching(self) -> None:
        if self.guard:
            self.guard.forget()
        if self.idleness:
            self.idleness.stop()
        self.guard = self.idleness = None

    def _end(self) -> None:
        """The program ends or its store is closed, and nothing is under way any more."""
        self._stop_watching()
        self.unlock_page.leave()
        context, view, self.context, self.open_view = self.context, self.open_view, None, None
        self.unlock_page.covered = None
        if context:
            context.close().sealed.close()
        self.stack.setCurrentWidget(self.unlock_page)
        self._take_away(view)
        self._show_as("")


def _say_first(context: SealedContext, begun: Opening) -> None:
    """What somebody must hear before anything else."""
    if held := begun.guarded.notice(("letter", "letters"), "Decide about each at its school, Papers."):
        context.noticed.emit(held)
    elif begun.cut_off:
        letters = plural(begun.cut_off, "letter")
        text = f"{letters} could not be confirmed: the store was closed while it left."
        context.say(text, "Open its school, Papers.", Tone.WARN)
    elif not begun.code_confirmed:
        context.say(
            "The recovery code of this store was never typed back.",
            "Make a new one under Keys, at the end of the list of schools.",
            Tone.WARN,
        )
    elif begun.advise:
        context.say(
            "The passphrase of this store is easy to guess.",
            "Choose another under Keys, at the end of the list of schools.",
            Tone.WARN,
        )
