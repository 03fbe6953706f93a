"""The steps on leads: attributes and behaviour together, then signals, scores, scales and segments
level by level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from leadlight.facts.catalog import CHECK_ATTRIBUTES, Type
from leadlight.facts.cohort import Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.sources import relation
from leadlight.plan.steps.activity import ActivitySteps, Step, is_one_of
from leadlight.plan.steps.behaviour import BehaviourSteps
from leadlight.plan.steps.lowering import Lowering, absent
from leadlight.plan.steps.model import (
    best_three,
    groups_of,
    key_name,
    key_tree,
    place_name,
    place_tree,
    probability,
    sides_of,
    term_name,
    term_tree,
    why_name,
    why_words,
)
from leadlight.plan.steps.next_change import CHANGES_IN, Due
from leadlight.plan.steps.numbers import Numbers, of_book
from leadlight.plan.steps.reasons import (
    Ranks,
    Triple,
    fit_keys,
    in_words,
    keys_of,
    merged,
    next_best,
)
from leadlight.plan.steps.words import Words, worth_it
from leadlight.plan.terms import (
    Tree,
    add,
    alias,
    call,
    case,
    cast,
    clipped,
    col,
    everything,
    null,
    num,
    or_zero,
    over,
    select,
    summed,
    text,
)
from leadlight.playbook.check import types_of
from leadlight.playbook.order import conditions_of, levels, needs, question_names
from leadlight.playbook.signals import cents
from leadlight.playbook.spec import ModelScore, Playbook, Questions, RuleScore, SignalScore, Value
from leadlight.playbook.types import KIND_OF

#: Why the contact is empty or in doubt, in words; carried through beside the qualification.
WHY_EMPTY = "contact_because"
#: The columns of the three weightiest rules' keys.
TOP = ("_m1", "_m2", "_m3")


@dataclass(frozen=True)
class LeadSteps:
    """Builds the steps that make one row a lead."""

    book: Playbook
    activity: ActivitySteps
    behaviour: BehaviourSteps
    ranks: Ranks
    joined: bool = True
    with_reasons: bool = True
    with_signals: bool = False
    with_ledger: bool = False
    due: Due | None = None

    def steps(self) -> list[Step]:
        """lead, then as many levels as the playbook's names need, then the reasons' keys."""
        words = Words(self._searched())
        made = self._made(self._lowering(words))
        out = [Step("lead", self._lead(words))]
        for n, names in enumerate(levels(self._wanted(), self._graph(made)), 1):
            columns = [everything(), *[alias(made[name], name) for name in names]]
            out.append(Step(f"level_{n}", select(columns, out[-1].name)))
        if self.with_reasons:
            out += self._why_steps(out[-1].name)
            out += self._key_steps(out[-1].name)
        return out

    def _lowering(self, words: Words | None) -> Lowering:
        catalog = self.activity.sources.catalog
        numbers = Numbers(of_book(self.book, catalog))
        return Lowering(
            self.activity.dialect,
            self._as_of(),
            types_of(self.book, catalog),
            catalog.present,
            words,
            numbers,
        )

    def _derived(self) -> frozenset[str]:
        """The names that are derived at all: what neither a label nor a score needs is left out."""
        graph = self._graph(self._made(self._lowering(None)))
        return frozenset(name for names in levels(self._wanted(), graph) for name in names)

    def _graph(self, made: Mapping[str, Tree]) -> dict[str, frozenset[str]]:
        """For each derived name the derived names it is made of."""
        graph = {n: frozenset(x for x in need if x in made) for n, need in needs(self.book).items()}
        for score in self.book.scores:
            if isinstance(score, RuleScore):
                own = [f"_f_{score.name}_{n}" for n in range(1, len(score.rules) + 1)]
                for name, rule in zip(own, score.rules, strict=True):
                    graph[name] = frozenset(n for n in rule.when.names if n in graph)
                graph[score.name] = frozenset(own)
            elif isinstance(score, ModelScore):
                sides = sides_of(score.model)
                for (name, _), n in sides.items():
                    graph[place_name(score, n)] = frozenset({name} & graph.keys())
                for n, term in enumerate(score.model.terms, 1):
                    looks = frozenset(
                        place_name(score, sides[pair])
                        for pair in zip(term.of, term.sides, strict=True)
                    )
                    graph[term_name(score, n)] = graph[key_name(score, n)] = looks
                graph |= {name: frozenset(keys) for name, keys in groups_of(score).items()}
                graph[score.name] = frozenset(
                    term_name(score, n) for n in range(1, len(score.model.terms) + 1)
                )
        if self.book.routes:
            graph["_route"] = frozenset(
                n for r in self.book.routes if r.when for n in r.when.names if n in graph
            )
        return graph

    def final(self, last: str) -> exp.Query:
        """The qualification of every lead of the cohort."""
        names = [s.name for s in self.book.scores] + [s.name for s in self.book.scales]
        picked: list[Tree] = [
            col("lead_id"),
            alias(self._as_of(), "as_of"),
            *[col(n) for n in names],
        ]
        if self.with_signals:
            picked += [col(n) for n in signal_names(self.book)]
        if self.with_ledger:
            rules = [
                (s.name, n)
                for s in self.book.scores
                if isinstance(s, RuleScore)
                for n in range(1, len(s.rules) + 1)
            ]
            picked += [col(f"_f_{name}_{n}") for name, n in rules]
            picked += [
                col(term_name(s, n)) for s in self.models for n in range(1, len(s.model.terms) + 1)
            ]
            picked += [
                col(n)
                for n in sorted(self._attributes_used())
                if n in self.activity.sources.catalog.lead and n != "lead_id"
            ]
        picked.append(alias(self._segments(), "segments"))
        picked += self._route_columns()
        if self._verified() and not self.with_ledger:
            picked.append(col(WHY_EMPTY))
        if self.with_reasons:
            picked.append(alias(self._reasons(last), "reasons"))
            picked += [
                alias(why_words(s, _best(s), self.activity.dialect), why_name(s))
                for s in self.models
            ]
        if self.due:
            picked.append(alias(self.due.column(self._lowering(None), self._derived()), CHANGES_IN))
        return select(picked, last)

    @property
    def models(self) -> list[ModelScore]:
        """The scores that are a learned model's probability."""
        return [s for s in self.book.scores if isinstance(s, ModelScore)]

    def _as_of(self) -> Tree:
        return col("as_of") if isinstance(self.activity.cohort, Moments) else self.activity.as_of()

    def _wanted(self) -> list[str]:
        names = (
            [s.name for s in self.book.scores]
            + [s.name for s in self.book.scales]
            + [s.name for s in self.book.segments]
        )
        if self.with_signals:
            names += signal_names(self.book)
        if self.with_reasons:
            names += [name for s in self.models for name in groups_of(s)]
        return names + (["_route"] if self.book.routes else [])

    def _searched(self) -> frozenset[str]:
        """The attributes whose distinct values are searched; for a few leads it would be more work,
        not less.
        """
        if isinstance(self.activity.cohort, Some):
            return frozenset()
        conditions = [c for found in conditions_of(self.book).values() for c in found]
        conditions += [r.when for r in self.book.routes if r.when]
        catalog = self.activity.sources.catalog
        in_place = {n: a for n, a in catalog.lead.items() if not a.column}
        return worth_it(conditions, in_place, catalog.present)

    def _lead(self, words: Words) -> exp.Query:
        """Attributes as of the moment and, beside them, the behaviour signals."""
        sources, cohort = self.activity.sources, self.activity.cohort
        many = isinstance(cohort, Moments)
        pairs = "l" if sources.at_moments else "c"
        picked: list[Tree] = [alias(col("lead_id", "l"), "lead_id")]
        if many:
            picked.append(alias(col("as_of", pairs), "as_of"))
        used = self._attributes_used()
        for name in (a for a in sources.catalog.lead if a in used and a != "lead_id"):
            known = not sources.catalog.present or name in sources.catalog.present
            attribute = sources.catalog.lead[name]
            kind = KIND_OF[attribute.type]
            found = self.activity.dialect.read(col(attribute.column or name, "l"), attribute.type)
            picked.append(alias(found if known else absent(kind), name))
        query = select(picked, relation(sources.leads, self.activity.dialect.name, "l"))
        if isinstance(cohort, Moments) and not sources.at_moments:
            query = self._at_moments(query, cohort)
        if self.joined:
            on = exp.EQ(this=col("lead_id", "l"), expression=col("lead_id", "b"))
            if many:
                same_moment = exp.EQ(this=col("as_of", pairs), expression=col("as_of", "b"))
                on = exp.and_(on, same_moment)  # type: ignore[assignment]
            query = query.join(
                relation(TableName("behaviour"), self.activity.dialect.name, "b"),
                on=on,
                join_type="left",
            )
            names = [name for s in self.ranks.of_signal for name in keys_of(s)]
            add(query, [alias(or_zero(col(name, "b")), name) for name in names])
            if self.due:
                add(query, [alias(col(name, "b"), name) for name in self.due.of_atoms()])
        add(query, [alias(tree, name) for name, tree in self.behaviour.values(self.joined).items()])
        query = words.joins(query, self._values, self.activity.dialect.once)
        if isinstance(cohort, Some):
            query = query.where(is_one_of(col("lead_id", "l"), cohort.leads))
        return query

    def _values(self, name: str) -> Tree:
        """Where every value of an attribute stands."""
        sources = self.activity.sources
        return relation(sources.values.get(name, sources.leads), self.activity.dialect.name, "w")

    def _at_moments(self, query: exp.Select, cohort: Moments) -> exp.Select:
        on = exp.EQ(this=col("lead_id", "l"), expression=col("lead_id", "c"))
        return query.join(relation(cohort.pairs, self.activity.dialect.name, "c"), on=on)

    def _attributes_used(self) -> set[str]:
        used = attributes_used(self.book)
        return used | ({WHY_EMPTY} if self._verified() else set())

    def _verified(self) -> bool:
        """Whether the playbook looks at verdicts, and the base has them: then each lead says why
        its contact is empty.
        """
        present = self.activity.sources.catalog.present
        return WHY_EMPTY in present and verifies(self.book)

    def _made(self, lower: Lowering) -> Mapping[str, Tree]:
        """The expression of every derived name."""
        out: dict[str, Tree] = {}
        key_type = self._key_type()
        for s in self.book.signals:
            if isinstance(s, Value):
                out[s.name] = lower.value(s.expression)
            elif isinstance(s, Questions):
                out |= _answers(s, lower)
        for score in self.book.scores:
            if isinstance(score, SignalScore):
                out[score.name] = cast(col(score.signal), "double")
                continue
            if isinstance(score, ModelScore):
                for (name, side), n in sides_of(score.model).items():
                    out[place_name(score, n)] = place_tree(
                        name, side, lower.types.get(name), lower.dialect
                    )
                for n in range(1, len(score.model.terms) + 1):
                    out[term_name(score, n)] = term_tree(score, n, lower.dialect)
                    out[key_name(score, n)] = key_tree(score, n, lower.dialect)
                out |= {name: next_best(keys, None) for name, keys in groups_of(score).items()}
                out[score.name] = probability(score)
                continue
            for n, rule in enumerate(score.rules, 1):
                out[f"_f_{score.name}_{n}"] = cast(
                    case([(lower(rule.when), num(cents(rule.add)))], num(0)), key_type
                )
            total = summed([col(f"_f_{score.name}_{n}") for n in range(1, len(score.rules) + 1)])
            low, high = (
                None if v is None else num(cents(v)) for v in (score.at_least, score.at_most)
            )
            out[score.name] = over(clipped(total, low, high), num(100))
        for scale in self.book.scales:
            rest = next((text(la.name) for la in scale.labels if la.when is None), null())
            label = case(((lower(la.when), text(la.name)) for la in scale.labels if la.when), rest)
            out[scale.name] = lower.dialect.read(
                label, Type.TEXT
            )  # in the order of bytes too, as a text of a lead is
        for segment in self.book.segments:
            out[segment.name] = case([(lower(segment.when), exp.true())], exp.false())
        otherwise = next((n for n, r in enumerate(self.book.routes, 1) if r.when is None), 0)
        out["_route"] = case(
            ((lower(r.when), num(n)) for n, r in enumerate(self.book.routes, 1) if r.when),
            num(otherwise),
        )
        return out

    def _key_type(self) -> str:
        """Small integers while every reason's key fits into one: they are quicker to compare."""
        rules = [r for s in self.book.scores if isinstance(s, RuleScore) for r in s.rules]
        largest = max((abs(cents(r.add)) for r in rules), default=0)
        return "int" if (largest + 1) * self.ranks.base < 2**31 else "bigint"

    def _segments(self) -> Tree:
        if not self.book.segments:
            return cast(text(""), "text")
        parts = [case([(col(s.name), text(s.name))]) for s in self.book.segments]
        return call(
            "concat_ws", text("; "), *parts
        )  # sqlglot's own node would make one NULL part NULL the whole

    def _route_columns(self) -> list[Tree]:
        routes = list(enumerate(self.book.routes, 1))
        to = case(((num(n), text(r.to)) for n, r in routes), subject=col("_route"))
        within = case(
            ((num(n), num(r.within)) for n, r in routes if r.within is not None),
            subject=col("_route"),
        )
        step = case(
            ((num(n), text(r.next_step)) for n, r in routes if r.next_step), subject=col("_route")
        )
        return [
            alias(cast(to, "text"), "department"),
            alias(cast(within, "int"), "respond_within"),
            alias(cast(step, "text"), "next_step"),
        ]

    def _key_steps(self, last: str) -> list[Step]:
        """The three weightiest rules: of the explicit scores one after the other, then of all
        scores together.
        """
        scores = [s for s in self.book.scores if isinstance(s, RuleScore) and s.rules]
        triples: list[Triple] = []
        if self.joined:
            for signal in self.ranks.of_signal:
                first, second, third = keys_of(signal)
                triples.append((col(first), col(second), col(third)))
        if scores:
            triples.append((col("_g1"), col("_g2"), col("_g3")))
        if not triples:
            return []
        best = triples[0]
        for other in triples[1:]:
            best = merged(best, other)
        keys = [pair for s in scores for pair in fit_keys(self.ranks, s, self.activity.dialect)]
        names = [name for name, _ in keys]

        def step(name: str, before: str, *columns: Tree) -> Step:
            return Step(name, select([everything(), *columns], before))

        top = [alias(tree, name) for tree, name in zip(best, TOP, strict=True)]
        if not scores:
            return [step("top", last, *top)]
        return [
            step("keys", last, *[alias(tree, name) for name, tree in keys]),
            step("best", "keys", alias(next_best(names, None), "_g1")),
            step("second", "best", alias(next_best(names, col("_g1")), "_g2")),
            step("third", "second", alias(next_best(names, col("_g2")), "_g3")),
            step("top", "third", *top),
        ]

    def _why_steps(self, last: str) -> list[Step]:
        """The three largest keys of every model's terms, one after the other."""
        found = {s.name: best_three(s) for s in self.models if s.model.terms}
        out: list[Step] = []
        for n in range(3 if found else 0):
            columns = [alias(three[n][1], three[n][0]) for three in found.values()]
            out.append(
                Step(
                    f"terms_{n + 1}",
                    select([everything(), *columns], out[-1].name if out else last),
                )
            )
        return out

    def _reasons(self, last: str) -> Tree:
        if last != "top":
            return cast(text(""), "text")
        return in_words(self.ranks, [col(name) for name in TOP], self.activity.dialect)


def _best(score: ModelScore) -> list[Tree]:
    """The columns of a model's three largest keys."""
    return [col(f"_b_{score.name}_{n}") for n in range(1, 4)] if score.model.terms else []


def attributes_used(book: Playbook) -> set[str]:
    """Every name that the playbook's conditions on leads use: attributes, and what is derived from
    them.
    """
    used = {n for conditions in conditions_of(book).values() for c in conditions for n in c.names}
    return used | {n for r in book.routes if r.when for n in r.when.names}


def verifies(book: Playbook) -> bool:
    """Whether a playbook asks for what verification says of a lead."""
    return not attributes_used(book).isdisjoint(CHECK_ATTRIBUTES)


def signal_names(book: Playbook) -> list[str]:
    """Every name that a playbook's signals make."""
    return [
        n
        for s in book.signals
        for n in (question_names(s) if isinstance(s, Questions) else (s.name,))
    ]


def _answers(s: Questions, lower: Lowering) -> dict[str, Tree]:
    """The share of yes, the share answered at all, and each answer in words."""
    n = max(len(s.questions), 1)
    yes = [case([(lower(q.yes), num(1))], num(0)) for q in s.questions]
    known = [
        case([(lower(q.yes), num(1)), *([(lower(q.no), num(1))] if q.no else [])], num(0))
        for q in s.questions
    ]
    out = {
        s.name: over(exp.Mul(this=exp.Paren(this=summed(yes)), expression=num(100)), num(n)),
        f"{s.name}_known": over(
            exp.Mul(this=exp.Paren(this=summed(known)), expression=num(100)), num(n)
        ),
    }
    for q in s.questions:
        branches = [(lower(q.yes), text("yes")), *([(lower(q.no), text("no"))] if q.no else [])]
        out[f"{s.name}_{q.id}"] = lower.dialect.read(case(branches, text("unknown")), Type.TEXT)
    return out
