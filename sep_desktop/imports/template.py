"""The empty allocation workbook, with guidance and drop-downs."""

from pathlib import Path
from typing import TYPE_CHECKING

from sep_desktop.imports.workbook_columns import COLUMNS, SHEET

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LAST_ROW = 500


def write_template(path: Path) -> None:
    """Write it as ``.xlsx``. Raises ``OSError``."""
    import openpyxl

    book = openpyxl.Workbook()
    _allocation_sheet(book.active)
    _guidance_sheet(book.create_sheet("Guidance"))
    book.save(path)


def _allocation_sheet(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.title = SHEET
    for number, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, number, column.heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", start_color="0B5C6B")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        rule = (
            DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            if column.choices
            else DataValidation()
        )
        rule.promptTitle, rule.prompt, rule.showInputMessage = (
            column.heading[:32],
            column.guidance[:255],
            True,
        )
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(rule)
    sheet.freeze_panes = "D2"
    sheet.row_dimensions[1].height = 32


def _guidance_sheet(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font

    sheet.append(["Column", "Needed", "What to write"])
    for column in COLUMNS:
        sheet.append([column.heading, "yes" if column.required else "", column.guidance])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in (("A", 36), ("B", 10), ("C", 90)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        row[2].alignment = Alignment(wrap_text=True)
