"""What a cell answers: yes or no, whether a contact is allowed, in which state a lead is; in the
words of nine languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from leadlight.facts.vocabulary import key, meanings, words_meaning

#: Attributes that say that somebody must not be contacted: a permission means no.
OPPOSITES = frozenset({"do_not_email", "do_not_call", "profiling_objected"})
#: Attributes that a word such as `Subscribed` answers whatever the header asks.
PERMISSIONS = OPPOSITES | {"consent", "ads_consent"}

#: States that say what became of a lead, and what each of them means for it.
OUTCOMES = ("won", "customer", "lost", "disqualified", "recycled", "open")


@cache
def yes_words() -> tuple[str, ...]:
    """Words of a yes to what the header asks, as they stand in a cell, in lower case."""
    return tuple(dict.fromkeys(words_meaning("answers", "yes")))


@cache
def no_words() -> tuple[str, ...]:
    """Words of a no to what the header asks."""
    return tuple(dict.fromkeys(words_meaning("answers", "no")))


def _key(cell: str) -> str:
    return key(cell) or cell.strip().casefold()


@cache
def _answers() -> dict[str, bool]:
    words = {_key(w): True for w in yes_words()}
    return words | {_key(w): False for w in no_words() if _key(w) not in words}


@cache
def _permissions() -> dict[str, bool]:
    """Words that say by themselves whether somebody may be contacted."""
    given = {word: meaning == "granted" for word, meaning in meanings("consents").items()}
    for word, meaning in meanings("states").items():
        if meaning in _MAILING:
            given.setdefault(word, _MAILING[meaning])
    return given


def state_of(cell: str) -> str | None:
    """The state that a word of a status column means: customer, won, lost, disqualified, recycled,
    open, subscribed, unsubscribed or bounced; None for a word that is no known one.
    """
    return meanings("states").get(_key(cell))


def answer_of(cell: str, attribute: str = "") -> bool | None:
    """What a cell answers for a yes/no attribute; None where it is no answer.

    A plain yes or no answers what the header asks. `Allow`, `Opted out` and `Unsubscribed` answer
    by themselves: under `do_not_email` a permission is a no.
    """
    plain = _answers().get(_key(cell))
    if plain is not None:
        return plain
    if attribute == "email_bounced":
        return _is_bounced(cell)
    if attribute == "converted":
        state = state_of(cell)
        return None if state is None else state in ("won", "customer")
    return _permission(cell, attribute) if attribute in PERMISSIONS else None


def _is_bounced(cell: str) -> bool | None:
    """Whether mail came back, by a state or by how often it did."""
    times = _COUNT.fullmatch(cell.strip())
    if times:
        return int(times[1]) > 0
    return True if state_of(cell) == "bounced" else None


_COUNT = re.compile(r"(\d{1,6})(?:\.0+)?")


def _permission(cell: str, attribute: str) -> bool | None:
    """What a cell such as `Allow` answers for consent, and the other way round for an objection."""
    allowed = _permissions().get(_key(cell))
    return None if allowed is None else allowed is not (attribute in OPPOSITES)


#: What a state of a CRM says of a lead that stands in it.
_MAILING: dict[str, bool] = {
    "subscribed": True,
    "running": True,
    "unsubscribed": False,
    "ended": False,
}
#: States in which a lead is no longer worked on, each in the CRM's own words a reason.
_DROPPED = frozenset({"lost", "disqualified", "recycled"})
_MAILING_HEADERS = (
    *("subscri", "newsletter", "mail", "optin", "optout", "marketing", "state"),
    *("abonn", "suscri", "inscri", "подпис"),
)

_ABOS = frozenset({"abo", "abostatus"})


def is_of_mailing(header: str, cells: Sequence[str]) -> bool:
    """Whether a column of states speaks of a subscription, so that `active` and `cancelled` do."""
    if any(word in key(header) for word in _MAILING_HEADERS) or key(header) in _ABOS:
        return True
    return any(state_of(c) in ("subscribed", "unsubscribed", "bounced") for c in cells)


def besides(cell: str, attribute: str, *, of_mailing: bool = False) -> bool | str | None:
    """What a state says besides what it is: `Unsubscribed` that somebody is not to be mailed,
    `Cleaned` that mail came back, `Closed won` that they bought, `Junk lead` why they were dropped.
    None where it says nothing of the attribute.
    """
    state = state_of(cell)
    if state is None:
        return None
    if attribute == "do_not_email":
        return _is_not_mailed(state, of_mailing)
    if attribute == "email_bounced":
        return True if state == "bounced" else None
    if attribute == "converted":
        return {"won": True, "customer": True, "lost": False}.get(state)
    return cell.strip() if state in _DROPPED else None


def _is_not_mailed(state: str, of_mailing: bool) -> bool | None:
    """What a state says of mailing; of `running` and `ended` only that of a subscription does."""
    if state in ("running", "ended") and not of_mailing:
        return None
    mailed = _MAILING.get(state)
    return None if mailed is None else not mailed


def states_share(cells: Sequence[str]) -> float:
    """How many of the cells that say something are states of a lead or a subscription."""
    given = [c for c in cells if c.strip()]
    return sum(1 for c in given if state_of(c)) / len(given) if given else 0.0


def industry_of(cell: str) -> str | None:
    """The word that playbooks use for an industry in another language, or in a CRM's code:
    `Informatik` and `COMPUTER_SOFTWARE` are software. None for an unknown one. English words stand
    as they are: a company's own rules may name them.
    """
    words = _key(cell.replace("&", " and "))
    if "_" not in cell and words in meanings("industries", ("en",)):
        return None
    return meanings("industries").get(words)


def industry_word(cell: str) -> str:
    """The word that playbooks use for an industry, or the cell where none is known."""
    return industry_of(cell) or cell
