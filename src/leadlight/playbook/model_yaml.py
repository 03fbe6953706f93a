"""The text of a learned model: read from YAML with the place of each fault, and written to be read
and edited by people.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from leadlight.playbook import durations
from leadlight.playbook.model import LOGIT, Model, NumberSide, Side, Term, WordSide
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.reader import Reader
from leadlight.problems import Problem

KEYS = (
    "leadlight-model",
    "name",
    "about",
    "outcome",
    "horizon",
    "learned",
    "moved",
    "signals",
    "start",
    "terms",
    "verdict",
    "refused",
    "map",
)
_MOST_LOG_ODDS = 100


def read_model(text: str, file: str) -> tuple[Model | None, list[Problem]]:
    """The model a text holds; None when something is wrong with it."""
    root, problems = read_nodes(text, file)
    if root is None:
        return None, problems
    r = Reader(file, problems)
    model = model_of(r, root)
    return (None if any(p.level == "fault" for p in problems) else model), problems


def model_of(r: Reader, node: Node, name: str | None = None) -> Model:
    """The model that stands in a piece of YAML."""
    r.keys(node, KEYS)
    _check_version(r, node)
    called = r.text(node, "name") or name or ""
    r.name(called, node, "model")
    terms = _terms(r, node, called)
    horizon = r.text(node, "horizon")
    return Model(
        name=called,
        terms=terms,
        start=_units(r, node.get("start"), "start"),
        outcome=r.text(node, "outcome") or "won",
        horizon=durations.seconds(horizon) if horizon else None,
        about=r.text(node, "about") or "",
        learned=_day(r.text(node, "learned")),
        asked=_mapping(node.get("signals")),
        verdict=_mapping(node.get("verdict")),
        refused=_mappings(node.get("refused")),
        moved=_mappings(node.get("moved")),
        maps={str(k): str(v) for k, v in _mapping(node.get("map")).items()},
    )


def _terms(r: Reader, node: Node, name: str) -> tuple[Term, ...]:
    listed = node.get("terms")
    if listed is None:
        r.fault(
            "missing-key",
            f"The model {name} has no terms.",
            node,
            "Learn it with `leadlight learn`.",
        )
        return ()
    terms = [_term(r, item) for item in r.items_of(listed, "terms")]
    return tuple(t for t in terms if t is not None)


def _check_version(r: Reader, node: Node) -> None:
    version = node.get("leadlight-model")
    if version is not None and version.text != "1":
        r.fault(
            "unknown-version",
            f"This model is written for format {version.text}; this leadlight reads format 1.",
            version,
            "Learn it again with `leadlight learn`, or install a newer leadlight.",
        )


def _mapping(node: Node | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = node.plain() if node is not None and node.pairs is not None else {}
    return found


def _mappings(node: Node | None) -> tuple[Mapping[str, Any], ...]:
    return tuple(i.plain() for i in node.items or () if i.pairs) if node is not None else ()


def _term(r: Reader, item: Node) -> Term | None:
    if item.pairs is None:
        r.fault(
            "wrong-shape",
            "A term is a mapping, such as {of: employees, cuts: [50], add: [0, 0.4]}.",
            item,
        )
        return None
    of = tuple(w for w in r.words(item.get("of")) if w)
    return _single(r, item, of[0]) if len(of) == 1 else _double(r, item, of)


def _double(r: Reader, item: Node, of: tuple[str, ...]) -> Term | None:
    """A term of two values: what each pair of places adds, in rows."""
    sides, rows = item.get("sides"), item.get("add")
    r.keys(item, ("of", "sides", "add", "say"))
    nodes = (sides.items or ()) if sides is not None else ()
    if len(of) != 2 or rows is None or len(nodes) != 2:
        r.fault("wrong-shape", "A term is of one value, or of two with sides: and add:.", item)
        return None
    first, second = (_side(r, s) for s in nodes)
    add = _rows(r, rows)
    if first is None or second is None:
        return None
    return _term_of_rows(r, item, of, (first, second), add)


def _rows(r: Reader, rows: Node) -> tuple[int, ...]:
    """The values of all rows, one row after the other."""
    return tuple(_units(r, v, "add") for row in r.items_of(rows, "add") for v in row.items or ())


def _term_of_rows(
    r: Reader, item: Node, of: tuple[str, ...], sides: tuple[Side, Side], add: tuple[int, ...]
) -> Term | None:
    rows, width = (side.places for side in sides)
    if len(add) == rows * width:
        return Term(of, sides, add, r.text(item, "say") or "")
    r.fault(
        "wrong-shape",
        f"The term of {' and '.join(of)} has {len(add)} values and needs {rows} rows of {width}.",
        item,
    )
    return None


def _side(r: Reader, node: Node) -> Side | None:
    if node.get("cuts") is not None:
        return _number_side(r, node)
    if node.get("words") is not None:
        return WordSide(tuple(w.strip(" ").lower() for w in r.words(node.get("words"))))
    r.fault("wrong-shape", "A side has cuts: or words:.", node)
    return None


def _number_side(r: Reader, node: Node) -> NumberSide | None:
    cuts = tuple(
        c
        for n in r.items_of(node.get("cuts") or node, "cuts")
        if (c := _decimal(r, n, "a cut")) is not None
    )
    if any(a >= b for a, b in itertools.pairwise(cuts)):
        r.fault("wrong-shape", "Cuts go upwards, each larger than the one before.", node)
        return None
    return NumberSide(cuts)


def _single(r: Reader, item: Node, of: str) -> Term | None:
    """A term of one value."""
    add = item.get("add")
    unknown = _units(r, item.get("unknown"), "unknown")
    if add is None:
        r.fault("missing-key", f"The term of {of} does not say what it adds.", item)
        return None
    if add.pairs is not None:
        return _term_of_words(r, item, of, add, unknown)
    return _term_of_numbers(r, item, of, add, unknown)


def _term_of_words(r: Reader, item: Node, of: str, add: Node, unknown: int) -> Term:
    r.keys(item, ("of", "add", "rest", "unknown", "seen", "say"))
    words = {k.strip(" ").lower(): _units(r, v, k) for k, _, v in add.entries()}
    rest = _units(r, item.get("rest"), "rest")
    side = WordSide(tuple(words))
    say, shares = r.text(item, "say") or "", _shares_of_leads(r, item, of, side)
    return Term((of,), (side,), (*words.values(), rest, unknown), say, shares)


def _term_of_numbers(r: Reader, item: Node, of: str, add: Node, unknown: int) -> Term | None:
    r.keys(item, ("of", "cuts", "add", "unknown", "seen", "say"))
    side = _number_side(r, item) if item.get("cuts") is not None else NumberSide(())
    values = tuple(_units(r, v, "add") for v in r.items_of(add, "add"))
    if side is None:
        return None
    if len(values) != len(side.cuts) + 1:
        r.fault(
            "wrong-shape",
            f"The term of {of} has {len(side.cuts)} cuts and {len(values)} values; "
            "it needs one value more than cuts.",
            item,
        )
        return None
    say, shares = r.text(item, "say") or "", _shares_of_leads(r, item, of, side)
    return Term((of,), (side,), (*values, unknown), say, shares)


def _shares_of_leads(r: Reader, item: Node, of: str, side: Side) -> tuple[float, ...]:
    """The shares of the leads that taught, written in thousandths and as one text: a list of shares
    would take as long to read as the values.
    """
    node = item.get("seen")
    if node is None:
        return ()
    shares = _thousandths(node)
    if len(shares) != side.places or not all(0 <= share <= 1 for share in shares):
        r.fault(
            "wrong-shape",
            f"seen: of {of} says how many in a thousand leads are in each of its {side.places}"
            " places, unknown last.",
            node,
            "Leave the line out where nobody counted them: drift of this input cannot be told"
            " then.",
        )
        return ()
    return shares


def _thousandths(node: Node) -> tuple[float, ...]:
    """Numbers in a list or in a text, each over a thousand; none where one is no number."""
    words = (node.text or "").split()
    if node.items is not None:
        words = [i.text or "" for i in node.items]
    try:
        return tuple(float(word) / 1000 for word in words)
    except ValueError:
        return ()


def _decimal(r: Reader, node: Node, what: str) -> Decimal | None:
    try:
        found = Decimal((node.text or "").strip())
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        r.fault("not-a-number", f"{what} is a number, not {(node.text or 'nothing')!r}.", node)
        return None
    return found


def _units(r: Reader, node: Node | None, what: str) -> int:
    if node is None:
        return 0
    value = _decimal(r, node, what)
    if value is None:
        return 0
    if abs(value) > _MOST_LOG_ODDS:
        r.fault(
            "not-a-number",
            f"{what} is a number of log-odds between -{_MOST_LOG_ODDS} and {_MOST_LOG_ODDS}.",
            node,
        )
        return 0
    return int((value * LOGIT).to_integral_value())


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return None


def model_text(model: Model) -> str:
    """The model as a text to read and edit; the same model always gives the same text."""
    import io

    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.width = 130
    yaml.default_flow_style = False
    out = io.StringIO()
    yaml.dump(_style(_plain(model)), out)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _style(value: Any) -> Any:
    """Lists of numbers and words in rows; everything else a line each, for a broken line would tear
    a word from its number.
    """
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, Mapping):
        return CommentedMap({k: _style(v) for k, v in value.items()})
    if isinstance(value, list | tuple):
        made = CommentedSeq([_style(v) for v in value])
        if all(not isinstance(v, Mapping | list | tuple) for v in value):
            made.fa.set_flow_style()
        return made
    return value


def _plain(model: Model) -> dict[str, Any]:
    """A model as plain data, in the order of its text; what is empty is left out."""
    first: dict[str, Any] = {
        "leadlight-model": 1,
        "name": model.name,
        "about": model.about,
        "outcome": model.outcome,
    }
    parts = {
        "horizon": durations.words(model.horizon) if model.horizon else None,
        "learned": model.learned.isoformat() if model.learned else None,
        "moved": [dict(m) for m in model.moved],
        "map": dict(model.maps),
        "signals": {k: _plain_signal(v) for k, v in model.asked.items()},
    }
    last = {"verdict": dict(model.verdict), "refused": [dict(r) for r in model.refused]}
    terms = [dict(_term_plain(t)) for t in model.terms]
    return {
        **first,
        **_drop_empty(parts),
        "start": _log_odds(model.start),
        "terms": terms,
        **_drop_empty(last),
    }


def _drop_empty(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value}


def _plain_signal(signal: Any) -> Any:
    return dict(signal) if isinstance(signal, Mapping) else signal


def _term_plain(term: Term) -> Iterator[tuple[str, Any]]:
    yield from _plain_single(term) if len(term.of) == 1 else _plain_double(term)
    if term.say:
        yield "say", term.say


def _plain_single(term: Term) -> Iterator[tuple[str, Any]]:
    values, side = [_log_odds(v) for v in term.add], term.sides[0]
    yield "of", term.of[0]
    if isinstance(side, NumberSide):
        yield "cuts", [_number(c) for c in side.cuts]
        yield "add", values[:-1]
    else:
        yield "add", dict(zip(side.words, values, strict=False))
        yield "rest", values[-2]
    yield "unknown", values[-1]
    if term.seen:
        yield "seen", " ".join(f"{share * 1000:.0f}" for share in term.seen)


def _plain_double(term: Term) -> Iterator[tuple[str, Any]]:
    values, width = [_log_odds(v) for v in term.add], term.sides[1].places
    yield "of", list(term.of)
    yield "sides", [_plain_side(s) for s in term.sides]
    yield "add", [values[n : n + width] for n in range(0, len(values), width)]


def _plain_side(side: Side) -> dict[str, Any]:
    if isinstance(side, NumberSide):
        return {"cuts": [_number(c) for c in side.cuts]}
    return {"words": list(side.words)}


def _log_odds(units: int) -> int | float:
    whole, rest = divmod(units, LOGIT)
    return whole if not rest else float(Decimal(units) / LOGIT)


def _number(cut: Decimal) -> int | float:
    return int(cut) if cut == cut.to_integral_value() and abs(cut) < 10**15 else float(cut)
