"""What is in the store of visits, by noun."""

from sep_desktop.storage.contents import Contents, Nouns

_NOUNS: Nouns = {
    ("school", "schools"): "SELECT urn AS identity FROM school",
    ("person", "people"): (
        "SELECT uid || ' ' || urn || ' ' || role || ' ' || recorded || ' ' || coalesce(ended, '') "
        "AS identity FROM contact"
    ),
    ("visit", "visits"): (
        "SELECT uid || ' ' || day || ' ' || start || ' ' || coalesce(held_on, '') || ' ' || "
        "cancelled_because AS identity FROM visit"
    ),
    ("text of a note", "texts of notes"): (
        "SELECT n.uid || ' ' || r.saved AS identity FROM note n JOIN note_revision r ON r.note_id = n.id"
    ),
    ("text of a report", "texts of reports"): (
        "SELECT r.uid || ' ' || v.key || ' ' || v.saved AS identity FROM report r "
        "JOIN revision v ON v.report_id = r.id"
    ),
    ("completed version", "completed versions"): "SELECT uid AS identity FROM report_version",
    ("message", "messages"): "SELECT uid AS identity FROM message",
    ("delivery that left", "deliveries that left"): (
        "SELECT m.uid || ' ' || d.address AS identity FROM message m JOIN delivery d ON d.message_id = m.id "
        "WHERE d.state IN ('accepted', 'confirmed', 'handed out')"
    ),
}


_ROWS_IN_WORDS = {
    "school": ("school", "schools"),
    "allocation": ("allocation", "allocations"),
    "contact": ("person", "people"),
    "circumstance": ("circumstance", "circumstances"),
    "visit": ("visit", "visits"),
    "note": ("note", "notes"),
    "note_revision": ("text of a note", "texts of notes"),
    "report": ("report", "reports"),
    "revision": ("text of a report", "texts of reports"),
    "report_version": ("completed version", "completed versions"),
    "message": ("message", "messages"),
    "delivery": ("delivery", "deliveries"),
    "journal": ("line of the journal", "lines of the journal"),
}
_URNS = " UNION ".join(
    f"SELECT urn FROM {table}" for table in ("visit", "allocation", "circumstance", "override", "support")
)
_STAND_INS = {
    "school": (
        "INSERT INTO school SELECT urn, 'School ' || urn, '', '', '', '', '', '', NULL, NULL, '', '', '', "
        f"'', '', '', '', '', '', '', '', '', '', '' FROM ({_URNS}) WHERE urn NOT IN (SELECT urn FROM school)"
    ),
    "message_kind": "INSERT OR IGNORE INTO message_kind SELECT DISTINCT kind FROM message",
}

CONTENTS = Contents(
    nouns=_NOUNS,
    history=(
        "SELECT at, trim(event || ': ' || text || iif(urn = '', '', ' (' || urn || ')'), ': ') AS text "
        "FROM journal ORDER BY id"
    ),
    rows_in_words=_ROWS_IN_WORDS,
    stand_ins=_STAND_INS,
)
