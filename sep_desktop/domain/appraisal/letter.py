"""A paper on its way to one named person: always one paper, one reader, one message."""

from dataclasses import dataclass
from datetime import datetime

from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind
from sep_desktop.domain.appraisal.panel import Reader
from sep_desktop.domain.outbox import State


@dataclass(frozen=True)
class SealedPdf:
    """A paper of performance management, encrypted for one person (AES-256, ISO 32000-2). Not ``bytes``: no other mail can carry it."""

    data: bytes


@dataclass(frozen=True)
class Letter:
    """One version of a paper, one person. ``reply`` is the server's own sentence; ``newest`` the number of the newest version."""

    id: int
    paper_id: int
    cycle_id: int
    kind: PaperKind
    number: int
    newest: int
    identifier: str
    reader: Reader
    name: str
    address: str
    state: State
    made: datetime
    changed: datetime
    attempts: int = 0
    next_at: datetime | None = None
    reply: str = ""

    @property
    def replaced(self) -> bool:
        """Whether a correction has taken the place of this version: it is sent to nobody any more."""
        return self.number < self.newest

    @property
    def paper(self) -> str:
        return f"{PAPER_NAMES[self.kind]}, version {self.number}"
