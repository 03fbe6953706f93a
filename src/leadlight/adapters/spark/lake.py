"""Facts on Spark: flat leads and activities of a company's lake, or the tables of a ledger that was
copied to a folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.adapters.spark.faults import (
    is_missing,
    is_sparks,
    translated_errors,
    without_secrets,
)
from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    LEAD_ATTRIBUTES,
    Attribute,
    Catalog,
    Form,
    Type,
    standard_kind,
)
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import NOT_STATED, Holdings, beside_statements
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.asof.texts import activities_text, leads_text
from leadlight.plan.sources import Sources
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LEADS, LOG = "leadlight_leads", "leadlight_activities"
NO_LOG = "There is no activities in {}: nobody is taken to have done anything."
REPEATED = "{:,} repeated activities were counted once: the same id, kind and lead."
LEDGER_TABLES = (
    "attribute_facts",
    "activity_facts",
    "contact_facts",
    "member_facts",
    "undos",
    "own_attributes",
)
#: Bytes of Parquet: some two million leads with twenty million activities. Over half as many,
#: Java's first compiler alone took two thirds of the CPU of both.
SMALL = 700_000_000
_WHOLES, _NUMBERS = ("tinyint", "smallint", "int", "bigint"), ("float", "double")
_SQL = {
    Type.TEXT: "string",
    Type.WHOLE: "bigint",
    Type.NUMBER: "double",
    Type.YES_NO: "boolean",
    Type.MOMENT: "timestamp_ntz",
}
_FIXED = ("lead_id", "occurred_at", "kind", "email")
_TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@dataclass(frozen=True)
class Lake:
    """Facts as of a moment in a session of Spark: where a plan finds them."""

    session: SparkSession
    sources: Sources
    said: tuple[str, ...] = ()  # what its reader should know


def open_facts(session: SparkSession, facts: str, cohort: Everyone) -> Lake:
    """The facts of a folder or of a schema of the catalog (`catalog.schema`), as of the cohort's
    moment.
    """
    with translated_errors(f"read {without_secrets(facts)}"):
        if _TABLE.fullmatch(facts) and not Path(facts).exists():
            return _flat(session, facts, cohort, tables=True)
        folder = absolute_address(facts)
        if _table(session, f"{folder}/ledger.json", "text") is not None:
            return _ledger(session, folder, cohort)
        return _flat(session, folder, cohort)


def absolute_address(address: str) -> str:
    """An address for Spark: a folder of this machine by its whole path."""
    return address.rstrip("/") if "://" in address else str(Path(address).expanduser().resolve())


def is_small(facts: str) -> bool:
    """Whether so few facts lie in a folder of this machine that a run over them is short."""
    folder = Path(facts.removeprefix("file://")).expanduser()
    try:
        entries = [e.resolve() for e in folder.iterdir()] if folder.is_dir() else []
        files = [f for e in entries for f in (e, *e.rglob("*")) if f.is_file()]
        return bool(files) and sum(f.stat().st_size for f in files) <= SMALL
    except OSError:  # Spark will say what is wrong with it
        return False


def _table(session: SparkSession, address: str, form: str = "parquet") -> DataFrame | None:
    """What stands there, or None when there is nothing."""
    try:
        found: DataFrame = (
            session.table(address) if form == "table" else session.read.format(form).load(address)
        )
        found.schema  # noqa: B018 - now it is looked for
    except Exception as fault:
        if is_sparks(fault) and is_missing(fault):
            return None
        raise
    return found


def _flat(session: SparkSession, place: str, cohort: Everyone, *, tables: bool = False) -> Lake:
    leads, log = (_flat_table(session, place, n, tables) for n in ("leads", "activities"))
    if leads is None:
        raise CannotDo(
            f"There is no {'table' if tables else 'Parquet'} leads in {without_secrets(place)}. It"
            " needs leads and activities with columns under the names of leadlight's catalog, or"
            " the tables that `leadlight copy` writes."
        )
    lead_columns = _columns(leads, LEAD_ATTRIBUTES, "leads", ("lead_id",))
    log_columns: dict[str, Attribute] = {}
    as_text, repeats = False, 0
    if log is not None:
        log_columns = _columns(
            log, ACTIVITY_COLUMNS, "activities", ("lead_id", "occurred_at", "kind")
        )
        as_text = dict(leads.dtypes)["lead_id"] != dict(log.dtypes)["lead_id"]
        rows, repeats = _without_repeats(
            _typed_frame(log, log_columns, as_text, "kind IS NOT NULL"), log_columns
        )
        rows.createOrReplaceTempView(LOG)
    existing = _existence(lead_columns, cohort)
    _typed_frame(leads, lead_columns, as_text, existing).createOrReplaceTempView(LEADS)
    by_lead = tables and not as_text and log is not None and _all_by_lead(session, place)
    sources = Sources(
        _flat_catalog(lead_columns, log_columns),
        TableName(LEADS),
        None if log is None else TableName(LOG),
        together=by_lead,
    )
    return Lake(session, _with_kinds(session, sources), _remarks(place, log, repeats))


def _remarks(place: str, log: DataFrame | None, repeats: int) -> tuple[str, ...]:
    """What its reader should know."""
    if log is None:
        return (NO_LOG.format(without_secrets(place)),)
    return (REPEATED.format(repeats),) if repeats else ()


def _flat_table(session: SparkSession, place: str, name: str, tables: bool) -> DataFrame | None:
    """A table of a schema of the catalog, or of a folder of Parquet."""
    if tables:
        return _table(session, f"{place}.{name}", "table")
    return _table(session, f"{place}/{name}") or _table(session, f"{place}/{name}.parquet")


def _flat_catalog(leads: Mapping[str, Attribute], log: Mapping[str, Attribute]) -> Catalog:
    own, own_of_log = ([a for a in of.values() if a.own] for of in (leads, log))
    return replace(
        Catalog().with_own(own, own_of_log),
        present=frozenset(leads),
        activity_present=frozenset(log),
    )


def _columns(
    frame: DataFrame, known: Mapping[str, Attribute], name: str, needed: Collection[str]
) -> dict[str, Attribute]:
    """The columns a plan can read. Raises `CannotDo` where one is of another type than its name
    says.
    """
    out: dict[str, Attribute] = {}
    for column, sql_type in frame.dtypes:
        type_ = type_of(sql_type)
        if type_ is None:
            continue
        stated = known.get(column)
        if stated is None:
            out[column] = Attribute(column, type_, own=True)
            continue
        if column != "lead_id" and not _fits(type_, stated.type):
            raise CannotDo(
                f"{name}.{column} is {sql_type}, and leadlight means a {stated.type} by that name. "
                "Give the column that type, or another name."
            )
        out[column] = stated
    missing = [n for n in needed if n not in out]
    if missing:
        raise CannotDo(
            f"{name} has no column {', '.join(missing)}. Its columns are:"
            f" {', '.join(frame.columns[:20])}."
        )
    return out


def _fits(type_: Type, stated: Type) -> bool:
    return type_ == stated or (type_.is_number and stated.is_number)


def type_of(sql_type: str) -> Type | None:
    """The catalog's type for one of Spark's; None for what no condition can speak of."""
    if sql_type in _WHOLES:
        return Type.WHOLE
    if sql_type in _NUMBERS or sql_type.startswith("decimal"):
        return Type.NUMBER
    if sql_type.startswith(("string", "varchar", "char")):
        return Type.TEXT
    if sql_type in ("timestamp", "timestamp_ntz", "date"):
        return Type.MOMENT
    return Type.YES_NO if sql_type == "boolean" else None


def _existence(columns: Collection[str], cohort: Everyone) -> str | None:
    """A lead that came into being later is no lead yet."""
    if "created_at" not in columns:
        return None
    return f"created_at IS NULL OR created_at <= TIMESTAMP_NTZ '{cohort.as_of.isoformat(sep=' ')}'"


def _typed_frame(
    frame: DataFrame, columns: Mapping[str, Attribute], as_text: bool, where: str | None
) -> DataFrame:
    """The rows that a plan reads, each column of the type that its name has in the catalog."""
    picked = []
    for column, attribute in columns.items():
        quoted = _quote(column)
        to = (
            None
            if column == "lead_id" and not as_text
            else "string"
            if column == "lead_id"
            else _SQL[attribute.type]
        )
        picked.append(f"CAST({quoted} AS {to}) AS {quoted}" if to else quoted)
    made = frame.selectExpr(*picked).where("lead_id IS NOT NULL")
    return made.where(where) if where else made


def _without_repeats(log: DataFrame, columns: Collection[str]) -> tuple[DataFrame, int]:
    """The log in which an activity with an id stands once, as a ledger keeps it, and how many rows
    that leaves out.
    """
    if "activity_id" not in columns:
        return log, 0
    same = "lead_id, kind, activity_id"  # a table in buckets of its leads need not be moved for it
    more = f"count(activity_id) - count(DISTINCT IF(activity_id IS NULL, NULL, xxhash64({same})))"
    found = int(log.selectExpr(f"{more} AS more").collect()[0][0])
    if not found:
        return log, 0
    order = ", ".join(["occurred_at", *(_quote(c) for c in sorted(columns))])
    nth = f"row_number() OVER (PARTITION BY {same} ORDER BY {order})"
    numbered = log.selectExpr("*", f"{nth} AS _nth")
    return numbered.where("activity_id IS NULL OR _nth = 1").drop("_nth"), found


def _quote(column: str) -> str:
    return "`" + column.replace("`", "``") + "`"


def _all_by_lead(session: SparkSession, schema: str) -> bool:
    return all(_by_lead(session, f"{schema}.{n}") for n in ("leads", "activities"))


def _by_lead(session: SparkSession, table: str) -> bool:
    """Whether a table of the catalog is kept in buckets of its leads."""
    told_of = {
        str(r[0]).strip(): str(r[1])
        for r in session.sql(f"DESCRIBE TABLE EXTENDED {table}").collect()
    }
    return re.sub(r"[\[\]`\s]", "", told_of.get("Bucket Columns", "")) == "lead_id"


def _with_kinds(session: SparkSession, sources: Sources) -> Sources:
    """The sources with the kinds of activity that occur, and how the log spells the standard
    ones.
    """
    if sources.activities is None:
        return sources
    log = in_from(sources.activities)
    found = session.sql(f"SELECT DISTINCT kind FROM {log} WHERE kind IS NOT NULL").collect()
    spelled: dict[str, list[str]] = {}
    # A handful of words is put in order here: Spark would take samples and move them for it.
    for kind in sorted(str(k) for (k,) in found):
        spelled.setdefault(standard_kind(kind), []).append(kind)
    different = {k: tuple(v) for k, v in sorted(spelled.items()) if v != [k]}
    return replace(
        sources, spelled=different, catalog=replace(sources.catalog, kinds=frozenset(spelled))
    )


def in_from(relation: Relation) -> str:
    """A relation as it stands after FROM in Spark's SQL."""
    return str(relation) if isinstance(relation, Query) else _quote(relation.name)


def _ledger(session: SparkSession, folder: str, cohort: Everyone) -> Lake:
    frames: dict[str, DataFrame] = {}
    for name in LEDGER_TABLES:
        found = _table(session, f"{folder}/{name}")
        if found is not None:
            found.createOrReplaceTempView(name)
            frames[name] = found
    if "attribute_facts" not in frames:
        raise CannotDo(f"{without_secrets(folder)} has a ledger.json, and no fact about any lead.")
    holdings = _holdings(session, frames)
    catalog = holdings.catalog()
    logged = "activity_facts" in frames
    if logged:
        kinds = session.sql("SELECT DISTINCT kind FROM activity_facts").collect()
        catalog = replace(catalog, kinds=frozenset(str(k) for (k,) in kinds))
    log = Query(activities_text(cohort, holdings, engine="spark")) if logged else None
    leads = Query(leads_text(cohort, holdings, engine="spark"))
    return Lake(session, Sources(catalog, leads, log))


def _holdings(session: SparkSession, frames: Mapping[str, DataFrame]) -> Holdings:
    """Columns of the tables, and small questions that tell how they must be read."""

    def some(name: str, where: str = "true") -> bool:
        return name in frames and bool(frames[name].where(where).limit(1).collect())

    checked, accounts = some("contact_facts"), some("member_facts", "kind = 'company'")
    own = _own(frames)
    stated = _attributes_of(frames, "attribute_facts", LEAD_ATTRIBUTES, own.get("leads", {}))
    return Holdings(
        beside_statements(stated, checked=checked, accounts=accounts),
        _attributes_of(frames, "activity_facts", ACTIVITY_COLUMNS, own.get("activities", {})),
        revised=some("attribute_facts", "_revises"),
        undone=some("undos"),
        checked=checked,
        rechecked=checked and some("contact_facts", "_revises"),
        linked=some("member_facts", "kind = 'person'"),
        accounts=accounts,
    )


def _own(frames: Mapping[str, DataFrame]) -> dict[str, dict[str, Attribute]]:
    out: dict[str, dict[str, Attribute]] = {}
    if "own_attributes" in frames:
        rows: list[Any] = frames["own_attributes"].orderBy("import_no").collect()
        for r in rows:
            out.setdefault(r["what"], {})[r["name"]] = Attribute(
                r["name"], Type(r["type"]), r["about"], Form(r["form"]), own=True
            )
    return out


def _attributes_of(
    frames: Mapping[str, DataFrame],
    table: str,
    standard: Mapping[str, Attribute],
    own: Mapping[str, Attribute],
) -> dict[str, Attribute]:
    """The attributes that a table of facts has a column for."""
    fixed = ("lead_id", *NOT_STATED) if table == "attribute_facts" else _FIXED
    out: dict[str, Attribute] = {}
    for column, sql_type in frames[table].dtypes if table in frames else ():
        known, type_ = standard.get(column) or own.get(column), type_of(sql_type)
        if known and type_ and column not in fixed:
            out[column] = Attribute(known.name, type_, known.about, known.form, known.own)
    return out
