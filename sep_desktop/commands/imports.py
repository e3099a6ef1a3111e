"""Files in: the national register, the LA's allocation, and the empty workbook that the LA may fill."""

import argparse

from sep_desktop.clock import SystemClock
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.named_paths import assert_file, assert_may_write
from sep_desktop.commands.store import accepted, opened_store
from sep_desktop.commands.writing import write_and_say
from sep_desktop.errors import DONE, WrongUse
from sep_desktop.services import allocations, registers
from sep_desktop.services.registers import RegisterPreview

_ROWS_SHOWN = 20


def import_schools_arguments(parser: argparse.ArgumentParser) -> None:
    """``FILE [--la NUMBER] [--yes]``."""
    parser.add_argument("file", type=named_path, metavar="FILE")
    parser.add_argument(
        "--la",
        default="",
        metavar="NUMBER",
        help="the local authority's number, or “all” (default: the one in the settings)",
    )
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def import_schools(options: argparse.Namespace) -> int:
    """Preview the register, and import it when that is accepted.

    It is read before a store is made for it.
    """
    assert_file(options.file)
    register = registers.read_before_store(path=options.file, la_code=options.la)
    with opened_store(options, or_new=True) as store:
        la_code = options.la or store.settings.text("me.la_code")
        preview = registers.compare_register(store=store, register=register, la_code=la_code)
        _show_register(preview)
        if accepted(options):
            registers.apply_register(store=store, preview=preview, now=SystemClock().now())
            print("Applied.")
    return DONE


def _show_register(preview: RegisterPreview) -> None:
    for school in preview.new[:_ROWS_SHOWN]:
        print(f"new      {school.urn}  {school.name}")
    for school, differences in preview.changed[:_ROWS_SHOWN]:
        changes = "; ".join(
            f"{field.label}: {field.old or '–'} → {field.new or '–'}" for field in differences
        )
        print(f"changed  {school.urn}  {school.name}: {changes}")
    for school in preview.closed[:_ROWS_SHOWN]:
        print(f"closed   {school.urn}  {school.name}")
    for problem in preview.register.problems[:_ROWS_SHOWN]:
        print(f"remark   {problem}")
    if max(len(preview.new), len(preview.changed)) > _ROWS_SHOWN:
        print(f"…        only the first {_ROWS_SHOWN} of each kind are shown")
    print(preview.summary)


def import_allocation_arguments(parser: argparse.ArgumentParser) -> None:
    """``FILE [--sep NAME] [--yes]``."""
    parser.add_argument("file", type=named_path, metavar="FILE")
    parser.add_argument(
        "--sep", default="", metavar="NAME", help="whose schools (default: the store's owner)"
    )
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def import_allocation(options: argparse.Namespace) -> int:
    """Preview the allocation, and import it when that is accepted.

    It makes no store: its schools have to be known from the register.
    """
    assert_file(options.file)
    with opened_store(options) as store:
        now = SystemClock().now()
        preview = allocations.preview_allocation(
            store=store, path=options.file, today=now.date(), sep=options.sep
        )
        for school, effects in preview.effects:
            print(school + "".join(f"\n    {effect}" for effect in effects or ("Nothing new.",)))
        for remark in preview.remarks:
            print(f"Remark: {remark}")
        print(preview.summary)
        if accepted(options):
            allocations.apply_allocation(store=store, preview=preview, now=now)
            print("Applied.")
    return DONE


def template_arguments(parser: argparse.ArgumentParser) -> None:
    """``FILE``."""
    parser.add_argument("file", type=named_path, metavar="FILE")


def template(options: argparse.Namespace) -> int:
    """Write the empty workbook. Raises ``WrongUse`` for a name that Excel would not open."""
    if options.file.suffix.lower() != ".xlsx":
        raise WrongUse("The template is an Excel workbook; give it a name that ends in .xlsx.")
    assert_may_write(options.file)
    write_and_say(options.file, allocations.empty_workbook())
    return DONE
