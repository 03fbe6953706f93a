"""What the columns and numbers of a plan stand for: each in the playbook's words, with the line
where it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leadlight.plan.columns import (
    ROUTE,
    best_points,
    fit_key,
    fit_points,
    model_term,
    points_of_atom,
    signal_total,
)
from leadlight.plan.steps.atoms import Atom, atoms_of
from leadlight.plan.steps.lead import WHY_EMPTY, signal_names
from leadlight.playbook.durations import words
from leadlight.playbook.spec import (
    Gained,
    ModelScore,
    Playbook,
    Points,
    Rank,
    RuleScore,
    Score,
    Signal,
    SignalScore,
    Sleeping,
    Value,
    Woken,
)

STEPS = {
    "activity": (
        "Each activity that may matter: the numbers of the rules it meets (_s1, _s2 ...), and its"
        " age factors (_w1, _w2 ...)."
    ),
    "hit": (
        "One row for each activity and rule (_r): how much its age has faded it (_w), in"
        " billionths."
    ),
    "occasion": (
        "One row a lead, rule and occasion: of rules that count once a day, say, only the newest"
        " activity of each."
    ),
    "rule": (
        "One row a lead and rule: the sum of the age factors (_sum), and how many activities (_n)."
    ),
    "points": (
        "The same with points, kept under each rule's cap: in units of 0.00000000001 points, so"
        " that sums are exact."
    ),
    "behaviour": (
        "One row a lead: points, counts, ages and measures, and the three weightiest rules as"
        " numbers."
    ),
    "lead": "One row a lead: its attributes, and its behaviour beside them.",
    "keys": (
        "The points of each rule on attributes as one sortable number: hundredths of points, then"
        " the rule's place."
    ),
    "best": "The weightiest rule on attributes.",
    "second": "The second.",
    "third": "The third.",
    "top": "The three weightiest of all rules.",
}


def step_words(name: str) -> str:
    """What a step of a plan is, in a sentence."""
    return STEPS.get(
        name,
        f"Names of the playbook, round {name.removeprefix('level_')}: each needs only what stands"
        " above.",
    )


@dataclass(frozen=True)
class Meanings:
    """The words for a playbook's columns and numbers."""

    book: Playbook

    def columns(self) -> dict[str, str]:
        """What each column is, by its name in the plan."""
        out: dict[str, str] = {}
        for s in self.book.signals:
            out |= self._of_signal(s)
        for score in self.book.scores:
            out |= self._of_score(score)
        for scale in self.book.scales:
            out[scale.name] = (
                f"scale {scale.name}: the first label that holds{self._line(scale.name)}"
            )
        for segment in self.book.segments:
            out[segment.name] = f"segment {segment.name}{self._line(segment.name)}"
        return out | _FIXED

    def rules(self) -> list[tuple[int, str, str]]:
        """The numbered meanings of activities: number, whose it is, and which activities it
        means.
        """
        atoms = atoms_of(self.book)
        names: dict[int, list[str]] = {}
        for (signal, rule), number in atoms.of_rule.items():
            names.setdefault(number, []).append(f"{signal}.{rule}{self._line(f'{signal}.{rule}')}")
        for name, number in atoms.of_signal.items():
            names.setdefault(number, []).append(f"{name}{self._line(name)}")
        for name, number in atoms.of_silence.items():
            names.setdefault(number, []).append(f"{name}, before its window{self._line(name)}")
        return [(a.number, "; ".join(names.get(a.number, ())), describe_atom(a)) for a in atoms.all]

    def routes(self) -> list[tuple[int, str]]:
        """The routes in their order, each with where it leads."""
        return [
            (n, f"route {n}: to {r.to}{self._line(f'routes.{n}')}")
            for n, r in enumerate(self.book.routes, 1)
        ]

    def _of_signal(self, s: Signal) -> Iterator[tuple[str, str]]:
        at = self._line(s.name)
        total = ", as a whole number"
        if isinstance(s, Sleeping):
            total = ": age of the newest activity, in microseconds"
        elif isinstance(s, Woken):
            total = ": length of the silence, in microseconds"
        yield signal_total(s.name), f"signal {s.name}{at}{total}"
        names = signal_names(Playbook("", (s,), (), (), (), ()))
        yield from ((name, f"signal {name}{self._what(s, at)}") for name in names)
        if isinstance(s, Points):
            yield points_of_atom(s.name), f"signal {s.name}{at}: what this rule gives"
            for n, key in enumerate(best_points(s.name), 1):
                yield key, f"signal {s.name}{at}: weightiest rule, number {n}"

    def _what(self, s: Signal, at: str) -> str:
        """What a signal is, with the line where it is written."""
        if isinstance(s, Value):
            return f"{at}: {s.expression.text}"
        if isinstance(s, Rank):
            among = f" of those with {s.among.text}" if s.among else ""
            return f"{at}: before how many in a hundred{among} by {s.of.text}"
        if isinstance(s, Gained):
            return f": what the positive rules of {s.of} gave{at}"
        if isinstance(s, Sleeping):
            return f"{at}: nothing for {words(s.after)}"
        if isinstance(s, Woken):
            return f"{at}: within {words(s.within)} something ended a silence of {words(s.after)}"
        return at

    def _of_score(self, score: Score) -> Iterator[tuple[str, str]]:
        what = "the sum of its rules"
        if isinstance(score, SignalScore):
            what = f"the signal {score.signal}"
        elif isinstance(score, ModelScore):
            what = f"the probability by the model {score.model.name}"
            for n, term in enumerate(score.model.terms, 1):
                yield (
                    model_term(score.name, n),
                    f"{score.model.name}: what {term.title} adds, in ten-millionths of log-odds",
                )
        yield score.name, f"score {score.name}: {what}{self._line(score.name)}"
        if isinstance(score, RuleScore):
            yield from self._of_rules(score)

    def _of_rules(self, score: RuleScore) -> Iterator[tuple[str, str]]:
        for n, rule in enumerate(score.rules, 1):
            known = f"rule {score.name}.{rule.id}{self._line(f'{score.name}.{rule.id}')}"
            where = f"by {rule.by}" if rule.by else f"where {rule.when.text}"
            yield fit_points(score.name, n), f"{known}: {rule.add:+f} {where}"
            yield fit_key(score.name, n), known

    def _line(self, name: str) -> str:
        found = (self.book.lines or {}).get(name)
        return f" (line {found})" if found else ""


_FIXED = {
    "department": "the route: to whom",
    "respond_within": "the route: seconds",
    "next_step": "the route: what the lead is sent next",
    "segments": "the segments that hold, by name",
    "reasons": "the three weightiest rules in words",
    ROUTE: "the number of the first route that holds",
    WHY_EMPTY: "why there is nobody to reach, from verification",
}


def describe_atom(atom: Atom) -> str:
    """Which activities an atom means, in words."""
    match = atom.match
    out = " or ".join(match.kinds) or "any activity"
    if match.when:
        out += f" where {match.when.text}"
    if match.within is not None:
        out += f", within {words(match.within)}"
    if match.before is not None:
        out += f", at least {words(match.before)} old"
    if match.once_per:
        out += f", once per {match.once_per}"
    if atom.half_life is not None:
        out += f", half-life {words(atom.half_life)}"
    return out
