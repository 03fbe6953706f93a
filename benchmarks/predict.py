"""How well models learned from tables rank leads they never saw, each split as the data's own page says, and what is refused.

    python benchmarks/predict.py --shared ../shared [--only x_education,caravan,...]

Every figure is of leads that taught nothing; columns that know the answer are those that the detector names by itself.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from leadlight.adapters.db.duckdb import connect, quoted
from leadlight.adapters.sources.stage import stage
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import Feature, bins_of, cuts_of, features_of
from leadlight.predict.judge.recalibration import shift_probabilities, start_shift
from leadlight.predict.judge.verdict import Split, judge, split_at_random
from leadlight.predict.leaks import calendar_trap, leaks_of
from leadlight.predict.learn.boosting import Choice, chance
from leadlight.predict.learn.model_selection import fit
from leadlight.predict.learn.options import LearnOptions
from leadlight.predict.learn.training import TrainingResult, _trees, learn

NINE = {
    "Tags",
    "Lead Quality",
    "Lead Profile",
    "Last Activity",
    "Last Notable Activity",
    "Asymmetrique Activity Index",
    "Asymmetrique Profile Index",
    "Asymmetrique Activity Score",
    "Asymmetrique Profile Score",
}
DAY = 86_400.0


@dataclass(frozen=True)
class Table:
    """A table as `learn` reads it."""

    columns: list[TableColumn]
    won: np.ndarray[Any, Any]

    def of(self, name: str) -> TableColumn:
        return next(c for c in self.columns if c.name == name)

    def without(self, *names: str) -> Table:
        return Table([c for c in self.columns if c.name not in names], self.won)

    def only(self, rows: Sequence[int]) -> Table:
        return Table([c.take(rows) for c in self.columns], self.won[list(rows)])


def row(what: str, asked: str, reached: str) -> None:
    print(f"{what:<58} asked {asked:<14} reached {reached}", flush=True)


def said(e: Any, digits: int = 3) -> str:
    if e.value is None:
        return "cannot be told"
    return (
        f"{e.value:.{digits}f}"
        if e.low is None
        else f"{e.value:.{digits}f} ({e.low:.{digits}f} to {e.high:.{digits}f})"
    )


def table(shared: Path, file: str, label: str, positive: str, where: str = "true") -> Table:
    """A file through the importer, its label beside it."""
    con = connect()
    s = stage(con, shared / "data" / file, name="t", what="leads", maps={label: "-"})
    known = [c for c in s.mapping.columns if c.name and c.name != "lead_id"]
    asked = ", ".join(f"r.{quoted(str(c.name))}" for c in known)
    found = con.execute(
        f"SELECT o.{quoted(label)}, {asked} FROM {s.relation} r JOIN {s.original} o USING (row_no)"
        f" WHERE {where} ORDER BY row_no"
    ).fetchall()
    cells = list(zip(*found, strict=True))
    return Table(
        [TableColumn(str(c.name), c.header, cells[i]) for i, c in enumerate(known, 1)],
        np.array([str(v) == positive for v in cells[0]], float),
    )


def against_trees(
    t: Table,
    teach: np.ndarray[Any, Any],
    judges: np.ndarray[Any, Any],
    held: Any = None,
    order: Any = None,
) -> tuple[Any, Any, Any]:
    """The verdict of one split, with gradient boosting as it comes beside it; and the fit, and what it said."""
    outcomes = int(min(t.won[teach].sum(), (1 - t.won[teach]).sum()))
    features, _ = features_of(t.columns, teach.tolist(), outcomes)
    bins = bins_of(features, t.columns)
    fitted = fit(features, bins[teach], t.won[teach], held=held, order=order)
    p = chance(fitted.log_odds(bins[judges]))
    trees = _trees(features, t.columns, bins, t.won, teach, judges, 0)
    split = Split(((teach, judges),), "", True)
    return judge(split, t.won, p, {"gradient boosting": trees}, taught=teach), fitted, p


def in_turn(
    t: Table,
    seed: int = 0,
    groups: Sequence[object] | None = None,
    leaks: Sequence[str] = (),
    number: str | None = None,
) -> Any:
    """Five-fold: each fifth judged by what the others taught; choices made inside the four. `number`: a column that counts
    leads, used as a number all the same."""
    counted = [t.of(number)] if number else []
    t = t.without(*leaks)
    split = split_at_random(t.won, groups, seed, "")
    folds = split.parts if len(split.parts) == 5 else _five(t.won, seed)
    p = np.zeros(len(t.won))
    choice: Choice | None = None
    for teach, judges in folds:
        features, _ = features_of(
            t.columns, teach.tolist(), int(min(t.won[teach].sum(), (1 - t.won[teach]).sum()))
        )
        features += [
            Feature(c.name, c.header, "number", cuts_of(c.values[teach], int(t.won[teach].sum())))
            for c in counted
        ]
        bins = bins_of(features, [*t.columns, *counted])
        fitted = fit(features, bins[teach], t.won[teach], choice=choice)
        choice = (
            fitted.choice if len(teach) > 2_000 else None
        )  # decided anew where there are few leads
        p[judges] = chance(fitted.log_odds(bins[judges]))
    everybody = np.arange(len(t.won))
    return judge(
        Split(((everybody, everybody),), "", False), t.won, p, {}, taught=everybody, groups=groups
    )


def _five(won: np.ndarray[Any, Any], seed: int) -> Any:
    from sklearn.model_selection import StratifiedKFold

    return list(StratifiedKFold(5, shuffle=True, random_state=seed).split(won, won))


def x_education(shared: Path) -> None:
    t = table(shared, "x_education/Leads.csv.gz", "Converted", "1")
    named = leaks_of(t.columns, t.won)
    found = {s.header for s in named}
    row(
        "x_education: leaking columns named",
        "9, no other",
        f"{len(found & NINE)}, {len(found - NINE)} other {sorted(found - NINE) or ''}",
    )
    v = in_turn(t, leaks=[s.name for s in named] + ["lead_number"])
    row("x_education: AUC, 5-fold", ">= 0.880", said(v.model.auc))
    row("x_education: Brier score, 5-fold", "<= 0.130", said(v.model.brier))
    v = in_turn(t, leaks=[s.name for s in named] + ["lead_number"], number="lead_number")
    row(
        "x_education: the same, Lead Number as a number",
        "",
        f"{said(v.model.auc)}; {said(v.model.brier)}",
    )
    new = learn(t.columns, [bool(w) for w in t.won], LearnOptions(time="lead_number")).verdict
    row("x_education: AUC, newest 20 % by Lead Number", ">= 0.90", said(new.model.auc))
    print(f"    beside: {', '.join(f'{j.name} {said(j.auc)}' for j in new.beside)}")


def online_shoppers(shared: Path) -> None:
    t = table(shared, "online_shoppers/online_shoppers_intention.csv.gz", "Revenue", "TRUE")
    named = [s.header for s in leaks_of(t.columns, t.won)]
    row("online_shoppers: named", "PageValues", ", ".join(named))
    t = t.without("pagevalues")
    order = {
        m: n
        for n, m in enumerate(
            ["Feb", "Mar", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        )
    }
    month = np.array([order[str(m)] for m in t.of("month").cells])
    t = t.without("month")  # which months will come again is not known from half a year
    teach, judges = np.flatnonzero(month < 6), np.flatnonzero(month >= 6)
    newest = np.argsort(month[teach], kind="stable")
    at = len(teach) - len(teach) // 5
    v, _, p = against_trees(
        t, teach, judges, [(newest[:at], newest[at:])], month[teach].astype(float)
    )
    above = v.beside[0].above
    row(
        "online_shoppers: AUC above untuned gradient boosting",
        ">= 0.01",
        f"{said(above)}; own {said(v.model.auc)}",
    )
    won = t.won[judges]
    moved = np.array(p)
    for m in range(
        6, 10
    ):  # the start is moved by what the month before showed, as it would be known then
        before, now = month[judges] == m - 1, month[judges] == m
        if before.any():
            moved[now] = _moved(p[now], p[before], won[before])
        else:
            old = month == m - 1
            moved[now] = _moved(p[now], _of(t, teach, np.flatnonzero(old)), t.won[old])
    row(
        "online_shoppers: off by (ECE) as learned, then moved monthly",
        "smaller",
        f"{_off(p, won):.3f}, then {_off(moved, won):.3f}",
    )


def _of(t: Table, teach: np.ndarray[Any, Any], rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What a model of the older ones says of some who taught."""
    older = np.setdiff1d(teach, rows)
    features, _ = features_of(t.columns, older.tolist(), int(t.won[older].sum()))
    bins = bins_of(features, t.columns)
    return chance(fit(features, bins[older], t.won[older], choice=Choice()).log_odds(bins[rows]))


def _moved(
    p: np.ndarray[Any, Any], before: np.ndarray[Any, Any], won: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """What is said once the start is moved by the leads before, as `leadlight learn --check NAME --move-start` does."""
    return np.array(
        shift_probabilities(p.tolist(), start_shift(before.tolist(), (won > 0).tolist()))
    )


def _off(p: np.ndarray[Any, Any], won: np.ndarray[Any, Any]) -> float:
    parts = np.array_split(np.argsort(p, kind="stable"), 10)
    return sum(len(r) * abs(p[r].mean() - won[r].mean()) for r in parts) / len(p)


def olist_funnel(shared: Path) -> None:
    con = connect()
    folder = shared / "data" / "olist_funnel"
    found = con.execute(
        f"""SELECT first_contact_date, landing_page_id, origin, d.mql_id IS NOT NULL
        FROM read_csv('{folder}/olist_marketing_qualified_leads_dataset.csv.gz') l
        LEFT JOIN read_csv('{folder}/olist_closed_deals_dataset.csv.gz') d USING (mql_id) ORDER BY first_contact_date, l.mql_id"""
    ).fetchall()
    when, page, origin, won = zip(*found, strict=True)
    answer = np.array(won, float)
    columns = [
        TableColumn("created_at", "first_contact_date", when),
        TableColumn("landing_page", "landing_page_id", page),
        TableColumn("source", "origin", origin),
    ]
    trap = calendar_trap(when, answer)
    row(
        "olist_funnel: the calendar trap",
        "named",
        f"from {trap[0]:%Y-%m} on" if trap else "not named",
    )
    t = Table(columns, answer).only(
        [i for i, d in enumerate(when) if d >= datetime(2018, 1, 1).date()]
    )
    days = np.array([d.month for d in t.of("created_at").cells])  # type: ignore[union-attr]
    teach, judges = np.flatnonzero(days <= 3), np.flatnonzero(days >= 4)
    at = len(teach) - len(teach) // 5
    held = [(np.arange(at), np.arange(at, len(teach)))]
    v, _, _ = against_trees(t.without("created_at"), teach, judges, held, teach.astype(float))
    row("olist_funnel: AUC, 2018-01..03 teach, 2018-04..05 judge", ">= 0.70", said(v.model.auc))
    print(f"    beside: gradient boosting {said(v.beside[0].auc)}")


def event_saas_crm(shared: Path) -> None:
    t = table(
        shared,
        "event_saas_crm/offers.csv.gz",
        "Status",
        "Closed Won",
        "o.\"Status\" IN ('Closed Won', 'Closed Lost')",
    )
    found = learn(t.columns, [bool(w) for w in t.won])
    row("event_saas_crm offers: named", "Loss Reason", ", ".join(s.header for s in found.leaks))
    row("event_saas_crm offers: AUC, newest 20 %", ">= 0.80", said(found.verdict.model.auc))


def caravan(shared: Path) -> None:
    t = table(shared, "caravan/Caravan.csv.gz", "Purchase", "Yes")
    draws = [in_turn(t, seed).model for seed in range(3)]
    auc, lift = (
        sorted((getattr(m, n) for m in draws), key=lambda e: e.value)[1]
        for n in ("auc", "lift_at_tenth")
    )
    row("caravan: AUC, 5-fold, middle of 3 draws", ">= 0.75", said(auc))
    row("caravan: lift at 10 %, 5-fold, middle of 3 draws", ">= 3.2", said(lift, 2))


def b2b_won_lost(shared: Path) -> None:
    t = table(shared, "b2b_won_lost/B2B_dataset.csv", "Status", "Won")
    groups = [str(r) for r in zip(*(c.cells for c in t.columns), strict=True)]
    aucs = [in_turn(t, seed, groups).model.auc for seed in range(3)]
    middle = sorted(aucs, key=lambda e: e.value or 0)[1]
    row(
        "b2b_won_lost: AUC, repeats together, middle of 3 draws",
        ">= 0.82",
        f"{said(middle)}; {', '.join(f'{e.value:.3f}' for e in aucs)}",
    )


def crm_sales_opportunities(shared: Path) -> None:
    t = table(
        shared,
        "crm_sales_opportunities/sales_pipeline.csv.gz",
        "deal_stage",
        "Won",
        "o.deal_stage IN ('Won', 'Lost')",
    )
    found: TrainingResult = learn(t.columns, [bool(w) for w in t.won])
    row("crm_sales_opportunities", "refused", found.verdict.refused or "not refused")
    print(f"    named: {', '.join(s.header for s in found.leaks)}")


def _log_features(con: Any, log: str, cut: str) -> str:
    """What a log of purchases (customer, done, amount) says of each customer before a day, in plain SQL."""
    return f"""
      SELECT customer, date_diff('second', max(done), {cut}) / {DAY} AS recency, count(DISTINCT done::DATE) AS times,
        date_diff('second', min(done), {cut}) / {DAY} AS known_for, sum(amount) AS value,
        sum(amount) / count(DISTINCT done::DATE) AS basket, max(amount) AS largest,
        CASE WHEN count(DISTINCT done::DATE) > 1
          THEN date_diff('second', min(done), max(done)) / {DAY} / (count(DISTINCT done::DATE) - 1) END AS gap,
        count(*) FILTER (WHERE done >= {cut} - INTERVAL 30 DAY) AS lines_30d,
        count(*) FILTER (WHERE done >= {cut} - INTERVAL 90 DAY) AS lines_90d,
        sum(amount) FILTER (WHERE done >= {cut} - INTERVAL 90 DAY) AS value_90d, count(*) AS lines
      FROM {log} WHERE done < {cut} GROUP BY customer"""


def _from_log(con: Any, log: str, cut: datetime, days: int) -> tuple[Table, list[object]]:
    moment = f"TIMESTAMP '{cut:%Y-%m-%d}'"
    found = con.execute(
        f"SELECT f.*, EXISTS (SELECT 1 FROM {log} l WHERE l.customer = f.customer AND l.done >="
        f" {moment} AND l.done < {moment} + INTERVAL {days} DAY AND l.amount > 0) AS won FROM"
        f" ({_log_features(con, log, moment)}) f ORDER BY customer"
    )
    names = [d[0] for d in found.description]
    cells = list(zip(*found.fetchall(), strict=True))
    columns = [
        TableColumn(n, n, [None if v is None else float(v) for v in c])
        for n, c in zip(names[1:-1], cells[1:-1], strict=True)
    ]
    columns.append(
        TableColumn(
            "late",
            "recency over gap",
            [
                None if g is None else r / (g + 7)
                for r, g in zip(columns[0].cells, columns[6].cells, strict=True)
            ],
        )
    )  # type: ignore[operator]
    return Table(columns, np.array(cells[-1], float)), list(cells[0])


def _recency_row(name: str, v: Any) -> None:
    above = v.beside[0].above
    row(
        f"{name}: AUC above recency alone",
        ">= 0.02",
        f"{said(above)}; own {said(v.model.auc)}, recency {said(v.beside[0].auc)}",
    )


def cdnow(shared: Path) -> None:
    con = connect()
    con.execute(
        f"""CREATE TABLE log AS SELECT customer, strptime(day, '%Y%m%d') AS done, amount FROM (
        SELECT s[1] AS customer, s[2] AS day, s[4]::DOUBLE AS amount FROM (
          SELECT string_split_regex(trim(line), '\\s+') AS s
          FROM read_csv('{shared}/data/cdnow/CDNOW_master.txt.gz', columns={{'line': 'VARCHAR'}}, header=false, delim='|')))
        WHERE try_strptime(day, '%Y%m%d') IS NOT NULL"""
    ).fetchall()
    t, _ = _from_log(con, "log", datetime(1997, 10, 1), 273)
    split = split_at_random(t.won, None, 0, "")
    teach, judges = split.parts[0]
    recency = -t.of("recency").values
    features, _ = features_of(t.columns, teach.tolist(), int(t.won[teach].sum()))
    bins = bins_of(features, t.columns)
    p = chance(fit(features, bins[teach], t.won[teach]).log_odds(bins[judges]))
    v = judge(
        Split(((teach, judges),), "", False),
        t.won,
        p,
        {"recency alone": recency[judges]},
        taught=teach,
    )
    _recency_row("cdnow", v)


def online_retail(shared: Path) -> None:
    con = connect()
    con.execute(
        f"""CREATE TABLE log AS SELECT "Customer ID"::VARCHAR AS customer, "InvoiceDate"::TIMESTAMP AS done, Quantity * Price AS amount
        FROM '{shared}/data/online_retail_2009_2010/online_retail_2009_2010.parquet'
        WHERE "Customer ID" IS NOT NULL AND Quantity > 0 AND Price > 0"""
    ).fetchall()
    old, _ = _from_log(con, "log", datetime(2010, 6, 1), 90)
    new, _ = _from_log(con, "log", datetime(2010, 9, 1), 90)
    features, _ = features_of(old.columns, range(len(old.won)), int(old.won.sum()))
    fitted = fit(features, bins_of(features, old.columns), old.won)
    both = Split(((np.arange(0), np.arange(len(new.won))),), "", True)
    p = chance(fitted.log_odds(bins_of(features, new.columns)))
    v = judge(both, new.won, p, {"recency alone": -new.of("recency").values}, taught=np.arange(0))
    _recency_row("online_retail", v)


def learning_time(shared: Path) -> None:
    rng = np.random.default_rng(0)
    leads = 50_000
    columns = [
        TableColumn(f"n{i}", f"Number {i}", np.round(rng.gamma(2, 10, leads), 2).tolist())
        for i in range(20)
    ]
    columns += [
        TableColumn(f"w{i}", f"Word {i}", [f"v{v}" for v in rng.zipf(1.6, leads) % (5 + 10 * i)])
        for i in range(20)
    ]
    odds = (
        -2
        + 0.05 * columns[0].values
        - 0.03 * columns[1].values
        + 0.5 * (np.array(columns[20].cells) == "v1")
    )
    won = rng.random(leads) < chance(odds)
    start = time.perf_counter()
    learn(columns, won.tolist())
    row(
        "learning, verdict and all, 50k leads x 40 columns",
        "< 60 s",
        f"{time.perf_counter() - start:.0f} s",
    )


ALL: dict[str, Callable[[Path], None]] = {
    "x_education": x_education,
    "online_shoppers": online_shoppers,
    "olist_funnel": olist_funnel,
    "event_saas_crm": event_saas_crm,
    "caravan": caravan,
    "b2b_won_lost": b2b_won_lost,
    "crm_sales_opportunities": crm_sales_opportunities,
    "cdnow": cdnow,
    "online_retail": online_retail,
    "learning_time": learning_time,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--only", default=",".join(ALL))
    told = parser.parse_args()
    for name in told.only.split(","):
        ALL[name](told.shared)


if __name__ == "__main__":
    main()
