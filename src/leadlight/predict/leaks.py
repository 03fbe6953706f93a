"""Columns that know the answer: filled in during or after the sale, so not known when a lead must
be judged.

What the data show decides by itself only where hardly an honest column could look so; elsewhere it
takes a name that says the column is a result, a judgement or a state at the end, together with what
the data show. A person may overrule both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from leadlight.predict.arrays import Array, Numbers
from leadlight.predict.columns import Cell, ChangeHistory, SetAside, TableColumn
from leadlight.predict.features import Feature, cuts_of
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
_SAYS_OUTCOME = re.compile(
    r"\b(won|lost|closed|convert(ed|s)?|conversion|signed|churn(ed)?|became a"
    r" customer|purchased|deal|cancel+ed)\b",
    re.I,
)

_FEWEST_LOOKED_AT = 30
_MUCH = 0.8  # an AUC of one column alone; whole models of leads are at 0.80 to 0.84
_CHANGED, _FEWEST_CHANGED = (
    0.05,
    5,
)  # of the leads with an outcome, the share and number that changed


@dataclass(frozen=True)
class Evidence:
    """What the data show of a column: how well it ranks the leads alone (AUC on leads not looked
    at), which share is blank, how well being blank ranks them, how the outcome fares with and
    without, and the surest value.
    """

    auc: float
    blank: float = 0.0
    blank_auc: float = 0.5
    won_blank: float | None = None
    won_stated: float | None = None
    sure: int = 0  # leads with a value that always went with the outcome, more than chance allows
    says: str | None = None  # a value that names the outcome


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
    found: dict[str, SetAside] = {}
    for column in columns:
        said = _by_itself(column, shown[column.name], float(won.mean()), column.name in ids)
        if said is None and column.name not in ids:
            said = _by_name(column, shown[column.name])
        if said is None and history and column.name in history:
            said = _by_history(history[column.name])
        if said:
            found[column.name] = SetAside(column.name, column.header, *said)
    others = [c for c in columns if c.name not in ids]
    _filled_together(others, found, shown)
    _same_words(others, found)
    _beyond_the_rest(others, found, shown, won)
    return [
        found[c.name]
        for c in columns
        if c.name in found and c.name not in use and c.header not in use
    ]


def doubtful_columns(columns: Sequence[TableColumn], won: Numbers) -> list[str]:
    """Sentences on columns that are used although each alone ranks the leads as well as models of
    this trade do: only a person knows whether such a column is filled in, or counted on, after a
    lead has come.
    """
    if len(won) < _FEWEST_LOOKED_AT or won.min() == won.max():
        return []
    told = sorted(((evidence(c, won).auc, c.header) for c in columns), key=lambda t: (-t[0], t[1]))
    return [
        f"{header}: ranks the leads with an AUC of {auc:.2f} alone, which is much for one column."
        " Is it known when a lead comes, and not filled in or counted on afterwards? If not:"
        f" --leave-out {header!r}."
        for auc, header in told[:3]
        if auc >= _MUCH
    ]


def evidence(column: TableColumn, won: Numbers) -> Evidence:
    """What the data show of one column."""

    if not column.stated.any():
        return Evidence(0.5, 1.0)
    blank = ~column.stated
    feature = _plain_feature(column)
    bins = feature.bin_of(column)
    base = float(won.mean())
    known = Evidence(
        _honest_auc(bins, feature.bins, won),
        float(blank.mean()),
        sure=_sure(bins, feature.bins, won, base),
    )
    if feature.kind == "words":
        known = replace(known, says=_says_outcome(feature, bins, won, base))
    if blank.any():
        known = replace(
            known,
            blank_auc=auc_of(blank.astype(float), won),
            won_blank=float(won[blank].mean()),
            won_stated=float(won[~blank].mean()),
        )
    return known


def calendar_trap(moments: Sequence[Cell], won: Numbers) -> tuple[datetime, str] | None:
    """The moment from which outcomes were recorded, when hardly any was before: earlier leads only
    look bad.

    Leads in order of time, in stretches of a month: the first months with (nearly) no outcome, then
    a jump.
    """
    whole = [
        (m if isinstance(m, datetime) else datetime(m.year, m.month, m.day), w)
        for m, w in zip(moments, won, strict=True)
        if isinstance(m, (datetime, date))
    ]
    months: dict[tuple[int, int], list[float]] = {}
    for moment, outcome in whole:
        months.setdefault((moment.year, moment.month), []).append(float(outcome))
    order = sorted(months)
    if len(order) < 4:
        return None
    leads = np.array([len(months[m]) for m in order], float)
    wins = np.array([sum(months[m]) for m in order])
    best, best_gain = None, 12.0
    for cut in range(1, len(order) - 1):
        n, w, n2, w2 = leads[:cut].sum(), wins[:cut].sum(), leads[cut:].sum(), wins[cut:].sum()
        if n < 100 or n2 < 100 or not w2:
            continue
        before, after = w / n, w2 / n2
        gain = _bernoulli(w, n) + _bernoulli(w2, n2) - _bernoulli(w + w2, n + n2)
        if before < 0.35 * after and wins[0] / leads[0] < 0.15 * after and gain > best_gain:
            best, best_gain = cut, gain
    if best is None:
        return None
    year, month = order[best]
    n, w, n2, w2 = leads[:best].sum(), wins[:best].sum(), leads[best:].sum(), wins[best:].sum()
    return (
        datetime(year, month, 1),
        (
            f"of {int(n):,} leads before {year}-{month:02d} only {w / n:.1%} have the outcome, of"
            f" the {int(n2):,} since {w2 / n2:.1%}: it was hardly recorded before, so the older"
            " leads only look bad"
        ),
    )


def _by_itself(
    column: TableColumn, e: Evidence, base: float, is_id: bool
) -> tuple[str, str] | None:
    """What no honest column looks like."""
    if is_id:
        if abs(e.blank_auc - 0.5) >= 0.05 and e.won_blank is not None and e.won_stated is not None:
            return (
                "blank-tells",
                (
                    f"is blank for {e.blank:.0%} of the leads, and these fare otherwise"
                    f" ({e.won_blank:.0%} against {e.won_stated:.0%}): an id says nothing of a"
                    " lead, so this comes from how the table was made"
                ),
            )
        return None
    if column.name in _TOLD_BY_THE_CRM:
        return (
            "state",
            (
                "is the state or the result as the company's system records it, known only when it"
                " is over"
            ),
        )
    if e.won_blank is not None and e.won_stated is not None and _tells_by_blank(e, base):
        when = "with" if e.won_stated > e.won_blank else "without"
        return (
            "blank-tells",
            (
                f"is filled in almost only for leads {when} the outcome: {e.won_stated:.0%} have it"
                f" where it is stated, {e.won_blank:.0%} where it is blank"
            ),
        )
    if e.auc >= 0.95:
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


def _tells_by_blank(e: Evidence, base: float) -> bool:
    if abs(e.blank_auc - 0.5) >= 0.4:
        return True
    assert e.won_blank is not None
    assert e.won_stated is not None
    both = e.won_blank, e.won_stated
    if not 0.02 <= e.blank <= 0.98 or not 0.02 <= base <= 0.98:
        return False
    return (max(both) >= 0.985 and base < 0.9) or (min(both) <= 0.01 and max(both) >= 0.3)


def _by_name(column: TableColumn, e: Evidence) -> tuple[str, str] | None:
    """A name that says result, judgement or state at the end, where the data agree."""
    words = set(_words(column.header)) | set(_words(column.name))
    tells = max(abs(e.auc - 0.5), abs(e.blank_auc - 0.5))
    ranks = (
        f"ranks the leads with an AUC of {e.auc:.2f} alone"
        if e.auc >= 0.55
        else "goes with the outcome"
    )
    earlier = bool(words & {"previous", "prior", "past", "before", "earlier", "history"})
    if (hit := words & _OUTCOME) and tells >= 0.02 and not earlier:
        return (
            "outcome-word",
            f"is called {_quoted(hit)} and {ranks}: it is known when the outcome is",
        )
    if (hit := words & _JUDGED) and tells >= 0.05 and not earlier:
        return (
            "judgement",
            f"is called {_quoted(hit)} and {ranks}: a judgement or a note made during the sale",
        )
    if (hit := words & _AT_THE_END) and tells >= 0.05 and not words & _NO_STATE:
        return (
            "state",
            (
                f"is called {_quoted(hit)} and {ranks}: the state when the table was made, not when"
                " the lead came"
            ),
        )
    if (hit := words & _OPEN) and tells >= 0.05 and e.blank >= 0.05 and not words & _NO_STATE:
        return (
            "judgement",
            (
                f"is called {_quoted(hit)}, is blank for {e.blank:.0%} and {ranks}: filled in"
                " during the sale"
            ),
        )
    about_contact = words & _LENGTH and (words & _CONTACT or len(words) == 1)
    if about_contact and e.auc >= 0.7:
        return (
            "during",
            (
                f"is the {_quoted(words & _LENGTH)} of a contact and {ranks}: known only when the"
                " contact is over"
            ),
        )
    return None


def _by_history(history: ChangeHistory) -> tuple[str, str] | None:
    """A change that comes with the outcome: often, and at least twice as often as it comes to
    others by time alone.
    """
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


def _filled_together(
    columns: Sequence[TableColumn], found: dict[str, SetAside], shown: Mapping[str, Evidence]
) -> None:
    """Columns that are blank for the very same leads were filled by one act: where half of them
    look like results, all do.
    """
    patterns: dict[bytes, list[TableColumn]] = {}
    for c in columns:
        if 0.05 <= shown[c.name].blank <= 0.95:
            patterns.setdefault(c.stated.tobytes(), []).append(c)
    for group in patterns.values():
        suspect = [
            c
            for c in group
            if c.name in found or set(_words(c.header)) & (_JUDGED | _OPEN | _OUTCOME)
        ]
        if (
            len(group) < 2
            or not any(c.name in found for c in group)
            or 2 * len(suspect) < len(group)
        ):
            continue
        first = next(found[c.name].header for c in group if c.name in found)
        why = f"is blank for the very same leads as {first!r}: one act filled both"
        for c in group:
            found.setdefault(c.name, SetAside(c.name, c.header, "together", why))


def _same_words(columns: Sequence[TableColumn], found: dict[str, SetAside]) -> None:
    """A column with the words of one that was set aside is another copy of it."""
    sets = {c.name: set(_plain_feature(c).words) for c in columns if c.kind == "words"}
    for c in columns:
        mine = sets.get(c.name, set())
        if c.name in found or len(mine) < 5:
            continue
        for name, theirs in sets.items():
            near = (
                set(_words(c.header)) & set(_words(found[name].header)) if name in found else set()
            )
            if near and len(mine & theirs) >= 0.6 * len(mine):
                found[c.name] = SetAside(
                    c.name,
                    c.header,
                    "copy",
                    f"has the same words as {found[name].header!r}, which was set aside",
                )
                break


def _beyond_the_rest(
    columns: Sequence[TableColumn],
    found: dict[str, SetAside],
    shown: Mapping[str, Evidence],
    won: Numbers,
) -> None:
    """A column that alone ranks better than all others together, beyond what this trade knows."""
    order = sorted((c for c in columns if c.name not in found), key=lambda c: -shown[c.name].auc)
    for column in order[:3]:
        e = shown[column.name]
        if e.auc < 0.84:
            return
        rest = _together([c for c in columns if c.name not in found and c is not column], won)
        if e.auc < rest + 0.03:
            return
        found[column.name] = SetAside(
            column.name,
            column.header,
            "too-good",
            f"ranks the leads alone (AUC {e.auc:.2f}) far better than all other columns together"
            f" ({rest:.2f})",
        )


def _together(columns: Sequence[TableColumn], won: Numbers) -> float:
    """The AUC of a plain model of these columns, on leads it was not fitted on."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    if not columns:
        return 0.5
    rows = np.random.default_rng(0).permutation(len(won))[:8_000]
    bins = [_plain_feature(c).bin_of(c)[rows] for c in columns if c.stated.any()]
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


def _plain_feature(column: TableColumn) -> Feature:
    """Bins for looking only: cuts of numbers and moments, the most frequent words."""
    if column.kind != "words":
        return Feature(
            column.name, column.header, "number", cuts=cuts_of(column.values[column.stated], 300)
        )
    words, codes = column.coded
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    most = [words[n] for n in np.argsort(-counts, kind="stable")[:300] if counts[n] >= 5]
    return Feature(column.name, column.header, "words", words=tuple(most))


def _honest_auc(bins: Array, size: int, won: Numbers) -> float:
    """The AUC of each bin's rate, the rate taken from the other four fifths of the leads."""
    fold = np.random.default_rng(0).integers(0, 5, len(won))
    base, score = float(won.mean()), np.zeros(len(won))
    for k in range(5):
        others = fold != k
        leads = np.bincount(bins[others], minlength=size)
        wins = np.bincount(bins[others], weights=won[others], minlength=size)
        score[~others] = ((wins + 5 * base) / (leads + 5))[bins[~others]]
    return auc_of(score, won)


def auc_of(score: Numbers, won: Numbers) -> float:
    """The AUC of a score (both outcomes must be there): Mann and Whitney's statistic by ranks."""
    from scipy.stats import rankdata

    wins = float(won.sum())
    losses = len(won) - wins
    ranks = float(rankdata(score)[won > 0].sum())
    return (ranks - wins * (wins + 1) / 2) / (wins * losses)


def _sure(bins: Array, size: int, won: Numbers, base: float) -> int:
    """Leads of the values that always went with the outcome, where chance cannot explain it."""
    leads = np.bincount(bins, minlength=size)
    wins = np.bincount(bins, weights=won, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = (leads >= 30) & (wins >= 0.998 * leads) & (leads * np.log(max(base, 1e-12)) < -60)
    return int(leads[sure].sum()) if base < 0.8 else 0


def _says_outcome(feature: Feature, bins: Array, won: Numbers, base: float) -> str | None:
    """A word that names the outcome and goes with it."""
    for n, word in enumerate(feature.words, 1):
        if _SAYS_OUTCOME.search(word):
            there = bins == n
            rate, leads = float(won[there].mean()), int(there.sum())
            if leads >= 5 and (rate >= base + 0.6 * (1 - base) or rate <= 0.25 * base):
                return word[:40]
    return None


def _bernoulli(wins: float, leads: float) -> float:
    from math import log

    rate = wins / leads
    return sum(n * log(p) for n, p in ((wins, rate), (leads - wins, 1 - rate)) if n > 0)


def _words(header: str) -> list[str]:
    """The words of a header: `lastActivity_date` is last, activity, date."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    return [w for w in re.split(r"[^a-z]+", apart.lower()) if w]


def _quoted(words: Collection[str]) -> str:
    return " and ".join(f"{w!r}" for w in sorted(words))
