"""The outcome that a base holds: which column says who bought, and who did not.

Found by its header and its cells together: a column of yes and no, or of won and lost, under a
header that speaks of buying. A column that says so of an earlier time (`previous outcome`) is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadlight.facts.answers import answer_of, state_of
from leadlight.facts.catalog import Type
from leadlight.facts.evidence import ColumnProfile, phrases_of, says, words_of

CONVERTED, CONVERTED_AT, DROPPED = "converted", "converted_at", "dropped_reason"
STATUS, STAGE = "crm_status", "crm_stage"
#: What says how a lead stands in the company's own process: it is filled in when the outcome is
#: known, so it is no input of a model.
PROCESS = (CONVERTED, CONVERTED_AT, DROPPED, STATUS, "crm_stage", "crm_rating", "owner")
_WON, _LOST = ("won", "customer"), ("lost", "disqualified", "recycled")


@dataclass(frozen=True)
class KnownOutcome:
    """Who bought and who did not, as conditions on attributes, in a playbook's language. For a lead
    of whom neither holds it is not known yet.

    `header` is the column's own, `word` what stands in it of who bought. `columns` are the
    attributes that say it, which are no input of a model.
    """

    header: str
    word: str
    won: str
    lost: str
    columns: tuple[str, ...]
    is_final: bool = False  # who did not buy is lost, and not only without it yet


def outcome_of(columns: Sequence[ColumnProfile]) -> KnownOutcome | None:
    """The outcome that these columns hold; None where none does."""
    found = {c.name: c for c in columns}
    converted = found.get(CONVERTED)
    if converted is not None and converted.high == 1:
        return _customer_outcome(converted, found)
    own = next(_own(columns), None)
    if own is not None:
        return own
    when = found.get(CONVERTED_AT)
    if when is not None and 0 < when.filled < when.rows:
        return _of_dates(when, found)
    return None


def _of_dates(when: ColumnProfile, found: Mapping[str, ColumnProfile]) -> KnownOutcome:
    """Who has a day of the sale bought. Where the company notes whom it lost, the others are open;
    else who has none did not buy, or not yet.
    """
    days = f"days_since({CONVERTED_AT})"
    won, none = f"{days} >= 0", f"coalesce({days} < 0, true)"
    noted = list(_notes_of_loss(found))
    lost = f"{none} and ({' or '.join(noted)})" if noted else none
    columns = (CONVERTED, CONVERTED_AT, DROPPED, STATUS, STAGE)
    return KnownOutcome(when.header, "a date", won, lost, columns, bool(noted))


def _customer_outcome(converted: ColumnProfile, found: Mapping[str, ColumnProfile]) -> KnownOutcome:
    """Customers are told apart. Where the company notes whom it lost, the others are open; else who
    is no customer did not buy.
    """
    noted = list(_notes_of_loss(found))
    if noted:
        lost = f"not {CONVERTED} and ({' or '.join(noted)})"
        columns = (CONVERTED, DROPPED, STATUS, STAGE)
        return KnownOutcome(converted.header, "yes", CONVERTED, lost, columns, True)
    if converted.low == 0:
        lost = f"not {CONVERTED}"
    else:
        lost = f"{CONVERTED} is null"
    return KnownOutcome(converted.header, "yes", CONVERTED, lost, (CONVERTED, DROPPED))


def _notes_of_loss(found: Mapping[str, ColumnProfile]) -> Iterator[str]:
    """The conditions under which the company says that it lost a lead."""
    if DROPPED in found and found[DROPPED].filled:
        yield f"{DROPPED} is not null"
    for name in (STATUS, STAGE):
        words = [w for w in found[name].words if _is_lost(w)] if name in found else []
        if words:
            yield _among(name, words)


def _own(columns: Sequence[ColumnProfile]) -> Iterator[KnownOutcome]:
    """The company's own columns that say it, the plainest header first."""
    speaking = [(place, c) for c in columns if (place := _plainness(c)) is not None]
    speaking.sort(key=lambda pair: pair[0])
    for _, column in speaking:
        found = _answer_outcome(column)
        if found is not None:
            yield found


def _plainness(column: ColumnProfile) -> tuple[int, int] | None:
    """The place of a header among the words that mean it, then how many words it has; None for a
    header that says something else, or more: a `cross sale` is no sale.
    """
    if not says(column.header, "outcome"):
        return None
    words = words_of(column.header)
    text = f" {' '.join(words)} "
    besides = set(phrases_of("outcome", "besides"))
    for place, phrase in enumerate(phrases_of("outcome", "headers")):
        if f" {phrase} " in text:
            others = text.replace(f" {phrase} ", " ", 1).split()
            if all(w in besides or w.isdigit() for w in others):
                return place, len(words)
    return None


def _answer_outcome(column: ColumnProfile) -> KnownOutcome | None:
    """A column of yes and no, of 1 and 0, or of won and lost."""
    name, header = column.name, column.header
    if column.type is Type.YES_NO and (column.low, column.high) == (0, 1):
        return KnownOutcome(header, "yes", name, f"not {name}", (name,))
    if column.type.is_number:
        if (column.low, column.high) != (0, 1) or column.type is not Type.WHOLE:
            return None
        return KnownOutcome(header, "1", f"{name} = 1", f"{name} = 0", (name,))
    won = [w for w in column.words if _is_won(w)]
    lost = [w for w in column.words if _is_lost(w)]
    if not won or not lost or len(won) + len(lost) < len(column.words) / 2:
        return None
    final = any(state_of(w) in _LOST for w in lost)
    return KnownOutcome(header, won[0], _among(name, won), _among(name, lost), (name,), final)


def _is_won(word: str) -> bool:
    return state_of(word) in _WON or answer_of(word) is True


def _is_lost(word: str) -> bool:
    return state_of(word) in _LOST or answer_of(word) is False


def _among(name: str, words: Sequence[str]) -> str:
    quoted = ", ".join("'" + w.replace("'", "''") + "'" for w in words)
    return f"{name} in ({quoted})"
