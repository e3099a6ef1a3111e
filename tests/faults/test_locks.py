"""Locks at random moments: a few at each change, two hundred where there is the time."""

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)


@pytest.mark.parametrize("rounds", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_no_lock_loses_or_leaks_anything(qapp, tmp_path, rounds):
    from tests.faults.locks import lock_rounds

    acknowledged, lost, leaked = lock_rounds(rounds, seed=11, folder=tmp_path)
    assert acknowledged >= rounds
    assert (lost, leaked) == (0, 0)
