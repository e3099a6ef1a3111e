"""The ways back to a store: choose a backup and restore it, or save what can be read."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from sep_desktop.domain.backups import in_words as why_in_words
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import day_and_time, sentence
from sep_desktop.services.way_back import AnyStore, Backup, Offer, Prepared, StoreWaysBack
from sep_desktop.ui.context.files import choose_folder
from sep_desktop.ui.context.operations import Operations, Runner
from sep_desktop.ui.context.session import Surroundings, in_words
from sep_desktop.ui.context.way_back_form import WayBackForm, turn_over
from sep_desktop.ui.context.way_back_steps import LOST_LAPTOP
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, holder, row, scrolling, state_mark, words

_WIDTH = 640
_CHOOSE = (
    "Plug in the stick or disk with your backups and choose it: the whole stick, the folder "
    "“SEP Desktop backups” on it, or one backup in that."
)
_CHOOSE_HERE = "Choose a backup from this computer, or one on a stick."
_SALVAGE = (
    "Everything that can still be read is copied into a new store. The damaged files are not changed, and "
    "are kept. It may take some minutes."
)
_AGAIN = "The store is closed meanwhile, so your passphrase is asked for again. "
_MOST_OTHERS = 6


class WayBackPage(QWidget, Generic[AnyStore]):
    """``done`` carries what was done, in sentences; ``left`` leads back to where somebody came from."""

    done = Signal(str)
    left = Signal()

    def __init__(
        self,
        ways: StoreWaysBack[AnyStore],
        surroundings: Surroundings,
        in_caller: bool = False,
        was_open: bool = False,
    ) -> None:
        """``was_open`` where an open store was closed to come here, which is said."""
        super().__init__()
        self.was_open = was_open
        self._ways, self._surroundings, self._in_caller = ways, surroundings, in_caller
        self._operations = Operations(self, in_caller)
        self._runner = Runner(self._operations, ways, self._changed, self._not_found)
        self.form: QWidget | None = None
        self._give_up: Callable[[], None] = _nothing
        self.banner = Banner()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def choose_backup(self) -> None:
        """Begin with the backups that lie beside the store, where there are any."""
        self._show(self._choosing(None))
        if (beside := self._ways.locations.backups).is_dir():
            self.look_in(beside)

    def look_in(self, place: Path) -> None:
        """Offer the newest whole backup of a place, and the others: every byte of it is looked at first."""
        self._show(self._choosing(None))
        self.choose.setEnabled(False)
        self.choose.setText("Looking …")
        self._runner.run(self, lambda ways: ways.find(place), self._found, failed=self._not_found)

    def _found(self, offer: Offer) -> None:
        self._show(self._choosing(offer))

    def _not_found(self, problem: BaseException) -> None:
        self._show(self._choosing(None))
        self.banner.show_notice(in_words(problem))

    def _changed(self, changes: Changes) -> None:
        """Nothing is changed by looking."""

    def _choosing(self, offer: Offer | None) -> QWidget:
        self.banner = Banner()
        steps = holder(
            column(*(words(f"{number}.  {step}") for number, step in enumerate(LOST_LAPTOP, 1)), gap=6)
        )
        steps.hide()
        turn = partial(turn_over, steps)
        self.choose = button("Choose a stick or folder …", self._ask_place, "" if offer else "primary")
        box = card(
            words("Restore a backup", "title"),
            words(self._about(offer), "muted"),
            self.banner,
            *(self._offered(offer) if offer else ()),
            row(
                button("Back", self.left.emit, "link"),
                button("Step by step", turn, "link"),
                None,
                self.choose,
            ),
            steps,
            gap=14,
        )
        box.setFixedWidth(_WIDTH)
        return scrolling(holder(column(None, row(None, box, None), None)))

    def _about(self, offer: Offer | None) -> str:
        is_here = offer and offer.best.path.parent == self._ways.locations.backups
        return f"{_AGAIN if self.was_open else ''}{_CHOOSE_HERE if is_here else _CHOOSE}"

    def _offered(self, offer: Offer) -> list[QWidget | QBoxLayout]:
        """The newest whole backup and the others, under the folder in which they lie."""
        others = offer.others[:_MOST_OTHERS]
        folders: dict[Path, list[QBoxLayout]] = {
            offer.best.path.parent: [self._line(offer.best, "The newest whole backup", "primary")]
        }
        for backup, trouble in others:
            line = _unusable(backup, trouble) if trouble else self._line(backup)
            folders.setdefault(backup.path.parent, []).append(line)
        parts: list[QWidget | QBoxLayout] = []
        for folder, lines in folders.items():
            parts += [words(f"In {folder}", "small", select=True), *lines]
        if more := len(offer.others) - len(others):
            parts.append(words(f"And {more:,} more: choose the folder of one to see it here.", "small"))
        return parts

    def _line(self, backup: Backup, remark: str = "", role: str = "") -> QBoxLayout:
        moment = day_and_time(backup.made)
        use = button("Use this one", lambda: self.restore(backup), role, f"Restore the backup of {moment}")
        size = f"{backup.size / 1_000_000:,.1f} MB"
        about = " · ".join(each for each in (remark, sentence(why_in_words(backup.why)), size) if each)
        return _stretched(row(column(words(moment, "strong"), words(about, "small"), gap=2), use))

    def _ask_place(self) -> None:
        folder = choose_folder(self, "The stick or folder with your backups")
        if folder:
            self.look_in(folder)

    def restore(self, backup: Backup) -> None:
        """Ask for the secret of one backup, and show what it would bring."""
        about = f"The backup of {day_and_time(backup.made)}, in {backup.path.parent}."
        plan = self._ways.restoring(backup)
        self._show_form(WayBackForm(plan, about, self._surroundings, self._in_caller))

    def salvage(self) -> None:
        """Ask for the secret of the damaged store, and show what can be saved."""
        plan = self._ways.salvaging()
        self._show_form(WayBackForm(plan, _SALVAGE, self._surroundings, self._in_caller))

    def _show_form(self, form: WayBackForm[Prepared]) -> None:
        form.done.connect(self.done)
        form.left.connect(self.left)
        self._show(form)
        self.form, self._give_up = form, form.leave
        form.passphrase.setFocus()

    def _show(self, widget: QWidget) -> None:
        self.leave()
        while (item := self._layout.takeAt(0)) is not None:
            if old := item.widget():
                old.hide()
                old.deleteLater()
        self._layout.addWidget(widget)

    def leave(self) -> None:
        """Give up what is under way."""
        give_up, self._give_up, self.form = self._give_up, _nothing, None
        give_up()


def _unusable(backup: Backup, trouble: str) -> QBoxLayout:
    """One that is there and no help, with why; nothing to press."""
    moment = day_and_time(backup.made)
    about = column(words(moment, "strong"), words(trouble, "small"), gap=2)
    return _stretched(row(about, state_mark("bad", "Cannot be used")))


def _stretched(line: QBoxLayout) -> QBoxLayout:
    """The words take the line, what stands behind them its own width."""
    line.setStretch(0, 1)
    return line


def _nothing() -> None:
    """Nothing is under way."""
