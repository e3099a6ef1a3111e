"""The real paper beside the writing."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtPdf import QPdfBookmarkModel, QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QLabel


class PdfPreview(QPdfView):
    """Shows bytes; keeps its place when they change; goes to the page of a heading."""

    def __init__(self, name: str = "The report as it will be printed") -> None:
        super().__init__()
        # Not the view's child: a loaded one that dies with its view takes the process with it (Qt 6.12).
        self._document = QPdfDocument()
        self._bookmarks = QPdfBookmarkModel(self)
        self._bookmarks.setDocument(self._document)
        self._buffer: QBuffer | None = None
        self.setDocument(self._document)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        # Else a page that fits with the bar and not without it would make the view change its mind for ever.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(name)
        self.setMinimumWidth(280)

    def show_data(self, data: bytes) -> None:
        """Show a PDF in the place of the one before."""
        place = self.verticalScrollBar().value()
        buffer = QBuffer(self._document)
        buffer.setData(QByteArray(data))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(buffer)
        old, self._buffer = self._buffer, buffer
        if old:
            old.deleteLater()
        self.verticalScrollBar().setValue(place)

    def pages(self) -> int:
        """How many pages it has; none before there is a PDF."""
        return self._document.pageCount()

    def go_to(self, heading: str) -> None:
        """Show the page on which a heading stands, by the bookmarks of the PDF."""
        for root in range(self._bookmarks.rowCount()):
            top = self._bookmarks.index(root, 0)
            for number in range(self._bookmarks.rowCount(top)):
                index = self._bookmarks.index(number, 0, top)
                if index.data(QPdfBookmarkModel.Role.Title) == heading:
                    self.pageNavigator().jump(index.data(QPdfBookmarkModel.Role.Page), QPointF(0, 0))
                    return


def first_page(data: bytes, name: str) -> QLabel:
    """A picture of a PDF's first page; ``name`` is what a screen reader calls it."""
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    page = QPixmap(QSize(300, 424) * ratio)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(0, 0, document.render(0, page.size()))
    painter.end()
    page.setDevicePixelRatio(ratio)
    picture = QLabel()
    picture.setPixmap(page)
    picture.setAccessibleName(name)
    picture.setStyleSheet("border: 1px solid palette(mid);")
    picture.setFixedSize(302, 426)
    return picture
