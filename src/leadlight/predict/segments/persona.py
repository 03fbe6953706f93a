"""The ideal customer in the data: readable segments whose leads win far more (or less) often than
the others.

Rules are found on one part of the leads and judged on another that had no part in finding them: the
newer ones where there is a time, else a random half. Of thousands of rules that are tried on the
first part a few are proposed; only these are judged, each by Fisher's exact test against all other
leads of that part, with Holm's correction for how many are judged. So the chance that even one of
the segments shown is a fluke is at most `ALPHA`. Each condition of a segment must do something
there too. Size, win rate, lift and value are those of the judging part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Truths, rarer
from leadlight.predict.columns import ChangeHistory, SetAside, TableColumn
from leadlight.predict.features import Feature, features_of
from leadlight.predict.judge.intervals import wilson
from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.leaks import leaks_of
from leadlight.predict.segments.rules import rule_mask, search
from leadlight.predict.segments.segment import Clause, Persona, PersonaSearch
from leadlight.predict.threads import one_thread
from leadlight.problems import CannotDo

ALPHA = 0.01
MATTERS = 0.05  # of the test whether a condition does anything within its rule
MARK = 1.1  # lift at the end of its interval, below which a segment is of no use though no fluke
ROWS = 20_000  # leads that teach at most
FEWEST = 20  # leads with the outcome, and without, in each part
ROUNDS = 1_000


def personas(
    columns: Sequence[TableColumn],
    won: Sequence[bool],
    *,
    values: Sequence[float | None] | None = None,
    order: Sequence[Any] | None = None,
    ordered_by: str = "time",
    use: Collection[str] = (),
    without: Collection[str] = (),
    history: Mapping[str, ChangeHistory] | None = None,
    seed: int = 0,
) -> PersonaSearch:
    """Find segments among leads of which it is known whether they were won.

    `values`: what each won lead brought. `order`: a value for each lead that grows with time (None:
    unknown), so that the newer part judges. `use`: columns a person vouches for though they look
    like leaks; `without`: columns to leave out. Raises `CannotDo` where too few leads have, or
    lack, the outcome.
    """
    answer = np.asarray(won, float)
    _enough(answer)
    columns = [c for c in columns if not c.is_one_of(without)]
    rng = np.random.default_rng(seed)
    looked = np.sort(rng.permutation(len(answer))[:ROWS])
    with one_thread():
        leaks = leaks_of(_rows(columns, looked), answer[looked], use=use, history=history)
    teach, judge, split = _split(answer, order, ordered_by, rng)
    _enough(answer[teach])
    _enough(answer[judge])
    kept, aside = features_of(
        columns, teach.tolist(), int(answer[teach].sum()), {s.name: s for s in leaks}
    )
    mine = _columns_of(kept, columns)
    with one_thread():
        rules, tried = search(_rows(mine, teach), answer[teach])
    found = _judge(rules, mine, answer, judge, values, seed)
    buys, buys_not = _buyers(found), _no_buyers(found)
    return PersonaSearch(
        buys,
        buys_not,
        len(answer),
        int(answer.sum()),
        float(answer[judge].mean()),
        len(teach),
        len(judge),
        tried,
        len(rules),
        split,
        tuple(leaks),
        _other_than(leaks, aside),
        None if buys else _sentence(mine, tried, len(rules)),
        None if values is None else float(_amounts(values, answer)[judge].mean()),
    )


def _rows(columns: Sequence[TableColumn], rows: Integers) -> list[TableColumn]:
    return [c.take(rows.tolist()) for c in columns]


def _columns_of(features: Sequence[Feature], columns: Sequence[TableColumn]) -> list[TableColumn]:
    names = {f.name for f in features}
    return [c for c in columns if c.name in names]


def _other_than(leaks: Sequence[SetAside], aside: Sequence[SetAside]) -> tuple[SetAside, ...]:
    """The columns set aside for another reason than that they know the answer."""
    leaking = {s.name for s in leaks}
    return tuple(s for s in aside if s.name not in leaking)


def _buyers(found: Sequence[Persona]) -> tuple[Persona, ...]:
    """Those that buy more often by a margin, the best first."""
    buy = [p for p in found if p.lift.low is not None and p.lift.low > MARK]
    return tuple(sorted(buy, key=lambda p: (-(p.lift.value or 0), p.condition)))


def _no_buyers(found: Sequence[Persona]) -> tuple[Persona, ...]:
    """Those that buy less often by a margin, the worst first."""
    buy_not = [p for p in found if p.lift.high is not None and p.lift.high < 1 / MARK]
    return tuple(sorted(buy_not, key=lambda p: ((p.lift.value or 0), p.condition)))


def _enough(won: Numbers) -> None:
    if rarer(won) < FEWEST:
        few = "won" if won.sum() < FEWEST else "not won"
        raise CannotDo(
            f"Of {len(won):,} leads {rarer(won):,} are {few}. At least {2 * FEWEST}"
            " of each are needed, half to find segments with and half to judge them by; with fewer"
            " nobody can tell a persona from chance."
        )


def _split(
    won: Numbers, order: Sequence[Any] | None, ordered_by: str, rng: np.random.Generator
) -> tuple[Integers, Integers, str]:
    """The rows that teach and those that judge, and how they were parted in words: by time where
    both halves can be used.
    """
    halves = _halves_by_time(won, order) if order is not None else None
    if halves is not None:
        older, newer = halves
        said = f"found on the older half by {ordered_by}, judged on the newer half"
        return np.sort(rng.permutation(older)[:ROWS]), np.sort(newer), said
    teach, judge = _random_halves(won, rng)
    said = "found on a random half, judged on the other half (no time to go by)"
    return np.sort(rng.permutation(teach)[:ROWS]), np.sort(judge), said


def _halves_by_time(won: Numbers, order: Sequence[Any]) -> tuple[Integers, Integers] | None:
    """The older and the newer half; the same moment stays on one side. None where the time of too
    many leads is unknown, or a half has too few leads of an outcome.
    """
    ranked = sorted(_dated_rows(order), key=lambda i: (order[i], i))
    if len(ranked) <= 0.9 * len(won):
        return None
    cut = order[ranked[len(ranked) // 2]]
    older = np.array([i for i in ranked if order[i] < cut], np.int64)
    newer = np.array([i for i in ranked if order[i] >= cut], np.int64)
    return (older, newer) if _has_both(won[older]) and _has_both(won[newer]) else None


def _dated_rows(order: Sequence[Any]) -> list[int]:
    """The rows that have a place in time."""
    return [i for i, v in enumerate(order) if v is not None and v == v]


def _has_both(won: Numbers) -> bool:
    return len(won) > 1 and rarer(won) >= FEWEST


def _random_halves(won: Numbers, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """Two halves with as many of each outcome."""
    teach: list[int] = []
    judge: list[int] = []
    for outcome in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(won == outcome)).tolist()
        teach += rows[: len(rows) // 2]
        judge += rows[len(rows) // 2 :]
    return np.array(teach, np.int64), np.array(judge, np.int64)


def _judge(
    rules: Sequence[tuple[Clause, ...]],
    columns: Sequence[TableColumn],
    won: Numbers,
    judge: Integers,
    values: Sequence[float | None] | None,
    seed: int,
) -> list[Persona]:
    """The rules that hold their own on leads that had no part in finding them."""
    answer = won[judge]
    there = _rows(columns, judge)
    amounts = _amounts(values, won)[judge] if values is not None else None
    inside = [rule_mask(rule, there) for rule in rules]
    adjusted = holm([_chance_of(mask, answer) for mask in inside])
    rng = np.random.default_rng(seed)
    found = []
    for rule, mask, p in zip(rules, inside, adjusted, strict=True):
        if p <= ALPHA and all(_matters(mask, without, answer) for without in _parents(rule, there)):
            found.append(_persona(rule, mask, answer, amounts, p, rng))
    return [replace(p, name=name) for p, name in zip(found, names_of(found), strict=True)]


def _chance_of(mask: Truths, won: Numbers) -> float:
    """The p-value of a rule's wins by Fisher's exact test; 1 where it holds for nobody, or all."""
    from scipy.stats import fisher_exact

    a, n = int(won[mask].sum()), int(mask.sum())
    if n in (0, len(won)):
        return 1.0
    rest = int(won.sum()) - a
    return float(fisher_exact([[a, n - a], [rest, len(won) - n - rest]]).pvalue)


def _parents(rule: tuple[Clause, ...], columns: Sequence[TableColumn]) -> list[Truths]:
    """Whom the rule would hold for without each of its conditions in turn."""
    if len(rule) == 1:
        return []
    return [rule_mask(rule[:i] + rule[i + 1 :], columns) for i in range(len(rule))]


def _matters(mask: Truths, parent: Truths, won: Numbers) -> bool:
    """Whether those a condition keeps win otherwise than those it leaves out."""
    from scipy.stats import fisher_exact

    others = parent & ~mask
    table = [[int(won[m].sum()), int(m.sum() - won[m].sum())] for m in (mask, others)]
    return bool(others.any()) and float(fisher_exact(table).pvalue) <= MATTERS


def holm(p: Sequence[float]) -> list[float]:
    """P-values corrected for how many there are (Holm 1979)."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    out, reached = [1.0] * len(p), 0.0
    for rank, i in enumerate(order):
        reached = max(reached, min(1.0, (len(p) - rank) * p[i]))
        out[i] = reached
    return out


def _persona(
    rule: tuple[Clause, ...],
    mask: Truths,
    won: Numbers,
    amounts: Numbers | None,
    p: float,
    rng: np.random.Generator,
) -> Persona:
    n, a, total = int(mask.sum()), int(won[mask].sum()), len(won)
    base = float(won.mean())
    cells = np.array([a, n - a, won.sum() - a, total - n - (won.sum() - a)], float) / total
    drawn = rng.multinomial(total, cells, ROUNDS).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        lifts = (drawn[:, 0] / (drawn[:, 0] + drawn[:, 1])) / ((drawn[:, 0] + drawn[:, 2]) / total)
    low, high = np.nanpercentile(lifts, (2.5, 97.5))
    value, value_won = None, None
    if amounts is not None:
        mine = amounts[mask]
        means = (
            mine[rng.integers(0, n, (200, n))].mean(axis=1)
            if n <= 20_000
            else np.full(1, mine.mean())
        )
        value = Estimate(float(mine.mean()), *(float(v) for v in np.percentile(means, (2.5, 97.5))))
        value_won = float(mine[won[mask] > 0].mean()) if a else None
    return Persona(
        "",
        rule,
        n,
        a,
        n / total,
        Estimate(a / n, *wilson(a, n)),
        Estimate(a / n / base, float(low), float(high)),
        p,
        value,
        value_won,
    )


def names_of(personas: Sequence[Persona]) -> list[str]:
    """A short name for each, of its words and numbers, fit for a playbook: letters, digits and
    underscores, none twice and none that a condition reads.
    """
    columns = {c.name for persona in personas for c in persona.clauses}
    out: list[str] = []
    for persona in personas:
        words = " ".join(part for c in persona.clauses for part in _name_parts(c)).lower()
        name = re.sub(r"[^a-z0-9]+", "_", words).strip("_")[:48].strip("_") or "segment"
        name = name if name[0].isalpha() and name not in columns else f"is_{name}"
        several = 2
        unique = name
        while unique in columns.union(out):
            unique, several = f"{name}_{several}", several + 1
        out.append(unique)
    return out


def _name_parts(clause: Clause) -> list[str]:
    """What a name says of a condition."""
    words = [w for w in clause.words if w not in ("true", "false")][:2]
    if clause.words:
        return words or [clause.name if clause.words == ("true",) else f"no {clause.name}"]
    if clause.low is not None:
        to = f" to {_short(clause.high)}" if clause.high is not None else " up"
        return [f"{clause.name} {_short(clause.low)}{to}"]
    return [f"{clause.name} under {_short(clause.high)}"] if clause.high is not None else []


def _short(value: float) -> str:
    return f"{value:g}".replace("-", "minus ")


def _amounts(values: Sequence[float | None], won: Numbers) -> Numbers:
    """What each lead brought: 0 when it was not won or the amount is unknown."""
    found = np.array([v if v is not None and v == v else 0.0 for v in values], float)
    return np.where(won > 0, found, 0.0)


def _sentence(columns: Sequence[TableColumn], tried: int, proposed: int) -> str:
    if not columns:
        return "No column is left that could tell leads apart."
    if not proposed:
        return (
            f"None of {tried:,} rules over {len(columns)} columns set buyers apart beyond chance"
            " where they were looked for."
        )
    return (
        f"Of {tried:,} rules over {len(columns)} columns the best {proposed} were judged on leads"
        " that had no part in finding them, and none marks leads that win more often than chance"
        " allows."
    )
