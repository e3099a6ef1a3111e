"""A report as a message carries it: one completed version."""

from dataclasses import dataclass

from sep_desktop.domain.outbox import Message, Part
from sep_desktop.domain.report import ReportPdf
from sep_desktop.domain.wording import day


@dataclass(frozen=True, kw_only=True)
class ReportPart(Part[ReportPdf]):
    """One version of a report."""

    kind, carries = "report", ReportPdf

    report_id: int

    @property
    def name(self) -> str:
        """As ``Part.name``."""
        return f"version {self.number}"

    @property
    def record(self) -> str:
        """As ``Part.record``."""
        return f"report {self.report_id}"

    def opening(self, school: str) -> tuple[str, ...]:
        """As ``Part.opening``. Whoever reads a correction is told that it takes the place of the others."""
        attached = f"Attached is the report on {school}, completed on {day(self.completed.date())}."
        if self.number == 1:
            return (attached,)
        return attached, f"This is version {self.number} and takes the place of every earlier one."


def carries_report(message: Message, report: int) -> bool:
    """Whether a version of this report is what the message carries."""
    return isinstance(message.part, ReportPart) and message.part.report_id == report
