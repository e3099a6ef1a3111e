"""Taking back what was recorded about a school, in one step."""

from datetime import date, datetime

from sep_desktop.domain.changes import Changes, Undo
from sep_desktop.domain.circumstances import Circumstance
from sep_desktop.domain.entitlement import Override, OverrideKind
from sep_desktop.domain.wording import day, sentence
from sep_desktop.errors import UserError
from sep_desktop.storage.store import Store


def of_circumstance(urn: str, new: Circumstance, number: int) -> Undo[Store]:
    """Take a circumstance out again; what was true before counts."""

    def work(store: Store, now: datetime) -> Changes:
        with store.atomic():
            store.circumstances.remove(number)
            text = f"taken back: {new.fact}: {new.value} from {new.since.isoformat()}"
            store.journal.add(now, "circumstance changed", text, urn=urn)
        return Changes.ENTITLEMENT

    said = f"{sentence(new.fact)} from {day(new.since)}: {new.value}."
    return Undo(said, work, "It is as it was before.", Changes.ENTITLEMENT)


def of_departure(urn: str, new: Override, number: int) -> Undo[Store]:
    """Go back to the policy from a departure that was just recorded."""

    def work(store: Store, now: datetime) -> Changes:
        with store.atomic():
            store.circumstances.withdraw_override(number, now)
            store.journal.add(now, "override withdrawn", "Taken back.", urn=urn)
        return Changes.ENTITLEMENT

    return Undo(_SAID[new.kind].format(day=_day(new.due_by)), work, "The policy counts.", Changes.ENTITLEMENT)


_SAID = {
    OverrideKind.WAIVE: "What the policy asks for here is not needed.",
    OverrideKind.MOVE: "It is due by {day} now.",
    OverrideKind.EXTRA: "One more visit is due by {day}.",
}


def _day(value: date | None) -> str:
    return day(value) if value else "its date"


def of_withdrawing(urn: str, year: int, withdrawn: Override) -> Undo[Store]:
    """Let a departure from the policy count that was withdrawn."""

    def work(store: Store, now: datetime) -> Changes:
        others = store.circumstances.overrides(year, [urn])[urn]
        if any(each.due_key == withdrawn.due_key for each in others):
            raise UserError("Something else was decided about it since; that stays.")
        with store.atomic():
            store.circumstances.reinstate_override(withdrawn.id)
            text = f"{withdrawn.due_key}: {withdrawn.kind}. {withdrawn.reason}"
            store.journal.add(now, "entitlement overridden", f"counts again, {text}", urn=urn)
        return Changes.ENTITLEMENT

    said = "The departure from the policy was withdrawn."
    return Undo(said, work, "The departure from the policy counts again.", Changes.ENTITLEMENT)


def of_support(urn: str, number: int, *, was_given: bool) -> Undo[Store]:
    """Withdraw support that ``was_given`` a moment ago, or let what was withdrawn count again."""

    def work(store: Store, now: datetime) -> Changes:
        with store.atomic():
            if was_given:
                store.support_given.withdraw(number, now)
            else:
                store.support_given.reinstate(number)
            event = "support withdrawn" if was_given else "support given"
            store.journal.add(now, event, "performance management: taken back", urn=urn)
        return Changes.ENTITLEMENT

    said = "The time given was recorded." if was_given else "The time given does not count any more."
    undone = "It is not recorded any more." if was_given else "The time given counts again."
    return Undo(said, work, undone, Changes.ENTITLEMENT)
