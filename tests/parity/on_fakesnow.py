"""Snowflake's text on fakesnow, an emulator of Snowflake on DuckDB, with Snowflake's own connector: `make warehouses`.

fakesnow pins a version of sqlglot that is not ours, so that it lives in an environment of its own. This process writes the
tables, the statements and what is expected; one of that environment runs them and says what differs.

    python -m tests.parity.on_fakesnow PYTHON_OF_THAT_ENVIRONMENT
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

#: What runs there. It reads each table by DuckDB, asks each statement by the connector, and compares every value.
THERE = r"""
import json, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import fakesnow, snowflake.connector
folder = Path(sys.argv[1])
apart = []
with fakesnow.patch():
    con = snowflake.connector.connect(database="db", schema="public")
    duck, cur = con._duck_conn, con.cursor()
    for table in folder.glob("*.parquet"):
        if not table.stem.startswith("expected-"):
            duck.execute(f'CREATE TABLE db.public."{table.stem}" AS FROM \'{table}\'')
    for name, sql in json.loads((folder / "statements.json").read_text()).items():
        rows = cur.execute(sql).fetchall()
        names = [c[0] for c in cur.description]
        found = {(r["lead_id"], r["as_of"]): r for r in (dict(zip(names, row)) for row in rows)}
        wanted = duck.execute(f"FROM '{folder / ('expected-' + name + '.parquet')}'")
        names = [c[0] for c in wanted.description]
        expected = [dict(zip(names, row)) for row in wanted.fetchall()]
        assert len(expected) == len(found) == len(rows) > 100, (name, len(expected), len(found))
        for row in expected:
            other = found[row["lead_id"], row["as_of"]]
            apart += [f"{name} {row['lead_id']} {c}: {v!r} became {other[c]!r}" for c, v in row.items() if v != other[c] and not (v != v and other[c] != other[c])]
        print(f"{name}: {len(rows)} leads, {len(names)} columns, the same to the last bit" if not apart else apart[:5])
sys.exit(bool(apart))
"""


def main(python: str) -> int:
    """Write what is to be compared, and have it compared."""
    from tests.parity import test_warehouses

    made = test_warehouses.base.__wrapped__()  # type: ignore[attr-defined]
    base = next(made)
    statements = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for table in test_warehouses.TABLES:
            base.con.execute(f"COPY {table} TO '{folder / table}.parquet'")
        for book in test_warehouses.BOOKS:
            for cohort in test_warehouses.COHORTS:
                name = f"{book}-{cohort}"
                statements[name] = base.statement(book, cohort, "snowflake")
                ours = base.statement(book, cohort, "duckdb")
                base.con.execute(f"COPY ({ours}) TO '{folder / f'expected-{name}.parquet'}'")
        (folder / "statements.json").write_text(json.dumps(statements), encoding="utf-8")
        ended = subprocess.run([python, "-c", THERE, str(folder)], env={}, check=False)
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
