"""The sealed page as a user handles it."""

from PySide6.QtWidgets import QAbstractButton

from sep_desktop.domain.appraisal.form import FieldKind, Stage
from tests.support.appraisals import PANEL, SEALED
from tests.support.pages import Window


class SealedPages:
    """Made, opened and written in through the window alone."""

    def __init__(self, window: Window) -> None:
        self.window = window

    @property
    def page(self):
        return self.window.page

    @property
    def stores(self):
        """Both stores, as operations are given them."""
        return self.page.context.runner.opened

    @property
    def sealed(self):
        return self.stores.sealed

    @property
    def record(self):
        return self.page.open_view.record

    @property
    def panel(self):
        return self.record.stack.currentWidget()

    def make(self, passphrase=SEALED) -> str:
        """From nothing to the open page; the recovery code."""
        self.window.go("sealed")
        self.page.unlock_page.first.setText(passphrase)
        self.page.unlock_page.second.setText(passphrase)
        self.window.press("Make the sealed store")
        code = self.page.unlock_page.sheet.code
        self.page.unlock_page.sheet.typed.setText(code)
        self.window.press("Continue")
        return code

    def unlock(self, address="sealed", passphrase=SEALED):
        self.window.go(address)
        self.page.unlock_page.keys.passphrase.setText(passphrase)
        self.window.press("Open")

    def begin(self, school: str) -> None:
        """Begin the cycle of a school in the list."""
        buttons = self.page.open_view.list.findChildren(QAbstractButton)
        next(each for each in buttons if each.accessibleName() == f"Begin {school}").click()

    def step(self, stage: Stage):
        self.record.steps[stage].click()
        return self.panel

    def enter_people(self):
        panel = self.step(Stage.PEOPLE)
        for (_, name, email, _), person in zip(panel.panel.people, PANEL, strict=True):
            for field, text in ((name, person.name), (email, person.email)):
                field.clear()
                self.window.write(field, text)
        for tick, _, _ in panel.meetings.fields.values():
            tick.setChecked(True)
        self.page.context.autosave.flush()

    def write(self, stage: Stage, word):
        """Something in every field of a stage."""
        panel = self.step(stage)
        for key, editor in panel.editors.items():
            if self.record.record.form.field(key).kind is FieldKind.JUDGEMENT:
                editor.setCurrentIndex(2)
            else:
                self.window.write(editor, word(key))
        self.page.context.autosave.flush()
        return panel

    def complete(self, number: int):
        """The so-many-th paper that can be completed, looked at and queued."""
        panel = self.step(Stage.PAPERS)
        self.window.press("Check and send")
        for person, tick, secret in panel.confirming.ticks:
            tick.setChecked(True)
            secret.setText(f"agreed with {person.name}")
        self.window.press("Queue for sending")
        return panel
