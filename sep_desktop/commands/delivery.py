"""What leaves: sending what waits, and saying how it went."""

import argparse
import getpass
import sys
from pathlib import Path

from sep_desktop.clock import SystemClock
from sep_desktop.commands.store import opened_store
from sep_desktop.commands.writing import warn_of_readers, write_and_say
from sep_desktop.domain.outbox import IN_WORDS, State, waiting_in_words
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.errors import DONE, ENVIRONMENT, EnvironmentProblem, WrongUse
from sep_desktop.services import outbox as outbox_service
from sep_desktop.storage.os_keyring import find_keyring
from sep_desktop.sync import accounts
from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.delivery_methods import DeliveryMethod, Setup, chosen_method
from sep_desktop.sync.hand_out import write_messages
from sep_desktop.sync.transport import LoginRefused
from sep_desktop.sync.visits_queue import VisitsQueue


def send_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--folder DIR]``."""
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="write message files there instead of sending"
    )


def send(options: argparse.Namespace) -> int:
    """Let what waits leave by the way chosen in the settings, or into ``--folder``."""
    clock = SystemClock()
    with opened_store(options) as store:
        method, mail, queue = chosen_method(store), accounts.mail_settings(store), VisitsQueue(store)
        if not queue.waiting():
            print("Nothing is waiting to be sent.")
            return DONE
        if options.folder:
            report = write_messages(queue, mail.sender(), options.folder, clock)
        elif method.opens_files:
            raise WrongUse(
                "Reports are set to leave by your mail program, which needs the window; "
                "use --folder DIR here."
            )
        else:
            ready = method.ready(mail, _password(mail, method))
            outbox_service.rest_no_more(store=store)
            report = ready.run(queue, clock, at_once=True, only=frozenset())
        if isinstance(report.stopped, LoginRefused):
            outbox_service.let_rest(store=store)
        if options.folder or method.setup is Setup.FOLDER:
            print(f"{plural(len(report.files), 'file')} written to {options.folder or mail.folder}.")
            for path in report.files[:1]:
                warn_of_readers(path)
        else:
            print(report)
        if report.stopped and report.files:
            print(report.stopped, file=sys.stderr)
        return ENVIRONMENT if report.stopped else DONE


def _password(mail: MailSettings, method: DeliveryMethod) -> str:
    """Of the keyring, or asked for; empty where none is needed."""
    if method.setup is not Setup.SERVER or not mail.user:
        return ""
    return accounts.kept_password(mail, find_keyring()) or _ask_password(mail.user)


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
            print(f"{message.title}, completed {day_and_time(message.part.completed)}")
            print(f"    Message-ID {message.identifier}")
            for delivery in message.deliveries:
                again = f", next attempt {day_and_time(delivery.next_at)}" if delivery.next_at else ""
                state = f"{IN_WORDS[delivery.state]}, {day_and_time(delivery.changed)}{again}"
                print(f"    {delivery.name} <{delivery.address}>: {state}. {delivery.reply}")
        waiting = store.outbox.waiting()
        sentence = f"{waiting_in_words(waiting)} waiting to be sent."
        print(sentence if waiting else "Nothing is waiting to be sent.")
        if written := store.outbox.in_state(State.HANDED_OUT):
            messages = plural(len({each.message_id for each in written}), "message")
            print(f"{messages} written out, for you to send.")
        if outbox_service.is_resting(store=store):
            print(" ".join(outbox_service.RESTS))
        if options.journal:
            write_and_say(options.journal, outbox_service.journal_csv(store=store).encode("utf-8-sig"))
    return DONE
