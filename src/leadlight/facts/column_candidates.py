"""What each column of a file may be: by the user, by its header where the cells allow it, by its
cells alone; and which column is taken for each attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Literal

from leadlight.facts.catalog import STRUCTURE, Type, slug
from leadlight.facts.content import (
    ColumnSample,
    ContentType,
)
from leadlight.facts.file_kind import (
    CATALOGS,
    kinds_share,
)
from leadlight.facts.headers import HeaderHit, is_no_phone, meanings_of
from leadlight.facts.plausible import (
    ALL_OF,
    ANY_OF,
    Profile,
    contradiction,
    no_value_at_all,
)
from leadlight.facts.vocabulary import key
from leadlight.problems import CannotDo, Problem, did_you_mean

IGNORE = frozenset({"-", "ignore", "ignored"})
#: Bytes of a name made of a header. With a number behind it, it is still one for PostgreSQL, which
#: cuts names at 63.
LONGEST_NAME = 60
_STRENGTH = {"you": 0, "crm": 1, "synonym": 1, "content": 2}
#: Attributes of which a lead may have several: what further columns hold is kept beside the first.
CONTACTS = {"email": "email", "phone": "phone", "mobile": "phone"}
ADDED = {**CONTACTS, **{name: name for name in ANY_OF | ALL_OF}}
How = Literal["you", "crm", "synonym", "content", "own", "apart", "ignored", "derived"]


@dataclass(frozen=True)
class Candidate:
    """An attribute that a column may be, and how that was found out."""

    position: int
    name: str
    how: How
    rank: int

    @property
    def order(self) -> tuple[int, int, int]:
        return (_STRENGTH[self.how], self.rank, self.position)


@dataclass
class Choice:
    """The attribute of each column, and what stood against other readings."""

    by_position: dict[int, Candidate] = field(default_factory=dict)
    added: dict[int, str] = field(default_factory=dict)  # further addresses, numbers, refusals
    others: dict[int, str] = field(default_factory=dict)  # the next best reading
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {c.name for c in self.by_position.values()}


def targets_of_user(columns: Sequence[ColumnSample], maps: MappingOf[str, str]) -> dict[int, str]:
    """What the user said, by position of the column: an attribute (with `:dmy` or `:mdy`), or that
    it is ignored.
    """
    exact: dict[str, int] = {}
    by_key: dict[str, int] = {}
    for i, column in enumerate(columns):
        exact.setdefault(column.header, i)
        by_key.setdefault(key(column.header) or column.header.strip(), i)
    targets: dict[int, str] = {}
    for header, target in maps.items():
        i = exact.get(header, by_key.get(key(header) or header.strip(), -1))
        if i < 0:
            hint = did_you_mean(header, [c.header for c in columns]) or (
                "The file has: " + ", ".join(repr(c.header[:40]) for c in columns[:12]) + "."
            )
            raise CannotDo(f"There is no column {header!r} in the file. {hint}")
        targets[i] = _target(header, target)
    return targets


def _target(header: str, target: str) -> str:
    """What a user wants a column to be, as a name of ours. Raises `CannotDo` where it is none."""
    name, _, order = target.strip().partition(":")
    if name.strip().lower() in IGNORE:
        return "-"
    if not slug(name):
        raise CannotDo(
            f"Column {header!r} cannot become {target!r}: a name of letters and digits is needed."
        )
    if slug(name) in STRUCTURE:
        raise CannotDo(
            f"Column {header!r} cannot become {target!r}: the tables of leads and activities have a"
            " column of that name for themselves."
        )
    if len(slug(name)) > LONGEST_NAME:
        raise CannotDo(
            f"Column {header!r} cannot become {target!r}: a name has at most {LONGEST_NAME}"
            " letters."
        )
    if order and order not in ("dmy", "mdy"):
        raise CannotDo(
            f"{target!r}: write dmy or mdy after the colon, the order of day, month and year."
        )
    return f"{slug(name)}:{order}" if order else slug(name)


def candidates_of(
    profiles: Sequence[Profile], what: str, targets: MappingOf[int, str]
) -> tuple[list[Candidate], list[Problem]]:
    """What each column may be: by the user, by header where the cells allow it, by cells alone."""
    found: list[Candidate] = []
    problems: list[Problem] = []
    ignored = {i for i, target in targets.items() if target in IGNORE}
    headers = meanings_of(
        ["" if i in ignored else p.column.header for i, p in enumerate(profiles)], what
    )
    for i, (profile, hits) in enumerate(zip(profiles, headers, strict=True)):
        if i not in targets:
            fits, doubts = _by_header(i, profile, hits, what)
            found += fits
            problems += doubts
        elif targets[i] not in IGNORE:
            found.append(Candidate(i, targets[i].split(":")[0], "you", 0))
    settled = {c.position for c in found} | set(targets)
    found += _by_content(profiles, what, settled, {c.name for c in found})
    return found, problems


def _by_header(
    position: int, profile: Profile, hits: Sequence[HeaderHit], what: str
) -> tuple[list[Candidate], list[Problem]]:
    """The meanings of a header that the cells allow; a doubt where they allow none of them."""
    fits: list[Candidate] = []
    against: list[tuple[str, str]] = []
    for hit in (hit for hit in hits if hit.attribute in CATALOGS[what]):
        reason = _reason_against(profile, hit, what)
        if reason is not None:
            against.append((hit.attribute, reason))
            continue
        how: How = "crm" if hit.how == "crm" else "synonym"
        fits.append(Candidate(position, hit.attribute, how, hit.rank))
    if fits or not against:
        return fits, []
    name, reason = against[0]
    if name == "region" and _holds_states(profile, what):
        return [Candidate(position, "crm_status", "content", 0)], []
    return [], [_own_instead(profile.column.header, name, reason)]


def _holds_states(profile: Profile, what: str) -> bool:
    """Whether most cells are states of a lead or a subscription."""
    return what == "leads" and profile.states >= 0.5


def _reason_against(profile: Profile, hit: HeaderHit, what: str) -> str | None:
    """What the cells hold instead. An attribute's own name as a header is believed, unless no cell
    at all could be one: `Revenue` of TRUE and FALSE.
    """
    if key(profile.column.header) == key(hit.attribute):
        return no_value_at_all(profile, CATALOGS[what][hit.attribute])
    return contradiction(profile, CATALOGS[what][hit.attribute], what)


def _own_instead(header: str, name: str, reason: str) -> Problem:
    return Problem(
        "own-instead",
        f"Column {header!r} is named like {name} but {reason}; it is kept as a column of your own.",
        hint=f"If it is {name} all the same, say so: {header}={name}.",
    )


def _by_content(
    profiles: Sequence[Profile], what: str, settled: set[int], held: set[str]
) -> Iterable[Candidate]:
    """Columns that are told by their cells: addresses, numbers to call, moments of a log, kinds."""
    for i, profile in enumerate(profiles):
        if i in settled:
            continue
        name = _meaning_of_cells(profile, what, held)
        if name and (name not in held or name in CONTACTS):
            held.add(name)
            yield Candidate(i, name, "content", 0)


def _meaning_of_cells(profile: Profile, what: str, held: set[str]) -> str | None:
    if what == "spend":
        name = {ContentType.MOMENT: "occurred_at"}.get(profile.content)
    elif what == "activities":
        name = {ContentType.MOMENT: "occurred_at", ContentType.EMAIL: "email"}.get(profile.content)
    else:
        name = {ContentType.EMAIL: "email", ContentType.PHONE: "phone"}.get(profile.content)
        if name == "phone" and is_no_phone(profile.column.header):
            return None
    if name is None and profile.column.stated is Type.MOMENT and what != "leads":
        return "occurred_at"
    if name is None and what == "activities" and "kind" not in held:
        return "kind" if kinds_share(profile.column.cells) >= 0.5 else None
    return name


def choose(columns: Sequence[ColumnSample], candidates: Sequence[Candidate], what: str) -> Choice:
    """The best column for each attribute. A further address or number is one more of the lead's;
    other columns stay the company's own, and that is said.
    """
    choice = Choice()
    best: dict[str, Candidate] = {}
    beaten: dict[int, list[Candidate]] = {}
    for c in sorted(candidates, key=lambda c: c.order):
        if c.position in choice.by_position:
            choice.others.setdefault(c.position, c.name)
            continue
        winner = best.setdefault(c.name, c)
        if winner is c:
            choice.by_position[c.position] = c
            continue
        if c.how == "you" and winner.how == "you":
            raise CannotDo(
                f"Two columns were said to be {c.name}: {columns[winner.position].header!r} and "
                f"{columns[c.position].header!r}. Choose one."
            )
        beaten.setdefault(c.position, []).append(c)
    for position, lost in beaten.items():
        if position in choice.by_position:
            continue
        choice.problems.append(_second(columns, best[lost[0].name], lost[0], what))
        if what == "leads" and lost[0].name in ADDED:
            choice.added[position] = ADDED[lost[0].name]
        else:
            choice.others.setdefault(position, lost[0].name)
    return choice


def _second(columns: Sequence[ColumnSample], winner: Candidate, c: Candidate, what: str) -> Problem:
    """What became of a column whose attribute another one holds."""
    kept = "the first is taken, the second is kept as a column of your own"
    if what == "leads" and c.name in CONTACTS:
        kept = "all are kept, and the first that can be used speaks for the lead"
    elif what == "leads" and c.name in ANY_OF:
        kept = "a yes in any of them counts"
    elif what == "leads" and c.name in ALL_OF:
        kept = "a no in any of them counts"
    header = columns[c.position].header
    return Problem(
        "second-column",
        f"Columns {columns[winner.position].header!r} and {header!r} both look like {c.name};"
        f" {kept}.",
        hint=f"To turn it round: {header}={c.name}.",
    )
