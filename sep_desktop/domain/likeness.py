"""How names and addresses are alike, as people compare them: a table of ways, each for a sentence.

What is the same may be acted upon. What is alike is for somebody to look at: namesakes exist. Every
comparison here is symmetric, and whatever can be seen is the same as itself.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum

from sep_desktop.addresses import PERSONAL_MAIL, parse_email, registered_domain
from sep_desktop.confusables import skeleton


class Likeness(StrEnum):
    """The way in which two names or two addresses are alike."""

    SAME = "the same"
    WRITTEN_OTHERWISE = "the same, written in another way"
    SHORTENED = "the same, one of them shortened"
    LOOKS_ALIKE = "alike to look at"
    ONE_LETTER = "one letter apart"
    SAME_MAILBOX = "two ways to write one mailbox"
    RELATED_DOMAIN = "below one owner's domain"


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set_of(
    "the mr mrs ms miss mx master dr doctor prof professor rev revd reverend fr father canon ven "
    "venerable archdeacon dean bishop rabbi imam sister sr brother sir dame lord lady hon rt right "
    "honourable cllr councillor ald alderman capt captain major col colonel"
)
_HONOURS = _set_of(
    "obe mbe cbe kbe dbe gbe bem kcb dcb cb cmg cvo lvo mvo qc kc jp dl qpm phd dphil edd msc mba mphil med "
    "mres meng bsc beng bed llb llm pgce npqh npqel nle lle qts frsa frs fcct fca acca mp jr jnr junior sr "
    "snr senior hons ii iii iv esq esquire"
)
_HONOURS_BEHIND_COMMA = _HONOURS | _set_of("ba ma cert dip oxon cantab")
_REMARK = re.compile(r"\([^)]*\)|\bn[ée]e\b.*")
"""What stands in brackets behind a name, and a name of before."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_BETWEEN = re.compile(r"[\W_]+")
_FEWEST_LETTERS = 6
"""From how many letters on one letter more or less is a slip rather than another name."""
_FEWEST_OF_ADDRESS, _FEWEST_OF_LABEL, _FEWEST_OF_PREFIX = 4, 5, 3


def is_same_address(one: str, other: str) -> bool:
    """Whether both are one address, however they were typed."""
    return address_likeness(one, other) is Likeness.SAME


def plainest(text: str) -> str:
    """Text in one case, width and spacing, without what cannot be seen (Unicode NFKC, casefold)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(
        each for each in folded if unicodedata.category(each) not in ("Cf", "Cc") or each.isspace()
    )
    return " ".join(seen.split())


def name_likeness(one: str, other: str) -> Likeness | None:
    """The nearest way in which two people's names are alike; ``None`` for others, and for no name at all."""
    return _nearest(_BY_NAME, one, other)


def address_likeness(one: str, other: str) -> Likeness | None:
    """The nearest way in which two mail addresses are alike; ``None`` for others, and for no address."""
    return _nearest(_BY_ADDRESS, one, other)


def domain_likeness(one: str, other: str) -> Likeness | None:
    """As ``address_likeness``, for what stands behind the @."""
    return _nearest(_BY_DOMAIN, _domain(one), _domain(other))


_Comparison = Callable[[str, str], bool]
_Table = Sequence[tuple[Likeness, _Comparison]]


def _nearest(table: _Table, one: str, other: str) -> Likeness | None:
    if not plainest(one) or not plainest(other):
        return None
    return next((likeness for likeness, is_so in table if is_so(one, other)), None)


def _is_same_name(one: str, other: str) -> bool:
    return plainest(one) == plainest(other)


def _is_written_otherwise(one: str, other: str) -> bool:
    first, second = _name_words(one), _name_words(other)
    if not first or not second:
        return False
    return sorted(first) == sorted(second) or "".join(first) == "".join(second)


def _is_shortened(one: str, other: str) -> bool:
    """Initials, a given name left out or cut short, a family name alone."""
    first, second = _name_words(one), _name_words(other)
    return any(
        _is_short_for(*pair)
        for pair in ((first, second), (second, first), (_turned(first), second), (_turned(second), first))
    )


def _turned(words: list[str]) -> list[str]:
    return [*words[1:], *words[:1]]


def _is_short_for(short: list[str], long: list[str]) -> bool:
    """Whether the family name is one, and each given name of ``short`` stands for one of ``long``."""
    if not short or not long or short[-1] != long[-1] or len(short[-1]) < 2:
        return False
    given, wanted = iter(long[:-1]), short[:-1]
    return all(any(_stands_for(word, each) for each in given) for word in wanted)


def _stands_for(word: str, name: str) -> bool:
    one, other = sorted((word, name), key=len)
    return other.startswith(one) and (len(one) == 1 or len(one) >= _FEWEST_OF_PREFIX or one == other)


def _name_looks_alike(one: str, other: str) -> bool:
    first, second = (skeleton("".join(_name_words(each) or [each])) for each in (one, other))
    return bool(first) and first == second


def _name_is_one_letter_apart(one: str, other: str) -> bool:
    first, second = _name_words(one), _name_words(other)
    return any(
        min(len(a), len(b)) >= _FEWEST_LETTERS and _is_one_slip(a, b)
        for a, b in (("".join(first), "".join(second)), ("".join(sorted(first)), "".join(sorted(second))))
    )


def _name_words(name: str) -> list[str]:
    """The words of a name in their usual order, without titles, honours, marks and signs."""
    text = _REMARK.sub(" ", plainest(name))
    family, comma, given = text.partition(",")
    behind = _words(given)
    if comma and behind and not all(word in _HONOURS_BEHIND_COMMA for word in behind):
        text = f"{given} {family}"
    elif comma:
        text = family
    words = _words(text)
    kept = [word for word in words if word not in _TITLES]
    while len(kept) > 1 and kept[-1] in (_HONOURS_BEHIND_COMMA if len(kept) > 2 else _HONOURS):
        kept.pop()  # Ma and Dip are names too: such a word is a degree behind a given and a family name alone
    return kept or words


def _words(text: str) -> list[str]:
    bare = "".join(
        each for each in unicodedata.normalize("NFD", text) if not unicodedata.category(each).startswith("M")
    )
    return _BETWEEN.sub(" ", _APOSTROPHES.sub("", bare.translate(_LETTERS))).split()


def _is_one_slip(one: str, other: str) -> bool:
    """One letter more, less, another, or two changed about; a figure for a figure is no slip."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    at = next((n for n, letter in enumerate(one) if letter != other[n]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return not (one[at].isdigit() and other[at].isdigit())
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def _parts(address: str) -> tuple[str, str]:
    """What stands before and behind the @, as mail programs compare them."""
    text = plainest(address)
    with suppress(ValueError):  # what is no address is compared as it stands
        text = parse_email(text)
    local, _, domain = text.rpartition("@")
    return local.lower(), domain


def _domain(address: str) -> str:
    text = plainest(address)
    return _parts(text if "@" in text else f"somebody@{text}")[1] if text else ""


def _mailbox(local: str) -> str:
    """A mailbox without what stands behind a plus, and without dots: at Gmail these are one mailbox."""
    return _BETWEEN.sub("", local.partition("+")[0]) or local


def _is_same_address(one: str, other: str) -> bool:
    return _parts(one) == _parts(other)


def _is_same_mailbox(one: str, other: str) -> bool:
    (local, domain), (second, at) = _parts(one), _parts(other)
    return _mailbox(local) == _mailbox(second) and _one_name(domain) == _one_name(at)


def _one_name(domain: str) -> str:
    return "gmail.com" if domain == "googlemail.com" else domain


def _is_at_a_related_domain(one: str, other: str) -> bool:
    (local, domain), (second, at) = _parts(one), _parts(other)
    return _mailbox(local) == _mailbox(second) and _is_related(domain, at)


def _address_looks_alike(one: str, other: str) -> bool:
    first, second = (
        "@".join((_mailbox(local), _shown(domain))) for local, domain in (_parts(one), _parts(other))
    )
    return skeleton(first) == skeleton(second)


def _shown(domain: str) -> str:
    """A domain with its letters, as people see it (IDNA)."""
    try:
        return domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    except UnicodeError:
        return domain


def _address_is_one_letter_apart(one: str, other: str) -> bool:
    (local, domain), (second, at) = _parts(one), _parts(other)
    if domain == at:
        return _is_slip_of_mailbox(local, second)
    return _mailbox(local) == _mailbox(second) and _domain_is_one_letter_apart(domain, at)


def _is_slip_of_mailbox(local: str, other: str) -> bool:
    words, others = _BETWEEN.split(local), _BETWEEN.split(other)
    if len(words) == len(others):
        differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
        if len(differing) == 1 and all(len(word) <= 1 for word in differing[0]):
            return False  # j.smith and k.smith are two people
    return min(len(local), len(other)) >= _FEWEST_OF_ADDRESS and _is_one_slip(local, other)


def _is_related(one: str, other: str) -> bool:
    """Whether both are below what one owner registered. Where strangers have mail, nobody's are related."""
    owner = registered_domain(one)
    return bool(owner) and owner == registered_domain(other) and owner not in PERSONAL_MAIL


def _domain_looks_alike(one: str, other: str) -> bool:
    return skeleton(_shown(one)) == skeleton(_shown(other))


def _domain_is_one_letter_apart(one: str, other: str) -> bool:
    first, second = registered_domain(one) or one, registered_domain(other) or other
    if first in PERSONAL_MAIL and second in PERSONAL_MAIL:
        return False
    (label, _, behind), (another, _, beyond) = first.partition("."), second.partition(".")
    long_enough = min(len(label), len(another)) >= _FEWEST_OF_LABEL
    return long_enough and behind == beyond and _is_one_slip(label, another)


_BY_NAME: _Table = (
    (Likeness.SAME, _is_same_name),
    (Likeness.WRITTEN_OTHERWISE, _is_written_otherwise),
    (Likeness.SHORTENED, _is_shortened),
    (Likeness.LOOKS_ALIKE, _name_looks_alike),
    (Likeness.ONE_LETTER, _name_is_one_letter_apart),
)
_BY_ADDRESS: _Table = (
    (Likeness.SAME, _is_same_address),
    (Likeness.SAME_MAILBOX, _is_same_mailbox),
    (Likeness.RELATED_DOMAIN, _is_at_a_related_domain),
    (Likeness.LOOKS_ALIKE, _address_looks_alike),
    (Likeness.ONE_LETTER, _address_is_one_letter_apart),
)
_BY_DOMAIN: _Table = (
    (Likeness.SAME, lambda one, other: one == other),
    (Likeness.RELATED_DOMAIN, _is_related),
    (Likeness.LOOKS_ALIKE, _domain_looks_alike),
    (Likeness.ONE_LETTER, _domain_is_one_letter_apart),
)
