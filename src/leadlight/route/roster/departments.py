"""The `departments` section of a roster."""

from __future__ import annotations

from leadlight.playbook import durations
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.problems import did_you_mean
from leadlight.route.roster.calendar_section import CALENDAR_KEYS, read_calendar
from leadlight.route.roster.spec import (
    BREACH_STEPS,
    ORDERS,
    BreachStep,
    Calendar,
    Department,
    Order,
)
from leadlight.route.roster.values import read_yes_no

_KEYS = (
    *CALENDAR_KEYS,
    "turns",
    "only_at_work",
    "otherwise",
    "manager",
    "warn",
    "breach",
    "companies_together",
)
_BREACH = Department("", Calendar()).breach


def read_departments(r: Reader, section: Node | None, usual: Calendar) -> dict[str, Department]:
    """The departments by name. A name is that of the playbook's routes: `sales`, `sales/emea`."""
    found: dict[str, Department] = {}
    for key, key_node, node in r.mapping(section, "departments"):
        r.note(f"departments.{key}", key_node)
        if node.pairs is None and not node.is_blank:
            r.fault("wrong-shape", f"The department {key} is a mapping.", node, "{} is enough.")
            continue
        found[key] = _department(r, key, node, usual)
    return found


def _department(r: Reader, name: str, node: Node, usual: Calendar) -> Department:
    r.keys(node, _KEYS)
    otherwise = r.words(node.get("otherwise"))
    return Department(
        name=name,
        calendar=read_calendar(r, node, usual),
        order=_order(r, node),
        only_at_work=read_yes_no(r, node, "only_at_work", usual=False),
        otherwise=tuple(w for w in otherwise if w != "hold"),
        manager=r.text(node, "manager"),
        warn=r.duration(node, "warn"),
        breach=_breach(r, node.get("breach")),
        companies_together=read_yes_no(r, node, "companies_together", usual=True),
    )


def _order(r: Reader, node: Node) -> Order:
    text = r.text(node, "turns")
    for order in ORDERS:
        if text in (None, order):
            return order
    hint = did_you_mean(text or "", ORDERS) or f"Use one of {', '.join(ORDERS)}."
    r.fault("not-an-order", f"turns cannot be {text!r}.", node.get("turns") or node, hint)
    return "weight"


def _breach(r: Reader, node: Node | None) -> tuple[tuple[BreachStep, int], ...]:
    """The steps with the seconds after the end of the response time, the earliest first."""
    if node is None:
        return _BREACH
    found: list[tuple[BreachStep, int]] = []
    for key, key_node, value in r.mapping(node, "breach"):
        after = _seconds_after(r, value)
        step = next((s for s in BREACH_STEPS if s == key), None)
        if step is None:
            hint = did_you_mean(key, BREACH_STEPS) or f"Use {', '.join(BREACH_STEPS)}."
            r.fault("unknown-key", f"{key!r} is no step of breach.", key_node, hint)
        elif after is not None:
            found.append((step, after))
    return tuple(sorted(found, key=lambda step: step[1]))


def _seconds_after(r: Reader, value: Node) -> int | None:
    text = (value.text or "").strip()
    if text in ("now", "0"):
        return 0
    found = durations.seconds(text)
    if found is None or found > durations.LONGEST_RESPONSE:
        hint = "Write `now`, or a duration such as 30m."
        r.fault("not-a-duration", f"{text or 'nothing'!r} is no duration.", value, hint)
        return None
    return found
