"""A sentinel in every field of performance management, and a search for it wherever the program leaves anything.

``drive`` uses every other feature after the sealed page was closed; ``search`` looks at what they left, opened as far as
anybody without the sealed passphrase can open it: decrypted first store, decoded messages, unpacked papers.
"""

import base64
import io
import json
import os
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import pikepdf
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QTextEdit

from sep_desktop import cli
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import FieldKind, PaperKind, Stage
from sep_desktop.domain.appraisal.panel import Person, Reader, store_panel
from sep_desktop.domain.outbox import State
from sep_desktop.services import outbox, reports, schools
from sep_desktop.services.appraisals import record_transfer as transfer
from sep_desktop.services.appraisals import records, retention, subject_access
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import record_transfer as record_transfer
from sep_desktop.ui.shell.pages import NAVIGATION
from tests.support.appraisals import SEALED, URN, completed, fill
from tests.support.fakes import PASSPHRASE
from tests.support.pdf_text import structure_texts
from tests.support.sealed_pages import SealedPages
from tests.support.smtp_server import Script, ScriptedServer

SENTINEL = "Zq7kestrel"
"""In no word list, in no file of the program; every field holds it with its own key behind it."""

PANEL = (
    Person(Reader.HEADTEACHER, "Wren Tamblyn", "head@harbourlights.example"),
    Person(Reader.GOVERNOR, f"{SENTINEL} Quick", f"{SENTINEL.lower()}.quick@harbourlights.example"),
    Person(Reader.GOVERNOR, f"{SENTINEL} Hale", f"{SENTINEL.lower()}.hale@harbourlights.example"),
)
SECRETS = {each.email: f"{SENTINEL} password {number}" for number, each in enumerate(PANEL)}


@dataclass
class Evidence:
    """What was left, by place: bytes as they lie there."""

    places: dict[str, list[bytes]] = field(default_factory=dict)

    def add(self, place: str, *found: bytes | str) -> None:
        self.places.setdefault(place, []).extend(
            each.encode("utf-8", "replace") if isinstance(each, str) else each for each in found
        )

    def leaks(self) -> list[str]:
        """The places where the sentinel is."""
        return sorted(place for place, found in self.places.items() if any(_is_in(each) for each in found))


def _forms(word: str) -> Iterator[bytes]:
    """The ways in which a word lies in bytes: plain, wide, hexadecimal, base 64 at each offset."""
    for text in (word, word.lower(), word.upper()):
        plain = text.encode()
        yield from (
            plain,
            text.encode("utf-16-le"),
            text.encode("utf-16-be"),
            plain.hex().encode(),
            urllib.parse.quote(text).encode(),
        )
        for shift in range(3):
            coded = base64.b64encode(b"x" * shift + plain)
            yield coded[4 * bool(shift) : -4]


_FORMS = tuple(dict.fromkeys(_forms(SENTINEL)))


def _is_in(data: bytes, deep: bool = True) -> bool:
    if any(form in data for form in _FORMS):
        return True
    return deep and any(_is_in(each, deep=False) for each in _unpacked(data))


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What somebody finds who opens it: the text and the streams of a paper, the parts of a message."""
    if data.startswith(b"%PDF"):
        with suppress(pikepdf.PasswordError), pikepdf.open(io.BytesIO(data)) as pdf:
            out = io.BytesIO()
            pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False)
            yield out.getvalue()
            yield "\n".join(text for _, text in structure_texts(data)).encode()
    elif b"Message-ID:" in data[:4000]:
        for part in message_from_bytes(data).walk():
            payload = part.get_payload(decode=True)
            yield str(part.items()).encode()
            if isinstance(payload, bytes) and len(payload) < len(
                data
            ):  # a text that speaks of one has no parts
                yield payload
                yield from _unpacked(payload)


def everything_shown() -> str:
    """Every text of every widget there is, visible or not."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete: what was let go is gone
    found = []
    for each in QApplication.allWidgets():
        found += [
            each.windowTitle(),
            each.toolTip(),
            each.accessibleName(),
            each.accessibleDescription(),
            each.statusTip(),
            each.whatsThis(),
        ]
        if isinstance(each, QLabel | QAbstractButton | QLineEdit):
            found.append(each.text())
        elif isinstance(each, QTextEdit | QPlainTextEdit):
            found.append(each.toPlainText())
    return "\n".join(found)


class Canary:
    """One run over one store. ``home`` holds everything that the program and Qt write."""

    def __init__(self, window, home: Path, capsys) -> None:
        self.window, self.home, self.capsys = window, home, capsys
        self.program, self.evidence = window.program, Evidence()
        self.open_view = SealedPages(window)

    @property
    def _store(self):
        return self.program.session.runner.opened

    def _now(self):
        return self.program.surroundings.clock.now()

    def fill_every_field(self) -> None:
        """The sentinel in each field, name, address, password, reason; in drafts, papers and letters; looked at, copied, crashed over."""
        self.open_view.make()
        store, sealed, now = self.open_view.stores.visits, self.open_view.sealed, self._now()
        for year in (AcademicYear(2019), AcademicYear(2025), AcademicYear(2026)):
            cycle = records.begin(store=store, sealed=sealed, urn=URN, year=year, now=now).value
            fill(sealed, cycle, now, lambda key: f"{SENTINEL} in {key}")
            records.save_part(sealed=sealed, cycle=cycle, key="panel", text=store_panel(PANEL), now=now)
        for kind in PaperKind:
            completed(store, sealed, cycle, now, kind, secrets=SECRETS)
        completed(
            store, sealed, cycle, now, PaperKind.STATEMENT, reason=f"{SENTINEL} reason", secrets=SECRETS
        )
        self._go_through_the_page(cycle)
        self._send_sealed()
        self._keep(sealed, store, now)
        self._stumble()

    def _go_through_the_page(self, cycle: int) -> None:
        sealed_pages = self.open_view.page.open_view
        sealed_pages.show_record(cycle)
        for stage in Stage:
            self.open_view.step(stage)
        panel = self.open_view.step(Stage.ADVICE)
        for key, editor in panel.editors.items():
            if sealed_pages.record.record.form.field(key).kind is not FieldKind.JUDGEMENT:
                self.window.write(editor, f"{SENTINEL} typed. ")
        panel.toggle_preview()
        editor = next(iter(panel.editors.values()))
        editor.setFocus()
        editor.selectAll()
        editor.copy()
        self.window.press("History")
        self.evidence.add("title of the window", self.program.frame.windowTitle())

    def _send_sealed(self) -> None:
        with ScriptedServer(Script()) as server:
            self._account(server)
            self.open_view.step(Stage.PAPERS)
            self.window.press("Send ")
            self.evidence.add(
                "sealed letters on the wire, without their sealed readers",
                *(self._without_readers(raw) for _, raw in server.messages),
            )
            self.sent_sealed = len(server.messages)

    def _without_readers(self, raw: bytes) -> bytes:
        """A letter names its one reader on the outside, as a letter must; and nothing else may stand there."""
        head, gap, body = raw.partition(b"\r\n\r\n")
        return b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(b"To:")) + gap + body

    def _account(self, server) -> None:
        authority = self.home / "ca.pem"
        server.authority.cert_pem.write_to_path(str(authority))
        for key, value in (
            ("mail.host", "localhost"),
            ("mail.port", server.port),
            ("mail.ca_file", str(authority)),
        ):
            self._store.settings.put(key, value)

    def _keep(self, sealed, store, now) -> None:
        """Hand over, write everything held, remove what is past its years."""
        code = record_transfer.code_of(record_transfer.new_private_key())
        (self.home / "record.sealed").write_bytes(
            transfer.seal_for(store=store, sealed=sealed, urn=URN, code=code, now=now)
        )
        held = subject_access.everything_held(
            store=store,
            sealed=sealed,
            urn=URN,
            head="Wren Tamblyn",
            password=SECRETS[PANEL[0].email],
            now=now,
        )
        (self.home / "everything.pdf").write_bytes(held)
        sealed.back_up(now)
        retention.remove_past(store=store, sealed=sealed, now=now)
        sealed.back_up(now)

    def _stumble(self) -> None:
        """A fault inside the sealed page, and one that nobody expected."""

        def fault(_) -> None:
            raise RuntimeError(f"{SENTINEL} in the text of an error")

        page = self.open_view.page
        page.context.run(page, fault)
        try:
            fault(None)
        except RuntimeError as error:
            sys.excepthook(type(error), error, error.__traceback__)

    def leave(self) -> None:
        """Close the sealed page, and look at what is left on the screen, in the clipboard and in the messages."""
        told: list[str] = []
        self.program.notices.listen(lambda message: told.append(f"{message.text} {message.hint}"))
        self.window.go("today")
        clipboard = QGuiApplication.clipboard()
        held = clipboard.mimeData()
        self.evidence.add(
            "clipboard",
            clipboard.text(),
            *(bytes(held.data(kind)) for kind in (held.formats() if held else ())),
        )
        self.evidence.add(
            "selection", clipboard.text(QClipboard.Mode.Selection) if clipboard.supportsSelection() else ""
        )
        self.evidence.add("notifications", *told)
        self.evidence.add("history of pages", *self.program.window.history)

    def use_everything_else(self) -> None:
        """Search, every page, a report to the end, mails by every way out, exports, a backup."""
        store, now = self._store, self._now()
        found, many = schools.search(store=store, year=AcademicYear(2026), text=SENTINEL)
        self.evidence.add("search", repr(found), SENTINEL if many else "")
        for address in (
            *(spec.address for spec in NAVIGATION if spec.address != "sealed"),
            "schools/all",
            f"school/{URN}",
            "visit/1/prepare",
            "visit/1/report",
            "visit/1/send",
        ):
            page = self.window.go(address)
            self.evidence.add(f"page {address}", everything_shown())
            if address == "help":
                page._check()
        schools.record_support(store=store, urn=URN, on=now.date(), hours=3, now=now)
        self.evidence.add("preview of a report", reports.preview(store=store, visit=1, now=now).data)
        confirmed = reports.confirm(store=store, visit=1, now=now)
        self.evidence.add("letter before sending", confirmed.paper.data, repr(confirmed.remarks))
        reports.complete(store=store, visit=1, confirmed=confirmed, now=now)
        with ScriptedServer(Script()) as server:
            self._account(server)
            self.window.go("outbox")
            self.window.press("Send 1 now")
            self.evidence.add("report on the wire", *(raw for _, raw in server.messages))
        self.evidence.add("page outbox after sending", everything_shown())
        self.evidence.add("journal", outbox.journal_csv(store=store))
        store.back_up(now)
        self.window.program.lock()
        self.evidence.add("locked", everything_shown())

    def use_the_command_line(self) -> None:
        """Every command that reads the store; what they print and write."""
        secret, out = self.home / "passphrase.txt", self.home / "out"
        secret.write_text(PASSPHRASE)
        common = ["--store", str(self.program.locations.root), "--passphrase-file", str(secret)]
        for command in (
            ["due"],
            ["outbox", "--journal", str(out / "j.csv")],
            ["export-pdf", str(out)],
            ["time-log", str(out / "t.csv")],
            ["doctor"],
            ["settings"],
        ):
            cli.main([*command, *common])
        for delivery in self._reopened():
            self.evidence.add("deliveries", delivery)
        cli.main(["send", "--folder", str(out), *common])
        said = self.capsys.readouterr()
        self.evidence.add("standard output", said.out)
        self.evidence.add("standard error", said.err)

    def _reopened(self) -> list[str]:
        """Each delivery, let wait again so that it leaves as a file once more."""
        store = stores.unlock(self.program.locations, PASSPHRASE)
        found = [repr(each) for each in store.outbox.in_state(*State)]
        store.close()
        return found

    def read_the_first_store(self) -> None:
        """Everything that its passphrase shows, table by table."""
        store = stores.unlock(self.program.locations, PASSPHRASE)
        for row in store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for each in store.database.rows(f'SELECT * FROM "{row["name"]}"'):
                blobs = [value for value in each.values() if isinstance(value, bytes)]
                words = {key: value for key, value in each.items() if not isinstance(value, bytes)}
                self.evidence.add(
                    f"first store, {row['name']}", json.dumps(words, ensure_ascii=False, default=str), *blobs
                )
        store.close()

    def read_the_disk(self) -> None:
        """Every byte of every file: both stores, their logs, keys and backups, whatever was written, temporary files."""
        for path in self.home.rglob("*"):
            if path.is_file():
                self.evidence.add(
                    f"file {path.relative_to(self.home).as_posix()}",
                    path.read_bytes(),
                    os.fsencode(path.name),
                )

    def run(self) -> Evidence:
        self.fill_every_field()
        self.read_the_disk()
        self.leave()
        self.use_everything_else()
        self.use_the_command_line()
        self.read_the_first_store()
        self.read_the_disk()
        return self.evidence


def sealed_words(locations) -> str:
    """What the sealed store holds, to show that the sentinel was there to be found."""
    from sep_desktop.storage.sealed import store as sealed_store

    sealed = sealed_store.unlock(locations, SEALED)
    cycles = sealed.appraisals.cycles(URN)
    words = json.dumps([records.open_record(sealed=sealed, cycle=each.id).content for each in cycles])
    secrets = [sealed.appraisals.password(each.id, person.email)[0] for each in cycles for person in PANEL]
    sealed.close()
    return words + repr(secrets)
