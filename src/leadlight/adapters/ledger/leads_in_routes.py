"""Leads that a route sends to a department, and that need somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.ledger.tables import Tables, columns_of
from leadlight.facts.assignments import LeadInRoute, RoutedLead, RouteQuery
from leadlight.facts.cohort import Some
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.texts import leads_text

_ROUTED = "_leads_in_route"
_LABEL = "label_temperature"
_READ = ("owner", "account", "company", "country", "region", "language")
_FIXED = (
    "lead_id",
    "department",
    "respond_within",
    "next_step",
    "label",
    "began_at",
    "person",
    "places",
    "is_held",
)


def list_leads_in_routes(
    tables: Tables,
    holdings: Holdings,
    query: RouteQuery,
    newest: Callable[[str], str],
    now: datetime,
    engine: str,
) -> list[RoutedLead]:
    """The leads that need an assignment; `newest` gives SQL of the assignments that count, of leads
    that meet a condition.
    """
    if not query.departments:
        return []
    has_labels = _LABEL in columns_of(tables, "run_changes")
    tables.fresh(_ROUTED, _query(query, newest, _LABEL if has_labels else "NULL"))
    names = [n for n in _READ if n in holdings.attributes]
    known = leads_text(Some(now, _ROUTED), holdings, names, engine) if names else ""
    listed = "".join(f", k.{quoted(n)}" for n in names)
    joined = f" LEFT JOIN ({known}) AS k ON k.lead_id = r.lead_id" if names else ""
    rows = tables.rows(
        f"SELECT {', '.join(f'r.{n}' for n in _FIXED)}{listed} FROM {_ROUTED} AS r{joined}"
    )
    return [_lead(dict(zip((*_FIXED, *names), row, strict=True))) for row in rows]


def _query(query: RouteQuery, newest: Callable[[str], str], label: str) -> str:
    """SQL: the leads, with the moment at which their route, or its response time, became theirs."""
    which = _condition(query)
    of = f" WHERE c.{which}" if which else ""
    log = (
        "SELECT c.lead_id, c.gone, c.department, c.respond_within, c.next_step, CAST("
        f"{'c.' if label != 'NULL' else ''}{label} AS VARCHAR) AS label, r.as_of,"
        " lag(c.department) OVER w AS was_department, lag(c.respond_within) OVER w AS was_within,"
        " row_number() OVER w AS place, row_number() OVER (PARTITION BY c.lead_id ORDER BY c.run_no"
        f" DESC) AS back FROM run_changes AS c JOIN runs AS r ON r.run_no = c.run_no{of} WINDOW w"
        " AS (PARTITION BY c.lead_id ORDER BY c.run_no)"
    )
    began = (
        "SELECT lead_id, max(CASE WHEN place = 1 OR department IS DISTINCT FROM was_department OR"
        " respond_within IS DISTINCT FROM was_within THEN as_of END) AS began_at FROM log GROUP BY"
        " lead_id"
    )
    places = (
        "SELECT lead_id, max(place) AS places FROM assignment_facts WHERE"
        f" {which or '1 = 1'} GROUP BY lead_id"
    )
    departments = " OR ".join(
        f"n.department = {text_literal(d)} OR strpos(n.department, {text_literal(d + '/')}) = 1"
        for d in query.departments
    )
    people = ", ".join(map(text_literal, query.known_people)) or "''"
    return (
        f"WITH log AS ({log}), began AS ({began}), given AS ({newest(which or '1 = 1')}), places"
        f" AS ({places}) SELECT"
        " n.lead_id, n.department, n.respond_within, n.next_step, n.label, CASE WHEN g.kind ="
        " 'held' AND g.began_at > b.began_at THEN g.began_at ELSE b.began_at END AS"
        " began_at, g.person,"
        " coalesce(p.places, 0) AS places, coalesce(g.kind = 'held', FALSE) AS is_held FROM log AS"
        " n JOIN began AS b ON b.lead_id = n.lead_id LEFT JOIN given AS g ON g.lead_id = n.lead_id"
        " LEFT JOIN places AS p ON p.lead_id = n.lead_id WHERE n.back = 1 AND NOT n.gone AND"
        f" ({departments}) AND (g.lead_id IS NULL OR g.began_at < b.began_at OR g.kind = 'held' OR"
        f" g.person NOT IN ({people}))"
    )


def _condition(query: RouteQuery) -> str:
    """Of which leads anything is read at all; empty: of all."""
    if query.lead is not None:
        return f"lead_id = {text_literal(query.lead)}"
    if query.run is None:
        return ""
    changed = f"SELECT lead_id FROM run_changes WHERE run_no = {int(query.run)}"
    return f"lead_id IN ({changed} UNION {_WAITING})"


# Who is held, and was not given to anybody since.
_WAITING = (
    "SELECT h.lead_id FROM assignment_facts AS h WHERE h.kind = 'held' AND h._import NOT IN (SELECT"
    " import_no FROM undos) AND NOT EXISTS (SELECT 1 FROM assignment_facts AS l WHERE l.lead_id ="
    " h.lead_id AND l.place > h.place AND l._import NOT IN (SELECT import_no FROM undos))"
)


def _lead(cells: dict[str, object]) -> RoutedLead:
    began, within = cells["began_at"], cells["respond_within"]
    assert isinstance(began, datetime)
    company = _text(cells.get("account")) or (_text(cells.get("company")) or "").casefold()
    lead = LeadInRoute(
        lead_id=str(cells["lead_id"]),
        department=str(cells["department"]),
        began_at=began,
        respond_within=None if within is None else int(str(within)),
        label=_text(cells["label"]),
        owner=_text(cells.get("owner")),
        company=company or None,
        country=_text(cells.get("country")),
        region=_text(cells.get("region")),
        language=_text(cells.get("language")),
        person=_text(cells["person"]),
        places=int(str(cells["places"])),
        is_held=bool(cells["is_held"]),
    )
    return RoutedLead(lead, _text(cells["next_step"]))


def _text(value: object) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None
