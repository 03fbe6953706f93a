"""A trained model and its evaluation as lines, for somebody who does not believe in models."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.predict.judge.evaluation import RankingQuality, Verdict
from leadlight.problems import NextStep
from leadlight.results.text.estimates import estimate_text, share_text
from leadlight.results.text.lines import Hint, presentable_line
from leadlight.results.trained_model import LearnResult, ModelFiles, TrainedModel

LISTED = 12  # columns that were not used
_LONGEST = 600


def render_text(result: LearnResult) -> Iterator[str | Hint]:
    """The evaluation, and where the files are."""
    yield from render_evaluation(result)
    if result.model is not None and result.files is not None:
        yield from render_files(result, result.model, result.files)


def render_evaluation(result: LearnResult) -> Iterator[str]:
    """What was learned from, how good it is, what was left out and why."""
    for line in _evaluation(result):
        yield presentable_line(line, _LONGEST)


def render_files(
    result: LearnResult, model: TrainedModel, files: ModelFiles
) -> Iterator[str | Hint]:
    """Where the model is, how a playbook uses it, what else was written and what to do with it."""
    line = f"scores: {{probability: {{model: {model.name}}}}}"
    yield ""
    yield f"The model: {files.model}. Your playbook uses it as {line}"
    if files.playbook is None or files.leads is None:
        return
    if result.of_moments:
        yield f"Your playbook with that score: {files.playbook}. Put the line into yours, or"
        yield Hint("compare the two:", NextStep("rehearse", {"new": files.playbook}))
    yield f"Every lead with its probability and why: {files.leads.path} ({files.leads.rows:,} rows)"
    yield f"The evaluation as a page to show: {files.page}"
    table = None if result.of_moments else result.source
    if table is not None:
        fields = {"leads": "NEW.csv", "playbook": files.playbook}
        yield Hint("New leads: ", NextStep("qualify", fields))
    if files.example is not None:
        fields = {"lead": files.example, "leads": table, "playbook": files.playbook}
        yield Hint("Why? ", NextStep("explain", fields))


def _evaluation(result: LearnResult) -> Iterator[str]:
    yield from _training(result)
    yield ""
    v = result.verdict
    yield from v.doubts
    yield (
        f"Judged on {v.judged:,} leads it had not seen, {v.judged_won:,} with the outcome."
        f" {v.split}."
    )
    yield from _rankings(v)
    yield ""
    if v.refused:
        yield f"Refused. {v.refused}"
    else:
        yield from _meaning(v)
    yield from _unused_columns(result)
    yield from _fairness_lines(result)
    if result.curves and not v.refused:
        yield ""
        yield "What moves the chance most, against an average lead:"
        yield from (f"  {line}" for line in result.curves)


def _training(result: LearnResult) -> Iterator[str]:
    share = f"{result.with_outcome:,} of them ({result.base_rate:.1%})"
    what = "rows" if result.of_moments else "leads"
    yield (
        f"Learned from {result.rows:,} {what} of {result.source}; {share} had the outcome"
        f" {result.outcome}."
    )
    for why, rows in result.left_out.items():
        yield f"Left out: {rows:,} leads, {why}."
    yield from result.notes


def _rankings(v: Verdict) -> Iterator[str]:
    """A table of the model and the ways of ranking it is compared with."""
    yield ""
    yield (
        f"{'On those leads':<22} {'AUC, and its 95 % interval':<28} {'lift of the best 10 %':<24}"
        f" {'Brier':<8}"
    )
    for r in (v.model, *v.beside):
        auc, lift = estimate_text(r.auc, 3), estimate_text(r.lift_at_tenth, 1)
        yield f"{r.name:<22} {auc:<28} {lift:<24} {_brier(r):<8}"
    yield (
        "AUC is the chance that a lead with the outcome stands above one without: 0.5 is"
        " chance, 1 is perfect."
    )


def _brier(r: RankingQuality) -> str:
    return "" if r.brier is None or r.brier.value is None else f"{r.brier.value:.3f}"


def _meaning(v: Verdict) -> Iterator[str]:
    """The figures as somebody would use them."""
    at = {round(s, 2): f for s, f in v.gains}
    if 0.2 in at and 0.5 in at:
        yield (
            f"The top 20% of the leads contain {at[0.2]:.0%} of those with the outcome, the top"
            f" half {at[0.5]:.0%} (ALIFT {estimate_text(v.model.gain, 3)})."
        )
    worst, best = v.calibration[0], v.calibration[-1]
    yield (
        f"Of leads predicted at {share_text(best.said)}, {share_text(best.came.value)} had the"
        f" outcome ({best.leads:,} leads); of those predicted at {share_text(worst.said)},"
        f" {share_text(worst.came.value)} ({worst.leads:,}). On average the prediction is off by"
        f" {v.off:.1%}."
    )
    for other in v.beside:
        if other.name in ("points", "recency alone"):
            yield from _comparison(other)


def _comparison(other: RankingQuality) -> Iterator[str]:
    """By how much the model ranks better than what the company has already."""
    above = other.above
    if above is None or above.value is None or above.low is None or above.high is None:
        return
    sure = "surely better" if above.low > 0 else "better, though that may be chance"
    yield (
        f"Against {other.name} it is {sure}: AUC {above.value:+.3f} ({above.low:+.3f} to"
        f" {above.high:+.3f})."
    )


def _unused_columns(result: LearnResult) -> Iterator[str]:
    if result.leaks:
        yield ""
        yield "Set aside, because they know the answer or look as if they did:"
        yield from (f"  {s.header}: {s.why}" for s in result.leaks)
    others = [s for s in result.set_aside if s.code != "points"]
    if others:
        yield ""
        yield "Not used:"
        yield from (f"  {s.header}: {s.why}" for s in others[:LISTED])
        if len(others) > LISTED:
            yield f"  and {len(others) - LISTED:,} more"


def _fairness_lines(result: LearnResult) -> Iterator[str]:
    if not result.protected:
        return
    yield ""
    yield f"Protected by law, and known here: {', '.join(result.protected)}."
    for g in result.fairness:
        ranks = "" if g.auc is None else f", AUC {g.auc:.2f}"
        yield (
            f"  {g.of} {g.group}: {g.leads:,} leads, predicted {g.said:.0%}, {g.came:.0%} had the"
            f" outcome{ranks}"
        )
