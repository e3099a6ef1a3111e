"""Files of policies: refused with file, row, key and remedy, or taken whole."""

from datetime import date

import pytest

from sep_desktop.domain.edition import Edition, PolicyKind
from sep_desktop.errors import UserError
from sep_desktop.imports.policies.reading import as_file, in_words, read_file, value_of
from sep_desktop.imports.problems import FileProblems
from tests.support.policies import edition

FIRST = date(2026, 9, 1)


@pytest.fixture
def file_of(tmp_path):
    """A whole file of a kind, with one thing in it put otherwise."""

    def write(kind, old="", new="", name="policy.toml"):
        text = as_file(edition(kind), "880", 1, FIRST)
        assert not old or old in text
        path = tmp_path / name
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
        return path

    return write


def problems_of(path):
    with pytest.raises(FileProblems) as refused:
        read_file(path)
    return refused.value.problems


def line_of(path, words):
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


@pytest.mark.parametrize("kind", PolicyKind)
def test_what_is_written_out_is_read_back(file_of, kind):
    read = read_file(file_of(kind))
    assert (read.kind, read.authority, read.version, read.first, read.last) == (kind, "880", 1, FIRST, None)
    theirs, ours = value_of(read), value_of(edition(kind))
    if kind is PolicyKind.ENTITLEMENT:
        assert (theirs.rules, theirs.conditions) == (ours.rules, ours.conditions)
    elif kind.startswith(("agenda", "report-")):
        assert theirs.__dict__ | {"id": "", "version": 0} == ours.__dict__ | {"id": "", "version": 0}
    else:
        assert theirs == ours


def test_what_is_written_out_keeps_its_comments(file_of):
    assert "since teaching schools ended" in file_of(PolicyKind.SUPPORT).read_text(encoding="utf-8")


E = PolicyKind.ENTITLEMENT
WRONG = [
    (E, 'kind = "entitlement"', 'kind = "entitlements"', "kind", "Write one of: entitlement"),
    (E, "format = 1", "format = 2", "format", "Install a newer one"),
    (E, "format = 1\n", "", "format", "whole number"),
    (E, 'authority = "880"', 'authority = "Torbay"', "authority", "three digits"),
    (E, 'authority = "880"', "authority = 880", "authority", "in quotation marks"),
    (E, "version = 1", "version = 0", "version", "whole number from 1"),
    (E, "version = 1", "version = true", "version", "whole number from 1"),
    (E, "first = 2026-09-01", 'first = "September"', "first", "Write a day from 1990 to 2100, as 2026-09-01"),
    (
        E,
        "first = 2026-09-01",
        "first = 2026-09-01T00:00:00",
        "first",
        "Write a day from 1990 to 2100, as 2026-09-01",
    ),
    (E, 'fact = "judgement"', 'fact = "judgment"', "fact", "Write one of: judgement"),
    (E, "within_months = 12", "", "within_months", "give within_months, and no values"),
    (E, "within_months = 12", "within_months = 12.5", "within_months", "whole number"),
    (
        E,
        "because = \"Ofsted's judgement of {since}",
        'because = "{school} of {since}',
        "because",
        "In braces may stand {value} or {since}",
    ),
    (E, "because = \"Ofsted's judgement of {since}", 'because = "{since', "because", "In braces may stand"),
    (
        E,
        'reason = "Every school has one visit a year."',
        'reason = "{because}"',
        "reason",
        "In braces may stand nothing",
    ),
    (
        E,
        'kind = "additional"',
        'kind = "monthly"',
        "kind",
        "There is no such kind of visit. Write annual, additional or termly",
    ),
    (E, "on_site = 0.5", 'on_site = "half"', "on_site", "Write a number from 0 to 20"),
    (E, "on_site = 0.5", "on_site = -1", "on_site", "Write a number from 0 to 20"),
    (E, "on_site = 0.5", "on_site = nan", "on_site", "Write a number from 0 to 20"),
    (E, "on_site = 0.5", "on_sight = 0.5", "on_sight", "not known here"),
    (
        E,
        'when = ["satisfactory", "new-headteacher"]',
        'when = ["satisfied"]',
        "when",
        "Add [conditions.satisfied]",
    ),
    (
        E,
        'instead_of = ["annual", "additional"]',
        'instead_of = ["annually"]',
        "instead_of",
        "no rule with this key",
    ),
    (E, 'key = "additional"', 'key = "annual"', "key", "Another rule has this key"),
    (E, "each_term = true", 'each_term = "yes"', "each_term", "true or false"),
    (E, 'due_term = "summer"', 'due_term = "winter"', "due_term", "autumn, spring or summer"),
    (PolicyKind.TERMS, '"2026-09-02", "2026-12-18"', '"2026-09-02"', "autumn", "the first and the last day"),
    (PolicyKind.TERMS, '"2027-01-04"', '"2026-12-10"', "spring", "The days overlap"),
    (PolicyKind.TERMS, '"2027-01-04"', '"2028-01-04"', "spring", "the first and the last day"),
    (PolicyKind.TERMS, "year = 2026", "year = 2027", "autumn", "not within 2027-28"),
    (PolicyKind.TERMS, "year = 2026", "year = 2025", "year", "here twice"),
    (PolicyKind.TERMS, '"2026-10-26"', '"2026-12-26"', "last", "end before it begins"),
    (PolicyKind.TERMS, 'first = "2026-10-26"', 'first = "2026-07-26"', "first", "not within one term"),
    (PolicyKind.JUDGEMENTS, "last = 2012-08-31", "last = 2012-07-31", "scales", "There is a gap"),
    (PolicyKind.JUDGEMENTS, "last = 2012-08-31", "last = 2012-09-30", "scales", "The days overlap"),
    (PolicyKind.CATEGORIES, "number = 2", "number = 3", "number", "this is number 2"),
    (PolicyKind.CATEGORIES, 'key = "attainment-up"', 'key = "mostly-outstanding"', "factors", "Two factors"),
    (
        PolicyKind.SUPPORT,
        '["sle", "Specialist Leader of Education"]',
        '["sle"]',
        "sources",
        "a key and a name",
    ),
    (PolicyKind.SUPPORT, '["sle", ', '["nss", ', "sources", "Two sources have this key"),
    (
        PolicyKind.APPRAISAL_SCALE,
        '"Fully met", "Good progress", "Some progress", "Not met"',
        "",
        "scale",
        "at least one",
    ),
    (PolicyKind.APPRAISAL_SCALE, '"Good progress"', '"Fully met"', "scale", "Name each once"),
    (PolicyKind.DISTRIBUTION, '"headteacher"', '"Headteacher"', "roles", "small Latin letters"),
    (
        PolicyKind.RETENTION,
        "messages = 1",
        "messages = 7",
        "messages",
        "no longer than these. Write at most 6",
    ),
    (PolicyKind.RETENTION, "messages = 1", "messages = 0", "messages", "no longer than these"),
    (PolicyKind.RETENTION, "reports = 6", "reports = -1", "reports", "a whole number"),
    (PolicyKind.REPORTING, "working_days = 0", "working_days = 1.5", "working_days", "whole number"),
    (
        PolicyKind.READERS,
        'advice = ["headteacher"',
        'advice = ["head of school support & challenge"',
        "advice",
        "Nobody but headteacher or nominated governor may read this",
    ),
    (PolicyKind.READERS, 'advice = ["headteacher"', 'advice = ["diocesan director"', "advice", "Nobody but"),
    (
        PolicyKind.READERS,
        'annex = ["headteacher", "nominated governor"]',
        "annex = []",
        "annex",
        "at least one",
    ),
    (PolicyKind.READERS, 'annex = ["headteacher", "nominated governor"]', "", "annex", "list of words"),
    (PolicyKind.APPRAISAL, 'stage = "Looking back"', 'stage = "Later"', "stage", "Write one of"),
    (PolicyKind.APPRAISAL, 'becomes = "objective"', 'becomes = "aim"', "fields", "nothing can become it"),
    (
        PolicyKind.APPRAISAL,
        'papers = ["advice", "statement"]',
        'papers = ["advice", "letter"]',
        "papers",
        "advice, annex or statement",
    ),
    (PolicyKind.AGENDA_ANNUAL, 'key = "strengths"', 'key = "data"', "items", "here twice"),
    (PolicyKind.AGENDA_ANNUAL, 'title = "Strengths"', 'titel = "Strengths"', "titel", "not known here"),
    (PolicyKind.REPORT_ANNUAL, 'key = "areas"', 'key = "area"', "sections", "The section is missing"),
    (PolicyKind.REPORT_ANNUAL, 'kind = "time"', 'kind = "prose"', "sections", "has to be of kind “time”"),
    (
        PolicyKind.REPORT_ANNUAL,
        'kind = "category"',
        'kind = "time"',
        "sections",
        "one section of kind “time”",
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "key", "words"), WRONG)
def test_what_does_not_fit_names_file_row_key_and_remedy(file_of, kind, old, new, key, words):
    path = file_of(kind, old, new)
    problems = problems_of(path)
    problem = next(each for each in problems if each.column == key and words in each.remedy)
    assert problem.file == "policy.toml"
    changed = new.splitlines()[0] if new else ""
    if changed and key != "sections" and key in changed:
        assert changed in path.read_text(encoding="utf-8").splitlines()[problem.row - 1]
    assert all(str(each).startswith("policy.toml") for each in problems)


def test_rules_that_stand_in_each_others_place_are_refused(file_of):
    path = file_of(
        E, 'reason = "Every school has one visit a year."', 'reason = "R."\ninstead_of = ["termly"]'
    )
    annual, termly = [each for each in problems_of(path) if "each other's place" in each.remedy]
    assert "stand in each other's place: annual and termly" in annual.remedy
    assert (annual.row, termly.row) == (
        line_of(path, 'instead_of = ["termly"]'),
        line_of(path, 'instead_of = ["annual"'),
    )


def test_all_problems_are_told_at_once(file_of):
    path = file_of(E, "on_site = 0.5", 'on_site = "half"\nkind = 5', "many.toml")
    path.write_text(path.read_text(encoding="utf-8").replace('kind = "annual"\n', ""), encoding="utf-8")
    assert [each.column for each in problems_of(path)] == ["on_site", "kind"]


def test_a_gap_between_the_years_is_named(file_of):
    path = file_of(
        PolicyKind.TERMS,
        new="""
[[terms]]
year = 2029
autumn = ["2029-09-03", "2029-12-20"]
spring = ["2030-01-04", "2030-03-29"]
summer = ["2030-04-15", "2030-07-22"]
""",
    )
    (problem,) = problems_of(path)
    assert "There is a gap: the terms of 2027-28 are missing." in problem.remedy


@pytest.mark.parametrize(
    ("data", "row", "words"),
    [
        (b"format = 1\nkind = entitlement\n", 2, "not written as TOML is"),
        (b"format = 1\n\xff\xfe\n", 2, "no plain text"),
        (b"", 0, "The file is empty"),
        (b"[" * 100_000, 1, "TOML"),
        (b"PK\x03\x04" + bytes(range(128, 256)), 1, "no plain text"),
    ],
)
def test_what_is_no_policy_at_all_says_so(tmp_path, data, row, words):
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    problem = problems_of(path)[0]
    assert problem.row == row
    assert words in problem.remedy


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    (problem,) = problems_of(path)
    assert "50.0 MB" in problem.remedy


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(UserError, match="There is no such file"):
        read_file(tmp_path / "gone.toml")


def test_a_file_of_windows_is_read(file_of):
    path = file_of(E)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_file(path).kind is E


def test_an_edition_that_is_no_policy_of_its_kind_says_so():
    with pytest.raises(FileProblems, match="Days for the report, version 1 of the program, row 1"):
        value_of(Edition(PolicyKind.REPORTING, "", 1, FIRST, None, "", "working_days = -1"))


ATTACKS = [
    (E, "of {since} is “{value}”", "of {since} is “{value:d}”", "because"),
    (E, "of {since} is “{value}”", "of {since!x} is “{value}”", "because"),
    (E, "of {since} is “{value}”", "of {since:>100000000}", "because"),
    (E, 'fact = "judgement"', 'fact = "headteacher in post since"', "within_months"),
    (E, 'fact = "headteacher in post since"', 'fact = "judgement"', "values"),
    (E, 'key = "preparation"', 'key = "termly-autumn"', "key"),
    (E, 'key = "preparation"', 'key = "extra-1"', "key"),
    (E, "each_term = true", "each_term = false", "instead_of"),
    (E, "first = 2026-09-01", "first = 0001-01-01", "first"),
    (E, "first = 2026-09-01", "first = 2026-09-01\nlast = 9999-12-31", "last"),
    (E, "version = 1", f"version = 0x{'f' * 9000}", "version"),
    (E, "version = 1", f"version{'.a' * 3000} = 1", "version"),
    (PolicyKind.JUDGEMENTS, "last = 2012-08-31\n", "", "scales"),
    (PolicyKind.TERMS, "year = 2025", "year = 0", "year"),
    (PolicyKind.APPRAISAL, 'key = "overall"', 'key = "deadline"', "key"),
    (PolicyKind.APPRAISAL, 'key = "overall"', 'key = "panel"', "key"),
    (PolicyKind.APPRAISAL, 'stage = "Looking back"', 'stage = "People"', "stage"),
    (PolicyKind.APPRAISAL_SCALE, '"Good progress"', f'"{"x" * 2001}"', "scale"),
    (PolicyKind.SUPPORT, '["sle", "Specialist', f'["sle", "{"x" * 2001}', "sources"),
    *(
        (PolicyKind.DISTRIBUTION, '"headteacher"', f'"{role}"', "roles")
        for role in (
            "head\u200bteacher",
            "hеadteacher",
            "headteacher\u00ad",
            "\u202ehead",
            "ınspector",
            "a  b",
            "3",
        )
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "key"), ATTACKS)
def test_what_would_break_the_program_later_is_refused_at_the_door(file_of, kind, old, new, key):
    if old not in file_of(kind).read_text(encoding="utf-8"):
        pytest.fail("this attacks nothing")
    assert key in [each.column for each in problems_of(file_of(kind, old, new))]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PolicyKind.TERMS, '[[breaks]]\nfirst = "x"\nlast = "y"\n'),
        (PolicyKind.REPORTING, f"working_days = {'9' * 5000}"),
        (PolicyKind.SUPPORT, "sources = [" + ", ".join(f'["k{n}", "N"]' for n in range(20_000)) + "]"),
        (PolicyKind.DISTRIBUTION, "roles = [" + ", ".join(f'"role {n}"' for n in range(5_000)) + "]"),
        (PolicyKind.REPORTING, "working_days = 1\n" + "".join(f"k{n} = 1\n" for n in range(5_000))),
    ],
)
def test_a_monstrous_file_is_refused_in_a_moment_with_few_words(tmp_path, kind, text):
    path = tmp_path / "x.toml"
    head = f'format = 1\nkind = "{kind}"\nauthority = "880"\nversion = 1\nfirst = 2026-09-01\nsource = "S"\n'
    path.write_text(head + text, encoding="utf-8")
    assert len(problems_of(path)) <= 50


def test_rules_that_all_stand_in_the_place_of_later_ones_are_read_in_a_moment(tmp_path):
    """Each path once: by every path it would double with each rule."""
    rules = "".join(
        f'[[rules]]\nkey = "r{n}"\ntitle = "T"\nreason = "R."\non_site = 1\neach_term = true\n'
        f"instead_of = {[f'r{later}' for later in range(n + 1, 60)]}\n".replace("'", '"')
        for n in range(60)
    )
    path = tmp_path / "x.toml"
    head = (
        'format = 1\nkind = "entitlement"\nauthority = "880"\nversion = 1\nfirst = 2026-09-01\nsource = "S"\n'
    )
    path.write_text(head + rules, encoding="utf-8")
    assert read_file(path).kind is E


def test_words_are_taken_as_they_are_stored(file_of):
    """Typed on a Mac, “é” may be two signs: what is chosen from a scale has to be found on it."""
    path = file_of(PolicyKind.APPRAISAL_SCALE, '"Good progress"', '"Cafe\u0301 progress"')
    assert "Caf\u00e9 progress" in value_of(read_file(path))


CHANGES = [
    (E, 'reason = "Every school has one visit a year."', 'reason = "So."'),
    (E, 'clause = "7.3"', 'clause = "9.9"'),
    (E, "assumed = ", 'assumed = "Not." # '),
    (E, 'kind = "annual"\n', ""),
    (PolicyKind.APPRAISAL, 'becomes = "criteria"', 'becomes = ""'),
    (PolicyKind.APPRAISAL, 'needed_for = ["advice", "statement"]', 'needed_for = ["advice"]'),
    (PolicyKind.APPRAISAL, 'stage = "Looking back"', 'stage = "Advice"'),
    (PolicyKind.APPRAISAL, 'kind = "line"', 'kind = "prose"'),
    (PolicyKind.AGENDA_ANNUAL, 'section = "strengths"', 'section = "areas"'),
    (PolicyKind.AGENDA_ANNUAL, 'clause = "7.3"', 'clause = "9.9"'),
    (PolicyKind.REPORT_ANNUAL, 'clause = "7.3"', 'clause = "9.9"'),
    (PolicyKind.REPORT_ANNUAL, "required = false", "required = true"),
    (PolicyKind.CATEGORIES, 'key = "attainment-up"', 'key = "attainment-rises"'),
    (PolicyKind.DISTRIBUTION, '"headteacher", "chair of governors"', '"chair of governors", "headteacher"'),
]


@pytest.mark.parametrize(("kind", "old", "new"), CHANGES)
def test_whatever_is_put_otherwise_reads_otherwise(file_of, kind, old, new):
    """A preview says that the words are the same only where they are."""
    assert in_words(read_file(file_of(kind))) != in_words(read_file(file_of(kind, old, new)))
