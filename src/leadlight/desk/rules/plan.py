"""`plan`: the compiled plan of a playbook, in words and as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from leadlight.desk.playbooks import find_playbook
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Cohort, Everyone, Moments
from leadlight.facts.relation import Query, TableName
from leadlight.plan.column_docs import step_words
from leadlight.plan.compile import compile_plan
from leadlight.plan.dbt.package import DbtPackage
from leadlight.plan.dialects import untested_note
from leadlight.plan.plan_text import render_text
from leadlight.plan.relation_names import parts_of_name, relation_by_name
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import atoms_of, slots
from leadlight.playbook.presets import preset_names
from leadlight.playbook.read import must_read
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.files import WrittenFile
from leadlight.results.plan import PlaybookPlan, StepInWords

RELATIONS = ("leads", "activities", "pairs")


@dataclass(frozen=True)
class PlanRequest:
    """The plan of a playbook (a file or a preset; null: the one of the workspace) as of a moment
    (null: now) in the SQL of an engine.

    `relations` names a data team's own tables for `leads` and `activities`. With `pairs` (lead_id,
    as_of) among them the plan qualifies each lead at its moments instead of all at one. `dbt` is a
    folder into which it is written as a package of dbt.
    """

    now: datetime
    playbook: str | None = None
    as_of: datetime | None = None
    engine: str = "duckdb"
    relations: Mapping[str, str] = field(default_factory=dict)
    dbt: Path | None = None


def plan(session: Session, request: PlanRequest) -> PlaybookPlan:
    """A playbook's plan, in words and as one statement."""
    moment = request.as_of or request.now
    name, text, catalog = _text_and_names(session, request, moment)
    book = must_read(text, name, catalog)
    theirs = _queries_of(request.relations, request.engine)
    leads, activities = (theirs.get(n) or TableName(n) for n in ("leads", "activities"))
    sources = Sources(catalog, leads, activities)
    cohort: Cohort = Moments(theirs["pairs"]) if "pairs" in theirs else Everyone(moment)
    compiled = compile_plan(book, sources, cohort, request.engine, signals=True)
    atoms = atoms_of(book)
    when = (
        "at the moments of pairs (lead_id, as_of)" if "pairs" in theirs else f"as of {moment} UTC"
    )
    title = (
        f"{book.name} ({Path(name).name}, fingerprint {book.fingerprint}), {when}, for"
        f" {request.engine}"
    )
    notes = (
        *_untested_lines(request.engine),
        "Printed by leadlight plan --sql. Change the playbook, not this text, and print it again.",
    )
    package: tuple[WrittenFile, ...] = ()
    if request.dbt is not None:
        names = {n: parts_of_name(t) for n, t in request.relations.items()}
        said = f"{book.name} ({Path(name).name}, fingerprint {book.fingerprint}), {request.engine}"
        made = DbtPackage(book, catalog, request.engine, names, said, notes[:-1])
        package = _write_package(made, request.dbt)
    return PlaybookPlan(
        book.name,
        book.fingerprint,
        request.engine,
        tuple(StepInWords(s.name, step_words(s.name)) for s in compiled.steps),
        len(atoms.all),
        len(slots(atoms.all)),
        render_text(compiled, book, catalog, title, notes),
        package,
    )


def _write_package(package: DbtPackage, folder: Path) -> tuple[WrittenFile, ...]:
    """Write every file of a package, or none."""
    files = [(folder / file.path, file.text) for file in package.files()]
    with output_files.together():
        for path, text in files:
            output_files.write_text(path, text, "dbt", folder=True)
    return tuple(WrittenFile(path) for path, _ in files)


def _text_and_names(
    session: Session, request: PlanRequest, moment: datetime
) -> tuple[str, str, Catalog]:
    """What the playbook is called, its text, and the names that it may use."""
    catalog = Catalog()
    if session.has_workspace:
        with session.read("plan", request.now) as workspace:
            catalog = workspace.ledger.catalog()
            if request.playbook is None:
                agreed = workspace.agreed_playbook(moment)
                return agreed.name, agreed.text, catalog
    if request.playbook is None:
        raise CannotDo(
            "There is no workspace here. Name a playbook: a file, or one of the presets"
            f" {', '.join(preset_names())}.",
            field="playbook",
        )
    name, text, _ = find_playbook(request.playbook, catalog)
    return name, text, catalog


def _untested_lines(engine: str) -> tuple[str, ...]:
    doubt = untested_note(engine)
    if doubt is None:
        return ()
    return (
        f"NOT RUN ON {engine.upper()} ITSELF. {doubt}".rstrip(),
        "Compare a few hundred leads with `leadlight qualify` before you rely on it.",
    )


def _queries_of(relations: Mapping[str, str], engine: str) -> dict[str, Query]:
    for name in relations:
        if name not in RELATIONS:
            hint = did_you_mean(name, RELATIONS) or f"There are {', '.join(RELATIONS)}."
            raise CannotDo(f"A plan reads no relation {name!r}. {hint}", field="relations")
    return {name: relation_by_name(table, engine) for name, table in relations.items()}
