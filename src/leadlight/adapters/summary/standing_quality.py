"""The quality of a base's contacts as the last run left it: nothing is qualified anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import duckdb

from leadlight.adapters.summary.contact_quality import quality
from leadlight.adapters.summary.lead_sources import ATTRIBUTES
from leadlight.adapters.summary.newest_labels import make_newest_labels
from leadlight.adapters.summary.qualified_base import QualifiedBase
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Query, Relation
from leadlight.plan.asof.texts import leads_text, spend_text
from leadlight.playbook.spec import Playbook
from leadlight.results.quality import Quality

#: The scales by which a lead is empty, or unwanted.
_SCALES = ("contact", "audience", "temperature")


def standing_quality(
    con: duckdb.DuckDBPyConnection, holdings: Holdings, book: Playbook, upto: int, now: datetime
) -> Quality | None:
    """The quality of a base by the labels of a run and the checks of a moment; None where no
    contact was verified.
    """
    scores = tuple(score.name for score in book.scores)
    qualifications, has = make_newest_labels(con, upto, _SCALES, scores)
    known = ["lead_id", *holdings.attributes]
    attribute = next((a for a in ATTRIBUTES if a in known), "")

    def leads(names: Collection[str], among: str | None) -> Relation:
        asked = [name for name in holdings.attributes if name in names]
        cohort = Everyone(now) if among is None else Some(now, among)
        return Query(leads_text(cohort, holdings, asked))

    base = QualifiedBase(con, qualifications, leads, book, has, known)
    spend = Query(spend_text(Everyone(now), holdings))
    return quality(base, now, attribute, spend)
