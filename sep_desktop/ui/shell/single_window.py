"""A second start raises the first window.

The lock file is what guards the store; this only finds the window.
"""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from sep_desktop.paths import Locations

_PATIENCE = 500  # milliseconds


class SecondStart(QObject):
    """Listens for a second start, and brings the window forward."""

    def __init__(self, locations: Locations, frame: QMainWindow) -> None:
        from PySide6.QtNetwork import QLocalServer

        super().__init__(frame)
        self._frame = frame
        QLocalServer.removeServer(locations.rendezvous)
        self._server: QLocalServer = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._raise)
        self._server.listen(locations.rendezvous)

    def _raise(self) -> None:
        self._frame.showNormal()
        self._frame.raise_()
        self._frame.activateWindow()

    def close(self) -> None:
        """Listen no longer."""
        self._server.close()


def raise_first_window(locations: Locations) -> bool:
    """Whether a first window was there and has been asked to come forward."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(locations.rendezvous)
    there = socket.waitForConnected(_PATIENCE)
    if there:
        socket.write(b"raise")
        socket.waitForBytesWritten(_PATIENCE)
        socket.disconnectFromServer()
    return there
