"""What each rule gave each training row under each candidate of half-lives, and the arrays that
`predict` works on.

The sums come from the plan's own steps (`rule`: a row a lead and meaning, with the sum of the age
factors), so that a rule tuned here counts exactly what it counts in a qualification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, text_literal
from leadlight.adapters.training.backtest import AGAIN, ROWS, Looked
from leadlight.facts.cohort import Moments
from leadlight.plan.compile import Plan
from leadlight.plan.dialects import dialect
from leadlight.plan.steps.activity import ActivitySteps
from leadlight.plan.steps.atoms import FACTOR, atoms_of
from leadlight.plan.terms import alias, col, select
from leadlight.playbook.spec import Playbook, Points, RuleScore
from leadlight.predict.tune.tunable_parts import NAUGHT, RECENCY, Tunable, trial

if TYPE_CHECKING:
    from leadlight.predict.tune.tuning import Column, Floats, Truths, Whole

SUMS = "training_sums"
NEVER = 100_000.0  # days since anything, of a lead that never did a thing


def add_sums(
    con: duckdb.DuckDBPyConnection, book: Playbook, rules: Sequence[Tunable], looked: Looked
) -> None:
    """Add to `training_sums` (lead_id, as_of, candidate, rule, total) what the activities of one
    look add up to.
    """
    if not _made(con, SUMS):
        con.execute(
            f"CREATE TEMP TABLE {SUMS} (lead_id VARCHAR, as_of TIMESTAMP, candidate INTEGER, rule"
            " INTEGER, total DOUBLE)"
        )
    tried = trial(book, rules)
    atoms = atoms_of(tried)
    if not atoms.all or looked.sources.activities is None:
        return
    places = {r.name: n for n, r in enumerate(rules)}
    pairs = []
    for signal in tried.signals:
        assert isinstance(signal, Points)
        _, number, of = signal.name.split("_", 2)
        pairs += [
            (atoms.of_rule[signal.name, r.id], int(number), places[f"{of}.{r.id}"])
            for r in signal.rules
        ]
    listed = ", ".join(f"({atom}, {candidate}, {rule})" for atom, candidate, rule in pairs)
    as_of = (
        "s.as_of"
        if isinstance(looked.cohort, Moments)
        else f"TIMESTAMP {text_literal(looked.cohort.as_of.isoformat(sep=' '))}"
    )
    con.execute(
        f"INSERT INTO {SUMS} SELECT s.lead_id::VARCHAR, {as_of}, p.candidate, p.rule, s.total /"
        f" {FACTOR}::DOUBLE FROM ({_sums(tried, looked)}) s JOIN (VALUES {listed}) p(atom,"
        " candidate, rule) ON p.atom = s.atom"
    )


def _sums(book: Playbook, looked: Looked) -> str:
    """The plan's steps on activities as far as the sums of the age factors."""
    speak, atoms = dialect("duckdb"), atoms_of(book)
    steps = ActivitySteps(book, looked.sources, looked.cohort, speak, atoms)
    sums = select(
        [*[col(k) for k in steps.keys], alias(col("_r"), "atom"), alias(col("_sum"), "total")],
        "rule",
    )
    return Plan(tuple(steps.steps()), sums, speak).sql()


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what an earlier question left."""
    for table in (SUMS, "training_numbers"):
        con.execute(f"DROP TABLE IF EXISTS {table}")


def number_rows(con: duckdb.DuckDBPyConnection, later: str) -> None:
    """Number the training rows, by moment and lead; `later` is the condition by which a row is of
    the judged period.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE training_numbers AS SELECT lead_id, as_of, ({later}) AS"
        f" later, row_number() OVER (PARTITION BY ({later}) ORDER BY as_of, lead_id) - 1 AS n,"
        f" dense_rank() OVER (ORDER BY lead_id) - 1 AS lead FROM {ROWS}"
    )


def counted(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int, int]:
    """(rows of the past, leads of them who won, rows of the judged period, leads of them who
    won).
    """
    found = con.execute(
        "SELECT count(*) FILTER (NOT later), count(DISTINCT lead) FILTER (NOT later AND t._won),"
        " count(*) FILTER (later), count(DISTINCT lead) FILTER (later AND t._won) FROM"
        f" training_numbers k JOIN {ROWS} t ON t.lead_id = k.lead_id AND t.as_of = k.as_of"
    ).fetchall()[0]
    return int(found[0]), int(found[1]), int(found[2]), int(found[3])


@dataclass(frozen=True)
class Arrays:
    """The training rows of one period as arrays: sums by candidate, leads, who won, the present
    score, recency, and which rows a veto holds for.
    """

    sums: list[Floats]
    lead: Whole
    won: Truths
    score: Floats
    recency: Floats | None
    vetoed: Truths


def arrays(
    con: duckdb.DuckDBPyConnection,
    book: Playbook,
    rules: Sequence[Tunable],
    scores: Sequence[str],
    *,
    later: bool,
) -> Arrays:
    """The rows of the judged period, or of the past."""
    where = f"k.later = {later}"
    has = {str(r[0]) for r in con.execute(f"DESCRIBE {ROWS}").fetchall()}
    flags = _flags(book, rules)
    picked = [
        "k.lead::BIGINT AS lead",
        "t._won AS won",
        f"({' + '.join(f't.{quoted(s)}' for s in scores)})::DOUBLE AS score",
    ]
    picked += [f"(t.{quoted(name)} <> 0)::DOUBLE AS f{n}" for n, name in flags.items()]
    if RECENCY in has:
        picked.append(f"coalesce(t.{RECENCY}, {NEVER})::DOUBLE AS recency")
    found = _read(
        con,
        f"SELECT {', '.join(picked)} FROM training_numbers k JOIN {ROWS} t ON t.lead_id = k.lead_id"
        f" AND t.as_of = k.as_of WHERE {where} ORDER BY k.n",
    )
    rows = len(found["lead"])
    tried = max((len(r.half_lives) for r in rules), default=1) or 1
    long = _read(
        con,
        "SELECT k.n::BIGINT AS n, s.candidate::BIGINT AS candidate, s.rule::BIGINT AS rule,"
        f" s.total FROM {SUMS} s JOIN training_numbers k ON k.lead_id = s.lead_id AND k.as_of ="
        f" s.as_of WHERE {where}",
    )
    from leadlight.predict.arrays import any_of, filled

    sums = filled(rows, len(rules), tried, long, {n: found[f"f{n}"] for n in flags})
    veto = [n for n, r in enumerate(rules) if r.veto]
    return Arrays(
        sums,
        found["lead"],
        found["won"],
        found["score"],
        found.get("recency"),
        any_of(sums[0], veto),
    )


def column_of(rule: Tunable) -> Column:
    """A rule as the model sees it."""
    from leadlight.predict.tune.tuning import Column as Seen

    points = float(rule.points)
    most = float(rule.at_most) / abs(points) if rule.at_most is not None and points else None
    return Seen(rule.name, rule.part, points, most, max(len(rule.half_lives), 1))


def facts_of(rows: Arrays, rules: Sequence[Tunable]) -> Floats:
    """What trees may look at: the sums under several half-lives, the rules on attributes, and how
    long ago anything was.
    """
    from leadlight.predict.arrays import beside

    return beside(rows.sums, [n for n, r in enumerate(rules) if r.half_lives], rows.recency)


def scores_of(con: duckdb.DuckDBPyConnection, scores: Sequence[str], *, later: bool) -> Floats:
    """The scores of a second look at the same leads and moments, added up, in the order of the
    arrays.
    """
    return values_of(con, AGAIN, " + ".join(f"t.{quoted(s)}" for s in scores), later=later)


def values_of(
    con: duckdb.DuckDBPyConnection, table: str, expression: str, *, later: bool
) -> Floats:
    """An expression over the columns of training rows (alias t), in the order of the arrays."""
    found: Mapping[str, Floats] = _read(
        con,
        f"SELECT ({expression})::DOUBLE AS value FROM training_numbers k JOIN {table} t "
        f"ON t.lead_id = k.lead_id AND t.as_of = k.as_of WHERE k.later = {later} ORDER BY k.n",
    )
    return found["value"]


def _read(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """The columns of a query as arrays."""
    from leadlight.predict.arrays import columns_of

    return columns_of(con.sql(sql).to_arrow_table())


def _flags(book: Playbook, rules: Sequence[Tunable]) -> dict[int, str]:
    """The rules on attributes by their place, and the plan's column of each."""
    made = {}
    for s in book.scores:
        if isinstance(s, RuleScore):
            naught = 0
            for n, r in enumerate(s.rules, 1):
                naught += r.add == 0
                made[f"{s.name}.{r.id}"] = (
                    f"_f_{s.name}_{n}" if r.add else f"_f_{NAUGHT}{s.name}_{naught}"
                )
    return {n: made[r.name] for n, r in enumerate(rules) if not r.half_lives}


def _made(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return (
        count(con, f"SELECT count(*) FROM duckdb_tables() WHERE table_name = {text_literal(table)}")
        > 0
    )
