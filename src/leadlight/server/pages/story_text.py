"""A lead's story, drawn and told in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadlight.presentable import presentable
from leadlight.results.story import Climb, Recycling, Silence, Spell, Stay, Story, Trend
from leadlight.results.summary import label_text
from leadlight.results.text.story import MOST
from leadlight.server.pages.names import name_text

#: How long a story is drawn, in the units of its picture.
WIDTH = 1_000
#: A label of a single hour is drawn all the same.
_THINNEST = 3


@dataclass(frozen=True)
class StripPart:
    """A stretch of the picture: where it begins, how wide it is, its label and that label's place
    among those that the lead had, the best first.
    """

    x: int
    width: int
    label: str
    place: int
    says: str


@dataclass(frozen=True)
class StoryRow:
    """What is told under one head; `strip` is empty where nothing is drawn."""

    head: str
    sentences: tuple[str, ...]
    strip: tuple[StripPart, ...] = ()


def story_rows(story: Story) -> list[StoryRow]:
    """The rows of a story: since when the lead is known, its labels, what it climbed, when it slept
    or was given back, and where it is going.
    """
    days = (story.until - story.since).total_seconds() / 86_400
    known = {"day": _day(story.since), "days": _days(days)}
    rows = [
        StoryRow(_("Known"), (_("since %(day)s, %(days)s") % known,)),
        *_labels(story),
        StoryRow(_("Climbed"), tuple(map(_climb, story.climbs))),
        StoryRow(_("Sleep"), tuple(map(_silence, reversed(story.silences[-MOST:])))),
        StoryRow(_("Given back"), tuple(map(_recycling, reversed(story.recycled[-MOST:])))),
        StoryRow(_("Trend"), (_trend(story.trend),)),
    ]
    return [row for row in rows if row.sentences]


def _labels(story: Story) -> Iterator[StoryRow]:
    """The labels of each scale on which something changed."""
    for scale in dict.fromkeys(stay.scale for stay in story.stays):
        stays = [stay for stay in story.stays if stay.scale == scale]
        if len(stays) > 1 or len(stays[0].spells) > 1:
            sentences = tuple(map(_stay, stays))
            yield StoryRow(label_text(scale), sentences, tuple(_strip(story, stays)))


def _strip(story: Story, stays: list[Stay]) -> Iterator[StripPart]:
    span = max((story.until - story.since).total_seconds(), 1.0)

    def place_of(moment: datetime) -> int:
        return min(WIDTH, max(0, round(WIDTH * (moment - story.since).total_seconds() / span)))

    for place, stay in enumerate(stays):
        for spell in stay.spells:
            begin, end = place_of(spell.since), place_of(spell.until or story.until)
            says = f"{label_text(stay.label)}: {_when(spell)}"
            width = max(_THINNEST, end - begin)
            yield StripPart(min(begin, WIDTH - width), width, stay.label, place, says)


def _stay(stay: Stay) -> str:
    listed = [_when(spell) for spell in stay.spells[-MOST:]]
    if len(stay.spells) > MOST:
        listed.insert(0, "…")
    times = len(stay.spells)
    words = {"label": label_text(stay.label), "n": times, "days": _days(stay.days)}
    words["when"] = ", ".join(listed)
    sentence = ngettext(
        "%(label)s once, %(days)s: %(when)s", "%(label)s %(n)s times, %(days)s: %(when)s", times
    )
    return str(sentence % words)


def _when(spell: Spell) -> str:
    since = _day(spell.since)
    if spell.until is None:
        return str(_("since %(day)s") % {"day": since})
    until = _day(spell.until)
    return (
        since
        if since == until
        else str(_("%(since)s to %(until)s") % {"since": since, "until": until})
    )


def _climb(climb: Climb) -> str:
    words = {"before": label_text(climb.before), "after": label_text(climb.after)}
    words |= {"days": _days(climb.days), "day": _day(climb.at)}
    return str(_("from %(before)s to %(after)s in %(days)s, on %(day)s") % words)


def _silence(silence: Silence) -> str:
    words = {"since": _day(silence.since), "days": _days(silence.days)}
    if silence.until is None:
        return str(_("asleep since %(since)s, %(days)s") % words)
    words["until"] = _day(silence.until)
    return str(_("woke up on %(until)s after %(days)s of silence") % words)


def _recycling(back: Recycling) -> str:
    if back.reason:
        words = {"day": _day(back.at), "reason": presentable(back.reason, 60)}
        return str(_("by sales on %(day)s: %(reason)s") % words)
    return str(_("by sales on %(day)s, without a reason") % {"day": _day(back.at)})


def _trend(trend: Trend) -> str:
    if trend.word == "not enough facts" or trend.before is None or trend.now is None:
        return str(_("not enough facts"))
    words = {
        "score": name_text(label_text(trend.score)),
        "before": f"{trend.before:.2f}",
        "now": f"{trend.now:.2f}",
    }
    sentence = {
        "improving": _("improving: %(score)s %(before)s thirty days before, %(now)s now"),
        "steady": _("steady: %(score)s %(before)s thirty days before, %(now)s now"),
        "declining": _("declining: %(score)s %(before)s thirty days before, %(now)s now"),
    }[trend.word]
    return str(sentence % words)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _days(days: float) -> str:
    if days < 1:
        return str(_("less than a day"))
    return str(ngettext("%(n)s day", "%(n)s days", int(days)) % {"n": int(days)})
