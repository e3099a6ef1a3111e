"""Every kind of field in which words are written and save themselves: where it is, and what the store has of it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from sep_desktop.domain.appraisal.form import Stage
from sep_desktop.domain.appraisal.panel import panel_of
from sep_desktop.domain.report import Action, category_of, rows
from sep_desktop.services.appraisals import records
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.page import Page

VISIT = CYCLE = 1


@dataclass(frozen=True)
class WritingPlace:
    """``find`` gives the field once its page shows it, and until then does the next step on the way there.

    ``stored`` reads the words out of the store of visits, or of the sealed one where the place is in that.
    """

    name: str
    address: str
    find: Callable[[Page], QWidget | None]
    stored: Callable[[Store | SealedStore], str]

    @property
    def is_sealed(self) -> bool:
        return self.address.startswith("sealed")

    def __str__(self) -> str:
        return self.name


def _of_panel(find: Callable[[QWidget], QWidget]) -> Callable[[Page], QWidget | None]:
    """A field of the step of a visit that is open."""

    def step(page: Page) -> QWidget | None:
        panel = page.stack.currentWidget()
        return find(panel) if panel is not None and page.view is not None and _is_filled(panel) else None

    return step


def _is_filled(panel: QWidget) -> bool:
    return bool(
        getattr(panel, "editors", None) or getattr(panel, "fields", None) or getattr(panel, "items", None)
    )


def _of_record(stage: Stage, find: Callable[[QWidget], QWidget]) -> Callable[[Page], QWidget | None]:
    """A field of a stage of the record that is open."""

    def step(page: Page) -> QWidget | None:
        view = page.open_view
        if view is None or view.record.record is None:
            return None
        panel = view.record.stack.currentWidget()
        if panel is view.record.panels.get(stage):
            return find(panel)
        view.record.go(stage)
        return None

    return step


def _section(key: str) -> Callable[[Store], str]:
    return lambda store: store.reports.sections.content(store.reports.of_visit(VISIT).id).get(key, "")


def _part(key: str) -> Callable[[SealedStore], str]:
    return lambda sealed: records.open_record(sealed=sealed, cycle=CYCLE).content.get(key, "")


def _newest_note(store: Store) -> str:
    return store.notes.of_visit(VISIT)[-1].text


def _action_field(panel: QWidget) -> QWidget:
    actions = panel.editors["actions"]
    if not actions.fields:
        actions.add()
    return actions.fields[0][0]


NOTE = WritingPlace(
    "note",
    f"visit/{VISIT}/meeting",
    _of_panel(lambda panel: next(field for field in panel.fields if field.is_empty)),
    _newest_note,
)
REPORT = WritingPlace(
    "report",
    f"visit/{VISIT}/report",
    _of_panel(lambda panel: panel.editors["comments"]),
    _section("comments"),
)
AGENDA = WritingPlace(
    "agenda",
    f"visit/{VISIT}/agenda",
    _of_panel(lambda panel: panel.title),
    lambda store: store.visits.agenda(VISIT)[0].title,
)
SEALED_PROSE = WritingPlace(
    "sealed prose",
    "sealed/990001",
    _of_record(Stage.MEETING, lambda panel: panel.editors["comments"]),
    _part("comments"),
)
ROW = WritingPlace(
    "row of the report",
    f"visit/{VISIT}/report",
    _of_panel(_action_field),
    lambda store: rows(Action, _section("actions")(store))[0].what,
)
PLACES = (
    NOTE,
    REPORT,
    ROW,
    WritingPlace(
        "comment on the category",
        f"visit/{VISIT}/report",
        _of_panel(lambda panel: panel.editors["category"].comment),
        lambda store: category_of(_section("category")(store)).comment,
    ),
    AGENDA,
    SEALED_PROSE,
    WritingPlace(
        "sealed line",
        "sealed/990001",
        _of_record(Stage.MEETING, lambda panel: panel.editors["objective.1.objective"]),
        _part("objective.1.objective"),
    ),
    WritingPlace(
        "name on the panel",
        "sealed/990001",
        _of_record(Stage.PEOPLE, lambda panel: panel.panel.people[0][1]),
        lambda sealed: panel_of(_part("panel")(sealed))[0].name,
    ),
)
