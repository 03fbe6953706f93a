"""Whether a playbook can hold: names known, types fitting, no circles, every fault with its
place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadlight.facts.catalog import KINDS, Catalog
from leadlight.playbook.conditions import Condition
from leadlight.playbook.model import NumberSide
from leadlight.playbook.order import circle, conditions_of, levels, needs, question_names
from leadlight.playbook.reader import Reader
from leadlight.playbook.shadows import apart, made, shadowed
from leadlight.playbook.spec import (
    Count,
    DaysSince,
    Gained,
    Match,
    Measure,
    ModelScore,
    Playbook,
    Points,
    Questions,
    RuleScore,
    SignalScore,
    Sleeping,
    Value,
    Woken,
)
from leadlight.playbook.types import KIND_OF, NUMBER, TEXT, UNKNOWN, YES_NO, TypeMismatch, infer
from leadlight.problems import Place, Problem, did_you_mean, nearest

#: Columns every qualification has; nothing else may be called so.
RESERVED = (
    "lead_id",
    "as_of",
    "playbook",
    "segments",
    "department",
    "respond_within",
    "next_step",
    "reasons",
    "changes_in",
)


#: Names that are each made of the one before. Every engine plans so many steps in a few seconds.
DEEPEST = 200


def check(book: Playbook, catalog: Catalog, r: Reader) -> list[Problem]:
    """Every problem of a playbook that was read, given the names that facts may have."""
    problems: list[Problem] = []
    problems += _shadows(book, catalog, r)
    catalog = apart(book, catalog)
    problems += _names(book, catalog, r)
    problems += _matches(book, catalog, r)
    found = circle(book)
    if found:
        problems.append(
            Problem(
                "circle",
                f"These need each other in a circle: {' -> '.join(found)}.",
                r.at(found[0]),
                "Break it: one of them must not use the next.",
            )
        )
        return problems
    deep = levels(needs(book), needs(book))
    if len(deep) > DEEPEST:
        name = deep[-1][0]
        problems.append(
            Problem(
                "long-chain",
                f"{name} is made of names that are made of others, {len(deep):,} deep.",
                r.at(name),
                f"At most {DEEPEST} can follow on each other; say more in one expression.",
            )
        )
        return problems
    return [
        *problems,
        *_limits(book, r),
        *_references(book, catalog, r),
        *_conditions(book, catalog, r),
        *_terms(book, catalog, r),
    ]


def types_of(book: Playbook, catalog: Catalog) -> dict[str, str]:
    """The type of every name that a condition on a lead may use."""
    types = {a.name: KIND_OF[a.type] for a in apart(book, catalog).lead.values()}
    values: dict[str, Value] = {}
    for s in book.signals:
        if isinstance(s, Questions):
            types |= dict.fromkeys(question_names(s), TEXT) | {
                s.name: NUMBER,
                f"{s.name}_known": NUMBER,
            }
        elif isinstance(s, Measure):
            column = catalog.activity.get(s.column)
            types[s.name] = KIND_OF[column.type] if column and s.how == "latest" else NUMBER
        elif isinstance(s, Value):
            values[s.name] = s
        elif isinstance(s, Sleeping | Woken):
            types[s.name] = YES_NO
        else:
            types[s.name] = NUMBER
    types |= {s.name: NUMBER for s in book.scores} | {s.name: TEXT for s in book.scales}
    types |= {s.name: YES_NO for s in book.segments}
    graph = needs(book)
    for level in levels(values, graph):
        for name in level:
            if name in values:
                try:
                    types[name] = infer(values[name].expression.tree, types)
                except TypeMismatch:
                    types[name] = UNKNOWN
    return types


def _names(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    taken: dict[str, str] = dict.fromkeys(catalog.lead, "an attribute of leads")
    taken |= dict.fromkeys(RESERVED, "a column of every qualification")
    owned: list[tuple[str, str]] = []
    for s in book.signals:
        owned += (
            [(n, "signal") for n in question_names(s)]
            if isinstance(s, Questions)
            else [(s.name, "signal")]
        )
    owned += [(s.name, "score") for s in book.scores] + [(s.name, "scale") for s in book.scales]
    owned += [(s.name, "segment") for s in book.segments]
    for name, what in owned:
        if name.lower() in taken:
            yield Problem(
                "name-taken",
                f"{name!r} is already {taken[name.lower()]}.",
                r.at(name),
                f"Call the {what} something else.",
            )
        taken[name.lower()] = f"a {what}"


def _shadows(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    """What is said where the company's files have a name that the playbook makes."""
    names = made(book)
    places = {name.lower(): r.at(name) for name in r.places}
    for name, other in shadowed(book, catalog).items():
        if other:
            what = names[name.lower()]
            yield Problem(
                "name-of-your-own",
                f"Your leads have an attribute {name!r}; in this playbook {name!r} is its {what}.",
                places.get(name.lower(), r.at(name)),
                f"Say {other} where you mean the attribute, or call the {what} something else.",
                "doubt",
            )


def _matches(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    types = {a.name: KIND_OF[a.type] for a in catalog.activity.values()}
    known = set(KINDS) | set(catalog.kinds)
    for s in book.signals:
        matches: list[tuple[Match, Place]] = []
        if isinstance(s, Count | DaysSince | Measure | Sleeping | Woken):
            matches = [(s.match, r.at(s.name))]
        elif isinstance(s, Points):
            matches = [(rule.match, r.at(f"{s.name}.{rule.id}")) for rule in s.rules]
        if isinstance(s, Measure):
            column = catalog.activity.get(s.column)
            if column is None:
                yield _unknown(s.column, catalog.activity, r.at(s.name), "column of activities")
            elif s.how != "latest" and not column.type.is_number:
                yield Problem(
                    "mistyped",
                    f"{s.how} needs a number, and {s.column} is {types[s.column]}.",
                    r.at(s.name),
                )
        for match, place in matches:
            for kind in match.kinds:
                near = nearest(kind, known)
                if kind not in known and near:
                    yield Problem(
                        "unknown-kind",
                        f"No activity of kind {kind!r} is known yet.",
                        place,
                        f"Did you mean {near!r}? If it is your own, nothing is wrong.",
                        "doubt",
                    )
            if (
                match.once_per
                and match.once_per != "day"
                and match.once_per not in catalog.activity
            ):
                yield _unknown(
                    match.once_per, [*catalog.activity, "day"], place, "column of activities"
                )
            if match.when is not None:
                yield from _condition(match.when, types, catalog.activity, place, YES_NO)


def _limits(book: Playbook, r: Reader) -> Iterable[Problem]:
    """Points that are kept between two limits of which the lower is the higher: everybody has the
    same.
    """
    for s in (*book.signals, *book.scores):
        if not isinstance(s, Points | RuleScore) or s.at_least is None or s.at_most is None:
            continue
        if s.at_least > s.at_most:
            yield Problem(
                "crossed-limits",
                f"{s.name} is at least {s.at_least:f} and at most {s.at_most:f}: every lead has "
                f"{s.at_least:f}.",
                r.at(s.name),
                "Exchange the two, or remove one.",
                "doubt",
            )


def _references(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    points = [s.name for s in book.signals if isinstance(s, Points)]
    for s in book.signals:
        if isinstance(s, Gained) and s.of not in points:
            yield Problem(
                "unknown-name",
                f"{s.name} needs a points signal, and {s.of!r} is not one.",
                r.at(s.name),
                did_you_mean(s.of, points) or "A points signal has points: or rules:.",
            )
    signals = [s.name for s in book.signals]
    for score in book.scores:
        if not isinstance(score, SignalScore):
            continue
        if score.signal not in signals:
            yield Problem(
                "unknown-name",
                f"The score {score.name} needs a signal, and {score.signal!r} is not one.",
                r.at(score.name),
                did_you_mean(score.signal, signals) or "Define it under signals.",
            )
        elif types_of(book, catalog).get(score.signal) not in (NUMBER, UNKNOWN):
            yield Problem(
                "mistyped",
                f"The score {score.name} needs a number, and the signal {score.signal} is not one.",
                r.at(score.name),
            )


def _conditions(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    types = types_of(book, catalog)
    values = {s.name for s in book.signals if isinstance(s, Value)}
    values |= {s.name for s in book.scores if isinstance(s, ModelScore)}
    places: dict[str, list[Place]] = {}
    for score in book.scores:
        if isinstance(score, RuleScore):
            places[score.name] = [r.at(f"{score.name}.{rule.id}") for rule in score.rules]
    for scale in book.scales:
        places[scale.name] = [
            r.at(f"{scale.name}.{la.name}") for la in scale.labels if la.when is not None
        ]
    seen: set[tuple[Condition, Place]] = set()
    for name, conditions in conditions_of(book).items():
        for n, condition in enumerate(conditions):
            place = places[name][n] if name in places else r.at(_root_name(book, name))
            if (condition, place) not in seen:
                seen.add((condition, place))
                yield from _condition(
                    condition, types, types, place, UNKNOWN if name in values else YES_NO
                )
    for n, route in enumerate(book.routes, 1):
        if route.when is not None:
            yield from _condition(route.when, types, types, r.at(f"routes.{n}"), YES_NO)


def _terms(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    """A model's cuts need a number, its words a text or a yes/no."""
    types = types_of(book, catalog)
    for score in book.scores:
        if not isinstance(score, ModelScore):
            continue
        for term in score.model.terms:
            for name, side in zip(term.of, term.sides, strict=True):
                found = types.get(name, UNKNOWN)
                needed = (NUMBER,) if isinstance(side, NumberSide) else (TEXT, YES_NO)
                if found not in (*needed, UNKNOWN):
                    yield Problem(
                        "mistyped",
                        f"The model {score.model.name} needs {name} to be {' or '.join(needed)}, "
                        f"and it is {found}.",
                        r.at(score.name),
                        "Learn the model again.",
                    )


def _root_name(book: Playbook, name: str) -> str:
    for s in book.signals:
        if isinstance(s, Questions) and name in question_names(s):
            return s.name
    return name


def _condition(
    condition: Condition, types: Mapping[str, str], known: Iterable[str], place: Place, needed: str
) -> Iterable[Problem]:
    unknown = [n for n in sorted(condition.names) if n not in types]
    for name in unknown:
        yield _unknown(name, known, place, "name")
    if unknown:
        return
    try:
        kind = infer(condition.tree, types)
    except TypeMismatch as fault:
        yield Problem("mistyped", f"In {condition.text!r}, {fault}.", place)
        return
    if needed == UNKNOWN and kind == UNKNOWN and not condition.names:
        yield Problem(
            "mistyped",
            f"{condition.text!r} is unknown for every lead.",
            place,
            "Give it an attribute, a signal or a value.",
        )
    if needed == YES_NO and kind not in (YES_NO, UNKNOWN):
        yield Problem(
            "not-a-condition",
            f"{condition.text!r} is {kind}; a condition is a yes/no.",
            place,
            "Compare it with something, such as ... > 0.",
        )


def _unknown(name: str, known: Iterable[str], place: Place, what: str) -> Problem:
    hint = (
        did_you_mean(name, known)
        or "It is neither an attribute nor a signal, score, scale or segment of this playbook."
    )
    return Problem("unknown-name", f"{name!r} is not a known {what}.", place, hint)
