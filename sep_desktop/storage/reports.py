"""Reports: sections as revisions, and completed versions that never change."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sep_desktop.domain.report import ReportPdf, VersionSummary
from sep_desktop.domain.report_message import ReportPart
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.revisions import Revisions
from sep_desktop.storage.rows import new_uid, read_timestamp, timestamp


@dataclass(frozen=True)
class ReportRow:
    """Which report of which visit, and the template it was begun with."""

    id: int
    visit_id: int
    template: str
    template_version: int
    uid: str


class Reports:
    """The ``report``, ``revision`` and ``report_version`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self.sections = Revisions(db, "revision", "report_id")

    def of_visit(self, visit: int) -> ReportRow | None:
        """The report of a visit; ``None`` while none is begun."""
        row = self._db.row(
            "SELECT id, visit_id, template, template_version, uid FROM report WHERE visit_id = ?", (visit,)
        )
        return ReportRow(**row) if row else None

    def get(self, number: int) -> ReportRow | None:
        """A report by its number."""
        row = self._db.row(
            "SELECT id, visit_id, template, template_version, uid FROM report WHERE id = ?", (number,)
        )
        return ReportRow(**row) if row else None

    def begin(self, visit: int, template: str, version: int, now: datetime) -> int:
        """A new report on a visit, by a version of a template; its number."""
        return self._db.insert(
            "report",
            {
                "visit_id": visit,
                "template": template,
                "template_version": version,
                "uid": new_uid(),
                "begun": timestamp(now),
            },
        )

    def add_version(
        self, report: int, content: Mapping[str, str], pdf: bytes, pages: int, reason: str, now: datetime
    ) -> VersionSummary:
        """Freeze a version; its number is one more than the last."""
        number = 1 + int(
            self._db.value(
                "SELECT coalesce(max(number), 0) FROM report_version WHERE report_id = ?", (report,)
            )
        )
        digest, uid = hashlib.sha256(pdf).hexdigest(), new_uid()
        row = {
            "report_id": report,
            "number": number,
            "reason": reason,
            "completed": timestamp(now),
            "pages": pages,
            "sha256": digest,
            "content": json.dumps(dict(content), ensure_ascii=False),
            "pdf": pdf,
            "uid": uid,
        }
        return VersionSummary(
            self._db.insert("report_version", row), report, number, now, reason, digest, pages, uid
        )

    @property
    def is_any_completed(self) -> bool:
        """Whether there is a completed version of any report."""
        return bool(self._db.value("SELECT EXISTS (SELECT 1 FROM report_version)"))

    def versions(self, report: int) -> list[VersionSummary]:
        """Oldest first."""
        return [
            _version(row)
            for row in self._db.rows(_VERSION + "WHERE report_id = ? ORDER BY number", (report,))
        ]

    def version(self, number: int) -> VersionSummary | None:
        """A completed version by its number."""
        row = self._db.row(_VERSION + "WHERE id = ?", (number,))
        return _version(row) if row else None

    def part(self, version: int) -> ReportPart:
        """A completed version as a message carries it."""
        (row,) = self._db.rows(
            "SELECT rv.id AS source_id, r.visit_id, r.id AS report_id, rv.number, rv.completed, "
            "(SELECT max(number) FROM report_version WHERE report_id = r.id) AS newest "
            "FROM report_version rv JOIN report r ON r.id = rv.report_id WHERE rv.id = ?",
            (version,),
        )
        return ReportPart(**{**row, "completed": read_timestamp(row["completed"])})

    def pdf(self, version: int) -> ReportPdf:
        """The paper of a completed version."""
        return ReportPdf(self._db.value("SELECT pdf FROM report_version WHERE id = ?", (version,)))

    def version_content(self, version: int) -> dict[str, str]:
        """The words of a completed version, by section."""
        return dict(json.loads(self._db.value("SELECT content FROM report_version WHERE id = ?", (version,))))

    def newest_completed(self, urn: str, before_visit: int) -> VersionSummary | None:
        """The last report on a school before a visit's day: where its earlier areas stand."""
        row = self._db.row(
            _VERSION
            + "WHERE report_id IN (SELECT r.id FROM report r JOIN visit v ON v.id = r.visit_id WHERE v.urn = "
            "? AND v.id <> ? AND v.day <= (SELECT day FROM visit WHERE id = ?)) ORDER BY completed DESC "
            "LIMIT 1",
            (urn, before_visit, before_visit),
        )
        return _version(row) if row else None


_VERSION = "SELECT id, report_id, number, completed, reason, sha256, pages, uid FROM report_version "


def _version(row: Row) -> VersionSummary:
    return VersionSummary(**{**row, "completed": read_timestamp(row["completed"])})
