"""The form and the scale of performance management, of a cycle that is begun or begins today."""

from collections.abc import Sequence
from datetime import date

from sep_desktop.domain.appraisal.form import Field, Form, PaperKind
from sep_desktop.domain.appraisal.panel import Reader
from sep_desktop.domain.edition import Edition, PolicyKind
from sep_desktop.imports.policies.reading import value_of
from sep_desktop.services import policies
from sep_desktop.storage.store import Store

KEPT = (PolicyKind.APPRAISAL, PolicyKind.APPRAISAL_SCALE)
"""What a cycle keeps from the day on which it is begun."""


def form_of(editions: Sequence[Edition]) -> Form:
    """The fields and the scale of these editions.

    Raises ``FileProblems`` where one is no policy of its kind.
    """
    by_kind = {each.kind: each for each in editions}
    fields: tuple[Field, ...] = value_of(by_kind[PolicyKind.APPRAISAL])
    scale: tuple[str, ...] = value_of(by_kind[PolicyKind.APPRAISAL_SCALE])
    return Form(by_kind[PolicyKind.APPRAISAL].version, fields, scale)


def in_force(*, store: Store, urn: str, on: date) -> tuple[Edition, ...]:
    """What a cycle of a school that begins on a day is begun with."""
    decided = policies.of_school(store=store, urn=urn, on=on)
    return tuple(decided.editions[kind] for kind in KEPT)


def readers_of(*, store: Store, urn: str, paper: PaperKind, on: date) -> frozenset[Reader]:
    """Who reads a paper beside the SEP, as the school's authority has it; never more than may (7.4)."""
    decided = policies.of_school(store=store, urn=urn, on=on)
    by_paper: dict[PaperKind, frozenset[Reader]] = value_of(decided.editions[PolicyKind.READERS])
    return by_paper[paper]
