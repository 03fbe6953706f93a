"""`customers`: what each customer will buy again, and what next, from its purchases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from leadlight.desk.models.decided_leads import objection_note, unknown_outcome
from leadlight.desk.models.labelled_table import no_column
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, db, output_files, staging, training_sets
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.vocabulary import key
from leadlight.predict.customers.forecast import Customer, Purchase
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, plural
from leadlight.results.customers import CustomersResult
from leadlight.results.files import WrittenFile

Role: TypeAlias = Literal["customer", "date", "value", "product"]
_ROLES: tuple[Role, ...] = get_args(Role)
#: Headers by which a column's role is known, the plainest first.
_HEADERS: Mapping[Role, tuple[str, ...]] = {
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
#: The attribute that a column of a role is read as.
_ATTRIBUTES: Mapping[Role, str] = {
    "customer": "lead_id",
    "date": "created_at",
    "value": "budget",
    "product": "product",
}
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


@dataclass(frozen=True)
class PurchaseColumns:
    """The columns of a log of purchases by their headers; those that are not named are found by
    theirs.
    """

    customer: str | None = None
    date: str | None = None
    value: str | None = None
    product: str | None = None

    def column_of(self, role: Role) -> str | None:
        """The column that is named for a role."""
        return {
            "customer": self.customer,
            "date": self.date,
            "value": self.value,
            "product": self.product,
        }[role]


@dataclass(frozen=True)
class CustomersRequest:
    """What customers will buy in the `horizon` after `until` (now; of a table: after its newest
    purchase).

    Their purchases are a workspace's activities of the kinds `outcome`, seen as `known`; or those
    of a `table`, one a row. `out` is where to write all customers.
    """

    now: datetime
    table: Path | None = None
    columns: PurchaseColumns = field(default_factory=PurchaseColumns)
    outcome: tuple[str, ...] = ("won",)
    horizon: timedelta = timedelta(days=365)
    until: datetime | None = None
    known: Known = "then"
    out: Path | None = None


@dataclass(frozen=True)
class _Purchases:
    """Purchases until a moment, and what to know of them."""

    purchases: list[Purchase]
    until: datetime
    notes: tuple[str, ...] = ()


def customers(session: Session, request: CustomersRequest) -> CustomersResult:
    """Every customer with what is to be expected of it. Raises `CannotDo` where too few bought
    twice.

    The file has all customers, the most valuable first; it can be imported again as attributes of
    the leads.
    """
    needs()
    from leadlight.predict.customers.customers import customers as forecast_of

    with output_files.together(reads=(request.table,), claims=((request.out, "customers"),)):
        if request.table is not None:
            log = _of_table(request.table, request)
        else:
            log = _of_workspace(session, request)
        if not log.purchases:
            raise CannotDo(
                "There are no purchases here, so nothing is known of how customers come back."
            )
        forecast = forecast_of(log.purchases, log.until, request.horizon)
        forecast = replace(forecast, notes=(*forecast.notes, *log.notes))
        if request.out is None:
            return CustomersResult(forecast)
        output_files.write_rows(HEAD, map(_row, forecast.customers), request.out, "customers")
        return CustomersResult(forecast, WrittenFile(request.out, len(forecast.customers)))


def _row(c: Customer) -> Sequence[object]:
    n = c.next
    return (
        c.customer,
        c.purchases,
        c.first.date(),
        c.last.date(),
        _amount(c.spent),
        round(c.expected, 4),
        round(c.alive, 4),
        _amount(c.value),
        *((n.product, n.kind, round(n.chance, 4), n.because) if n else ("", "", "", "")),
    )


def _amount(value: float | None) -> float | str:
    return "" if value is None else round(value, 2)


def _of_workspace(session: Session, request: CustomersRequest) -> _Purchases:
    until = request.until or request.now
    with session.read_often("customers", request.now) as workspace:
        cohort = Everyone(until, request.known)
        base = bases.base_of_ledger(workspace.con, workspace.ledger, cohort)
        decided = training_sets.outcome_cohort(base)
        objected = decided.objector_count()
        rows = decided.purchases(request.outcome, until)
        kinds = sorted(base.sources.catalog.kinds)
    if not rows:
        raise unknown_outcome(
            f"Nobody in this workspace was {' or '.join(request.outcome)} by {until:%Y-%m-%d}.",
            request.outcome,
            kinds,
        )
    return _Purchases(_purchases_of(rows), until, objection_note(objected))


def _of_table(table: Path, request: CustomersRequest) -> _Purchases:
    with closing(db.connect()) as con:
        columns = staging.stage(con, table, name="look", what="leads").mapping.columns
        headers = [c.header for c in columns]
        there = _headers(request.columns, headers)
        maps = dict.fromkeys(headers, "-") | {h: _ATTRIBUTES[role] for role, h in there.items()}
        staged = staging.stage(con, table, name="purchases", what="leads", maps=maps)
        names = [_ATTRIBUTES[role] for role in there]
        rows = staging.staged_rows(con, staged, names, [there["customer"]])
    # A row without an id has one of its own to be told by, and is no customer by that.
    named = [row[:-1] for row in rows if str(row[-1] or "").strip()]
    purchases = _purchases_of([_by_role(dict(zip(there, row, strict=True))) for row in named])
    until = request.until or max((p.at for p in purchases), default=request.now)
    nobody = len(rows) - len(named)
    return _Purchases(purchases, until, _nobody_note(nobody))


def _nobody_note(rows: int) -> tuple[str, ...]:
    if not rows:
        return ()
    return (
        f"{plural(rows, 'row names', 'rows name')} no customer, so nothing is learned of them.",
    )


def _by_role(row: Mapping[Role, object]) -> tuple[object, ...]:
    return tuple(row.get(role) for role in _ROLES)


def _headers(columns: PurchaseColumns, headers: Sequence[str]) -> dict[Role, str]:
    """The columns of the roles that the table has."""
    chosen = {role: _header(role, columns.column_of(role), headers) for role in _ROLES}
    return {role: header for role, header in chosen.items() if header is not None}


def _header(role: Role, named: str | None, headers: Sequence[str]) -> str | None:
    """The column of a role: the one that is named, else the first whose header says so."""
    by_key = {key(h): h for h in headers}
    if named is not None:
        if key(named) not in by_key:
            raise no_column(named, headers, role)
        return by_key[key(named)]
    for word in _HEADERS[role]:
        if key(word) in by_key:
            return by_key[key(word)]
    if role in ("value", "product"):
        return None
    raise CannotDo(
        f"Which column of the table is the {role} of a purchase? It has {', '.join(headers[:12])}.",
        field=role,
    )


def _purchases_of(rows: Sequence[tuple[object, ...]]) -> list[Purchase]:
    """The purchases of these rows: customer, when, value, product."""
    purchases = [_purchase(*row) for row in rows]
    return [p for p in purchases if p]


def _purchase(customer: object, at: object, value: object, product: object) -> Purchase | None:
    """A purchase; None where nobody says of whom, or when."""
    moment = _moment(at)
    if customer is None or moment is None:
        return None
    return Purchase(
        str(customer),
        moment,
        None if value is None else float(str(value)),
        None if product is None else str(product),
    )


def _moment(at: object) -> datetime | None:
    if isinstance(at, datetime):
        return at
    return datetime(at.year, at.month, at.day) if isinstance(at, date) else None
