"""The sealed page while it is closed: making the sealed store, opening it, nothing about what is inside."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.errors import UserError
from sep_desktop.notices import Notice, Tone
from sep_desktop.services.appraisals import keys
from sep_desktop.services.appraisals.keys import SealedStoreKeys
from sep_desktop.services.appraisals.stores import SealedStore
from sep_desktop.services.appraisals.way_back import of_sealed
from sep_desktop.services.keys import Attempt, WayBack
from sep_desktop.ui.context.key_forms import CodeSheet, KeyForm
from sep_desktop.ui.context.new_passphrase import NewPassphrase
from sep_desktop.ui.context.session import Session, Store, in_words
from sep_desktop.ui.context.way_back_page import WayBackPage
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, form, holder, row, scrolling, secret_field, words

_WIDTH = 620
_ABOUT = "It has a passphrase of its own, and closes by itself."
_ABOUT_MAKING = (
    "What you write about a headteacher's performance management is kept apart from everything else: "
    "in a second file with its own key, opened only by its own passphrase, "
    "never from this computer's keyring. "
    "It closes when you leave the page, when the screen locks, and after some minutes."
)
_ANOTHER_THAN_THE_PROGRAMS = (
    "Choose another passphrase than the program's: "
    "who watches you unlock the program then still cannot open this."
)
_ABOUT_CODE = (
    "If this passphrase is lost, this code is the only other way in. "
    "The code of the program's own store does not open this one."
)
_COVERED = Notice(
    Tone.WARN,
    "Covered, not closed yet: something is still being saved or sent.",
    "It closes when that is done.",
)


class SealedUnlockPage(QWidget):
    """``opened`` carries the open store.

    While the open page is covered, ``covered`` is the store behind it.
    """

    opened = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.new_store: SealedStore | None = None
        self._making = Attempt[SealedStore]()
        self.keys = KeyForm[Store, SealedStore](
            "Open the sealed store", session.runner, session.surroundings, self._keys_of, _ABOUT
        )
        self.keys.ready.connect(self.opened)
        self.keys.ways.handlers |= {
            WayBack.RESTORE: lambda: self._show_way_back().choose_backup(),
            WayBack.SALVAGE: lambda: self._show_way_back().salvage(),
        }
        self.way_back: WayBackPage[SealedStore] | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(self.keys)
        self.stack.addWidget(self._setting_up())
        self.setLayout(column(self.stack))

    @property
    def covered(self) -> SealedStore | None:
        """The store that stands open behind this page."""
        return self.keys.covered

    @covered.setter
    def covered(self, sealed: SealedStore | None) -> None:
        self.keys.covered = sealed

    def _keys_of(self, store: Store) -> SealedStoreKeys:
        return SealedStoreKeys(store, self.session.surroundings.cost)

    def show_again(self) -> None:
        """As it has to be: to be made, or to be opened."""
        self.keys.cancel()
        if self.covered:
            self.keys.banner.show_notice(_COVERED)
        keys_of = self._keys_of
        self.session.run(self, lambda store: keys_of(store).exists(), self._show_form, slow=True)

    def _show_form(self, exists: bool) -> None:
        self.stack.setCurrentIndex(0 if exists else 1)
        if self.isVisible():
            (self.keys.passphrase if exists else self.first).setFocus()

    def _setting_up(self) -> QWidget:
        chosen, self.banner = NewPassphrase(self.session.timers), Banner()
        self.first, self.second = chosen.field, secret_field()
        self.second.returnPressed.connect(self.make)
        self.sheet = CodeSheet(_ABOUT_CODE)
        self.sheet.confirmed.connect(self._confirm_code)
        self.sheet.failed.connect(self._show_problem)
        self.sheet.hide()
        self.make_button = button("Make the sealed store", self.make, "primary")
        self.choosing = holder(
            column(
                words(_ABOUT_MAKING, "muted"),
                words(_ANOTHER_THAN_THE_PROGRAMS, "muted"),
                form(("Passphrase", chosen), ("Once more", self.second)),
                row(
                    button("I have a backup", lambda: self._show_way_back().choose_backup(), "link"),
                    None,
                    self.make_button,
                ),
                gap=12,
            )
        )
        box = card(words("Make the sealed store", "section"), self.banner, self.choosing, self.sheet, gap=14)
        box.setFixedWidth(_WIDTH)
        return scrolling(holder(column(None, row(None, box, None), None)))

    def _show_way_back(self) -> "WayBackPage[SealedStore]":
        """The page on which a backup is restored, or what can be read is saved."""
        session = self.session
        ways = of_sealed(session.runner.opened)
        page = self.way_back = WayBackPage(ways, session.surroundings, session.operations.in_caller)
        page.left.connect(self._turn_back)
        page.done.connect(self._restored)
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        return page

    def _turn_back(self) -> None:
        self._end_way_back()
        self.show_again()

    def _restored(self, sentences: str) -> None:
        self._end_way_back()
        self.keys.reset()
        self.show_again()
        self.keys.banner.show_notice(Notice(Tone.INFORM, sentences, "Open it with its passphrase."))

    def _end_way_back(self) -> None:
        page, self.way_back = self.way_back, None
        if page:
            page.leave()
            self.stack.removeWidget(page)
            page.deleteLater()

    def make(self) -> None:
        """Create the store, then show its recovery code once."""
        if self.first.text() != self.second.text():
            text, hint = "The two passphrases are not the same.", "Type the second one again."
            self._show_problem(UserError(text, hint))
            return
        passphrase, keys_of = self.first.text(), self._keys_of
        attempt = self._making = Attempt[SealedStore]()

        def work(store: Store) -> tuple[SealedStore, str]:
            sealed, code = keys_of(store).create(passphrase)
            attempt.hold(sealed)
            return sealed, code

        self.make_button.setEnabled(False)
        self.session.run(
            self, work, partial(self._created, attempt), failed=partial(self._not_created, attempt)
        )

    def _created(self, attempt: Attempt[SealedStore], created: tuple[SealedStore, str]) -> None:
        if attempt is not self._making:
            return  # its code was seen by nobody; inside, a new one can be asked for
        attempt.take()
        self.new_store, code = created
        self.make_button.setEnabled(True)
        self.first.setText("")  # clear() could be undone
        self.second.setText("")
        self.banner.hide()
        self.choosing.hide()
        self.sheet.show_code(code)
        self.sheet.show()
        self.sheet.typed.setFocus()

    def _not_created(self, attempt: Attempt[SealedStore], error: BaseException) -> None:
        if attempt is self._making:
            self.make_button.setEnabled(True)
            self._show_problem(error)

    def _show_problem(self, problem: BaseException) -> None:
        self.banner.show_notice(in_words(problem))

    def _confirm_code(self) -> None:
        self.session.run(self, lambda store: keys.confirm_code(store=store), self._enter)

    def _enter(self, _: Changes) -> None:
        sealed, self.new_store = self.new_store, None
        self._forget_code()
        if sealed:
            self.opened.emit(sealed)

    def _forget_code(self) -> None:
        self.sheet.forget()
        self.sheet.hide()
        self.choosing.show()
        self.banner.hide()

    def leave(self) -> None:
        """Nothing typed stays, nothing still to open is waited for, and a store just made is closed."""
        self._end_way_back()
        self._making.give_up()
        self._making = Attempt()
        self.make_button.setEnabled(True)
        self.keys.reset()
        self.first.setText("")  # clear() could be undone
        self.second.setText("")
        sealed, self.new_store = self.new_store, None
        self._forget_code()
        if sealed:
            sealed.close()
