"""Words in forms that were open at a lock: kept in the store they belong to, and offered back."""

from datetime import datetime

from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.unfinished_forms import FormName, UnfinishedForm

__all__ = ["FormName", "UnfinishedForm", "forget", "keep", "waiting"]


def keep(*, store: EncryptedStore, name: FormName, fields: str, now: datetime) -> None:
    """Keep the words of a form, as ``UnfinishedForm.as_text`` gives them. Raises as ``saving``."""
    store.saving(lambda: store.unfinished_forms.put(name, fields, now))


def forget(*, store: EncryptedStore, name: FormName) -> None:
    """It was sent off, or given up. A store that is only read has none to forget."""
    if not store.read_only:
        store.unfinished_forms.forget(name)


def waiting(*, store: EncryptedStore) -> list[UnfinishedForm]:
    """Every form that has words waiting."""
    return store.unfinished_forms.all()
