"""What is in the sealed store, by noun."""

from sep_desktop.storage.contents import Contents, Nouns

_OF_CYCLE = "c.urn || ' ' || c.year || ' ' || c.begun"
_NOUNS: Nouns = {
    ("record", "records"): f"SELECT {_OF_CYCLE} AS identity FROM cycle c",
    ("text", "texts"): (
        f"SELECT {_OF_CYCLE} || ' ' || p.key || ' ' || p.saved AS identity "
        "FROM part p JOIN cycle c ON c.id = p.cycle_id"
    ),
    ("paper", "papers"): (
        f"SELECT {_OF_CYCLE} || ' ' || p.kind || ' ' || p.number || ' ' || p.sha256 AS identity "
        "FROM paper p JOIN cycle c ON c.id = p.cycle_id"
    ),
    ("letter", "letters"): "SELECT identifier AS identity FROM letter",
    ("letter that left", "letters that left"): (
        "SELECT identifier AS identity FROM letter WHERE state IN ('accepted', 'confirmed', 'handed out')"
    ),
}

CONTENTS = Contents(
    nouns=_NOUNS,
    history="SELECT at, text FROM event ORDER BY id",
    rows_in_words={
        "cycle": ("record", "records"),
        "part": ("text", "texts"),
        "paper": ("paper", "papers"),
        "letter": ("letter", "letters"),
        "password": ("password", "passwords"),
        "event": ("line of what happened", "lines of what happened"),
    },
)
