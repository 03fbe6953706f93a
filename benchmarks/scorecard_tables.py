"""The tables of the scorecard: the shared ones with what is known of them, and invented ones.

A table keeps every row as text, as the file has it. `won` is the truth: yes, no, or None for a
lead that is not decided. What a measurement does to a file (columns out, cells blank) makes a new
table, so that the file of an answer can be written and looked at (`--keep`).
"""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

FUNNEL = "olist_funnel/olist_marketing_qualified_leads_dataset.csv.gz"
DEALS = "olist_funnel/olist_closed_deals_dataset.csv.gz"
TASK = "leadforge_sample/tasks/converted_within_90_days"
LOGS = ("touches", "sessions", "sales_activities")


@dataclass(frozen=True)
class Table:
    """Leads with their outcome. `outcome` names the columns that state it, `leaks` those that are
    filled in by it or after it, `newest` the column that grows with time.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    won: tuple[bool | None, ...]
    outcome: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    newest: str = ""

    @property
    def decided(self) -> list[int]:
        """The rows whose outcome is known to us."""
        return [n for n, won in enumerate(self.won) if won is not None]

    def only(self, rows: Iterable[int]) -> Table:
        """These rows, in this order."""
        kept = list(rows)
        return replace(
            self,
            rows=tuple(self.rows[n] for n in kept),
            won=tuple(self.won[n] for n in kept),
        )

    def without(self, columns: Collection[str]) -> Table:
        """The table as if these columns had never been exported."""
        kept = [n for n, name in enumerate(self.header) if name not in columns]
        return replace(
            self,
            header=tuple(self.header[n] for n in kept),
            rows=tuple(tuple(row[n] for n in kept) for row in self.rows),
            outcome=tuple(c for c in self.outcome if c not in columns),
            leaks=tuple(c for c in self.leaks if c not in columns),
        )

    def blank(self, rows: Collection[int], columns: Collection[str]) -> Table:
        """These cells blank: so a lead looks that is still open."""
        at = {n for n, name in enumerate(self.header) if name in columns}
        chosen = set(rows)
        return replace(
            self,
            rows=tuple(
                tuple("" if n in at else cell for n, cell in enumerate(row)) if r in chosen else row
                for r, row in enumerate(self.rows)
            ),
        )

    def with_column(self, column: str, cells: Sequence[str], **changes: Any) -> Table:
        """One column more."""
        rows = tuple((*row, cell) for row, cell in zip(self.rows, cells, strict=True))
        return replace(self, header=(*self.header, column), rows=rows, **changes)

    def cells(self, name: str) -> list[str]:
        """The cells of one column."""
        at = self.header.index(name)
        return [row[at] for row in self.rows]

    def newest_part(self, share: float) -> list[int]:
        """The newest of the decided rows; of equal moments the later row of the file."""
        moments = self.cells(self.newest)
        order = sorted(self.decided, key=lambda n: (moments[n], n))
        return order[len(order) - round(len(order) * share) :]

    def fold(self, parts: int, part: int, seed: int) -> list[int]:
        """One of equal parts of the decided rows, each with the same share of wins."""
        out: list[int] = []
        for won in (True, False):
            same = [n for n in self.decided if self.won[n] is won]
            random.Random(seed).shuffle(same)
            out += same[part::parts]
        return sorted(out)

    def sample(self, rows: int, seed: int) -> Table:
        """At most so many decided rows, in the order of the file."""
        decided = self.decided
        if len(decided) > rows:
            decided = sorted(random.Random(seed).sample(decided, rows))
        return self.only(decided)

    def write(self, folder: Path, name: str = "") -> Path:
        """The table as a plain CSV file."""
        file = folder / f"{name or self.name}.csv"
        with file.open("w", encoding="utf-8", newline="") as f:
            writer = csv.writer(f)
            writer.writerow(self.header)
            writer.writerows(self.rows)
        return file


def read(file: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of a shared CSV file, as text."""
    openly: Any = gzip.open if file.suffix == ".gz" else open
    with openly(file, "rt", encoding="utf-8", errors="replace", newline="") as f:
        header, *rows = csv.reader(f)
    return tuple(header), [tuple(row) for row in rows]


def read_parquet(file: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of a Parquet file, as a CSV export would have them."""
    from pyarrow import parquet

    found = parquet.read_table(file)
    columns = [found[name].to_pylist() for name in found.column_names]
    cells = zip(*columns, strict=True)
    return tuple(found.column_names), [
        tuple("" if cell is None else str(cell) for cell in row) for row in cells
    ]


def yes_no(won: Sequence[bool | None]) -> list[str]:
    """The outcome in words; an open lead has none."""
    return ["" if w is None else "Yes" if w else "No" for w in won]


def _plain(data: Path, name: str, file: str, label: str, won: str, **known: Any) -> Table:
    header, rows = read(data / file)
    at = header.index(label)
    truth = tuple(row[at] == won for row in rows)
    return Table(name, header, tuple(rows), truth, (label,), **known)


def x_education(data: Path) -> Table:
    """Leads of an online school. What sales' people and another tool wrote afterwards leaks."""
    leaks = (
        "Tags",
        "Lead Quality",
        "Lead Profile",
        "Last Activity",
        "Last Notable Activity",
        "Asymmetrique Activity Index",
        "Asymmetrique Profile Index",
        "Asymmetrique Activity Score",
        "Asymmetrique Profile Score",
    )
    file = "x_education/Leads.csv.gz"
    return _plain(data, "x_education", file, "Converted", "1", leaks=leaks, newest="Lead Number")


def b2b_won_lost(data: Path) -> Table:
    """Opportunities with sales' answers to the questions of qualification."""
    return _plain(data, "b2b_won_lost", "b2b_won_lost/B2B_dataset.csv", "Status", "Won")


def online_shoppers(data: Path) -> Table:
    """Visits to a shop; the value of a page is known from those who bought."""
    file = "online_shoppers/online_shoppers_intention.csv.gz"
    return _plain(data, "online_shoppers", file, "Revenue", "TRUE", leaks=("PageValues",))


def caravan(data: Path) -> Table:
    """Households behind coded columns."""
    return _plain(data, "caravan", "caravan/Caravan.csv.gz", "Purchase", "Yes")


def hillstrom(data: Path) -> Table:
    """Customers of a shop, of whom some came back."""
    file = "hillstrom_email/hillstrom.csv.gz"
    return _plain(data, "hillstrom", file, "visit", "1", leaks=("conversion", "spend"))


def event_saas_offers(data: Path) -> Table:
    """Offers of an event organiser's software; those at a stage before the end are open."""
    header, rows = read(data / "event_saas_crm/offers.csv.gz")
    at = header.index("Status")
    ends = {"Closed Won": True, "Closed Lost": False}
    return Table(
        "event_saas_offers",
        header,
        tuple(rows),
        tuple(ends.get(row[at]) for row in rows),
        ("Status",),
        ("Loss Reason", "Close Date", "Id"),
        "Created Date",
    )


def event_saas_leads(data: Path) -> Table:
    """The same seller's leads, with the reasons why they were dropped; an offer says who bought."""
    offers, deals = read(data / "event_saas_crm/offers.csv.gz")
    who, status = offers.index("Id"), offers.index("Status")
    bought = {deal[who] for deal in deals if deal[status] == "Closed Won" and deal[who]}
    header, rows = read(data / "event_saas_crm/leads.csv.gz")
    won = tuple(row[header.index("Id")] in bought for row in rows)
    return Table("event_saas_leads", header, tuple(rows), won, (), ("Discarded/Nurturing Reason",))


def olist(data: Path) -> Table:
    """Leads of 2018 of a marketplace; who closed a deal stands in another file."""
    deals, closed = read(data / DEALS)
    dates = {deal[deals.index("mql_id")]: deal[deals.index("won_date")] for deal in closed}
    header, rows = read(data / FUNNEL)
    day = header.index("first_contact_date")
    rows = [row for row in rows if row[day] >= "2018-01-01"]
    won = tuple(row[header.index("mql_id")] in dates for row in rows)
    return Table("olist", header, tuple(rows), won, newest="first_contact_date")


def olist_on(data: Path, day: str) -> Table:
    """The same leads as they stood at the end of a day: who had won, with the date, and who was
    open. The truth is of the open ones: who won later.
    """
    deals, closed = read(data / DEALS)
    dates = {deal[deals.index("mql_id")]: deal[deals.index("won_date")] for deal in closed}
    table = olist(data)
    known = [n for n, at in enumerate(table.cells("first_contact_date")) if at <= day]
    table = table.only(known)
    stated = [dates.get(lead, "") for lead in table.cells("mql_id")]
    won = tuple(None if at and at[:10] <= day else bool(at) for at in stated)
    cells = [at[:10] if at and at[:10] <= day else "" for at in stated]
    return table.with_column("won_date", cells, name=f"olist_{day}", won=won, outcome=("won_date",))


def crm_sales_opportunities(data: Path) -> Table:
    """An invented pipeline in which nothing tells who buys."""
    header, rows = read(data / "crm_sales_opportunities/sales_pipeline.csv.gz")
    at = header.index("deal_stage")
    ends = {"Won": True, "Lost": False}
    return Table(
        "crm_sales_opportunities",
        header,
        tuple(rows),
        tuple(ends.get(row[at]) for row in rows),
        ("deal_stage",),
        ("close_date", "close_value"),
    )


def leadforge(data: Path) -> Table:
    """Synthetic leads with counts of what they did."""
    parts = [read_parquet(data / TASK / f"{part}.parquet") for part in ("train", "valid", "test")]
    header = parts[0][0]
    rows = [row for _, more in parts for row in more]
    label = "converted_within_90_days"
    won = tuple(row[header.index(label)] == "True" for row in rows)
    return Table("leadforge", header, tuple(rows), won, (label,), ("total_touches_all",))


def leadforge_leads(data: Path) -> Table:
    """The same leads without the counts: what they did stands in the logs."""
    flat = leadforge(data)
    won = dict(zip(flat.cells("lead_id"), flat.won, strict=True))
    header, rows = read_parquet(data / "leadforge_sample/tables/leads.parquet")
    truth = tuple(won[row[header.index("lead_id")]] for row in rows)
    return Table("leadforge_leads", header, tuple(rows), truth)


def leadforge_logs(data: Path) -> tuple[Path, ...]:
    """What they did, in three files."""
    return tuple(data / "leadforge_sample/tables" / f"{log}.parquet" for log in LOGS)


def logs_with_kinds(data: Path, folder: Path) -> tuple[Path, ...]:
    """The same logs, the column that says what was done renamed to `kind`."""
    from pyarrow import parquet

    out = []
    for log in leadforge_logs(data):
        table = parquet.read_table(log)
        kinds = ("touch_type", "session_type", "activity_type")
        names = ["kind" if name in kinds else name for name in table.column_names]
        out.append(folder / log.name)
        parquet.write_table(table.rename_columns(names), out[-1])
    return tuple(out)


def newest_moment(logs: Iterable[Path]) -> datetime:
    """The newest moment in Parquet logs, whatever its column is called."""
    from pyarrow import parquet

    found = []
    for log in logs:
        table = parquet.read_table(log)
        (name,) = [n for n in table.column_names if n.endswith("_timestamp")]
        found += [str(cell) for cell in table[name].to_pylist()]
    return datetime.fromisoformat(max(found))


def with_outcome(table: Table) -> Table:
    """A table whose file says who bought: where another file does, a column `Converted` with yes
    and no.
    """
    if table.outcome:
        return table
    return table.with_column("Converted", yes_no(table.won), outcome=("Converted",))


#: Every table in which a row is a lead that bought or did not.
FLAT = {
    "x_education": x_education,
    "b2b_won_lost": b2b_won_lost,
    "online_shoppers": online_shoppers,
    "event_saas_offers": event_saas_offers,
    "event_saas_leads": event_saas_leads,
    "hillstrom": hillstrom,
    "caravan": caravan,
    "crm_sales_opportunities": crm_sales_opportunities,
    "olist": olist,
    "leadforge": leadforge,
}


def invented(rows: int, seed: int, *, signal: bool = True) -> Table:
    """A school's leads that nobody has: the longer on the site and the fuller the profile, the
    likelier the purchase; without signal the outcome is a coin.
    """
    dice = random.Random(seed)
    header = (
        "Lead Id",
        "Created Date",
        "Lead Source",
        "Do Not Email",
        "Total Time Spent on Website",
        "Occupation",
        "City",
        "Converted",
    )
    lines: list[tuple[str, ...]] = []
    won: list[bool] = []
    for n in range(rows):
        seconds = round(dice.expovariate(1 / 500)) if dice.random() < 0.7 else 0
        source = dice.choice(["Google", "Direct Traffic", "Facebook", "Reference"])
        opted_out = dice.random() < 0.08
        works = dice.choice(["Unemployed", "Working Professional", "Student", ""])
        bent = -2.2 + seconds / 450 + 1.5 * (source == "Reference") + 0.5 * bool(works) - opted_out
        bought = dice.random() < (1 / (1 + 2.718281828**-bent) if signal else 0.35)
        won.append(bought)
        lines.append(
            (
                f"L-{seed}-{n:05}",
                f"2026-{1 + n * 9 // rows:02}-{1 + n % 28:02}",
                source,
                "Yes" if opted_out else "No",
                str(seconds),
                works,
                dice.choice(["Mumbai", "Pune", "Nagpur", ""]),
                "1" if bought else "0",
            )
        )
    return Table(
        "invented", header, tuple(lines), tuple(won), ("Converted",), newest="Created Date"
    )
