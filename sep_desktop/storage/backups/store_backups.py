"""The backups of one open store: made beside whoever works, and only when there is something new."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path

from sep_desktop.domain.backups import Why
from sep_desktop.errors import Cancelled, EnvironmentProblem, SepError
from sep_desktop.files import create, fsync_file, remove
from sep_desktop.paths import Locations
from sep_desktop.storage.backups import erasing, keeping, making, renewing
from sep_desktop.storage.backups.erasing import Erased, Erasure
from sep_desktop.storage.backups.listing import Backup, backups_in
from sep_desktop.storage.backups.making import Origin
from sep_desktop.storage.backups.verification import Checked, verify
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.destroyed import destroyed_in

_PAUSE = 0.001
"""Seconds between two steps, in which whoever waits to save comes first."""

_STEPS_A_FLUSH = 32
"""So often, each four megabytes, the copy is brought to the disk: what has gathered there until the end would
have to be written before the next save is durable, for a file system keeps its order."""


class StoreBackups:
    """Those in the store's own folder. ``origin`` gives its keys as they are now.

    Something is owed when anything was written that is in no backup: since the newest that was made here, or
    before the store was opened, which a file beside it remembers over a kill.
    """

    def __init__(
        self, database: EncryptedDatabase, locations: Locations, origin: Callable[[], Origin]
    ) -> None:
        self._database, self._locations, self._origin = database, locations, origin
        self._making, self._ending, self._given_up = threading.RLock(), threading.Event(), threading.Event()
        self._covered: int | None = None
        self.was_owed = False

    def begin(self) -> None:
        """The store is open and as it should be: from now on something may be written."""
        owed = self._locations.backup_owed
        self.was_owed = owed.exists()
        if not self.was_owed and self._is_any:
            self._covered = self._database.changes
        with suppress(OSError):  # a place that cannot be written is no reason not to open
            create(owed).close()

    @property
    def _is_any(self) -> bool:
        """Whether anything lies in the folder: nobody waits here until all of it was read."""
        with suppress(OSError):
            return any(self._locations.backups.iterdir())
        return False

    def begin_work(self) -> None:
        """What was written until now was written by opening it: that alone is worth no backup."""
        if self._covered is not None:
            self._covered = self._database.changes

    @contextmanager
    def uncounted(self) -> Iterator[None]:
        """What is written in the block, in one transaction, is about backups: it is worth none itself."""
        with self._database.atomic():
            before = self._database.changes
            yield
            if self._covered is not None:
                self._covered += self._database.changes - before

    @property
    def is_owed(self) -> bool:
        """Whether something may be in the store that is in no backup; never in one that is only read."""
        return not self._database.read_only and self._database.changes != self._covered

    def all(self) -> list[Backup]:
        """Newest first; none where the folder cannot be read."""
        with suppress(EnvironmentProblem):
            return backups_in(self._locations.backups)
        return []

    def make(self, now: datetime, why: Why, check: Callable[[], None] = lambda: None) -> Backup:
        """A new backup, from any thread; the older ones are thinned.

        ``check`` is called every few milliseconds and may raise to give it up; so does closing the store,
        with ``Cancelled``. Raises as ``making.make``; the backups that are there stay in any case.
        """
        with self._making:
            self._given_up.clear()
            self._go_on()
            self._database.assert_writable()
            folder, changes = self._locations.backups, self._database.changes
            making.remove_unfinished(folder)
            copy = partial(self._copy_to, check=check)
            backup = making.make(copy, self._database.size, self._origin, folder, now, why)
            self._covered = changes
            with suppress(OSError, EnvironmentProblem):  # what could not be removed is thinned out next time
                keeping.thin(folder, backup.manifest.store if backup.manifest else "", now)
            return backup

    def _copy_to(self, path: Path, check: Callable[[], None]) -> None:
        steps = count(1)

        def between_steps() -> None:
            check()
            self._go_on()
            if next(steps) % _STEPS_A_FLUSH == 0:
                fsync_file(path)
            time.sleep(_PAUSE)

        self._database.copy_to(path, between_steps)

    def make_if_owed(self, now: datetime, why: Why) -> None:
        """Before something that cannot be undone: a backup, unless all is in one. Raises as ``make``."""
        if self.is_owed:
            self.make(now, why)

    def renew_keys(self, folder: Path | None = None) -> list[Path]:
        """Open every backup by the store's keys as they are now; those in which that failed.

        A backup under way is waited for. ``folder`` is one in a second place; without it they are the store's
        own.
        """
        folder = folder or self._locations.backups
        with self._making:
            try:
                return renewing.renew_keys(folder, self._origin().key_file)
            except (EnvironmentProblem, OSError):
                return [folder]

    def erase(self, erasure: Erasure, folder: Path | None = None) -> Erased:
        """As ``erasing.erase``; ``folder`` is one in a second place, without it they are the store's own."""
        with self._making:
            return erasing.erase(erasure, folder or self._locations.backups, self._origin())

    def destroyed_in(self, folder: Path) -> dict[str, datetime]:
        """What was destroyed as far as the backups of this store in ``folder`` know, and when."""
        known: dict[str, datetime] = {}
        origin = self._origin()
        for backup in backups_in(folder):
            with (
                suppress(SepError, OSError),
                ClosedDatabase(backup.database, origin.key, origin.salt) as copy,
            ):
                known |= destroyed_in(copy)
        return known

    def give_up(self) -> None:
        """End the backup that is being made, if one is: it leaves nothing, and is owed."""
        self._given_up.set()

    def _go_on(self) -> None:
        if self._ending.is_set() or self._given_up.is_set():
            raise Cancelled

    def verify(self, backup: Backup) -> Checked:
        """Look at a backup of this store, page by page and count by count. Raises ``DamagedBackup``."""
        origin = self._origin()
        return verify(backup, origin.key, origin.salt)

    @contextmanager
    def ended(self) -> Iterator[None]:
        """For as long as the store is closed in the block no backup is made; one under way is given up."""
        is_first = not self._ending.is_set()
        self._ending.set()
        with self._making:
            if is_first and not (self.is_owed or self._database.read_only):
                with suppress(OSError):
                    remove(self._locations.backup_owed)
            yield
