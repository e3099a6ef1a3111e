"""Importing schools: choose a file, see what it would do, accept or not."""

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from sep_desktop.direction import without_marks
from sep_desktop.services import allocations, registers
from sep_desktop.ui.context.files import choose_file, save_as
from sep_desktop.ui.context.import_dialog import ImportDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import form


class RegisterDialog(ImportDialog[registers.RegisterPreview]):
    """The national register: file, LA, preview."""

    def __init__(self, parent: QWidget, session: Session, path: Path) -> None:
        super().__init__(
            parent,
            session,
            "Import the register of schools",
            f"{path.name}. A school that the file lacks stays as it is.",
        )
        self.authority = QComboBox()
        self.authority.setEnabled(False)
        self.authority.setMinimumContentsLength(36)
        self.content.insertLayout(0, form(("Local authority", self.authority)))
        self.file: registers.RegisterFile | None = None
        self.work(
            lambda store, progress: registers.read_file(store=store, path=path, progress=progress),
            self._offer,
        )

    def _offer(self, file: registers.RegisterFile) -> None:
        self.file = file
        authorities = file.register.authorities()
        for code, (name, count) in sorted(authorities.items(), key=lambda authority: authority[1][0]):
            self.authority.addItem(without_marks(f"{name or 'No name'} ({code}): {count:,}"), code)
        self.authority.addItem(f"All of them: {len(file.register.schools):,}", "all")
        self.authority.setCurrentIndex(max(self.authority.findData(file.la_code), 0))
        self.authority.setEnabled(True)
        self.authority.currentIndexChanged.connect(self.compare)
        self.compare()

    def compare(self) -> None:
        """Say what importing the schools of the chosen LA would do."""
        if self.file is None:
            return
        register, code = self.file.register, str(self.authority.currentData())
        self.work(
            lambda store, _: registers.compare_register(store=store, register=register, la_code=code),
            self._show,
        )

    def _show(self, preview: registers.RegisterPreview) -> None:
        self.show_preview(preview, _register_lines(preview))

    def try_finish(self) -> None:
        """Import what was shown."""
        preview, now = self.preview, self.session.now()
        if preview:
            self.apply(
                lambda store, progress: registers.apply_register(
                    store=store, preview=preview, now=now, progress=progress
                )
            )


def _register_lines(preview: registers.RegisterPreview) -> list[str]:
    changed = [
        (school, "; ".join(f"{each.label}: {each.old or '–'} → {each.new or '–'}" for each in differences))
        for school, differences in preview.changed
    ]
    return [
        *(f"closed   {school.name} ({school.urn})" for school in preview.closed),
        *(f"changed  {school.name} ({school.urn}): {differences}" for school, differences in changed),
        *(f"new      {school.name} ({school.urn}), {school.town}" for school in preview.new),
        *(f"remark   {problem}" for problem in preview.register.problems),
    ]


class AllocationDialog(ImportDialog[allocations.AllocationPreview]):
    """The LA's workbook: preview with every problem, or every change."""

    def __init__(self, parent: QWidget, session: Session, path: Path) -> None:
        about = f"{path.name}. Nothing is changed until you accept."
        super().__init__(parent, session, "Import the allocation", about)
        today = session.today()
        self.work(
            lambda store, _: allocations.preview_allocation(store=store, path=path, today=today), self._show
        )

    def _show(self, preview: allocations.AllocationPreview) -> None:
        self.show_preview(preview, _allocation_lines(preview))

    def try_finish(self) -> None:
        """Import what was shown."""
        preview, now = self.preview, self.session.now()
        if preview:
            self.apply(lambda store, _: allocations.apply_allocation(store=store, preview=preview, now=now))


def _allocation_lines(preview: allocations.AllocationPreview) -> list[str]:
    remarks = [f"Remark: {remark}" for remark in preview.remarks]
    return remarks + [
        line
        for school, effects in preview.effects
        for line in (school, *(f"    {effect}" for effect in effects or ("Nothing new.",)))
    ]


def choose_register(parent: QWidget, session: Session) -> None:
    """Ask for the file of the register, and show what importing it would do."""
    path = choose_file(parent, "Register of schools", "Register (*.csv *.zip)")
    if path:
        RegisterDialog(parent, session, path).open()


def choose_allocation(parent: QWidget, session: Session) -> None:
    """Ask for the workbook of the allocation, and show what importing it would do."""
    path = choose_file(parent, "Allocation", "Workbook (*.xlsx *.csv)")
    if path:
        AllocationDialog(parent, session, path).open()


def save_template(parent: QWidget, session: Session) -> None:
    """Write the empty workbook where the user says."""
    save_as(
        parent,
        session.runner,
        session.say,
        "Empty allocation workbook",
        "allocation.xlsx",
        "Workbook (*.xlsx)",
        _empty_workbook,
        "Fill in one row for each school, then import it.",
    )


def _empty_workbook(store: Store) -> bytes:
    return allocations.empty_workbook()
