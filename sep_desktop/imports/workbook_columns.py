"""The columns of the LA's allocation workbook: one table for reading it and for writing the empty one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its heading, other headings that mean it, guidance, choices for a drop-down."""

    key: str
    heading: str
    guidance: str
    also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    required: bool = False
    width: int = 22


COLUMNS = (
    Column("year", "Academic year", "As 2026-27.", ("year",), required=True, width=14),
    Column(
        "sep",
        "SEP",
        "The Self Evaluation Partner's name.",
        ("self evaluation partner", "adviser"),
        required=True,
    ),
    Column(
        "school",
        "School",
        "URN, LAESTAB (880/2439) or a name that only one school has.",
        ("urn", "laestab", "school name"),
        required=True,
        width=34,
    ),
    Column("head", "Headteacher", "Name, as it should stand on letters.", ("head", "headteacher name")),
    Column(
        "head_email",
        "Headteacher's e-mail",
        "The school's own address for the headteacher.",
        ("headteacher email", "head email"),
        width=30,
    ),
    Column("head_since", "Headteacher in post since", "Date, as 01/09/2026.", ("in post since",), width=16),
    Column("chair", "Chair of Governors", "Name.", ("chair", "chair name")),
    Column(
        "chair_email",
        "Chair's e-mail",
        "Not the school office.",
        ("chair email", "chair of governors email"),
        width=30,
    ),
    Column(
        "lead", "Head of School Support & Challenge", "Name; the same on every row.", ("head of support",)
    ),
    Column(
        "lead_email",
        "Head of S&C's e-mail",
        "The council's address.",
        ("head of school support & challenge email",),
        width=30,
    ),
    Column(
        "judgement",
        "Ofsted judgement",
        "In the words of its time: satisfactory until August 2012, requires improvement until August 2024; "
        "from November 2025 the lowest grade of the report card.",
        ("judgement",),
        (
            "outstanding",
            "good",
            "satisfactory",
            "requires improvement",
            "inadequate",
            "exceptional",
            "strong standard",
            "expected standard",
            "needs attention",
            "urgent improvement",
        ),
    ),
    Column(
        "judged",
        "Ofsted date",
        "Date of that inspection.",
        ("inspection date", "date of judgement"),
        width=14,
    ),
    Column(
        "concern",
        "Category of concern",
        "none, or the category in the words of its time.",
        ("ofsted category",),
        (
            "none",
            "notice to improve",
            "serious weaknesses",
            "requires significant improvement",
            "special measures",
        ),
    ),
    Column(
        "concern_since",
        "In category since",
        "Date; empty means the Ofsted date.",
        ("category since",),
        width=14,
    ),
    Column("floor", "Below floor standard", "yes or no.", ("below floor",), ("yes", "no"), width=14),
    Column("floor_since", "Below floor since", "Date; empty means 1 September of the year.", (), width=14),
    Column("category", "LA category", "1, 2, 3 or 4.", ("category 1-4",), ("1", "2", "3", "4"), width=12),
)
SHEET = "Allocation"
