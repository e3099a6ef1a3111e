"""Bringing a store back: what is shown, what is refused, and that a kill at any step leaves one whole store."""

import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from sep_desktop import files
from sep_desktop.domain.backups import Why
from sep_desktop.domain.fork import fork
from sep_desktop.domain.outbox import State
from sep_desktop.errors import SepError, UserError
from sep_desktop.paths import Locations
from sep_desktop.services import guard, restore
from sep_desktop.services.appraisals import opening, retention
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.services.appraisals.way_back import of_sealed
from sep_desktop.services.restore import Secret
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups import second_place
from sep_desktop.storage.backups.listing import backup_at, backups_in
from sep_desktop.storage.backups.manifest import DamagedBackup
from sep_desktop.storage.key_slots import WrongSecret
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store
from sep_desktop.storage.store_problems import StoreInUse
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.conftest import QUICK
from tests.support.appraisals import SEALED, completed
from tests.support.fakes import PASSPHRASE, SENDER, FakeTransport

LATER = "another long passphrase"


@pytest.fixture
def backed_up(store, queued, clock):
    """A store with a report that waits, and a backup of that moment; then the report was sent."""
    guard.begin(store=store, now=clock.now())
    backup = store.back_up(clock.now(), Why.CLOSE)
    clock.moment += timedelta(minutes=10)
    hand_over(VisitsQueue(store), FakeTransport(), SENDER, clock, at_once=True)
    return backup


@pytest.fixture
def out_of_reach(backed_up, tmp_path):
    """The backup as it lies on a stick that is not connected: its keys are not renewed with the store's."""
    return backup_at(shutil.copytree(backed_up.path, tmp_path / backed_up.path.name))


def prepared(locations, backup, secret=PASSPHRASE, kind=Store, **options):
    given = Secret(secret, **options)
    return restore.prepare(kind=kind, locations=locations, backup=backup, secret=given)


def restored(locations, backup, now, **options):
    return restore.carry_out(restoring=prepared(locations, backup, **options), now=now)


def opened(locations, now, secret=PASSPHRASE):
    store = stores.unlock(locations, secret)
    return store, guard.begin(store=store, now=now)


def states(store):
    return {each.state for message in store.outbox.messages() for each in message.deliveries}


def everything_in(locations):
    """The names and bytes of a store's own files."""
    return {
        path.name: path.read_bytes()
        for path in locations.root.iterdir()
        if path.is_file() and path.name not in {"in-use.lock", "reserve.bin"}
    }


def test_what_may_have_gone_since_the_backup_waits_for_a_decision(store, backed_up, clock):
    store.close()
    done = restored(store.locations, backed_up, clock.now())
    again, beginning = opened(store.locations, clock.now())
    assert states(again) == {State.UNKNOWN}
    assert beginning.guarded.reason.startswith("This store was brought back as it was on Tue 24 Nov 2026")
    assert beginning.guarded.held == 3
    transport = FakeTransport()
    hand_over(VisitsQueue(again), transport, SENDER, clock, at_once=True)
    assert not transport.sent
    assert "Restored from the backup of" in [each.text for each in again.journal.entries()][-2]
    assert done.kept.name.endswith("before-restore")
    again.close()
    assert opened(store.locations, clock.now())[1].guarded.reason == "", "once is enough"


def test_the_preview_says_what_it_brings_and_what_is_newer_here(store, backed_up, clock):
    store.close()
    restoring = prepared(store.locations, backed_up)
    preview = restoring.preview
    restore.give_up(restoring=restoring)
    assert "1 completed version" in preview.counts
    assert preview.only_here == ("3 deliveries that left",)
    assert preview.only_there == ()
    ((heading, lines),) = preview.since_then
    assert heading == "Written here since that backup"
    assert sum("accepted by the mail server" in line for line in lines) == 3
    assert "Here and not in the backup: 3 deliveries that left." in preview.sentences


def test_what_is_given_up_leaves_everything_as_it_was(store, backed_up):
    store.close()
    before = everything_in(store.locations)
    restore.give_up(restoring=prepared(store.locations, backed_up))
    assert everything_in(store.locations) == before
    assert not staging.stage_of(store.locations).root.exists()


def test_what_was_there_is_kept_as_a_backup_that_can_be_restored_in_turn(store, backed_up, clock):
    store.close()
    done = restored(store.locations, backed_up, clock.now())
    (before,) = [each for each in backups_in(store.locations.backups) if each.path == done.kept]
    restored(store.locations, before, clock.now() + timedelta(minutes=1))
    again, _ = opened(store.locations, clock.now())
    assert states(again) == {State.ACCEPTED}
    again.close()


def test_a_passphrase_that_was_changed_since_stays_changed(store, out_of_reach, clock):
    store.change_passphrase(PASSPHRASE, LATER, QUICK)
    store.close()
    for secret in (PASSPHRASE, LATER):
        restoring = prepared(store.locations, out_of_reach, secret)
        assert restoring.preview.since == ""
        restore.give_up(restoring=restoring)
    restored(store.locations, out_of_reach, clock.now(), secret=LATER)
    with pytest.raises(WrongSecret):
        stores.unlock(store.locations, PASSPHRASE)
    opened(store.locations, clock.now(), LATER)[0].close()


def test_where_the_keys_are_lost_the_backups_own_take_their_place_and_that_is_said(
    store, out_of_reach, clock
):
    store.change_passphrase(PASSPHRASE, LATER, QUICK)
    store.close()
    store.locations.key_file.write_bytes(b"")
    store.locations.key_file_copy.unlink()
    with pytest.raises(WrongSecret):
        prepared(store.locations, out_of_reach, LATER)
    restoring = prepared(store.locations, out_of_reach)
    assert any("the passphrase and the recovery code of " in each for each in restoring.preview.sentences)
    restore.carry_out(restoring=restoring, now=clock.now())
    opened(store.locations, clock.now())[0].close()


def test_a_recovery_code_opens_a_backup_too(request, backed_up, tmp_path, clock):
    new, code = Locations(tmp_path / "new laptop"), request.getfixturevalue("opened").code
    restored(new, backed_up, clock.now(), secret=code, by_code=True)
    opened(new, clock.now())[0].close()


def test_with_the_recovery_code_a_new_passphrase_is_chosen(request, backed_up, tmp_path, clock):
    new, code = Locations(tmp_path / "new laptop"), request.getfixturevalue("opened").code
    with pytest.raises(UserError):
        prepared(new, backed_up, code, by_code=True, new="short", cost=QUICK)
    assert not staging.stage_of(new).root.exists()
    restored(new, backed_up, clock.now(), secret=code, by_code=True, new=LATER, cost=QUICK)
    opened(new, clock.now(), LATER)[0].close()
    with pytest.raises(WrongSecret):
        stores.unlock(new, PASSPHRASE)


def test_a_backup_of_another_store_is_refused_beside_this_one_and_restored_to_a_new_folder(
    store, backed_up, tmp_path, clock
):
    other, _ = stores.create(Locations(tmp_path / "other"), PASSPHRASE, QUICK)
    other.close()
    with pytest.raises(UserError, match="a backup of another store"):
        prepared(other.locations, backed_up)
    restored(Locations(tmp_path / "new"), backed_up, clock.now())
    again, beginning = opened(Locations(tmp_path / "new"), clock.now())
    assert beginning.guarded.held == 3
    again.close()


def test_a_damaged_backup_is_refused_and_the_next_is_offered(store, backed_up, clock):
    newer = store.back_up(clock.now(), Why.BY_HAND)
    data = bytearray(newer.database.read_bytes())
    data[len(data) // 2] ^= 1
    newer.database.write_bytes(data)
    offer = restore.find(place=store.locations.backups)
    assert offer.best.path == backed_up.path
    ((left_out, reason),) = offer.others
    assert left_out.path == newer.path
    assert "not what was written" in reason
    store.close()
    with pytest.raises(DamagedBackup):
        prepared(store.locations, newer)


def test_a_backup_of_a_newer_program_is_refused_and_nothing_is_changed(store, backed_up, monkeypatch):
    store.database.run(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('visits', '9999_new', '')"
    )
    newer = store.back_up(store.epochs.newest().at, Why.BY_HAND)
    store.database.run("DELETE FROM _sqlite_migrations WHERE name = '9999_new'")
    store.close()
    before = everything_in(store.locations)
    with pytest.raises(UserError, match="newer version"):
        prepared(store.locations, newer)
    assert everything_in(store.locations) == before


def test_a_backup_of_the_other_purpose_is_refused(store, sealed, now):
    backup = sealed.back_up(now, Why.CLOSE)
    with pytest.raises(UserError, match="holds performance management"):
        prepared(store.locations, backup, SEALED)
    with pytest.raises(UserError, match="no backup of visits and reports"):
        restore.find(place=sealed.locations.backups)


def test_a_store_that_is_open_is_not_restored_over(store, backed_up):
    with pytest.raises(StoreInUse):
        prepared(store.locations, backed_up)


@pytest.mark.parametrize("what", ["folder", "file", "manifest", "all of them", "store", "stick", "renamed"])
def test_a_backup_is_found_by_whatever_is_pointed_at(store, backed_up, tmp_path, what):
    stick = tmp_path / "stick" / "SEP Desktop backups" / "abcd1234" / "visits"
    shutil.copytree(backed_up.path, stick / backed_up.path.name)
    shutil.copytree(backed_up.path, tmp_path / "renamed by hand")
    places = {
        "folder": backed_up.path,
        "file": backed_up.database,
        "manifest": backed_up.path / "manifest.json",
        "all of them": store.locations.backups,
        "store": store.locations.root,
        "stick": tmp_path / "stick",
        "renamed": tmp_path / "renamed by hand",
    }
    store.close()
    best = restore.find(place=places[what]).best
    if what == "store":
        assert best.path == store.locations.root, "the folder of a store is a copy of it, and newest here"
    else:
        assert best.manifest == backed_up.manifest


@pytest.mark.parametrize("what", ["nowhere", "empty"])
def test_where_there_is_no_backup_that_is_said(tmp_path, what):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="does not exist" if what == "nowhere" else "no backup"):
        restore.find(place=tmp_path / what)


def test_a_bare_file_of_an_earlier_version_is_restored_with_the_keys_of_its_store(former, now):
    store = stores.unlock(former, PASSPHRASE)
    former.backups.mkdir(exist_ok=True)
    bare = former.backups / "2026-11-20-101010-before-update.db"
    store.database.copy_to(bare, between_steps=lambda: None)
    store.close()
    backup = restore.find(place=bare).best
    restored(former, backup, now)
    again, beginning = opened(former, now)
    assert beginning.guarded.held == 3
    again.close()


def test_the_copy_of_another_laptop_shows_what_each_side_did_since_they_parted(
    store, queued, clock, tmp_path
):
    guard.begin(store=store, now=clock.now())
    store.close()
    shutil.copytree(store.locations.root, tmp_path / "their laptop")
    sides = {}
    for name, root in (("here", store.locations.root), ("there", tmp_path / "their laptop")):
        clock.moment += timedelta(hours=1)
        side = stores.unlock(Locations(root), PASSPHRASE)
        side.journal.add(clock.now(), "noted", f"Something {name}.")
        side.close()
        sides[name] = root
    restoring = prepared(store.locations, restore.find(place=sides["there"]).best)
    preview = restoring.preview
    restore.give_up(restoring=restoring)
    assert "Both have gone on since they parted." in preview.sentences
    (_, here), (_, there) = preview.since_then
    assert [line.endswith("noted: Something here.") for line in here] == [True]
    assert [line.endswith("noted: Something there.") for line in there] == [True]


@pytest.mark.parametrize(
    ("here", "there", "parted"),
    [
        ("abc", "abc", ("", "")),
        ("abcd", "abc", ("d", "")),
        ("abcxy", "abcz", ("xy", "z")),
        ("bcx", "abcz", ("x", "z")),
        ("ab", "xy", ("ab", "xy")),
        ("", "ab", ("", "ab")),
    ],
)
def test_a_fork_is_what_stands_behind_the_newest_line_that_both_have(here, there, parted):
    split = fork(here, there)
    assert ("".join(split.here), "".join(split.there)) == parted
    assert split.both_went_on == all(parted)


class _Killed(BaseException):
    pass


STEPS = (
    [("rename", number) for number in range(12)]
    + [("rmtree", number) for number in range(4)]
    + [("remember_restored", 0), ("write_durably", 0), ("write_durably", 1)]
)


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize(("step", "number"), STEPS)
def test_killed_at_any_step_there_is_one_whole_store(
    store, backed_up, clock, monkeypatch, step, number, damaged
):
    """Either the store that was there or the one that was restored opens, by the usual way in."""
    locations = store.locations
    store.close()
    if damaged:
        data = bytearray(locations.database.read_bytes())
        data[4096 * 5 + 100] ^= 1
        locations.database.write_bytes(data)
    restoring = prepared(locations, backed_up)
    if damaged:
        (locations.root / "store.db-wal").write_bytes(b"a log that belongs to the damaged one")
    calls = []

    def counted(original):
        def maybe_killed(*arguments, **options):
            calls.append(arguments)
            if len(calls) == number + 1:
                raise _Killed
            return original(*arguments, **options)

        return maybe_killed

    owner = {"rename": Path, "rmtree": files.shutil}.get(step, staging)
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, counted(getattr(owner, step)))
        with suppress(_Killed):
            restore.carry_out(restoring=restoring, now=clock.now())
    for lock in (restoring.ready.staged, restoring.ready.present):
        if lock:
            lock.close()
    assert stores.exists(locations)
    try:
        again, beginning = opened(locations, clock.now())
    except SepError:
        assert damaged, "a store that was whole still is"
        assert not staging.is_decided(locations)
        again_restoring = prepared(locations, backed_up)
        restore.carry_out(restoring=again_restoring, now=clock.now())
        again, beginning = opened(locations, clock.now())
    restored_now = states(again) == {State.UNKNOWN}
    assert restored_now or states(again) == {State.ACCEPTED}
    assert bool(beginning.guarded.reason) >= restored_now
    again.close()
    if restored_now and damaged:
        (aside,) = locations.root.glob("set-aside-*")
        assert {path.name for path in aside.iterdir()} >= {"store.db", "keys.json", "keys-copy.json"}
        assert not (locations.root / "store.db-wal").exists(), "a restored store never finds another's log"
    opened(locations, clock.now())[0].close()
    assert not staging.is_decided(locations)


def test_a_sealed_store_is_restored_with_its_own_passphrase(store, sealed, cycle, clock):
    completed(store, sealed, cycle, clock.now())
    opening.begin(stores=OpenStores(store, sealed), urn="", now=clock.now())
    backup = sealed.back_up(clock.now(), Why.CLOSE)
    sealed.close()
    with pytest.raises(WrongSecret):
        prepared(sealed.locations, backup, PASSPHRASE, SealedStore)
    restoring = prepared(sealed.locations, backup, SEALED, SealedStore)
    assert "1 record" in restoring.preview.counts
    restore.carry_out(restoring=restoring, now=clock.now())
    again = sealed_stores.unlock(store.locations, SEALED)
    begun = opening.begin(stores=OpenStores(store, again), urn="", now=clock.now())
    assert begun.guarded.held == 3
    again.close()


@pytest.mark.parametrize("layout", ["stick", "one folder", "copied folder"])
def test_on_a_new_laptop_both_stores_come_and_both_are_held(
    store, queued, sealed, cycle, clock, tmp_path, monkeypatch, layout
):
    completed(store, sealed, cycle, clock.now())
    guard.begin(store=store, now=clock.now())
    opening.begin(stores=OpenStores(store, sealed), urn="", now=clock.now())
    place = tmp_path / "stick"
    for each in (store, sealed):
        backup = each.back_up(clock.now(), Why.CLOSE)
        each.close()
        folder = second_place.folder_at(place, each.key_file.store_id, each.purpose)
        if layout == "one folder":
            folder = place / "kept by hand" / each.purpose
        shutil.copytree(backup.path, folder / backup.path.name)
    if layout == "copied folder":
        shutil.rmtree(place)
        shutil.copytree(store.locations.root, place)
        (place / "store.db").unlink()
    monkeypatch.setenv("SEP_DESKTOP_STATE", str(tmp_path / "state of the new laptop"))
    new = Locations(tmp_path / "new laptop" / "SEP Desktop")
    backup = restore.find(place=place).best
    restored(new, backup, clock.now())
    assert "came with it" in restore.bring_sealed(locations=new, backup=backup)
    visits_store, beginning = opened(new, clock.now())
    sealed_store = sealed_stores.unlock(new, SEALED)
    begun = opening.begin(stores=OpenStores(visits_store, sealed_store), urn="", now=clock.now())
    assert (beginning.guarded.held, begun.guarded.held) == (3, 3)
    assert restore.bring_sealed(locations=new, backup=backup) == "", "what is there stays"
    sealed_store.close()
    visits_store.close()


def test_the_copy_of_a_store_that_was_open_comes_with_what_lay_in_its_log(store, clock, tmp_path):
    """As after a kill, or where a folder was copied while the program ran."""
    store.database.checkpoint()
    store.settings.put("me.name", "Written into the log")
    copy = Locations(shutil.copytree(store.locations.root, tmp_path / "copy"))
    assert copy.log_of_database.stat().st_size
    store.close()
    new = Locations(tmp_path / "new")
    restored(new, restore.find(place=copy.root).best, clock.now())
    again, _ = opened(new, clock.now())
    assert again.settings.text("me.name") == "Written into the log"
    again.close()


def test_a_store_that_is_restored_is_so_whatever_is_wrong_with_the_sealed_one_beside_it(
    store, sealed, clock, tmp_path
):
    place = tmp_path / "kept by hand"
    for each in (store, sealed):
        backup = each.back_up(clock.now(), Why.CLOSE)
        each.close()
        shutil.copytree(backup.path, place / each.purpose / backup.path.name)
    (keys,) = (place / "sealed").glob("*/keys.json")
    keys.write_bytes(b"no keys")
    new = Locations(tmp_path / "new")
    backup = restore.find(place=place).best
    restored(new, backup, clock.now())
    assert "could not be brought with it" in restore.bring_sealed(locations=new, backup=backup)


def test_a_full_disk_is_said_before_anything_is_written(store, backed_up, monkeypatch):
    store.close()
    monkeypatch.setattr(staging, "free_space", lambda _: 1_000_000)
    with pytest.raises(SepError, match=r"There is no room .* 1 MB are free"):
        prepared(store.locations, backed_up)
    assert not staging.stage_of(store.locations).root.exists()


def test_of_several_sealed_stores_on_one_stick_none_is_guessed(store, sealed, tmp_path, clock):
    place = tmp_path / "stick"
    another, _ = sealed_stores.create(Locations(tmp_path / "somebody else"), SEALED, QUICK)
    for each in (store, sealed, another):
        backup = each.back_up(clock.now(), Why.CLOSE)
        each.close()
        folder = second_place.folder_at(place, each.key_file.store_id, each.purpose)
        shutil.copytree(backup.path, folder / backup.path.name)
    new = Locations(tmp_path / "new")
    backup = restore.find(place=place).best
    restored(new, backup, clock.now())
    assert "several people" in restore.bring_sealed(locations=new, backup=backup)
    assert not sealed_stores.exists(new)


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_record_that_was_destroyed_does_not_come_back(store, sealed, cycle, clock, tmp_path, is_damaged):
    """The backup lay on a stick that was not connected when the record was removed at the end of its years.

    Of a store that is damaged since, its backups still know what was destroyed.
    """
    backup = sealed.back_up(clock.now(), Why.CLOSE)
    away = backup_at(shutil.copytree(backup.path, tmp_path / backup.path.name))
    clock.moment += timedelta(days=365 * 30)
    retention.remove_past(store=store, sealed=sealed, now=clock.now())
    assert sealed.appraisals.cycles() == []
    if is_damaged:
        sealed.back_up(clock.now(), Why.CLOSE)
    sealed.close()
    if is_damaged:
        sealed.locations.database.write_bytes(b"noise" * 4096)
    plan = of_sealed(store).restoring(away)
    plan.carry_out(plan.prepare(Secret(SEALED), clock.now()), clock.now())
    again = sealed_stores.unlock(store.locations, SEALED)
    assert again.appraisals.cycles() == []
    again.close()
