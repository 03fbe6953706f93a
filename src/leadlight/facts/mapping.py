"""Which column of a file is which attribute, and how that was found out. Pure: it sees headers and
some cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from leadlight.facts.answers import besides, is_of_mailing
from leadlight.facts.catalog import STRUCTURE, Attribute, Type, slug
from leadlight.facts.column_candidates import (
    CONTACTS,
    IGNORE,
    LONGEST_NAME,
    Choice,
    How,
    candidates_of,
    choose,
    targets_of_user,
)
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
    obvious_log,
)
from leadlight.facts.headers import factor_of, looks_like
from leadlight.facts.own_output import OwnOutput, own_output
from leadlight.facts.plausible import (
    Profile,
    affirms,
)
from leadlight.problems import Problem

__all__ = ["ColumnMap", "Mapping", "map_columns"]

#: What a column of states says besides, where no column of its own says it.
_BESIDES: MappingOf[str, tuple[str, ...]] = {
    "crm_status": ("do_not_email", "email_bounced", "converted", "dropped_reason"),
    "crm_stage": ("converted", "dropped_reason"),
    "consent": ("email_bounced",),
}


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


def map_columns(
    columns: Sequence[ColumnSample],
    what: str | None = None,
    maps: MappingOf[str, str] | None = None,
) -> Mapping:
    """Decides which column is which attribute: what the user said, then the header and the cells
    together, then the cells alone, else an own one.
    """
    answer = own_output([c.header for c in columns])
    targets = targets_of_user(columns, maps or {})
    facts, said = _facts_of_file(columns, targets, answer)
    log = obvious_log(facts, said) if what == "leads" else None
    what = what or file_kind(facts, said)
    targets = _without_answer(targets, answer)
    profiles = [Profile(c) for c in columns]
    candidates, problems = candidates_of(profiles, what, targets)
    if targets.get(answer.lead_id or 0) == "lead_id":
        candidates = [c for c in candidates if c.how == "you" or c.name != "lead_id"]
    chosen = choose(columns, candidates, what)
    if what == "activities":
        _suggest_id(columns, chosen)
    columns_made = _columns(profiles, what, targets, chosen)
    problems = [*problems, *chosen.problems, *_no_known_column(what, columns_made)]
    if answer.positions:
        problems.insert(0, answer.problem([c.header for c in columns]))
    system = looks_like([c.header for c in columns]) if what == "leads" else None
    return Mapping(what, tuple(columns_made), system, tuple(problems), log)


def _suggest_id(columns: Sequence[ColumnSample], chosen: Choice) -> None:
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
    profiles: Sequence[Profile], what: str, targets: MappingOf[int, str], chosen: Choice
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
    chosen: Choice,
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


def _own_column(profile: Profile, position: int, name: str, chosen: Choice) -> ColumnMap:
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
