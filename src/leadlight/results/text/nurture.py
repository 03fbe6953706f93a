"""Rounds, tracks and domains that send mail, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.mail_check import MailCheckResult
from leadlight.results.nurture import (
    BegunTracks,
    Effect,
    SampleMailResult,
    SendResult,
    StepReport,
    StepResults,
    TrackChange,
    TrackResults,
    TracksResult,
)
from leadlight.results.text.lines import Hint, Line, Part

_MOST = 10
_SIGNS = {"good": "good ", "doubt": "doubt", "fault": "FAULT"}


def render_send(result: SendResult) -> Iterator[Part]:
    """What a round came to, or would come to."""
    entered, left = plural(result.entered, "lead", "leads"), f"{result.left:,} left"
    would = " would" if result.preview else ""
    steps = plural(result.owed, "step is", "steps are")
    yield f"{entered}{would} enter tracks, {left}; {steps} owed."
    if result.recovered:
        yield f"A sender was stopped before: {plural(result.recovered, 'mail', 'mails')} entered."
    if result.preview:
        yield f"{plural(result.allowed, 'mail', 'mails')} would go out now."
    else:
        yield f"{plural(result.sent, 'mail was', 'mails were')} sent{_others(result)}."
    for refusal in result.refusals:
        yield f"  {refusal.mails:>7,}  {refusal.because}"
    for stop in result.stopped:
        yield Line(f"The track {stop.track} is stopped: {stop.because}", "doubt")
    yield from _reports("could not be delivered", result.failed)
    yield from _reports(
        "may or may not have been sent, and will not be sent again", result.uncertain
    )
    for doubt in result.doubts:
        yield Line(doubt, "doubt")
    for mail in result.mails:
        variant = f" ({mail.variant})" if mail.variant else ""
        yield Line(f"{presentable(mail.email, 80)}: {presentable(mail.subject, 200)}", "bold")
        yield f"  {presentable(mail.lead_id, 60)}, {mail.track} step {mail.step}{variant}"
        yield from (f"  {presentable(line, 100)}" for line in mail.text.splitlines()[:6])
    if result.fault:
        yield Line(result.fault, "fault")


def _others(result: SendResult) -> str:
    parts = [
        plural(n, one, many)
        for n, one, many in (
            (result.tasks, "task was made", "tasks were made"),
            (result.texts, "text is to be handed over", "texts are to be handed over"),
            (result.texts_sent, "text was handed over", "texts were handed over"),
            (result.later, "mail is put off", "mails are put off"),
        )
        if n
    ]
    return "".join(f", {part}" for part in parts)


def _reports(what: str, found: tuple[StepReport, ...]) -> Iterator[Part]:
    if not found:
        return
    yield Line(f"{plural(len(found), 'message', 'messages')} {what}:", "doubt")
    for each in found[:_MOST]:
        because = f": {presentable(each.because, 200)}" if each.because else ""
        yield f"  {presentable(each.lead_id, 60)}, {each.track} step {each.step}{because}"
    if len(found) > _MOST:
        yield f"  and {len(found) - _MOST:,} more."


def render_tracks(result: TracksResult) -> Iterator[Part]:
    """Each track with what was sent, what came of it, and what it caused."""
    if not result.tracks:
        yield Hint(
            "The playbook has no tracks. To write some to start from:",
            NextStep("tracks", {"begin": True}),
        )
    for track in result.tracks:
        yield from _track(track)
    if result.tasks:
        yield Line(f"To do: {len(result.tasks):,}", "bold")
    for task in result.tasks[:_MOST]:
        said = presentable(task.say or "", 200)
        yield f"  {presentable(task.lead_id, 60)} ({task.track}, {task.made_at:%Y-%m-%d}): {said}"


def _track(track: TrackResults) -> Iterator[Part]:
    yield Line(f"{track.track}, for {track.purpose}", "bold")
    if track.about:
        yield f"  {presentable(track.about, 200)}"
    if track.stopped:
        yield Line(f"  Stopped: {track.stopped}", "doubt")
    yield (
        f"  {plural(track.entered, 'lead', 'leads')} entered, {track.inside:,} in it now,"
        f" {track.held_out:,} held out."
    )
    yield from (f"  {_step(step)}" for step in track.steps)
    if track.left:
        left = ", ".join(f"{each.leads:,} {each.because}" for each in track.left)
        yield f"  Left: {left}."
    yield from (f"  {best}" for best in track.best)
    for one in track.chosen:
        yield (
            f"  Step {one.step}: {one.variant} ({presentable(one.what, 60)}) is sent to everybody"
            f" since {one.since:%Y-%m-%d}: {one.because}"
        )
    yield from (f"  {_effect(effect)}" for effect in track.effects)
    for each in track.segments[:_MOST]:
        yield (
            f"  of {presentable(each.segment, 60)}: {each.leads:,} entered, {each.clicked:,}"
            f" clicked, {each.won:,} bought"
        )


def _step(step: StepResults) -> str:
    variant = f" {step.variant}" if step.variant else ""
    name = f"{step.step}{variant} {step.by} {presentable(step.what, 60)}"
    if step.by != "mail":
        failed = f", {step.failed:,} not taken" if step.failed else ""
        return f"{name}: {step.done:,} made{failed}"
    came = ", ".join(
        f"{n:,} {what}"
        for n, what in (
            (step.delivered, "delivered"),
            (step.clicked, "clicked"),
            (step.answered, "answered"),
            (step.unsubscribed, "unsubscribed"),
            (step.bounced + step.failed, "came back"),
            (step.complained, "complained"),
        )
    )
    return f"{name}: {step.sent:,} sent, {came}"


def _effect(effect: Effect) -> str:
    """What a track caused of one outcome, with its interval where there is one."""
    share = effect.came / effect.leads if effect.leads else 0.0
    control = effect.came_held_out / effect.held_out if effect.held_out else 0.0
    rates = f"{effect.outcome}: {share:.1%} in the track, {control:.1%} held out"
    if effect.low is None or effect.high is None:
        return f"{rates}; too few to say what it caused"
    verdict = "" if effect.is_certain else ", which may be chance"
    return (
        f"{rates}; it caused {effect.difference:+.1%} ({effect.low:+.1%} to"
        f" {effect.high:+.1%}){verdict}"
    )


def render_begin(result: BegunTracks) -> Iterator[Part]:
    """What was written, and what to do next."""
    yield f"Written into {result.file}: the tracks {', '.join(result.tracks)}."
    if result.contents:
        folder = result.contents[0].parent
        yield f"Written: {plural(len(result.contents), 'content', 'contents')} in {folder}."
        yield "Fill in what stands between [[ and ]]: nothing is sent before that."
    if result.left_out:
        names = ", ".join(result.left_out)
        yield f"Left out, for the playbook does not define what they ask: {names}."


def render_change(result: TrackChange) -> Iterator[Part]:
    """A track that was stopped or resumed."""
    yield f"The track {result.track} is {'stopped' if result.stopped else 'resumed'}."


def render_sample_mail(result: SampleMailResult) -> Iterator[Part]:
    """What became of a mail to oneself."""
    if result.fault:
        yield Line(result.fault, "fault")
    else:
        yield f"{result.content} is on its way to {presentable(result.to, 80)}: {result.subject}"
    yield from (Line(doubt, "doubt") for doubt in result.doubts)


def render_mail_check(result: MailCheckResult) -> Iterator[Part]:
    """Each condition, and whether the domain may send."""
    for line in result.lines:
        style: str = {"good": "plain", "doubt": "doubt", "fault": "fault"}[line.state]
        text = f"{_SIGNS[line.state]}  {line.about:<6} {presentable(line.says, 300)}"
        yield Line(text, style)  # type: ignore[arg-type]
    if result.ready:
        yield f"{result.domain} may send."
    else:
        yield Line(f"{result.domain} should not send before this is mended.", "fault")
