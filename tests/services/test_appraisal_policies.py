"""What an authority may set for performance management, and what no file of it can: who else reads it (7.4)."""

from dataclasses import replace
from datetime import date

import pytest

from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.appraisal.panel import CEILING, Person, Reader, readers
from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import ROLES, Contact, Role
from sep_desktop.errors import UserError
from sep_desktop.imports.problems import FileProblems
from sep_desktop.services import policy_changes
from sep_desktop.services.appraisals import letters, opening, papers, record_transfer, records
from sep_desktop.services.appraisals.forms import readers_of
from sep_desktop.services.appraisals.stores import OpenStores
from tests.support.appraisals import PANEL, SECRETS, URN, begun, completed, fill
from tests.support.policies import edition

OTHERS = (*(role for role in ROLES if role != Role.HEADTEACHER), "diocesan director", "clerk", "SEP")


def take_in(store, now, kind, old, new):
    """An authority's own, put otherwise than the program's."""
    text = edition(kind, 1).text
    assert old in text
    own = replace(edition(kind, 1), authority="880", first=date(2026, 9, 1), text=text.replace(old, new, 1))
    store.editions.add(own, now)


def take_in_readers(store, now, paper, names):
    take_in(
        store,
        now,
        PolicyKind.READERS,
        f'{paper} = ["headteacher", "nominated governor"]',
        f"{paper} = {names}",
    )


@pytest.mark.parametrize("other", OTHERS)
def test_a_file_that_lets_anybody_else_read_is_refused_and_changes_nothing(
    store, written, now, tmp_path, other
):
    text = policy_changes.export(store=store, kind=PolicyKind.READERS, authority="880", today=now.date())
    path = tmp_path / "readers.toml"
    path.write_text(text.replace('advice = ["', f'advice = ["{other}", "', 1), encoding="utf-8")
    before = store.editions.standing()
    with pytest.raises(FileProblems, match="Nobody but headteacher or nominated governor may read this"):
        policy_changes.preview_file(store=store, path=path, today=now.date())
    assert store.editions.standing() == before


@pytest.mark.parametrize("other", OTHERS)
def test_a_policy_that_came_past_the_check_opens_nothing_either(store, sealed, cycle, now, other):
    """Somebody who can write into the store widens nothing by it."""
    take_in_readers(store, now, "advice", f'["headteacher", "{other}"]')
    with pytest.raises(FileProblems, match="Nobody but"):
        papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.ADVICE, now=now)
    assert not sealed.letters.of_cycle(cycle)


def test_whoever_is_allowed_nobody_above_the_ceiling_reads():
    assert frozenset(Reader) == CEILING == {Reader.HEADTEACHER, Reader.GOVERNOR}
    director = Contact(Role("diocesan director"), "Bo Quill", "bo@diocese.example")
    panel = (*PANEL[:2], Person(Reader.GOVERNOR, "Bo Quill", "bo@diocese.example"))
    assert readers(PANEL, [], frozenset({Reader.GOVERNOR})) == PANEL[1:]
    assert readers(PANEL, [], frozenset()) == ()
    with pytest.raises(UserError, match=r"Bo Quill.*which reads nothing of this"):
        readers(panel, [director])


def test_an_authority_may_let_fewer_read_a_paper(store, sealed, cycle, now):
    take_in_readers(store, now, "advice", '["nominated governor"]')
    confirmed = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.ADVICE, now=now)
    assert [each.reader for each in confirmed.people] == [Reader.GOVERNOR, Reader.GOVERNOR]
    queued = completed(store, sealed, cycle, now, PaperKind.ADVICE)
    assert {each.reader for each in queued} == {Reader.GOVERNOR}
    record = records.open_record(sealed=sealed, cycle=cycle)
    late = letters.without_letter(
        store=store, sealed=sealed, record=record, kind=PaperKind.ADVICE, today=now.date()
    )
    assert late == [], "the headteacher is not late: the authority gives this paper to the governors alone"
    statement = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.STATEMENT, now=now)
    assert len(statement.people) == 3


def test_what_was_narrowed_later_is_given_to_nobody_who_came_late(store, sealed, cycle, now):
    completed(store, sealed, cycle, now, PaperKind.ADVICE, secrets=SECRETS)
    sealed.database.run("UPDATE letter SET state = 'cancelled' WHERE reader = 'headteacher'")
    record = records.open_record(sealed=sealed, cycle=cycle)

    def late():
        return letters.without_letter(
            store=store, sealed=sealed, record=record, kind=PaperKind.ADVICE, today=now.date()
        )

    assert [each.reader for each in late()] == [Reader.HEADTEACHER]
    take_in_readers(store, now, "advice", '["nominated governor"]')
    assert late() == []


def test_each_school_has_its_own_authoritys_readers(store, written, now):
    store.database.run("UPDATE school SET la_code = '878' WHERE urn = ?", (URN,))
    take_in_readers(store, now, "annex", '["headteacher"]')
    for urn, expected in ((URN, CEILING), ("990003", {Reader.HEADTEACHER})):
        assert readers_of(store=store, urn=urn, paper=PaperKind.ANNEX, on=now.date()) == expected


def test_a_cycle_keeps_its_scale_whatever_the_authority_decides_later(store, written, sealed, now):
    number = begun(store, sealed, now)
    take_in(store, now, PolicyKind.APPRAISAL_SCALE, '"Fully met"', '"Wholly met"')
    record = records.open_record(sealed=sealed, cycle=number)
    assert record.form.scale[0] == "Fully met"
    later = records.begin(store=store, sealed=sealed, urn=URN, year=records.AcademicYear(2027), now=now).value
    assert records.open_record(sealed=sealed, cycle=later).form.scale[0] == "Wholly met"


def handed_over(store, sealed, now, other):
    """The record of the sample school, sealed for a store of its own and opened there."""
    code = record_transfer.receiving_code(sealed=other)
    data = record_transfer.seal_for(store=store, sealed=sealed, urn=URN, code=code, now=now)
    return record_transfer.open_transferred(sealed=other, data=data)


@pytest.fixture
def other(tmp_path):
    """The sealed store of the next SEP."""
    from sep_desktop.paths import Locations
    from sep_desktop.storage.sealed import store as sealed_store
    from tests.conftest import QUICK

    opened, _ = sealed_store.create(Locations(tmp_path / "other"), "a passphrase of somebody else", QUICK)
    yield opened
    opened.close()


def test_a_record_takes_its_form_and_scale_along(store, written, sealed, other, now):
    take_in(store, now, PolicyKind.APPRAISAL_SCALE, '"Fully met"', '"Wholly met"')
    fill(sealed, begun(store, sealed, now), now)
    record_transfer.take_in(sealed=other, transferred=handed_over(store, sealed, now, other), now=now)
    (cycle,) = other.appraisals.cycles()
    kept = {each.kind: each for each in other.appraisals.policies(cycle.id)}
    assert kept[PolicyKind.APPRAISAL_SCALE].authority == "880"
    assert records.open_record(sealed=other, cycle=cycle.id).form.scale[0] == "Wholly met"


@pytest.mark.parametrize("fault", ["none", "no scale", "a scale that is none", "very long"])
def test_a_record_of_an_earlier_program_is_read_and_a_wrong_one_refused(
    store, sealed, cycle, other, now, monkeypatch, fault
):
    real = record_transfer._cycle_data

    def data_of(*arguments):
        data = real(*arguments)
        scale = data["policies"]["appraisal-scale"]
        if fault == "none":
            del data["policies"]
        elif fault == "no scale":
            del data["policies"]["appraisal-scale"]
        else:
            scale["text"] = (
                "scale = 5" if fault == "a scale that is none" else scale["text"] + "#" * 1_000_001
            )
        return data

    monkeypatch.setattr(record_transfer, "_cycle_data", data_of)
    if fault == "none":
        transferred = handed_over(store, sealed, now, other)
        assert [each.version for each in transferred.cycles[0].policies] == [1, 1]
    else:
        with pytest.raises(UserError, match="cannot be read"):
            handed_over(store, sealed, now, other)


def test_what_waits_for_a_reader_who_may_read_it_no_more_is_held_when_the_store_is_opened(
    store, sealed, cycle, now
):
    queued = completed(store, sealed, cycle, now, PaperKind.ADVICE)
    assert letters.hold_for_nobody(store=store, sealed=sealed, now=now) == 0
    take_in_readers(store, now, "advice", '["nominated governor"]')
    opening.begin(stores=OpenStores(store, sealed), urn="", now=now)
    states = {each.reader: sealed.letters.get(each.id).state for each in queued}
    assert states == {Reader.HEADTEACHER: State.HELD, Reader.GOVERNOR: State.QUEUED}
