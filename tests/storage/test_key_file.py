"""The key file: two copies of which one counts, a proof, and nothing that could be taken for one."""

import base64
import hashlib
import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sep_desktop.errors import EnvironmentProblem, SepError, UserError
from sep_desktop.notices import Tone
from sep_desktop.paths import Locations
from sep_desktop.storage import key_file, key_slots
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_file import UnsoundKeyFile
from sep_desktop.storage.key_slots import Cost, SlotKind, WrongSecret
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store_problems import DamagedKeyFile, OldKeyFile
from tests.conftest import QUICK
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE

NEW = "a brand new passphrase"
BOTH = pytest.mark.parametrize("name", ["key_file", "key_file_copy"])


@pytest.fixture
def closed(opened, locations):
    opened.store.close()
    return locations


def journal(store):
    return [entry.text for entry in store.journal.entries() if entry.event == "store mended"]


@BOTH
@pytest.mark.parametrize("damage", [lambda path: path.write_text("{"), lambda path: path.unlink()])
def test_a_damaged_or_missing_copy_is_mended_from_the_other_and_said(closed, name, damage):
    path = getattr(closed, name)
    sound = path.read_bytes()
    damage(path)
    store = stores.unlock(closed, PASSPHRASE)
    (repair,) = store.repairs
    assert path.name in repair.text
    assert journal(store) == [repair.text]
    heard = []
    store.notices.listen(heard.append)
    assert heard == [repair]
    store.close()
    assert path.read_bytes() == sound
    again = stores.unlock(closed, PASSPHRASE)
    assert again.repairs == []
    again.close()


def test_two_damaged_copies_are_told_and_left(closed):
    for path in (closed.key_file, closed.key_file_copy):
        damaged = json.loads(path.read_text())
        damaged["body"] = damaged["body"].replace("passphrase", "passphrasf")
        path.write_text(json.dumps(damaged))
    before = closed.key_file.read_bytes()
    with pytest.raises(DamagedKeyFile):
        stores.unlock(closed, PASSPHRASE)
    assert closed.key_file.read_bytes() == before


def refuse(monkeypatch, path):
    """Let one file be unwritable."""
    real = key_file.write_durably

    def refusing(target, data):
        if target == path:
            raise PermissionError(13, "no")
        real(target, data)

    monkeypatch.setattr(key_file, "write_durably", refusing)


def test_a_key_file_that_cannot_be_written_changes_no_passphrase(store, sealed, locations, monkeypatch):
    refuse(monkeypatch, locations.sealed.key_file)
    with pytest.raises(EnvironmentProblem, match="still opens it"):
        sealed.change_passphrase(SEALED, NEW, QUICK)
    sealed.verify(SEALED)
    sealed.close()
    sealed_stores.unlock(locations, SEALED).close()
    with pytest.raises(WrongSecret):
        sealed_stores.unlock(locations, NEW)


def test_a_copy_that_cannot_be_written_is_said_and_mended_at_the_next_opening(opened, locations, monkeypatch):
    heard = []
    opened.store.notices.listen(heard.append)
    with monkeypatch.context() as patched:
        refuse(patched, locations.key_file_copy)
        opened.store.change_passphrase(PASSPHRASE, NEW, QUICK)
    assert [(each.tone, "copy" in each.text) for each in heard] == [(Tone.WARN, True)]
    opened.store.close()
    with pytest.raises(WrongSecret):
        stores.unlock(locations, PASSPHRASE)
    store = stores.unlock(locations, NEW)
    assert "was older than its copy" in store.repairs[0].text
    store.close()
    assert locations.key_file.read_bytes() == locations.key_file_copy.read_bytes()


@BOTH
def test_of_two_sound_copies_the_newer_counts(closed, name):
    old = closed.key_file.read_bytes()
    store = stores.unlock(closed, PASSPHRASE)
    store.change_passphrase(PASSPHRASE, NEW, QUICK)
    store.close()
    getattr(closed, name).write_bytes(old)
    with pytest.raises(WrongSecret):
        stores.unlock(closed, PASSPHRASE)
    stores.unlock(closed, NEW).close()
    assert key_file.read(closed.key_file) == key_file.read(closed.key_file_copy)


def put_back(locations, data):
    for path in (locations.key_file, locations.key_file_copy):
        path.write_bytes(data)


def test_an_old_key_file_does_not_open_with_the_old_passphrase_unless_it_is_accepted(closed):
    old = closed.key_file.read_bytes()
    store = stores.unlock(closed, PASSPHRASE)
    store.change_passphrase(PASSPHRASE, NEW, QUICK)
    store.close()
    put_back(closed, old)
    with pytest.raises(OldKeyFile, match="older than the store"):
        stores.unlock(closed, PASSPHRASE)
    assert closed.key_file.read_bytes() == old
    stores.unlock(closed, PASSPHRASE, accept_old_keys=True).close()
    stores.unlock(closed, PASSPHRASE).close()
    assert key_file.read(closed.key_file).revision == 3


def test_what_was_changed_in_the_key_file_by_another_hand_is_refused(closed):
    genuine = key_file.read(closed.key_file)
    for path in (closed.key_file, closed.key_file_copy):
        key_file.write(path, replace(genuine, revision=99))
    with pytest.raises(DamagedKeyFile, match="not as the program wrote it"):
        stores.unlock(closed, PASSPHRASE)
    key_file.write(closed.key_file_copy, genuine)
    store = stores.unlock(closed, PASSPHRASE)
    assert "not as it was written" in store.repairs[0].text
    store.close()


def test_a_former_key_file_becomes_one_that_knows_what_it_is_for(before_identity):
    before = key_file.read(before_identity.key_file)
    assert (before.purpose, before.revision) == (None, 0)
    stores.unlock(before_identity, PASSPHRASE).close()
    after = key_file.read(before_identity.key_file)
    assert (after.purpose, after.revision, after.store_id) == ("visits", 1, before.store_id)
    assert after.slot(SlotKind.PASSPHRASE).normal
    assert after.slot(SlotKind.RECOVERY) == before.slot(SlotKind.RECOVERY)
    assert key_file.read(before_identity.key_file_copy) == after


def test_a_newer_programs_key_file_is_refused_in_words(closed):
    put_back(closed, wrapped_up(header(closed) | {"format": 3}))
    with pytest.raises(UserError, match="newer version"):
        stores.unlock(closed, PASSPHRASE)


def header(locations):
    return json.loads(json.loads(locations.key_file.read_text())["body"])


def wrapped_up(content):
    body = json.dumps(content)
    return json.dumps({"body": body, "sha256": hashlib.sha256(body.encode()).hexdigest()}).encode()


ABSURD = [
    {"memory_kib": 10**9},
    {"passes": 10**6},
    {"lanes": 10**5},
    {"memory_kib": -1},
    {"memory_kib": 64.0},
    {"passes": "3"},
    {"passes": True},
    {"lanes": 0},
    {"memory_kib": 7},
    {"more": 1},
]


@pytest.mark.parametrize("cost", ABSURD, ids=repr)
def test_an_absurd_cost_is_a_damaged_key_file_before_anybody_pays_it(closed, cost):
    content = header(closed)
    content["slots"][0]["cost"] |= cost
    put_back(closed, wrapped_up(content))
    with pytest.raises(DamagedKeyFile):
        stores.unlock(closed, PASSPHRASE)


def test_a_cost_beyond_this_computers_memory_is_a_sentence(closed, monkeypatch):
    class Greedy:
        def __init__(self, **named):
            pass

        def derive_into(self, secret, key):
            raise MemoryError

    monkeypatch.setattr(key_slots, "Argon2id", Greedy)
    with pytest.raises(EnvironmentProblem, match="not enough memory"):
        stores.unlock(closed, PASSPHRASE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = ["format", "vault", "purpose", "revision", "changed", "salt", "slots", "tag"]
OF_A_SLOT = ["kind", "salt", "nonce", "wrapped", "cost", "normal"]


def unlocks_or_says_so(tmp_path_factory, data):
    """Any bytes in the place of both key files: an error of ours."""
    locations = Locations(tmp_path_factory.mktemp("store"))
    put_back(locations, data)
    with pytest.raises(SepError):
        stores.unlock(locations, PASSPHRASE)


@given(
    data=st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()) | JSON.map(wrapped_up)
)
def test_any_bytes_in_the_key_file_are_a_sentence(tmp_path_factory, data):
    unlocks_or_says_so(tmp_path_factory, data)


_KEY_FILE, _KEY = key_slots.new_key_file()
_SOUND = key_file._header(
    key_slots.with_slot(replace(_KEY_FILE, revision=1), _KEY, SlotKind.PASSPHRASE, PASSPHRASE, QUICK)
) | {"purpose": "visits", "changed": "2026-11-27T10:00:00+00:00", "tag": base64.b64encode(bytes(32)).decode()}


@given(key=st.sampled_from(KEYS), of_slot=st.sampled_from(OF_A_SLOT), in_slot=st.booleans(), value=JSON)
def test_any_value_in_the_key_file_is_a_sentence(tmp_path_factory, key, of_slot, in_slot, value):
    content = json.loads(json.dumps(_SOUND))
    if in_slot:
        content["slots"][0][of_slot] = value
    else:
        content[key] = value
    unlocks_or_says_so(tmp_path_factory, wrapped_up(content))


@pytest.mark.parametrize("data", [b"[" * 60_000, b" " * 70_000], ids=["deep", "long"])
def test_a_key_file_that_would_exhaust_its_reader_is_refused(tmp_path, data):
    (tmp_path / "keys.json").write_bytes(data)
    with pytest.raises(UnsoundKeyFile):
        key_file.read(tmp_path / "keys.json")


ACCENTS = "Zoë’s café à Orléans"
FORMS = {
    "composed": unicodedata.normalize("NFC", ACCENTS),
    "decomposed": unicodedata.normalize("NFD", ACCENTS),
    "no-break spaces": unicodedata.normalize("NFC", ACCENTS).replace(" ", "\u00a0"),
}


@pytest.mark.parametrize("typed", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("chosen", FORMS.values(), ids=FORMS)
def test_a_passphrase_is_the_same_on_every_keyboard(locations, chosen, typed):
    stores.create(locations, chosen, QUICK)[0].close()
    stores.unlock(locations, typed).close()


def as_it_was_made_before(locations, passphrase):
    """A key file of format 1, whose passphrase was taken as its system typed it."""
    now = key_file.read(locations.key_file)
    store = stores.unlock(locations, PASSPHRASE)
    slot = key_slots.with_slot(now, store._key, SlotKind.PASSPHRASE, PASSPHRASE, QUICK)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(key_slots, "normal_form", lambda text: text)
        slot = key_slots.with_slot(now, store._key, SlotKind.PASSPHRASE, passphrase, QUICK)
    store.database.run("DELETE FROM store_identity")
    store.close()
    content = key_file._header(slot)
    content["format"] = 1
    content["slots"] = [{key: each[key] for key in each if key != "normal"} for each in content["slots"]]
    put_back(locations, wrapped_up({key: content[key] for key in ("format", "vault", "salt", "slots")}))


@pytest.mark.parametrize("typed", ["composed", "decomposed"])
@pytest.mark.parametrize("chosen", FORMS)
def test_a_store_made_before_opens_with_what_was_typed_then_and_has_one_form_since(closed, chosen, typed):
    as_it_was_made_before(closed, FORMS[chosen])
    typed = "no-break spaces" if chosen == "no-break spaces" else typed
    stores.unlock(closed, FORMS[typed]).close()
    assert key_file.read(closed.key_file).slot(SlotKind.PASSPHRASE).normal
    for form in FORMS.values():
        stores.unlock(closed, form).close()


@pytest.mark.parametrize(
    ("typed", "guesses"), [(PASSPHRASE, 1), (FORMS["composed"], 2), (FORMS["decomposed"], 2)]
)
def test_a_wrong_guess_costs_no_more_tries_than_it_has_forms(typed, guesses, monkeypatch):
    empty, key = key_slots.new_key_file()
    slot = key_slots.with_slot(empty, key, SlotKind.PASSPHRASE, "another passphrase", Cost(64, 1, 1)).slots[0]
    assert len(key_slots._forms(typed, replace(slot, normal=""))) == guesses
    assert len(key_slots._forms(typed, slot)) == 1
