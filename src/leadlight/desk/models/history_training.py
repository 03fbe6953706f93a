"""Training on the history of leads: rows at past moments, judged by later ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from leadlight.desk.models.behaviour_signals import AWAKE, general_signals
from leadlight.desk.models.history_table import BOUGHT, POINTS, HistoryTable, history_table
from leadlight.desk.models.lead_history import HistoryOptions, LeadHistory
from leadlight.desk.models.training import Training, evaluation, figures
from leadlight.playbook.durations import words as in_words
from leadlight.playbook.model import Model
from leadlight.predict.judge.training_stats import LEARNED_FROM
from leadlight.predict.learn.options import LearnOptions
from leadlight.predict.libraries import needs
from leadlight.results.trained_model import LearnResult


def train_on_history(
    history: LeadHistory, options: LearnOptions, name: str | None, today: date
) -> Training:
    """Train on the history of leads. Raises `CannotDo` where there is too little to learn from."""
    needs()
    table = history_table(history)
    from leadlight.predict.judge.verdict import split_by_judges
    from leadlight.predict.learn.curves import curves
    from leadlight.predict.learn.playbook_model import model_of
    from leadlight.predict.learn.training import learn

    awake = table.awake
    learned = learn(
        table.columns,
        table.won,
        replace(
            options,
            group="lead_id",
            points=POINTS if table.has_points else None,
            bought=BOUGHT if BOUGHT in table.signals else None,
        ),
        ids=("lead_id",),
        split=split_by_judges(table.judges, table.split),
        segments=table.segments,
        among=awake,
        history=table.history,
    )
    asked = history.options
    horizon = int(asked.horizon.total_seconds())
    outcome = f"{' or '.join(asked.outcome)} within {in_words(horizon)}"
    result = LearnResult(
        source=f"{table.people:,} leads at {table.moments} moments",
        of_moments=True,
        notes=(*table.notes, *learned.notes),
        curves=tuple(curves(learned.fitted, table.columns)),
        **evaluation(learned, outcome),
    )
    if learned.verdict.refused:
        return Training(result, None, playbook=history.text)
    day = min(today, asked.until.date()) if asked.until else today  # of later it knows nothing
    about = (
        f"{outcome}. Learned on {day.isoformat()} from {learned.rows:,} moments of"
        f" {table.people:,} leads, {learned.won:,} of them with the outcome."
    )
    verdict = {**figures(learned), **({"again": True} if asked.again else {})}
    called = name or name_of_history(asked)
    model = model_of(learned, called, " or ".join(asked.outcome), about, day, verdict)
    return Training(
        result, _with_signals(model, table, horizon, awake is not None), playbook=history.text
    )


def name_of_history(options: HistoryOptions) -> str:
    """A name for the model: `won_soon`."""
    return f"{'_'.join(options.outcome)}_soon"


def _with_signals(model: Model, table: HistoryTable, horizon: int, by_awake: bool) -> Model:
    """The model with its horizon and the signals it asks for; and by whom drift is told later."""
    own = {n: dict(s) for n, s in table.signals.items() if n in model.reads}
    if by_awake:
        since = {**model.verdict[LEARNED_FROM], "awake": general_signals()[AWAKE]}
        model = replace(model, verdict={**model.verdict, LEARNED_FROM: since})
    return replace(model, asked=own, horizon=horizon)
