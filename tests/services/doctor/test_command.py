"""The command line's doctor: exit codes, and what it says where the store does not open."""

import pytest

from sep_desktop import cli
from sep_desktop.commands import doctor
from sep_desktop.storage.os_keyring import NoKeyring
from tests.services.doctor.conftest import snapshot
from tests.support.fakes import PASSPHRASE


@pytest.fixture
def run(closed, tmp_path, monkeypatch, capsys):
    """Runs it over the closed store: exit code and output."""
    monkeypatch.setattr(doctor, "find_keyring", NoKeyring)

    def command(passphrase=PASSPHRASE):
        secret = tmp_path / "secret"
        secret.write_text(passphrase)
        given = ["--passphrase-file", str(secret)] if passphrase else []
        code = cli.main(["doctor", "--store", str(closed.root), *given])
        return code, capsys.readouterr().out

    return command


def test_a_sound_store_is_well_and_is_left_as_it_was(run, closed):
    before = snapshot(closed.root)
    code, said = run()
    assert code == cli.DONE
    assert "well  store: Sound" in said
    assert snapshot(closed.root) == before


def test_without_a_passphrase_it_is_looked_at_from_outside(run):
    code, said = run("")
    assert code == cli.ENVIRONMENT
    assert "looked at from outside" in said
    assert "well  keys: The store opens with" in said


def test_a_store_that_does_not_open_is_spoken_of_all_the_same(run, closed):
    closed.database.write_bytes(b"")
    code, said = run()
    assert code == cli.ENVIRONMENT
    assert "is empty" in said
    assert "well  backups: " in said
