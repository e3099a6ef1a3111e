"""Make sqlite-utils speak to SQLCipher, and prove that it does.

sqlite-utils catches the errors of the driver that it finds under the name ``pysqlite3``. Without the alias it
does not know SQLCipher's, a connection can stay inside an open savepoint, and later writes "succeed" and are
gone at close. The alias must stand before its first import, so
this module is imported first wherever SQL is spoken. sqlite-utils itself is imported when something is first
written: reading the first page does not need it, and its import costs as much as half a bare window.
"""

import sys
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as driver

sys.modules["pysqlite3"] = driver
sys.modules["pysqlite3.dbapi2"] = driver

if TYPE_CHECKING:
    from sqlite_utils import Database

_OLDEST_SQLITE = (3, 51, 3)  # earlier ones can corrupt a WAL with two connections


def tables_of(connection: driver.Connection) -> "Database":
    """sqlite-utils over ``connection``, which is one of SQLCipher's."""
    from sqlite_utils import Database

    assert_driver()
    return Database(connection)


def assert_driver() -> None:
    """Refuse to write over a driver that would write plain text or lose writes. Raises ``RuntimeError``."""
    import sqlite_utils.db

    if getattr(sqlite_utils.db, "sqlite3", None) is not driver:
        raise RuntimeError("sqlite-utils was imported before the encrypted driver")


def assert_oldest() -> None:
    """Refuse an SQLite that can corrupt a WAL. Raises ``RuntimeError``."""
    if driver.sqlite_version_info < _OLDEST_SQLITE:
        raise RuntimeError("the encrypted driver holds an SQLite older than 3.51.3")
