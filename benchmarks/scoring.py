"""How many leads a second the plan gives a learned model's probability, in DuckDB, and whether it is what the fit itself says.

    python benchmarks/scoring.py --shared ../shared [--leads 1000000] [--rounds 5] [--model models/soon.yml]

The model is learned from `x_education`, whose leads are repeated in a table; each figure is the median of the rounds, to a
table, with every label that the plan makes. `--model` takes one that was learned before, and then nothing is compared.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

from leadlight.adapters.base.files import base_of_files
from leadlight.adapters.db.duckdb import connect, quoted
from leadlight.adapters.sources.stage import stage
from leadlight.desk.model_files import complete, model_file
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.playbook.model_yaml import model_text
from leadlight.playbook.read import must_read

AS_OF = datetime(2026, 11, 22)
BOOK = """
scores: {probability: {model: soon}}
scales: {temperature: [{hot: probability >= 0.5}, {warm: probability >= 0.2}, {cold: otherwise}]}
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        con = connect(folder / "base.duckdb")
        staged = stage(
            con,
            told.shared / "data" / "x_education" / "Leads.csv.gz",
            name="leads",
            what="leads",
            maps={"Converted": "-"},
        )
        base = base_of_files(con, [staged], AS_OF)
        text, fitted, columns = (
            (told.model.read_text("utf-8"), None, []) if told.model else learned(con, staged)
        )
        model_file(folder, "soon").parent.mkdir()
        model_file(folder, "soon").write_text(text, "utf-8")
        catalog = base.sources.catalog
        book = must_read(complete(BOOK, folder), catalog=catalog)

        def asked(reasons: bool) -> str:
            return statement(book, base.sources, Everyone(AS_OF), reasons=reasons)

        if fitted is not None:
            compare(con, asked(False), staged, fitted.probability(columns))
        names = ", ".join(quoted(n) for n in sorted(catalog.present - {"lead_id"}))
        con.execute(
            f"CREATE TABLE many AS SELECT lead_id || '-' || n AS lead_id, {names} FROM"
            f" {base.sources.leads} AS l, range({told.leads} // (SELECT count(*) FROM"
            f" {base.sources.leads} AS c) + 1) r(n) LIMIT {told.leads}"
        )
        con.execute("CHECKPOINT")
        for reasons in (False, True):
            sql = asked(reasons).replace(base.sources.leads, "many")
            assert "many" in sql
            took = []
            for _ in range(told.rounds):
                start = time.perf_counter()
                con.execute(f"CREATE OR REPLACE TEMP TABLE qualified AS {sql}").fetchall()
                took.append(time.perf_counter() - start)
            middle = statistics.median(took)
            what = f"scoring in the plan, {told.leads:,} leads{', with reasons' if reasons else ''}"
            print(
                f"{what:<58} asked >= 500,000/s   reached {told.leads / middle:,.0f}/s"
                f" ({middle:.2f} s)",
                flush=True,
            )
        con.close()


def learned(con: Any, staged: Any) -> tuple[str, Any, list[Any]]:
    """A model of all leads but what knows the answer: its text, the fit, and the leads that it was fitted to."""
    from leadlight.predict.columns import TableColumn
    from leadlight.predict.learn.options import LearnOptions
    from leadlight.predict.learn.playbook_model import model_of
    from leadlight.predict.learn.training import learn

    known = [c for c in staged.mapping.columns if c.name and c.name != "lead_id"]
    listed = ", ".join(f"r.{quoted(str(c.name))}" for c in known)
    rows = con.execute(
        f"SELECT o.Converted, {listed} FROM {staged.relation} r JOIN {staged.original} o USING"
        " (row_no) ORDER BY row_no"
    ).fetchall()
    cells = list(zip(*rows, strict=True))
    columns = [TableColumn(str(c.name), c.header, cells[n]) for n, c in enumerate(known, 1)]
    found = learn(columns, [str(w) == "1" for w in cells[0]], LearnOptions(time="lead_number"))
    return (
        model_text(model_of(found, "soon", "won", "A benchmark.", date(2026, 11, 22), {})),
        found.fitted,
        columns,
    )


def compare(con: Any, sql: str, staged: Any, expected: Any) -> None:
    """How far the plan's probabilities are from the fit's."""
    found = con.execute(
        f"SELECT q.probability FROM ({sql}) q JOIN {staged.relation} r ON r.lead_id = q.lead_id"
        " ORDER BY r.row_no"
    ).fetchall()
    apart = [abs(p - e) for (p,), e in zip(found, expected, strict=True)]
    same = sum(round(float(e), 6) == p for (p,), e in zip(found, expected, strict=True))
    print(
        f"{'the plan beside the fit itself, ' + f'{len(apart):,} leads':<58} asked 6 decimals    "
        f" reached at most {max(apart):.1e} apart, {same / len(apart):.1%} alike in the sixth",
        flush=True,
    )


if __name__ == "__main__":
    main()
