"""One encrypted connection: opened in an order that matters, checked, and guarded by one lock.

Two threads use it, the window's and the one that hands over, never at once.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from sqlcipher3 import dbapi2 as driver

from sep_desktop.domain.wording import plural
from sep_desktop.errors import Cancelled, EnvironmentProblem
from sep_desktop.files import keep_private
from sep_desktop.storage import database_file, write_ahead_log
from sep_desktop.storage.connection_guard import ConnectionGuard
from sep_desktop.storage.driver import assert_oldest, tables_of
from sep_desktop.storage.driver_errors import in_use, is_damage, translated
from sep_desktop.storage.key_bytes import KeyBytes, wipe
from sep_desktop.storage.page_copy import copy_pages
from sep_desktop.storage.store_problems import DamagedStore, ReadOnlyStore, StoreMoved

if TYPE_CHECKING:
    from sqlite_utils import Database

Row = dict[str, Any]
Values = Sequence[object] | Mapping[str, object]
"""What is bound to the places of a statement, by position or by name."""

FileIdentity = tuple[int, int]
"""What tells a file from every other, whatever it is called: its device and its number there."""


_WHAT_TO_DO = "Restore a backup, or save what can be read."

_OPEN_HERE: "WeakValueDictionary[FileIdentity, EncryptedDatabase]" = WeakValueDictionary()
"""Every database that this process has open. A second look at its file would drop the lock on it."""


class EncryptedDatabase:
    """Rows in and out of one SQLCipher file. ``key`` has 32 bytes, ``salt`` 16.

    Only with ``new`` is a file made, and only where there is none. With ``read_only`` nothing whatever is
    written beside it, and every attempt to write raises ``ReadOnlyStore``. Raises ``MissingDatabase``,
    ``ShortenedDatabase``, ``NotThisStore``, ``DamagedStore`` or ``StoreInUse`` and leaves the file as it is.
    """

    def __init__(
        self,
        path: Path,
        key: KeyBytes,
        salt: bytes,
        check: bool = True,
        new: bool = False,
        read_only: bool = False,
    ) -> None:
        assert_oldest()
        if len(key) != 32 or len(salt) != 16:
            raise ValueError("a short key would be taken for a passphrase")
        self.path, self._key, self._salt = path, bytearray(key), salt
        self._use, self.read_only = ConnectionGuard(), read_only
        start = _start_of_new(path, salt) if new else _start_of(path)
        self._read_from = database_file.ReadableCopy(path) if read_only else None
        lost = 0 if read_only else write_ahead_log.keep_if_damaged(path)
        self._open(check)
        if not read_only:
            keep_private(path)
        self._file = _identity(path)
        if self._file:
            _OPEN_HERE[self._file] = self
        mended = start != salt and not read_only and self._write_salt_again()
        self.repairs = _repairs(mended, lost)

    def _open(self, check: bool) -> None:
        with translated():
            self._connection = self._connect()
            try:
                self._assert_encrypted()
                if check:
                    self.check_integrity()
            except driver.DatabaseError as error:
                self._connection.close()
                if is_damage(error) and not self._fits_anywhere():
                    raise database_file.not_this_store(self.path) from None
                raise
            except BaseException:
                self._connection.close()
                raise

    def _fits_anywhere(self) -> bool:
        """Whether at least one page fits the keys: a damaged file of this store, not another's."""
        with closing(self._connect()) as connection:
            return _wrong_pages(connection) < self.path.stat().st_size // database_file.PAGE

    def _connect(self) -> driver.Connection:
        there = database_file.uri_of(self.path, "mode=rw")  # which never makes a file
        if self._read_from:
            there = self._read_from.uri
        connection = driver.connect(there, uri=True, isolation_level=None, check_same_thread=False, timeout=0)
        connection.set_key(self._raw_key)
        for pragma in ("cipher_log_level=NONE", "temp_store=MEMORY", "locking_mode=EXCLUSIVE"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @property
    def _raw_key(self) -> str:
        return f"x'{self._key.hex()}{self._salt.hex()}'"

    @cached_property
    def tables(self) -> "Database":
        """sqlite-utils over this connection."""
        return tables_of(self._connection)

    def _assert_encrypted(self) -> None:
        """Read back what was asked for; refuse a file that is plain text."""
        ask = self._pragma
        if not self.read_only and ask("journal_mode=WAL") != "wal":
            raise RuntimeError("the store could not be put in WAL mode")
        for pragma in ("synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        if not ask("cipher_version") or ask("synchronous") != 2 or ask("temp_store") != 2:
            raise RuntimeError("the store is not encrypted as it must be")

    def check_integrity(self) -> None:
        """Every page against its checksum, and the order of the trees: about 4 ms a MB.

        A page that a power cut tore while the log was folded in stands whole in the log: it is folded in
        again before anything is called damaged. Raises ``DamagedStore``.
        """
        with self._use.using():
            wrong_pages = _wrong_pages(self._connection)
            if wrong_pages:
                self.checkpoint()
                wrong_pages = _wrong_pages(self._connection)
            if wrong_pages or self._pragma("quick_check") != "ok":
                raise _damaged(wrong_pages, self._pragma("page_count"))

    def _pragma(self, text: str) -> str | int | None:
        row = self._connection.execute(f"PRAGMA {text}").fetchone()
        return row[0] if row else None

    def _write_salt_again(self) -> bool:
        """The salt in the file was damaged, the key file's is sound: write the first page again with it."""
        with self.atomic():
            version = int(self._pragma("user_version") or 0)
            self._connection.execute(f"PRAGMA user_version={version + 1}")
            self._connection.execute(f"PRAGMA user_version={version}")
        self.checkpoint()
        return True

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All or nothing, durable when the block ends. Nested blocks join the outer one."""
        with self._use.using():
            if self._connection.in_transaction:
                yield
                return
            self.assert_writable()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One statement that may write: the file is looked for where no transaction has done so already."""
        with self._use.using():
            if not self._connection.in_transaction:
                self.assert_writable()
            yield

    def stop_work(self) -> None:
        """Break off what other threads do with it, roll that back whole, and have it alone until ``go_on``.

        They get ``Cancelled``. Does not wait: a statement that just begins is to be stopped again.
        """
        self._use.stop_work(self._connection)

    def go_on(self) -> None:
        """Let every thread use the connection again."""
        self._use.go_on()

    def assert_writable(self) -> None:
        """As ``assert_in_place``. Raises ``ReadOnlyStore`` too."""
        if self.read_only:
            raise ReadOnlyStore(
                "The store is open for reading only: its folder cannot be written. Nothing was saved.",
                "Copy the folder to this computer's own disk and open it there.",
            )
        self.assert_in_place()

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row of a query, by column name."""
        with self._use.using():
            cursor = self._connection.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of a query, if there is one."""
        return next(iter(self.rows(sql, values)), None)

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row; ``None`` where there is none, or where it is ``NULL``."""
        with self._use.using():
            row = self._connection.execute(sql, values).fetchone()
            return row[0] if row else None

    def has_table(self, name: str) -> bool:
        """Whether there is a table, index or trigger of that name."""
        return bool(self.value("SELECT count(*) FROM sqlite_master WHERE name = ?", (name,)))

    def run(self, sql: str, values: Values = ()) -> None:
        """Carry out one statement, in the transaction that is open or in one of its own."""
        with self._writing():
            self._connection.execute(sql, values)

    def run_many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for each of ``values``."""
        with self._writing():
            self._connection.executemany(sql, values)

    def insert(self, table: str, row: Row) -> int:
        """Insert one row; its number."""
        with self._writing():
            return int(self.tables.table(table).insert(row).last_rowid or 0)

    def update(self, table: str, key: int, row: Row) -> None:
        """Overwrite the columns of ``row`` in the row with a number."""
        with self._writing():
            self.tables.table(table).update(key, row)

    def checkpoint(self) -> None:
        """Fold the log into the file: a flipped bit in the log would silently drop what it holds.

        What is committed is safe without it, so a full disk is no failure here: the log is kept and read at
        the next start.
        """
        with self._use.lock, suppress(EnvironmentProblem, Cancelled), translated():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def assert_in_place(self) -> None:
        """Refuse to write into a file that was renamed or replaced under us: the writes would go astray.

        Costs about two microseconds. Raises ``StoreMoved``.
        """
        if self._file != _identity(self.path):
            raise StoreMoved(
                "The store's file was moved or replaced while it was open.",
                "Close the program, put the file back and start again.",
            )

    def copy_to(self, path: Path, between_steps: Callable[[], None]) -> None:
        """A consistent, encrypted copy with the same key, as ``page_copy.copy_pages`` writes it.

        ``between_steps`` is called without the guard: it waits a moment for whoever wants to save, and may
        raise to give up. The copy is neither checked nor brought to the disk.
        """
        with self._use.using():
            copy_pages(self._connection, self._use.lock, path, self._raw_key, between_steps)

    @property
    def size(self) -> int:
        """Bytes of the database, without its log."""
        return int(self._pragma("page_count") or 0) * int(self._pragma("page_size") or 0)

    @property
    def changes(self) -> int:
        """A number that grows with every row that is written: whether there was anything new since."""
        return int(self._connection.total_changes)

    def close(self) -> None:
        """Fold the log in and let go; a second call does nothing."""
        with self._use.lock:
            if self._use.closed:
                return
            self._use.closed = True
            if not self.read_only:
                self.checkpoint()
            self._connection.close()
            if self._read_from:
                self._read_from.remove()
            wipe(self._key)
            if self._file:
                _OPEN_HERE.pop(self._file, None)


def salt_of(path: Path) -> bytes:
    """The salt that a database begins with, from outside; nothing while this process has it open."""
    if _identity(path) in _OPEN_HERE or not path.is_file():
        return b""
    return database_file.first_bytes(path)


def _start_of(path: Path) -> bytes:
    """As ``database_file.look_at``. Raises ``StoreInUse`` for a file that this process has open."""
    if _identity(path) in _OPEN_HERE:
        raise in_use()
    return database_file.look_at(path)


def _start_of_new(path: Path, salt: bytes) -> bytes:
    """Make the empty file of a new database, which will begin with ``salt``. Raises ``FileExistsError``."""
    path.touch(0o600, exist_ok=False)
    return salt


def _wrong_pages(connection: driver.Connection) -> int:
    """How many pages of the file itself do not fit their checksums; SQLCipher does not ask the log."""
    return len(connection.execute("PRAGMA cipher_integrity_check").fetchall())


def _identity(path: Path) -> FileIdentity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _repairs(mended: bool, lost: int) -> list[tuple[str, str]]:
    """What was found damaged when a database was opened: sentences, each with what to do."""
    repairs = []
    if mended:
        text = "A damaged first page of the store was mended from the key file."
        repairs.append((text, "Nothing is missing. Have the disk of this computer checked."))
    if lost:
        text = f"The log of the store is damaged: {plural(lost, 'save')} could not be read."
        hint = "Look at what you wrote last. The damaged log is kept beside the store; have the disk checked."
        repairs.append((text, hint))
    return repairs


def _damaged(wrong_pages: int, pages: str | int | None) -> DamagedStore:
    extent = f" ({wrong_pages} of {plural(int(pages or 0), 'page')})" if wrong_pages else ""
    return DamagedStore(
        f"A part of your data is damaged and cannot be read{extent}. "
        "Your passphrase is right, and nothing was changed.",
        _WHAT_TO_DO,
    )


def free_space(folder: Path) -> int:
    """Bytes free on the disk of ``folder``."""
    return shutil.disk_usage(folder).free
