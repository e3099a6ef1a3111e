"""Whatever is written in a subject, a name or a file's name comes out as it went in, in lines that may be sent."""

import re
import string
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sep_desktop.domain.wording import one_line
from sep_desktop.sync.headers import folded, mailbox_tokens, parameter_tokens, text_tokens
from sep_desktop.sync.message import Envelope, Sender, assemble

NOW = datetime(2026, 11, 4, 14, 2, tzinfo=UTC)
TEXTS = st.text(max_size=400)
NAMES = st.text(st.characters(exclude_characters=',;:<>@"()[]\\=?'), max_size=80)
LOCALS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=64)
ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[bq]\?[^?\s]*\?=", re.IGNORECASE)


def built(subject="x", people=(("", "a@s.example"),), attachment="x.pdf", name="Ada"):
    envelope = Envelope("<x@la.example>", subject, tuple(people), attachment)
    return assemble(envelope, "plain\n", b"%PDF", Sender(name, "me@la.example"), NOW)


def assert_may_be_sent(raw):
    header = raw.partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert all(len(word) <= 75 for word in ENCODED_WORD.findall(raw))
    foldable = [line for line in header.split(b"\r\n") if b" " in line.strip()]
    assert all(len(line) <= 78 for line in foldable)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\r\n\r\n" not in header


@given(TEXTS)
@example("a" * 2_000)
@example("=?utf-8?q?no_word?=")
@example("Zoë " * 90)
@example("ﷺ" * 60)
@example("\u0301" * 40)
@example("🙂👩‍🏫" * 30)
@example("two " + "words " * 60)
@example("x\r\nBcc: y@z.example")
def test_a_subject_is_read_as_it_was_written(subject):
    raw = built(subject=subject)
    assert_may_be_sent(raw)
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == one_line(subject)
    old = message_from_bytes(raw)["Subject"]
    assert re.sub(r"\r?\n ", " ", str(make_header(decode_header(old)))) == one_line(subject)


@given(st.lists(st.tuples(NAMES, LOCALS), min_size=1, max_size=6), NAMES)
@example([("Zoë O'Brien 100%", "zoe"), ("J. Smith", "j"), ("", "x"), ("Łukasz " * 9, "l")], "أحمد")
def test_names_are_read_as_they_were_written_and_addresses_are_those_of_the_envelope(people, name):
    mailboxes = [(each, f"{local}@s.example") for each, local in people]
    raw = built(people=mailboxes, name=name)
    assert_may_be_sent(raw)
    message = message_from_bytes(raw, policy=policy.default)
    shown = [" ".join(one_line(each)[:60].split()) for each, _ in people]
    assert [each.addr_spec for each in message["To"].addresses] == [address for _, address in mailboxes]
    old = message_from_bytes(raw)
    assert [str(make_header(decode_header(each))) for each, _ in getaddresses([old["To"]])] == shown
    for field in ("From", "Reply-To"):
        ((own, address),) = getaddresses([old[field]])
        assert str(make_header(decode_header(own))) == " ".join(one_line(name)[:60].split())
        assert address == "me@la.example"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300))
@example('a "quoted" \\ name.pdf')
@example("Zoë.pdf")
@example("x" * 300)
@example("100%'25.pdf")
@example("ﷺ" * 40)
def test_a_files_name_is_read_as_it_was_written(attachment):
    raw = built(attachment=attachment)
    assert_may_be_sent(raw)
    for parsed in (message_from_bytes(raw), message_from_bytes(raw, policy=policy.default)):
        assert parsed.get_payload()[1].get_filename() == one_line(attachment)
        assert parsed.get_payload()[1].get_content_disposition() == "attachment"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Report of a visit", ["Report", "of", "a", "visit"]),
        ("Zoë", ["=?utf-8?q?Zo=C3=AB?="]),
        ("a=?b", ["=?utf-8?q?a=3D=3Fb?="]),
        ("x" * 59, ["x" * 59]),
        ("", [""]),
    ],
)
def test_plain_words_stay_plain(text, tokens):
    assert text_tokens(text) == tokens


def test_a_long_word_is_encoded_so_that_it_can_be_folded():
    assert all(len(each) <= 66 for each in text_tokens("x" * 60))
    assert len(text_tokens("x" * 60)) == 2


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("", ["a@s.example"]),
        ("Ada Penrose", ["Ada Penrose", "<a@s.example>"]),
        ("J. Smith", ['"J. Smith"', "<a@s.example>"]),
        ('A "B" C', ['"A \\"B\\" C"', "<a@s.example>"]),
        ("Zoë", ["=?utf-8?q?Zo=C3=AB?=", "<a@s.example>"]),
    ],
)
def test_a_name_is_quoted_or_encoded_where_it_has_to_be(name, tokens):
    assert mailbox_tokens(name, "a@s.example") == tokens


def test_a_short_plain_file_name_is_read_by_every_program():
    assert parameter_tokens("filename", "report-100001-v1.pdf") == ['filename="report-100001-v1.pdf"']
    assert parameter_tokens("filename", "x" * 48) == [f'filename="{"x" * 48}"']
    assert parameter_tokens("filename", "x" * 50)[1] == "filename*1*=xx"
    assert parameter_tokens("filename", "x" * 49) == [f"filename*0*=utf-8''{'x' * 48}", "filename*1*=x"]
    assert parameter_tokens("filename", "Zoë") == ["filename*0*=utf-8''Zo%C3%AB"]


def test_a_line_is_ended_before_it_passes_76_letters():
    assert folded("To", ["x" * 36, "y" * 35, "z"]) == f"{'x' * 36} {'y' * 35}\n z"
    assert folded("To", ["x" * 36, "y" * 33, "z"]) == f"{'x' * 36} {'y' * 33} z"
    assert folded("To", ["x" * 36, "y" * 36]) == f"{'x' * 36}\n {'y' * 36}"
    assert folded("To", ["x" * 90, "y" * 74, "z"]) == f"{'x' * 90}\n {'y' * 74}\n z"
    assert folded("To", ["x" * 90, "y" * 73, "z"]) == f"{'x' * 90}\n {'y' * 73} z"
