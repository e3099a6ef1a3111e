"""The first view of the open room: every school of the year with its cycle, what may no longer be kept, and the keys."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from sep_desktop.domain.appraisal.record import Cycle, time_left
from sep_desktop.domain.wording import day, day_and_time, plural, sentence
from sep_desktop.errors import SepError
from sep_desktop.services.appraisals import records
from sep_desktop.services.appraisals import retention as keeping
from sep_desktop.services.appraisals.records import Overview, SchoolCycle
from sep_desktop.services.appraisals.retention import HandOver
from sep_desktop.ui.keys.dialogs import change_passphrase, replace_code
from sep_desktop.ui.kit.basics import (
    button,
    card,
    clear,
    column,
    empty,
    holder,
    row,
    rule,
    scrolling,
    state_mark,
    words,
)
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed import files
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.unlock import assert_another


class OverviewPanel(QWidget):
    """``chosen`` carries the number of a cycle, ``shown`` says that the list is on the screen."""

    chosen = Signal(int)
    shown = Signal()

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(self.content)), gap=0))

    def refresh(self) -> None:
        context = self.context
        self.context.read(
            lambda: records.overview(
                store=context.store, sealed=context.sealed, today=context.session.today()
            ),
            self._show,
        )

    def _show(self, found: Overview) -> None:
        clear(self.content)
        parts = [self._past(found)] if found.past else []
        parts += [
            self._year(found),
            *([self._earlier(found)] if found.earlier else []),
            self._receive(),
            *self._removed(),
            self._keys(),
        ]
        for part in parts:
            self.content.addWidget(part)
        self.content.addStretch(1)

    def _year(self, found: Overview) -> QFrame:
        if not found.schools:
            return empty("No school is allocated for this year yet. Import the LA's workbook under Schools.")
        lines = [part for line in found.schools for part in (rule(), self._school(line, found))]
        return card(words(f"This year, {found.year}", "section"), *lines)

    def _school(self, line: SchoolCycle, found: Overview) -> Any:
        cycle, today = line.cycle, self.context.session.today()
        if cycle is None:
            mark, about = state_mark("", "Not begun"), sentence(time_left(line.deadline, today)) + "."
            made = button("Begin", lambda: self.begin(line.urn, found), "", f"Begin {line.school}")
        else:
            late = line.deadline < today and line.left
            tone, word = (
                ("good", "All done")
                if not line.left
                else ("bad", "Overdue")
                if late
                else ("wait", f"{line.left} to do")
            )
            mark, about = (
                state_mark(tone, word),
                (sentence(time_left(line.deadline, today)) + ".")
                if line.left
                else "Nothing is left to do in this cycle.",
            )
            made = button("Open", lambda: self.chosen.emit(cycle.id), "", f"Open {line.school}")
        made.setAccessibleName(made.accessibleDescription())
        mark.setMinimumWidth(120)
        made.setMinimumWidth(76)
        made_row = row(
            mark, column(words(line.school, "strong"), words(about, "muted"), gap=2), made, gap=GAP * 2
        )
        made_row.setStretch(1, 1)
        return made_row

    def begin(self, urn: str, found: Overview) -> None:
        context = self.context
        context.read(
            lambda: records.begin(
                store=context.store, sealed=context.sealed, urn=urn, year=found.year, now=context.now()
            ),
            self.chosen.emit,
        )

    def _earlier(self, found: Overview) -> QFrame:
        lines = [self._cycle(each) for each in found.earlier]
        return card(words("Other years", "section"), *lines)

    def _cycle(self, cycle: Cycle) -> Any:
        made = row(
            words(
                f"{cycle.school}, {cycle.year}"
                + (f", received from {cycle.received_from}" if cycle.received_from else "")
            ),
            button("Open", lambda: self.chosen.emit(cycle.id), "link", f"Open {cycle.school}, {cycle.year}"),
        )
        made.setStretch(0, 1)
        return made

    def _past(self, found: Overview) -> QFrame:
        years = self.context.store.settings.number("appraisal.retention_years")
        about = f"These cycles ended more than {plural(years, 'year')} ago (Settings, Performance management). They and every copy of them go for good."
        lines = [
            words(f"•  {cycle.school}, {cycle.year}: to go since {day(since)}") for cycle, since in found.past
        ]
        remove = button(f"Remove {plural(len(found.past), 'cycle')}", self._remove)
        return card(
            words("No longer to be kept", "section"), words(about, "muted"), *lines, row(None, remove)
        )

    def _remove(self) -> None:
        context = self.context
        context.act(
            lambda: keeping.remove_past(store=context.store, sealed=context.sealed, now=context.now()),
            lambda lines: context.say("Removed.", " ".join(lines)),
        )

    def _removed(self) -> list[QFrame]:
        found = [
            each for each in self.context.sealed.appraisals.events() if each.text.startswith("Removed: ")
        ]
        if not found:
            return []
        return [
            card(
                words("What was removed", "section"),
                *(
                    words(f"{day_and_time(each.at)}: {each.text.removeprefix('Removed: ')}", "small")
                    for each in found
                ),
            )
        ]

    def _receive(self) -> QFrame:
        code = words("", "code", select=True)
        code.hide()

        def show(made: str) -> None:
            code.setText(made)
            code.show()

        about = "When another SEP hands a school over to you, send them this code any way you like; it is not secret. What they seal with it opens only here."
        make = lambda: self.context.read(lambda: keeping.receiving_code(sealed=self.context.sealed), show)  # noqa: E731
        buttons = row(
            button("Show my receiving code", make), button("Open a sealed file …", self._take_in), None
        )
        return card(
            words("Receive a school from another SEP", "section"), words(about, "muted"), code, buttons
        )

    def _take_in(self) -> None:
        context = self.context
        try:
            data = files.choose(self, context, "A sealed file", "Sealed file (*.sealed)")
        except SepError as problem:
            context.fail(problem)
            return
        if data is not None:
            context.read(lambda: keeping.open_handover(sealed=context.sealed, data=data), self._offer)

    def _offer(self, found: HandOver) -> None:
        """What the file says, before anything of it is taken in."""
        about = f"{found.school}, {', '.join(found.years)}. Sealed on {day_and_time(found.made)}; it says: by {found.sender}. Check with them that it was."
        context = self.context
        accept = button(
            "Take it in",
            lambda: context.act(
                lambda: keeping.accept(sealed=context.sealed, found=found, now=context.now()),
                lambda lines: context.say(" ".join(lines)),
            ),
            "primary",
        )
        self.content.insertWidget(
            0,
            card(
                words("A school handed over to you", "section"),
                words(about),
                row(None, button("Leave it", self.refresh), accept),
            ),
        )

    def _keys(self) -> QFrame:
        about = "The sealed store has a passphrase and a recovery code of its own. This computer's keyring knows neither."
        tools = row(
            button("Change the passphrase …", self._change_passphrase),
            button("New recovery code …", self._new_code),
            None,
        )
        return card(words("Keys", "section"), words(about, "muted"), tools)

    def _change_passphrase(self) -> None:
        context = self.context
        noticed = lambda: context.say("The passphrase of the sealed store was changed.")  # noqa: E731
        change_passphrase(
            self,
            "Passphrase of the sealed store",
            context.sealed,
            noticed,
            context.session.cost,
            lambda new: assert_another(context.store, new),
        )

    def _new_code(self) -> None:
        def replaced() -> None:
            self.context.store.settings.put("sealed.code_confirmed", True)
            self.context.say("The new recovery code counts from now on.")

        replace_code(self, "Recovery code of the sealed store", self.context.sealed, replaced)
