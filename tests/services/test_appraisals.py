"""Performance management: from last year's objectives to sealed letters, and from those to next year."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import page
import pikepdf
import pytest

from sep_desktop.documents.appraisal_paper import PaperFacts, compose
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import PaperKind, Subject, key_of
from sep_desktop.domain.appraisal.panel import Person, Reader, readers, store_panel
from sep_desktop.domain.appraisal.record import added, goes_on
from sep_desktop.domain.outbox import Choice, State
from sep_desktop.domain.people import ROLES, Contact, Role
from sep_desktop.errors import UserError
from sep_desktop.services import schools, today
from sep_desktop.services.appraisals import letters as letter_service
from sep_desktop.services.appraisals import papers, passwords, records, retention, subject_access
from sep_desktop.services.appraisals import record_transfer as transfer
from sep_desktop.storage.backups.listing import backups_in
from sep_desktop.storage.sealed import record_transfer as record_transfer
from tests.support.appraisals import PANEL, SECRETS, URN, begun, completed, fill
from tests.support.pdf_text import structure_texts

NEXT = AcademicYear(2027)


def like_a_governor(store, now, name="Isolde Quick MBE"):
    """Somebody at the local authority, who is like a nominated governor by the name."""
    schools.set_contact(
        store=store, urn=URN, role=Role.HEAD_OF_SUPPORT, name=name, email="q@council.example", now=now
    )


def test_no_paper_goes_to_somebody_like_one_who_must_not_read_until_it_is_answered(store, sealed, cycle, now):
    like_a_governor(store, now)
    with pytest.raises(UserError, match="Isolde Quick MBE, the Head of School Support"):
        completed(store, sealed, cycle, now)
    assert sealed.letters.of_cycle(cycle) == []
    confirmed = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.STATEMENT, now=now)
    assert [doubt.name for doubt in confirmed.doubts] == ["Isolde Quick"]
    papers.complete(
        store=store, sealed=sealed, confirmed=confirmed, passwords=SECRETS, now=now, answered=confirmed.doubts
    )
    kept = {
        each.name: [a.doubt for a in sealed.letters.answers(each.id)]
        for each in sealed.letters.of_cycle(cycle)
    }
    assert kept == {"Wren Tamblyn": [], "Isolde Quick": list(confirmed.doubts), "Perran Hale": []}


def test_a_likeness_that_arises_between_looking_and_completing_is_not_passed_over(store, sealed, cycle, now):
    confirmed = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.STATEMENT, now=now)
    like_a_governor(store, now)
    with pytest.raises(UserError, match="not certain yet"):
        papers.complete(store=store, sealed=sealed, confirmed=confirmed, passwords=SECRETS, now=now)


def test_who_came_later_is_answered_for_too(store, sealed, cycle, now):
    completed(store, sealed, cycle, now)
    moved = [PANEL[0], replace(PANEL[1], email="iq@harbourlights.example"), PANEL[2]]
    put(sealed, cycle, now, panel=store_panel(moved))
    like_a_governor(store, now)
    (late,) = papers.view(store=store, sealed=sealed, cycle=cycle, today=now.date()).late[PaperKind.STATEMENT]
    also = {
        "store": store, "sealed": sealed, "cycle": cycle, "kind": PaperKind.STATEMENT, "now": now,
        "address": late.person.email, "secret": "a new password 4711",
    }  # fmt: skip
    with pytest.raises(UserError, match="not certain yet"):
        letter_service.send_also(**also)
    letter_service.send_also(**also, answered=late.doubts)
    (letter,) = (each for each in sealed.letters.of_cycle(cycle) if each.address == late.person.email)
    assert [each.doubt for each in sealed.letters.answers(letter.id)] == list(late.doubts)


def put(sealed, cycle, now, **words):
    for key, text in words.items():
        records.save_part(sealed=sealed, cycle=cycle, key=key, text=text, now=now)


def opened(data: bytes, password: str) -> bytes:
    """A protected paper without its protection."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data), password=password) as pdf:
        pdf.save(out)
    return out.getvalue()


def words_of(pdf: bytes) -> str:
    return "\n".join(text for _, text in structure_texts(pdf))


def test_a_cycle_begins_with_empty_objectives_and_the_known_headteacher(store, written, sealed, now):
    record = records.open_record(sealed=sealed, cycle=begun(store, sealed, now))
    assert record.numbers(Subject.OBJECTIVE) == record.numbers(Subject.REVIEW) == (1, 2, 3)
    assert [each.name for each in record.panel] == ["Wren Tamblyn", "", ""]
    assert begun(store, sealed, now) == record.cycle.id, "a school has one cycle a year"


def test_next_year_begins_with_the_objectives_of_this_one(store, sealed, cycle, now):
    put(sealed, cycle, now, objectives="[1, 3]")
    record = records.open_record(sealed=sealed, cycle=begun(store, sealed, now, NEXT))
    assert record.numbers(Subject.REVIEW) == (1, 2)
    assert record.text(key_of(Subject.REVIEW, 2, "objective")) == "Words for objective.3.objective."
    assert record.text(key_of(Subject.REVIEW, 2, "criteria")) == "Words for objective.3.criteria."
    assert not record.text(key_of(Subject.REVIEW, 2, "self"))
    assert not record.text("pay")
    assert record.panel == PANEL


def test_a_removed_objective_keeps_its_history_and_its_number_is_not_used_again(sealed, cycle, now):
    put(sealed, cycle, now, objectives="[1, 2]")
    record = records.open_record(sealed=sealed, cycle=cycle)
    assert record.taken_out(Subject.OBJECTIVE) == [(3, "Words for objective.3.objective.")]
    assert added(record.numbers(Subject.OBJECTIVE), record.numbers_ever(Subject.OBJECTIVE)) == [1, 2, 4]
    assert (
        records.revisions(sealed=sealed, cycle=cycle, key="objective.3.objective")[0].text
        == "Words for objective.3.objective."
    )
    with pytest.raises(UserError, match="at most 6"):
        added((1, 2, 3, 4, 5, 6), ())


def test_an_earlier_text_comes_back_and_nothing_is_lost_by_it(sealed, cycle, now):
    put(sealed, cycle, now + timedelta(hours=1), overall="A better sentence.")
    old = records.revisions(sealed=sealed, cycle=cycle, key="overall")[1]
    records.go_back_to(sealed=sealed, cycle=cycle, revision=old, now=now + timedelta(hours=2))
    assert records.open_record(sealed=sealed, cycle=cycle).text("overall") == "Words for overall."
    assert "A better sentence." in [
        each.text for each in records.revisions(sealed=sealed, cycle=cycle, key="overall")
    ]


@pytest.mark.parametrize("kind", PaperKind)
def test_every_needed_field_is_asked_for_by_name(store, sealed, cycle, now, kind):
    record = records.open_record(sealed=sealed, cycle=cycle)
    assert papers.missing(store=store, record=record, kind=kind) == []
    for field in (each for each in record.form.fields if kind in each.needed_for):
        key = field.key if field.subject is Subject.WHOLE else key_of(field.subject, 1, field.key)
        lacking = papers.missing(
            store=store, record=replace(record, content={**record.content, key: " "}), kind=kind
        )
        assert [gap.key for gap in lacking] == [key]
        assert field.title in lacking[0].sentence
    assert "pay" not in {each.key for each in record.form.fields if each.needed_for}, (
        "nobody is asked for a recommendation on pay"
    )


def test_the_papers_say_what_belongs_in_them_and_nothing_else(store, sealed, cycle, now):
    record = records.open_record(sealed=sealed, cycle=cycle)
    text = {}
    for kind in PaperKind:
        text[kind] = words_of(render(compose(PaperFacts(record, kind, "Ada Penrose", PANEL[1], 1, now))).data)
        for field in record.form.fields:
            key = field.key if field.subject is Subject.WHOLE else key_of(field.subject, 1, field.key)
            if key.rpartition(".")[2] not in {"judgement", "overall-judgement"}:
                assert (f"Words for {key}." in text[kind]) == (kind in field.papers), (kind, key)
        assert "Isolde Quick, nominated governor" in text[kind]
    assert "Signature and date" in text[PaperKind.STATEMENT]
    assert "Words for training." not in text[PaperKind.STATEMENT], "training has an annex of its own"
    assert "Words for pay." not in text[PaperKind.ADVICE]


def test_each_reader_gets_a_paper_of_their_own_that_their_password_alone_opens(store, sealed, cycle, now):
    letters = completed(store, sealed, cycle, now)
    assert {(each.reader, each.name, each.address) for each in letters} == {
        (each.reader, each.name, each.email) for each in PANEL
    }
    for letter in letters:
        data = sealed.letters.pdf(letter.id).data
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(data))
        for address, secret in SECRETS.items():
            if address != letter.address:
                with pytest.raises(pikepdf.PasswordError):
                    pikepdf.open(io.BytesIO(data), password=secret)
        with pikepdf.open(io.BytesIO(data), password=SECRETS[letter.address]) as pdf:
            assert (pdf.encryption.bits, pdf.encryption.R) == (256, 6)
            assert b"pdfaid:part" not in pdf.Root.Metadata.read_bytes(), (
                "PDF/A forbids encryption, so the copy does not claim it"
            )
        plain = opened(data, SECRETS[letter.address])
        assert page.validate_pdf_bytes(plain, profile="ua1").failures == []
        assert f"{letter.name}, {letter.reader}" in words_of(plain)


def test_a_correction_needs_its_reason_and_withdraws_what_still_waits(store, sealed, cycle, now):
    first = completed(store, sealed, cycle, now)
    with pytest.raises(UserError, match="reason"):
        papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.STATEMENT, now=now)
    record = records.open_record(sealed=sealed, cycle=cycle)
    assert not papers.has_changed(sealed=sealed, record=record, kind=PaperKind.STATEMENT)
    put(sealed, cycle, now, comments="The head adds a word.")
    record = records.open_record(sealed=sealed, cycle=cycle)
    assert papers.has_changed(sealed=sealed, record=record, kind=PaperKind.STATEMENT)
    second = completed(store, sealed, cycle, now, reason="A comment was missing.")
    assert {each.number for each in second} == {2}
    assert {sealed.letters.get(each.id).state for each in first} == {State.CANCELLED}
    assert "Reason: A comment was missing." in words_of(
        opened(sealed.letters.pdf(second[0].id).data, SECRETS[second[0].address])
    )


def test_what_changed_since_it_was_shown_is_not_completed(store, sealed, cycle, now):
    confirmed = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.ADVICE, now=now)
    put(sealed, cycle, now, ahead="One more thought.")
    with pytest.raises(UserError, match="changed since"):
        papers.complete(store=store, sealed=sealed, confirmed=confirmed, passwords=SECRETS, now=now)
    assert not sealed.letters.of_cycle(cycle)


@pytest.mark.parametrize(
    ("secrets", "says"),
    [
        (SECRETS | {PANEL[0].email: "short"}, "password for Wren Tamblyn"),
        (dict.fromkeys(SECRETS, "one password for all"), "somebody else's too"),
        ({}, "password for Wren Tamblyn"),
    ],
)
def test_a_weak_or_shared_password_is_refused(store, sealed, cycle, now, secrets, says):
    confirmed = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.ADVICE, now=now)
    with pytest.raises(UserError, match=says):
        papers.complete(store=store, sealed=sealed, confirmed=confirmed, passwords=secrets, now=now)
    assert not sealed.letters.of_cycle(cycle)


def test_where_governors_draft_the_advice_is_the_only_paper(store, sealed, cycle, now):
    store.settings.put("appraisal.drafting", "governors")
    completed(store, sealed, cycle, now, PaperKind.ADVICE)
    for kind in (PaperKind.STATEMENT, PaperKind.ANNEX):
        with pytest.raises(UserError, match="drafted by the governors"):
            papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=kind, now=now)
    record = records.open_record(sealed=sealed, cycle=cycle)
    assert not [
        each
        for each in records.to_do(store=store, sealed=sealed, record=record, today=now.date())
        if "statement" in each.sentence.lower()
    ]


LEAD = Contact(Role.HEAD_OF_SUPPORT, "Marian Oake", "m.oake@council.example")
CHAIR = Contact(Role.CHAIR, "Corin Bale", "chair@harbourlights.example")


def panel_with(**changed) -> list[Person]:
    return [PANEL[0], PANEL[1], replace(PANEL[2], **changed)]


@pytest.mark.parametrize(
    ("panel", "says"),
    [
        (panel_with(email=LEAD.email), "local authority's Marian Oake; nothing of this goes there"),
        (panel_with(email="M.Oake@Council.example"), "local authority's"),
        (panel_with(name="marian  oake"), "local authority's"),
        (panel_with(email=CHAIR.email), "only as a nominated governor"),
        (panel_with(name="Corin Bale"), "only as a nominated governor"),
        ([replace(PANEL[0], email=CHAIR.email, chair=True), *PANEL[1:]], "only as a nominated governor"),
        (panel_with(email=PANEL[1].email), "stands for two people"),
        (panel_with(email=""), "no e-mail address"),
        (panel_with(email="perran at home"), "address of Perran Hale"),
        (PANEL[:2], "1 is entered"),
        (PANEL[1:], "headteacher is not entered"),
        (
            [*PANEL, *(replace(PANEL[1], name=f"G{n}", email=f"g{n}@x.example") for n in range(2))],
            "4 are entered",
        ),
    ],
)
def test_nobody_else_can_be_a_reader(panel, says):
    with pytest.raises(UserError, match=says):
        readers(panel, [LEAD, CHAIR])


def test_the_chair_reads_as_a_nominated_governor():
    panel = panel_with(name=CHAIR.name, email=CHAIR.email, chair=True)
    assert [each.name for each in readers(panel, [LEAD, CHAIR])] == [
        "Wren Tamblyn",
        "Isolde Quick",
        "Corin Bale",
    ]


def test_no_reader_stands_for_the_local_authority_or_the_chair():
    assert not {each.value for each in Reader} & set(ROLES) - {"headteacher"}


def test_somebody_new_on_the_panel_is_sent_the_paper_as_it_was_completed(store, sealed, cycle, now):
    letters = completed(store, sealed, cycle, now)
    put(
        sealed,
        cycle,
        now,
        panel=store_panel(panel_with(name="Tamsin Orchard", email="tamsin@harbourlights.example")),
        overall="Changed since.",
    )
    record = records.open_record(sealed=sealed, cycle=cycle)
    (late,) = letter_service.without_letter(
        store=store, sealed=sealed, record=record, kind=PaperKind.STATEMENT, today=now.date()
    )
    letter_service.send_also(
        store=store,
        sealed=sealed,
        cycle=cycle,
        kind=PaperKind.STATEMENT,
        address=late.email,
        secret="agreed on the telephone",
        now=now,
    )
    sent = next(each for each in sealed.letters.of_cycle(cycle) if each.address == late.email)
    text = words_of(opened(sealed.letters.pdf(sent.id).data, "agreed on the telephone"))
    assert "Words for overall." in text
    assert "Changed since." not in text
    assert len(sealed.letters.of_cycle(cycle)) == len(letters) + 1
    with pytest.raises(UserError, match="nothing to send"):
        letter_service.send_also(
            store=store,
            sealed=sealed,
            cycle=cycle,
            kind=PaperKind.STATEMENT,
            address=late.email,
            secret="agreed on the telephone",
            now=now,
        )


def test_what_is_still_to_do_is_said_until_it_is_done(store, written, sealed, now):
    cycle = begun(store, sealed, now)

    def look():
        record = records.open_record(sealed=sealed, cycle=cycle)
        return [
            each.sentence
            for each in records.to_do(store=store, sealed=sealed, record=record, today=now.date())
        ]

    assert look() == [
        "There have to be 2 or 3 nominated governors; 0 are entered.",
        "SEP and headteacher: no time yet.",
        "SEP and nominated governors: no time yet.",
        "Review meeting: no time yet.",
        "Preliminary advice: Last cycle's objective 1: “Objective” is empty. 14 more like it.",
        "Planning and review statement: Last cycle's objective 1: “Objective” is empty. 19 more like it.",
    ]
    fill(sealed, cycle, now)
    for kind in PaperKind:
        for letter in completed(store, sealed, cycle, now, kind):
            sealed.letters.advance([letter], State.HANDED_OUT, now)
    assert look()[0] == "Preliminary advice: written out for 3 people. Send the files, then say they arrived."
    for letter in sealed.letters.in_state(State.HANDED_OUT):
        letter_service.settle(sealed=sealed, letter=letter.id, choice=Choice.ARRIVED, now=now)
    assert look() == ["The time given is not recorded yet."]
    schools.record_support(store=store, urn=URN, on=now.date(), hours=3, now=now)
    assert look() == []


def test_the_deadline_is_a_setting_and_may_differ_for_a_school(store, sealed, cycle, now):
    record = records.open_record(sealed=sealed, cycle=cycle)
    assert records.deadline(store, record).isoformat() == "2026-12-31"
    store.settings.put("appraisal.deadline", "02-28")
    assert records.deadline(store, record).isoformat() == "2027-02-28"
    put(sealed, cycle, now, deadline="2026-10-31")
    assert (
        records.deadline(store, records.open_record(sealed=sealed, cycle=cycle)).isoformat() == "2026-10-31"
    )


def test_what_was_cut_off_is_unknown_and_the_choices_are_written_down(store, sealed, cycle, now):
    for letter in completed(store, sealed, cycle, now):
        sealed.letters.advance([letter], State.HANDING_OVER, now)
    assert letter_service.recover(sealed=sealed, now=now) == 3
    for letter, choice in zip(sealed.letters.of_cycle(cycle), list(Choice)[:3], strict=True):
        letter_service.settle(sealed=sealed, letter=letter.id, choice=choice, now=now)
    assert [each.state for each in sealed.letters.of_cycle(cycle)] == [
        State.CONFIRMED,
        State.QUEUED,
        State.CANCELLED,
    ]
    assert sum("you chose" in each.text for each in sealed.appraisals.events(URN)) == 3


def test_a_record_goes_when_its_years_are_over_and_the_list_says_so(store, sealed, cycle, now):
    completed(store, sealed, cycle, now)
    old = begun(store, sealed, now, AcademicYear(2019))
    fill(sealed, old, now, lambda key: "A very old sentence.")
    sealed.back_up(now)
    assert goes_on(sealed.appraisals.cycle(old), 6).isoformat() == "2026-09-01"
    (past,) = records.overview(store=store, sealed=sealed, today=now.date()).past
    assert past[0].id == old
    assert retention.remove_past(store=store, sealed=sealed, now=now).value == [
        "Harbour Lights Primary School, 2019-20, with 0 papers: kept 6 years after its end, until Tue 1 Sep 2026."
    ]
    assert [each.id for each in sealed.appraisals.cycles()] == [cycle]
    (copy,) = backups_in(sealed.locations.backups)
    assert copy.manifest.counts["cycle"] == 1, "what has gone from the store has gone from its copies"
    assert sealed.database.value("SELECT count(*) FROM part WHERE text LIKE '%very old%'") == 0
    assert any("Removed: Harbour Lights" in each.text for each in sealed.appraisals.events())
    assert retention.remove_past(store=store, sealed=sealed, now=now).value == []


def test_nothing_is_removed_while_a_paper_of_it_waits(store, sealed, cycle, now):
    completed(store, sealed, cycle, now)
    with pytest.raises(UserError, match="not sealed for the next SEP"):
        retention.remove_school(store=store, sealed=sealed, urn=URN, now=now)
    transfer.seal_for(
        store=store,
        sealed=sealed,
        urn=URN,
        code=record_transfer.code_of(record_transfer.new_private_key()),
        now=now,
    )
    with pytest.raises(UserError, match="waits to be sent, or for your decision"):
        retention.remove_school(store=store, sealed=sealed, urn=URN, now=now)
    assert sealed.appraisals.cycles()


def test_everything_held_is_one_paper_with_the_rest_inside(store, sealed, cycle, now):
    put(sealed, cycle, now + timedelta(hours=1), overall="Second draft.")
    completed(store, sealed, cycle, now)
    begun(store, sealed, now, NEXT)
    data = subject_access.everything_held(
        store=store, sealed=sealed, urn=URN, head="Wren Tamblyn", password="for the head alone", now=now
    )
    text = words_of(opened(data, "for the head alone"))
    assert "Second draft." in text
    assert "Words for governors" not in text
    assert "2026-27: overall performance" in text
    assert "Isolde Quick, isolde.quick@harbourlights.example" in text
    with pikepdf.open(io.BytesIO(data), password="for the head alone") as pdf:
        assert set(pdf.attachments) == {"record.json", "Planning and review statement 2026-27 version 1.pdf"}
        drafts = json.loads(pdf.attachments["record.json"].get_file().read_bytes())
    assert [each["text"] for each in drafts[1]["drafts"]["overall"]] == [
        "Second draft.",
        "Words for overall.",
    ]


def test_another_headteachers_cycles_are_not_given_away(store, sealed, cycle, now):
    later = begun(store, sealed, now, NEXT)
    put(sealed, later, now, panel=store_panel([replace(PANEL[0], name="Jory Penhallow"), *PANEL[1:]]))
    assert subject_access.headteachers(sealed=sealed, urn=URN) == ["Jory Penhallow", "Wren Tamblyn"]
    data = subject_access.everything_held(
        store=store, sealed=sealed, urn=URN, head="Jory Penhallow", password="for the head alone", now=now
    )
    text = words_of(opened(data, "for the head alone"))
    assert "2026-27: overall" not in text
    with pytest.raises(UserError):
        subject_access.everything_held(
            store=store, sealed=sealed, urn=URN, head="Somebody Else", password="for the head alone", now=now
        )


def test_today_says_how_many_schools_have_had_no_support(store, written, now):
    support = today.overview(store=store, now=now).support
    assert (support.without, support.of, support.by.isoformat(), support.overdue) == (
        7,
        7,
        "2026-12-31",
        False,
    )
    schools.record_support(store=store, urn=URN, on=now.date(), hours=3, now=now)
    assert today.overview(store=store, now=now).support.without == 6
    assert today.overview(store=store, now=now - timedelta(days=60)).support is None, "it is early yet"
    assert today.overview(store=store, now=now + timedelta(days=60)).support.overdue


@pytest.mark.parametrize(
    "text",
    [
        "</b><img src='x'> & < >",
        "مرحبا بالعالم",
        "\x00\x0bbell\x07",
        "=SUM(A1)",
        pytest.param("word " * 10_000, marks=pytest.mark.slow, id="10,000 words"),
        "# not a heading\n- nor a list",
    ],
)
def test_any_text_comes_out_of_every_field_as_it_was_typed(store, sealed, cycle, now, text):
    for key in ("overall", "review.1.objective", "pay", "training"):
        records.save_part(sealed=sealed, cycle=cycle, key=key, text=text, now=now)
    letters = completed(store, sealed, cycle, now) + completed(store, sealed, cycle, now, PaperKind.ANNEX)
    assert len(letters) == 6
    plain = opened(sealed.letters.pdf(letters[0].id).data, SECRETS[letters[0].address])
    assert page.validate_pdf_bytes(plain, profile="ua1").failures == []


def test_a_new_headteacher_is_given_nothing_of_the_one_before(store, sealed, cycle, now):
    completed(store, sealed, cycle, now)
    later = begun(store, sealed, now, NEXT)
    jory = replace(PANEL[0], name="Jory Penhallow", email="jory@harbourlights.example")
    put(sealed, later, now, panel=store_panel([jory, *PANEL[1:]]))
    data = subject_access.everything_held(
        store=store, sealed=sealed, urn=URN, head="Jory Penhallow", password="for the head alone", now=now
    )
    with pikepdf.open(io.BytesIO(data), password="for the head alone") as pdf:
        plain = pdf.attachments["record.json"].get_file().read_bytes().decode()
    assert "Words for objective" not in plain + words_of(opened(data, "for the head alone"))
    put(sealed, cycle, now, panel=store_panel([jory, *PANEL[1:]]))
    record = records.open_record(sealed=sealed, cycle=cycle)
    assert (
        letter_service.without_letter(
            store=store, sealed=sealed, record=record, kind=PaperKind.STATEMENT, today=now.date()
        )
        == []
    )
    schools.set_contact(
        store=store,
        urn=URN,
        role=Role.HEADTEACHER,
        name="Tamsin New",
        email="new@harbourlights.example",
        now=now,
    )
    fresh = records.open_record(sealed=sealed, cycle=begun(store, sealed, now, AcademicYear(2028)))
    assert fresh.head == "Tamsin New"
    assert not any(key.startswith("review.") for key in fresh.content), (
        "another's objectives are not carried over"
    )
    assert [each.name for each in fresh.panel[1:]] == [each.name for each in PANEL[1:]]


def test_a_password_has_one_form_and_each_letter_its_own(store, sealed, cycle, now):
    spaced = {each.email: f"   {each.name} agreed 4711 " for each in PANEL}
    letters = completed(store, sealed, cycle, now, secrets=spaced)
    passwords.propose(sealed=sealed, cycle=cycle, address=PANEL[0].email, secret="typed for another paper")
    for letter in letters:
        assert sealed.letters.secret(letter.id) == SECRETS[letter.address]
        opened(sealed.letters.pdf(letter.id).data, SECRETS[letter.address])
    confirmed = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=PaperKind.ADVICE, now=now)
    for secrets in (
        dict.fromkeys(SECRETS, "            abcd"),
        {each: "one and the same" + " " * at for at, each in enumerate(SECRETS)},
    ):
        with pytest.raises(UserError):
            papers.complete(store=store, sealed=sealed, confirmed=confirmed, passwords=secrets, now=now)
