"""The rows from which models and rules are learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.training.attribute_changes import AttributeChanges
    from leadlight.adapters.training.outcome_cohorts import OutcomeCohort
    from leadlight.adapters.training.outcome_cohorts import OutcomeCounts as OutcomeCounts
    from leadlight.adapters.training.rule_points import RulePoints as RulePoints
    from leadlight.adapters.training.training_rows import KnownOutcomes as KnownOutcomes
    from leadlight.adapters.training.training_rows import TrainingLook as TrainingLook
    from leadlight.adapters.training.training_rows import TrainingRows as TrainingRows
    from leadlight.adapters.training.training_table import TrainingTable as TrainingTable
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.cohort import Known
    from leadlight.facts.ledger import Holdings
    from leadlight.facts.relation import Relation


def training_rows(everything: Base) -> TrainingRows:
    """The training rows of a base that sees all there is."""
    from leadlight.adapters.training.training_rows import TrainingRows

    return TrainingRows(everything)


def facts_at(holdings: Holdings, pairs: str, known: Known) -> tuple[Relation, Relation]:
    """A ledger's leads and activities as of the moments of a table of pairs."""
    from leadlight.adapters.training.training_rows import facts_at

    return facts_at(holdings, pairs, known)


def rule_points(con: Connection) -> RulePoints:
    """What each rule of a playbook gave each training row of a connection."""
    from leadlight.adapters.training.rule_points import RulePoints

    return RulePoints(con)


def attribute_changes(base: Base) -> AttributeChanges:
    """Which attributes change once it is decided whether a lead buys."""
    from leadlight.adapters.training.attribute_changes import AttributeChanges

    return AttributeChanges(base)


def outcome_cohort(base: Base) -> OutcomeCohort:
    """The leads of a base by whether they were won: before it, what they did, what they bought."""
    from leadlight.adapters.training.outcome_cohorts import OutcomeCohort

    return OutcomeCohort(base)


def rows_with_outcome(
    base: Base, outcome: str, score: str, names: Sequence[str], objected: str | None
) -> list[tuple[object, ...]]:
    """A row a lead of a base that was just qualified: a label that says whether it was won (None:
    not known yet), a score, and these attributes.
    """
    from leadlight.adapters.training.outcome_rows import rows_with_outcome

    return rows_with_outcome(base.con, base.sources.leads, outcome, score, names, objected)


def training_table(everything: Base) -> TrainingTable:
    """The training rows that were made of a base, to be read."""
    from leadlight.adapters.training.training_table import TrainingTable

    return TrainingTable(everything)


def objectors(base: Base) -> set[str]:
    """The leads who object to profiling, as known in a base."""
    from leadlight.adapters.training.training_table import objectors

    return objectors(base)


def kinds_by_frequency(base: Base) -> list[str]:
    """The kinds of activity of a base, the most frequent first."""
    from leadlight.adapters.training.training_table import kinds_by_frequency

    return kinds_by_frequency(base)
