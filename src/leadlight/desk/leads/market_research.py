"""`market-research`: whom a company has leads of and does not sell to. They are no customers in
waiting; what they ask for shows what a market wants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.leads.standing_run import standing_run
from leadlight.desk.session import Session
from leadlight.desk.wiring import segment_numbers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.predict.judge.intervals import wilson
from leadlight.predict.judge.metrics import Estimate
from leadlight.problems import CannotDo
from leadlight.results.segments import MarketResearch, ResearchGroup, ResearchLine, Wish

_LABELS = ("audience", "non_target", "target")
#: So many wishes of a kind are told.
_WISHES = 5


@dataclass(frozen=True)
class MarketResearchRequest:
    """Who the leads outside the target audience are (the label `non_target` of the scale
    `audience`, as the last run left them), what they asked for, and which of them buy.
    """

    now: datetime


def market_research(session: Session, request: MarketResearchRequest) -> MarketResearch:
    """The leads outside the target audience in numbers. Raises `CannotDo` where no run was stored,
    and where the playbook names no audience.
    """
    with session.read_often("segments", request.now) as workspace:
        return session.memory.recall(
            workspace, "research", request.now, lambda: _research(workspace, request.now)
        )


def _research(workspace: Workspace, now: datetime) -> MarketResearch:
    run, number, _ = standing_run(workspace)
    holdings = workspace.ledger.holdings()
    found = segment_numbers.market_research(workspace.con, holdings, number, _LABELS, now)
    if not found.has_scale:
        raise CannotDo(
            "The playbook names no target audience: it has no scale `audience` with the labels"
            " target and non_target."
        )
    who, asked = segment_numbers.attributes_of_research()
    leads, won, inside, inside_won = found.sizes()
    groups = (_group(found, name, leads, inside) for name in who)
    wishes = [Wish("product", name, n) for name, n in found.products(_WISHES)]
    for name in asked:
        if name == "product" and wishes:
            continue
        values, _ = found.values(name, _WISHES)
        wishes += [Wish(name, line.value, line.outside) for line in values]
    return MarketResearch(
        run.run_id,
        run.as_of,
        run.playbook,
        leads,
        won,
        _share(won, leads),
        inside,
        inside_won,
        _share(inside_won, inside),
        tuple(group for group in groups if group.lines),
        tuple(wishes),
    )


def _group(
    found: segment_numbers.MarketResearch, name: str, leads: int, inside: int
) -> ResearchGroup:
    values, known = found.values(name)
    lines = tuple(
        ResearchLine(
            line.value,
            line.outside,
            line.outside / leads if leads else 0.0,
            line.inside / inside if inside else 0.0,
            line.won,
            _share(line.won, line.outside),
        )
        for line in values
    )
    return ResearchGroup(name, known, lines)


def _share(part: int, whole: int) -> Estimate:
    return Estimate(part / whole, *wilson(part, whole)) if whole else Estimate(None)
