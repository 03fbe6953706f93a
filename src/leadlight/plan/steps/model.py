"""A learned model as expressions of the plan: each term looks up what a value adds, the sum is a
probability.

Everything is whole ten-millionths of log-odds until the last step, so a probability depends on
neither order nor engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlglot import exp

from leadlight.plan.columns import model_best, model_group_key, model_key, model_place, model_term
from leadlight.plan.dialects import SqlDialect
from leadlight.plan.steps.reasons import next_best
from leadlight.plan.terms import (
    Tree,
    call,
    case,
    cast,
    col,
    divide,
    greatest,
    least,
    null,
    num,
    sum_of,
    text,
    times,
)
from leadlight.playbook.model import LOGIT, MILLION, Model, NumberSide, Side, Term
from leadlight.playbook.spec import ModelScore
from leadlight.playbook.types import YES_NO

_FAR = (
    40 * LOGIT
    # beyond these log-odds a probability is 0 or 1 to six decimals; and PostgreSQL calls a larger
    # power
    # a fault
)
_HUNDREDTH = LOGIT // 100
_IN_A_ROW = 8  # as many cuts are tried one after the other
_IN_A_GROUP = 8  # as many keys are compared for the largest of a group


def why_name(score: ModelScore) -> str:
    """The column of what speaks most for and against, in words."""
    return f"{score.name}_why"


def sides_of(model: Model) -> dict[tuple[str, Side], int]:
    """Every way in which the model looks at a value, each once: its number from 1.

    A value's place is found once for all terms that look at it in the same way: a text is made
    small and searched among the words once, and each term is one step into a list.
    """
    each = dict.fromkeys(pair for t in model.terms for pair in zip(t.of, t.sides, strict=True))
    return {pair: n for n, pair in enumerate(each, 1)}


def place_tree(name: str, side: Side, kind: str | None, dialect: SqlDialect) -> Tree:
    """The place of a lead's value on a side, from 1."""
    value = col(name)
    unknown = (exp.Is(this=value, expression=null()), num(side.places))
    if isinstance(side, NumberSide):
        return case([unknown], _place_of(value, side.cuts, 1))
    if kind == YES_NO:
        yes, no = (num(side.place(v) + 1) for v in (True, False))
        return case([unknown, (value.copy(), yes)], no)
    lower = dialect.functions.get("lower")
    trimmed = exp.Trim(this=value)
    return dialect.place(side.words, lower(trimmed) if lower else exp.Lower(this=trimmed))


def _place_of(value: Tree, cuts: Sequence[Decimal], first: int) -> Tree:
    """One place more for each cut that a number reaches, from `first` on."""
    if len(cuts) <= _IN_A_ROW:
        below = ((_below(value, cut), num(first + n)) for n, cut in enumerate(cuts))
        return case(below, num(first + len(cuts)))
    # Cuts in a row are tried one after the other, so there are few in each row, and few rows.
    size = math.isqrt(len(cuts) - 1) + 1
    rows = [(n, cuts[n : n + size]) for n in range(0, len(cuts), size)]
    # A row whose last cut is not reached is the number's: that cut itself need not be tried again.
    below = ((_below(value, row[-1]), _place_of(value, row[:-1], first + n)) for n, row in rows)
    return case(below, num(first + len(cuts)))


def _below(value: Tree, cut: Decimal) -> Tree:
    return exp.LT(this=value.copy(), expression=cast(constant(f"{cut:f}"), "double"))


def term_tree(score: ModelScore, n: int, dialect: SqlDialect) -> Tree:
    """What the n-th term adds for a lead, over the columns of places, in ten-millionths of
    log-odds.
    """
    return _look_up(score, n, score.model.terms[n - 1].add, dialect)


def _look_up(score: ModelScore, n: int, given: Sequence[int], dialect: SqlDialect) -> Tree:
    """What is given for the places of a lead's values: a list of constants, and a number into
    it.
    """
    term, sides = score.model.terms[n - 1], sides_of(score.model)
    places = [
        col(model_place(score.name, sides[pair])) for pair in zip(term.of, term.sides, strict=True)
    ]
    if len(places) == 1:
        return dialect.pick([cast(num(v), "int") for v in given], places[0])
    # Places count from 1, so the first row's worth of the list is never asked for.
    row = term.sides[1].places
    index = exp.Add(this=times(places[0], num(row)), expression=places[1])
    return dialect.pick([cast(num(v), "int") for v in (*[0] * row, *given)], index)


def log_odds(score: ModelScore) -> Tree:
    """The sum of what every term adds, over the columns of the terms."""
    model = score.model
    trees: list[Tree] = [
        num(model.start),
        *[col(model_term(score.name, n)) for n in range(1, len(model.terms) + 1)],
    ]
    largest = abs(model.start) + sum(max(map(abs, t.add), default=0) for t in model.terms)
    return sum_of(trees if largest < 2**31 else [cast(t, "bigint") for t in trees])


def probability(score: ModelScore) -> Tree:
    """The probability to six decimals, over the columns of the terms."""
    kept = greatest(least(exp.Paren(this=log_odds(score)), num(_FAR)), num(-_FAR))
    power = call("exp", divide(exp.Neg(this=exp.Paren(this=kept)), num(LOGIT)))
    share = divide(num(1), exp.Paren(this=exp.Add(this=num(1), expression=power)))
    whole = exp.Floor(
        this=exp.Add(
            this=times(share, cast(num(MILLION), "double")), expression=exp.Literal.number("0.5")
        )
    )
    return divide(whole, num(MILLION))


def why_keys(model: Model) -> int:
    """A power of two above all that a term's key may name."""
    return 1 << sum(map(_saying_count, model.terms)).bit_length()


def key_tree(score: ModelScore, n: int, dialect: SqlDialect) -> Tree:
    """One integer for a term of a lead: how much it adds or takes, then which it is, so that the
    largest can be picked.
    """
    model = score.model
    base, before = why_keys(model), sum(map(_saying_count, model.terms[: n - 1]))
    keys = []
    for place, added in enumerate(model.terms[n - 1].add):
        hundredths = min((abs(added) + _HUNDREDTH // 2) // _HUNDREDTH, (2**31 - 1) // base - 1)
        # Among equals the term that stands first: its place counts down.
        keys.append(hundredths * base + base - 1 - before - _reason(model.terms[n - 1], place))
    return _look_up(score, n, keys, dialect)


def _sayings(term: Term) -> Iterator[str]:
    """What can be said of a lead by a term: of a single value one for each place, of two whether
    they speak for or against.
    """
    if len(term.sides) > 1:
        yield from (f"{term.title} +", f"{term.title} -")
    else:
        yield from (
            f"{term.place_text(place)} {'-' if added < 0 else '+'}"
            for place, added in enumerate(term.add)
        )


def _saying_count(term: Term) -> int:
    """How many sayings a term has. They are counted for every term of a plan, so that to put them
    into words only to count them would cost more than all else of a plan.
    """
    return len(term.add) if len(term.sides) == 1 else 2


def _reason(term: Term, place: int) -> int:
    """Which of them it is."""
    return place if len(term.sides) == 1 else int(term.add[place] < 0)


def _reasons(model: Model) -> list[str]:
    return [said for t in model.terms for said in _sayings(t)]


def groups_of(score: ModelScore) -> dict[str, list[str]]:
    """The columns of keys in groups of a few, by the name of the column of each group's largest."""
    keys = [model_key(score.name, n) for n in range(1, len(score.model.terms) + 1)]
    return {
        model_group_key(score.name, n): keys[n : n + _IN_A_GROUP]
        for n in range(0, len(keys), _IN_A_GROUP)
    }


def best_three(score: ModelScore) -> list[tuple[str, Tree]]:
    """The three largest keys, each a step after the one before, over the largest of each group."""
    groups = groups_of(score)
    found: list[tuple[str, Tree]] = [(model_best(score.name, 1), next_best(list(groups), None))]
    for n in (2, 3):
        before = col(found[-1][0])
        # Only in the groups of those that were taken a key must be looked for: elsewhere the
        # largest is below them.
        left = [
            case([(exp.LT(this=col(name), expression=before), col(name))], next_best(keys, before))
            for name, keys in groups.items()
        ]
        found.append((model_best(score.name, n), greatest(*left) if len(left) > 1 else left[0]))
    return found


def why_words(score: ModelScore, best: Sequence[Tree], dialect: SqlDialect) -> Tree:
    """'last activity: below 3 +0.81, source: web -0.30': the largest terms in words; empty when
    nothing adds a hundredth.
    """
    base = why_keys(score.model)
    called = _reasons(score.model)
    parts: list[Tree] = []
    for n, key in enumerate(best):
        texts = [text((", " if n else "") + words) for words in reversed(called)]
        rest = exp.Mod(this=key.copy(), expression=num(base))
        listed = dialect.pick(texts, exp.Sub(this=rest, expression=num(base - len(texts) - 1)))
        points = times(
            cast(dialect.quotient(key.copy(), num(base)), "decimal(16,0)"),
            cast(exp.Literal.number("0.01"), "decimal(2,2)"),
        )
        whole = exp.Concat(expressions=[listed, cast(points, "text")], coalesce=False)
        parts.append(case([(exp.LT(this=key.copy(), expression=num(base)), text(""))], whole))
    return exp.Concat(expressions=parts, coalesce=False) if parts else cast(text(""), "text")


def constant(number: str) -> Tree:
    """A number as it stands in a text, below nought too."""
    plain = exp.Literal.number(number.removeprefix("-"))
    return exp.Neg(this=plain) if number.startswith("-") else plain


def cuts_of(score: ModelScore) -> list[tuple[str, str]]:
    """Every name of a number that the model looks at, and each value at which its place changes."""
    return list(
        dict.fromkeys(
            (name, f"{cut:f}")
            for t in score.model.terms
            for name, side in zip(t.of, t.sides, strict=True)
            if isinstance(side, NumberSide)
            for cut in side.cuts
        )
    )
