"""What stands on every page of a report."""

from dataclasses import replace

import pytest

from sep_desktop.documents.report_paper import compose
from sep_desktop.services import reports


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (0, "the people on the distribution list"),
        (1, "the one person on the distribution list"),
        (2, "the two people on the distribution list"),
        (3, "the three people on the distribution list"),
    ],
)
def test_the_foot_says_how_many_people_it_is_for(store, written, now, people, words):
    confirmed = reports.confirm(store=store, visit=written, now=now)
    facts = reports._facts(store, confirmed.report, confirmed.recipients, 1, now)
    paper = compose(replace(facts, recipients=confirmed.recipients[:people]))
    assert paper.confidentiality == f"Confidential to {words}"
