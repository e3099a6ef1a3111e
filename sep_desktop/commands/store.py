"""What commands share: the store, opened with its passphrase, and a question before something changes."""

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sep_desktop import log
from sep_desktop.clock import SystemClock
from sep_desktop.commands.named_paths import assert_may_fill
from sep_desktop.errors import UserError, WrongUse
from sep_desktop.notices import Notice
from sep_desktop.paths import Locations
from sep_desktop.services import guard, keys
from sep_desktop.storage import store as stores
from sep_desktop.storage.store import Store


@contextmanager
def opened_store(options: argparse.Namespace, or_new: bool = False) -> Iterator[Store]:
    """The store that ``--store`` names, unlocked while a command works on it.

    With ``or_new`` one is made where there is none, and its recovery code printed, once. Raises ``UserError``
    where there is none, ``WrongUse`` when nobody can give the passphrase, and what ``keys.unlock`` raises.
    """
    store = _open(options, or_new)
    try:
        yield store
    finally:
        store.close()


def accepted(options: argparse.Namespace) -> bool:
    """Whether the preview just printed may be applied: by ``--yes``, or by an answer at the console."""
    if options.yes:
        return True
    if is_anybody_there() and _answer("Apply this? [y/N] ").strip().lower() in {"y", "yes"}:
        return True
    print("Nothing was changed. Accept the preview with --yes.")
    return False


def is_anybody_there() -> bool:
    """Whether somebody sits at the console; what was started without one has no standard input at all."""
    return bool(sys.stdin and sys.stdin.isatty())


def ask_secret(prompt: str) -> str:
    """What somebody types, unseen. Raises ``KeyboardInterrupt`` for the end of the input too (Ctrl+D)."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise KeyboardInterrupt from None


def _answer(question: str) -> str:
    """What somebody types; nothing for the end of the input."""
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def can_ask(options: argparse.Namespace) -> bool:
    """Whether the passphrase can be had: from a file, or from somebody at the console."""
    return "passphrase_file" in options or is_anybody_there()


def named_locations(options: argparse.Namespace) -> Locations:
    """Where a store lies or is to lie: in ``--store``, or in the user's own folder."""
    return Locations.at(getattr(options, "store", None))


def locations_of_store(options: argparse.Namespace) -> Locations:
    """Where the store lies that ``--store`` names. Raises ``UserError`` where there is none."""
    locations = named_locations(options)
    if not stores.exists(locations):
        raise UserError(
            f"There is no store in {locations.root}.",
            "Name its folder with --store. The window makes a new one, and so does “import-schools”.",
        )
    return locations


def _open(options: argparse.Namespace, or_new: bool) -> Store:
    locations = named_locations(options) if or_new else locations_of_store(options)
    if not stores.exists(locations):
        if "store" in options:
            assert_may_fill(locations.root)
        store, recovery_code = stores.create(locations, given_secret(options))
        print(
            f"A new store was made in {locations.root}.\n"
            "Its recovery code, which is shown only now — write it down and keep it apart:\n\n"
            f"    {recovery_code}\n"
        )
    else:
        store = _unlocked(locations, given_secret(options))
    store.notices.listen(_tell)
    log.start(locations.log)
    for notice in guard.begin(store=store, now=SystemClock().now()).notices:
        _tell(notice)
    return store


def _unlocked(locations: Locations, passphrase: str) -> Store:
    store_keys = keys.VisitStoreKeys(locations)
    store = keys.unlock(
        keys=store_keys, passphrase=passphrase, guesses=store_keys.guesses, now=SystemClock().now()
    )
    if keys.advise_once(store=store):
        print(*keys.ADVICE, file=sys.stderr)
    return store


def _tell(notice: Notice) -> None:
    print(f"{notice.text} {notice.hint}".strip(), file=sys.stderr)


def given_secret(options: argparse.Namespace, prompt: str = "Passphrase: ") -> str:
    """The first line of ``--passphrase-file``, or what is typed. Raises ``WrongUse`` where neither can be."""
    if "passphrase_file" in options:
        try:
            lines = options.passphrase_file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise WrongUse(
                f"The passphrase file {options.passphrase_file} cannot be read ({type(error).__name__})."
            ) from None
        if not lines or not lines[0]:
            raise WrongUse(
                f"The first line of {options.passphrase_file} is empty; the passphrase belongs there."
            )
        return str(lines[0])
    if not is_anybody_there():
        raise WrongUse("There is nobody to ask for the passphrase; give --passphrase-file FILE.")
    return ask_secret(prompt)
