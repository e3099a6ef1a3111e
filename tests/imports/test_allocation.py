"""The LA's workbook: understood whole, or refused with every problem at once."""

from datetime import date

import openpyxl
import pytest

from sep_desktop.domain.allocation import Directory
from sep_desktop.domain.circumstances import Fact
from sep_desktop.domain.people import Role
from sep_desktop.domain.school import School
from sep_desktop.errors import UserError
from sep_desktop.imports.allocation import read_allocation
from sep_desktop.imports.problems import FileProblems
from sep_desktop.imports.template import write_template
from sep_desktop.imports.workbook_columns import COLUMNS, SHEET
from sep_desktop.services import allocations
from tests.support.policies import shipped_policies

SCHOOLS = (
    School("990001", "Harbour School", "880", establishment_number="2001", status="Open"),
    School("990002", "St Mary's", "880", establishment_number="2002", status="Open"),
    School("990003", "St Mary's", "880", establishment_number="2003", status="Open"),
    School("990004", "Old Mill", "880", establishment_number="2004", status="Closed"),
    School("990005", "Old Mill", "880", establishment_number="2004", status="Open"),
)
DIRECTORY, SCALES = Directory.of(SCHOOLS), shipped_policies().scales
TODAY = date(2026, 11, 24)
GOOD = {"year": "2026-27", "sep": "Ada Penrose", "school": "990001"}


@pytest.fixture
def workbook(tmp_path):
    def write(*rows, name="allocation.xlsx"):
        path = tmp_path / name
        write_template(path)
        book = openpyxl.load_workbook(path)
        for row in rows:
            book[SHEET].append([row.get(column.key) for column in COLUMNS])
        book.save(path)
        return path

    return write


def problems(path):
    with pytest.raises(FileProblems) as caught:
        read_allocation(path, DIRECTORY, SCALES)
    return caught.value.problems


def test_the_template_has_every_column_with_guidance_and_drop_downs(tmp_path):
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert [cell.value for cell in book[SHEET][1]] == [column.heading for column in COLUMNS]
    lists = [rule.formula1 for rule in book[SHEET].data_validations.dataValidation if rule.type == "list"]
    assert '"1,2,3,4"' in lists
    assert len(lists) == 4
    assert all(rule.prompt for rule in book[SHEET].data_validations.dataValidation)
    assert book["Guidance"].max_row == len(COLUMNS) + 1


def test_a_whole_row_is_understood(workbook):
    row = {
        **GOOD, "head": "Wren Tamblyn", "head_email": "Head@Harbour.example", "head_since": date(2026, 9, 1), "chair": "Corin Bale", "chair_email": "c@h.example",
        "lead": "Marian Oake", "lead_email": "m@council.example", "judgement": "Requires improvement", "judged": date(2023, 5, 4), "concern": "none", "floor": "Yes",
        "floor_since": "01/09/2026", "category": 3,
    }  # fmt: skip
    (found,) = read_allocation(workbook(row), DIRECTORY, SCALES).rows
    assert (found.year, found.sep, found.urn) == (2026, "Ada Penrose", "990001")
    assert [(each.role, each.email, each.urn) for each in found.contacts] == [
        (Role.HEADTEACHER, "Head@harbour.example", "990001"),
        (Role.CHAIR, "c@h.example", "990001"),
        (Role.HEAD_OF_SUPPORT, "m@council.example", ""),
    ]
    assert {(each.fact, each.value, each.since) for each in found.circumstances} == {
        (Fact.HEAD_SINCE, "2026-09-01", date(2026, 9, 1)),
        (Fact.JUDGEMENT, "requires improvement", date(2023, 5, 4)),
        (Fact.CONCERN, "none", date(2023, 5, 4)),
        (Fact.FLOOR, "yes", date(2026, 9, 1)),
        (Fact.CATEGORY, "3", date(2026, 9, 1)),
    }


@pytest.mark.parametrize("school", ["990001", 990001, "880/2001", "8802001", "harbour  SCHOOL", "Old Mill"])
def test_a_school_is_found_by_number_or_a_name_that_only_one_open_school_has(workbook, school):
    (found,) = read_allocation(workbook({**GOOD, "school": school}), DIRECTORY, SCALES).rows
    assert found.urn == ("990005" if school == "Old Mill" else "990001")


@pytest.mark.parametrize(
    ("changed", "column", "remedy"),
    [
        ({"year": ""}, "Academic year", "cannot be"),
        ({"year": "last year"}, "Academic year", "2026-27"),
        ({"school": "St Mary's"}, "School", "write the URN"),
        ({"school": "999999"}, "School", "import the register"),
        ({"head": "W", "head_email": "w@@x"}, "Headteacher's e-mail", "address"),
        ({"chair_email": "c@h.example"}, "Chair of Governors", "no name"),
        (
            {"judgement": "satisfactory", "judged": date(2013, 1, 1)},
            "Ofsted judgement",
            "outstanding, good, requires improvement or inadequate",
        ),
        (
            {"judgement": "requires improvement", "judged": date(2011, 1, 1)},
            "Ofsted judgement",
            "satisfactory",
        ),
        ({"judgement": "good", "judged": date(2025, 1, 1)}, "Ofsted judgement", "no overall judgement"),
        ({"judgement": "good"}, "Ofsted date", "needs the date"),
        ({"judgement": "good", "judged": "32/01/2020"}, "Ofsted date", "31/12/2026"),
        (
            {"concern": "notice to improve", "concern_since": date(2020, 1, 1)},
            "Category of concern",
            "serious weaknesses",
        ),
        ({"floor": "perhaps"}, "Below floor standard", "yes or no"),
        ({"category": 5}, "LA category", "1, 2, 3 or 4"),
    ],
)
def test_each_problem_names_sheet_row_column_value_and_remedy(workbook, changed, column, remedy):
    (problem,) = problems(workbook(GOOD | {"school": "990005"}, {**GOOD, **changed}))
    assert (problem.sheet, problem.row, problem.column) == (SHEET, 3, column)
    assert remedy in problem.remedy
    assert str(problem).startswith(f"allocation.xlsx, sheet “{SHEET}”, row 3, column “{column}”")


def test_all_problems_are_told_at_once(workbook):
    found = problems(
        workbook({**GOOD, "floor": "x", "category": "9"}, {**GOOD, "school": "none", "year": "x"}, GOOD, GOOD)
    )
    assert [(each.row, each.column) for each in found] == [
        (2, "Below floor standard"), (2, "LA category"), (3, "Academic year"), (3, "School"), (4, "School"), (5, "School"),
    ]  # fmt: skip
    assert "row 2 already" in found[-1].remedy


def test_a_quotation_mark_that_is_never_closed_swallows_no_school(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('SEP,School,Year,Chair\nAda,990001,2026-27,"Corin Bale\nAda,990005,2026-27,Nell Ark\n')
    (problem,) = problems(path)
    assert "quotation mark" in problem.remedy


def test_a_second_head_of_support_is_a_slip(workbook):
    lead = {"lead": "Marian Oake", "lead_email": "m@council.example"}
    found = problems(
        workbook({**GOOD, **lead}, {**GOOD, "school": "990005", **lead, "lead_email": "x@elsewhere.example"})
    )
    assert [(each.row, each.column) for each in found] == [(3, "Head of School Support & Challenge")]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"head": "h@x.example"}, "Headteacher"),
        ({"floor_since": date(2026, 9, 1)}, "Below floor standard"),
        ({"judged": date(2020, 1, 1)}, "Ofsted judgement"),
    ],
)
def test_slips_between_columns_are_found(workbook, changed, column):
    assert [each.column for each in problems(workbook({**GOOD, **changed}))] == [column]


def test_a_heading_that_is_not_known_is_said(workbook):
    path = workbook(GOOD)
    book = openpyxl.load_workbook(path)
    book[SHEET].cell(1, 5).value = "Head mail"
    book.save(path)
    assert read_allocation(path, DIRECTORY, SCALES).unknown == ("Head mail",)


def test_a_name_nearly_right_is_offered(workbook):
    (problem,) = problems(workbook({**GOOD, "school": "Harbor School"}))
    assert "Is Harbour School meant?" in problem.remedy


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_does_as_well(tmp_path, delimiter, encoding):
    path = tmp_path / "a.csv"
    heads, cells = (
        ["Academic Year", "SEP", "URN", "Headteacher’s email", "Head"],
        ["2026/27", "Zoë", "990001", "h@x.example", "H"],
    )
    path.write_bytes(f"{delimiter.join(heads)}\r\n{delimiter.join(cells)}".encode(encoding))
    (found,) = read_allocation(path, DIRECTORY, SCALES).rows
    assert (found.sep, found.contacts[0].email) == ("Zoë", "h@x.example")


@pytest.mark.parametrize(
    ("name", "data", "remedy"),
    [
        ("a.xlsx", b"not a zip", "save it again"),
        ("a.xls", b"x", ".xlsx and .csv"),
        ("a.csv", b"a,b\n1,2\n", "headings"),
        ("a.csv", b"SEP,School\n", "one row for each"),
        ("gone.xlsx", None, "no such file"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, name, data, remedy):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (problem,) = problems(tmp_path / name)
    assert remedy in problem.remedy


def _load(store, now):
    with store.atomic():
        store.schools.save(SCHOOLS, "x", now)


def test_the_preview_shows_old_and_new_and_applies_only_when_accepted(store, now, workbook):
    _load(store, now)
    first = workbook({**GOOD, "chair": "Corin Bale", "chair_email": "c@h.example"})
    preview = allocations.preview_allocation(store=store, path=first, today=TODAY)
    assert not store.allocations.allocated(2026)
    allocations.apply_allocation(store=store, preview=preview, now=now)
    second = workbook({**GOOD, "chair": "Nell Ark", "chair_email": "n@h.example"}, name="second.xlsx")
    (_, effects) = allocations.preview_allocation(store=store, path=second, today=TODAY).effects[0]
    assert effects == ("Chair of Governors: Nell Ark n@h.example (was Corin Bale c@h.example)",)
    assert allocations.preview_allocation(store=store, path=first, today=TODAY).effects[0][1] == ()


def test_rows_of_other_seps_are_left_alone(store, now, workbook):
    _load(store, now)
    store.settings.put("me.name", "Ada Penrose")
    path = workbook(GOOD, {**GOOD, "sep": "Bo Quill", "school": "990005"})
    preview = allocations.preview_allocation(store=store, path=path, today=TODAY)
    assert [row.urn for row in preview.rows] == ["990001"]
    assert preview.others == 1
    assert len(allocations.preview_allocation(store=store, path=path, today=TODAY, sep="bo quill").rows) == 1
    with pytest.raises(
        UserError, match=r"no row for Cy\. It has rows for Ada Penrose \(1\) and Bo Quill \(1\)"
    ):
        allocations.preview_allocation(store=store, path=path, today=TODAY, sep="Cy")


def test_a_blank_cell_takes_nothing_away(store, now, workbook):
    _load(store, now)
    full = workbook({**GOOD, "head": "Wren", "head_email": "w@h.example", "head_since": date(2020, 1, 1)})
    allocations.apply_allocation(
        store=store, preview=allocations.preview_allocation(store=store, path=full, today=TODAY), now=now
    )
    bare = workbook({**GOOD, "head": "Wren"}, name="bare.xlsx")
    allocations.apply_allocation(
        store=store, preview=allocations.preview_allocation(store=store, path=bare, today=TODAY), now=now
    )
    (head,) = store.people.contacts("990001")
    assert (head.email, head.since) == ("w@h.example", date(2020, 1, 1))
