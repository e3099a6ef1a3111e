"""How deliveries change their state in the store.

Only by ``domain.outbox.advance``, all together or not at all.
"""

from collections.abc import Sequence
from datetime import datetime

from sep_desktop.domain.outbox import State, advance
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.rows import placeholders, timestamp


def advance_rows(
    db: EncryptedDatabase,
    table: str,
    numbers: Sequence[int],
    to: State,
    now: datetime,
    reply: str = "",
    next_at: datetime | None = None,
    tried: bool = False,
) -> None:
    """Advance rows of ``table`` in one transaction; ``tried`` counts an attempt.

    Raises ``IllegalTransition`` and then advances none.
    """
    with db.atomic():
        for row in db.rows(f"SELECT state FROM {table} WHERE id IN ({placeholders(len(numbers))})", numbers):
            advance(State(row["state"]), to)
        values = (to.value, reply, timestamp(next_at) if next_at else None, int(tried), timestamp(now))
        db.run_many(
            f"UPDATE {table} SET state = ?, reply = ?, next_at = ?, attempts = attempts + ?, changed = ? "
            "WHERE id = ?",
            [(*values, number) for number in numbers],
        )
