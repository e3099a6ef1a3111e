"""Row after row out of a damaged file, opened anew after each page that cannot be read.

SQLCipher refuses a page whose checksum does not fit, and after the first such page its connection refuses
sound ones too. So every failure costs a connection, and only what lies on the damaged pages is lost. Where a
long value ends on such a page its row comes all the same, with zeros in place of words: it counts as read
only once the connection has shown that it still reads.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2 as driver

from sep_desktop.files import copy, create, make_private
from sep_desktop.storage.database_file import PAGE
from sep_desktop.storage.key_bytes import KeyBytes

Cells = tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """A table: its columns, and those by which a row of it is asked for."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def selected(self) -> str:
        """The key and then the columns, for a query."""
        return ", ".join((*self.key, *self.columns))


class DamagedFile:
    """A copy of a damaged database and its log, in a folder that is thrown away; keys as for a database."""

    def __init__(self, database: Path, folder: Path, key: KeyBytes, salt: bytes) -> None:
        self._path = folder / "damaged.db"
        self._key_text = f"x'{key.hex()}{salt.hex()}'"
        make_private(folder)
        self._copy(database)
        self._connection: driver.Connection | None = None

    def _copy(self, database: Path) -> None:
        """A page of nothing but zeros passes for an empty one: it is spoilt, so that it is refused."""
        with database.open("rb") as source, create(self._path) as target:
            while page := source.read(PAGE):
                target.write(page if page.strip(b"\0") else os.urandom(PAGE))
        with suppress(FileNotFoundError):
            copy(Path(f"{database}-wal"), Path(f"{self._path}-wal"))

    def take_first_page_from(self, backup: Path) -> None:
        """Where the first page is lost, nothing can be read without another: that of a backup, if it fits."""
        self.close()
        with backup.open("rb") as source, self._path.open("rb+") as target:
            target.write(source.read(PAGE))

    def _open(self) -> driver.Connection:
        if self._connection is None:
            connection = driver.connect(str(self._path), isolation_level=None)
            connection.set_key(self._key_text)
            connection.execute("PRAGMA cipher_log_level=NONE")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute(
                "PRAGMA writable_schema=ON"
            )  # a file shorter than it says is read all the same
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """Let the copy go."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(driver.Error):
                connection.close()

    def read(self, sql: str, values: Sequence[object] = ()) -> tuple[list[Cells], bool]:
        """The rows, and whether all are sound and there are no more: else the last of them may hold zeros."""
        rows: list[Cells] = []
        try:
            connection = self._open()
            for row in connection.execute(sql, values):
                rows.append(row)  # noqa: PERF402 -- what came before the failure is kept
            connection.execute("PRAGMA shrink_memory")  # so that the next question reads a page anew
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except driver.Error:
            self.close()
            return rows, False
        return rows, True

    def tables(self) -> list[Table]:
        """Every table of the program's own; none where the schema itself is lost."""
        rows, _ = self.read("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        named = [(str(name), str(sql)) for name, sql in rows if "sqlite" not in str(name)]
        return [self._table(name, sql) for name, sql in named]

    def _table(self, name: str, sql: str) -> Table:
        rows, _ = self.read(f"PRAGMA table_info({name})")
        columns = tuple(str(row[1]) for row in rows)
        key = tuple(str(row[1]) for row in sorted(rows, key=lambda row: int(str(row[5]))) if row[5])
        return Table(name, columns, key if len(key) == 1 or "WITHOUT ROWID" in sql.upper() else ("rowid",))

    def rows_of(self, table: Table, perhaps: Iterable[Cells]) -> "Readable":
        """Every row that can be read. ``perhaps`` are keys that may be in the table too."""
        order, select = ", ".join(table.key), f"SELECT {table.selected} FROM {table.name}"
        forwards, is_whole = self.read(f"{select} ORDER BY {order}")
        if is_whole:
            return Readable(_by_key(table, forwards), frozenset(), knows_its_end=True)
        backwards, _ = self.read(f"{select} ORDER BY {', '.join(f'{each} DESC' for each in table.key)}")
        seen = _by_key(table, [*forwards, *backwards])
        keys = {*seen, *self._listed(table), *perhaps, *_between(forwards, backwards)}
        rows: dict[Cells, Cells] = {}
        lost: set[Cells] = set()
        for key in keys:
            row, is_sound = self.read(
                f"{select} WHERE {' AND '.join(f'{each} = ?' for each in table.key)}", key
            )
            rows |= _by_key(table, row) if is_sound else {}
            lost |= set() if is_sound else {key}
        return Readable(rows, frozenset(lost), knows_its_end=bool(backwards))

    def _listed(self, table: Table) -> set[Cells]:
        """The keys that the indexes of a table name: they lie on pages of their own."""
        indexes, _ = self.read(f"PRAGMA index_list({table.name})")
        keys: set[Cells] = set()
        for index in indexes:
            query = f'SELECT {", ".join(table.key)} FROM {table.name} INDEXED BY "{index[1]}"'
            keys.update(self.read(query)[0])
        return keys


@dataclass(frozen=True)
class Readable:
    """The rows of a table by their keys, and the keys of those that lie on damaged pages.

    Where the end of the table is damaged it is not known how far it went.
    """

    rows: dict[Cells, Cells]
    lost: frozenset[Cells]
    knows_its_end: bool


def _between(forwards: Sequence[Cells], backwards: Sequence[Cells]) -> Iterable[Cells]:
    """The numbers between two damaged pages, of a table whose rows are numbered."""
    first, last = forwards[-1][0] if forwards else 0, backwards[-1][0] if backwards else 0
    if isinstance(first, int) and isinstance(last, int):
        return ((number,) for number in range(first + 1, last))
    return ()


def _by_key(table: Table, rows: Iterable[Cells]) -> dict[Cells, Cells]:
    width = len(table.key)
    return {row[:width]: row[width:] for row in rows}
