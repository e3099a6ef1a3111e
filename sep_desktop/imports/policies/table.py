"""A table of a policy file: its values asked for one by one, every fault noted with its line.

Nothing is guessed: a key that nobody asked for is a fault too, for it may be another one mistyped.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sep_desktop.domain.wording import clean, listed
from sep_desktop.imports.problems import Problem

Member = TypeVar("Member", bound=StrEnum)
_MOST_LETTERS, _MOST_ITEMS, _MOST_FAULTS = 2_000, 200, 50
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
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

    def note(self, table: int, key: str, value: object, remedy: str) -> None:
        """Note a fault of a key of the table that begins on line ``table``; the first fifty are kept."""
        if len(self.problems) < _MOST_FAULTS:
            line = self.lines.of_key(key, table)
            self.problems.append(Problem(self.file, line, key, _shown(value), remedy))

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
        self.faults.note(self.line, key, value, remedy)

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
        self._assert_short(key, value)
        return clean(value)

    def _assert_short(self, key: str, text: str) -> None:
        if len(text) > _MOST_LETTERS:
            self.wrong(key, f"Write at most {_MOST_LETTERS:,} letters; here are {len(text):,}.", text)

    def _assert_few(self, key: str, items: Sequence[object]) -> bool:
        if len(items) > _MOST_ITEMS:
            self.wrong(key, f"Name at most {_MOST_ITEMS}; here are {len(items):,}.")
        return len(items) <= _MOST_ITEMS

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
            self.wrong(key, f"Write a day from {_FIRST_YEAR} to {_LAST_YEAR}, as 2026-09-01.", value)
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
        if not self._assert_few(key, value):
            return ()
        texts = tuple(clean(each) for each in value)
        for each in texts:
            self._assert_short(key, each)
        self.assert_each_once(key, texts, "Name each once.")
        if required and not texts:
            self.wrong(key, "Name at least one.")
        return texts

    def assert_each_once(self, key: str, values: Sequence[str], remedy: str) -> None:
        """Note each of ``values`` that comes more than once."""
        for value, times in Counter(values).items():
            if times > 1:
                self.wrong(key, remedy, value)

    def pairs(self, key: str) -> "Iterator[tuple[str, str]]":
        """A list of pairs of a key and a name: ``[["sle", "Specialist Leader"], …]``."""
        values = self._get(key)
        if not isinstance(values, list) or not values:
            self.wrong(key, f'Write pairs of a key and a name: {key} = [["sle", "Specialist Leader"]].')
        elif self._assert_few(key, values):
            for value in values:
                if isinstance(value, list) and len(value) == 2 and all(map(_is_words, value)):
                    self._assert_short(key, value[1])
                    yield clean(value[0]), clean(value[1])
                else:
                    self.wrong(key, 'Write a key and a name: ["sle", "Specialist Leader"].', value)

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
        if not self._assert_few(key, value):
            return
        for each in value:
            yield from self._table(key, each)

    def named_tables(self, key: str) -> "Iterator[tuple[str, Table]]":
        """The tables below a name, written ``[key.name]``."""
        value = self._get(key) or {}
        if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
            self.wrong(key, f"Write [{self._path(key)}.name] with its lines below it.", None)
            return
        if not self._assert_few(key, list(value)):
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
    """A day of our time from TOML's own date or from ISO text; ``None`` for anything else."""
    day = value if type(value) is date else _from_iso(value)
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _from_iso(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _shown(value: object) -> str:
    """A value beside its fault; nothing where there is none, or where it cannot be written out."""
    try:
        return "" if value is None else str(value)
    except (ValueError, RecursionError):
        return ""
