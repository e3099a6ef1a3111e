"""The policies that come with the program, and which of them counts on a day."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from sep_desktop import paths
from sep_desktop.domain.edition import (
    ALWAYS,
    POLICY_NAMES,
    PROGRAM,
    Edition,
    PolicyKind,
    agenda_of,
    in_force,
    objection,
    report_of,
)
from sep_desktop.domain.people import ROLES
from sep_desktop.domain.visit import VisitKind
from sep_desktop.imports.policies.reading import in_words, value_of
from sep_desktop.services import policies
from tests.support.policies import edition

FILES = sorted((paths.resources() / "policies").glob("*.toml"))
RELEASED = {
    "agenda-additional-1": "cbaba4943675fcd6d2cf6887c8bf148ddb21093c58c170bea9e68cc602e8415e",
    "agenda-annual-1": "a1ad59a9fc49e8097b7a890aaf6219149ad40ddba6266f8c4d3d7aa954d1fbec",
    "agenda-termly-1": "6ccdd6789b49f7bef8688d2ec602f85441ec671fd138ea4c624f4a6413c28c53",
    "appraisal-1": "02358ff25453b8add2f6c17f6e36db77f71993b9eedc737ea0906d7ff0aa7d30",
    "appraisal-scale-1": "6bcd3e0ad82ce3b042b3b5409716ff9fd15b06fbcd88d0b49eddec29a807aaca",
    "categories-1": "734652478b05d1405e3025e4a5622f10f25a1c3dceff094381dbe77d3e14cc59",
    "distribution-1": "76f5d559372e16a16ef2201416734af9845760566e6678a5505f957dceeee7c7",
    "entitlement-1": "d873cacae3fb680ba29d6a3433b3cf81f9697b743759a20aea0c8e2b9c76def6",
    "judgements-1": "2703dfd52ace525ba7275ea446f1d128fab568c5da02e9e970c8c65a0ea1a0fd",
    "readers-1": "e5363c0184d642ae022f63a56bbe2607eda71f47d346fbe8f64a443c85be538b",
    "report-additional-1": "9297fb532ec940e8dbc5f02e6d118d6c7f7a8605004313aea65bb544132bf631",
    "report-annual-1": "b428ee433d77a4b9ee965f99e4297e3941d1987df963bef52c33a3e6ea5d3f75",
    "report-termly-1": "eabe97641253759015c5ae1f31d7fd41d34573f0bead9af46540c2b23195df55",
    "reporting-1": "4c1867ed6200993e8e2a73bc1499b53e79358c03d2b45eb35c1179804c1036ce",
    "retention-1": "8ef1ebff243e4a4d1bfdf2027aeb02a8b53a1cda6e41a18a5f388299e3b9f0a1",
    "support-1": "10e81e3935f997a64b2bd19499b66a4f1b3217ba5f71cbdddbe5d8cba9867354",
    "support-2": "c08cf91e24edc96ec325d93ad5cb655ebd90c2cb291cf3e16e52b1669f64b870",
    "terms-1": "6b209e1664523f58892c60a4536238cdefdefe4cbeb7c071f8d77699728d18ad",
}
"""What was begun under a policy keeps it: a released one is never changed, a new number takes its place."""

AUTUMN, SPRING = date(2026, 10, 1), date(2027, 2, 1)


def made(version, first=ALWAYS, last=None, authority=PROGRAM, kind=PolicyKind.REPORTING):
    return Edition(kind, authority, version, first, last, "", f"version = {version}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_released_policy_stays_as_it_is(path):
    assert hashlib.sha256(path.read_bytes()).hexdigest() == RELEASED[path.stem], "copy it to the next number"


def test_every_kind_has_a_name_and_its_versions_from_the_first():
    for kind in PolicyKind:
        assert POLICY_NAMES[kind]
        assert sorted(paths.policy_files(kind)) == list(range(1, len(paths.policy_files(kind)) + 1))
    assert {path.stem.rpartition("-")[0] for path in FILES} == set(PolicyKind)


def test_every_kind_of_visit_has_its_agenda_and_its_report():
    """And a rule in the newest policy: without one it is granted nowhere."""
    granted = {rule.kind for rule in value_of(edition(PolicyKind.ENTITLEMENT)).rules}
    for kind in VisitKind:
        assert {agenda_of(kind), report_of(kind)} <= set(PolicyKind)
        assert kind in granted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_comes_with_the_program_is_whole(path):
    kind, _, version = path.stem.rpartition("-")
    shipped = edition(PolicyKind(kind), int(version))
    assert value_of(shipped) is not None
    assert in_words(shipped)
    assert f"version = {version}" in shipped.text


@pytest.mark.parametrize(
    ("editions", "on", "authority", "expected"),
    [
        ([made(1)], AUTUMN, "880", 1),
        ([made(1), made(2, SPRING)], AUTUMN, "880", 1),
        ([made(1), made(2, SPRING)], SPRING, "880", 2),
        ([made(1), made(2, AUTUMN, date(2026, 12, 31))], SPRING, "880", 1),
        ([made(9), made(1, AUTUMN, None, "880")], SPRING, "880", 1),
        ([made(9), made(1, AUTUMN, None, "880")], date(2026, 9, 30), "880", 9),
        ([made(9), made(1, AUTUMN, None, "878")], SPRING, "880", 9),
        ([], SPRING, "880", None),
    ],
)
def test_the_newest_that_is_valid_counts_and_an_authoritys_own_before_the_programs(
    editions, on, authority, expected
):
    found = in_force(editions, PolicyKind.REPORTING, authority, on)
    assert (found.version if found else None) == expected


@pytest.mark.parametrize(
    ("new", "key", "words"),
    [
        (made(2, SPRING, AUTUMN, "880"), "last", "end before it begins"),
        (
            made(1, SPRING, None, "880"),
            "version",
            "This very file is taken in already, from Tue 1 Sep 2026 to Wed 31 Mar 2027. There is nothing to do",
        ),
        (made(2, date(2026, 8, 1), None, "880"), "first", "begins on Tue 1 Sep 2026"),
        (made(2, date(2027, 3, 1), None, "880"), "first", "overlap"),
        (made(2, date(2027, 5, 1), None, "880"), "first", "gap"),
        (made(2, date(2027, 4, 1), None, "880"), "", ""),
        (made(1, SPRING, None, "878"), "", ""),
        (made(2, SPRING), "", ""),
    ],
)
def test_days_that_overlap_or_leave_a_gap_are_objected_to(new, key, words):
    known = [made(1), made(1, date(2026, 9, 1), date(2027, 3, 31), "880")]
    assert objection(new, known)[0] == key
    assert words in objection(new, known)[1]


def test_a_later_version_may_take_the_place_of_one_without_an_end_from_the_same_day():
    assert objection(made(2, AUTUMN, None, "880"), [made(1, AUTUMN, None, "880")]) == ("", "")


def test_a_store_that_begins_today_has_the_newest_of_every_kind(store, now):
    decided = policies.of_authority(store=store, authority="880", on=now.date())
    assert {kind: each.version for kind, each in decided.editions.items()} == {
        kind: max(paths.policy_files(kind)) for kind in PolicyKind
    }
    assert decided.distribution == ROLES


def test_each_school_has_the_policies_of_its_own_authority(store, written, now):
    own = replace(
        edition(PolicyKind.REPORTING),
        authority="878",
        version=1,
        first=date(2026, 9, 1),
        text="working_days = 5",
    )
    store.editions.add(own, now)
    store.database.run("UPDATE school SET la_code = '878' WHERE urn = '990006'")
    decided = policies.of_schools(store=store, urns=["990006", "990003", "unknown"], on=now.date())
    assert [decided[urn].reporting.working_days for urn in ("990006", "990003", "unknown")] == [5, 0, 0]


def test_a_visit_keeps_the_agenda_and_its_report_the_template_they_were_begun_with(store, written, now):
    """Whatever comes into force later, and from whatever day."""
    before = policies.of_visit(store=store, visit=store.visits.get(written), on=now.date())
    for kind in (
        PolicyKind.AGENDA_ANNUAL,
        PolicyKind.REPORT_ANNUAL,
        PolicyKind.CATEGORIES,
        PolicyKind.SUPPORT,
    ):
        newest = edition(kind)
        store.editions.add(replace(newest, version=9, text=newest.text + "\n# Another.\n"), now)
    after = policies.of_visit(store=store, visit=store.visits.get(written), on=now.date())
    assert after.editions == before.editions
    fresh = policies.of_school(store=store, urn=store.visits.get(written).urn, on=now.date())
    assert fresh.editions[PolicyKind.REPORT_ANNUAL].version == 9


def test_an_edition_never_changes_and_is_never_deleted(store):
    with pytest.raises(Exception, match="an edition never changes"):
        store.database.run("UPDATE edition SET text = '' WHERE id = 1")
    with pytest.raises(Exception, match="never deleted"):
        store.database.run("DELETE FROM edition WHERE id = 1")
