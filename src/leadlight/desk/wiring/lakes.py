"""A company's lake, reached by Spark."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.spark.lake_session import LakeSession
    from leadlight.adapters.spark.output import Target


def lake_target(out: str, reads: Sequence[str | Path | None]) -> Target:
    """Where a run of Spark is written; refused where that would take the place of what is read."""
    from leadlight.adapters.spark.output import target_of

    return target_of(out, reads)


def lake_session(
    master: str | None, remote: str | None, facts: str
) -> AbstractContextManager[LakeSession]:
    """A session of Spark, for the facts of a company's lake."""
    from leadlight.adapters.spark.lake_session import lake_session

    return lake_session(master, remote, facts)
