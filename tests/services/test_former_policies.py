"""A store of an earlier version: offered what is newer, and its old papers still say what they said."""

from datetime import date, datetime

import pytest

from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.services import policies, policy_changes, reports, visits
from sep_desktop.services.appraisals import records
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import store as sealed_stores
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE
from tests.support.pdf_text import structure_texts

NOW = datetime(2026, 11, 26, 10, 0).astimezone()
FROM = date(2027, 1, 4)


@pytest.fixture
def opened(former):
    store = stores.unlock(former, PASSPHRASE)
    yield store
    store.close()


@pytest.fixture
def began_with_the_first(opened):
    """One that the program brings something newer to; later ones began with the newest."""
    if not policies.newer(store=opened):
        pytest.skip("this store began with the newest policies")


def accept_newer(store):
    shown = policy_changes.preview_newer(store=store, first=FROM, today=NOW.date())
    policy_changes.apply(store=store, preview=shown, now=NOW)


def sections_of(paper):
    """What is printed from the first section on: the head names the version, its day and its reason."""
    words = [text for _, text in structure_texts(paper)]
    return words[words.index("Context and who met") :]


@pytest.mark.usefixtures("began_with_the_first")
def test_it_is_offered_what_the_program_brings_and_accepts_it_from_a_day(opened):
    decided = policies.of_authority(store=opened, authority="880", on=NOW.date())
    assert {each.version for each in decided.editions.values()} == {1}
    assert [each.kind for each in policies.newer(store=opened)] == [PolicyKind.SUPPORT]
    accept_newer(opened)
    assert policies.newer(store=opened) == ()
    later = policies.of_authority(store=opened, authority="880", on=FROM)
    assert later.editions[PolicyKind.SUPPORT].version == 2


@pytest.mark.usefixtures("began_with_the_first")
def test_a_completed_report_reopened_as_a_correction_prints_what_it_printed(opened):
    message = opened.outbox.messages()[-1]
    accept_newer(opened)
    late = datetime(2027, 2, 1, 10, 0).astimezone()
    again = reports.confirm(store=opened, visit=message.part.visit_id, now=late, reason="A figure was wrong.")
    assert again.report.policies.editions[PolicyKind.SUPPORT].version == 1
    assert sections_of(again.paper.data) == sections_of(opened.reports.pdf(message.part.source_id))
    assert {"Teaching School", "Local Leader of Education"} <= {
        each.name for each in again.report.policies.support_sources
    }


@pytest.mark.usefixtures("began_with_the_first")
def test_a_visit_planned_after_the_day_is_begun_with_what_is_new(opened):
    accept_newer(opened)
    late = datetime(2027, 2, 1, 10, 0).astimezone()
    urn = opened.outbox.messages()[0].urn
    plan = Plan(
        urn, VisitKind.ADDITIONAL, "additional", date(2027, 2, 8), late.time(), late.replace(hour=12).time()
    )
    number = visits.plan_visit(store=opened, plan=plan, now=late).value
    begun = reports.open_report(store=opened, visit=number, now=late)
    names = {each.name for each in begun.policies.support_sources}
    assert "Maths Hub" in names
    assert "Teaching School" not in names


def test_a_cycle_keeps_the_form_and_the_scale_it_was_begun_with(former, opened):
    sealed = sealed_stores.unlock(former, SEALED)
    (cycle,) = sealed.appraisals.cycles()
    editions = {each.kind: each.version for each in sealed.appraisals.policies(cycle.id)}
    record = records.open_record(sealed=sealed, cycle=cycle.id)
    sealed.close()
    assert editions == {PolicyKind.APPRAISAL: 1, PolicyKind.APPRAISAL_SCALE: 1}
    assert record.form.scale == ("Fully met", "Good progress", "Some progress", "Not met")
