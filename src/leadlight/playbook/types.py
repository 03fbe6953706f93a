"""Which type an expression has, so that a comparison that cannot be meant is a fault in the
playbook, not in the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.playbook.conditions import arguments, function_name

NUMBER, TEXT, YES_NO, MOMENT, UNKNOWN = "a number", "a text", "a yes/no", "a date", "unknown"

KIND_OF: Mapping[Type, str] = {
    Type.TEXT: TEXT,
    Type.WHOLE: NUMBER,
    Type.NUMBER: NUMBER,
    Type.YES_NO: YES_NO,
    Type.MOMENT: MOMENT,
}

_SENTINEL = "0001-02-03"  # stands for any moment in a plan's text
_OF_TEXT = {
    "lower": TEXT,
    "upper": TEXT,
    "trim": TEXT,
    "length": NUMBER,
    "contains": YES_NO,
    "starts_with": YES_NO,
    "ends_with": YES_NO,
    "has_word": YES_NO,
    "digits": TEXT,
    "email_domain": TEXT,
    "valid_email": YES_NO,
}
_OF_NUMBER = frozenset({"abs", "round", "floor", "ceil"})
#: Functions whose arguments are of one kind.
ALIKE = frozenset({"coalesce", "nullif", "least", "greatest"})
#: What the first argument of each other function is.
TAKES = {**dict.fromkeys(_OF_TEXT, TEXT), **dict.fromkeys(_OF_NUMBER, NUMBER), "days_since": MOMENT}


class TypeMismatch(ValueError):  # noqa: N818 - read as a sentence
    """Two things that cannot go together; the message says which, in a user's words."""


def infer(tree: exp.Expr, names: Mapping[str, str]) -> str:
    """The type of an expression whose names have the types `names`.  Raises `TypeMismatch`."""
    kind = type(tree)
    if kind is exp.Column:
        return names.get(tree.name, UNKNOWN)
    if kind is exp.Literal:
        return TEXT if tree.is_string else NUMBER
    rule = _RULES.get(kind, _call)
    return rule(tree, names)


def is_moment(text: str) -> bool:
    """The text is an ISO date or date and time."""
    try:
        return not moment_text(text).startswith(_SENTINEL)
    except (ValueError, OverflowError):
        return False


def moment_text(text: str) -> str:
    """An ISO date or date and time as every engine reads it: in UTC, without a zone."""
    at = datetime.fromisoformat(text)
    return (at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at).isoformat(sep=" ")


def _yes_no(tree: exp.Expr, names: Mapping[str, str]) -> str:
    return YES_NO


def _unknown(tree: exp.Expr, names: Mapping[str, str]) -> str:
    return UNKNOWN


def _bracket(tree: exp.Expr, names: Mapping[str, str]) -> str:
    return infer(tree.this, names)


def _connector(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _must(tree.this, YES_NO, names)
    _must(tree.expression, YES_NO, names)
    return YES_NO


def _not(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _must(tree.this, YES_NO, names)
    return YES_NO


def _comparison(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _common_type([tree.this, tree.expression], names)
    return YES_NO


def _membership(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _common_type([tree.this, *tree.expressions], names)
    return YES_NO


def _range(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _common_type([tree.this, tree.args["low"], tree.args["high"]], names)
    return YES_NO


def _pattern(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _must(tree.this, TEXT, names)
    if not (isinstance(tree.expression, exp.Literal) and tree.expression.is_string):
        raise TypeMismatch("like takes a text in quotes, such as 'a%'")
    return YES_NO


def _is(tree: exp.Expr, names: Mapping[str, str]) -> str:
    if type(tree.expression) not in (exp.Null, exp.Boolean):
        raise TypeMismatch("is takes null, true or false; write = for other values")
    if type(tree.expression) is exp.Boolean:
        _must(tree.this, YES_NO, names)
    else:
        infer(tree.this, names)
    return YES_NO


def _negation(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _must(tree.this, NUMBER, names)
    return NUMBER


def _arithmetic(tree: exp.Expr, names: Mapping[str, str]) -> str:
    _must(tree.this, NUMBER, names)
    _must(tree.expression, NUMBER, names)
    return NUMBER


def _case(tree: exp.Expr, names: Mapping[str, str]) -> str:
    subject = tree.this
    for branch in tree.args["ifs"]:
        if subject is None:
            _must(branch.this, YES_NO, names)
        else:
            _common_type([subject, branch.this], names)
    values = [b.args["true"] for b in tree.args["ifs"]]
    if tree.args.get("default") is not None:
        values.append(tree.args["default"])
    return _common_type(values, names)


def _call(tree: exp.Expr, names: Mapping[str, str]) -> str:
    name, args = function_name(tree) or "", arguments(tree)
    if name in _OF_TEXT:
        _must(args[0], TEXT, names)
        return _OF_TEXT[name]
    if name in _OF_NUMBER:
        _must(args[0], NUMBER, names)
        return NUMBER
    if name == "recorded":
        return YES_NO
    if name == "days_since":
        _must(args[0], MOMENT, names)
        return NUMBER
    if name in ALIKE:
        return _common_type(args, names)
    return UNKNOWN


def _must(tree: exp.Expr, kind: str, names: Mapping[str, str]) -> None:
    found = infer(tree, names)
    if found not in (kind, UNKNOWN):
        raise TypeMismatch(f"{_shorten(tree)} is {found} where {kind} is needed")


def _common_type(trees: list[exp.Expr], names: Mapping[str, str]) -> str:
    """The one type of several expressions. Raises `TypeMismatch` where they differ."""
    known: list[tuple[exp.Expr, str]] = [(t, k) for t in trees if (k := infer(t, names)) != UNKNOWN]
    if not known:
        return UNKNOWN
    moments = [t for t, k in known if k == MOMENT]
    if moments:
        return _all_moments(moments[0], known)
    first, kind = known[0]
    for t, k in known[1:]:
        if k != kind:
            raise TypeMismatch(f"{_shorten(first)} is {kind} and {_shorten(t)} is {k}")
    return kind


def _all_moments(moment: exp.Expr, known: list[tuple[exp.Expr, str]]) -> str:
    """Beside a date only dates can stand, or texts that are one."""
    for tree, kind in known:
        is_date = kind == TEXT and isinstance(tree, exp.Literal) and is_moment(tree.name)
        if kind != MOMENT and not is_date:
            raise TypeMismatch(
                f"{_shorten(moment)} is a date and {_shorten(tree)} is not; write dates as"
                " '2026-01-31'"
            )
    return MOMENT


def _shorten(tree: exp.Expr) -> str:
    text = tree.sql()
    return text if len(text) <= 50 else text[:47] + "..."


_RULES: Mapping[type[exp.Expr], Callable[[exp.Expr, Mapping[str, str]], str]] = {
    exp.Boolean: _yes_no,
    exp.Null: _unknown,
    exp.Paren: _bracket,
    exp.Not: _not,
    exp.In: _membership,
    exp.Between: _range,
    exp.Is: _is,
    exp.Neg: _negation,
    exp.Case: _case,
    **dict.fromkeys((exp.And, exp.Or), _connector),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE), _comparison),
    **dict.fromkeys((exp.Like, exp.ILike), _pattern),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div), _arithmetic),
}
