"""Qualifying on Apache Spark: facts from a folder or a catalog's tables, qualifications into one,
whole or not at all.
"""

from leadlight.adapters.engines.spark.checking import with_checks
from leadlight.adapters.engines.spark.faults import shown
from leadlight.adapters.engines.spark.lake import Lake, opened_facts
from leadlight.adapters.engines.spark.session import opened
from leadlight.adapters.engines.spark.writing import Target, labels_of, target_of, written

__all__ = [
    "Lake",
    "Target",
    "labels_of",
    "opened",
    "opened_facts",
    "shown",
    "target_of",
    "with_checks",
    "written",
]
