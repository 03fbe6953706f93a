"""`ladder`: how many leads stand on each step, who moved in a period, who fell back and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import ledgers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.ladder import (
    LabelNumbers,
    LadderCounts,
    MoveCount,
    ReasonOfFall,
    RunSpan,
    ScaleCounts,
)
from leadlight.playbook.spec import Playbook, Scale
from leadlight.predict.judge.intervals import wilson
from leadlight.predict.judge.metrics import Estimate
from leadlight.problems import CannotDo, NextStep, did_you_mean
from leadlight.results.ladder import (
    FEW,
    Direction,
    FallBack,
    LadderBy,
    LadderGroup,
    LadderMove,
    LadderResult,
    LadderScale,
    LadderStep,
    Leak,
    ReasonCount,
)

#: The scales that are climbed.
LADDERS = ("temperature", "stage")
#: So long is a period that nobody names.
PERIOD = timedelta(days=90)
#: So many groups are listed.
MOST_GROUPS = 25


@dataclass(frozen=True)
class LadderRequest:
    """The ladder of a workspace from `since` (null: 90 days before its end) to `until` (null: now).

    It is told of `temperature` and `stage`, or of the one `scale`; of all leads, and also `split`
    source (as stated first), segment (as of the last run) or owner (as known now).

    The numbers come of the stored runs. The period begins with what the last run by `since` left,
    at the earliest with the first run, and ends with what the last run by `until` left. A move is
    a label that one run left and the next one changed; what a lead did between two runs is seen as
    one move. Steps are the labels of the scale in the playbook of the last run that are not set
    aside.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    scale: str | None = None
    split: LadderBy | None = None


def ladder(session: Session, request: LadderRequest) -> LadderResult:
    """The ladders of a workspace. Raises `CannotDo` for a period before the first run, or that ends
    before it begins, and for a scale that the playbook does not have.
    """
    until = request.until or request.now
    since = request.since or _before(until)
    if since >= until:
        raise CannotDo("The period ends before it begins.", field="since")
    with session.read("ladder", request.now) as workspace:
        ledger = workspace.ledger
        span = ledger.run_span(since, until)
        if span is None:
            raise _no_run(workspace, until)
        book = _playbook(workspace, span)
        scales = _scales(book, request.scale)
        ladders = {scale.name: _steps(scale) for scale in scales}
        whole = _Count(ledger.ladder_counts(span, ladders, None, request.now), scales)
        parts = whole
        if request.split is not None:
            counts = ledger.ladder_counts(span, ladders, request.split, request.now)
            parts = _Count(counts, scales)
        playbook = _name_of(workspace, span)
    groups = list(parts.leads.items()) if request.split is not None else []
    return LadderResult(
        since,
        until,
        f"r{span.before}",
        span.last_run,
        span.runs,
        playbook,
        whole.leads.get("", 0),
        whole.of_group(""),
        request.split,
        tuple(LadderGroup(name, n, parts.of_group(name)) for name, n in groups[:MOST_GROUPS]),
        max(0, len(groups) - MOST_GROUPS),
    )


def _before(until: datetime) -> datetime:
    try:
        return until - PERIOD
    except OverflowError:
        return datetime(1, 1, 1)


def _no_run(workspace: Workspace, until: datetime) -> CannotDo:
    runs = workspace.ledger.runs()
    if not runs:
        return CannotDo("No run was stored yet, so nobody moved.", step=NextStep("qualify"))
    first = min(run.as_of for run in runs)
    return CannotDo(
        f"No run was stored by {until:%Y-%m-%d %H:%M}: the first is of {first:%Y-%m-%d %H:%M}.",
        field="until",
    )


def _playbook(workspace: Workspace, span: RunSpan) -> Playbook:
    """The playbook of the last run, which names the steps."""
    text = ledgers.playbook_text(workspace.con, span.fingerprint) or ""
    return usable(text, f"the playbook of {span.last_run}", workspace.ledger.catalog())[0]


def _name_of(workspace: Workspace, span: RunSpan) -> str:
    """What the playbook of the last run is called."""
    for newest in (1, None):
        for run in workspace.ledger.runs(newest):
            if run.run_id == span.last_run:
                return run.playbook
    return ""


def _scales(book: Playbook, wanted: str | None) -> list[Scale]:
    if wanted is None:
        return [scale for name in LADDERS if (scale := book.scale(name)) is not None]
    found = book.scale(wanted)
    if found is None:
        names = [scale.name for scale in book.scales]
        hint = did_you_mean(wanted, names) or f"The scales are {', '.join(names)}."
        raise CannotDo(f"The playbook has no scale {wanted!r}. {hint}", field="scale")
    return [found]


def _steps(scale: Scale) -> tuple[str, ...]:
    """The labels that are climbed, best first."""
    return tuple(label.name for label in scale.labels if not label.aside)


class _Count:
    """What was counted of each scale and group."""

    def __init__(self, counts: LadderCounts, scales: Sequence[Scale]) -> None:
        self.leads = counts.leads
        self._scales = [_ScaleCount(counts.scales[scale.name], scale) for scale in scales]

    def of_group(self, group: str) -> tuple[LadderScale, ...]:
        """The ladders of a group."""
        return tuple(scale.of_group(group) for scale in self._scales)


class _ScaleCount:
    """What was counted of a scale, of each group."""

    def __init__(self, counts: ScaleCounts, scale: Scale) -> None:
        self._scale, self._numbers = scale, counts.numbers
        self._places = {label: n for n, label in enumerate(_steps(scale))}
        self._moves, self._reasons = counts.moves, counts.reasons

    def of_group(self, group: str) -> LadderScale:
        """The ladder of a group: the labels of the playbook, then those that older ones had."""
        numbers = {label: n for (grp, label), n in self._numbers.items() if grp == group}
        order = [label.name for label in self._scale.labels]
        order += [label for label in numbers if label not in order]
        moves = self._moves.get(group, [])
        steps = tuple(self._step(label, numbers, moves) for label in order)
        return LadderScale(
            self._scale.name,
            steps,
            tuple(
                LadderMove(m.before, m.after, m.moves, self._direction(m.before, m.after))
                for m in moves
            ),
            self._falls(moves, self._reasons.get(group, [])),
            _leak(steps, self._wins(moves)),
        )

    def _step(
        self,
        label: str,
        numbers: Mapping[str, LabelNumbers],
        moves: Sequence[MoveCount],
    ) -> LadderStep:
        n = numbers.get(label)
        arrivals = sum(m.moves for m in moves if m.after == label)
        best = self._places.get(label) == 0
        if n is None:
            nothing = Estimate(None)
            return LadderStep(
                label, label in self._places, 0, 0, arrivals, 0, 0, 0, 0, 0, 0, nothing, None, 0
            )
        is_step = label in self._places
        return LadderStep(
            label=label,
            is_step=is_step,
            standing=n.standing,
            standing_before=n.standing_before,
            arrivals=arrivals,
            departures=n.departures,
            leads=n.leads,
            rose=n.rose,
            fell=n.fell,
            aside=n.aside,
            gone=n.gone,
            conversion=_share(n.rose, n.leads) if is_step and not best else Estimate(None),
            days=n.days,
            censored=n.censored,
        )

    def _wins(self, moves: Sequence[MoveCount]) -> dict[str, int]:
        """The leads that left each step because they bought: no loss of it."""
        bought = {
            label.name
            for label in self._scale.labels
            if label.aside and label.when is not None and label.when.text == "is_customer"
        }
        wins: dict[str, int] = {}
        for move in moves:
            if move.before is not None and move.after in bought:
                wins[move.before] = wins.get(move.before, 0) + move.leads
        return wins

    def _direction(self, before: str | None, after: str | None) -> Direction:
        if before is None or after is None:
            return "new" if before is None else "gone"
        was, now = self._places.get(before), self._places.get(after)
        if was is None or now is None:
            return "along" if was is now else "back" if was is None else "aside"
        return "up" if now < was else "down"

    def _falls(
        self, moves: Sequence[MoveCount], reasons: Sequence[ReasonOfFall]
    ) -> tuple[FallBack, ...]:
        return tuple(
            FallBack(
                m.before,
                m.after,
                m.moves,
                m.leads,
                _reasons_of(m, reasons, fading=False),
                _reasons_of(m, reasons, fading=True),
            )
            for m in moves
            if m.before is not None
            and m.after is not None
            and self._direction(m.before, m.after) in ("down", "aside")
        )


def _reasons_of(
    move: MoveCount, reasons: Sequence[ReasonOfFall], *, fading: bool
) -> tuple[ReasonCount, ...]:
    return tuple(
        ReasonCount(why.reason, why.moves)
        for why in reasons
        if (why.before, why.after, why.fading) == (move.before, move.after, fading)
    )


def _share(part: int, whole: int) -> Estimate:
    return Estimate(part / whole, *wilson(part, whole)) if whole else Estimate(None)


def _leak(steps: Sequence[LadderStep], wins: Mapping[str, int]) -> Leak | None:
    """The step that surely loses most: by the lower end of the interval. `wins` of each left it
    because they bought.
    """
    leaks = [
        Leak(step.label, step.leads, losses, _share(losses, step.leads))
        for step in steps
        if step.is_step
        and step.leads >= FEW
        and (losses := min(max(0, step.leak - wins.get(step.label, 0)), step.leads))
    ]
    return max(leaks, key=lambda leak: (leak.share.low or 0.0, leak.losses), default=None)
