"""What leaves: sending what waits, and saying how it went."""

import argparse
from dataclasses import replace
from pathlib import Path

from sep_desktop.clock import SystemClock
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.named_paths import assert_may_fill, assert_may_write
from sep_desktop.commands.store import ask_secret, is_anybody_there, opened_store
from sep_desktop.commands.writing import write_and_say
from sep_desktop.domain.outbox import IN_WORDS, NOTHING_WAITS, waiting_in_words, written_in_words
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import DONE, ENVIRONMENT, EnvironmentProblem, WrongUse
from sep_desktop.services import outbox as outbox_service
from sep_desktop.services import today
from sep_desktop.storage.os_keyring import find_keyring
from sep_desktop.storage.store import Store
from sep_desktop.sync import accounts
from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.delivery_methods import METHODS, DeliveryMethod, Setup, chosen_method
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.run_notice import REPORT_HINTS, notice_of
from sep_desktop.sync.transport import LoginRefused
from sep_desktop.sync.visits_queue import VisitsQueue


def send_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--folder DIR]``."""
    parser.add_argument(
        "--folder", type=named_path, metavar="DIR", help="write message files there instead of sending"
    )


def send(options: argparse.Namespace) -> int:
    """Let what waits leave by the way chosen in the settings, or into ``--folder``."""
    if options.folder:
        assert_may_fill(options.folder)
    with opened_store(options) as store:
        queue = VisitsQueue(store)
        if not queue.waiting():
            print(NOTHING_WAITS)
            return DONE
        method, report = _run(store, queue, options.folder)
        if isinstance(report.stopped, LoginRefused):
            outbox_service.let_rest(store=store)
    notice = notice_of(report, method, REPORT_HINTS)
    print(f"{notice.text} {notice.hint}".strip())
    return ENVIRONMENT if report.stopped else DONE


def _run(store: Store, queue: VisitsQueue, folder: Path | None) -> tuple[DeliveryMethod, RunReport]:
    """By which method it ran, and what came of it."""
    method, mail, clock = chosen_method(store), accounts.mail_settings(store), SystemClock()
    if folder:
        method, mail = METHODS[DeliveryMethodKey.EML], replace(mail, folder=str(folder))
    elif method.opens_files:
        raise WrongUse(
            "Reports are set to leave by your mail program, which needs the window; use --folder DIR here."
        )
    ready = method.ready(mail, _password(mail, method))
    if method.setup is Setup.FOLDER:
        assert_may_fill(mail.chosen_folder())
    if not folder:
        outbox_service.rest_no_more(store=store)
    return method, ready.run(queue, clock, at_once=True, only=frozenset())


def _password(mail: MailSettings, method: DeliveryMethod) -> str:
    """Of the keyring, or asked for; empty where none is needed."""
    if method.setup is not Setup.SERVER or not mail.needs_password:
        return ""
    return accounts.kept_password(mail, find_keyring()) or _ask_password(mail.user)


def _ask_password(user: str) -> str:
    if not is_anybody_there():
        raise EnvironmentProblem(
            f"The mail password of {user} is not in the keyring, and there is nobody to ask."
        )
    return ask_secret(f"Mail password of {user}: ")


def outbox_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--journal FILE]``."""
    parser.add_argument("--journal", type=named_path, metavar="FILE", help="write the journal as CSV")


def outbox(options: argparse.Namespace) -> int:
    """Say what waits, what went and what needs a decision."""
    if options.journal:
        assert_may_write(options.journal)
    with opened_store(options) as store:
        for message in outbox_service.messages(store=store):
            print(f"{message.title}, completed {day_and_time(message.part.completed)}")
            print(f"    Message-ID {message.identifier}")
            for delivery in message.deliveries:
                state = f"{IN_WORDS[delivery.state]}, {delivery.when}"
                print(f"    {delivery.name} <{delivery.address}>: {state}. {delivery.reply}")
        waiting = store.outbox.waiting()
        print(f"{waiting_in_words(waiting)} waiting to be sent." if waiting else NOTHING_WAITS)
        if written := today.handed_out(store=store):
            print(written_in_words(len(written.messages)))
        if outbox_service.is_resting(store=store):
            print(" ".join(outbox_service.RESTS))
        if options.journal:
            write_and_say(options.journal, outbox_service.journal_csv(store=store).encode("utf-8-sig"))
    return DONE
