"""`plan`: the compiled plan of a playbook, in words and as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.qualify import read_text, when
from leadlight.desk.workspace import here, named, opened
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.atoms import atoms_of, slots
from leadlight.plan.compile import compile_plan
from leadlight.plan.sources import Sources
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo

_ABOUT = {
    "activity": "each activity that matters: the numbers of the rules it meets, and how much its age has faded it",
    "hit": "one row for each activity and rule",
    "rule": "one row a lead and rule: faded sums and counts",
    "points": "the same with points, kept under each rule's cap",
    "behaviour": "one row a lead: points, counts, ages, and the three weightiest rules",
    "lead": "attributes as of the moment, and behaviour beside them",
    "keys": "the points of each rule on attributes, as sortable numbers",
    "best": "the weightiest rule", "second": "the second", "third": "the third",
}  # fmt: skip


@dataclass(frozen=True)
class Compiled:
    """A playbook's plan: its steps in words, and its statement."""

    name: str
    fingerprint: str
    steps: tuple[tuple[str, str], ...]
    about: str
    sql: str


def plan(playbook: str | None, workspace: str | None, as_of: str | None, engine: str) -> Compiled:
    """The plan over the relations `leads` and `activities`, which a data team names as theirs."""
    place = named(workspace) if workspace is not None else here()
    if playbook is None and place is None:
        raise CannotDo(
            f"Name a playbook: leadlight plan --playbook FILE, or one of the presets {', '.join(preset_names())}."
        )
    catalog, name, text = Catalog(), "", ""
    if place is not None:
        with opened(place, "plan", wiring.now()) as open_workspace:
            catalog = open_workspace.ledger.catalog()
            if playbook is None:
                name, text = open_workspace.agreed()
    if playbook is None:
        pass
    elif playbook in preset_names() and not Path(playbook).exists():
        name, text = f"{playbook}.yml", preset_text(playbook)
    else:
        name, text = playbook, read_text(Path(playbook))
    book = must_read(text, name, catalog)
    found = compile_plan(book, Sources(catalog), Everyone(when(as_of)), engine)
    atoms = atoms_of(book)
    about = (
        f"{len(atoms.all)} meanings of activities in {len(slots(atoms.all))} slots; columns read: leads, activities."
    )
    steps = tuple(
        (s.name, _ABOUT.get(s.name, f"names derived in round {s.name.removeprefix('level_')}")) for s in found.steps
    )
    head = (f"-- {book.name}, fingerprint {book.fingerprint}, as of {when(as_of)} UTC, for {engine}\n"
            "-- leads(lead_id, attributes ...) and activities(lead_id, occurred_at, kind, ...) are your relations\n")  # fmt: skip
    return Compiled(book.name, book.fingerprint, steps, about, head + found.sql(pretty=True))
