"""`learn` from a workspace's own history: leads at past moments with what was known of them then,
and whether they won after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.models.attribute_changes import changes
from leadlight.desk.models.learn import OBJECTED, Report, figures
from leadlight.desk.models.tuning_rows import Asked as Looked
from leadlight.desk.models.tuning_rows import Rows, rows_of
from leadlight.desk.playbooks import usable
from leadlight.facts.catalog import Form, Type
from leadlight.facts.relation import Relation
from leadlight.playbook.durations import words as in_words
from leadlight.playbook.models_section import APART
from leadlight.playbook.spec import ModelScore
from leadlight.predict.columns import TableColumn
from leadlight.predict.judge.training_stats import LEARNED_FROM
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.predict.columns import ChangeHistory
    from leadlight.predict.learn.options import LearnOptions

MOST_KINDS = 25  # kinds of activity that are counted, the most frequent in the base
_OURS = (
    "email_sent",
    "email_bounced",
    "call_attempted",
    "sales_accepted",
    "sales_rejected",
    "recycled",
    "offer_sent",
)
_ENDS = (
    "won",
    "lost",
    "deal_won",
    "deal_lost",
    "opportunity_won",
    "opportunity_lost",
    "customer",
    "churned",
    "renewed",
)
_AS = "lead__"
_LATELY = "acts_90d"  # by which a lead is awake
_ENOUGH_AWAKE = 200
_PERSONAL = (Form.EMAIL, Form.PHONE, Form.PERSONAL, Form.URL)
_NEVER = frozenset(
    {
        OBJECTED,
        "lead_id",
        "company",
        "account",
        "notes",
        "owner",
        "email_repair",
        "phone_repair",
        "mobile_repair",
    }
)


@dataclass(frozen=True)
class Made:
    """The rows as columns, whether each won, the lead of each, which of them judge, and what was
    asked of behaviour.
    """

    columns: list[TableColumn]
    won: list[bool]
    leads: list[str]
    judges: list[bool]
    asked: Mapping[str, Mapping[str, Any]]
    split: str
    moments: int
    segments: Mapping[str, list[bool]]
    history: Mapping[str, ChangeHistory]
    notes: tuple[str, ...]


def learn_history(looked: Looked, asked: LearnOptions, name: str | None, today: date) -> Report:
    """Learn from a workspace (or files with a log). Raises `CannotDo` where there is too little to
    learn from.
    """
    needs()
    with rows_of(looked) as rows:
        made = rows_made(rows)
        horizon = int(rows.asked.horizon.total_seconds())
    from leadlight.predict.learn.curves import curves
    from leadlight.predict.learn.playbook_model import model_of
    from leadlight.predict.learn.training import learn

    outcome = " or ".join(looked.outcome)
    base = f"{len(set(made.leads)):,} leads at {made.moments} moments"
    asked = replace(
        asked,
        group="lead_id",
        points="points" if any(c.name == "points" for c in made.columns) else None,
    )
    awake = _awake(made)
    learned = learn(
        made.columns,
        made.won,
        asked,
        ids=("lead_id",),
        judges=made.judges,
        split_said=made.split,
        segments=made.segments,
        among=awake,
        history=made.history,
    )
    called = name or f"{'_'.join(looked.outcome)}_soon"
    today = (
        min(today, looked.until.date()) if looked.until else today
    )  # it knows nothing of what came after
    people = len(set(made.leads))
    said = f"{outcome} within {in_words(horizon)}"
    rows_said = (
        f"{learned.rows:,} moments of {people:,} leads, {learned.won:,} of them with the outcome"
    )
    about = f"{said}. Learned on {today.isoformat()} from {rows_said}."
    told = tuple(curves(learned.fitted, made.columns))
    report = Report(base, said, learned, None, told, {}, made.notes, playbook=rows.text)
    if learned.verdict.refused:
        return report
    noted = {**figures(learned), **({"again": True} if looked.again else {})}
    model = model_of(learned, called, outcome, about, today, noted)
    own = {n: dict(s) for n, s in made.asked.items() if n in model.reads}
    if awake is not None:
        since = {**model.verdict[LEARNED_FROM], "awake": _general(())[_LATELY]}
        model = replace(model, verdict={**model.verdict, LEARNED_FROM: since})
    return replace(report, model=replace(model, asked=own, horizon=horizon))


def _awake(made: Made) -> list[bool] | None:
    """Of each row whether its lead did anything lately. Drift is told among those: a base gathers
    leads that sleep, by which everything would seem to move. None where there are too few of them.
    """
    done = (
        next((c.cells for c in made.columns if c.name == _LATELY), None)
        if _LATELY in made.asked
        else None
    )
    awake = [bool(n) for n in done or ()]
    won = sum(a and w for a, w in zip(awake, made.won, strict=True)) if awake else 0
    return awake if sum(awake) >= _ENOUGH_AWAKE and won else None


def rows_made(rows: Rows) -> Made:
    """The training rows of a workspace: every lead at each moment, by the playbook's signals and
    general ones.
    """
    rows.con.execute("SET enable_progress_bar = false")  # what is printed is the verb's own
    kinds = [
        k
        for k in sorted(rows.everything.sources.catalog.kinds)
        if k not in (*rows.asked.outcome, *_ENDS)
    ]
    catalog = rows.everything.sources.catalog
    asked = _general(kinds[:MOST_KINDS] if len(kinds) <= MOST_KINDS else _frequent(rows, kinds))
    asked |= _stated(catalog.present, catalog.activity_present)
    attributes = [
        a
        for n in sorted(catalog.present)
        if (a := catalog.lead.get(n))
        and a.type is not Type.MOMENT
        and a.form not in _PERSONAL
        and n not in _NEVER
    ]
    lines = [f"  {n}: {_flow(s)}" for n, s in asked.items()]
    lines += [f"  {_AS}{a.name}: {{value: {a.name}}}" for a in attributes]
    general, _ = usable(
        "leadlight: 1\nname: learning\nsignals:\n" + "\n".join(lines) + "\n",
        "what is asked",
        catalog,
    )
    known = {s.name for s in rows.book.signals}
    asked = {n: s for n, s in asked.items() if n not in known}
    book = replace(
        rows.book,
        signals=(*rows.book.signals, *(s for s in general.signals if s.name not in known)),
        scales=rows.book.scales if rows.book.segments else (),
        routes=(),
        capacity={},
    )
    found, split, moments = rows.history(book)
    return _read(rows, asked, {a.name for a in attributes}, split, moments, found)


def _read(
    rows: Rows,
    asked: Mapping[str, Any],
    attributes: set[str],
    split: str,
    moments: Sequence[Any],
    found: wiring.KnownOutcomes,
) -> Made:
    """The table of training rows as columns; leads that judge teach nothing, as far as there are
    enough.
    """
    cursor = rows.con.execute(f"SELECT * FROM {rows.training.table} ORDER BY as_of, lead_id")
    names = [str(d[0]) for d in cursor.description or ()]
    cells = dict(zip(names, zip(*cursor.fetchall(), strict=True), strict=False))
    if not cells:
        raise CannotDo("No lead was known at any past moment, so nothing can be learned.")
    against = objectors(rows)
    left_out = len({str(v) for v in cells["lead_id"]} & against)
    cells = _without(cells, against) if left_out else cells
    leads, won = [str(v) for v in cells["lead_id"]], [bool(v) for v in cells["_won"]]
    later = [f"{m:%Y-%m-%d}" >= split for m in cells["as_of"]]
    # A third of the leads judge at the later moments and teach nothing; the others teach at the
    # earlier ones.
    judging = [_share(lead) < 1 / 3 for lead in leads]
    keep = [i for i in range(len(leads)) if later[i] == judging[i]]
    apart = sum(won[i] for i in keep if later[i])
    said = (
        f"{len(moments)} moments from {moments[0]:%Y-%m-%d} to {moments[-1]:%Y-%m-%d}; those from"
        f" {split} on judge"
    )
    if apart < 30:
        keep = list(range(len(leads)))
        said += (
            "; there are too few outcomes to keep the leads apart too, so some stand on both sides"
        )
    else:
        said += ", by leads of whom nothing was learned"
    learned = {s.model.name for s in rows.book.scores if isinstance(s, ModelScore)}
    signals = {s.name for s in rows.book.signals if s.name.split(APART)[0] not in learned}
    columns = [TableColumn("lead_id", "lead_id", [leads[i] for i in keep])]
    for name, values in cells.items():
        attribute = name.removeprefix(_AS)
        if name.startswith(_AS) and attribute in attributes:
            columns.append(_column(attribute, attribute, values, keep))
        elif name in asked:
            columns.append(_column(name, _say(name), values, keep))
        elif name in signals and not name.startswith("_"):
            columns.append(_column(name, name.replace("_", " "), values, keep))
    points = [s.name for s in rows.book.scores if s.name in cells and not isinstance(s, ModelScore)]
    if points:
        total = [sum(float(cells[p][i] or 0) for p in points) for i in keep]
        columns.append(TableColumn("points", "points", total))
    notes = (
        []
        if not found.again
        else [f"{found.again:,} of {found.found:,} outcomes were not their lead's first."]
    )
    if left_out:
        notes.append(f"Left out: {left_out:,} leads who objected to profiling.")
    return Made(
        columns,
        [won[i] for i in keep],
        [leads[i] for i in keep],
        [later[i] for i in keep],
        asked,
        said,
        len(moments),
        _segments(rows, cells, keep),
        _changes(rows, attributes),
        tuple(notes),
    )


def _segments(rows: Rows, cells: Mapping[str, Any], keep: Sequence[int]) -> dict[str, list[bool]]:
    """Of each segment of the playbook, which rows were in it at their moment."""
    if not rows.book.segments:
        return {}
    inside = [set((cells["segments"][i] or "").split("; ")) for i in keep]
    return {s.name: [s.name in found for found in inside] for s in rows.book.segments}


def _changes(rows: Rows, attributes: Collection[str]) -> dict[str, ChangeHistory]:
    """How often each attribute changed once it was decided whether the lead buys."""

    def as_of_pairs(pairs: str) -> Relation | None:
        if rows.entries is None:
            return None
        leads, _, at_moments = rows.entries(pairs)
        return leads if at_moments else None

    return changes(rows.everything, as_of_pairs, rows.asked.outcome, attributes)


def objectors(rows: Rows) -> set[str]:
    """The leads who object to profiling by now: nothing is learned from what they were before
    either.
    """
    base = rows.everything
    if OBJECTED not in base.sources.catalog.present:
        return set()
    found = rows.con.execute(
        f"SELECT lead_id::VARCHAR FROM {base.sources.leads} WHERE {OBJECTED}"
    ).fetchall()
    return {str(lead) for (lead,) in found}


def _without(cells: Mapping[str, Any], leads: set[str]) -> dict[str, Any]:
    kept = [i for i, lead in enumerate(cells["lead_id"]) if str(lead) not in leads]
    return {name: [values[i] for i in kept] for name, values in cells.items()}


def _share(lead: str) -> float:
    """A number between 0 and 1 that a lead always has."""
    return int(hashlib.sha256(lead.encode()).hexdigest()[:8], 16) / 2**32


def _column(name: str, header: str, values: Sequence[Any], keep: Sequence[int]) -> TableColumn:
    return TableColumn(name, header, [values[i] for i in keep])


def _general(kinds: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is asked of anybody's behaviour: how long ago, how often in a month and a quarter,
    whether more of late, and by kind.
    """
    apart = ", ".join(f"'{k}'" for k in (*_OURS, *_ENDS))
    theirs = f"kind not in ({apart})"
    out: dict[str, dict[str, Any]] = {
        "recency_days": {"days_since": "any", "when": theirs},
        "acts_7d": {"count": "any", "within": "7d", "when": theirs},
        "acts_30d": {"count": "any", "within": "30d", "when": theirs},
        "acts_90d": {"count": "any", "within": "90d", "when": theirs},
        "trend": {"value": "acts_30d / nullif(acts_90d, 0)"},
    }
    for kind in kinds:
        if kind.replace("_", "").isalnum() and not kind[0].isdigit():
            out[f"{kind}_30d"] = {"count": kind, "within": "30d"}
            out[f"{kind}_days"] = {"days_since": kind}
    return out


def _stated(lead: Collection[str], activity: Collection[str]) -> dict[str, dict[str, Any]]:
    """What can be asked where the base states it: how long it is known, for how much and by which
    channel it acted.
    """
    theirs = _general(())[_LATELY]["when"]
    out: dict[str, dict[str, Any]] = {}
    if "created_at" in lead:
        out["known_days"] = {"value": "days_since(created_at)"}
    if "value" in activity:
        out["value_90d"] = {"sum": "value", "of": "any", "within": "90d", "when": theirs}
    if "channel" in activity:
        out["channel_last"] = {"latest": "channel", "of": "any", "when": theirs}
    return out


def _frequent(rows: Rows, kinds: Sequence[str]) -> list[str]:
    """The most frequent kinds of the base."""
    log = rows.everything.sources.activities
    if log is None:
        return []
    found = rows.con.execute(
        f"SELECT kind, count(*) FROM {log} GROUP BY kind ORDER BY 2 DESC, 1"
    ).fetchall()
    return sorted([str(k) for k, _ in found if k in set(kinds)][:MOST_KINDS])


def _say(name: str) -> str:
    """A general signal in words."""
    fixed = {
        "recency_days": "days since it last did anything",
        "acts_7d": "things done in a week",
        "acts_30d": "things done in 30 days",
        "acts_90d": "things done in 90 days",
        "trend": "share of 90 days' doings in the last 30",
        "known_days": "days since it came",
        "value_90d": "value of what it did in 90 days",
        "channel_last": "channel it used most recently",
    }
    if name in fixed:
        return fixed[name]
    kind, _, what = name.rpartition("_")
    kind = kind.replace("_", " ")
    return f"days since {kind}" if what == "days" else f"{kind} in 30 days"


def _flow(signal: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f'{k}: "{v}"' for k, v in signal.items()) + "}"
