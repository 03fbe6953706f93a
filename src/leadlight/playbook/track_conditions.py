"""The conditions of tracks, as segments that a plan derives for each lead beside its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from leadlight.playbook.conditions import Condition, parse
from leadlight.playbook.spec import Playbook, Segment

#: The scale and the label of leads that are a person's matter at once.
SCALE, HOT = "temperature", "hot"


def track_conditions(book: Playbook) -> Iterator[tuple[str, Condition]]:
    """Each condition of a track, and under what name it is written (`Reader.at`)."""
    for track in book.tracks:
        yield f"tracks.{track.name}", track.when
        if track.exits is not None:
            yield f"tracks.{track.name}", track.exits
        for n, step in enumerate(track.steps, 1):
            if step.when is not None:
                yield f"tracks.{track.name}.{n}", step.when


def entry_segment(track: int) -> str:
    """The segment of leads whom a track (from 0) is for. No name of a playbook begins so."""
    return f"_t{track}"


def exit_segment(track: int) -> str:
    """The segment of leads who leave a track by its own condition."""
    return f"_x{track}"


def step_segment(track: int, step: int) -> str:
    """The segment of leads for whom a step (from 1) is."""
    return f"_t{track}_{step}"


HOT_SEGMENT = "_hot"


def with_track_segments(book: Playbook) -> Playbook:
    """The playbook, in which each condition of a track is a segment too."""
    more = []
    for t, track in enumerate(book.tracks):
        more.append(Segment(entry_segment(t), track.when))
        if track.exits is not None:
            more.append(Segment(exit_segment(t), track.exits))
        for n, step in enumerate(track.steps, 1):
            if step.when is not None:
                more.append(Segment(step_segment(t, n), step.when))
    scale = book.scale(SCALE)
    if scale is not None and any(label.name == HOT for label in scale.labels):
        more.append(Segment(HOT_SEGMENT, parse(f"{SCALE} = '{HOT}'")))
    made = (*book.segments, *more)
    return replace(book, segments=made, fingerprint=f"{book.fingerprint}-tracks")
