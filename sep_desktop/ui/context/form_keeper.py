"""The words in the dialogs over one open store: kept in it over a lock or an end, and offered back."""

import json
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Generic
from weakref import WeakKeyDictionary

import shiboken6

from sep_desktop.clock import Clock
from sep_desktop.notices import Notice, Tone
from sep_desktop.services import unfinished_forms
from sep_desktop.services.unfinished_forms import FormName, UnfinishedForm
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.ui.context.operations import Opened
from sep_desktop.ui.context.unsaved import Save, UnsavedText, UnsavedTexts, is_saved
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.kit.typed_fields import read_all, write_all

_PLACE = "form"
_SENTENCE = Notice(
    Tone.INFORM, "Your words are here again.", "They were kept, encrypted, when the program locked or ended."
)


class FormKeeper(Generic[Opened]):
    """For the dialogs whose words belong into the store that ``store_of`` picks of what is open.

    ``subject`` gives the address of the page that is open. A form is known by its dialog's kind and title, by
    what it is about, and by that address; it has words where something in it was changed since it was opened.
    """

    def __init__(
        self,
        opened: Opened,
        store_of: Callable[[Opened], EncryptedStore],
        clock: Clock,
        subject: Callable[[], str],
        unsaved: UnsavedTexts[Opened],
    ) -> None:
        self._opened, self._store_of, self._save = opened, store_of, _saving_forms(store_of, clock)
        self._subject, self._unsaved = subject, unsaved
        self._shown: WeakKeyDictionary[Dialog, UnfinishedForm] = WeakKeyDictionary()
        """Which form each dialog is, with its fields as they were when it was opened."""
        store = store_of(opened)
        self._waiting = {each.name: each.fields for each in unfinished_forms.waiting(store=store)}
        for text in unsaved.take(_PLACE):
            assert isinstance(text.key, FormName)
            self._waiting[text.key] = json.loads(text.text)
        unsaved.add_place(self)

    def opened(self, dialog: Dialog) -> None:
        """Put the words into it that were kept for it."""
        kind = f"{type(dialog).__name__} {dialog.windowTitle()} {dialog.form_subject}".strip()
        name = FormName(kind, self._subject())
        self._shown[dialog] = UnfinishedForm(name, read_all(dialog))
        if fields := self._waiting.get(name):
            write_all(dialog, fields)
            dialog.banner.show_notice(_SENTENCE)

    def closed(self, dialog: Dialog) -> None:
        """It was sent off or given up: nothing is kept for it any more."""
        form = self._shown.pop(dialog, None)
        if form:
            self._forget(form.name)

    def left_open(self, dialog: Dialog) -> None:
        """The program ends over it: its words are kept as at a lock."""
        as_opened = self._shown.pop(dialog, None)
        form = _unfinished(dialog, as_opened) if as_opened else None
        if form:
            self._waiting[form.name] = form.fields
            text = UnsavedText(_PLACE, form.name, self._save, form.as_text())
            if not is_saved(text, self._opened):
                self._unsaved.add(text)

    def _forget(self, name: FormName) -> None:
        if self._waiting.pop(name, None) is not None:
            unfinished_forms.forget(store=self._store_of(self._opened), name=name)

    def save_last(self, opened: Opened) -> list[UnsavedText[Opened]]:
        """Keep the words of every dialog that stands open; those that the store cannot take."""
        open_dialogs = [each for each in self._shown.items() if _is_open(each[0])]
        forms = [form for each in open_dialogs if (form := _unfinished(*each))]
        changed = {form.name for form in forms}
        for _, as_opened in open_dialogs:
            if as_opened.name not in changed:
                self._forget(as_opened.name)  # what was kept for it was put right again
        waiting = [
            UnfinishedForm(name, fields) for name, fields in self._waiting.items() if name not in changed
        ]
        texts = [UnsavedText(_PLACE, form.name, self._save, form.as_text()) for form in (*forms, *waiting)]
        self._shown.clear()
        self._waiting |= {form.name: form.fields for form in forms}
        return [each for each in texts if not is_saved(each, opened)]


def _saving_forms(store_of: Callable[[Opened], EncryptedStore], clock: Clock) -> Save[Opened]:
    """Keeps a form. It outlives the keeper where the words are concealed, and so holds nothing of it."""

    def save(opened: Opened, key: Hashable, text: str) -> datetime:
        assert isinstance(key, FormName)
        now = clock.now()
        unfinished_forms.keep(store=store_of(opened), name=key, fields=text, now=now)
        return now

    return save


def _is_open(dialog: Dialog) -> bool:
    return shiboken6.isValid(dialog) and dialog.isVisible()


def _unfinished(dialog: Dialog, as_opened: UnfinishedForm) -> UnfinishedForm | None:
    """The form with what was changed in it; ``None`` where nothing was."""
    before = as_opened.fields
    changed = {place: text for place, text in read_all(dialog).items() if text != before.get(place)}
    return UnfinishedForm(as_opened.name, changed) if changed else None
