"""What is said of rosters, assignments and clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadlight.facts.assignments import Assignment as Assignment
from leadlight.problems import Problem


@dataclass(frozen=True)
class RosterPerson:
    """Somebody of the roster at a moment: whether it is there and at work, and `why` not.

    `given_today` and `open_leads` are how many leads it was given on its day and has now, `a_day`
    and `most_open` how many it takes (null: no limit). `local_time` is what its clock says.
    """

    id: str
    name: str
    departments: tuple[str, ...]
    weight: int
    is_there: bool
    is_at_work: bool
    why: str
    local_time: datetime
    given_today: int
    a_day: int | None
    open_leads: int
    most_open: int | None
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    territories: tuple[str, ...]


@dataclass(frozen=True)
class RosterDepartment:
    """A department: by what order its people get leads, whom it asks when nobody can, and its
    `share` of each person (0 to 1, of those who are there).
    """

    name: str
    order: str
    otherwise: tuple[str, ...]
    manager: str | None
    shares: Mapping[str, float]


@dataclass(frozen=True)
class RosterView:
    """A roster as it is at a moment, by the file of that name; `problems` are worth a look. `text`
    is the file itself.
    """

    file: str
    fingerprint: str
    at: datetime
    departments: tuple[RosterDepartment, ...]
    people: tuple[RosterPerson, ...]
    problems: tuple[Problem, ...]
    text: str
    begun: bool = False


@dataclass(frozen=True)
class AssignResult:
    """Leads that were assigned: of each the person, and why. `import_id` is what `undo` takes
    (null: there was nothing to assign). `given` is person -> how many, `held` how many wait.
    """

    import_id: str | None
    roster: str
    at: datetime
    total: int
    given: Mapping[str, int]
    held: int
    kinds: Mapping[str, int]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True)
class ShareLine:
    """How many leads a person got in a dry run, beside its share by weight and beside how many of
    them it has in truth (null: nothing was assigned yet); `busiest_day` is the most on one day.
    """

    person: str
    name: str
    department: str
    leads: int
    share: float
    actual: int | None
    busiest_day: int


@dataclass(frozen=True)
class WaitLine:
    """How long leads of a department would have waited for somebody at work, by the clock on the
    wall: the median, what nine of ten do not exceed, and the median if each lead had gone to
    whoever was at work first. `held` leads waited for a person at all.
    """

    department: str
    leads: int
    held: int
    median_wait: timedelta | None
    ninth_wait: timedelta | None
    median_if_free: timedelta | None


@dataclass(frozen=True)
class DryRunLine:
    """An assignment of a dry run, and what people did in truth: when somebody first tried to answer
    the lead, and when it was spoken to. `state` says whether that was in time: answered, late,
    breached (nobody has), running, warned or paused; null: there was no clock.
    """

    assignment: Assignment
    attempted_at: datetime | None
    reached_at: datetime | None
    state: str | None


@dataclass(frozen=True)
class PunctualityLine:
    """Of the leads with a label, how many were answered in time, late and by nobody until now."""

    label: str | None
    leads: int
    in_time: int
    late: int
    unanswered: int
    reached: int


@dataclass(frozen=True)
class ResponseLine:
    """Leads first answered `within` so much business time and after the line before (null: later,
    or never), with the shares that were reached, qualified and won, each with its interval of 95 %.
    """

    within: timedelta | None
    is_unanswered: bool
    leads: int
    reached: float
    reached_interval: tuple[float, float]
    qualified: float
    qualified_interval: tuple[float, float]
    won: float
    won_interval: tuple[float, float]


@dataclass(frozen=True)
class HoldOutcome:
    """The shares of leads that came to an `outcome` (reached, qualified, won) of those that were
    held back by lot and of the others, and by how much speed raises it: the `difference` of the
    others from those held back, with its interval of 95 %.
    """

    outcome: str
    held: float
    others: float
    difference: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class HoldEffect:
    """The experiment of a roster, of leads whose hold of `hold` has been over for a week: so many
    were `held` back by lot, and so many `others` took part. `outcomes` is empty as long as either
    are fewer than `least`.
    """

    hold: timedelta
    held: int
    others: int
    least: int
    outcomes: tuple[HoldOutcome, ...]


@dataclass(frozen=True)
class DryRunResult:
    """What a roster would have done with the leads of a period: who would have got what, how long
    they would have waited, and what equality costs.

    `price` is by how much longer a lead waits on average than if each went to whoever is at work
    soonest; null where there is none. `moved` counts the leads that somebody else has in truth.
    `punctuality` and `responses` say how fast these leads were answered in truth, by the hours of
    this roster, and what became of them: who is likelier to buy may be answered faster, so that is
    no effect of speed. `experiment` is one: what the lot of this roster says (null: it has none).
    """

    roster: str
    since: datetime
    until: datetime
    leads: int
    held: int
    moved: int | None
    shares: tuple[ShareLine, ...]
    waits: tuple[WaitLine, ...]
    price: timedelta | None
    punctuality: tuple[PunctualityLine, ...]
    responses: tuple[ResponseLine, ...]
    assignments: tuple[DryRunLine, ...]
    experiment: HoldEffect | None = None


@dataclass(frozen=True)
class DueClock:
    """A lead that is to be answered: by whom, until when, and how much business time is left (less
    than nothing: it is late). `state` is running, warned, breached or paused.
    """

    lead_id: str
    person: str | None
    department: str
    label: str | None
    began_at: datetime
    due_at: datetime | None
    time_left: timedelta
    state: str
    steps: tuple[str, ...]
    because: str


@dataclass(frozen=True)
class FollowUp:
    """A lead whose owner is to be in touch with it again: the `touch`-th of `touches`. `promised`:
    the moment was agreed with the lead.
    """

    lead_id: str
    person: str | None
    department: str
    touch: int
    touches: int
    last_at: datetime
    due_at: datetime
    promised: bool


@dataclass(frozen=True)
class DueResult:
    """What is to be answered, the most urgent first, and whom to follow up by the end of the day;
    `more` says that either list goes on.
    """

    at: datetime
    person: str | None
    clocks: tuple[DueClock, ...]
    follow_ups: tuple[FollowUp, ...]
    more: bool


@dataclass(frozen=True)
class ReassignResult:
    """A lead that was given to somebody by hand; `import_id` is what `undo` takes."""

    import_id: str
    assignment: Assignment
    before: str | None
