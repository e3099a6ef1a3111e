"""What the system says about a folder. Each answer comes from a function that a test can put another for."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePath, PureWindowsPath
from typing import NamedTuple

from sep_desktop.places.hazards import Facts

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|afpfs|afs|webdav|davfs|9p|ncpfs|ceph|glusterfs|vboxsf|"
    r"fuse\.(?:sshfs|rclone|davfs2?|gvfsd-fuse|s3fs|onedriver|google-drive-ocamlfuse|vmhgfs-fuse)"
)
"""File systems behind which there is another computer, as Linux and macOS call them."""

_MARKER = re.compile(
    r"\.dropbox(?:\.cache)?|\.stfolder|\.sync|\.megaignore|\.tmp\.drivedownload|"
    r"\.(?:nextcloud|owncloud)sync\.log|\.csync.*|\.(?:_)?sync_.*\.db"
)
"""What Dropbox, Syncthing, Resilio, MEGA, Google Drive, Nextcloud and ownCloud leave in their folders."""

_REMOVABLE, _REMOTE = 2, 4  # GetDriveTypeW
_RECALL = 0x40000 | 0x400000  # FILE_ATTRIBUTE_RECALL_ON_OPEN, …_ON_DATA_ACCESS
_CLOUD_TAG, _CLOUD_TAG_MASK = 0x9000001A, 0xFFFF0FFF  # IO_REPARSE_TAG_CLOUD and its sixteen variants


class Mount(NamedTuple):
    """A file system in its place. ``device`` is its number, or what it was mounted from."""

    point: str
    file_system: str
    device: str


def facts_of(folder: Path) -> Facts:
    """The facts about a folder, whose path is resolved."""
    if sys.platform == "win32":
        return windows_facts(folder, Path.home())
    if sys.platform == "darwin":
        return macos_facts(folder, Path.home(), mounts_of_macos(_mount_command()))
    return linux_facts(folder, Path.home(), mounts_of_linux(_mountinfo()))


def linux_facts(
    folder: Path,
    home: Path,
    mounts: Iterable[Mount],
    is_removable: Callable[[str], bool] | None = None,
) -> Facts:
    """``is_removable`` is asked about the number of a device."""
    by_place = tuple(mounts)
    mount, of_home = _mount_of(folder, by_place), _mount_of(home, by_place)
    can_be_taken_out = is_removable or _is_removable_on_linux
    return Facts(
        folder,
        home,
        is_on_network=bool(mount and _NETWORK.fullmatch(mount.file_system)),
        is_on_removable_disk=bool(mount and mount != of_home and can_be_taken_out(mount.device)),
        sync_roots=tuple(dropbox_roots([home / ".dropbox" / "info.json"])),
        markers=tuple(markers_above(folder)),
    )


def macos_facts(folder: Path, home: Path, mounts: Iterable[Mount]) -> Facts:
    """Whatever is not the computer's own disk stands below ``/Volumes``."""
    mount = _mount_of(folder, tuple(mounts))
    return Facts(
        folder,
        home,
        is_on_network=bool(mount and _NETWORK.fullmatch(mount.file_system)),
        is_on_removable_disk=folder.is_relative_to("/Volumes") and not home.is_relative_to("/Volumes"),
        sync_roots=tuple(dropbox_roots([home / ".dropbox" / "info.json"])),
        markers=tuple(markers_above(folder)),
    )


def windows_facts(
    folder: PurePath,
    home: PurePath,
    drive_kind: Callable[[str], int] | None = None,
    registered: Callable[[], Iterable[tuple[str, str]]] | None = None,
    attributes: Callable[[PurePath], tuple[int, int]] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Facts:
    """``drive_kind`` is ``GetDriveTypeW``; ``registered`` gives the sync roots that services registered.

    ``attributes`` gives a folder's file attributes and its reparse tag.
    """
    kind = (drive_kind or _drive_kind)(folder.anchor)
    of_folder = attributes or _attributes
    above = (folder, *folder.parents)
    by_environment = [
        (PureWindowsPath(environment[name]), "OneDrive")
        for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
        if environment.get(name)
    ]
    by_registry = [(PureWindowsPath(path), service) for path, service in (registered or _registered)()]
    settings = [
        Path(environment[name]) / "Dropbox" / "info.json"
        for name in ("APPDATA", "LOCALAPPDATA")
        if environment.get(name)
    ]
    return Facts(
        folder,
        home,
        is_on_network=kind == _REMOTE,
        is_on_removable_disk=kind == _REMOVABLE,
        is_recalled=any(_is_recalled(*of_folder(each)) for each in above),
        sync_roots=(*by_environment, *by_registry, *dropbox_roots(settings)),
        markers=tuple(markers_above(folder)),
    )


def _is_recalled(attributes: int, tag: int) -> bool:
    return bool(attributes & _RECALL) or tag & _CLOUD_TAG_MASK == _CLOUD_TAG


def markers_above(folder: PurePath) -> Iterator[PurePath]:
    """What sync clients left in a folder or in one above it, nearest first."""
    for place in map(Path, (folder, *folder.parents)):
        try:
            with os.scandir(place) as entries:  # one look at each: this stands in the way of the first page
                names = [entry.name for entry in entries]
        except OSError:
            continue
        yield from (place / name for name in names if _MARKER.fullmatch(name) and _is_marker(place / name))


def _is_marker(path: Path) -> bool:
    """In a user's home a folder ``.dropbox`` holds nothing but settings, and Resilio's has its ``ID``."""
    if path.name == ".dropbox":
        return path.is_file()
    return path.name != ".sync" or (path / "ID").exists()


def dropbox_roots(settings: Iterable[Path]) -> Iterator[tuple[PurePath, str]]:
    """Where Dropbox says that it keeps its folders, in the file that it leaves for other programs."""
    for path in settings:
        try:
            accounts = json.loads(path.read_text(encoding="utf-8")).values()
            yield from [(type(path)(account["path"]), "Dropbox") for account in accounts]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue


def _mount_of(folder: PurePath, mounts: tuple[Mount, ...]) -> Mount | None:
    """The file system in which a folder lies: the deepest mount above it, the last where two lie there."""
    below = f"{folder.as_posix().rstrip('/')}/"
    above = [mount for mount in mounts if below.startswith(f"{mount.point.rstrip('/')}/")]
    return max(reversed(above), key=lambda mount: len(mount.point), default=None)


def _mountinfo() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def mounts_of_linux(mountinfo: str) -> Iterator[Mount]:
    """The lines of ``/proc/self/mountinfo`` (proc(5)): number of the device, place, and type after a dash."""
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields, described = before.split(" "), after.split(" ")
        if dash and len(fields) > 4:
            yield Mount(_unescaped(fields[4]), described[0], fields[2])


def _unescaped(text: str) -> str:
    """A path of mountinfo, in which spaces and the like stand as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _is_removable_on_linux(device: str) -> bool:
    """Whether a device hangs on USB, or says of itself that its disk can be taken out."""
    try:
        there = Path("/sys/dev/block", device).resolve(strict=True)
        told = [each / "removable" for each in (there, there.parent)]
        return "/usb" in str(there) or any(each.read_text().strip() == "1" for each in told if each.exists())
    except OSError:
        return False


def _mount_command() -> str:
    try:
        done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def mounts_of_macos(listing: str) -> Iterator[Mount]:
    """The lines of ``mount``: ``//ada@server/share on /Volumes/share (smbfs, nodev, nosuid)``."""
    for line in listing.splitlines():
        match = re.fullmatch(r"(.+?) on (/.*) \(([^,)]+).*\)", line)
        if match:
            yield Mount(match[2], match[3], match[1])


def _drive_kind(drive: str) -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(drive))
    return 0


def _attributes(folder: PurePath) -> tuple[int, int]:
    try:
        status = Path(folder).lstat()
    except OSError:
        return 0, 0
    return getattr(status, "st_file_attributes", 0), getattr(status, "st_reparse_tag", 0)


_SYNC_ROOTS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\SyncRootManager"


def _registered() -> list[tuple[str, str]]:
    """The folders that services registered with Windows as theirs, with the service's name."""
    roots: list[tuple[str, str]] = []
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _SYNC_ROOTS) as services:
            for number in range(winreg.QueryInfoKey(services)[0]):
                name = winreg.EnumKey(services, number)
                with suppress(OSError), winreg.OpenKey(services, rf"{name}\UserSyncRoots") as users:
                    paths = [
                        winreg.EnumValue(users, each)[1] for each in range(winreg.QueryInfoKey(users)[1])
                    ]
                    roots += [(str(path), name.split("!")[0]) for path in paths]
    return roots
