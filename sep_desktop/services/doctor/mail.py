"""How reports leave: whether what that takes is entered and there. No server is asked."""

from collections.abc import Iterator
from pathlib import Path

from sep_desktop.addresses import parse_email
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services.doctor.finding import Finding
from sep_desktop.services.outbox import RESTS, is_resting
from sep_desktop.storage.os_keyring import Keyring, name_of_mail_password
from sep_desktop.storage.settings import Settings
from sep_desktop.storage.store import Store


def mail(*, store: Store, keyring: Keyring) -> Iterator[Finding]:
    """Your own address, and what the chosen way out needs."""
    settings = store.settings
    try:
        parse_email(settings.text("me.email"))
    except ValueError:
        yield Finding("mail", "Your own e-mail address is missing or unusable.", "Enter it in Settings, Me.")
    method = DeliveryMethodKey(settings.text("delivery.method"))
    if method is DeliveryMethodKey.SMTP:
        yield from _server(store, keyring)
    elif method in {DeliveryMethodKey.EML, DeliveryMethodKey.PDF}:
        yield from _folder(settings)
    yield Finding("mail", f"Reports leave by: {method}.")


def _server(store: Store, keyring: Keyring) -> Iterator[Finding]:
    settings = store.settings
    if not settings.text("mail.host"):
        remedy = "Enter it in Settings, Mail, or choose a way out that needs none."
        yield Finding("mail", "No mail server is set up.", remedy)
        return
    if is_resting(store=store):
        yield Finding("mail", *RESTS)
    authority = settings.text("mail.ca_file")
    if authority and not Path(authority).is_file():
        text = "The certificate file of your organisation is not where the settings say."
        yield Finding("mail", text, "Choose it again in Settings, Mail. Until then nothing is sent.")
    yield from _password(settings, keyring)


def _password(settings: Settings, keyring: Keyring) -> Iterator[Finding]:
    user = settings.text("mail.user")
    if not user or not settings.on("mail.remember"):
        return
    try:
        kept = keyring.read(name_of_mail_password(user, settings.text("mail.host")))
    except EnvironmentProblem:
        return  # said of the keyring itself
    if not kept:
        text = "The mail password is not in this computer's keyring: you are asked at each sending."
        yield Finding("mail", text, "Enter it in Settings, Mail, where it is to be kept.")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.text("mail.folder")
    if not folder or not Path(folder).is_dir():
        text = "The folder for message files and PDFs is not chosen, or not there."
        yield Finding("mail", text, "Choose one in Settings, Mail.")
