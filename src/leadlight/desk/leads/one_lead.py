"""One lead of an open base: why it is what it is, what would lift it, and when it changes if
nothing happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from leadlight.desk.leads import story
from leadlight.desk.wiring import bases
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone
from leadlight.plan.steps.atoms import atoms_of
from leadlight.plan.steps.lead import signal_names
from leadlight.playbook.own_names import catalog_for
from leadlight.playbook.spec import Playbook, Scale
from leadlight.problems import CannotDo
from leadlight.results.explanation import (
    Change,
    Explanation,
    Lift,
    ScoreLedger,
    labels_of,
    ledgers,
)
from leadlight.results.raises import all_hypotheses, raises
from leadlight.results.story import BACK
from leadlight.results.what_if import Hypothesis

if TYPE_CHECKING:
    from leadlight.desk.leads.story import LeadPast
    from leadlight.desk.wiring.bases import Base, LeadSearch, OneLead

AHEAD = 400  # days that are looked ahead
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST_LIFTS = 3


class NoSuchLead(CannotDo):
    """There is no such lead as of the moment."""


def explain_lead(
    base: Base,
    book: Playbook,
    wanted: str,
    as_of: datetime,
    ahead: bool = True,
    past: LeadPast | None = None,
) -> Explanation:
    """Everything the playbook says of one lead at a moment. `wanted` is its id or its e-mail
    address.

    Without `ahead` nothing is said of what will or would change it, which takes most of the time.
    With `past` its story is told.
    """
    reference = base.reference(book, Everyone(as_of))
    leads = bases.count_leads(base) if book.ranks else 0
    with base.lead_alone(wanted, book) as alone:
        search = bases.lead_search(alone)
        lead_id = _id_of(search, bases.lead_search(base), wanted, as_of)
        twins, tellers = search.one_person(lead_id)
        earlier = [] if past is None or book.ranks else [as_of - BACK]
        one = search.one(lead_id, book, min([*earlier, as_of]), reference)
        _refuse_objector(search, lead_id, twins or [lead_id], as_of)
        found_rows = one.qualify([*earlier, as_of, *(_coming_days(as_of) if ahead else ())])
        row, *daily = found_rows[len(earlier) :]
        atoms = atoms_of(book)
        activities, slots = one.trace(as_of, atoms)
        scores = ledgers(book, atoms, row, activities, as_of, slots)
        catalog = catalog_for(book, base.sources.catalog)
        found = replace(
            _of_row(row, book, catalog, scores, as_of),
            twins=tuple(twins),
            asked=wanted if wanted in twins and wanted != lead_id else None,
            said_by={n: who for n, who in tellers.items() if row.get(n) is not None},
        )
        if ahead:
            found = _look_ahead(found, one, book, row, daily)
        back = story.how_far_back(book, leads) if past is not None else None
        if past is not None and back is not None:
            spells = past(alone, lead_id, as_of, back)
            before = story.Before(one, found_rows[0] if earlier else None)
            history = story.tell(before, book, atoms, scores, activities, slots, spells, as_of)
            found = replace(found, story=history)
    return found


def _refuse_objector(
    search: LeadSearch, lead_id: str, leads: Sequence[str], as_of: datetime
) -> None:
    """Who objected to profiling has no qualification to be explained."""
    objection = search.objection(leads, as_of)
    if objection is None:
        return
    since = f" on {objection.since:%Y-%m-%d %H:%M}" if objection.since else ""
    raise CannotDo(
        f"The lead {lead_id} objected to profiling{since}: it is not scored, and in no segment.",
        field="lead",
    )


def _of_row(
    row: dict[str, Any],
    book: Playbook,
    catalog: Catalog,
    scores: tuple[ScoreLedger, ...],
    as_of: datetime,
) -> Explanation:
    """What the playbook says of the lead, from the row of its plan."""
    return Explanation(
        lead_id=str(row["lead_id"]),
        as_of=as_of,
        playbook=book.name,
        fingerprint=book.fingerprint,
        attributes={k: v for k, v in row.items() if k in catalog.lead},
        labels=labels_of(book, row),
        scores=scores,
        signals={n: row[n] for n in signal_names(book)},
        segments=tuple(s for s in (row["segments"] or "").split("; ") if s),
        department=row["department"],
        respond_within=row["respond_within"],
        next_step=row["next_step"],
        reasons=row["reasons"],
    )


def _id_of(search: LeadSearch, among_all: LeadSearch, wanted: str, as_of: datetime) -> str:
    """The id of the lead that a user means. Raises `CannotDo` where there is none, or several."""
    found = search.find(wanted)
    if not found:
        near = ", ".join(among_all.nearby(wanted))
        hint = f" The nearest ids are {near}." if near else ""
        raise NoSuchLead(f"There is no lead {wanted!r} as of {as_of:%Y-%m-%d}.{hint}", field="lead")
    if len(found) > 1:
        raise CannotDo(
            f"{len(found)} leads have that address: {', '.join(found)}. Name one by its id.",
            field="lead",
        )
    return found[0]


def _look_ahead(
    found: Explanation,
    one: OneLead,
    book: Playbook,
    row: dict[str, Any],
    daily: Sequence[dict[str, Any]],
) -> Explanation:
    """With what the passing of time alone will bring, what single thing would bring the next better
    label, and what would raise a probability. The plan itself answers: of the lead as it would be,
    and of the lead at every hour of the days that bring another label, then at every minute of
    those hours.
    """
    as_of = found.as_of
    days = _first_changes(daily, book, row)
    hypotheses = all_hypotheses(book, one.sources.catalog, row)
    would, hourly = one.qualify_if(as_of, hypotheses, _parts(days, DAY, HOUR))
    hours = _first_changes(hourly, book, row)
    minutes = _first_changes(one.qualify(_parts(hours, HOUR, MINUTE)), book, row)
    lifts = [
        lift
        for scale in book.scales
        for lift in _lifts_on(scale, row[scale.name], hypotheses, would)
    ]
    coming = [Change(name, row[name], then[name], then["as_of"]) for name, then in minutes.items()]
    return replace(
        found,
        changes=tuple(sorted(coming, key=lambda c: c.at)),
        lifts=tuple(lifts),
        raises=tuple(raises(book, row, hypotheses, would)),
    )


def _first_changes(
    rows: Sequence[dict[str, Any]], book: Playbook, row: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """For each scale the first of the rows, in order of time, with another label than `row` has;
    scales that keep theirs are left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in (scale.name for scale in book.scales):
        other = next((r for r in rows if r[name] != row[name]), None)
        if other is not None:
            found[name] = other
    return found


def _parts(
    found: Mapping[str, Mapping[str, Any]], whole: timedelta, part: timedelta
) -> list[datetime]:
    """The ends of the parts of each stretch of time (`whole`) at whose end there is another
    label.
    """
    ends = {row["as_of"] for row in found.values()}
    return sorted({end - whole + part * n for end in ends for n in range(1, whole // part + 1)})


def _coming_days(as_of: datetime) -> list[datetime]:
    left = (datetime(9999, 12, 31) - as_of) // DAY  # there the calendar ends
    return [as_of + DAY * n for n in range(1, min(AHEAD, left) + 1)]


def _lifts_on(
    scale: Scale, label: str, hypotheses: list[Hypothesis], would: dict[int, dict[str, Any]]
) -> list[Lift]:
    ladder = [la.name for la in scale.labels if not la.aside]
    place = ladder.index(label) if label in ladder else len(ladder)
    found: list[tuple[int, int, int, str]] = []
    for n, row in would.items():
        reached = row[scale.name]
        if reached in ladder and ladder.index(reached) < place:
            found.append((place - ladder.index(reached), hypotheses[n].times, n, reached))
    found.sort()
    done: set[str] = set()
    out: list[Lift] = []
    for _, _, n, reached in found:
        # "Asked for a demo" makes "asked for a demo (2 times)" needless.
        words = hypotheses[n].words.split(" (")[0]
        if words not in done and len(out) < MOST_LIFTS:
            done.add(words)
            out.append(Lift(scale.name, reached, hypotheses[n].words))
    return out
