"""A first answer: files qualified when nobody has named a playbook.

The base itself says how: what it holds as evidence of interest ranks its leads, and where it says
who bought, that corrects the order. Nothing is asked, nothing is stored; what the order rests on is
said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadlight.desk.leads.outcome_correction import correct
from leadlight.desk.wiring import bases, staging
from leadlight.facts.cohort import Everyone
from leadlight.facts.evidence import ColumnProfile, Evidence, evidence_of
from leadlight.facts.outcome import CONVERTED, PROCESS, KnownOutcome, outcome_of
from leadlight.playbook.first_answer import first_answer_names, first_answer_text
from leadlight.playbook.presets import best_preset, preset_text
from leadlight.playbook.read import must_read
from leadlight.results.first_answer import EvidenceUse, FirstAnswer

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base
    from leadlight.desk.wiring.db import Connection
    from leadlight.desk.wiring.staging import StagedFile

#: A base whose newest date is older is read as of that date: as of now all of it has cooled.
STALE = timedelta(days=28)
_MOST_HOT = 0.2  # of the leads: where fixed points call more of them hot, ranks tell them apart
_HOT_AT_ONCE = 10  # leads that may be hot in a base however small it is
_FEWEST_HEATED = 0.02  # of the leads: where points call fewer warm or hot, they tell nothing


@dataclass(frozen=True)
class FirstAnswerOptions:
    """How a first answer is made: whether it may `learn` from the outcomes that a base holds, and
    whether it is free to read old files as of their newest date (`choose_moment`).
    """

    learn: bool = True
    choose_moment: bool = False


@dataclass(frozen=True)
class FirstPlaybook:
    """The text that a base is qualified by, and what it rests on."""

    text: str
    rests_on: FirstAnswer


def moment_of(con: Connection, staged: Sequence[StagedFile], now: datetime) -> datetime:
    """The moment as of which files are read when nobody names one: now, or their newest date where
    that is weeks old.
    """
    newest = staging.newest_date(con, staged, now)
    return now if newest is None or now - newest < STALE else newest


def first_playbook(
    base: Base, staged: Sequence[StagedFile], as_of: datetime, *, learn: bool = True
) -> FirstPlaybook:
    """The playbook of a base that nobody has named one for. Without `learn` its outcomes are not
    looked at.
    """
    catalog = base.sources.catalog
    preset = best_preset(catalog.present, catalog.kinds)
    trade = preset_text(preset)
    columns = bases.column_profiles(base, _headers(staged))
    outcome = outcome_of(columns) if learn else None
    if outcome is None and _is_told_apart(base, trade, as_of):
        return FirstPlaybook(trade, FirstAnswer("points", preset))
    evidence = evidence_of(columns, _excluded_columns(trade, outcome))
    log = base.sources.activities is not None
    text = first_answer_text(trade, evidence, log=log, outcome=outcome)
    rests_on = FirstAnswer(
        "evidence" if evidence or log else "nothing", preset, _uses(evidence, columns), log
    )
    if outcome is None:
        return FirstPlaybook(text, rests_on)
    corrected = correct(base, text, outcome, columns, as_of)
    rests_on = replace(rests_on, outcome=corrected.use)
    if corrected.model is None:
        if outcome.won == CONVERTED and _is_told_apart(base, trade, as_of):
            rests_on = replace(rests_on, basis="points", evidence=())
            return FirstPlaybook(trade, rests_on)
        if corrected.refutes and not log:
            text = first_answer_text(trade, (), log=False, outcome=outcome)
            rests_on = replace(rests_on, basis="nothing")
        return FirstPlaybook(text, rests_on)
    text = first_answer_text(trade, evidence, log=log, outcome=outcome, chance=corrected.cuts)
    return FirstPlaybook(corrected.with_model(text), replace(rests_on, basis="outcomes"))


def _headers(staged: Sequence[StagedFile]) -> Mapping[str, str]:
    """The header of each attribute of the leads."""
    return {
        c.name: c.header
        for s in staged
        if s.what == "leads"
        for c in s.mapping.columns
        if c.name is not None
    }


def _excluded_columns(trade: str, outcome: KnownOutcome | None) -> frozenset[str]:
    """Columns that are no evidence: what says the outcome, and names that the playbook makes."""
    return first_answer_names(trade).union(PROCESS, outcome.columns if outcome else ())


def _uses(
    evidence: Sequence[Evidence], columns: Sequence[ColumnProfile]
) -> tuple[EvidenceUse, ...]:
    headers = {c.name: c.header for c in columns}
    return tuple(
        EvidenceUse(e.say, e.points, tuple(headers.get(n, n) for n in e.columns)) for e in evidence
    )


def _is_told_apart(base: Base, trade: str, as_of: datetime) -> bool:
    """Whether the fixed points of the trade's own playbook tell leads apart by what they did: some
    are warm or hot, and not too many hot.
    """
    if base.sources.activities is None:
        return False
    book = must_read(trade, "first answer", base.sources.catalog)
    base.qualify(book, Everyone(as_of), reasons=False)
    counts = bases.label_counts(base, "temperature")
    leads = sum(counts.values())
    heated = counts.get("hot", 0) + counts.get("warm", 0)
    most = max(_MOST_HOT * leads, _HOT_AT_ONCE)
    return counts.get("hot", 0) <= most and heated >= _FEWEST_HEATED * leads > 0
