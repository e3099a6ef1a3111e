"""Compose the papers of performance management: advice, statement, annex, and everything held on request."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.appraisal.form import PAPER_NAMES, Field, FieldKind, PaperKind, Subject, key_of
from sep_desktop.domain.appraisal.panel import READER_NAMES, Person, Reader
from sep_desktop.domain.appraisal.record import MEETINGS, Record, heading
from sep_desktop.domain.paper import Grid, Paper, PaperSection, Prose
from sep_desktop.domain.prose import Block, BlockKind, Run, paragraph
from sep_desktop.domain.wording import day_and_time

_SIGNED = "Signature and date"


def _one_paragraph(text: str) -> tuple[Block, ...]:
    return (paragraph(text),)


_FIELD_BLOCKS: Mapping[FieldKind, Callable[[str], tuple[Block, ...]]] = {
    FieldKind.PROSE: blocks_of,
    FieldKind.LINE: _one_paragraph,
    FieldKind.JUDGEMENT: _one_paragraph,
}
_OWN_NOTICES: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.ADVICE: (
        "It is advice, given before the meeting; the judgements and the objectives are the governors' own.",
    ),
    PaperKind.STATEMENT: (),
    PaperKind.ANNEX: (),
}
_IS_SIGNED: Mapping[PaperKind, bool] = {
    PaperKind.ADVICE: False,
    PaperKind.STATEMENT: True,
    PaperKind.ANNEX: False,
}


@dataclass(frozen=True)
class PaperFacts:
    """What a paper is made of. ``number`` 0 is a draft; ``reader`` ``None`` is the SEP's own copy."""

    record: Record
    kind: PaperKind
    sep: str
    reader: Person | None
    number: int
    made: datetime
    reason: str = attribute(default="", repr=False)


def compose(facts: PaperFacts) -> Paper:
    """The paper for one person. Fields without a word in them are left out."""
    name = PAPER_NAMES[facts.kind]
    signatures = [_signatures(facts)] if _IS_SIGNED[facts.kind] else []
    state = f"version {facts.number}" if facts.number else "draft"
    return Paper(
        title=name,
        subtitle=f"{facts.record.cycle.school}, {facts.record.cycle.year}",
        facts=tuple(_cover(facts)),
        notices=tuple(_notices(facts)),
        sections=(*sections(facts.record, facts.kind), *signatures),
        running_title=f"{name}, {facts.record.cycle.year} – {state}",
        confidentiality=_confidential(facts),
        author=facts.sep or "Self Evaluation Partner",
        made=facts.made,
    )


def _confidential(facts: PaperFacts) -> str:
    return (
        f"Confidential. For {facts.reader.name} only"
        if facts.reader
        else "Confidential. The Self Evaluation Partner's own copy"
    )


def _cover(facts: PaperFacts) -> Iterator[tuple[str, str]]:
    record = facts.record
    yield (
        "For",
        f"{facts.reader.name}, {READER_NAMES[facts.reader.reader].lower()}"
        if facts.reader
        else "The Self Evaluation Partner",
    )
    yield "School", f"{record.cycle.school} (URN {record.cycle.urn})"
    yield "Cycle", f"Academic year {record.cycle.year}"
    for person in record.panel:
        yield READER_NAMES[person.reader], person.name + (", Chair of Governors" if person.chair else "")
    yield "Self Evaluation Partner", facts.sep
    for key, name in MEETINGS.items():
        if key in record.meetings:
            yield name, day_and_time(record.meetings[key])
    yield (
        "Version",
        f"{facts.number}, completed {day_and_time(facts.made)}" if facts.number else "Draft, not completed",
    )


def _notices(facts: PaperFacts) -> Iterator[str]:
    yield (
        "This paper is confidential to the headteacher, the nominated governors and the Self Evaluation "
        "Partner. It is not for the local authority."
    )
    yield from _OWN_NOTICES[facts.kind]
    if facts.reason:
        yield f"This version replaces version {facts.number - 1}. Reason: {facts.reason}"
    if not facts.number:
        yield "This is a draft. It has not been sent to anybody."


def sections(record: Record, kind: PaperKind | None) -> Iterator[PaperSection]:
    """What one paper prints, in the order of the form; everything where ``kind`` is ``None``."""
    printed = [field for field in record.form.fields if kind is None or kind in field.papers]
    done: set[Subject] = set()
    for field in printed:
        if field.subject is Subject.WHOLE:
            parts = _parts(record, [(field.key, field)], titled=False)
            if parts:
                yield PaperSection(field.title, parts)
        elif field.subject not in done:
            done.add(field.subject)
            same_subject = [other for other in printed if other.subject is field.subject]
            yield from _objectives(record, field.subject, same_subject)


def _objectives(record: Record, subject: Subject, fields: Sequence[Field]) -> Iterator[PaperSection]:
    for place, number in enumerate(record.numbers(subject), 1):
        keyed = [(key_of(subject, number, field.key), field) for field in fields]
        parts = _parts(record, keyed, titled=True)
        if parts:
            yield PaperSection(heading(subject, place), parts)


def _parts(record: Record, fields: Sequence[tuple[str, Field]], titled: bool) -> tuple[Prose | Grid, ...]:
    blocks: list[Block] = []
    for key, field in fields:
        text = record.text(key)
        if not text.strip():
            continue
        if titled:
            blocks.append(Block(BlockKind.HEADING, (Run(field.title),), 3))
        blocks += _FIELD_BLOCKS[field.kind](text)
    return (Prose(tuple(blocks)),) if blocks else ()


def _signatures(facts: PaperFacts) -> PaperSection:
    rows = tuple((READER_NAMES[person.reader], person.name, "") for person in facts.record.panel)
    grid = Grid(("Role", "Name", _SIGNED), rows, (0.28, 0.32, 0.4), "Who signs this statement")
    return PaperSection(
        "Signatures", (Prose((paragraph("The statement is the governors' when they have signed it."),)), grid)
    )


def everything(
    records: Sequence[Record], sep: str, as_of: datetime, sent: Sequence[tuple[str, str, str]]
) -> Paper:
    """All that is held of one school's headteacher, for the headteacher who asks.

    ``records`` are the newest first; ``sent`` is paper, person, what became of it.
    """
    newest = records[0]
    heads = (person.name for person in newest.panel if person.reader is Reader.HEADTEACHER)
    head = next(heads, "the headteacher")
    parts = [
        PaperSection(f"{record.cycle.year}: {section.title[:1].lower()}{section.title[1:]}", section.parts)
        for record in records
        for section in sections(record, None)
    ]
    return Paper(
        title="Performance management: everything held",
        subtitle=newest.cycle.school,
        facts=(
            ("For", head),
            ("School", f"{newest.cycle.school} (URN {newest.cycle.urn})"),
            ("Held by", sep),
            ("As of", day_and_time(as_of)),
        ),
        notices=(
            "Given to the headteacher at the headteacher's own request.",
            "The completed papers, and everything as plain data with earlier drafts, "
            "are attached to this file.",
        ),
        sections=(*parts, *_whereabouts(sent)),
        running_title="Performance management: everything held",
        confidentiality=f"Confidential. For {head} only",
        author=sep or "Self Evaluation Partner",
        made=as_of,
    )


def _whereabouts(sent: Sequence[tuple[str, str, str]]) -> Iterator[PaperSection]:
    if sent:
        title = "Papers and to whom they went"
        headers = ("Paper", "Person", "What became of it")
        yield PaperSection(title, (Grid(headers, tuple(sent), (0.36, 0.3, 0.34), title),))
