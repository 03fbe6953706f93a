"""The report's colours: hot, warm and cold can be told apart by those who see red and green alike
(Okabe and Ito).
"""

from __future__ import annotations

ACCENT = "#0b6e6e"
PALE = "#dcebea"
MUTED = "#9aa5ad"
WASTE = "#e6a100"
LABELS = {
    "hot": "#d55e00",
    "warm": "#e6a100",
    "cold": "#4f9fd4",
    "won": "#009e73",
    "lost": MUTED,
    "empty": MUTED,
    "non_target": MUTED,
}


def colour(label: str) -> str:
    """The colour of a label: its own where it has one, else the accent."""
    return LABELS.get(label, ACCENT)
