"""What stays of the backups in a folder, and which of them is the newest."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sep_desktop.domain.backups import Dated, Why, is_ahead, removable
from sep_desktop.storage.backups.listing import Backup, backups_in
from sep_desktop.storage.backups.making import remove


def newest(backups: Iterable[Backup], now: datetime) -> Backup | None:
    """The good one that was made last: one that is dated in the future only where there is no other."""
    good = [backup for backup in backups if not backup.trouble]
    in_time = [backup for backup in good if not is_ahead(backup.made, now)]
    return max(in_time or good, key=lambda each: each.made, default=None)


def thin(folder: Path, store: str, now: datetime) -> None:
    """Remove a few of the backups of ``store`` that need not be kept by their age.

    Never the newest good one, nor what cannot be read. Raises ``OSError``, and ``EnvironmentProblem`` where
    the folder cannot be read.
    """
    good = [
        backup
        for backup in backups_in(folder)
        if not backup.trouble and (backup.manifest is None or backup.manifest.store == store)
    ]
    in_time = [backup for backup in good if not is_ahead(backup.made, now)]
    old = removable([Dated(each.path.name, each.made, each.why) for each in good], now)
    for backup in good:
        if backup.path.name in old or _was_repeated(backup, in_time):
            remove(backup)


def _was_repeated(backup: Backup, others: list[Backup]) -> bool:
    """Whether a later one was made before the same update, which fails again and again: one is enough."""
    return backup.why == Why.BEFORE_UPDATE and any(
        later.why == backup.why and later.made > backup.made and _steps(later) == _steps(backup) != ()
        for later in others
    )


def _steps(backup: Backup) -> tuple[str, ...]:
    return backup.manifest.steps if backup.manifest else ()
