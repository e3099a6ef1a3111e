"""Writing, revising, completing and correcting a report."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.domain.people import ROLES, Role
from sep_desktop.domain.report import Action, Progress, rows, store_rows
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.errors import UserError
from sep_desktop.services import report_notes, reports, sample, schools, today, visits
from tests.support.pdf_text import structure_texts
from tests.support.policies import shipped_policies


def complete(store, visit, now, reason=""):
    confirmed = reports.confirm(store=store, visit=visit, now=now, reason=reason)
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=now)
    return store.reports.versions(confirmed.report.id)[-1]


def save(store, visit, now, **sections):
    report = reports.open_report(store=store, visit=visit, now=now)
    for key, text in sections.items():
        reports.save_section(store=store, report=report.id, key=key, text=text, now=now)
    return report


def texts(store, version):
    return [text for _, text in structure_texts(store.reports.pdf(version.id))]


def test_saves_of_one_sitting_are_one_revision_and_later_ones_keep_it(store, written, now):
    report = reports.open_report(store=store, visit=written, now=now)
    for minute, text in enumerate(["a", "ab", "abc"]):
        reports.save_section(
            store=store,
            report=report.id,
            key="areas",
            text=text,
            now=now + timedelta(hours=1, minutes=minute),
        )
    reports.save_section(
        store=store, report=report.id, key="areas", text="abcd", now=now + timedelta(hours=2)
    )
    found = reports.revisions(store=store, report=report.id, key="areas")
    assert [each.text for each in found][:2] == ["abcd", "abc"]
    assert len(found) == 3, "the sample's own text is still there"


def test_going_back_loses_nothing(store, written, now):
    report = save(store, written, now + timedelta(hours=1), areas="new words")
    old = reports.revisions(store=store, report=report.id, key="areas")[1]
    reports.go_back_to(store=store, report=report.id, revision=old, now=now + timedelta(hours=2))
    assert reports.open_report(store=store, visit=written, now=now).content["areas"] == old.text
    assert "new words" in [
        each.text for each in reports.revisions(store=store, report=report.id, key="areas")
    ]


@pytest.mark.parametrize(
    "text", ["<b>&</b>", "\x00\x07bell", "x\ud800y", "z" * 100_000, "a\r\nb", "मराठी 学校 😀", ""]
)
def test_whatever_is_typed_is_kept(store, written, now, text):
    report = save(store, written, now, comments=text)
    kept = store.reports.sections.content(report.id)["comments"]
    assert kept.replace("\ufffd", "") == text.replace("\x00", "").replace("\x07", "").replace(
        "\ud800", ""
    ).replace("\r\n", "\n")


def test_notes_go_where_their_marks_say_and_private_ones_nowhere(store, now):
    sample.fill(store=store, now=now)
    visit = visits.plan_visit(
        store=store, plan=Plan("990004", VisitKind.ANNUAL, "annual", now.date(), *_hours()), now=now
    ).value
    for mark in NoteKind:
        visits.take_note(store=store, visit=visit, item="data", kind=mark, text=f"A {mark} note", now=now)
    report_notes.notes_into_sections(store=store, visit=visit, now=now)
    report_notes.notes_into_sections(store=store, visit=visit, now=now)
    content = reports.open_report(store=store, visit=visit, now=now).content
    assert content["strengths"] == "-   A strength note"
    assert content["areas"] == "-   A area note"
    assert content["performance"] == "-   A note note\n-   A evidence note"
    assert rows(Action, content["actions"]) == (Action("A action note"),)
    assert "private" not in str(content)


def _hours():
    from datetime import time

    return time(9), time(12)


def test_completing_freezes_the_version_and_queues_three_in_one_step(store, written, now):
    version = complete(store, written, now)
    (message,) = store.outbox.messages()
    assert [each.role for each in message.deliveries] == list(ROLES)
    assert (version.number, version.reason) == (1, "")
    read = texts(store, version)
    assert "Report on the annual visit" in read
    assert "Harbour Lights Primary School" in read
    for role, name in (
        ("Headteacher", "Wren Tamblyn"),
        ("Chair of Governors", "Corin Bale"),
        ("Head of School Support & Challenge", "Marian Oake"),
    ):
        assert role in read
        assert name in read
    assert "The deputy seems tired; ask how she is next time." not in " ".join(read), (
        "a private note stays private"
    )


def test_nothing_is_half_completed(store, written, now, monkeypatch):
    confirmed = reports.confirm(store=store, visit=written, now=now)
    monkeypatch.setattr(store.outbox, "add", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    assert not store.reports.versions(confirmed.report.id)
    assert not store.outbox.messages()


def test_a_change_between_the_letter_and_the_deed_is_noticed(store, written, now):
    confirmed = reports.confirm(store=store, visit=written, now=now)
    schools.set_contact(
        store=store,
        urn=sample.SCHOOL,
        role=Role.CHAIR,
        name="Nell Ark",
        email="nell@harbourlights.example",
        now=now,
    )
    with pytest.raises(UserError, match="changed since you looked"):
        reports.complete(store=store, visit=written, confirmed=confirmed, now=now)


def test_a_correction_says_what_it_replaces_and_the_first_version_stays(store, written, now):
    first = complete(store, written, now)
    before = store.reports.pdf(first.id)
    report = reports.open_report(store=store, visit=written, now=now)
    assert reports.is_locked(store=store, report=report)
    save(store, written, now + timedelta(hours=1), comments="The figure is 77 %.")
    report = reports.open_report(store=store, visit=written, now=now)
    assert not reports.is_locked(store=store, report=report)
    second = complete(store, written, now + timedelta(hours=2), "A figure was wrong.")
    assert store.reports.pdf(first.id) == before
    assert any(
        each.startswith("This version replaces version 1") and each.endswith("Reason: A figure was wrong.")
        for each in texts(store, second)
    )
    assert [each.number for each in store.reports.versions(report.id)] == [1, 2]


def test_a_correction_can_be_dropped(store, written, now):
    complete(store, written, now)
    report = save(store, written, now + timedelta(hours=1), comments="Half a thought")
    reports.drop_correction(store=store, visit=written, now=now + timedelta(hours=2))
    report = reports.open_report(store=store, visit=written, now=now)
    assert reports.is_locked(store=store, report=report)
    assert "Half a thought" in [
        each.text for each in reports.revisions(store=store, report=report.id, key="comments")
    ]


def test_the_next_visit_opens_with_what_was_left_open(store, written, now):
    complete(store, written, now)
    plan = Plan(sample.SCHOOL, VisitKind.TERMLY, "termly-spring", date(2027, 1, 20), *_hours())
    visit = visits.plan_visit(store=store, plan=plan, now=now).value
    report = reports.open_report(store=store, visit=visit, now=now)
    found = rows(Progress, report.content["progress"])
    assert [each.area for each in found][:1] == ["Pupils' stamina in writing, most of all in Years 3 and 4"]
    assert len(found) == 5
    lacking = [gap.key for gap in reports.missing(store=store, report=report)]
    assert lacking.count("progress") == 5
    judged = store_rows([replace(each, judgement="done", evidence="Seen in books.") for each in found])
    save(store, visit, now, progress=judged)
    report = reports.open_report(store=store, visit=visit, now=now)
    assert "progress" not in [gap.key for gap in reports.missing(store=store, report=report)]


@pytest.mark.parametrize("kind", list(VisitKind))
def test_every_kind_of_visit_has_agenda_and_report(kind):
    agenda = shipped_policies().agenda(kind)
    report = shipped_policies().report(kind)
    keys = {section.key for section in report.sections}
    assert {item.section for item in agenda.items} <= keys
    assert {
        "context",
        "performance",
        "strengths",
        "areas",
        "progress",
        "support",
        "category",
        "actions",
        "comments",
        "time",
    } <= keys
    assert report.section("progress").required is (kind is VisitKind.TERMLY)
    assert ("standards" in keys) is (kind is VisitKind.TERMLY)


def test_an_empty_section_stops_the_letter(store, written, now):
    save(store, written, now, strengths="  ")
    with pytest.raises(UserError, match="“Strengths” has nothing in it yet"):
        reports.confirm(store=store, visit=written, now=now)


def test_letters_that_cannot_be_printed_are_remarked_on(store, written, now):
    save(store, written, now, comments="学校")
    assert any("U+5B66" in each for each in reports.confirm(store=store, visit=written, now=now).remarks)


def test_a_used_address_is_not_remarked_on_again(store, written, now, clock):
    from sep_desktop.sync.hand_over import hand_over
    from sep_desktop.sync.visits_queue import VisitsQueue
    from tests.support.fakes import SENDER, FakeTransport

    assert len(reports.confirm(store=store, visit=written, now=now).remarks) == 3
    complete(store, written, now)
    hand_over(VisitsQueue(store), FakeTransport(), SENDER, clock, at_once=True)
    save(store, written, now + timedelta(hours=1), comments="Changed.")
    assert reports.confirm(store=store, visit=written, now=now, reason="x").remarks == ()


def test_a_begun_correction_is_to_be_written_until_it_is_completed_or_dropped(store, written, now):
    complete(store, written, now)
    later = now + timedelta(hours=1)
    assert not today.overview(store=store, now=later).to_write
    save(store, written, later, comments="Changed.")
    (begun,) = today.overview(store=store, now=later).to_write
    assert begun.visit.id == written
    assert begun.sentence == "A correction of version 1 is begun and not complete."
    reports.drop_correction(store=store, visit=written, now=later + timedelta(hours=1))
    assert not today.overview(store=store, now=later).to_write


def test_today_lists_what_waits_comes_is_to_write_and_is_due(store, written, now):
    sample.plan_ahead(store=store, now=now)
    look = today.overview(store=store, now=now)
    assert [each.school for each in look.to_write] == ["Harbour Lights Primary School"]
    assert len(look.ahead) == 2
    assert [each.urn for each in look.due] == ["990007"]
    assert not look.waiting
    complete(store, written, now)
    look = today.overview(store=store, now=now + timedelta(days=3))
    assert look.waiting[0].sentence == "version 1 waits for 3 people, completed 3 days ago."
    assert not look.to_write


def test_overrides_need_a_reason_and_can_be_withdrawn(store, written, now):
    from sep_desktop.domain.academic_year import AcademicYear
    from sep_desktop.domain.entitlement import OverrideKind

    year = AcademicYear(2026)
    with pytest.raises(UserError, match="needs a reason"):
        schools.override_due_item(
            store=store,
            urn="990004",
            year=year,
            due_key="annual",
            kind=OverrideKind.WAIVE,
            reason=" ",
            now=now,
        )
    schools.override_due_item(
        store=store,
        urn="990004",
        year=year,
        due_key="annual",
        kind=OverrideKind.WAIVE,
        reason="Closing.",
        now=now,
    )
    found = schools.view(store=store, urn="990004", today=now.date())
    assert not found.entitlement.visits
    schools.withdraw_override(
        store=store,
        urn="990004",
        year=year,
        override=found.entitlement.items[0].override.id,
        now=now,
    )
    assert len(schools.view(store=store, urn="990004", today=now.date()).entitlement.visits) == 1


def test_a_clash_is_told_by_name(store, written, now):
    plan = Plan("990004", VisitKind.ANNUAL, "annual", store.visits.get(written).day, *_hours())
    (clash,) = visits.clashing(store=store, plan=plan)
    assert (
        str(clash)
        == "Harbour Lights Primary School is planned for the same time: Fri 20 Nov 2026, 09:00–12:30."
    )


def test_a_held_visit_is_neither_moved_nor_cancelled(store, written, now):
    visit = store.visits.get(written)
    plan = Plan(visit.urn, visit.kind, visit.due_key, now.date(), *_hours())
    for attempt in (
        lambda: visits.move_visit(store=store, visit=written, plan=plan, now=now),
        lambda: visits.cancel_visit(store=store, visit=written, because="x", now=now),
    ):
        with pytest.raises(UserError, match="has been held"):
            attempt()


def test_a_visit_cannot_be_held_before_its_day_or_end_before_it_begins(store, written, now):
    with pytest.raises(UserError, match="has not come yet"):
        visits.hold_visit(store=store, visit=written, on=now.date() + timedelta(days=1), now=now)
    with pytest.raises(UserError, match="before it begins"):
        visits.plan_visit(
            store=store,
            plan=Plan("990004", VisitKind.ANNUAL, "annual", now.date(), *reversed(_hours())),
            now=now,
        )


def test_the_reason_that_is_stored_is_the_one_on_the_paper_that_was_looked_at(store, written, now):
    complete(store, written, now)
    report = reports.open_report(store=store, visit=written, now=now)
    reports.save_section(store=store, report=report.id, key="comments", text="Put right.", now=now)
    confirmed = reports.confirm(store=store, visit=written, now=now, reason="  A figure was wrong. ")
    reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    newest = store.reports.versions(report.id)[-1]
    assert newest.reason == confirmed.reason == "A figure was wrong."
