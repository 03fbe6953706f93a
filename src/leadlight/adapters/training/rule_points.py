"""What each rule gave each training row under each candidate of half-lives, and the arrays that
`predict` works on.

The sums come from the plan's own steps (`rule`: a row a lead and meaning, with the sum of the age
factors), so that a rule tuned here counts exactly what it counts in a qualification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.training.training_rows import AGAIN, ROWS, TrainingLook
from leadlight.facts.cohort import Moments
from leadlight.plan.columns import ATOM, WEIGHT_SUM, fit_points
from leadlight.plan.compile import Plan
from leadlight.plan.dialects import dialect
from leadlight.plan.steps.activity import ActivitySteps
from leadlight.plan.steps.atoms import FACTOR, Atoms, atoms_of
from leadlight.plan.terms import alias, col, select
from leadlight.playbook.spec import Playbook, Points, RuleScore
from leadlight.predict.tune.tunable_parts import NAUGHT, RECENCY, Tunable, trial

if TYPE_CHECKING:
    from leadlight.predict.arrays import Array, Numbers
    from leadlight.predict.tune.tuning import TuningRows

SUMS = "training_sums"
NUMBERS = "training_numbers"
NEVER = 100_000.0  # days since anything, of a lead that never did a thing


class RulePoints:
    """What each rule gave the training rows of a connection.

    `add_sums` for each look at the leads, then `number_rows`; after that the rows of the past and
    of the judged period (`later`) can be had as arrays, always in the same order.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def clear(self) -> None:
        """Forget what an earlier question left."""
        for table in (SUMS, NUMBERS):
            self.con.execute(f"DROP TABLE IF EXISTS {table}")

    def add_sums(self, book: Playbook, rules: Sequence[Tunable], look: TrainingLook) -> None:
        """Add what the activities of one look add up to, by candidate and rule."""
        self.con.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {SUMS} (lead_id VARCHAR, as_of TIMESTAMP, candidate"
            " INTEGER, rule INTEGER, total DOUBLE)"
        )
        tried = trial(book, rules)
        atoms = atoms_of(tried)
        if not atoms.all or look.sources.activities is None:
            return
        listed = ", ".join(
            f"({atom}, {candidate}, {rule})"
            for atom, candidate, rule in _candidates(tried, atoms, rules)
        )
        as_of = (
            "s.as_of"
            if isinstance(look.cohort, Moments)
            else f"TIMESTAMP {text_literal(look.cohort.as_of.isoformat(sep=' '))}"
        )
        self.con.execute(
            f"INSERT INTO {SUMS} SELECT s.lead_id::VARCHAR, {as_of}, p.candidate, p.rule, s.total /"
            f" {FACTOR}::DOUBLE FROM ({_sums(tried, look)}) s JOIN (VALUES {listed}) p(atom,"
            " candidate, rule) ON p.atom = s.atom"
        )

    def number_rows(self, later: str) -> None:
        """Number the training rows, by moment and lead; `later` is the condition by which a row is
        of the judged period.
        """
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {NUMBERS} AS SELECT lead_id, as_of, ({later}) AS later,"
            f" row_number() OVER (PARTITION BY ({later}) ORDER BY as_of, lead_id) - 1 AS n,"
            f" dense_rank() OVER (ORDER BY lead_id) - 1 AS lead FROM {ROWS}"
        )

    def counts(self, *, later: bool) -> tuple[int, int]:
        """How many rows there are of the judged period or of the past, and how many leads of them
        won.
        """
        rows, winners = self.con.execute(
            "SELECT count(*), count(DISTINCT k.lead) FILTER (t._won) FROM"
            f" {NUMBERS} k JOIN {ROWS} t ON t.lead_id = k.lead_id AND t.as_of = k.as_of WHERE"
            f" k.later = {later}"
        ).fetchall()[0]
        return int(rows), int(winners)

    def rows(
        self, book: Playbook, rules: Sequence[Tunable], scores: Sequence[str], *, later: bool
    ) -> TuningRows:
        """The rows of the judged period, or of the past."""
        from leadlight.predict.arrays import any_of, fill_layers
        from leadlight.predict.tune.tuning import TuningRows

        has = {str(r[0]) for r in self.con.execute(f"DESCRIBE {ROWS}").fetchall()}
        flags = _flags(book, rules)
        picked = [
            "k.lead::BIGINT AS lead",
            "t._won AS won",
            f"({' + '.join(f't.{quoted(s)}' for s in scores)})::DOUBLE AS score",
            *(f"(t.{quoted(name)} <> 0)::DOUBLE AS f{n}" for n, name in flags.items()),
        ]
        if RECENCY in has:
            picked.append(f"coalesce(t.{RECENCY}, {NEVER})::DOUBLE AS recency")
        found = self._arrays(
            f"SELECT {', '.join(picked)} FROM {NUMBERS} k JOIN {ROWS} t ON t.lead_id = k.lead_id"
            f" AND t.as_of = k.as_of WHERE k.later = {later} ORDER BY k.n"
        )
        long = self._arrays(
            "SELECT k.n::BIGINT AS n, s.candidate::BIGINT AS candidate, s.rule::BIGINT AS rule,"
            f" s.total FROM {SUMS} s JOIN {NUMBERS} k ON k.lead_id = s.lead_id AND k.as_of ="
            f" s.as_of WHERE k.later = {later}"
        )
        candidates = max((len(r.half_lives) for r in rules), default=1) or 1
        fixed = {n: found[f"f{n}"] for n in flags}
        sums = fill_layers(len(found["lead"]), len(rules), candidates, long, fixed)
        return TuningRows(
            sums,
            found["lead"],
            found["won"],
            found["score"],
            found.get("recency"),
            any_of(sums[0], [n for n, r in enumerate(rules) if r.veto]),
        )

    def repeated_scores(self, scores: Sequence[str], *, later: bool) -> Numbers:
        """The scores of the same leads and moments by other rules, added up."""
        return self._values(AGAIN, scores, later=later)

    def before_and_after(self, names: Sequence[str]) -> tuple[Numbers, Numbers]:
        """What a sum of scores was in the past rows, by the playbook as it is and by the other
        rules.
        """
        return self._values(ROWS, names, later=False), self._values(AGAIN, names, later=False)

    def _values(self, table: str, names: Sequence[str], *, later: bool) -> Numbers:
        total = " + ".join(f"t.{quoted(n)}" for n in names)
        return self._arrays(
            f"SELECT ({total})::DOUBLE AS value FROM {NUMBERS} k JOIN {table} t "
            f"ON t.lead_id = k.lead_id AND t.as_of = k.as_of WHERE k.later = {later} ORDER BY k.n"
        )["value"]

    def _arrays(self, sql: str) -> Mapping[str, Array]:
        """The columns of a query as arrays."""
        from leadlight.predict.arrays import columns_of

        return columns_of(self.con.sql(sql).to_arrow_table())


def _candidates(
    tried: Playbook, atoms: Atoms, rules: Sequence[Tunable]
) -> list[tuple[int, int, int]]:
    """Of each rule of a trial playbook: its atom, its candidate of half-lives, its place."""
    places = {r.name: n for n, r in enumerate(rules)}
    found = []
    for signal in tried.signals:
        assert isinstance(signal, Points)
        _, number, of = signal.name.split("_", 2)
        found += [
            (atoms.of_rule[signal.name, r.id], int(number), places[f"{of}.{r.id}"])
            for r in signal.rules
        ]
    return found


def _sums(book: Playbook, look: TrainingLook) -> str:
    """The plan's steps on activities as far as the sums of the age factors."""
    speak, atoms = dialect("duckdb"), atoms_of(book)
    steps = ActivitySteps(book, look.sources, look.cohort, speak, atoms)
    sums = select(
        [*[col(k) for k in steps.keys], alias(col(ATOM), "atom"), alias(col(WEIGHT_SUM), "total")],
        "rule",
    )
    return Plan(tuple(steps.steps()), sums, speak).sql()


def _flags(book: Playbook, rules: Sequence[Tunable]) -> dict[int, str]:
    """The rules on attributes by their place, and the plan's column of each."""
    columns = {}
    for s in book.scores:
        if isinstance(s, RuleScore):
            naught = 0
            for n, r in enumerate(s.rules, 1):
                naught += r.add == 0
                columns[f"{s.name}.{r.id}"] = (
                    fit_points(s.name, n) if r.add else fit_points(f"{NAUGHT}{s.name}", naught)
                )
    return {n: columns[r.name] for n, r in enumerate(rules) if not r.half_lives}
