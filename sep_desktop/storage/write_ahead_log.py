"""The write-ahead log of a database, looked at before it is opened (SQLite's file format, section 4).

SQLite reads a log up to the first frame whose checksum does not fit and drops the rest without a word. At the
end of a log that is what a power cut leaves; with whole commits behind it, saved work would be lost in
silence.
"""

import struct
from contextlib import suppress
from pathlib import Path

from sep_desktop.files import write_durably

_HEADER, _FRAME = 32, 24
_MAGIC = 0x377F0682
_COMMIT_AT = 4


def keep_if_damaged(database: Path) -> int:
    """Copy the log of a database aside where whole commits would be lost of it; how many.

    To be asked before anything opens the database, which clears its log away.
    """
    log = database.with_name(f"{database.name}-wal")
    lost = lost_commits(log)
    if lost:
        with suppress(OSError):  # on a full disk it is lost; what it holds no program can put together
            kept = log.with_name(f"{log.name}.damaged")
            write_durably(kept, log.read_bytes())
    return lost


def lost_commits(log: Path) -> int:
    """How many commits stand behind the first frame that does not fit; 0 for a sound log, or none."""
    try:
        data = log.read_bytes()
    except OSError:
        return 0
    if len(data) < _HEADER:
        return 0
    magic, _, page = struct.unpack_from(">III", data)
    if magic & ~1 != _MAGIC or not page:
        return 0
    order, salts, before = ">" if magic & 1 else "<", data[16:24], data[24:32]
    is_broken, lost = False, 0
    for start in range(_HEADER, len(data) - _FRAME - page + 1, _FRAME + page):
        frame = data[start : start + _FRAME + page]
        if frame[8:16] != salts:
            break  # of an earlier round of the log, which was written over from its beginning
        fits = _checksum(frame[:8] + frame[_FRAME:], before, order) == frame[16:24]
        is_broken = is_broken or not fits
        if is_broken and fits and frame[_COMMIT_AT:8] != bytes(4):
            lost += 1
        before = frame[16:24]
    return lost


def _checksum(data: bytes, before: bytes, order: str) -> bytes:
    first, second = struct.unpack(">II", before)
    for left, right in struct.iter_unpack(f"{order}II", data):
        first = (first + left + second) & 0xFFFFFFFF
        second = (second + right + first) & 0xFFFFFFFF
    return struct.pack(">II", first, second)
