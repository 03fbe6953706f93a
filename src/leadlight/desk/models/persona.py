"""`persona`: who buys, as segments a person can read, and as a text that a playbook takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.models.persona_rows import Asked, Leads, leads_of
from leadlight.desk.playbooks import usable
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.predict.segments.segment import Persona, PersonaSearch

LONGEST = 3_900  # letters of a condition, less than a playbook allows


@dataclass(frozen=True)
class Personas:
    """What was found among which leads; `text` is a playbook of it, None when nothing was found."""

    found: PersonaSearch
    source: str
    outcome: str
    notes: tuple[str, ...]
    text: str | None


def persona(
    asked: Asked, use: Sequence[str] = (), without: Sequence[str] = (), seed: int = 0
) -> Personas:
    """Find segments of leads that win more, and less, often than others. Raises `CannotDo` with too
    few of either.
    """
    leads = leads_of(asked)
    from leadlight.predict.segments.persona import personas

    found = personas(
        leads.columns,
        leads.won,
        values=leads.values,
        order=leads.order,
        ordered_by=leads.ordered_by,
        use=use,
        without=without,
        history=leads.history,
        seed=seed,
    )
    source = str(asked.table) if asked.table is not None else "the workspace"
    text = (
        playbook_text(found, leads, source, wiring.now().date())
        if found.buys or found.buys_not
        else None
    )
    return Personas(found, source, leads.outcome, leads.notes, text)


def write(found: Personas, target: Path) -> None:
    """The segments as a playbook's file. Raises `CannotDo` when there is nothing to write."""
    if found.text is None:
        raise CannotDo("Nothing was written: these data name no segment.")
    wiring.write_text(target, found.text, "personas")


def playbook_text(found: PersonaSearch, leads: Leads, source: str, day: date) -> str:
    """A playbook with an `audience` scale and the segments, each with its figures; it was read back
    and holds.
    """
    from ruamel.yaml import YAML

    segments = {
        p.name: {"when": p.condition, "about": told(p)} for p in (*found.buys, *found.buys_not)
    }
    labels: list[Any] = []
    for label, personas, say in (
        ("target", found.buys, "Is like those who buy"),
        ("non_target", found.buys_not, "Is like those who do not"),
    ):
        if personas:
            labels.append({label: _any_of(personas), "say": say})
    labels.append(
        {"undecided": "otherwise", "say": "Neither like those who buy nor like those who do not"}
    )
    book = {
        "leadlight": 1,
        "name": "Ideal customers",
        "about": (
            f"Found by leadlight on {day.isoformat()} in {Path(source).name}: {found.won:,} of"
            f" {found.rows:,} leads with the outcome ({leads.outcome}); {found.split}."
        ),
        "scales": {"audience": labels},
        "segments": segments,
    }
    yaml = YAML()
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(book, out)
    text = out.getvalue()
    usable(text, "the segments found", leads.catalog)
    return text


def _any_of(personas: Sequence[Persona]) -> str:
    """One condition of all, the best first, as long as a playbook allows."""
    out = f"({personas[0].condition})"
    for p in personas[1:]:
        if len(out) + len(p.condition) < LONGEST:
            out += f" or ({p.condition})"
    return out


def told(p: Persona) -> str:
    """A segment's figures in a sentence."""
    value = "" if p.value is None or p.value.value is None else f", {p.value.value:,.0f} a lead"
    return (
        f"{p.rate.value:.0%} of {p.leads:,} leads won, {p.lift.value:.1f} times all"
        f" ({p.lift.low:.1f} to {p.lift.high:.1f}){value}"
    )
