"""Every case of the proof in one round each; ``python -m tests.faults`` tries those that chance decides many times."""

import pytest

from tests.faults.case import Case, Unavailable
from tests.faults.registry import all_cases
from tests.faults.runner import Job, try_once


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("faults") / "shared"


def _param(case: Case):
    return pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.slow else [])


@pytest.mark.parametrize("case", [_param(case) for case in all_cases()])
def test_a_round_of(case, tmp_path, shared, caplog):
    try:
        tally = try_once(Job.of(case, 0), tmp_path / "faults", shared)
    except Unavailable as reason:
        pytest.skip(str(reason))
    caplog.clear()  # a fault may be logged; what it may say is a case of its own
    assert tally.is_clean
