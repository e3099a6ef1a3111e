"""A record of performance management, filled wholly with invented words."""

from datetime import date, time

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import FieldKind, PaperKind
from sep_desktop.domain.appraisal.panel import Person, Reader, store_panel
from sep_desktop.domain.appraisal.record import store_meetings
from sep_desktop.services.appraisals import papers, records

URN, YEAR = "990001", AcademicYear(2026)
SEALED = "another passphrase altogether"
PANEL = (
    Person(Reader.HEADTEACHER, "Wren Tamblyn", "head@harbourlights.example"),
    Person(Reader.GOVERNOR, "Isolde Quick", "isolde.quick@harbourlights.example"),
    Person(Reader.GOVERNOR, "Perran Hale", "perran.hale@harbourlights.example"),
)
SECRETS = {each.email: f"{each.name} agreed 4711" for each in PANEL}


def begun(store, sealed, now, year=YEAR, urn=URN) -> int:
    """A cycle begun for the sample school."""
    return records.begin(store=store, sealed=sealed, urn=urn, year=year, now=now).value


def fill(sealed, cycle, now, word=lambda key: f"Words for {key}.") -> None:
    """Every field of the form, the panel and the meetings."""

    def put(key, text):
        records.save_part(sealed=sealed, cycle=cycle, key=key, text=text, now=now)

    put("panel", store_panel(PANEL))
    put(
        "meetings",
        store_meetings({key: (date(2026, 11, 20), time(14)) for key in ("head", "governors", "review")}),
    )
    record = records.open_record(sealed=sealed, cycle=cycle)
    for key in record.every_key():
        put(key, record.form.scale[1] if record.form.field(key).kind is FieldKind.JUDGEMENT else word(key))


def completed(store, sealed, cycle, now, kind=PaperKind.STATEMENT, reason="", secrets=None):
    """A paper completed and queued; its letters."""
    confirmed = papers.confirm(store=store, sealed=sealed, cycle=cycle, kind=kind, now=now, reason=reason)
    return papers.complete(
        store=store, sealed=sealed, confirmed=confirmed, passwords=secrets or SECRETS, now=now
    ).value
