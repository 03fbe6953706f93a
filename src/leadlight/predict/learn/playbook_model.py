"""A trained model as a playbook reads it: what each bin adds to the log-odds, in whole
ten-millionths.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from leadlight.playbook.model import Model
from leadlight.predict.judge.training_stats import LEARNED_FROM
from leadlight.predict.learn.terms import in_units, terms_of
from leadlight.predict.learn.training import TrainingResult


def model_of(
    learned: TrainingResult,
    name: str,
    outcome: str,
    about: str,
    day: date,
    verdict: Mapping[str, Any],
) -> Model:
    """The fitted sum of tables as a model of this name; `about` says what it is, `verdict` how it
    was judged. Terms that add nothing are left out.
    """
    return Model(
        name=name,
        start=in_units(learned.fitted.start),
        terms=terms_of(learned.fitted, learned.seen),
        outcome=outcome,
        about=about,
        learned=day,
        verdict={**verdict, LEARNED_FROM: learned.learned_from},
        refused=tuple({"column": s.header, "why": s.why} for s in learned.leaks),
    )
