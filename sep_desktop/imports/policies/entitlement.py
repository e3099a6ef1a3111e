"""The entitlement policy: conditions, and the visits and work that they make due (clauses 7.3-7.6)."""

import string
from collections.abc import Iterable, Mapping

from sep_desktop.domain.academic_year import Term
from sep_desktop.domain.circumstances import Fact
from sep_desktop.domain.policy import Condition, Days, EntitlementPolicy, Rule
from sep_desktop.domain.visit import VisitKind
from sep_desktop.domain.wording import listed
from sep_desktop.imports.policies.table import Table
from sep_desktop.imports.policies.words import by_field

_PURPOSES = ("on_site", "preparation", "reporting", "performance_management")
_MOST_DAYS = 20.0


def read_entitlement(table: Table) -> EntitlementPolicy:
    """The conditions and rules of a file; what does not fit is noted in its faults."""
    conditions = {key: _condition(key, row) for key, row in table.named_tables("conditions")}
    rules: dict[str, Rule] = {}
    rows: list[tuple[Table, Rule]] = []
    for row in table.tables("rules"):
        rule = _rule(row)
        _check_key(row, rule, rules)
        rules[rule.key] = rule
        rows.append((row, rule))
    for row, rule in rows:
        _check_names(row, rule, conditions, rules)
    return EntitlementPolicy(
        table.text("id", ""),
        table.whole("version", 1),
        table.text("source", ""),
        conditions,
        tuple(rule for _, rule in rows),
    )


def _condition(key: str, row: Table) -> Condition:
    condition = Condition(
        key,
        row.choice("fact", Fact),
        row.texts("values"),
        row.text("because"),
        row.whole("within_months", 0, most=120),
    )
    _check_places(row, "because", condition.because, ("value", "since"))
    if condition.fact is Fact.HEAD_SINCE:
        if not condition.within_months or condition.values:
            row.wrong("within_months", "A day is asked for in months: give within_months, and no values.")
    elif not condition.values or condition.within_months:
        row.wrong(
            "values", f"Give the values of “{condition.fact}” for which it is met, and no within_months."
        )
    return condition


def _rule(row: Table) -> Rule:
    days = Days(**{purpose: row.number(purpose, most=_MOST_DAYS) for purpose in _PURPOSES})
    if not days.total and not any(row.value(purpose) for purpose in _PURPOSES):
        row.wrong(_PURPOSES[0], f"Give the days of at least one of: {listed(_PURPOSES, 'or')}.")
    kind = row.text("kind", "")
    if kind and kind not in list(VisitKind):
        row.wrong("kind", f"There is no such kind of visit. Write {listed(list(VisitKind), 'or')}.", kind)
    rule = Rule(
        key=row.text("key"),
        title=row.text("title"),
        clause=row.text("clause", ""),
        reason=row.text("reason"),
        days=days,
        kind=VisitKind(kind) if kind in list(VisitKind) else None,
        when=row.texts("when"),
        each_term=row.flag("each_term"),
        instead_of=row.texts("instead_of"),
        due_term=row.choice("due_term", Term, Term.SUMMER),
        assumed=row.text("assumed", ""),
    )
    _check_places(row, "reason", rule.reason, ("because",) if rule.when else ())
    return rule


def _check_key(row: Table, rule: Rule, rules: Mapping[str, Rule]) -> None:
    """Visits hang on the keys of what they fulfil: no two rules may make the same."""
    taken = {key for other in rules.values() for key in _due_keys(other)}
    if taken & _due_keys(rule):
        row.wrong("key", "Another rule has this key, or makes it for a term. Give each its own.", rule.key)
    if rule.key.startswith("extra-"):
        row.wrong("key", "A key that begins with extra- is that of a visit added by hand.", rule.key)


def _due_keys(rule: Rule) -> set[str]:
    return {rule.key, *(f"{rule.key}-{term}" for term in Term)} if rule.each_term else {rule.key}


def _check_places(row: Table, key: str, text: str, allowed: tuple[str, ...]) -> None:
    """Only ``allowed`` may stand in braces: anything else could not be filled in when the rule applies."""
    try:
        places = [rest for _, *rest in string.Formatter().parse(text) if rest[0] is not None]
    except ValueError:
        places = [["?", "", None]]
    if any(name not in allowed or form or conversion for name, form, conversion in places):
        may = listed([f"{{{name}}}" for name in allowed], "or") or "nothing"
        row.wrong(key, f"In braces may stand {may}.", text)


def _check_names(
    row: Table, rule: Rule, conditions: Mapping[str, Condition], rules: Mapping[str, Rule]
) -> None:
    for name in rule.when:
        if name not in conditions:
            row.wrong("when", f"There is no condition of this name. Add [conditions.{name}].", name)
    for name in rule.instead_of:
        if name not in rules:
            row.wrong("instead_of", "There is no rule with this key.", name)
    if rule.instead_of and not rule.each_term:
        row.wrong("instead_of", "Only a rule with each_term = true stands in the place of others.", rule.key)
    if circle := _circle(rule.key, rules):
        row.wrong(
            "instead_of",
            f"These stand in each other's place: {listed(circle)}. Take one of the names out.",
            rule.key,
        )


def _circle(key: str, rules: Mapping[str, Rule]) -> list[str]:
    """The rules by which a rule comes to stand in its own place; empty where it does not."""
    paths, seen = [[key]], {key}
    while paths:
        path = paths.pop()
        for name in _replaced_by(path[-1], rules):
            if name == key:
                return path
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []


def _replaced_by(key: str, rules: Mapping[str, Rule]) -> Iterable[str]:
    return rules[key].instead_of if key in rules else ()


def entitlement_in_words(policy: EntitlementPolicy) -> dict[str, str]:
    """Each rule by its title, each condition by its key, as they read beside another version."""
    titles = [rule.title for rule in policy.rules]
    words: dict[str, str] = {}
    for rule in policy.rules:
        words |= by_field(rule.title if titles.count(rule.title) == 1 else f"{rule.title} ({rule.key})", rule)
    for key, condition in policy.conditions.items():
        words |= by_field(f"Condition “{key}”", condition)
    return words
