"""A damaged store read into a new one beside it, ready to take its place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from sep_desktop.errors import SepError, UserError
from sep_desktop.paths import Locations
from sep_desktop.storage import contents, database_file
from sep_desktop.storage.backups import verification
from sep_desktop.storage.backups.listing import Backup, backups_in
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.encrypted_store import AnyStore
from sep_desktop.storage.key_slots import SlotKind
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.restoring.finishing import finish_restoring
from sep_desktop.storage.restoring.keys import OpenedKeys, keys_here
from sep_desktop.storage.restoring.making_ready import MadeReady, open_present, open_staged
from sep_desktop.storage.salvage.copying import TableSalvaged, salvage
from sep_desktop.storage.store_creation import exists


@dataclass(frozen=True)
class MadeOfWhatIsLeft(Generic[AnyStore]):
    """What was salvaged, ready; ``backup`` stood in for lost rows, where there was a whole one."""

    ready: MadeReady[AnyStore]
    tables: tuple[TableSalvaged, ...]
    backup: Backup | None
    keys: OpenedKeys

    def changed_since_backup(self) -> dict[tuple[str, str], int] | None:
        """How many things of each noun were saved that the backup lacks, or has otherwise.

        None where there is no backup, or one of an earlier version. Raises ``EnvironmentProblem`` where it
        cannot be read.
        """
        if self.backup is None:
            return None
        staged = self.ready.staged
        with ClosedDatabase(self.backup.database, self.keys.key, self.keys.key_file.salt) as backup:
            if set(backup.steps()) != set(staged.steps):
                return None
            return {
                noun: len(contents.identities(staged.database, query) - contents.identities(backup, query))
                for noun, query in staged.contents.nouns.items()
            }


def make_of_what_is_left(
    kind: type[AnyStore], locations: Locations, secret: str, way: SlotKind
) -> MadeOfWhatIsLeft[AnyStore]:
    """Read the damaged store of ``locations`` row by row. Nothing of it is changed.

    Raises ``UserError`` for a store that is whole, ``WrongSecret``, ``MissingDatabase`` and other
    ``StoreProblem``s where nothing can be read.
    """
    finish_restoring(locations)
    if not exists(locations):
        raise UserError(f"There is no store in {locations.root}.", "Name the folder of the damaged one.")
    backups = backups_in(locations.backups)
    keys = keys_here(locations, next((each for each in backups if each.key_file), None), secret, way)
    trouble = _trouble(kind, locations, keys)
    backup = next((each for each in backups if _is_whole(each, keys)), None)
    stage = staging.prepare(locations, 2 * locations.database.stat().st_size)
    try:
        tables = salvage(kind, locations, stage, keys, backup)
        staged = open_staged(kind, stage, keys)
    except BaseException:
        staging.give_up(locations)
        raise
    saved = datetime.fromtimestamp(locations.database.stat().st_mtime).astimezone()
    return MadeOfWhatIsLeft(
        MadeReady(locations, staged, None, trouble, saved, keys.since), tuple(tables), backup, keys
    )


def _trouble(kind: type[AnyStore], locations: Locations, keys: OpenedKeys) -> str:
    """Why the store does not open. Raises ``UserError`` where it does, ``MissingDatabase``."""
    if not locations.database.is_file():
        database_file.look_at(locations.database)
    present, trouble = open_present(kind, locations, keys)
    if present:
        present.close()
        raise UserError(
            "The store is whole: it opens, and every page of it fits its checksum.",
            "There is nothing to salvage. Open it as usual.",
        )
    return trouble


def _is_whole(backup: Backup, keys: OpenedKeys) -> bool:
    try:
        verification.verify(backup, keys.key, keys.key_file.salt)
    except SepError:
        return False
    return True
