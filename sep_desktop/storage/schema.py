"""Which steps of its schema a store has been through, and bringing it up to date."""

from collections.abc import Mapping

from sep_desktop.storage import migrations
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.migrations import Step


class Schema:
    """The schema as it is recorded in one database. The arguments are those of ``EncryptedStore``'s class."""

    def __init__(
        self,
        database: EncryptedDatabase,
        migration_set: str,
        steps: Mapping[str, Step],
        own_table: str,
        strays: frozenset[str],
    ) -> None:
        self._database, self._set, self._steps = database, migration_set, steps
        self._own_table, self._strays = own_table, strays
        self._recorded = self._read()
        self._applied: set[str] = set().union(*self._recorded.values())

    def _read(self) -> dict[str, set[str]]:
        """The steps that this file has been through, by the name of their set."""
        if not self._database.has_table("_sqlite_migrations"):
            return {}
        recorded: dict[str, set[str]] = {}
        for row in self._database.rows("SELECT migration_set, name FROM _sqlite_migrations"):
            if row["name"] not in self._strays:
                recorded.setdefault(row["migration_set"], set()).add(row["name"])
        return recorded

    @property
    def is_of_this_kind(self) -> bool:
        """Whether this is the kind of store that these steps make."""
        others = set(self._recorded) - {self._set, migrations.FORMER_SET}
        return not others and self._database.has_table(self._own_table)

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of the program has been here."""
        return bool(self._applied - set(self._steps))

    @property
    def is_pending(self) -> bool:
        """Whether there is anything to do."""
        return self._applied != set(self._steps) or migrations.FORMER_SET in self._recorded

    def bring_up_to_date(self) -> None:
        """All that is pending, or nothing of it. Raises ``MigrationFailed``."""
        with self._database.atomic():
            if migrations.FORMER_SET in self._recorded:
                self._rename_set()
            migrations.apply(self._database, self._set, self._steps)

    def _rename_set(self) -> None:
        for name in self._strays:
            self._database.run("DELETE FROM _sqlite_migrations WHERE name = ?", (name,))
        self._database.run("UPDATE _sqlite_migrations SET migration_set = ?", (self._set,))
