"""`channels`: what each channel, source and campaign brings and costs; what to raise and cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.desk.leads.channel_lines import add_advice, add_empty_costs, make_line
from leadlight.desk.leads.channel_spend import Sums, spend_by_name, sums_by_name
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import channel_numbers, ledgers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.ledger import Run
from leadlight.playbook.spec import Playbook
from leadlight.predict.judge.metrics import Estimate
from leadlight.problems import CannotDo, NextStep
from leadlight.results.channels import ChannelsBy, ChannelsResult, Touch

if TYPE_CHECKING:
    from leadlight.desk.wiring.channel_numbers import SpendAmount, TouchCount

#: So many lines are told.
MOST_LINES = 50
#: The first step of the stage that counts as sales-qualified.
_SQL = "sales_qualified"


@dataclass(frozen=True)
class ChannelsRequest:
    """What brings the leads of a workspace: `split` by channel (of Google Analytics 4), source or
    campaign, by their `first` or `last` touch.

    Leads count that arrived (`created_at`) from `since` until before `until`, and what was spent
    then; null: all. Their labels are those that the last run left, and what is known now says who
    was won: an activity `won`, or the attribute `converted`.

    A source is the attribute `source`, else `utm_source`. Spend on a source and campaign is that of
    its leads; where some of them came by paid channels it is those channels', in proportion to
    their leads, and where it brought nobody it is of the channel that paying for the source names.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    touch: Touch = "first"
    split: ChannelsBy = "channel"


def channels(session: Session, request: ChannelsRequest) -> ChannelsResult:
    """The channels of a workspace. Raises `CannotDo` where no run was stored, and for a period that
    ends before it begins.
    """
    period = request.since, request.until
    if request.since is not None and request.until is not None and request.since >= request.until:
        raise CannotDo("The period ends before it begins.", field="since")
    with session.read_often("channels", request.now) as workspace:
        newest = workspace.ledger.runs(1)
        if not newest:
            raise CannotDo(
                "No run was stored yet, so no lead has a label.", step=NextStep("qualify")
            )
        run, book = newest[0], _playbook(workspace, newest[0])
        holdings = workspace.ledger.holdings()
        scales = workspace.ledger.run_columns().scales
        query = channel_numbers.touch_query(
            request.touch,
            int(run.run_id.removeprefix("r")),
            scales,
            _qualified_labels(book),
            period,
            request.now,
        )
        counts, undated = channel_numbers.touch_counts(workspace.con, holdings, query)
        amounts = channel_numbers.spend_amounts(workspace.con, holdings, period, request.now)
    return _result(request, run, book, counts, amounts, undated)


def _result(
    request: ChannelsRequest,
    run: Run,
    book: Playbook,
    counts: Sequence[TouchCount],
    amounts: Sequence[SpendAmount],
    undated: int,
) -> ChannelsResult:
    currencies = tuple(sorted({a.currency for a in amounts if a.currency}))
    added = amounts if len(currencies) < 2 else ()
    sums = sums_by_name(counts, request.split)
    spend = spend_by_name(counts, added, request.split)
    has = _labels(book)
    names = sorted({*sums, *spend}, key=lambda n: (-sums.get(n, Sums()).leads, n))
    lines = [make_line(name, sums.get(name, Sums()), spend.get(name), has) for name in names]
    whole = make_line("", Sums.of(sums.values()), sum(spend.values()) if spend else None, has)
    return ChannelsResult(
        run.run_id,
        run.as_of,
        request.since,
        request.until,
        request.touch,
        request.split,
        tuple(lines[:MOST_LINES]),
        max(0, len(lines) - MOST_LINES),
        replace(whole, empty_cost=_empty_cost(counts, added, has)),
        add_advice(lines),
        undated,
        currencies,
    )


def _empty_cost(
    counts: Sequence[TouchCount],
    amounts: Sequence[SpendAmount],
    labels: frozenset[str],
) -> Estimate:
    """What the empty leads cost: source by source, however the lines are split."""
    sums, spend = sums_by_name(counts, "source"), spend_by_name(counts, amounts, "source")
    names = {*sums, *spend}
    return add_empty_costs(
        [make_line(name, sums.get(name, Sums()), spend.get(name), labels) for name in names]
    )


def _playbook(workspace: Workspace, run: Run) -> Playbook:
    """The playbook of the last run: the labels are its."""
    text = ledgers.playbook_text(workspace.con, run.fingerprint) or ""
    return usable(text, f"the playbook of {run.run_id}", workspace.ledger.catalog())[0]


def _qualified_labels(book: Playbook) -> tuple[str, ...]:
    """The steps of the stage from sales-qualified up."""
    stage = book.scale("stage")
    steps = [label.name for label in stage.labels if not label.aside] if stage else []
    return tuple(steps[: steps.index(_SQL) + 1]) if _SQL in steps else ()


def _labels(book: Playbook) -> frozenset[str]:
    """Which of the labels that are counted the playbook has."""
    wanted: Iterable[tuple[str, str]] = (
        ("audience", "target"),
        ("audience", "non_target"),
        ("contact", "empty"),
        ("temperature", "hot"),
        ("stage", _SQL),
    )
    return frozenset(
        label
        for name, label in wanted
        if (scale := book.scale(name)) is not None and label in {la.name for la in scale.labels}
    )
