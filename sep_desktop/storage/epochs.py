"""The epochs of a store, and what this computer remembers of them outside of the store's folder."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sep_desktop import paths
from sep_desktop.domain.epoch import Cause, Epoch, Memory, Standing, standing
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.files import write_durably
from sep_desktop.storage import computer
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import new_uid, read_timestamp, timestamp

if TYPE_CHECKING:
    from sqlite_utils import Database


def begin(db: "Database") -> None:
    """The migration of either store: there were no epochs before."""
    db.execute(
        "CREATE TABLE epoch (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, at TEXT NOT NULL, "
        "computer TEXT NOT NULL, why TEXT NOT NULL)"
    )


class Epochs:
    """The ``epoch`` table, only ever added to, and the memory of this computer beside it."""

    def __init__(
        self, db: EncryptedDatabase, store_id: str, newest_change: Callable[[], datetime | None]
    ) -> None:
        """``newest_change`` says when a delivery of the store last changed its state."""
        self._db, self._newest_change = db, newest_change
        self._store_id, self._computer = store_id, computer.identity(store_id)

    def begin(self, cause: Cause, now: datetime) -> None:
        """A new epoch, in the transaction that is open. It is to be remembered once that has ended.

        Raises ``EnvironmentProblem`` for sending from a store that is not what this computer last saw.
        """
        if cause is Cause.SENDING and self.standing() not in (Standing.ITSELF, Standing.TORN):
            raise EnvironmentProblem(
                "Another copy of this store was opened since. Nothing is sent from this one.",
                "Close the program, and open the copy that is to be used.",
            )
        row = {"uid": new_uid(), "at": timestamp(now), "computer": self._computer, "why": cause.value}
        self._db.insert("epoch", row)

    def newest(self) -> Epoch | None:
        """The one that began last; none in a store that was made before there were any."""
        row = self._db.row("SELECT uid, at, computer, why FROM epoch ORDER BY id DESC LIMIT 1")
        return _epoch(row) if row else None

    def memory(self) -> Memory | None:
        """What this computer remembers.

        None where it does not know the store, where the file is damaged, or where it was carried here from
        another computer.
        """
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(memory_file(self._store_id).read_bytes())
            if kept["computer"] == self._computer:
                return Memory(str(kept["epoch"]), read_timestamp(kept["at"]), bool(kept["restored"]))
        return None

    def standing(self) -> Standing:
        """What this store is, as far as this computer can tell: to be asked before a new epoch begins."""
        memory = self.memory()
        return standing(
            self.newest(),
            memory,
            holds_it=memory is not None and self._has(memory),
            is_torn=self._is_torn(),
            computer=self._computer,
        )

    def _is_torn(self) -> bool:
        """Whether it last began to send later than any delivery changed, and nobody has settled that.

        That is one step of a hand-over, cut in two; or SQLite played a later log over an earlier file.
        """
        sql = "SELECT at, why FROM epoch WHERE why IN (?, ?) ORDER BY id DESC LIMIT 1"
        row, change = self._db.row(sql, (Cause.SENDING, Cause.SETTLED)), self._newest_change()
        if row is None or change is None or row["why"] == Cause.SETTLED:
            return False
        return change < read_timestamp(row["at"])

    def _has(self, memory: Memory) -> bool:
        return bool(self._db.value("SELECT count(*) FROM epoch WHERE uid = ?", (memory.epoch,)))

    def remember(self) -> None:
        """Write down, durably, that this computer has seen the newest epoch.

        Raises ``EnvironmentProblem`` where it cannot be written: nothing may leave that is not remembered.
        """
        newest = self.newest()
        if newest:
            _write(self._store_id, Memory(newest.uid, newest.at))


def remember_restored(store_id: str, backup: datetime) -> None:
    """This computer's memory of a store that is restored from a backup of that moment: its guard holds.

    Raises ``EnvironmentProblem`` where it cannot be written.
    """
    _write(store_id, Memory("", backup, restored=True))


def _write(store_id: str, memory: Memory) -> None:
    path = memory_file(store_id)
    kept = {
        "epoch": memory.epoch,
        "at": timestamp(memory.at),
        "restored": memory.restored,
        "computer": computer.identity(store_id),
    }
    try:
        write_durably(path, json.dumps(kept).encode())
    except OSError as error:
        raise EnvironmentProblem(
            f"What this computer last saw of the store cannot be written ({type(error).__name__}).",
            f"Until {path.parent} can be written, nothing is sent.",
        ) from None


def memory_file(store_id: str) -> Path:
    """Where a computer remembers a store. Its name is a digest: an identity comes out of a file."""
    return paths.state_folder() / "epochs" / f"{hashlib.sha256(store_id.encode()).hexdigest()[:32]}.json"


def _epoch(row: Row) -> Epoch:
    return Epoch(row["uid"], read_timestamp(row["at"]), row["computer"], Cause(row["why"]))
