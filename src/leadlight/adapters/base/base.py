"""A base of leads ready to qualify: the relations that a plan reads, made from staged files or from
a ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import duckdb
from sqlglot import exp

from leadlight.adapters.base.ledger_facts import LedgerFacts
from leadlight.adapters.base.repeats import once, repeated
from leadlight.adapters.db.columns import column_names, column_types
from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.adapters.sources.staged_file import Staged
from leadlight.facts.catalog import Attribute, Catalog, standard_kind
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings, Ledger
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.asof.members import members_as_of
from leadlight.plan.asof.relations import activities_as_of, leads_as_of, said_by, spend_as_of
from leadlight.plan.asof.shared_activities import TOLD_BY
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, Problem
from leadlight.results.summary import Read


@dataclass(frozen=True)
class People:
    """Leads that are one person: who they are, by which addresses, and which of them
    said what counts.

    `members` has lead_id and group_id, `addresses` group_id and email of each, and `said_by` one
    row a person with the id of the lead behind each attribute, for the persons of the table
    `one_person` (lead_id).
    """

    members: Relation
    addresses: Relation | None
    said_by: Relation


class RemoteFacts(Protocol):
    """The facts of a base that lie outside of its connection, where the plan runs on them."""

    #: A table there of the leads who got a verdict that is recorded nowhere.
    unverified: str | None

    def qualify(
        self, base: Base, book: Playbook, *, reasons: bool = True, due: bool = False
    ) -> None:
        """Make `qualifications` (with `due`, `dated_qualifications`), there and here."""

    def with_checks(self, base: Base, as_of: datetime) -> Base:
        """The base with a verdict for every lead it is asked about."""

    def about(self, base: Base, wanted: str) -> Base:
        """The base with all facts of the leads that an id or an address may mean."""

    def fetch(self) -> None:
        """Have the qualifications of the touched leads here too, if they are not."""

    def newest(self) -> datetime | None:
        """The moment of the newest activity."""

    def activities(self, kinds: Sequence[str]) -> Relation:
        """The activities of these kinds, fetched."""


@dataclass(frozen=True)
class Base:
    """Leads and what they did, as of a moment, in a connection.

    `original` holds the company's own columns by `row_no` and `keys` which lead each row is of, for
    exports that go back. `newest` is the moment of the newest activity.
    """

    con: duckdb.DuckDBPyConnection
    sources: Sources
    spend: Relation | None = None
    original: Relation | None = None
    keys: Relation | None = None
    read: tuple[Read, ...] = ()
    problems: tuple[Problem, ...] = ()
    newest: datetime | None = None
    later: int = 0  # leads that came into being after the moment and are left out
    people: People | None = None
    told: LedgerFacts | None = (
        None  # the ledger's facts it was read from, where they are in this connection
    )
    server: RemoteFacts | None = (
        None  # where the facts lie and the plan runs, when that is not this connection
    )


@dataclass(frozen=True)
class Texts:
    """A ledger's leads (persons), what they did, and the leads one by one as files brought them:
    queries in DuckDB.
    """

    leads: Relation
    activities: Relation
    rows: Relation


def base_of_files(
    con: duckdb.DuckDBPyConnection, staged: Sequence[Staged], as_of: datetime
) -> Base:
    """A base from staged files: one of leads, any number of activity logs, of spend."""
    leads = _one_lead_file(staged)
    logs = [s for s in staged if s.what == "activities"]
    columns = column_names(con, leads.relation)
    query, later = _existing(con, leads, columns, as_of)
    log, repeats = once(con, _logs(con, logs, query)) if logs else (None, 0)
    _views(con, {"leads": query, **({"activities": log} if log else {})})
    own_of_logs: dict[str, Attribute] = {a.name: a for s in logs for a in s.own}
    catalog = replace(
        Catalog().with_own(leads.own, own_of_logs.values()),
        present=frozenset(columns) - {"row_no"},
        activity_present=frozenset(column_names(con, "activities")) if log else frozenset(),
    )
    kinds, newest = _kinds(con) if logs else ([], None)
    spelled: dict[str, list[str]] = {}
    for kind in kinds:
        spelled.setdefault(standard_kind(kind), []).append(kind)
    different = {k: tuple(v) for k, v in sorted(spelled.items()) if v != [k]}
    catalog = replace(catalog, kinds=frozenset(spelled))
    said = [p for s in staged for p in s.problems]
    if repeats:
        said.append(repeated(repeats, ", ".join(dict.fromkeys(f for s in logs for f in s.files))))
    spends = [s.relation for s in staged if s.what == "spend"]
    if spends:
        con.execute(
            "CREATE OR REPLACE TEMP VIEW spend AS "
            + " UNION ALL BY NAME ".join(f"SELECT * FROM {s}" for s in spends)
        )
    return Base(
        con,
        Sources(catalog, TableName("leads"), TableName("activities") if logs else None, different),
        TableName("spend") if spends else None,
        Query(f"SELECT * FROM {leads.original}"),
        Query(f"SELECT row_no, lead_id FROM {leads.relation}"),
        tuple(Read(s.what, s.read, s.usable, s.rejected, s.duplicates) for s in staged),
        tuple(said),
        newest,
        later,
    )


def base_of_ledger(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    cohort: Everyone,
    instead: Callable[[Texts], Texts] | None = None,
) -> Base:
    """A base from a ledger's facts as they were known at the cohort's moment; `instead` may read
    them from elsewhere.

    Leads that are one person are one row of `leads`; the original has them as the company does,
    each a row that gets the person's qualification.
    """
    holdings, catalog = ledger.holdings(), ledger.catalog()
    single = holdings.single()
    texts = Texts(
        _query(leads_as_of(cohort, holdings)),
        _query(activities_as_of(cohort, holdings, tellers=holdings.linked)),
        _query(leads_as_of(cohort, single)),
    )
    told = None if instead else LedgerFacts(cohort, holdings, texts.leads)
    texts = instead(texts) if instead else texts
    spend = _query(spend_as_of(cohort, holdings))
    has_spend = count(con, f"SELECT count(*) FROM {spend}") > 0
    numbered = f"(SELECT row_number() OVER (ORDER BY lead_id) AS row_no, * FROM {texts.rows})"
    headers = ledger.headers()
    own = ", ".join(
        f"{quoted(n)} AS {quoted(headers.get(n, n))}"
        for n in ["lead_id", *single.attributes]
        if n != "row_no"
    )
    people = _people(cohort, holdings) if holdings.linked else None
    keys = Query(f"SELECT row_no, lead_id FROM {numbered}")
    if people:
        keys = Query(
            f"SELECT n.row_no, coalesce(m.group_id, n.lead_id) AS lead_id FROM {numbered} n "
            f"LEFT JOIN {people.members} m ON m.lead_id = n.lead_id"
        )
    return Base(
        con,
        Sources(catalog, texts.leads, texts.activities, told_by=TOLD_BY if people else None),
        spend if has_spend else None,
        original=Query(f"SELECT row_no, {own} FROM {numbered}"),
        keys=keys,
        people=people,
        told=told,
    )


def _people(cohort: Everyone, holdings: Holdings) -> People:
    single, members = holdings.single(), _query(members_as_of(cohort, holdings))
    addresses = None
    if "email" in single.attributes:
        emails = _query(leads_as_of(cohort, single, ["email"]))
        addresses = Query(
            f"SELECT m.group_id, l.email FROM {members} m JOIN {emails} l ON l.lead_id = m.lead_id"
        )
    one = Some(cohort.as_of, "one_person", cohort.known)
    return People(members, addresses, _query(said_by(one, holdings)))


def _query(query: exp.Query) -> Query:
    return Query(query.sql(dialect="duckdb", identify=True))


def newest_activity(base: Base) -> datetime | None:
    """The moment of the newest activity of a base."""
    if base.sources.activities is None:
        return None
    newest = f"SELECT max(occurred_at)::TIMESTAMP FROM {base.sources.activities}"
    found = rows(base.con, newest)[0][0]
    return found if isinstance(found, datetime) else None


def _one_lead_file(staged: Sequence[Staged]) -> Staged:
    leads = [s for s in staged if s.what == "leads"]
    if len(leads) != 1:
        given = ", ".join(f"{', '.join(s.files)} ({s.what})" for s in staged)
        raise CannotDo(
            f"One file of leads is needed, and there are {len(leads)}: {given}. "
            "Import several into a workspace (leadlight init, leadlight import)."
        )
    if not leads[0].usable:
        raise CannotDo(f"{', '.join(leads[0].files)} holds no lead.", leads[0].problems)
    return leads[0]


def _existing(
    con: duckdb.DuckDBPyConnection, leads: Staged, columns: Sequence[str], as_of: datetime
) -> tuple[str, int]:
    """The leads' query: one that stands twice keeps its last known values, one created after the
    moment is no lead yet.
    """
    source = leads.relation
    if leads.duplicates:
        kept = [c for c in columns if c not in ("lead_id", "row_no")]
        place = _place(columns, as_of)
        last = "".join(
            f", arg_max({c}, {place}) FILTER ({c} IS NOT NULL) AS {c}" for c in map(quoted, kept)
        )
        con.execute(
            "CREATE OR REPLACE TEMP TABLE one_row_a_lead AS SELECT lead_id, max(row_no) AS"
            f" row_no{last} FROM {source} GROUP BY lead_id"
        )
        source = "one_row_a_lead"
    if "created_at" not in columns:
        return f"SELECT * FROM {source}", 0
    moment = f"TIMESTAMP '{as_of.isoformat(sep=' ')}'"
    # A Parquet file's own statistics tell the newest, so that nothing is read in the usual case.
    none_later = leads.newest is not None and leads.newest <= as_of
    later = (
        0
        if none_later
        else count(con, f"SELECT count(*) FROM {source} WHERE created_at > {moment}")
    )
    return (
        f"SELECT * FROM {source}"
        + (f" WHERE created_at IS NULL OR created_at <= {moment}" if later else ""),
        later,
    )


def _place(columns: Sequence[str], as_of: datetime) -> str:
    """What orders the rows of a lead: when they were true, as an import takes it, then where they
    stand in the file.
    """
    if "changed_at" not in columns:
        return "row_no"
    moment = f"TIMESTAMP '{as_of.isoformat(sep=' ')}'"
    return f"(least(coalesce(changed_at, {moment}), {moment}), row_no)"


def _logs(con: duckdb.DuckDBPyConnection, logs: Sequence[Staged], leads: str) -> list[str]:
    """The activities' query of each log; one that knows only addresses finds its leads by them."""
    selects = []
    addressed = "email" in column_names(con, f"({leads})")
    for log in logs:
        columns = column_names(con, log.relation)
        ids = log.mapping.column("lead_id") is not None
        # A row without an id of its own is called by its address, which may be that of a lead with
        # an id.
        strays = "email" in columns and (
            not ids
            or count(
                con,
                f"SELECT count(*) FROM {log.relation} WHERE lead_id IS NULL OR lead_id::VARCHAR ="
                " email",
            )
            > 0
        )
        if not ids and not strays:
            raise CannotDo(
                f"{', '.join(log.files)} names its leads neither by an id nor by an e-mail address."
                ' Say which column does: --map "Their column=lead_id".'
            )
        if not (strays and addressed):
            selects.append(f"SELECT * FROM {log.relation}")
            continue
        rest = "".join(f", a.{quoted(c)}" for c in columns if c != "lead_id")
        selects.append(
            f"SELECT coalesce(l.lead_id, a.lead_id::VARCHAR) AS lead_id{rest} FROM {log.relation} a"
            " LEFT JOIN (SELECT lower(email) AS email, min(lead_id)::VARCHAR AS lead_id FROM"
            f" ({leads}) WHERE email IS NOT NULL GROUP BY 1) l ON lower(a.email) = l.email AND"
            " (a.lead_id IS NULL OR a.lead_id::VARCHAR = a.email)"
        )
    return selects


def _views(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str]) -> None:
    """The views a plan reads. Ids of two types are compared as texts: 17 in one file is '17' in the
    other.
    """
    types = {name: column_types(con, f"({query})")["lead_id"] for name, query in queries.items()}
    for name, query in queries.items():
        if len(set(types.values())) > 1:
            query = f"SELECT * REPLACE (CAST(lead_id AS VARCHAR) AS lead_id) FROM ({query})"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def _kinds(con: duckdb.DuckDBPyConnection) -> tuple[list[str], datetime | None]:
    """The kinds that occur, and the moment of the newest activity."""
    found = rows(con, "SELECT DISTINCT kind FROM activities ORDER BY kind")
    newest = rows(con, "SELECT max(occurred_at)::TIMESTAMP FROM activities")[0][0]
    return [str(k) for (k,) in found if k is not None], (
        newest if isinstance(newest, datetime) else None
    )
