"""The files of ``resources/`` are what they say they are."""

import hashlib
import tomllib

import pytest

from sep_desktop import paths

TEMPLATES = sorted((paths.resources() / "templates").glob("*.toml"))
RELEASED = {
    "agenda-additional-1": "cbaba4943675fcd6d2cf6887c8bf148ddb21093c58c170bea9e68cc602e8415e",
    "agenda-annual-1": "a1ad59a9fc49e8097b7a890aaf6219149ad40ddba6266f8c4d3d7aa954d1fbec",
    "agenda-termly-1": "6ccdd6789b49f7bef8688d2ec602f85441ec671fd138ea4c624f4a6413c28c53",
    "appraisal-1": "02358ff25453b8add2f6c17f6e36db77f71993b9eedc737ea0906d7ff0aa7d30",
    "report-additional-1": "9297fb532ec940e8dbc5f02e6d118d6c7f7a8605004313aea65bb544132bf631",
    "report-annual-1": "b428ee433d77a4b9ee965f99e4297e3941d1987df963bef52c33a3e6ea5d3f75",
    "report-termly-1": "eabe97641253759015c5ae1f31d7fd41d34573f0bead9af46540c2b23195df55",
}
"""What was begun under a template keeps it: a released one is never changed, a new number takes its place."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_is_what_its_file_says(path):
    stem, _, number = path.stem.rpartition("-")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (data.get("id", stem), data["version"]) == (stem.partition("-")[2] or stem, int(number))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_released_template_stays_as_it_is(path):
    text = path.read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() == RELEASED[path.stem], "copy it to the next number"
