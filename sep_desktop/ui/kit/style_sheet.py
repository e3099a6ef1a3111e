"""The style sheet of the window, from the colours of a scheme. It names no colour itself."""

from dataclasses import dataclass

DRAWINGS = "drawings"
"""The search path under which Qt finds the small drawings (``QDir.setSearchPaths``)."""


@dataclass(frozen=True)
class Tokens:
    """The colours of one scheme; ``ground`` says which drawings can be seen on it, light or dark."""

    surface: str
    raised: str
    sunken: str
    ink: str
    muted: str
    faint: str
    line: str
    accent: str
    on_accent: str
    good: str
    wait: str
    bad: str
    hover: str
    sealed: str
    sealed_ground: str
    ground: str


def style_sheet(c: Tokens, size: float) -> str:
    """The style sheet for text of ``size`` points. Roles are the dynamic property ``role`` of a widget."""
    return _surfaces(c, size) + _buttons(c) + _fields(c) + _tables(c) + _sealed(c)


def _drawing(name: str, c: Tokens) -> str:
    """A small drawing in a style sheet: by search path, for a home may be called ``Zoë O'Brien 100%``."""
    return f"{DRAWINGS}:{name}-on-{c.ground}.svg"


def _surfaces(c: Tokens, size: float) -> str:
    return f"""
    QWidget {{ color: {c.ink}; }}
    QMainWindow, QDialog, QStackedWidget, QScrollArea,
        QScrollArea > QWidget > QWidget {{ background: {c.surface}; }}
    QScrollArea[role="fitting"], QScrollArea[role="fitting"] > QWidget > QWidget {{
        background: transparent; }}
    QLabel, QFrame[role="card"] QStackedWidget,
        QFrame[role="card"] QStackedWidget > QWidget {{ background: transparent; }}
    QLabel[role="title"] {{ font-size: {size * 1.6:.1f}pt; font-weight: 600; }}
    QLabel[role="section"] {{ font-size: {size * 1.2:.1f}pt; font-weight: 600; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QLabel[role="muted"] {{ color: {c.muted}; }}
    QLabel[role="small"] {{ color: {c.muted}; font-size: {size * 0.9:.1f}pt; }}
    QLabel[role="good"] {{ color: {c.good}; }}
    QLabel[role="wait"] {{ color: {c.wait}; }}
    QLabel[role="bad"] {{ color: {c.bad}; }}
    QLabel[role="code"] {{ font-size: {size * 1.4:.1f}pt; font-weight: 600; background: {c.sunken};
        border: 1px solid {c.line}; border-radius: 6px; padding: 12px; }}
    QFrame[role="card"] {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: 6px; }}
    QFrame[role="rule"] {{ background: {c.line}; max-height: 1px; min-height: 1px; border: none; }}
    QFrame[role="navigation"] {{ background: {c.raised}; border: none; border-right: 1px solid {c.line}; }}
    QFrame[role="status"] {{ background: {c.surface}; border: none; border-top: 1px solid {c.line}; }}
    QFrame[role="banner"] {{ background: {c.sunken}; border: 1px solid {c.line};
        border-left: 4px solid {c.accent}; border-radius: 6px; margin-top: 8px; }}
    QLabel[role="notice"] {{ background: {c.sunken}; border: 1px solid {c.line};
        border-left: 4px solid {c.wait}; border-radius: 6px; margin-top: 8px;
        padding: 10px; font-weight: 600; }}
    QFrame[role="banner"][tone="warn"] {{ border-left-color: {c.wait}; }}
    QFrame[role="banner"][tone="fail"] {{ border-left-color: {c.bad}; }}
    """


def _buttons(c: Tokens) -> str:
    return f"""
    QPushButton {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: 6px;
        padding: 4px 14px; min-height: 22px; }}
    QPushButton:hover {{ background: {c.hover}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 3px 13px; }}
    QPushButton:checked {{ background: {c.sunken}; border-color: {c.accent}; color: {c.accent}; }}
    QPushButton:disabled {{ color: {c.muted}; }}
    QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent};
        border: 1px solid {c.accent}; font-weight: 600; }}
    QPushButton[role="primary"]:disabled {{ background: {c.sunken}; color: {c.muted};
        border: 1px solid {c.line}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {c.ink}; }}
    QPushButton[role="link"] {{ background: transparent; border: 2px solid transparent; color: {c.accent};
        padding: 2px 4px; text-align: left; }}
    QPushButton[role="link"]:hover {{ text-decoration: underline; }}
    QPushButton[role="link"]:disabled {{ color: {c.muted}; text-decoration: none; }}
    QPushButton[role="link"]:focus {{ border: 2px solid {c.accent}; border-radius: 6px; }}
    QPushButton[role="navigation"] {{ background: transparent; border: 2px solid transparent;
        text-align: left; padding: 5px 12px; }}
    QPushButton[role="navigation"]:hover {{ background: {c.hover}; }}
    QPushButton[role="navigation"]:checked {{ background: {c.sunken}; color: {c.accent}; font-weight: 600; }}
    QPushButton[role="navigation"]:focus {{ border: 2px solid {c.accent}; }}
    QPushButton[role="step"] {{ border: none; border-bottom: 3px solid {c.line}; border-radius: 0;
        background: transparent; padding: 6px 10px;
        text-align: left; min-height: 2.7em; }}
    QPushButton[role="step"]:checked {{ border-bottom-color: {c.accent}; font-weight: 600; color: {c.accent};
        }}
    QPushButton[role="step"]:focus {{ border: 2px solid {c.accent}; border-radius: 6px; }}
    QToolButton {{ background: transparent; border: 2px solid transparent; border-radius: 6px;
        padding: 3px 7px; min-height: 22px; }}
    QToolButton:hover {{ background: {c.hover}; }} QToolButton:checked {{ background: {c.sunken};
        border-color: {c.line}; }}
    QToolButton:focus {{ border-color: {c.accent}; }}
    """


def _fields(c: Tokens) -> str:
    return f"""
    QLineEdit, QDateEdit, QTimeEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit,
        QTextEdit {{ background: {c.surface};
        border: 1px solid {c.faint}; border-radius: 6px; padding: 3px 8px;
        selection-background-color: {c.accent};
        selection-color: {c.on_accent}; }}
    QLineEdit, QDateEdit, QTimeEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ min-height: 24px; }}
    QLineEdit, QTextEdit, QPlainTextEdit {{ placeholder-text-color: {c.muted}; }}
    QLineEdit:focus, QDateEdit:focus, QTimeEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus,
        QPlainTextEdit:focus,
        QTextEdit:focus {{ border: 2px solid {c.accent}; padding: 2px 7px; }}
    QAbstractSpinBox {{ padding: 2px 8px 1px 8px; }}
    QAbstractSpinBox:focus {{ padding: 1px 7px 0 7px; }}
    QAbstractSpinBox QLineEdit {{ border: none; padding: 0 4px; min-height: 0; background: transparent; }}
    QTextEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled,
        QAbstractSpinBox:disabled {{ background: {c.sunken};
        border-color: {c.line}; color: {c.ink}; }}
    QComboBox::drop-down {{ border: none; width: 24px; }}
    QComboBox::down-arrow {{ image: url({_drawing("down", c)}); width: 14px; height: 14px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent;
        width: 20px; }}
    QAbstractSpinBox::up-arrow {{ image: url({_drawing("up", c)}); width: 12px; height: 12px; }}
    QAbstractSpinBox::down-arrow {{ image: url({_drawing("down", c)}); width: 12px; height: 12px; }}
    QDateEdit::drop-down {{ border: none; width: 24px; }}
    QDateEdit::down-arrow {{ image: url({_drawing("down", c)}); width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.line}; }}
    QCheckBox, QRadioButton {{ spacing: 8px; min-height: 24px; background: transparent; }}
    QCheckBox {{ border: 2px solid transparent; padding: 2px; }}
    QCheckBox:focus {{ border: 2px solid {c.accent}; border-radius: 6px; }}
    QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {c.faint}; border-radius: 4px;
        background: {c.surface}; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url({_drawing("tick", c)}); }}
    """


def _sealed(c: Tokens) -> str:
    """What is open of performance management looks like nothing else in the program."""
    scope = 'QWidget[role="sealed"]'
    return f"""
    {scope} {{ background: {c.sealed_ground}; border: 3px solid {c.sealed}; }}
    {scope} QStackedWidget, {scope} QStackedWidget > QWidget, {scope} QScrollArea,
        {scope} QScrollArea > QWidget > QWidget, {scope} QSplitter {{ background: {c.sealed_ground}; }}
    {scope} QScrollArea[role="fitting"], {scope} QScrollArea[role="fitting"] > QWidget > QWidget {{
        background: transparent; }}
    {scope} QLineEdit:focus, {scope} QTextEdit:focus, {scope} QPlainTextEdit:focus, {scope} QComboBox:focus,
        {scope} QAbstractSpinBox:focus,
        {scope} QCheckBox:focus, {scope} QPushButton:focus,
        {scope} QToolButton:focus {{ border-color: {c.sealed}; }}
    {scope} QCheckBox::indicator:checked {{ background-color: {c.sealed}; border-color: {c.sealed}; }}
    {scope} QFrame[role="band"] {{ background: {c.sealed}; border: none; }}
    {scope} QFrame[role="band"] QLabel {{ color: {c.sealed_ground}; font-weight: 600; }}
    {scope} QFrame[role="band"] QPushButton {{ background: transparent; color: {c.sealed_ground};
        border: 1px solid {c.sealed_ground}; }}
    {scope} QFrame[role="band"] QPushButton:focus {{ border: 2px solid {c.sealed_ground}; }}
    {scope} QLabel[role="title"], {scope} QLabel[role="section"] {{ color: {c.sealed}; }}
    {scope} QPushButton[role="primary"] {{ background: {c.sealed}; border-color: {c.sealed};
        color: {c.sealed_ground}; }}
    {scope} QPushButton[role="primary"]:disabled {{ background: {c.sunken}; color: {c.muted};
        border-color: {c.line}; }}
    {scope} QPushButton[role="link"] {{ color: {c.sealed};
        }} {scope} QPushButton[role="link"]:disabled {{ color: {c.muted}; }}
    {scope} QPushButton[role="link"]:focus {{ border: 2px solid {c.sealed}; }}
    {scope} QPushButton[role="step"]:checked {{ border-bottom-color: {c.sealed}; color: {c.sealed}; }}
    {scope} QPushButton[role="step"]:focus {{ border: 2px solid {c.sealed}; }}
    {scope} QPushButton:checked {{ color: {c.sealed}; border-color: {c.sealed}; }}
    {scope} QLineEdit, {scope} QTextEdit, {scope} QPlainTextEdit {{ selection-background-color: {c.sealed};
        selection-color: {c.sealed_ground}; }}
    {scope} QFrame[role="card"] {{ background: {c.surface}; border: 1px solid {c.line}; }}
    {scope} QFrame[role="status"] {{ background: {c.sealed_ground}; border-top: 1px solid {c.sealed}; }}
    """


def _tables(c: Tokens) -> str:
    return f"""
    QTableView {{ border: 1px solid {c.line}; border-radius: 6px; gridline-color: transparent;
        alternate-background-color: {c.raised};
        selection-background-color: {c.sunken}; selection-color: {c.ink}; }}
    QTableView:focus, QListWidget:focus {{ border: 2px solid {c.accent}; }}
    QTableView::item {{ padding: 4px 8px; border: none; border-bottom: 1px solid {c.line}; }}
    QHeaderView::section {{ background: {c.raised}; color: {c.muted}; border: none;
        border-bottom: 1px solid {c.line}; padding: 6px 8px; }}
    QListWidget {{ border: 1px solid {c.line}; border-radius: 6px; background: {c.surface}; outline: none; }}
    QListWidget::item {{ padding: 6px 8px; border: none; border-left: 3px solid transparent;
        color: {c.ink}; }}
    QListWidget::item:selected {{ background: {c.hover}; border-left-color: {c.accent}; color: {c.ink}; }}
    QProgressBar {{ border: 1px solid {c.line}; border-radius: 6px; background: {c.sunken};
        text-align: center; min-height: 18px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 5px; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{ background: {c.faint}; border-radius: 4px; margin: 2px; min-height: 24px;
        min-width: 24px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QSplitter::handle {{ background: {c.line}; width: 1px; }}
    QToolTip {{ background: {c.raised}; color: {c.ink}; border: 1px solid {c.line}; padding: 4px; }}
    """
