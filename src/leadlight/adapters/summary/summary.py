"""The summary of a qualified base, computed by DuckDB: a few aggregates and one short list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.summary.call_list import hottest_leads
from leadlight.adapters.summary.call_ranks import make_call_ranks
from leadlight.adapters.summary.calls import calls
from leadlight.adapters.summary.contact_quality import quality
from leadlight.adapters.summary.histograms import histograms
from leadlight.adapters.summary.lead_sources import sources
from leadlight.adapters.summary.model_drift import model_drift
from leadlight.adapters.summary.qualified_base import Leads, QualifiedBase
from leadlight.facts.catalog import LEAD_ATTRIBUTES, Catalog, standard_kind
from leadlight.facts.relation import Relation, TableName
from leadlight.playbook.model import model_age
from leadlight.playbook.spec import ModelScore, Playbook, Scale
from leadlight.results.summary import (
    UNLABELLED,
    InputCount,
    KindCount,
    LabelCount,
    Overlap,
    RouteSummary,
    ScaleSummary,
    SegmentSummary,
    Summary,
    names_missing,
    rule_kinds,
)

_CALLS = 50


def summarise(  # noqa: PLR0913 - the parts of a base, without which it can be summarised too
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    leads: Relation,
    playbook: Playbook,
    as_of: datetime,
    *,
    activities: Relation | None = None,
    spend: Relation | None = None,
    catalog: Catalog | None = None,
    read: Sequence[InputCount] = (),
    longest_list: int = 200,
    leads_of: Leads | None = None,
) -> Summary:
    """The summary of a base.

    Give `qualifications` as a table or file, not as a view of the plan, which would
    run again for each aggregate. `leads_of` reads the leads with only the attributes that are asked
    for, or only those that are in a table.
    """
    has = column_names(con, qualifications)
    known = column_names(con, leads)
    some = leads_of or (lambda names, among: leads)
    scales, total = _scales(con, qualifications, playbook, has)
    segments, overlaps = _segments(con, qualifications, playbook, has)
    brought, left, attribute, currency = sources(con, qualifications, some, has, known, spend)
    present = catalog.present if catalog and catalog.present else frozenset(known)
    # Without any contact column every lead is empty; then the list goes by id, to be looked up in
    # the CRM.
    contacts = bool(present & {"email", "phone", "mobile"})
    base = QualifiedBase(con, qualifications, some, playbook, has, known)
    top, callable_, customers = hottest_leads(base, longest_list, leave_out_empty=contacts)
    whom, not_called = calls(base, min(longest_list, _CALLS), contacts=contacts)
    verified = "contact_because" in present
    standard = {**LEAD_ATTRIBUTES, **(catalog.lead if catalog else {})}
    return Summary(
        as_of=as_of,
        playbook=playbook.name,
        fingerprint=playbook.fingerprint,
        leads=total,
        scales=scales,
        scores=histograms(con, qualifications, playbook, has),
        segments=segments,
        overlaps=overlaps,
        sources=brought,
        sources_left=left,
        source_attribute=attribute,
        currency=currency,
        top=top,
        calls=whom,
        not_called=not_called,
        callable=callable_,
        customers=customers,
        no_contacts=not contacts,
        routes=_routes(con, qualifications, has),
        unknown=names_missing(playbook, present, standard),
        read=tuple(read),
        unused_kinds=_unused_kinds(con, activities, playbook) if activities else (),
        quality=quality(base, as_of, attribute, spend) if verified else None,
        models=(
            *(model_age(s.model, as_of) for s in playbook.scores if isinstance(s, ModelScore)),
            *model_drift(con, qualifications, playbook, has),
        ),
    )


def make_ranks(
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    leads: Relation,
    playbook: Playbook,
    leads_of: Leads,
) -> TableName:
    """The table with the place of each lead in the call order (lead_id, rank)."""
    known = column_names(con, leads)
    base = QualifiedBase(
        con, qualifications, leads_of, playbook, column_names(con, qualifications), known
    )
    return make_call_ranks(base, contacts=bool({"email", "phone", "mobile"} & set(known)))


def _scales(
    con: duckdb.DuckDBPyConnection, qualifications: Relation, playbook: Playbook, has: Sequence[str]
) -> tuple[tuple[ScaleSummary, ...], int]:
    total = int(str(rows(con, f"SELECT count(*) FROM {qualifications}")[0][0]))
    scales = [s for s in playbook.scales if s.name in has]
    if not scales:
        return (), total
    # One small query a scale: grouping by all at once makes as many groups as the labels have
    # combinations.
    found = rows(
        con,
        " UNION ALL ".join(
            f"SELECT {i}, {quoted(s.name)}, count(*) FROM {qualifications} GROUP BY 2"
            for i, s in enumerate(scales)
        ),
    )
    counts: list[dict[str, int]] = [{} for _ in scales]
    for i, label, n in found:
        counts[int(str(i))][UNLABELLED if label is None else str(label)] = int(str(n))
    return tuple(_ladder(s, c) for s, c in zip(scales, counts, strict=True)), total


def _ladder(scale: Scale, counts: dict[str, int]) -> ScaleSummary:
    labels = [label.name for label in scale.labels]
    labels += sorted(c for c in counts if c not in labels)
    return ScaleSummary(
        scale.name, tuple(LabelCount(n, counts.get(n, 0)) for n in labels), scale.about
    )


def _segments(
    con: duckdb.DuckDBPyConnection, qualifications: Relation, playbook: Playbook, has: Sequence[str]
) -> tuple[tuple[SegmentSummary, ...], tuple[Overlap, ...]]:
    if not playbook.segments or "segments" not in has:
        return (), ()
    hot = "count(*) FILTER (temperature = 'hot')" if "temperature" in has else "0"
    # Leads in the same segments are counted together first, so that pairs are made of combinations,
    # not leads.
    found = rows(
        con,
        f"""
        WITH combos AS MATERIALIZED (
          SELECT string_split(segments, '; ') AS names, count(*) AS n, {hot} AS hot
          FROM {qualifications} WHERE segments <> '' GROUP BY segments),
        parts AS (SELECT n, hot, names, unnest(names) AS one FROM combos),
        pairs AS (SELECT one, unnest(names) AS other, n, hot FROM parts)
        SELECT one, other, sum(n)::BIGINT, sum(hot)::BIGINT FROM pairs GROUP BY 1, 2
        """,
    )
    pairs = {(str(one), str(other)): (int(str(n)), int(str(h))) for one, other, n, h in found}
    names = [s.name for s in playbook.segments]
    sizes = tuple(
        SegmentSummary(s.name, *pairs.get((s.name, s.name), (0, 0)), s.about)
        for s in playbook.segments
    )
    overlaps = tuple(
        Overlap(one, other, pairs.get((one, other), (0, 0))[0])
        for i, one in enumerate(names)
        for other in names[i + 1 :]
    )
    return sizes, overlaps


def _routes(
    con: duckdb.DuckDBPyConnection, qualifications: Relation, has: Sequence[str]
) -> tuple[RouteSummary, ...]:
    if "department" not in has:
        return ()
    within = "respond_within" if "respond_within" in has else "NULL"
    step = "next_step" if "next_step" in has else "NULL"
    found = rows(
        con,
        f"SELECT department, {within}, {step}, count(*) FROM {qualifications} "
        "GROUP BY 1, 2, 3 ORDER BY 2 NULLS LAST, 4 DESC, 1, 3",
    )
    return tuple(
        RouteSummary(
            str(d or ""), None if w is None else int(float(str(w))), str(s or ""), int(str(n))
        )
        for d, w, s, n in found
    )


def _unused_kinds(
    con: duckdb.DuckDBPyConnection, activities: Relation, playbook: Playbook
) -> tuple[KindCount, ...]:
    named = rule_kinds(playbook)
    found = rows(
        con, f"SELECT kind, count(*) FROM {activities} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 2000"
    )
    # A log may spell a standard kind its own way: `Email Opened` is used where a rule names
    # `email_opened`.
    unused = [
        (str(k), int(str(n)))
        for k, n in found
        if k is not None and standard_kind(str(k)) not in named
    ]
    return tuple(KindCount(kind, n) for kind, n in unused[:30])
