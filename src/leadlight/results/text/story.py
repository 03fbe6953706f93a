"""A lead's story in a few lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.presentable import presentable
from leadlight.results.summary import label_text

if TYPE_CHECKING:
    from leadlight.results.story import Spell, Stay, Story

MOST = 3  # of spells, silences and the like, the newest


def render_story(s: Story) -> list[str]:
    """Each line one thing; a lead of which little is known has one line that says so."""
    out = [
        f"{'known':<14}since {s.since:%Y-%m-%d},"
        f" {_days((s.until - s.since).total_seconds() / 86_400)}"
    ]
    for scale in dict.fromkeys(stay.scale for stay in s.stays):
        stays = [stay for stay in s.stays if stay.scale == scale]
        if len(stays) > 1 or len(stays[0].spells) > 1:
            out += [
                f"{label_text(scale) if n == 0 else '':<14}{_stay(stay)}"
                for n, stay in enumerate(stays)
            ]
    out += [
        f"{'climbed' if n == 0 else '':<14}from {label_text(c.before)} to {label_text(c.after)} in"
        f" {_days(c.days)} (on {c.at:%Y-%m-%d})"
        for n, c in enumerate(s.climbs)
    ]
    for n, silence in enumerate(reversed(s.silences[-MOST:])):
        head = f"{'sleep' if n == 0 else '':<14}"
        if silence.until is None:
            out.append(f"{head}asleep since {silence.since:%Y-%m-%d}, {_days(silence.days)}")
        else:
            out.append(
                f"{head}woke up on {silence.until:%Y-%m-%d} after {_days(silence.days)} of silence"
            )
    for n, back in enumerate(reversed(s.recycled[-MOST:])):
        why = f": {presentable(back.reason, 60)}" if back.reason else ", and said not why"
        out.append(
            f"{'recycled' if n == 0 else '':<14}sales gave it back on {back.at:%Y-%m-%d}{why}"
        )
    return [*out, f"{'trend':<14}{_trend(s)}"]


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
