"""A learned model as expressions of the plan: each term looks up what a value adds, the sum is a probability.

Everything is whole millionths of log-odds until the last step, so a probability depends on neither order nor engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from leadlight.plan.dialects import Dialect
from leadlight.plan.reasons import next_best
from leadlight.plan.terms import (
    Tree,
    call,
    case,
    cast,
    col,
    greatest,
    least,
    null,
    num,
    over,
    summed,
    text,
    times,
)
from leadlight.playbook.model import MILLION, Model, NumberSide, Side, Term
from leadlight.playbook.spec import ModelScore
from leadlight.playbook.types import YES_NO

_FAR = (
    40 * MILLION
)  # beyond these log-odds a probability is 0 or 1 to six decimals; and PostgreSQL calls a larger power a fault
_HUNDREDTH = 10_000  # millionths


def term_name(score: ModelScore, n: int) -> str:
    """The column of what a model's n-th term (from 1) adds, in millionths of log-odds."""
    return f"_t_{score.name}_{n}"


def why_name(score: ModelScore) -> str:
    """The column of what speaks most for and against, in words."""
    return f"{score.name}_why"


def term_tree(term: Term, types: Mapping[str, str], dialect: Dialect) -> Tree:
    """What a term adds for a lead."""
    if len(term.of) == 1:
        return _looked_up(col(term.of[0]), term.sides[0], [num(v) for v in term.add], types.get(term.of[0]), dialect)
    places = [
        _looked_up(col(name), side, [num(n) for n in range(side.places)], types.get(name), dialect)
        for name, side in zip(term.of, term.sides, strict=True)
    ]
    index = exp.Add(this=times(places[0], num(term.sides[1].places)), expression=exp.Paren(this=places[1]))
    at = exp.Add(this=exp.Paren(this=index), expression=num(1))
    return dialect.pick([cast(num(v), "int") for v in term.add], at)


def _looked_up(value: Tree, side: Side, given: Sequence[Tree], kind: str | None, dialect: Dialect) -> Tree:
    """What is given for the value's place."""
    unknown = (exp.Is(this=value, expression=null()), given[-1])
    if isinstance(side, NumberSide):
        # Where the places on both sides of a cut are given the same, nobody needs to look at it.
        apart = [n for n in range(len(side.cuts)) if given[n] != given[n + 1]]
        cuts = [constant(f"{side.cuts[n]:f}") for n in apart]
        below = [
            (exp.LT(this=value.copy(), expression=cast(cut, "double")), given[n])
            for n, cut in zip(apart, cuts, strict=True)
        ]
        return case([unknown, *below], given[len(side.cuts)])
    if kind == YES_NO:
        places = {w: given[n] for n, w in enumerate(side.words)}
        yes, no = (places.get(w, given[-2]) for w in ("true", "false"))
        return case([unknown, (value.copy(), yes)], no)
    lower = dialect.functions.get("lower")
    trimmed = exp.Trim(this=value.copy())
    word = lower(trimmed) if lower else exp.Lower(this=trimmed)
    rest = case(((text(w), given[n]) for n, w in enumerate(side.words)), given[-2], subject=word)
    return case([unknown], rest)


def log_odds(score: ModelScore) -> Tree:
    """The sum of what every term adds, over the columns of the terms."""
    model = score.model
    trees: list[Tree] = [num(model.start), *[col(term_name(score, n)) for n in range(1, len(model.terms) + 1)]]
    largest = abs(model.start) + sum(max(map(abs, t.add), default=0) for t in model.terms)
    return summed(trees if largest < 2**31 else [cast(t, "bigint") for t in trees])


def probability(score: ModelScore) -> Tree:
    """The probability to six decimals, over the columns of the terms."""
    kept = greatest(least(exp.Paren(this=log_odds(score)), num(_FAR)), num(-_FAR))
    power = call("exp", over(exp.Neg(this=exp.Paren(this=kept)), num(MILLION)))
    share = over(num(1), exp.Paren(this=exp.Add(this=num(1), expression=power)))
    whole = exp.Floor(
        this=exp.Add(this=times(share, cast(num(MILLION), "double")), expression=exp.Literal.number("0.5"))
    )
    return over(whole, num(MILLION))


def why_keys(model: Model) -> int:
    """A power of two above all that a term's key may name: its place and whether it speaks for or against."""
    return 1 << (2 * max(len(model.terms), 1)).bit_length()


def key_tree(score: ModelScore, n: int) -> Tree:
    """One integer for a term of a lead: how much it adds or takes, then which it is, so that the largest can be picked."""
    base, value = why_keys(score.model), col(term_name(score, n))
    against = case([(exp.LT(this=value, expression=num(0)), num(1))], num(0))
    hundredths = cast(
        exp.Floor(
            this=over(exp.Add(this=exp.Abs(this=value.copy()), expression=num(_HUNDREDTH // 2)), num(_HUNDREDTH))
        ),
        "bigint",
    )
    # Among equals the term that stands first: its place counts down.
    place = exp.Sub(this=num(base - 1 - 2 * (n - 1)), expression=exp.Paren(this=against))
    return exp.Add(this=times(hundredths, num(base)), expression=place)


def best_three(names: Sequence[str], prefix: str) -> list[tuple[str, Tree]]:
    """The three largest keys, each a step after the one before."""
    found: list[tuple[str, Tree]] = []
    for n in range(1, 4):
        before = col(found[-1][0]) if found else None
        found.append((f"{prefix}{n}", next_best(names, before)))
    return found


def why_words(score: ModelScore, best: Sequence[Tree], dialect: Dialect) -> Tree:
    """'last activity +0.81, source -0.30': the largest terms in words; empty when nothing adds a hundredth."""
    base = why_keys(score.model)
    called = [f"{t.called} {sign}" for t in score.model.terms for sign in "+-"]
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
