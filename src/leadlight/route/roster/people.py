"""The `people` section of a roster."""

from __future__ import annotations

import re
from collections.abc import Mapping

from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.route.roster.calendar_section import CALENDAR_KEYS, read_calendar
from leadlight.route.roster.spec import Calendar, Department, Person
from leadlight.route.roster.values import read_date, read_whole, read_yes_no

_KEYS = (
    *CALENDAR_KEYS,
    "name",
    "email",
    "also",
    "departments",
    "skills",
    "languages",
    "territories",
    "weight",
    "a_day",
    "open",
    "away",
    "on_duty",
    "joined",
    "left",
    "manager",
    "hand_over",
)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,99}")
_MOST_WEIGHT, _MOST_LEADS = 1_000, 1_000_000


def read_people(
    r: Reader, section: Node | None, usual: Calendar, departments: Mapping[str, Department]
) -> dict[str, Person]:
    """The people by id."""
    found: dict[str, Person] = {}
    for key, key_node, node in r.mapping(section, "people"):
        r.note(f"people.{key}", key_node)
        if not _ID.fullmatch(key):
            hint = "Use letters, digits and . _ - @, such as anna or anna@example.com."
            r.fault("not-a-name", f"{key!r} cannot be the id of a person.", key_node, hint)
        if node.pairs is None:
            hint = "Write {departments: [sales]}, for example."
            r.fault("wrong-shape", f"{key} is a mapping.", node, hint)
            continue
        found[key] = _person(r, key, node, usual, departments)
    return found


def _person(
    r: Reader, key: str, node: Node, usual: Calendar, departments: Mapping[str, Department]
) -> Person:
    r.keys(node, _KEYS)
    names = r.words(node.get("departments"))
    own = next((departments[n].calendar for n in names if n in departments), usual)
    return Person(
        id=key,
        name=r.text(node, "name") or key,
        email=r.text(node, "email") or "",
        also=r.words(node.get("also")),
        departments=names,
        calendar=read_calendar(r, node, own),
        skills=_words(r, node, "skills"),
        languages=_words(r, node, "languages"),
        territories=_words(r, node, "territories"),
        weight=read_whole(r, node, "weight", 1, _MOST_WEIGHT) or 1,
        a_day=read_whole(r, node, "a_day", 0, _MOST_LEADS),
        open=read_whole(r, node, "open", 0, _MOST_LEADS),
        is_on_duty=read_yes_no(r, node, "on_duty", usual=True),
        joined=read_date(r, node, "joined"),
        left=read_date(r, node, "left"),
        manager=r.text(node, "manager"),
        hand_over=r.text(node, "hand_over"),
    )


def _words(r: Reader, node: Node, key: str) -> frozenset[str]:
    return frozenset(w.strip().casefold() for w in r.words(node.get(key)) if w.strip())
