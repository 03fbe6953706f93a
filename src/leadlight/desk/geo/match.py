"""`match-buildings`: which lead is in which building, and which buildings nobody asked yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.geo.building_rows import FILE, building_facts, check_file
from leadlight.desk.live.rows import Row, append_rows
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.session import Session
from leadlight.desk.wiring import building_tables, db, maps, output_files, staging
from leadlight.facts.catalog import LEAD_ATTRIBUTES, Attribute, Type
from leadlight.problems import CannotDo
from leadlight.results.files import WrittenFile
from leadlight.results.geo import LostGroup, MatchResult

if TYPE_CHECKING:
    from leadlight.desk.wiring.maps import LeadPlace, LostLead, Matches, Occupants

__all__ = ["MatchRequest", "match"]

Building = Mapping[str, object]
#: Metres that a place may be away from the wall of its building.
FURTHEST = 200.0
SHOWN = 5
#: What a building's row says of a prospect.
OF_PROSPECT = (
    "street",
    "postal_code",
    "city",
    "company",
    "building_trade",
    "phone",
    "website",
    "email",
)
MATCH = ("building_match", "building_distance", "building_confidence", "latitude", "longitude")


@dataclass(frozen=True)
class MatchRequest:
    """Find the building of each lead in a file of buildings, as `measure-buildings` writes it: by
    the lead's coordinates, else by its address in the extract `addresses`; no further than
    `within` metres from a wall. The leads are those of the workspace, or of a file.

    With `prospects`, a building with an address and no lead becomes a prospect. Without a workspace
    the answer is written to `out`.
    """

    buildings: Path
    now: datetime
    leads: Path | None = None
    addresses: Path | None = None
    within: float = 25.0
    prospects: bool = True
    out: Path | None = None


@dataclass(frozen=True)
class _Leads:
    places: Sequence[LeadPlace]
    rows: Sequence[Row] = ()
    own: tuple[Attribute, ...] = ()


def match(
    session: Session, request: MatchRequest, progress: Progress = NullProgress()
) -> MatchResult:
    """Match, and state what is at their buildings as facts of the leads, or write a file of them.

    Raises `CannotDo` for files that cannot be read. Nobody outside is asked.
    """
    if not 0 <= request.within <= FURTHEST:
        raise CannotDo(f"A place is 0 to {FURTHEST:g} m from its building.", field="within")
    in_workspace = request.leads is None
    if in_workspace and not session.has_workspace:
        raise CannotDo(
            "Name a file of leads, or a workspace that has some.",
            field="leads",
        )
    out = None if in_workspace and request.out is None else request.out or Path("placed.csv")
    if out is not None:
        building_tables.check_ending(out)
    reads = (request.buildings, request.leads, request.addresses)
    with output_files.together(reads, ((out, "placed"),) if out else ()) as outputs:
        progress.step("Reading buildings", unknown)
        rows = building_tables.read_table(
            request.buildings, tuple(n for n in FILE if FILE[n] is Type.TEXT)
        )
        check_file(rows, request.buildings.name)
        leads = _leads_of_file(request) if request.leads else _leads_of_ledger(session, request)
        progress.step("Looking for the leads' buildings", unknown)
        matching, living = _match(request, rows, leads.places)
        facts = _facts_of_leads(rows, matching)
        prospects = _prospects(rows, matching, living, leads) if request.prospects else []
        import_id = None
        if in_workspace:
            import_id = _append(session, request, [*facts, *prospects])
        if out is not None:
            _write(out, leads, facts, prospects)
        outputs.appear()
    return _result(request, rows, leads, matching, living, prospects, out, import_id)


def _leads_of_file(request: MatchRequest) -> _Leads:
    assert request.leads is not None
    with closing(db.connect()) as con:
        staged = staging.stage(con, request.leads, what="leads")
        names = [c.name for c in staged.mapping.columns if c.name]
        held = dict.fromkeys(("lead_id", *names))
        places = maps.lead_places(con, staged.relation, held)
        cells = staging.staged_rows(con, staged, tuple(held))
    rows = [dict(zip(held, row, strict=True)) for row in cells]
    return _Leads(places, rows, staged.own)


def _leads_of_ledger(session: Session, request: MatchRequest) -> _Leads:
    with session.read_often("geo", request.now) as workspace:
        return _Leads(maps.lead_places_of_ledger(workspace.con, workspace.ledger, request.now))


def _match(
    request: MatchRequest, rows: Sequence[Building], leads: Sequence[LeadPlace]
) -> tuple[Matches, Occupants]:
    houses = maps.building_map([str(row["outline"]) for row in rows])
    places = maps.places_of_buildings(rows)
    if request.addresses is not None:
        places += maps.read_places(request.addresses)
    known = [p for p in leads if not p.lead.startswith(PROSPECT)]
    matching = maps.match_leads(known, houses, places, request.within)
    return matching, maps.occupants(places, houses, request.within)


def _facts_of_leads(rows: Sequence[Building], matching: Matches) -> list[Row]:
    out = []
    for placed in matching.placed:
        row = rows[placed.building]
        facts = building_facts(placed.lead, row) | {
            "building_match": placed.how,
            "building_distance": placed.metres,
            "building_confidence": placed.confidence,
        }
        if placed.how == "address":
            facts |= {"latitude": row.get("latitude"), "longitude": row.get("longitude")}
        out.append(facts)
    return out


#: What the ids of prospects begin with.
PROSPECT = "building-"


def _prospects(
    rows: Sequence[Building], matching: Matches, living: Occupants, leads: _Leads
) -> list[Row]:
    """A row of each building that has an address and no lead."""
    taken = {p.building for p in matching.placed}
    linked = {p.building for p in leads.places if not p.lead.startswith(PROSPECT)}
    out = []
    for n, row in enumerate(rows):
        if n in taken or str(row["building_id"]) in linked:
            continue
        said = _of_map(n, row, living)
        if said.get("street"):
            facts = building_facts(f"{PROSPECT}{row['building_id']}", row)
            out.append(
                facts
                | said
                | {
                    "building_match": "prospect",
                    "building_confidence": 1.0,
                    "latitude": row.get("latitude"),
                    "longitude": row.get("longitude"),
                }
            )
    return out


def _of_map(n: int, row: Building, living: Occupants) -> Row:
    """The address and the contact of a building, of its own row or of the map around it."""
    said: Row = {name: row[name] for name in OF_PROSPECT if row.get(name)}
    if row.get("contact_licence") and any(said.get(k) for k in OF_PROSPECT[3:]):
        said["contact_licence"] = row["contact_licence"]
    address, contacts = living.address.get(n), living.contacts.get(n)
    if address is not None and not said.get("street"):
        said |= {
            "street": address.street,
            "postal_code": address.postal_code,
            "city": address.city,
        }
    if contacts:
        best = contacts[0]
        said |= {
            "company": best.name,
            "building_trade": best.trade,
            "phone": best.phone,
            "website": best.website,
            "email": best.email,
            "contact_licence": maps.map_licence(),
        }
    return said


def _append(session: Session, request: MatchRequest, rows: Sequence[Row]) -> str | None:
    if not rows:
        return None
    with session.write("geo", request.now) as workspace:
        now = workspace.after(request.now)
        name = f"{request.buildings.name} (matched)"
        receipt = append_rows(workspace, "leads", rows, name, now, {})
    return receipt.import_id if receipt.imported else None


def _write(out: Path, leads: _Leads, facts: Sequence[Row], prospects: Sequence[Row]) -> None:
    """The leads as they came, with what is said of their buildings; then the prospects."""
    by_lead = {row["lead_id"]: row for row in facts}
    for row in facts:  # a file's own date of change stays the lead's
        row.pop("changed_at", None)
    for row in prospects:
        row.pop("changed_at", None)
    rows = [{**row, **by_lead.get(row["lead_id"], {})} for row in leads.rows] or list(facts)
    rows += prospects
    own = {a.name: a.type for a in leads.own}
    held = dict.fromkeys(n for row in rows for n, value in row.items() if value is not None)
    types = {
        name: own.get(name) or LEAD_ATTRIBUTES[name].type
        for name in dict.fromkeys(("lead_id", *held, "building_confidence"))
        if name in own or name in LEAD_ATTRIBUTES
    }
    building_tables.write_table(types, rows, out, "placed")


def _result(
    request: MatchRequest,
    rows: Sequence[Building],
    leads: _Leads,
    matching: Matches,
    living: Occupants,
    prospects: Sequence[Row],
    out: Path | None,
    import_id: str | None,
) -> MatchResult:
    ways = [p.how for p in matching.placed]
    occupied = len({p.building for p in matching.placed})
    shown = [p for p in prospects if p.get("phone") or p.get("website") or p.get("email")]
    nameless = sum(not _of_map(n, row, living).get("street") for n, row in enumerate(rows))
    licensed = any(p.get("contact_licence") for p in prospects) or request.addresses is not None
    return MatchResult(
        sum(not p.lead.startswith(PROSPECT) for p in leads.places),
        ways.count("coordinates"),
        ways.count("address"),
        _groups(matching.unplaced),
        len(rows),
        occupied,
        len(prospects),
        len(shown),
        nameless,
        WrittenFile(out, len(leads.rows or matching.placed) + len(prospects)) if out else None,
        import_id,
        maps.map_licence() if licensed else None,
    )


def _groups(unplaced: Sequence[LostLead]) -> tuple[LostGroup, ...]:
    by_why: dict[str, list[str]] = defaultdict(list)
    for one in unplaced:
        by_why[one.why].append(one.lead)
    groups = sorted(by_why.items(), key=lambda g: -len(g[1]))
    return tuple(LostGroup(why, len(ids), tuple(sorted(ids)[:SHOWN])) for why, ids in groups)
