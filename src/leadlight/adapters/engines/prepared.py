"""A plan for a few leads that PostgreSQL plans once: the leads and the moment are parameters, and its plan is kept.

Planning a statement of hundreds of columns takes several times as long as running it for one lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leadlight.facts.cohort import Some
from leadlight.plan.compile import ANY_MOMENT, statement
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook

if TYPE_CHECKING:
    import psycopg

#: The name under which a plan and its relations ask for the leads.
TOUCHED = "touched"
#: A cohort whose leads and moment are told with every call: to render relations `as of` for a prepared plan.
ASKED = Some(ANY_MOMENT, TOUCHED)
#: Kept in a session that runs prepared plans. Left to itself, the server plans anew for every list of leads.
SETTINGS = {"plan_cache_mode": "force_generic_plan", "jit": "off", "max_parallel_workers_per_gather": "0"}


@dataclass(frozen=True)
class Prepared:
    """A statement whose `$1` are the ids of leads and `$2` the moment."""

    sql: str

    def rows(self, con: psycopg.Connection[Any], leads: Sequence[object], as_of: datetime) -> list[tuple[Any, ...]]:
        """The qualifications of these leads at that moment. The connection keeps the plan from its first call on."""
        from psycopg import RawCursor

        with RawCursor(con) as cursor:
            return list(cursor.execute(self.sql.encode(), [list(leads), as_of], prepare=True).fetchall())


def prepared(
    book: Playbook,
    sources: Sources,
    *,
    ids: str = "text",
    reasons: bool = True,
    signals: bool = False,
    due: bool = False,
) -> Prepared:
    """The plan of a playbook for leads that are told with every call, their ids of the type `ids`.

    Relations of a ledger in `sources` are rendered for the cohort `ASKED`.
    """
    text = statement(book, sources, ASKED, "postgres", reasons=reasons, signals=signals, due=due)
    return Prepared(with_parameters(text, ids))


def with_parameters(text: str, ids: str = "text") -> str:
    """A statement for the cohort `ASKED` with parameters in the place of the table of leads and of the moment."""
    assert text.startswith("WITH ")
    named = f'"{TOUCHED}" AS (SELECT UNNEST(CAST($1 AS {ids}[])) AS "lead_id")'
    at = ANY_MOMENT.isoformat(sep=" ")
    return f"WITH {named}, {text[5:]}".replace(f"'{at}'", "$2")


def settle(con: psycopg.Connection[Any]) -> None:
    """Settings of a session that qualifies a few leads again and again."""
    for name, value in SETTINGS.items():
        con.execute(f"SET {name} = '{value}'".encode())
