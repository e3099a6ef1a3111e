"""Letting sealed letters leave by the way chosen in the settings; everything that is said about it is said inside the room."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from sep_desktop.domain.wording import plural
from sep_desktop.notices import Tone
from sep_desktop.sync import accounts, sealed_post
from sep_desktop.sync.dispatcher import RunReport
from sep_desktop.sync.smtp import SmtpTransport
from sep_desktop.sync.transport import LoginRefused
from sep_desktop.ui.context.sending import ask_password
from sep_desktop.ui.sealed.context import SealedContext


def send(parent: QWidget, context: SealedContext, cycle: int, done: Callable[[], None]) -> None:
    """Let every waiting letter of one cycle leave."""

    def failed(error: BaseException) -> None:
        context.fail(error)
        done()

    try:
        work, noticed = _way_out(parent, context, cycle)
    except Exception as problem:  # noqa: BLE001 -- told in one place
        failed(problem)
        return

    def finished(value: object) -> None:
        noticed(value)
        done()
        context.changed.emit()

    context.read(work, finished, outside=True, failed=failed)


def _way_out(
    parent: QWidget, context: SealedContext, cycle: int
) -> tuple[Callable[[], object], Callable[[object], None]]:
    """What to do, and how to say what came of it. Raises ``UserError`` while the settings are unfinished."""
    session, store, sealed, clock = context.session, context.store, context.sealed, context.session.clock
    way = store.settings.text("mail.exit")
    if way == "smtp":
        account = accounts.account(store, session.keyring, lambda user: ask_password(parent, session, user))
        sender = accounts.sender(store)
        return lambda: sealed_post.drain(
            store, sealed, SmtpTransport(account), sender, clock, cycle
        ), lambda report: _tell_run(context, report)
    if way == "pdf":
        folder = accounts.folder(store)
        return lambda: sealed_post.write_papers(
            store, sealed, folder, clock, cycle
        ), lambda paths: _tell_files(context, paths, opened=False)
    sender, opened = accounts.sender(store), way == "program"
    folder = store.locations.outgoing if opened else accounts.folder(store)
    return lambda: sealed_post.write_messages(
        store, sealed, sender, folder, clock, cycle, unsent=opened
    ), lambda paths: _tell_files(context, paths, opened)


def _tell_run(context: SealedContext, report: object) -> None:
    assert isinstance(report, RunReport)
    if isinstance(report.stopped, LoginRefused):
        context.session.mail_passwords.clear()
    context.say(str(report), tone=Tone.FAIL if report.stopped else Tone.INFORM)


def _tell_files(context: SealedContext, found: object, opened: bool) -> None:
    written = [each for each in found if isinstance(each, Path)] if isinstance(found, list) else []
    if opened:
        for path in written:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        context.say(
            f"{plural(len(written), 'message')} opened in your mail program.",
            "Send it there, then say here that it has arrived.",
        )
    else:
        hint = (
            f"They are in {written[0].parent}. Each row below names its file; send it, then say here that it arrived."
            if written
            else ""
        )
        context.say(f"{plural(len(written), 'file')} written.", hint)
