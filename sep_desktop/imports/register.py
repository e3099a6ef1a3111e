"""The national register of schools (GIAS) as served: CSV or ZIP, any vintage and width, cp1252 or UTF-8.

Columns are told by their name in the header, since they come and go between years. Rows may be shorter or
longer than the header; a URN may stand twice; a name may be squeezed over two fields. What cannot be read as
a school is a problem of that row and no reason to refuse the rest.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sep_desktop.direction import has_marks
from sep_desktop.domain.school import School, parse_urn
from sep_desktop.domain.wording import one_line
from sep_desktop.imports.encodings import decode
from sep_desktop.imports.problems import Problem, refuse

_COLUMNS = {
    "name": ("EstablishmentName",),
    "la_code": ("LA (code)", "LA code", "LACode"),
    "la_name": ("LA (name)", "LA name"),
    "establishment_number": ("EstablishmentNumber", "Establishment number"),
    "phase": ("PhaseOfEducation (name)", "PhaseOfEducation"),
    "kind": ("TypeOfEstablishment (name)", "TypeOfEstablishment"),
    "status": ("EstablishmentStatus (name)", "EstablishmentStatus"),
    "low_age": ("StatutoryLowAge",),
    "high_age": ("StatutoryHighAge",),
    "street": ("Street",),
    "locality": ("Locality",),
    "town": ("Town",),
    "county": ("County (name)", "County"),
    "postcode": ("Postcode",),
    "website": ("SchoolWebsite",),
    "telephone": ("TelephoneNum",),
    "ukprn": ("UKPRN",),
    "head_post": ("HeadPreferredJobTitle",),
}
_HEAD = ("HeadTitle (name)", "HeadFirstName", "HeadLastName")
_DATES = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d")
_UNKNOWN_DATE = date(1900, 1, 1)  # what the register writes for "before anybody wrote it down"
_LARGEST = 400 * 1024 * 1024

Progress = Callable[[int, int], None]
"""Rows done of about so many; may raise ``Cancelled``."""


def _unheard(done: int, total: int) -> None:
    """Progress that nobody follows."""


@dataclass(frozen=True)
class Register:
    """What a file holds: schools in file order, links (urn, predecessor's urn), rows left out."""

    file: str
    schools: tuple[School, ...]
    links: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]

    def authorities(self) -> dict[str, tuple[str, int]]:
        """LA number -> its name and how many schools of it are here, most first."""
        counts: dict[str, tuple[str, int]] = {}
        for school in self.schools:
            counts[school.la_code] = (school.la_name, counts.get(school.la_code, ("", 0))[1] + 1)
        return dict(sorted(counts.items(), key=lambda item: -item[1][1]))

    def only(self, la_code: str) -> "Register":
        """The schools of one LA, or of all for ``all``."""
        if la_code == "all":
            return self
        return replace(self, schools=tuple(school for school in self.schools if school.la_code == la_code))


def read_register(path: Path, progress: Progress = _unheard) -> Register:
    """Read ``path``.

    Raises ``FileProblems`` for a file that is no register, and ``Cancelled`` where ``progress`` does.
    """
    texts = [decode(data) for data in _members(path)]
    schools: dict[str, School] = {}
    links: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for text in texts:
        header = next(csv.reader(io.StringIO(text[:20_000], newline="")), [])
        if "LinkURN" in header:
            links += _links(text)
        elif "EstablishmentName" in header and "URN" in header:
            _read_schools(path.name, text, schools, problems, progress)
    if not schools:
        raise refuse(
            path.name,
            "This is no register of schools: no column URN with EstablishmentName. "
            "Download “all establishment data” from GIAS.",
        )
    return Register(path.name, tuple(schools.values()), tuple(links), tuple(problems))


def _members(path: Path) -> Iterator[bytes]:
    """The bytes of every CSV in ``path``."""
    try:
        if not zipfile.is_zipfile(path):
            yield path.read_bytes()
            return
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.lower().endswith(".csv"):
                    if info.file_size > _LARGEST:
                        raise refuse(
                            path.name, "The file inside is larger than any register; it is not opened."
                        )
                    yield archive.read(info)
    except FileNotFoundError:
        raise refuse(path.name, "There is no such file. Check the name and folder.") from None
    except IsADirectoryError:
        raise refuse(path.name, "This is a folder. Choose the file inside it.") from None
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        raise refuse(path.name, f"It cannot be opened ({type(error).__name__}). Download it again.") from None


def _read_schools(
    file: str, text: str, schools: dict[str, School], problems: list[Problem], progress: Progress
) -> None:
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader)]
    places = _places(header)
    total = text.count("\n")
    csv.field_size_limit(10_000_000)
    rows = _rows(reader, file)
    for count, row in enumerate(rows):
        if count % 500 == 0:
            progress(count, total)
        if not any(row):
            continue
        _read_row(file, reader.line_num, row, places, schools, problems)


def _rows(reader: Iterable[list[str]], file: str) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise refuse(file, f"It is not a readable CSV file ({error}). Download it again.") from None


@dataclass(frozen=True)
class _Places:
    urn: int
    texts: tuple[tuple[str, int], ...]
    head: tuple[int, ...]
    opened: int
    closed: int


def _places(header: list[str]) -> _Places:
    """Where each column stands; -1 where this vintage has none."""
    at: Mapping[str, int] = {name: index for index, name in reversed(list(enumerate(header)))}
    texts = [
        (field, next((at[name] for name in names if name in at), -1)) for field, names in _COLUMNS.items()
    ]
    return _Places(
        at["URN"],
        tuple(texts),
        tuple(at.get(name, -1) for name in _HEAD),
        at.get("OpenDate", -1),
        at.get("CloseDate", -1),
    )


def _read_row(
    file: str, line: int, row: list[str], places: _Places, schools: dict[str, School], problems: list[Problem]
) -> None:
    width = len(row)
    written = row[places.urn] if places.urn < width else ""
    try:
        urn = parse_urn(written)
    except ValueError:
        problems.append(Problem(file, line, "URN", written, "It is not a URN; this row is left out."))
        return
    values = {field: _tidy(row[at]) if 0 <= at < width else "" for field, at in places.texts}
    if not values["name"]:
        problems.append(
            Problem(file, line, "EstablishmentName", "", "The school has no name; this row is left out.")
        )
        return
    if urn in schools:
        problems.append(
            Problem(file, line, "URN", urn, "The same URN stands above; this later row is taken.")
        )
    if any(has_marks(row[at]) for _, at in places.texts if 0 <= at < width):
        remedy = "Invisible marks that turn the direction of text were left out of this row."
        problems.append(Problem(file, line, "", "", remedy))
    head = " ".join(part for at in places.head if 0 <= at < width and (part := _tidy(row[at])))
    dates = [_date(row[at]) if 0 <= at < width else None for at in (places.opened, places.closed)]
    schools[urn] = School(urn=urn, head=head, opened=dates[0], closed=dates[1], **values)


@lru_cache(maxsize=100_000)
def _tidy(text: str) -> str:
    """One line, single spaces; the common short, clean ASCII value passes quickly, and most values recur."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    return one_line(text)


@lru_cache(maxsize=20_000)
def _date(text: str) -> date | None:
    if not text:
        return None
    for form in _DATES:
        try:
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 -- a calendar date has no zone
        except ValueError:
            continue
        return None if day == _UNKNOWN_DATE else day
    return None


def _links(text: str) -> Iterator[tuple[str, str]]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if (row.get("LinkType") or "").startswith("Predecessor"):
            try:
                yield parse_urn(row.get("URN") or ""), parse_urn(row.get("LinkURN") or "")
            except ValueError:
                continue
