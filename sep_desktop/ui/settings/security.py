"""What protects the store: when it locks, the keyring, the passphrase and the recovery code."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QWidget

from sep_desktop.domain.changes import Changed
from sep_desktop.notices import Tone
from sep_desktop.services import keys
from sep_desktop.services.preferences import Preferences
from sep_desktop.ui.context.key_dialogs import change_passphrase, replace_code
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, card, column, form, row, words
from sep_desktop.ui.kit.plain import as_caption
from sep_desktop.ui.settings.fields import Put, SettingFields

_REMEMBER = "Open without the passphrase on this computer, with a key in its keyring"


class SecurityCard(QWidget):
    """``put`` writes a setting."""

    def __init__(self, session: Session, fields: SettingFields, preferences: Preferences, put: Put) -> None:
        super().__init__()
        self.session, self._put = session, put
        self._own_words = (preferences.text("me.name"), preferences.text("me.email"))
        self.remember = QCheckBox(as_caption(_REMEMBER))
        self.remember.setChecked(preferences.on("security.remember"))
        self.remember.toggled.connect(self._remember)
        lock_with_screen = "Lock when the screen locks or the computer goes to sleep"
        tools = row(
            button("Change the passphrase …", self._change_passphrase),
            button("New recovery code …", self._replace_code),
            button("Lock now  Ctrl+L", session.lock_requested.emit),
            None,
        )
        box = card(
            words("Security", "section"),
            form(("Lock after", fields.number("security.idle_minutes", " minutes", self._put_idle_minutes))),
            words("0 means never. After locking, the passphrase is always asked for.", "small"),
            fields.tick("security.lock_with_screen", lock_with_screen),
            self.remember,
            tools,
            words(f"The store is in {preferences.folder}.", "small", select=True),
            row(button("Look at the backups", lambda: session.go("backups")), None),
        )
        self.setLayout(column(box))

    def _put_idle_minutes(self, minutes: int) -> None:
        if self._put("security.idle_minutes", minutes):
            self.session.status.emit("Counts from the next start")

    def _remember(self, on: bool) -> None:
        keyring = self.session.surroundings.keyring
        change = keys.remember_here if on else keys.forget_here
        self.session.run(
            self, lambda store: change(store=store, keyring=keyring), failed=self._not_remembered
        )

    def _not_remembered(self, error: BaseException) -> None:
        with QSignalBlocker(self.remember):
            self.remember.setChecked(not self.remember.isChecked())
        self.session.fail(error)

    def _change_passphrase(self) -> None:
        cost, clock = self.session.surroundings.cost, self.session.surroundings.clock

        def change(store: Store, old: str, new: str) -> Changed[str]:
            return keys.change_passphrase(store=store, old=old, new=new, cost=cost, now=clock.now())

        change_passphrase(
            self,
            self.session.runner,
            self.session.timers,
            "Change the passphrase",
            change,
            self._passphrase_changed,
            self._own_words,
        )

    def _passphrase_changed(self, old: Changed[str]) -> None:
        self._say("Passphrase changed", old.value)

    def _say(self, text: str, old_keys: str) -> None:
        """Where backups still open as before, that is more than a line at the foot."""
        if old_keys:
            self.session.say(f"{text}.", old_keys, Tone.WARN)
        else:
            self.session.status.emit(text)

    def _replace_code(self) -> None:
        def replace(store: Store, code: str) -> Changed[str]:
            return keys.replace_recovery_code(store=store, code=code)

        replace_code(self, self.session.runner, "New recovery code", replace, self._code_replaced)

    def _code_replaced(self, old: Changed[str]) -> None:
        self._say("The new recovery code counts from now on", old.value)
