"""A database file that no store has open: a backup, read as it lies there and not changed by being read."""

from pathlib import Path
from types import TracebackType
from typing import Any

from sqlcipher3 import dbapi2 as driver

from sep_desktop.storage.database import Row, Values
from sep_desktop.storage.database_file import AS_IT_LIES, uri_of
from sep_desktop.storage.driver_errors import translated
from sep_desktop.storage.key_bytes import KeyBytes
from sep_desktop.storage.store_problems import DamagedStore


class ClosedDatabase:
    """Opened for as long as the ``with`` block lasts.

    Raises ``DamagedStore`` where the file cannot be read with this key (32 bytes) and salt (16).
    """

    def __init__(self, path: Path, key: KeyBytes, salt: bytes) -> None:
        with translated():
            self._connection = driver.connect(uri_of(path, AS_IT_LIES), uri=True, isolation_level=None)
            self._connection.set_key(f"x'{key.hex()}{salt.hex()}'")
            self._connection.execute("PRAGMA cipher_log_level=NONE")
            self._connection.execute("PRAGMA temp_store=MEMORY")

    def __enter__(self) -> "ClosedDatabase":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row of a query, by column name."""
        with translated():
            cursor = self._connection.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row; ``None`` where there is none."""
        with translated():
            row = self._connection.execute(sql, values).fetchone()
            return row[0] if row else None

    def counts(self) -> dict[str, int]:
        """How many rows each table of the program's own has."""
        names = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%' ORDER BY name"
        )
        return {row["name"]: self.value(f'SELECT count(*) FROM "{row["name"]}"') for row in names}

    def steps(self) -> tuple[str, ...]:
        """The migrations that it has been through, in order."""
        return tuple(row["name"] for row in self.rows("SELECT name FROM _sqlite_migrations ORDER BY name"))

    def check(self) -> None:
        """Every page against its checksum, and the order of the trees. Raises ``DamagedStore``."""
        with translated():
            wrong_pages = self._connection.execute("PRAGMA cipher_integrity_check").fetchall()
            (order,) = self._connection.execute("PRAGMA quick_check").fetchone()
        if wrong_pages or order != "ok":
            raise DamagedStore("Its checksums do not fit.")
