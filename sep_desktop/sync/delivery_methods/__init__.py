"""The delivery methods: one value each, chosen by a key; window and commands ask the value, not the key."""

from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.storage.store import Store
from sep_desktop.sync.delivery_methods.files import MailProgram, MessageFiles, PdfFiles
from sep_desktop.sync.delivery_methods.mail_server import MailServer
from sep_desktop.sync.delivery_methods.method import DeliveryMethod, ReadyMethod, Setup

__all__ = ["METHODS", "DeliveryMethod", "ReadyMethod", "Setup", "chosen_method"]

METHODS: dict[DeliveryMethodKey, DeliveryMethod] = {
    method.key: method for method in (MailServer(), MessageFiles(), MailProgram(), PdfFiles())
}
"""Every method by its key, in the order in which the settings offer them."""


def chosen_method(store: Store) -> DeliveryMethod:
    """The one that the settings name."""
    return METHODS[DeliveryMethodKey(store.settings.text("delivery.method"))]
