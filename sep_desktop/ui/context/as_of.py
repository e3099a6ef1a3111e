"""What was recorded on a day: asked for by the school's page and by the visit's. Nothing is changed here."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QPlainTextEdit, QWidget

from sep_desktop.domain.past import PastRecord, in_lines
from sep_desktop.ui.context.session import Session, Store, in_words
from sep_desktop.ui.kit.basics import form
from sep_desktop.ui.kit.dates import date_field, date_of
from sep_desktop.ui.kit.dialog import Dialog

Ask = Callable[[Store, date, date], PastRecord]
"""Reads the record of a day, given the store, the day and today."""


class AsOfDialog(Dialog):
    """Shows what ``ask`` gives for the chosen day, as text to read and to copy.

    ``left_out`` says in a sentence what it does not give.
    """

    concluding = (QDateEdit,)  # to look at another day changes nothing

    def __init__(self, parent: QWidget, session: Session, ask: Ask, left_out: str = "") -> None:
        about = f"What was recorded at the end of a day. {left_out}".strip()
        super().__init__(parent, "As it was on …", "Show", about)
        self._session, self._ask = session, ask
        today = session.today()
        self.day = date_field(today, "Day")
        self.day.setMaximumDate(QDate(today.year, today.month, today.day))
        self.day.dateChanged.connect(self.try_finish)  # it is only read: nothing waits for a button
        self.record = QPlainTextEdit()
        self.record.setReadOnly(True)
        self.record.setTabChangesFocus(True)
        self.record.setAccessibleName("What was recorded")
        self.cancel.setText("Close")
        self.content.addLayout(form(("Day", self.day)))
        self.content.addWidget(self.record)
        self.resize(760, 560)
        self.try_finish()

    def try_finish(self) -> None:
        """Read the record of the chosen day; the dialog stays."""
        ask, on, today = self._ask, date_of(self.day), self._session.today()
        self._session.run(
            self, lambda store: ask(store, on, today), partial(self._show, on), failed=self._failed
        )

    def _show(self, asked: date, record: PastRecord) -> None:
        if asked == date_of(self.day):
            self.banner.hide()
            self.record.setPlainText("\n".join(in_lines(record)))

    def _failed(self, error: BaseException) -> None:
        self.record.setPlainText("")
        self.banner.show_notice(in_words(error))
