"""The ledgers of workspaces: in a file or on a server, made, lent, copied and asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from leadlight.adapters.db.postgres import Address
    from leadlight.adapters.ledger.copy import CopyReceipt
    from leadlight.adapters.ledger.postgres import PostgresLedger
    from leadlight.desk.ports import DeliveryTurn, Journal, LoanDesk, Store
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.catalog import Attribute, Type
    from leadlight.facts.intake import QuarantineRow
    from leadlight.facts.lead_list import LeadQuery
    from leadlight.facts.ledger import Ledger
    from leadlight.facts.relation import Relation


def store(
    folder: Path,
    file: str,
    address: Address | None,
    *,
    shared: bool,
    now: datetime,
    tell: Callable[[str], None],
) -> Store:
    """Where a workspace's facts lie: its file, or a server's database. With `shared` this process
    holds the file open for many requests.
    """
    from leadlight.adapters.ledger import stores

    if address is not None:
        return stores.ServerStore(address, tell)
    if shared:
        return stores.SharedFileStore(folder / file, "serve", now)
    return stores.FileStore(folder / file)


def journal(folder: Path) -> Journal:
    """The journal in a folder, which is made when it is not there. Raises `CannotDo` when another
    process has it.
    """
    from leadlight.adapters.journal.journal import FileJournal

    return FileJournal(folder)


def loan_desk(folder: Path, suspend: Callable[[], AbstractContextManager[None]]) -> LoanDesk:
    """Lends the ledger of a folder to commands as long as it is open."""
    from leadlight.adapters.ledger import loan

    return loan.LoanDesk(folder, suspend)


def delivery_turn(address: Address) -> DeliveryTurn:
    """Whose turn it is to deliver, of several servers on a database."""
    from leadlight.adapters.ledger.postgres import delivery_turn

    return delivery_turn.DeliveryTurn(address)


def create(file: Path, now: datetime) -> None:
    """A new, empty ledger."""
    from leadlight.adapters.ledger.open import create

    create(file, now)


def create_on_server(address: Address, now: datetime) -> None:
    """A new, empty ledger on a server."""
    from leadlight.adapters.ledger.postgres.open import create

    create(address, now)


def is_ledger(folder: Path, file: str) -> bool:
    """Whether a ledger can be copied from there: a workspace, or a folder of Parquet."""
    from leadlight.adapters.ledger.copy.parquet import NAMED

    return (folder / file).is_file() or (folder / NAMED).is_file()


def copy(
    source: Path | Address,
    target: Path | Address,
    file: str,
    now: datetime,
    tell: Callable[[str], None],
    *,
    parquet: bool,
) -> CopyReceipt:
    """A ledger copied with every row; it appears whole or not at all."""
    from leadlight.adapters.ledger.copy import CopySource, CopyTarget, copy
    from leadlight.adapters.ledger.copy.duckdb import duckdb_source, duckdb_target
    from leadlight.adapters.ledger.copy.parquet import NAMED, parquet_source, parquet_target

    kept: AbstractContextManager[CopySource]
    draft: AbstractContextManager[CopyTarget]
    if not isinstance(source, Path):
        from leadlight.adapters.ledger.copy.postgres import server_source

        kept = server_source(source, now, tell)
    elif (source / NAMED).is_file() and not (source / file).is_file():
        kept = parquet_source(source)
    else:
        kept = duckdb_source(source / file, now)
    if not isinstance(target, Path):
        from leadlight.adapters.ledger.copy.postgres import server_target

        draft = server_target(target, now, tell)
    else:
        draft = parquet_target(target, now) if parquet else duckdb_target(target / file, now)
    with kept as rows:
        return copy(rows, draft, tell)


def playbook_text(con: Connection, fingerprint: str) -> str | None:
    """The text of a playbook that some run was made with."""
    from leadlight.adapters.ledger.runs import playbook_text
    from leadlight.adapters.ledger.tables import DuckDBTables

    return playbook_text(DuckDBTables(con), fingerprint)


def make_table(
    con: Connection, name: str, types: Mapping[str, Type], rows: Sequence[Mapping[str, object]]
) -> Relation:
    """Rows of values as a relation, with `row_no` from 1."""
    from leadlight.adapters.ledger.event_table import make_table

    return make_table(con, name, types, rows)


def make_rejects(con: Connection, name: str, rows: Sequence[QuarantineRow]) -> Relation:
    """Events that cannot be used, as rejected rows of an import."""
    from leadlight.adapters.ledger.event_table import make_rejects

    return make_rejects(con, name, rows)


def is_on_server(facts: Ledger) -> TypeGuard[PostgresLedger]:
    """Whether the ledger is one of a server; its module is not imported for those who have none."""
    import sys

    known = sys.modules.get("leadlight.adapters.ledger.postgres")
    return known is not None and isinstance(facts, known.PostgresLedger)


def objection_rows(con: Connection, leads: Sequence[str], *, objected: bool) -> Relation:
    """Rows of a connection that state of each of these leads whether it objects to profiling."""
    from leadlight.adapters.ledger.objections import objection_rows

    return objection_rows(con, leads, objected=objected)


def names_of_condition(attributes: Mapping[str, Attribute], query: LeadQuery) -> dict[str, str]:
    """The names that the condition of a list of leads may use, each with its kind."""
    from leadlight.adapters.ledger.lead_condition import names_of_condition

    return names_of_condition(attributes, query)


def ledger_state(con: Connection) -> tuple[object, ...]:
    """A few numbers that change whenever a ledger has news."""
    from leadlight.adapters.ledger.state import ledger_state

    return ledger_state(con)
