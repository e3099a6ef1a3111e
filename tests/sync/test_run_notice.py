"""Every sentence about a run."""

from collections import Counter
from pathlib import Path

import pytest

from sep_desktop.domain.outbox import State
from sep_desktop.domain.settings import DeliveryMethodKey as Key
from sep_desktop.notices import Tone
from sep_desktop.sync.delivery_methods import METHODS
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.run_notice import REPORT_HINTS, notice_of
from sep_desktop.sync.transport import Abandoned, NoConnection

TWO = [Path("out/one.eml"), Path("out/two.eml")]
STOPPED = "Sending was stopped. What had not gone waits to be sent."
SENTENCES = [
    (Key.SMTP, {}, 0, Tone.INFORM, "Nothing was sent."),
    (Key.SMTP, {"states": {State.ACCEPTED: 3}}, 0, Tone.INFORM, "Accepted by the mail server: 3 people."),
    (Key.SMTP, {"stopped": NoConnection("No line.")}, 0, Tone.FAIL, "Nothing was sent. No line."),
    (Key.EML, {}, 0, Tone.INFORM, "Nothing was waiting."),
    (Key.EML, {"stopped": Abandoned()}, 0, Tone.FAIL, f"Nothing was sent. {STOPPED}"),
    (Key.EML, {"files": TWO}, 0, Tone.INFORM, "2 files written to out."),
    (Key.PDF, {"files": TWO, "stopped": Abandoned()}, 0, Tone.FAIL, f"2 files written, then: {STOPPED}"),
    (Key.PROGRAM, {"files": TWO}, 0, Tone.INFORM, "2 messages opened in your mail program."),
    (Key.PROGRAM, {"files": TWO}, 1, Tone.WARN, "No program opened 1 of 2 messages."),
    (Key.PROGRAM, {"files": TWO}, 2, Tone.WARN, "No program opened 2 messages."),
]


@pytest.mark.parametrize(("method", "run", "unopened", "tone", "text"), SENTENCES)
def test_a_run_is_told_as_it_went(method, run, unopened, tone, text):
    report = RunReport(Counter(run.get("states", {})), run.get("files", []), stopped=run.get("stopped"))
    notice = notice_of(report, METHODS[method], REPORT_HINTS, TWO[:unopened])
    assert (notice.tone, notice.text) == (tone, text)


def test_where_files_are_is_said():
    notice = notice_of(RunReport(files=TWO), METHODS[Key.PDF], REPORT_HINTS)
    assert notice.hint.startswith("Send what is there")
