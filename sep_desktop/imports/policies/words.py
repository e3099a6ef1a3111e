"""What a policy decides in words, field by field, so that two versions can be laid beside each other."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from sep_desktop.domain.wording import days, listed

ORDER = "Order"
"""The name under which the order of what is listed stands: said only where nothing came or went."""


def by_field(name: str, row: object) -> dict[str, str]:
    """Every field of a row that says anything, under ``NAME, field``: none can be forgotten here."""
    return dict(_lines(name, row))


def _lines(name: str, row: object) -> Iterator[tuple[str, str]]:
    for field in fields(row):  # type: ignore[arg-type]  # each row is a dataclass
        value, label = getattr(row, field.name), field.name.replace("_", " ")
        if is_dataclass(value):
            yield from _lines(name, value)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            for each in value:
                yield from _lines(f"{name}, “{getattr(each, 'key', '')}”", each)
        elif text := _text(value):
            yield f"{name}, {label}", text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return days(value) if value else ""
    if isinstance(value, tuple):
        return listed([str(each) for each in value])
    return "" if value is None else str(value)
