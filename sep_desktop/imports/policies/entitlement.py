"""The entitlement policy: conditions, and the visits and work that they make due (clauses 7.3-7.6)."""

import string
from collections.abc import Iterable, Mapping

from sep_desktop.domain.academic_year import Term
from sep_desktop.domain.circumstances import Fact
from sep_desktop.domain.policy import Condition, Days, EntitlementPolicy, Rule
from sep_desktop.domain.visit import VisitKind
from sep_desktop.domain.wording import days, listed
from sep_desktop.imports.policies.table import Table

_PURPOSES = ("on_site", "preparation", "reporting", "performance_management")
_MOST_DAYS = 20.0


def read_entitlement(table: Table) -> EntitlementPolicy:
    """The conditions and rules of a file; what does not fit is noted in its faults."""
    conditions = {key: _condition(key, row) for key, row in table.named_tables("conditions")}
    rules: dict[str, Rule] = {}
    rows: list[tuple[Table, Rule]] = []
    for row in table.tables("rules"):
        rule = _rule(row)
        if rule.key in rules:
            row.wrong("key", "Another rule has this key. Give each its own.", rule.key)
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
    if bool(condition.values) == bool(condition.within_months):
        row.wrong("values", "Give either values, or within_months for a day.")
    return condition


def _rule(row: Table) -> Rule:
    days = Days(**{purpose: row.number(purpose, most=_MOST_DAYS) for purpose in _PURPOSES})
    if not days.total:
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


def _check_places(row: Table, key: str, text: str, allowed: tuple[str, ...]) -> None:
    """Only ``allowed`` may stand in braces: anything else could not be filled in when the rule applies."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        names = ["?"]
    if any(name not in allowed for name in names):
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
    if circle := _circle(rule.key, rules):
        row.wrong(
            "instead_of",
            f"These stand in each other's place: {listed(circle)}. Take one of the names out.",
            rule.key,
        )


def _circle(key: str, rules: Mapping[str, Rule]) -> list[str]:
    """The rules by which a rule comes to stand in its own place; empty where it does not."""
    paths = [[key]]
    while paths:
        path = paths.pop()
        for name in _replaced_by(path[-1], rules):
            if name == key:
                return path
            if name not in path:
                paths.append([*path, name])
    return []


def _replaced_by(key: str, rules: Mapping[str, Rule]) -> Iterable[str]:
    return rules[key].instead_of if key in rules else ()


def entitlement_in_words(policy: EntitlementPolicy) -> dict[str, str]:
    """Each rule and condition by its name, as it reads beside another version."""
    rules = {f"{rule.title} ({rule.key})": _rule_in_words(rule) for rule in policy.rules}
    conditions = {f"Condition “{key}”": _condition_in_words(each) for key, each in policy.conditions.items()}
    return rules | conditions


def _rule_in_words(rule: Rule) -> str:
    spent = [
        f"{days(number)} {name.replace('_', ' ')}"
        for name in _PURPOSES
        if (number := getattr(rule.days, name))
    ]
    each_term = (
        " each term" if rule.each_term else f" by the end of the {rule.due_term} term" if rule.kind else ""
    )
    when = f", when {listed(rule.when, 'or')}" if rule.when else ""
    instead = f", instead of {listed(rule.instead_of)}" if rule.instead_of else ""
    return f"{listed(spent)}{each_term}{when}{instead}"


def _condition_in_words(condition: Condition) -> str:
    what = listed(condition.values, "or") or f"within {condition.within_months} months"
    return f"{condition.fact} is {what}: {condition.because}"
