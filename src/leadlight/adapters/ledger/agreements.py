"""Versions of the playbook and their sign-offs: rows that are added, and never changed."""

from __future__ import annotations

from datetime import datetime

from leadlight.adapters.ledger.tables import Tables, number
from leadlight.facts.agreements import Agreements, SignOff, Version
from leadlight.facts.ledger import Proposal


def _version(
    number: int,
    fingerprint: str,
    name: str,
    needs: str | None,
    author: str,
    note: str,
    at: datetime,
    effective: datetime | None,
) -> Version:
    roles = tuple(needs.split(",")) if needs else ()
    return Version(number, fingerprint, name, roles, author, note, at, effective)


def read_agreements(tables: Tables) -> Agreements:
    """All versions and sign-offs."""
    versions = tables.rows(
        "SELECT version, fingerprint, name, needs, author, note, recorded_at, wished_from FROM"
        " versions ORDER BY version"
    )
    signed = (
        tables.rows(
            'SELECT version, fingerprint, role, "by", recorded_at FROM sign_offs ORDER BY'
            " recorded_at, version, role"
        )
        if versions
        else []
    )
    return Agreements(
        tuple(
            _version(*row)  # type: ignore[arg-type]
            for row in versions
        ),
        tuple(SignOff(*row) for row in signed),  # type: ignore[arg-type]
    )


def text_of(tables: Tables, version: int) -> str | None:
    """The text of a version as it was published."""
    found = tables.rows("SELECT text FROM versions WHERE version = ?", version)
    return str(found[0][0]) if found else None


def publish(tables: Tables, proposal: Proposal, now: datetime) -> Version:
    """Add a version with the next number."""
    agreement, needs = proposal.agreement, proposal.needs
    with tables.transaction():
        no = number(tables, "SELECT max(version) FROM versions") + 1
        tables.run(
            "INSERT INTO versions (version, fingerprint, name, text, needs, author, note,"
            " wished_from, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            no,
            agreement.fingerprint,
            agreement.name,
            agreement.text,
            ",".join(needs),
            proposal.author,
            proposal.note,
            proposal.wished_from,
            now,
        )
    return Version(
        no,
        agreement.fingerprint,
        agreement.name,
        needs,
        proposal.author,
        proposal.note,
        now,
        proposal.wished_from,
    )


def sign(tables: Tables, sign_off: SignOff) -> None:
    """Add a signature."""
    with tables.transaction():
        tables.run(
            'INSERT INTO sign_offs (version, fingerprint, role, "by", recorded_at) VALUES (?, ?, ?,'
            " ?, ?)",
            sign_off.version,
            sign_off.fingerprint,
            sign_off.role,
            sign_off.by,
            sign_off.signed_at,
        )
