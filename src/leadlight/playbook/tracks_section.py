"""The `tracks` and `limits` sections: what a lead is sent step by step, and how often at most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zoneinfo import available_timezones

from leadlight.playbook import durations
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import CHANNELS, DAYS, PURPOSES, Limits, Step, Track, Variant
from leadlight.problems import did_you_mean

_KEYS = ("when", "about", "purpose", "exits", "again", "hold_out", "clicks", "steps")
_STEP_KEYS = ("by", "after", "not_after", "when", "content", "variants", "to", "say")
_LIMIT_KEYS = ("hours", "days", "at_most", "zone", "a_day", "a_domain")
#: So many steps a track may have, so many variants a step, so many leads in a hundred be held out.
MOST_STEPS, MOST_VARIANTS, MOST_HELD_OUT = 30, 5, 50
#: How something is switched.
SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}
#: The name of a content: a file of the folder `content`, without `.md`.
CONTENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")
_HOURS = re.compile(r"\s*(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?\s*")


def read_tracks(r: Reader, section: Node | None) -> tuple[Track, ...]:
    """Every track that could be read."""
    found = (_track(r, key, at, node) for key, at, node in r.mapping(section, "tracks"))
    return tuple(track for track in found if track is not None)


def _track(r: Reader, key: str, at: Node, node: Node) -> Track | None:
    name = r.name(key, at, "track")
    r.note(f"tracks.{name}", at)
    if node.pairs is None:
        r.fault("wrong-shape", f"The track {name} is a mapping with when and steps.", at)
        return None
    r.keys(node, _KEYS)
    for needed in ("when", "steps"):
        if node.get(needed) is None:
            hint = "Write `when: temperature = 'cold'` and a list of `steps`."
            r.fault("missing-key", f"The track {name} does not say {needed}.", at, hint)
            return None
    when, steps = r.condition(node.get("when")), _steps(r, name, node)
    purpose = _one_of(r, node, "purpose", PURPOSES) or PURPOSES[0]
    if when is None:
        return None
    return Track(
        name,
        when,
        steps,
        purpose,
        r.condition(node.get("exits")),
        r.duration(node, "again"),
        _hold_out(r, node),
        r.text(node, "about") or "",
        _clicks(r, node),
    )


def _clicks(r: Reader, node: Node) -> bool:
    """Whether it is to be known who follows a link of a mail."""
    said = r.text(node, "clicks")
    if said is None or said.strip().lower() in SWITCH:
        return said is None or SWITCH[said.strip().lower()]
    hint = "Write `clicks: off`, and links lead straight to where they say."
    r.fault("not-a-way", f"clicks is on or off, not {said!r}.", node.get("clicks") or node, hint)
    return True


def _hold_out(r: Reader, node: Node) -> int:
    """How many leads in a hundred are held out, to know what the track causes."""
    value = node.get("hold_out")
    if value is None:
        return Track.hold_out
    text = (value.text or "").strip().removesuffix("%").strip()
    if not text.isdecimal() or int(text) > MOST_HELD_OUT:
        r.fault(
            "not-a-number",
            f"hold_out takes 0 to {MOST_HELD_OUT} leads in a hundred, not {value.text!r}.",
            value,
        )
        return Track.hold_out
    return int(text)


def _steps(r: Reader, track: str, node: Node) -> tuple[Step, ...]:
    listed = r.items_of(node.get("steps") or node, f"The steps of {track}")
    if not listed:
        r.fault("missing-key", f"The track {track} has no step.", node.get("steps") or node)
    if len(listed) > MOST_STEPS:
        said = f"The track {track} has {len(listed)} steps; it may have {MOST_STEPS}."
        r.fault("too-many-steps", said, node.get("steps") or node)
    found = (_step(r, track, n, item) for n, item in enumerate(listed[:MOST_STEPS], 1))
    return tuple(step for step in found if step is not None)


def _step(r: Reader, track: str, n: int, item: Node) -> Step | None:
    r.note(f"tracks.{track}.{n}", item)
    if item.pairs is None:
        said = "A step is a mapping with after, by and content."
        r.fault("wrong-shape", said, item, "Write {after: 3d, content: case-study}.")
        return None
    r.keys(item, _STEP_KEYS)
    by = _one_of(r, item, "by", CHANNELS) or CHANNELS[0]
    variants, say = _variants(r, item), r.text(item, "say")
    if by == "task" and not say:
        said = f"Step {n} of {track} is a task, and does not say what is to be done."
        r.fault("missing-key", said, item, "Add `say: Call and ask about the trial`.")
    if by != "task" and not variants:
        said = f"Step {n} of {track} has no content."
        r.fault("missing-key", said, item, "Add `content: NAME` for the file content/NAME.md.")
    to = r.text(item, "to")
    if by == "text" and to is not None and "://" in to:
        said = f"Step {n} of {track} names an address; a playbook keeps none."
        hint = "Name an endpoint (leadlight endpoint add), or a variable: env:SMS_URL."
        r.fault("not-an-endpoint", said, item.get("to") or item, hint)
    return Step(
        by,
        r.duration(item, "after") or 0,
        r.duration(item, "not_after") or Step.not_after,
        r.condition(item.get("when")),
        variants,
        to,
        say,
    )


def _variants(r: Reader, item: Node) -> tuple[Variant, ...]:
    """One content, or several under the names of variants."""
    one, several = item.get("content"), item.get("variants")
    if one is not None and several is not None:
        r.fault("said-twice", "A step has content or variants, not both.", several)
    if several is None:
        return () if one is None else _content(r, "", one)
    entries = r.mapping(several, "variants")
    if not 2 <= len(entries) <= MOST_VARIANTS:
        said = f"A step has 2 to {MOST_VARIANTS} variants, not {len(entries)}."
        r.fault("too-many-variants", said, several)
    return tuple(
        variant
        for key, at, value in entries
        for variant in _content(r, r.name(key, at, "variant"), value)
    )


def _content(r: Reader, key: str, value: Node) -> tuple[Variant, ...]:
    name = (value.text or "").strip().removesuffix(".md")
    if CONTENT.fullmatch(name):
        return (Variant(key, name),)
    r.fault(
        "not-a-content",
        f"{value.text!r} is not the name of a content.",
        value,
        "Name a file of the folder content, without .md: letters, digits, _ and -.",
    )
    return ()


def _one_of(r: Reader, node: Node, key: str, known: Sequence[str]) -> str | None:
    said = r.text(node, key)
    if said is None or said in known:
        return said
    hint = did_you_mean(said, known) or f"Use one of {', '.join(known)}."
    r.fault("not-a-way", f"{key} cannot be {said!r}.", node.get(key) or node, hint)
    return None


def read_limits(r: Reader, section: Node | None) -> Limits:
    """When a lead may be written to, and how often over all tracks."""
    if section is None or section.is_blank:
        return Limits()
    if section.pairs is None:
        r.fault("wrong-shape", "limits is a mapping with hours, days, at_most and zone.", section)
        return Limits()
    r.keys(section, _LIMIT_KEYS)
    r.note("limits", section)
    begin, end = _hours(r, section.get("hours"))
    days, at_most = _days(r, section.get("days")), _at_most(r, section.get("at_most"))
    a_day, a_domain = (_mails(r, section, key) for key in ("a_day", "a_domain"))
    return Limits(begin, end, days, at_most, _zone(r, section), a_day, a_domain)


def _hours(r: Reader, value: Node | None) -> tuple[int, int]:
    """Minutes after midnight, from and to."""
    usual = Limits.begin, Limits.end
    if value is None:
        return usual
    match = _HOURS.fullmatch(value.text or "")
    begin, end = (
        (int(match[1]) * 60 + int(match[2] or 0), int(match[3]) * 60 + int(match[4] or 0))
        if match
        else (0, 0)
    )
    if not 0 <= begin < end <= 24 * 60:
        said = f"hours takes a part of a day, not {value.text!r}."
        r.fault("not-writing-hours", said, value, "Write 8-18 or 8:30-17:00.")
        return usual
    return begin, end


def _mails(r: Reader, section: Node, key: str) -> int | None:
    """How many mails at most; None where it is not said."""
    value = section.get(key)
    text = (value.text or "").strip() if value is not None else ""
    if value is None or (text.isdecimal() and 0 < int(text) <= 10_000_000):
        return int(text) if text else None
    r.fault("not-a-number", f"{key} takes a number of mails, not {value.text!r}.", value)
    return None


def _zone(r: Reader, section: Node) -> str:
    zone = r.text(section, "zone")
    if zone is None or zone in available_timezones():
        return zone or Limits.zone
    hint = did_you_mean(zone, available_timezones()) or "Write Europe/Berlin, for example."
    said = f"{zone!r} is no time zone."
    r.fault("unknown-zone", said, section.get("zone") or section, hint)
    return Limits.zone


def _days(r: Reader, value: Node | None) -> tuple[str, ...]:
    if value is None:
        return Limits.days
    found = tuple(word.strip().lower()[:3] for word in r.words(value))
    wrong = [word for word in found if word not in DAYS]
    if wrong or not found:
        said = f"days takes days of the week, not {', '.join(wrong) or 'nothing'}."
        r.fault("not-writing-days", said, value, f"Write days: [{', '.join(DAYS[:5])}].")
        return Limits.days
    return tuple(day for day in DAYS if day in found)


def _at_most(r: Reader, value: Node | None) -> tuple[tuple[int, int], ...]:
    """How many touches within how many seconds, the shortest time first."""
    if value is None:
        return Limits.at_most
    out: dict[int, int] = {}
    for key, at, number in r.mapping(value, "at_most"):
        within, text = durations.seconds(key), (number.text or "").strip()
        if within is None:
            r.fault("not-a-duration", f"{key!r} is no duration.", at, "Write {7d: 2, 30d: 6}.")
        elif not text.isdecimal() or int(text) > 1000:
            r.fault("not-a-number", f"at_most takes a number of mails, not {text!r}.", number)
        else:
            out[within] = int(text)
    return tuple(sorted(out.items()))
