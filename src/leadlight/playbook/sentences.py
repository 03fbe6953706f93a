"""A playbook in sentences: what each label, score, signal, segment and route means, as one would
say it. The words are those in which two playbooks are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from leadlight.playbook.canonical import bare, terms
from leadlight.playbook.conditions import Condition
from leadlight.playbook.diff.conditions import show
from leadlight.playbook.diff.difference import describe_signal
from leadlight.playbook.diff.labels import title
from leadlight.playbook.diff.points import describe, enumeration, number, quote
from leadlight.playbook.diff.routes import goes, whom
from leadlight.playbook.diff.tracks import describe_limits, describe_track
from leadlight.playbook.durations import in_words
from leadlight.playbook.spec import (
    ModelScore,
    Playbook,
    Points,
    RuleScore,
    Scale,
    Score,
    Signal,
    SignalScore,
    Track,
    Value,
)

#: The longest condition, in characters, that is one sentence though it has several branches.
_LONG = 100


@dataclass(frozen=True)
class Chapter:
    """Sentences of a playbook about one thing. A name stands between stars (`*fit*`), and a
    condition between backticks.
    """

    about: str
    sentences: tuple[str, ...]


def chapters(book: Playbook) -> tuple[Chapter, ...]:
    """A playbook in sentences: labels first, because they name the leads."""
    points = [s for s in book.signals if isinstance(s, Points)]
    others = [s for s in book.signals if not isinstance(s, Points)]
    found = [
        *(Chapter(title(scale), tuple(_labels(scale))) for scale in book.scales),
        *(Chapter(f"The score {score.name}", tuple(_score(score))) for score in book.scores),
        *(Chapter(f"The points {signal.name}", tuple(_points(signal))) for signal in points),
        Chapter("Segments", tuple(_segments(book))),
        Chapter("Routes and response times", tuple(_routes(book))),
        *(Chapter(f"The track {t.name}", tuple(_track(t))) for t in book.tracks),
        Chapter("How often leads are written to", tuple(_limits_of_tracks(book))),
        Chapter("What is derived", tuple(map(_signal, others))),
        Chapter("What is learned from outcomes", tuple(_outcomes(book))),
        Chapter("Who signs", tuple(_signatures(book))),
    ]
    return tuple(chapter for chapter in found if chapter.sentences)


def _labels(scale: Scale) -> Iterator[str]:
    if scale.about:
        yield _with_stop(scale.about)
    for n, label in enumerate(scale.labels):
        means = f" It means: {_with_stop(label.say)}" if label.say else ""
        aside = " It is no step of the ladder." if label.aside else ""
        if label.when is None:
            yield f"Everyone else is *{label.name}*.{means}{aside}"
            continue
        who = "A lead" if n == 0 else "Otherwise, a lead"
        ways = _ways(label.when)
        if not ways:
            yield f"{who} is *{label.name}* where {show(label.when)}.{means}{aside}"
            continue
        yield f"{who} is *{label.name}* in any of {len(ways)} ways.{means}{aside}"
        yield from (f"One way to *{label.name}*: {show(way)}." for way in ways)


def _ways(when: Condition) -> list[exp.Expr]:
    """The branches of a long condition of which one is enough; none where it reads well as it
    is.
    """
    is_choice = isinstance(bare(when.tree), exp.Or)
    return terms(when.tree) if is_choice and len(when.text) > _LONG else []


def _score(score: Score) -> Iterator[str]:
    if score.about:
        yield _with_stop(score.about)
    if isinstance(score, SignalScore):
        yield f"It is the points *{score.signal}*."
    elif isinstance(score, ModelScore):
        model = score.model
        yield f"It is the probability that the model *{model.name}* says."
        if model.about:
            yield _with_stop(model.about)
    else:
        yield from (f"{describe(rule)}." for rule in score.rules)
        yield from _limits(score)


def _points(signal: Points) -> Iterator[str]:
    yield from (f"{describe(rule)}." for rule in signal.rules)
    yield from _limits(signal)


def _limits(holder: Points | RuleScore) -> Iterator[str]:
    if holder.at_most is not None:
        yield f"The sum never goes above {number(holder.at_most)}."
    if holder.at_least is not None:
        yield f"The sum never goes below {number(holder.at_least)}."


def _segments(book: Playbook) -> Iterator[str]:
    for segment in book.segments:
        about = f" {_with_stop(segment.about)}" if segment.about else ""
        yield f"A lead is in *{segment.name}* where {show(segment.when)}.{about}"


def _routes(book: Playbook) -> Iterator[str]:
    for route in book.routes:
        subject = whom(route.when)
        yield f"{subject[0].upper()}{subject[1:]} {goes(route)}."
    for department, leads in book.capacity.items():
        yield f"*{department}* takes {leads:,} new leads a week."
    if book.order:
        yield f"Leads are called by the score *{book.order}*, the highest first."


def _track(track: Track) -> Iterator[str]:
    if track.about:
        yield _with_stop(track.about)
    yield from describe_track(track)
    yield "A lead leaves, too, when it turns hot, answers, buys, objects or cannot be reached."


def _limits_of_tracks(book: Playbook) -> Iterator[str]:
    if book.tracks:
        yield describe_limits(book.limits)


def _signal(signal: Signal) -> str:
    if isinstance(signal, Value) and signal.verification is not None:
        rules = ", ".join(f"{rule} {means}" for rule, means in signal.verification.meanings)
        return f"*{signal.name}* is what verification says of it ({rules})."
    return f"*{signal.name}* is {describe_signal(signal)}."


def _outcomes(book: Playbook) -> Iterator[str]:
    outcomes = book.outcomes
    if outcomes is None:
        return
    yield f"A lead bought where {show(outcomes.won)}, and did not where {show(outcomes.lost)}."
    yield f"The points *{outcomes.points}* are corrected by that."
    if outcomes.refresh is not None:
        yield f"They are learned anew after {in_words(outcomes.refresh)}."


def _signatures(book: Playbook) -> Iterator[str]:
    if book.sign_off:
        roles = enumeration([quote(role) for role in book.sign_off])
        yield f"A new version counts once it is signed as {roles}."
    else:
        yield "A new version counts as soon as it is published: this text asks for no signature."


def _with_stop(text: str) -> str:
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."
