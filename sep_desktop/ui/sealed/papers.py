"""The papers: what each still lacks, the page before one leaves, and what became of each letter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QWidget

from sep_desktop.domain.appraisal.form import PAPER_NAMES, Drafting, PaperKind, papers_of
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.panel import READER_NAMES, Person
from sep_desktop.domain.appraisal.record import Record, is_annex_needed
from sep_desktop.domain.outbox import IN_WORDS, SENDABLE, State
from sep_desktop.domain.report import Gap
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals import papers, records
from sep_desktop.services.outbox import Choice
from sep_desktop.ui.context.sending import EXITS
from sep_desktop.ui.kit.basics import (
    button,
    card,
    clear,
    column,
    holder,
    row,
    rule,
    scrolling,
    state_mark,
    words,
)
from sep_desktop.ui.kit.theme import GAP, STATE_TONES
from sep_desktop.ui.sealed import post
from sep_desktop.ui.sealed.confirm import ConfirmPage, password_field
from sep_desktop.ui.sealed.context import EditState, SealedContext


@dataclass(frozen=True)
class _State:
    """Everything the panel shows of one record."""

    record: Record
    drafting: Drafting
    letters: tuple[Letter, ...]
    missing: dict[PaperKind, list[Gap]]
    changed: frozenset[PaperKind]
    late: dict[PaperKind, list[Person]]


class PapersPanel(QStackedWidget):
    """One card a paper; at most one of them is being confirmed, which ``focused`` says."""

    focused = Signal(bool)

    def __init__(self, context: SealedContext, jump: Callable[[str], None]) -> None:
        super().__init__()
        self.context, self.jump = context, jump
        self.record: Record | None = None
        self.confirming: ConfirmPage | None = None
        self.asked = 0
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.addWidget(scrolling(holder(self.content)))

    def show_record(self, record: Record, asked: EditState) -> None:
        if self.record and self.record.cycle.id != record.cycle.id:
            self._put_back()
        self.record = record
        if self.confirming is None:
            self._refresh()

    def jump_to(self, key: str) -> None:
        """Whatever was being confirmed is put back; every paper is in sight again."""
        if self.confirming:
            self._put_back()
            self._refresh()

    def _refresh(self) -> None:
        assert self.record is not None
        self.asked += 1
        cycle, asked = self.record.cycle.id, self.asked
        self.context.read(
            lambda: self._load(cycle), lambda found: self._show(found) if asked == self.asked else None
        )

    def _load(self, cycle: int) -> _State:
        store, sealed = self.context.store, self.context.sealed
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
            changed=frozenset(
                kind for kind in PaperKind if papers.has_changed(sealed=sealed, record=record, kind=kind)
            ),
            late=late,
        )

    def _show(self, found: _State) -> None:
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
        settings = self.context.store.settings
        way = settings.text("delivery.method")
        place = (
            settings.text("mail.host")
            if way == "smtp"
            else settings.text("mail.folder")
            if way != "program"
            else ""
        )
        self.send = button(f"Send {waiting} now", self._send, "primary")
        about = f"{plural(waiting, 'letter waits', 'letters wait')}: each is one paper for one person. {EXITS[way]}{f': {place}' if place else ''}."
        line = row(words(about), self.send, gap=GAP * 2)
        line.setStretch(0, 1)
        return card(line)

    def _send(self) -> None:
        assert self.record is not None
        self.send.setEnabled(False)
        self.send.setText("Sending …")
        post.send(self, self.context, self.record.cycle.id, self._refresh)

    def _paper(self, found: _State, kind: PaperKind) -> QFrame:
        version, name = found.record.newest(kind), PAPER_NAMES[kind]
        lines: list[Any] = [words(name, "section")]
        if version is None:
            return card(*lines, *self._unfinished(found, kind))
        lines.append(
            words(
                f"Version {version.number}, completed {day_and_time(version.completed)}, {plural(version.pages, 'page')}.",
                "muted",
            )
        )
        if kind in found.changed:
            lines.append(
                state_mark("wait", "Its words have changed since; those who have it have the earlier ones.")
            )
        for letter in (each for each in found.letters if each.kind is kind):
            lines += [rule(), self._letter(letter)]
        for person in found.late[kind]:
            lines += [rule(), self._late(found.record, kind, person)]
        lines.append(
            row(
                button(
                    "Correct and send again …", lambda: self.confirm(kind), "link", f"A new version of {name}"
                ),
                None,
            )
        )
        return card(*lines)

    def _unfinished(self, found: _State, kind: PaperKind) -> list[Any]:
        lacking = found.missing[kind]
        if kind is PaperKind.ANNEX and not is_annex_needed(found.record):
            return [
                words(
                    "Training and development has nothing in it yet; without it there is no annex.", "muted"
                ),
                self._jump(lacking[-1]),
            ]
        if not lacking:
            waits = any(each.state in SENDABLE for each in found.letters)
            role = (
                "primary"
                if not waits
                and kind
                is next(
                    each for each in PaperKind if not found.record.newest(each) and not found.missing[each]
                )
                else ""
            )
            look = button(
                "Check and send …",
                lambda: self.confirm(kind),
                role,
                f"See {PAPER_NAMES[kind]} and its readers before anything leaves",
            )
            return [row(state_mark("good", "Nothing is missing"), None, look)]
        lines: list[Any] = [
            words(f"{plural(len(lacking), 'thing')} to do before it can be completed:", "muted")
        ]
        for gap in lacking[:6]:
            line = row(words(gap.sentence), self._jump(gap))
            line.setStretch(0, 1)
            lines.append(line)
        if len(lacking) > 6:
            lines.append(words(f"And {len(lacking) - 6} more.", "small"))
        return lines

    def _jump(self, gap: Gap) -> QWidget:
        return (
            button("Go there", lambda: self.jump(gap.key), "link", f"Go there: {gap.sentence}")
            if gap.key
            else words("", wrap=False)
        )

    def _letter(self, letter: Letter) -> Any:
        version = "" if letter.number == letter.newest else f", version {letter.number}"
        name = words(f"{letter.name}, {READER_NAMES[letter.reader].lower()}{version}", "strong")
        who = column(
            name,
            words(letter.address, "muted", select=True),
            words(day_and_time(letter.changed), "small"),
            gap=2,
        )
        if letter.reply:
            who.addWidget(words(letter.reply, "small", select=True))
        secret = words("", "strong", select=True)
        secret.hide()
        who.addWidget(secret)
        choices = [*self._choices(letter), self._show_password(letter, secret)]
        return column(
            state_mark(STATE_TONES[letter.state], IN_WORDS[letter.state]),
            who,
            *([row(*choices, None)] if choices else []),
            gap=2,
        )

    def _show_password(self, letter: Letter, shown: QLabel) -> QWidget:
        """The password of a letter, for whoever is on the telephone with its reader."""

        def show() -> None:
            shown.setText(f"Password: {self.context.sealed.letters.secret(letter.id)}")
            shown.setVisible(not shown.isVisible())

        return button("Password", show, "link", f"Show or hide the password agreed with {letter.name}")

    def _choices(self, letter: Letter) -> list[QWidget]:
        """What may be done about this one."""
        sealed, now = self.context.sealed, self.context.now

        def settle(text: str, choice: Choice, about: str) -> QWidget:
            work = lambda: papers.settle(sealed=sealed, letter=letter.id, choice=choice, now=now())  # noqa: E731
            return button(text, lambda: self.context.act(work), "link", about)

        arrived = settle("It arrived", Choice.ARRIVED, f"{letter.name} has it: I have asked")
        again = settle(
            "Send again (may arrive twice)", Choice.AGAIN, f"Send to {letter.name} again; it may arrive twice"
        )
        if letter.state is State.UNKNOWN:
            return [arrived, again, settle("Leave it", Choice.LEAVE, f"Do nothing more for {letter.name}")]
        if letter.state is State.HANDED_OUT:
            return [arrived, again]
        drop = button(
            "Do not send",
            lambda: self.context.act(lambda: papers.cancel(sealed=sealed, letter=letter.id, now=now())),
            "link",
        )
        if letter.state is State.HELD:
            return [
                button(
                    "Release",
                    lambda: self.context.act(
                        lambda: papers.release(sealed=sealed, letter=letter.id, now=now())
                    ),
                    "link",
                ),
                drop,
            ]
        if letter.state is State.REFUSED:
            return [settle("Try again", Choice.AGAIN, f"The same address for {letter.name}"), drop]
        return [drop] if letter.state in SENDABLE else []

    def _late(self, record: Record, kind: PaperKind, person: Person) -> Any:
        """Somebody who came to the panel after the paper was completed, or changed address."""
        secret = password_field(
            self.context,
            record.cycle.id,
            person,
            papers.suggested(sealed=self.context.sealed, cycle=record.cycle.id, address=person.email)[0],
        )
        about = f"{person.name}, {person.email}, was not sent this version. Agree the password first."

        def send() -> None:
            address, typed, cycle = person.email, secret.text(), record.cycle.id
            work = lambda: papers.send_also(  # noqa: E731
                store=self.context.store,
                sealed=self.context.sealed,
                cycle=cycle,
                kind=kind,
                address=address,
                secret=typed,
                now=self.context.now(),
            )
            also.setEnabled(False)
            self.context.read(work, lambda _: self.context.changed.emit(), outside=True, failed=failed)

        def failed(error: BaseException) -> None:
            self.context.changed.emit()
            self.context.fail(error)

        also = button("Send to them too", send)
        line = row(words(about), secret, also, gap=GAP)
        line.setStretch(0, 1)
        return line

    def confirm(self, kind: PaperKind) -> None:
        """The page before a paper leaves has the place to itself."""
        if self.record is None or self.confirming or not self.context.autosave.flush():
            return
        page = self.confirming = ConfirmPage(self.context, self.record, kind)
        page.left.connect(self._back)
        page.queued.connect(self._queued)
        self.addWidget(page)
        self.setCurrentWidget(page)
        self.focused.emit(True)

    def _put_back(self) -> None:
        page, self.confirming = self.confirming, None
        if page:
            self.removeWidget(page)
            page.deleteLater()
            self.focused.emit(False)

    def _back(self) -> None:
        self._put_back()
        self._refresh()

    def _queued(self, letters: list[Letter]) -> None:
        self._put_back()
        self.context.changed.emit()
        self.context.say(
            f"{plural(len(letters), 'letter')} queued.",
            "“Send now” lets them leave when there is a line. Each password stands beside its letter.",
        )
