"""Stores that earlier versions made open, and keep every row and word."""

import email
import hashlib
import shutil
import uuid
from datetime import datetime
from email import policy

import pytest

from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.report_message import ReportPart
from sep_desktop.domain.settings import FORMER_KEYS, SETTINGS
from sep_desktop.domain.wording import day
from sep_desktop.errors import UserError
from sep_desktop.paths import Locations
from sep_desktop.storage import key_slots, message_table
from sep_desktop.storage import store as stores
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.key_file import read_all
from sep_desktop.storage.key_slots import SlotKind
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store_problems import MigrationFailed
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.appraisals import PANEL, SEALED
from tests.support.fakes import PASSPHRASE, SENDER, FakeTransport

ADDED_TO = {"edition", "_sqlite_migrations"}
"""The tables to which a step adds rows."""

IDENTIFIED = ("visit", "report", "report_version", "note", "message", "contact")


@pytest.fixture
def opened(former):
    store = stores.unlock(former, PASSPHRASE)
    yield store
    store.close()


def raw_store(locations, passphrase):
    """The file alone, as it is, without the program's ideas of it."""
    key_file = read_all(locations)[0]
    return EncryptedDatabase(
        locations.database, key_slots.open_slot(key_file, SlotKind.PASSPHRASE, passphrase), key_file.salt
    )


def every_row(database):
    """Every row of every table of the program's own, by table."""
    names = [
        row["name"]
        for row in database.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'"
        )
    ]
    rows = {name: database.rows(f"SELECT * FROM {name}") for name in sorted(names)}
    said = {row["note_id"]: row for row in rows.get("note_revision", ())}  # what a note says is its revision
    if said:
        rows["note"] = [{**said[note["id"]], **note} for note in rows["note"]]
    return rows


def rows_of(locations, passphrase):
    database = raw_store(locations, passphrase)
    rows = every_row(database)
    database.close()
    return rows


def before_step(locations, passphrase, step):
    """Every row of a store that has not been through ``step`` yet; later stores are left out."""
    rows = rows_of(locations, passphrase)
    if step in {row["name"] for row in steps_of(locations, passphrase)}:
        pytest.skip(f"this store has been through {step} already")
    return rows


def steps_of(locations, passphrase):
    database = raw_store(locations, passphrase)
    steps = database.rows("SELECT name FROM _sqlite_migrations")
    database.close()
    return steps


def renamed(row):
    """A row of settings under the name that its key has now."""
    return {**row, "key": FORMER_KEYS.get(row["key"], row["key"])}


def test_every_row_and_word_of_both_stores_is_kept(former):
    before, sealed_before = rows_of(former, PASSPHRASE), rows_of(former.sealed, SEALED)
    before["setting"] = [renamed(row) for row in before["setting"]]
    assert all(before[name] for name in ("visit", "report_version", "message", "delivery", "note", "contact"))
    stores.unlock(former, PASSPHRASE).close()
    sealed_stores.unlock(former, SEALED).close()
    for rows, kept in (
        (before, rows_of(former, PASSPHRASE)),
        (sealed_before, rows_of(former.sealed, SEALED)),
    ):
        for name, earlier in rows.items():
            as_before = [{key: row[key] for key in earlier[0]} for row in kept[name]] if earlier else []
            missing = [row for row in earlier if row not in as_before]
            assert not missing, name
            assert len(as_before) == len(earlier) or name in ADDED_TO


@pytest.mark.parametrize("table", IDENTIFIED)
def test_every_row_has_an_identity_and_the_same_one_whenever_it_is_migrated(former, tmp_path, table):
    shutil.copytree(former.root, tmp_path / "again")
    identities = []
    for locations in (former, Locations(tmp_path / "again")):
        store = stores.unlock(locations, PASSPHRASE)
        rows = store.database.rows(f"SELECT id, uid FROM {table} ORDER BY id")
        identities.append([(row["id"], uuid.UUID(row["uid"])) for row in rows])
        store.close()
    assert identities[0] == identities[1] != []
    if table != "contact":
        assert len({uid for _, uid in identities[0]}) == len(identities[0])


def test_completed_versions_still_never_change(opened):
    assert opened.reports.version(1).uid
    with pytest.raises(Exception, match="a completed version never changes"):
        opened.database.run("UPDATE report_version SET uid = 'another' WHERE id = 1")


def test_a_version_that_would_change_undoes_the_migration(former, monkeypatch):
    from sep_desktop.storage import identity

    before = before_step(former, PASSPHRASE, "0004_identity")
    digests = iter(("one", "another"))
    with monkeypatch.context() as patched:
        patched.setattr(identity, "_completed", lambda db: next(digests))
        with pytest.raises(MigrationFailed) as failure:
            stores.unlock(former, PASSPHRASE)
    assert "would have changed" in str(failure.value.__cause__)
    assert rows_of(former, PASSPHRASE) == before


def test_a_message_that_would_change_undoes_the_migration(former, monkeypatch):
    before = before_step(former, PASSPHRASE, "0005_message_kinds")
    digests = iter(("one", "another"))
    with monkeypatch.context() as patched:
        patched.setattr(message_table, "_digest", lambda db: next(digests))
        with pytest.raises(MigrationFailed) as failure:
            stores.unlock(former, PASSPHRASE)
    assert "a queued message would have changed" in str(failure.value.__cause__)
    assert rows_of(former, PASSPHRASE) == before


def test_a_message_that_was_queued_is_a_report_for_the_three_about_its_school(opened):
    for message in opened.outbox.messages():
        assert isinstance(message.part, ReportPart)
        assert message.readers == (Role.HEADTEACHER, Role.CHAIR, Role.HEAD_OF_SUPPORT)
        assert message.urn == opened.visits.get(message.part.visit_id).urn
        assert opened.outbox.pdf(message) == opened.reports.pdf(message.part.source_id)


def test_a_message_that_was_queued_leaves_as_it_would_have(former, clock):
    before = rows_of(former, PASSPHRASE)
    (queued,) = [row for row in before["message"] if row["raw"] is None]
    people = [row["address"] for row in before["delivery"] if row["message_id"] == queued["id"]]
    (version,) = [row for row in before["report_version"] if row["id"] == queued["version_id"]]
    completed = datetime.fromisoformat(version["completed"]).astimezone().date()
    recipients, raw = _sent(former, clock)
    assert list(recipients) == people
    sent = email.message_from_bytes(raw, policy=policy.default)
    assert [sent["Message-ID"], sent["Subject"]] == [queued["identifier"], queued["subject"]]
    assert [each.addr_spec for each in sent["To"].addresses] == people
    assert sent.get_body().get_content().replace("\r\n", "\n") == QUEUED_WORDS.format(day=day(completed))
    (paper,) = sent.iter_attachments()
    assert paper.get_content() == version["pdf"]
    assert paper.get_filename() == f"report-990001-{completed}-v2-{queued['id']}.pdf"


QUEUED_WORDS = """\
Attached is the report on Harbour Lights Primary School, completed on {day}.

This is version 2 and takes the place of every earlier one.

It goes to the headteacher, the Chair of Governors and the Head of School Support & Challenge, and to nobody \
else. If it has reached you by mistake, please delete it and tell me.

Ada Penrose
"""


def test_a_message_whose_bytes_were_fixed_leaves_with_these_very_bytes(former, clock):
    """It was tried once and put off; then the program was brought up to date."""
    fixed = b"Message-ID: <fixed@x.example>\r\n\r\nAs it was once, \x00 and all.\r\n"
    database = raw_store(former, PASSPHRASE)
    database.run(
        "UPDATE message SET raw = ?, sha256 = ? WHERE raw IS NULL", (fixed, hashlib.sha256(fixed).hexdigest())
    )
    database.run("UPDATE delivery SET state = 'retry', attempts = 1 WHERE state = 'queued'")
    database.close()
    recipients, sent = _sent(former, clock)
    assert sent == fixed
    assert len(recipients) == 3


def _sent(locations, clock):
    """What leaves of a store once it is opened: the recipients and the bytes of its one message."""
    store, transport = stores.unlock(locations, PASSPHRASE), FakeTransport()
    hand_over(VisitsQueue(store), transport, SENDER, clock, at_once=True)
    store.close()
    (sent,) = transport.sent
    return sent


def test_a_person_keeps_the_identity_with_another_address_and_loses_it_to_somebody_new(opened, now):
    urn = opened.outbox.messages()[0].urn

    def head():
        return next(each for each in opened.people.contacts(urn) if each.role == Role.HEADTEACHER)

    first = head()
    opened.people.put_contact(Contact(Role.HEADTEACHER, "wren  tamblyn", "wren@other.example", urn), now)
    assert head().uid == first.uid
    assert head().email == "wren@other.example"
    opened.people.put_contact(Contact(Role.HEADTEACHER, "Somebody New", "wren@other.example", urn), now)
    assert head().uid not in ("", first.uid)


@pytest.mark.parametrize("former_first", [True, False])
def test_each_store_refuses_the_other_in_words_and_leaves_it_as_it_is(former, former_first):
    """``settings --store STORE/sealed`` once ran the steps of the one on the other."""
    if not former_first:
        stores.unlock(former, PASSPHRASE).close()
        sealed_stores.unlock(former, SEALED).close()
    before = former.sealed.database.read_bytes(), former.database.read_bytes()
    with pytest.raises(UserError, match="does not hold visits and reports"):
        stores.unlock(former.sealed, SEALED)
    with pytest.raises(UserError, match="does not hold performance management"):
        stores.encrypted_store.unlock(sealed_stores.SealedStore, former, PASSPHRASE)
    assert (former.sealed.database.read_bytes(), former.database.read_bytes()) == before
    sealed_stores.unlock(former, SEALED).close()
    stores.unlock(former, PASSPHRASE).close()


def test_a_sealed_store_that_was_taken_for_the_other_opens_again(former):
    database = raw_store(former.sealed, SEALED)
    database.run("CREATE TABLE support (id INTEGER PRIMARY KEY)")
    record = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, '')"
    database.run(record, ("sep-desktop", "0002_support"))
    database.close()
    sealed = sealed_stores.unlock(former, SEALED)
    assert sealed.appraisals.cycles()
    sealed.close()
    sealed_stores.unlock(former, SEALED).close()


def test_a_backup_is_made_before_anything_changes(former, opened):
    (backup,) = former.backups.iterdir()
    assert "before-update" in backup.name


def test_the_setting_that_was_called_otherwise_keeps_its_value(opened):
    was_set = opened.settings.text("mail.folder") == "/nowhere/papers"
    assert opened.settings.text("delivery.method") == ("pdf" if was_set else "smtp")
    assert opened.database.value("SELECT count(*) FROM setting WHERE key = 'mail.exit'") == 0


def test_every_former_name_leads_to_a_setting():
    assert not set(FORMER_KEYS) & set(SETTINGS)
    assert set(FORMER_KEYS.values()) <= set(SETTINGS)


def test_reports_versions_and_deliveries_are_as_they_were(opened):
    first, second = opened.outbox.messages()
    assert [each.state for each in first.deliveries] == [State.ACCEPTED] * 3
    assert [each.state for each in second.deliveries] == [State.QUEUED] * 3
    versions = opened.reports.versions(first.part.report_id)
    assert [(each.number, each.reason) for each in versions] == [(1, ""), (2, "A figure was wrong.")]
    assert all(opened.reports.pdf(each.id).startswith(b"%PDF") for each in versions)
    assert opened.reports.sections.content(first.part.report_id)["comments"] == "A figure is put right."
    assert opened.outbox.frozen(first.id)


def test_notes_people_circumstances_support_and_the_journal_are_as_they_were(opened):
    message = opened.outbox.messages()[0]
    assert len(opened.notes.of_visit(message.part.visit_id)) > 0
    assert {each.name for each in opened.people.contacts(message.urn)} >= {"Wren Tamblyn"}
    assert opened.circumstances.history([message.urn])[message.urn]
    assert opened.database.value("SELECT sum(hours) FROM support") == 3
    assert [each.event for each in opened.journal.entries()].count("report corrected") == 1


def test_the_sealed_store_opens_with_its_cycle_paper_and_letters(former, opened):
    sealed = sealed_stores.unlock(former, SEALED)
    (cycle,) = sealed.appraisals.cycles()
    papers = sealed.appraisals.papers(cycle.id)
    letters = sealed.letters.of_cycle(cycle.id)
    content = sealed.appraisals.parts.content(cycle.id)
    sealed.close()
    assert {paper.kind for paper in papers} == {PaperKind.STATEMENT}
    newest = [each for each in letters if each.number == len(papers)]
    assert {each.address for each in newest} == {each.email for each in PANEL}
    assert [each.state for each in newest] == [State.QUEUED] * 3
    assert sum(text.startswith("Words for") for text in content.values()) > 10


def test_a_former_message_keeps_the_name_that_its_subject_has(former):
    database = raw_store(former, PASSPHRASE)
    database.run("UPDATE school SET name = 'Another Name Academy'")
    database.run(
        "UPDATE message SET subject = 'A subject of other words' WHERE id = (SELECT max(id) FROM message)"
    )
    database.close()
    store = stores.unlock(former, PASSPHRASE)
    *subjects, other = sorted(store.outbox.messages(), key=lambda each: each.id)
    assert subjects
    assert {each.school for each in subjects} == {"Harbour Lights Primary School"}
    assert other.school == "Another Name Academy"
    store.close()
