"""What is asked of a path before a store is opened or made: a mistyped one changes and makes nothing."""

from pathlib import Path

from sep_desktop.errors import EnvironmentProblem, UserError

_OTHER_FOLDER = "Check its name, connect its disk or stick, or make the folder first."


def assert_file(path: Path) -> None:
    """That there is a file to read. Raises ``UserError``."""
    if path.is_dir():
        raise UserError(f"{path} is a folder.", "Name the file in it.")
    if not path.exists():
        raise UserError(f"There is no file {path}.", "Check its name and folder.")


def assert_may_write(path: Path) -> None:
    """That a file may be written there: its folder is there, and it is no folder itself.

    Raises ``EnvironmentProblem``.
    """
    _assert_is_folder(path.parent)
    if path.is_dir():
        raise EnvironmentProblem(f"{path} is a folder.", "Name a file in it.")


def assert_may_fill(folder: Path) -> None:
    """That files may be written into a folder: it is there, or the one that it would be made in is.

    Raises ``EnvironmentProblem``.
    """
    if not folder.is_dir():
        _assert_is_folder(folder.parent)
    if folder.exists() and not folder.is_dir():
        raise EnvironmentProblem(f"{folder} is a file.", "Name a folder.")


def _assert_is_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise EnvironmentProblem(f"There is no folder {folder}.", _OTHER_FOLDER)
