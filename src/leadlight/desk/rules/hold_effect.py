"""What a roster's experiment says: leads that were held back by lot beside those that were not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Assignment, Clock
from leadlight.predict.judge.intervals import newcombe
from leadlight.results.routing import HoldEffect, HoldOutcome
from leadlight.route.roster.experiment import is_drawn, takes_part
from leadlight.route.roster.read import read_roster
from leadlight.route.roster.spec import Experiment, Roster

#: Fewer leads than that on either side say nothing.
LEAST = 30
#: So long after its hold a lead has had time to be reached.
SETTLED = timedelta(days=7)


def hold_effect(
    workspace: Workspace, roster: Roster, leads: Sequence[str], now: datetime
) -> HoldEffect | None:
    """The experiment among these leads, by their first assignments; of those alone that were
    assigned while the roster had the same experiment. Who was drawn counts as held back, whatever
    happened: only so does chance alone part the two groups. None where the roster has none.
    """
    experiment = roster.experiment
    if experiment is None:
        return None
    ledger = workspace.ledger.assignments()
    settled = now - SETTLED - timedelta(seconds=experiment.hold)
    rosters: dict[str, Experiment | None] = {}
    made: list[Assignment] = []
    for first, fingerprint in ledger.first(leads):
        if fingerprint not in rosters:
            rosters[fingerprint] = _experiment(ledger.roster_text(fingerprint))
        is_same = rosters[fingerprint] == experiment
        if is_same and first.began_at <= settled and takes_part(experiment, first.label):
            made.append(first)
    clocks = ledger.clocks_of(made)
    drawn = [_is_drawn(experiment, roster, c.assignment) for c in clocks]
    held = [c for c, is_held in zip(clocks, drawn, strict=True) if is_held]
    others = [c for c, is_held in zip(clocks, drawn, strict=True) if not is_held]
    return effect_of(experiment, held, others)


def effect_of(experiment: Experiment, held: Sequence[Clock], others: Sequence[Clock]) -> HoldEffect:
    """The effect of the hold, by the clocks of both groups."""
    outcomes: tuple[HoldOutcome, ...] = ()
    if min(len(held), len(others)) >= LEAST:
        outcomes = tuple(
            _outcome(name, of_held, of_others)
            for (name, of_held), (_, of_others) in zip(
                _outcomes(held).items(), _outcomes(others).items(), strict=True
            )
        )
    return HoldEffect(timedelta(seconds=experiment.hold), len(held), len(others), LEAST, outcomes)


def _outcomes(clocks: Sequence[Clock]) -> dict[str, list[bool]]:
    return {
        "reached": [c.reached_at is not None for c in clocks],
        "qualified": [c.is_qualified for c in clocks],
        "won": [c.is_won for c in clocks],
    }


def _outcome(name: str, held: Sequence[bool], others: Sequence[bool]) -> HoldOutcome:
    low, high = newcombe(sum(others), len(others), sum(held), len(held))
    slow, fast = sum(held) / len(held), sum(others) / len(others)
    return HoldOutcome(
        name,
        round(slow, 4),
        round(fast, 4),
        round(fast - slow, 4),
        (round(low, 4), round(high, 4)),
    )


def _is_drawn(experiment: Experiment, roster: Roster, made: Assignment) -> bool:
    department = roster.department_of(made.department)
    name = department.name if department is not None else made.department
    return is_drawn(experiment, made.lead_id, name)


def _experiment(text: str | None) -> Experiment | None:
    roster = read_roster(text)[0] if text else None
    return roster.experiment if roster is not None else None
