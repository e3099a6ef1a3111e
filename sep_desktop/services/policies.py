"""The files of ``resources/``: policy, terms, categories, support and templates, read into domain values."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sep_desktop import paths
from sep_desktop.domain.academic_year import Calendar, Span, Term
from sep_desktop.domain.agenda import AgendaItem, AgendaTemplate
from sep_desktop.domain.category import Category, Factor, SupportSource
from sep_desktop.domain.circumstances import Fact
from sep_desktop.domain.policy import Condition, Days, Policy, Rule
from sep_desktop.domain.report import ReportTemplate, Section, SectionKind
from sep_desktop.domain.visit import VisitKind
from sep_desktop.services.bank_holidays import bank_holiday


def load(folder: str, name: str) -> dict[str, Any]:
    """The parsed TOML of ``resources/FOLDER/NAME.toml``."""
    with (paths.resources() / folder / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def policy() -> Policy:
    """The entitlement rules in force."""
    return parse_policy(load("policy", "entitlement"))


def parse_policy(data: Mapping[str, Any]) -> Policy:
    """A policy from the parsed file. Raises ``KeyError`` or ``ValueError`` where it is not one."""
    conditions = {key: _condition(key, each) for key, each in data["conditions"].items()}
    return Policy(
        data["id"], data["version"], data["source"], conditions, tuple(_rule(each) for each in data["rules"])
    )


def _condition(key: str, data: Mapping[str, Any]) -> Condition:
    return Condition(
        key, Fact(data["fact"]), tuple(data.get("values", ())), data["because"], data.get("within_months", 0)
    )


def _rule(data: Mapping[str, Any]) -> Rule:
    spent = Days(
        **{
            purpose: data[purpose]
            for purpose in ("on_site", "preparation", "reporting", "performance_management")
            if purpose in data
        }
    )
    return Rule(
        key=data["key"],
        title=data["title"],
        clause=data["clause"],
        reason=data["reason"],
        days=spent,
        kind=VisitKind(data["kind"]) if "kind" in data else None,
        when=tuple(data.get("when", ())),
        each_term=data.get("each_term", False),
        instead_of=tuple(data.get("instead_of", ())),
        due_term=Term(data.get("due_term", "summer")),
        assumed=data.get("assumed", ""),
    )


@cache
def calendar() -> Calendar:
    """The LA's term dates."""
    data = load("policy", "terms")
    published = {
        (each["year"], term): Span(*map(date.fromisoformat, each[term]))
        for each in data["terms"]
        for term in Term
    }
    breaks = [
        Span(date.fromisoformat(each["first"]), date.fromisoformat(each["last"])) for each in data["breaks"]
    ]
    return Calendar(published, tuple(breaks), bank_holiday)


@cache
def categories() -> tuple[Category, ...]:
    """The categories 1 to 4 of Appendix 2, with their factors."""
    return tuple(
        Category(
            each["number"],
            each["short"],
            each["follows"],
            tuple(Factor(**factor) for factor in each["factors"]),
        )
        for each in load("policy", "categories")["categories"]
    )


@cache
def support_sources() -> tuple[SupportSource, ...]:
    """Where support may be commissioned (clauses 3.3 and 8.5)."""
    return tuple(SupportSource(key, name) for key, name in load("policy", "support")["sources"])


@cache
def newest_version(stem: str) -> int:
    """The highest version of a template, by the names of its files: ``report-annual-1.toml``."""
    files = (paths.resources() / "templates").glob(f"{stem}-*.toml")
    return max(int(path.stem.rpartition("-")[2]) for path in files)


@cache
def report_template(kind: str, version: int) -> ReportTemplate:
    """The sections of a report; a report keeps the version it was begun with."""
    data = load("templates", f"report-{kind}-{version}")
    sections = tuple(Section(**{**each, "kind": SectionKind(each["kind"])}) for each in data["sections"])
    return ReportTemplate(data["id"], data["version"], data["title"], sections)


@cache
def agenda_template(kind: str, version: int) -> AgendaTemplate:
    """The agenda of a kind of visit; a visit keeps the version it was planned with."""
    data = load("templates", f"agenda-{kind}-{version}")
    return AgendaTemplate(
        data["id"],
        data["version"],
        tuple(AgendaItem(**each) for each in data["items"]),
        tuple(data["information"]),
    )
