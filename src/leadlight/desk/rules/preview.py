"""`preview`: what new rules say of a few leads that somebody knows, beside the rules in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from leadlight.desk.playbooks import usable
from leadlight.desk.rules.diff import playbook_label, resolve_playbook
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, comparisons
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.cohort import Everyone
from leadlight.facts.lead_list import SHOWN, LeadQuery, RunColumns, ScoreOrder
from leadlight.facts.ledger import Run
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook, Scale
from leadlight.problems import CannotDo
from leadlight.results.lead_list import lead_name
from leadlight.results.playbooks import NamedPlaybook, PlaybookPreview, PreviewedLead

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base

#: So many leads are looked at where none is named, and at the most.
USUAL, MOST = 10, 50


@dataclass(frozen=True)
class PreviewRequest:
    """Try a proposed playbook `new` on a few leads, beside another one (null: the one in force);
    each is a file, a preset, or a version's number.

    `leads` are ids or addresses (none: ten of the last run, some of each temperature).
    """

    new: str
    now: datetime
    against: str | None = None
    leads: tuple[str, ...] = ()


def preview(session: Session, request: PreviewRequest) -> PlaybookPreview:
    """What the new rules say of a few leads, and what the old ones say. Nothing is stored. Raises
    `CannotDo` with the faults of a playbook that cannot be used.
    """
    if len(request.leads) > MOST:
        raise CannotDo(f"At most {MOST} leads are looked at.", field="leads")
    with session.read("preview", request.now) as workspace:
        catalog, books = workspace.ledger.catalog(), list[Playbook]()
        names = list[str]()
        for name, field in ((request.against, "against"), (request.new, "new")):
            agreed = resolve_playbook(workspace, name, catalog, field)
            names.append(playbook_label(agreed, name))
            books.append(usable(agreed.text, agreed.name, catalog)[0])
        base = bases.base_of_ledger(workspace.con, workspace.ledger, Everyone(request.now))
        ids, missing = _find(base, request.leads)
        ids = ids or ([] if request.leads else _well_spread(workspace, base, books[0]))
        found = _look(base, books, ids, request.now)
    old, new = (NamedPlaybook(n, b.fingerprint) for n, b in zip(names, books, strict=True))
    there = {lead.lead_id for lead in found}
    return PlaybookPreview(
        old, new, request.now, found, (*missing, *(i for i in ids if i not in there))
    )


def _find(base: Base, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """The ids of the leads that are meant, and what is meant by nobody."""
    ids, missing = list[str](), list[str]()
    for one in wanted:
        found = bases.lead_search(base.about_lead(one)).find(one)
        ids += found
        if not found:
            missing.append(one)
    return list(dict.fromkeys(ids))[:MOST], missing


def _well_spread(workspace: Workspace, base: Base, book: Playbook) -> list[str]:
    """Leads of the last run, some of each label of the temperature (or the first scale); where
    there was no run, the first of all.
    """
    run = next(iter(workspace.ledger.runs(1)), None)
    columns = workspace.ledger.run_columns()
    scales = sorted(book.scales, key=lambda s: s.name != "temperature")
    scale = next((s for s in scales if s.name in columns.scales), None)
    if run is None or scale is None:
        return comparisons.first_ids(base, USUAL)
    groups = [_of_label(workspace, run, columns, scale, la.name) for la in scale.labels]
    spread = [i for i in chain.from_iterable(zip_longest(*groups)) if i is not None]
    return spread[:USUAL]


def _of_label(
    workspace: Workspace, run: Run, columns: RunColumns, scale: Scale, label: str
) -> list[str]:
    """Some leads of a label, those of the highest scores first."""
    query = LeadQuery(
        upto=int(run.run_id.removeprefix("r")),
        limit=USUAL,
        columns=columns,
        labels={scale.name: (label,)},
        order=tuple(ScoreOrder(name) for name in columns.scores[:1]),
    )
    return [line.lead_id for line in workspace.ledger.leads(query, workspace.now).leads]


def _look(
    base: Base, books: Sequence[Playbook], ids: Sequence[str], at: datetime
) -> tuple[PreviewedLead, ...]:
    """Each lead by both playbooks, in the order of the ids."""
    if not ids:
        return ()
    checked, rows = base, list[dict[str, dict[str, Any]]]()
    if any(map(verifies, books)):
        compares = any(book.ranks for book in books)  # with all others, and their verdicts
        checked = base.with_checks(at, () if compares else ids)
    few = comparisons.few_leads(checked if verifies(books[0]) else base, ids)
    rows.append(few.qualify(books[0], at))
    if verifies(books[0]) != verifies(books[1]):
        few = comparisons.few_leads(checked if verifies(books[1]) else base, ids)
    rows.append(few.qualify(books[1], at))
    known = few.attributes(SHOWN)
    return tuple(
        _lead(books, rows[0][i], rows[1][i], known[i]) for i in ids if i in rows[0] and i in rows[1]
    )


def _lead(
    books: Sequence[Playbook],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    known: Mapping[str, object],
) -> PreviewedLead:
    before, after = books
    scales = [s.name for s in after.scales if before.scale(s.name)]
    old_scores = {s.name for s in before.scores}
    scores = [s.name for s in after.scores if s.name in old_scores]
    lead_id = str(old["lead_id"])
    return PreviewedLead(
        lead_id,
        lead_name(lead_id, known),
        str(known.get("company") or ""),
        tuple((name, old[name], new[name]) for name in scales),
        tuple((name, _number(old[name]), _number(new[name])) for name in scores),
        (old["department"], new["department"]),
        (old["next_step"], new["next_step"]),
        (str(old["reasons"] or ""), str(new["reasons"] or "")),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
