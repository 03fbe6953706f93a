"""`dedupe`: leads that are one person are linked, and people of one company; every link is a fact,
and can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadlight.dedupe.groups import group
from leadlight.dedupe.link import Kind, Link, State, pair
from leadlight.dedupe.settings import Settings
from leadlight.desk import wiring
from leadlight.desk.progress import Progress
from leadlight.desk.workspace.workspace import Place, Workspace, opened
from leadlight.facts.ledger import ImportReceipt
from leadlight.facts.vocabulary import key
from leadlight.problems import CannotDo, Problem, did_you_mean

KINDS: tuple[Kind, ...] = ("company", "person")
BY_A_PERSON = "decided by a person"


@dataclass(frozen=True)
class Deduped:
    """What a search for duplicates came to: leads looked at, links made now and waiting now, and
    the people and companies that the base has since.
    """

    leads: int
    made: int = 0
    waiting: int = 0
    waiting_in_all: int = 0
    persons: int = 0  # people that several leads tell of
    merged: int = 0  # leads among them
    accounts: int = 0
    evidence: Mapping[str, int] | None = None  # what spoke for the links made now
    problems: tuple[Problem, ...] = ()
    receipt: ImportReceipt | None = None


@dataclass(frozen=True)
class Pair:
    """Two leads of which somebody should say whether they are one, with what is known of both."""

    link: Link
    one: Mapping[str, str]
    other: Mapping[str, str]


def dedupe(folder: Place | Path, now: datetime, settings: Settings, watch: Progress) -> Deduped:
    """Look for duplicates in a workspace and record the links."""
    with opened(folder, "dedupe", now, write=True) as workspace:
        now = workspace.after(now)
        duplicates, ledger = _duplicates(workspace), workspace.ledger
        ledger.prefetch("leads", "checks", "links")
        holdings = ledger.holdings()
        leads = duplicates.prepare(now)
        settings = replace(
            settings, external_ids=_columns(settings.external_ids, holdings.single().attributes)
        )
        before = duplicates.known_links()
        columns = [a for a in holdings.single().attributes.values() if a.name != "lead_id"]
        links, problems = duplicates.find(
            columns, settings, lambda text: watch.step(text, lambda: None)
        )
        watch.step("Looking for companies", lambda: None)
        links += duplicates.find_companies(settings)
        fresh = _fresh(before, links)
        receipt = _record(workspace, before, fresh, now)
        return _told(workspace, leads, fresh, problems, receipt)


def _columns(said: Sequence[str], attributes: Iterable[str]) -> tuple[str, ...]:
    """The attributes that the user names, in whatever spelling. Raises `CannotDo` for one that no
    lead has.
    """
    known = {key(a): a for a in attributes if a != "lead_id"}
    for name in said:
        if key(name) not in known:
            hint = (
                did_you_mean(name, known.values())
                or f"The columns are: {', '.join(sorted(known.values())[:12])}."
            )
            raise CannotDo(f"No lead has a column {name!r}. {hint}")
    return tuple(known[key(name)] for name in said)


def waiting(folder: Place | Path, now: datetime) -> list[Pair]:
    """The pairs that wait for a person, the surest first."""
    with opened(folder, "dedupe", now) as workspace:
        duplicates = _duplicates(workspace)
        workspace.ledger.prefetch("leads", "checks", "links")
        open_ = [x for x in duplicates.known_links() if x.state == "waiting"]
        open_.sort(key=lambda x: (x.kind != "person", -x.weight, x.lead_a, x.lead_b))
        duplicates.prepare(now)
        known = duplicates.side_by_side([i for x in open_ for i in (x.lead_a, x.lead_b)])
        return [Pair(x, known.get(x.lead_a, {}), known.get(x.lead_b, {})) for x in open_]


def decide(
    folder: Place | Path, now: datetime, decisions: Sequence[tuple[str, str, Kind, State]], by: str
) -> ImportReceipt:
    """Say of pairs that they are one (`made`) or two (`refused`): one more fact each, which
    overrules what was found.

    The receipt's problems name the links decided by a person that give way since, because two leads
    are two.
    """
    with opened(folder, "dedupe", now, write=True) as workspace:
        now = workspace.after(now)
        duplicates = _duplicates(workspace)
        workspace.ledger.prefetch("leads", "checks", "links")
        duplicates.prepare(now)
        known = duplicates.side_by_side(
            [i for one, other, _, _ in decisions for two in _readings(one, other) for i in two]
        )
        said: dict[tuple[str, str, Kind], Link] = {}
        for one, other, kind, state in decisions:
            one, other = next(
                (r for r in _readings(one, other) if known.keys() >= set(r)), (one, other)
            )
            _must_be_two(one, other, known)
            a, b = pair(one, other)
            link = Link(a, b, kind, state, 1.0 if state == "made" else 0.0, BY_A_PERSON, by)
            if said.setdefault((a, b, kind), link) != link:
                raise CannotDo(f"{a} and {b} cannot be the same and different. Say one of both.")
        before = duplicates.known_links()
        receipt = _record(workspace, before, list(said.values()), now)
        if receipt is None:
            raise CannotDo("That was said before; nothing changes.")
        return replace(
            receipt,
            problems=_gave_way(before, duplicates.known_links(), said.values()),
        )


def _readings(one: str, other: str) -> list[tuple[str, str]]:
    """The pairs of ids that A=B may mean: an id may hold the sign too."""
    parts = f"{one}={other}".split("=")
    return [
        ("=".join(parts[:n]).strip(), "=".join(parts[n:]).strip()) for n in range(1, len(parts))
    ]


def _gave_way(
    before: Sequence[Link], after: Sequence[Link], said: Iterable[Link]
) -> tuple[Problem, ...]:
    """The links decided by a person that are dropped since, or are dropped at once."""
    new = list(said)
    out: list[Problem] = []
    for kind in sorted({x.kind for x in new}):
        were = group([x for x in before if x.kind == kind]).dropped
        now_ = group([x for x in after if x.kind == kind]).dropped
        out += [
            Problem(
                "gives-way",
                f"{x.lead_a} and {x.lead_b} are not together although a person said they are the"
                " same: it would bring two leads together of which a person said that they are"
                " different.",
                hint="Say the one or the other again with --same or --different.",
                level="doubt",
            )
            for x in now_
            if x.by and (x not in were or x in new)
        ]
    return tuple(out)


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
    told = {(lead, kind): group_ for lead, kind, group_ in _moves(workspace, stand, apart, KINDS)}
    for kind, leads in were.items():
        told.update({(lead, kind): lead for lead in leads if (lead, kind) not in told})
    moved = [(lead, kind, group_) for (lead, kind), group_ in sorted(told.items())]
    return duplicates.record([], moved, now)


def _must_be_two(one: str, other: str, known: Mapping[str, object]) -> None:
    if one == other:
        raise CannotDo(f"{one} is one lead; name two.")
    for lead in (one, other):
        if lead not in known:
            raise CannotDo(f"There is no lead {lead} in this workspace.")


def _fresh(before: Iterable[Link], found: Iterable[Link]) -> list[Link]:
    """What was found and is news: a person's word and a pair known in the same state are left as
    they are.
    """
    stand = {(x.lead_a, x.lead_b, x.kind): x for x in before}
    out = []
    for link in found:
        old = stand.get((link.lead_a, link.lead_b, link.kind))
        if old is None or (not old.by and old.state == "waiting" and link.state == "made"):
            out.append(link)
    return out


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
        moved += _named(groups.members, were[kind], {m[0] for m in moved}, kind)
    return moved


def _named(
    groups: Mapping[str, Sequence[str]], were: Mapping[str, str], moved: set[str], kind: Kind
) -> list[tuple[str, str, str]]:
    """The lead after which a new group is called says so itself."""
    return [(name, kind, name) for name in groups if name not in were and name not in moved]


def _told(
    workspace: Workspace,
    leads: int,
    fresh: Sequence[Link],
    problems: tuple[Problem, ...],
    receipt: ImportReceipt | None,
) -> Deduped:
    duplicates = _duplicates(workspace)
    members, stand = duplicates.members(), duplicates.known_links()
    made = [x for x in fresh if x.state == "made" and x.kind == "person"]
    evidence: dict[str, int] = {}
    for link in made:
        for said in link.evidence.split("; "):
            plain = said.partition(" (")[0]
            evidence[plain] = evidence.get(plain, 0) + 1
    return Deduped(
        leads,
        len(made),
        sum(1 for x in fresh if x.state == "waiting"),
        sum(1 for x in stand if x.state == "waiting"),
        len(set(members["person"].values())),
        len(members["person"]),
        len(set(members["company"].values())),
        dict(sorted(evidence.items(), key=lambda e: (-e[1], e[0]))),
        problems,
        receipt,
    )


def _duplicates(workspace: Workspace) -> wiring.Duplicates:
    return wiring.duplicates(workspace.con, workspace.ledger)
