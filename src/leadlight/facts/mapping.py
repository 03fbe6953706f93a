"""Which column of a file is which attribute, and how that was found out. Pure: it sees headers and
some cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from typing import Literal

from leadlight.facts.answers import besides, is_of_mailing
from leadlight.facts.catalog import STRUCTURE, Attribute, Type, slug
from leadlight.facts.content import (
    TYPE_OF,
    ColumnSample,
    ContentType,
    examples_of,
    has_local_times,
)
from leadlight.facts.file_kind import (
    CATALOGS,
    LogColumns,
    file_kind,
    id_of_log,
    kinds_share,
    obvious_log,
)
from leadlight.facts.headers import HeaderHit, factor_of, is_no_phone, looks_like, meanings_of
from leadlight.facts.own_output import OwnOutput, own_output
from leadlight.facts.plausible import (
    ALL_OF,
    ANY_OF,
    Profile,
    affirms,
    contradiction,
    no_value_at_all,
)
from leadlight.facts.vocabulary import key
from leadlight.problems import CannotDo, Problem, did_you_mean

__all__ = ["ColumnMap", "Mapping", "map_columns"]

IGNORE = frozenset({"-", "ignore", "ignored"})
#: Bytes of a name made of a header. With a number behind it, it is still one for PostgreSQL, which
#: cuts names at 63.
LONGEST_NAME = 60
_STRENGTH = {"you": 0, "crm": 1, "synonym": 1, "content": 2}
#: Attributes of which a lead may have several: what further columns hold is kept beside the first.
CONTACTS = {"email": "email", "phone": "phone", "mobile": "phone"}
ADDED = {**CONTACTS, **{name: name for name in ANY_OF | ALL_OF}}
#: What a column of states says besides, where no column of its own says it.
_BESIDES: MappingOf[str, tuple[str, ...]] = {
    "crm_status": ("do_not_email", "email_bounced", "converted", "dropped_reason"),
    "crm_stage": ("converted", "dropped_reason"),
    "consent": ("email_bounced",),
}
How = Literal["you", "crm", "synonym", "content", "own", "apart", "ignored", "derived"]


@dataclass(frozen=True)
class ColumnMap:
    """One column: its header, the attribute it holds (None when ignored), the type, and how that
    was found.

    `examples` are some of its values, of personal ones their shape. `how` is `you` (the user said
    so), `crm` (spelled exactly as a CRM spells it), `synonym`, `content` (what its cells look
    like), `own` (an attribute of the company's own), `apart` (the same under another name, because
    a playbook makes a value of that name), `derived` (it says this besides what it is, as a status
    of `Unsubscribed` says that somebody is not to be mailed) or `ignored`. `order` is the order of
    day and month that the user stated (`dmy`, `mdy`), if any. `adds_to` is set for a further
    address, number or refusal of the lead: the attribute that it is one more of. `instead` is the
    next best reading, where there is one. `of_mailing` is set for a state that speaks of a
    subscription, `is_reason` for a yes/no attribute that any cell but a no affirms: a date or a
    reason. `factor` brings a number to the attribute's own unit. `is_local` is set for times that
    state no zone.
    """

    header: str
    name: str | None
    type: Type
    how: How
    examples: tuple[str, ...] = ()
    position: int = 0
    order: str | None = None
    adds_to: str | None = None
    instead: str | None = None
    of_mailing: bool = False
    is_reason: bool = False
    factor: float = 1
    is_local: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to look at it: it was stated, or header and cells agree on it."""
        if self.how in ("you", "crm", "apart", "ignored"):
            return True
        alone = self.instead is None and self.adds_to is None
        return self.how in ("synonym", "own") and alone


@dataclass(frozen=True)
class Mapping:
    """The columns of a file in their order, what the file holds, and the system whose export it
    looks like. What columns say besides comes last. `log` tells why it looks like a log where the
    user says that it holds leads.
    """

    what: str
    columns: tuple[ColumnMap, ...]
    system: str | None = None
    problems: tuple[Problem, ...] = ()
    log: LogColumns | None = None

    def column(self, name: str) -> ColumnMap | None:
        """The column that holds the attribute."""
        return next((c for c in self.columns if c.name == name), None)

    def header(self, header: str) -> ColumnMap | None:
        """The first column of a header."""
        return next((c for c in self.columns if c.header == header), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes that the file holds, in the order of its columns."""
        return tuple(c.name for c in self.columns if c.name)

    @property
    def own(self) -> tuple[Attribute, ...]:
        """The company's own attributes."""
        known = CATALOGS[self.what]
        return tuple(
            Attribute(c.name, c.type, f"column {c.header!r} of the company's file", own=True)
            for c in self.columns
            if c.name and c.name not in known
        )

    def with_types(self, types: MappingOf[str, Type]) -> Mapping:
        """The same mapping after a look at all rows has settled the types of some of the company's
        own columns.
        """
        return replace(
            self,
            columns=tuple(replace(c, type=types.get(c.name or "", c.type)) for c in self.columns),
        )


@dataclass(frozen=True)
class _Candidate:
    position: int
    name: str
    how: How
    rank: int

    @property
    def order(self) -> tuple[int, int, int]:
        return (_STRENGTH[self.how], self.rank, self.position)


@dataclass
class _Choice:
    """The attribute of each column, and what stood against other readings."""

    by_position: dict[int, _Candidate] = field(default_factory=dict)
    added: dict[int, str] = field(default_factory=dict)  # further addresses, numbers, refusals
    others: dict[int, str] = field(default_factory=dict)  # the next best reading
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {c.name for c in self.by_position.values()}


def map_columns(
    columns: Sequence[ColumnSample],
    what: str | None = None,
    maps: MappingOf[str, str] | None = None,
) -> Mapping:
    """Decides which column is which attribute: what the user said, then the header and the cells
    together, then the cells alone, else an own one.
    """
    answer = own_output([c.header for c in columns])
    targets = _targets_of_user(columns, maps or {})
    facts, said = _facts_of_file(columns, targets, answer)
    log = obvious_log(facts, said) if what == "leads" else None
    what = what or file_kind(facts, said)
    targets = _without_answer(targets, answer)
    profiles = [Profile(c) for c in columns]
    candidates, problems = _candidates(profiles, what, targets)
    if targets.get(answer.lead_id or 0) == "lead_id":
        candidates = [c for c in candidates if c.how == "you" or c.name != "lead_id"]
    chosen = _choose(columns, candidates, what)
    if what == "activities":
        _suggest_id(columns, chosen)
    columns_made = _columns(profiles, what, targets, chosen)
    problems = [*problems, *chosen.problems, *_no_known_column(what, columns_made)]
    if answer.positions:
        problems.insert(0, answer.problem([c.header for c in columns]))
    system = looks_like([c.header for c in columns]) if what == "leads" else None
    return Mapping(what, tuple(columns_made), system, tuple(problems), log)


def _suggest_id(columns: Sequence[ColumnSample], chosen: _Choice) -> None:
    """Of a log without a lead's id or address, the column that may be the id."""
    column = None if chosen.names & {"lead_id", "email"} else id_of_log(columns)
    if column is not None:
        chosen.others[columns.index(column)] = "lead_id"


def _facts_of_file(
    columns: Sequence[ColumnSample], targets: MappingOf[int, str], answer: OwnOutput
) -> tuple[list[ColumnSample], dict[int, str]]:
    """The columns that tell what a file holds, and what the user said of them, by their place."""
    said = {i: target.split(":")[0] for i, target in targets.items()}
    aside = answer.positions - said.keys() | {i for i, name in said.items() if name in IGNORE}
    kept = [i for i in range(len(columns)) if i not in aside]
    return [columns[i] for i in kept], {n: said[i] for n, i in enumerate(kept) if i in said}


def _columns(
    profiles: Sequence[Profile], what: str, targets: MappingOf[int, str], chosen: _Choice
) -> list[ColumnMap]:
    """What each column holds, and what columns of states say besides."""
    found: list[ColumnMap] = []
    taken = set(chosen.names)
    for i, profile in enumerate(profiles):
        column = _column(profile, i, what, targets, chosen, taken)
        taken.add(column.name or "")
        found.append(column)
    return found + _derive_columns(profiles, found) if what == "leads" else found


def _without_answer(targets: MappingOf[int, str], answer: OwnOutput) -> dict[int, str]:
    """What is decided of the columns before they are looked at: of the product's own only the id of
    a lead says what it did, unless the user says otherwise.
    """
    decided = dict.fromkeys(answer.positions, "-")
    if answer.lead_id is not None and "lead_id" not in targets.values():
        decided[answer.lead_id] = "lead_id"
    return {**decided, **targets}


def _column(
    profile: Profile,
    position: int,
    what: str,
    targets: MappingOf[int, str],
    chosen: _Choice,
    taken: set[str],
) -> ColumnMap:
    """What one column holds, after all were looked at."""
    header, catalog = profile.column.header, CATALOGS[what]
    cells = profile.column.cells
    if targets.get(position) in IGNORE:
        return ColumnMap(header, None, Type.TEXT, "ignored", (), position)
    order = targets.get(position, "").partition(":")[2] or None
    choice = chosen.by_position.get(position)
    instead = chosen.others.get(position)
    if choice is None or choice.name not in catalog:
        name = choice.name if choice else _own_name(header, position, taken, catalog)
        own = _own_column(profile, position, name, chosen)
        return replace(own, how=choice.how if choice else "own", order=order)
    a = catalog[choice.name]
    return ColumnMap(
        header,
        a.name,
        a.type,
        choice.how,
        examples_of(cells, personal=not _may_be_shown(a)),
        position,
        order,
        instead=instead,
        is_reason=affirms(profile, a.name),
        factor=factor_of(header, a.name),
        is_local=a.type is Type.MOMENT and has_local_times(cells),
    )


def _own_column(profile: Profile, position: int, name: str, chosen: _Choice) -> ColumnMap:
    """A column of the company's own, which may add to an attribute that another one holds."""
    own_type = profile.column.stated or TYPE_OF.get(profile.content, Type.TEXT)
    adds_to = chosen.added.get(position)
    contact = adds_to in CONTACTS
    personal = contact or profile.content in _PERSONAL
    return ColumnMap(
        profile.column.header,
        name,
        Type.TEXT if contact else own_type,
        "own",
        examples_of(profile.column.cells, personal=personal),
        position,
        None,
        adds_to,
        chosen.others.get(position),
        is_reason=affirms(profile, adds_to or ""),
        is_local=own_type is Type.MOMENT and has_local_times(profile.column.cells),
    )


_PERSONAL = frozenset({ContentType.EMAIL, ContentType.PHONE, ContentType.URL})


def _may_be_shown(attribute: Attribute) -> bool:
    return attribute.form.value in ("plain", "country", "money") and attribute.name != "lead_id"


def _no_known_column(what: str, columns: Sequence[ColumnMap]) -> Iterable[Problem]:
    """What is said of a file of leads of which no column means anything to a rule."""
    if what == "leads" and columns and not any(c.name in CATALOGS[what] for c in columns):
        yield Problem(
            "no-known-column",
            "No column was recognised as a lead's id, e-mail, phone, name or anything else that is"
            " known of a lead.",
            hint=f'Map a column, for example --map "{columns[0].header}=email".',
            level="doubt",
        )


def _derive_columns(profiles: Sequence[Profile], columns: Sequence[ColumnMap]) -> list[ColumnMap]:
    """What columns of states say besides: who is not to be mailed, whose mail came back, who
    bought, and who was dropped.
    """
    catalog, held = CATALOGS["leads"], {c.name for c in columns}
    made: list[ColumnMap] = []
    for column in columns:
        cells = profiles[column.position].cells
        names = _BESIDES.get(column.name or "", ())
        of_mailing = bool(names) and is_of_mailing(column.header, cells)
        for name in names:
            if name in held:
                continue
            if any(besides(c, name, of_mailing=of_mailing) is not None for c in cells):
                held.add(name)
                made.append(
                    ColumnMap(
                        column.header,
                        name,
                        catalog[name].type,
                        "derived",
                        position=column.position,
                        of_mailing=of_mailing,
                    )
                )
    return made


def _targets_of_user(columns: Sequence[ColumnSample], maps: MappingOf[str, str]) -> dict[int, str]:
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


def _candidates(
    profiles: Sequence[Profile], what: str, targets: MappingOf[int, str]
) -> tuple[list[_Candidate], list[Problem]]:
    """What each column may be: by the user, by header where the cells allow it, by cells alone."""
    found: list[_Candidate] = []
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
            found.append(_Candidate(i, targets[i].split(":")[0], "you", 0))
    settled = {c.position for c in found} | set(targets)
    found += _by_content(profiles, what, settled, {c.name for c in found})
    return found, problems


def _by_header(
    position: int, profile: Profile, hits: Sequence[HeaderHit], what: str
) -> tuple[list[_Candidate], list[Problem]]:
    """The meanings of a header that the cells allow; a doubt where they allow none of them."""
    fits: list[_Candidate] = []
    against: list[tuple[str, str]] = []
    for hit in (hit for hit in hits if hit.attribute in CATALOGS[what]):
        reason = _reason_against(profile, hit, what)
        if reason is not None:
            against.append((hit.attribute, reason))
            continue
        how: How = "crm" if hit.how == "crm" else "synonym"
        fits.append(_Candidate(position, hit.attribute, how, hit.rank))
    if fits or not against:
        return fits, []
    name, reason = against[0]
    if name == "region" and _holds_states(profile, what):
        return [_Candidate(position, "crm_status", "content", 0)], []
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
) -> Iterable[_Candidate]:
    """Columns that are told by their cells: addresses, numbers to call, moments of a log, kinds."""
    for i, profile in enumerate(profiles):
        if i in settled:
            continue
        name = _meaning_of_cells(profile, what, held)
        if name and (name not in held or name in CONTACTS):
            held.add(name)
            yield _Candidate(i, name, "content", 0)


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


def _choose(
    columns: Sequence[ColumnSample], candidates: Sequence[_Candidate], what: str
) -> _Choice:
    """The best column for each attribute. A further address or number is one more of the lead's;
    other columns stay the company's own, and that is said.
    """
    choice = _Choice()
    best: dict[str, _Candidate] = {}
    beaten: dict[int, list[_Candidate]] = {}
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


def _second(
    columns: Sequence[ColumnSample], winner: _Candidate, c: _Candidate, what: str
) -> Problem:
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


def _own_name(
    header: str, position: int, taken: set[str], catalog: MappingOf[str, Attribute]
) -> str:
    """A free name for a column of the company's own: its header as words, numbered when that is
    taken.
    """
    words = slug(header)[:LONGEST_NAME].strip("_")
    if not words:
        letters = _within(re.sub(r"\W+", "_", header.strip().casefold()), LONGEST_NAME).strip("_")
        words = letters if letters.isidentifier() else f"column_{position + 1}"
    if words[0].isdigit():
        words = _within(f"c_{words}", LONGEST_NAME)
    name, n = words, 1
    while name in taken or name in catalog or name in STRUCTURE:
        n += 1
        name = f"{words}_{n}"
    return name


def _within(text: str, most: int) -> str:
    """The beginning of a text that takes at most so many bytes."""
    return text.encode()[:most].decode(errors="ignore")
