"""Tables as CSV that no spreadsheet takes for anything but text (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Sequence

from sep_desktop.direction import MARKS

_FORMULA = tuple("=+-@＝＋－＠")
"""A cell that begins so is run, in the wide forms too (OWASP, "CSV Injection")."""

_CONTROLS = ("\t", "\r", "\n")
"""A cell that begins so may be split, and its rest run."""

_PASSED_OVER = " \u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff" + MARKS
"""What a spreadsheet may drop before it looks at the first character."""


def harmless(text: str) -> str:
    """A cell that a spreadsheet would run has a quote in front, which stops that."""
    begins = text.lstrip(_PASSED_OVER)
    runs = begins.startswith(_CONTROLS) or begins.lstrip(_PASSED_OVER + "".join(_CONTROLS)).startswith(
        _FORMULA
    )
    return f"'{text}" if runs else text


def as_csv(rows: Iterable[Sequence[str]], line_end: str = "\r\n") -> str:
    """Rows of cells, each harmless."""
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()
