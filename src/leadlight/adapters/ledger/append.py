"""Appending a file's facts: one transaction, one INSERT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import count
from leadlight.adapters.ledger import activities, imports, leads, spend
from leadlight.adapters.ledger.columns import join
from leadlight.adapters.ledger.holdings import holdings
from leadlight.adapters.ledger.imports import Entry
from leadlight.adapters.ledger.objections import keep_objections
from leadlight.adapters.ledger.tombstones import drop_tombstone_rows
from leadlight.adapters.ledger.transaction import transaction
from leadlight.facts.ledger import Arrival, ImportReceipt
from leadlight.problems import CannotDo, Problem


def append(
    con: duckdb.DuckDBPyConnection, arrival: Arrival, now: datetime, backfill: bool
) -> ImportReceipt:
    """Add what the file says and the ledger does not know yet, and enter the import in the book."""
    _refuse_other_mapping(con, arrival)
    with transaction(con):
        entry = imports.next_entry(con, now, backfill)
        arrival, said = drop_tombstone_rows(con, arrival)
        receipt = _with_problems(_run(con, arrival, entry, write=True), said)
        imports.write(con, entry, arrival, receipt)
    return receipt


def judge(
    con: duckdb.DuckDBPyConnection, arrival: Arrival, now: datetime, backfill: bool
) -> ImportReceipt:
    """What `append` would answer; the ledger may be open for reading only."""
    _refuse_other_mapping(con, arrival)
    arrival, said = drop_tombstone_rows(con, arrival)
    entry = imports.next_entry(con, now, backfill)
    return _with_problems(_run(con, arrival, entry, write=False), said)


def _with_problems(receipt: ImportReceipt, said: Sequence[Problem]) -> ImportReceipt:
    return replace(receipt, problems=(*said, *receipt.problems)) if said else receipt


def _run(
    con: duckdb.DuckDBPyConnection, arrival: Arrival, entry: Entry, *, write: bool
) -> ImportReceipt:
    have = holdings(
        con
    ).single()  # a row of a file is compared with what was said of that very lead
    joined, problems = join(con, arrival, write=write)
    joined = keep_objections(joined, have, arrival.fingerprint)
    new_leads = strangers = 0
    usable = arrival.read - arrival.rejected
    if arrival.what == "leads":
        verdict = leads.judge(
            con,
            arrival.relation,
            joined,
            have,
            entry,
            one_row_a_lead=arrival.one_row_a_lead,
            is_weakest=arrival.is_weakest,
        )
        known, new_leads = "unchanged", usable
        if verdict:
            new = f"SELECT count(*) FROM {verdict} WHERE NOT revises AND NOT unchanged"
            new_leads = count(con, new)
        if write:
            leads.append(con, joined, entry, verdict, usable)
    elif arrival.what == "activities":
        verdict = activities.judge(con, arrival.relation, joined, have, entry)
        known = "TRUE"
        if write:
            activities.append(con, joined, entry, verdict, usable)
            strangers = activities.count_strangers(con, activities.appended_rows(entry))
        else:
            strangers = activities.count_strangers(con, activities.new_rows(verdict))
    else:
        verdict = spend.judge(con, arrival.relation, joined, have, entry)
        known = "TRUE"
        if write:
            spend.append(con, joined, entry, verdict)
    unchanged = count(con, f"SELECT count(*) FROM {verdict} WHERE {known}") if verdict else 0
    return ImportReceipt(
        entry.import_id,
        arrival.file,
        arrival.what,
        entry.now,
        arrival.read,
        usable - unchanged,
        unchanged,
        arrival.rejected,
        new_leads,
        strangers,
        entry.backfill,
        tuple(problems),
    )


def _refuse_other_mapping(con: duckdb.DuckDBPyConnection, arrival: Arrival) -> None:
    """The same log mapped otherwise would count every activity a second time: the first import must
    go first.
    """
    before = imports.same_file(con, arrival.fingerprint, arrival.what)
    if arrival.what == "leads" or not before or before[1] == dict(arrival.mapping):
        return
    raise CannotDo(
        f"{arrival.file} was imported as {before[0]} with another mapping, and would count twice. "
        f"Take that import back first: leadlight undo {before[0]}"
    )
