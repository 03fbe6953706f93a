"""Whether a playbook can hold: names known, types fitting, no circles, every fault with its
place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadlight.facts.catalog import KINDS, Catalog
from leadlight.playbook.capacities import belongs
from leadlight.playbook.condition_check import check_condition, unknown_name
from leadlight.playbook.conditions import Condition
from leadlight.playbook.model_inputs import unfit_inputs
from leadlight.playbook.order import circle, conditions_of, levels, needs, question_names
from leadlight.playbook.own_names import attribute_aliases, catalog_for, derived_names
from leadlight.playbook.reader import Reader
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
    Signal,
    SignalScore,
    Sleeping,
    Value,
    Woken,
)
from leadlight.playbook.track_conditions import track_conditions
from leadlight.playbook.types import (
    KIND_OF,
    MOMENT,
    NUMBER,
    TEXT,
    UNKNOWN,
    YES_NO,
    TypeMismatch,
    infer,
)
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
    catalog = catalog_for(book, catalog)
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
        *_order(book, r),
        *_outcomes(book, catalog, r),
        *_tasks(book, r),
        *_references(book, catalog, r),
        *_conditions(book, catalog, r),
        *unfit_inputs(book, types_of(book, catalog), r),
    ]


def types_of(book: Playbook, catalog: Catalog) -> dict[str, str]:
    """The type of every name that a condition on a lead may use."""
    types = {a.name: KIND_OF[a.type] for a in catalog_for(book, catalog).lead.values()}
    for signal in book.signals:
        types |= _types_of_signal(signal, catalog)
    for kind, part in ((NUMBER, book.scores), (TEXT, book.scales), (YES_NO, book.segments)):
        types |= dict.fromkeys((x.name for x in part), kind)
    values = {s.name: s for s in book.signals if isinstance(s, Value)}
    for level in levels(values, needs(book)):
        for name in values.keys() & level:
            types[name] = _type_of_value(values[name], types)
    return types


def _types_of_signal(signal: Signal, catalog: Catalog) -> dict[str, str]:
    """The types of a signal's names; those of a value are only known once its names' are."""
    if isinstance(signal, Questions):
        answers = dict.fromkeys(question_names(signal), TEXT)
        return answers | {signal.name: NUMBER, f"{signal.name}_known": NUMBER}
    if isinstance(signal, Measure):
        column = catalog.activity.get(signal.column)
        latest = column is not None and signal.how == "latest"
        return {signal.name: KIND_OF[column.type] if column and latest else NUMBER}
    if isinstance(signal, Value):
        return {}
    return {signal.name: YES_NO if isinstance(signal, Sleeping | Woken) else NUMBER}


def _type_of_value(signal: Value, types: Mapping[str, str]) -> str:
    try:
        return infer(signal.expression.tree, types)
    except TypeMismatch:
        return UNKNOWN


def _names(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    """Names that are there already."""
    taken: dict[str, str] = dict.fromkeys(catalog.lead, "an attribute of leads")
    taken |= dict.fromkeys(RESERVED, "a column of every qualification")
    for name, what in _owned_names(book):
        if name.lower() in taken:
            yield Problem(
                "name-taken",
                f"{name!r} is already {taken[name.lower()]}.",
                r.at(name),
                f"Call the {what} something else.",
            )
        taken[name.lower()] = f"a {what}"


def _owned_names(book: Playbook) -> Iterable[tuple[str, str]]:
    """Every name that the playbook gives, and what it is the name of."""
    for s in book.signals:
        names = question_names(s) if isinstance(s, Questions) else (s.name,)
        yield from ((n, "signal") for n in names)
    yield from ((s.name, "score") for s in book.scores)
    yield from ((s.name, "scale") for s in book.scales)
    yield from ((s.name, "segment") for s in book.segments)


def _shadows(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    """What is said where the company's files have a name that the playbook makes."""
    names = derived_names(book)
    places = {name.lower(): r.at(name) for name in r.places}
    for name, other in attribute_aliases(book, catalog).items():
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
    """What signals ask of activities."""
    types = {a.name: KIND_OF[a.type] for a in catalog.activity.values()}
    for s in book.signals:
        if isinstance(s, Measure):
            yield from _measure(s, catalog, r.at(s.name))
        for match, place in _matches_of(s, r):
            yield from _kinds(match, catalog, place)
            yield from _once_per(match, catalog, place)
            if match.when is not None:
                yield from check_condition(match.when, types, catalog.activity, place, YES_NO)


def _matches_of(signal: Signal, r: Reader) -> list[tuple[Match, Place]]:
    if isinstance(signal, Count | DaysSince | Measure | Sleeping | Woken):
        return [(signal.match, r.at(signal.name))]
    if isinstance(signal, Points):
        return [(rule.match, r.at(f"{signal.name}.{rule.id}")) for rule in signal.rules]
    return []


def _measure(signal: Measure, catalog: Catalog, place: Place) -> Iterable[Problem]:
    column = catalog.activity.get(signal.column)
    if column is None:
        yield unknown_name(signal.column, catalog.activity, place, "column of activities")
    elif signal.how != "latest" and not column.type.is_number:
        yield Problem(
            "mistyped",
            f"{signal.how} needs a number, and {signal.column} is {KIND_OF[column.type]}.",
            place,
        )


def _kinds(match: Match, catalog: Catalog, place: Place) -> Iterable[Problem]:
    known = set(KINDS) | set(catalog.kinds)
    for kind in match.kinds:
        near = None if kind in known else nearest(kind, known)
        if near:
            yield Problem(
                "unknown-kind",
                f"No activity of kind {kind!r} is known yet.",
                place,
                f"Did you mean {near!r}? If it is your own, nothing is wrong.",
                "doubt",
            )


def _once_per(match: Match, catalog: Catalog, place: Place) -> Iterable[Problem]:
    per = match.once_per
    if per and per != "day" and per not in catalog.activity:
        yield unknown_name(per, [*catalog.activity, "day"], place, "column of activities")


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


def _order(book: Playbook, r: Reader) -> Iterable[Problem]:
    """The score by which leads are called."""
    scores = [s.name for s in book.scores]
    if book.order and book.order not in scores:
        yield Problem(
            "unknown-name",
            f"Leads are called in the order of a score, and {book.order!r} is not one.",
            r.at("order"),
            did_you_mean(book.order, scores) or "Name one of the scores.",
        )


def _outcomes(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    """Who bought, the points that this corrects, and the model that it makes."""
    said = book.outcomes
    if said is None:
        return
    types, place = types_of(book, catalog), r.at("outcomes")
    for condition in (said.won, said.lost):
        yield from check_condition(condition, types, types, place, YES_NO)
    signals = [s.name for s in book.signals]
    if said.points not in signals:
        yield Problem(
            "unknown-name",
            f"Outcomes correct the points of a signal, and {said.points!r} is not one.",
            place,
            did_you_mean(said.points, signals) or "Define it under signals.",
        )
    elif types.get(said.points) not in (NUMBER, UNKNOWN):
        yield Problem(
            "mistyped",
            f"Outcomes correct points, and the signal {said.points} is no number.",
            place,
        )
    if said.refresh is not None and book.ordering_model is None:
        yield Problem(
            "nothing-to-refresh",
            "Outcomes are to be learned from anew, and no score by a model orders the leads.",
            place,
            "Name such a score under `order`, or write `refresh: never`.",
        )


def _tasks(book: Playbook, r: Reader) -> Iterable[Problem]:
    """Tasks of tracks for departments that no route names."""
    known = list(dict.fromkeys(route.to for route in book.routes))
    for track in book.tracks:
        for n, step in enumerate(track.steps, 1):
            if step.by != "task" or step.to is None:
                continue
            if not any(belongs(department, step.to) for department in known):
                hint = did_you_mean(step.to, known) or "The routes name the departments."
                place = r.at(f"tracks.{track.name}.{n}")
                said = f"No route goes to {step.to!r}."
                yield Problem("unknown-department", said, place, hint, "doubt")


def _references(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    """Signals that other signals and scores name."""
    points = [s.name for s in book.signals if isinstance(s, Points)]
    for s in book.signals:
        if isinstance(s, Gained) and s.of not in points:
            yield Problem(
                "unknown-name",
                f"{s.name} needs a points signal, and {s.of!r} is not one.",
                r.at(s.name),
                did_you_mean(s.of, points) or "A points signal has points: or rules:.",
            )
    types = types_of(book, catalog)
    for score in book.scores:
        if isinstance(score, SignalScore):
            yield from _signal_of_score(score, book, types, r.at(score.name))
        elif isinstance(score, RuleScore):
            yield from _ranks_of_score(score, book, r)


def _ranks_of_score(score: RuleScore, book: Playbook, r: Reader) -> Iterable[Problem]:
    """Rules whose points go by a rank that is none."""
    ranks = [s.name for s in book.ranks]
    for rule in score.rules:
        if rule.by is not None and rule.by not in ranks:
            yield Problem(
                "unknown-name",
                f"The rule {rule.id} goes by a rank, and {rule.by!r} is not one.",
                r.at(f"{score.name}.{rule.id}"),
                did_you_mean(rule.by, ranks)
                or "Define it under signals, such as {rank: minutes_on_site}.",
            )


def _signal_of_score(
    score: SignalScore, book: Playbook, types: Mapping[str, str], place: Place
) -> Iterable[Problem]:
    signals = [s.name for s in book.signals]
    if score.signal not in signals:
        yield Problem(
            "unknown-name",
            f"The score {score.name} needs a signal, and {score.signal!r} is not one.",
            place,
            did_you_mean(score.signal, signals) or "Define it under signals.",
        )
    elif types.get(score.signal) not in (NUMBER, UNKNOWN):
        yield Problem(
            "mistyped",
            f"The score {score.name} needs a number, and the signal {score.signal} is not one.",
            place,
        )


def _conditions(book: Playbook, catalog: Catalog, r: Reader) -> Iterable[Problem]:
    types = types_of(book, catalog)
    values = {s.name for s in book.signals if isinstance(s, Value)}
    models = {s.name for s in book.scores if isinstance(s, ModelScore)}
    ranks = {s.name: s for s in book.ranks}
    done: set[tuple[Condition, Place]] = set()
    for name, condition, place in _conditions_in_places(book, r):
        if name not in models and (condition, place) not in done:  # of those: model_inputs
            done.add((condition, place))
            if name in ranks and condition is ranks[name].of:
                yield from _rank_order(condition, types, place)
                continue
            needed = UNKNOWN if name in values else YES_NO
            yield from check_condition(condition, types, types, place, needed)
    for n, route in enumerate(book.routes, 1):
        if route.when is not None:
            yield from check_condition(route.when, types, types, r.at(f"routes.{n}"), YES_NO)
    for name, condition in track_conditions(book):
        yield from check_condition(condition, types, types, r.at(name), YES_NO)


def _rank_order(condition: Condition, types: Mapping[str, str], place: Place) -> Iterable[Problem]:
    """What a rank orders the leads by."""
    found = list(check_condition(condition, types, types, place, UNKNOWN))
    yield from found
    if not found and infer(condition.tree, types) not in (NUMBER, MOMENT):
        yield Problem(
            "mistyped",
            f"A rank goes by a number or a date, and {condition.text!r} is neither.",
            place,
            "Rank by an attribute such as minutes_on_site, or by a score.",
        )


def _conditions_in_places(book: Playbook, r: Reader) -> Iterable[tuple[str, Condition, Place]]:
    """Each condition of a name, and where it is written."""
    places = _places_of_parts(book, r)
    for name, conditions in conditions_of(book).items():
        for n, condition in enumerate(conditions):
            place = places[name][n] if name in places else r.at(_root_name(book, name))
            yield name, condition, place


def _places_of_parts(book: Playbook, r: Reader) -> dict[str, list[Place]]:
    """Where the rules of a score, and the labels of a scale that have a condition, are written."""
    places: dict[str, list[Place]] = {}
    for score in book.scores:
        if isinstance(score, RuleScore):
            places[score.name] = [r.at(f"{score.name}.{rule.id}") for rule in score.rules]
    for scale in book.scales:
        named = [la.name for la in scale.labels if la.when is not None]
        places[scale.name] = [r.at(f"{scale.name}.{name}") for name in named]
    return places


def _root_name(book: Playbook, name: str) -> str:
    for s in book.signals:
        if isinstance(s, Questions) and name in question_names(s):
            return s.name
    return name
