"""What each command of the command line does: the same services as the window, in sentences on standard output."""

import argparse
import getpass
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sep_desktop import log
from sep_desktop.clock import Clock, SystemClock
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.outbox import IN_WORDS
from sep_desktop.domain.settings import SETTINGS, read
from sep_desktop.domain.wording import day, day_and_time, plural
from sep_desktop.errors import DONE, ENVIRONMENT, EnvironmentProblem, WrongUse
from sep_desktop.paths import Locations, write_durably
from sep_desktop.services import allocations, registers, reports, sample, schools
from sep_desktop.services import doctor as medical
from sep_desktop.services import outbox as outgoing
from sep_desktop.services import time_log as hours
from sep_desktop.storage import store as stores
from sep_desktop.storage.os_keyring import find_keyring
from sep_desktop.storage.store import Store
from sep_desktop.sync import accounts, dispatcher, exits
from sep_desktop.sync.message import filename
from sep_desktop.sync.smtp import SmtpTransport

_SHOWN = 20


def _passphrase(options: argparse.Namespace) -> str:
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
    if not sys.stdin.isatty():
        raise WrongUse("There is nobody to ask for the passphrase; give --passphrase-file FILE.")
    return getpass.getpass("Passphrase: ")


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Store]:
    """The store while a command works on it."""
    store = _open(options)
    try:
        yield store
    finally:
        store.close()


def _open(options: argparse.Namespace) -> Store:
    """The store, unlocked; a new one where there is none, its recovery code printed once."""
    locations = Locations.at(getattr(options, "store", None))
    if not stores.exists(locations):
        store, code = stores.create(locations, _passphrase(options))
        print(
            f"A new store was made in {locations.root}.\nIts recovery code, which is shown only now — write it down and keep it apart:\n\n    {code}\n"
        )
    else:
        store = stores.unlock(locations, _passphrase(options))
    log.start(locations.log)
    outgoing.recover(store=store, now=SystemClock().now())
    return store


def _accepted(options: argparse.Namespace) -> bool:
    if options.yes:
        return True
    if sys.stdin.isatty() and input("Apply this? [y/N] ").strip().lower() in {"y", "yes"}:
        return True
    print("Nothing was changed. Accept the preview with --yes.")
    return False


def headless_demo(options: argparse.Namespace) -> int:
    """Do the whole journey with invented data, without a window."""
    _headless_journey(options.out, SystemClock())
    return DONE


def _headless_journey(out: Path, clock: Clock) -> None:
    """Allocation to delivery with invented data: the PDF, one message file and a summary in ``out``."""
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        print(line)

    with tempfile.TemporaryDirectory(prefix="sep-desktop-") as folder:
        store, _ = stores.create(Locations(Path(folder) / "store"), sample.PASSPHRASE)
        try:
            say("Store: created, encrypted, in a temporary folder.")
            visit = sample.fill(store=store, now=clock.now(), say=say)
            _say_due(store, clock, say, AcademicYear.of(clock.today()))
            confirmed = reports.confirm(store=store, visit=visit, now=clock.now())
            for recipient in confirmed.recipients:
                say(f"Goes to: {recipient.role_name}, {recipient.name}, {recipient.address}")
            reports.complete(store=store, visit=visit, confirmed=confirmed, now=clock.now())
            say(
                f"Report: version {confirmed.number} completed, {plural(confirmed.paper.pages, 'page')}, PDF/UA-1 and PDF/A-2a."
            )
            message = store.outbox.messages()[0]
            write_durably(out / filename(message), store.reports.pdf(message.version_id))
            messages = exits.write_messages(store, accounts.sender(store), out, clock)
            for delivery in store.outbox.deliveries(message.id):
                say(f"Outbox: {delivery.name}: {IN_WORDS[delivery.state]}. {delivery.reply}")
        finally:
            store.close()
    say(f"Written: {out / filename(message)}, {messages[0]}, {out / 'summary.txt'}")
    write_durably(out / "summary.txt", ("\n".join(lines) + "\n").encode())


def import_schools(options: argparse.Namespace) -> int:
    """Preview the register, and import it when that is accepted."""
    with _opened(options) as store:
        la_code = options.la or store.settings.text("me.la_code")
        preview = registers.preview_register(store=store, path=options.file, la_code=la_code)
        for school in preview.new[:_SHOWN]:
            print(f"new      {school.urn}  {school.name}")
        for school, differences in preview.changed[:_SHOWN]:
            print(
                f"changed  {school.urn}  {school.name}: "
                + "; ".join(f"{each.label}: {each.old or '–'} → {each.new or '–'}" for each in differences)
            )
        for school in preview.closed[:_SHOWN]:
            print(f"closed   {school.urn}  {school.name}")
        for problem in preview.register.problems[:_SHOWN]:
            print(f"remark   {problem}")
        if max(len(preview.new), len(preview.changed)) > _SHOWN:
            print(f"…        only the first {_SHOWN} of each kind are shown")
        print(preview.summary)
        if _accepted(options):
            registers.apply_register(store=store, preview=preview, now=SystemClock().now())
            print("Applied.")
    return DONE


def import_allocation(options: argparse.Namespace) -> int:
    """Preview the allocation, and import it when that is accepted."""
    with _opened(options) as store:
        preview = allocations.preview_allocation(store=store, path=options.file, sep=options.sep)
        for school, effects in preview.effects:
            print(school + "".join(f"\n    {effect}" for effect in effects or ("Nothing new.",)))
        for remark in preview.remarks:
            print(f"Remark: {remark}")
        print(preview.summary)
        if _accepted(options):
            allocations.apply_allocation(store=store, preview=preview, now=SystemClock().now())
            print("Applied.")
    return DONE


def template(options: argparse.Namespace) -> int:
    """Write the empty workbook."""
    from sep_desktop.imports.template import write_template

    if options.file.suffix.lower() != ".xlsx":
        raise WrongUse("The template is an Excel workbook; give it a name that ends in .xlsx.")
    write_template(options.file)
    print(f"Written: {options.file}")
    return DONE


def due(options: argparse.Namespace) -> int:
    """Say what every allocated school is due, and why."""
    year = _year(options)
    with _opened(options) as store:
        _say_due(store, SystemClock(), print, year)
    return DONE


def _say_due(store: Store, clock: Clock, say: Callable[[str], None], year: AcademicYear | None) -> None:
    rows = schools.caseload(store=store, today=clock.today(), year=year)
    for row in rows:
        say(
            f"{row.school.name} ({row.school.urn}), {row.entitlement.year}: {row.entitlement.days.total:g} days"
        )
        for line in row.entitlement.visits:
            say(f"    {line.title}, by {day(line.due_by)}: {line.state}. {line.why}")
        for sentence in row.entitlement.history:
            say(f"    {sentence}")
    if not rows:
        say("No school is allocated for this year. Import the LA's workbook with import-allocation.")


def time_log(options: argparse.Namespace) -> int:
    """Write the hours given to each school in a year."""
    year = _year(options)
    with _opened(options) as store:
        lines = hours.spent(
            store=store, year=year or schools.current_year(store=store, today=SystemClock().today())
        )
    write_durably(options.file, hours.as_csv(lines).encode("utf-8-sig"))
    print(
        f"Written: {options.file} ({plural(len(lines), 'line')}, {sum(line.hours for line in lines):g} hours)."
    )
    return DONE


def _year(options: argparse.Namespace) -> AcademicYear | None:
    """The year that was asked for, if one was."""
    try:
        return AcademicYear.parse(options.year) if options.year else None
    except ValueError:
        raise WrongUse(f"“{options.year}” is not an academic year; write it as 2026-27.") from None


def send(options: argparse.Namespace) -> int:
    """Let what waits leave by the way chosen in the settings."""
    clock = SystemClock()
    with _opened(options) as store:
        leaves = store.settings.text("delivery.method")
        if options.folder or leaves in {"eml", "pdf"}:
            folder = options.folder or accounts.folder(store)
            papers = leaves == "pdf" and not options.folder
            written = (
                exits.write_papers(store, folder, clock)
                if papers
                else exits.write_messages(store, accounts.sender(store), folder, clock)
            )
            print(f"{plural(len(written), 'file')} written to {folder}.")
            return DONE
        if leaves == "program":
            raise WrongUse(
                "Reports are set to leave by your mail program, which needs the window; use --folder DIR here."
            )
        found = accounts.account(store, find_keyring(), _ask_password)
        report = dispatcher.drain(store, SmtpTransport(found), accounts.sender(store), clock, at_once=True)
        print(report)
        return ENVIRONMENT if report.stopped else DONE


def _ask_password(user: str) -> str:
    if not sys.stdin.isatty():
        raise EnvironmentProblem(
            f"The mail password of {user} is not in the keyring, and there is nobody to ask."
        )
    return getpass.getpass(f"Mail password of {user}: ")


def outbox(options: argparse.Namespace) -> int:
    """Say what waits, went and needs a decision."""
    with _opened(options) as store:
        for message in outgoing.messages(store=store):
            print(f"{message.school}, version {message.number}, completed {day_and_time(message.completed)}")
            for each in message.deliveries:
                again = f", next attempt {day_and_time(each.next_at)}" if each.next_at else ""
                print(
                    f"    {each.name} <{each.address}>: {IN_WORDS[each.state]}, {day_and_time(each.changed)}{again}. {each.reply}"
                )
        waiting = store.outbox.waiting()
        print(
            f"{plural(waiting, 'report')} waiting to be sent."
            if waiting
            else "Nothing is waiting to be sent."
        )
        if options.journal:
            write_durably(options.journal, outgoing.journal_csv(store=store).encode("utf-8-sig"))
            print(f"Written: {options.journal}")
    return DONE


def export(options: argparse.Namespace) -> int:
    """Write every completed report as PDF."""
    with _opened(options) as store:
        messages = {message.version_id: message for message in store.outbox.messages()}
        for message in messages.values():
            path = options.folder / filename(message)
            write_durably(path, store.reports.pdf(message.version_id))
            print(f"Written: {path}")
        if not messages:
            print("No report has been completed yet.")
    return DONE


def doctor(options: argparse.Namespace) -> int:
    """Look at everything the program stands on."""
    with _opened(options) as store:
        findings = medical.examine(store=store, keyring=find_keyring())
    for each in findings:
        print(
            f"{'look' if each.remedy else 'well'}  {each.about}: {each.sentence}"
            + (f" {each.remedy}" if each.remedy else "")
        )
    return ENVIRONMENT if any(each.grave for each in findings) else DONE


def settings(options: argparse.Namespace) -> int:
    """Show the settings, or change one."""
    if options.key and options.key not in SETTINGS:
        raise WrongUse(f"There is no setting “{options.key}”. “sep-desktop settings” lists them.")
    with _opened(options) as store:
        if options.key and options.value is not None:
            store.settings.put(options.key, _value(options.key, options.value))
        for key in [options.key] if options.key else SETTINGS:
            print(f"{key} = {store.settings.get(key)}    ({SETTINGS[key].help})")
    return DONE


def _value(key: str, text: str) -> str | int | bool:
    try:
        return read(key, text)
    except ValueError as reason:
        raise WrongUse(
            f"{key} cannot be “{text}”: it may be {reason}."
            if key != "me.email"
            else f"This address {reason}."
        ) from None
