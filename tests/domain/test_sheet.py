"""Tables that no spreadsheet runs, and names that say what they say."""

import csv
import io

import pytest

from sep_desktop.direction import MARKS, has_marks, without_marks
from sep_desktop.domain.sheet import as_csv, harmless
from sep_desktop.domain.wording import clean, one_line

RUN = [
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u200b=1", "\u00a0+1", "\u202e=1",
    "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "＝1+1", "＋1", " \t @x", "\ufeff \u200b-2",
]  # fmt: skip


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_has_a_quote_in_front(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Oake", "1-2", "a=b", "O'Brien", "  Oake", "'=1", "100%", "é"])
def test_other_cells_stay_as_they_are(text):
    assert harmless(text) == text


def test_every_cell_of_a_table_is_harmless_and_comes_back():
    rows = [("=a", "b,c", 'd"e'), ("f\ng", "", "-h")]
    assert list(csv.reader(io.StringIO(as_csv(rows)))) == [["'=a", "b,c", 'd"e'], ["f\ng", "", "'-h"]]


@pytest.mark.parametrize("mark", MARKS)
def test_a_name_that_is_turned_round_is_put_right(mark):
    name = f"report{mark}fdp.exe"
    assert has_marks(name)
    assert without_marks(name) == one_line(name) == "reportfdp.exe"
    assert clean(name) == name, "prose is not changed behind anybody's back"


def test_hebrew_and_arabic_stay():
    assert one_line("בית ספר  مدرسة") == "בית ספר مدرسة"
