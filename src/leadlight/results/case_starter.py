"""Cases to start from: leads made up from a playbook's own rules, and their cases as a text to be
edited. Pure.

A sketch is a lead that does what one rule asks for, or two rules, or has all that the explicit
score likes; which label each of them reaches is for a plan to say. For every label of the main
scale the plainest sketch that reaches it becomes a case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, islice
from typing import Any

from leadlight.facts.catalog import KINDS, Catalog, Type
from leadlight.playbook.cases.activity_text import ParsedActivity
from leadlight.playbook.cases.cases import USUAL_MOMENT, VERSION, CaseStep
from leadlight.playbook.spec import Playbook, Scale
from leadlight.results.what_if import Hypothesis, hypotheses

#: What every case's lead is, unless it says otherwise: nobody can be written to under .example.
EVERYONE = {"email": "ada@acme.example"}
#: How much later the best lead is looked at again.
LATER = timedelta(days=90)
MOST_PAIRS = 400

#: What a wish has for a type, and a case can say.
_HELD: Mapping[Type, tuple[type, ...]] = {
    Type.NUMBER: (int, float),
    Type.TEXT: (str,),
    Type.YES_NO: (bool,),
}
_PLAIN = re.compile(r"[A-Za-z][\w /=.,%-]*")


@dataclass(frozen=True)
class Sketch:
    """A made-up lead: in words what it did, its attributes, and its activities, all of them the day
    before.
    """

    words: str
    lead: Mapping[str, Any] = field(default_factory=dict)
    did: tuple[ParsedActivity, ...] = ()

    def step(self, later: timedelta = timedelta(0)) -> CaseStep:
        """The sketch as a step to be tried, a while later."""
        columns: Iterable[Mapping[str, object]] = (dict(d.columns) for d in self.did)
        return CaseStep(
            USUAL_MOMENT + later,
            {**EVERYONE, **self.lead},
            tuple(zip(self.did, columns, strict=True)),
            (),
            0,
        )


@dataclass(frozen=True)
class LabelSketch:
    """A label, the plainest sketch that reaches it, its department, and the label it has some time
    later.
    """

    label: str
    sketch: Sketch
    department: str | None
    later: str | None = None


def main_scale(book: Playbook) -> Scale | None:
    """The scale that people ask for first: the temperature, else the first one."""
    return book.scale("temperature") or next(iter(book.scales), None)


def sketches(book: Playbook, catalog: Catalog) -> list[Sketch]:
    """Leads that may reach one label or another, the plainest first."""
    wanted = [w for w in hypotheses(book, catalog) if _writable(w)]
    acts = [w for w in wanted if w.kind is not None]
    single = [*map(_activity_sketch, acts), *_other_kinds({w.kind for w in acts})]
    traits = _traits(wanted, catalog)
    return [
        Sketch("did nothing we know of"),
        *single,
        *traits,
        *_ideal(traits, single),
        *_pairs([_activity_sketch(w) for w in acts if w.times == 1]),
    ]


def _ideal(traits: Sequence[Sketch], single: Sequence[Sketch]) -> Iterator[Sketch]:
    """A lead that has every trait, of two that differ the first; and it when it did one thing."""
    ideal: dict[str, Any] = {}
    for trait in traits:
        ideal |= {name: value for name, value in trait.lead.items() if name not in ideal}
    if ideal:
        yield Sketch("is all that we look for", ideal)
        yield from (Sketch(f"is all that we look for and {s.words}", ideal, s.did) for s in single)


def _other_kinds(known: Collection[str | None]) -> Iterator[Sketch]:
    """A lead that did something no rule asks for, for each such kind."""
    for kind in KINDS:
        if kind not in known:
            yield Sketch(f"{kind.replace('_', ' ')} yesterday", did=(_activity(kind, {}),))


def _traits(wanted: Sequence[Hypothesis], catalog: Catalog) -> list[Sketch]:
    """A lead that is what one rule asks for, for each rule on attributes."""
    typed = ((w, _in_types(w.attributes, catalog)) for w in wanted if w.attributes)
    return [Sketch(_lower_first(w.words), lead) for w, lead in typed if lead is not None]


def _pairs(single: Sequence[Sketch]) -> list[Sketch]:
    """A lead that did two things, for each two."""
    pairs = islice(combinations(single, 2), MOST_PAIRS)
    return [Sketch(f"{a.words} and {b.words}", did=(*a.did, *b.did)) for a, b in pairs]


def text_of(book: Playbook, scale: Scale, reached: Sequence[LabelSketch]) -> str:
    """The file of cases: one for each label that was reached, and what was not."""
    out = [
        (
            f"# Cases of {_flat(book.name)}: leads that we made up, and what the playbook should"
            " say of them."
        ),
        "# Change them, add your own, and run `leadlight test` whenever a rule was changed.",
        f"{VERSION}: 1",
        "",
        (
            "# What every lead below is, unless its case says otherwise. (Nobody can be written to"
            " under .example.)"
        ),
        f"lead: {{{', '.join(f'{k}: {_yaml(v)}' for k, v in EVERYONE.items())}}}",
        "",
        "cases:",
    ]
    for r in reached:
        out += _case(scale, r)
    missing = [la.name for la in scale.labels if la.name not in {r.label for r in reached}]
    for label in missing:
        out += [f"  # No simple example was found for {label}: write one.", ""]
    return "\n".join(out).rstrip() + "\n"


def _case(scale: Scale, r: LabelSketch) -> Iterator[str]:
    yield f"  {_yaml(f'Somebody who {r.sketch.words} is {r.label}')}:"
    if r.sketch.lead:
        yield f"    lead: {{{', '.join(f'{k}: {_yaml(v)}' for k, v in r.sketch.lead.items())}}}"
    if r.sketch.did:
        yield "    did:"
        yield from (f"      - {_yaml(_line(d))}" for d in r.sketch.did)
    route = f", route: {_yaml(r.department)}" if r.department else ""
    yield f"    expect: {{{scale.name}: {_yaml(r.label)}{route}}}"
    if r.later is not None:
        yield "    then:"
        yield f"      - after: {LATER.days}d"
        yield f"        expect: {{{scale.name}: {_yaml(r.later)}}}"
    yield ""


def _line(d: ParsedActivity) -> str:
    columns = "".join(f", {name}={_quote(value)}" for name, value in d.columns.items())
    return f"{d.kind} yesterday{f', {d.times} times' if d.times > 1 else ''}{columns}"


def _quote(value: str) -> str:
    return value if re.fullmatch(r"[^\s,'\"]+", value) else f"'{value}'"


def _yaml(value: object) -> str:
    """A value as YAML that no reader takes for anything else."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 1e6 else str(int(value))
    text = str(value)
    plain = (
        _PLAIN.fullmatch(text)
        and text.strip() == text
        and "," not in text
        and not _is_reserved(text)
    )
    return text if plain else json.dumps(text, ensure_ascii=False)


def _is_reserved(text: str) -> bool:
    return text.lower() in ("yes", "no", "true", "false", "null", "on", "off", "y", "n")


def _flat(text: str) -> str:
    return " ".join(text.split())[:80]


def _activity_sketch(w: Hypothesis) -> Sketch:
    did = _activity(w.kind or "", w.columns or {}, w.times)
    words = re.sub(r" \(\d+ times\)$", "", w.words)
    return Sketch(_lower_first(words) + (f" {w.times} times" if w.times > 1 else ""), did=(did,))


def _activity(kind: str, columns: Mapping[str, Any], times: int = 1) -> ParsedActivity:
    """The day before the usual moment."""
    at = USUAL_MOMENT - timedelta(days=1)
    return ParsedActivity(kind, at, times, 1, {k: _text(v) for k, v in columns.items()})


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _lower_first(words: str) -> str:
    flat = " ".join(words.split())
    return flat[:1].lower() + flat[1:]


def _writable(w: Hypothesis) -> bool:
    """Whether a line can say it: no quotes, no line breaks in a value."""
    said = [str(v) for v in {**(w.columns or {}), **(w.attributes or {})}.values()]
    return all(v.isprintable() and "'" not in v and '"' not in v for v in said)


def _in_types(attributes: Mapping[str, Any], catalog: Catalog) -> dict[str, Any] | None:
    """Attributes in their types, or None when one of them is not of its type."""
    out: dict[str, Any] = {}
    for name, value in attributes.items():
        kind = catalog.lead[name].type if name in catalog.lead else None
        if kind is Type.WHOLE and isinstance(value, float) and value == int(value):
            out[name] = int(value)
        elif isinstance(value, _HELD.get(kind, ()) if kind else ()):
            out[name] = value
        else:
            return None
    return out
