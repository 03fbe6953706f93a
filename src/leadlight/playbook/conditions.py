"""Conditions: SQL boolean expressions from a closed list, so that nothing else can get in.

A condition is parsed as one expression and walked; every node must be of an allowed class (by exact
type), every function from `FUNCTIONS`, every column a bare name.  A file, another table, a setting
or a sub-select cannot be written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from leadlight.problems import nearest

LONGEST = 4_000
DEEPEST = 60
LARGEST = 600
NESTED = 4
_TOO_DEEP = "is nested too deeply; split it into signals"
_FRAMES_AROUND, _FRAMES_PER_LEVEL = 500, 60  # calls on the stack, at most
_LIMIT_LOCK = Lock()

#: What a condition may call, and what each does, in a reader's words.
FUNCTIONS: dict[str, str] = {
    "lower": "the text in small letters",
    "upper": "the text in capitals",
    "trim": "the text without blanks around it",
    "length": "how many characters the text has",
    "coalesce": "the first value that is known",
    "nullif": "unknown where the two are equal, else the first",
    "abs": "the number without its sign",
    "round": "the nearest whole number",
    "floor": "the next whole number below",
    "ceil": "the next whole number above",
    "least": "the smallest",
    "greatest": "the largest",
    "contains": "contains(text, 'part'): the part occurs in the text",
    "starts_with": "starts_with(text, 'beginning')",
    "ends_with": "ends_with(text, 'end')",
    "has_word": "has_word(text, 'ceo', 'cto'): one of these occurs as a whole word, in any case",
    "digits": "only the digits of the text",
    "email_domain": (
        "what follows the @ of a well-formed e-mail address, in small letters; else unknown"
    ),
    "valid_email": "the text is a well-formed e-mail address",
    "recorded": (
        "recorded(attribute): the base at hand has that attribute at all, known or not for this"
        " lead"
    ),
    "days_since": "days from that moment to the moment of the qualification, with fraction",
}

_TYPED: dict[type[exp.Expr], str] = {
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.Trim: "trim",
    exp.Length: "length",
    exp.Coalesce: "coalesce",
    exp.Nullif: "nullif",
    exp.Abs: "abs",
    exp.Round: "round",
    exp.Floor: "floor",
    exp.Ceil: "ceil",
    exp.Least: "least",
    exp.Greatest: "greatest",
    exp.Contains: "contains",
    exp.StartsWith: "starts_with",
    exp.EndsWith: "ends_with",
}

_ALLOWED: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.And,
        exp.Or,
        exp.Not,
        exp.Paren,
        exp.EQ,
        exp.NEQ,
        exp.LT,
        exp.LTE,
        exp.GT,
        exp.GTE,
        exp.In,
        exp.Between,
        exp.Like,
        exp.ILike,
        exp.Is,
        exp.Null,
        exp.Boolean,
        exp.Literal,
        exp.Column,
        exp.Identifier,
        exp.Neg,
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Div,
        exp.Case,
        exp.If,
        exp.Anonymous,
        *_TYPED,
    }
)

#: Functions whose arguments after the first must be literal texts, so that a plan can turn them
#: into patterns.
PATTERNS = frozenset({"contains", "starts_with", "ends_with", "has_word"})
#: The arguments of a function as its node names them.
_ARGUMENTS = frozenset({"this", "expression", "expressions", "ignore_nulls"})
_ARITY = {
    "recorded": (1, 1),
    "digits": (1, 1),
    "email_domain": (1, 1),
    "valid_email": (1, 1),
    "days_since": (1, 1),
    "has_word": (2, 200),
    "contains": (2, 2),
    "starts_with": (2, 2),
    "ends_with": (2, 2),
    "round": (1, 1),
}


#: A number as it is written: digits, a point between or before them, and a power of ten of a
#: sensible size.
_NUMBER = re.compile(r"\d+(\.\d*)?([eE][+-]?\d{1,3})?")


@dataclass(frozen=True)
class Condition:
    """An expression of a playbook: its text as written, its parsed tree, and the names it uses."""

    text: str
    tree: exp.Expr = field(compare=False, hash=False, repr=False)
    names: frozenset[str] = field(compare=False, hash=False, default=frozenset())


class NotACondition(ValueError):  # noqa: N818 - read as a sentence
    """The text is not a condition; the message says why, in a user's words."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Condition:
    """The condition a text stands for.  Raises `NotACondition` with the reason."""
    _check_size(text)
    tree = _parse_tree(text)
    nodes = list(_walk(tree))
    if len(nodes) > LARGEST:
        raise NotACondition("has too many parts; split it into signals")
    for node in nodes:
        _check_node(node)
    names = frozenset(n.name for n in nodes if type(n) is exp.Column)
    return Condition(text.strip(), tree, names)


def _check_size(text: str) -> None:
    """Refuse what is empty, too long, or nested more deeply than the parser can follow."""
    if len(text) > LONGEST:
        raise NotACondition(f"is longer than {LONGEST:,} characters; split it into signals")
    if not text.strip():
        raise NotACondition("is empty")
    if "0001-02-03" in text:
        raise NotACondition("names a day in the year 1")
    # Depth is bounded before parsing: the parser recurses once a bracket, `not` or minus sign.
    small = text.lower()
    too_deep = (
        text.count("(") > DEEPEST
        or small.count("not") > 2 * DEEPEST
        or small.count("case") > DEEPEST
        or "-" * 20 in text.replace(" ", "")
    )
    if too_deep:
        raise NotACondition(_TOO_DEEP)


def _parse_tree(text: str) -> exp.Expr:
    """The text's one expression as a tree."""
    small = text.lower()
    _make_room(small.count("(") + small.count("not") + small.count("case") + small.count("-"))
    try:
        trees = sqlglot.parse(text)
    except (SqlglotError, RecursionError) as fault:
        raise NotACondition(_explain_fault(fault)) from None
    if len(trees) != 1 or trees[0] is None:
        raise NotACondition("must be one expression, without a semicolon")
    tree: exp.Expr = trees[0]
    return tree


def _make_room(levels: int) -> None:
    """Let Python's stack hold a tree of so many levels.

    A chain of `or` or of `+` is a tree as deep as it is long, and each level takes some calls of
    whoever walks it: Python's usual thousand is too few for the longest that is allowed. The limit
    is one for all threads, so it is only ever raised, and only when a condition needs it.
    """
    needed = _FRAMES_AROUND + _FRAMES_PER_LEVEL * min(levels, 4 * DEEPEST)
    with _LIMIT_LOCK:
        if sys.getrecursionlimit() < needed:
            sys.setrecursionlimit(needed)


def function_name(node: exp.Expr) -> str | None:
    """The name of the function that a node calls, or None when it calls none."""
    if type(node) is exp.Anonymous:
        return str(node.this).lower()
    return _TYPED.get(type(node))


def arguments(node: exp.Expr) -> list[exp.Expr]:
    """The arguments of a function's node, in the order they were written."""
    if type(node) is exp.Anonymous:
        return list(node.expressions)
    second = [node.args[k] for k in ("expression",) if isinstance(node.args.get(k), exp.Expr)]
    return [node.this, *second, *node.expressions]


def _walk(tree: exp.Expr) -> Iterator[exp.Expr]:
    deepest = 0
    stack: list[tuple[exp.Expr, int]] = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > 4 * DEEPEST:
            raise NotACondition(_TOO_DEEP)
        deepest = max(deepest, depth)
        yield node
        stack.extend((child, depth + 1) for child in node.iter_expressions())
    _make_room(deepest)


def _check_node(node: exp.Expr) -> None:
    """Refuse a node that is not of the closed list. Raises `NotACondition`."""
    kind = type(node)
    if isinstance(node, exp.Literal):
        _check_constant(node)
    if node.comments:
        raise NotACondition("must not hold an SQL comment; use a YAML one")
    if kind not in _ALLOWED:
        raise NotACondition(f"may not use {_in_words(node)}")
    if kind is exp.If and type(node.parent) is not exp.Case:
        raise NotACondition("may not call if(); write case when ... then ... else ... end")
    if kind is exp.Column:
        _check_column(node)
    elif kind is exp.In:
        _check_list(node)
    name = function_name(node)
    if name is not None:
        _check_call(node, name)


def _check_constant(node: exp.Literal) -> None:
    if not node.is_string and not _NUMBER.fullmatch(node.name):
        raise NotACondition(
            f"holds {node.name[:30]}, which is not a number; write 1000, 0.5 or 1e6"
        )


def _check_column(node: exp.Expr) -> None:
    if any(node.args.get(part) for part in ("table", "db", "catalog")):
        raise NotACondition(f"may only use bare names, not {node.sql()!r}")
    if type(node.this) is not exp.Identifier:
        raise NotACondition("may not use *")


def _check_list(node: exp.Expr) -> None:
    if any(node.args.get(part) for part in ("query", "unnest", "field")):
        raise NotACondition("may only use `in` with a list in brackets")
    if not node.expressions:
        raise NotACondition("has an empty list after `in`")


def _check_call(node: exp.Expr, name: str) -> None:
    """The function is one of the list, and has the arguments that it takes."""
    if name not in FUNCTIONS:
        near = nearest(name, FUNCTIONS)
        hint = f"; did you mean {near}?" if near else f"; it may call {', '.join(FUNCTIONS)}"
        raise NotACondition(f"may not call {name}(){hint}")
    extra = {k for k, v in node.args.items() if v} - _ARGUMENTS
    if extra and type(node) is not exp.Anonymous:
        raise NotACondition(f"gives {name}() more than it takes")
    args = arguments(node)
    low, high = _ARITY.get(name, (1, 200))
    if not low <= len(args) <= high:
        raise NotACondition(f"gives {name}() {len(args)} values; {FUNCTIONS[name]}")
    _check_arguments(node, name, args)


def _check_arguments(node: exp.Expr, name: str, args: list[exp.Expr]) -> None:
    if name == "email_domain" and _nesting(node) > NESTED:
        raise NotACondition(_TOO_DEEP)
    if name == "recorded" and type(args[0]) is not exp.Column:
        raise NotACondition("must give recorded() the bare name of an attribute")
    if name in PATTERNS and not all(isinstance(a, exp.Literal) and a.is_string for a in args[1:]):
        raise NotACondition(f"must give {name}() a text in quotes after the first value")


def _nesting(node: exp.Expr) -> int:
    """How many calls of the same function a call stands in. This one's argument is written twice in
    a plan.
    """
    count, above = 0, node.parent
    while above is not None:
        count += function_name(above) == function_name(node)
        above = above.parent
    return count


def _in_words(node: exp.Expr) -> str:
    if isinstance(node, exp.Query | exp.Subquery | exp.DML | exp.Command | exp.Create | exp.Drop):
        return "a query, only an expression"
    if isinstance(node, exp.Func):
        return f"{node.sql_name().lower()}()"
    return f"{node.sql()[:60]!r}"


def _explain_fault(fault: Exception) -> str:
    if isinstance(fault, RecursionError):
        return _TOO_DEEP
    errors = getattr(fault, "errors", None)
    if errors:
        first = errors[0]
        at = f" at {first['highlight']!r}" if first.get("highlight") else ""
        return (
            "is not a complete expression:"
            f" {str(first.get('description', '')).rstrip('.').lower()}{at}"
        )
    return "is not an SQL expression (check quotes and brackets)"
