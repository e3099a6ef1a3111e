"""What was destroyed at the end of its years is gone from every copy in reach, and stays gone."""

import errno
import shutil
from datetime import date, timedelta

import pytest

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.backups import Why
from sep_desktop.services import backups, retention
from sep_desktop.services.appraisals import backups as sealed_backups
from sep_desktop.services.appraisals import retention as sealed_retention
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups import erasing, second_place
from sep_desktop.storage.backups.erasing import Erasure
from sep_desktop.storage.backups.listing import backup_at, backups_in
from sep_desktop.storage.backups.verification import Checked
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.sealed.appraisals import erasure_of
from tests.conftest import QUICK
from tests.support.appraisals import begun, fill
from tests.support.fakes import PASSPHRASE

FAR = date(2040, 9, 1)
"""A day on which every paper of the sample visit is past its years."""


@pytest.fixture
def stick(tmp_path):
    place = tmp_path / "stick"
    place.mkdir()
    return place


@pytest.fixture
def old(store, sealed, cycle, now):
    """A cycle past its years, beside one that stays."""
    number = begun(store, sealed, now, AcademicYear(2019))
    fill(sealed, number, now, lambda key: "A very old sentence.")
    return number


def cycles_in(sealed, backup):
    origin = sealed._origin()
    with ClosedDatabase(backup.database, origin.key, origin.salt) as copy:
        return [row["year"] for row in copy.rows("SELECT year FROM cycle ORDER BY year")]


def words_in(sealed, backup):
    origin = sealed._origin()
    with ClosedDatabase(backup.database, origin.key, origin.salt) as copy:
        return copy.value("SELECT count(*) FROM part WHERE text LIKE '%very old%'")


def test_a_cycle_is_gone_from_every_copy_in_reach_and_the_rest_of_them_stays(store, sealed, old, stick, now):
    for hours in (3, 2):
        sealed.backups.make(now - timedelta(hours=hours), Why.CLOSE)
    backups.choose_place(store=store, place=stick, now=now)
    there = second_place.folder_at(stick, sealed.key_file.store_id, StorePurpose.SEALED)
    before = [each.made for each in backups_in(sealed.locations.backups)]
    lines = sealed_retention.remove_past(store=store, sealed=sealed, now=now).value
    assert len(lines) == 1, "nothing is left to say of any copy"
    for folder, moments in ((sealed.locations.backups, before), (there, before[:1])):
        copies = backups_in(folder)
        assert [each.made for each in copies] == moments
        for copy in copies:
            assert (cycles_in(sealed, copy), words_in(sealed, copy)) == ([2026], 0)
            assert sealed.backups.verify(copy) is Checked.WHOLE
        assert len(list(folder.iterdir())) == len(moments)


def test_no_byte_of_it_is_left_in_a_cleaned_copy(sealed, old, now):
    """Whoever has the key could read pages that are free but not overwritten."""
    backup = sealed.back_up(now)
    with sealed.atomic():
        sealed.appraisals.remove(old, now)
    sealed.backups.erase(erasure_of(sealed.destroyed.all()))
    (copy,) = backups_in(sealed.locations.backups)
    origin = sealed._origin()
    with ClosedDatabase(copy.database, origin.key, origin.salt) as cleaned:
        assert cleaned.value("PRAGMA freelist_count") == 0
    assert copy.size < backup.manifest.size


def test_a_damaged_copy_stays_and_is_said(store, sealed, old, now):
    damaged = sealed.backups.make(now - timedelta(hours=3), Why.CLOSE)
    whole = sealed.backups.make(now - timedelta(hours=2), Why.CLOSE)
    data = bytearray(damaged.database.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 + 100] ^= 0xFF
    damaged.database.write_bytes(bytes(data))
    lines = sealed_retention.remove_past(store=store, sealed=sealed, now=now).value
    assert f"do not open, and may still hold it: {damaged.path}" in lines[-1]
    assert [each.made for each in backups_in(sealed.locations.backups)] == [whole.made, damaged.made]


def test_a_copy_out_of_reach_is_named_and_cleaned_when_it_is_back(store, sealed, old, stick, now, tmp_path):
    sealed.back_up(now)
    backups.choose_place(store=store, place=stick, now=now)
    stick.rename(tmp_path / "in a drawer")
    lines = sealed_retention.remove_past(store=store, sealed=sealed, now=now).value
    assert f"Copies that are not connected still hold it: {stick}, last written Tue 24 Nov 2026" in lines[-1]
    (tmp_path / "in a drawer").rename(stick)
    there = second_place.folder_at(stick, sealed.key_file.store_id, StorePurpose.SEALED)
    assert [cycles_in(sealed, each) for each in backups_in(there)] == [[2019, 2026]]
    sealed_backups.back_up_if_owed(stores=OpenStores(store, sealed), now=now + timedelta(days=1))
    assert {tuple(cycles_in(sealed, each)) for each in backups_in(there)} == {(2026,)}


def test_what_a_backup_brings_back_is_removed_again(store, sealed, old, now):
    backup = sealed.back_up(now)
    with sealed.atomic():
        sealed.appraisals.remove(old, now)
    destroyed = sealed.destroyed.all()
    assert len(destroyed) == 1
    restored, locations = backup.database, sealed.locations
    sealed.close()
    shutil.copyfile(restored, locations.database)
    from sep_desktop.storage.encrypted_store import unlock
    from sep_desktop.storage.sealed.store import SealedStore
    from tests.support.appraisals import SEALED

    again = unlock(SealedStore, locations, SEALED)
    assert [each.year.start for each in again.appraisals.cycles()] == [2026, 2019]
    assert sealed_retention.forget_destroyed(sealed=again, destroyed=destroyed) == 1
    assert [each.year.start for each in again.appraisals.cycles()] == [2026]
    assert again.destroyed.all() == destroyed
    assert sealed_retention.forget_destroyed(sealed=again, destroyed=destroyed) == 0
    again.close()


def test_the_identity_says_no_word_and_a_cycle_that_is_begun_again_is_another(store, sealed, old, now):
    with sealed.atomic():
        sealed.appraisals.remove(old, now)
    (uid,) = sealed.destroyed.all()
    assert "990001" not in uid
    begun(store, sealed, now + timedelta(days=1), AcademicYear(2019))
    assert sealed_retention.forget_destroyed(sealed=sealed, destroyed={}) == 0


def test_papers_of_visits_are_gone_from_every_copy_too(store, written, now):
    backup = store.back_up(now)
    assert backup.manifest.counts["note"] > 0
    past = retention.remove_past_papers(store=store, today=FAR, now=now).value
    assert (len(past.lines), past.copies) == (1, "")
    (copy,) = backups_in(store.locations.backups)
    assert (copy.manifest.counts["note"], copy.manifest.counts["report"]) == (0, 0)
    assert copy.manifest.counts["visit"] == backup.manifest.counts["visit"]
    assert store.backups.verify(copy) is Checked.WHOLE


def test_papers_of_visits_that_a_backup_brings_back_are_removed_again(store, written, now):
    uid = store.database.value("SELECT uid FROM visit WHERE id = ?", (written,))
    assert retention.forget_destroyed(store=store, destroyed={uid: now}) == 1
    assert store.database.value("SELECT count(*) FROM note WHERE visit_id = ?", (written,)) == 0
    assert store.destroyed.all() == {uid: now}


def test_a_former_copy_from_before_identities_stays_and_is_named(before_identity, now):
    store = stores.unlock(before_identity, PASSPHRASE)
    (backup,) = backups_in(before_identity.backups)
    has_identities = "0004_identity" in backup.manifest.steps
    past = retention.remove_past_papers
    store.database.run("UPDATE delivery SET state = 'accepted'")
    copies = past(store=store, today=FAR, now=now).value.copies
    assert (str(backup.path) in copies) is not has_identities
    assert len(backups_in(before_identity.backups)) == 1
    store.close()


def test_a_kill_between_the_cleaned_copy_and_the_old_one_is_made_good_at_the_next_run(
    sealed, old, now, monkeypatch
):
    from sep_desktop.storage.backups import making

    backup = sealed.back_up(now)
    with sealed.atomic():
        sealed.appraisals.remove(old, now)
    erasure = erasure_of(sealed.destroyed.all())

    class Killed(BaseException):
        pass

    def kill(_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(making, "remove", kill)
        with pytest.raises(Killed):
            sealed.backups.erase(erasure)
    assert backup_at(backup.path) == backup
    sealed.backups.erase(erasure)
    assert {tuple(cycles_in(sealed, each)) for each in backups_in(sealed.locations.backups)} == {(2026,)}


def past_papers_of(store, now):
    return retention.remove_past_papers(store=store, today=FAR, now=now).value.copies


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), PermissionError(13, "in use"), OSError(5, "io")]
)
def test_where_the_disk_comes_between_no_copy_is_removed(store, written, now, monkeypatch, error):
    kept = [store.backups.make(now - timedelta(hours=hours), Why.BY_HAND) for hours in (1, 2)]

    def refuse(source, target):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "copy", refuse)
        said = past_papers_of(store, now)
    assert said.startswith("These copies still hold it: ")
    assert backups_in(store.locations.backups) == kept
    assert backups.back_up(store=store, now=now).value.trouble == ""
    assert all(each.manifest.counts["note"] == 0 for each in backups_in(store.locations.backups))


def test_what_opens_and_holds_it_and_is_of_a_kind_that_cannot_be_cleaned_is_removed(store, written, now):
    backup = store.back_up(now)
    erasure = Erasure(lambda _: [1], lambda *_: {}["no such table"])
    assert store.backups.erase(erasure).removed == (backup.path,)
    assert backups_in(store.locations.backups) == []


def test_a_copy_that_is_damaged_or_anothers_is_never_removed_and_said_once(store, written, now, tmp_path):
    damaged = store.backups.make(now - timedelta(hours=2), Why.BY_HAND)
    other, _ = stores.create(stores.Locations(tmp_path / "other"), PASSPHRASE, QUICK)
    theirs = other.back_up(now)
    other.close()
    assert past_papers_of(store, now) == ""
    (own,) = backups_in(store.locations.backups)
    data = bytearray(own.database.read_bytes())
    data[60] ^= 1
    own.database.write_bytes(bytes(data))
    (theirs.path / "manifest.json").unlink()
    shutil.copytree(theirs.path, store.locations.backups / "2026-01-05-101010-close")
    before = {each.path for each in backups_in(store.locations.backups)}
    for hours in (1, 2):
        outcome = backups.back_up(store=store, now=now + timedelta(hours=hours)).value
        assert str(own.path) in outcome.trouble
        assert "2026-01-05-101010-close" in outcome.trouble
    assert before < {each.path for each in backups_in(store.locations.backups)}
    assert [entry.text for entry in store.journal.entries()].count(outcome.trouble) == 1
    assert damaged.made == own.made


def test_the_sealed_store_says_what_its_copies_may_still_hold(store, sealed, old, now):
    damaged = sealed.backups.make(now - timedelta(hours=2), Why.BY_HAND)
    damaged.database.write_bytes(b"damaged")
    sealed_retention.remove_past(store=store, sealed=sealed, now=now)
    said = sealed_backups.back_up_if_owed(stores=OpenStores(store, sealed), now=now + timedelta(days=1)).value
    assert str(damaged.path) in said
    assert said in [event.text for event in sealed.appraisals.events()]
