"""Finds links in a base: exact rules in SQL, the rest weighed by Splink, in a DuckDB connection of
its own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from leadlight.adapters.db.arrow import arrow_table
from leadlight.adapters.db.duckdb import connect, count
from leadlight.adapters.links.blocking import meet, rules
from leadlight.adapters.links.column_profile import profile_columns
from leadlight.adapters.links.companies import find_company_links
from leadlight.adapters.links.comparison_table import bring
from leadlight.adapters.links.contradictions import without_contradictions
from leadlight.adapters.links.current_links import links_of
from leadlight.adapters.links.exact_rules import link_exactly
from leadlight.adapters.links.sites import link_sites
from leadlight.adapters.private_folders import private_folder
from leadlight.dedupe.comparisons import Comparison, choose
from leadlight.dedupe.link import Link
from leadlight.dedupe.settings import Settings
from leadlight.facts.catalog import Attribute
from leadlight.problems import Problem

__all__ = ["Found", "find_company_links", "find_links"]

Progress = Callable[[str], None]

WITHOUT = Problem(
    "linking-exactly",
    "Only leads with the same address, number or external id were linked: weighing names and dates"
    " needs Splink.",
    hint="pip install 'leadlight[dedupe]'",
    level="doubt",
)


@dataclass(frozen=True)
class FoundLinks:
    """`links` are made or waiting, in order of the ids; `compared` says what was compared and how,
    `pairs` how many pairs were weighed.
    """

    links: list[Link]
    compared: tuple[Comparison, ...] = ()
    pairs: int = 0
    problems: tuple[Problem, ...] = field(default=())


def find_links(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[Attribute],
    settings: Settings | None = None,
    progress: Progress | None = None,
    *,
    only_new: Collection[str] | None = None,
    known: Iterable[Link] = (),
    memory_limit: str | None = None,
) -> FoundLinks:
    """The same-as links between the leads of a relation that has `lead_id` and columns under
    catalog names.

    `columns` says their types and which are the company's own. With `only_new`, links that touch
    none of these leads are left out; the others are the same as in a full run, since the weights
    are learned from the whole base. No chain of made links, together with those that are `known`,
    joins leads that contradict each other: the weakest link waits, a known one too, and says why.
    """
    how, tell = settings or Settings(), progress or (lambda _: None)
    tell("Looking at the columns")
    seen = profile_columns(con, relation, columns)
    leads = count(con, f"SELECT count(*) FROM {relation}")
    compared = choose(seen, leads, how.columns)
    with private_folder() as folder:
        own = connect(memory_limit=memory_limit or "3GB", temp=folder)
        try:
            found = _find(own, con, relation, compared, how, tell, only_new)
            links = without_contradictions(own, found.links, known, compared, how)
            return replace(found, links=links)
        finally:
            own.close()


def _find(
    own: duckdb.DuckDBPyConnection,
    con: duckdb.DuckDBPyConnection,
    relation: str,
    compared: tuple[Comparison, ...],
    settings: Settings,
    tell: Progress,
    only_new: Collection[str] | None,
) -> FoundLinks:
    own.execute("SET enable_progress_bar = false")
    bring(con, own, relation, compared, settings)
    if only_new is not None:
        _mark_new(own, only_new)
    tell("Linking by exact rules")
    link_exactly(own, settings)
    link_sites(own)
    own.execute(
        "CREATE TABLE IF NOT EXISTS weighed (l BIGINT, r BIGINT, weight DOUBLE, say VARCHAR)"
    )
    if not has_splink():
        return FoundLinks(_links(own, settings, only_new is not None), compared, 0, (WITHOUT,))
    pairs = 0
    if len(compared) > 1 and count(own, "SELECT count(*) FROM leads") > 1:
        from leadlight.adapters.links.model import learn
        from leadlight.adapters.links.scoring import weigh

        tell("Choosing pairs to compare")
        keys = rules(own, compared)
        tell("Learning what each agreement says")
        model = learn(own, compared, keys)
        pairs = meet(own, keys, "pairs", TOUCHED if only_new is not None else "")
        tell(f"Comparing {pairs:,} pairs")
        if pairs:
            own.execute("DROP TABLE weighed")
            weigh(own, compared, model, settings)
    return FoundLinks(_links(own, settings, only_new is not None), compared, pairs)


TOUCHED = "AND (a.n IN (SELECT n FROM fresh) OR b.n IN (SELECT n FROM fresh))"


def has_splink() -> bool:
    """Whether names and dates can be weighed."""
    return importlib.util.find_spec("splink") is not None


def _mark_new(own: duckdb.DuckDBPyConnection, ids: Collection[str]) -> None:
    own.register("wanted", arrow_table({}, {"lead_id": sorted(ids)}))
    own.execute(
        "CREATE TABLE fresh AS SELECT n FROM leads WHERE lead_id IN (SELECT lead_id FROM wanted)"
    )
    own.unregister("wanted")


def _links(own: duckdb.DuckDBPyConnection, settings: Settings, only_new: bool) -> list[Link]:
    """All sorts of links as one: an exact rule's evidence comes first, and the greater weight
    counts.
    """
    touched = "AND (l IN (FROM fresh) OR r IN (FROM fresh))" if only_new else ""
    return links_of(
        own,
        f"""
        WITH every AS (
          SELECT l, r, weight, say, 0 AS turn FROM exact
          UNION ALL SELECT l, r, weight, say, 1 FROM site_pairs
          UNION ALL {_weight_query(settings)}),
        one AS (
          SELECT l, r, max(weight) AS weight,
            flatten(list(string_split(say, '; ') ORDER BY turn, weight DESC, say)) AS say
          FROM every WHERE weight >= {settings.ask} {touched} GROUP BY l, r)
        SELECT a.lead_id AS lead_a, b.lead_id AS lead_b, 'person' AS kind,
          CASE WHEN weight >= {settings.make} THEN 'made' ELSE 'waiting' END AS state, weight,
          array_to_string(list_filter(say, lambda x, i: list_position(say, x) = i), '; ')
            AS evidence
        FROM one JOIN leads a ON a.n = l JOIN leads b ON b.n = r ORDER BY lead_a, lead_b""",
    )


def _weight_query(settings: Settings) -> str:
    """What Splink weighed. Of two sites, of people under one number in two streets, it is a
    question at most; of sites that are apart, nothing.
    """
    return f"""
        SELECT w.l, w.r, CASE WHEN s.l IS NOT NULL OR m.l IS NOT NULL
          THEN least(w.weight, {settings.make - 0.01}) ELSE w.weight END, w.say, 2
        FROM weighed w LEFT JOIN site_pairs s ON s.l = w.l AND s.r = w.r
          LEFT JOIN (SELECT l, r FROM exact WHERE moved) m ON m.l = w.l AND m.r = w.r
          LEFT JOIN places a ON a.n = w.l AND a.site LEFT JOIN places b ON b.n = w.r AND b.site
        WHERE NOT coalesce(s.apart, a.n IS NOT NULL AND b.n IS NOT NULL)"""
