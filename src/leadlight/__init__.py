"""Leadlight classifies a company's leads, says why, and what to do next.

import leadlight
q = leadlight.qualify("leads.csv", "activities.csv", as_of="2026-11-01")
q.to_pandas(); q.explain("L-17")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadlight.desk.leads.qualifications import Qualifications
    from leadlight.library import qualify, qualify_relation
    from leadlight.problems import CannotDo, Problem
    from leadlight.results.explanation import Explanation

__all__ = ["CannotDo", "Explanation", "Problem", "Qualifications", "qualify", "qualify_relation"]
__version__ = "0.1.0"

_HOMES = {
    "qualify": "leadlight.library",
    "qualify_relation": "leadlight.library",
    "Qualifications": "leadlight.desk.leads.qualifications",
    "Explanation": "leadlight.results.explanation",
    "CannotDo": "leadlight.problems",
    "Problem": "leadlight.problems",
}


def __getattr__(name: str) -> Any:
    # Loaded when first asked for, so that `leadlight --help` does not wait for an engine.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'leadlight' has no attribute {name!r}")
