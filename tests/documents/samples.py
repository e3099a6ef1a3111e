"""Papers of every kind, for the checkers."""

from dataclasses import replace
from datetime import UTC, datetime, time

from sep_desktop.documents.appraisal_paper import PaperFacts, compose, everything
from sep_desktop.documents.markdown import blocks_of
from sep_desktop.documents.notes_paper import NotesFacts
from sep_desktop.documents.notes_paper import compose as compose_notes
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.agenda import AgendaItem, Note, NoteKind
from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.appraisal.panel import store_panel
from sep_desktop.domain.appraisal.record import Cycle, Record
from sep_desktop.domain.paper import Grid, Paper, PaperSection, Prose
from sep_desktop.domain.school import School
from sep_desktop.domain.visit import Visit, VisitKind
from tests.support.appraisals import PANEL
from tests.support.policies import appraisal_form

MADE = datetime(2026, 11, 1, 9, tzinfo=UTC)
SENTENCE = "Pupils in Year 4 write at length more often than a year ago, and their books show it."
MIXED = "The head, محمد علي الحسن, and שלום עולם (governor) agreed: 78 % by 2027, محمد علي again, and more words so that the line wraps over the end."
ARABIC = "مرحبا بالعالم، هذا اختبار رقم 123 للنص العربي الطويل الذي يجب أن يلتف على أكثر من سطر واحد في الصفحة حتى نرى ترتيب الأسطر وكلمة English في الوسط."
LATIN = "Mae’r adroddiad: Llŷr, ŵy, Ŷ. Zażółć gęślą jaźń. A < B & C > D “quoted” – naïve café."


def a_paper(*markdown: str, rows: int = 0, **changed) -> Paper:
    grids = (
        Grid(
            ("What", "Who", "By when"),
            tuple((f"Action {n}: {SENTENCE}", "Head & team", "Mon 4 Jan 2027") for n in range(rows)),
            (0.56, 0.24, 0.2),
            "Actions",
        ),
    )
    sections = tuple(
        PaperSection(f"Section {n}", (Prose(blocks_of(text)),)) for n, text in enumerate(markdown, 1)
    )
    sections += (PaperSection("Agreed actions", grids),) if rows else ()
    base = {
        "title": "Report on the annual visit", "subtitle": "Ysgol Łódź Primary School", "facts": (("School", "Ysgol Łódź"), ("Headteacher", "محمد علي")),
        "notices": ("This version replaces version 1.",), "sections": sections, "running_title": "Ysgol Łódź – annual visit", "confidentiality": "Confidential",
        "author": "Ada Penrose", "made": MADE,
    }  # fmt: skip
    return Paper(**{**base, **changed})


def seven_pages() -> Paper:
    return a_paper(
        *("\n\n".join([SENTENCE * 4] * 9) + f"\n\n- {SENTENCE}\n- **bold** {SENTENCE}" for _ in range(6)),
        rows=30,
    )


def a_record() -> Record:
    """A whole record of performance management, without a store."""
    form = appraisal_form()
    content = {"panel": store_panel(PANEL), "reviews": "[1, 2]", "objectives": "[1, 2]"}
    record = Record(Cycle(1, "990001", "Ysgol Łódź", AcademicYear(2026), 1, MADE), form, content)
    words = {
        key: form.scale[0] if "judgement" in key else f"{SENTENCE}\n\n- {MIXED}" for key in record.every_key()
    }
    return replace(record, content=content | words)


def a_sealed_paper(kind: PaperKind) -> Paper:
    return compose(PaperFacts(a_record(), kind, "Ada Penrose", PANEL[1], 2, MADE, "A slip."))


def a_paper_of_notes() -> Paper:
    texts = (SENTENCE, f"{MIXED}\nand a second line", "word " * 2000, "A line\n" * 300)
    kinds = (NoteKind.STRENGTH, NoteKind.PRIVATE, NoteKind.NOTE, NoteKind.AREA)
    notes = [
        Note(number, "data", kind, text, MADE, MADE if number else None)
        for number, (kind, text) in enumerate(zip(kinds, texts, strict=True))
    ]
    visit = Visit(1, "990001", 2026, VisitKind.ANNUAL, "annual", MADE.date(), time(9), time(12))
    school = School("990001", "Ysgol Łódź Primary School")
    facts = NotesFacts(visit, school, [AgendaItem("data", "What the data say")], notes, "Ada Penrose", MADE)
    return compose_notes(facts)


KINDS = {
    "plain": lambda: a_paper(SENTENCE),
    "lists": lambda: a_paper(
        f"- {SENTENCE}\n- b\n    - nested\n    - {SENTENCE * 9}\n\n1.  one\n2.  two\n\ntext\n\n1.  again"
    ),
    "styles": lambda: a_paper(
        f"**bold** and *italic* and ***both***, {LATIN}\n\n### A heading\n\n{SENTENCE}"
    ),
    "scripts": lambda: a_paper(MIXED, ARABIC, f"- {MIXED}\n- **{MIXED}**"),
    "long table": lambda: a_paper(SENTENCE, rows=60),
    "long cell": lambda: a_paper(
        SENTENCE,
        sections=(
            PaperSection("T", (Grid(("A", "B"), ((SENTENCE * 80, "x"), ("y", "z")), (0.5, 0.5), "s"),)),
        ),
    ),
    "seven pages": seven_pages,
    "empty": lambda: a_paper(),
    "one long word": lambda: a_paper("x" * 5000),
    "preliminary advice": lambda: a_sealed_paper(PaperKind.ADVICE),
    "statement": lambda: a_sealed_paper(PaperKind.STATEMENT),
    "annex": lambda: a_sealed_paper(PaperKind.ANNEX),
    "everything held": lambda: everything(
        [a_record()], "Ada Penrose", MADE, [("Statement", "Isolde Quick", "Accepted")]
    ),
    "notes of a visit": a_paper_of_notes,
    "title like markup": lambda: a_paper(SENTENCE, title="<b>Report</b> & Co", subtitle="A < B"),
}
