"""`dedupe`: leads that are one person are linked, and people of one company; every link is a fact,
and can be undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.dedupe.groups import LEFT_OUT, group
from leadlight.dedupe.link import Kind, Link, State, pair
from leadlight.dedupe.settings import Settings
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.wiring import duplicate_links
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.ledger import ImportReceipt
from leadlight.facts.vocabulary import key
from leadlight.problems import CannotDo, Problem, did_you_mean, plural
from leadlight.results.duplicates import (
    DecideResult,
    DedupeResult,
    DuplicatePair,
    MergeLine,
    MergePreview,
    PairList,
)

if TYPE_CHECKING:
    from leadlight.desk.wiring.duplicate_links import Duplicates

KINDS: tuple[Kind, ...] = ("company", "person")
BY_A_PERSON = "decided by a person"


@dataclass(frozen=True)
class DedupeRequest:
    """Look for duplicates. Pairs with at least the probability `make` are linked, those with at
    least `ask` wait for a decision. Equal values of a column of `external_ids` mean one person.
    """

    now: datetime
    make: float = Settings.make
    ask: float = Settings.ask
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairsRequest:
    """The pairs that wait for a decision; or in another state those that are linked (`made`), or
    were said to be two (`refused`). At most `limit` of them.
    """

    now: datetime
    state: State = "waiting"
    limit: int | None = None


@dataclass(frozen=True)
class MergePreviewRequest:
    """What two leads would be as one person."""

    one: str
    other: str
    now: datetime


@dataclass(frozen=True)
class Decision:
    """What a person says of two leads: they are one (`made`) or two (`refused`)."""

    one: str
    other: str
    state: State
    kind: Kind = "person"


@dataclass(frozen=True)
class DecideRequest:
    """Decide on pairs; `by` is whose decision it is."""

    decisions: tuple[Decision, ...]
    by: str
    now: datetime


def dedupe(
    session: Session, request: DedupeRequest, progress: Progress = NullProgress()
) -> DedupeResult:
    """Look for duplicates in a workspace and record the links. Nothing is deleted."""

    def tell(text: str) -> None:
        progress.step(text, lambda: None)

    settings = Settings(make=request.make, ask=request.ask)
    with session.write("dedupe", request.now) as workspace:
        now = workspace.after(request.now)
        duplicates, ledger = _duplicates(workspace), workspace.ledger
        ledger.prefetch("leads", "checks", "links")
        attributes = ledger.holdings().single().attributes
        leads = duplicates.prepare(now)
        settings = replace(settings, external_ids=_columns(request.external_ids, attributes))
        before = duplicates.known_links()
        columns = [a for a in attributes.values() if a.name != "lead_id"]
        links, problems = duplicates.find(columns, settings, before, tell)
        tell("Looking for companies")
        links += duplicates.find_companies(settings)
        fresh = _fresh(before, links)
        receipt = _record(workspace, before, fresh, now)
        counts = _counts(workspace, leads, fresh)
        return replace(counts, problems=(*problems, *_contradiction_notes(fresh)), receipt=receipt)


def _columns(names: Sequence[str], attributes: Iterable[str]) -> tuple[str, ...]:
    """The attributes that the user names, in whatever spelling. Raises `CannotDo` for one that no
    lead has.
    """
    known = {key(a): a for a in attributes if a != "lead_id"}
    for name in names:
        if key(name) not in known:
            hint = (
                did_you_mean(name, known.values())
                or f"The columns are: {', '.join(sorted(known.values())[:12])}."
            )
            raise CannotDo(f"No lead has a column {name!r}. {hint}", field="external_ids")
    return tuple(known[key(name)] for name in names)


def pairs(session: Session, request: PairsRequest) -> PairList:
    """The pairs that wait for a decision, the surest first."""
    with session.read("dedupe", request.now) as workspace:
        duplicates = _duplicates(workspace)
        workspace.ledger.prefetch("leads", "checks", "links")
        links = duplicates.links_in_state(request.state, request.limit)
        if not links:
            return PairList(())
        leads = [lead for x in links for lead in (x.lead_a, x.lead_b)]
        duplicates.prepare_few(leads, request.now)
        known = duplicates.side_by_side(leads)
        return PairList(
            tuple(DuplicatePair(x, known.get(x.lead_a, {}), known.get(x.lead_b, {})) for x in links)
        )


def merge_preview(session: Session, request: MergePreviewRequest) -> MergePreview:
    """What would be known of two leads, and of all that are one person with them, if they were one.
    Nothing is written. Raises `CannotDo` for a lead that is not there.
    """
    with session.read("dedupe", request.now) as workspace:
        duplicates = _duplicates(workspace)
        workspace.ledger.prefetch("leads", "checks", "links")
        groups = [duplicates.group_of(lead) for lead in (request.one, request.other)]
        leads = tuple(dict.fromkeys([request.one, request.other, *groups[0], *groups[1]]))
        duplicates.prepare_few(leads, request.now)
        known = duplicates.side_by_side(leads)
        _must_be_two(request.one, request.other, known)
        merged = duplicates.merge(leads, request.now)
    names = [name for name in merged if any(name in known[lead] for lead in leads)]
    lines = tuple(
        MergeLine(name, tuple(known[lead].get(name) for lead in leads), merged[name])
        for name in names
    )
    return MergePreview(leads, lines)


def decide(session: Session, request: DecideRequest) -> DecideResult:
    """Say of pairs that they are one or two: one more fact each, which overrules what was found.

    The result's problems name the links decided by a person that give way since, because two leads
    are two. Raises `CannotDo` for a lead that is not there, or where nothing changes.
    """
    with session.write("dedupe", request.now) as workspace:
        now = workspace.after(request.now)
        duplicates = _duplicates(workspace)
        workspace.ledger.prefetch("leads", "checks", "links")
        duplicates.prepare(now)
        links = _links_of(request, duplicates)
        before = duplicates.known_links()
        receipt = _record(workspace, before, links, now)
        if receipt is None:
            raise CannotDo("That was decided before; nothing changes.")
        return DecideResult(receipt, _gave_way(before, duplicates.known_links(), links))


def _links_of(request: DecideRequest, duplicates: Duplicates) -> list[Link]:
    """The decisions as links."""
    readings = [r for d in request.decisions for r in _readings(d.one, d.other)]
    known = duplicates.side_by_side([lead for reading in readings for lead in reading])
    links: dict[tuple[str, str, Kind], Link] = {}
    for d in request.decisions:
        one, other = next(
            (r for r in _readings(d.one, d.other) if known.keys() >= set(r)), (d.one, d.other)
        )
        _must_be_two(one, other, known)
        a, b = pair(one, other)
        weight = 1.0 if d.state == "made" else 0.0
        link = Link(a, b, d.kind, d.state, weight, BY_A_PERSON, request.by)
        if links.setdefault((a, b, d.kind), link) != link:
            raise CannotDo(f"{a} and {b} cannot be the same and different. Say one of both.")
    return list(links.values())


def _readings(one: str, other: str) -> list[tuple[str, str]]:
    """The pairs of ids that A=B may mean: an id may hold the sign too."""
    parts = f"{one}={other}".split("=")
    return [
        ("=".join(parts[:n]).strip(), "=".join(parts[n:]).strip()) for n in range(1, len(parts))
    ]


def _gave_way(
    before: Sequence[Link], after: Sequence[Link], new: Sequence[Link]
) -> tuple[Problem, ...]:
    """The links decided by a person that are dropped since, or are dropped at once."""
    earlier, now = _contradicted_links(before, new), _contradicted_links(after, new)
    return tuple(
        Problem(
            "gives-way",
            f"{x.lead_a} and {x.lead_b} are not together although a person said they are the"
            " same: it would bring two leads together of which a person said that they are"
            " different.",
            hint="Decide on one of the two pairs again.",
            level="doubt",
        )
        for x in now
        if x.by and (x not in earlier or x in new)
    )


def _contradicted_links(links: Sequence[Link], new: Sequence[Link]) -> list[Link]:
    """The links that count for nothing because others contradict them, of the kinds of the new."""
    kinds = sorted({x.kind for x in new})
    return [x for kind in kinds for x in group([x for x in links if x.kind == kind]).dropped]


def regroup(workspace: Workspace, now: datetime) -> ImportReceipt | None:
    """Say anew who belongs together by the links that stand, after an import was taken back; None
    when nobody moves.

    Every lead of a group says where it belongs, for rows of different times may stand side by side
    now.
    """
    duplicates = _duplicates(workspace)
    stand, were = duplicates.known_links(), duplicates.members()
    duplicates.prepare(now)
    if not _moves(workspace, stand, were, KINDS):
        return None
    apart: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    groups = {(lead, kind): group_ for lead, kind, group_ in _moves(workspace, stand, apart, KINDS)}
    for kind, leads in were.items():
        groups.update({(lead, kind): lead for lead in leads if (lead, kind) not in groups})
    moved = [(lead, kind, group_) for (lead, kind), group_ in sorted(groups.items())]
    return duplicates.record([], moved, now)


def _must_be_two(one: str, other: str, known: Mapping[str, object]) -> None:
    if one == other:
        raise CannotDo(f"{one} is one lead; name two.")
    for lead in (one, other):
        if lead not in known:
            raise CannotDo(f"There is no lead {lead} in this workspace.")


def _fresh(before: Iterable[Link], found: Iterable[Link]) -> list[Link]:
    """What was found and is news: a person's word and a pair known in the same state are left as
    they are, and a link that was made waits only where it would join what contradicts itself.
    """
    stand = {(x.lead_a, x.lead_b, x.kind): x for x in before}
    out = []
    for link in found:
        old = stand.get((link.lead_a, link.lead_b, link.kind))
        if old is None or (not old.by and _is_changed(old, link)):
            out.append(link)
    return out


def _is_changed(old: Link, link: Link) -> bool:
    """Whether a link that waited is made, or one that was made is left out."""
    if link.state == "made":
        return old.state == "waiting"
    return old.state == "made" and LEFT_OUT in link.evidence


def _contradiction_notes(fresh: Iterable[Link]) -> tuple[Problem, ...]:
    """What the user should know of links that contradictions kept from being made."""
    left = [x for x in fresh if LEFT_OUT in x.evidence]
    if not left:
        return ()
    first = left[0]
    links = plural(len(left), "link was", "links were")
    return (
        Problem(
            "left-out",
            f"{links} left out, because a chain would join leads that contradict each other; the"
            f" first: {first.lead_a} and {first.lead_b}, {first.evidence}.",
            hint="leadlight dedupe --review",
            level="doubt",
        ),
    )


def _record(
    workspace: Workspace, before: Sequence[Link], fresh: Sequence[Link], now: datetime
) -> ImportReceipt | None:
    """Append links, and who belongs together since; None when nothing is new."""
    duplicates = _duplicates(workspace)
    stand = {(x.lead_a, x.lead_b, x.kind): x for x in before}
    news = [x for x in fresh if stand.get((x.lead_a, x.lead_b, x.kind)) != x]
    if not news:
        return None
    every = {**stand, **{(x.lead_a, x.lead_b, x.kind): x for x in news}}
    moved = _moves(workspace, every.values(), duplicates.members(), sorted({x.kind for x in news}))
    return duplicates.record(news, moved, now)


def _moves(
    workspace: Workspace,
    links: Iterable[Link],
    were: Mapping[str, Mapping[str, str]],
    kinds: Sequence[Kind],
) -> list[tuple[str, str, str]]:
    """(lead, kind, group) of every lead that these links put elsewhere than it was."""
    duplicates, every = _duplicates(workspace), list(links)
    moved: list[tuple[str, str, str]] = []
    for kind in kinds:
        of_kind = [x for x in every if x.kind == kind]
        known = duplicates.ranks([i for x in of_kind for i in (x.lead_a, x.lead_b)])
        groups = group(of_kind, known)
        for lead in sorted({*were[kind], *groups.of}):
            if groups.group(lead) != were[kind].get(lead, lead):
                moved.append((lead, kind, groups.group(lead)))
        moved += _self_links(groups.members, were[kind], {m[0] for m in moved}, kind)
    return moved


def _self_links(
    groups: Mapping[str, Sequence[str]], were: Mapping[str, str], moved: set[str], kind: Kind
) -> list[tuple[str, str, str]]:
    """The lead after which a new group is called says so itself."""
    return [(name, kind, name) for name in groups if name not in were and name not in moved]


def _counts(workspace: Workspace, leads: int, fresh: Sequence[Link]) -> DedupeResult:
    """The numbers of a search that compared so many leads and found these links."""
    duplicates = _duplicates(workspace)
    members = duplicates.members()
    return DedupeResult(
        leads,
        sum(1 for x in fresh if _is_made(x)),
        sum(1 for x in fresh if x.state == "waiting"),
        sum(1 for x in duplicates.known_links() if x.state == "waiting"),
        len(set(members["person"].values())),
        len(members["person"]),
        len(set(members["company"].values())),
        _evidence(x for x in fresh if _is_made(x)),
    )


def _is_made(link: Link) -> bool:
    """Whether a link makes one person of two leads."""
    return link.state == "made" and link.kind == "person"


def _evidence(links: Iterable[Link]) -> dict[str, int]:
    """How many links each piece of evidence speaks for, the most frequent first."""
    pieces = (piece.partition(" (")[0] for link in links for piece in link.evidence.split("; "))
    return dict(sorted(Counter(pieces).items(), key=lambda e: (-e[1], e[0])))


def _duplicates(workspace: Workspace) -> Duplicates:
    return duplicate_links.duplicates(workspace.con, workspace.ledger)
