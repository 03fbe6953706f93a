"""Results in a notebook: tables whose numbers are those of the result, and text that stays text."""

from __future__ import annotations

import re

import leadlight
from leadlight.desk.leads.qualifications import Qualifications

HOSTILE = "<script>alert(1)</script>"


def qualified() -> Qualifications:
    import pandas as pd

    leads = pd.DataFrame(
        {
            "lead_id": ["a", HOSTILE],
            "company": [HOSTILE, "Alm"],
            "job_title": ["CTO", "Intern"],
            "industry": ["software", "retail"],
            "employees": [700, 3],
            "email": ["ana@alm-soft.com", "bo@alm-soft.com"],
        }
    )
    log = pd.DataFrame(
        {"lead_id": ["a"], "occurred_at": ["2026-10-31"], "kind": ["demo_requested"]}
    )
    return leadlight.qualify(leads, log, playbook="b2b-saas", as_of="2026-11-01")


def test_a_base_in_a_notebook() -> None:
    """Every lead is counted once in each scale; markup in a name is shown, not run."""
    shown = qualified()._repr_html_()
    assert "<b>2 leads</b>" in shown
    assert "<script" not in shown
    hot = re.search(r"<td>hot</td><td>(\d+)</td>", shown)
    assert hot is not None
    assert hot[1] == "1"


def test_a_lead_in_a_notebook() -> None:
    """Its ledger sums to the score that is shown below it."""
    shown = qualified().explain("a")._repr_html_()
    (table,) = re.findall(r"<table><thead><tr><th>Engagement.*?</table>", shown)
    points = [float(p) for p in re.findall(r"<td>([+-]\d+\.\d+)</td>", table)]
    total = re.search(r"<b>(\d+\.\d+)</b></td></tr></tbody>", table)
    assert total is not None
    assert abs(sum(points) - float(total[1])) < 0.02
