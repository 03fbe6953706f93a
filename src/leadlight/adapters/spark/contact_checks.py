"""Verdicts on Spark: those recorded count; leads without one are verified on the executors by the
rules that need no network.

What is seen of many leads at once (one number for many names, a burst, a contact confirmed long
ago) is left out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leadlight.adapters.spark.faults import is_sparks, told
from leadlight.adapters.spark.lake import Lake, in_from
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.relation import TableName

if TYPE_CHECKING:
    import pyarrow as pa

VERIFIED = "leadlight_verified"
READ = (
    "email",
    "phone",
    "mobile",
    "first_name",
    "last_name",
    "full_name",
    "company",
    "website",
    "country",
    "honeypot",
)
BOUNCED, COMPLAINED = "email_bounced", "email_complained"
_MAILS = ("_mail_bounced", "_mail_complained")
CROWD = (
    "Not asked on Spark: shared_phone, shared_ip, burst and outdated, which look at many leads at"
    " once."
)
NOT_THERE = (
    "Contacts without a recorded verdict count as unknown: leadlight is not installed where Spark's"
    " executors run. Install it there, or verify before (leadlight verify) and copy the workspace."
)
Batches = Iterator["pa.RecordBatch"]


def with_checks(lake: Lake, as_of: datetime) -> Lake:
    """The facts with a verdict for every lead, as far as it can be had; what is left out is
    said.
    """
    session, catalog = lake.session, lake.sources.catalog
    leads = session.sql(f"SELECT * FROM {in_from(lake.sources.leads)}")
    given = [n for n in CHECK_ATTRIBUTES if n in catalog.present]
    with told("look at the verdicts"):
        whole = len(given) == len(CHECK_ATTRIBUTES)
        if whole and not leads.where("checked_at IS NULL").limit(1).collect():
            return lake
        if not _installed(session):
            return replace(lake, said=(*lake.said, NOT_THERE))
        columns = [f"{name} {kind}" for name, kind in leads.dtypes]
        for name in CHECK_ATTRIBUTES:
            if name not in given:
                columns.append(f"{name} {'timestamp_ntz' if name == 'checked_at' else 'string'}")
        asked = leads.join(_mails(lake, as_of), "lead_id", "left")
        schema = ", ".join(_quoted(c) for c in columns)
        asked.mapInArrow(checker(as_of), schema).createOrReplaceTempView(VERIFIED)
    catalog = replace(catalog, present=catalog.present | set(CHECK_ATTRIBUTES))
    return replace(
        lake,
        sources=replace(lake.sources, leads=TableName(VERIFIED), catalog=catalog),
        said=(*lake.said, CROWD),
    )


def _quoted(column: str) -> str:
    name, kind = column.rsplit(" ", 1)
    return "`" + name.replace("`", "``") + f"` {kind}"


def _installed(session: Any) -> bool:
    """Whether the executors have this package."""

    def probe(batches: Batches) -> Batches:
        import leadlight.verify.lead  # noqa: F401

        yield from batches

    try:
        return bool(session.range(1).mapInArrow(probe, "id bigint").count())
    except Exception as fault:
        if is_sparks(fault):
            return False
        raise


def _mails(lake: Lake, as_of: datetime) -> Any:
    """Which leads' mails bounced or were reported as spam: by themselves, and by the log."""
    sources = lake.sources
    bounced, complained = sources.kinds((BOUNCED,)), sources.kinds((COMPLAINED,))
    if sources.activities is None or not {BOUNCED, COMPLAINED} & sources.catalog.kinds:
        made = "SELECT lead_id, false AS _mail_bounced, false AS _mail_complained FROM " + in_from(
            sources.leads
        )
        return lake.session.sql(made + " WHERE false")
    from pyspark.sql import functions as f

    log = lake.session.sql(f"SELECT lead_id, kind, occurred_at FROM {in_from(sources.activities)}")
    log = log.where(f.col("occurred_at") <= f.lit(as_of).cast("timestamp_ntz"))
    log = log.where(f.col("kind").isin(*bounced, *complained))
    return log.groupBy("lead_id").agg(
        f.max(f.col("kind").isin(*bounced)).alias(_MAILS[0]),
        f.max(f.col("kind").isin(*complained)).alias(_MAILS[1]),
    )


def checker(as_of: datetime) -> Callable[[Batches], Batches]:
    """What runs on an executor: rows of leads in, the same rows with verdicts out."""

    def checked(batches: Batches) -> Batches:
        import pyarrow as pa

        for batch in batches:
            table = pa.Table.from_batches([batch])
            found = verdicts(table, as_of)
            for name in CHECK_ATTRIBUTES:
                kind = pa.timestamp("us") if name == "checked_at" else pa.string()
                column = pa.array(found[name], kind)
                at = table.column_names.index(name) if name in table.column_names else None
                table = (
                    table.append_column(name, column)
                    if at is None
                    else table.set_column(at, name, column)
                )
            yield from table.drop_columns(list(_MAILS)).combine_chunks().to_batches()

    return checked


def verdicts(table: pa.Table, as_of: datetime) -> Mapping[str, Sequence[object]]:
    """Of each row what was recorded, else what the rules say now."""
    from leadlight.verify.lead import check_leads

    rows: list[dict[str, Any]] = table.to_pylist()
    out: list[dict[str, object]] = [{n: row.get(n) for n in CHECK_ATTRIBUTES} for row in rows]
    by_mails: dict[tuple[bool, bool], list[int]] = {}
    for i, row in enumerate(rows):
        if row.get("checked_at") is None:
            fared = bool(row[_MAILS[0]] or row.get(BOUNCED)), bool(row[_MAILS[1]])
            by_mails.setdefault(fared, []).append(i)
    for fared, places in by_mails.items():
        leads = [{n: _text(rows[i].get(n)) for n in READ} for i in places]
        addresses = {lead["email"] for lead in leads if lead["email"]}
        bounced, complained = (addresses if it_did else set() for it_did in fared)
        for i, check in zip(
            places, check_leads(leads, bounced=bounced, complained=complained), strict=True
        ):
            stated: dict[str, object] = {**check._asdict(), "checked_at": as_of}
            out[i] = {n: stated[n] if out[i][n] is None else out[i][n] for n in CHECK_ATTRIBUTES}
    return {n: [row[n] for row in out] for n in CHECK_ATTRIBUTES}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
