"""DejaVu Sans, four faces, embedded: Latin with all of Welsh and Polish, Greek, Cyrillic, Arabic, Hebrew.

reportlab reads settings files and ``RL_`` variables of the machine; what the papers rely on is set here. Its
ToUnicode table has U+0000 fillers, which ISO 14289-1 §7.21.7 forbids, and writes characters above U+FFFF as
five hexadecimal digits, which is no table at all: ours replaces it.
"""

from functools import cache

import reportlab.rl_config as settings
from reportlab.lib import fonts as families
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfbase.ttfonts import TTFont

from sep_desktop import paths

REGULAR, BOLD, ITALIC, BOLD_ITALIC = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSans-BoldOblique",
)
_BLOCK = 100


def face(bold: bool, italic: bool) -> str:
    """The name of the face for a style."""
    return {(False, False): REGULAR, (True, False): BOLD, (False, True): ITALIC, (True, True): BOLD_ITALIC}[
        bold, italic
    ]


@cache
def register() -> None:
    """Make the faces known to reportlab, once a process. Every paper calls this first."""
    settings.canvas_basefontname = REGULAR
    settings.invariant = 1
    ttfonts.makeToUnicodeCMap = _to_unicode
    for name in (REGULAR, BOLD, ITALIC, BOLD_ITALIC):
        pdfmetrics.registerFont(TTFont(name, str(paths.resources() / "fonts" / f"{name}.ttf")))
    for bold in (False, True):
        for italic in (False, True):
            families.addMapping(REGULAR, bold, italic, face(bold, italic))


@cache
def _code_points(name: str) -> frozenset[int]:
    register()
    return frozenset(pdfmetrics.getFont(name).face.charToGlyph)


def has(name: str, character: str) -> bool:
    """Whether a face can print ``character``."""
    return ord(character) in _code_points(name)


def _to_unicode(fontname: str, subset: list[int]) -> str:  # noqa: ARG001 -- reportlab's signature
    pairs = [
        f"<{code:02X}> <{chr(code_point).encode('utf-16-be').hex().upper()}>"
        for code, code_point in enumerate(subset)
        if _is_text(code_point)
    ]
    blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
    lines = [line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")]
    return "\n".join([_CMAP_HEAD, *lines, "endcmap CMapName currentdict /CMap defineresource pop end end"])


def _is_text(code_point: int) -> bool:
    return code_point > 0 and not 0xD800 <= code_point < 0xE000


_CMAP_HEAD = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange"""
