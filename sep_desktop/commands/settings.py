"""The settings of the store, shown and changed."""

import argparse

from sep_desktop.commands.store import opened_store
from sep_desktop.domain.settings import FORMER_KEYS, SETTINGS, read
from sep_desktop.errors import DONE, WrongUse


def settings_arguments(parser: argparse.ArgumentParser) -> None:
    """``[KEY [VALUE]]``."""
    parser.add_argument("key", nargs="?", metavar="KEY")
    parser.add_argument("value", nargs="?", metavar="VALUE")


def settings(options: argparse.Namespace) -> int:
    """Show every setting, or one, changed first when a value is given. A former name is understood."""
    options.key = FORMER_KEYS.get(options.key, options.key)
    keys = [key for key, row in SETTINGS.items() if not row.is_kept_by_program]
    if options.key and options.key not in keys:
        raise WrongUse(f"There is no setting “{options.key}”. “sep-desktop settings” lists them.")
    with opened_store(options) as store:
        if options.key and options.value is not None:
            store.settings.put(options.key, _value(options.key, options.value))
        for key in [options.key] if options.key else keys:
            print(f"{key} = {store.settings.get(key)}    ({SETTINGS[key].about})")
    return DONE


def _value(key: str, text: str) -> str | int | bool:
    if len(text.splitlines()) > 1:  # the window's fields take none either
        raise WrongUse(f"{key} cannot have a line break in it.")
    try:
        return read(key, text)
    except ValueError as reason:
        raise WrongUse(
            f"{key} cannot be “{text}”: it may be {reason}."
            if key != "me.email"
            else f"This address {reason}."
        ) from None
