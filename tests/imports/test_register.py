"""The national register in all its shapes."""

import csv
import io
import zipfile
from datetime import date

import pytest

from sep_desktop.errors import Cancelled, UserError
from sep_desktop.imports.problems import FileProblems
from sep_desktop.imports.register import read_register
from sep_desktop.services import registers

HEADER = [
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)", "EstablishmentStatus (name)", "OpenDate",
    "CloseDate", "PhaseOfEducation (name)", "Town", "HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle",
]  # fmt: skip


def line(urn="990101", name="Harbour School", **changed):
    row = dict.fromkeys(HEADER, "")
    row |= {
        "URN": urn,
        "LA (code)": "880",
        "LA (name)": "Torbay",
        "EstablishmentNumber": "2001",
        "EstablishmentName": name,
        "EstablishmentStatus (name)": "Open",
    }
    return [str({**row, **changed}[column]) for column in HEADER]


def content(*lines, header=HEADER, encoding="cp1252"):
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerows([header, *lines])
    return out.getvalue().encode(encoding)


@pytest.fixture
def put(tmp_path):
    def write(data, name="edubasealldata20260901.csv"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_is_read(put, encoding):
    (school,) = read_register(put(content(line(name="Ysgol Siân – “Zoë’s”"), encoding=encoding))).schools
    assert school.name == "Ysgol Siân – “Zoë’s”"


def test_letters_damaged_into_controls_are_put_right(put):
    (school,) = read_register(put(content(line(name="St Anne\u0092s\u00a0School"), encoding="utf-8"))).schools
    assert school.name == "St Anne’s School"


def test_columns_may_come_and_go_and_stand_anywhere(put):
    header = ["Ward", "EstablishmentName", "Future column", "URN", "LA (code)"]
    (school,) = read_register(put(content(["x", "A School", "y", "123456", "880"], header=header))).schools
    assert (school.urn, school.name, school.phase, school.head) == ("123456", "A School", "", "")


def test_ragged_rows_are_read_as_far_as_they_go(put):
    short, long = line(urn="990101")[:6], [*line(urn="990102"), "extra", "more"]
    found = read_register(put(content(short, long, [], line(urn="990103"))))
    assert [school.urn for school in found.schools] == ["990101", "990102", "990103"]
    assert not found.problems


def test_a_urn_that_stands_twice_keeps_the_later_row_and_says_so(put):
    found = read_register(put(content(line(name="Old"), line(name="New"))))
    assert [school.name for school in found.schools] == ["New"]
    assert "row 3" in str(found.problems[0])


@pytest.mark.parametrize("urn", ["", "NAT", "12", "12345678", "abc"])
def test_a_row_without_a_urn_is_left_out_and_named(put, urn):
    found = read_register(put(content(line(), line(urn=urn))))
    assert len(found.schools) == 1
    assert "row 3, column “URN”" in str(found.problems[0])


def test_names_are_tidied_and_heads_joined(put):
    row = line(
        name="  St  Mary's, C of E &  All Saints ",
        HeadFirstName="Marek Nowak &",
        HeadLastName="Priya Lam (Interim Head)",
    )
    (school,) = read_register(put(content(row))).schools
    assert (school.name, school.head) == (
        "St Mary's, C of E & All Saints",
        "Marek Nowak & Priya Lam (Interim Head)",
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("01-09-2011", date(2011, 9, 1)),
        ("01-01-1900", None),
        ("", None),
        ("31/08/2025", date(2025, 8, 31)),
        ("soon", None),
    ],
)
def test_dates_in_the_registers_forms(put, text, read):
    (school,) = read_register(put(content(line(OpenDate=text)))).schools
    assert school.opened == read


def test_a_zip_as_served_with_its_links(put):
    links = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\r\n990101,990001,Old School,Predecessor - merged,01-09-2012\r\n990101,990002,Other,Sixth Form,\r\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("edubasealldata20260901.csv", content(line()))
        archive.writestr("links_edubasealldata20260901.csv", links)
        archive.writestr("readme.txt", "x")
    found = read_register(put(out.getvalue(), "extract.zip"))
    assert len(found.schools) == 1
    assert found.links == (("990101", "990001"),)


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"a,b\r\n1,2\r\n", b"URN,Name\r\n1,2\r\n", content()])
def test_what_is_no_register_is_refused_by_name(put, data):
    with pytest.raises(FileProblems, match=r"edubasealldata20260901\.csv\. This is no register"):
        read_register(put(data))


def test_a_missing_file_a_folder_and_a_broken_zip_are_said(tmp_path, put):
    for path in (tmp_path / "nothing.csv", tmp_path, put(b"PK\x05\x06" + b"\0" * 18 + b"x", "broken.zip")):
        with pytest.raises(FileProblems):
            read_register(path)


def test_the_preview_tells_new_changed_and_closed_and_nothing_is_deleted(store, put, now):
    first = put(content(line("990101", "A"), line("990102", "B", EstablishmentNumber="2002")), "one.csv")
    registers.apply_register(
        store=store, preview=registers.preview_register(store=store, path=first, la_code="880"), now=now
    )
    second = put(
        content(
            line(
                "990102",
                "B",
                EstablishmentNumber="2002",
                **{"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2026", "Town": "Paignton"},
            ),
            line("990103", "C"),
        ),
        "two.csv",
    )
    preview = registers.preview_register(store=store, path=second, la_code="880")
    assert [school.urn for school in preview.new] == ["990103"]
    ((changed, differences),) = preview.changed
    assert changed.urn == "990102"
    assert [(each.label, each.old, each.new) for each in differences] == [
        ("status", "Open", "Closed"),
        ("closed", "", "2026-08-31"),
        ("town", "", "Paignton"),
    ]
    assert [school.urn for school in preview.closed] == ["990102"]
    registers.apply_register(store=store, preview=preview, now=now)
    assert set(store.schools.all()) == {"990101", "990102", "990103"}


def test_the_school_that_takes_over_a_number_knows_its_predecessor(store, put, now):
    closed = line("990101", "A Primary", **{"EstablishmentStatus (name)": "Closed"})
    path = put(content(closed, line("990201", "A Academy")))
    registers.apply_register(
        store=store, preview=registers.preview_register(store=store, path=path, la_code="880"), now=now
    )
    path = put(content(closed, line("990201", "A Academy", Town="X")))
    registers.apply_register(
        store=store, preview=registers.preview_register(store=store, path=path, la_code="880"), now=now
    )
    assert store.schools.predecessors("990201") == ["990101"]
    assert store.schools.successor("990101") == "990201"


def test_an_authority_that_is_not_in_the_file_is_named_with_those_that_are(store, put):
    with pytest.raises(UserError, match=r"no school of LA 201.*880 Torbay \(1\)"):
        registers.preview_register(store=store, path=put(content(line())), la_code="201")


def test_an_import_that_is_stopped_leaves_nothing_half_done(store, put, now):
    path = put(content(*(line(str(900000 + n)) for n in range(3000))))

    def stop(done, total):
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_register(path, stop)
    preview = registers.preview_register(store=store, path=path, la_code="all")
    with pytest.raises(Cancelled):
        registers.apply_register(store=store, preview=preview, now=now, progress=stop)
    assert store.schools.count() == 0
    assert not store.journal.entries()
