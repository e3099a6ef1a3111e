"""What every part of the open room works with. Nothing of it outlives the room."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from sep_desktop.messages import Message, Tone
from sep_desktop.services.appraisals import records
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.ui.autosave import Autosave
from sep_desktop.ui.session import Session, in_words


class Desk(QObject):
    """The open sealed store and the queues. What goes wrong is told inside the room, never outside it."""

    changed = Signal()
    told = Signal(object)
    idle = Signal()

    def __init__(self, session: Session, sealed: SealedStore) -> None:
        super().__init__()
        self.session, self.store, self.sealed = session, session.store, sealed
        self.closed = False
        self._under_way = 0
        self.autosave = Autosave(self._save, session.operations.run, session.operations.now)
        self.autosave.saved.connect(lambda at: self.session.status.emit(f"Saved {at:%H:%M:%S}"))
        self.autosave.failed.connect(self._not_saved)

    @property
    def is_busy(self) -> bool:
        """Whether something slow is under way that needs the store: a letter being handed over, a paper being set."""
        return self._under_way > 0

    def now(self) -> datetime:
        return self.session.now()

    def read(self, work: Callable[[], Any], done: Callable[[Any], None], outside: bool = False, failed: Callable[[BaseException], None] | None = None) -> None:
        """Ask for something. An answer that comes when the room is closed is nobody's."""
        self._under_way += outside

        def back(then: Callable[[Any], None]) -> Callable[[Any], None]:
            def answer(value: Any) -> None:
                self._under_way -= outside
                if not self.closed:
                    then(value)
                if outside and not self._under_way:
                    self.idle.emit()

            return answer

        self.session.operations.run(work, back(done), back(failed or self.fail), outside)

    def act(self, work: Callable[[], Any], done: Callable[[Any], None] = lambda value: None, outside: bool = False) -> None:
        """Do what the user asked; then every part looks again."""

        def finished(value: Any) -> None:
            done(value)
            self.changed.emit()

        self.read(work, finished, outside)

    def say(self, text: str, hint: str = "", tone: Tone = Tone.INFORM) -> None:
        self.told.emit(Message(tone, text, hint))

    def fail(self, error: BaseException) -> None:
        self.told.emit(in_words(error))

    def touch(self, cycle: int, key: str, text: Callable[[], str]) -> None:
        """A field of a record changed; ``text`` gives its words when the time comes to save them."""
        self.autosave.touch((cycle, key), text)

    def is_dirty(self, cycle: int, key: str) -> bool:
        return self.autosave.is_dirty((cycle, key))

    def _save(self, place: Hashable, text: str) -> datetime:
        assert isinstance(place, tuple)
        cycle, key = place
        return records.save_part(sealed=self.sealed, cycle=cycle, key=key, text=text, now=self.now())

    def _not_saved(self, problem: object) -> None:
        self.session.status.emit("NOT SAVED")
        self.fail(problem if isinstance(problem, BaseException) else RuntimeError())
