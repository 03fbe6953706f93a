"""Mailboxes and domains that are nobody's own: what people type to get past a form, and what no
person reads.

Only what several leads share is looked at: an address that stands once links nobody anyway.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from leadlight.adapters.db.arrow import arrow_table
from leadlight.adapters.db.duckdb import rows

NOBODY = frozenset(
    {"malformed", "mash_address", "newsletter", "no_reply", "reserved_domain", "test_address"}
)
"""Rules of verification by which an address is nobody's; a role's is read by people of a firm."""

_NO_COMPANY = NOBODY | {"unknown_ending"}

_TYPED = frozenset(
    [
        "donthave",
        "fake",
        "ingen",
        "ingenmail",
        "kein",
        "keine",
        "keineemail",
        "keinemail",
        "na",
        "nemail",
        "nemam",
        "nenhum",
        "nessuno",
        "nil",
        "ninguno",
        "nincs",
        "no",
        "nobody",
        "noemail",
        "nomail",
        "nomeil",
        "none",
        "noone",
        "nope",
        "noreply",
        "notavailable",
        "notgiven",
        "nothing",
        "notprovided",
        "null",
        "pasdemail",
        "pasdemail",
        "sansemail",
        "sansmail",
        "senzaemail",
        "sinemail",
        "sincorreo",
        "unavailable",
        "unknown",
        "xxx",
    ]
)
"""Mailboxes that say in some language that there is none."""


def is_nobody(address: str) -> bool:
    """Whether an address is a placeholder: `noemail@noemail.com`, `test@test.com`, `noreply@...`,
    `info@example.com`.
    """
    from leadlight.verify.email import check_email

    mailbox = address.partition("@")[0].replace(".", "").replace("-", "").replace("_", "")
    return mailbox in _TYPED or not NOBODY.isdisjoint(check_email(address).because)


def is_no_company(domain: str) -> bool:
    """Whether a domain belongs to no company: `example.com`, `test.com`, one that cannot be."""
    from leadlight.verify.email import check_email

    return not _NO_COMPANY.isdisjoint(check_email(f"anna.lee@{domain}").because)


def mark_nobody(own: duckdb.DuckDBPyConnection) -> None:
    """Mark the placeholders among the mailboxes of `leads` that several share."""
    shared = (
        "SELECT m_email FROM leads GROUP BY m_email HAVING count(*) > 1 AND m_email IS NOT NULL"
    )
    put_nobody(own, (str(m) for (m,) in rows(own, shared)))
    own.execute("UPDATE leads SET s_email = true WHERE m_email IN (SELECT x FROM nobody)")


def put_nobody(own: duckdb.DuckDBPyConnection, addresses: Iterable[str]) -> None:
    """Make the table `nobody` of the placeholders among these addresses."""
    own.register("typed", arrow_table({}, {"x": sorted(filter(is_nobody, addresses))}))
    own.execute("CREATE TABLE nobody AS SELECT x FROM typed")
    own.unregister("typed")
