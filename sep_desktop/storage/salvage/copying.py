"""A new database out of what can be read of a damaged one, and out of a backup where a row is lost."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.storage import migrations
from sep_desktop.storage.backups.listing import Backup
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.restoring.keys import OpenedKeys
from sep_desktop.storage.salvage.reading import Cells, DamagedFile, Table
from sep_desktop.storage.store_problems import DamagedStore


@dataclass(frozen=True)
class TableSalvaged:
    """How many rows of a table were read, taken from the backup, lost, and left out.

    Left out is what belonged to a lost row and means nothing without it. ``may_lack_more`` where the end of
    the table is damaged.
    """

    name: str
    read: int
    from_backup: int
    lost: int
    left_out: int
    may_lack_more: bool


def salvage(
    kind: type[EncryptedStore],
    locations: Locations,
    stage: Locations,
    keys: OpenedKeys,
    backup: Backup | None,
) -> list[TableSalvaged]:
    """Make ``stage`` hold everything of the damaged store in ``locations`` that can be read, table by table.

    ``backup``, whole and of the same store, stands in for lost rows. Raises ``DamagedStore`` where not even
    the list of tables can be read, and then neither here nor in the backup.
    """
    folder, salt = stage.root / "damaged", keys.key_file.salt
    with ExitStack() as opened:
        damaged = DamagedFile(locations.database, folder, keys.key, salt)
        opened.callback(damaged.close)
        tables = _tables(damaged, backup)
        spare = opened.enter_context(ClosedDatabase(backup.database, keys.key, salt)) if backup else None
        target = EncryptedDatabase(stage.database, keys.key, salt, new=True)
        opened.callback(target.close)
        return _Copying(kind, damaged, spare, target).copy(tables)


def _tables(damaged: DamagedFile, backup: Backup | None) -> list[Table]:
    tables = damaged.tables()
    if not tables and backup:
        damaged.take_first_page_from(backup.database)
        tables = damaged.tables()
    if not tables:
        raise DamagedStore(
            "Nothing can be read of the store: the page that lists what is in it is lost.",
            "It was left as it is. Restore a backup.",
        )
    return tables


class _Copying:
    def __init__(
        self,
        kind: type[EncryptedStore],
        damaged: DamagedFile,
        spare: ClosedDatabase | None,
        target: EncryptedDatabase,
    ) -> None:
        self._kind, self._damaged, self._spare, self._target = kind, damaged, spare, target

    def copy(self, tables: Iterable[Table]) -> list[TableSalvaged]:
        """Every table; then what points to a row that is in neither source is left out."""
        self._target.run("PRAGMA foreign_keys=OFF")
        self._make_empty()
        results = {
            table.name: self._copy_table(table) for table in tables if self._target.has_table(table.name)
        }
        for row in self._target.rows(_OWN_TABLES):
            if row["name"] not in results:
                results[row["name"]] = self._take_from_backup(self._table(row["name"]))
        for name, statement in self._kind.contents.stand_ins.items():
            if self._target.has_table(name):
                self._target.run(statement)
        for name, orphans in self._leave_out_orphans().items():
            results[name] = replace(results[name], left_out=orphans)
        self._target.run("PRAGMA foreign_keys=ON")
        return list(results.values())

    def _make_empty(self) -> None:
        """The tables as they were at the step that the damaged store had reached, with nothing in them."""
        steps, _ = self._damaged.read("SELECT name FROM _sqlite_migrations")
        names = {str(row[0]) for row in steps} or set(self._kind.steps)
        reached = {name: step for name, step in self._kind.steps.items() if name in names}
        migrations.apply(self._target, self._kind.migration_set, reached)
        with self._target.atomic():
            triggers = self._target.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for trigger in triggers:
                self._target.run(f"DROP TRIGGER {trigger['name']}")
            for row in self._target.rows(_OWN_TABLES):
                self._target.run(f"DELETE FROM {row['name']}")
            for trigger in triggers:
                self._target.run(trigger["sql"])

    def _copy_table(self, table: Table) -> TableSalvaged:
        spare = self._spare_rows(table)
        readable = self._damaged.rows_of(table, spare)
        is_whole = readable.knows_its_end and not readable.lost
        taken = {} if is_whole else {key: row for key, row in spare.items() if key not in readable.rows}
        self._insert(table, {**readable.rows, **taken})
        stored = self._count(table.name)
        return TableSalvaged(
            table.name,
            read=len(readable.rows),
            from_backup=len(taken),
            lost=max(len({*readable.rows, *taken, *readable.lost}) - stored, 0),
            left_out=0,
            may_lack_more=not readable.knows_its_end,
        )

    def _table(self, name: str) -> Table:
        """A table that the damaged store does not list any more, as the program makes it."""
        rows = self._target.rows(f"PRAGMA table_info({name})")
        key = tuple(row["name"] for row in sorted(rows, key=lambda row: int(row["pk"])) if row["pk"])
        return Table(name, tuple(row["name"] for row in rows), key or ("rowid",))

    def _take_from_backup(self, table: Table) -> TableSalvaged:
        """Where a table begins is lost with the page that lists it: nothing of it can be found."""
        taken = self._spare_rows(table)
        self._insert(table, taken)
        return TableSalvaged(table.name, 0, self._count(table.name), lost=0, left_out=0, may_lack_more=True)

    def _insert(self, table: Table, rows: Mapping[Cells, Cells]) -> None:
        columns = dict.fromkeys((*table.key, *table.columns))
        sql = (
            f"INSERT OR IGNORE INTO {table.name} ({', '.join(columns)}) "
            f"VALUES ({', '.join('?' * len(columns))})"
        )
        with self._target.atomic():
            self._target.run_many(sql, (_cells(table, key, row) for key, row in rows.items()))

    def _count(self, name: str) -> int:
        return int(self._target.value(f"SELECT count(*) FROM {name}"))

    def _spare_rows(self, table: Table) -> dict[Cells, Cells]:
        """The rows of the backup, where its table has the same columns."""
        if self._spare is None:
            return {}
        with suppress(SepError, KeyError):
            columns = self._spare.rows(f"PRAGMA table_info({table.name})")
            if tuple(each["name"] for each in columns) == table.columns:
                names = dict.fromkeys((*table.key, *table.columns))
                rows = self._spare.rows(f"SELECT {', '.join(names)} FROM {table.name}")
                return {
                    tuple(row[each] for each in table.key): tuple(row[each] for each in table.columns)
                    for row in rows
                }
        return {}

    def _leave_out_orphans(self) -> dict[str, int]:
        """Remove what points to nothing, until nothing does; how many rows of which table."""
        removed: dict[str, int] = {}
        with self._target.atomic():
            while orphans := {(row["table"], row["fkid"]) for row in self._target.rows(_POINT_NOWHERE)}:
                for table, number in sorted(orphans):
                    before = self._count(table)
                    self._target.run(self._removal(table, number))
                    removed[table] = removed.get(table, 0) + before - self._count(table)
        return removed

    def _removal(self, table: str, number: int) -> str:
        """The statement that removes what one foreign key of a table leads nowhere from."""
        keys = self._target.rows(f"PRAGMA foreign_key_list({table})")
        key = next(each for each in keys if each["id"] == number)
        parent = key["table"]
        column = key["to"] or next(
            each["name"] for each in self._target.rows(f"PRAGMA table_info({parent})") if each["pk"]
        )
        return (
            f"DELETE FROM {table} WHERE {key['from']} IS NOT NULL "
            f"AND {key['from']} NOT IN (SELECT {column} FROM {parent})"
        )


_OWN_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'"


_POINT_NOWHERE = "PRAGMA foreign_key_check"


def _cells(table: Table, key: Cells, row: Cells) -> list[object]:
    named = {**dict(zip(table.key, key, strict=True)), **dict(zip(table.columns, row, strict=True))}
    return list(named.values())
