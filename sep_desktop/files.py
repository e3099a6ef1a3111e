"""How files reach the disk: for their owner alone from the first byte, in one step, and patiently.

A file is written under a name of its own beside its place and then given its name. So nothing is written
through a link, a pipe or a second name that somebody laid there, and nobody sees half of one.
"""

import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from sep_desktop.errors import EnvironmentProblem, in_words, is_busy

Result = TypeVar("Result")

IN_CLEAR = "Anybody who has this disk can read it: its format keeps nothing for one person."
"""Of a paper on a stick or a share that knows no owners."""

SEALED_THERE = "Its format keeps nothing for one person: who has this disk cannot read it, but can remove it."
"""Of what is encrypted, in such a place."""

_PAUSES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.4, 0.4)
"""Seconds between tries, two in all: a scanner or an indexer holds for a moment what was just written."""

_KNOWS_NONE = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""What ``chmod`` answers in a place that knows no owners: FAT and exFAT, many shares."""

_CANNOT_BE_ASKED = {errno.EINVAL, errno.ENOTSUP}
"""What a network share answers that has no way to flush a folder."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_BESIDE = re.compile(r"\.sep-desktop-[0-9a-f]{16}\.new")
_FORGOTTEN = 3600
"""Seconds after which nobody writes to a file beside its place any more: the program was killed."""

_CHUNK = 1024 * 1024
_FILE_PERSISTENT_ACLS = 0x8  # GetVolumeInformationW

sleep: Callable[[float], None] = time.sleep
"""How a pause is made; tests put another in its place."""


def patiently(deed: Callable[[], Result], path: Path) -> Result:
    """Do what needs ``path`` for itself, for two seconds more while another program holds it (Windows).

    Raises ``OSError`` at once for every other reason, and in the end for this one: it names ``path``.
    """
    for pause in _PAUSES:
        try:
            return deed()
        except OSError as error:
            if not is_busy(error):
                raise
            sleep(pause)
    try:
        return deed()
    except OSError as error:
        if is_busy(error):
            error.filename, error.filename2 = str(path), None
        raise


def replace(path: Path, target: Path) -> None:
    """Give ``path`` the name ``target``, in the place of what has it. Raises as ``patiently``."""
    patiently(lambda: path.replace(target), target)


def rename(path: Path, target: Path) -> None:
    """Give ``path`` the name ``target``, which nothing has. Raises as ``patiently``."""
    patiently(lambda: path.rename(target), path)


def remove(path: Path) -> None:
    """Remove a file, or a link and not what it leads to, if it is there. Raises as ``patiently``."""
    patiently(lambda: path.unlink(missing_ok=True), path)


def remove_folder(path: Path) -> None:
    """Remove a folder with all that is in it, following no link. Raises as ``patiently``."""
    patiently(lambda: shutil.rmtree(path), path)


def clear_away(path: Path) -> bool:
    """Remove a file or a folder where that can be done. Whether it is gone."""
    try:
        if path.is_dir() and not path.is_symlink():
            remove_folder(path)
        else:
            remove(path)
    except OSError:
        return False
    return True


def make_private(folder: Path) -> None:
    """Make a folder and what is missing above it, each for its owner alone where the system knows owners.

    Those that are there stay as they are; a new one survives a power cut where the disk can promise that.
    Raises ``OSError``.
    """
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        with suppress(OSError):  # a parent that may not be read
            fsync_folder(folder.parent)


def keep_private(path: Path) -> bool:
    """Give a file or folder that is there to its owner alone; whether the place knows owners.

    Windows does this by the profile folder's own access list. Raises ``OSError``.
    """
    if os.name != "posix":
        return True
    try:
        path.chmod(0o700 if path.is_dir() else 0o600)
    except OSError as error:
        if error.errno in _KNOWS_NONE:
            return False
        raise
    return True


def is_open_to_others(path: Path) -> bool:
    """Whether a file of ours lies in a place that knows no owners, where whoever has the disk has the file.

    False where nobody can tell.
    """
    try:
        if sys.platform == "win32":
            return not _keeps_access_lists(path)
        return not keep_private(path) or bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def _keeps_access_lists(path: Path) -> bool:
    """Whether the volume has access lists: FAT and exFAT have none. Raises ``OSError``."""
    if sys.platform == "win32":
        import ctypes

        kernel, flags = ctypes.WinDLL("kernel32", use_last_error=True), ctypes.c_ulong()
        volume = ctypes.create_unicode_buffer(261)
        if not kernel.GetVolumePathNameW(str(path), volume, len(volume)):
            raise ctypes.WinError(ctypes.get_last_error())
        asked = (volume, None, 0, None, None, ctypes.byref(flags), None, 0)
        if not kernel.GetVolumeInformationW(*asked):
            raise ctypes.WinError(ctypes.get_last_error())
        return bool(flags.value & _FILE_PERSISTENT_ACLS)
    return True


def create(path: Path) -> BinaryIO:
    """A new file, for its owner alone from the first byte on.

    Raises ``FileExistsError`` where anything has the name, a link that leads nowhere included; ``OSError``.
    """
    return os.fdopen(os.open(path, _NEW | _SAFELY, 0o600), "wb")


def private_opener(path: str, flags: int) -> int:
    """For ``open``: a file that goes on, for its owner alone; never through a link, a pipe or a second name.

    Raises ``OSError``.
    """
    descriptor = os.open(path, flags | _SAFELY, 0o600)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is not a file of its own", path)
    return descriptor


def copy(source: Path, target: Path, each: Callable[[bytes], None] = lambda _: None) -> None:
    """Copy a file to a new one, for its owner alone and durably; ``each`` gets its bytes by megabytes.

    What ``each`` raises gives up. Raises ``FileExistsError``, ``OSError``.
    """
    with patiently(lambda: source.open("rb"), source) as read, create(target) as write:
        while chunk := read.read(_CHUNK):
            write.write(chunk)
            each(chunk)
        write.flush()
        flush(write.fileno())


def flush(descriptor: int) -> None:
    """Have what was written on the disk itself: macOS leaves it in the drive's memory unless told so."""
    if sys.platform == "darwin":
        import fcntl

        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:  # a disk of another system, which knows no more than fsync
            os.fsync(descriptor)
    else:
        os.fsync(descriptor)


def fsync_file(path: Path) -> None:
    """Bring a file that is written to the disk for good. Raises ``OSError``."""
    with path.open("rb+") as file:
        flush(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable. Windows has no handle for this and needs none, some shares no way.

    Raises ``OSError``.
    """
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flush(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_BE_ASKED:
            raise
    finally:
        os.close(descriptor)


def write_durably(path: Path, data: bytes) -> None:
    """Replace ``path`` in one step: the old bytes or the new ones survive a power cut, never a mixture.

    A link of that name is replaced, not followed. Raises ``OSError``, also for what is no file.
    """
    make_private(path.parent)
    _put(path, data, durably=True)
    fsync_folder(path.parent)


def write_in_one_step(path: Path, data: bytes) -> None:
    """As ``write_durably`` in a folder that is there; a power cut may take it back. Raises ``OSError``."""
    _put(path, data, durably=False)


def _put(path: Path, data: bytes, *, durably: bool) -> None:
    _assert_may_be_replaced(path)
    beside = path.with_name(f".sep-desktop-{secrets.token_hex(8)}.new")
    try:
        with create(beside) as file:
            file.write(data)
            file.flush()
            if durably:
                flush(file.fileno())
        _clear_forgotten(beside)
        replace(beside, path)
    except BaseException:
        clear_away(beside)  # half a confidential file is left nowhere
        raise


def _assert_may_be_replaced(path: Path) -> None:
    """Raises ``OSError`` for a folder, a pipe or a device, or a link to one."""
    with suppress(FileNotFoundError):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "is not a file", str(path))


def _clear_forgotten(beside: Path) -> None:
    """Remove what a kill left beside other files of the folder, by the clock of its disk."""
    with suppress(OSError), os.scandir(beside.parent) as entries:
        now = beside.stat().st_mtime
        for entry in entries:
            is_ours = _BESIDE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            if is_ours and now - entry.stat(follow_symlinks=False).st_mtime > _FORGOTTEN:
                clear_away(Path(entry.path))


def write_out(path: Path, data: bytes, hint: str = "Choose another folder, or free some space.") -> None:
    """Durably, or not at all, where the user wants it.

    Raises ``EnvironmentProblem`` that says what the disk refused, or which file is open elsewhere.
    """
    try:
        write_durably(path, data)
    except OSError as error:
        raise not_written(path, error, hint) from None


def assert_replaceable(path: Path) -> None:
    """That ``path`` could be replaced now: it is a file, or nothing, and no other program holds it (Windows).

    Raises ``EnvironmentProblem``.
    """
    try:
        _assert_may_be_replaced(path)
        with suppress(FileNotFoundError):
            patiently(lambda: path.open("rb+").close(), path)
    except OSError as error:
        raise not_written(path, error, "Make it writable, or move it away.") from None


def not_written(path: Path, error: OSError, hint: str) -> EnvironmentProblem:
    """What to say of a file that could not be written."""
    return in_words(error, f"{path} cannot be written ({type(error).__name__}).", hint)
