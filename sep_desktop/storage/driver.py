"""Make sqlite-utils speak to SQLCipher, and prove that it does.

sqlite-utils catches the errors of the driver that it finds under the name ``pysqlite3``. Without the alias it
does not know SQLCipher's, a connection can stay inside an open savepoint, and later writes "succeed" and are
gone at close (measured: ``research/reliability.md`` §0.1). The alias must stand before its first import, so
this module is imported first wherever SQL is spoken.
"""

import sys

from sqlcipher3 import dbapi2 as driver

sys.modules["pysqlite3"] = driver
sys.modules["pysqlite3.dbapi2"] = driver

import sqlite_utils.db  # noqa: E402
from sqlite_utils import Database, Migrations  # noqa: E402

__all__ = ["Database", "Migrations", "assert_driver", "driver"]

_OLDEST_SQLITE = (3, 51, 3)  # earlier ones can corrupt a WAL with two connections


def assert_driver() -> None:
    """Refuse to run over a driver that would write plain text or lose writes. Raises ``RuntimeError``."""
    if getattr(sqlite_utils.db, "sqlite3", None) is not driver:
        raise RuntimeError("sqlite-utils was imported before the encrypted driver")
    if driver.sqlite_version_info < _OLDEST_SQLITE:
        raise RuntimeError("the encrypted driver holds an SQLite older than 3.51.3")
