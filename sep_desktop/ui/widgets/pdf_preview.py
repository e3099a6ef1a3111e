"""The real paper beside the writing."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF
from PySide6.QtPdf import QPdfBookmarkModel, QPdfDocument
from PySide6.QtPdfWidgets import QPdfView


class PdfPreview(QPdfView):
    """Shows bytes; keeps its place when they change; goes to the page of a heading."""

    def __init__(self) -> None:
        super().__init__()
        self._document = QPdfDocument(self)
        self._bookmarks = QPdfBookmarkModel(self)
        self._bookmarks.setDocument(self._document)
        self._buffer: QBuffer | None = None
        self.setDocument(self._document)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.setAccessibleName("The report as it will be printed")
        self.setMinimumWidth(280)

    def show_data(self, data: bytes) -> None:
        place = self.verticalScrollBar().value()
        buffer = QBuffer(self)
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(buffer)
        old, self._buffer = self._buffer, buffer
        if old:
            old.deleteLater()
        self.verticalScrollBar().setValue(place)

    def pages(self) -> int:
        return self._document.pageCount()

    def go_to(self, heading: str) -> None:
        """The page on which a heading stands."""
        for root in range(self._bookmarks.rowCount()):
            top = self._bookmarks.index(root, 0)
            for number in range(self._bookmarks.rowCount(top)):
                index = self._bookmarks.index(number, 0, top)
                if index.data(QPdfBookmarkModel.Role.Title) == heading:
                    self.pageNavigator().jump(index.data(QPdfBookmarkModel.Role.Page), QPointF(0, 0))
                    return
