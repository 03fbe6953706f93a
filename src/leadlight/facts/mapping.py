"""Which column of a file is which attribute, and how that was found out. Pure: it sees headers and
some cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from leadlight.facts.catalog import STRUCTURE, Attribute, Type, slug
from leadlight.facts.content import (
    TYPE_OF,
    ColumnSample,
    ContentType,
    content_type,
    example_of,
    fit,
)
from leadlight.facts.file_kind import CATALOGS, file_kind, kinds_share
from leadlight.facts.headers import HeaderHit, looks_like, read_headers
from leadlight.facts.vocabulary import key
from leadlight.problems import CannotDo, Problem, did_you_mean

__all__ = ["ColumnMap", "Mapping", "map_columns"]

IGNORE = frozenset({"-", "ignore", "ignored"})
#: Bytes of a name made of a header. With a number behind it, it is still one for PostgreSQL, which
#: cuts names at 63.
LONGEST_NAME = 60
_STRENGTH = {"you": 0, "crm": 1, "synonym": 1, "content": 2}


@dataclass(frozen=True)
class ColumnMap:
    """One column: its header, the attribute it holds (None when ignored), the type, and how that
    was found.

    `how` is `you` (the user said so), `crm` (spelled exactly as a CRM spells it), `synonym`,
    `content` (what its cells look like), `own` (an attribute of the company's own) or `ignored`.
    `order` is the order of day and month that the user stated (`dmy`, `mdy`), if any.
    """

    header: str
    name: str | None
    type: Type
    how: str
    example: str | None = None
    position: int = 0
    order: str | None = None


@dataclass(frozen=True)
class Mapping:
    """The columns of a file in their order, what the file holds, and the system whose export it
    looks like.
    """

    what: str
    columns: tuple[ColumnMap, ...]
    system: str | None = None
    problems: tuple[Problem, ...] = ()

    def column(self, name: str) -> ColumnMap | None:
        """The column that holds the attribute."""
        return next((c for c in self.columns if c.name == name), None)

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
    how: str
    rank: int

    @property
    def order(self) -> tuple[int, int, int]:
        return (_STRENGTH[self.how], self.rank, self.position)


def map_columns(
    columns: Sequence[ColumnSample],
    what: str | None = None,
    maps: MappingOf[str, str] | None = None,
) -> Mapping:
    """Decides which column is which attribute: what the user said, then the header, then the cells,
    else an own one.
    """
    said = _targets(columns, maps or {})
    what = what or file_kind(columns, {v.split(":")[0] for v in said.values()})
    looks = [content_type(c.cells) if c.stated is None else ContentType.TEXT for c in columns]
    candidates, problems = _candidates(columns, looks, what, said)
    chosen, more = _choose(columns, candidates, what)
    taken = {c.name for c in chosen.values()}
    made = [
        _column_map(i, column, looks[i], what, said.get(i), chosen.get(i), taken)
        for i, column in enumerate(columns)
    ]
    system = looks_like([c.header for c in columns]) if what == "leads" else None
    return Mapping(what, tuple(made), system, (*problems, *more, *_nothing_known(what, made)))


def _column_map(
    position: int,
    column: ColumnSample,
    look: ContentType,
    what: str,
    target: str | None,
    chosen: _Candidate | None,
    taken: set[str],
) -> ColumnMap:
    """What one column holds; a name of the company's own made for it is added to `taken`."""
    catalog = CATALOGS[what]
    if target in IGNORE:
        return ColumnMap(column.header, None, Type.TEXT, "ignored", None, position)
    order = (target or "").partition(":")[2] or None
    example = example_of(column.cells, look)
    if chosen is not None and chosen.name in catalog:
        attribute = catalog[chosen.name]
        shown = example if _may_show(attribute) else None
        return ColumnMap(
            column.header, attribute.name, attribute.type, chosen.how, shown, position, order
        )
    name = chosen.name if chosen else _own_name(column.header, position, taken, catalog)
    taken.add(name)
    own_type = column.stated or TYPE_OF.get(look, Type.TEXT)
    how = chosen.how if chosen else "own"
    return ColumnMap(column.header, name, own_type, how, example, position, order)


def _may_show(attribute: Attribute) -> bool:
    """Whether a cell of it can stand beside its header: it says nothing of a person."""
    return attribute.form.value in ("plain", "country", "money") and attribute.name != "lead_id"


def _nothing_known(what: str, columns: Sequence[ColumnMap]) -> Iterable[Problem]:
    """What is said of a file of leads of which no column means anything to a rule."""
    if what == "leads" and columns and not any(c.name in CATALOGS[what] for c in columns):
        yield Problem(
            "no-known-column",
            "No column was recognised as a lead's id, e-mail, phone, name or anything else that is"
            " known of a lead.",
            hint=f'Map a column, for example --map "{columns[0].header}=email".',
            level="doubt",
        )


def _targets(columns: Sequence[ColumnSample], maps: MappingOf[str, str]) -> dict[int, str]:
    """What the user said, by position of the column: an attribute (with `:dmy` or `:mdy`), or that
    it is ignored.
    """
    exact: dict[str, int] = {}
    by_key: dict[str, int] = {}
    for i, column in enumerate(columns):
        exact.setdefault(column.header, i)
        by_key.setdefault(key(column.header) or column.header.strip(), i)
    said: dict[int, str] = {}
    for header, target in maps.items():
        i = exact.get(header, by_key.get(key(header) or header.strip(), -1))
        if i < 0:
            hint = did_you_mean(header, [c.header for c in columns]) or (
                "The file has: " + ", ".join(repr(c.header[:40]) for c in columns[:12]) + "."
            )
            raise CannotDo(f"There is no column {header!r} in the file. {hint}")
        said[i] = _target(header, target)
    return said


def _target(header: str, target: str) -> str:
    """What a column is to become, as the user wrote it: `email`, `created_at:dmy`, `-`."""
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
    columns: Sequence[ColumnSample],
    looks: Sequence[ContentType],
    what: str,
    said: MappingOf[int, str],
) -> tuple[list[_Candidate], list[Problem]]:
    found: list[_Candidate] = []
    problems: list[Problem] = []
    hits = read_headers([c.header for c in columns], what)
    for i, (column, hit) in enumerate(zip(columns, hits, strict=True)):
        if i in said:
            if said[i] not in IGNORE:
                found.append(_Candidate(i, said[i].split(":")[0], "you", 0))
            continue
        candidate = _by_header(i, column, hit, looks[i], what)
        if candidate is not None and not _holds_it(column, candidate, what):
            problems.append(_kept_as_own(column, candidate, what))
        elif candidate is not None:
            found.append(candidate)
    named = {c.position for c in found} | set(said)
    held = {c.name for c in found}
    found += _by_content(columns, looks, what, named, held)
    return found, problems


def _by_header(
    position: int, column: ColumnSample, hit: HeaderHit | None, look: ContentType, what: str
) -> _Candidate | None:
    """What a column's header says it holds."""
    if hit is None or hit.attribute not in CATALOGS[what]:
        return None
    name, how, rank = hit
    no_name = look in (ContentType.WHOLE, ContentType.NUMBER, ContentType.EMAIL)
    candidate = _Candidate(position, name, how, rank)
    if name == "full_name" and rank > 0 and no_name and _holds_it(column, candidate, what):
        return None
    return candidate


def _holds_it(column: ColumnSample, candidate: _Candidate, what: str) -> bool:
    """Whether the cells could be what the header says; few cells, and the attribute's own name, are
    believed.
    """
    given = sum(1 for c in column.cells if c.strip())
    if column.stated is not None or given < 5 or key(column.header) == key(candidate.name):
        return True
    return fit(column.cells, CATALOGS[what][candidate.name].type, candidate.name) >= 0.5


def _kept_as_own(column: ColumnSample, candidate: _Candidate, what: str) -> Problem:
    name, wanted = candidate.name, CATALOGS[what][candidate.name].type
    return Problem(
        "own-instead",
        f"Column {column.header!r} is named like {name} but does not hold"
        f" {_TYPE_WORDS[wanted]}; it is kept as a column of your own.",
        hint=f"If it is {name} all the same, say so: {column.header}={name}.",
    )


def _by_content(
    columns: Sequence[ColumnSample],
    looks: Sequence[ContentType],
    what: str,
    named: set[int],
    held: set[str],
) -> Iterable[_Candidate]:
    """What columns without a telling header hold, as far as their cells say it."""
    for i, column in enumerate(columns):
        if i in named:
            continue
        name = _name_by_content(column, looks[i], what)
        if name is None and what == "activities" and "kind" not in held:
            name = "kind" if kinds_share(column.cells) >= 0.5 else None
        if name and name not in held:
            held.add(name)
            yield _Candidate(i, name, "content", 0)


def _name_by_content(column: ColumnSample, look: ContentType, what: str) -> str | None:
    if what != "leads" and (look is ContentType.MOMENT or column.stated is Type.MOMENT):
        return "occurred_at"
    if what != "spend" and look is ContentType.EMAIL:
        return "email"
    return "phone" if what == "leads" and look is ContentType.PHONE else None


def _choose(
    columns: Sequence[ColumnSample], candidates: Sequence[_Candidate], what: str
) -> tuple[dict[int, _Candidate], list[Problem]]:
    """The best column for each attribute; the others stay the company's own, and that is said."""
    best: dict[str, _Candidate] = {}
    problems: list[Problem] = []
    for c in sorted(candidates, key=lambda c: c.order):
        winner = best.setdefault(c.name, c)
        if winner is c:
            continue
        if c.how == "you" and winner.how == "you":
            raise CannotDo(
                f"Two columns were said to be {c.name}: {columns[winner.position].header!r} and "
                f"{columns[c.position].header!r}. Choose one."
            )
        problems.append(
            Problem(
                "second-column",
                f"Columns {columns[winner.position].header!r} and {columns[c.position].header!r}"
                f" both look like {c.name}; the first is taken, the second is kept as a column of"
                " your own.",
                hint=f"To use the other one: {columns[c.position].header}={c.name}.",
            )
        )
    return {c.position: c for c in best.values()}, problems


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


_TYPE_WORDS = {
    Type.MOMENT: "dates",
    Type.YES_NO: "yes or no",
    Type.WHOLE: "numbers",
    Type.NUMBER: "numbers",
    Type.TEXT: "text",
}
