"""`learn --check` in a workspace: the leads as they are now, and past moments whose horizon is over
by now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from leadlight.desk.models.learn_check import Checked, Counts, Outcomes, checked, model_named
from leadlight.desk.models.learn_history import objectors
from leadlight.desk.models.tuning_rows import Asked as Looked
from leadlight.desk.models.tuning_rows import Rows, rows_of
from leadlight.desk.playbooks import usable
from leadlight.desk.workspace.workspace import named
from leadlight.playbook.model import Model
from leadlight.playbook.model_yaml import model_text
from leadlight.playbook.models_section import APART
from leadlight.playbook.nodes import read_nodes
from leadlight.playbook.spec import Playbook
from leadlight.predict.judge.drift import Share
from leadlight.predict.judge.training_stats import stats_of
from leadlight.problems import CannotDo

MOMENTS = 3  # whose horizon is over: the newest, and as far back as a horizon
_SAID, _AWAKE = "checked_probability", "checked_awake"
_LEAD, _MODEL = "lead__", "checked"
_DAY = timedelta(days=1)


def check_history(looked: Looked, said: str) -> Checked:
    """Check a model by what a workspace (or files with a log) knows by now. Raises `CannotDo`."""
    folder = Path() if looked.leads is not None else named(looked.workspace).folder
    file, model = model_named(said, folder)
    horizon = timedelta(seconds=model.horizon or 0)
    again = str(model.verdict.get("again", "")).lower() == "true"
    looked = replace(
        looked, outcome=tuple(model.outcome.split(" or ")), horizon=horizon or _DAY, again=again
    )
    with rows_of(looked) as rows:
        now = looked.until or rows.now
        rows.con.execute("SET enable_progress_bar = false")
        _, last = rows.training.span()
        moments, notes = _matured(model, min(last or now, now), horizon)
        then = stats_of(model)
        awake = then.awake if then else {}
        book, names = _book(rows, model, awake)
        rows.at_moments(book, [now, *moments])
        against = sorted(objectors(rows))
        rows.con.execute(
            f"DELETE FROM {rows.training.table} WHERE lead_id IN (SELECT unnest(?))",
            [against],
        )
        only = f"{_AWAKE} > 0" if awake else "true"
        counts, leads, every = _counted(rows, names, now, only)
        if not every:
            raise CannotDo(
                f"No lead is known here as of {now:%Y-%m-%d %H:%M}, so there is nothing to compare."
            )
        outcomes = _outcomes(rows, now, only) if moments else None
    if outcomes is not None and not outcomes.came:
        notes.append("No lead was known at the moments whose horizon is over.")
        outcomes = None
    who = (
        f"those who did anything within {awake['within']}"
        if "within" in awake
        else "those who are awake"
    )
    base = f"{leads:,} of {every:,} leads, {who}" if awake else f"{every:,} leads"
    if moments:
        base += f"; outcomes of {', '.join(f'{m:%Y-%m-%d}' for m in moments)}"
    return checked(
        model, file, base, now, counts, leads, outcomes, notes, f" of {who}" if awake else ""
    )


def _matured(model: Model, last: datetime, horizon: timedelta) -> tuple[list[datetime], list[str]]:
    """The newest moments after the model was learned whose horizon is over; or none, and why."""
    if not horizon:
        said = (
            "it was learned from a table, so give it a table to see whether its probabilities still"
            " hold"
        )
        return [], [f"The model {model.name} does not say how soon the outcome comes; {said}."]
    if model.learned is None:
        return [], [
            f"The model {model.name} does not say when it was learned, so no outcome is known to be"
            " new to it."
        ]
    first = datetime(model.learned.year, model.learned.month, model.learned.day) + _DAY
    newest = (last - horizon).replace(hour=0, minute=0, second=0, microsecond=0)
    if newest < first:
        return [], [
            f"No outcome has matured yet: it was learned on {model.learned:%Y-%m-%d} and looks"
            f" {horizon.days} days ahead, so that can be told from {first + horizon:%Y-%m-%d} on."
            f" Facts go until {last:%Y-%m-%d}."
        ]
    oldest = max(first, newest - horizon)
    days = [oldest + (newest - oldest) * n / (MOMENTS - 1) for n in range(MOMENTS)]
    return (
        list(dict.fromkeys(d.replace(hour=0, minute=0, second=0, microsecond=0) for d in days)),
        [],
    )


def _book(
    rows: Rows, model: Model, awake: Mapping[str, Any]
) -> tuple[Playbook, Mapping[str, str | None]]:
    """A playbook that says what the model says, and the column of each of its inputs; None where
    the base has none.
    """
    catalog = rows.everything.sources.catalog
    root, _ = read_nodes(rows.text, "playbook.yml")
    written = (root.plain() if root is not None else {}).get("signals") or {}
    names: dict[str, str | None] = {}
    for name in model.reads:
        if name in model.asked:
            names[name] = f"{_MODEL}{APART}{name}"
        elif name in written or name in {s.name for s in rows.book.signals}:
            names[name] = name
        else:
            names[name] = f"{_LEAD}{name}" if name in catalog.present else None
    attributes = {c: {"value": n} for n, c in names.items() if c and c.startswith(_LEAD)}
    own, _ = read_nodes(model_text(model), "model.yml")
    text = json.dumps(
        {
            "leadlight": "1",
            "name": "checking",
            "signals": {**written, **attributes, **({_AWAKE: dict(awake)} if awake else {})},
            "scores": {_SAID: {"model": _MODEL}},
            "models": {_MODEL: own.plain() if own is not None else {}},
        },
        ensure_ascii=False,
    )
    return usable(text, f"the model {model.name} with the playbook's signals", catalog)[0], names


def _counted(
    rows: Rows, names: Mapping[str, str | None], now: datetime, only: str
) -> tuple[dict[str, Counts], int, int]:
    """How many leads have each value of each input now, how many those are, and how many there are
    in all.
    """
    table, at = rows.training.table, f"as_of = TIMESTAMP '{now.isoformat(sep=' ')}'"
    leads, every = (
        int(n)
        for n in rows.con.execute(
            f"SELECT count(*) FILTER ({only}), count(*) FROM {table} WHERE {at}"
        ).fetchall()[0]
    )
    counts: dict[str, Counts] = {}
    for name, column in names.items():
        if column is None:
            counts[name] = {None: leads}
            continue
        found: Sequence[tuple[object, int]] = rows.con.execute(
            f'SELECT "{column}", count(*) FROM {table} WHERE {at} AND {only} GROUP BY 1'
        ).fetchall()
        counts[name] = dict(found)
    return counts, leads, every


def _outcomes(rows: Rows, now: datetime, only: str) -> Outcomes:
    found = rows.con.execute(
        f"SELECT lead_id, {_SAID}, _won, {only} FROM {rows.training.table} WHERE as_of <>"
        f" TIMESTAMP '{now.isoformat(sep=' ')}'"
    ).fetchall()
    among = [(str(lead), bool(won)) for lead, _, won, inside in found if inside]
    rate = Share(sum(won for _, won in among), len(among), len({lead for lead, _ in among}))
    leads = len({str(lead) for lead, *_ in found})
    return Outcomes(
        [float(p) for _, p, *_ in found], [bool(w) for _, _, w, _ in found], leads, rate
    )
