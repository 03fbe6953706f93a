"""Which e-mail domains accept mail: what earlier checks found while that is fresh, and the rest
asked over the network.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.adapters.probes.dns import Bounds, KnownAnswer, ask_domains
from leadlight.facts.relation import Relation
from leadlight.plan.sources import Sources

if TYPE_CHECKING:
    from leadlight.verify.domains import DomainAnswer

_ANSWERS = ("accepts mail", "no mail", "no such domain")


def domain_answers(
    con: duckdb.DuckDBPyConnection,
    wanted: Relation,
    sources: Sources,
    now: datetime,
    bounds: Bounds | None = None,
) -> tuple[dict[str, DomainAnswer], int]:
    """What the domains of the rows to check answer, the most frequent first; and how many had to be
    left for next time.
    """
    from leadlight.verify.email import domain_of
    from leadlight.verify.points import further_points

    found = rows(
        con,
        f"SELECT email, count(*) AS n FROM {wanted} WHERE email IS NOT NULL GROUP BY 1 ORDER BY n"
        " DESC, 1",
    )
    found += rows(
        con,
        f"SELECT other_emails, count(*) FROM {wanted} WHERE other_emails IS NOT NULL GROUP BY 1"
        " ORDER BY 1",
    )
    often: dict[str, int] = {}
    for emails, n in found:
        for email in further_points({"other_emails": str(emails)}, "other_emails"):
            domain = domain_of(email)
            if domain:
                often[domain] = often.get(domain, 0) + int(str(n))
    domains = sorted(often, key=lambda d: (-often[d], d))
    answers = ask_domains(domains, now=now, known=_known_answers(con, sources), bounds=bounds)
    return answers, sum(1 for a in answers.values() if a == "not asked")


def _known_answers(con: duckdb.DuckDBPyConnection, sources: Sources) -> dict[str, KnownAnswer]:
    """What the checks of this base know already, from the newest of each domain."""
    from leadlight.verify.email import domain_of

    if not {"email", "email_domain", "checked_at"} <= sources.catalog.present:
        return {}
    listed = ", ".join(f"'{a}'" for a in _ANSWERS)
    found = rows(
        con,
        f"SELECT email, email_domain, checked_at FROM {sources.leads} WHERE email_domain"
        f" IN ({listed}) ORDER BY checked_at",
    )
    known: dict[str, KnownAnswer] = {}
    for email, answer, at in found:
        domain = domain_of(str(email))
        if domain and isinstance(at, datetime):
            known[domain] = KnownAnswer(cast("DomainAnswer", answer), at)
    return known
