"""An allocation: which SEP has which school in a year, and what the LA knows that the register does not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from sep_desktop.domain.circumstances import Circumstance
from sep_desktop.domain.people import Contact
from sep_desktop.domain.school import School, parse_laestab, parse_urn, same_name


@dataclass(frozen=True)
class AllocationRow:
    """One row of the LA's workbook, understood. People and facts that were left blank are not here."""

    year: int
    sep: str
    urn: str
    contacts: tuple[Contact, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()


@dataclass
class Directory:
    """Finds a school by URN, LAESTAB or a name that only one open school has."""

    by_urn: dict[str, School] = field(default_factory=dict)
    by_number: dict[str, list[School]] = field(default_factory=dict)
    by_name: dict[str, list[School]] = field(default_factory=dict)

    @classmethod
    def of(cls, schools: Iterable[School]) -> "Directory":
        """Every school by its numbers and by its name as names are compared."""
        directory = cls()
        for school in schools:
            directory.by_urn[school.urn] = school
            directory.by_number.setdefault(school.laestab, []).append(school)
            directory.by_name.setdefault(same_name(school.name), []).append(school)
        return directory

    def find(self, text: str) -> School:
        """The one school meant. Raises ``LookupError`` with what to do."""
        candidates = self._candidates(text)
        still_open = [school for school in candidates if not school.is_closed] or candidates
        if len(still_open) == 1:
            return still_open[0]
        if still_open:
            raise LookupError(
                f"{len(still_open)} schools are meant by it "
                f"({', '.join(school.urn for school in still_open[:4])}); write the URN."
            )
        near = get_close_matches(same_name(text), self.by_name, 2, 0.7)
        meant = f" Is {' or '.join(self.by_name[name][0].name for name in near)} meant?" if near else ""
        raise LookupError(
            f"No school of the register here fits it.{meant} Check it, or import the register first."
        )

    def _candidates(self, text: str) -> list[School]:
        try:
            return [self.by_urn[parse_urn(text)]]
        except (ValueError, KeyError):
            pass
        try:
            return self.by_number.get(parse_laestab(text), [])
        except ValueError:
            return self.by_name.get(same_name(text), [])
