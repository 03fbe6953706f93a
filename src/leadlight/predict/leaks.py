"""Columns that know the answer: filled in during or after the sale, so not known when a lead must
be judged.

What the data show decides by itself only where hardly an honest column could look so; elsewhere it
takes a name that says the column is a result, a judgement or a state at the end, together with what
the data show clearly. A name alone is a doubt, and the column stays. Where fewer than a hundred
leads have the rarer outcome an honest column ranks well by chance: there names and words decide. A
person may overrule all of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import numpy as np

from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import Cell, ChangeHistory, SetAside, TableColumn
from leadlight.predict.leak_evidence import Evidence, evidence, plain_feature
from leadlight.predict.ranking import auc_of
from leadlight.predict.threads import one_thread


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TOLD_BY_THE_CRM = _set(
    "crm_stage crm_status crm_rating dropped_reason converted converted_at changed_at"
    " last_activity_at"
)
_OUTCOME = _set(
    "won win lost loss lose losing close closed closing converted conversion conversions convert"
    " churn churned signed cancelled canceled invoice invoiced purchased bought"
)
_JUDGED = _set(
    "tag tags quality rating grade disposition remark remarks outcome result reason feedback"
    " notable qualified qualification temperature"
)
_AT_THE_END = _set("last latest final ended end modified")
_OPEN = _set("status stage state profile index score scores priority level segment")
_LENGTH = _set("duration length seconds minutes")
_CONTACT = _set("call calls talk contact conversation phone meeting demo")
_NO_STATE = _set(
    "name year years month months week weeks day days quarter credit marital civil family"
    " employment occupation job housing education student relationship economic consumer price"
    " confidence previous prior past before earlier history life funding company"
)
_EARLIER = _set("previous prior past before earlier history")
_FEWEST_LOOKED_AT = 30
_NAMED = 3  # columns that are doubted by their name, told
_CLEAR = 0.12  # from an AUC of 0.5, beside a name that says so
_ERRORS = 2.0  # standard errors that chance is given
_BY_CHANCE = 1e-3
_MUCH = 0.8  # an AUC of one column alone; whole models of leads are at 0.80 to 0.84
_CHANGED, _FEWEST_CHANGED = (
    0.05,
    5,
)  # of the leads with an outcome, the share and number that changed


Reason: TypeAlias = tuple[str, str]  # a code, and why as a sentence about the column


def leaks_of(
    columns: Sequence[TableColumn],
    won: Numbers,
    *,
    use: Collection[str] = (),
    ids: Collection[str] = (),
    history: Mapping[str, ChangeHistory] | None = None,
) -> list[SetAside]:
    """The columns that know the answer, each with the reason; those in `use` are left alone.

    `ids`: columns that only name the leads, whose being blank may tell all the same.
    """
    if len(won) < _FEWEST_LOOKED_AT or won.min() == won.max():
        return []
    shown = {c.name: evidence(c, won) for c in columns}
    found = _single_leaks(columns, shown, float(won.mean()), ids, history or {})
    others = [c for c in columns if c.name not in ids]
    _add_filled_together(others, found, shown)
    _add_copies(others, found)
    _add_better_than_the_rest(others, found, shown, won)
    return [found[c.name] for c in columns if c.name in found and not c.is_one_of(use)]


def _single_leaks(
    columns: Sequence[TableColumn],
    shown: Mapping[str, Evidence],
    base: float,
    ids: Collection[str],
    history: Mapping[str, ChangeHistory],
) -> dict[str, SetAside]:
    """The columns that know the answer by what each shows alone, by name."""
    found: dict[str, SetAside] = {}
    for column in columns:
        e = shown[column.name]
        reason = _by_blank_id(e) if column.name in ids else _by_data(column, e, base)
        reason = reason or _by_history(history.get(column.name))
        if reason:
            found[column.name] = SetAside(column.name, column.header, *reason)
    return found


def doubtful_columns(columns: Sequence[TableColumn], won: Numbers) -> list[str]:
    """Sentences on columns that are used although each alone ranks the leads as well as usual
    models do. Only a person knows whether such a column is filled in after a lead has come.
    """
    if len(won) < _FEWEST_LOOKED_AT or won.min() == won.max():
        return []
    shown = {c.name: evidence(c, won) for c in columns}
    told = sorted(((shown[c.name].auc, c.header) for c in columns), key=lambda t: (-t[0], t[1]))
    named = [sentence for c in columns if (sentence := _doubt_of_name(c, shown[c.name]))]
    return [
        f"{header}: ranks the leads with an AUC of {auc:.2f} alone, which is much for one column."
        " Is it known when a lead comes, and not filled in or counted on afterwards? If not:"
        f" --leave-out {header!r}."
        for auc, header in told[:3]
        if auc >= _MUCH
    ] + named[:_NAMED]


def _doubt_of_name(column: TableColumn, e: Evidence) -> str | None:
    """A sentence on a column whose name sounds like a result, and which hardly tells it."""
    found = _rule_of(set(_words(column.header)) | set(_words(column.name)), e)
    if found is None or e.few or column.name in _TOLD_BY_THE_CRM:
        return None
    return (
        f"{column.header}: its name ({_quote(found[1])}) sounds as if it was filled in after the"
        f" sale, but alone it hardly tells who has the outcome (AUC {e.auc:.2f}), so it is used. If"
        f" it is not known when a lead comes: --leave-out {column.header!r}."
    )


def calendar_trap(moments: Sequence[Cell], won: Numbers) -> tuple[datetime, str] | None:
    """The moment from which outcomes were recorded, when hardly any was before: earlier leads only
    look bad.

    Leads in order of time, in stretches of a month: the first months with (nearly) no outcome, then
    a jump.
    """
    months: dict[tuple[int, int], list[float]] = {}
    for moment, outcome in zip(moments, won, strict=True):
        if isinstance(moment, date):  # a datetime is a date
            months.setdefault((moment.year, moment.month), []).append(float(outcome))
    order = sorted(months)
    if len(order) < 4:
        return None
    leads = np.array([len(months[m]) for m in order], float)
    wins = np.array([sum(months[m]) for m in order])
    cut = _jump(leads, wins)
    if cut is None:
        return None
    year, month = order[cut]
    n, w, n2, w2 = leads[:cut].sum(), wins[:cut].sum(), leads[cut:].sum(), wins[cut:].sum()
    return (
        datetime(year, month, 1),
        (
            f"of {int(n):,} leads before {year}-{month:02d} only {w / n:.1%} have the outcome, of"
            f" the {int(n2):,} since {w2 / n2:.1%}: it was hardly recorded before, so the older"
            " leads only look bad"
        ),
    )


def _jump(leads: Numbers, wins: Numbers) -> int | None:
    """The month from which on outcomes jump up from nearly none: where two rates fit best."""
    best, best_gain = None, 12.0
    for cut in range(1, len(leads) - 1):
        n, w, n2, w2 = leads[:cut].sum(), wins[:cut].sum(), leads[cut:].sum(), wins[cut:].sum()
        if n < 100 or n2 < 100 or not w2:
            continue
        before, after = w / n, w2 / n2
        gain = _bernoulli(w, n) + _bernoulli(w2, n2) - _bernoulli(w + w2, n + n2)
        if before < 0.35 * after and wins[0] / leads[0] < 0.15 * after and gain > best_gain:
            best, best_gain = cut, gain
    return best


def _by_blank_id(e: Evidence) -> Reason | None:
    """An id that is blank for leads which fare otherwise."""
    least = max(0.05, _ERRORS * e.error)
    if e.won_blank is None or e.won_stated is None or abs(e.blank_auc - 0.5) < least:
        return None
    return (
        "blank-tells",
        (
            f"is blank for {e.blank:.0%} of the leads, and these fare otherwise ({e.won_blank:.0%}"
            f" against {e.won_stated:.0%}): an id says nothing of a lead, so this comes from how"
            " the table was made"
        ),
    )


def _by_data(column: TableColumn, e: Evidence, base: float) -> Reason | None:
    """What no honest column looks like, or hardly any of that name."""
    if column.name in _TOLD_BY_THE_CRM:
        return (
            "state",
            (
                "is the state or the result as the company's system records it, known only when it"
                " is over"
            ),
        )
    return _by_blanks(e, base) or _by_certainty(e) or _by_name(column, e)


def _by_blanks(e: Evidence, base: float) -> Reason | None:
    if e.won_blank is None or e.won_stated is None:
        return None
    if abs(e.blank_auc - 0.5) < 0.4 and not _extreme(e, base):
        return None
    when = "with" if e.won_stated > e.won_blank else "without"
    return (
        "blank-tells",
        (
            f"is filled in almost only for leads {when} the outcome: {e.won_stated:.0%} have it"
            f" where it is stated, {e.won_blank:.0%} where it is blank"
        ),
    )


def _extreme(e: Evidence, base: float) -> bool:
    """Whether nearly all, or none, have the outcome where a column is blank, or where it is not,
    and chance does not explain it.
    """
    if e.won_blank is None or e.won_stated is None:
        return False
    if not 0.02 <= e.blank <= 0.98 or not 0.02 <= base <= 0.98:
        return False
    parts = ((e.won_blank, e.blank * e.leads), (e.won_stated, (1 - e.blank) * e.leads))
    (low, fewer), (high, more) = sorted(parts)
    none = low <= 0.01 and high >= 0.3 and (1 - base) ** fewer < _BY_CHANCE
    return none or (high >= 0.985 and base < 0.9 and base**more < _BY_CHANCE)


def _by_certainty(e: Evidence) -> Reason | None:
    if e.auc - _ERRORS * e.error >= (0.8 if e.few else 0.9) and e.auc >= 0.95:
        return "too-good", f"tells the outcome nearly without fail (AUC {e.auc:.2f} alone)"
    if e.sure:
        return (
            "certain",
            (
                f"has a value that {e.sure:,} leads share, all of them with the outcome: it is a"
                " part of it"
            ),
        )
    if e.says and e.auc >= 0.6:
        return "says-outcome", f"holds the result in words ({e.says!r})"
    return None


@dataclass(frozen=True)
class _NameRule:
    """Words in a column's name that make it suspicious: where the data agree by at least `tells`
    (AUC away from 0.5), unless one of the words `unless` is there too.
    """

    code: str
    words: frozenset[str]
    tells: float
    unless: frozenset[str]
    why: str  # after "is called 'x'"; {ranks} and {blank} are filled in
    least_blank: float = 0.0


_NAME_RULES = (
    _NameRule(
        "outcome-word",
        _OUTCOME,
        0.02,
        _EARLIER,
        " and {ranks}: it looks as if it was filled in after the sale",
    ),
    _NameRule(
        "judgement",
        _JUDGED,
        0.05,
        _EARLIER,
        " and {ranks}: it looks like a judgement or a note made during the sale",
    ),
    _NameRule(
        "state",
        _AT_THE_END,
        0.05,
        _NO_STATE,
        " and {ranks}: it looks like the state when the table was made, not when the lead came",
    ),
    _NameRule(
        "judgement",
        _OPEN,
        0.05,
        _NO_STATE,
        ", is blank for {blank} and {ranks}: it looks as if it was filled in during the sale",
        least_blank=0.05,
    ),
)


def _by_name(column: TableColumn, e: Evidence) -> Reason | None:
    """A name that says result, judgement or state at the end, where the data agree."""
    words = set(_words(column.header)) | set(_words(column.name))
    ranks = (
        f"ranks the leads with an AUC of {e.auc:.2f} alone"
        if e.auc >= 0.55
        else "goes with the outcome"
    )
    found = _rule_of(words, e)
    if found is not None:
        rule, hit = found
        if e.few:
            return rule.code, (
                f"is called {_quote(hit)}, which sounds as if it was filled in after the sale; with"
                " so few leads nobody can tell by what it says"
            )
        if _is_clear(e):
            why = rule.why.format(ranks=ranks, blank=f"{e.blank:.0%}")
            return rule.code, f"is called {_quote(hit)}{why}"
    if _names_a_length(words) and e.auc >= 0.7 and not e.few:
        return (
            "during",
            (
                f"is the {_quote(words & _LENGTH)} of a contact and {ranks}: known only when the"
                " contact is over"
            ),
        )
    return None


def _rule_of(words: set[str], e: Evidence) -> tuple[_NameRule, set[str]] | None:
    """The rule that a name falls under, and by which words; what the data show must not speak
    against it.
    """
    for rule in _NAME_RULES:
        hit = words & rule.words
        there = hit and not words & rule.unless and e.blank >= rule.least_blank
        if there and (e.few or e.tells >= rule.tells):
            return rule, hit
    return None


def _is_clear(e: Evidence) -> bool:
    """Whether a column tells the outcome clearly, beyond chance."""
    return e.tells >= _CLEAR and e.tells - _ERRORS * e.error >= _CLEAR / 2


def _names_a_length(words: set[str]) -> bool:
    """The duration of a call, or just a duration."""
    return bool(words & _LENGTH) and (bool(words & _CONTACT) or len(words) == 1)


def _by_history(history: ChangeHistory | None) -> Reason | None:
    """A change that comes with the outcome: often, and at least twice as often as it comes to
    others by time alone.
    """
    if history is None:
        return None
    mine = history.changed / max(history.leads, 1)
    theirs = history.others_changed / max(history.others, 1)
    if history.leads < 20 or history.changed < _FEWEST_CHANGED or mine < max(_CHANGED, 2 * theirs):
        return None
    beside = f", for {theirs:.0%} of the others in the same time" if history.others else ""
    return (
        "changes-after",
        (
            f"was first stated or changed after the outcome for {history.changed:,} of"
            f" {history.leads:,} leads{beside}"
        ),
    )


def _add_filled_together(
    columns: Sequence[TableColumn], found: dict[str, SetAside], shown: Mapping[str, Evidence]
) -> None:
    """Columns that are blank for the very same leads were filled by one act: where half of them
    look like results, all do.
    """
    for group in _blank_alike(columns, shown):
        known = [c for c in group if c.name in found]
        suspect = sum(c.name in found or _suspicious(c) for c in group)
        if known and len(group) > 1 and 2 * suspect >= len(group):
            why = f"is blank for the very same leads as {known[0].header!r}: one act filled both"
            for c in group:
                found.setdefault(c.name, SetAside(c.name, c.header, "together", why))


def _blank_alike(
    columns: Sequence[TableColumn], shown: Mapping[str, Evidence]
) -> Iterable[list[TableColumn]]:
    """Columns that are blank for some leads, by the leads they are blank for."""
    patterns: dict[bytes, list[TableColumn]] = {}
    for c in columns:
        if 0.05 <= shown[c.name].blank <= 0.95:
            patterns.setdefault(c.has_value.tobytes(), []).append(c)
    return patterns.values()


def _suspicious(column: TableColumn) -> bool:
    return bool(set(_words(column.header)) & (_JUDGED | _OPEN | _OUTCOME))


def _add_copies(columns: Sequence[TableColumn], found: dict[str, SetAside]) -> None:
    """A column with the words of one that was set aside is another copy of it."""
    sets = {c.name: set(plain_feature(c).words) for c in columns if c.kind == "words"}
    for c in columns:
        mine = sets.get(c.name, set())
        if c.name in found or len(mine) < 5:
            continue
        for name, theirs in sets.items():
            if name in found and _is_copy(c.header, mine, found[name].header, theirs):
                why = f"has the same words as {found[name].header!r}, which was set aside"
                found[c.name] = SetAside(c.name, c.header, "copy", why)
                break


def _is_copy(header: str, words: set[str], other_header: str, other_words: set[str]) -> bool:
    """Whether two columns have a word of their headers, and most of their words, in common."""
    near = set(_words(header)) & set(_words(other_header))
    return bool(near) and len(words & other_words) >= 0.6 * len(words)


def _add_better_than_the_rest(
    columns: Sequence[TableColumn],
    found: dict[str, SetAside],
    shown: Mapping[str, Evidence],
    won: Numbers,
) -> None:
    """A column that alone ranks better than all others together, beyond what this trade knows."""
    if any(e.few for e in shown.values()):
        return
    order = sorted((c for c in columns if c.name not in found), key=lambda c: -shown[c.name].auc)
    for column in order[:3]:
        e = shown[column.name]
        if e.auc < 0.84:
            return
        rest = _joint_auc([c for c in columns if c.name not in found and c is not column], won)
        if e.auc < rest + 0.03:
            return
        found[column.name] = SetAside(
            column.name,
            column.header,
            "too-good",
            f"ranks the leads alone (AUC {e.auc:.2f}) far better than all other columns together"
            f" ({rest:.2f})",
        )


def _joint_auc(columns: Sequence[TableColumn], won: Numbers) -> float:
    """The AUC of a plain model of these columns, on leads it was not fitted on."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    if not columns:
        return 0.5
    rows = np.random.default_rng(0).permutation(len(won))[:8_000]
    bins = [plain_feature(c).bin_of(c)[rows] for c in columns if c.has_value.any()]
    if not bins:
        return 0.5
    x, y = np.column_stack(bins), won[rows]
    judge = np.arange(len(rows)) % 3 == 0
    if len(np.unique(y[~judge])) < 2 or len(np.unique(y[judge])) < 2:
        return 0.5
    with one_thread():
        machine = HistGradientBoostingClassifier(max_iter=60, random_state=0).fit(
            x[~judge], y[~judge]
        )
        return auc_of(machine.predict_proba(x[judge])[:, 1], y[judge])


def _bernoulli(wins: float, leads: float) -> float:
    from math import log

    rate = wins / leads
    return sum(n * log(p) for n, p in ((wins, rate), (leads - wins, 1 - rate)) if n > 0)


def _words(header: str) -> list[str]:
    """The words of a header: `lastActivity_date` is last, activity, date."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    return [w for w in re.split(r"[^a-z]+", apart.lower()) if w]


def _quote(words: Collection[str]) -> str:
    return " and ".join(f"{w!r}" for w in sorted(words))
