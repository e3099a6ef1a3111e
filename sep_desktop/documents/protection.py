"""A paper that opens only with a password (AES-256, ISO 32000-2 revision 6), still read aloud once open."""

import io
import secrets
from collections.abc import Mapping

import pikepdf
from pikepdf import AttachedFileSpec

_READABLE = pikepdf.Permissions(
    modify_annotation=False, modify_assembly=False, modify_form=False, modify_other=False
)
"""Reading aloud, copying and printing are allowed to who has the password; changing the paper is not."""

_PDF_A_CLAIMS = ("{http://www.aiim.org/pdfa/ns/id/}", "pdfaid:")


def protected(pdf: bytes, password: str, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """``pdf`` encrypted for ``password``, with ``attachments`` by file name inside it. Other bytes each time.

    PDF/A forbids encryption (ISO 19005-2 §6.1.3): the copy no longer claims to be PDF/A; it stays PDF/UA-1.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        with paper.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
            for claim in [key for key in about if key.startswith(_PDF_A_CLAIMS)]:
                del about[claim]
        for name, data in (attachments or {}).items():
            paper.attachments[name] = AttachedFileSpec(paper, data, filename=name, description=name)
        lock = pikepdf.Encryption(owner=secrets.token_urlsafe(32), user=password, R=6, allow=_READABLE)
        paper.save(out, encryption=lock, min_version="1.7")
    return out.getvalue()
