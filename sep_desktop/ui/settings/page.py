"""Settings: me, mail, performance management, security, appearance.

What is changed is saved at once and said so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QApplication, QFrame

from sep_desktop.addresses import parse_email
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.settings import read
from sep_desktop.domain.wording import saved_at
from sep_desktop.errors import UserError
from sep_desktop.services import preferences
from sep_desktop.services.preferences import Preferences, Value
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.sending import DeliveryWay, delivery_way
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.basics import button, card, form, row, words
from sep_desktop.ui.settings.fields import SettingFields
from sep_desktop.ui.settings.mail import MailCard
from sep_desktop.ui.settings.security import SecurityCard

_ASK = "password"
"""After the page's name in an address: ask for the password of the mail server at once."""

_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
_DRAFTING = {"sep": "The SEP", "governors": "The governors (the SEP gives preliminary advice only)"}
_NOT_SAVED = "It was not saved."
_ABOUT_POLICIES = "Which visits are due, term dates, who receives a report, agendas, words to choose from."
_ABOUT_PERFORMANCE_MANAGEMENT = (
    "As your local authority has it. The statutory date for maintained schools is 31 December. "
    "Nothing confidential stands here."
)


@dataclass(frozen=True)
class Loaded:
    """The settings, and the way out that they choose."""

    preferences: Preferences
    way: DeliveryWay


class SettingsPage(LoadingPage[Loaded]):
    """Each field writes itself when it is left."""

    watches = Changes.NOTHING

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.values: dict[str, Value] = {}

    def leave(self) -> bool:
        """A field writes itself when the cursor leaves it."""
        field = QApplication.focusWidget()
        if field and self.isAncestorOf(field):
            field.clearFocus()
        return True

    def query(self) -> Query[Loaded]:
        """Every setting as it stands."""

        def load(store: Store) -> Loaded:
            return Loaded(preferences.preferences(store=store), delivery_way(store))

        return load

    def show_loaded(self, loaded: Loaded) -> None:
        """One card a subject."""
        self.values = dict(loaded.preferences.values)
        self.set_head("Settings", "Saved as you leave each field.")
        fields = SettingFields(self.session, loaded.preferences, self.put)
        mail = MailCard(self.session, fields, loaded.way, self._put_anew, self.refresh)
        self.rebuild(
            self._me(fields),
            self._policies(),
            mail,
            self._performance_management(fields),
            SecurityCard(self.session, fields, loaded.preferences, self.put),
            self._appearance(fields),
        )
        if self.argument == _ASK:
            self.argument = ""  # asked once, and not at every change of a setting
            mail.ask_password()

    def return_address(self, address: str) -> str:
        """As the settings themselves: a dialog is opened again by itself."""
        return "settings"

    def put(self, key: str, value: Value) -> bool:
        """Write one setting and say so. Whether it is another value than before."""
        if value == self.values[key]:
            return False
        self.values[key] = value
        self.session.run(self, lambda store: preferences.put(store=store, key=key, value=value), self._saved)
        return True

    def _put_anew(self, key: str, value: Value) -> bool:
        """Write a setting that other fields follow from."""
        is_new = self.put(key, value)
        self.refresh()
        return is_new

    def _saved(self, _: Changes) -> None:
        self.session.status.emit(saved_at(self.session.now()))

    def _me(self, fields: SettingFields) -> QFrame:
        return card(
            words("Me", "section"),
            form(
                ("Name", fields.text("me.name")),
                ("E-mail", fields.text("me.email", _check_address, "name@council.example")),
                ("LA number", fields.text("me.la_code", _checked_as("me.la_code"))),
            ),
        )

    def _policies(self) -> QFrame:
        look = button("Look at the policies", lambda: self.session.go("policies"))
        return card(
            words("What your authority decides", "section"),
            words(_ABOUT_POLICIES, "muted"),
            row(look, None),
        )

    def _performance_management(self, fields: SettingFields) -> QFrame:
        deadline = fields.text(
            "appraisal.deadline", _checked_as("appraisal.deadline"), "12-31: month and day"
        )
        return card(
            words("Performance management", "section"),
            words(_ABOUT_PERFORMANCE_MANAGEMENT, "muted"),
            form(
                ("Statement drafted by", fields.choice("appraisal.drafting", _DRAFTING)),
                ("Complete by", deadline),
                ("Objectives to begin with", fields.number("appraisal.objectives")),
                ("Keep records for", fields.number("appraisal.retention_years", " years")),
                ("Close after", fields.number("sealed.idle_minutes", " minutes")),
            ),
        )

    def _appearance(self, fields: SettingFields) -> QFrame:
        return card(
            words("Appearance", "section"),
            form(
                ("Colours", fields.choice("look.theme", _THEMES, self._put_theme)),
                ("Text size", fields.number("look.text", " %", self._put_text_size)),
            ),
        )

    def _put_theme(self, scheme: str) -> None:
        self.put("look.theme", scheme)
        self._apply_theme()

    def _put_text_size(self, percent: int) -> None:
        if self.put("look.text", percent):
            self._apply_theme()

    def _apply_theme(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, str(self.values["look.theme"]), int(self.values["look.text"]))
        self.session.theme_changed.emit()


def _check_address(text: str) -> None:
    try:
        parse_email(text)
    except ValueError as reason:
        raise UserError(f"This address {reason}.", _NOT_SAVED) from None


def _checked_as(key: str) -> Callable[[str], None]:
    """A check of what was typed by the rule of its setting."""

    def check(text: str) -> None:
        try:
            read(key, text)
        except ValueError as reason:
            raise UserError(f"It may be {reason}.", _NOT_SAVED) from None

    return check
