"""Problems of a file, each with its place, what stands there and what to do. All are told at once."""

from dataclasses import dataclass, field

from sep_desktop.errors import UserError


@dataclass(frozen=True)
class Problem:
    """One thing to put right. ``row`` counts from 1 as a spreadsheet does; 0 is the file as a whole."""

    file: str
    row: int
    column: str
    value: str = field(repr=False)
    remedy: str
    sheet: str = ""

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.sheet and f"sheet “{self.sheet}”",
                self.row and f"row {self.row}",
                self.column and f"column “{self.column}”",
            )
            if part
        )
        shown = f": “{_short(self.value)}”" if self.value else ""
        return f"{self.file}{', ' + place if place else ''}{shown}. {self.remedy}"


class FileProblems(UserError):
    """A file that cannot be used as it is, with every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def refuse(file: str, remedy: str, row: int = 0, column: str = "", value: str = "") -> FileProblems:
    """One problem that stops the reading of the whole file."""
    return FileProblems([Problem(file, row, column, value, remedy)])


def _short(value: str) -> str:
    return value if len(value) <= 60 else value[:59] + "…"
