"""One program over invented data, and a picture of each of its pages."""

import re
import shutil
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog

from sep_desktop.domain.appraisal.form import PaperKind, Stage
from sep_desktop.domain.backups import Why
from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import Role
from sep_desktop.paths import Locations
from sep_desktop.services import backups, policy_changes, reports, retention, sample, schools
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.os_keyring import NoKeyring
from sep_desktop.ui.context.session import Surroundings
from sep_desktop.ui.context.timers import QtTimers
from sep_desktop.ui.kit import theme
from sep_desktop.ui.shell import application
from sep_desktop.ui.shell.pages import NAVIGATION
from tests.support.appraisals import SEALED, URN, begun, completed, fill
from tests.support.clocks import FixedClock
from tests.support.policies import older

CONTRAST = "contrast"
"""High contrast as Windows has it: white and coloured words on a black ground."""

STEPS = ("prepare", "agenda", "meeting", "report", "send")


def _longer(policy: str) -> str:
    """An additional visit of a day, decided by somebody with a long name."""
    head, mark, tail = policy.partition('key = "additional"')
    source = "Resolution of the Cabinet Member for Children's Services and of the Schools Forum, 1 November 2026, item 7(b)"
    head = re.sub('source = ".*"', f'source = "{source}"', head)
    return head + mark + tail.replace("on_site = 0.5", "on_site = 1.0", 1)


def _ask_for_contrast() -> None:
    """As a system does that shows dark and asks for more contrast; no platform for tests can."""
    theme.wants_contrast = lambda: True
    theme.CONTRAST_LIGHT = theme.CONTRAST_DARK


class Camera:
    """One program, one picture after the other."""

    def __init__(self, out: Path, scheme: str, size: tuple[int, int]) -> None:
        self.out, self.scheme = out, scheme
        if scheme == CONTRAST:
            _ask_for_contrast()
            self.scheme = "system"
        self.taken: set[str] = set()
        self.clock = FixedClock(datetime(2026, 11, 24, 10, 32, 7).astimezone())
        self.app = application.application()
        theme.apply(self.app, self.scheme)
        folder = Path(tempfile.mkdtemp(prefix="sep-pictures-"))
        self.program = application.Program(
            Locations(folder / "store"),
            Surroundings(self.clock, QtTimers(), NoKeyring(), Cost(64, 1, 1)),
            in_caller=True,
        )
        self.program.frame.resize(*size)

    def take(self, name: str, widget=None) -> None:
        assert name not in self.taken, f"{name} would be written over"
        self.taken.add(name)
        for _ in range(5):
            QApplication.processEvents()
        (widget or self.program.frame).grab().save(str(self.out / f"{name}.png"))

    def go(self, address: str, name: str = "") -> None:
        self.program.window.go(address)
        self.take(name or address.replace("/", "-"))

    def first_run(self) -> None:
        self.program.start()
        self.take("first-run-1")
        page = self.program.frame.centralWidget()
        page.name.setText("Ada Penrose")
        page.email.setText("ada.penrose@sep.example")
        page.take_name()
        self.take("first-run-2")
        page.first.setText("correct horse battery")
        page.second.setText("correct horse battery")
        page.make_store()
        self.take("first-run-3")
        page.typed.setText(page.sheet.code)
        page.sheet.check()
        self.take("first-run-4")
        page._finish("today")
        self.program.session.runner.opened.settings.put("look.theme", self.scheme)
        theme.apply(self.app, self.scheme)
        self.program.session.theme_changed.emit()
        for address in ("today", "schools", "outbox"):
            self.program.window.go(address)
            self.take(f"empty-{address}")

    def filled(self) -> int:
        self.program.screen._timer.stop()  # the clock is moved on here, and nobody slept
        store = self.program.session.runner.opened
        visit = sample.fill(store=store, now=self.clock.now())
        sample.plan_ahead(store=store, now=self.clock.now())
        store.settings.put("sample", False)
        for address in (
            *(spec.address for spec in NAVIGATION if spec.address != "sealed"),
            "schools/all",
            "school/990003",
            "school/990006",
        ):
            self.go(address)
        for step in STEPS:
            self.go(f"visit/{visit}/{step}")
        return visit

    def notes(self, visit: int) -> None:
        """How a note was, the notes as a paper and as they were on a day; without the private ones too."""
        window = self.program.window
        window.go(f"visit/{visit}/meeting")
        page = window.page()
        panel = page.stack.currentWidget()
        panel.current = panel.fields[0]
        before = panel.fields[0].toPlainText()
        self.clock.moment += timedelta(minutes=30)
        panel.fields[0].setPlainText("Reading at the end of Key Stage 2 is above the local figure.")
        panel.leave()
        panel.show_history()
        self.take_dialog("note-history")
        panel.fields[0].setPlainText(before)
        panel.leave()
        for name in ("", "-private-hidden"):
            panel._save_paper()
            self.take_dialog(f"notes-as-a-paper{name}")
            page._as_of(visit)
            self.take_dialog(f"as-it-was-on{name}")
            panel.hide_private.click()
        window.go(f"visit/{visit}/agenda")
        page.stack.currentWidget()._remove()
        self.take("undo-notice")
        window.banner.undo()

    def times(self) -> None:
        """What Today reminds of after a month, and papers that are past their years."""
        start = self.clock.moment
        self.clock.moment = start + timedelta(days=30)
        self.go("today", "today-reminder")
        self.clock.moment = datetime(2033, 9, 1, 9).astimezone()
        self.go("past-papers")
        page = self.program.window.page()
        page.ask(retention.past_papers(store=self.program.session.runner.opened, today=self.clock.today()))
        self.take_dialog("past-papers-remove")
        self.clock.moment = start

    def backups(self) -> None:
        """Without any, and with some, one of which cannot be used; and the stick pulled out."""
        store, folder = self.program.session.runner.opened, Path(tempfile.mkdtemp(prefix="stick-"))
        self.go("backups")
        start = self.clock.moment
        for hours in (400, 70, 26, 3):
            self.clock.moment = start - timedelta(hours=hours)
            backups.back_up(store=store, now=self.clock.moment, why=Why.CLOSE)
        self.clock.moment = start
        backups.choose_place(store=store, place=folder, now=start)
        (spoilt,) = (
            each
            for each in store.backups.all()
            if each.made < start - timedelta(hours=60) < each.made + timedelta(hours=20)
        )
        (spoilt.path / "keys.json").unlink()
        page = self.program.window.page()
        page.refresh()
        self.take("backups-some")
        shutil.rmtree(folder)
        page.refresh()
        self.take("backups-no-stick")

    def policies(self) -> None:
        """What is newer with the program, what a file would change, and an authority with its own."""
        store, now = self.program.session.runner.opened, self.clock.now()
        older(store, PolicyKind.SUPPORT)
        self.go("today", "today-policies")
        self.go("policies")
        page = self.program.window.page()
        page.look_at_newer()
        self.take_dialog("policies-newer")
        path = self.out / "entitlement-880.toml"
        path.write_text(
            _longer(
                policy_changes.export(
                    store=store, kind=PolicyKind.ENTITLEMENT, authority="880", today=now.date()
                )
            )
        )
        page._show_file(path)
        self.take_dialog("policies-import", accept=True)
        self.take("policies-imported")
        (changed,) = (
            each for each in policy_changes.listing(store=store, today=now.date()) if each.may_be_taken_back
        )
        page.take_back(changed.edition)
        self.take_dialog("policies-take-back", accept=True)
        self.program.session.undoing.withdraw()
        path.unlink()

    def take_dialog(self, name: str, accept: bool = False) -> None:
        dialog = next(
            each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
        )
        self.take(name, dialog)
        dialog.try_finish() if accept else dialog.reject()

    def paper(self, visit: int) -> None:
        self.program.window.go(f"visit/{visit}/report")
        panel = self.program.window.page().stack.currentWidget()
        panel.toggle_preview()
        for _ in range(40):
            QApplication.processEvents()
            time.sleep(0.02)
        self.take("report")
        panel.toggle_preview()

    def sealed(self) -> None:
        """The sealed store: made, a year at a glance, every step of a record, its papers, retention; and closed."""
        store, now, window = self.program.session.runner.opened, self.clock.now(), self.program.window
        self.go("sealed")
        page = window.page()
        page.unlock_page.first.setText(SEALED)
        page.unlock_page.second.setText(SEALED)
        page.unlock_page.make()
        self.take("sealed-code")
        page.unlock_page.sheet.typed.setText(page.unlock_page.sheet.code)
        page.unlock_page.sheet.check()
        self.take("sealed-empty")
        sealed = page.context.runner.opened.sealed
        cycle = begun(store, sealed, now)
        fill(
            sealed,
            cycle,
            now,
            lambda key: (
                "Pupils in Year 4 write at length in every subject by the end of July. "
                * (1 if "objective" in key else 3)
            ),
        )
        begun(store, sealed, now, urn="990003")
        page.open_view.list.refresh()
        self.take("sealed-list")
        page.open_view.show_record(cycle)
        view = page.open_view.record
        for stage in Stage:
            view.go(stage)
            self.take(f"sealed-{stage.value.lower().replace(' ', '-')}")
        papers_panel = view.panels[Stage.PAPERS]
        papers_panel.confirm(PaperKind.ADVICE)
        self.take("sealed-confirm")
        papers_panel._back()
        with self._somebody_like_a_reader():
            papers_panel.confirm(PaperKind.ADVICE)
            self.take("sealed-doubts-above")
            page = papers_panel.confirming
            page.area.ensureWidgetVisible(page.doubts, 0, 80)
            self.take("sealed-doubts")
            papers_panel._back()
        page = window.page()
        letters = completed(store, sealed, cycle, now)
        for letter, state in zip(letters, (State.ACCEPTED, State.UNKNOWN, State.REFUSED), strict=True):
            sealed.letters.advance([letter], State.HANDING_OVER, now)
            sealed.letters.advance([letter], state, now, reply="250 2.0.0 Ok: queued as 4Zk2")
        view.refresh()
        self.take("sealed-letters")
        page.open_view.idle_notice.show_seconds(60)
        self.take("sealed-idle-notice")
        page.open_view.idle_notice.show_seconds(0)
        view.show_retention()
        self.take("sealed-retention")
        view.go(Stage.ADVICE)
        view.panels[Stage.ADVICE].toggle_preview()
        for _ in range(40):
            QApplication.processEvents()
            time.sleep(0.02)
        self.take("sealed-paper")
        page.seal()
        self.take("sealed-closed")

    @contextmanager
    def _somebody_like_a_reader(self):
        """The authority's head of support has a name like a governor's, for a while."""
        store, now, role = self.program.session.runner.opened, self.clock.now(), Role.HEAD_OF_SUPPORT
        (before,) = (each for each in store.people.contacts(URN) if each.role == role)
        for name, email in (("I. Quick", "q@council.example"), (before.name, before.email)):
            schools.set_contact(store=store, urn=URN, role=role, name=name, email=email, now=now)
            if email != before.email:
                yield

    def complete(self, visit: int) -> None:
        """Its report waits in the outbox from now on."""
        store, now = self.program.session.runner.opened, self.clock.now()
        reports.complete(
            store=store, visit=visit, confirmed=reports.confirm(store=store, visit=visit, now=now), now=now
        )
        self.program.window.go(f"visit/{visit}/send")
        self.take("visit-1-sent")

    def sent(self) -> None:
        """What became of it, person by person; then locked."""
        store, now = self.program.session.runner.opened, self.clock.now()
        waiting = store.outbox.in_state(State.QUEUED)
        store.outbox.advance(waiting, State.HANDING_OVER, now, tried=True)
        for delivery, state, reply in zip(
            waiting,
            (State.ACCEPTED, State.UNKNOWN, State.REFUSED),
            (
                "250 2.0.0 Ok: queued as 4Zk2",
                "The line broke before the server answered (no answer in time).",
                "550 5.1.1 No such user here",
            ),
            strict=True,
        ):
            store.outbox.advance([delivery], state, now, reply=reply)
        self.go("outbox", "outbox-after")
        self.go("today", "today-after")
        self.clock.moment += timedelta(minutes=10)
        self.backup = store.back_up(self.clock.now())
        store.journal.add(now, "noted", "Something that was written after the backup.")
        self.program.lock()
        self.take("locked")
        fields = self.program.frame.centralWidget().form.fields
        fields.ask_for_code(True)
        self.take("locked-lost-passphrase")
        fields.ask_for_code(False)

    def ways_back(self) -> None:
        """A damaged store: what the locked page offers, a restore, and a salvage."""
        program, database = self.program, self.program.locations.database
        data = bytearray(database.read_bytes())
        data[len(data) - 5 * 4096 + 700] ^= 1
        database.write_bytes(data)
        page = program.frame.centralWidget()
        page.passphrase.setText("correct horse battery")
        page.try_passphrase()
        self.take("way-back-locked")
        page.salvage_requested.emit()
        self._look("way-back-salvage")
        program.frame.centralWidget().left.emit()
        program.recovery.choose_backup()
        self.take("way-back-choose")
        program.frame.centralWidget().restore(self.backup)
        self.take("way-back-secret")
        self._look("way-back-restore")
        program.frame.centralWidget().form.decide()
        self.take("way-back-restored")
        page = program.frame.centralWidget()
        page.passphrase.setText("correct horse battery")
        page.try_passphrase()
        self.take("way-back-today")
        self.go("outbox", "way-back-outbox")
        self.go("help", "way-back-help")
        program.stop()

    def _look(self, name: str) -> None:
        form = self.program.frame.centralWidget().form
        form.passphrase.setText("correct horse battery")
        form.look()
        self.take(name)
