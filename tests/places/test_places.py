"""Places are told by what they are: every system's answers, tried on any."""

import json
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from sep_desktop import places
from sep_desktop.errors import UserError
from sep_desktop.paths import Locations
from sep_desktop.places import PlaceKind
from sep_desktop.places.facts import (
    dropbox_roots,
    linux_facts,
    macos_facts,
    markers_above,
    mounts_of_linux,
    mounts_of_macos,
    windows_facts,
)
from sep_desktop.places.hazards import Facts, Hazard, hazard_in, package_that_owns
from sep_desktop.services.doctor import outside
from sep_desktop.services.doctor.outside import OutsideView
from sep_desktop.storage import store as stores
from sep_desktop.storage import store_creation, store_lock
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.store_problems import UnsafePlace
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE

SYNCED, NETWORK, REMOVABLE = PlaceKind.SYNCED, PlaceKind.NETWORK, PlaceKind.REMOVABLE
ADA = PureWindowsPath(r"C:\Users\Zoë O'Brien 100%")
FIXED, TAKEN_OUT, REMOTE = 3, 2, 4


def kind_of(facts):
    hazard = hazard_in(facts)
    return hazard.kind if hazard else None


def on_windows(folder, drive=FIXED, registered=(), attributes=(0, 0), environment=None):
    return kind_of(
        windows_facts(
            PureWindowsPath(folder),
            ADA,
            lambda _: drive,
            lambda: registered,
            lambda each: attributes,
            environment or {},
        )
    )


@pytest.mark.parametrize(
    ("folder", "answers", "kind"),
    [
        (ADA / "AppData/Local/SEP Desktop", {}, None),
        (r"\\server\share\SEP", {}, NETWORK),
        (r"H:\SEP", {"drive": REMOTE}, NETWORK),
        (r"E:\SEP", {"drive": TAKEN_OUT}, REMOVABLE),
        (ADA / "Work/SEP", {"registered": [(str(ADA / "Work"), "OneDrive")]}, SYNCED),
        (ADA / "work/sep", {"registered": [(str(ADA / "WORK"), "iCloudDrive")]}, SYNCED),
        (ADA / "Worked/SEP", {"registered": [(str(ADA / "Work"), "OneDrive")]}, None),
        (ADA / "Work/SEP", {"environment": {"OneDriveCommercial": str(ADA / "Work")}}, SYNCED),
        (ADA / "Work/SEP", {"attributes": (0x400000, 0)}, SYNCED),
        (ADA / "Work/SEP", {"attributes": (0x400, 0x9000601A)}, SYNCED),
        (ADA / "Work/SEP", {"attributes": (0x400, 0xA0000003)}, None),  # a junction
    ],
)
def test_places_on_windows(folder, answers, kind):
    assert on_windows(folder, **answers) is kind


MACOS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//ada@nas._smb._tcp.local/work on /Volumes/my work (smbfs, nodev, nosuid, mounted by ada)
nas:/export on /Users/ada/remote (nfs)
/dev/disk4s1 on /Volumes/STICK (msdos, local, nodev, nosuid, noowners)
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/Users/ada/Library/Application Support/SEP Desktop", None),
        ("/Users/ada/Library/CloudStorage/OneDrive-TorbayCouncil/SEP", SYNCED),
        ("/Users/ada/Library/CloudStorage/Box-Box/SEP", SYNCED),
        ("/Users/ada/Library/CloudStorage", SYNCED),
        ("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/SEP", SYNCED),
        ("/Volumes/my work/SEP", NETWORK),
        ("/Users/ada/remote/SEP", NETWORK),
        ("/Volumes/STICK/SEP", REMOVABLE),
    ],
)
def test_places_on_macos(folder, kind):
    facts = macos_facts(PurePosixPath(folder), Path("/Users/ada"), mounts_of_macos(MACOS))
    assert kind_of(facts) is kind


MOUNTINFO = r"""
24 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 24 0:25 / /tmp rw - tmpfs tmpfs rw
31 24 0:40 / /home/ada/council\040files rw shared:2 - cifs //server/share rw,vers=3.0
32 24 0:41 / /home/ada/nas rw - nfs4 nas:/export rw
33 24 0:42 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
34 24 0:43 / /home/ada/far rw - fuse.sshfs ada@far: rw
35 24 8:17 / /media/ada/STICK rw - vfat /dev/sdb1 rw
36 24 8:33 / /home/ada/disk rw - fuseblk /dev/sdc1 rw
37 24 0:44 / /mnt/c rw - 9p C:\134 rw
38 32 253:1 / /home/ada/nas/local rw - ext4 /dev/vdb rw
a line that is none
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada/.local/share/SEP Desktop", None),
        ("/tmp/SEP", None),
        ("/home/ada/council files/SEP", NETWORK),
        ("/home/ada/nas", NETWORK),
        ("/home/ada/nas/local/SEP", None),
        ("/run/user/1000/gvfs/smb-share:server=s,share=t/SEP", NETWORK),
        ("/home/ada/far/SEP", NETWORK),
        ("/mnt/c/SEP", NETWORK),
        ("/media/ada/STICK/SEP", REMOVABLE),
        ("/home/ada/disk/SEP", None),
    ],
)
def test_places_on_linux(folder, kind):
    facts = linux_facts(
        PurePosixPath(folder), Path("/home/ada"), mounts_of_linux(MOUNTINFO), lambda device: device == "8:17"
    )
    assert kind_of(facts) is kind


def test_a_computer_that_runs_from_a_stick_is_no_stick():
    mounts = mounts_of_linux("24 1 8:1 / / rw - ext4 /dev/sda1 rw")
    assert (
        kind_of(linux_facts(PurePosixPath("/home/ada/SEP"), Path("/home/ada"), mounts, lambda _: True))
        is None
    )


@pytest.mark.parametrize(
    ("marker", "is_one"),
    [
        (".dropbox.cache/", True),
        (".dropbox", True),
        (".dropbox/", False),  # Dropbox's settings, in a home
        (".stfolder/", True),
        (".sync/ID", True),
        (".sync/", False),
        (".nextcloudsync.log", True),
        (".sync_0123456789ab.db", True),
        ("._sync_0123456789ab.db", True),
        (".csync_journal.db", True),
        (".tmp.drivedownload/", True),
        ("letters.txt", False),
    ],
)
def test_what_a_sync_client_left_above_the_folder_gives_it_away(tmp_path, marker, is_one):
    place = tmp_path / marker
    place.parent.mkdir(parents=True, exist_ok=True)
    place.mkdir() if marker.endswith("/") else place.write_text("x")
    folder = tmp_path / "below" / "SEP"
    assert bool([each for each in markers_above(folder) if each.is_relative_to(tmp_path)]) is is_one
    if is_one:
        assert (
            "kept in step by the service that put"
            in hazard_in(Facts(folder, tmp_path / "home", markers=(place,))).reason
        )


def test_dropbox_says_itself_where_it_is(tmp_path):
    info, broken = tmp_path / "info.json", tmp_path / "broken.json"
    info.write_text(json.dumps({"personal": {"path": "/data/D"}, "business": {"path": "/data/W"}}))
    broken.write_text("[1]")
    roots = list(dropbox_roots([tmp_path / "missing.json", broken, info]))
    assert roots == [(Path("/data/D"), "Dropbox"), (Path("/data/W"), "Dropbox")]
    assert kind_of(Facts(Path("/data/W/SEP"), Path("/home/ada"), sync_roots=tuple(roots))) is SYNCED


SYNCED_NAMES = [
    "OneDrive",
    "OneDrive-Personal",
    "OneDrive - Torbay Council",
    "onedrive-torbaycouncil",
    "Dropbox",
    "Dropbox (Personal)",
    "Google Drive",
    "GoogleDrive-ada@sep.example",
    "My Drive",
    "My Drive (ada@sep.example)",
    "iCloud Drive",
    "iCloudDrive",
    "com~apple~CloudDocs",
    "Box",
    "Box Sync",
    "Box (Council)",
    "Proton Drive",
    "pCloud Drive",
    "pCloudDrive",
    "MEGA",
    "MEGAsync",
    "Nextcloud",
    "ownCloud",
    "Seafile",
    "Syncthing",
]
OTHER_NAMES = [
    "Boxgrove School",
    "Box-files",
    "Megan",
    "My Drives",
    "Dropboxes",
    "Seafileton",
    "SEP Desktop",
    "Clouds",
]


@pytest.mark.parametrize("name", SYNCED_NAMES)
def test_a_name_is_a_hint_where_nothing_else_tells(name):
    hazard = hazard_in(Facts(PurePosixPath("/home/ada") / name / "SEP", PurePosixPath("/home/ada")))
    assert hazard == Hazard(SYNCED, f"the folder “{name}” is kept in step by a sync service")


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names_are_no_hint(name):
    assert hazard_in(Facts(PurePosixPath("/home/ada") / name / "SEP", PurePosixPath("/home/ada"))) is None


def test_somebody_may_be_called_box():
    home = PurePosixPath("/home/box")
    assert hazard_in(Facts(home / "SEP", home)) is None


def test_the_data_folder_of_a_store_python_is_named():
    package = "PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0"
    data = PureWindowsPath(rf"C:\Users\Ada\AppData\Local\Packages\{package}\LocalCache\Local\SEP Desktop")
    assert package_that_owns(data) == package
    assert package_that_owns(PureWindowsPath(r"C:\Users\Ada\AppData\Local\SEP Desktop")) == ""


def test_doctor_names_both(store, now, monkeypatch):
    monkeypatch.setattr(places, "owning_package", lambda root: "PythonSoftwareFoundation.Python.3.12_x")
    monkeypatch.setattr(
        places, "hazard_of", lambda root: Hazard(REMOVABLE, "it is on a disk that can be taken out")
    )
    view = OutsideView(store.locations, StorePurpose.VISITS, now, is_open=True)
    findings = list(outside.place(view))
    assert ["taken out" in findings[0].sentence, "uninstalling that Python" in findings[1].sentence] == [
        True,
        True,
    ]
    assert all(each.grave and each.remedy for each in findings)


def test_this_computers_own_temporary_folder_will_do(tmp_path):
    assert places.hazard_of(tmp_path) is None
    assert places.owning_package(tmp_path) == ""


@pytest.mark.parametrize("kind", PlaceKind)
def test_no_store_is_made_in_such_a_place(locations, monkeypatch, kind):
    monkeypatch.setattr(store_creation, "hazard_of", lambda root: Hazard(kind, "it is bad"))
    with pytest.raises(UserError, match="it is bad"):
        stores.create(locations, PASSPHRASE, QUICK)
    assert not locations.root.exists()


@pytest.mark.parametrize("kind", PlaceKind)
def test_a_store_that_is_there_opens_only_from_a_disk_that_can_be_taken_out(
    opened, locations, monkeypatch, kind
):
    opened.store.close()
    monkeypatch.setattr(store_lock, "hazard_of", lambda root: Hazard(kind, "it is bad"))
    if kind is not REMOVABLE:
        with pytest.raises(UnsafePlace, match="it is bad"):
            stores.unlock(locations, PASSPHRASE)
        monkeypatch.setattr(store_lock, "can_write", lambda *paths: False)
    store = stores.unlock(locations, PASSPHRASE)
    assert store.read_only is (kind is not REMOVABLE)
    store.close()


@pytest.mark.parametrize("name", ["OneDrive - Council", "Dropbox", "iCloud Drive"])
def test_a_real_folder_is_refused_with_the_reason(tmp_path, name):
    with pytest.raises(UserError, match="sync service"):
        stores.create(Locations(tmp_path / name / "store"), PASSPHRASE, QUICK)
