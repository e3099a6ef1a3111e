"""The kinds of message that the store of visits holds. A kind is one row here.

What its part is stands in a module of the domain; a migration gives it its column
(``message_table.add_kind``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sep_desktop.domain.outbox import Part, Pdf
from sep_desktop.domain.report import ReportPdf, VersionSummary
from sep_desktop.domain.report_message import ReportPart
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.reports import Reports


class Source(Protocol):
    """What a message is frozen from: a row that never changes, with its number."""

    @property
    def id(self) -> int:
        """Its number."""


class Parts(Protocol[Pdf]):
    """A repository of such rows."""

    def part(self, number: int) -> Part[Pdf]:
        """The part frozen from a row."""

    def pdf(self, number: int) -> Pdf:
        """The paper of a row."""


S = TypeVar("S", bound=Source)


@dataclass(frozen=True)
class MessageKind(Generic[S, Pdf]):
    """What a message of this kind is frozen from, and the foreign key to it in ``message``."""

    part: type[Part[Pdf]]
    source: type[S]
    column: str
    parts: Callable[[EncryptedDatabase], Parts[Pdf]]


REPORT = MessageKind[VersionSummary, ReportPdf](ReportPart, VersionSummary, "version_id", Reports)

KINDS: dict[str, MessageKind[Any, Any]] = {each.part.kind: each for each in (REPORT,)}
"""Every kind, by the name that ``message`` has for it."""
