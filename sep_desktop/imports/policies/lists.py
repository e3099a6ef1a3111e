"""The short policies: lists of words, of people's roles, and a number of days."""

import itertools
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from sep_desktop.domain.category import Category, Factor, SupportSource
from sep_desktop.domain.circumstances import Vocabulary
from sep_desktop.domain.people import Role
from sep_desktop.domain.policy import Reporting, Retention
from sep_desktop.domain.wording import day, listed, plural
from sep_desktop.imports.policies.table import Table
from sep_desktop.imports.policies.words import ORDER, by_field

_MOST_NAME = 80


def read_reporting(table: Table) -> Reporting:
    """The working days for a report."""
    return Reporting(table.whole("working_days", most=100))


def read_retention(table: Table) -> Retention:
    """The years for which papers are kept. What was sent is not kept longer than what it was made of."""
    retention = Retention(table.whole("reports", most=100), table.whole("messages", most=100))
    if 0 < retention.reports < (retention.messages or 101):
        remedy = "Messages hold the reports: keep them no longer than these."
        table.wrong("messages", f"{remedy} Write at most {retention.reports}.", retention.messages)
    return retention


def read_distribution(table: Table) -> tuple[Role, ...]:
    """The roles that receive a completed report (7.7), in the order of the list."""
    roles = table.texts("roles", required=True)
    for each in roles:
        if not _is_role(each):
            table.wrong("roles", f"Write the role in small Latin letters, in at most {_MOST_NAME}.", each)
    return tuple(Role(each) for each in roles)


def _is_role(text: str) -> bool:
    """Whether no other role looks like it: small Latin letters that stay the same written large and back."""
    words = "".join(text.split(" "))
    letters = (each for each in words if each not in "&-'/,.()")
    is_plain = all(each.isalpha() and unicodedata.name(each, "").startswith("LATIN") for each in letters)
    return is_plain and text == " ".join(text.split()) == text.upper().lower() and 0 < len(text) <= _MOST_NAME


def read_judgements(table: Table) -> tuple[Vocabulary, ...]:
    """Ofsted's words, from the day on which each set came into use; one follows the other."""
    scales = tuple(_scales(table))
    for earlier, later in itertools.pairwise(scales):
        if later.first - timedelta(days=1) != earlier.last:
            what = "The days overlap" if later.first <= earlier.last else "There is a gap"
            remedy = f"{what}: a scale ends on {day(earlier.last)}, the next begins on {day(later.first)}."
            table.wrong("scales", f"{remedy} Let one follow the other.")
    return scales


def _scales(table: Table) -> Iterator[Vocabulary]:
    for row in table.tables("scales"):
        first, last = row.day("first"), row.day("last", date.max, required=False)
        if first and last and last < first:
            row.wrong("last", f"The scale would end before it begins on {day(first)}.", last)
        yield Vocabulary(
            first or date.min, last or date.max, row.texts("judgements"), row.texts("concerns", required=True)
        )


def read_categories(table: Table) -> tuple[Category, ...]:
    """The categories of schools (Appendix 2), counted from 1, with the factors of each."""
    categories = []
    for place, row in enumerate(table.tables("categories"), 1):
        number = row.whole("number", least=1, most=9)
        if number != place:
            row.wrong("number", f"Count the categories from 1: this is number {place}.", number)
        factors = tuple(Factor(each.text("key"), each.text("text")) for each in row.tables("factors"))
        row.assert_each_once(
            "factors", [each.key for each in factors], "Two factors have this key. Give each its own."
        )
        categories.append(Category(number, row.text("short"), row.text("follows"), factors))
    return tuple(categories)


def read_support(table: Table) -> tuple[SupportSource, ...]:
    """Where support may be commissioned (3.3, 8.5)."""
    sources = tuple(SupportSource(key, name) for key, name in table.pairs("sources"))
    keys = [each.key for each in sources]
    table.assert_each_once("sources", keys, "Two sources have this key. Give each its own.")
    return sources


def read_scale(table: Table) -> tuple[str, ...]:
    """The words for how far an objective is met, best first."""
    scale = table.texts("scale", required=True)
    if len(scale) == 1:
        table.wrong("scale", "A scale has two words at least.", scale[0])
    return scale


def reporting_in_words(reporting: Reporting) -> dict[str, str]:
    """By when a report is to be completed, as it reads beside another version."""
    number = reporting.working_days
    return {
        "A report": f"within {plural(number, 'working day')} of the visit" if number else "at no set time"
    }


def retention_in_words(retention: Retention) -> dict[str, str]:
    """For how long papers are kept, as it reads beside another version."""
    return {
        "Reports, notes and agendas": _kept_for(retention.reports),
        "What was sent, byte for byte": _kept_for(retention.messages),
    }


def _kept_for(years: int) -> str:
    after = "after the academic year of the visit"
    return f"kept {plural(years, 'year')} {after}" if years else "kept without an end"


def distribution_in_words(roles: tuple[Role, ...]) -> dict[str, str]:
    """Who receives a report, as it reads beside another version."""
    receives = {role.in_words: f"receives every completed report ({role})" for role in roles}
    return receives | {ORDER: listed([role.in_words for role in roles])}


def judgements_in_words(vocabularies: tuple[Vocabulary, ...]) -> dict[str, str]:
    """Each set of words by its first day, as it reads beside another version."""
    words: dict[str, str] = {}
    for each in vocabularies:
        words |= by_field(f"From {day(each.first)}", each)
    return words


def categories_in_words(categories: tuple[Category, ...]) -> dict[str, str]:
    """Each category by its number, as it reads beside another version."""
    words: dict[str, str] = {}
    for each in categories:
        words |= by_field(f"Category {each.number}", each)
    return words


def support_in_words(sources: tuple[SupportSource, ...]) -> dict[str, str]:
    """Each source by its key, as it reads beside another version."""
    words = {f"Source “{each.key}”": each.name for each in sources}
    return words | {ORDER: listed([each.key for each in sources])}


def scale_in_words(scale: tuple[str, ...]) -> dict[str, str]:
    """The words of the scale, as they read beside another version."""
    return {"Scale": ", ".join(scale)}
