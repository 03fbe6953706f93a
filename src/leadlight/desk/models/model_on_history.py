"""The leads of a workspace as a model sees them: as they are now, and at past moments whose horizon
is over by now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from leadlight.desk.models.drift import DriftSample, MaturedOutcomes, ValueCounts
from leadlight.desk.models.lead_history import HistoryOptions, LeadHistory, open_history
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import training_sets
from leadlight.facts.cohort import Known
from leadlight.playbook.model import Model
from leadlight.playbook.model_yaml import model_text
from leadlight.playbook.models_section import APART
from leadlight.playbook.nodes import read_nodes
from leadlight.playbook.spec import Playbook
from leadlight.predict.judge.drift import Share
from leadlight.predict.judge.training_stats import stats_of
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.wiring.training_sets import TrainingTable

MOMENTS = 3  # whose horizon is over: the newest, and as far back as a horizon
_PROBABILITY, _AWAKE = "checked_probability", "checked_awake"
_LEAD, _MODEL = "lead__", "checked"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CheckOptions:
    """By which playbook (None: the workspace's) and until when a model is looked at, and what is
    seen.
    """

    playbook: str | None = None
    until: datetime | None = None
    known: Known = "then"


def sample_of_history(
    session: Session, model: Model, options: CheckOptions, now: datetime
) -> DriftSample:
    """The leads of a workspace. Raises `CannotDo` where there are none."""
    with open_history(session, "learn", _history_options(model, options), now) as history:
        table = training_sets.training_table(history.everything)
        _, last = history.training.span()
        moments, notes = _matured_moments(model, min(last or history.until, history.until))
        awake = _awake_signal(model)
        book, columns = _book(history, model, awake)
        history.make_rows_at(book, [history.until, *moments])
        table.leave_out(training_sets.objectors(history.everything))
        among = _AWAKE if awake else None
        leads, every = _lead_counts(table, history.until, among)
        counts = _counts(table, columns, history.until, among, leads)
        outcomes = _outcomes(table, history.until, among) if moments else None
    if outcomes is not None and not outcomes.came:
        notes = (*notes, "No lead was known at the moments whose horizon is over.")
    base, among_whom = f"{every:,} leads", ""
    if awake:
        who = _who(awake)
        base, among_whom = f"{leads:,} of {every:,} leads, {who}", f" of {who}"
    if moments:
        base += f"; outcomes of {', '.join(f'{m:%Y-%m-%d}' for m in moments)}"
    return DriftSample(base, counts, leads, outcomes, notes, among_whom)


def _lead_counts(table: TrainingTable, now: datetime, among: str | None) -> tuple[int, int]:
    """How many leads there are now: those who are awake, and all. Raises `CannotDo` of none."""
    leads, every = table.lead_counts(now, among)
    if not every:
        raise CannotDo(
            f"No lead is known here as of {now:%Y-%m-%d %H:%M}, so there is nothing to compare."
        )
    return leads, every


def _history_options(model: Model, options: CheckOptions) -> HistoryOptions:
    """Of which outcomes a model speaks, and how far ahead."""
    return HistoryOptions(
        tuple(model.outcome.split(" or ")),
        timedelta(seconds=model.horizon) if model.horizon else _DAY,
        options.playbook,
        until=options.until,
        known=options.known,
        again=str(model.verdict.get("again", "")).lower() == "true",
    )


def _who(awake: Mapping[str, Any]) -> str:
    """The leads that are awake, in words."""
    if "within" in awake:
        return f"those who did anything within {awake['within']}"
    return "those who are awake"


def _awake_signal(model: Model) -> Mapping[str, Any]:
    """The signal by which a lead is awake, where the model was learned among those."""
    stats = stats_of(model)
    return stats.awake if stats else {}


def _matured_moments(model: Model, last: datetime) -> tuple[list[datetime], tuple[str, ...]]:
    """The newest moments after the model was learned whose horizon is over; or none, and why."""
    horizon = timedelta(seconds=model.horizon or 0)
    if not horizon:
        return [], (
            f"The model {model.name} does not say how soon the outcome comes; it was learned from a"
            " table, so give it a table to see whether its probabilities still hold.",
        )
    if model.learned is None:
        return [], (
            f"The model {model.name} does not say when it was learned, so no outcome is known to be"
            " new to it.",
        )
    first = datetime(model.learned.year, model.learned.month, model.learned.day) + _DAY
    newest = _midnight(last - horizon)
    if newest < first:
        return [], (
            f"No outcome has matured yet: it was learned on {model.learned:%Y-%m-%d} and looks"
            f" {horizon.days} days ahead, so that can be told from {first + horizon:%Y-%m-%d} on."
            f" Facts go until {last:%Y-%m-%d}.",
        )
    oldest = max(first, newest - horizon)
    days = [oldest + (newest - oldest) * n / (MOMENTS - 1) for n in range(MOMENTS)]
    return list(dict.fromkeys(map(_midnight, days))), ()


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _book(
    history: LeadHistory, model: Model, awake: Mapping[str, Any]
) -> tuple[Playbook, Mapping[str, str | None]]:
    """A playbook that says what the model says, and the column of each of its inputs; None where
    the base has none.
    """
    catalog = history.everything.sources.catalog
    root, _ = read_nodes(history.text, "playbook.yml")
    written = (root.plain() if root is not None else {}).get("signals") or {}
    signals = {*written, *(s.name for s in history.book.signals)}
    columns = {n: _column(n, model, signals, catalog.present) for n in model.reads}
    attributes = {c: {"value": n} for n, c in columns.items() if c and c.startswith(_LEAD)}
    own, _ = read_nodes(model_text(model), "model.yml")
    text = json.dumps(
        {
            "leadlight": "1",
            "name": "checking",
            "signals": {**written, **attributes, **({_AWAKE: dict(awake)} if awake else {})},
            "scores": {_PROBABILITY: {"model": _MODEL}},
            "models": {_MODEL: own.plain() if own is not None else {}},
        },
        ensure_ascii=False,
    )
    name = f"the model {model.name} with the playbook's signals"
    return usable(text, name, catalog)[0], columns


def _column(name: str, model: Model, signals: set[str], attributes: frozenset[str]) -> str | None:
    """The column of an input: a signal of the model's own, one of the playbook, or an attribute."""
    if name in model.asked:
        return f"{_MODEL}{APART}{name}"
    if name in signals:
        return name
    return f"{_LEAD}{name}" if name in attributes else None


def _counts(
    table: TrainingTable,
    columns: Mapping[str, str | None],
    now: datetime,
    among: str | None,
    leads: int,
) -> dict[str, ValueCounts]:
    """How many leads have each value of each input now."""
    return {
        name: {None: leads} if column is None else table.value_counts(column, now, among)
        for name, column in columns.items()
    }


def _outcomes(table: TrainingTable, now: datetime, among: str | None) -> MaturedOutcomes:
    rows = table.predicted_outcomes(_PROBABILITY, now, among)
    inside = [r for r in rows if r.among]
    rate = Share(sum(r.won for r in inside), len(inside), len({r.lead_id for r in inside}))
    return MaturedOutcomes(
        [r.probability for r in rows],
        [r.won for r in rows],
        len({r.lead_id for r in rows}),
        rate,
    )
