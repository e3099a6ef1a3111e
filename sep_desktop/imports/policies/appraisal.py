"""What an authority may set for performance management: the form of a record, who reads each paper (7.4).

Who may ever read one is no value of a file: ``domain.appraisal.panel`` says it, and a file that names anybody
else is refused.
"""

from collections.abc import Mapping

from sep_desktop.domain.appraisal.form import (
    PAPER_NAMES,
    WRITING,
    Field,
    FieldKind,
    PaperKind,
    Stage,
    Subject,
)
from sep_desktop.domain.appraisal.panel import CEILING, Reader
from sep_desktop.domain.appraisal.record import NOT_FIELDS
from sep_desktop.domain.wording import listed
from sep_desktop.imports.policies.table import Table
from sep_desktop.imports.policies.words import ORDER, by_field


def read_form(table: Table) -> tuple[Field, ...]:
    """The fields of a record, in the order of the window and of the papers."""
    fields = tuple(_field(row) for row in table.tables("fields"))
    keys = [(each.subject, each.key) for each in fields]
    for subject in Subject:
        of_subject = [key for of, key in keys if of is subject]
        remedy = f"Two fields of “{subject}” have this key. Give each its own."
        table.assert_each_once("fields", of_subject, remedy)
    for subject in (Subject.REVIEW, Subject.OBJECTIVE):
        if (subject, "objective") not in keys:
            table.wrong("fields", f"A field “objective” of “{subject}” is missing. Add it.", "objective")
    reviews = {each.key for each in fields if each.subject is Subject.REVIEW}
    for each in fields:
        if each.becomes and each.becomes not in reviews:
            table.wrong(
                "fields", "No field of “review” has this key, so nothing can become it.", each.becomes
            )
    return fields


def _field(row: Table) -> Field:
    papers = row.choices("papers", PaperKind, required=True)
    needed_for = row.choices("needed_for", PaperKind)
    for paper in needed_for:
        if paper not in papers:
            row.wrong("needed_for", "A paper needs only what it prints. Add it to papers.", paper)
    return Field(
        key=_key(row),
        title=row.text("title"),
        subject=row.choice("of", Subject),
        stage=_stage(row),
        kind=row.choice("kind", FieldKind, FieldKind.PROSE),
        guidance=row.text("guidance", ""),
        papers=papers,
        needed_for=needed_for,
        becomes=row.text("becomes", ""),
    )


def _stage(row: Table) -> Stage:
    """A stage at which something is written."""
    stage = row.choice("stage", Stage)
    if stage not in WRITING:
        row.wrong("stage", f"Nothing is written then. Write {listed(WRITING, 'or')}.", stage)
    return stage


def _key(row: Table) -> str:
    key = row.text("key")
    if "." in key:
        row.wrong("key", "A key has no full stop in it.", key)
    if key in NOT_FIELDS:
        row.wrong("key", "The record keeps something else under this key. Choose another.", key)
    return key


def read_readers(table: Table) -> Mapping[PaperKind, frozenset[Reader]]:
    """Who reads each paper beside the SEP: of those who may, all or fewer."""
    return {paper: _readers(table, paper) for paper in PaperKind}


def _readers(table: Table, paper: PaperKind) -> frozenset[Reader]:
    allowed = sorted(reader.value for reader in CEILING)
    named = table.texts(paper, required=True)
    for each in named:
        if each not in allowed:
            table.wrong(
                paper,
                f"Nobody but {listed(allowed, 'or')} may read this beside the SEP (7.4). Take it out.",
                each,
            )
    return frozenset(Reader(each) for each in named if each in allowed)


def form_in_words(fields: tuple[Field, ...]) -> dict[str, str]:
    """Each field by its key, as it reads beside another version."""
    words: dict[str, str] = {ORDER: listed([f"{each.key} ({each.subject})" for each in fields])}
    for each in fields:
        words |= by_field(f"Field “{each.key}” of {each.subject}", each)
    return words


def readers_in_words(readers: Mapping[PaperKind, frozenset[Reader]]) -> dict[str, str]:
    """Who reads each paper, as it reads beside another version."""
    return {PAPER_NAMES[paper]: f"read by {listed(sorted(who))}" for paper, who in readers.items()}
