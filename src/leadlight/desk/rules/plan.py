"""`plan`: the compiled plan of a playbook, in words and as SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from leadlight.desk import wiring
from leadlight.desk.moments import when
from leadlight.desk.playbooks import read_text
from leadlight.desk.workspace.workspace import here, named, opened
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Everyone, Moments
from leadlight.facts.relation import Query, TableName
from leadlight.plan.column_docs import step_words
from leadlight.plan.compile import compile_plan
from leadlight.plan.dialects import dialect, untested_note
from leadlight.plan.plan_text import render_text
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import atoms_of, slots
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo, did_you_mean

RELATIONS = ("leads", "activities", "pairs")


@dataclass(frozen=True)
class Compiled:
    """A playbook's plan: its steps in words, and its statement."""

    name: str
    fingerprint: str
    steps: tuple[tuple[str, str], ...]
    about: str
    sql: str


def plan(
    playbook: str | None,
    workspace: str | None,
    as_of: str | None,
    engine: str,
    relations: Mapping[str, str] | None = None,
) -> Compiled:
    """The plan over the relations `leads` and `activities`, or those that a data team names in
    `relations`.

    With a relation `pairs` (lead_id, as_of) among them the plan qualifies each lead at its moments
    instead of all at one.
    """
    place = named(workspace) if workspace is not None else here()
    if playbook is None and place is None:
        raise CannotDo(
            "Name a playbook: leadlight plan --playbook FILE, or one of the presets"
            f" {', '.join(preset_names())}."
        )
    catalog, name, text = Catalog(), "", ""
    if place is not None:
        with opened(place, "plan", wiring.now()) as open_workspace:
            catalog = open_workspace.ledger.catalog()
            if playbook is None:
                name, text = open_workspace.agreed(when(as_of))[:2]
    if playbook is None:
        pass
    elif playbook in preset_names() and not Path(playbook).exists():
        name, text = f"{playbook}.yml", preset_text(playbook)
    else:
        name, text = playbook, read_text(Path(playbook))
    book = must_read(text, name, catalog)
    moment = when(as_of)
    theirs = {what: _query_of(where, engine) for what, where in _known(relations or {}).items()}
    leads, activities = (theirs.get(n) or TableName(n) for n in ("leads", "activities"))
    sources = Sources(catalog, leads, activities)
    cohort: Cohort = Moments(theirs["pairs"]) if "pairs" in theirs else Everyone(moment)
    found = compile_plan(book, sources, cohort, engine, signals=True)
    atoms = atoms_of(book)
    about = (
        f"{len(atoms.all)} meanings of activities in {len(slots(atoms.all))} slots; columns read:"
        " leads, activities."
    )
    as_of_words = (
        "at the moments of pairs (lead_id, as_of)" if "pairs" in theirs else f"as of {moment} UTC"
    )
    title = (
        f"{book.name} ({Path(name).name}, fingerprint {book.fingerprint}), {as_of_words}, for"
        f" {engine}"
    )
    notes = (
        *_untested(engine),
        "Printed by leadlight plan --sql. Change the playbook, not this text, and print it again.",
    )
    steps = tuple((s.name, step_words(s.name)) for s in found.steps)
    return Compiled(
        book.name, book.fingerprint, steps, about, render_text(found, book, catalog, title, notes)
    )


def _untested(engine: str) -> tuple[str, ...]:
    doubt = untested_note(engine)
    if doubt is None:
        return ()
    return (
        f"NOT TESTED HERE: nobody ran a plan on {engine} and compared it. {doubt}".rstrip(),
        "Compare a few hundred leads with `leadlight qualify` before you rely on it.",
    )


def _known(relations: Mapping[str, str]) -> Mapping[str, str]:
    for what in relations:
        if what not in RELATIONS:
            hint = did_you_mean(what, RELATIONS) or f"There are {', '.join(RELATIONS)}."
            raise CannotDo(f"A plan reads no relation {what!r}. {hint}")
    return relations


_NAME = re.compile(r"""(?:[^\W\d][\w$-]*|"[^"]+"|`[^`]+`)""")


def _query_of(where: str, engine: str) -> Query:
    """A relation of the user's (`schema.table`) as a plan reads it; nothing but a name can be
    said.
    """
    parts = _NAME.findall(where)
    if ".".join(parts) != where or not 1 <= len(parts) <= 3:
        raise CannotDo(f"{where!r} is no name of a table; write --relations leads=schema.table.")
    name = dialect(engine).name
    ids = [exp.to_identifier(p.strip('"`'), quoted=p[0] in '"`') for p in parts]
    # Unquoted, a name is meant as the engine folds it: in small letters, in capitals, or as it
    # stands.
    folded = [
        exp.to_identifier(normalize_identifiers(i, dialect=name).name, quoted=True) for i in ids
    ]
    return Query(exp.select("*").from_(_table(folded)).sql(dialect=name))


def _table(parts: list[exp.Identifier]) -> exp.Table:
    table, db, catalog = [*reversed(parts), None, None][:3]
    return exp.Table(this=table, db=db, catalog=catalog)
