"""A table of a policy file: its values asked for one by one, every fault noted with its line.

Nothing is guessed: a key that nobody asked for is a fault too, for it may be another one mistyped.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sep_desktop.domain.wording import listed
from sep_desktop.imports.problems import Problem

Member = TypeVar("Member", bound=StrEnum)
_MOST_LETTERS = 2_000
_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+\s*(#.*)?")


class Lines:
    """Where the tables and keys of a TOML text stand, counted from 1."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._headers: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines, 1):
            if header := _HEADER.fullmatch(line):
                self._headers.setdefault(header[1], []).append(number)

    def of_table(self, name: str, place: int) -> int:
        """The line of the table at ``place`` (from 0) among those of its name; 0 where there is none."""
        lines = self._headers.get(name, [])
        return lines[place] if place < len(lines) else 0

    def of_key(self, key: str, table: int) -> int:
        """The line of a key of the table that begins on line ``table``; that line where the key has none."""
        for number, line in enumerate(self._lines[table:], table + 1):
            if _HEADER.fullmatch(line):
                break
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
        return table


class Faults:
    """Everything that is wrong in one file, with its place."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.lines, self.problems = file, Lines(text), list[Problem]()
        self._counted: dict[str, int] = {}

    def note(self, line: int, key: str, value: object, remedy: str) -> None:
        """Note a fault."""
        shown = "" if value is None else str(value)
        self.problems.append(Problem(self.file, line, key, shown, remedy))

    def next_line(self, name: str) -> int:
        """The line of the next table of this name."""
        place = self._counted.get(name, 0)
        self._counted[name] = place + 1
        return self.lines.of_table(name, place)


class Table:
    """One table of the file. What does not fit is noted, and something harmless is given in its place."""

    def __init__(self, data: Mapping[str, Any], faults: Faults, name: str = "", line: int = 0) -> None:
        self._data, self.faults, self._name, self.line = data, faults, name, line
        self._known: set[str] = set()

    def wrong(self, key: str, remedy: str, value: object = None) -> None:
        """Note a fault of one key."""
        self.faults.note(self.faults.lines.of_key(key, self.line), key, value, remedy)

    def _get(self, key: str) -> Any:
        self._known.add(key)
        return self._data.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text on one or more lines; required where no ``default`` is given."""
        value = self._get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.wrong(key, "Write some words in quotation marks.", value)
            return ""
        if len(value) > _MOST_LETTERS:
            self.wrong(key, f"Write at most {_MOST_LETTERS:,} letters; here are {len(value):,}.")
        return value

    def number(self, key: str, default: float = 0.0, most: float = 100.0) -> float:
        """A number from 0 to ``most``."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self.wrong(key, f"Write a number from 0 to {most:g}, without quotation marks.", value)
            return default
        return float(value)

    def whole(self, key: str, default: int | None = None, least: int = 0, most: int = 10_000) -> int:
        """A whole number; required where no ``default`` is given."""
        value = self._get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(key, f"Write a whole number from {least} to {most:,}.", value)
            return least
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """``true`` or ``false``."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, "Write true or false.", value)
            return default
        return value

    def day(self, key: str, default: date | None = None, required: bool = True) -> date | None:
        """A day as ``2026-09-01``, in quotation marks or without."""
        value = self._get(key)
        if value is None and not required:
            return default
        day = as_day(value)
        if day is None:
            self.wrong(key, "Write a day as 2026-09-01.", value)
        return day

    def choice(self, key: str, of: type[Member], default: Member | None = None) -> Member:
        """One of the words of an enumeration; required where no ``default`` is given."""
        value = self._get(key)
        if value is None and default is not None:
            return default
        words = [each.value for each in of]
        if value not in words:
            self.wrong(key, f"Write one of: {listed(words, 'or')}.", value)
            return default or next(iter(of))
        return of(value)

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """A list of texts, each once."""
        value = self._get(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            self.wrong(key, "Write a list of words, each in quotation marks, in [ ].", value)
            return ()
        for each in sorted({each for each in value if value.count(each) > 1}):
            self.wrong(key, "Name each once.", each)
        if required and not value:
            self.wrong(key, "Name at least one.")
        return tuple(value)

    def choices(self, key: str, of: type[Member], required: bool = False) -> tuple[Member, ...]:
        """A list of words of an enumeration, each once."""
        words = {each.value for each in of}
        texts = self.texts(key, required)
        for each in (text for text in texts if text not in words):
            self.wrong(key, f"Write {listed(sorted(words), 'or')}.", each)
        return tuple(of(text) for text in texts if text in words)

    def value(self, key: str) -> Any:
        """Whatever stands there, unchecked."""
        return self._get(key)

    def tables(self, key: str, required: bool = True) -> "Iterator[Table]":
        """The tables of a list, written ``[[key]]``."""
        value = self._get(key)
        if value is None and not required:
            return
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            self.wrong(key, f"Write at least one [[{self._path(key)}]] with its lines below it.", None)
            return
        for each in value:
            yield from self._table(key, each)

    def named_tables(self, key: str) -> "Iterator[tuple[str, Table]]":
        """The tables below a name, written ``[key.name]``."""
        value = self._get(key) or {}
        if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
            self.wrong(key, f"Write [{self._path(key)}.name] with its lines below it.", None)
            return
        for name, each in value.items():
            for table in self._table(f"{key}.{name}", each):
                yield name, table

    def _table(self, key: str, data: Mapping[str, Any]) -> "Iterator[Table]":
        path = self._path(key)
        table = Table(data, self.faults, path, self.faults.next_line(path) or self.line)
        yield table
        table.finish()

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def finish(self, known: Sequence[str] = ()) -> None:
        """Note every key that nobody asked for."""
        for key in self._data:
            if key not in self._known and key not in known:
                self.wrong(key, "This is not known here. Look whether it is spelt right, or take it out.")


def as_day(value: object) -> date | None:
    """A day from TOML's own date or from ISO text; ``None`` for anything else."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
