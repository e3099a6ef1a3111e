"""Years, terms, people, addresses, states: the small rules."""

import itertools
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta

import pytest

from sep_desktop.addresses import parse_email
from sep_desktop.domain.academic_year import AcademicYear, Term
from sep_desktop.domain.circumstances import Circumstance, Fact, in_force
from sep_desktop.domain.distribution import distribution_list, remarks, remarks_on_likeness
from sep_desktop.domain.outbox import ALLOWED, Delivery, State, advance, is_due, next_attempt
from sep_desktop.domain.people import ROLES, Contact, Role
from sep_desktop.domain.report import (
    Action,
    CategoryProposal,
    Section,
    SectionKind,
    SupportNeed,
    by_when,
    gaps,
    rows,
    store_rows,
    store_value,
)
from sep_desktop.domain.report import ReportTemplate as Template
from sep_desktop.domain.school import School, changes_between, parse_laestab, parse_urn, same_name
from sep_desktop.domain.settings import SETTINGS, as_text, parse
from sep_desktop.domain.visit import Plan, Step, Visit, VisitKind, clashes
from sep_desktop.domain.wording import ago, clean, day, days, listed, one_line, plural
from sep_desktop.errors import IllegalTransition, UserError
from tests.support.policies import THREE, shipped_policies
from tests.support.report_content import WHOLE

CALENDAR, SCALES = shipped_policies().calendar, shipped_policies().scales


@pytest.mark.parametrize(
    ("text", "start"),
    [("2026-27", 2026), ("2026/27", 2026), ("2026-2027", 2026), ("2026", 2026), (" 2099–00 ", 2099)],
)
def test_an_academic_year_is_read_in_every_usual_form(text, start):
    assert AcademicYear.parse(text) == AcademicYear(start)


@pytest.mark.parametrize("text", ["2026-28", "26-27", "next year", "", "1999", "2026-27-28"])
def test_what_is_no_academic_year_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        AcademicYear.parse(text)


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_a_year_begins_on_the_first_of_september(on, year):
    assert AcademicYear.of(on) == AcademicYear(year)
    assert on in AcademicYear(year)


@pytest.mark.parametrize(
    ("on", "term", "holiday"),
    [
        (date(2026, 9, 1), Term.AUTUMN, True),
        (date(2026, 11, 24), Term.AUTUMN, False),
        (date(2026, 10, 28), Term.AUTUMN, True),
        (date(2026, 12, 25), Term.AUTUMN, True),
        (date(2027, 1, 10), Term.SPRING, False),
        (date(2027, 8, 15), Term.SUMMER, True),
        (date(2031, 2, 10), Term.SPRING, False),
    ],
)
def test_every_day_has_a_term_and_holidays_are_known(on, term, holiday):
    assert CALENDAR.term_of(on) is term
    assert CALENDAR.in_holiday(on) is holiday


def test_vocabularies_follow_each_other_without_a_gap():
    for earlier, later in itertools.pairwise(SCALES.vocabularies):
        assert later.first - earlier.last == timedelta(days=1)
    assert "satisfactory" in SCALES.on(date(2012, 8, 31)).judgements
    assert "satisfactory" not in SCALES.on(date(2012, 9, 1)).judgements
    assert not SCALES.on(date(2025, 1, 1)).judgements


def test_of_two_statements_on_one_day_the_later_recorded_counts():
    on = date(2026, 1, 1)
    history = [Circumstance(Fact.FLOOR, "yes", on), Circumstance(Fact.FLOOR, "no", on)]
    assert in_force(history, Fact.FLOOR, on).value == "no"
    assert in_force(history, Fact.FLOOR, date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@b.example", "a@b.example"),
        (" A.B+c@School.SCH.uk ", "A.B+c@school.sch.uk"),
        ("x@łódź.example", "x@xn--d-uga0v4h.example"),
        ("x@straße.example", "x@xn--strae-oqa.example"),
        ("x@localhost", "x@localhost"),
    ],
)
def test_addresses_are_read(text, address):
    assert parse_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b.c",
        "a b@c.d",
        "a@b\n.c",
        "zoë@b.example",
        "a@b",
        "a@-b.c",
        "a..b@c.d",
        "a@b..c",
        "a@192.0.2.7",
        "a@☃.example",
        "a@b.example\r\nBcc: x@y.z",
        '"q"@b.c',
        "a@" + "x" * 70 + ".uk",
    ],
)
def test_addresses_that_mail_servers_would_misread_are_refused(text):
    with pytest.raises(ValueError, match=r"has|is not"):
        parse_email(text)


MAY_GO = {
    (State(now), State(to))
    for now, targets in {
        "queued": ("handing over", "retry", "refused", "held", "cancelled", "handed out", "unknown"),
        "handing over": ("accepted", "retry", "refused", "unknown"),
        "retry": ("handing over", "retry", "refused", "held", "cancelled", "handed out", "unknown"),
        "held": ("queued", "cancelled", "unknown"),
        "unknown": ("confirmed", "queued", "cancelled"),
        "refused": ("queued", "cancelled", "unknown"),
        "handed out": ("confirmed", "queued", "cancelled"),
        "accepted": (),
        "confirmed": ("handed out",),
        "cancelled": (),
    }.items()
    for to in targets
}
"""Written out here: the code's own table would agree with itself whatever it said."""


@pytest.mark.parametrize(("now", "to"), list(itertools.product(State, repeat=2)))
def test_a_delivery_goes_only_where_the_table_says(now, to):
    with nullcontext() if (now, to) in MAY_GO else pytest.raises(IllegalTransition):
        assert advance(now, to) is to


def test_every_state_says_where_it_may_go():
    assert set(ALLOWED) == set(State)
    assert State.QUEUED not in ALLOWED[State.ACCEPTED]
    assert State.HANDING_OVER not in ALLOWED[State.UNKNOWN], "an unknown is never sent again by itself"


def test_waiting_grows_with_each_failure():
    now = datetime(2026, 11, 24, 10).astimezone()
    waits = [(next_attempt(attempts, now) - now).total_seconds() / 60 for attempts in range(8)]
    assert waits == [0, 1, 5, 15, 30, 60, 60, 60]


@pytest.mark.parametrize(
    ("ahead", "due"),
    [(timedelta(minutes=-1), True), (timedelta(minutes=5), False), (timedelta(days=400), True)],
)
def test_a_clock_that_was_put_back_does_not_keep_a_report_for_ever(ahead, due):
    now = datetime(2026, 11, 24, 10).astimezone()
    assert (
        is_due(
            Delivery(
                id=1,
                name="x",
                address="x@y.z",
                state=State.RETRY,
                changed=now,
                attempts=1,
                next_at=now + ahead,
            ),
            now,
        )
        is due
    )


def _three(**changed):
    people = {
        Role.HEADTEACHER: Contact(Role.HEADTEACHER, "H", "h@s.example"),
        Role.CHAIR: Contact(Role.CHAIR, "C", "c@s.example"),
        Role.HEAD_OF_SUPPORT: Contact(Role.HEAD_OF_SUPPORT, "L", "l@la.example"),
    }
    return [contact for role, contact in people.items() if role not in changed.get("without", ())]


def test_the_distribution_list_is_exactly_three():
    assert [each.role for each in distribution_list(THREE, _three(), "S")] == list(ROLES)


def test_a_missing_chair_is_named():
    with pytest.raises(UserError, match="no Chair of Governors is known"):
        distribution_list(THREE, _three(without=[Role.CHAIR]), "S")


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (datetime(2026, 11, 27, 12, 1).astimezone(), "Friday afternoon"),
        (datetime(2026, 11, 28, 9).astimezone(), "weekend"),
        (datetime(2026, 12, 25, 9).astimezone(), "holidays"),
        (datetime(2026, 12, 17, 9).astimezone(), "last days of term"),
    ],
)
def test_the_hour_is_remarked_on(at, sentence):
    recipients = distribution_list(THREE, _three(), "S")
    used = frozenset(each.address for each in recipients)
    assert any(sentence in each for each in remarks(recipients, used, at.astimezone(), CALENDAR))
    assert remarks(recipients, used, datetime(2026, 11, 24, 10).astimezone(), CALENDAR) == []


def test_new_and_personal_addresses_are_remarked_on():
    contacts = [*_three(without=[Role.CHAIR]), Contact(Role.CHAIR, "C", "chair@gmail.com")]
    found = remarks(
        distribution_list(THREE, contacts, "S"),
        frozenset({"h@s.example", "l@la.example"}),
        datetime(2026, 11, 24, 10).astimezone(),
        CALENDAR,
    )
    assert found == [
        "chair@gmail.com has not been used for this school before.",
        "chair@gmail.com is a personal mail account, not one of a school or council.",
    ]


def test_addresses_that_are_like_others_are_remarked_on():
    contacts = [
        *_three(without=[Role.CHAIR]),
        Contact(Role.CHAIR, "C", "c.hale+governors@harbour.example"),
        Contact(Role("clerk"), "K", "c.hale@harbour.example"),
    ]
    recipients = distribution_list(THREE, contacts, "S")
    found = remarks_on_likeness(
        recipients, contacts, frozenset({"c.hale@harbuor.example"}), "https://www.harb0ur.example/home"
    )
    assert found == [
        "c.hale+governors@harbour.example is like c.hale@harbour.example, that of the clerk: they are two ways to "
        "write one mailbox. One may be a slip.",
        "c.hale+governors@harbour.example is like c.hale@harbuor.example, one used for this school before: they are "
        "one letter apart. One may be a slip.",
        "c.hale+governors@harbour.example is at a domain like that of the school's website, harb0ur.example: they are "
        "alike to look at.",
    ]


def test_addresses_that_are_like_no_other_are_not_remarked_on():
    contacts = _three()
    recipients = distribution_list(THREE, contacts, "S")
    used = frozenset(each.address for each in recipients)
    assert remarks_on_likeness(recipients, contacts, used, "s.example") == []


@pytest.mark.parametrize(
    ("text", "urn"), [("123456", "123456"), (" 12345 ", "12345"), ("123456.0", "123456")]
)
def test_urns_are_read(text, urn):
    assert parse_urn(text) == urn


def test_laestabs_are_read_with_and_without_a_stroke():
    assert parse_laestab("8802439") == parse_laestab("880/2439") == "880/2439"


def test_names_are_compared_without_case_stops_and_doubled_spaces():
    assert same_name("St.  Mary's C of E & Nursery") == same_name("Saint Marys C OF E and nursery")


def test_changes_name_the_field_with_old_and_new():
    (change,) = changes_between(School("1", "A", town="X"), School("1", "A", town="Y"))
    assert (change.label, change.old, change.new) == ("town", "X", "Y")


def _visit(**changed):
    base = {
        "id": 1,
        "urn": "1",
        "year": 2026,
        "kind": VisitKind.ANNUAL,
        "due_key": "annual",
        "day": date(2026, 11, 24),
        "start": time(9),
        "end": time(12),
    }
    return Visit(**{**base, **changed})


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, Step.AGENDA),
        ({"agreed_on": date(2026, 1, 1)}, Step.MEETING),
        ({"held_on": date(2026, 1, 1)}, Step.REPORT),
        ({"reported": True}, Step.SEND),
    ],
)
def test_the_step_of_a_visit_follows_from_its_fields(changed, step):
    assert _visit(**changed).step is step


@pytest.mark.parametrize(
    ("start", "end", "clash"),
    [
        (time(8), time(9), False),
        (time(11, 59), time(13), True),
        (time(12), time(13), False),
        (time(8), time(14), True),
    ],
)
def test_visits_clash_when_their_hours_overlap(start, end, clash):
    plan = Plan("2", VisitKind.ANNUAL, "annual", date(2026, 11, 24), start, end)
    assert bool(clashes(plan, [_visit()])) is clash
    assert not clashes(plan, [_visit()], moving=1)
    assert not clashes(plan, [_visit(cancelled_because="snow")])


TEMPLATE = Template("t", 1, "T", tuple(Section(kind.value, kind.value, kind) for kind in SectionKind))


def test_a_whole_report_has_no_gaps_and_an_empty_one_names_each_section():
    assert gaps(TEMPLATE, WHOLE) == []
    assert [gap.key for gap in gaps(TEMPLATE, {})] == [section.key for section in TEMPLATE.sections]


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("actions", store_rows([Action("w")]), "does not say who and by when"),
        ("support", store_rows([SupportNeed("n")]), "does not say where"),
        ("category", store_value(CategoryProposal(3)), "no factor is ticked"),
        ("progress", '[{"area": "a"}]', "is not judged"),
        ("prose", "  \n", "has nothing in it"),
    ],
)
def test_a_half_filled_section_says_what_is_missing(key, text, sentence):
    (gap,) = gaps(TEMPLATE, {**WHOLE, key: text})
    assert gap.key == key
    assert sentence in gap.sentence


def test_rows_leave_out_what_a_later_version_added_and_empty_lines():
    assert rows(Action, '[{"what": "w", "colour": "red"}]') == (Action("w"),)
    assert store_rows([Action(), Action("w")]) == '[{"what": "w", "who": "", "by": ""}]'


@pytest.mark.parametrize(
    ("text", "read"), [("2027-01-04", "Mon 4 Jan 2027"), ("before Easter", "before Easter")]
)
def test_dates_of_actions_read_as_everywhere(text, read):
    assert by_when(text) == read


def test_wording():
    assert day(date(2026, 11, 4)) == "Wed 4 Nov 2026"
    assert (plural(1, "visit"), plural(2, "visit"), plural(3, "person", "people")) == (
        "1 visit",
        "2 visits",
        "3 people",
    )
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert [ago(date(2026, 11, 24) - timedelta(days=n), date(2026, 11, 24)) for n in (0, 1, 3)] == [
        "today",
        "yesterday",
        "3 days ago",
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("a\r\nb", "a\nb"), ("a\x00b\x07", "ab"), ("x\ud800y", "x\ufffdy"), ("e\u0301", "é"), ("\ufeffa", "a")],
)
def test_text_is_cleaned_and_nothing_readable_is_lost(typed, kept):
    assert clean(typed) == kept
    assert one_line(" a \n b ") == "a b"


@pytest.mark.parametrize("key", sorted(SETTINGS))
def test_every_setting_survives_being_stored(key):
    assert parse(key, as_text(SETTINGS[key].default)) == SETTINGS[key].default
    assert SETTINGS[key].help.endswith(".")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 days"), (0.25, "a quarter of a day"), (0.5, "half a day"), (0.75, "three quarters of a day"),
        (1, "1 day"), (1.25, "1¼ days"), (2.5, "2½ days"), (3, "3 days"), (1.3, "1.3 days"),
    ],
)  # fmt: skip
def test_days_are_written_in_one_way(number, words):
    assert days(number) == words
