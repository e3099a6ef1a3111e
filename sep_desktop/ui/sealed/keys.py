"""Another passphrase or recovery code for the sealed store."""

from PySide6.QtWidgets import QFrame, QWidget

from sep_desktop.domain.changes import Changed
from sep_desktop.notices import Tone
from sep_desktop.services.appraisals import keys
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.ui.context.key_dialogs import change_passphrase, replace_code
from sep_desktop.ui.kit.basics import button, card, row, words
from sep_desktop.ui.sealed.context import SealedContext

_ABOUT = (
    "The sealed store has a passphrase and a recovery code of its own. This computer's keyring knows neither."
)


def keys_card(parent: QWidget, context: SealedContext) -> QFrame:
    """The keys of the sealed store, at the end of the list of schools; dialogs belong to ``parent``."""
    tools = row(
        button("Change the passphrase …", lambda: _change_passphrase(parent, context)),
        button("New recovery code …", lambda: _replace_code(parent, context)),
        None,
    )
    return card(words("Keys", "section"), words(_ABOUT, "muted"), tools)


def _change_passphrase(parent: QWidget, context: SealedContext) -> None:
    cost, clock = context.session.surroundings.cost, context.session.surroundings.clock

    def change(stores: OpenStores, old: str, new: str) -> Changed[str]:
        return keys.change_passphrase(stores=stores, old=old, new=new, cost=cost, now=clock.now())

    def changed(old: Changed[str]) -> None:
        tone = Tone.WARN if old.value else Tone.INFORM
        context.say("The passphrase of the sealed store was changed.", old.value, tone)

    title, timers = "Passphrase of the sealed store", context.session.timers
    change_passphrase(parent, context.runner, timers, title, change, changed)


def _replace_code(parent: QWidget, context: SealedContext) -> None:
    def replace(stores: OpenStores, code: str) -> Changed[str]:
        return keys.replace_recovery_code(stores=stores, code=code)

    def replaced(old: Changed[str]) -> None:
        tone = Tone.WARN if old.value else Tone.INFORM
        context.say("The new recovery code counts from now on.", old.value, tone)

    replace_code(parent, context.runner, "Recovery code of the sealed store", replace, replaced)
