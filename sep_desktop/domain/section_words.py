"""The sections of a report as plain text, also those that are tables or values."""

from collections.abc import Callable, Mapping

from sep_desktop.domain.report import (
    Action,
    Progress,
    SectionKind,
    SupportNeed,
    by_when,
    category_of,
    rows,
    time_of,
)
from sep_desktop.domain.wording import listed

Names = Mapping[str, str]
"""What the keys of sources of support and of factors are called."""


def in_words(kind: SectionKind, text: str, names: Names) -> str:
    """A stored section as somebody reads it; one that is no table after all, as it stands."""
    try:
        return _WORDS[kind](text, names)
    except (ValueError, TypeError):
        return text


def _table(lines: list[list[str]]) -> str:
    return "\n".join(" – ".join(filter(None, line)) for line in lines)


def _prose(text: str, _: Names) -> str:
    return text


def _actions(text: str, _: Names) -> str:
    return _table([[each.what, each.who, by_when(each.by)] for each in rows(Action, text)])


def _support(text: str, names: Names) -> str:
    needs = rows(SupportNeed, text)
    return _table([[each.need, names.get(each.source, each.source), each.detail] for each in needs])


def _progress(text: str, _: Names) -> str:
    return _table([[each.area, each.judgement, each.evidence] for each in rows(Progress, text)])


def _category(text: str, names: Names) -> str:
    proposal = category_of(text)
    category = f"Category {proposal.category}" if proposal.category else "No category"
    factors = [names.get(each, each) for each in proposal.factors]
    return _table([[category, *factors, proposal.comment]])


def _time(text: str, _: Names) -> str:
    spent = time_of(text)
    purposes = {
        "preparation": spent.preparation,
        "on site": spent.on_site,
        "writing": spent.writing,
        "other": spent.other,
    }
    return listed([f"{purpose} {hours:g} hours" for purpose, hours in purposes.items() if hours])


_WORDS: Mapping[SectionKind, Callable[[str, Names], str]] = {
    SectionKind.PROSE: _prose,
    SectionKind.CONTEXT: _prose,
    SectionKind.PROGRESS: _progress,
    SectionKind.SUPPORT: _support,
    SectionKind.CATEGORY: _category,
    SectionKind.ACTIONS: _actions,
    SectionKind.TIME: _time,
}
"""How each kind of section is put in words."""
