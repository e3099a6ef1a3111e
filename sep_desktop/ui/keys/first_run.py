"""The first run, three quiet steps: who you are; passphrase and recovery code; schools."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QStackedWidget, QWidget

from sep_desktop.errors import SepError, UserError
from sep_desktop.notices import Notice, Tone
from sep_desktop.paths import Locations
from sep_desktop.services import first_run, keys
from sep_desktop.services.keys import VisitStoreKeys
from sep_desktop.ui.context.key_forms import CodeSheet
from sep_desktop.ui.context.new_passphrase import NewPassphrase
from sep_desktop.ui.context.session import Store, Surroundings, in_words
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, form, holder, row, scrolling, secret_field, words
from sep_desktop.ui.kit.line_field import LineField

_WIDTH = 640
_PROGRESS = (1, 2, 2, 3)
"""The step that each page of the stack belongs to: passphrase and code are one."""


class FirstRunPage(QWidget):
    """Ends with an open store that holds who the user is.

    ``ready`` carries it and the address to begin at; ``restore_requested`` says that there is a backup.
    """

    ready = Signal(object, str)
    restore_requested = Signal()

    def __init__(self, locations: Locations, surroundings: Surroundings) -> None:
        super().__init__()
        self.surroundings = surroundings
        self.keys = VisitStoreKeys(locations, surroundings.cost)
        self.store: Store | None = None
        self.sheet = CodeSheet(
            "If the passphrase is lost, this code is the only other way in. "
            "It is shown once and kept nowhere: print it or write it down."
        )
        self.typed = self.sheet.typed
        self.sheet.confirmed.connect(self._confirm_code)
        self.sheet.failed.connect(self._show_problem)
        self.banner, self.steps = Banner(), QStackedWidget()
        self.progress = words("", "small")
        self.pages = (self._owner(), self._passphrase(), self.sheet, self._schools())
        for page in self.pages:
            self.steps.addWidget(page)
        box = card(words("Welcome to SEP Desktop", "title"), self.progress, self.banner, self.steps, gap=14)
        box.setFixedWidth(_WIDTH)
        self.setLayout(column(scrolling(holder(column(None, row(None, box, None), None)))))
        self.email.returnPressed.connect(self.take_name)
        self.second.returnPressed.connect(self.make_store)
        self._go(0)

    def _go(self, step: int) -> None:
        self.banner.hide()
        self.steps.setCurrentIndex(step)
        self.progress.setText(f"Step {_PROGRESS[step]} of 3")
        for index, page in enumerate(self.pages):  # the card takes the height of the step that is seen
            page.setVisible(index == step)

    def _owner(self) -> QWidget:
        self.name, self.email = LineField(), LineField()
        self.name.setPlaceholderText("As it stands on your reports")
        self.email.setPlaceholderText("name@council.example")
        about = (
            "Your name stands on every report; your address is where answers come back to. "
            "You can change both later."
        )
        return holder(
            column(
                words("Who you are", "section"),
                words(about, "muted"),
                form(("Your name", self.name), ("Your e-mail", self.email)),
                row(
                    button("I have a backup", self.restore_requested.emit, "link"),
                    None,
                    button("Continue", self.take_name, "primary"),
                ),
                None,
                gap=12,
            )
        )

    def take_name(self) -> None:
        """Go on to the passphrase, once there is a name."""

        def check() -> None:
            first_run.check_owner(self.name.text(), self.email.text())
            self._go(1)
            self.first.setFocus()

        self._guarded(check)

    def _passphrase(self) -> QWidget:
        chosen = NewPassphrase(self.surroundings.timers, lambda: (self.name.text(), self.email.text()))
        self.first, self.second = chosen.field, secret_field()
        self.remember = QCheckBox(
            "Remember on this computer, in its own keyring (only at the start, not after locking)"
        )
        onward = button("Continue", self.make_store, "primary")
        return holder(
            column(
                words("A passphrase", "section"),
                words("Everything you write is encrypted with it.", "muted"),
                form(("Passphrase", chosen), ("Once more", self.second)),
                self.remember,
                row(button("Back", lambda: self._go(0)), None, onward),
                None,
                gap=12,
            )
        )

    def make_store(self) -> None:
        """Create the store and show its recovery code."""

        def create() -> None:
            passphrase, name, email = self.first.text(), self.name.text(), self.email.text()
            if passphrase != self.second.text():
                raise UserError("The two passphrases are not the same.", "Type the second one again.")
            self.store, code = first_run.create(keys=self.keys, passphrase=passphrase, name=name, email=email)
            self.first.clear()
            self.second.clear()
            self.sheet.show_code(code)
            self._go(2)
            if self.remember.isChecked():
                self._remember(self.store)

        self._guarded(create)

    def _remember(self, store: Store) -> None:
        try:
            keys.remember_here(store=store, keyring=self.surroundings.keyring)
        except SepError as problem:
            hint = "You will be asked for the passphrase each time."
            self.banner.show_notice(Notice(Tone.WARN, problem.message, hint))

    def _confirm_code(self) -> None:
        assert self.store is not None
        keys.confirm_code(store=self.store)
        self.sheet.forget()
        self._go(3)

    def _schools(self) -> QWidget:
        about = (
            "Import the national register first, then the workbook your local authority sends "
            "in the autumn term. Mail can wait."
        )
        start = button("Import my schools", lambda: self._finish("schools"), "primary")
        return holder(
            column(
                words("Your schools", "section"),
                words(about, "muted"),
                row(start, button("Look around with sample data", self.use_sample), None),
                None,
                gap=12,
            )
        )

    def use_sample(self) -> None:
        """Begin with invented schools, to look around."""

        def fill() -> None:
            assert self.store is not None
            first_run.look_around(store=self.store, now=self.surroundings.clock.now())
            self._finish("today")

        self._guarded(fill)

    def _finish(self, address: str) -> None:
        self.sheet.forget()
        store, self.store = self.store, None
        self.ready.emit(store, address)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- put into words, whatever it is
            self._show_problem(error)

    def _show_problem(self, problem: BaseException) -> None:
        self.banner.show_notice(in_words(problem))
