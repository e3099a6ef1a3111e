"""Cases whose proof stands among the tests of their part, and is run from there."""

import os

from tests.faults.case import Case, Context, Tally, Times, by_tests


def locked(context: Context) -> Tally:
    """The window is locked at a random moment while somebody types, and unlocked again."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from sep_desktop.ui.shell.application import application
    from tests.faults.locks import lock_rounds

    window = application()  # kept for as long as there are widgets
    acknowledged, lost, leaked = lock_rounds(1, context.seed, context.folder)
    del window
    return Tally(acknowledged, lost, leaked=leaked)


CASES = (
    by_tests(
        "F4",
        "stores of every earlier version open; a newer one is refused and left alone",
        "tests/storage/test_former_stores.py",
        "tests/storage/test_store.py::test_a_newer_schema_is_refused_and_left_alone",
    ),
    by_tests("F5-disk", "a small disk that really is full", "tests/faults/test_disk_full.py"),
    by_tests("F6", "a folder that cannot be written: read and said", "tests/storage/test_read_only.py"),
    by_tests(
        "F8",
        "wrong passphrases: told apart from damage, and each waits longer",
        "tests/storage/test_guesses.py",
        "tests/ui/test_passphrases.py::test_wrong_guesses_have_to_be_waited_for_by_the_program_that_is_started_next",
        "tests/storage/test_store.py::test_a_damaged_page_is_found_at_start_and_not_taken_for_a_wrong_passphrase",
    ),
    by_tests(
        "F9",
        "a confidential word is nowhere but in its store; planted leaks are found",
        "tests/journeys/test_canary.py",
        "tests/storage/test_store.py::test_nothing_typed_is_readable_on_disk",
    ),
    by_tests(
        "F10",
        "a driver that would lose writes or write plain text is refused",
        "tests/storage/test_store.py::test_the_driver_that_would_lose_writes_is_refused",
        "tests/storage/test_store.py::test_a_plain_database_in_our_place_is_refused",
    ),
    by_tests(
        "F12",
        "one process at a time; a second start raises the first window; no synced folder",
        "tests/storage/test_one_process.py",
        "tests/ui/test_safety.py::test_a_second_start_raises_the_first_window",
        "tests/places/test_places.py::test_no_store_is_made_in_such_a_place",
        "tests/places/test_places.py::test_a_real_folder_is_refused_with_the_reason",
    ),
    by_tests(
        "F15",
        "a copy or a backup that is put back sends nothing that may have gone",
        "tests/faults/test_copies.py",
        "tests/services/test_restore.py",
    ),
    by_tests("F16", "backups are thinned by age, whatever the clock says", "tests/domain/test_backups.py"),
    by_tests(
        "F17-systems",
        "keyrings that are absent, forget, hang or are plain text",
        "tests/storage/test_os_keyring.py",
        "tests/storage/test_store.py::test_a_locked_keyring_changes_nothing",
        "tests/storage/test_store.py::test_the_keyring_opens_it_and_is_never_the_only_way",
    ),
    Case("F19", "locked at random moments: nothing lost, nothing left", locked, Times.CHANCE, slow=True),
    by_tests(
        "F20",
        "clocks that jump and computers that sleep; the visits have them too",
        "tests/services/test_backups_hold.py::test_one_start_with_the_clock_years_ahead_removes_nothing_and_stops_nothing",
        "tests/storage/test_guesses.py::test_a_clock_that_was_put_back_neither_frees_nor_shuts_out",
        "tests/ui/test_screen_lock.py::test_a_sleep_is_noticed_by_the_clock",
    ),
    by_tests(
        "typing", "kill -9 while somebody types into the real window", "tests/faults/test_typing_killed.py"
    ),
)
