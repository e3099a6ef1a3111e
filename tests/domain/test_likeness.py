"""Names and addresses are compared as people compare them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sep_desktop.addresses import registered_domain
from sep_desktop.confusables import skeleton
from sep_desktop.domain.likeness import (
    Likeness,
    address_likeness,
    domain_likeness,
    name_likeness,
    plainest,
)

SAME, OTHERWISE, SHORTENED = Likeness.SAME, Likeness.WRITTEN_OTHERWISE, Likeness.SHORTENED
LOOKS, LETTER = Likeness.LOOKS_ALIKE, Likeness.ONE_LETTER
MAILBOX, RELATED = Likeness.SAME_MAILBOX, Likeness.RELATED_DOMAIN

NAMES = [
    ("Maria Oake", "Maria Oake", SAME),
    ("Maria Oake", "maria  OAKE ", SAME),
    ("Maria Oake", "Ｍａｒｉａ Ｏａｋｅ", SAME),
    ("Maria Oake", "Ma\u00adria\u200b Oake", SAME),
    ("Zoë Hale", "Zoe\u0308 Hale", SAME),
    ("Jutta Straße", "Jutta STRASSE", SAME),
    ("Maria Oake", "Dr Maria Oake", OTHERWISE),
    ("Maria Oake", "Mrs. Maria Oake", OTHERWISE),
    ("Maria Oake", "Cllr Maria Oake", OTHERWISE),
    ("Maria Oake", "The Revd Maria Oake", OTHERWISE),
    ("Maria Oake", "Revd Canon Maria Oake", OTHERWISE),
    ("Maria Oake", "Maria Oake OBE", OTHERWISE),
    ("Maria Oake", "Maria Oake, OBE, MA", OTHERWISE),
    ("Maria Oake", "Dame Maria Oake DBE PhD", OTHERWISE),
    ("Maria Oake", "Oake, Maria", OTHERWISE),
    ("Maria Oake", "OAKE, Dr Maria", OTHERWISE),
    ("Maria Oake", "Oake Maria", OTHERWISE),
    ("Zoë Hale", "Zoe Hale", OTHERWISE),
    ("Søren Ławny", "Soren Lawny", OTHERWISE),
    ("Ann-Marie Hale", "Ann Marie Hale", OTHERWISE),
    ("Ann-Marie Hale", "Annmarie Hale", OTHERWISE),
    ("Maria Oake-Hale", "Maria Oake Hale", OTHERWISE),
    ("Niamh O'Brien", "Niamh O’Brien", OTHERWISE),
    ("Niamh O'Brien", "Niamh Obrien", OTHERWISE),
    ("Morag McRae", "Morag Mc Rae", OTHERWISE),
    ("Maria Oake", "M. Oake", SHORTENED),
    ("Maria Oake", "M Oake", SHORTENED),
    ("Maria Oake", "Oake, M.", SHORTENED),
    ("Maria Jane Oake", "M. J. Oake", SHORTENED),
    ("Maria Jane Oake", "M.J. Oake", SHORTENED),
    ("Maria Jane Oake", "Maria Oake", SHORTENED),
    ("Maria Jane Oake", "Jane Oake", SHORTENED),
    ("Maria Oake", "Mrs Oake", SHORTENED),
    ("Alexander Hale", "Alex Hale", SHORTENED),
    ("Maria Oake", "Маria Oake", LOOKS),
    ("Maria Oake", "МАRIА ОАКЕ", LOOKS),
    ("Maria Oake", "Maria 0ake", LOOKS),
    ("Maria Oake", "Mar1a Oake", LOOKS),
    ("Maria Oake", "rnaria Oake", LOOKS),
    ("Perran Hale", "Peran Hale", LETTER),
    ("Perran Hale", "Perrin Hale", LETTER),
    ("Perran Hale", "Perran Hlae", LETTER),
    ("Perran Hale", "Perran Hales", LETTER),
    ("Perran Hale", "Perran Quick", None),
    ("Perran Hale", "Isolde Hale", None),
    ("J. Hale", "K. Hale", None),
    ("Jo Li", "Al Li", None),
    ("Jo Li", "Jo Lu", None),
    ("Maria Oake", "", None),
    ("", "", None),
    ("\u200b", "\u200b", None),
    ("Dr", "Mrs", None),
]
ADDRESSES = [
    ("m.oake@council.example", "m.oake@council.example", SAME),
    ("m.oake@council.example", " M.Oake@COUNCIL.example", SAME),
    ("m.oake@bücher.example", "m.oake@xn--bcher-kva.example", SAME),
    ("m.oake@council.example", "m.oake+gov@council.example", MAILBOX),
    ("m.oake+a@council.example", "m.oake+b@council.example", MAILBOX),
    ("m.oake@council.example", "moake@council.example", MAILBOX),
    ("m.oake@gmail.com", "moake@googlemail.com", MAILBOX),
    ("m.oake@council.example", "m.oake@mail.council.example", RELATED),
    ("m.oake@edu.council.gov.uk", "m.oake@mail.council.gov.uk", RELATED),
    ("m.oake@council.example", "m.oake+x@mail.council.example", RELATED),
    ("m.oake@council.example", "m.oake@counci1.example", LOOKS),
    ("m.oake@council.example", "m.oake@соuncil.example", LOOKS),
    ("m.oake@council.example", "rn.oake@council.example", LOOKS),
    ("m.0ake@council.example", "m.oake@council.example", LOOKS),
    ("m.oake@council.example", "m.oaks@council.example", LETTER),
    ("m.oake@council.example", "m.oake@councill.example", LETTER),
    ("j.smith@school.example", "k.smith@school.example", None),
    ("governor1@school.example", "governor2@school.example", None),
    ("head@oak.sch.uk", "head@ash.sch.uk", None),
    ("head@oak.torbay.sch.uk", "head@ash.torbay.sch.uk", None),
    ("m.oake@gmail.com", "m.oake@mail.com", None),
    ("m.oake@council.example", "p.hale@council.example", None),
    ("m.oake@council.example", "", None),
    ("nonsense", "nonsense", SAME),
]
DOMAINS = [
    ("a@council.example", "b@council.example", SAME),
    ("a@council.example", "b@mail.council.example", RELATED),
    ("a@mail.council.gov.uk", "b@edu.council.gov.uk", RELATED),
    ("a@oak.gov.uk", "b@ash.gov.uk", None),
    ("a@gov.uk", "b@ash.gov.uk", None),
    ("a@oak.torbay.sch.uk", "b@ash.torbay.sch.uk", None),
    ("a@counci1.example", "b@council.example", LOOKS),
    ("a@xn--ouncil-5of.example", "b@mail.council.example", None),
    ("a@councel.example", "b@council.example", LETTER),
    ("a@oak.example", "b@oax.example", None),
    ("a", "", None),
]


@pytest.mark.parametrize(("one", "other", "expected"), NAMES)
def test_names_are_alike_as_people_compare_them(one, other, expected):
    assert name_likeness(one, other) == expected
    assert name_likeness(other, one) == expected


@pytest.mark.parametrize(("one", "other", "expected"), ADDRESSES)
def test_addresses_are_alike_as_people_compare_them(one, other, expected):
    assert address_likeness(one, other) == expected
    assert address_likeness(other, one) == expected


@pytest.mark.parametrize(("one", "other", "expected"), DOMAINS)
def test_domains_are_alike_as_people_compare_them(one, other, expected):
    assert domain_likeness(one, other) == expected
    assert domain_likeness(other, one) == expected


WORDS = st.one_of(st.text(max_size=20), st.text("aAoOmrn01. ,-@+é", max_size=12))
COMPARISONS = st.sampled_from([name_likeness, address_likeness, domain_likeness])


@given(COMPARISONS, WORDS, WORDS)
def test_whatever_is_compared_the_order_does_not_matter(compare, one, other):
    assert compare(one, other) == compare(other, one)


@given(WORDS)
def test_whatever_can_be_seen_is_the_same_as_itself(text):
    expected = SAME if plainest(text) else None
    assert name_likeness(text, text) == expected
    assert address_likeness(text, text) == expected


@given(st.text(max_size=20))
def test_a_skeleton_is_its_own(text):
    assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("mail.council.gov.uk", "council.gov.uk"),
        ("Council.Example.", "council.example"),
        ("gov.uk", ""),
        ("torbay.sch.uk", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_what_one_owner_registered_is_known(domain, registered):
    assert registered_domain(domain) == registered
