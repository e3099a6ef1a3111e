"""A store that an earlier version made opens, and keeps every row and word."""

import shutil
from pathlib import Path

import pytest

from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.outbox import State
from sep_desktop.domain.settings import FORMER_KEYS, SETTINGS
from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import store as sealed_stores
from tests.support.appraisals import PANEL, SEALED
from tests.support.fakes import PASSPHRASE

FORMER = Path(__file__).parent.parent / "fixtures" / "stores" / "e8aa83c"


@pytest.fixture
def former(tmp_path):
    """A copy of the store as it was, so that the one in the tests stays as it is."""
    shutil.copytree(FORMER, tmp_path / "store")
    return Locations(tmp_path / "store")


@pytest.fixture
def opened(former):
    store = stores.unlock(former, PASSPHRASE)
    yield store
    store.close()


def test_a_backup_is_made_before_anything_changes(former, opened):
    (backup,) = former.backups.glob("*.db")
    assert "before-update" in backup.name


def test_the_setting_that_was_called_otherwise_keeps_its_value(opened):
    assert opened.settings.text("delivery.method") == "pdf"
    assert opened.settings.text("mail.folder") == "/nowhere/papers"
    assert opened.database.value("SELECT count(*) FROM setting WHERE key = 'mail.exit'") == 0


def test_every_former_name_leads_to_a_setting():
    assert not set(FORMER_KEYS) & set(SETTINGS)
    assert set(FORMER_KEYS.values()) <= set(SETTINGS)


def test_reports_versions_and_deliveries_are_as_they_were(opened):
    first, second = opened.outbox.messages()
    assert [each.state for each in first.deliveries] == [State.ACCEPTED] * 3
    assert [each.state for each in second.deliveries] == [State.QUEUED] * 3
    versions = opened.reports.versions(first.report_id)
    assert [(each.number, each.reason) for each in versions] == [(1, ""), (2, "A figure was wrong.")]
    assert all(opened.reports.pdf(each.id).startswith(b"%PDF") for each in versions)
    assert opened.reports.sections.content(first.report_id)["comments"] == "A figure is put right."
    assert opened.outbox.frozen(first.id)


def test_notes_people_circumstances_support_and_the_journal_are_as_they_were(opened):
    message = opened.outbox.messages()[0]
    assert len(opened.visits.notes(message.visit_id)) > 0
    assert {each.name for each in opened.people.contacts(message.urn)} >= {"Wren Tamblyn"}
    assert opened.circumstances.history([message.urn])[message.urn]
    assert opened.database.value("SELECT sum(hours) FROM support") == 3
    assert [each.event for each in opened.journal.entries()].count("report corrected") == 1


def test_the_sealed_store_opens_with_its_cycle_paper_and_letters(former, opened):
    sealed = sealed_stores.unlock(former, SEALED)
    (cycle,) = sealed.appraisals.cycles()
    (paper,) = sealed.appraisals.papers(cycle.id)
    letters = sealed.letters.of_cycle(cycle.id)
    content = sealed.appraisals.parts.content(cycle.id)
    sealed.close()
    assert paper.kind is PaperKind.STATEMENT
    assert {each.address for each in letters} == {each.email for each in PANEL}
    assert [each.state for each in letters] == [State.QUEUED] * 3
    assert sum(text.startswith("Words for") for text in content.values()) > 10
