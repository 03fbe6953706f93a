"""What the desk asks of Spark, in one session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.adapters.spark.contact_checks import with_checks
from leadlight.adapters.spark.lake import Lake, is_small, open_facts
from leadlight.adapters.spark.output import Target, labels_of, write_run
from leadlight.adapters.spark.session import spark_session
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import StepTexts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class LakeSession:
    """A session of Spark: facts from a folder or a catalog's tables, qualifications into one."""

    session: SparkSession

    def open(self, facts: str, cohort: Everyone) -> Lake:
        """The facts of a folder, or of a schema of the catalog (`catalog.schema`), as of the
        cohort's moment.
        """
        return open_facts(self.session, facts, cohort)

    def with_checks(self, lake: Lake, as_of: datetime) -> Lake:
        """The facts with a verdict for every lead, as far as it can be had."""
        return with_checks(lake, as_of)

    def write(
        self, plan: StepTexts, target: Target, scales: Sequence[str]
    ) -> tuple[int, dict[str, dict[str, int]]]:
        """Run a plan and write its rows, whole or not at all: how many, and leads by label of each
        scale.
        """
        return labels_of(write_run(self.session, plan, target), scales)


@contextmanager
def lake_session(master: str | None, remote: str | None, facts: str) -> Iterator[LakeSession]:
    """A session of Spark for these facts, ended afterwards."""
    with spark_session(master, remote, short=is_small(facts)) as session:
        yield LakeSession(session)
