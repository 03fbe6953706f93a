"""The three weightiest rules of each lead, in words and at little cost.

Every rule that gave or took points is one integer: its hundredths of points times a power of two,
plus its place in the playbook.  The three largest of two triples need five comparisons, so only
integers cross the join; words are made last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadlight.plan.columns import fit_key, fit_points
from leadlight.plan.dialects import SqlDialect
from leadlight.plan.steps.atoms import Atoms
from leadlight.plan.terms import (
    Tree,
    any_of,
    case,
    cast,
    col,
    greatest,
    least,
    num,
    or_zero,
    text,
    times,
)
from leadlight.playbook.signals import cents
from leadlight.playbook.spec import FitRule, Playbook, PointRule, Points, RuleScore, SignalScore

Triple = tuple[Tree, Tree, Tree]


@dataclass(frozen=True)
class Ranks:
    """The place of every rule in the order of the playbook's scores, and what it is called."""

    words: tuple[str, ...]  # by place: with the points where they never differ, else up to the sign
    whole: tuple[tuple[int, int], ...]  # the ranges of places whose words are whole
    base: int  # a power of two above the number of rules
    of_signal: Mapping[str, Mapping[int, int]]  # points signal -> atom number -> place
    of_score: Mapping[str, tuple[int, ...]]  # rule score -> place of each of its rules


def ranks(book: Playbook, atoms: Atoms) -> Ranks:
    """Places in the order in which the scores are written, and in each score the order of its
    rules.
    """
    labels: list[str] = []
    whole: list[tuple[int, int]] = []
    of_signal: dict[str, dict[int, int]] = {}
    of_score: dict[str, tuple[int, ...]] = {}
    for score in book.scores:
        if isinstance(score, RuleScore):
            of_score[score.name] = tuple(range(len(labels), len(labels) + len(score.rules)))
            for fit_rule in score.rules:
                if fit_rule.by is None:
                    _extend(whole, len(labels))
                labels.append(_label_of_fit(fit_rule))
        elif isinstance(score, SignalScore):
            signal = book.signal(score.signal)
            if isinstance(signal, Points) and signal.name not in of_signal:
                of_signal[signal.name] = {}
                for rule in signal.rules:
                    of_signal[signal.name][atoms.of_rule[signal.name, rule.id]] = len(labels)
                    labels.append(label(rule))
    return Ranks(
        tuple(labels), tuple(whole), 1 << max(len(labels), 1).bit_length(), of_signal, of_score
    )


def _label_of_fit(rule: FitRule) -> str:
    """With its points, unless they go by a rank."""
    return label(rule) if rule.by is not None else f"{label(rule)}{abs(rule.add):.2f}"


def _extend(whole: list[tuple[int, int]], place: int) -> None:
    """One more place whose words are whole: the last range grows, or a new one begins."""
    if whole and whole[-1][1] == place - 1:
        whole[-1] = (whole[-1][0], place)
    else:
        whole.append((place, place))


def label(rule: FitRule | PointRule) -> str:
    """What a rule is called in a reason, with its sign: 'Asked for a demo +'."""
    points = rule.add if isinstance(rule, FitRule) else rule.points
    return f"{rule.say or rule.id.replace('_', ' ')} {'-' if points < 0 else '+'}"


def fit_keys(ranks: Ranks, score: RuleScore, dialect: SqlDialect) -> list[tuple[str, Tree]]:
    """One integer key a rule of an explicit score, from the rule's hundredths in column
    `_f_<score>_<n>`.
    """
    out: list[tuple[str, Tree]] = []
    for n, (rule, place) in enumerate(zip(score.rules, ranks.of_score[score.name], strict=True), 1):
        points = col(fit_points(score.name, n))
        size = exp.Neg(this=points) if cents(rule.add) < 0 else points
        key = exp.Add(this=times(size, num(ranks.base)), expression=num(ranks.base - 1 - place))
        out.append((fit_key(score.name, n), key))
    return out


def next_best(keys: Sequence[str], best: Tree | None) -> Tree:
    """The largest key, or the largest below `best`."""
    each = [
        (
            col(k)
            if best is None
            else case([(exp.LT(this=col(k), expression=best.copy()), col(k))], num(0))
        )
        for k in keys
    ]
    return each[0] if len(each) == 1 else greatest(*each)


def triple(dialect: SqlDialect, items: Tree) -> Triple:
    """The three keys of a `best3` list; 0 where there are fewer."""
    return (
        or_zero(dialect.item(items, 1)),
        or_zero(dialect.item(items.copy(), 2)),
        or_zero(dialect.item(items.copy(), 3)),
    )


def merge_triples(a: Triple, b: Triple) -> Triple:
    """The three largest of two descending triples."""
    a1, a2, a3 = a
    b1, b2, b3 = (tree.copy() for tree in b)
    first = greatest(a1.copy(), b1)
    second = greatest(least(a1.copy(), b1.copy()), a2.copy(), b2)
    third = greatest(least(a1.copy(), b2.copy()), least(a2.copy(), b1.copy()), a3.copy(), b3)
    return first, second, third


def in_words(ranks: Ranks, best: Sequence[Tree], dialect: SqlDialect) -> Tree:
    """'Asked for a demo +40.00, Right industry +15.00'; empty when nothing gave or took a hundredth
    of a point.

    The points of a rule on attributes never differ, so its words are whole in the list; only points
    that faded are written out lead by lead.
    """
    parts = []
    for n, key in enumerate(best):
        texts = [text((", " if n else "") + words) for words in reversed(ranks.words)]
        rest = exp.Mod(this=key.copy(), expression=num(ranks.base))
        # Places count down from base - 1, so the remainder's distance to the lowest place is the
        # index.
        index = exp.Sub(this=rest, expression=num(ranks.base - len(texts) - 1))
        listed = dialect.pick(texts, index)
        points = times(
            cast(dialect.quotient(key.copy(), num(ranks.base)), "decimal(16,0)"),
            cast(exp.Literal.number("0.01"), "decimal(2,2)"),
        )
        faded = exp.Concat(expressions=[listed.copy(), cast(points, "text")], coalesce=False)
        whole = [
            exp.Between(
                this=rest.copy(), low=num(ranks.base - 1 - last), high=num(ranks.base - 1 - first)
            )
            for first, last in ranks.whole
        ]
        branches: list[tuple[Tree, Tree]] = [
            (exp.LT(this=key.copy(), expression=num(ranks.base)), text(""))
        ]
        if whole:
            branches.append((any_of(whole), listed))
        parts.append(case(branches, faded))
    return exp.Concat(expressions=parts, coalesce=False)
