"""A lead's story in a few lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.presentable import presentable
from leadlight.results.summary import label_text

if TYPE_CHECKING:
    from leadlight.results.story import Climb, Recycling, Silence, Spell, Stay, Story

MOST = 3  # of spells, silences and the like, the newest


def render_story(s: Story) -> list[str]:
    """Each line one thing; a lead of which little is known has one line that says so."""
    days = (s.until - s.since).total_seconds() / 86_400
    return [
        _line("known", f"since {s.since:%Y-%m-%d}, {_days(days)}"),
        *_stays(s),
        *_lines("climbed", [_climb(c) for c in s.climbs]),
        *_lines("sleep", [_silence(x) for x in reversed(s.silences[-MOST:])]),
        *_lines("recycled", [_recycling(x) for x in reversed(s.recycled[-MOST:])]),
        _line("trend", _trend(s)),
    ]


def _line(head: str, text: str) -> str:
    return f"{head:<14}{text}"


def _lines(head: str, texts: Sequence[str]) -> list[str]:
    """The first line says what they are."""
    return [_line(head if n == 0 else "", text) for n, text in enumerate(texts)]


def _stays(s: Story) -> Iterator[str]:
    """The labels of each scale on which something changed."""
    for scale in dict.fromkeys(stay.scale for stay in s.stays):
        stays = [stay for stay in s.stays if stay.scale == scale]
        if len(stays) > 1 or len(stays[0].spells) > 1:
            yield from _lines(label_text(scale), [_stay(stay) for stay in stays])


def _climb(c: Climb) -> str:
    before, after = label_text(c.before), label_text(c.after)
    return f"from {before} to {after} in {_days(c.days)} (on {c.at:%Y-%m-%d})"


def _silence(silence: Silence) -> str:
    if silence.until is None:
        return f"asleep since {silence.since:%Y-%m-%d}, {_days(silence.days)}"
    return f"woke up on {silence.until:%Y-%m-%d} after {_days(silence.days)} of silence"


def _recycling(back: Recycling) -> str:
    why = f": {presentable(back.reason, 60)}" if back.reason else ", and said not why"
    return f"sales gave it back on {back.at:%Y-%m-%d}{why}"


def _stay(stay: Stay) -> str:
    listed = [_when(s) for s in stay.spells[-MOST:]]
    if len(stay.spells) > MOST:
        listed.insert(0, "...")
    times, days = _times(len(stay.spells)), _days(stay.days)
    return f"{label_text(stay.label)} {times}, {days}: {', '.join(listed)}"


def _when(spell: Spell) -> str:
    if spell.until is None:
        return f"since {spell.since:%Y-%m-%d}"
    return " to ".join(dict.fromkeys(_dates((spell.since, spell.until))))


def _dates(moments: Iterable[datetime]) -> list[str]:
    return [f"{m:%Y-%m-%d}" for m in moments]


def _trend(s: Story) -> str:
    t = s.trend
    if t.word == "not enough facts" or t.before is None or t.now is None:
        return "not enough facts"
    return f"{t.word}: {label_text(t.score)} {t.before:.2f} thirty days before, {t.now:.2f} now"


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _days(days: float) -> str:
    if days < 1:
        return "less than a day"
    whole = int(days)
    return "1 day" if whole == 1 else f"{whole} days"
