"""Which column of a file is which attribute, and how that was found out. Pure: it sees headers and
some cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from leadlight.facts.catalog import STRUCTURE, Attribute, Type, slug
from leadlight.facts.content import TYPE_OF, Column, Look, example_of, fit, look
from leadlight.facts.headers import looks_like, read_headers
from leadlight.facts.vocabulary import key
from leadlight.facts.what import CATALOGS, kinds_share, what_is_it
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
    columns: Sequence[Column], what: str | None = None, maps: MappingOf[str, str] | None = None
) -> Mapping:
    """Decides which column is which attribute: what the user said, then the header, then the cells,
    else an own one.
    """
    said = _said(columns, maps or {})
    what = what or what_is_it(columns, {v.split(":")[0] for v in said.values()})
    catalog = CATALOGS[what]
    looks = [look(c.cells) if c.stated is None else Look.TEXT for c in columns]
    candidates, problems = _candidates(columns, looks, what, said)
    chosen, more = _choose(columns, candidates, what)
    taken = {c.name for c in chosen.values()}
    maps_made = []
    for i, column in enumerate(columns):
        order = said[i].partition(":")[2] or None if i in said else None
        example = example_of(column.cells, looks[i])
        if i in said and said[i] in IGNORE:
            maps_made.append(ColumnMap(column.header, None, Type.TEXT, "ignored", None, i))
            continue
        if i in chosen and chosen[i].name in catalog:
            a = catalog[chosen[i].name]
            shown = (
                example
                if a.form.value in ("plain", "country", "money") and a.name != "lead_id"
                else None
            )
            maps_made.append(
                ColumnMap(column.header, a.name, a.type, chosen[i].how, shown, i, order)
            )
            continue
        name = chosen[i].name if i in chosen else _own_name(column.header, i, taken, catalog)
        taken.add(name)
        how = chosen[i].how if i in chosen else "own"
        own_type = column.stated or TYPE_OF.get(looks[i], Type.TEXT)
        maps_made.append(ColumnMap(column.header, name, own_type, how, example, i, order))
    system = looks_like([c.header for c in columns]) if what == "leads" else None
    return Mapping(
        what, tuple(maps_made), system, (*problems, *more, *_nothing_known(what, maps_made))
    )


def _nothing_known(what: str, columns: Sequence[ColumnMap]) -> Iterable[Problem]:
    """What is said of a file of leads of which no column means anything to a rule."""
    if what == "leads" and columns and not any(c.name in CATALOGS[what] for c in columns):
        yield Problem(
            "no-known-column",
            "No column was recognised as a lead's id, e-mail, phone, name or anything else that is"
            " known of a lead.",
            hint=f'Say what a column is, for example --map "{columns[0].header}=email".',
            level="doubt",
        )


def _said(columns: Sequence[Column], maps: MappingOf[str, str]) -> dict[int, str]:
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
        name, _, order = target.strip().partition(":")
        if name.strip().lower() in IGNORE:
            said[i] = "-"
            continue
        if not slug(name):
            raise CannotDo(
                f"Column {header!r} cannot become {target!r}: a name of letters and digits is"
                " needed."
            )
        if slug(name) in STRUCTURE:
            raise CannotDo(
                f"Column {header!r} cannot become {target!r}: the tables of leads and activities"
                " have a column of that name for themselves."
            )
        if len(slug(name)) > LONGEST_NAME:
            raise CannotDo(
                f"Column {header!r} cannot become {target!r}: a name has at most {LONGEST_NAME}"
                " letters."
            )
        if order and order not in ("dmy", "mdy"):
            raise CannotDo(
                f"{target!r}: after the colon stands dmy or mdy, the order of day, month and year."
            )
        said[i] = f"{slug(name)}:{order}" if order else slug(name)
    return said


def _candidates(
    columns: Sequence[Column], looks: Sequence[Look], what: str, said: MappingOf[int, str]
) -> tuple[list[_Candidate], list[Problem]]:
    catalog, found, problems = CATALOGS[what], [], []
    hits = read_headers([c.header for c in columns], what)
    for i, (column, hit) in enumerate(zip(columns, hits, strict=True)):
        if i in said:
            if said[i] not in IGNORE:
                found.append(_Candidate(i, said[i].split(":")[0], "you", 0))
            continue
        if hit is None or hit.attribute not in catalog:
            continue
        name, how, rank = hit
        wanted = catalog[name].type
        given = sum(1 for c in column.cells if c.strip())
        unfit = column.stated is None and given >= 5 and fit(column.cells, wanted, name) < 0.5
        if unfit and key(column.header) != key(name):
            problems.append(
                Problem(
                    "own-instead",
                    f"Column {column.header!r} is named like {name} but does not hold"
                    f" {_TYPE_WORDS[wanted]}; it is kept as a column of your own.",
                    hint=f"If it is {name} all the same, say so: {column.header}={name}.",
                )
            )
            continue
        if name == "full_name" and rank > 0 and looks[i] in (Look.WHOLE, Look.NUMBER, Look.EMAIL):
            continue
        found.append(_Candidate(i, name, how, rank))
    named = {c.position for c in found} | set(said)
    held = {c.name for c in found}
    found += _by_content(columns, looks, what, named, held)
    return found, problems


def _by_content(
    columns: Sequence[Column], looks: Sequence[Look], what: str, named: set[int], held: set[str]
) -> Iterable[_Candidate]:
    wanted = (
        {Look.EMAIL: "email", Look.PHONE: "phone"} if what == "leads" else {Look.EMAIL: "email"}
    )
    if what == "spend":
        wanted = {}
    if what != "leads":
        wanted[Look.MOMENT] = "occurred_at"
    for i, column in enumerate(columns):
        if i in named:
            continue
        name = wanted.get(looks[i])
        if name is None and column.stated is Type.MOMENT and what != "leads":
            name = "occurred_at"
        if (
            name is None
            and what == "activities"
            and "kind" not in held
            and kinds_share(column.cells) >= 0.5
        ):
            name = "kind"
        if name and name not in held:
            held.add(name)
            yield _Candidate(i, name, "content", 0)


def _choose(
    columns: Sequence[Column], candidates: Sequence[_Candidate], what: str
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
                hint=f"To turn it round: {columns[c.position].header}={c.name}.",
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
