"""A transition as a sentence: for a chat or a mail, where nothing in it may act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from leadlight.facts.transitions import RoutingEvent, Transition
from leadlight.presentable import presentable

#: Marks that a chat may take for a mention, a link, or its own markup, as others that look alike.
_HARMLESS = str.maketrans(
    {
        "<": "‹",
        ">": "›",
        "&": "＆",
        "@": "＠",
        "*": "∗",
        "_": "＿",
        "`": "ʼ",
        "~": "∼",
        "[": "［",
        "]": "］",
        "(": "（",
        ")": "）",
        "|": "ǀ",
        "#": "＃",
        "\\": "∖",
        "!": "ǃ",
    }
)
_LONG = 80


def transition_sentence(transition: Transition) -> str:
    """What changed of a lead, in one line: where it stands, who should act, and why."""
    lead = _harmless(transition.lead_id)
    if transition.gone:
        return f"{lead} has left the base."
    if transition.routing is not None:
        return f"{lead}: {_routing(transition.routing)}"
    parts = [f"{lead}: {_moves(transition)}."]
    if transition.department or transition.next_step:
        step = _harmless(transition.next_step or "")
        who = _harmless(transition.department or "")
        parts.append(f"{', '.join(p for p in (who, step) if p)}{_within(transition)}.")
    if transition.reasons:
        parts.append(f"{_harmless(transition.reasons[0])}.")
    return " ".join(parts)


def transition_list(transitions: Sequence[Transition]) -> str:
    """Several transitions, a line each."""
    return "\n".join(transition_sentence(t) for t in transitions)


def _routing(event: RoutingEvent) -> str:
    """Whose a lead is now, or that nobody answered it."""
    who = _harmless(event.person or "nobody")
    until = f", to be answered until {event.due_at:%Y-%m-%d %H:%M} UTC" if event.due_at else ""
    if event.word == "assigned":
        return f"assigned to {who}{until}. {_harmless(event.because)}"
    if event.word == "held":
        return f"nobody has it yet{until}. {_harmless(event.because)}"
    of = f"{who} of {_harmless(event.department)}"
    if event.word == "warned":
        return f"{of} has not answered it yet{until}."
    return f"{of} did not answer it in time{until}."


def _moves(transition: Transition) -> str:
    said = []
    for move in transition.moves:
        after = _harmless(move.after or "none")
        before = f" (before: {_harmless(move.before)})" if move.before else ""
        said.append(f"{_harmless(move.scale)} {after}{before}")
    return ", ".join(said) or "other segments or another route"


def _within(transition: Transition) -> str:
    within = transition.respond_within
    if within is None:
        return ""
    hours = within / timedelta(hours=1)
    return f" within {hours:.0f} h" if hours >= 1 else f" within {hours * 60:.0f} min"


def _harmless(text: str) -> str:
    plain = presentable(text, _LONG).replace("://", "：//").replace("www.", "www․")
    return plain.translate(_HARMLESS)
