"""Qualifications as a folder of Parquet or a table of the catalog: they appear whole or not
at all.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.adapters.destinations.marks import is_replaceable
from leadlight.adapters.spark.faults import is_sparks, translated_errors, without_secrets
from leadlight.plan.compile import StepTexts
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


@dataclass(frozen=True)
class Target:
    """Where a run goes: `how` is `table`, `folder` (of this machine) or `address` (of a store that
    Spark reaches).
    """

    name: str
    how: str

    def __str__(self) -> str:
        return without_secrets(self.name)


def target_of(out: str, reads: Sequence[str | Path | None] = ()) -> Target:
    """What is meant by --out. Raises `CannotDo` for a file that stands where the folder should, and
    for a folder that holds what is read, or anything but a run.
    """
    if "://" in out and not out.startswith("file://"):
        return Target(out.rstrip("/"), "address")
    path = _local(out)
    if _is_table(out, path):
        return Target(out, "table")
    if _is_file(path):
        raise CannotDo(
            f"Spark writes a folder of Parquet files, or a table (catalog.schema.table); {out} is"
            " neither."
        )
    place = path.resolve()
    if any(_within(place, _local(read)) for read in reads if read is not None):
        raise CannotDo(f"{out} is an input; name another folder to write.")
    if path.exists() and not _is_run(path):
        raise CannotDo(f"{out} holds other things than a run. Name a folder of its own.")
    return Target(str(place), "folder")


def _is_file(path: Path) -> bool:
    return path.is_file() or path.suffix.lower() in (".csv", ".xlsx", ".json")


def _is_table(out: str, path: Path) -> bool:
    """Whether a name means a table of the catalog, and no folder."""
    return (
        _TABLE.fullmatch(out) is not None
        and not path.exists()
        and path.suffix.lower() != ".parquet"
    )


def _local(address: str | Path) -> Path:
    return Path(str(address).removeprefix("file://")).expanduser()


def _within(place: Path, read: Path) -> bool:
    """Whether what is read would go with the folder: it is the folder, or lies in it."""
    if not read.exists():
        return False
    read = read.resolve()
    return read == place or place in read.parents


def _is_run(folder: Path) -> bool:
    """Whether a folder is empty, or holds what a run wrote and nothing else."""
    if any(
        not f.name.startswith(("_", ".")) and f.suffix.lower() != ".parquet"
        for f in folder.iterdir()
    ):
        return False
    return all(is_replaceable(f, "qualified") for f in folder.glob("*.parquet"))


def rows_of(session: SparkSession, plan: StepTexts) -> DataFrame:
    """The rows of a plan, each step a view of its own: Spark resolves the names of a statement
    again and again until all are known, so that one of a dozen steps takes it twice as long. The
    views stay: a session of Spark Connect reads them when the rows are fetched.
    """
    for name, sql in plan.steps:
        session.sql(sql).createOrReplaceTempView(name)
    return session.sql(plan.final)


def write_run(session: SparkSession, plan: StepTexts, target: Target) -> DataFrame:
    """Run the plan, put its rows there, and give what stands there now."""
    with translated_errors(f"qualify and write {target}"):
        rows = rows_of(session, plan)
        if target.how == "table":
            _table(session, rows, target.name)
            return session.table(target.name)
        if target.how == "folder":
            _folder(rows, Path(target.name))
        else:
            # Files are moved into place by Spark's committer at the end; _SUCCESS says that all of
            # them are there.
            rows.write.mode("overwrite").option(
                "mapreduce.fileoutputcommitter.algorithm.version", "1"
            ).parquet(target.name)
        return session.read.parquet(target.name)


def _folder(rows: DataFrame, target: Path) -> None:
    """Written beside under a hidden name, then renamed."""
    mark = secrets.token_hex(4)
    part, old = (
        target.with_name(f".{target.name}.{mark}.part"),
        target.with_name(f".{target.name}.{mark}.old"),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        rows.write.parquet(str(part))
        if not (part / "_SUCCESS").exists():
            raise CannotDo(
                f"Spark wrote {target} on another machine: name an address that both reach"
                " (s3://...), or a table."
            )
        if target.exists():
            os.rename(target, old)
        os.rename(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if old.exists() and not target.exists():
            os.rename(old, target)
        shutil.rmtree(old, ignore_errors=True)


def _table(session: SparkSession, rows: DataFrame, name: str) -> None:
    """In one step where the catalog can (Iceberg, Delta ...), else written under another name that
    takes its place.
    """
    try:
        rows.writeTo(name).createOrReplace()
        return
    except Exception as fault:
        if not is_sparks(fault) or not _cannot_replace(fault):
            raise
    mark = secrets.token_hex(4)
    part, old = f"{name}__{mark}_part", f"{name}__{mark}_old"
    try:
        rows.write.saveAsTable(part)
        before = session.catalog.tableExists(name)
        if before:
            session.sql(f"ALTER TABLE {name} RENAME TO {old}")
        session.sql(f"ALTER TABLE {part} RENAME TO {name}")
        if before:
            session.sql(f"DROP TABLE {old}")
        session.sql(f"REFRESH TABLE {name}")
    finally:
        session.sql(f"DROP TABLE IF EXISTS {part}")


def _cannot_replace(fault: BaseException) -> bool:
    text = str(fault)
    return (
        "UNSUPPORTED_FEATURE" in text or "REPLACE TABLE" in text or "not supported" in text.lower()
    )


def labels_of(rows: DataFrame, scales: Sequence[str]) -> tuple[int, dict[str, dict[str, int]]]:
    """How many rows there are, and how many have each label of each scale: one small aggregate."""
    with translated_errors("count the labels"):
        found = rows.groupBy(*scales).count().collect()
    counted: dict[str, dict[str, int]] = {s: {} for s in scales}
    for row in found:
        for scale in scales:
            if row[scale] is not None:
                counted[scale][row[scale]] = counted[scale].get(row[scale], 0) + row["count"]
    return sum(row["count"] for row in found), counted
