"""Visits and their agendas."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time

from sep_desktop.domain.agenda import AgendaItem
from sep_desktop.domain.visit import Plan, Visit, VisitKind
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.former_rows import FormerRows
from sep_desktop.storage.revisions import SAME_SITTING
from sep_desktop.storage.rows import iso, new_uid, placeholders, read_date, timestamp

_SELECT = (
    "SELECT v.*, EXISTS (SELECT 1 FROM report_version rv JOIN report r ON rv.report_id = r.id WHERE "
    "r.visit_id = v.id) AS reported FROM visit v "
)


class Visits:
    """The ``visit`` and ``agenda_item`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self._former, self._former_agendas = former_visits(db), former_agendas(db)

    def get(self, number: int) -> Visit | None:
        """A visit by its number; ``None`` where there is none."""
        row = self._db.row(_SELECT + "WHERE v.id = ?", (number,))
        return _visit(row) if row else None

    def of_school(self, urn: str) -> list[Visit]:
        """Every visit to a school, newest first."""
        return [
            _visit(row)
            for row in self._db.rows(_SELECT + "WHERE v.urn = ? ORDER BY v.day DESC, v.start DESC", (urn,))
        ]

    def of_year(self, year: int, urns: Sequence[str]) -> dict[str, tuple[Visit, ...]]:
        """The visits of an academic year, by school, in order of their days."""
        visits: dict[str, list[Visit]] = {urn: [] for urn in urns}
        for row in self._db.rows(
            _SELECT + f"WHERE v.year = ? AND v.urn IN ({placeholders(len(urns))}) ORDER BY v.day",
            [year, *urns],
        ):
            visits[row["urn"]].append(_visit(row))
        return {urn: tuple(each) for urn, each in visits.items()}

    def on(self, day: date) -> list[Visit]:
        """Every visit planned for a day."""
        return [_visit(row) for row in self._db.rows(_SELECT + "WHERE v.day = ?", (day.isoformat(),))]

    def unfinished(self) -> list[Visit]:
        """Neither cancelled nor reported, by day."""
        return [
            visit
            for row in self._db.rows(_SELECT + "WHERE v.cancelled_because = '' ORDER BY v.day, v.start")
            if not (visit := _visit(row)).reported
        ]

    def written_since_completion(self) -> list[Visit]:
        """Those in whose report something was written after its last version was completed, by day."""
        since = (
            "SELECT max(rv.completed) FROM report_version rv JOIN report r ON rv.report_id = r.id "
            "WHERE r.visit_id = v.id"
        )
        last = "SELECT max(saved) FROM revision JOIN report r ON report_id = r.id WHERE r.visit_id = v.id"
        rows = self._db.rows(f"{_SELECT} WHERE ({last}) > ({since}) ORDER BY v.day, v.start")
        return [_visit(row) for row in rows]

    def add(
        self, plan: Plan, year: int, agenda: tuple[str, int], items: Sequence[AgendaItem], now: datetime
    ) -> int:
        """A new visit with its agenda; its number. ``agenda`` is the template's name and version."""
        number = self._db.insert(
            "visit",
            {
                **_planned(plan),
                "year": year,
                "agenda": agenda[0],
                "agenda_version": agenda[1],
                "uid": new_uid(),
                "recorded": timestamp(now),
            },
        )
        self._former.begin(number, now)
        self._former_agendas.begin(number, now)
        self._write_agenda(number, items)
        return number

    def move(self, number: int, plan: Plan, year: int, now: datetime) -> None:
        """Plan a visit anew."""
        self._change(number, {**_planned(plan), "year": year}, now)

    def agree_agenda(self, number: int, on: date | None, now: datetime) -> None:
        """The agenda was agreed on a day; ``None`` opens it again."""
        self._change(number, {"agreed_on": iso(on)}, now)

    def hold(self, number: int, on: date | None, now: datetime) -> None:
        """The visit took place on a day; ``None`` takes that back."""
        self._change(number, {"held_on": iso(on)}, now)

    def cancel(self, number: int, because: str, now: datetime) -> None:
        """The visit will not take place; without a reason it will after all."""
        self._change(number, {"cancelled_because": because}, now)

    def _change(self, number: int, row: Row, now: datetime) -> None:
        """Write over a visit; how it stood before is kept."""
        with self._db.atomic():
            self._former.keep(now, [number])
            self._db.update("visit", number, row)

    def agenda(self, number: int) -> list[AgendaItem]:
        """The items of a visit, in their order."""
        rows = self._db.rows(
            "SELECT key, title, guidance, section, clause FROM agenda_item WHERE visit_id = ? ORDER BY "
            "position",
            (number,),
        )
        return [AgendaItem(**row) for row in rows]

    def _keep_agenda(self, number: int, now: datetime) -> None:
        before = [asdict(item) for item in self.agenda(number)]
        self._former_agendas.keep_content(number, before, now)

    def put_agenda(self, number: int, items: Sequence[AgendaItem], now: datetime) -> None:
        """Other items than before, which are kept."""
        with self._db.atomic():
            self._keep_agenda(number, now)
            self._write_agenda(number, items)

    def _write_agenda(self, number: int, items: Sequence[AgendaItem]) -> None:
        self._db.run("DELETE FROM agenda_item WHERE visit_id = ?", (number,))
        self._db.run_many(
            "INSERT INTO agenda_item VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (number, at, item.key, item.title, item.guidance, item.section, item.clause)
                for at, item in enumerate(items)
            ],
        )

    def rename_item(self, number: int, key: str, title: str, now: datetime) -> None:
        """Another title for one item; the others stay. How they stood before the sitting is kept."""
        with self._db.atomic():
            if not self._former_agendas.was_kept_since(number, now - SAME_SITTING):
                self._keep_agenda(number, now)
            self._db.run(
                "UPDATE agenda_item SET title = ? WHERE visit_id = ? AND key = ?", (title, number, key)
            )


_CHANGEABLE = (
    "urn", "year", "kind", "line", "day", "start", "end", "place", "remote", "attending", "agreed_on",
    "held_on", "cancelled_because",
)  # fmt: skip
"""What may be written over of a visit."""


def former_visits(db: EncryptedDatabase) -> FormerRows:
    """Visits as they stood before they were changed."""
    return FormerRows(db, "visit", _CHANGEABLE)


def former_agendas(db: EncryptedDatabase) -> FormerRows:
    """Agendas as they stood before they were changed, by the number of their visit: lists of items."""
    return FormerRows(db, "agenda_item")


def _planned(plan: Plan) -> Row:
    return {
        "urn": plan.urn,
        "kind": plan.kind.value,
        "line": plan.due_key,
        "day": plan.day.isoformat(),
        "start": f"{plan.start:%H:%M}",
        "end": f"{plan.end:%H:%M}",
        "place": plan.place,
        "remote": int(plan.remote),
        "attending": plan.attending,
    }


def _visit(row: Row) -> Visit:
    return Visit(
        id=row["id"],
        urn=row["urn"],
        year=row["year"],
        kind=VisitKind(row["kind"]),
        due_key=row["line"],
        day=date.fromisoformat(row["day"]),
        start=time.fromisoformat(row["start"]),
        end=time.fromisoformat(row["end"]),
        place=row["place"],
        remote=bool(row["remote"]),
        attending=row["attending"],
        agreed_on=read_date(row["agreed_on"]),
        held_on=read_date(row["held_on"]),
        cancelled_because=row["cancelled_because"],
        reported=bool(row["reported"]),
        uid=row["uid"],
    )
