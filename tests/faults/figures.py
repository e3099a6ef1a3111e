"""The figures of a run in words: a row a case, their sum, and what they are worth."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.faults.case import Case, Tally
from tests.faults.journal import Finished

HEAD = (
    f"{'case':<24}{'rounds':>7}{'acknowledged':>14}{'lost':>6}{'duplicated':>12}{'leaked':>8}{'seconds':>9}"
)
PEER_LOST, PEER_RECORDS = 191, 26_431
"""Records that the nearest peer reported lost, and out of how many."""
MANY = 10
"""Rounds of a case, at least, of which one has to have done something."""
RULE_OF_THREE = 3.0
"""Of n trials without a failure: with 95 % certainty the rate of failures is below 3/n."""


def row(name: str, rounds: list[Finished]) -> str:
    """A case, or the total, as a line of the table; what went wrong or was left out stands below."""
    tally = sum((each.tally for each in rounds), Tally())
    tried = sum(not each.left_out for each in rounds)
    line = (
        f"{name:<24}{tried:>7}{tally.acknowledged:>14,}{tally.lost:>6}{tally.duplicated:>12}"
        f"{tally.leaked:>8}{sum(each.seconds for each in rounds):>9.1f}"
    )
    also = ", ".join(f"{what} {count:,}" for what, count in sorted(tally.also.items()))
    return line + (f"  {also}" if also else "")


def idle(rounds: Iterable[Finished]) -> list[str]:
    """Cases of which not one of many rounds did anything that it could count; a few may miss by chance."""
    tried = Counter(each.case for each in rounds if not each.left_out)
    done = {each.case for each in rounds if each.wrong or each.tally != Tally()}
    return sorted(case for case, count in tried.items() if count >= MANY and case not in done)


def remarks(rounds: Sequence[Finished]) -> list[str]:
    """What went otherwise than expected and what was left out, each once."""
    lines = []
    for each in rounds:
        if each.wrong or not each.tally.is_clean:
            again = f"--only {each.case} --seed {each.seed}"
            lines.append(f"WRONG {each.case}, round {each.number} ({again}): {each.wrong or each.tally}")
    lines += [
        f"WRONG {case}: nothing was done in any of its rounds, which proves nothing" for case in idle(rounds)
    ]
    left_out = Counter((each.case, each.left_out) for each in rounds if each.left_out)
    lines += [f"left out: {case} ({count} rounds): {why}" for (case, why), count in left_out.items()]
    return lines


def is_proven(rounds: Sequence[Finished]) -> bool:
    """Whether every case did something, nothing went wrong and nothing was lost, duplicated or leaked."""
    return not idle(rounds) and all(not each.wrong and each.tally.is_clean for each in rounds)


def bound(records: int, lost: int) -> str:
    """What so many records of visits without a loss prove beside what the nearest peer reported."""
    peer = PEER_LOST / PEER_RECORDS
    if lost or not records:
        return f"{lost} of {records:,} records of visits lost; the nearest peer reported {PEER_LOST} of {PEER_RECORDS:,}."
    limit = RULE_OF_THREE / records
    verdict = "better" if limit < peer else "not yet shown to be better"
    return (
        f"0 of {records:,} records of visits lost: with 95 % certainty fewer than 3 / {records:,} = {limit:.4%} "
        f"(rule of three). The nearest peer reported {PEER_LOST} of {PEER_RECORDS:,} = {peer:.3%}: {verdict}."
    )


def titles(cases: Iterable[Case]) -> list[str]:
    """Each case with how often it is tried and what it is."""
    return [f"{case.name:<24}{case.times.value:<15}{case.title}" for case in cases]
