"""One way back from a lost or damaged store: its secret, what it would bring and take, and the decision."""

from functools import partial
from typing import Generic

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.errors import UserError
from sep_desktop.services.keys import seconds_to_wait
from sep_desktop.services.way_back import Prepared, Secret, Shown, WayBackPlan
from sep_desktop.ui.context.operations import Operations, Runner
from sep_desktop.ui.context.secret_fields import SecretFields
from sep_desktop.ui.context.session import Surroundings, in_words
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, holder, row, scrolling, words

_WIDTH = 640


class WayBackForm(QWidget, Generic[Prepared]):
    """``done`` carries what was done, in sentences; ``left`` says that somebody turned back."""

    done = Signal(str)
    left = Signal()

    def __init__(
        self, plan: WayBackPlan[Prepared], about: str, surroundings: Surroundings, in_caller: bool = False
    ) -> None:
        super().__init__()
        self._plan, self._surroundings = plan, surroundings
        self._operations = Operations(self, in_caller)
        self._runner = Runner(self._operations, plan, self._changed, self._failed)
        self._prepared: Prepared | None = None
        self._is_gone = False
        self._wait = surroundings.timers.timer(self, self._allow)
        self.banner = Banner()
        self.fields = SecretFields(surroundings.timers)
        self.passphrase, self.code, self.new = self.fields.passphrase, self.fields.code, self.fields.new
        self.look_button = button("Look at it", self.look, "primary")
        self.decide_button = button(plan.deed, self.decide, "primary")
        self.asking, self.deciding = self._asking(), QWidget()
        self._box = card(words(plan.title, "title"), words(about, "muted"), self.banner, self.asking, gap=14)
        self._box.setFixedWidth(_WIDTH)
        self.area = scrolling(holder(column(None, row(None, self._box, None), None)))
        self.setLayout(column(self.area))
        self.fields.entered.connect(self.look)

    def _asking(self) -> QWidget:
        back = button("Back", self._leave, "link")
        return holder(column(self.fields, row(self.fields.turn_button, None, back, self.look_button), gap=12))

    def look(self) -> None:
        """Make the store ready with the secret that was typed, and show what it would bring."""
        by_code = self.fields.by_code
        text = self.code.text() if by_code else self.passphrase.text()
        if not text or not self.look_button.isEnabled():
            return
        if by_code and not self.new.text():
            self._not_looked(UserError("Choose a new passphrase: the old one is lost."))
            return
        secret = Secret(text, by_code, self.new.text(), self._surroundings.cost)
        now = self._surroundings.clock.now()
        self.look_button.setEnabled(False)
        self.look_button.setText("Looking …")

        def work(plan: WayBackPlan[Prepared]) -> tuple[Prepared, Shown]:
            prepared = plan.prepare(secret, now)
            if self._is_gone:
                plan.give_up(prepared)
            return prepared, plan.show(prepared)

        self._runner.run(self, work, self._looked, failed=self._not_looked)

    def _looked(self, result: tuple[Prepared, Shown]) -> None:
        self._prepared, shown = result
        self.banner.hide()
        self.fields.forget()
        since = holder(
            column(
                *(
                    part
                    for heading, lines in shown.since_then
                    for part in (words(heading, "strong"), words("\n".join(lines), "small", select=True))
                ),
                gap=6,
            )
        )
        since.hide()
        unfold = button("What happened since", partial(turn_over, since), "link")
        unfold.setVisible(bool(shown.since_then))
        self.deciding = holder(
            column(
                *(words(sentence, select=True) for sentence in shown.sentences),
                row(unfold, None),
                since,
                row(None, button("Back", self._leave, "link"), self.decide_button),
                gap=10,
            )
        )
        self.asking.hide()
        layout = self._box.layout()
        assert layout is not None
        layout.addWidget(self.deciding)
        self.decide_button.setFocus()

    def _not_looked(self, error: BaseException) -> None:
        self.look_button.setText("Look at it")  # first: whatever the error is, the form must not stay stuck
        if wait := seconds_to_wait(error):
            self._wait.start(wait * 1000)
        else:
            self._allow()
        self._failed(error)
        self.fields.put_cursor(error)

    def _allow(self) -> None:
        self.look_button.setEnabled(True)

    def decide(self) -> None:
        """Carry it out."""
        prepared, self._prepared = self._prepared, None
        if prepared is None:
            return
        now = self._surroundings.clock.now()
        self.decide_button.setEnabled(False)
        self._runner.run(self, lambda plan: plan.carry_out(prepared, now), self._decided, failed=self._failed)

    def _decided(self, sentences: str) -> None:
        self._operations.stop()
        self.done.emit(sentences)

    def _leave(self) -> None:
        self.leave()
        self.left.emit()

    def leave(self) -> None:
        """Nothing typed stays, and what was made ready is given up."""
        self._is_gone = True
        self.fields.forget()
        self._wait.stop()
        prepared, self._prepared = self._prepared, None
        if prepared is not None:
            self._operations.wait_for(lambda: self._plan.give_up(prepared))
        self._operations.stop()

    def _failed(self, error: BaseException) -> None:
        self.banner.show_notice(in_words(error))

    def _changed(self, changes: Changes) -> None:
        """Nobody looks at the store before it is open."""


def turn_over(widget: QWidget) -> None:
    """Show what is folded away, or fold it away again."""
    widget.setVisible(not widget.isVisible())
