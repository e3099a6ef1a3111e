"""The LA's allocation workbook (``.xlsx`` or ``.csv``) into rows and problems; every problem at once."""

import csv
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from sep_desktop.addresses import parse_email
from sep_desktop.direction import without_marks
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.allocation import AllocationRow, Directory
from sep_desktop.domain.circumstances import NO, NONE, YES, Circumstance, Fact, Scales
from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.wording import clean, day, listed
from sep_desktop.imports.encodings import decode
from sep_desktop.imports.problems import FileProblems, Problem, refuse
from sep_desktop.imports.workbook_columns import COLUMNS, SHEET


def _squeezed(heading: str) -> str:
    """A heading as headings are compared: case, spaces, the hyphen of e-mail and apostrophes do not count."""
    return "".join(heading.lower().replace("e-mail", "email").replace("’", "'").split())


_HEADINGS = {_squeezed(name): column.key for column in COLUMNS for name in (column.heading, *column.also)}
_TITLES = {column.key: column.heading for column in COLUMNS}
_DATES = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%d.%m.%Y", "%d/%m/%y")
_MOST_ROWS = 50_000
_TRUTH = {"yes": YES, "y": YES, "true": YES, "no": NO, "n": NO, "false": NO}
Value = TypeVar("Value")


@dataclass
class _Row:
    """The cells of one row by column key, and its problems so far."""

    file: str
    sheet: str
    number: int
    cells: Mapping[str, str] = field(repr=False)
    problems: list[Problem] = field(default_factory=list)

    def text(self, key: str) -> str:
        return self.cells.get(key, "")

    def wrong(self, key: str, remedy: str) -> None:
        self.problems.append(
            Problem(self.file, self.number, _TITLES[key], self.text(key), remedy, self.sheet)
        )

    def read(self, key: str, reader: Callable[[str], Value], remedy: str) -> Value | None:
        """``reader`` of a cell; ``None`` for an empty one, and for a bad one with its problem noted."""
        if not self.text(key):
            return None
        try:
            return reader(self.text(key))
        except (ValueError, LookupError) as error:
            self.wrong(key, remedy.format(reason=error.args[0] if error.args else ""))
            return None


@dataclass(frozen=True)
class Sheet:
    """A workbook understood: its rows, headings that mean nothing to us, and whether marks that turn the
    direction of text were left out.
    """

    rows: tuple[AllocationRow, ...]
    unknown: tuple[str, ...]
    is_turned: bool = False


def read_allocation(path: Path, directory: Directory, scales: Scales) -> Sheet:
    """Every row, understood.

    Raises ``FileProblems`` with all that is wrong; then nothing of the file counts.
    """
    sheet, cells = _table(path)
    table = [[without_marks(cell) for cell in row] for row in cells]
    raws = list(_rows(path.name, sheet, table))
    understood = [_understand(raw, directory, scales) for raw in raws]
    _assert_each_once(raws, directory)
    _assert_one_lead(raws)
    problems = [problem for raw in raws for problem in raw.problems]
    if problems:
        raise FileProblems(sorted(problems, key=lambda each: each.row))
    if not raws:
        raise refuse(path.name, "There is no row below the headings. Fill in one row for each school.")
    rows = tuple(row for row in understood if row)
    return Sheet(rows, _unknown_headings(table), is_turned=table != cells)


def _assert_each_once(raws: list[_Row], directory: Directory) -> None:
    """A school stands once for a year, whatever else is wrong with its rows."""
    seen: dict[tuple[str, str], int] = {}
    for raw in raws:
        try:
            key = (raw.text("year"), directory.find(raw.text("school")).urn)
        except LookupError:
            continue
        if (first := seen.setdefault(key, raw.number)) != raw.number:
            raw.wrong("school", f"The school stands on row {first} already; keep one of the two.")


def _assert_one_lead(raws: list[_Row]) -> None:
    """One person leads the programme; a second name is a slip that would send reports astray."""
    named = [raw for raw in raws if raw.text("lead")]
    for raw in named:
        if _lead(raw) != _lead(named[0]):
            name, address = named[0].text("lead"), named[0].text("lead_email")
            raw.wrong(
                "lead", f"Row {named[0].number} names {name} {address}; it is one person for all schools."
            )


def _lead(row: _Row) -> tuple[str, str]:
    return row.text("lead").lower(), row.text("lead_email").lower()


def _table(path: Path) -> tuple[str, list[list[str]]]:
    """The sheet's name and its cells as text. A CSV has no sheet."""
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        return _workbook(path)
    if path.suffix.lower() not in {".csv", ".txt"}:
        raise refuse(path.name, "Only .xlsx and .csv can be read. Save the workbook as one of them.")
    try:
        data = path.read_bytes()
    except OSError:
        raise refuse(path.name, "It cannot be opened. Check the name and folder.") from None
    text = decode(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    table: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(len(cell.splitlines()) > 1 and delimiter in cell for cell in row):
                raise refuse(
                    path.name,
                    "A quotation mark is opened here and not closed on the same row. "
                    "Close it, or leave it out.",
                    reader.line_num,
                )
            table.append([_tidy(cell) for cell in row])
    except csv.Error as error:
        raise refuse(path.name, f"It is not a readable CSV file ({error}). Save it again.") from None
    return "", table


def _workbook(path: Path) -> tuple[str, list[list[str]]]:
    import openpyxl

    warnings.filterwarnings("ignore", module="openpyxl")  # what matters to the user is read and said below
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
            return str(sheet.title), [
                [_cell(cell) for cell in row]
                for row in sheet.iter_rows(values_only=True, max_row=_MOST_ROWS, max_col=100)
            ]
        finally:
            book.close()
    except FileNotFoundError:
        raise refuse(path.name, "There is no such file. Check the name and folder.") from None
    except Exception as error:  # noqa: BLE001 -- a damaged workbook makes openpyxl raise nearly anything
        raise refuse(
            path.name,
            f"It is not a workbook that can be read ({type(error).__name__}). "
            "Open it in Excel and save it again.",
        ) from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _tidy(str(value))


def _tidy(text: str) -> str:
    """One line, single spaces; marks of direction stay, so that they can be told."""
    return " ".join(clean(text).split())


def _headings_at(table: list[list[str]]) -> int | None:
    return next(
        (number for number, row in enumerate(table[:20]) if {"school", "sep"} <= set(_keys(row))), None
    )


def _unknown_headings(table: list[list[str]]) -> tuple[str, ...]:
    heads = table[_headings_at(table) or 0]
    return tuple(head for head, key in zip(heads, _keys(heads), strict=True) if head and not key)


def _rows(file: str, sheet: str, table: list[list[str]]) -> Iterator[_Row]:
    """Rows with something in them, below the row that holds the headings."""
    at = _headings_at(table)
    if at is None:
        raise refuse(
            file,
            "No row has both headings, “SEP” and “School”. Start from the template that the program writes.",
        )
    keys = _keys(table[at])
    for number, row in enumerate(table[at + 1 :], at + 2):
        cells = {key: cell for key, cell in zip(keys, row, strict=False) if key}
        if any(cells.values()):
            yield _Row(file, sheet, number, cells)


def _keys(row: list[str]) -> list[str]:
    return [_HEADINGS.get(_squeezed(cell).rstrip("*"), "") for cell in row]


def _understand(row: _Row, directory: Directory, scales: Scales) -> AllocationRow | None:
    for column in COLUMNS:
        if column.required and not row.text(column.key):
            row.wrong(column.key, "It is empty, and cannot be.")
    year = row.read("year", AcademicYear.parse, "Write the academic year as 2026-27.")
    school = row.read("school", directory.find, "{reason}")
    head_since = _date(row, "head_since")
    people = _people(row, school.urn if school else "", head_since)
    facts = list(_facts(row, year, head_since, scales))
    if row.problems or not year or not school:
        return None
    return AllocationRow(year.start, row.text("sep"), school.urn, tuple(people), tuple(facts))


def _people(row: _Row, urn: str, head_since: date | None) -> list[Contact]:
    people = (
        _person(row, Role.HEADTEACHER, "head", head_since, urn),
        _person(row, Role.CHAIR, "chair", None, urn),
        _person(row, Role.HEAD_OF_SUPPORT, "lead", None, ""),
    )
    return [person for person in people if person]


def _person(row: _Row, role: Role, key: str, since: date | None, urn: str) -> Contact | None:
    address = row.read(f"{key}_email", parse_email, "The address {reason}.")
    if row.text(f"{key}_email") and not row.text(key):
        row.wrong(key, "There is an address but no name; write whose it is.")
    if "@" in row.text(key):
        row.wrong(key, "This is an address, not a name.")
    return Contact(role, row.text(key), address or "", urn, since) if row.text(key) else None


def _date(row: _Row, key: str) -> date | None:
    return row.read(
        key, _parse_date, "There is no such day, or it is not written as day/month/year: 31/12/2026."
    )


def _parse_date(text: str) -> date:
    for form in _DATES:
        try:
            on = datetime.strptime(text, form).date()  # noqa: DTZ007 -- a calendar date has no zone
        except ValueError:
            continue
        if 1992 <= on.year <= 2100:
            return on
    raise ValueError(text)


def _facts(
    row: _Row, year: AcademicYear | None, head_since: date | None, scales: Scales
) -> Iterator[Circumstance]:
    source, judged = f"{row.file}, row {row.number}", _date(row, "judged")
    for key, since in (("floor", "floor_since"), ("concern", "concern_since"), ("judgement", "judged")):
        if row.text(since) and not row.text(key):
            row.wrong(key, f"“{_TITLES[since]}” has a date, but this is empty.")
    start = year.first_day if year else None
    if head_since:
        yield Circumstance(Fact.HEAD_SINCE, head_since.isoformat(), head_since, source)
    judgement = _judgement(row, judged, scales)
    if judgement and judged:
        yield Circumstance(Fact.JUDGEMENT, judgement, judged, source)
    yield from _concern(row, judged or start, source, scales)
    floor = row.read("floor", _yes_or_no, "Write yes or no.")
    floor_since = _date(row, "floor_since") or start
    if floor and floor_since:
        yield Circumstance(Fact.FLOOR, floor, floor_since, source)
    category = row.text("category")
    if category and category not in scales.categories:
        row.wrong("category", f"Write {listed(scales.categories, 'or')}.")
    elif category and start:
        yield Circumstance(Fact.CATEGORY, category, start, source)


def _judgement(row: _Row, judged: date | None, scales: Scales) -> str:
    word = row.text("judgement").lower()
    if not word:
        return ""
    if judged is None:
        if not row.text("judged"):
            row.wrong("judged", "A judgement needs the date of its inspection.")
        return ""
    words = scales.on(judged).judgements
    if word in words:
        return word
    row.wrong(
        "judgement",
        f"On {day(judged)} Ofsted's words were {listed(words, 'or')}."
        if words
        else f"Ofsted gave no overall judgement on {day(judged)}; "
        "leave it empty, or give an earlier one with its date.",
    )
    return ""


def _concern(row: _Row, judged: date | None, source: str, scales: Scales) -> Iterator[Circumstance]:
    since = _date(row, "concern_since") or judged
    word = row.text("concern").lower()
    if not word or since is None:
        return
    known = (NONE, *scales.on(since).concerns)
    if word not in known:
        row.wrong("concern", f"On {day(since)} it could be {listed(known, 'or')}.")
        return
    yield Circumstance(Fact.CONCERN, word, since, source)


def _yes_or_no(text: str) -> str:
    if text.lower() not in _TRUTH:
        raise ValueError(text)
    return _TRUTH[text.lower()]
