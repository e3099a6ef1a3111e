"""The sealed store: its own file and key, two ways in, and records that only their receiver opens."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sep_desktop.domain import codes
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals import record_transfer as transfer
from sep_desktop.services.appraisals import records
from sep_desktop.storage import key_slots
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.key_file import read_all
from sep_desktop.storage.key_slots import SlotKind, WrongSecret
from sep_desktop.storage.sealed import record_transfer as record_transfer
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.storage.sealed.migrations import STEPS
from sep_desktop.storage.store_problems import DamagedStore
from tests.conftest import QUICK
from tests.support.appraisals import SEALED, URN, begun, completed, fill
from tests.support.fakes import PASSPHRASE

CANARY = "Zanzibar-sunrise-4711"


@pytest.fixture
def code(store, locations):
    made, code = sealed_store.create(locations, SEALED, QUICK)
    made.close()
    return code


def test_it_opens_with_its_passphrase_or_its_code_and_with_nothing_else(opened, locations, code):
    sealed_store.unlock(locations, SEALED).close()
    for secret in (PASSPHRASE, code, opened.code, "", SEALED.upper()):
        with pytest.raises(WrongSecret):
            sealed_store.unlock(locations, secret)
    for wrong in (opened.code, key_slots.new_recovery_code(), SEALED):
        with pytest.raises(WrongSecret):
            sealed_store.unlock_with_code(locations, wrong, "a third passphrase now", QUICK)
    sealed_store.unlock(locations, SEALED).close()
    sealed_store.unlock_with_code(locations, code.lower(), "a third passphrase now", QUICK).close()
    with pytest.raises(WrongSecret):
        sealed_store.unlock(locations, SEALED)
    sealed_store.unlock(locations, "a third passphrase now").close()


def test_a_weak_new_passphrase_changes_nothing(locations, code):
    with pytest.raises(UserError, match="12 characters"):
        sealed_store.unlock_with_code(locations, code, "short", QUICK)
    sealed_store.unlock(locations, SEALED).close()


def test_the_keyring_is_no_way_in(store, locations, code):
    assert SlotKind.COMPUTER not in {slot.kind for slot in read_all(locations.sealed)[0].slots}
    assert not hasattr(sealed_store.SealedStore, "remember_here")
    assert not hasattr(sealed_store, "unlock_with_keyring")


def test_the_two_stores_have_nothing_in_common(store, sealed, locations):
    first, second = read_all(locations)[0], read_all(locations.sealed)[0]
    assert first.store_id != second.store_id
    assert first.salt != second.salt
    assert store._key != sealed._key
    sealed.close()
    with pytest.raises(DamagedStore):
        EncryptedDatabase(locations.sealed.database, store._key, second.salt)


def test_no_file_holds_a_word_of_it_in_the_clear(store, sealed, locations, written, now):
    cycle = begun(store, sealed, now)
    fill(sealed, cycle, now, lambda key: f"{CANARY} {key}")
    sealed.back_up(now)
    files = [path for path in locations.root.rglob("*") if path.is_file()]
    assert locations.sealed.database in files
    for form in (CANARY.encode(), CANARY.encode("utf-16-le"), SEALED.encode(), b"Isolde"):
        assert not [path for path in files if form in path.read_bytes()]
    if os.name == "posix":
        assert locations.sealed.root.stat().st_mode & 0o777 == 0o700
        assert locations.sealed.database.stat().st_mode & 0o777 == 0o600


def test_a_completed_paper_never_changes(store, sealed, cycle, now):
    completed(store, sealed, cycle, now)
    with pytest.raises(Exception, match="never changes"):
        sealed.database.run("UPDATE paper SET content = '{}'")


def test_migrations_are_only_ever_added_to():
    assert list(STEPS) == [
        "0001_initial",
        "0002_policies",
        "0003_store_identity",
        "0004_epochs",
        "0005_destroyed",
        "0006_unfinished_forms",
        "0007_answered_doubts",
    ]


def test_killed_while_writing_it_loses_nothing_acknowledged(store, written, locations, sealed, now):
    cycle = begun(store, sealed, now)
    sealed.close()
    script = (
        "import os, sys; from pathlib import Path; from sep_desktop.clock import SystemClock; from sep_desktop.paths import Locations\n"
        "from sep_desktop.services.appraisals import records; from sep_desktop.storage.sealed import store as s\n"
        f"sealed = s.unlock(Locations(Path(sys.argv[1])), {SEALED!r})\n"
        f"for n in range(40): records.save_part(sealed=sealed, cycle={cycle}, key='overall', text=f'words {{n}}', now=SystemClock().now()); print(n, flush=True)\n"
        "os.kill(os.getpid(), 9) if os.name == 'posix' else os._exit(9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(locations.root)], capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[-1] == "39", done.stderr
    again = sealed_store.unlock(locations, SEALED)
    assert records.open_record(sealed=again, cycle=cycle).text("overall") == "words 39"
    again.close()


@pytest.fixture
def receiver(tmp_path):
    """Another SEP's store, and a code to seal for it."""
    from sep_desktop.paths import Locations

    made, _ = sealed_store.create(Locations(tmp_path / "other"), SEALED, QUICK)
    yield made
    made.close()


def test_a_record_handed_over_is_opened_by_its_receiver_alone(store, sealed, cycle, receiver, now):
    completed(store, sealed, cycle, now)
    code = transfer.receiving_code(sealed=receiver)
    assert transfer.receiving_code(sealed=receiver) == code, "made once"
    data = transfer.seal_for(store=store, sealed=sealed, urn=URN, code=code.lower(), now=now)
    assert b"Harbour" not in data
    transfer.receiving_code(sealed=sealed)
    with pytest.raises(UserError, match="somebody else"):
        transfer.open_transferred(sealed=sealed, data=data)
    transferred = transfer.open_transferred(sealed=receiver, data=data)
    assert (transferred.school, transferred.years, transferred.sender) == (
        "Harbour Lights Primary School",
        ("2026-27",),
        "Ada Penrose",
    )
    assert not receiver.appraisals.cycles(), "looked at, not taken in"
    assert transfer.take_in(sealed=receiver, transferred=transferred, now=now).value == [
        "Harbour Lights Primary School, 2026-27: received from Ada Penrose."
    ]
    (taken,) = receiver.appraisals.cycles()
    there, here = (
        records.open_record(sealed=receiver, cycle=taken.id),
        records.open_record(sealed=sealed, cycle=cycle),
    )
    assert there.content == here.content
    assert [each.sha256 for each in there.papers] == [each.sha256 for each in here.papers]
    assert "left as it is" in transfer.take_in(sealed=receiver, transferred=transferred, now=now).value[0]
    assert begun(store, receiver, now, records.AcademicYear(2027)), (
        "next year begins from what was handed over"
    )
    assert records.open_record(sealed=receiver, cycle=receiver.appraisals.cycles()[0].id).text(
        "review.1.objective"
    ) == here.text("objective.1.objective")


@pytest.mark.parametrize(
    "wrong",
    ["", "nonsense", "FQMQ-8BSK-50QD-Z0R4-57VA-6DXG-J0R6-MC24-4C81-ZK4J-710A-1RMK-T1PG-JMG3", "0" * 56],
)
def test_a_slip_in_the_receiving_code_is_told(store, sealed, cycle, now, wrong):
    with pytest.raises(UserError):
        transfer.seal_for(store=store, sealed=sealed, urn=URN, code=wrong, now=now)


def test_ones_own_code_is_refused(store, sealed, cycle, now):
    with pytest.raises(UserError, match="your own"):
        transfer.seal_for(
            store=store, sealed=sealed, urn=URN, code=transfer.receiving_code(sealed=sealed).lower(), now=now
        )


BAD = (
    b"",
    b"[]",
    b"{}",
    b"null",
    json.dumps({"format": 1, "cycles": []}).encode(),
    json.dumps({"format": 99}).encode(),
    b"\xff\xfe",
)


@pytest.mark.parametrize("content", BAD)
def test_a_record_that_is_none_changes_nothing(receiver, content):
    data = record_transfer.seal(content, transfer.receiving_code(sealed=receiver))
    with pytest.raises(UserError):
        transfer.open_transferred(sealed=receiver, data=data)
    assert not receiver.appraisals.cycles()


def test_half_a_record_is_not_taken_in(store, sealed, cycle, receiver, now):
    completed(store, sealed, cycle, now)
    data = transfer.seal_for(
        store=store, sealed=sealed, urn=URN, code=transfer.receiving_code(sealed=receiver), now=now
    )
    transferred = transfer.open_transferred(sealed=receiver, data=data)
    (whole,) = transferred.cycles
    without_pdf = replace(whole, papers=(replace(whole.papers[0], pdf=None),))
    transferred = replace(transferred, cycles=(without_pdf,))
    with pytest.raises(UserError, match="nothing of it"):
        transfer.take_in(sealed=receiver, transferred=transferred, now=now)
    assert not receiver.appraisals.cycles()


def test_a_damaged_file_is_told(receiver):
    data = bytearray(record_transfer.seal(b"{}", transfer.receiving_code(sealed=receiver)))
    data[-1] ^= 1
    for broken in (bytes(data), bytes(data[:40]), b"not ours at all"):
        with pytest.raises(UserError):
            transfer.open_transferred(sealed=receiver, data=broken)


@given(st.binary(min_size=32, max_size=32))
def test_any_key_can_be_read_out_and_typed(data):
    assert codes.decode(codes.plain(codes.grouped(codes.encode(data, 52)).lower()), 32) == data
