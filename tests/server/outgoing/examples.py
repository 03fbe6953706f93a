"""Transitions and endpoints as tests need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from leadlight.facts.deliveries import Endpoint
from leadlight.facts.transitions import LabelMove, Transition

NOW = datetime(2026, 11, 1, 9)
SECRET = b"a secret of thirty-two bytes, at least"
ENDPOINT = Endpoint(
    endpoint_id="e1",
    name="crm",
    kind="webhook",
    target="https://crm.example/hook",
    labels=(),
    state="active",
    because="",
    since_run=0,
    rotation=0,
    rotated_at=None,
    by="ana",
    recorded_at=NOW,
)


def transition(run: int = 1, lead: str = "L1", after: str = "hot", **other: object) -> Transition:
    """A lead of a run that went from cold to another label."""
    made = Transition(
        transition_id=f"r{run}:{lead}",
        run_no=run,
        run_id=f"r{run}",
        lead_id=lead,
        as_of=NOW + timedelta(minutes=run),
        gone=False,
        new=False,
        moves=(LabelMove("temperature", "cold", after),),
        labels={"temperature": after},
        scores={"fit": 20.0},
        segments=("large",),
        department="sales",
        respond_within=timedelta(minutes=15),
        next_step="call",
        reasons=("Asked for a demo",),
    )
    return replace(made, **other)  # type: ignore[arg-type]
