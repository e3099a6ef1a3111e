"""Who is like somebody that must not read performance management is in doubt; who is the same is refused."""

import pytest

from sep_desktop.domain.appraisal.doubts import Matter, assert_answered, doubts_about
from sep_desktop.domain.appraisal.panel import Person, Reader, objection, remarks
from sep_desktop.domain.people import Contact, Role
from sep_desktop.errors import UserError

GOVERNOR = Person(Reader.GOVERNOR, "Maria Hale", "maria.hale@school.example")
LEAD = Contact(Role.HEAD_OF_SUPPORT, "Marian Oake", "m.oake@council.example")


def matters(person, *contacts):
    return [doubt.matter for doubt in doubts_about([person], contacts)]


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("Maria Hale", "maria.hale@school.example", []),
        ("Dr Marian Oake", "x@school.example", [Matter.NAME]),
        ("M. Oake", "x@school.example", [Matter.NAME]),
        ("Oake, Marian", "x@school.example", [Matter.NAME]),
        ("Маrian Oake", "x@school.example", [Matter.NAME]),
        ("Maria Hale", "m.oake+gov@council.example", [Matter.ADDRESS]),
        ("Maria Hale", "m.oake@mail.council.example", [Matter.ADDRESS]),
        ("Maria Hale", "m.oake@counci1.example", [Matter.ADDRESS]),
        ("Maria Hale", "maria@council.example", [Matter.DOMAIN]),
        ("Maria Hale", "maria@mail.council.example", [Matter.DOMAIN]),
        ("Maria Hale", "maria@counci1.example", [Matter.DOMAIN]),
        ("Marian Oake", "m.oake@mail.council.example", [Matter.NAME, Matter.ADDRESS]),
    ],
)
def test_what_is_like_the_authoritys_is_in_doubt(name, address, expected):
    person = Person(Reader.GOVERNOR, name, address)
    assert matters(person, LEAD) == expected


@pytest.mark.parametrize(
    "contact",
    [
        Contact(Role("school adviser"), "Somebody Else", "else@council.example"),
        Contact(Role("data officer"), "Somebody Else", "else@mail.council.example", urn="990001"),
    ],
)
def test_a_role_of_the_authority_that_nobody_decided_about_is_not_let_in(contact):
    at_council = Person(Reader.GOVERNOR, "Maria Hale", "maria@council.example")
    assert matters(at_council, contact) == [Matter.DOMAIN]
    same = Person(Reader.GOVERNOR, contact.name, "x@school.example")
    assert "reads nothing of this" in objection(same, [same], [contact])


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ＭＡＲＩＡＮ  oake", "x@school.example"),
        ("Marian\u200b Oake", "x@school.example"),
        ("Maria Hale", "M.Oake@COUNCIL.example"),
    ],
)
def test_what_is_the_same_is_refused_as_before(name, address):
    person = Person(Reader.GOVERNOR, name, address)
    assert "nothing of this goes there" in objection(person, [person], [LEAD])


def test_a_role_at_the_school_itself_shares_its_mail_domain():
    head = Contact(Role.HEADTEACHER, "Wren Tamblyn", "head@school.example", urn="990001")
    clerk = Contact(Role("clerk to governors"), "Somebody Else", "clerk@school.example", urn="990001")
    assert matters(GOVERNOR, head, clerk) == []
    assert matters(GOVERNOR, clerk) == [Matter.DOMAIN]


def test_whoever_is_at_the_school_or_is_the_chair_on_the_panel_is_in_no_doubt():
    chair = Contact(Role.CHAIR, "Dr Maria Hale", "maria.hale@school.example", urn="990001")
    head = Contact(Role.HEADTEACHER, "Maria Hales", "head@school.example", urn="990001")
    assert matters(GOVERNOR, head) == []
    assert matters(Person(Reader.GOVERNOR, "Maria Hale", "m@school.example", chair=True), chair) == []
    assert matters(GOVERNOR, chair) == [Matter.NAME, Matter.ADDRESS]


def test_strangers_who_have_mail_at_one_place_are_not_alike():
    lead = Contact(Role.HEAD_OF_SUPPORT, "Marian Oake", "marian.oake@gmail.com")
    assert matters(Person(Reader.GOVERNOR, "Maria Hale", "maria.hale@gmail.com"), lead) == []


def test_an_answer_is_for_these_two_and_for_nobody_else():
    like = Person(Reader.GOVERNOR, "M. Oake", "maria@school.example")
    answered = doubts_about([like], [LEAD])
    assert assert_answered([like], [LEAD], answered) == answered
    for other in (
        Contact(Role.HEAD_OF_SUPPORT, "Mary Oake", "m.oake@council.example"),
        Contact(Role("school adviser"), "Marian Oake", "m.oake@council.example"),
    ):
        with pytest.raises(UserError, match=other.name):
            assert_answered([like], [other], answered)


def test_a_doubt_says_who_is_like_whom_and_how():
    (doubt,) = doubts_about([Person(Reader.GOVERNOR, "M. Oake", "maria@school.example")], [LEAD])
    assert doubt.sentence == (
        "M. Oake, maria@school.example, is not Marian Oake, the Head of School Support & Challenge, who must not "
        "read this. Their names are the same, one of them shortened."
    )


def test_two_readers_at_addresses_that_are_alike_are_remarked_on():
    other = Person(Reader.GOVERNOR, "Isolde Quick", "maria.hale+two@school.example")
    (remark,) = remarks([GOVERNOR, other], [], "sep@sep.example")
    assert "are alike" in remark
