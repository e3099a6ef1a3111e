"""Today: four short lists, each absent when empty, each line a sentence and a click away."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.visit import Visit
from sep_desktop.domain.wording import ago, day, plural
from sep_desktop.services import outbox, today
from sep_desktop.ui.context.files import show_folder
from sep_desktop.ui.context.message_card import all_sent_button
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.kit.basics import button, card, column, empty, row, state_mark, words

_MOST_DUE = 12  # lines
_SAMPLE = "You are looking at invented sample data. Nothing here is about a real school or person."

_NEWER = "Newer policies came with this version of the program."


class TodayPage(LoadingPage[today.Today]):
    """What waits, what comes, what is to be written, what is due."""

    watches = Changes.EVERYTHING | Changes.BACKUPS

    def query(self) -> Query[today.Today]:
        """The four lists as they stand now."""
        now = self.session.now()
        return lambda store: today.overview(store=store, now=now)

    def show_loaded(self, loaded: today.Today) -> None:
        """Each list that is not empty, or a kind word."""
        source = "Term dates and reasons come from the policy of your local authority."
        self.set_head("Today", f"{day(self.session.today())}. {source}")
        sample = empty(_SAMPLE) if loaded.sample else None
        lists = (self._waiting(loaded), self._next(loaded), self._to_write(loaded), self._due(loaded))
        parts: list[QWidget] = [part for part in (sample, *lists) if part]
        self.rebuild(*self._asides(loaded), *(parts or [self._nothing(loaded)]))

    def _asides(self, loaded: today.Today) -> list[QFrame]:
        """What is asked of the user besides the work: each a card of one line."""
        lines = []
        if loaded.is_resting:
            rests = " ".join(outbox.RESTS)
            lines.append(self._line("bad", "Needs you", rests, "Enter it …", "settings/password"))
        if loaded.backups:
            action = "Look at the backups" if loaded.is_backed_up_elsewhere else "Choose a place"
            lines.append(self._line("wait", "Backup", loaded.backups, action, "backups"))
        if loaded.newer_policies:
            lines.append(self._line("", "", _NEWER, "Look at them", "policies"))
        if loaded.past:
            past = f"Papers of {plural(loaded.past, 'visit')} are past their years."
            lines.append(self._line("", "", past, "Look at them", "past-papers"))
        return [card(line) for line in lines]

    def _waiting(self, loaded: today.Today) -> QFrame | None:
        if not (loaded.waiting or loaded.needs_you or loaded.handed_out):
            return None
        lines = [
            self._line("bad", "Needs you", f"{each.school}: {each.sentence}", "Decide", "outbox")
            for each in loaded.needs_you
        ]
        lines += [
            self._line("wait", "Waiting", f"{each.school}: {each.sentence}", "Send now", "outbox")
            for each in loaded.waiting
        ]
        if loaded.handed_out:
            lines.append(self._handed_out(loaded.handed_out))
        return self._list("Waiting to be sent", lines)

    def _handed_out(self, written: today.HandedOut) -> QBoxLayout:
        count = plural(len(written.messages), "message")
        oldest = ago(written.oldest.astimezone().date(), self.session.today())
        is_one = len(written.messages) == 1
        when = f"written out {oldest}" if is_one else f"the oldest was written out {oldest}"
        line = self._line(
            "wait", "For you to send", f"{count} for you to send; {when}.", "Open the Outbox", "outbox"
        )
        line.insertWidget(
            2, all_sent_button(self.session, self, written.messages, f"I have sent {count}", "")
        )
        if written.folder:
            show = partial(show_folder, Path(written.folder), self.session.notices.show)
            line.insertWidget(2, button("Open the folder", show, "link", f"Open {written.folder}"))
        return line

    def _next(self, loaded: today.Today) -> QFrame | None:
        lines = [
            self._line(
                "",
                "",
                f"{day(each.visit.day)}, {each.visit.hours}: {each.school}. {each.sentence}",
                "Open",
                f"visit/{each.visit.id}",
            )
            for each in loaded.ahead
        ]
        return self._list("Next visits", lines)

    def _to_write(self, loaded: today.Today) -> QFrame | None:
        lines = [
            self._line(
                "wait",
                "To write",
                f"{each.school}: {self._held(each.visit)}. {each.sentence}",
                "Write",
                f"visit/{each.visit.id}/report",
            )
            for each in loaded.to_write
        ]
        return self._list("To write", lines)

    def _held(self, visit: Visit) -> str:
        if visit.held_on:
            return f"held {ago(visit.held_on, self.session.today())}"
        return f"planned for {day(visit.day)}"

    def _due(self, loaded: today.Today) -> QFrame | None:
        lines = [
            self._line(
                "bad" if each.overdue else "",
                "Overdue",
                f"{each.school}: {each.item.title.lower()} by {day(each.item.due_by)}. {each.item.why}",
                "Plan",
                f"school/{each.urn}",
            )
            for each in loaded.due[:_MOST_DUE]
        ]
        more = len(loaded.due) - _MOST_DUE
        if more > 0:
            see_all = button("See all", lambda: self.session.go("schools"), "link")
            lines.append(row(words(f"And {plural(more, 'more visit')}.", "muted"), None, see_all))
        if loaded.support:
            lines.append(self._support(loaded.support))
        return self._list("Due", lines)

    def _support(self, due: today.SupportDue) -> QBoxLayout:
        which = (
            f"any of your {plural(due.of, 'school')}"
            if due.without == due.of
            else f"{due.without} of your {plural(due.of, 'school')}"
        )
        sentence = f"Performance management: no support is recorded yet for {which}; due by {day(due.by)}."
        return self._line("bad" if due.overdue else "", "Overdue", sentence, "Open", "sealed")

    def _line(self, tone: str, state: str, sentence: str, action: str, address: str) -> QBoxLayout:
        go = button(action, lambda: self.session.go(address), "link", f"{action}: {sentence}")
        line = row(words(sentence), go, gap=12)
        line.setStretch(0, 1)
        if tone:
            line.insertWidget(0, state_mark(tone, state))
        return line

    def _list(self, title: str, lines: list[QBoxLayout]) -> QFrame | None:
        return card(words(title, "section"), column(*lines, gap=10)) if lines else None

    def _nothing(self, loaded: today.Today) -> QWidget:
        if loaded.schools:
            return empty("Everything is done: nothing waits, nothing is due this term. Well done.")
        return empty(
            "No school is allocated to you yet. Import the national register, then the workbook that your "
            "local authority sends at the start of the autumn term.",
            button("Import schools", lambda: self.session.go("schools"), "primary"),
        )
