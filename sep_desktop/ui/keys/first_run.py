"""The first run, three quiet steps: who you are; passphrase and recovery code; schools."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QStackedWidget, QWidget

from sep_desktop.clock import Clock
from sep_desktop.domain.people import parse_email
from sep_desktop.errors import SepError, UserError
from sep_desktop.notices import Notice, Tone
from sep_desktop.paths import Locations
from sep_desktop.services import sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.store import Store
from sep_desktop.ui.keys.forms import CodeSheet
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, form, holder, row, secret_field, words


class FirstRunPage(QWidget):
    """Ends with an open store that holds who the user is."""

    ready = Signal(object, str)

    def __init__(
        self, locations: Locations, clock: Clock, keyring: Keyring, cost: Cost | None = None
    ) -> None:
        super().__init__()
        self.locations, self.clock, self.keyring, self.cost = locations, clock, keyring, cost
        self.store: Store | None = None
        self.sheet = CodeSheet(
            "If the passphrase is lost, this code is the only other way in. It is shown once and kept nowhere: print it or write it down."
        )
        self.typed = self.sheet.typed
        self.sheet.confirmed.connect(self._code_is_kept)
        self.sheet.failed.connect(self._tell)
        self.banner, self.steps = Banner(), QStackedWidget()
        self.progress = words("", "small")
        for step in (self._who(), self._passphrase(), self.sheet, self._schools()):
            self.steps.addWidget(step)
        box = card(words("Welcome to SEP Desktop", "title"), self.progress, self.banner, self.steps, gap=14)
        box.setFixedWidth(640)
        self.setLayout(column(None, row(None, box, None), None))
        self.email.returnPressed.connect(self.take_name)
        self.second.returnPressed.connect(self.make_store)
        self._go(0)

    def _go(self, step: int) -> None:
        self.banner.hide()
        self.steps.setCurrentIndex(step)
        self.progress.setText(f"Step {(1, 2, 2, 3)[step]} of 3")
        for index in range(self.steps.count()):  # the card takes the height of the step that is seen
            self.steps.widget(index).setVisible(index == step)

    def _who(self) -> QWidget:
        self.name, self.email = QLineEdit(), QLineEdit()
        self.name.setPlaceholderText("As it stands on your reports")
        self.email.setPlaceholderText("name@council.example")
        return holder(
            column(
                words("Who you are", "section"),
                words(
                    "Your name stands on every report; your address is where answers come back to. You can change both later.",
                    "muted",
                ),
                form(("Your name", self.name), ("Your e-mail", self.email)),
                row(None, button("Continue", self.take_name, "primary")),
                None,
                gap=12,
            )
        )

    def take_name(self) -> None:
        def check() -> None:
            if not self.name.text().strip():
                raise UserError("Your name is missing.", "It stands on every report.")
            if self.email.text().strip():
                try:
                    parse_email(self.email.text())
                except ValueError as reason:
                    raise UserError(
                        f"Your address {reason}.", "Put it right, or leave it empty for now."
                    ) from None
            self._go(1)
            self.first.setFocus()

        self._guarded(check)

    def _passphrase(self) -> QWidget:
        self.first, self.second = secret_field(), secret_field()
        self.remember = QCheckBox(
            "Remember on this computer, in its own keyring (only at the start, not after locking)"
        )
        return holder(
            column(
                words("A passphrase", "section"),
                words(
                    "Everything you write is encrypted with it. At least twelve characters; three or four words in a row are easy to remember.",
                    "muted",
                ),
                form(("Passphrase", self.first), ("Once more", self.second)),
                self.remember,
                row(
                    button("Back", lambda: self._go(0)), None, button("Continue", self.make_store, "primary")
                ),
                None,
                gap=12,
            )
        )

    def make_store(self) -> None:
        def make() -> None:
            if self.first.text() != self.second.text():
                raise UserError("The two passphrases are not the same.", "Type the second one again.")
            self.store, code = stores.create(self.locations, self.first.text(), self.cost)
            with self.store.atomic():
                self.store.settings.put("me.name", self.name.text().strip())
                self.store.settings.put("me.email", self.email.text().strip())
                self.store.settings.put("security.code_confirmed", False)
            self.first.clear()
            self.second.clear()
            self.sheet.show_code(code)
            self._go(2)
            if self.remember.isChecked():
                self._remember(self.store)

        self._guarded(make)

    def _remember(self, store: Store) -> None:
        try:
            store.remember_here(self.keyring)
            store.settings.put("security.remember", True)
        except SepError as problem:
            self.banner.show_notice(
                Notice(Tone.WARN, problem.message, "You will be asked for the passphrase each time.")
            )

    def _code_is_kept(self) -> None:
        assert self.store is not None
        self.store.settings.put("security.code_confirmed", True)
        self.sheet.forget()
        self._go(3)

    def _schools(self) -> QWidget:
        return holder(
            column(
                words("Your schools", "section"),
                words(
                    "Import the national register first, then the workbook your local authority sends in the autumn term. Mail can wait.",
                    "muted",
                ),
                row(
                    button("Import my schools", lambda: self._finish("schools"), "primary"),
                    button("Look around with sample data", self.use_sample),
                    None,
                ),
                None,
                gap=12,
            )
        )

    def use_sample(self) -> None:
        def fill() -> None:
            assert self.store is not None
            name, email = self.store.settings.text("me.name"), self.store.settings.text("me.email")
            sample.fill(store=self.store, now=self.clock.now())
            sample.plan_ahead(store=self.store, now=self.clock.now())
            with self.store.atomic():
                self.store.settings.put("me.name", name)
                self.store.settings.put("me.email", email)
            self._finish("today")

        self._guarded(fill)

    def _finish(self, address: str) -> None:
        self.sheet.forget()
        self.ready.emit(self.store, address)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (SepError, OSError) as problem:
            self._tell(problem)

    def _tell(self, problem: BaseException) -> None:
        if isinstance(problem, SepError):
            self.banner.show_notice(Notice(Tone.FAIL, problem.message, problem.hint))
        else:
            self.banner.show_notice(
                Notice(
                    Tone.FAIL,
                    f"The file cannot be written ({type(problem).__name__}).",
                    "Choose another place.",
                )
            )
