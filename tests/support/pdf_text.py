"""Reads a tagged PDF through its structure tree, as a screen reader does."""

import io
import re

import pikepdf
from pikepdf import Name


def structure_texts(
    data: bytes, tags: frozenset[str] = frozenset({"P", "H1", "H2", "H3", "Lbl"})
) -> list[tuple[str, str]]:
    """(tag, text) of every element of ``tags`` in reading order; actual text stands in place of content."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = [page.obj.objgen for page in pdf.pages]
        content = [_marked(page) for page in pdf.pages]
        found: list[tuple[str, str]] = []
        _walk(pdf.Root.StructTreeRoot.K, None, pages, content, tags, found)
        return found


def _walk(node, page, pages, content, tags, found) -> None:
    if isinstance(node, pikepdf.Array):
        for each in node:
            _walk(each, page, pages, content, tags, found)
        return
    if not isinstance(node, pikepdf.Dictionary) or node.get("/S") is None:
        return
    tag = str(node.S)[1:]
    if tag in tags:
        actual = node.get("/ActualText")
        text = str(actual) if actual is not None else "".join(_texts(node, pages, content))
        found.append((tag, " ".join(text.split())))
    elif "/K" in node:
        _walk(node.K, node.get("/Pg"), pages, content, tags, found)


def _texts(node, pages, content):
    home = node.get("/Pg")
    kids = node.K if isinstance(node.K, pikepdf.Array) else [node.K]
    for kid in kids:
        if isinstance(kid, int):
            yield content[pages.index(home.objgen)][kid]
        elif kid.get("/Type") == Name.MCR:
            yield content[pages.index(kid.Pg.objgen)][int(kid.MCID)]


def _marked(page) -> dict[int, str]:
    """The text of each marked-content number of one page, decoded through ToUnicode."""
    maps = {str(name): _to_unicode(font) for name, font in (page.obj.Resources.get("/Font") or {}).items()}
    texts: dict[int, str] = {}
    number, font = None, {}
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "BDC":
            number = int(operands[1].MCID) if "/MCID" in operands[1] else None
        elif operator == "EMC":
            number = None
        elif operator == "Tf":
            font = maps[str(operands[0])]
        elif operator == "Tj" and number is not None:
            texts[number] = texts.get(number, "") + "".join(
                font.get(byte, "\ufffd") for byte in bytes(operands[0])
            )
        elif operator == "Tj":
            continue
        if operator == "BDC" and number is not None:
            texts.setdefault(number, "")
    return texts


def _to_unicode(font) -> dict[int, str]:
    stream = font.ToUnicode.read_bytes().decode()
    return {
        int(code, 16): bytes.fromhex(text).decode("utf-16-be")
        for code, text in re.findall(r"<([0-9A-F]{2})> <([0-9A-F]{4,})>", stream)
    }
