"""A section of each kind with nothing missing."""

from sep_desktop.domain.report import (
    Action,
    CategoryProposal,
    SupportNeed,
    TimeSpent,
    store_rows,
    store_value,
)

WHOLE = {
    "prose": "x", "context": "x", "progress": '[{"area": "a", "judgement": "done"}]', "support": store_rows([SupportNeed("n", "lle")]),
    "category": store_value(CategoryProposal(2, ("mostly-good",))), "actions": store_rows([Action("w", "who", "2027-01-04")]), "time": store_value(TimeSpent(1)),
}  # fmt: skip
