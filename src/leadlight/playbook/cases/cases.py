"""A playbook's own cases: leads that people made up, and what the playbook should say of them.

    leadlight-tests: 1
    cases:
      A director who asked for a demo yesterday is hot:
        lead: {job_title: Director, email: ada@acme.example}
        did:
          - demo_requested yesterday
          - page_viewed 3d ago, url=/pricing
        expect: {temperature: hot, engagement: at least 30}
        then:
          - after: 90d
            expect: {temperature: cold}

Text in, cases and problems out: nothing here looks at a clock or a file.  A case is read against
its playbook, so that a label or an attribute that does not exist is a fault with its line, and not
a case that can never fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from leadlight.facts.catalog import ACTIVITY_COLUMNS, STRUCTURE, Attribute, Catalog, Type, slug
from leadlight.playbook.cases.activity_text import TypedActivity, length, moment
from leadlight.playbook.cases.expectations import Expectation
from leadlight.playbook.cases.expected_values import ExpectationReader
from leadlight.playbook.cases.facts import FactsReader
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import Playbook
from leadlight.problems import Problem

VERSION = "leadlight-tests"
FILE_KEYS = (VERSION, "about", "as_of", "own", "lead", "cases")
CASE_KEYS = ("as_of", "lead", "did", "expect", "then")
STEP_KEYS = ("after", "lead", "did", "expect")
#: When a case happens if nobody says: the same moment on every day it is run, a Monday at noon.
USUAL_MOMENT = datetime(2026, 1, 5, 12)
#: A file of more cases is written by a program, and belongs to a base of leads.
MOST_CASES = 2_000


@dataclass(frozen=True)
class CaseStep:
    """A lead at one moment of a case: all that is known of it by then, all it did, and what is
    expected of it.
    """

    at: datetime
    lead: Mapping[str, object]
    did: tuple[TypedActivity, ...]
    expect: tuple[Expectation, ...]
    line: int


@dataclass(frozen=True)
class Case:
    """A lead that somebody made up, at one moment or at several, one after the other."""

    name: str
    file: str
    line: int
    steps: tuple[CaseStep, ...]


@dataclass(frozen=True)
class Cases:
    """What a file holds: its cases, and the catalog with the company's own columns that it
    declares.
    """

    cases: tuple[Case, ...]
    catalog: Catalog = field(default_factory=Catalog)


def catalog_of(text: str, file: str, catalog: Catalog) -> Catalog:
    """The catalog with the columns that a case file declares under `own`, so that its playbook can
    be read with them.
    """
    root, _ = read_nodes(text, file)
    return catalog if root is None else _with_own(Reader(file, []), root, catalog)


def read_cases(
    text: str, file: str, book: Playbook, catalog: Catalog | None = None
) -> tuple[Cases, list[Problem]]:
    """The cases a text holds, read against the playbook's names; with a fault among the problems
    nothing should be run.
    """
    catalog = catalog or Catalog()
    root, problems = read_nodes(text, file)
    if root is None:
        return Cases((), catalog), [_with_hint(p, text) for p in problems]
    r = Reader(file, problems)
    if root.pairs is None:
        r.fault("wrong-shape", "A file of cases is a mapping with `cases`.", root, BEGIN)
        return Cases((), catalog), problems
    r.keys(root, FILE_KEYS)
    version = root.get(VERSION)
    if version is not None and version.text != "1":
        r.fault(
            "unknown-version",
            f"These cases are written for format {version.text}; this leadlight reads format 1.",
            version,
            f"Write `{VERSION}: 1`, or install a newer leadlight.",
        )
    catalog = _with_own(r, root, catalog)
    reading = _CaseReader(r, book, catalog)
    usual = reading.moment(root.get("as_of"), USUAL_MOMENT)
    everyone = reading.facts.lead(root.get("lead"), usual)
    return Cases(tuple(_cases(r, reading, root, usual, everyone)), catalog), sorted(
        problems, key=_line
    )


BEGIN = "`leadlight test --begin` writes a file to start from."


def _cases(
    r: Reader, reading: _CaseReader, root: Node, usual: datetime, everyone: Mapping[str, object]
) -> list[Case]:
    section = root.get("cases")
    if section is None or section.pairs is None or not section.pairs:
        r.fault(
            "no-cases",
            "There is no case here: `cases` is a mapping of a sentence to its case.",
            section or root,
            BEGIN,
        )
        return []
    if len(section.pairs) > MOST_CASES:
        r.fault(
            "wrong-shape",
            f"A file takes {MOST_CASES:,} cases; this has {len(section.pairs):,}.",
            section,
        )
        return []
    return [
        reading.case(key, key_node, node, usual, everyone)
        for key, key_node, node in section.entries()
    ]


class _CaseReader:
    """Reads cases against one playbook and catalog."""

    def __init__(self, r: Reader, book: Playbook, catalog: Catalog) -> None:
        self.r = r
        self.facts = FactsReader(r, book, catalog)
        self.expected = ExpectationReader(r, book, catalog)

    def moment(self, node: Node | None, usual: datetime) -> datetime:
        """A moment that is written as a date."""
        if node is None:
            return usual
        found = moment(node.text or "", usual)
        if found is None:
            self.r.fault(
                "not-a-moment",
                f"{node.text or 'nothing'!r} is no moment.",
                node,
                "Write 2026-11-01 or 2026-11-01 14:30.",
            )
        return found or usual

    def case(
        self, name: str, key_node: Node, node: Node, usual: datetime, everyone: Mapping[str, object]
    ) -> Case:
        """One case; its steps know all that came before them."""
        at = self.moment(node.get("as_of"), usual)
        if node.pairs is None:
            self.r.fault(
                "wrong-shape",
                "A case says what the lead is, what it did and what is expected.",
                key_node,
                "Write lead:, did: and expect: below it, each a little further to the right.",
            )
            return Case(name, self.r.file, key_node.line, ())
        self.r.keys(node, CASE_KEYS)
        steps = [self._step(node, at, everyone, (), key_node)]
        then = node.get("then")
        for item in () if then is None else (then.items if then.items is not None else (then,)):
            self.r.keys(item, STEP_KEYS)
            at = self._later(item, at)
            steps.append(self._step(item, at, steps[-1].lead, steps[-1].did, item))
        if not any(step.expect for step in steps) and node.get("expect") is None:
            self.r.fault(
                "missing-key",
                f"The case {name!r} expects nothing.",
                key_node,
                "Add expect: {temperature: hot}, say.",
            )
        return Case(name, self.r.file, key_node.line, tuple(steps))

    def _step(
        self,
        node: Node,
        at: datetime,
        lead: Mapping[str, object],
        did: tuple[TypedActivity, ...],
        place: Node,
    ) -> CaseStep:
        return CaseStep(
            at,
            {**lead, **self.facts.lead(node.get("lead"), at)},
            (*did, *self.facts.did(node.get("did"), at)),
            self.expected.of(node.get("expect")),
            place.line,
        )

    def _later(self, item: Node, at: datetime) -> datetime:
        after = item.get("after")
        if after is None:
            self.r.fault(
                "missing-key",
                "This step does not say how much later it is.",
                item,
                "Add `after: 30d`.",
            )
            return at
        found = length(after.text or "")
        if found is None:
            self.r.fault(
                "not-a-duration",
                f"after takes a duration, not {(after.text or 'nothing')!r}.",
                after,
                "Write 4h, 30d or 6w.",
            )
            return at
        try:
            return at + found
        except OverflowError:
            self.r.fault("not-a-duration", "That is after the end of the calendar.", after)
            return at


def _with_own(r: Reader, root: Node, catalog: Catalog) -> Catalog:
    """The catalog with the company's own columns: `own: {seats: whole}` of leads, and of activities
    under `activities`.
    """
    section = root.get("own")
    lead: list[Attribute] = []
    activity: list[Attribute] = []
    for key, key_node, node in r.mapping(section, "own"):
        if key == "activities" and node.pairs is not None:
            activity += [
                a
                for k, kn, n in node.entries()
                if (a := _own(r, k, kn, n)) and k not in ACTIVITY_COLUMNS
            ]
        elif found := _own(r, key, key_node, node):
            lead.append(found)
    return catalog.with_own(lead, activity)


def _own(r: Reader, key: str, key_node: Node, node: Node) -> Attribute | None:
    said = slug(node.text or "")
    if said not in (*Type, "date"):
        r.fault(
            "unknown-type",
            f"{key} is {node.text or 'nothing'!r}, which is no type.",
            node,
            f"There are {', '.join(Type)}.",
        )
        return None
    if slug(key) != key.lower():
        r.name(key, key_node, "column")
        return None
    if slug(key) in STRUCTURE:
        r.fault("name-taken", f"No column is called {key!r}.", key_node, "Call it something else.")
        return None
    return Attribute(slug(key), Type.MOMENT if said == "date" else Type(said), own=True)


def _with_hint(problem: Problem, text: str) -> Problem:
    """YAML reads `>` at the beginning of a value as a folded text: what the fault means is told."""
    line = problem.place.line if problem.place else None
    if problem.code == "empty-playbook":
        return Problem("no-cases", "The file of cases is empty.", problem.place, BEGIN)
    lines = text.splitlines()
    # The parser may notice it a line later.
    near = " ".join(lines[max(0, line - 2) : line]) if line else ""
    if problem.code == "not-yaml" and any(
        f": {sign}" in near for sign in (">", "!", "*", "&", "%", "@", "`")
    ):
        hint = "Write `at least 30` instead of >= 30, or put the value in quotes."
        return Problem(problem.code, problem.message, problem.place, hint)
    if problem.code == "not-yaml" and near.count(": ") > 1:
        hint = 'A sentence with a colon in it needs quotes: "At the fair: a visitor is warm":'
        return Problem(problem.code, problem.message, problem.place, hint)
    return problem


def _line(problem: Problem) -> tuple[int, int]:
    return (problem.place.line or 0, problem.place.column or 0) if problem.place else (0, 0)
