"""What a first answer rests on: which columns it took for evidence, which for the outcome, and how
good the order is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from leadlight.playbook.spec import Playbook
from leadlight.predict.judge.metrics import Estimate

#: What the order of the leads rests on: fixed points of a preset, evidence by rank, outcomes that
#: corrected it, or nothing.
Basis = Literal["points", "evidence", "outcomes", "nothing"]


@dataclass(frozen=True)
class EvidenceUse:
    """Columns that count as evidence: what they say, and the points they give at most."""

    say: str
    points: int
    headers: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeUse:
    """The outcome that was found in a base: `header` = `word` is a lead who bought.

    `won` and `lost` leads taught, `open` ones are not decided. `auc` is how the corrected points
    rank leads that they have not seen, between 0 and 1; null where nothing was learned, and
    `refused` says why. Where an open lead's age counts, three of four leads that were
    won were so within `usual_days` of coming in.
    """

    header: str
    word: str
    won: int
    lost: int
    open: int
    auc: Estimate | None = None
    refused: str | None = None
    usual_days: int | None = None


@dataclass(frozen=True)
class FirstAnswer:
    """What a first answer rests on. `preset` is that of the trade whose routes and segments it has.

    With `log` what leads did counts, too. `evidence` on a basis of nothing is what was found and
    ranks the decided leads no better than chance. `read_as_of` is the newest date of the files,
    where the leads were qualified as of then because it is weeks old.
    """

    basis: Basis
    preset: str
    evidence: tuple[EvidenceUse, ...] = ()
    log: bool = False
    outcome: OutcomeUse | None = None
    read_as_of: datetime | None = None


@dataclass(frozen=True)
class LearnedOrder:
    """What the order of a playbook rests on that was corrected by outcomes: on which day it was
    `learned`, from how many `decided` leads, and how many of them were `won`.

    `auc` is how it ranked leads that it had not seen, between 0 and 1. A workspace learns anew
    after `refresh` seconds (null: never).
    """

    learned: date | None
    decided: int
    won: int
    auc: Estimate
    refresh: int | None = None


def learned_order(book: Playbook) -> LearnedOrder | None:
    """What a playbook with outcomes says of its model; None where it says nothing."""
    model, outcomes = book.ordering_model, book.outcomes
    if model is None or outcomes is None:
        return None
    verdict = model.verdict
    try:
        decided, won = (int(str(verdict[k])) for k in ("judged", "judged_with_outcome"))
        auc = Estimate(*(float(str(v)) for v in verdict["auc"]))
    except (KeyError, TypeError, ValueError):
        return None
    return LearnedOrder(model.learned, decided, won, auc, outcomes.refresh)
