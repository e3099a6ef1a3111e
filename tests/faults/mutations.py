"""A good file made bad in one or several places, as disks, mails, editors and other people's programs do it."""

import copy
import io
import json
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

NASTY = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"\r", b"\n\n", b",,,,", b";", b"\t", b"\x1a", b"\\", b"%s%n", b"{}",
    b"=HYPERLINK(\"x\")", b"<script>", b"-1", b"9" * 400, b"1e999", b"NaN", b"2026-02-30", b"31/02/9999", b"../../x",
    "\u202e".encode(), "\ud7ff\ue000".encode(), "İ".encode(), b"\xc3\x28", b"\xf0\x9f\x98", b"x" * 70_000, b"[[[[" * 3000,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 2**70, "", "x" * 5000, "\x00", "\u202eabc", "../../x", [], {}, [[]], {"x": {}}, "9999-99-99",
    "2026-02-30T25:00:00", float("1e308"), "=1+1", "<b>", "\ud83d",
)  # fmt: skip


def bytes_of(data: bytes, chance: random.Random) -> bytes:
    """One to four changes anywhere in the bytes."""
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(_BYTES)(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((1, 4, 40, 400)))


def _cut(data: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _again(data: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 200)) + data[end:]


def _torn(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice(NASTY) + data[at:]


def _overwrite(data: bytes, chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + chance.choice((chance.randbytes(end - start), b"\x00" * (end - start))) + data[end:]


def _encode(data: bytes, chance: random.Random) -> bytes:
    with suppress(UnicodeError):
        return data.decode().encode(
            chance.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "utf-8-sig", "utf-7"))
        )
    return data


def _lines(data: bytes, chance: random.Random) -> bytes:
    """Lines in another order, one of them twice, or one without its end."""
    lines = data.splitlines(keepends=True)
    if len(lines) > 2:
        first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[first] = chance.choice((lines[second], lines[first].rstrip(), b"\n", lines[first] * 2))
    return b"".join(lines)


_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _cut, _again, _torn, _insert, _insert, _overwrite, _encode, _lines,
)  # fmt: skip


def workbook(data: bytes, chance: random.Random) -> bytes:
    """A member of the archive changed, left out or there twice; or the bytes of the archive itself."""
    if chance.random() < 0.25:
        return bytes_of(data, chance)
    out, victim = io.BytesIO(), ""
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        victim = chance.choice([*names, *[name for name in names if "sheet" in name.lower()] * 3])
        for name in names:
            content = old.read(name)
            if name == victim:
                if chance.random() < 0.1:
                    continue
                content = bytes_of(content, chance)
            new.writestr(name, content)
    return out.getvalue()


def structure(text: str, chance: random.Random) -> str:
    """A JSON text in which a value, or several, became another, or went."""
    data = json.loads(text)
    for _ in range(chance.randint(1, 3)):
        data = _changed(copy.deepcopy(data), chance)
    return json.dumps(data)


def _changed(data: Any, chance: random.Random) -> Any:
    places = list(_places(data))
    if not places:
        return chance.choice(VALUES)
    holder, key = chance.choice(places)
    match chance.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.extend([copy.deepcopy(holder[key])] * chance.choice((1, 3, 3000)))
        case _:
            holder[key] = chance.choice(VALUES)
    return data


def _places(data: Any) -> list[tuple[Any, Any]]:
    keys = list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
    return [(data, key) for key in keys] + [place for key in keys for place in _places(data[key])]
