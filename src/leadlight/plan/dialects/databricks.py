"""Databricks: Spark's words. Not run in the tests."""

from __future__ import annotations

from dataclasses import replace

from leadlight.plan.dialects.spark import SPARK

DATABRICKS = replace(SPARK, name="databricks", called="")
