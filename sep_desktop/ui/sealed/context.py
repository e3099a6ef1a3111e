"""What every part of the open room works with. Nothing of it outlives the room."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from sep_desktop.errors import SepError
from sep_desktop.notices import Notice, Tone
from sep_desktop.services.appraisals import records
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.ui.context.autosave import Autosave
from sep_desktop.ui.context.session import Session, in_words


@dataclass(frozen=True)
class EditState:
    """How often anything was touched, and what was not saved yet."""

    touches: int
    unsaved: frozenset[Hashable]


class SealedContext(QObject):
    """The open sealed store and the queues. What goes wrong is told inside the room, never outside it."""

    changed = Signal()
    noticed = Signal(object)
    idle = Signal()

    def __init__(self, session: Session, sealed: SealedStore) -> None:
        super().__init__()
        self.session, self.store, self.sealed = session, session.store, sealed
        self.closed = False
        self._under_way = self._touches = 0
        self._touched: dict[tuple[int, str], int] = {}
        self.autosave = Autosave(self._save, session)
        self.autosave.saved.connect(lambda at: self.session.status.emit(f"Saved {at:%H:%M:%S}"))
        self.autosave.failed.connect(self._not_saved)

    @property
    def is_busy(self) -> bool:
        """Whether something slow is under way that needs the store: a letter being handed over, a paper being set."""
        return self._under_way > 0

    def now(self) -> datetime:
        return self.session.now()

    def read(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        outside: bool = False,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Ask for something. An answer that comes when the room is closed is nobody's."""
        self._under_way += outside

        def back(then: Callable[[Any], None]) -> Callable[[Any], None]:
            def answer(value: Any) -> None:
                self._under_way -= outside
                try:
                    if not self.closed:
                        then(value)
                finally:
                    if outside and not self._under_way:
                        self.idle.emit()

            return answer

        self.session.operations.run(work, back(done), back(failed or self.fail), outside)

    def act(
        self, work: Callable[[], Any], done: Callable[[Any], None] = lambda value: None, outside: bool = False
    ) -> None:
        """Do what the user asked; then every part looks again."""

        def finished(value: Any) -> None:
            done(value)
            self.changed.emit()

        self.read(work, finished, outside)

    def say(self, text: str, hint: str = "", tone: Tone = Tone.INFORM) -> None:
        self.noticed.emit(Notice(tone, text, hint))

    def fail(self, error: BaseException) -> None:
        self.noticed.emit(in_words(error))

    def touch(self, cycle: int, key: str, text: Callable[[], str]) -> None:
        """A field of a record changed; ``text`` gives its words when the time comes to save them."""
        self._touches += 1
        self._touched[(cycle, key)] = self._touches
        self.autosave.touch((cycle, key), text)

    def put(self, cycle: int, key: str, text: str) -> bool:
        """Write a field at once, after everything that is not saved yet. Whether everything is safe."""
        self.touch(cycle, key, lambda: text)
        return self.autosave.flush()

    def save_last(self) -> None:
        """Save what is not saved yet without the queues, which have ended."""
        for place in self.autosave.dirty:
            with suppress(SepError):
                self._save(place, self.autosave.words(place))

    def edit_state(self) -> "EditState":
        """Now, to know later what was typed since."""
        return EditState(self._touches, self.autosave.dirty)

    def is_newer(self, cycle: int, key: str, asked: "EditState") -> bool:
        """Whether the words on the screen may be newer than an answer that was asked for at a moment."""
        place = (cycle, key)
        return (
            self.autosave.is_dirty(place)
            or place in asked.unsaved
            or self._touched.get(place, 0) > asked.touches
        )

    def _save(self, place: Hashable, text: str) -> datetime:
        assert isinstance(place, tuple)
        cycle, key = place
        return records.save_part(sealed=self.sealed, cycle=cycle, key=key, text=text, now=self.now())

    def _not_saved(self, problem: object) -> None:
        self.session.status.emit("NOT SAVED")
        self.fail(problem if isinstance(problem, BaseException) else RuntimeError())
