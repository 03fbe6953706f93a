"""PostgreSQL 15 and newer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.plan.dialects import SqlDialect, arithmetic
from leadlight.plan.dialects.from_duckdb import translate
from leadlight.plan.dialects.names import LONGEST_NAME
from leadlight.plan.terms import (
    Tree,
    alias,
    call,
    case,
    cast,
    col,
    every,
    everything,
    num,
    select,
    some,
    subquery,
    text,
    times,
)

#: What DuckDB takes for blank around a text: Unicode's spaces, and neither tabs nor line breaks.
BLANKS = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
#: The two letters whose small form depends on what stands around them, or is two letters.
SMALL = ("İΣ", "iσ")
#: Letters whose capital form is several letters: they stay as they are, or become one letter.
STAYING = (
    "\u0149\u01f0\u0390\u03b0\u0587\u1e96\u1e97\u1e98\u1e99\u1e9a\u1f50\u1f52\u1f54\u1f56"
    "\u1f88\u1f89\u1f8a"
    "\u1f8b\u1f8c\u1f8d\u1f8e\u1f8f\u1f98\u1f99\u1f9a\u1f9b\u1f9c\u1f9d\u1f9e\u1f9f\u1fa8"
    "\u1fa9\u1faa\u1fab"
    "\u1fac\u1fad\u1fae\u1faf\u1fb2\u1fb4\u1fb6\u1fb7\u1fbc\u1fc2\u1fc4\u1fc6\u1fc7\u1fcc"
    "\u1fd2\u1fd3\u1fd6"
    "\u1fd7\u1fe2\u1fe3\u1fe4\u1fe6\u1fe7\u1ff2\u1ff4\u1ff6\u1ff7\u1ffc\ufb00\ufb01\ufb02"
    "\ufb03\ufb04\ufb05"
    "\ufb06\ufb13\ufb14\ufb15\ufb16\ufb17"
)
CAPITAL = (
    (
        "\u00df\u1f80\u1f81\u1f82\u1f83\u1f84\u1f85\u1f86\u1f87\u1f90\u1f91\u1f92\u1f93\u1f94"
        "\u1f95\u1f96\u1f97"
        "\u1fa0\u1fa1\u1fa2\u1fa3\u1fa4\u1fa5\u1fa6\u1fa7\u1fb3\u1fc3\u1ff3"
    ),
    (
        "\u1e9e\u1f88\u1f89\u1f8a\u1f8b\u1f8c\u1f8d\u1f8e\u1f8f\u1f98\u1f99\u1f9a\u1f9b\u1f9c"
        "\u1f9d\u1f9e\u1f9f"
        "\u1fa8\u1fa9\u1faa\u1fab\u1fac\u1fad\u1fae\u1faf\u1fbc\u1fcc\u1ffc"
    ),
)
#: Code points that nobody writes, in whose place such letters stand meanwhile.
PRIVATE = "".join(chr(0xE000 + n) for n in range(len(STAYING) + len(CAPITAL[0])))

_TYPES = {
    Type.TEXT: "text",
    Type.WHOLE: "bigint",
    Type.NUMBER: "double",
    Type.YES_NO: "boolean",
    Type.MOMENT: "timestamp",
}


_SHORT = 8  # nodes of a tree that may stand in a statement several times


def _at(values: Tree, index: Tree) -> Tree:
    return exp.Bracket(this=exp.Paren(this=values), expressions=[index], offset=1)


def _moment(at: datetime) -> Tree:
    return cast(text(at.isoformat(sep=" ")), "timestamp")


def _epoch_us(tree: Tree) -> Tree:
    # date_part answers in floating seconds, six times as fast as extract's decimals. Times a
    # million and rounded, that is the exact microsecond until the year 2106: both roundings
    # together stay below half of one.
    seconds = call("date_part", text("epoch"), tree)
    return cast(times(seconds, cast(num(1_000_000), "double")), "bigint")


def _sort(value: Tree, *keys: Tree) -> Tree:
    order = exp.Order(expressions=[exp.Ordered(this=k, desc=True) for k in keys])
    return exp.ArrayAgg(this=exp.Order(this=value, expressions=order.expressions))


def in_bytes(tree: Tree) -> Tree:
    """The text in the order of its bytes, whatever the database's own order of texts."""
    return exp.Collate(this=tree, expression=exp.to_identifier("C", quoted=True))


def _read(column: Tree, type_: Type) -> Tree:
    typed = cast(column, _TYPES[type_])
    return in_bytes(typed) if type_ is Type.TEXT else typed


def _in_words(tree: Tree) -> Tree:
    """The text in an order that knows the letters of all languages, which the smallest and largest
    letters need.
    """
    return exp.Collate(this=tree, expression=exp.to_identifier("und-x-icu", quoted=True))


def _share(build: Callable[..., Tree], *trees: Tree) -> Tree:
    """What is built of values that stand in it several times. Each is worked out once: written out
    where it stands, nested functions would double the statement with every level.
    """
    if all(_is_short(t) for t in trees):
        return build(*trees)
    names = [f"_x{n}" for n in range(1, len(trees) + 1)]
    given = exp.Select(expressions=[alias(t, n) for t, n in zip(trees, names, strict=True)])
    given.set("offset", exp.Offset(expression=text("0")))
    return exp.Subquery(this=select([build(*[col(n) for n in names])], subquery(given, "_x")))


def _is_short(tree: Tree) -> bool:
    """Whether it can be written several times. Of constants the server reckons at once, also in the
    arms of a CASE that are never come to: one of an unusual size could be a fault there.
    """
    nodes = [node for node, _ in zip(tree.walk(), range(_SHORT), strict=False)]
    if len(nodes) == _SHORT:
        return False
    if any(isinstance(n, exp.Column) for n in nodes):
        return True
    return all(_is_usual(n.name) for n in nodes if isinstance(n, exp.Literal))


def _is_usual(constant: str) -> bool:
    try:
        return 1e-100 < abs(float(constant)) < 1e100
    except ValueError:
        return True  # a text


def _lower(tree: Tree) -> Tree:
    def lower(value: Tree) -> Tree:
        # Texts without foreign letters, nearly all, take the quick way.
        plain = exp.EQ(
            this=call("octet_length", value), expression=call("char_length", value.copy())
        )
        foreign = exp.Lower(
            this=_in_words(call("translate", value.copy(), text(SMALL[0]), text(SMALL[1])))
        )
        return exp.Paren(
            this=case([(plain, exp.Lower(this=in_bytes(value.copy())))], in_bytes(foreign))
        )

    return _share(lower, tree)


def _upper(tree: Tree) -> Tree:
    aside = call("translate", tree, text(STAYING + CAPITAL[0]), text(PRIVATE))
    return in_bytes(
        call(
            "translate", exp.Upper(this=_in_words(aside)), text(PRIVATE), text(STAYING + CAPITAL[1])
        )
    )


def _round(tree: Tree) -> Tree:
    # Half away from zero; PostgreSQL's own rounds a floating half to even.
    def round_half_up(value: Tree) -> Tree:
        whole = call("trunc", value)
        half = exp.GTE(
            this=call("abs", exp.Sub(this=value.copy(), expression=whole.copy())),
            expression=exp.Literal.number("0.5"),
        )
        step = times(call("sign", value.copy()), case([(half, num(1))], num(0)))
        return exp.Paren(this=exp.Add(this=whole, expression=step))

    return _share(round_half_up, tree)


def _float_arithmetic(kind: type[exp.Binary], left: Tree, right: Tree) -> Tree:
    """Arithmetic of floating numbers. What is beyond them is infinite, or nought, as on other
    engines: here it is a fault, so that numbers of an unusual size are looked at first.
    """

    def compute(a: Tree, b: Tree) -> Tree:
        plain = arithmetic(kind, a, b)
        many = (
            _beyond_sum(kind, a, b) if kind in (exp.Add, exp.Sub) else _beyond_product(kind, a, b)
        )
        return exp.Paren(this=case(many, plain))

    return _share(compute, left, right)


def _beyond_sum(kind: type[exp.Binary], a: Tree, b: Tree) -> list[tuple[Tree, Tree]]:
    # Halves of both are added instead: their sum is rounded as the whole one would be, and is
    # finite.
    other = b if kind is exp.Add else exp.Neg(this=exp.Paren(this=b))
    signs = exp.EQ(
        this=call("sign", a.copy()), expression=call("sign", exp.Paren(this=other.copy()))
    )
    halves = [
        times(call("greatest", _size(side), _double(1e-200)), _double(0.5)) for side in (a, b)
    ]
    large = exp.GTE(
        this=exp.Add(this=halves[0], expression=halves[1]), expression=_double(2.0**1023)
    )
    infinite = times(call("sign", a.copy()), _double("Infinity"))
    return [(every([_is_finite(a), _is_finite(b), signs, large]), infinite)]


def _beyond_product(kind: type[exp.Binary], a: Tree, b: Tree) -> list[tuple[Tree, Tree]]:
    usual = [
        exp.Between(this=_size(side), low=_double(1e-150), high=_double(1e150)) for side in (a, b)
    ]
    nought = [exp.EQ(this=side.copy(), expression=num(0)) for side in (a, b)]
    without = [exp.Not(this=_is_finite(side)) for side in (a, b)]
    unknown = [exp.Is(this=side.copy(), expression=exp.Null()) for side in (a, b)]
    joined = exp.Add if kind is exp.Mul else exp.Sub
    power = exp.Paren(this=joined(this=call("log", _size(a)), expression=call("log", _size(b))))
    high = [
        exp.GT(this=power, expression=_double(308.2)),
        exp.GTE(this=_scale(kind, a, b, -100), expression=_double(2.0**924)),
    ]
    low = [
        exp.LT(this=power, expression=_double(-323.5)),
        exp.LTE(this=_scale(kind, a, b, 100), expression=_double(2.0**-975)),
    ]
    infinite = times(times(call("sign", a.copy()), call("sign", b.copy())), _double("Infinity"))
    return [
        (some([every(usual), *nought, *without, *unknown]), arithmetic(kind, a.copy(), b.copy())),
        (exp.GT(this=power.copy(), expression=_double(308.3)), infinite),
        (exp.LT(this=power.copy(), expression=_double(-324)), _double(0)),
        (every(high), infinite.copy()),
        (every(low), _double(0)),
    ]


def _scale(kind: type[exp.Binary], a: Tree, b: Tree, by: int) -> Tree:
    """The size of a result that is nearly too large or too small, times a power of two: it is
    rounded in the same way.
    """
    first, second = _size(a), _size(b)
    if kind is exp.Mul:
        first, second = call("greatest", first, second), call("least", first.copy(), second.copy())
    return arithmetic(kind, times(first, _double(2.0**by)), second)


def _size(tree: Tree) -> Tree:
    return call("abs", tree.copy())


def _is_finite(tree: Tree) -> Tree:
    return exp.LT(this=_size(tree), expression=_double("Infinity"))


def _double(value: float | str) -> Tree:
    return cast(text(str(value)), "double")


def _like(tree: Tree) -> Tree:
    """Without an escape (a backslash is a backslash), and small and capital letters as `lower`
    knows them.
    """
    this, pattern = tree.this, tree.args["expression"]
    if isinstance(tree, exp.ILike):
        this, pattern = _lower(this), _lower(pattern)
    like = exp.Like(this=this, expression=pattern)
    plain = isinstance(pattern, exp.Literal) and "\\" not in pattern.name
    return like if plain else exp.Escape(this=like, expression=text(""))


def _compute_once(query: exp.Query) -> exp.Query:
    # OFFSET keeps the planner from writing a column's expression wherever the column is read, which
    # doubles the work with every step; unlike MATERIALIZED it stores nothing. As a text the nought
    # is a constant from the start, and only then the planner sees that no row is skipped and lets
    # several processes work on it.
    if isinstance(query, exp.Select) and not query.args.get("group"):
        query.set("offset", exp.Offset(expression=text("0")))
    return query


def _unroll(query: exp.Select, rows: Sequence[Sequence[Tree]], names: Sequence[str]) -> exp.Select:
    source = query.args["from_"].this
    if len(rows) == 1:
        made = select(
            [everything(), *[alias(tree, n) for tree, n in zip(rows[0], names, strict=True)]],
            source,
        )
    else:
        picked = [
            case([(num(i), row[n]) for i, row in enumerate(rows, 1)], subject=col("_i"))
            for n in range(len(names))
        ]
        made = select(
            [everything(), *[alias(tree, n) for tree, n in zip(picked, names, strict=True)]], source
        )
        numbers = exp.Values(
            expressions=[exp.Tuple(expressions=[num(i)]) for i in range(1, len(rows) + 1)],
            alias=exp.TableAlias(
                this=exp.to_identifier("each"), columns=[exp.to_identifier("_i", quoted=True)]
            ),
        )
        made.append("joins", exp.Join(this=numbers, kind="CROSS"))
    query.set("from_", exp.From(this=subquery(made, "unrolled")))
    return query


POSTGRES = SqlDialect(
    name="postgres",
    epoch_us=_epoch_us,
    moment=_moment,
    pick=lambda values, index: _at(exp.Array(expressions=list(values)), index),
    best3=lambda key: _sort(key, key),
    item=lambda items, n: _at(items, num(n)),
    latest=lambda value, at: _at(
        exp.Filter(
            this=_sort(value, at, value.copy()),
            expression=exp.Where(
                this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
            ),
        ),
        num(1),
    ),
    matches=lambda tree, pattern: exp.RegexpLike(this=in_bytes(tree), expression=text(pattern)),
    digits=lambda tree: call("regexp_replace", tree, text("[^0-9]"), text(""), text("g")),
    after_at=lambda tree: call("split_part", tree, text("@"), num(2)),
    quotient=lambda a, b: exp.Div(this=a, expression=b, typed=True, safe=False),
    read=_read,
    floating=_float_arithmetic,
    compute_once=_compute_once,
    like=_like,
    functions={
        "lower": _lower,
        "upper": _upper,
        "round": _round,
        "trim": lambda tree: call("btrim", tree, text(BLANKS)),
    },
    longest_name=LONGEST_NAME,
    translate=translate,
    unroll=_unroll,
)
