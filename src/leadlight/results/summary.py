"""A summary: what a qualified base looks like, as plain values that a terminal, a report or a page
can show.

Nothing here computes or draws; an engine fills a `Summary`, and whoever shows it needs nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leadlight.playbook.conditions import Condition
from leadlight.playbook.spec import (
    Match,
    Playbook,
    Points,
    Questions,
    Rank,
    RuleScore,
    Signal,
    Value,
)
from leadlight.problems import plural
from leadlight.results.first_answer import FirstAnswer, LearnedOrder
from leadlight.results.quality import Quality

#: How a lead without a label on a scale is counted, so that the counts of a scale always add up to
#: the leads.
UNLABELLED = "(no label)"
#: How a lead without a source is counted.
NO_SOURCE = "(unknown)"

_SHORT = {
    "information_qualified": "IQL",
    "marketing_qualified": "MQL",
    "product_qualified": "PQL",
    "sales_ready": "SRL",
    "sales_accepted": "SAL",
    "sales_qualified": "SQL",
    "member_service_request": "MSR",
}
_LETTERS = frozenset(
    {"iql", "mql", "pql", "srl", "sal", "sql", "msr", "bant", "b2b", "b2c", "crm", "icp"}
)


def label_text(name: str) -> str:
    """A label as people write it: `sales_qualified` is SQL, `non_target` is non-target, `pql_crm`
    is PQL crm.
    """
    if name in _SHORT:
        return _SHORT[name]
    if name.startswith("non_"):
        return "non-" + label_text(name[4:])
    first, *rest = name.split("_") if name.islower() else [name]
    return " ".join([first.upper() if first in _LETTERS else first, *rest])


def duration(seconds: int | None) -> str:
    """A length of time as a playbook writes it: `15m`, `4h`, `14d`; nothing when there is none."""
    if seconds is None:
        return ""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


#: Labels of a temperature for leads that are neither hot nor cold any more.
DECIDED = ("won", "lost")


def above_the_coldest(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels of a temperature, hottest first, without the coldest and without the decided."""
    return tuple(label for label in labels if label not in DECIDED)[:-1]


@dataclass(frozen=True)
class LabelCount:
    """How many leads carry a label."""

    label: str
    leads: int


@dataclass(frozen=True)
class ScaleSummary:
    """A scale's labels in the order of the ladder, best first, with their leads; labels nobody has
    are kept.
    """

    name: str
    labels: tuple[LabelCount, ...]
    about: str = ""

    def leads(self, label: str) -> int:
        return next((c.leads for c in self.labels if c.label == label), 0)


@dataclass(frozen=True)
class Bin:
    """How many leads have a score from `low` (included) up to `high` (the last bin includes it)."""

    low: float
    high: float
    leads: int


@dataclass(frozen=True)
class ScoreSummary:
    """How a score is spread over the base: its bins, and how many leads have none."""

    name: str
    bins: tuple[Bin, ...]
    lowest: float | None
    average: float | None
    highest: float | None
    unknown: int = 0


@dataclass(frozen=True)
class SegmentSummary:
    """How many leads are in a segment, and how many of them are hot."""

    name: str
    leads: int
    hot: int
    about: str = ""

    @property
    def hot_share(self) -> float:
        return self.hot / self.leads if self.leads else 0.0


@dataclass(frozen=True)
class Overlap:
    """How many leads are in both of two segments."""

    one: str
    other: str
    leads: int


@dataclass(frozen=True)
class SourceSummary:
    """What a source brings: leads, how many are target, empty and hot, and what was spent when
    known.
    """

    source: str
    leads: int
    target: int
    empty: int
    hot: int
    spend: float | None = None

    def share(self, leads: int) -> float:
        return leads / self.leads if self.leads else 0.0

    @property
    def cost_per_hot(self) -> float | None:
        return self.spend / self.hot if self.spend is not None and self.hot else None


@dataclass(frozen=True)
class TopLead:
    """A lead to call: who it is, how good it is, why, and what to do next.

    `phone` and `email` are there for the user's own report; a lead that asked not to be called or
    mailed says so instead.
    """

    lead_id: str
    name: str = ""
    company: str = ""
    job_title: str = ""
    email: str = ""
    phone: str = ""
    source: str = ""
    temperature: str = ""
    stage: str = ""
    labels: tuple[tuple[str, str], ...] = ()  # its other scales: (scale, label)
    scores: tuple[tuple[str, float | None], ...] = ()
    reasons: str = ""
    department: str = ""
    respond_within: int | None = None
    next_step: str = ""
    do_not_call: bool = False
    do_not_email: bool = False
    contact_because: str = ""  # why its contact is in doubt, where the base was verified
    probabilities: tuple[str, ...] = ()  # which of its scores are probabilities

    def score_text(self, score: str, value: float) -> str:
        """A score as people read it: a probability in per cent, points whole."""
        return f"{value:.0%}" if score in self.probabilities else f"{value:,.0f}"

    @property
    def who(self) -> str:
        """The words a salesperson knows the lead by: its name, else its company, else its id."""
        return self.name or self.company or self.lead_id


@dataclass(frozen=True)
class CallObstacles:
    """How many hot leads cannot be called although that is their next step: who said no, and who
    has no number.
    """

    objected: int = 0
    without_number: int = 0


@dataclass(frozen=True)
class RouteSummary:
    """How many leads go to a department, how fast each should be answered (seconds) and what comes
    next.
    """

    department: str
    within: int | None
    next_step: str
    leads: int


@dataclass(frozen=True)
class Unknown:
    """An attribute that the playbook names but the base does not have, and the rules that
    miss it.
    """

    name: str
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputCount:
    """What was read of one input: rows = usable + rejected."""

    what: str
    rows: int
    usable: int
    rejected: int = 0
    duplicates: int = 0


@dataclass(frozen=True)
class KindCount:
    """How many activities of a kind that no rule uses there are."""

    kind: str
    activities: int


@dataclass(frozen=True)
class Summary:
    """A qualified base at a moment, in numbers, and whom to call."""

    as_of: datetime
    playbook: str
    fingerprint: str
    leads: int
    scales: tuple[ScaleSummary, ...] = ()
    scores: tuple[ScoreSummary, ...] = ()
    segments: tuple[SegmentSummary, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    sources: tuple[SourceSummary, ...] = ()
    sources_left: int = 0  # further sources that are not listed, because they bring least
    source_attribute: str = (
        ""  # which attribute the sources were read from; empty when the base has none
    )
    top: tuple[TopLead, ...] = ()  # the best leads, whatever their next step
    calls: tuple[TopLead, ...] = ()  # the best whose next step is a call, and who can be called
    not_called: CallObstacles = CallObstacles()
    callable: int = 0  # how many leads the best were chosen from
    customers: int = 0  # customers are kept out of both lists
    no_contacts: bool = (
        False  # the base has no column for e-mail or phone: who can be reached is not known
    )
    routes: tuple[RouteSummary, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    read: tuple[InputCount, ...] = ()
    unused_kinds: tuple[KindCount, ...] = ()
    currency: str = ""  # of what was spent
    quality: Quality | None = None  # of its contacts, where the base was verified
    models: tuple[str, ...] = ()  # how old each learned model is, a sentence each
    decided: int = (
        0  # leads whose outcome is known already, where the page is the verdict of what they taught
    )
    standing: str = ""  # which version of the workspace's playbook it is: v3, unpublished
    rests_on: FirstAnswer | LearnedOrder | None = None  # on what the order of the leads rests

    def scale(self, name: str) -> ScaleSummary | None:
        return next((s for s in self.scales if s.name == name), None)

    def count(self, scale: str, label: str) -> int:
        """How many leads carry a label; none when there is no such scale."""
        found = self.scale(scale)
        return found.leads(label) if found else 0

    @property
    def warmer(self) -> tuple[str, ...]:
        """The labels of temperature above the coldest, hottest first: those a salesperson would
        call.
        """
        scale = self.scale("temperature")
        labels = [c.label for c in scale.labels if c.label != UNLABELLED] if scale else []
        return above_the_coldest(labels)

    @property
    def is_untold(self) -> bool:
        """Whether no lead is above the coldest but those that nothing tells apart."""
        return {label for label in self.warmer if self.count("temperature", label)} == {_UNTOLD}

    @property
    def to_call(self) -> list[TopLead]:
        """The leads to call without the coldest, who are nobody to call, and those that asked not
        to be called.
        """
        above = self.warmer
        return [
            t for t in self.calls if not t.do_not_call and (not above or t.temperature in above)
        ]

    @property
    def hottest(self) -> list[TopLead]:
        """The best leads without the coldest, and without those who may be neither called nor
        mailed.
        """
        above = self.warmer
        return [
            t
            for t in self.top
            if not (t.do_not_call and t.do_not_email) and (not above or t.temperature in above)
        ]

    @property
    def example(self) -> TopLead | None:
        """The lead to explain to a reader who asks why: the first to call, else the first of
        all.
        """
        return next(iter(self.to_call or self.hottest or self.top), None)

    @property
    def empty(self) -> int:
        return self.count("contact", "empty")

    @property
    def non_target(self) -> int:
        return self.count("audience", "non_target")


#: Labels that are no news where nobody has them.
_UNTOLD = "not_told_apart"
_ONLY_IF_ANY = (UNLABELLED, _UNTOLD, *DECIDED)


def headline(summary: Summary) -> str:
    """The base in one sentence: `12,430 leads: 240 hot, 1,890 warm, 10,300 cold; 310 cannot be
    reached.`
    """
    leads = plural(summary.leads, "lead", "leads")
    ladder = summary.scale("temperature") or next(iter(summary.scales), None)
    if ladder and summary.leads:
        leads += ": " + ", ".join(
            f"{c.leads:,} {label_text(c.label)}"
            for c in ladder.labels
            if c.leads or c.label not in _ONLY_IF_ANY
        )
    asides = []
    if summary.no_contacts:
        asides.append("none has contact details")
    elif summary.empty:
        asides.append(f"{summary.empty:,} cannot be reached")
    if summary.non_target:
        asides.append(f"{summary.non_target:,} outside the target audience")
    return "; ".join([leads, *asides]) + "."


def nobody_to_call(summary: Summary) -> str:
    """Why there is nobody to call, in a sentence."""
    above = summary.warmer
    who = " or ".join(label_text(label) for label in reversed(above) if label != _UNTOLD)
    if not who:
        return "Nobody: no lead of this base can be reached."
    if summary.is_untold:
        return "Nothing tells these leads apart, and none of them can be called."
    if any(summary.count("temperature", label) for label in above):
        return " ".join(
            [f"Nobody who is {who} can be called.", uncallable_hot_leads(summary)]
        ).strip()
    nobody = f"Nobody is {who} as of this moment"
    if summary.models:  # its probability is a score beside the scale, which need not ask it
        return f"{nobody} by the scale temperature; sort the list by the model's probability."
    return f"{nobody}."


def uncallable_hot_leads(summary: Summary) -> str:
    """How many hot leads cannot be called, why, and what to do; nothing where there are none."""
    objected, without = summary.not_called.objected, summary.not_called.without_number
    parts = []
    if without:
        parts.append(
            f"{plural(without, 'has', 'have')} no number that works: write, or look for one"
        )
    if objected:
        parts.append(f"{objected:,} asked not to be called: write where that is allowed")
    if not parts:
        return ""
    leads = plural(objected + without, "hot lead", "hot leads")
    return f"{leads} to call cannot be called: {'; '.join(parts)}."


def rule_kinds(playbook: Playbook) -> frozenset[str]:
    """Every kind of activity that a rule names; other kinds in a log count for nothing but
    `any`.
    """
    matches: list[Match | None] = []
    for signal in playbook.signals:
        if isinstance(signal, Points):
            matches += [r.match for r in signal.rules]
        else:
            matches.append(getattr(signal, "match", None))
    return frozenset(kind for match in matches if match for kind in match.kinds)


def names_missing(
    playbook: Playbook, present: frozenset[str], standard: Mapping[str, object]
) -> tuple[Unknown, ...]:
    """The attributes that the playbook's conditions name and the base does not hold, with the rules
    that do.

    `present` are the attributes at hand, `standard` every attribute there could be; other names are
    signals, scores or activity columns and no attribute at all.
    """
    used: dict[str, list[str]] = {}
    made = {n.name for n in (*playbook.signals, *playbook.scores, *playbook.scales)}
    for where, condition in _conditions(playbook):
        for name in condition.names if condition else ():
            if name in standard and name not in present and name not in made:
                used.setdefault(name, []).append(where)
    return tuple(Unknown(name, tuple(dict.fromkeys(rules))) for name, rules in sorted(used.items()))


def _conditions(playbook: Playbook) -> Iterator[tuple[str, Condition | None]]:
    """Each condition on leads, after the name of the rule it is of."""
    for signal in playbook.signals:
        yield from _conditions_of_signal(signal)
    for score in playbook.scores:
        for rule in score.rules if isinstance(score, RuleScore) else ():
            yield f"{score.name}.{rule.id}", rule.when
    for scale in playbook.scales:
        yield from ((f"{scale.name}.{label.name}", label.when) for label in scale.labels)
    yield from ((segment.name, segment.when) for segment in playbook.segments)
    yield from ((f"route to {route.to}", route.when) for route in playbook.routes)


def _conditions_of_signal(signal: Signal) -> Iterator[tuple[str, Condition | None]]:
    if isinstance(signal, Value):
        yield signal.name, signal.expression
    elif isinstance(signal, Rank):
        yield signal.name, signal.of
        yield signal.name, signal.among
    elif isinstance(signal, Questions):
        for question in signal.questions:
            yield f"{signal.name}.{question.id}", question.yes
            yield f"{signal.name}.{question.id}", question.no
