"""The one operation that sends.

The way chosen in the settings, the password it may need, and an eye on the connection.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from sep_desktop.clock import Clock
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.outbox import waiting_in_words
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.errors import UserError
from sep_desktop.notices import Notice
from sep_desktop.services import outbox
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.store import Store
from sep_desktop.sync import accounts
from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.delivery_methods import METHODS, DeliveryMethod, ReadyMethod, Setup, chosen_method
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.run_notice import REPORT_HINTS, Hints, notice_of
from sep_desktop.sync.transport import LoginRefused
from sep_desktop.sync.visits_queue import VisitsQueue
from sep_desktop.ui.context.files import open_files
from sep_desktop.ui.context.operations import Opened, Runner
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.plain import as_tip

__all__ = [
    "ConnectionWatch",
    "DeliveryWay",
    "Hints",
    "SendOperation",
    "Setup",
    "abandon_sending",
    "ask_password",
    "delivery_way",
    "delivery_ways",
    "keep_password",
    "send_reports",
    "try_connection",
]

_NOTHING = Changes.NOTHING
_LOOK_AT_CONNECTION = 60_000  # milliseconds


@dataclass(frozen=True)
class DeliveryWay:
    """A delivery method as a page shows it.

    What it is called, what it needs, and the server or folder that is set up.
    """

    key: DeliveryMethodKey
    label: str
    setup: Setup
    opens_files: bool
    place: str = ""

    @property
    def is_set_up(self) -> bool:
        """Whether messages could leave by it now."""
        return self.setup is Setup.NOTHING or bool(self.place)

    def __str__(self) -> str:
        return f"{self.label}: {self.place}" if self.place else self.label


def delivery_way(store: Store) -> DeliveryWay:
    """The method that the settings name."""
    method = chosen_method(store)
    return _way(method, method.place(accounts.mail_settings(store)))


def delivery_ways() -> tuple[DeliveryWay, ...]:
    """Every method, in the order in which the settings offer them."""
    return tuple(_way(method) for method in METHODS.values())


def _way(method: DeliveryMethod, place: str = "") -> DeliveryWay:
    return DeliveryWay(method.key, method.label, method.setup, method.opens_files, place)


@dataclass(frozen=True)
class _Preparation:
    """What the settings and the keyring say before anything leaves."""

    method: DeliveryMethod
    mail: MailSettings
    password: str = field(repr=False)

    @property
    def asks_for(self) -> str:
        """The account whose password has to be asked for; empty where none has."""
        needed = self.method.setup is Setup.SERVER and self.mail.needs_password
        return self.mail.user if needed and not self.password else ""


def _prepare(store: Store, keyring: Keyring) -> _Preparation:
    method, mail = chosen_method(store), accounts.mail_settings(store)
    password = accounts.kept_password(mail, keyring) if method.setup is Setup.SERVER else ""
    return _Preparation(method, mail, password)


RunMethod = Callable[[ReadyMethod, Opened, Clock, bool], RunReport]
"""Runs a method over the queue of what is open; everything that waits when the last value is true."""


class SendOperation(QObject, Generic[Opened]):
    """Lets what waits in a queue leave, and says what came of it.

    ``run_method`` lets a method run over the queue of what is open; ``changes`` is what that changes there.
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        runner: Runner[Opened],
        run_method: RunMethod[Opened],
        changes: Changes,
        say: Callable[[Notice], None],
        hints: Hints,
        done: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._parent, self._session, self._runner = parent, session, runner
        self._run_method, self._changes = run_method, changes
        self._say, self._hints, self._done = say, hints, done

    def start(self, at_once: bool = True, ask: bool = True) -> None:
        """Prepare, ask for the password where ``ask`` allows it, and run."""
        keyring = self._session.surroundings.keyring
        if self._is_by_hand:
            self._session.hand_overs.was_stopped = False

        def prepare(store: Store) -> Changed[_Preparation]:
            woken = outbox.rest_no_more(store=store) if self._is_by_hand else _NOTHING
            return Changed(_prepare(store, keyring), woken)

        self._session.run(
            self,
            prepare,
            lambda prepared: self._run(at_once, ask, prepared.value),
            failed=self._failed,
            slow=True,
        )

    def _run(self, at_once: bool, ask: bool, preparation: _Preparation) -> None:
        password = preparation.password or self._password(preparation.asks_for, ask)
        try:
            method = preparation.method.ready(preparation.mail, password)
        except UserError as problem:
            self._failed(problem)
            return
        self._session.status.emit("Sending …")
        run_method, changes, clock = self._run_method, self._changes, self._session.surroundings.clock
        hand_overs, visits = self._session.hand_overs, self._session.runner.opened

        def work(opened: Opened) -> Changed[RunReport]:
            hand_overs.begin(method)
            try:
                report = run_method(method, opened, clock, at_once)
            finally:
                hand_overs.end(method)
            rested = outbox.let_rest(store=visits) if isinstance(report.stopped, LoginRefused) else _NOTHING
            return Changed(report, changes | rested)

        self._runner.run(
            self,
            work,
            lambda result: self._report(preparation.method, result.value),
            failed=self._failed,
            slow=True,
        )

    def _password(self, account: str, ask: bool) -> str:
        if not account:
            return ""
        known = self._session.mail_passwords.get(account, "")
        return known or (ask_password(self._parent, self._session, account) if ask else "")

    def _failed(self, error: BaseException) -> None:
        self._session.status.emit("")
        self._runner.fail(error)
        self._done()

    def _report(self, method: DeliveryMethod, report: RunReport) -> None:
        self._session.status.emit("")
        if isinstance(report.stopped, LoginRefused):
            self._session.mail_passwords.clear()
        unopened = open_files(report.files) if method.opens_files else ()
        if report.states or report.stopped or method.setup is not Setup.SERVER or self._is_by_hand:
            self._say(notice_of(report, method, self._hints, unopened))
        self._done()

    _is_by_hand = True
    """Whether the user asked for it: it then says too that there was nothing to do."""


class _QuietSendOperation(SendOperation[Store]):
    """One that nobody asked for: it asks for nothing, and says nothing when there was nothing to do."""

    _is_by_hand = False


def send_reports(
    parent: QWidget, session: Session, done: Callable[[], None], only: frozenset[int] = frozenset()
) -> None:
    """Let every message that waits here leave by the way chosen in the settings; then ``done``."""
    _reports(SendOperation[Store], parent, session, done, only).start()


def _reports(
    kind: type[SendOperation[Store]],
    parent: QWidget,
    session: Session,
    done: Callable[[], None],
    only: frozenset[int] = frozenset(),
) -> SendOperation[Store]:
    def run_method(method: ReadyMethod, store: Store, clock: Clock, at_once: bool) -> RunReport:
        return method.run(VisitsQueue(store), clock, at_once=at_once, only=only)

    return kind(
        parent, session, session.runner, run_method, Changes.OUTBOX, session.notices.show, REPORT_HINTS, done
    )


def abandon_sending(session: Session) -> None:
    """Give up what is being sent, before a lock. Returns at once; it ends within a second.

    What is written down is the truth: not gone, or not confirmed where the mail server had all of it.
    """
    session.hand_overs.give_up()


def ask_password(parent: QWidget, session: Session, account: str) -> str:
    """The password of the account, asked once a session where the keyring does not have it.

    Empty where not given.
    """
    if account not in session.mail_passwords:
        label = f"Password of {account}"
        text, given = QInputDialog.getText(
            parent, "Mail password", as_tip(label), QLineEdit.EchoMode.Password
        )
        if not given or not text:
            return ""
        session.mail_passwords[account] = text
    return session.mail_passwords[account]


def keep_password(session: Session, password: str) -> Callable[[Store], Changes]:
    """An operation that keeps the mail password.

    For this session, and in the keyring where the settings say so.
    """
    keyring, passwords = session.surroundings.keyring, session.mail_passwords

    def work(store: Store) -> Changes:
        mail = accounts.mail_settings(store)
        accounts.keep_password(mail, keyring, password)
        passwords[mail.user] = password
        return outbox.rest_no_more(store=store)

    return work


def try_connection(parent: QWidget, session: Session) -> None:
    """Connect to the mail server and log in, and say in words what is wrong, or that nothing is."""
    keyring = session.surroundings.keyring

    def succeeded(sentence: str) -> None:
        session.status.emit("")
        session.say(sentence, "Reports can be sent.")

    def failed(error: BaseException) -> None:
        session.status.emit("")
        session.fail(error)

    def prepared(preparation: _Preparation) -> None:
        password = preparation.password or (
            ask_password(parent, session, preparation.asks_for) if preparation.asks_for else ""
        )
        try:
            account = preparation.mail.account(password)
        except UserError as problem:
            session.fail(problem)
            return
        session.status.emit("Testing the connection …")

        def work(store: Store) -> Changed[str]:
            return Changed(accounts.try_connection(account), outbox.rest_no_more(store=store))

        session.run(parent, work, lambda tried: succeeded(tried.value), failed=failed, slow=True)

    session.run(parent, lambda store: _prepare(store, keyring), prepared, slow=True)


@dataclass(frozen=True)
class _Outlook:
    """Whether the server can be reached, and what there is to send to it."""

    connected: bool
    waiting: Mapping[str, int]
    automatic: bool


class ConnectionWatch(QObject):
    """Looks each minute, while something waits, and sends what is due if so set.

    Else it says that the connection came back.
    """

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__()
        self.session, self._window = session, window
        self.was_up: bool | None = None
        self._timer = session.timers.timer(self, self.check, repeat=True)
        self._timer.start(_LOOK_AT_CONNECTION)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def check(self) -> None:
        """Look now."""
        self.session.run(self, _outlook, self._known, failed=_ignore, slow=True)

    def _known(self, outlook: _Outlook | None) -> None:
        if outlook is None:
            self.was_up = None
            return
        came_back, self.was_up = outlook.connected and self.was_up is False, outlook.connected
        if outlook.connected and outlook.automatic and not self.session.hand_overs.was_stopped:
            _reports(_QuietSendOperation, self._window, self.session, _nothing).start(
                at_once=False, ask=False
            )
        elif came_back:
            self.session.say(
                f"There is a line again: {waiting_in_words(outlook.waiting)} can be sent.",
                "Open the Outbox to send now.",
            )


def _outlook(store: Store) -> _Outlook | None:
    """How it looks; nothing where no connection is needed."""
    waiting = store.outbox.waiting()
    if chosen_method(store).setup is not Setup.SERVER or not waiting:
        return None
    connection = accounts.connectivity(accounts.mail_settings(store))
    automatic = store.settings.on("mail.automatic") and not outbox.is_resting(store=store)
    return _Outlook(connection.is_up(), waiting, automatic)


def _ignore(error: BaseException) -> None:
    """A look that fails is followed by another in a minute."""


def _nothing() -> None:
    """Nobody waits for it."""
