"""`leadlight tune` on real bases: AUC of the tuned points in the later period, beside the points as written, recency alone
and gradient-boosted trees on the same facts.

    python benchmarks/tune.py --shared ../shared [--only cdnow]

x_education: rules of examples/real/x_education.yml, which use no column that is filled in after the sale; the newest quarter by
Lead Number judges; outcome Converted. olist_funnel: examples/real/olist_funnel.yml; leads from 2018 on, each as it came in; the
newest quarter judges; outcome won within 30 days. online_retail_2009_2010 and cdnow: the playbook below, at six past moments;
who buys again within 90 days.

The rules were written before anything was fitted. Nothing in the product knows these files.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from leadlight.desk.models.labelled_table import LeadTable, OutcomeColumn
from leadlight.desk.models.lead_history import HistoryOptions, LeadFiles
from leadlight.desk.models.tune import TuneRequest, tune
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.results.text.tuning import render_text

NOW = clock.now()
EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "real"
SHOP = """\
leadlight: 1
name: Who buys again
signals:
  heat:
    half_life: 30d
    at_least: 0
    at_most: 150
    rules:
      bought:    {on: won, points: 10, once_per: day, at_most: 80, say: Bought}
      large:     {on: won, when: value >= LARGE, points: 10, once_per: day, at_most: 40, say: Bought a lot}
      sent_back: {on: returned, points: -5, at_most: 20, say: Sent something back}
  orders: {count: won}
scores:
  loyalty:
    rules:
      second:  {when: orders >= 2, add: 10, say: Came back once}
      regular: {when: orders >= 5, add: 10, say: Comes back}
  engagement: heat
scales:
  temperature: [{hot: engagement + loyalty >= 40}, {warm: engagement + loyalty >= 15}, {cold: otherwise}]
"""


def x_education(data: Path, folder: Path) -> TuneRequest:
    leads = data / "x_education/Leads.csv.gz"
    return TuneRequest(
        NOW,
        options=HistoryOptions(playbook=str(EXAMPLES / "x_education.yml")),
        source=LeadTable(leads, OutcomeColumn("Converted"), time="Lead Number"),
    )


def olist_funnel(data: Path, folder: Path) -> TuneRequest:
    deals = folder / "deals.csv"
    closed = data / "olist_funnel/olist_closed_deals_dataset.csv.gz"
    duckdb.sql(
        f"SELECT mql_id, won_date AS occurred_at, 'won' AS kind FROM read_csv('{closed}')"
    ).write_csv(str(deals))
    leads = data / "olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz"
    options = HistoryOptions(
        playbook=str(EXAMPLES / "olist_funnel.yml"),
        since=datetime(2018, 1, 1),
        horizon=timedelta(days=30),
        entry=timedelta(0),
    )
    return TuneRequest(NOW, options=options, source=LeadFiles(leads, (deals,)))


def online_retail(data: Path, folder: Path) -> TuneRequest:
    lines = f"read_parquet('{data}/online_retail_2009_2010/online_retail_2009_2010.parquet')"
    orders = f"""
        SELECT "Customer ID"::BIGINT::VARCHAR AS customer, min(InvoiceDate::TIMESTAMP) AS at_, Invoice AS invoice,
               CASE WHEN Invoice LIKE 'C%' THEN 'returned' ELSE 'won' END AS kind, sum(Quantity * Price) AS value
        FROM {lines} WHERE "Customer ID" IS NOT NULL GROUP BY ALL"""
    return _shop(orders, folder, large=400)


def cdnow(data: Path, folder: Path) -> TuneRequest:
    file = data / "cdnow/CDNOW_master.txt.gz"
    lines = f"read_csv('{file}', header=false, columns={{'line': 'VARCHAR'}}, delim='\\t')"
    orders = f"""
        SELECT w[1] AS customer, strptime(w[2], '%Y%m%d') AS at_, row_number() OVER () AS invoice, 'won' AS kind,
               w[4]::DOUBLE AS value FROM (SELECT string_split_regex(trim(line), '\\s+') AS w FROM {lines})
        WHERE w[2] ~ '^[0-9]{{8}}$'"""
    return _shop(orders, folder, large=50)


def _shop(orders: str, folder: Path, large: int) -> TuneRequest:
    """A log of orders as two files and a playbook: who the customers are, and what they did."""
    leads, log, book = folder / "customers.csv", folder / "orders.csv", folder / "shop.yml"
    made = duckdb.connect()
    made.execute(f"CREATE TABLE orders AS {orders}")
    made.sql(
        "SELECT customer AS lead_id, min(at_) AS created_at FROM orders GROUP BY 1 ORDER BY 1"
    ).write_csv(str(leads))
    made.sql(
        "SELECT customer AS lead_id, at_ AS occurred_at, kind, value, invoice AS activity_id FROM"
        " orders ORDER BY 2"
    ).write_csv(str(log))
    book.write_text(SHOP.replace("LARGE", str(large)))
    options = HistoryOptions(playbook=str(book), again=True)
    return TuneRequest(NOW, options=options, source=LeadFiles(leads, (log,)))


BASES: dict[str, Callable[[Path, Path], TuneRequest]] = {
    "x_education": x_education,
    "olist_funnel": olist_funnel,
    "online_retail_2009_2010": online_retail,
    "cdnow": cdnow,
}


def measured(name: str, data: Path) -> Iterator[str]:
    """What tune says of one base, with the time it took."""
    with tempfile.TemporaryDirectory() as folder:
        asked = BASES[name](data, Path(folder))
        began = time.perf_counter()
        found = tune(Session(), asked)
        yield f"{name}: {time.perf_counter() - began:.0f} s"
        yield from (f"  {line}" for line in render_text(found) if isinstance(line, str))


def main() -> None:
    said = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    said.add_argument("--shared", type=Path, default=Path("../shared"))
    said.add_argument("--only", choices=list(BASES))
    args = said.parse_args()
    data = args.shared / "data"
    if not data.is_dir():
        raise SystemExit(f"There is no {data}. Say where the shared folder is: --shared DIR.")
    for name in [args.only] if args.only else BASES:
        for line in measured(name, data):
            print(line)
        print()


if __name__ == "__main__":
    main()
