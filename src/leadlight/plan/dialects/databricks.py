"""Databricks: Spark's words. The tests run it on Spark, never on Databricks."""

from __future__ import annotations

from dataclasses import replace

from leadlight.plan.dialects.spark import SPARK

DATABRICKS = replace(SPARK, name="databricks", called="")
