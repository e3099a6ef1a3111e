"""Key slots and the key file by their letter: sizes, bounds, what each is bound to, what each refuses.

A slot is computed here a second time, from the sources (RFC 5869, RFC 9106, NIST SP 800-38D), so that what an
earlier version wrote goes on opening.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import FrozenInstanceError, replace
from datetime import datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sep_desktop.domain import codes
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.paths import Locations
from sep_desktop.storage import key_file as key_files
from sep_desktop.storage import key_slots
from sep_desktop.storage.key_file import UnsoundKeyFile
from sep_desktop.storage.key_slots import Cost, KeyFile, Slot, SlotKind, WrongSecret
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.store_problems import DamagedKeyFile

QUICK = Cost(memory_kib=64, passes=1, lanes=1)
KEY, SALT, NONCE = bytes(range(32)), bytes(range(16)), bytes(range(12))
WORDS = "correct horse battery"
NOW = datetime(2026, 11, 24, 10, 32).astimezone()


def hkdf(secret, purpose):
    return HKDF(SHA256(), 32, SALT, purpose).derive(secret.encode())


def argon2(secret):
    return Argon2id(salt=SALT, length=32, iterations=1, lanes=1, memory_cost=64).derive(secret.encode())


CODE = key_slots.new_recovery_code()
WRAPPED_BY = {
    SlotKind.PASSPHRASE: (WORDS, argon2(WORDS), QUICK),
    SlotKind.RECOVERY: (CODE, hkdf(codes.plain(CODE), b"sep-desktop recovery"), None),
    SlotKind.COMPUTER: ("a key", hkdf("a key", b"sep-desktop computer"), None),
}


def empty():
    return KeyFile("0" * 32, SALT, ())


@cache
def whole():
    """A key file with every slot, as it is written."""
    content = empty()
    for kind, (secret, _, cost) in WRAPPED_BY.items():
        content = key_slots.with_slot(content, KEY, kind, secret, cost)
    return key_files.changed(content, KEY, StorePurpose.VISITS, 3, NOW)


@pytest.mark.parametrize("kind", SlotKind)
def test_a_slot_of_before_opens_by_the_standard_it_was_made_by(kind):
    secret, wrapping_key, cost = WRAPPED_BY[kind]
    wrapped = AESGCM(wrapping_key).encrypt(NONCE, KEY, f"{'0' * 32}|{kind}|1".encode())
    written = KeyFile("0" * 32, SALT, (Slot(kind, SALT, NONCE, wrapped, cost),))
    assert bytes(key_slots.open_slot(written, kind, secret)) == KEY


@pytest.mark.parametrize("kind", SlotKind)
def test_a_slot_is_bound_to_its_store_and_its_kind(kind):
    content = key_slots.with_slot(empty(), KEY, kind, *WRAPPED_BY[kind][::2])
    secret = WRAPPED_BY[kind][0]
    assert bytes(key_slots.open_slot(content, kind, secret)) == KEY
    with pytest.raises(WrongSecret):
        key_slots.open_slot(replace(content, store_id="1" * 32), kind, secret)
    (slot,) = content.slots
    assert (len(slot.salt), len(slot.nonce), len(slot.wrapped)) == (16, 12, 48)


def test_each_kind_of_slot_is_found_and_replaced_and_removed_by_itself():
    content = whole()
    assert [content.slot(kind).kind for kind in SlotKind] == list(SlotKind)
    again = key_slots.with_slot(content, KEY, SlotKind.PASSPHRASE, "another passphrase", QUICK)
    assert len(again.slots) == 3
    assert again.slot(SlotKind.RECOVERY) == content.slot(SlotKind.RECOVERY)
    with pytest.raises(WrongSecret, match="not the passphrase"):
        key_slots.open_slot(again, SlotKind.PASSPHRASE, WORDS)
    for kind in SlotKind:
        less = key_slots.without_slot(content, kind)
        assert less.slot(kind) is None
        assert less.slots == tuple(slot for slot in content.slots if slot.kind != kind)
        with pytest.raises(WrongSecret, match="no such way in"):
            key_slots.open_slot(less, kind, WRAPPED_BY[kind][0])


@pytest.mark.parametrize(
    ("kind", "secret", "said"),
    [
        (SlotKind.PASSPHRASE, "another passphrase", "not the passphrase"),
        (SlotKind.RECOVERY, key_slots.new_recovery_code(), "not the recovery code"),
        (SlotKind.COMPUTER, "another key", "does not fit this store"),
    ],
    ids=list(SlotKind),
)
def test_each_wrong_secret_has_its_own_sentence_and_waits_for_nothing_yet(kind, secret, said):
    with pytest.raises(WrongSecret, match=said) as caught:
        key_slots.open_slot(whole(), kind, secret)
    assert caught.value.hint
    assert caught.value.seconds == 0


def test_new_keys_are_as_long_as_their_uses_ask():
    content, key = key_slots.new_key_file()
    assert (len(content.store_id), len(content.salt), len(key), content.slots) == (32, 16, 32, ())
    assert (content.purpose, content.revision, content.changed, content.tag) == (None, 0, "", b"")
    assert key_slots.new_key_file()[1] != key


def test_a_passphrase_slot_costs_what_is_recommended_and_the_others_nothing():
    assert Cost() == Cost(262_144, 3, 4)
    content = whole()
    assert [content.slot(kind).cost for kind in SlotKind] == [QUICK, None, None]
    assert [content.slot(kind).normal for kind in SlotKind] == ["OpaqueString", "", ""]


@pytest.mark.parametrize("numbers", [(8, 1, 1), (512, 64, 64), (4 * 1024 * 1024, 1, 1), (16, 2, 2)])
def test_a_cost_at_the_edge_will_do(numbers):
    assert Cost(*numbers)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((7, 1, 1), "memory"),
        ((15, 1, 2), "memory"),
        ((4 * 1024 * 1024 + 1, 1, 1), "memory"),
        ((512, 65, 1), "passes"),
        ((512, 0, 1), "passes"),
        ((512, -1, 1), "passes"),
        ((520, 1, 65), "passes"),
        ((520, 1, 0), "passes"),
        ((520, 1, -1), "passes"),
        ((64.0, 1, 1), "whole numbers"),
        ((64, True, 1), "whole numbers"),
    ],
)
def test_a_cost_beyond_the_edge_is_refused(numbers, said):
    with pytest.raises(ValueError, match=said):
        Cost(*numbers)


def test_too_little_memory_is_a_sentence_with_the_right_number(monkeypatch):
    class Greedy:
        def __init__(self, **_):
            pass

        def derive_into(self, *_):
            raise MemoryError

    monkeypatch.setattr(key_slots, "Argon2id", Greedy)
    with pytest.raises(EnvironmentProblem, match=r"takes 1024 MB\.") as caught:
        key_slots.with_slot(empty(), KEY, SlotKind.PASSPHRASE, WORDS, Cost(memory_kib=1024 * 1024))
    assert caught.value.hint


def test_keys_are_values_that_nobody_changes():
    for value, name in ((QUICK, "passes"), (whole(), "salt"), (whole().slots[0], "salt")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, 1)


@pytest.mark.parametrize("kind", SlotKind)
def test_what_unwraps_a_slot_is_wiped_when_it_was_used(monkeypatch, kind):
    wrapping_keys, real = [], key_slots._wrapping_key

    def watched(*arguments):
        wrapping_keys.append(real(*arguments))
        return wrapping_keys[-1]

    monkeypatch.setattr(key_slots, "_wrapping_key", watched)
    secret, _, cost = WRAPPED_BY[kind]
    content = key_slots.with_slot(empty(), KEY, kind, secret, cost)
    assert bytes(key_slots.open_slot(content, kind, secret)) == KEY
    with pytest.raises(WrongSecret):
        key_slots.open_slot(content, kind, key_slots.new_recovery_code())
    assert [bytes(each) for each in wrapping_keys] == [bytes(32)] * 3


def test_a_slot_that_was_cut_short_opens_nothing():
    (slot,) = key_slots.with_slot(empty(), KEY, SlotKind.COMPUTER, "a key").slots
    for length in (0, 1, 15, 16, 17):
        short = replace(empty(), slots=(replace(slot, wrapped=slot.wrapped[:length]),))
        with pytest.raises(WrongSecret):
            key_slots.open_slot(short, SlotKind.COMPUTER, "a key")


def test_no_repr_shows_a_byte_of_a_key_file():
    content = whole()
    shown = repr(content)
    for each in (content, *content.slots):
        for name in ("salt", "nonce", "wrapped", "tag"):
            data = bytes(getattr(each, name, b"") or b"")
            assert not data or repr(data) not in shown, name
    assert KEY.hex() not in shown


def test_a_code_is_seven_groups_of_four_with_a_check():
    assert [len(group) for group in CODE.split("-")] == [4] * 7
    plain = codes.plain(CODE)
    assert key_slots.normal_code(CODE.lower()) == plain
    assert codes.check(plain[:26]) == plain[26:]


def test_every_slip_in_a_code_is_told_from_a_wrong_code():
    plain = codes.plain(CODE)
    for position in (0, 12, 25, 26, 27):
        other = "A" if plain[position] != "A" else "B"
        with pytest.raises(WrongSecret, match="a slip"):
            key_slots.normal_code(plain[:position] + other + plain[position + 1 :])
    for text in (plain[:27], plain + "A", plain[:-1] + "!", ""):
        with pytest.raises(WrongSecret, match="seven groups of four") as caught:
            key_slots.normal_code(text)
        assert caught.value.hint


def test_a_passphrase_is_taken_in_its_normal_form_once():
    plain = replace(whole().slot(SlotKind.PASSPHRASE), normal="")
    before = replace(whole(), slots=(plain,))
    after = key_slots.in_normal_form(before, KEY, WORDS)
    assert after.slot(SlotKind.PASSPHRASE).normal == "OpaqueString"
    assert after.slot(SlotKind.PASSPHRASE).cost == QUICK
    assert key_slots.in_normal_form(after, KEY, WORDS) is after
    assert key_slots.in_normal_form(empty(), KEY, WORDS).slots == ()
    assert key_slots.normal_form("a\u3000b\u00a0e\u0301") == "a b \u00e9"


FORMS = {"composed": "caf\u00e9 horse battery", "decomposed": "cafe\u0301 horse battery"}


@pytest.mark.parametrize("chosen", FORMS.values(), ids=FORMS)
def test_a_slot_from_before_there_was_a_normal_form_opens_however_it_is_typed(chosen):
    wrapped = AESGCM(argon2(chosen)).encrypt(NONCE, KEY, f"{'0' * 32}|passphrase|1".encode())
    before = KeyFile("0" * 32, SALT, (Slot(SlotKind.PASSPHRASE, SALT, NONCE, wrapped, QUICK),))
    for typed in FORMS.values():
        assert bytes(key_slots.open_slot(before, SlotKind.PASSPHRASE, typed)) == KEY


@pytest.mark.parametrize("kind", SlotKind)
def test_what_is_wrong_costs_one_try_where_it_has_one_form(monkeypatch, kind):
    content, tried = whole(), []
    real = key_slots._wrapping_key

    def counted(*arguments):
        tried.append(arguments[1])
        return real(*arguments)

    monkeypatch.setattr(key_slots, "_wrapping_key", counted)
    wrong = key_slots.new_recovery_code() if kind is SlotKind.RECOVERY else "cafe\u0301 horse battery"
    with pytest.raises(WrongSecret):
        key_slots.open_slot(content, kind, wrong)
    assert len(tried) == 1
    if kind is not SlotKind.PASSPHRASE:
        assert tried == [wrong], "only a passphrase has a normal form"


# The key file


@pytest.fixture
def place(tmp_path):
    """A store's folder with both copies, and a database that begins with its salt."""
    locations = Locations(tmp_path)
    locations.database.write_bytes(SALT + bytes(4080))
    for path in (locations.key_file, locations.key_file_copy):
        key_files.write(path, whole())
    return locations


def body_of(content):
    return json.loads(json.loads(key_files.as_bytes(content))["body"])


def wrapped_up(body):
    text = json.dumps(body)
    return json.dumps({"body": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}).encode()


def test_a_key_file_comes_back_as_it_was_written_and_can_be_read_by_eye(place):
    data = place.key_file.read_bytes()
    assert key_files.read(place.key_file) == key_files.decoded(data)
    outer = json.loads(data)
    assert data == json.dumps(outer, indent=1).encode()
    assert outer["body"] == json.dumps(json.loads(outer["body"]), indent=1, sort_keys=True)
    assert json.loads(outer["body"])["format"] == 2


def test_the_tag_is_the_one_that_earlier_versions_wrote():
    content = whole()
    header = {name: value for name, value in body_of(content).items() if name != "tag"}
    proving = HKDF(SHA256(), 32, None, b"sep-desktop key file").derive(KEY)
    text = json.dumps(header, sort_keys=True).encode()
    assert content.tag == hmac.digest(proving, text, "sha256")


def test_only_who_holds_the_key_can_prove_a_file():
    content = whole()
    assert key_files.is_genuine(content, KEY)
    assert not key_files.is_genuine(content, bytes(32))
    assert not key_files.is_genuine(replace(content, revision=4), KEY)
    assert key_files.is_genuine(replace(content, purpose=None, tag=b""), KEY)


UNSOUND = {
    "other salt": {"salt": base64.b64encode(bytes(15)).decode()},
    "long salt": {"salt": base64.b64encode(bytes(17)).decode()},
    "short tag": {"tag": base64.b64encode(bytes(31)).decode()},
    "long tag": {"tag": base64.b64encode(bytes(33)).decode()},
    "signs in the salt": {"salt": base64.b64encode(bytes(16)).decode() + "!!"},
    "no identity": {"vault": "0" * 31},
    "no text for an identity": {"vault": 7},
    "no slots": {"slots": None},
    "revision nought": {"revision": 0},
    "revision below": {"revision": -1},
    "revision as text": {"revision": "3"},
    "revision true": {"revision": True},
    "revision too large": {"revision": 2**53},
    "no such purpose": {"purpose": "other"},
    "no moment": {"changed": "yesterday"},
}


@pytest.mark.parametrize("change", UNSOUND.values(), ids=UNSOUND)
def test_a_value_that_cannot_be_is_an_unsound_key_file(change):
    with pytest.raises(UnsoundKeyFile):
        key_files.decoded(wrapped_up(body_of(whole()) | change))


@pytest.mark.parametrize(
    ("name", "length"),
    [("salt", 15), ("salt", 17), ("nonce", 11), ("nonce", 13), ("wrapped", 47), ("wrapped", 49)],
)
def test_a_slot_with_a_part_of_another_length_is_unsound(name, length):
    body = body_of(whole())
    body["slots"][0][name] = base64.b64encode(bytes(length)).decode()
    with pytest.raises(UnsoundKeyFile, match="bytes where"):
        key_files.decoded(wrapped_up(body))


@pytest.mark.parametrize(
    "lost", ["salt", "slots", "vault", "purpose", "revision", "changed", "tag", "format"]
)
def test_a_key_file_that_lacks_something_is_unsound(lost):
    body = body_of(whole())
    del body[lost]
    with pytest.raises(UnsoundKeyFile):
        key_files.decoded(wrapped_up(body))


@pytest.mark.parametrize("data", [b"[]", b"7", b"{", b'{"body": 7}', b"\xff", b"[" * 60_000])
def test_other_bytes_are_unsound(data):
    with pytest.raises(UnsoundKeyFile):
        key_files.decoded(data)


def test_a_checksum_that_does_not_fit_is_unsound_and_two_slots_of_a_kind_are():
    outer = json.loads(key_files.as_bytes(whole()))
    with pytest.raises(UnsoundKeyFile, match="checksum"):
        key_files.decoded(json.dumps(outer | {"sha256": "0" * 64}).encode())
    body = body_of(whole())
    body["slots"].append(body["slots"][0])
    with pytest.raises(UnsoundKeyFile, match="two slots"):
        key_files.decoded(wrapped_up(body))


def test_a_file_of_the_first_format_and_the_newest_revision_are_read():
    former = {name: body_of(whole())[name] for name in ("vault", "salt", "slots")} | {"format": 1}
    content = key_files.decoded(wrapped_up(former))
    assert (content.purpose, content.revision, content.tag) == (None, 0, b"")
    assert key_files.decoded(wrapped_up(body_of(whole()) | {"revision": 2**53 - 1})).revision == 2**53 - 1
    with pytest.raises(UserError, match="newer version"):
        key_files.decoded(wrapped_up(former | {"format": 3}))


def test_a_key_file_at_the_edge_of_its_size_is_read_and_one_beyond_is_not(place):
    data = place.key_file.read_bytes()
    place.key_file.write_bytes(data + b" " * (64 * 1024 - len(data)))
    assert key_files.read(place.key_file).revision == 3
    place.key_file.write_bytes(data + b" " * (64 * 1024 + 1 - len(data)))
    with pytest.raises(UnsoundKeyFile, match="longer than any"):
        key_files.read(place.key_file)
    assert key_files.read_if_sound(place.key_file) is None


def test_what_is_no_file_is_not_read(place):
    place.key_file.unlink()
    assert key_files.read_if_sound(place.key_file) is None
    place.key_file.mkdir()
    with pytest.raises(FileNotFoundError):
        key_files.read(place.key_file)
    if hasattr(os, "mkfifo"):
        place.key_file.rmdir()
        os.mkfifo(place.key_file)
        with pytest.raises(FileNotFoundError):
            key_files.read(place.key_file)


def put(path, **changes):
    key_files.write(path, replace(whole(), **changes))


def test_the_file_that_fits_the_database_counts_before_the_newer(place):
    put(place.key_file, revision=9, salt=bytes(16))
    assert key_files.read_all(place)[0].revision == 3
    put(place.key_file, revision=9)
    assert [each.revision for each in key_files.read_all(place)] == [9, 3]
    for path in (place.key_file, place.key_file_copy):
        path.unlink()
    with pytest.raises(DamagedKeyFile, match="Both copies") as caught:
        key_files.read_all(place)
    assert "keys.json" in caught.value.hint


FAULTS = {
    "missing": (lambda path: path.unlink(), "was missing"),
    "damaged": (lambda path: path.write_text("{"), "was damaged"),
    "older": (lambda path: put(path, revision=2), "was older than its copy"),
    "another hand's": (lambda path: put(path, tag=bytes(32)), "was not as it was written"),
    "another store's": (
        lambda path: put(path, store_id="12345678" + "9" * 24, revision=5),
        "was another store's and is now called “keys-of-12345678-5.json”",
    ),
}


@pytest.mark.parametrize("name", ["key_file", "key_file_copy"])
@pytest.mark.parametrize(("fault", "said"), FAULTS.values(), ids=FAULTS)
def test_a_copy_that_is_not_what_opened_is_mended_and_named(place, name, fault, said):
    opened = key_files.read(place.key_file)
    path = getattr(place, name)
    fault(path)
    (sentence,) = key_files.mend(place, opened)
    assert sentence == f"“{path.name}” {said}; it was written again from the other copy."
    assert list(key_files.mend(place, opened)) == []
    assert key_files.read(path) == opened
    aside = [each.name for each in place.root.glob("keys-of-*")]
    assert aside == (["keys-of-12345678-5.json"] if "another store" in said else [])


def backed_up(place, day, **changes):
    folder = place.backups / f"2026-11-{day}-100000-close"
    folder.mkdir(parents=True)
    put(folder / "keys.json", **changes)


def test_the_newest_key_file_of_this_store_is_taken_from_the_backups(place):
    backed_up(place, 20, revision=5)
    backed_up(place, 21, revision=7)
    backed_up(place, 22, revision=6)
    backed_up(place, 23, revision=9, salt=bytes(16))
    (place.backups / "2026-11-24-100000-close").mkdir()
    place.key_file_copy.write_text("{")
    assert key_files.take_from_backups(place) == "2026-11-21-100000-close/keys.json"
    assert [key_files.read(path).revision for path in (place.key_file, place.key_file_copy)] == [7, 7]
    assert [each.name for each in place.root.glob("keys-of-*")] == ["keys-of-00000000-3.json"]


def test_backups_without_a_newer_key_file_change_nothing(place):
    backed_up(place, 20, revision=3)
    before = place.key_file.read_bytes()
    with pytest.raises(UserError, match="no newer key file") as caught:
        key_files.take_from_backups(place)
    assert "keys.json" in caught.value.hint
    assert place.key_file.read_bytes() == before
    put(place.key_file, revision=9, salt=bytes(16))
    put(place.key_file_copy, revision=8, salt=bytes(16))
    assert key_files.take_from_backups(place)
    assert key_files.read(place.key_file).revision == 3


def test_where_no_key_file_is_left_any_of_the_backups_will_do(place):
    for path in (place.key_file, place.key_file_copy):
        path.unlink()
    backed_up(place, 20, revision=1)
    assert key_files.take_from_backups(place)
    assert key_files.read(place.key_file).revision == 1


def test_where_no_key_file_is_left_one_of_the_first_format_will_do(place):
    for path in (place.key_file, place.key_file_copy):
        path.unlink()
    folder = place.backups / "2026-11-20-100000-close"
    folder.mkdir(parents=True)
    former = {name: body_of(whole())[name] for name in ("vault", "salt", "slots")} | {"format": 1}
    (folder / "keys.json").write_bytes(wrapped_up(former))
    assert key_files.take_from_backups(place)
    assert key_files.read_if_sound(place.key_file)
