"""The `capacity` section: how many new leads a week each department can take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import Route
from leadlight.problems import Problem, did_you_mean


def read_capacity(r: Reader, section: Node | None, routes: Sequence[Route]) -> Mapping[str, int]:
    """Leads a week by department. A department's number is for its parts too: `sales` for
    `sales/berlin`.
    """
    out: dict[str, int] = {}
    known = list(dict.fromkeys(route.to for route in routes))
    for key, key_node, value in r.mapping(section, "capacity"):
        leads = r.points(value, f"The capacity of {key}", negative=False)
        if leads is None:
            continue
        if leads != leads.to_integral_value():
            r.fault(
                "not-a-number",
                f"The capacity of {key} takes a whole number of leads a week, not {value.text!r}.",
                value,
            )
            continue
        if not any(belongs(department, key) for department in known):
            hint = did_you_mean(key, known) or "The routes name the departments."
            r.problems.append(
                Problem(
                    "unknown-department",
                    f"No route goes to {key!r}.",
                    key_node.place,
                    hint,
                    "doubt",
                )
            )
        out[key] = int(leads)
    return out


def belongs(department: str, to: str) -> bool:
    """Whether a department is another one, or a part of it: `sales/berlin` belongs to `sales`."""
    return department == to or department.startswith(f"{to}/")
