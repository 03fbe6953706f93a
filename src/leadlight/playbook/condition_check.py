"""Whether a condition names only what is known, and is a yes/no."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadlight.playbook.conditions import Condition
from leadlight.playbook.types import UNKNOWN, YES_NO, TypeMismatch, infer
from leadlight.problems import Place, Problem, did_you_mean


def check_condition(
    condition: Condition, types: Mapping[str, str], known: Iterable[str], place: Place, needed: str
) -> Iterable[Problem]:
    unknown = [n for n in sorted(condition.names) if n not in types]
    if unknown:
        yield from (unknown_name(name, known, place, "name") for name in unknown)
        return
    try:
        kind = infer(condition.tree, types)
    except TypeMismatch as fault:
        yield Problem("mistyped", f"In {condition.text!r}, {fault}.", place)
        return
    if kind == UNKNOWN:
        if needed == UNKNOWN and not condition.names:
            yield Problem(
                "mistyped",
                f"{condition.text!r} is unknown for every lead.",
                place,
                "Give it an attribute, a signal or a value.",
            )
    elif needed == YES_NO != kind:
        yield Problem(
            "not-a-condition",
            f"{condition.text!r} is {kind}; a condition is a yes/no.",
            place,
            "Compare it with something, such as ... > 0.",
        )


def unknown_name(name: str, known: Iterable[str], place: Place, what: str) -> Problem:
    hint = (
        did_you_mean(name, known)
        or "It is neither an attribute nor a signal, score, scale or segment of this playbook."
    )
    return Problem("unknown-name", f"{name!r} is not a known {what}.", place, hint)
