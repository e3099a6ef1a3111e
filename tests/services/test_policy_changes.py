"""Taking in what an authority decides, and taking it back, after a look at what that does to the schools."""

from datetime import date, time

import pytest

from sep_desktop.domain.edition import POLICY_NAMES, PolicyKind
from sep_desktop.domain.people import ROLES, Role
from sep_desktop.domain.report import SupportNeed, rows
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.errors import UserError
from sep_desktop.imports.problems import FileProblems
from sep_desktop.services import policies, policy_changes, reports, schools, today, visits
from tests.support.policies import older

LONGER = 'key = "additional"', "on_site = 0.5", "on_site = 1.0"
DIRECTOR = Role("diocesan director")


@pytest.fixture
def file_of(store, written, now, tmp_path):
    """What is in force for the authority as a file, with some of it put otherwise."""

    def write(kind, *replacements, after="", name="policy.toml"):
        text = policy_changes.export(store=store, kind=kind, authority="880", today=now.date())
        head, mark, tail = text.partition(after) if after else ("", "", text)
        for old, new in replacements:
            assert old in tail
            tail = tail.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(head + mark + tail, encoding="utf-8")
        return path

    return write


@pytest.fixture
def longer(file_of):
    """An additional visit of a day in place of half a one."""
    return file_of(PolicyKind.ENTITLEMENT, LONGER[1:], after=LONGER[0])


def preview(store, path, now):
    return policy_changes.preview_file(store=store, path=path, today=now.date())


def accept(store, path, now):
    policy_changes.apply(store=store, preview=preview(store, path, now), now=now)


def days_of_additional(store, now):
    year = schools.current_year(store=store, today=now.date())
    urns = list(store.allocations.allocated(year.start))
    due = schools.entitlements(store=store, year=year, urns=urns, today=now.date())
    return {item.days.total for each in due.values() for item in each.items if item.key == "additional"}


def in_force(store, kind, on, authority="880"):
    return policies.of_authority(store=store, authority=authority, on=on).editions[kind]


def test_a_file_shows_what_it_changes_for_each_school_and_changes_nothing_yet(store, longer, now):
    shown = preview(store, longer, now)
    assert shown.lines[0] == "All your schools, 2026-27: 20 days → 21 days"
    assert "Long Meadow Infant School: Additional visit: half a day → 1 day" in shown.lines
    assert shown.lines[-1] == "    changed: Additional visit, on site: half a day → 1 day"
    assert shown.summary == "Visits and days that are due, version 1 of authority 880, from Tue 24 Nov 2026."
    assert days_of_additional(store, now) == {0.5}


def test_once_accepted_it_is_in_force_and_can_be_taken_back(store, longer, now):
    accept(store, longer, now)
    assert days_of_additional(store, now) == {1.0}
    own = in_force(store, PolicyKind.ENTITLEMENT, now.date())
    back = policy_changes.preview_taking_back(store=store, edition=own.id, today=now.date())
    assert back.lines[0] == "All your schools, 2026-27: 21 days → 20 days"
    assert back.summary.endswith(
        "version 1 of authority 880: taken back. Version 1 of the program is in force again."
    )
    policy_changes.apply(store=store, preview=back, now=now)
    assert days_of_additional(store, now) == {0.5}
    events = [each.event for each in store.journal.entries()]
    assert events.count("policy accepted") == events.count("policy taken back") == 1


def test_the_same_file_may_be_accepted_once_more_after_it_was_taken_back(store, longer, now):
    accept(store, longer, now)
    own = in_force(store, PolicyKind.ENTITLEMENT, now.date())
    taken_back = policy_changes.preview_taking_back(store=store, edition=own.id, today=now.date())
    policy_changes.apply(store=store, preview=taken_back, now=now)
    accept(store, longer, now)
    assert in_force(store, PolicyKind.ENTITLEMENT, now.date()).id == own.id


def test_other_words_under_a_number_that_was_taken_back_are_refused(store, longer, file_of, now):
    accept(store, longer, now)
    own = in_force(store, PolicyKind.ENTITLEMENT, now.date())
    taken_back = policy_changes.preview_taking_back(store=store, edition=own.id, today=now.date())
    policy_changes.apply(store=store, preview=taken_back, now=now)
    other = file_of(PolicyKind.ENTITLEMENT, ("version = 2", "version = 1"), name="other.toml")
    with pytest.raises(FileProblems, match=r"row 7, column “version”.*Give this one 2"):
        preview(store, other, now)


def test_what_the_store_began_with_is_not_taken_back(store, written, now):
    first = in_force(store, PolicyKind.TERMS, now.date())
    with pytest.raises(UserError, match="cannot be taken back"):
        policy_changes.preview_taking_back(store=store, edition=first.id, today=now.date())


def test_it_counts_from_its_day_and_not_before(store, file_of, now):
    path = file_of(
        PolicyKind.ENTITLEMENT,
        ("first = 2026-11-24", "first = 2027-01-04"),
        ("reporting = 0.5", "reporting = 1.0"),
    )
    accept(store, path, now)
    assert in_force(store, PolicyKind.ENTITLEMENT, date(2027, 1, 3)).version == 1
    assert in_force(store, PolicyKind.ENTITLEMENT, date(2027, 1, 3)).authority == ""
    assert in_force(store, PolicyKind.ENTITLEMENT, date(2027, 1, 4)).authority == "880"
    (row,) = [
        each
        for each in policy_changes.listing(store=store, today=now.date())
        if each.kind is PolicyKind.ENTITLEMENT
    ]
    assert [each.first for each in row.later] == [date(2027, 1, 4)]
    announced = schools.view(store=store, urn="990006", today=now.date()).entitlement.history[-1]
    assert announced == (
        "From Mon 4 Jan 2027 another policy counts: Visits and days that are due, version 1 of authority 880."
    )
    later = schools.view(store=store, urn="990006", today=date(2027, 1, 5)).entitlement.history
    assert announced not in later


def test_what_begins_next_year_is_shown_for_next_year(store, longer, now):
    path = longer
    path.write_text(
        path.read_text(encoding="utf-8").replace("first = 2026-11-24", "first = 2027-09-01"), "utf-8"
    )
    lines = preview(store, path, now).lines
    assert lines[0] == "Until Wed 1 Sep 2027 nothing changes. From then on:"
    assert lines[1].startswith("All your schools, 2027-28: ")
    assert days_of_additional(store, now) == {0.5}


def test_what_changes_no_visit_says_so(store, file_of, now):
    path = file_of(PolicyKind.REPORTING, ("working_days = 0", "working_days = 10"))
    assert preview(store, path, now).lines == (
        "For authority 880: Days for the report, version 1 of authority 880, in place of version 1 of the program.",
        "    changed: A report: at no set time → within 10 working days of the visit",
    )


def test_a_file_of_another_authority_is_refused(store, file_of, now):
    path = file_of(PolicyKind.REPORTING, ('"880"', '"878"'))
    with pytest.raises(FileProblems, match=r"row 6, column “authority”: “878”.*your schools are of 880"):
        preview(store, path, now)


def test_a_version_that_is_here_is_refused_with_the_next_number(store, longer, now):
    accept(store, longer, now)
    with pytest.raises(FileProblems, match=r"row 7, column “version”.*This very file is taken in already"):
        preview(store, longer, now)
    longer.write_text(longer.read_text(encoding="utf-8") + "# More.\n", encoding="utf-8")
    with pytest.raises(
        FileProblems, match=r"row 7, column “version”.*Version 1 is here already. Give this one 2"
    ):
        preview(store, longer, now)


def test_what_was_looked_at_counts_only_while_nothing_else_was_accepted(store, longer, file_of, now):
    early = preview(store, longer, now)
    accept(
        store, file_of(PolicyKind.REPORTING, ("working_days = 0", "working_days = 10"), name="r.toml"), now
    )
    with pytest.raises(UserError, match="changed since you looked"):
        policy_changes.apply(store=store, preview=early, now=now)
    assert days_of_additional(store, now) == {0.5}


def test_every_recipient_that_a_file_adds_stands_first(store, file_of, now):
    path = file_of(PolicyKind.DISTRIBUTION, ('"headteacher"', '"diocesan director", "headteacher"'))
    lines = preview(store, path, now).lines
    assert lines[0] == "WILL RECEIVE every report on a school of authority 880: Diocesan director"
    assert any("7 schools: nobody is entered as Diocesan director" in line for line in lines)


def test_a_report_goes_to_those_whom_the_authority_names(store, written, file_of, now):
    accept(store, file_of(PolicyKind.DISTRIBUTION, ('"headteacher", ', f'"{DIRECTOR}", ')), now)
    with pytest.raises(UserError, match="no Diocesan director is known"):
        reports.confirm(store=store, visit=written, now=now)
    urn = store.visits.get(written).urn
    assert DIRECTOR in schools.view(store=store, urn=urn, today=now.date()).roles
    schools.set_contact(
        store=store, urn=urn, role=DIRECTOR, name="Bo Quill", email="bo@diocese.example", now=now
    )
    confirmed = reports.confirm(store=store, visit=written, now=now)
    assert [each.role for each in confirmed.recipients] == [DIRECTOR, Role.CHAIR, Role.HEAD_OF_SUPPORT]
    reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    assert [each.role for each in store.outbox.messages()[0].deliveries] == [
        DIRECTOR,
        Role.CHAIR,
        Role.HEAD_OF_SUPPORT,
    ]


def test_what_was_confirmed_for_some_does_not_go_to_others(store, written, file_of, now):
    confirmed = reports.confirm(store=store, visit=written, now=now)
    accept(store, file_of(PolicyKind.DISTRIBUTION, ('"chair of governors", ', "")), now)
    with pytest.raises(UserError, match="readers changed since you looked"):
        reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    assert store.outbox.messages() == []


def test_terms_that_put_a_planned_visit_into_the_holidays_say_so(store, file_of, now):
    plan = Plan("990003", VisitKind.ANNUAL, "annual", date(2026, 12, 17), time(9), time(12))
    visits.plan_visit(store=store, plan=plan, now=now)
    lines = preview(store, file_of(PolicyKind.TERMS, ('"2026-12-18"', '"2026-12-16"')), now).lines
    assert any("planned for Thu 17 Dec 2026, which would be in the holidays" in line for line in lines)


def test_a_policy_without_a_kind_of_visit_says_that_none_is_granted(store, file_of, now):
    path = file_of(PolicyKind.ENTITLEMENT, ('kind = "additional"\n', ""))
    lines = preview(store, path, now).lines
    assert "No additional visit is granted any more; one that is planned or held stays." in lines


def test_days_for_the_report_are_counted_in_working_days(store, written, file_of, now):
    def sentence():
        (visit,) = [
            each for each in today.overview(store=store, now=now).to_write if each.visit.id == written
        ]
        return visit.sentence

    assert sentence() == "The report is not complete."
    accept(store, file_of(PolicyKind.REPORTING, ("working_days = 0", "working_days = 10")), now)
    held = store.visits.get(written).held_on
    assert held == date(2026, 11, 20)
    assert sentence() == "The report is due by Fri 4 Dec 2026."


def test_newer_policies_of_the_program_are_offered_until_they_are_accepted(store, written, now):
    assert policies.newer(store=store) == ()
    with pytest.raises(UserError, match="everything that this version"):
        policy_changes.preview_newer(store=store, first=now.date(), today=now.date())
    older(store, PolicyKind.SUPPORT)
    (brought,) = policies.newer(store=store)
    assert (brought.kind, brought.version) == (PolicyKind.SUPPORT, 2)
    shown = policy_changes.preview_newer(store=store, first=date(2027, 1, 4), today=now.date())
    assert shown.summary == "Sources of support, version 2 of the program, from Mon 4 Jan 2027."
    assert "    new: Source “maths-hub”: Maths Hub" in shown.lines
    assert "    gone: Source “teaching-school”: Teaching School" in shown.lines
    policy_changes.apply(store=store, preview=shown, now=now)
    assert policies.newer(store=store) == ()
    assert in_force(store, PolicyKind.SUPPORT, date(2027, 1, 3)).version == 1
    assert in_force(store, PolicyKind.SUPPORT, date(2027, 1, 4)).version == 2


def test_an_authoritys_own_is_never_replaced_by_what_the_program_brings(store, file_of, now):
    older(store, PolicyKind.SUPPORT)
    accept(store, file_of(PolicyKind.SUPPORT, ('"Specialist Leader of Education"', '"Our own leader"')), now)
    shown = policy_changes.preview_newer(store=store, first=now.date(), today=now.date())
    assert any("version 1 of authority 880, stays in force" in line for line in shown.lines)
    policy_changes.apply(store=store, preview=shown, now=now)
    assert in_force(store, PolicyKind.SUPPORT, now.date()).authority == "880"
    assert in_force(store, PolicyKind.SUPPORT, now.date(), "878").version == 2


def test_a_report_begun_under_an_older_catalogue_prints_its_names(store, written, file_of, now):
    """Reopened as a correction too, whatever day the newer one is said to be valid from."""
    confirmed = reports.confirm(store=store, visit=written, now=now)
    reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    needs = rows(SupportNeed, confirmed.report.content["support"])
    used = next(each.source for each in needs if each.source)
    name = next(each.name for each in confirmed.report.policies.support_sources if each.key == used)
    path = file_of(
        PolicyKind.SUPPORT, ("first = 2026-11-24", "first = 2026-09-01"), (f'"{name}"', '"Called otherwise"')
    )
    accept(store, path, now)
    again = reports.confirm(store=store, visit=written, now=now, reason="A figure was wrong.")
    assert {each.name for each in again.report.policies.support_sources} >= {name}
    assert b"Called otherwise" not in again.paper.data


def test_export_gives_the_next_version_and_refuses_an_authority_of_no_school(store, longer, now):
    accept(store, longer, now)
    text = policy_changes.export(store=store, kind=PolicyKind.ENTITLEMENT, authority="880", today=now.date())
    assert "version = 2" in text.splitlines()
    assert "on_site = 1.0" in text.splitlines()
    with pytest.raises(UserError, match="None of your schools belongs to authority 878"):
        policy_changes.export(store=store, kind=PolicyKind.TERMS, authority="878", today=now.date())


def test_every_kind_may_be_taken_in_for_an_authority(store, file_of, now):
    """What is in force, written out and taken in again, changes no word."""
    for kind in PolicyKind:
        path = file_of(kind, name=f"{kind}.toml")
        shown = preview(store, path, now)
        assert any("the words are the same" in line for line in shown.lines), kind
        policy_changes.apply(store=store, preview=shown, now=now)
        assert in_force(store, kind, now.date()).authority == "880"
    assert {row.edition.name for row in policy_changes.listing(store=store, today=now.date())} == {
        f"{POLICY_NAMES[kind]}, version 1 of authority 880" for kind in PolicyKind
    }
    assert policies.of_authority(store=store, authority="880", on=now.date()).distribution == ROLES


def test_several_authorities_each_have_their_own(store, written, file_of, now):
    store.database.run("UPDATE school SET la_code = '878' WHERE urn = '990006'")
    path = file_of(PolicyKind.REPORTING, ('"880"', '"878"'), ("working_days = 0", "working_days = 15"))
    accept(store, path, now)
    decided = policies.of_schools(store=store, urns=["990006", "990003"], on=now.date())
    assert decided["990006"].reporting.working_days == 15
    assert decided["990003"].reporting.working_days == 0
    assert decided["990006"].authority == "878"


def test_no_file_is_read_where_nothing_is_newer(store, monkeypatch):
    monkeypatch.setattr(policies, "shipped", None)
    assert policies.newer(store=store) == ()


def test_what_the_authority_has_of_its_own_is_not_followed_by_the_programs(store, written, file_of, now):
    older(store, PolicyKind.SUPPORT)
    shown = policy_changes.preview_newer(store=store, first=date(2027, 1, 4), today=now.date())
    policy_changes.apply(store=store, preview=shown, now=now)

    def support():
        rows = policy_changes.listing(store=store, today=now.date())
        return next(each for each in rows if each.kind is PolicyKind.SUPPORT)

    assert [each.version for each in support().later] == [2]
    accept(store, file_of(PolicyKind.SUPPORT, ('"Specialist Leader of Education"', '"Our own leader"')), now)
    assert support().later == ()
    assert [each.authority for each in support().may_be_taken_back] == ["880"]


def test_whoever_had_an_earlier_version_and_is_not_sent_the_correction_is_named(store, written, file_of, now):
    confirmed = reports.confirm(store=store, visit=written, now=now)
    reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    store.database.run("UPDATE delivery SET state = 'accepted'")
    path = file_of(PolicyKind.DISTRIBUTION, ('"chair of governors", ', ""))
    assert preview(store, path, now).recipients == (
        "WILL NO LONGER RECEIVE every report on a school of authority 880: Chair of Governors",
    )
    accept(store, path, now)
    again = reports.confirm(store=store, visit=written, now=now, reason="A figure was wrong.")
    assert [each for each in again.remarks if "has version 1 and is not sent this one" in each]


def test_an_edition_that_cannot_be_read_can_be_taken_back_and_replaced(store, longer, file_of, now):
    """A store is opened for years: what was taken in may not be readable for a later program."""
    accept(store, longer, now)
    store.database.run("DROP TRIGGER edition_stays")
    store.database.run("UPDATE edition SET text = text || 'nonsense' WHERE authority = '880'")
    with pytest.raises(FileProblems, match="Visits and days that are due, version 1 of authority 880"):
        today.overview(store=store, now=now)
    own = in_force(store, PolicyKind.ENTITLEMENT, now.date())
    back = policy_changes.preview_taking_back(store=store, edition=own.id, today=now.date())
    assert any("cannot be read" in line for line in back.lines)
    other = file_of(PolicyKind.REPORTING, ("working_days = 0", "working_days = 5"), name="other.toml")
    assert preview(store, other, now).lines
    policy_changes.apply(store=store, preview=back, now=now)
    assert today.overview(store=store, now=now).schools == 7


def test_a_rule_under_another_key_says_what_becomes_of_the_visit(store, written, file_of, now):
    path = file_of(PolicyKind.ENTITLEMENT, ('"annual", "additional"]', '"yearly", "additional"]'))
    path.write_text(path.read_text(encoding="utf-8").replace('key = "annual"', 'key = "yearly"'), "utf-8")
    lines = preview(store, path, now).lines
    assert any("stays, and belongs to no rule any more" in line for line in lines)
    accept(store, path, now)
    urn = store.visits.get(written).urn
    kept = [
        each for each in schools.view(store=store, urn=urn, today=now.date()).entitlement.items if each.kept
    ]
    assert kept[0].why == "It was held before the school's circumstances or the policy changed."


def test_what_is_taken_back_before_it_begins_never_was_in_force(store, longer, now):
    longer.write_text(
        longer.read_text(encoding="utf-8").replace("first = 2026-11-24", "first = 2027-01-04"), "utf-8"
    )
    accept(store, longer, now)
    (row,) = [
        each
        for each in policy_changes.listing(store=store, today=now.date())
        if each.kind is PolicyKind.ENTITLEMENT
    ]
    back = policy_changes.preview_taking_back(store=store, edition=row.later[0].id, today=now.date())
    assert back.summary.endswith("taken back before it begins. Version 1 of the program stays.")


def test_a_store_accepts_nothing_from_a_day_of_another_age(store, written, now):
    older(store, PolicyKind.SUPPORT)
    with pytest.raises(UserError, match="cannot begin on"):
        policy_changes.preview_newer(store=store, first=date(1, 1, 1), today=now.date())


def test_a_school_without_an_authority_follows_the_seps_own(store, written, now):
    store.database.run("UPDATE school SET la_code = '' WHERE urn = '990006'")
    assert policy_changes.authorities(store=store) == ["880"]
