"""What a package says of its models: a description of every column, and the tests on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadlight.facts.catalog import Catalog
from leadlight.plan.column_docs import Meanings
from leadlight.plan.dbt.models import ABOUT, BEHAVIOUR, POINTS, QUALIFICATION, REASONS, SCORES
from leadlight.plan.dbt.reasons import DOCS
from leadlight.plan.plan_text import harmless
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Playbook
from leadlight.playbook.yaml_text import quoted

MARK = "# Written by leadlight plan --dbt."
#: Columns that every plan has under these names.
_ALWAYS = {
    "lead_id": "The lead.",
    "as_of": "The moment of the qualification, in UTC.",
    "_r": "The number of the meaning of activities (see the model's comments).",
    "_sum": "The sum of the age factors, in billionths.",
    "_n": "How many activities.",
    "_youngest": "The age of the newest activity, in microseconds.",
    "_oldest": "The age of the oldest activity, in microseconds.",
}
_LONGEST = 400


@dataclass(frozen=True)
class ModelDocs:
    """Writes what is said of the models of a playbook, by their columns."""

    book: Playbook
    catalog: Catalog

    def schema(self, models: Mapping[str, Sequence[str]], key: Sequence[str]) -> str:
        """The page of all models."""
        lines = [MARK, "version: 2", "", "models:"]
        for name, columns in models.items():
            lines += [f"  - name: {name}", f"    description: {_description(ABOUT[name])}"]
            lines += self._tests_of_model(name, key)
            lines.append("    columns:")
            for column in columns:
                lines += [
                    f"      - name: {quoted(column)}",
                    f"        description: {_description(self.describe(column, name))}",
                    "        quote: true",
                    *self._tests_of_column(column, name, key),
                ]
        return "\n".join(lines) + "\n"

    def describe(self, column: str, model: str) -> str:
        """What a column of a model is, in a sentence."""
        if model == REASONS and column in DOCS:
            return DOCS[column]
        known = {**Meanings(self.book).columns(), **_ALWAYS}
        if column in known:
            return known[column]
        attribute = catalog_for(self.book, self.catalog).lead.get(column)
        if attribute is not None:
            return f"Attribute: {attribute.about or column}."
        return f"Made on the way to other columns ({column})."

    def _tests_of_model(self, model: str, key: Sequence[str]) -> Iterator[str]:
        """A row is told by its key, where that is more than the lead."""
        if model in (SCORES, QUALIFICATION, BEHAVIOUR) and len(key) > 1:
            yield "    data_tests:"
            yield f"      - leadlight_unique: {{arguments: {{columns: [{', '.join(key)}]}}}}"

    def _tests_of_column(self, column: str, model: str, key: Sequence[str]) -> Iterator[str]:
        tests: list[str] = []
        if column in key:
            tests.append("not_null")
        if column == "lead_id" and len(key) == 1 and model in (SCORES, QUALIFICATION, BEHAVIOUR):
            tests.append("unique")
        values = self._values(column) if model in (SCORES, QUALIFICATION) else []
        if column in ("score", "rule", "units") and model == REASONS:
            tests.append("not_null")
        if column == "_r" and model == POINTS:
            tests.append("not_null")
        if tests or values:
            yield "        data_tests:"
        yield from (f"          - {test}" for test in tests)
        if values:
            listed = ", ".join(map(quoted, values))
            yield f"          - accepted_values: {{arguments: {{values: [{listed}]}}}}"

    def _values(self, column: str) -> list[str]:
        """Every value that a column may have, where a template would not read it otherwise."""
        labels = {s.name: [la.name for la in s.labels] for s in self.book.scales}
        values = labels.get(column, [])
        if column == "department":
            values = list(dict.fromkeys(r.to for r in self.book.routes))
        return [] if any(re.search(r"[{}]", v) for v in values) else values


def _description(text: str) -> str:
    """A description, which dbt reads as a template too."""
    return quoted(harmless(text, _LONGEST))
