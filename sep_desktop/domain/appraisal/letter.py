"""A letter: a paper on its way to one named person. Always one paper, one reader, one message."""

from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind
from sep_desktop.domain.appraisal.panel import Reader
from sep_desktop.domain.outbox import Delivery


@dataclass(frozen=True)
class SealedPdf:
    """A paper of performance management, encrypted for one person (AES-256, ISO 32000-2).

    Not ``bytes``: no other mail can carry it.
    """

    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Letter(Delivery):
    """One version of a paper, one person: a message with a single delivery.

    ``newest`` is the newest version.
    """

    paper_id: int
    cycle_id: int
    kind: PaperKind
    number: int
    newest: int
    identifier: str
    reader: Reader
    made: datetime

    @property
    def replaced(self) -> bool:
        """Whether a correction has taken the place of this version: it is sent to nobody any more."""
        return self.number < self.newest

    @property
    def paper(self) -> str:
        """The paper and its version, in words."""
        return f"{PAPER_NAMES[self.kind]}, version {self.number}"
