"""What the desk asks of verification, over one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from leadlight.adapters.contacts.candidates import rows_to_check, with_crowd
from leadlight.adapters.contacts.checks import CHECKS, any_rows, check_contacts
from leadlight.adapters.contacts.domains import domain_answers
from leadlight.adapters.contacts.tally import (
    Tally,
    declined_repairs,
    proposals,
    repairs_relation,
    tally,
)
from leadlight.adapters.contacts.usual_country import usual_country
from leadlight.facts.relation import Query, Relation, TableName
from leadlight.plan.sources import Sources

if TYPE_CHECKING:
    from leadlight.verify.domains import DomainAnswer


class ContactChecks:
    """Verifying contacts: which rows to look at, the rules over them, and the answers in numbers
    and as the relation `made`.
    """

    made = TableName(CHECKS)

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def any_rows(self, due: Relation) -> bool:
        """Whether there is anything to check at all."""
        return any_rows(self.con, due)

    def with_crowd(self, due: Relation, sources: Sources, as_of: datetime) -> Query:
        """Rows to check, and beside each what only a look at all leads shows."""
        return with_crowd(due, sources.leads, sources.catalog.present, as_of)

    def every_lead(self, sources: Sources, as_of: datetime) -> Query:
        """The rows to check of a base: every lead."""
        return rows_to_check(sources, as_of)

    def ask_domains(
        self, rows: Relation, sources: Sources, now: datetime
    ) -> tuple[dict[str, DomainAnswer], int]:
        """What the e-mail domains of the rows answer; and how many had to be left for next time."""
        return domain_answers(self.con, rows, sources, now)

    def check(
        self,
        rows: Relation,
        sources: Sources,
        *,
        as_of: datetime,
        country: str | None,
        answers: Mapping[str, DomainAnswer],
        watch: Callable[[float], None],
    ) -> int:
        """Make the relation `made` of these rows of a base; how many those are. `country` is that
        of numbers which do not say theirs; `watch` is told how much is done, 0 to 100.
        """
        return check_contacts(
            self.con,
            rows,
            as_of=as_of,
            country=country,
            answers=answers,
            watch=watch,
            usual_country=lambda: usual_country(self.con, sources.leads, sources.catalog.present),
        )

    def tally(self) -> Tally:
        """The checks just made in numbers."""
        return tally(self.con)

    def proposals(self, sources: Sources) -> list[tuple[str, str, str, str, str]]:
        """The repairs proposed for a base: (lead, contact point, value, proposed value, rules), in
        order of leads.
        """
        return proposals(self.con, sources)

    def declined_repairs(self, sources: Sources) -> dict[str, list[str]]:
        """The repairs that were declined, by lead."""
        return declined_repairs(self.con, sources)

    def repairs(self, accepted: Sequence[tuple[str, str, str]]) -> Relation:
        """Accepted repairs (lead, contact point, value) as one row a lead, ready to be appended to
        a ledger.
        """
        return repairs_relation(self.con, accepted)
