"""The playbook as a frozen specification: what marketing and sales agreed, read and checked,
without any dialect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from leadlight.playbook.conditions import Condition
from leadlight.playbook.model import Model


@dataclass(frozen=True)
class Match:
    """Which activities a rule means: of these kinds (any when empty), where `when` holds, younger
    than `within` seconds.

    With `before` only those that are at least so many seconds old: what lay before a window.
    """

    kinds: tuple[str, ...] = ()
    when: Condition | None = None
    within: int | None = None
    once_per: str | None = None  # an activity column or "day": only the newest of each counts
    before: int | None = None


@dataclass(frozen=True)
class VerifyRules:
    """What the rules of verification mean in a playbook: of one contact point, or of a `lead`.

    `meanings` has each rule that speaks, with what it makes of the contact point (`unreachable`,
    `risky`, `unknown`), or of a lead how much it weighs; rules that are left out are not in it.
    """

    subject: str
    meanings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Value:
    """A signal derived from attributes and other signals by an expression."""

    name: str
    expression: Condition
    verification: VerifyRules | None = None  # of a signal that `verify` made


@dataclass(frozen=True)
class Count:
    """A signal: how many activities match."""

    name: str
    match: Match


@dataclass(frozen=True)
class Measure:
    """A signal: the sum, largest, smallest or latest value of an activity column among those that
    match.
    """

    name: str
    how: Literal["sum", "largest", "smallest", "latest"]
    column: str
    match: Match


@dataclass(frozen=True)
class DaysSince:
    """A signal: days (with fraction) since the newest matching activity; unknown when there is
    none.
    """

    name: str
    match: Match


@dataclass(frozen=True)
class Sleeping:
    """A signal, yes or no: the newest matching activity is at least `after` seconds old. Who never
    was awake does not sleep.
    """

    name: str
    match: Match
    after: int


@dataclass(frozen=True)
class Woken:
    """A signal, yes or no: a matching activity younger than `within` seconds ended a silence of at
    least `after`.

    `within` is at most `after`, so that only one silence can be meant: the one between the newest
    activity outside the window and the oldest inside. The first activity ever ends no silence.
    """

    name: str
    match: Match
    after: int
    within: int

    @property
    def inside(self) -> Match:
        """The activities that may have ended the silence."""
        return replace(self.match, within=self.within)

    @property
    def outside(self) -> Match:
        """The activities before it."""
        return replace(self.match, before=self.within)


@dataclass(frozen=True)
class PointRule:
    """Points for each matching activity, faded by age; the rule's sum is capped at `at_most` (in
    its own direction).
    """

    id: str
    points: Decimal
    match: Match
    at_most: Decimal | None = None
    half_life: int | None = None  # seconds; None: points do not fade
    say: str | None = None


@dataclass(frozen=True)
class Points:
    """A signal: the implicit score. The sum of its rules' points, kept between `at_least` and
    `at_most`.
    """

    name: str
    rules: tuple[PointRule, ...]
    at_least: Decimal | None = None
    at_most: Decimal | None = None


#: Which place those share that have the same value: the best of theirs, the middle or the worst.
Ties = Literal["best", "middle", "worst"]
TIES: tuple[Ties, ...] = ("best", "middle", "worst")


@dataclass(frozen=True)
class Rank:
    """A signal: how many in a hundred of the base have a lower value than the lead, of a number or
    a date. Unknown where its own value is.

    The base is every lead as of the moment for whom `among` holds; of a lead for whom it does not
    the rank is unknown. Leads of one value share a place, as `ties` says: the worst, unless it
    says otherwise, so that who has least stands before nobody.
    """

    name: str
    of: Condition
    among: Condition | None = None
    ties: Ties = "worst"


@dataclass(frozen=True)
class Gained:
    """A signal: the points that the positive rules of a points signal gave, before negative ones
    and the total's limits.
    """

    name: str
    of: str


@dataclass(frozen=True)
class Question:
    """A yes/no/unknown question: yes where `yes` holds, else no where `no` holds, else unknown."""

    id: str
    yes: Condition
    no: Condition | None = None


@dataclass(frozen=True)
class Questions:
    """Signals from a set of questions such as BANT: `<name>` is the percentage answered yes,
    `<name>_known` the percentage answered at all, `<name>_<question>` the answer as 'yes', 'no' or
    'unknown'.
    """

    name: str
    questions: tuple[Question, ...]


Signal = Value | Count | Measure | DaysSince | Sleeping | Woken | Points | Gained | Questions | Rank


@dataclass(frozen=True)
class FitRule:
    """Points added (or taken) once where a condition on the lead holds.

    With `by`, the name of a rank, they are so many hundredths of `add` as the rank says; then
    `when` says that it is above 0.
    """

    id: str
    when: Condition
    add: Decimal
    say: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class RuleScore:
    """An explicit score: the sum of the points of the rules that hold, kept between `at_least` and
    `at_most`.
    """

    name: str
    rules: tuple[FitRule, ...]
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    about: str = ""


@dataclass(frozen=True)
class SignalScore:
    """A score that is a points signal."""

    name: str
    signal: str
    about: str = ""


@dataclass(frozen=True)
class ModelScore:
    """A score that is a learned model's probability of its outcome, between 0 and 1, to six
    decimals.
    """

    name: str
    model: Model
    about: str = ""


Score = RuleScore | SignalScore | ModelScore


@dataclass(frozen=True)
class Label:
    """A label of a scale: the first whose `when` holds names the lead; None means otherwise.

    A label that is set `aside` (empty, non-qualified) is no step of the ladder: nobody is lifted to
    it.
    """

    name: str
    when: Condition | None
    say: str | None = None
    aside: bool = False


@dataclass(frozen=True)
class Scale:
    """An ordered list of labels, best first."""

    name: str
    labels: tuple[Label, ...]
    about: str = ""


@dataclass(frozen=True)
class Segment:
    """A named group of leads; segments may overlap."""

    name: str
    when: Condition
    about: str = ""


#: How a lead's next step is taken: somebody calls it, somebody writes to it, or nobody contacts it
#: now.
BY = ("call", "mail", "nothing")


@dataclass(frozen=True)
class Route:
    """Where a lead goes, how fast it should be answered (seconds), and what it is sent next; the
    first that holds counts.

    Where there is a roster, the lead goes to somebody with all these `skills`; `again` gives it to
    somebody of the department even where somebody else has it. Its owner is in touch with it
    `touches` times, `every` so many seconds.
    """

    when: Condition | None
    to: str
    within: int | None = None
    next_step: str | None = None
    by: str | None = None  # how the next step is taken: one of BY; None: the playbook does not say
    skills: tuple[str, ...] = ()
    again: bool = False
    touches: int | None = None
    every: int | None = None


@dataclass(frozen=True)
class Outcomes:
    """Which leads bought (`won`) and which did not (`lost`), and the signal of the `points` that
    they correct: the model of the score that orders the leads is learned from them.

    So many seconds after that (`refresh`) a workspace learns anew; None: never.
    """

    won: Condition
    lost: Condition
    points: str
    refresh: int | None = None


#: For what a lead is written to. `service` is what it asked for; the others need its consent.
PURPOSES = ("marketing", "newsletter", "service")
#: How a step reaches a lead: a mail, a task for a person, a text handed to another program.
CHANNELS = ("mail", "task", "text")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 86_400


@dataclass(frozen=True)
class Variant:
    """A content of a step (a file of the folder `content`), under the name by which it is compared
    with the others; empty where there is only one.
    """

    key: str
    content: str


@dataclass(frozen=True)
class Step:
    """A touch of a track: due `after` so many seconds from the step before (the first from
    entering), and given up when it could not be taken within `not_after` seconds of that.
    """

    by: str
    after: int = 0
    not_after: int = 14 * _DAY
    when: Condition | None = None
    variants: tuple[Variant, ...] = ()
    to: str | None = (
        None  # whose task it is (None: the lead's department), or which endpoint's text
    )
    say: str | None = None  # what is to be done


@dataclass(frozen=True)
class Track:
    """A sequence of steps for leads for whom `when` holds.

    A lead leaves when it turns hot, answers, buys, objects or cannot be reached, where `exits`
    holds, and after the last step; it may enter again after so many seconds (`again`; None: never).
    `hold_out` leads in a hundred get nothing. With `clicks` it is known who follows a link.
    """

    name: str
    when: Condition
    steps: tuple[Step, ...]
    purpose: str = PURPOSES[0]
    exits: Condition | None = None
    again: int | None = None
    hold_out: int = 10
    about: str = ""
    clicks: bool = True


@dataclass(frozen=True)
class Limits:
    """When a lead may be written to, in minutes after midnight and on days of its own zone, and how
    many mails within how many seconds at most, over all tracks.

    Where nobody knows where a lead lives, its day is that of `zone`. A young sender goes slowly: so
    many mails in a day at most (`a_day`), and so many to one domain (`a_domain`); None: any number.
    """

    begin: int = 8 * 60
    end: int = 18 * 60
    days: tuple[str, ...] = DAYS[:5]
    at_most: tuple[tuple[int, int], ...] = ((_DAY, 1), (7 * _DAY, 2), (30 * _DAY, 6))
    zone: str = "UTC"
    a_day: int | None = None
    a_domain: int | None = None


@dataclass(frozen=True)
class Playbook:
    """What was agreed: signals, scores, scales, segments, routes and tracks, in the order they were
    written.

    `names` maps every rule id, label and signal to the line where it stands, for faults and for
    explanations.
    """

    name: str
    signals: tuple[Signal, ...]
    scores: tuple[Score, ...]
    scales: tuple[Scale, ...]
    segments: tuple[Segment, ...]
    routes: tuple[Route, ...]
    about: str = ""
    sign_off: tuple[str, ...] = ()  # the roles that must sign it before it comes into force
    capacity: Mapping[str, int] = field(
        default_factory=dict
    )  # how many new leads a week each department can take
    order: str = ""  # the score by which leads are called, the highest first
    outcomes: Outcomes | None = None  # what the model of that score is learned from
    tracks: tuple[Track, ...] = ()
    limits: Limits = Limits()
    fingerprint: str = ""
    file: str = ""
    lines: Mapping[str, int] | None = None

    def signal(self, name: str) -> Signal | None:
        return next((s for s in self.signals if s.name == name), None)

    @property
    def ranks(self) -> tuple[Rank, ...]:
        """The signals that compare a lead with the others."""
        return tuple(s for s in self.signals if isinstance(s, Rank))

    @property
    def ordering_model(self) -> Model | None:
        """The model of the score by which leads are called; None where that has none."""
        score = next((s for s in self.scores if s.name == self.order), None)
        return score.model if isinstance(score, ModelScore) else None

    def scale(self, name: str) -> Scale | None:
        return next((s for s in self.scales if s.name == name), None)
