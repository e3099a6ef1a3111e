"""What was copied here does not stay in the clipboard when the page is closed or the program locks."""

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

_UNRECORDED = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
    "x-kde-passwordManagerHint": b"secret",
    "application/x-nspasteboard-concealed-type": b"",
}
"""Asks Windows' clipboard history, Klipper and others not to keep it (after KeePassXC)."""

_OWN_NOTHING = {"offscreen", "minimal"}
"""Platforms of Qt that say of everything they hold that another program put it there."""

_Mode = QClipboard.Mode


class ClipboardGuard(QObject):
    """Watches what is copied in ``guarded`` and its dialogs. ``forget`` clears what is still there of it.

    With ``mark`` others are asked not to record it.
    """

    def __init__(self, guarded: QWidget, mark: bool = False) -> None:
        super().__init__(guarded)
        self._guarded, self._marks = guarded, mark
        self._copied: dict[QClipboard.Mode, int] = {}
        self._marking = False
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.changed.connect(self._changed)

    def _changed(self, mode: QClipboard.Mode) -> None:
        if self._marking or not self._is_from_here(mode):
            return
        self._copied[mode] = hash(self._clipboard.text(mode))
        if self._marks and mode is _Mode.Clipboard:
            self._mark()

    def _is_from_here(self, mode: QClipboard.Mode) -> bool:
        widget = QApplication.focusWidget()
        while widget is not None and widget is not self._guarded:
            widget = widget.parentWidget()  # also out of a dialog of the page, which is a window of its own
        if widget is None:
            return False
        owns = {
            _Mode.Clipboard: self._clipboard.ownsClipboard,
            _Mode.Selection: self._clipboard.ownsSelection,
            _Mode.FindBuffer: self._clipboard.ownsFindBuffer,
        }
        return owns[mode]() or QGuiApplication.platformName() in _OWN_NOTHING

    def _mark(self) -> None:
        """Put the same words there again, with the wish not to be recorded."""
        present, marked = self._clipboard.mimeData(), QMimeData()
        marked.setText(present.text())
        if present.hasHtml():
            marked.setHtml(present.html())
        for kind, data in _UNRECORDED.items():
            marked.setData(kind, data)
        self._marking = True
        self._clipboard.setMimeData(marked)
        self._marking = False

    def forget(self) -> None:
        """Clear it, and watch no longer."""
        self._clipboard.changed.disconnect(self._changed)
        self.forget_now()

    def forget_now(self) -> None:
        """Clear what was copied so far."""
        for mode, copied in self._copied.items():
            if hash(self._clipboard.text(mode)) == copied:
                self._clipboard.clear(mode)
        self._copied.clear()
