"""The first run: a store with its owner's name in it, and sample data to look around in."""

from datetime import datetime

from sep_desktop.addresses import parse_email
from sep_desktop.errors import UserError
from sep_desktop.services import sample
from sep_desktop.services.keys import VisitStoreKeys
from sep_desktop.storage import passphrases
from sep_desktop.storage.store import Store


def check_owner(name: str, email: str) -> None:
    """Raises ``UserError`` for no name, or for an address that is none; it may be left empty for now."""
    if not name.strip():
        raise UserError("Your name is missing.", "It stands on every report.")
    if email.strip():
        try:
            parse_email(email)
        except ValueError as reason:
            raise UserError(f"Your address {reason}.", "Put it right, or leave it empty for now.") from None


def create(*, keys: VisitStoreKeys, passphrase: str, name: str, email: str) -> tuple[Store, str]:
    """A new store that holds who its owner is, open, and its recovery code. Raises as ``StoreKeys.create``.

    Until the code is typed back the settings say that it was not.
    """
    passphrases.check(passphrase, (name, email))
    store, code = keys.create(passphrase)
    with store.atomic():
        _put_owner(store, name.strip(), email.strip())
        store.settings.put("security.code_confirmed", False)
    return store, code


def look_around(*, store: Store, now: datetime) -> None:
    """Fill the store with invented sample data; its owner stays who they are."""
    name, email = store.settings.text("me.name"), store.settings.text("me.email")
    sample.fill(store=store, now=now)
    sample.plan_ahead(store=store, now=now)
    with store.atomic():
        _put_owner(store, name, email)


def _put_owner(store: Store, name: str, email: str) -> None:
    store.settings.put("me.name", name)
    store.settings.put("me.email", email)
