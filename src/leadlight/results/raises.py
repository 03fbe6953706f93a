"""What could still be changed about a lead that a learned model judges: something done, or
something asked.

What a lead does can always come; what it is can only become known. So an attribute counts where it
is blank, by the value that would speak for it most; what the law protects and what checks find out
is never asked for.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from leadlight.facts.catalog import CHECK_ATTRIBUTES, Attribute, Catalog, Type
from leadlight.facts.protected_attributes import protected_names
from leadlight.playbook.model import Model, NumberSide, Term
from leadlight.playbook.models_section import APART
from leadlight.playbook.spec import Count, DaysSince, Match, Measure, ModelScore, Playbook
from leadlight.results.explanation import Raise
from leadlight.results.what_if import ANYTHING, Hypothesis, facts_of, hypotheses

MOST = 4
_LEAST = 0.01  # of log-odds: less is no advice
_RARE = 0.01  # of the leads that taught: an answer that fewer gave is not to be hoped for
#: What nobody wishes a lead would do, whatever went with success before.
_UNWISHED = frozenset(
    {
        "unsubscribed",
        "email_bounced",
        "email_complained",
        "form_failed",
        "meeting_missed",
        "call_attempted",
        "sales_rejected",
        "recycled",
        "lost",
        "discarded",
        "cancelled",
        "refunded",
        "cart_abandoned",
    }
)
_EDGE = 5e-7  # a probability is stated to six decimals


def all_hypotheses(book: Playbook, catalog: Catalog, row: Mapping[str, Any]) -> list[Hypothesis]:
    """The wishes of a playbook's rules, then those of its models for a lead with this row; none of
    them twice.
    """
    out: dict[tuple[object, ...], Hypothesis] = {}
    for wish in (*hypotheses(book, catalog), *_of_models(book, catalog, row)):
        out.setdefault(_key(wish), wish)
    return list(out.values())


def raises(
    book: Playbook,
    row: Mapping[str, Any],
    hypotheses: Sequence[Hypothesis],
    would: Mapping[int, Mapping[str, Any]],
) -> Iterator[Raise]:
    """For each probability what would raise it most, each thing once: the hypotheses by number and
    the lead's row under each.
    """
    advice = {n: hypotheses[n] for n in would if _is_advice(hypotheses[n], row)}
    for score in book.scores:
        if isinstance(score, ModelScore):
            best = _best_raises(score, row, advice, would)
            yield from sorted(best, key=lambda r: (-r.adds, r.by))[:MOST]


def _is_advice(wish: Hypothesis, row: Mapping[str, Any]) -> bool:
    """One thing that can be wished for: once, and nothing that is known or protected."""
    known = [a for a in wish.attributes or {} if row.get(a) is not None or protected_names([a])]
    return wish.times == 1 and not known and wish.kind not in _UNWISHED


def _best_raises(
    score: ModelScore,
    row: Mapping[str, Any],
    advice: Mapping[int, Hypothesis],
    would: Mapping[int, Mapping[str, Any]],
) -> Collection[Raise]:
    """What would raise a probability; of two rules on one kind of activity the one that does more,
    for they are one thing to do.
    """
    before = _log_odds(float(row[score.name]))
    found: dict[str, Raise] = {}
    for n, wish in advice.items():
        after = float(would[n][score.name])
        adds = _log_odds(after) - before
        if adds >= _LEAST:
            one = Raise(score.name, wish.words, round(adds, 2), after)
            what = wish.kind or wish.words
            found[what] = max(found.get(what, one), one, key=lambda r: r.adds)
    return found.values()


def _of_models(book: Playbook, catalog: Catalog, row: Mapping[str, Any]) -> Iterator[Hypothesis]:
    for score in book.scores:
        if isinstance(score, ModelScore):
            yield from _more_activities(book, score.model, catalog)
            yield from _open_questions(score.model, catalog, row)


def _more_activities(book: Playbook, model: Model, catalog: Catalog) -> Iterator[Hypothesis]:
    """Each kind of activity that the model looks at, once more; last whatever else, where it looks
    at activities of any kind.
    """
    read = [s for s in book.signals if s.name in model.reads]
    signals = [s for s in read if isinstance(s, Count | DaysSince | Measure)]
    for signal in signals:
        yield from _once_more(signal.match, catalog)
    if not all(s.match.kinds for s in signals):
        yield Hypothesis("anything done again", ANYTHING, {})


def _once_more(match: Match, catalog: Catalog) -> Iterator[Hypothesis]:
    """One more activity of each kind that is meant; none where its columns cannot be made up."""
    columns = facts_of(match.when) if match.when else {}
    if columns is None or not columns.keys() <= catalog.activity.keys():
        return
    for kind in match.kinds:
        if kind not in _UNWISHED:
            yield Hypothesis(kind.replace("_", " "), kind, columns)


def _open_questions(model: Model, catalog: Catalog, row: Mapping[str, Any]) -> Iterator[Hypothesis]:
    """Each attribute that is blank, with the value that would speak for the lead most."""
    for term in model.terms:
        name = term.of[0]
        attribute = catalog.lead.get(name)
        if len(term.of) > 1 or APART in name or attribute is None or row.get(name) is not None:
            continue
        if name in CHECK_ATTRIBUTES or protected_names([name]):
            continue
        best = _best(term, attribute)
        if best is not None:
            said, value = best
            yield Hypothesis(
                f"ask for {term.title}, if the answer is {said}", attributes={name: value}
            )


def _best(term: Term, attribute: Attribute) -> tuple[str, Any] | None:
    """The value of a term that adds most, in words and as a value, of those that are not rare; None
    where none adds more than not knowing it does.
    """
    side = term.sides[0]
    place = _best_place(term)
    if place is None:
        return None
    if isinstance(side, NumberSide):
        if not side.cuts or not attribute.type.is_number:
            return None
        inside = side.cuts[place - 1] if place else side.cuts[0] - 1
        return side.range_text(place, place), float(inside)
    word = side.words[place]
    if attribute.type is Type.YES_NO:
        return ("yes", True) if word == "true" else ("no", False)
    return (f"'{word}'", word) if attribute.type is Type.TEXT else None


def _best_place(term: Term) -> int | None:
    """The place that adds most, and more than an unknown value, of those that are not rare."""
    side = term.sides[0]
    named = len(side.cuts) + 1 if isinstance(side, NumberSide) else len(side.words)
    usual = [n for n in range(named) if not term.seen or term.seen[n] >= _RARE]
    place = max(usual, key=lambda n: term.add[n], default=None)
    return None if place is None or term.add[place] <= term.add[-1] else place


def _key(wish: Hypothesis) -> tuple[object, ...]:
    columns, attributes = (
        tuple(sorted((k, str(v)) for k, v in (m or {}).items()))
        for m in (wish.columns, wish.attributes)
    )
    return wish.kind, columns, attributes, wish.times


def _log_odds(chance: float) -> float:
    kept = min(max(chance, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))
