"""Sending from the window: one button, the passwords it may need, and an eye on the line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import plural
from sep_desktop.notices import Tone
from sep_desktop.sync import accounts, dispatcher, exits
from sep_desktop.sync.smtp import SmtpTransport
from sep_desktop.sync.transport import LoginRefused
from sep_desktop.ui.context.session import Session

EXITS = {
    "smtp": "Through the mail server",
    "eml": "As message files in a folder",
    "program": "Through my mail program",
    "pdf": "As PDFs with a list of addresses in a folder",
}
"""The ways out, as they are called in front of people."""


def send(
    parent: QWidget,
    session: Session,
    done: Callable[[], None] = lambda: None,
    only: frozenset[int] = frozenset(),
) -> None:
    """Let everything that waits leave by the way chosen in the settings."""
    leaves = session.store.settings.text("mail.exit")
    if leaves == "smtp":
        _send_by_server(parent, session, done, only)
    else:
        session.operations.run(
            lambda: _write(session, leaves, only),
            lambda written: _written(session, leaves, written, done),
            _failed(session, done),
            outside=True,
        )


def _failed(session: Session, done: Callable[[], None]) -> Callable[[BaseException], None]:
    """Say what went wrong, and let every page and button look again."""

    def failed(error: BaseException) -> None:
        session.status.emit("")
        session.fail(error)
        session.changed.emit(Changes.OUTBOX)
        done()

    return failed


def _send_by_server(
    parent: QWidget, session: Session, done: Callable[[], None], only: frozenset[int]
) -> None:
    try:
        found = accounts.account(
            session.store, session.keyring, lambda user: ask_password(parent, session, user)
        )
        sender = accounts.sender(session.store)
    except Exception as problem:  # noqa: BLE001 -- told in one place
        session.fail(problem)
        done()
        return
    session.status.emit("Sending …")

    def work() -> dispatcher.RunReport:
        return dispatcher.drain(
            session.store, SmtpTransport(found), sender, session.clock, at_once=True, only=only
        )

    def finished(report: dispatcher.RunReport) -> None:
        session.status.emit("")
        if isinstance(report.stopped, LoginRefused):
            session.mail_passwords.clear()
        tone = Tone.FAIL if report.stopped else Tone.INFORM
        session.sink.say(tone, str(report))
        session.changed.emit(Changes.OUTBOX)
        done()

    session.operations.run(work, finished, _failed(session, done), outside=True)


def ask_password(parent: QWidget, session: Session, user: str) -> str:
    """The password of the account, asked once a session where the keyring does not have it."""
    if user in session.mail_passwords:
        return session.mail_passwords[user]
    text, given = QInputDialog.getText(
        parent, "Mail password", f"Password of {user}", QLineEdit.EchoMode.Password
    )
    if given and text:
        session.mail_passwords[user] = text
    return text if given else ""


def _write(session: Session, leaves: str, only: frozenset[int]) -> list[Path]:
    store, clock = session.store, session.clock
    if leaves == "pdf":
        return exits.write_papers(store, accounts.folder(store), clock, only)
    draft = leaves == "program"
    folder = store.locations.outgoing if draft else accounts.folder(store)
    return exits.write_messages(store, accounts.sender(store), folder, clock, only, unsent=draft)


def _written(session: Session, leaves: str, written: list[Path], done: Callable[[], None]) -> None:
    if leaves == "program":
        for path in written:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        text = f"{plural(len(written), 'message')} opened in your mail program."
        hint = "Send it there, then confirm in the Outbox that it has gone."
    else:
        text, hint = (
            f"{plural(len(written), 'file')} written.",
            f"They are in {written[0].parent}." if written else "",
        )
    session.sink.say(Tone.INFORM, text if written else "Nothing was waiting.", hint if written else "")
    session.changed.emit(Changes.OUTBOX)
    done()


class ConnectionWatch(QObject):
    """Looks each minute whether the line came back while something waits; offers to send, or sends if so set."""

    def __init__(self, session: Session, every: int = 60_000) -> None:
        super().__init__()
        self.session = session
        self.was_up: bool | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)
        self._timer.start(every)

    def stop(self) -> None:
        self._timer.stop()

    def check(self) -> None:
        store = self.session.store
        if store.settings.text("mail.exit") != "smtp" or not store.outbox.waiting():
            self.was_up = None
            return
        probe = accounts.connectivity(store)
        self.session.operations.run(probe.is_up, self._known, lambda error: None, outside=True)

    def _known(self, up: Any) -> None:
        came_back, self.was_up = bool(up) and self.was_up is False, bool(up)
        waiting = self.session.store.outbox.waiting()
        if up and self.session.store.settings.on("mail.automatic"):
            self._send_quietly()
        elif came_back:
            self.session.sink.say(
                Tone.INFORM,
                f"There is a line again: {plural(waiting, 'report')} can be sent.",
                "Open the Outbox to send now.",
            )

    def _send_quietly(self) -> None:
        """Without asking for anything: a password that is not in the keyring leaves it to the user."""
        session = self.session
        try:
            found = accounts.account(
                session.store, session.keyring, lambda user: session.mail_passwords.get(user, "")
            )
            sender = accounts.sender(session.store)
        except Exception as problem:  # noqa: BLE001 -- told in one place
            session.fail(problem)
            return

        def finished(report: dispatcher.RunReport) -> None:
            if not report.states:
                return
            session.sink.say(Tone.FAIL if report.stopped else Tone.INFORM, str(report))
            session.changed.emit(Changes.OUTBOX)

        session.read(
            lambda: dispatcher.drain(session.store, SmtpTransport(found), sender, session.clock),
            finished,
            outside=True,
        )
