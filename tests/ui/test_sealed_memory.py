"""What the sealed page leaves in the program's memory once it is closed and the program is locked: nothing."""

from collections import Counter

import pytest

from sep_desktop.domain.appraisal.form import Stage
from tests.support.appraisals import begun, fill
from tests.support.memory import alive, let_go, places_of
from tests.support.sealed_pages import SealedPages

SENTINEL = "Qx3" + "heron"
OF_THE_SEALED_PAGE = (
    "SealedStore",
    "OpenStores",
    "SealedContext",
    "OpenView",
    "RecordView",
    "OverviewPanel",
    "PeoplePanel",
    "WritingPanel",
    "PapersPanel",
    "RetentionPanel",
    "ConfirmPage",
)
OF_THE_SESSION = (
    "Store",
    "EncryptedDatabase",
    "KeyFile",
    "Autosave",
    "Session",
    "ClipboardGuard",
    "MainWindow",
    "SealedPage",
    "SealedUnlockPage",
    "TodayPage",
)


def open_write_and_close(pages: SealedPages) -> None:
    """Every step once, with words typed, a dialog, the paper beside the writing and a page before sending."""
    window = pages.window
    for stage in Stage:
        pages.step(stage)
    panel = pages.step(Stage.ADVICE)
    for editor in panel.editors.values():
        window.write(editor, f"{SENTINEL} ")
    panel.toggle_preview()
    window.press("History")
    window.dialog().reject()
    pages.record.show_retention()
    pages.step(Stage.PAPERS)
    window.press("Check and send")
    window.press("Close now")


@pytest.fixture
def elsewhere() -> Counter:
    """What other tests of this process still hold, before the window is open."""
    let_go()
    return Counter(alive(*OF_THE_SEALED_PAGE, *OF_THE_SESSION))


def test_nothing_is_left_after_four_openings_and_a_lock(elsewhere, window, clock):
    pages = SealedPages(window)
    pages.make()
    cycle = begun(pages.stores.visits, pages.sealed, clock.now())
    fill(pages.sealed, cycle, clock.now(), lambda key: f"{SENTINEL} {key}")
    window.press("Close now")
    for _ in range(4):
        pages.unlock("sealed/990001")
        open_write_and_close(pages)
        let_go()
        assert not Counter(alive(*OF_THE_SEALED_PAGE)) - elsewhere
        window.go("today")
    window.program.lock()
    window.root.passphrase.setFocus()
    let_go()
    assert not Counter(alive(*OF_THE_SEALED_PAGE, *OF_THE_SESSION)) - elsewhere
    assert places_of(SENTINEL + " ") == []
