"""One paper: what it lacks while it is not complete, and afterwards who has it and who has not."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind
from sep_desktop.domain.appraisal.record import is_annex_needed
from sep_desktop.domain.outbox import SENDABLE
from sep_desktop.domain.report import Gap
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.services.appraisals import letters
from sep_desktop.services.appraisals.papers import LateReader, PapersView
from sep_desktop.ui.kit.basics import button, column, row, rule, state_mark, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.doubts import DoubtTicks
from sep_desktop.ui.sealed.letter import LetterLine
from sep_desktop.ui.sealed.password import password_field

_MOST_GAPS = 6


class PaperCard(QFrame):
    """``gap_chosen`` carries the key of what is missing; ``asked_to_confirm`` the kind of the paper."""

    gap_chosen = Signal(str)
    asked_to_confirm = Signal(object)

    def __init__(self, context: SealedContext, view: PapersView, kind: PaperKind) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.context, self.view, self.kind = context, view, kind
        self.name, self.version = PAPER_NAMES[kind], view.record.newest(kind)
        self.lines = column(words(self.name, "section"), margins=GAP * 2)
        if self.version is None:
            self._add_unfinished()
        else:
            self._add_completed()
        self.setLayout(self.lines)

    def _confirm(self) -> None:
        self.asked_to_confirm.emit(self.kind)

    def _add_unfinished(self) -> None:
        missing, record = self.view.missing[self.kind], self.view.record
        if self.kind is PaperKind.ANNEX and not is_annex_needed(record):
            about = "Training and development has nothing in it yet; without it there is no annex."
            self.lines.addWidget(words(about, "muted"))
            self.lines.addWidget(self._jump(missing[-1]))
        elif missing:
            about = f"{plural(len(missing), 'thing')} to do before it can be completed:"
            self.lines.addWidget(words(about, "muted"))
            for gap in missing[:_MOST_GAPS]:
                line = row(words(gap.sentence), self._jump(gap))
                line.setStretch(0, 1)
                self.lines.addLayout(line)
            if len(missing) > _MOST_GAPS:
                self.lines.addWidget(words(f"And {len(missing) - _MOST_GAPS} more.", "small"))
        else:
            about = f"See {self.name} and its readers before anything leaves"
            look = button("Check and send …", self._confirm, self._role(), about)
            self.lines.addLayout(row(state_mark("good", "Nothing is missing"), None, look))

    def _role(self) -> str:
        """Primary for the first paper that can be completed, while nothing waits to be sent."""
        view = self.view
        waits = any(letter.state in SENDABLE for letter in view.letters)
        ready = [kind for kind in PaperKind if not view.record.newest(kind) and not view.missing[kind]]
        return "primary" if not waits and self.kind is ready[0] else ""

    def _jump(self, gap: Gap) -> QWidget:
        if not gap.key:
            return words("", wrap=False)
        choose = partial(self.gap_chosen.emit, gap.key)
        return button("Go there", choose, "link", f"Go there: {gap.sentence}")

    def _add_completed(self) -> None:
        version = self.version
        assert version is not None
        completed, pages = day_and_time(version.completed), plural(version.pages, "page")
        self.lines.addWidget(words(f"Version {version.number}, completed {completed}, {pages}.", "muted"))
        if self.kind in self.view.changed:
            about = "Its words have changed since; those who have it have the earlier ones."
            self.lines.addWidget(state_mark("wait", about))
        for letter in (each for each in self.view.letters if each.kind is self.kind):
            self.lines.addWidget(rule())
            self.lines.addWidget(LetterLine(self.context, letter, self.view.doubts.get(letter.id, ())))
        for late in self.view.late[self.kind]:
            self.lines.addWidget(rule())
            doubts = DoubtTicks(late.doubts)
            self.lines.addLayout(self._late(late, doubts))
            self.lines.addWidget(doubts)
        correct = button("Correct and send again …", self._confirm, "link", f"A new version of {self.name}")
        self.lines.addLayout(row(correct, None))

    def _late(self, late: LateReader, doubts: DoubtTicks) -> QBoxLayout:
        """Somebody who came to the panel after the paper was completed, or changed address."""
        person, cycle = late.person, self.view.record.cycle.id
        secret = password_field(self.context, cycle, person, late.password)

        def send() -> None:
            typed, now, kind = secret.text(), self.context.now(), self.kind
            answered = doubts.answered()
            also.setEnabled(False)
            self.context.run(
                self,
                lambda stores: letters.send_also(
                    store=stores.visits,
                    sealed=stores.sealed,
                    cycle=cycle,
                    kind=kind,
                    address=person.email,
                    secret=typed,
                    now=now,
                    answered=answered,
                ),
                failed=failed,
                slow=True,
            )

        def failed(error: BaseException) -> None:
            also.setEnabled(True)
            self.context.fail(error)

        also = button("Send to them too", send)
        about = f"{person.name}, {person.email}, was not sent this version. Agree the password first."
        line = row(words(about), secret, also, gap=GAP)
        line.setStretch(0, 1)
        return line
