"""The fields of performance management, read from ``resources/`` into domain values."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sep_desktop.domain.appraisal.form import Field, FieldKind, Form, PaperKind, Stage, Subject
from sep_desktop.services import policies


@cache
def appraisal_form(version: int) -> Form:
    """The fields of performance management; a record keeps the version it was begun with.

    The scale is the LA's of now.
    """
    data = policies.load("templates", f"appraisal-{version}")
    return Form(
        data["version"],
        tuple(_field(each) for each in data["fields"]),
        tuple(policies.load("policy", "appraisal")["scale"]),
    )


def _field(data: Mapping[str, Any]) -> Field:
    return Field(
        key=data["key"],
        title=data["title"],
        subject=Subject(data["of"]),
        stage=Stage(data["stage"]),
        kind=FieldKind(data.get("kind", "prose")),
        guidance=data.get("guidance", ""),
        papers=tuple(PaperKind(each) for each in data["papers"]),
        needed_for=tuple(PaperKind(each) for each in data.get("needed_for", ())),
        becomes=data.get("becomes", ""),
    )
