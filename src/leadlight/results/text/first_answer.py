"""What a first answer rests on, in sentences: the same on a terminal, in the report and in JSON."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.playbook.durations import in_words
from leadlight.predict.judge.metrics import Estimate
from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.first_answer import FirstAnswer, LearnedOrder, OutcomeUse

#: How orders by evidence alone ranked leads on public tables whose outcome was taken out
#: (docs/explanation/how-good-is-a-first-answer.md): the least, the best, and the middle.
LEAST, BEST, MIDDLE = 0.50, 0.79, 0.58
_MOST, _FEW = 6, 3


def basis_sentences(found: FirstAnswer | LearnedOrder) -> Iterator[str]:
    """On what the order of the leads rests, and how good it is."""
    if isinstance(found, LearnedOrder):
        yield _order_line(found)
        return
    if found.read_as_of is not None:
        yield (
            f"The newest date in these files is {found.read_as_of:%Y-%m-%d}, so the leads are shown"
            " as of then, not as of today."
        )
    if found.basis == "points":
        return
    outcome = found.outcome
    if outcome is not None and outcome.refused is None:
        yield _outcome_line(outcome)
    elif outcome is not None:
        yield (
            f"{_column(outcome)} says who bought ({outcome.won:,} of"
            f" {outcome.won + outcome.lost:,} decided leads), but {outcome.refused}. So it does not"
            " change the order."
        )
    else:
        yield "No column says who bought."
    yield _evidence(found)


def improvement_sentences(found: FirstAnswer | LearnedOrder) -> Iterator[str]:
    """What would make the order better."""
    if isinstance(found, LearnedOrder) or found.basis == "points":
        return
    if found.outcome is None:
        yield ("a column that says who bought (yes or no, won or lost); five of each are enough.")
    if not found.log and len(found.evidence) < _FEW:
        yield (
            "what leads did: time on your site, the date of their last activity, replies; or a log"
            " of activities."
        )


def _order_line(found: LearnedOrder) -> str:
    since = f" on {found.learned:%Y-%m-%d}" if found.learned else ""
    lost = found.decided - found.won
    again = f" It is learned anew after {in_words(found.refresh)}." if found.refresh else ""
    return (
        f"The order was learned{since} from {found.won:,} who bought and {lost:,} who did not."
        f" {_ranks(found.auc)}{again}"
    )


def _outcome_line(outcome: OutcomeUse) -> str:
    taught = f"{outcome.won:,} who bought and {outcome.lost:,} who did not"
    rest = f"; {plural(outcome.open, 'lead is', 'leads are')} still open" if outcome.open else ""
    return (
        f"{_column(outcome)} says who bought, and that corrected the order: {taught}{rest}."
        f" {_ranks(outcome.auc)}{_age(outcome)}"
    )


def _age(outcome: OutcomeUse) -> str:
    days = outcome.usual_days
    if days is None:
        return ""
    return (
        f" Of those who bought, three of four did so within {plural(days, 'day', 'days')} of coming"
        " in; who has been open for longer stands further back."
    )


def _ranks(auc: Estimate | None) -> str:
    if auc is None or auc.value is None:
        return ""
    between = "" if auc.low is None else f" ({auc.low:.2f} to {auc.high:.2f})"
    return (
        f"On leads it had not seen, a buyer stands before another lead {auc.value:.0%} of the"
        f" time{between}; by chance it would be half."
    )


def _evidence(found: FirstAnswer) -> str:
    if not found.evidence:
        if found.basis == "nothing":
            return (
                "These columns say what leads are, not what they did, and on public tables an order"
                " by that was no better than chance, so nobody is called hot."
            )
        return "The order rests on what leads did, as the log says."
    listed = ["what the log says that leads did"] if found.log else []
    listed += dict.fromkeys(e.say.lower() for e in found.evidence)
    said = ", ".join(listed[:_MOST]) + (" and more" if len(listed) > _MOST else "")
    if found.basis == "nothing":
        return (
            f"What usually counts ({said}) ranks these decided leads no better than chance, so it"
            " counts for nothing here, and nobody is called hot."
        )
    if found.outcome is not None and found.outcome.refused is None:
        return f"It began with what usually counts: {said}."
    return (
        f"The order rests on what usually counts: {said}. On public tables such an order put a"
        f" buyer before another lead {LEAST:.0%} to {BEST:.0%} of the time, half of them"
        f" above {MIDDLE:.0%}."
    )


def _column(outcome: OutcomeUse) -> str:
    return f"Column “{presentable(outcome.header, 60)}”"
