"""A whole visit: six hours of notes at a school, with everything that can happen to a laptop meanwhile."""

from tests.faults.case import Case, Times
from tests.faults.visit.rounds import whole_visit
from tests.faults.visit.window import in_window

CASES = (
    Case(
        "visit-window",
        "notes in the real window, with kills and sleeps",
        in_window,
        Times.WINDOW_VISITS,
        slow=True,
    ),
    Case(
        "visit",
        "six hours of notes, with kills, sleeps, full disks, locks",
        whole_visit,
        Times.VISITS,
        slow=True,
    ),
)
