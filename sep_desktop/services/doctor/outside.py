"""A store as its folder shows it: nothing is opened, asked for or changed, and nobody's words are counted."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sep_desktop import places
from sep_desktop.domain.wording import listed, plural
from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.services import outgoing
from sep_desktop.services.doctor.finding import Finding
from sep_desktop.storage import database_file, key_file, write_ahead_log
from sep_desktop.storage.backups import search
from sep_desktop.storage.key_slots import KeyFile
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.restoring import staging

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class OutsideView:
    """One store as it is looked at from outside, at ``now``.

    While ``is_open``, here or in another process, its database is left alone: who closes a second look at the
    file drops the locks of the process on it.
    """

    locations: Locations
    purpose: StorePurpose
    now: datetime
    is_open: bool

    def about(self, what: str) -> str:
        """``keys``, or ``sealed keys``."""
        return f"sealed {what}" if self.purpose is StorePurpose.SEALED else what

    @property
    def key_files(self) -> dict[Path, KeyFile | None]:
        """Both copies of the key file, with what can be read of each."""
        paths = (self.locations.key_file, self.locations.key_file_copy)
        return {path: _read(path) for path in paths}


Check = Callable[[OutsideView], Iterator[Finding]]


def _read(path: Path) -> KeyFile | None:
    try:
        return key_file.read_if_sound(path)
    except SepError:  # of a newer program
        return None


def database(view: OutsideView) -> Iterator[Finding]:
    """The file, as far as it can be judged without its keys: its size and its beginning."""
    about, path = view.about("store"), view.locations.database
    if view.is_open:
        if view.purpose is StorePurpose.SEALED:  # of the other, whoever has it open speaks
            yield Finding(about, "It is open now; its file was left alone.")
        return
    try:
        start = database_file.look_at(path)
    except SepError as problem:
        yield Finding(about, problem.message, problem.hint, grave=True)
        return
    except OSError as error:
        problem_of_reading = f"“{path.name}” cannot be read ({type(error).__name__})."
        yield Finding(about, problem_of_reading, "Give yourself the right to read it.", grave=True)
        return
    salts = {each.salt for each in view.key_files.values() if each}
    if salts and start not in salts:
        yield Finding(
            about,
            f"“{path.name}” does not begin as its keys say: it is another store's, or it is damaged.",
            "Open the store: a damaged beginning is mended from the key file. Another store's is refused.",
            grave=True,
        )
    else:
        yield Finding(about, f"“{path.name}” is there, in whole pages, and begins as its keys say.")
    yield from _log(view, about)


def _log(view: OutsideView, about: str) -> Iterator[Finding]:
    if lost := write_ahead_log.lost_commits(view.locations.log_of_database):
        yield Finding(
            about,
            f"Its log is damaged: {plural(lost, 'saved change')} of the last session cannot be read.",
            "Open the store: the log is set aside, and you are told. Compare with the newest backup.",
            grave=True,
        )


def place(view: OutsideView) -> Iterator[Finding]:
    """Where the folder lies, and whether it can be written: what must hold for a store in it."""
    about, root = view.about("store"), view.locations.root
    if hazard := places.hazard_of(root):
        text, remedy = f"Its folder is not safe: {hazard.reason}.", "Move it to this computer's own disk."
        yield Finding(about, text, remedy, grave=True)
    if package := places.owning_package(root):
        yield Finding(
            about,
            f"Its folder belongs to “{package}”: uninstalling that Python would delete the store with it.",
            "Make a backup, install Python from python.org, and start the program with it once more.",
            grave=True,
        )
    if not places.can_write(root, view.locations.database):
        yield Finding(
            about,
            "Its folder cannot be written: it opens for reading only.",
            "Copy the folder to this computer's own disk, and open it there.",
            grave=True,
        )


def _own_files(locations: Locations) -> list[Path]:
    fixed = (
        *(locations.root, locations.database, locations.log_of_database, locations.key_file),
        *(locations.key_file_copy, locations.disk_reserve, locations.backups, locations.outgoing),
        *(locations.log.parent, locations.log, locations.wrong_guesses),
    )
    return [path for path in fixed if os.path.lexists(path)]


def privacy(view: OutsideView) -> Iterator[Finding]:
    """Whether others may read it, whether somebody else owns it, and whether anything of it is a link.

    Windows keeps others out by the access list of the profile folder, which is not asked.
    """
    about, own = view.about("store"), [(path, path.lstat()) for path in _own_files(view.locations)]
    links = [path.name for path, status in own if _is_link(path, status)]
    if links:
        yield Finding(
            about,
            f"These are links, or have a second name: {listed(links)}. What is saved there may go elsewhere.",
            "Close the program, and put the file or folder itself in the place of the link.",
            grave=True,
        )
    if os.name != "posix":
        return
    real = [(path, status) for path, status in own if not path.is_symlink()]
    if foreign := [path.name for path, status in real if status.st_uid != os.getuid()]:
        text = f"These belong to another user of this computer: {listed(foreign)}."
        yield Finding(about, text, "Have the computer's administrator give them to you.", grave=True)
    if readable := [path.name for path, status in real if status.st_mode & _FOR_OTHERS]:
        text = f"Other users of this computer are let in: {listed(readable)}."
        yield Finding(about, text, f"Take their rights away: chmod -R go= “{view.locations.root}”.")


def _is_link(path: Path, status: os.stat_result) -> bool:
    return path.is_symlink() or (stat.S_ISREG(status.st_mode) and status.st_nlink > 1)


def leftovers(view: OutsideView) -> Iterator[Finding]:
    """What a kill, a restore or somebody's own hand left in the folder."""
    about, locations = view.about("store"), view.locations
    for names, sentence, remedy in _left(locations):
        if names:
            yield Finding(about, f"{sentence}: {listed(sorted(names))}.", remedy)
    if staging.is_decided(locations):
        text = "A store that was restored is not in its place yet."
        yield Finding(about, text, "Open the store: that is done first.", grave=True)
    if waiting := outgoing.left_in(locations.outgoing):
        text = f"{plural(len(waiting), 'message')} for your mail program, not encrypted, in “outgoing”."
        yield Finding(
            about,
            text,
            "Send or discard them there. The program removes them when it locks, ends or starts again.",
        )


def _left(locations: Locations) -> Iterator[tuple[list[str], str, str]]:
    root, stage = locations.root, staging.stage_of(locations).root
    yield (
        [path.name for path in root.glob("*.new")],
        "Left half written, by a kill or a power cut",
        "Nothing is lost by it. Remove it while the program is closed.",
    )
    yield (
        [stage.name] if stage.is_dir() else [],
        "Left of a restore that nobody decided",
        "The next opening removes it.",
    )
    yield (
        [path.name for path in locations.backups.glob("*.part")],
        "Left of a backup that was cut off",
        "The next backup removes it.",
    )
    yield (
        [path.name for path in search.strays([root, locations.backups])],
        "Copies of the store that nobody keeps in order; former secrets may open them",
        "Remove them when you miss nothing any more.",
    )
    yield (
        [path.name for path in root.glob("keys-of-*.json")],
        "Key files that were set aside; the secrets of that day may open an old copy with them",
        "Remove them when you need them no more.",
    )
    yield (
        [path.name for path in root.glob("*-wal.damaged")],
        "A damaged log that was set aside",
        "Remove it when you miss nothing any more.",
    )
