"""Qualifying on Apache Spark: facts from a folder or a catalog's tables, qualifications into one,
whole or not at all.
"""

from leadlight.adapters.spark.contact_checks import with_checks
from leadlight.adapters.spark.faults import shown
from leadlight.adapters.spark.lake import Lake, opened_facts
from leadlight.adapters.spark.output import Target, labels_of, target_of, written
from leadlight.adapters.spark.session import opened

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
