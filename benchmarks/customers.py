"""`make bench`: the ideal customer, the value of customers and whom contact changes, on real data beside simple rules.

    python benchmarks/customers.py --shared ../shared

Prints, for cdnow and online_retail, the error of BG/NBD and Gamma-Gamma on a later period beside each customer's past rate going
on; for hillstrom, the Qini area beside plain propensity and random; for three bases of leads, the lift of personas on leads
that had no part in finding them.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from leadlight.desk.models.labelled_table import LeadTable, OutcomeColumn
from leadlight.desk.models.persona import PersonaRequest, persona
from leadlight.desk.models.uplift import TreatmentColumn, UpliftRequest, uplift
from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.predict.customers.customers import judge_forecast
from leadlight.predict.customers.forecast import BuyingModel, ForecastQuality, Purchase
from leadlight.predict.judge.metrics import Estimate


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--shared", type=Path, default=Path("../shared"))
    data = said.parse_args().shared / "data"
    if not data.is_dir():
        print(f"Left out: there are no data in {data}.")
        return
    lifetime_value(data)
    whom_contact_changes(data)
    ideal_customer(data)


def lifetime_value(data: Path) -> None:
    """Errors per customer on a period that was not seen."""
    print(
        "Customers: mean absolute error per customer on the later period (BG/NBD and Gamma-Gamma;"
        " each one's past rate going on)"
    )
    cases = (
        ("cdnow, 39 weeks", cdnow(data), datetime(1998, 6, 30), timedelta(days=273)),
        (
            "online_retail, 90 days",
            online_retail(data),
            datetime(2010, 12, 9, 23),
            timedelta(days=90),
        ),
    )
    for name, purchases, until, horizon in cases:
        began = time.perf_counter()
        found = judge_forecast(
            [p for p in purchases if (p.value or 0) > 0], until, horizon, valued=True
        )
        assert found is not None
        print(f"  {name:<24} {_line(found)}   ({time.perf_counter() - began:.0f} s)")
    import numpy as np

    one = BuyingModel(0.243, 4.414, 0.793, 2.426).expected_purchases(
        *(np.array([v]) for v in (2.0, 30.43, 38.86)), 39.0
    )[0]
    print(f"  the paper's own customer (1.226 expected in 39 weeks): {one:.3f}")


def _line(j: ForecastQuality) -> str:
    value = ""
    if j.value_error is not None and j.value_above is not None:
        value = f"; value {j.value_error:.1f} against {j.value_plain:.1f} ({_of(j.value_above, 1)})"
    return (
        f"purchases {j.error:.3f} against {j.plain:.3f} ({_of(j.above)}){value}; in all"
        f" {j.expected:,.0f} expected, {j.seen:,.0f} came; AUC of buying at all {j.auc:.3f},"
        f" recency {j.auc_recency:.3f}"
    )


def cdnow(data: Path) -> list[Purchase]:
    """CDNOW: customer, date, number of CDs, value."""
    with gzip.open(data / "cdnow" / "CDNOW_master.txt.gz", "rt") as f:
        rows = [line.split() for line in f.readlines()[1:]]
    return [
        Purchase(c, datetime(int(d[:4]), int(d[4:6]), int(d[6:])), float(v)) for c, d, _, v in rows
    ]


def online_retail(data: Path) -> list[Purchase]:
    """One purchase an invoice, without cancellations and lines of no person."""
    file = data / "online_retail_2009_2010" / "online_retail_2009_2010.parquet"
    con = duckdb.connect()
    rows = con.execute(
        f"""SELECT "Customer ID"::BIGINT::VARCHAR, min(InvoiceDate::TIMESTAMP), sum(Quantity * Price) FROM '{file}'
        WHERE "Customer ID" IS NOT NULL AND Quantity > 0 AND Price > 0 GROUP BY "Customer ID", Invoice"""
    ).fetchall()
    return [Purchase(c, at, float(v)) for c, at, v in rows]


def whom_contact_changes(data: Path) -> None:
    """The Qini area of each of the experiments in hillstrom, every lead scored by a model that never saw it."""
    print(
        "\nUplift on hillstrom_email, visits: Qini area as visits more per 1,000 leads than"
        " contacting at random (95 % bootstrap interval)"
    )
    file = data / "hillstrom_email" / "hillstrom.csv.gz"
    for name, treated in (
        ("women's mail", "Womens E-Mail"),
        ("men's mail", "Mens E-Mail"),
        ("either mail", None),
    ):
        began = time.perf_counter()
        request = UpliftRequest(file, TreatmentColumn("segment", treated), OutcomeColumn("visit"))
        f = uplift(Session(), request).uplift
        print(
            f"  {name:<14} {_of(f.qini, 2)}; plain propensity {_of(f.qini_propensity, 2)};"
            f" difference {_of(f.above_propensity, 2)}   ({time.perf_counter() - began:.0f} s)"
        )


def ideal_customer(data: Path) -> None:
    """Personas of three bases: lift on the leads that judge."""
    print("\nPersonas, judged on leads that had no part in finding them")
    with tempfile.TemporaryDirectory() as folder:
        cases = (
            ("x_education", data / "x_education" / "Leads.csv.gz", OutcomeColumn("Converted")),
            ("olist (2018 on)", _olist(data, Path(folder)), OutcomeColumn("won")),
            (
                "event_saas offers",
                _offers(data, Path(folder)),
                OutcomeColumn("Status", "Closed Won"),
            ),
            ("crm_sales (no signal)", _crm(data, Path(folder)), OutcomeColumn("deal_stage", "Won")),
        )
        for name, file, label in cases:
            began = time.perf_counter()
            request = PersonaRequest(clock.now(), LeadTable(file, label))
            f = persona(Session(), request).search
            print(
                f"  {name}: {len(f.buys)} segments that buy, {len(f.buys_not)} that do not, of"
                f" {f.tried:,} rules; base {f.base:.1%}; {f.split}  "
                f" ({time.perf_counter() - began:.0f} s)"
            )
            for p in (*f.buys, *f.buys_not):
                print(
                    f"    {p.leads:>6,} leads  {p.rate.value or 0:>6.1%} won  lift {_of(p.lift, 2)}"
                    f"  {p.condition[:150]}"
                )
            if f.why_not:
                print(f"    {f.why_not}")


def _olist(data: Path, folder: Path) -> Path:
    mql = data / "olist_funnel" / "olist_marketing_qualified_leads_dataset.csv.gz"
    deals = data / "olist_funnel" / "olist_closed_deals_dataset.csv.gz"
    return _copied(
        folder / "olist.csv",
        f"""SELECT m.*, CASE WHEN d.mql_id IS NULL THEN 'no' ELSE 'yes' END AS won
        FROM read_csv('{mql}') m LEFT JOIN (SELECT DISTINCT mql_id FROM read_csv('{deals}')) d USING (mql_id)
        WHERE first_contact_date >= DATE '2018-01-01'""",
    )


def _offers(data: Path, folder: Path) -> Path:
    offers, leads = (data / "event_saas_crm" / f"{n}.csv.gz" for n in ("offers", "leads"))
    return _copied(
        folder / "offers.csv",
        f"""SELECT o.* EXCLUDE (Id), l.Source, l."Acquisition Campaign", l.City
        FROM read_csv('{offers}', all_varchar=true) o LEFT JOIN read_csv('{leads}', all_varchar=true) l USING (Id)
        WHERE Status IN ('Closed Won', 'Closed Lost')""",
    )


def _crm(data: Path, folder: Path) -> Path:
    file = next((data / "crm_sales_opportunities").glob("*pipeline*"))
    return _copied(
        folder / "crm.csv",
        f"""SELECT product, account, sales_agent, engage_date, deal_stage FROM read_csv('{file}')
        WHERE deal_stage IN ('Won', 'Lost')""",
    )


def _copied(target: Path, query: str) -> Path:
    duckdb.connect().execute(f"COPY ({query}) TO '{target}' (HEADER)")
    return target


def _of(e: Estimate, digits: int = 3) -> str:
    if e.value is None or e.low is None or e.high is None:
        return "cannot be told"
    return f"{e.value:.{digits}f}, {e.low:.{digits}f} to {e.high:.{digits}f}"


if __name__ == "__main__":
    main()
