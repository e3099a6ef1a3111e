"""Papers of visits that are past their years: a line for each visit, and one button that removes them."""

from sep_desktop.domain.changes import Changed
from sep_desktop.domain.wording import plural
from sep_desktop.services import retention
from sep_desktop.services.retention import PastPapers
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.kit.basics import button, card, empty, row, words

_ABOUT = (
    "How long papers are kept is a policy of your authority. What is removed goes for good, with every copy "
    "of it that can be reached; that a visit was held stays."
)


class PastPapersPage(LoadingPage[PastPapers]):
    """What may no longer be kept."""

    def query(self) -> Query[PastPapers]:
        """As it stands today."""
        today = self.session.today()
        return lambda store: retention.past_papers(store=store, today=today)

    def show_loaded(self, loaded: PastPapers) -> None:
        """The visits and the messages, or that there are none."""
        self.set_head("Papers past their years", _ABOUT)
        policy = button("Look at the policy", lambda: self.session.go("policies"), "link")
        if not loaded.lines and not loaded.messages:
            self.rebuild(empty("Nothing is past its years."), row(policy, None))
            return
        lines = [words(f"•  {line}") for line in loaded.lines]
        if loaded.messages:
            lines.append(words(f"•  {_messages(loaded.messages)}"))
        remove = button(_remove(loaded), self.remove)
        self.rebuild(card(words("No longer to be kept", "section"), *lines, row(policy, None, remove)))

    def remove(self) -> None:
        """Remove what is shown."""
        now = self.session.now()
        self.session.run(
            self,
            lambda store: retention.remove_past_papers(store=store, today=now.date(), now=now),
            self._say_removed,
        )

    def _say_removed(self, removed: Changed[PastPapers]) -> None:
        self.session.say("Removed.", " ".join([*removed.value.lines, removed.value.copies]).strip())


def _messages(count: int) -> str:
    return f"The bytes of {plural(count, 'sent message')}; that they were sent, and to whom, stays."


def _remove(past: PastPapers) -> str:
    if not past.lines:
        return f"Remove the bytes of {plural(past.messages, 'message')}"
    return f"Remove the papers of {plural(len(past.lines), 'visit')}"
