"""Every sentence that is said of a run, in the window and at the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sep_desktop.domain.wording import plural
from sep_desktop.files import IN_CLEAR, is_open_to_others
from sep_desktop.notices import Notice, Tone
from sep_desktop.sync.delivery_methods import DeliveryMethod, Setup
from sep_desktop.sync.hand_over import RunReport

NOTHING_WAITED = "Nothing was waiting."


@dataclass(frozen=True)
class Hints:
    """What to do next, told beside what was opened, what was written out, and what no program would open.

    ``no_owners`` is added where the folder keeps nothing for one person.
    """

    opened: str
    written: str
    unopened: str
    no_owners: str = IN_CLEAR


REPORT_HINTS = Hints(
    "Send it there, then say in the Outbox that it was sent.",
    "Send what is there, then say in the Outbox that it was sent.",
    "choose another way out in Settings, Mail, and “Send again” in the Outbox.",
)


def notice_of(
    report: RunReport, method: DeliveryMethod, hints: Hints, unopened: Sequence[Path] = ()
) -> Notice:
    """What a run by ``method`` came to. ``unopened`` are files that no program opened."""
    if method.setup is Setup.SERVER:
        return Notice(Tone.FAIL if report.stopped else Tone.INFORM, str(report))
    if not report.files:
        return Notice(Tone.FAIL, str(report)) if report.stopped else Notice(Tone.INFORM, NOTHING_WAITED)
    folder = report.files[0].parent
    if unopened:
        return _unopened(report, unopened, folder, hints)
    count = len(report.files)
    if report.stopped:
        return Notice(Tone.FAIL, f"{plural(count, 'file')} written, then: {report.stopped}")
    if method.opens_files:
        return Notice(Tone.INFORM, f"{plural(count, 'message')} opened in your mail program.", hints.opened)
    written = f"{plural(count, 'file')} written to {folder}."
    if is_open_to_others(report.files[0]):
        return Notice(Tone.WARN, written, f"{hints.written} {hints.no_owners}")
    return Notice(Tone.INFORM, written, hints.written)


def _unopened(report: RunReport, unopened: Sequence[Path], folder: Path, hints: Hints) -> Notice:
    count, total = len(unopened), len(report.files)
    which = plural(count, "message") if count == total else f"{count} of {total} messages"
    went_on = f" Then: {report.stopped}" if report.stopped else ""
    return Notice(
        Tone.WARN,
        f"No program opened {which}.{went_on}",
        f"Open them from {folder} while the program runs, or {hints.unopened}",
    )
