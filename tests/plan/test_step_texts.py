"""Spark is told a plan step by step: the same steps, word for word, that the plan as one statement has."""

from __future__ import annotations

from datetime import datetime

import pytest

from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.relation import Query, TableName
from leadlight.plan.compile import compile_plan, statement
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_text
from leadlight.playbook.read import must_read

AS_OF = datetime(2026, 6, 1, 12, 30)
QUERY = Query("WITH known AS (SELECT * FROM attribute_facts) SELECT * FROM known")


@pytest.mark.parametrize(
    ("preset", "cohort", "sources"),
    [
        ("b2b-saas", Everyone(AS_OF), Sources(Catalog())),
        ("b2c-shop", Some(AS_OF, "touched"), Sources(Catalog())),
        ("lead-concept", Moments(TableName("pairs")), Sources(Catalog())),
        ("sales-leads", Everyone(AS_OF), Sources(Catalog(), leads=QUERY, activities=None)),
    ],
)
def test_the_steps_are_those_of_the_statement(
    preset: str, cohort: Cohort, sources: Sources
) -> None:
    """What is said of the one on Spark holds of the other."""
    book = must_read(preset_text(preset), f"{preset}.yml")
    plan = compile_plan(book, sources, cohort, "spark", signals=True, due=True).texts()
    steps = ", ".join(f"`{name}` AS ({text})" for name, text in plan.steps)
    whole = statement(book, sources, cohort, "spark", signals=True, due=True)
    assert f"WITH {steps} {plan.final}" == whole
