"""The papers: what each still lacks, the page before one leaves, and what became of each letter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QWidget

from sep_desktop.domain.appraisal.form import PAPER_NAMES, Drafting, PaperKind, papers_of
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.panel import READER_NAMES, Person
from sep_desktop.domain.appraisal.record import PaperVersion, Record, is_annex_needed
from sep_desktop.domain.outbox import IN_WORDS, SENDABLE, State
from sep_desktop.domain.report import Gap
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals import papers, records
from sep_desktop.services.appraisals.papers import PaperConfirmation
from sep_desktop.services.outbox import Choice
from sep_desktop.ui.pages.sealed import post
from sep_desktop.ui.pages.sealed.desk import Desk, Moment
from sep_desktop.ui.sending import EXITS
from sep_desktop.ui.theme import GAP, STATE_TONES
from sep_desktop.ui.widgets.basics import Tick, button, card, clear, column, form, holder, row, rule, scrolling, state_mark, words
from sep_desktop.ui.widgets.pdf_preview import first_page

_SIDE_BY_SIDE = 720
_OUT_OF_BAND = "Tell each password by telephone or on paper, never by e-mail. It is kept in this sealed store alone."


@dataclass(frozen=True)
class _State:
    """Everything the panel shows of one record."""

    record: Record
    drafting: Drafting
    letters: tuple[Letter, ...]
    missing: dict[PaperKind, list[Gap]]
    changed: frozenset[PaperKind]
    late: dict[PaperKind, list[Person]]


class PapersPanel(QWidget):
    """One card a paper; at most one of them is being confirmed, which ``focused`` says."""

    focused = Signal(bool)

    def __init__(self, desk: Desk, jump: Callable[[str], None]) -> None:
        super().__init__()
        self.desk, self.jump = desk, jump
        self.record: Record | None = None
        self.confirming: PaperKind | None = None
        self.asked = 0
        self.reason = QLineEdit()
        self.ticks: list[tuple[Person, Tick, QLineEdit]] = []
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.foot = row(gap=GAP)
        self.foot.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP)
        self.foot_frame = holder(self.foot)
        self.foot_frame.hide()
        layout = column(scrolling(holder(self.content)), self.foot_frame, gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def _offer(self, back: QWidget, go_on: QWidget) -> None:
        """Back, and on, where they are always in sight."""
        clear(self.foot)
        for part in (back, go_on):
            self.foot.addWidget(part)
        self.foot.insertStretch(1, 1)
        self.foot_frame.show()

    def show_record(self, record: Record, asked: Moment) -> None:
        if self.record and self.record.cycle.id != record.cycle.id:
            self.confirming = None
        self.record = record
        if self.confirming is None:
            self._look()

    def jump_to(self, key: str) -> None:
        """Whatever was being confirmed is put back; every paper is in sight again."""
        if self.confirming:
            self._back()

    def _look(self) -> None:
        assert self.record is not None
        self.foot_frame.hide()
        self.focused.emit(False)
        self.asked += 1
        cycle, asked = self.record.cycle.id, self.asked
        self.desk.read(lambda: self._load(cycle), lambda found: self._show(found) if asked == self.asked else None)

    def _load(self, cycle: int) -> _State:
        store, sealed = self.desk.store, self.desk.sealed
        record = records.open_record(sealed=sealed, cycle=cycle)
        late = {}
        for kind in PaperKind:
            try:
                late[kind] = papers.without_letter(store=store, sealed=sealed, record=record, kind=kind)
            except UserError:
                late[kind] = []  # the panel lacks something, which People says
        return _State(
            record=record,
            drafting=records.drafting(store),
            letters=tuple(sealed.letters.of_cycle(cycle)),
            missing={kind: papers.missing(store=store, record=record, kind=kind) for kind in PaperKind},
            changed=frozenset(kind for kind in PaperKind if papers.has_changed(sealed=sealed, record=record, kind=kind)),
            late=late,
        )

    def _show(self, found: _State) -> None:
        if self.confirming:
            return
        clear(self.content)
        waiting = sum(each.state in SENDABLE for each in found.letters)
        if waiting:
            self.content.addWidget(self._send_bar(waiting))
        for kind in papers_of(found.drafting):
            self.content.addWidget(self._paper(found, kind))
        if found.drafting is Drafting.GOVERNORS:
            about = "The governors draft the statement here, so your product is the preliminary advice. Settings, Performance management, says who drafts."
            self.content.addWidget(words(about, "muted"))
        self.content.addStretch(1)

    def _send_bar(self, waiting: int) -> QFrame:
        settings = self.desk.store.settings
        way = settings.text("mail.exit")
        place = settings.text("mail.host") if way == "smtp" else settings.text("mail.folder") if way != "program" else ""
        self.send = button(f"Send {waiting} now", self._send, "primary")
        about = f"{plural(waiting, 'letter waits', 'letters wait')}: each is one paper for one person. {EXITS[way]}{f': {place}' if place else ''}."
        line = row(words(about), self.send, gap=GAP * 2)
        line.setStretch(0, 1)
        return card(line)

    def _send(self) -> None:
        self.send.setEnabled(False)
        self.send.setText("Sending …")
        post.send(self, self.desk, lambda: self._look() if self.confirming is None else None)

    def _paper(self, found: _State, kind: PaperKind) -> QFrame:
        version, name = found.record.newest(kind), PAPER_NAMES[kind]
        lines: list[Any] = [words(name, "section")]
        if version is None:
            return card(*lines, *self._unfinished(found, kind))
        lines.append(words(f"Version {version.number}, completed {day_and_time(version.completed)}, {plural(version.pages, 'page')}.", "muted"))
        if kind in found.changed:
            lines.append(state_mark("wait", "Its words have changed since; those who have it have the earlier ones."))
        for letter in (each for each in found.letters if each.kind is kind):
            lines += [rule(), self._letter(letter)]
        for person in found.late[kind]:
            lines += [rule(), self._late(found.record, kind, person)]
        lines.append(row(button("Correct and send again …", lambda: self._confirm(kind, version), "link", f"A new version of {name}"), None))
        return card(*lines)

    def _unfinished(self, found: _State, kind: PaperKind) -> list[Any]:
        lacking = found.missing[kind]
        if kind is PaperKind.ANNEX and not is_annex_needed(found.record):
            return [words("Training and development has nothing in it yet; without it there is no annex.", "muted"), self._jump(lacking[-1])]
        if not lacking:
            role = "primary" if kind is next(each for each in PaperKind if not found.record.newest(each) and not found.missing[each]) else ""
            look = button("Check and send …", lambda: self._confirm(kind, None), role, f"See {PAPER_NAMES[kind]} and its readers before anything leaves")
            return [row(state_mark("good", "Nothing is missing"), None, look)]
        lines: list[Any] = [words(f"{plural(len(lacking), 'thing')} to do before it can be completed:", "muted")]
        for gap in lacking[:6]:
            line = row(words(gap.sentence), self._jump(gap))
            line.setStretch(0, 1)
            lines.append(line)
        if len(lacking) > 6:
            lines.append(words(f"And {len(lacking) - 6} more.", "small"))
        return lines

    def _jump(self, gap: Gap) -> QWidget:
        return button("Go there", lambda: self.jump(gap.key), "link", f"Go there: {gap.sentence}") if gap.key else words("", wrap=False)

    def _letter(self, letter: Letter) -> Any:
        version = "" if letter.number == letter.newest else f", version {letter.number}"
        name = words(f"{letter.name}, {READER_NAMES[letter.reader].lower()}{version}", "strong")
        who = column(name, words(letter.address, "muted", select=True), words(day_and_time(letter.changed), "small"), gap=2)
        if letter.reply:
            who.addWidget(words(letter.reply, "small", select=True))
        choices = self._choices(letter)
        return column(state_mark(STATE_TONES[letter.state], IN_WORDS[letter.state]), who, *([row(*choices, None)] if choices else []), gap=2)

    def _choices(self, letter: Letter) -> list[QWidget]:
        """What may be done about this one."""
        sealed, now = self.desk.sealed, self.desk.now

        def settle(text: str, choice: Choice, about: str) -> QWidget:
            deed = lambda: papers.settle(sealed=sealed, letter=letter.id, choice=choice, now=now())  # noqa: E731
            return button(text, lambda: self.desk.act(deed), "link", about)

        arrived = settle("It arrived", Choice.ARRIVED, f"{letter.name} has it: I have asked")
        again = settle("Send again (may arrive twice)", Choice.AGAIN, f"Send to {letter.name} again; it may arrive twice")
        if letter.state is State.UNKNOWN:
            return [arrived, again, settle("Leave it", Choice.LEAVE, f"Do nothing more for {letter.name}")]
        if letter.state is State.HANDED_OUT:
            return [arrived, again]
        drop = button("Do not send", lambda: self.desk.act(lambda: papers.cancel(sealed=sealed, letter=letter.id, now=now())), "link")
        if letter.state is State.HELD:
            return [button("Release", lambda: self.desk.act(lambda: papers.release(sealed=sealed, letter=letter.id, now=now())), "link"), drop]
        if letter.state is State.REFUSED:
            return [settle("Try again", Choice.AGAIN, f"The same address for {letter.name}"), drop]
        return [drop] if letter.state in SENDABLE else []

    def _late(self, record: Record, kind: PaperKind, person: Person) -> Any:
        """Somebody who came to the panel after the paper was completed, or changed address."""
        secret = self._secret(record.cycle.id, person, papers.suggested(sealed=self.desk.sealed, cycle=record.cycle.id, address=person.email)[0])
        about = f"{person.name}, {person.email}, was not sent this version. Agree the password first."

        def send() -> None:
            address, typed, cycle = person.email, secret.text(), record.cycle.id
            work = lambda: papers.send_also(  # noqa: E731
                store=self.desk.store, sealed=self.desk.sealed, cycle=cycle, kind=kind, address=address, secret=typed, now=self.desk.now()
            )
            also.setEnabled(False)
            self.desk.read(work, lambda _: self.desk.changed.emit(), outside=True, failed=failed)

        def failed(error: BaseException) -> None:
            self.desk.fail(error)
            self.desk.changed.emit()

        also = button("Send to them too", send)
        line = row(words(about), secret, also, gap=GAP)
        line.setStretch(0, 1)
        return line

    def _secret(self, cycle: int, person: Person, secret: str) -> QLineEdit:
        """A password as it is read out to its reader; what is typed is kept as it is typed."""
        field = QLineEdit(secret)
        field.setAccessibleName(f"Password for {person.name}")
        field.setMinimumWidth(field.fontMetrics().horizontalAdvance("M" * 14) + 24)
        field.textEdited.connect(lambda typed: papers.propose(sealed=self.desk.sealed, cycle=cycle, address=person.email, secret=typed))
        return field

    def _confirm(self, kind: PaperKind, old: PaperVersion | None) -> None:
        """The page before anything leaves; a correction asks for its reason first."""
        assert self.record is not None
        if not self.desk.autosave.flush():
            return
        self.confirming = kind
        self.focused.emit(True)
        clear(self.content)
        if old is None:
            self._ask(kind, "")
            return
        self.reason = QLineEdit()
        go_on = button("Continue", lambda: self._ask(kind, self.reason.text()), "primary")
        self.reason.returnPressed.connect(go_on.click)
        about = words("Its readers will be told why. The version that was sent stays as it is.", "muted")
        self.content.addWidget(card(words(f"{PAPER_NAMES[kind]}: a correction", "section"), about, form(("Reason", self.reason))))
        self.content.addStretch(1)
        self._offer(button("Back", self._back), go_on)
        self.reason.setFocus()

    def _back(self) -> None:
        self.confirming = None
        self._look()

    def _ask(self, kind: PaperKind, reason: str) -> None:
        assert self.record is not None
        self.asked += 1
        cycle, asked, now = self.record.cycle.id, self.asked, self.desk.now()

        def work() -> PaperConfirmation:
            return papers.confirm(store=self.desk.store, sealed=self.desk.sealed, cycle=cycle, kind=kind, now=now, reason=reason)

        def failed(error: BaseException) -> None:
            self.desk.fail(error)
            if not reason and not (self.record and self.record.newest(kind)):
                self._back()

        self.desk.read(work, lambda found: self._letter_page(found, reason) if asked == self.asked else None, outside=True, failed=failed)

    def _letter_page(self, confirmed: PaperConfirmation, reason: str) -> None:
        clear(self.content)
        name = PAPER_NAMES[confirmed.kind]
        who: list[Any] = [
            words("To these people, each by a message of their own, and to nobody else", "section"),
            words("Tick each when the address is right and the password is agreed. " + _OUT_OF_BAND, "muted"),
        ]
        self.ticks = []
        for person in confirmed.people:
            tick = Tick(f"{person.name}, {READER_NAMES[person.reader].lower()}\n{person.email}")
            secret = self._secret(confirmed.record.cycle.id, person, confirmed.passwords[person.email])
            state = "as agreed before" if person.email in confirmed.agreed else "suggested; change it if you like"
            self.ticks.append((person, tick, secret))
            who += [rule(), tick, words(f"Password, {state}", "small"), secret]
        settings = self.desk.store.settings
        how = card(words("How", "section"), words(f"{EXITS[settings.text('mail.exit')]}. The subject says only that there is a confidential paper."))
        notes = card(words("Remarks", "section"), state_mark("wait", "Check before sending"), *(words(f"•  {each}") for each in confirmed.remarks))
        about = (
            f"Version {confirmed.number}, {plural(confirmed.paper.pages, 'page')}, marked for each reader by name, and opened by that reader's password alone."
        )
        paper = card(words(name, "section"), words(about, "muted"), first_page(confirmed.paper.data, "Page one of the paper"))
        both = row(column(card(*who), how, *([notes] if confirmed.remarks else []), None, gap=GAP * 2), column(paper, None), gap=GAP * 2)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        if self.width() < _SIDE_BY_SIDE:
            both.setDirection(QBoxLayout.Direction.TopToBottom)
        self.queue = button("Queue for sending", lambda: self._queue(confirmed, reason), "primary", "Completes this version for good")
        self.content.addLayout(both)
        self.content.addStretch(1)
        self.back = button("Back", self._back)
        self._offer(self.back, self.queue)

    def _queue(self, confirmed: PaperConfirmation, reason: str) -> None:
        unticked = [tick for _, tick, _ in self.ticks if not tick.isChecked()]
        if unticked:
            unticked[0].setFocus()
            self.desk.fail(UserError("Tick each reader first.", "A tick says that the address is right and the password is agreed."))
            return
        passwords = {person.email: secret.text() for person, _, secret in self.ticks}
        self.queue.setEnabled(False)  # a second click would complete it once more, and going back would not stop it
        self.back.setEnabled(False)

        def work() -> Any:
            return papers.complete(store=self.desk.store, sealed=self.desk.sealed, confirmed=confirmed, passwords=passwords, now=self.desk.now(), reason=reason)

        def done(letters: list[Letter]) -> None:
            self.confirming = None
            self.desk.say(f"{plural(len(letters), 'letter')} queued.", "“Send now” lets them leave when there is a line.")
            self.desk.changed.emit()

        def failed(error: BaseException) -> None:
            self.desk.fail(error)
            for each in (self.queue, self.back):
                if shiboken6.isValid(each):
                    each.setEnabled(True)

        self.desk.read(work, done, outside=True, failed=failed)
