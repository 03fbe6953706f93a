"""A learned model as a playbook reads it: a sum of small tables that a person can read and edit.

Each term looks up one value of a lead (or two together) and adds log-odds; the probability is `1 /
(1 + exp(-sum))`. Values are kept as whole ten-millionths, so the sum is the same in any order and
on every engine.  Source of the form: the Explainable Boosting Machine (Lou, Caruana, Gehrke,
Hooker: Accurate intelligible models with pairwise interactions, KDD 2013).
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from leadlight.playbook import durations
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.reader import Reader
from leadlight.problems import Problem

MILLION = 1_000_000
# a log-odds of 1: with forty tables the probability is that of the fit to six decimals
LOGIT = 10_000_000
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
)
_MOST_LOG_ODDS = 100
_ALIKE = LOGIT // 20  # what neighbouring places may differ by to be told as one
_LONG = 40  # letters of a word where reasons are given
YES_NO_WORDS = {"true": "yes", "false": "no"}


@dataclass(frozen=True)
class NumberSide:
    """Places of a number: how many of the cuts it reaches; the last place is for unknown."""

    cuts: tuple[Decimal, ...]

    @property
    def places(self) -> int:
        return len(self.cuts) + 2

    def place(self, value: object) -> int:
        """The place of a value; None is unknown."""
        if value is None:
            return self.places - 1
        return bisect_right(
            self.cuts, Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))
        )

    def said(self, first: int, last: int) -> str:
        """The places from one to another in words: below 3, 3 to below 7, 7 or more, unknown."""
        if first == self.places - 1:
            return "unknown"
        edges = [f"{c.normalize():f}" for c in self.cuts]
        if first == 0:
            return f"below {edges[last]}" if last < len(edges) else "known"
        return (
            f"{edges[first - 1]} to below {edges[last]}"
            if last < len(edges)
            else f"{edges[first - 1]} or more"
        )


@dataclass(frozen=True)
class WordSide:
    """Places of a text: that of its word (small letters, without blanks around), the last but one
    for the rest, the last for unknown.
    """

    words: tuple[str, ...]

    @property
    def places(self) -> int:
        return len(self.words) + 2

    def place(self, value: object) -> int:
        """The place of a value; None is unknown."""
        if value is None:
            return self.places - 1
        word = (
            str(value).lower() if not isinstance(value, bool) else ("true" if value else "false")
        ).strip(" ")
        return self.words.index(word) if word in self.words else len(self.words)

    def said(self, place: int) -> str:
        """A place in words: the word itself, other, unknown."""
        if place >= len(self.words):
            return ("other", "unknown")[place - len(self.words)]
        word = YES_NO_WORDS.get(self.words[place], self.words[place])
        return word if len(word) <= _LONG else f"{word[: _LONG - 1]}\N{HORIZONTAL ELLIPSIS}"


Side = NumberSide | WordSide


@dataclass(frozen=True)
class Term:
    """What one value of a lead adds, or two together, in ten-millionths of log-odds: `add[place]`,
    or `add[place of the first * places of the second + place of the second]`.

    `seen`: of a single value, the share of the leads that taught in each place; empty where nobody
    noted it.
    """

    of: tuple[str, ...]
    sides: tuple[Side, ...]
    add: tuple[int, ...]
    say: str = ""
    seen: tuple[float, ...] = ()

    @property
    def called(self) -> str:
        """What it is called where reasons are given."""
        return self.say or " and ".join(n.rsplit("__", 1)[-1].replace("_", " ") for n in self.of)

    def said(self, place: int) -> str:
        """What a lead of that place is, in words: Industry: software, Employees: 50 to below 500;
        of two values only what they are called. Neighbouring places of a number that add about the
        same are told as one.
        """
        if len(self.sides) > 1:
            return self.called
        side = self.sides[0]
        if isinstance(side, WordSide):
            return f"{self.called}: {side.said(place)}"
        first = last = place
        if place <= len(side.cuts):
            alike = [abs(v - self.add[place]) <= _ALIKE for v in self.add[: len(side.cuts) + 1]]
            while first > 0 and alike[first - 1]:
                first -= 1
            while last < len(side.cuts) and alike[last + 1]:
                last += 1
        return f"{self.called}: {side.said(first, last)}"

    def adds(self, row: Mapping[str, Any]) -> int:
        """What it adds for a lead, in ten-millionths of log-odds."""
        index = 0
        for name, side in zip(self.of, self.sides, strict=True):
            index = index * side.places + side.place(row.get(name))
        return self.add[index]


@dataclass(frozen=True)
class Model:
    """A model of how probable an outcome is, with what it asks of behaviour in a playbook's own
    language (`asked`).
    """

    name: str
    start: int
    terms: tuple[Term, ...]
    outcome: str = "won"
    horizon: int | None = None  # seconds
    about: str = ""
    learned: date | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)  # signal -> its plain YAML
    verdict: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[Mapping[str, Any], ...] = ()
    moved: tuple[
        Mapping[str, Any], ...
    ] = ()  # when the start was moved since, by how much, and by what was seen

    @property
    def reads(self) -> tuple[str, ...]:
        """The attributes and signals it looks at, each once."""
        return tuple(dict.fromkeys(n for t in self.terms for n in t.of))

    def log_odds(self, row: Mapping[str, Any]) -> int:
        """The sum of what speaks for and against, in ten-millionths; exactly what the plan
        gives.
        """
        return self.start + sum(t.adds(row) for t in self.terms)

    def probability(self, row: Mapping[str, Any]) -> float:
        """The probability, to six decimals."""
        return probability(self.log_odds(row))


def probability(log_odds: int) -> float:
    """From ten-millionths of log-odds to a probability, to six decimals."""
    return math.floor(1 / (1 + math.exp(-log_odds / LOGIT)) * MILLION + 0.5) / MILLION


_OLD_HORIZONS, _OLD_DAYS = 4, 365


def model_age(model: Model, as_of: datetime) -> str:
    """How old a model is, and whether it should be learned again: after four of its horizons, or a
    year where it has none.
    """
    if model.learned is None:
        return f"The model {model.name} does not say when it was learned."
    days = (as_of.date() - model.learned).days
    if days < 0:
        return (
            f"The model {model.name} was learned on {model.learned:%Y-%m-%d}, after this moment: it"
            " may know what came since."
        )
    old = days > (_OLD_HORIZONS * model.horizon / 86_400 if model.horizon else _OLD_DAYS)
    again = (
        " That is long for what it looks at: learn it again and see whether it still holds."
        if old
        else ""
    )
    moved = f" Its start was moved on {model.moved[-1].get('on')}." if model.moved else ""
    ago = f"{days:,} {'day' if days == 1 else 'days'} ago" if days else "today"
    return f"The model {model.name} was learned {ago}.{moved}{again}"


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
        "signals": {k: _plain_signal(v) for k, v in model.asked.items()},
    }
    last = {"verdict": dict(model.verdict), "refused": [dict(r) for r in model.refused]}
    terms = [dict(_term_plain(t)) for t in model.terms]
    return {
        **first,
        **_filled(parts),
        "start": _log_odds(model.start),
        "terms": terms,
        **_filled(last),
    }


def _filled(parts: Mapping[str, Any]) -> dict[str, Any]:
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
