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

from leadlight.adapters.spark.faults import is_sparks, translated_errors
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
    "other_emails",
    "other_phones",
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
_TYPES = {"checked_at": "timestamp_ntz"}


def with_checks(lake: Lake, as_of: datetime) -> Lake:
    """The facts with a verdict for every lead, as far as it can be had; what is left out is
    said.
    """
    session, catalog = lake.session, lake.sources.catalog
    leads = session.sql(f"SELECT * FROM {in_from(lake.sources.leads)}")
    recorded = catalog.present.issuperset(CHECK_ATTRIBUTES)
    with translated_errors("look at the verdicts"):
        if recorded and not leads.where("checked_at IS NULL").limit(1).collect():
            return lake
        if not _is_installed(session):
            return replace(lake, said=(*lake.said, NOT_THERE))
        added = [n for n in CHECK_ATTRIBUTES if n not in catalog.present]
        columns = [*leads.dtypes, *((n, _TYPES.get(n, "string")) for n in added)]
        schema = ", ".join(f"{_quote(name)} {kind}" for name, kind in columns)
        asked = leads.join(_mails(lake, as_of), "lead_id", "left")
        asked.mapInArrow(checker(as_of), schema).createOrReplaceTempView(VERIFIED)
    catalog = replace(catalog, present=catalog.present | set(CHECK_ATTRIBUTES))
    return replace(
        lake,
        sources=replace(lake.sources, leads=TableName(VERIFIED), catalog=catalog),
        said=(*lake.said, CROWD),
    )


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _is_installed(session: Any) -> bool:
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

    def check_batches(batches: Batches) -> Batches:
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

    return check_batches


def verdicts(table: pa.Table, as_of: datetime) -> Mapping[str, Sequence[object]]:
    """Of each row what was recorded, else what the rules say now."""
    from leadlight.verify.lead import check_leads

    rows: list[dict[str, Any]] = table.to_pylist()
    out = [_recorded_checks(row) for row in rows]
    for (bounced, complained), places in _unchecked_rows(rows).items():
        leads = [_read(rows[i]) for i in places]
        addresses = set(filter(None, (lead["email"] for lead in leads)))
        checks = check_leads(
            leads,
            bounced=addresses if bounced else (),
            complained=addresses if complained else (),
        )
        for i, check in zip(places, checks, strict=True):
            out[i] = _complete(out[i], {**check._asdict(), "checked_at": as_of})
    return {n: [row[n] for row in out] for n in CHECK_ATTRIBUTES}


def _recorded_checks(row: Mapping[str, Any]) -> dict[str, object]:
    return {n: row.get(n) for n in CHECK_ATTRIBUTES}


def _read(row: Mapping[str, Any]) -> dict[str, str | None]:
    return {n: _text(row.get(n)) for n in READ}


def _unchecked_rows(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[bool, bool], list[int]]:
    """The places of leads without a recorded verdict, by whether mail to them bounced or was
    reported.
    """
    places: dict[tuple[bool, bool], list[int]] = {}
    for i, row in enumerate(rows):
        if row.get("checked_at") is None:
            mails = bool(row[_MAILS[0]] or row.get(BOUNCED)), bool(row[_MAILS[1]])
            places.setdefault(mails, []).append(i)
    return places


def _complete(recorded: Mapping[str, object], stated: Mapping[str, object]) -> dict[str, object]:
    return {n: stated[n] if recorded[n] is None else recorded[n] for n in CHECK_ATTRIBUTES}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
