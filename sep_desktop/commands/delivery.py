"""What leaves: sending what waits, and saying how it went."""

import argparse
import getpass
import sys
from pathlib import Path

from sep_desktop.clock import SystemClock
from sep_desktop.commands.store import opened_store
from sep_desktop.domain.outbox import IN_WORDS
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.errors import DONE, ENVIRONMENT, EnvironmentProblem, WrongUse
from sep_desktop.paths import write_durably
from sep_desktop.services import outbox as outbox_service
from sep_desktop.storage.os_keyring import find_keyring
from sep_desktop.sync import accounts, dispatcher, exits
from sep_desktop.sync.smtp import SmtpTransport


def send_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--folder DIR]``."""
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="write message files there instead of sending"
    )


def send(options: argparse.Namespace) -> int:
    """Let what waits leave by the way chosen in the settings, or into ``--folder``."""
    clock = SystemClock()
    with opened_store(options) as store:
        method = store.settings.text("mail.exit")
        if options.folder or method in {"eml", "pdf"}:
            folder = options.folder or accounts.folder(store)
            if method == "pdf" and not options.folder:
                files = exits.write_papers(store, folder, clock)
            else:
                files = exits.write_messages(store, accounts.sender(store), folder, clock)
            print(f"{plural(len(files), 'file')} written to {folder}.")
            return DONE
        if method == "program":
            raise WrongUse(
                "Reports are set to leave by your mail program, which needs the window; "
                "use --folder DIR here."
            )
        account = accounts.account(store, find_keyring(), _ask_password)
        report = dispatcher.drain(store, SmtpTransport(account), accounts.sender(store), clock, at_once=True)
        print(report)
        return ENVIRONMENT if report.stopped else DONE


def _ask_password(user: str) -> str:
    if not sys.stdin.isatty():
        raise EnvironmentProblem(
            f"The mail password of {user} is not in the keyring, and there is nobody to ask."
        )
    return getpass.getpass(f"Mail password of {user}: ")


def outbox_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--journal FILE]``."""
    parser.add_argument("--journal", type=Path, metavar="FILE", help="write the journal as CSV")


def outbox(options: argparse.Namespace) -> int:
    """Say what waits, what went and what needs a decision."""
    with opened_store(options) as store:
        for message in outbox_service.messages(store=store):
            print(f"{message.school}, version {message.number}, completed {day_and_time(message.completed)}")
            for delivery in message.deliveries:
                again = f", next attempt {day_and_time(delivery.next_at)}" if delivery.next_at else ""
                state = f"{IN_WORDS[delivery.state]}, {day_and_time(delivery.changed)}{again}"
                print(f"    {delivery.name} <{delivery.address}>: {state}. {delivery.reply}")
        waiting = store.outbox.waiting()
        sentence = f"{plural(waiting, 'report')} waiting to be sent."
        print(sentence if waiting else "Nothing is waiting to be sent.")
        if options.journal:
            write_durably(options.journal, outbox_service.journal_csv(store=store).encode("utf-8-sig"))
            print(f"Written: {options.journal}")
    return DONE
