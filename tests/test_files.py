"""Files that leave: for their owner alone from the first byte, through no link, patiently, never by half."""

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sep_desktop import errors, files
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.storage import page_copy

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows gives the profile folder its own access list")


@pytest.fixture
def pauses(monkeypatch):
    """How long each pause would have been, in seconds."""
    slept = []
    monkeypatch.setattr(files, "sleep", slept.append)
    return slept


def held(path=None):
    error = PermissionError(errno.EACCES, "in use", path)
    error.winerror = 32
    return error


def others_of(path):
    return path.stat().st_mode & 0o077


@POSIX
def test_another_thread_never_sees_a_file_that_others_could_read(tmp_path):
    """Under a umask that lets everybody read: the mode is right at the first look, not narrowed afterwards."""
    seen, done = [], threading.Event()

    def look():
        while not done.is_set():
            for entry in os.scandir(tmp_path):
                try:
                    seen.append(stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode) & 0o077)
                except FileNotFoundError:
                    continue

    watcher, mask = threading.Thread(target=look), os.umask(0)
    watcher.start()
    try:
        for number in range(150):
            files.write_durably(tmp_path / f"{number % 7}.pdf", b"confidential" * 500)
    finally:
        os.umask(mask)
        done.set()
        watcher.join()
    assert seen
    assert not any(seen)


@POSIX
def test_the_folders_above_a_file_are_private_from_their_creation(tmp_path):
    mask = os.umask(0)
    try:
        files.write_durably(tmp_path / "Zoë O'Brien 100%" / "reports" / "a.pdf", b"x")
    finally:
        os.umask(mask)
    assert not others_of(tmp_path / "Zoë O'Brien 100%")
    assert not others_of(tmp_path / "Zoë O'Brien 100%" / "reports")


def planted(kind, path, victim):
    if kind == "symlink":
        path.symlink_to(victim)
    elif kind == "hard link":
        os.link(victim, path)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"left by a kill")


@POSIX
@pytest.mark.parametrize("kind", ["symlink", "hard link", "pipe", "folder", "file"])
def test_what_is_planted_under_the_name_of_old_harms_nothing_and_stops_nothing(tmp_path, kind):
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    planted(kind, tmp_path / "report.pdf.new", victim)
    files.write_durably(tmp_path / "report.pdf", b"confidential")
    assert (tmp_path / "report.pdf").read_bytes() == b"confidential"
    assert victim.read_bytes() == b"mine"


@POSIX
@pytest.mark.parametrize("kind", ["symlink", "hard link"])
def test_a_file_takes_the_place_of_a_link_and_is_not_written_through_it(tmp_path, kind):
    victim, path = tmp_path / "victim", tmp_path / "report.pdf"
    victim.write_bytes(b"mine")
    planted(kind, path, victim)
    files.write_durably(path, b"confidential")
    assert victim.read_bytes() == b"mine"
    assert not path.is_symlink()
    assert path.read_bytes() == b"confidential"


@POSIX
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_refused_and_stays(tmp_path, kind):
    path = Path(os.devnull) if kind == "device" else tmp_path / "report.pdf"
    if kind != "device":
        planted(kind, path, tmp_path)
    before = path.stat().st_mode
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        files.write_out(path, b"confidential")
    assert path.stat().st_mode == before
    assert not list(tmp_path.glob(".sep-desktop-*"))


@POSIX
def test_a_folder_that_is_a_link_is_the_users_own_wish(tmp_path):
    (tmp_path / "stick").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "stick")
    files.write_durably(tmp_path / "link" / "a.pdf", b"x")
    assert (tmp_path / "stick" / "a.pdf").read_bytes() == b"x"


def test_what_a_kill_left_beside_is_cleared_an_hour_later_and_nothing_else(tmp_path):
    """Killed between writing and naming, by another process, which really dies."""
    code = (
        "import os, sys; from pathlib import Path; from sep_desktop import files\n"
        "files.replace = lambda *_: os._exit(9)\n"
        "files.write_durably(Path(sys.argv[1]) / 'report.pdf', b'confidential')"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 9
    (left,) = tmp_path.iterdir()
    assert files._BESIDE.fullmatch(left.name)
    mine = tmp_path / ".sep-desktop-notes.new"
    mine.write_bytes(b"x")
    files.write_durably(tmp_path / "b.pdf", b"x")
    assert left.exists(), "somebody may be writing it now"
    for path in (left, mine):
        os.utime(path, (left.stat().st_mtime - 4000,) * 2)
    files.write_durably(tmp_path / "b.pdf", b"x")
    assert not left.exists()
    assert mine.exists()


@POSIX
def test_the_log_goes_on_in_a_file_of_its_own_alone(tmp_path):
    victim, path = tmp_path / "victim", tmp_path / "a.log"
    victim.write_bytes(b"mine")
    for kind in ("symlink", "hard link", "pipe"):
        planted(kind, path, victim)
        with pytest.raises(OSError, match=r".*"):
            open(path, "a", opener=files.private_opener)  # noqa: SIM115
        path.unlink()
    assert victim.read_bytes() == b"mine"
    with open(path, "a", opener=files.private_opener) as log:
        log.write("x")
    assert not others_of(path)


@POSIX
def test_a_copy_of_the_database_is_private_from_its_first_byte(store, tmp_path, monkeypatch):
    modes, connect = [], page_copy.driver.connect

    def looking(path, **options):
        modes.append(others_of(Path(path)))
        return connect(path, **options)

    monkeypatch.setattr(page_copy.driver, "connect", looking)
    mask = os.umask(0)
    try:
        store.database.copy_to(tmp_path / "copy.db", lambda: None)
    finally:
        os.umask(mask)
    assert modes == [0]
    assert not others_of(tmp_path / "copy.db")


@POSIX
def test_every_file_of_a_store_is_private_under_a_umask_that_lets_all_read(tmp_path, now):
    from sep_desktop.storage import store as stores
    from tests.conftest import QUICK
    from tests.support.fakes import PASSPHRASE

    mask = os.umask(0)
    try:
        store, _ = stores.create(stores.Locations(tmp_path / "store"), PASSPHRASE, QUICK)
        store.back_up(now)
        there = list((tmp_path / "store").rglob("*"))
        assert {path.suffix for path in there} >= {".db", ".db-wal", ".json", ".bin"}
        assert [path for path in there if others_of(path)] == []
        store.close()
    finally:
        os.umask(mask)


KNOWS_NONE = [errno.EPERM, errno.ENOTSUP]


@POSIX
@pytest.mark.parametrize("code", KNOWS_NONE)
def test_a_place_that_knows_no_owners_is_written_to_and_that_is_known(tmp_path, monkeypatch, code):
    def refuse(path, mode, **_):
        raise OSError(code, "no owners here", str(path))

    files.write_durably(tmp_path / "a.pdf", b"x")
    assert not files.is_open_to_others(tmp_path / "a.pdf")
    monkeypatch.setattr(Path, "chmod", refuse)
    files.write_out(tmp_path / "b.pdf", b"x")
    assert (tmp_path / "b.pdf").read_bytes() == b"x"
    assert files.is_open_to_others(tmp_path / "b.pdf")
    assert not files.keep_private(tmp_path)


@POSIX
def test_what_chmod_refuses_for_another_reason_is_raised(tmp_path, monkeypatch):
    def refuse(path, mode, **_):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(OSError, match="broken"):
        files.keep_private(tmp_path)


@pytest.mark.parametrize("deed", ["replace", "rename", "remove", "remove_folder"])
def test_what_another_program_holds_for_a_moment_is_tried_again(tmp_path, monkeypatch, pauses, deed):
    path, target = tmp_path / "a", tmp_path / "b"
    path.mkdir() if deed == "remove_folder" else path.write_bytes(b"x")
    owner, name = {"remove_folder": (files.shutil, "rmtree"), "remove": (Path, "unlink")}.get(
        deed, (Path, deed)
    )
    real, left = getattr(owner, name), [1, 1, 1]

    def held_at_first(*arguments, **options):
        if left:
            left.pop()
            raise held()
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, held_at_first)
    getattr(files, deed)(*([path, target] if deed in {"replace", "rename"} else [path]))
    assert not path.exists()
    assert len(pauses) == 3


def test_what_is_held_for_long_is_named_after_two_seconds(tmp_path, monkeypatch, pauses):
    def refuse(path, target):
        raise held(str(path))

    (tmp_path / "addresses.csv").write_bytes(b"x")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(EnvironmentProblem) as raised:
        files.write_out(tmp_path / "addresses.csv", b"y")
    assert sum(pauses) == pytest.approx(2)
    assert raised.value.message == "addresses.csv is open in another program, or may not be changed."
    assert str(tmp_path / "addresses.csv") in raised.value.hint
    assert [each.name for each in tmp_path.iterdir()] == ["addresses.csv"]
    assert errors.in_family(held("C:/x/keys.json")).message.startswith("keys.json is open in another program")


def test_what_the_system_refuses_for_good_is_not_tried_again(tmp_path, pauses):
    with pytest.raises(FileNotFoundError):
        files.rename(tmp_path / "nothing", tmp_path / "else")
    assert pauses == []


def test_a_list_is_asked_for_before_its_other_half_is_written(tmp_path, monkeypatch, pauses):
    files.assert_replaceable(tmp_path / "addresses.csv")
    (tmp_path / "addresses.csv").write_bytes(b"x")
    files.assert_replaceable(tmp_path / "addresses.csv")

    def refuse(path, mode="r"):
        raise held(str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(EnvironmentProblem, match=r"addresses\.csv is open in another program"):
        files.assert_replaceable(tmp_path / "addresses.csv")
