"""Pictures of what is seen only for a while, or when something fails."""

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QPushButton

from sep_desktop.domain.outbox import Choice
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services import outbox, visits
from sep_desktop.sync.hand_out import write_messages
from sep_desktop.sync.visits_queue import VisitsQueue
from sep_desktop.ui.context import sending
from tests.pictures.camera import Camera
from tests.support.fakes import PASSPHRASE, SENDER
from tests.support.smtp_server import Script, ScriptedServer

_FROM_WORD = (
    "<p>Teaching is <del>weak</del> <ins>improving</ins> and steady. "
    "<span style='mso-hide:all;display:none'>unseen</span></p>"
)


@contextmanager
def _put(place, name, value):
    """Have another value under a name for a while."""
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


def _full(**_):
    raise EnvironmentProblem("The disk is full.", "Free some space.")


class _Run:
    """A run that takes its time."""

    def stop(self, *, at_once):
        """It does not hurry."""


def warnings(camera: Camera, visit: int) -> None:
    """Before the lock, after pasting out of Word, and a window that does not close."""
    window = camera.program.window
    window.go(f"visit/{visit}/report")
    window.idle_notice.show_seconds(60)
    camera.take("idle-notice")
    window.idle_notice.show_seconds(0)
    panel = window.page().stack.currentWidget()
    source = QMimeData()
    source.setHtml(_FROM_WORD)
    editor = next(iter(panel.editors.values()))
    editor.setFocus()
    editor.insertFromMimeData(source)
    camera.take("pasted")
    editor.undo()
    panel.leave()
    window.banner.close_notice()
    with _put(window, "leave", lambda: False):
        camera.program.may_close()
    camera.take("close-refused")
    camera.program.warned = None
    window.banner.close_notice()


def concealed(camera: Camera, visit: int) -> None:
    """Words that could not be saved before the lock: locked, refused to close, and open again."""
    program = camera.program
    program.window.go(f"visit/{visit}/meeting")
    with _put(visits, "take_note", _full), _put(visits, "change_note", _full):
        fields = program.window.page().stack.currentWidget().fields
        next(each for each in fields if not each.toPlainText()).setPlainText("Governors visit each term.")
        program.lock()
        camera.take("concealed-locked")
        program.may_close()
        camera.take("concealed-close-refused")
        program.warned = None
        page = program.frame.centralWidget()
        page.passphrase.setText(PASSPHRASE)
        page.try_passphrase()
        camera.take("concealed-unlocked")
    program.screen._timer.stop()
    program.window.leave()


def dialogs(camera: Camera, visit: int) -> None:
    """Every dialog that a button with “…” opens; those of the system choose nothing."""
    none = staticmethod(lambda *_, **__: ("", ""))
    with (
        _put(QFileDialog, "getSaveFileName", none),
        _put(QFileDialog, "getOpenFileName", none),
        _put(QFileDialog, "getExistingDirectory", staticmethod(lambda *_, **__: "")),
    ):
        planned = _planned(camera)
        for address in (
            "school/990003",
            *(f"visit/{planned}/{step}" for step in ("prepare", "meeting", "report")),
            "settings",
        ):
            dialogs_of(camera, address)


def _planned(camera: Camera) -> int:
    """A visit that is still to come."""
    store = camera.program.session.runner.opened
    return next(each.id for each in store.visits.of_school("990006") if not each.held_on)


def dialogs_of(camera: Camera, address: str) -> None:
    """Those of a page, one of each kind."""
    camera.program.window.go(address)
    QApplication.processEvents()
    asked = set()
    page = camera.program.window.page()
    for text in [each.text() for each in _buttons(page)]:
        if text in asked or text.startswith(("As it was", "Notes as", "Restore")):
            continue
        asked.add(text)
        pressed = next((each for each in _buttons(page) if each.text() == text), None)
        if pressed is None:
            continue
        pressed.click()
        QApplication.processEvents()
        name = re.sub(r"\W+", "-", f"dialog-{address}-{text}").strip("-").lower()
        _take_open(camera, name)


def _buttons(page: QDialog) -> list[QPushButton]:
    return [
        each
        for each in page.findChildren(QPushButton)
        if each.text().endswith("…") and each.isVisible() and each.isEnabled() and not each.isCheckable()
    ]


def _take_open(camera: Camera, name: str) -> None:
    open_now = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
    ]
    for dialog in open_now:
        camera.take(name, dialog)
        dialog.reject()


def password(camera: Camera) -> None:
    """The one box of Qt's own that asks for something."""
    box = QInputDialog(camera.program.frame)
    box.setWindowTitle("Mail password")
    box.setLabelText("Password of ada")
    box.open()
    camera.take("dialog-mail-password", box)
    box.reject()


def under_way(camera: Camera) -> None:
    """A report that waits: it is being sent, that is stopped, the login is refused, and it is written out."""
    session, store = camera.program.session, camera.program.session.runner.opened
    run = _Run()
    session.status.emit("Sending …")
    session.hand_overs.begin(run)
    camera.go("outbox", "outbox-sending")
    session.hand_overs.stop()
    camera.take("outbox-stopping")
    camera.go("today", "today-stopping")
    session.hand_overs.end(run)
    session.status.emit("")
    _refused(camera)
    outbox.rest_no_more(store=store)
    folder = Path(tempfile.mkdtemp(prefix="messages-"))
    before = store.settings.text("mail.folder")
    store.settings.put("mail.folder", str(folder))
    write_messages(VisitsQueue(store), SENDER, folder, camera.clock)
    for address in ("outbox", "today"):
        camera.go(address, f"{address}-handed-out")
    for message in store.outbox.messages():
        for each in message.deliveries:
            outbox.settle(store=store, delivery=each.id, choice=Choice.AGAIN, now=camera.clock.now())
    store.settings.put("mail.folder", before)


def _refused(camera: Camera) -> None:
    """The server refuses the password: sending by itself rests."""
    session = camera.program.session
    with ScriptedServer(Script({"auth": "535 5.7.8 Authentication failed"}, offer_auth=True)) as server:
        path = Path(tempfile.mkdtemp(prefix="authority-")) / "ca.pem"
        server.authority.cert_pem.write_to_path(str(path))
        places = {"host": "localhost", "port": server.port, "ca_file": str(path), "user": "ada"}
        for key, value in places.items():
            session.runner.opened.settings.put(f"mail.{key}", value)
        session.mail_passwords["ada"] = "wrong"
        camera.program.window.go("outbox")
        sending.send_reports(camera.program.window.page(), session, lambda: None)
        camera.take("outbox-login-refused")
        for address in ("today", "outbox"):
            camera.go(address, f"{address}-resting")
    for key in places:
        session.runner.opened.settings.put(f"mail.{key}", 587 if key == "port" else "")
