"""`persona`: who buys, as segments a person can read, and as a text that a playbook takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import StringIO
from pathlib import Path

from leadlight.desk.models.decided_leads import (
    DecidedLeads,
    DecisionOptions,
    leads_of_table,
    leads_of_workspace,
)
from leadlight.desk.models.labelled_table import LeadTable
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.predict.segments.segment import Persona, PersonaSearch
from leadlight.results.files import WrittenFile
from leadlight.results.persona import PersonaResult

LONGEST = 3_900  # letters of a condition, less than a playbook allows


@dataclass(frozen=True)
class PersonaRequest:
    """Find segments of leads that win more, and less, often than others.

    The leads are those of a `table`, else of the workspace as the `options` say. `use` and
    `without` are columns that are used whatever they look like, and left out. `out` is where to
    write the playbook of the segments.
    """

    now: datetime
    table: LeadTable | None = None
    options: DecisionOptions = field(default_factory=DecisionOptions)
    use: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    out: Path | None = None
    seed: int = 0


def persona(session: Session, request: PersonaRequest) -> PersonaResult:
    """Who buys, and who does not. Raises `CannotDo` with too few of either.

    Where the data name no segment, no file is written.
    """
    file = request.table.file if request.table is not None else None
    with output_files.together(reads=(file,), claims=((request.out, "personas"),)):
        result = _search(session, request)
        if request.out is None or result.text is None:
            return result
        output_files.write_text(request.out, result.text, "personas")
        return replace(result, file=WrittenFile(request.out))


def _search(session: Session, request: PersonaRequest) -> PersonaResult:
    if request.table is not None:
        leads, source = leads_of_table(request.table, request.now), str(request.table.file)
    else:
        leads = leads_of_workspace(session, request.options, request.now)
        source = "the workspace"
    from leadlight.predict.segments.persona import personas

    found = personas(
        leads.columns,
        leads.won,
        values=leads.values,
        order=leads.order,
        ordered_by=leads.ordered_by,
        use=request.use,
        without=request.without,
        history=leads.history,
        seed=request.seed,
    )
    text = None
    if found.buys or found.buys_not:
        text = playbook_text(found, leads, Path(source).name, request.now.date())
    return PersonaResult(found, source, leads.outcome, leads.notes, text)


def playbook_text(found: PersonaSearch, leads: DecidedLeads, source: str, day: date) -> str:
    """A playbook with an `audience` scale and the segments, each with its figures; it was read back
    and holds.
    """
    from ruamel.yaml import YAML

    book = {
        "leadlight": 1,
        "name": "Ideal customers",
        "about": (
            f"Found by leadlight on {day.isoformat()} in {source}: {found.won:,} of"
            f" {found.rows:,} leads with the outcome ({leads.outcome}); {found.split}."
        ),
        "scales": {"audience": _labels(found)},
        "segments": {
            p.name: {"when": p.condition, "about": figures(p)}
            for p in (*found.buys, *found.buys_not)
        },
    }
    yaml = YAML()
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(book, out)
    text = out.getvalue()
    usable(text, "the segments found", leads.catalog)
    return text


def _labels(found: PersonaSearch) -> list[dict[str, str]]:
    """The labels of the scale: those who are like buyers, those who are not, and the rest."""
    labels = []
    if found.buys:
        labels.append({"target": _any_of(found.buys), "say": "Is like those who buy"})
    if found.buys_not:
        labels.append({"non_target": _any_of(found.buys_not), "say": "Is like those who do not"})
    rest = "Neither like those who buy nor like those who do not"
    return [*labels, {"undecided": "otherwise", "say": rest}]


def _any_of(personas: Sequence[Persona]) -> str:
    """One condition of all, the best first, as long as a playbook allows."""
    out = f"({personas[0].condition})"
    for p in personas[1:]:
        if len(out) + len(p.condition) < LONGEST:
            out += f" or ({p.condition})"
    return out


def figures(p: Persona) -> str:
    """A segment's figures in a sentence."""
    value = "" if p.value is None or p.value.value is None else f", {p.value.value:,.0f} a lead"
    return (
        f"{p.rate.value:.0%} of {p.leads:,} leads won, {p.lift.value:.1f} times all"
        f" ({p.lift.low:.1f} to {p.lift.high:.1f}){value}"
    )
