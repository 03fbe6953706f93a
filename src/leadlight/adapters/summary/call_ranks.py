"""The place of each lead in the call order: whom to take first.

Who is not to be contacted has none: customers, leads that were dropped or are outside the target
audience, those whose next step is to leave them alone, and those who have no contact point that
works and may be used. In a base without any contact column that is not known, and all others have a
place. Leads that nothing tells apart share one: the newest first, then together.
"""

from __future__ import annotations

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.summary.call_list import READ, exclusions, order_of, to_use
from leadlight.adapters.summary.calls import is_left_alone, may_be_called, number_to_call
from leadlight.adapters.summary.qualified_base import QualifiedBase
from leadlight.facts.relation import TableName

RANKS = TableName("call_ranks")


def make_call_ranks(base: QualifiedBase, *, contacts: bool) -> TableName:
    """Make the table of ranks (lead_id, rank), the first is 1. Without `contacts` the base knows of
    no contact point.
    """
    customer, empty = exclusions(base.has, leave_out_empty=contacts)
    keep = [f"NOT {customer}", f"NOT {empty}", f"NOT {is_left_alone(base)}"]
    if "stage" in base.has:
        keep.append("coalesce(stage <> 'dropped', true)")
    if "audience" in base.has:
        keep.append("coalesce(audience <> 'non_target', true)")
    order = order_of(base.playbook, base.has).removesuffix(", lead_id")
    # Names of the company's own may be those of scores, so of the leads only these are shown.
    shown = ["l.lead_id AS _lead"]
    if "created_at" in base.known:
        order += ", _created DESC NULLS LAST"
        shown.append("l.created_at AS _created")
    if contacts:
        keep.append("coalesce(_within_reach, false)")
        shown.append(f"({_can_be_contacted(base)}) AS _within_reach")
    leads = f"SELECT {', '.join(shown)} FROM {base.leads((*READ, 'created_at'), None)} l"
    base.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {RANKS} AS SELECT lead_id, rank() OVER (ORDER BY {order}) AS"
        f" rank FROM {base.qualifications} LEFT JOIN ({leads}) ON _lead = lead_id WHERE"
        f" {' AND '.join(keep)}"
    )
    return RANKS


def _can_be_contacted(base: QualifiedBase) -> str:
    """Whether a lead `l` may be called and has a number that works, or may be mailed and has such
    an address.
    """
    known = base.known
    ways = [f"({may_be_called(known)} AND {number_to_call(known)} IS NOT NULL)"]
    if "email" in known:
        works = f"nullif(trim({to_use('email', known)}), '') IS NOT NULL"
        if "email_verdict" in known:
            works += " AND coalesce(l.email_verdict, '') <> 'unreachable'"
        refused = [
            f"coalesce(TRY_CAST(l.{quoted(n)} AS BOOLEAN), {unknown}) = {no}"
            for n, unknown, no in (("do_not_email", "false", "true"), ("consent", "true", "false"))
            if n in known
        ]
        ways.append(f"({' AND '.join([works, *(f'NOT ({r})' for r in refused)])})")
    return " OR ".join(ways)
