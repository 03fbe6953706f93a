"""`leads`: the list of leads with filters, in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from leadlight.desk.leads.lead_condition import check_condition, condition_of
from leadlight.desk.leads.list_place import ListPlace, no_such_page, read_place, write_place
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import ledgers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.lead_list import (
    NAMES,
    SHOWN,
    LadderOrder,
    LeadLine,
    LeadPage,
    LeadQuery,
    RunColumns,
    RunOrder,
    ScoreOrder,
)
from leadlight.facts.ledger import Run
from leadlight.playbook.spec import Playbook
from leadlight.playbook.types import KIND_OF
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.lead_list import LeadFilters, LeadList

#: So many leads are on a page at the most, and so many words may be looked for.
MOST, MOST_WORDS = 1000, 10
#: So many are read at a time by whoever wants them all.
_PART = 5_000


@dataclass(frozen=True)
class LeadsRequest:
    """The leads of a workspace as the last run left them.

    `labels` is scale -> the labels of which a lead must have one, `segment` and `department`
    what it must be in; `source` is where it came from (the attribute `source`, else
    `utm_source`; "(unknown)": neither is known); `text` are words that its name, address, phone
    number, company or id must have; `filter` is a condition in the playbook's language over
    attributes, scores, labels and segments, in which `created_at older than 30d` and
    `company.employees >= 500` are said too. `columns` are the attributes that are shown. `sort`
    is `rank` (the best first: temperature, stage, engagement, other scores), `changed` (whom a
    run changed last), `lead_id`, or a score: `fit` has the lowest first, `-fit` the highest. A
    page has `limit` leads; `after` is what the page before says is `next`.
    """

    now: datetime
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    segment: str | None = None
    department: str | None = None
    source: str | None = None
    text: str = ""
    filter: str = ""
    columns: tuple[str, ...] = SHOWN
    sort: str = "rank"
    limit: int = 50
    after: str | None = None


def leads(session: Session, request: LeadsRequest) -> LeadList:
    """The leads of a workspace, a page of them. Raises `CannotDo` for a scale, a label or a sort
    that does not exist, and for a page that none before it names.
    """
    if not 0 < request.limit <= MOST:
        raise CannotDo(f"A page has from 1 to {MOST:,} leads.", field="limit")
    return _read(session, request)


def _read(session: Session, request: LeadsRequest) -> LeadList:
    words = tuple(request.text.split())
    if len(words) > MOST_WORDS:
        raise CannotDo(f"At most {MOST_WORDS} words are looked for.", field="text")
    with session.read("leads", request.now) as workspace:
        newest = workspace.ledger.runs(1)
        if not newest:
            return LeadList((), None, None, 0 if request.after is None else None, None)
        columns = workspace.ledger.run_columns()
        query = _query(workspace, request, words, newest[0], columns)
        run = _run_of(workspace, query.upto, newest[0])
        page = workspace.ledger.leads(query, request.now)
    more = _next(request, query, page)
    return LeadList(page.leads, run.run_id, run.as_of, page.total, more, page.counts)


def every_lead(session: Session, request: LeadsRequest) -> Iterator[Sequence[LeadLine]]:
    """All leads of a list, some thousands at a time."""
    request = replace(request, limit=_PART, after=None)
    while True:
        page = _read(session, request)
        yield page.leads
        if page.next is None:
            return
        request = replace(request, after=page.next)


def lead_filters(session: Session, now: datetime) -> LeadFilters:
    """By what the leads of a workspace can be filtered: what its playbook says, as far as a run
    knows of it.
    """
    with session.read("leads", now) as workspace:
        columns, book = workspace.ledger.run_columns(), _current_playbook(workspace)
        attributes = {n: KIND_OF[a.type] for n, a in workspace.ledger.holdings().attributes.items()}
    if book is None:
        return LeadFilters({}, (), (), columns.scores, attributes)
    labels = {s.name: tuple(label.name for label in s.labels) for s in book.scales}
    return LeadFilters(
        {scale: labels[scale] for scale in labels if scale in columns.scales},
        tuple(segment.name for segment in book.segments),
        tuple(dict.fromkeys(route.to for route in book.routes)),
        tuple(score.name for score in book.scores if score.name in columns.scores),
        attributes,
    )


def attributes_of_lead(session: Session, lead_id: str, as_of: datetime) -> Mapping[str, object]:
    """Everything that is known of a lead at a moment, by the catalog's names and the company's."""
    with session.read("leads", as_of) as workspace:
        return workspace.ledger.attributes_of(lead_id, as_of)


def _query(
    workspace: Workspace,
    request: LeadsRequest,
    words: tuple[str, ...],
    newest: Run,
    columns: RunColumns,
) -> LeadQuery:
    _check_scales(request, columns)
    order = _order(workspace, request.sort, columns)
    upto, after = _number_of(newest), None
    if request.after is not None:
        place = read_place(request.after, request.sort, len(order))
        upto, after = min(place.upto, upto), (place.keys, place.lead_id)
    query = LeadQuery(
        upto=upto,
        limit=request.limit,
        columns=columns,
        labels={s: tuple(labels) for s, labels in request.labels.items() if labels},
        segment=request.segment,
        department=request.department,
        source=request.source,
        words=words,
        condition=condition_of(request.filter),
        segments=_segments(workspace) if request.filter.strip() else (),
        shown=tuple(dict.fromkeys((*NAMES, *request.columns))),
        order=order,
        after=after,
    )
    if query.condition:
        check_condition(query.condition, _condition_kinds(workspace, query))
    return query


def _segments(workspace: Workspace) -> tuple[str, ...]:
    book = _current_playbook(workspace)
    return () if book is None else tuple(segment.name for segment in book.segments)


def _condition_kinds(workspace: Workspace, query: LeadQuery) -> Mapping[str, str]:
    return ledgers.names_of_condition(workspace.ledger.holdings().attributes, query)


def _check_scales(request: LeadsRequest, columns: RunColumns) -> None:
    for scale in request.labels:
        if scale not in columns.scales:
            hint = did_you_mean(scale, columns.scales) or _in_words("scales", columns.scales)
            raise CannotDo(f"No run has a scale {scale!r}. {hint}", field="labels")


def _order(
    workspace: Workspace, sort: str, columns: RunColumns
) -> tuple[LadderOrder | ScoreOrder | RunOrder, ...]:
    if sort == "lead_id":
        return ()
    if sort == "changed":
        return (RunOrder(),)
    if sort == "rank":
        return _rank(_current_playbook(workspace), columns)
    name = sort.removeprefix("-")
    if name not in columns.scores:
        sorts = ("rank", "changed", "lead_id", *columns.scores)
        hint = did_you_mean(name, sorts) or _in_words("sorts", sorts)
        raise CannotDo(f"Leads cannot be sorted by {sort!r}. {hint}", field="sort")
    return (ScoreOrder(name, ascending=sort == name),)


def _rank(
    book: Playbook | None, columns: RunColumns
) -> tuple[LadderOrder | ScoreOrder | RunOrder, ...]:
    """The best first: by temperature, then stage, then engagement, then the other scores."""
    scales = () if book is None else tuple(book.scales)
    ladders = {s.name: tuple(la.name for la in s.labels) for s in scales}
    first = [
        LadderOrder(name, ladders[name])
        for name in ("temperature", "stage")
        if name in ladders and name in columns.scales
    ]
    stated = columns.scores if book is None else tuple(s.name for s in book.scores)
    scores = sorted(
        (s for s in stated if s in columns.scores), key=lambda s: (s != "engagement", s)
    )
    return (*first, *(ScoreOrder(s) for s in scores))


def _current_playbook(workspace: Workspace) -> Playbook | None:
    """The playbook that the workspace goes by; None where it cannot be read today."""
    try:
        agreed = workspace.agreed_playbook()
        return usable(agreed.text, agreed.name, workspace.ledger.catalog())[0]
    except CannotDo:
        return None


def _in_words(what: str, names: Sequence[str]) -> str:
    return f"The {what} are {', '.join(names)}." if names else f"There are no {what}."


def _number_of(run: Run) -> int:
    return int(run.run_id.removeprefix("r"))


def _run_of(workspace: Workspace, number: int, newest: Run) -> Run:
    if number == _number_of(newest):
        return newest
    for run in workspace.ledger.runs():
        if _number_of(run) == number:
            return run
    raise no_such_page()


def _next(request: LeadsRequest, query: LeadQuery, page: LeadPage) -> str | None:
    """What the next page is asked for by; None when this one is the last."""
    if len(page.leads) < request.limit:
        return None
    return write_place(request.sort, ListPlace(query.upto, page.keys[-1], page.leads[-1].lead_id))
