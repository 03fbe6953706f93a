"""A cohort: which leads, as of when. Time enters a plan here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadlight.facts.relation import Relation

Known = Literal["then", "now"]


@dataclass(frozen=True)
class Everyone:
    """Every lead at one moment (batch; at a past moment: replay)."""

    as_of: datetime
    known: Known = "then"


@dataclass(frozen=True)
class Some:
    """The leads whose ids stand in the table `leads` (one column, lead_id), at one moment (live,
    explain).
    """

    as_of: datetime
    leads: str
    known: Known = "then"


@dataclass(frozen=True)
class Moments:
    """Pairs of lead and moment: the relation `pairs` has columns lead_id and as_of (backtest, and
    what the clock will do).

    `settled` names a table that says who belonged together when (lead_id, group_id, kind, since,
    until), where somebody found that out for all moments at once.
    """

    pairs: Relation
    known: Known = "then"
    settled: str | None = None


Cohort = Everyone | Some | Moments
