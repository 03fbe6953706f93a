"""`customers`: what each customer will buy again, and what it will take next, from its
purchases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.models.persona_rows import who_objected
from leadlight.desk.workspace.workspace import brought, named
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.vocabulary import key
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, did_you_mean

if TYPE_CHECKING:
    from leadlight.predict.customers.forecast import Customer, Customers, Purchase

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "customer id",
        "customer",
        "client id",
        "client",
        "buyer",
        "lead id",
        "lead",
        "account id",
        "account",
        "email",
    ),
    "date": (
        "occurred at",
        "date",
        "invoice date",
        "order date",
        "purchase date",
        "ordered at",
        "created at",
        "timestamp",
        "time",
    ),
    "value": (
        "value",
        "amount",
        "total",
        "dollar value",
        "revenue",
        "order value",
        "sales",
        "price",
    ),
    "product": ("product", "product name", "item", "article", "sku", "stock code", "description"),
}


@dataclass(frozen=True)
class Asked:
    """Whose purchases: a workspace's, or those of a table whose columns are named (or found by
    their headers).
    """

    table: Path | None = None
    columns: Mapping[str, str] = field(
        default_factory=dict
    )  # customer, date, value, product -> header
    won: tuple[str, ...] = ("won",)
    horizon: timedelta = timedelta(days=365)
    until: datetime | None = None
    workspace: str | None = None
    known: Known = "then"


def customers(asked: Asked) -> Customers:
    """Every customer with what is to be expected of it. Raises `CannotDo` where too few bought
    twice.
    """
    needs()
    from leadlight.predict.customers.customers import customers as expected

    notes: tuple[str, ...] = ()
    if asked.table is not None:
        purchases, until = _of_table(asked)
    else:
        purchases, until, notes = _of_workspace(asked)
    if not purchases:
        raise CannotDo(
            "There are no purchases here, so nothing is known of how customers come back."
        )
    found = expected(purchases, until, asked.horizon)
    return replace(found, notes=(*found.notes, *notes))


def write(found: Customers, target: Path) -> None:
    """All customers as CSV, the most valuable first; it can be imported again as attributes of the
    leads.
    """
    wiring.write_rows(HEAD, map(_row, found.customers), target, "customers")


def _row(c: Customer) -> Sequence[object]:
    n = c.next
    return (
        c.customer,
        c.purchases,
        c.first.date(),
        c.last.date(),
        _two(c.spent),
        round(c.expected, 4),
        round(c.alive, 4),
        _two(c.value),
        n.product if n else "",
        n.kind if n else "",
        round(n.chance, 4) if n else "",
        n.because if n else "",
    )


HEAD = (
    "lead_id",
    "purchases",
    "first_purchase",
    "last_purchase",
    "spent",
    "expected_purchases",
    "probability_alive",
    "expected_value",
    "next_product",
    "next_kind",
    "next_chance",
    "next_because",
)


def _two(value: float | None) -> float | str:
    return "" if value is None else round(value, 2)


def _of_workspace(asked: Asked) -> tuple[list[Purchase], datetime, tuple[str, ...]]:
    now = wiring.now()
    until = asked.until or now
    with brought(named(asked.workspace), "customers", now) as workspace:
        base = wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(until, asked.known))
        cohort = wiring.outcome_cohort(base)
        objected = cohort.objector_count()
        rows = cohort.purchases(asked.won, until)
        kinds = sorted(base.sources.catalog.kinds)
    if not rows:
        hint = (
            did_you_mean(asked.won[0], kinds)
            or f"Activities here are {', '.join(kinds[:12]) or 'none'}."
        )
        raise CannotDo(
            f"Nobody in this workspace was {' or '.join(asked.won)} by {until:%Y-%m-%d}. {hint}"
        )
    return _purchases(rows), until, who_objected(objected)


def _of_table(asked: Asked) -> tuple[list[Purchase], datetime]:
    assert asked.table is not None
    con = wiring.connect()
    try:
        headers = [
            c.header
            for c in wiring.stage(con, asked.table, name="look", what="leads").mapping.columns
        ]
        chosen = {role: _header(role, asked.columns.get(role), headers) for role in _COLUMNS}
        said = dict.fromkeys(headers, "-") | {
            h: _NAMES[role] for role, h in chosen.items() if h is not None
        }
        staged = wiring.stage(con, asked.table, name="purchases", what="leads", maps=said)
        names = [_NAMES[role] for role, h in chosen.items() if h is not None]
        rows = wiring.staged_rows(con, staged, names)
    finally:
        con.close()
    at = {role: names.index(_NAMES[role]) if h is not None else None for role, h in chosen.items()}
    found = _purchases([tuple(None if i is None else row[i] for i in at.values()) for row in rows])
    until = asked.until or max((p.at for p in found), default=wiring.now())
    return found, until


_NAMES = {"customer": "lead_id", "date": "created_at", "value": "budget", "product": "product"}


def _header(role: str, said: str | None, headers: Sequence[str]) -> str | None:
    """The column of a role: the one that is named, else the first whose header says so."""
    by_key = {key(h): h for h in headers}
    if said is not None:
        if key(said) in by_key:
            return by_key[key(said)]
        hint = did_you_mean(said, headers) or f"It has {', '.join(headers[:12])}."
        raise CannotDo(f"The table has no column {said!r}. {hint}")
    for word in _COLUMNS[role]:
        if key(word) in by_key:
            return by_key[key(word)]
    if role in ("value", "product"):
        return None
    raise CannotDo(
        f"Which column of the table is the {role} of a purchase? Say so: --{role} COLUMN. It has"
        f" {', '.join(headers[:12])}."
    )


def _purchases(rows: Sequence[Sequence[Any]]) -> list[Purchase]:
    from leadlight.predict.customers.forecast import Purchase

    out = []
    for customer, at, value, product in rows:
        moment = (
            at
            if isinstance(at, datetime)
            else datetime(at.year, at.month, at.day)
            if isinstance(at, date)
            else None
        )
        if customer is None or moment is None:
            continue
        out.append(
            Purchase(
                str(customer),
                moment,
                None if value is None else float(value),
                None if product is None else str(product),
            )
        )
    return out
