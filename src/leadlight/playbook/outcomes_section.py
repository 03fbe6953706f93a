"""The `outcomes` section: who bought and who did not, and how often a workspace learns from that
anew.
"""

from __future__ import annotations

from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import Outcomes

_KEYS = ("won", "lost", "points", "refresh")
_DAY, _NEVER = 86_400, "never"


def read_outcomes(r: Reader, section: Node | None) -> Outcomes | None:
    """The section; None where there is none, or after a problem was noted."""
    if section is None or section.is_blank:
        return None
    if section.pairs is None:
        r.fault("wrong-shape", "outcomes is a mapping with won, lost, points and refresh.", section)
        return None
    r.note("outcomes", section)
    r.keys(section, _KEYS)
    for key in _KEYS[:3]:
        if section.get(key) is None:
            r.fault("missing-key", f"outcomes does not say {key}.", section, _EXAMPLE)
            return None
    won, lost = r.condition(section.get("won")), r.condition(section.get("lost"))
    points = r.text(section, "points")
    refresh = _refresh(r, section)
    if won is None or lost is None or not points:
        return None
    return Outcomes(won, lost, points, refresh)


_EXAMPLE = "Write `outcomes: {won: converted, lost: not converted, points: interest_shown}`."


def _refresh(r: Reader, section: Node) -> int | None:
    """After how many seconds the outcomes are learned from anew; None: never."""
    node = section.get("refresh")
    if node is None or (node.text or "").strip().lower() == _NEVER:
        return None
    found = r.duration(section, "refresh")
    if found is not None and found < _DAY:
        r.fault(
            "not-a-duration",
            f"refresh takes a day or more, not {(node.text or '').strip()}.",
            node,
            "Write 30d, 12w or never.",
        )
        return None
    return found
