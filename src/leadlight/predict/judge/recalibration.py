"""Calibration: whether a model's probabilities still fit the outcomes, and the shift of its start
that mends them.

Most drift of a base rate is the same for all leads: then one number, the start, puts the
probabilities right and the order of the leads stays as it is (recalibration in the large: Cox, Two
further applications of a model for binary regression, 1958; Steyerberg, Clinical Prediction Models,
2009). What is off after that differs from lead to lead, and needs a new model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from leadlight.playbook.model import LOGIT, Model
from leadlight.predict.judge.drift import DriftLine, Share, State, chi_square, clear, odds, percent
from leadlight.problems import CannotDo

FEWEST = 30  # leads with the outcome, and without, before a start is moved
_ROUNDS = 100
_BANDS = 10
_OFF = 0.02  # on average over the leads: less than two points off is no reason to learn again
_MOST = 4.0  # log-odds: a start that must move further stands for something else


def start_shift(said: Sequence[float], came: Sequence[bool]) -> float:
    """The shift of every lead's log-odds by which the mean probability becomes the share with the
    outcome (Newton's method).

    Raises `CannotDo` on fewer than 30 leads with the outcome, or without.
    """
    wins = sum(map(bool, came))
    if min(wins, len(came) - wins) < FEWEST:
        fewer = f"{wins:,} of {len(came):,} leads had the outcome"
        raise CannotDo(
            f"{fewer}: to recalibrate, {FEWEST} with it and {FEWEST} without are needed. Wait for"
            " more outcomes."
        )
    seen, shift = [odds(p) for p in said], 0.0
    for _ in range(_ROUNDS):
        off, slope = float(wins), 0.0
        for one in seen:
            p = 1 / (1 + math.exp(-(one + shift)))
            off -= p
            slope += p * (1 - p)
        step = max(-1.0, min(1.0, off / max(slope, 1e-9)))  # a step too far would not come back
        shift += step
        if abs(step) < 1e-9:
            break
    return shift


def shift_probabilities(said: Sequence[float], shift: float) -> list[float]:
    """Probabilities with their log-odds moved."""
    return [1 / (1 + math.exp(-(odds(p) + shift))) for p in said]


def with_start(
    model: Model, shift: float, day: date, said: float, came: Share, rate: Share
) -> Model:
    """The model with another start. Its text records the day, the shift, the mean probability and
    the share with the outcome that led to it, and the base rate then.
    """
    noted = {
        "on": day.isoformat(),
        "by": round(shift, 6),
        "said": round(said, 6),
        "came": round(came.value, 6),
        "with_outcome": round(rate.wins),
        "rows": rate.rows,
        "leads": rate.leads,
    }
    return replace(model, start=model.start + round(shift * LOGIT), moved=(*model.moved, noted))


def calibration(said: Sequence[float], came: Sequence[bool], leads: int) -> Iterator[DriftLine]:
    """Mean probability against the share with the outcome, then over ten groups of leads; `leads`
    is how many different leads the rows are of.
    """
    share, mean = Share(sum(map(bool, came)), len(came), leads), sum(said) / len(said)
    low, high = share.within()
    sure = not share.within(0.99)[0] <= mean <= share.within(0.99)[1]
    told = (
        f"it predicted {percent(mean)} on average, {percent(share.value)} had the outcome"
        f" ({percent(low)} to {percent(high)})"
    )
    figures = {
        "said": round(mean, 6),
        "came": round(share.value, 6),
        "low": round(low, 6),
        "high": round(high, 6),
    }
    yield DriftLine("calibration", clear(sure, mean, share.value), told, figures)
    wins = int(share.wins)
    if min(wins, len(came) - wins) >= FEWEST:
        yield _order(said, came, leads)


def _order(said: Sequence[float], came: Sequence[bool], leads: int) -> DriftLine:
    """Whether the probabilities fit over the whole range once their average does (Hosmer and
    Lemeshow, 1980).
    """
    moved = shift_probabilities(said, start_shift(said, came))
    order = sorted(range(len(moved)), key=moved.__getitem__)
    square = off = 0.0
    bands: list[dict[str, float]] = []
    for n in range(_BANDS):
        rows = order[n * len(order) // _BANDS : (n + 1) * len(order) // _BANDS]
        p, q = sum(moved[i] for i in rows) / len(rows), sum(bool(came[i]) for i in rows) / len(rows)
        square += len(rows) * (q - p) ** 2 / max(p * (1 - p), 1e-6)
        off += len(rows) * abs(q - p) / len(order)
        bands.append(
            {
                "said": round(sum(said[i] for i in rows) / len(rows), 6),
                "came": round(q, 6),
                "leads": len(rows),
            }
        )
    sure = square * leads / len(order) > chi_square(_BANDS - 1)
    state: State = "moved" if off >= _OFF else "moved a little"
    told = (
        f"after recalibration it is off by {percent(off)} on average, over ten groups of leads from"
        " the least to the most probable"
    )
    figures = {"off": round(off, 6), "tenths": bands}
    return DriftLine("calibration over the leads", state if sure else "steady", told, figures)


def advice(
    lines: Sequence[DriftLine], inputs: Sequence[DriftLine], name: str, matured: bool
) -> str:
    """What to do, in a sentence."""
    moved = {line.what for line in lines if line.state == "moved"}
    inputs_moved = any(line.state == "moved" for line in inputs)
    move = f"leadlight learn --check {name} --move-start"
    if "calibration over the leads" in moved:
        until = f" Until then recalibrate it: {move}." if "calibration" in moved else ""
        return f"Learn it again: what predicts the outcome has changed.{until}"
    if "calibration" in moved:
        more = (
            " Then learn it again when enough outcomes have come: its inputs moved too."
            if inputs_moved
            else ""
        )
        return f"Recalibrate it, which keeps the order of the leads: {move}.{more}"
    return _advice_for_calibration(bool(moved), inputs_moved, matured)


def _advice_for_calibration(rate_moved: bool, inputs_moved: bool, matured: bool) -> str:
    """What to do where the probabilities still hold, or where that is not known yet."""
    if inputs_moved and not matured:
        return (
            "Its inputs moved. Whether its probabilities still hold is not known yet: look again"
            " when outcomes have matured."
        )
    if inputs_moved:
        return (
            "Its inputs moved, and its probabilities still hold. Learn it again when that is"
            " convenient."
        )
    if rate_moved:
        return (
            "The base rate moved, and the model followed: its probabilities still hold. Nothing"
            " needs to be done."
        )
    if matured:
        return "Nothing needs to be done."
    return "Nothing moved so far. Look again when outcomes have matured."
