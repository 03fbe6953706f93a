"""The models of a package: the steps of a plan, cut where somebody would look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadlight.plan.compile import Plan
from leadlight.plan.steps.activity import PlanStep

#: The models by the last step that each holds; the last model holds the rest.
POINTS, BEHAVIOUR, SCORES, QUALIFICATION = (
    "leadlight_points",
    "leadlight_behaviour",
    "leadlight_scores",
    "leadlight_qualification",
)
REASONS = "leadlight_reasons"
ABOUT: Mapping[str, str] = {
    POINTS: (
        "One row a lead and meaning of activities: what it gives to each points signal, in units of"
        " 0.00000000001 points, so that sums are exact."
    ),
    BEHAVIOUR: "One row a lead: what it did, as whole numbers.",
    SCORES: (
        "One row a lead: its signals, scores, labels and segments, and the points of each rule on"
        " attributes (_f_SCORE_N, in hundredths). No attribute of a lead is copied into it."
    ),
    REASONS: "One row a lead, score and rule that gave or took points: they add up to the score.",
    QUALIFICATION: (
        "The qualification, one row a lead: signals, scores, labels, segments, department, next"
        " step and the three weightiest reasons."
    ),
}


@dataclass(frozen=True)
class Model:
    """A model: its steps, and the query that answers. `columns` are those that it has."""

    name: str
    steps: tuple[PlanStep, ...]
    final: exp.Query
    columns: tuple[str, ...]

    def tree(self) -> exp.Query:
        """Its statement."""
        statement = self.final.copy()
        for step in self.steps:
            statement = statement.with_(
                exp.to_identifier(step.name, quoted=True), as_=step.query.copy(), copy=False
            )
        return statement


def models_of(plan: Plan) -> tuple[list[Model], dict[str, str]]:
    """The models of a plan in their order, and the step of each by which later ones read it:
    (step: model). A model is cut off only where nothing later reads what is inside it.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for step in plan.steps:
        columns[step.name] = tuple(output_columns(step.query, columns))
    columns[""] = tuple(output_columns(plan.final, columns))
    models: list[Model] = []
    outputs: dict[str, str] = {}
    begin = 0
    for end, name in _cuts(plan.steps):
        later = [*(s.query for s in plan.steps[end + 1 :]), plan.final]
        inner = {s.name for s in plan.steps[begin:end]}
        if any(inner & _tables(query) for query in later):
            continue
        last = plan.steps[end].name
        kept = _columns_to_keep(name, columns[last], columns[""], later)
        final = exp.select(*(exp.column(c, quoted=True) for c in kept))
        final = final.from_(exp.Table(this=exp.to_identifier(last, quoted=True)))
        models.append(Model(name, plan.steps[begin : end + 1], final, kept))
        outputs[last] = name
        begin = end + 1
    models.append(Model(QUALIFICATION, plan.steps[begin:], plan.final, columns[""]))
    return models, outputs


def _columns_to_keep(
    model: str, columns: Sequence[str], answers: Sequence[str], later: Sequence[exp.Query]
) -> tuple[str, ...]:
    """The columns that a model hands on. Of leads only what is answered, read later, or a rule's
    points: their addresses and numbers are copied nowhere.
    """
    if model != SCORES:
        return tuple(columns)
    read = {column.name for query in later for column in query.find_all(exp.Column)}
    return tuple(c for c in columns if c in answers or c in read or c.startswith("_f_"))


def _cuts(steps: Sequence[PlanStep]) -> Iterator[tuple[int, str]]:
    """Where models may end, and their names."""
    names = [s.name for s in steps]
    for last, model in (("points", POINTS), ("behaviour", BEHAVIOUR)):
        if last in names:
            yield names.index(last), model
    on_leads = [n for n, name in enumerate(names) if name == "lead" or name.startswith("level_")]
    if on_leads:
        yield on_leads[-1], SCORES


def _tables(query: exp.Query) -> set[str]:
    return {table.name for table in query.find_all(exp.Table)}


def output_columns(query: exp.Expr | None, known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The names of a query's columns; `known` are those of the tables that it reads."""
    while isinstance(query, exp.SetOperation | exp.Subquery | exp.Paren):
        query = query.this
    if not isinstance(query, exp.Select):
        return
    for column in query.expressions:
        if isinstance(column, exp.Star) or isinstance(column.this, exp.Star):
            source = query.args["from_"].this
            if isinstance(source, exp.Table):
                yield from known.get(source.name, ())
            else:
                yield from output_columns(source, known)
        else:
            yield column.alias_or_name
