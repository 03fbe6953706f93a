"""Whom to call first: the best leads whose own next step is a call, and who have a number that
works and may be called.

Their route says whether the next step is a call (`by: call`). In a playbook whose routes say
nothing of it any step may be one, but for leads outside the target audience.
"""

from __future__ import annotations

from collections.abc import Sequence

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.summary.call_list import READ, best, exclusions, to_use
from leadlight.adapters.summary.qualified_base import QualifiedBase
from leadlight.playbook.spec import Route
from leadlight.results.summary import CallObstacles, TopLead, above_the_coldest

_ROUTED, _CALLS = "routed_to_a_call", "leads_to_call"
_ASIDE = ("non_target",)
_FEWEST_DIGITS = 3


def calls(
    base: QualifiedBase, longest: int, *, contacts: bool = True
) -> tuple[tuple[TopLead, ...], CallObstacles]:
    """The leads to call, and how many hot ones cannot be. Without `contacts` nobody's number is
    known to this base.
    """
    con = base.con
    customer, empty = exclusions(base.has, leave_out_empty=contacts)
    hot = "temperature = 'hot'" if "temperature" in base.has else "false"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ROUTED} AS SELECT lead_id, {hot} AS hot FROM"
        f" {base.qualifications} WHERE NOT {customer} AND NOT {empty} AND"
        f" {_above_the_coldest(base)} AND {_is_a_call(base)}"
    )
    number = number_to_call(base.known) if contacts else "''"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CALLS} AS SELECT r.lead_id, r.hot, {number} AS number, "
        f"{may_be_called(base.known)} AS allowed "
        f"FROM {_ROUTED} r LEFT JOIN {base.leads(READ, _ROUTED)} l ON l.lead_id = r.lead_id"
    )
    ((objected, without),) = rows(
        con,
        "SELECT count(*) FILTER (hot AND NOT allowed), count(*) FILTER (hot AND allowed AND number"
        f" IS NULL) FROM {_CALLS}",
    )
    source = (
        f"{base.qualifications} WHERE lead_id IN "
        f"(SELECT lead_id FROM {_CALLS} WHERE allowed AND number IS NOT NULL)"
    )
    listed = best(base, source, longest, number)
    return listed, CallObstacles(int(str(objected)), int(str(without)))


def number_to_call(known: Sequence[str]) -> str:
    """The first number of a lead `l` that is not known to be unreachable, or NULL, as an SQL
    expression.
    """
    numbers = []
    for name in ("phone", "mobile"):
        if name in known:
            number = to_use(name, known)
            digits = f"length(regexp_replace({number}, '[^0-9]', '', 'g'))"
            works = f"{digits} >= {_FEWEST_DIGITS}"
            if f"{name}_verdict" in known:
                works += f" AND coalesce(l.{name}_verdict, '') <> 'unreachable'"
            numbers.append(f"CASE WHEN {works} THEN trim({number}) END")
    return f"coalesce({', '.join([*numbers, 'NULL'])})"


def may_be_called(known: Sequence[str]) -> str:
    """Whether a lead `l` neither asked not to be called nor withheld its consent, as an SQL
    expression.
    """
    refused = "coalesce(TRY_CAST(l.do_not_call AS BOOLEAN), false)"
    withheld = "NOT coalesce(TRY_CAST(l.consent AS BOOLEAN), true)"
    no = [said for name, said in (("do_not_call", refused), ("consent", withheld)) if name in known]
    return f"NOT ({' OR '.join(no)})" if no else "true"


def _above_the_coldest(base: QualifiedBase) -> str:
    """The coldest are nobody to call."""
    ladder = base.playbook.scale("temperature")
    if ladder is None or "temperature" not in base.has:
        return "true"
    names = above_the_coldest([label.name for label in ladder.labels])
    warmer = ", ".join(map(text_literal, names))
    return f"coalesce(temperature IN ({warmer}), false)" if warmer else "true"


def _is_a_call(base: QualifiedBase) -> str:
    """Whether the next step of a qualification is a call."""
    routes = base.playbook.routes
    if not any(route.by for route in routes) or "department" not in base.has:
        return _is_no_outsider(base)
    steps = " OR ".join(_goes(route) for route in _calls_alone(routes))
    return f"({steps})" if steps else "false"


def _calls_alone(routes: Sequence[Route]) -> list[Route]:
    """The routes to a call that no other route looks like in a qualification."""
    others = {_then(route) for route in routes if route.by != "call"}
    return [route for route in routes if route.by == "call" and _then(route) not in others]


def is_left_alone(base: QualifiedBase) -> str:
    """Whether nobody is to contact the lead now, as its route says."""
    if "department" not in base.has:
        return "false"
    others = {_then(route) for route in base.playbook.routes if route.by != "nothing"}
    alone = [r for r in base.playbook.routes if r.by == "nothing" and _then(r) not in others]
    return f"({' OR '.join(_goes(route) for route in alone)})" if alone else "false"


def _is_no_outsider(base: QualifiedBase) -> str:
    """Whether the lead is not of an audience that nobody sells to."""
    if "audience" not in base.has:
        return "true"
    aside = ", ".join(text_literal(a) for a in _ASIDE)
    return f"coalesce(audience NOT IN ({aside}), true)"


def _then(route: Route) -> tuple[str, int | None, str | None]:
    return route.to, route.within, route.next_step or None


def _goes(route: Route) -> str:
    to, within, step = _then(route)
    soon = "NULL" if within is None else str(int(within))
    said = "NULL" if step is None else text_literal(step)
    return (
        f"(department = {text_literal(to)} AND respond_within IS NOT DISTINCT FROM {soon} "
        f"AND next_step IS NOT DISTINCT FROM {said})"
    )
