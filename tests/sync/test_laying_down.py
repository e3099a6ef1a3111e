"""Papers and their list: no half of the pair, no second one after a kill."""

import os
import subprocess
import sys

import pytest

from sep_desktop import files
from sep_desktop.domain.outbox import State
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.storage import store as stores
from sep_desktop.sync import hand_out, laying_down
from sep_desktop.sync.hand_out import write_papers
from sep_desktop.sync.queue import AddressList
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import PASSPHRASE
from tests.sync.test_hand_over import states

LIST = AddressList("addresses.csv", ("file", "name"))


def held_by_excel(path, *_, **__):
    error = PermissionError(13, "in use", str(path))
    error.winerror = 32
    raise error


@pytest.mark.parametrize("deed", ["open", "replace"])
def test_a_list_that_is_open_in_excel_leaves_no_paper_however_often_it_is_tried(
    store,
    queued,
    clock,
    tmp_path,
    monkeypatch,
    deed,
):
    """It is seen before the paper is written; opened between the two, the paper is taken back."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "addresses.csv").write_bytes(b"file,school\n")
    real = getattr(files.Path, deed)

    def held(path, *arguments, **options):
        is_list = "addresses.csv" in (path.name, getattr(next(iter(arguments), None), "name", ""))
        return held_by_excel(path) if is_list else real(path, *arguments, **options)

    monkeypatch.setattr(files, "sleep", lambda _: None)
    for _ in range(3):
        with monkeypatch.context() as patched, pytest.raises(EnvironmentProblem, match="is open in another"):
            patched.setattr(files.Path, deed, held)
            write_papers(VisitsQueue(store), folder, clock)
        assert [path.name for path in folder.iterdir()] == ["addresses.csv"]
    assert states(store, queued) == [State.QUEUED] * 3
    (path,) = write_papers(VisitsQueue(store), folder, clock).files
    assert sorted(each.name for each in folder.iterdir()) == sorted(["addresses.csv", path.name])


KILLED = """
import os, sys
from pathlib import Path
from sep_desktop.clock import SystemClock
from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.sync import hand_out
from sep_desktop.sync.visits_queue import VisitsQueue

store = stores.unlock(Locations(Path(sys.argv[1])), sys.argv[2])
real = hand_out.add_rows
def killed(*arguments):
    if sys.argv[4] == "after the list":
        real(*arguments)
    os._exit(9)
hand_out.add_rows = killed
hand_out.write_papers(VisitsQueue(store), Path(sys.argv[3]), SystemClock())
"""


@pytest.mark.parametrize("moment", ["before the list", "after the list"])
def test_a_kill_between_paper_and_list_is_known_and_leaves_one_of_each(
    store,
    locations,
    queued,
    clock,
    tmp_path,
    moment,
):
    folder = tmp_path / "papers"
    store.close()
    run = [sys.executable, "-c", KILLED, str(locations.root), PASSPHRASE, str(folder), moment]
    assert subprocess.run(run, check=False).returncode == 9
    again = stores.unlock(locations, PASSPHRASE)
    assert states(again, queued) == [State.QUEUED] * 3
    before = {path: path.read_bytes() for path in folder.glob("*.pdf")}
    (path,) = write_papers(VisitsQueue(again), folder, clock).files
    assert {path: path.read_bytes()} == before
    assert len((folder / "addresses.csv").read_text("utf-8-sig").splitlines()) == 4
    assert states(again, queued) == [State.HANDED_OUT] * 3
    again.close()


def test_the_same_bytes_are_the_same_file_and_others_get_a_number(tmp_path):
    path = tmp_path / "report.pdf"
    first, again, other = (laying_down.lay_down(path, data) for data in (b"one", b"one", b"two"))
    assert (first.path, first.is_new) == (again.path, not again.is_new) == (path, True)
    assert other.path == tmp_path / "report-2.pdf"
    again.take_back()
    other.take_back()
    assert [each.name for each in tmp_path.iterdir()] == ["report.pdf"]


@pytest.mark.skipif(os.name != "posix", reason="links need a right of their own on Windows")
def test_a_link_that_leads_nowhere_is_a_name_that_is_taken(tmp_path):
    (tmp_path / "report.pdf").symlink_to(tmp_path / "nowhere")
    assert laying_down.lay_down(tmp_path / "report.pdf", b"x").path.name == "report-2.pdf"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows knows owners by access lists")
def test_an_equal_file_that_is_a_link_or_open_to_others_is_not_left_so(tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"x")
    (tmp_path / "report.pdf").symlink_to(tmp_path / "elsewhere")
    paper = laying_down.lay_down(tmp_path / "report.pdf", b"x").path
    assert (paper.name, paper.is_symlink()) == ("report-2.pdf", False)
    paper.chmod(0o666)
    assert laying_down.lay_down(tmp_path / "report.pdf", b"x").path == paper
    assert paper.stat().st_mode & 0o777 == 0o600


def test_a_list_saved_as_unicode_text_is_named_before_any_paper(store, queued, tmp_path, clock):
    there = "file,name\nçà.pdf,Zoë\n".encode("utf-16")
    (tmp_path / "addresses.csv").write_bytes(there)
    with pytest.raises(EnvironmentProblem, match=r"addresses\.csv was saved in another encoding") as refused:
        write_papers(VisitsQueue(store), tmp_path, clock)
    assert "CSV UTF-8" in refused.value.hint
    assert not list(tmp_path.glob("*.pdf"))
    assert (tmp_path / "addresses.csv").read_bytes() == there


def test_a_list_saved_by_excel_grows_in_its_own_letters(tmp_path):
    there = "file,name\na.pdf,Zoë\n".encode("cp1252")
    (tmp_path / "addresses.csv").write_bytes(there)
    laying_down.add_rows(tmp_path, LIST, [("b.pdf", "Chloé")])
    assert (tmp_path / "addresses.csv").read_bytes() == there + "b.pdf,Chloé\n".encode("cp1252")
    with pytest.raises(EnvironmentProblem, match="another encoding"):
        laying_down.add_rows(tmp_path, LIST, [("c.pdf", "Ōe")])


def test_a_list_grows_by_what_is_not_in_it_and_runs_nothing(tmp_path):
    laying_down.add_rows(tmp_path, LIST, [("=a.pdf", "@b")])
    laying_down.add_rows(tmp_path, LIST, [("=a.pdf", "@b"), ("c.pdf", "d")])
    assert (tmp_path / "addresses.csv").read_text("utf-8-sig") == "file,name\n'=a.pdf,'@b\nc.pdf,d\n"
    assert hand_out.add_rows is laying_down.add_rows


def test_a_list_whose_last_line_lost_its_end_gets_it_back(tmp_path):
    (tmp_path / "addresses.csv").write_bytes(b"file,name\r\na.pdf,b")
    laying_down.add_rows(tmp_path, LIST, [("c.pdf", "d")])
    assert (tmp_path / "addresses.csv").read_bytes() == b"file,name\r\na.pdf,b\nc.pdf,d\n"
