"""What a round is to do: who enters and leaves, and which owed mails the gate lets through."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadlight.desk.leads.run import open_base
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.nurture.contact_recheck import verify_old_contacts
from leadlight.desk.nurture.variant_choice import (
    Choices,
    VariantChoice,
    choose_variants,
    is_undecided,
    standing_choices,
)
from leadlight.desk.wiring import mail_delivery, nurture
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.steps import OwedStep, StepFact, StepKind, TrackHealth
from leadlight.nurture.lots import variant_index
from leadlight.nurture.permission import Addressee, refusal, text_refusal
from leadlight.nurture.self_stop import stop_reason
from leadlight.nurture.writing_hours import WritingHours
from leadlight.playbook.spec import Playbook, Step, Track
from leadlight.problems import CannotDo
from leadlight.results.nurture import TrackStop

if TYPE_CHECKING:
    from leadlight.desk.wiring.mail_delivery import Contents
    from leadlight.desk.wiring.nurture import FactStore


@dataclass(frozen=True)
class PlannedMail:
    """A mail that may go out: the step as a fact, to which address, which content, and what is
    known of the lead.
    """

    fact: StepFact
    email: str
    content: str
    values: Mapping[str, object] = field(default_factory=dict)
    notes_clicks: bool = False


@dataclass(frozen=True)
class PlannedText:
    """A text that may be handed over: the step as a fact, to which endpoint, which content, and
    what is known of the lead.
    """

    fact: StepFact
    to: str
    content: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RoundPlan:
    """What a round comes to. `recorded_until`: the facts that it knows."""

    now: datetime
    recorded_until: datetime
    is_preview: bool
    entered: int
    left: int
    owed: int
    tasks: int
    texts: int
    refusals: Mapping[str, int]
    stopped: tuple[TrackStop, ...]
    mails: tuple[PlannedMail, ...]
    hand_overs: tuple[PlannedText, ...]
    contents: Contents


def plan_round(workspace: Workspace, limit: int, *, is_preview: bool = False) -> RoundPlan:
    """Work out a round, and record who enters, who leaves and the tasks; a preview undoes that.
    Raises `CannotDo` where the playbook has no track, or a content is missing.
    """
    now = moment_of_append(workspace, workspace.now)
    found = open_base(workspace, None, now)
    book = found.playbook
    if not book.tracks:
        raise CannotDo("The playbook has no tracks: nobody is owed anything.")
    contents = mail_delivery.read_contents(
        workspace.folder, {v.content for t in book.tracks for s in t.steps for v in s.variants}
    )
    if not is_preview:
        contents.check_blanks()
    store = nurture.track_facts(workspace.con, workspace.ledger, is_preview=is_preview)
    choices: Choices = standing_choices(store, book)
    part = nurture.track_round(
        store,
        workspace.ledger,
        found.base,
        book,
        now,
        clicks=is_undecided(book, choices),
    )
    health = part.health()
    choices = choose_variants(part, store, book, choices, now)
    left, entered = part.leave(), part.enter()
    owed = part.count_owed()
    verify_old_contacts(workspace, found.base, part, now, is_preview=is_preview)
    stopped = _stops(health, store, now)
    lately = part.mails_by_domain(now - timedelta(days=1))
    gate = Gate(book, now, {s.track for s in stopped}, limit, lately, choices)
    mails, hand_overs = gate.pass_through(part.owed_mails()), gate.pass_texts(part.owed_texts())
    others = _other_facts(part.owed_others(), book, now)
    nurture.add_step_facts(store, others, now)
    known = part.attributes([m.fact.lead_id for m in mails] + [t.fact.lead_id for t in hand_overs])
    kinds = Counter(fact.kind for fact in others)
    return RoundPlan(
        now,
        now,
        is_preview,
        entered,
        left,
        owed,
        kinds["task"],
        kinds["text"],
        dict(gate.refusals),
        stopped,
        tuple(replace(m, values=known.get(m.fact.lead_id, {})) for m in mails),
        tuple(replace(t, values=known.get(t.fact.lead_id, {})) for t in hand_overs),
        contents,
    )


class Gate:
    """Lets through which owed mails may go out now; each that it lets through counts for the
    limits of the next.
    """

    def __init__(
        self,
        book: Playbook,
        now: datetime,
        stopped: set[str],
        limit: int,
        lately: Mapping[str, int] = {},
        choices: Mapping[tuple[str, int], VariantChoice] = {},
    ) -> None:
        self._tracks = {t.name: t for t in book.tracks}
        self._limits, self._now, self._stopped, self._most = book.limits, now, stopped, limit
        self._choices = choices
        self._hours = WritingHours(book.limits, now)
        self._mailed: defaultdict[str, list[datetime]] = defaultdict(list)
        #: How many went to each domain within a day, this round's included.
        self._domains = Counter(lately)
        self._day = sum(lately.values())
        self.refusals: Counter[str] = Counter()

    def pass_through(self, owed: Iterable[tuple[OwedStep, Addressee]]) -> list[PlannedMail]:
        """Those that may go out, the oldest first, up to the limit; whoever comes after that is
        not looked at in this round.
        """
        found: list[PlannedMail] = []
        for step, who in owed:
            code = self._refusal(step, who) or self._refusal_of_sender(who.email or "")
            if code is not None:
                self.refusals[code] += 1
                continue
            assert who.email is not None
            self._mailed[_key(step, who)].append(self._now)
            self._domains[_domain(who.email)] += 1
            self._day += 1
            fact, content = self._fact(step, "sent")
            clicks = self._tracks[step.track].clicks
            found.append(PlannedMail(fact, who.email, content, notes_clicks=clicks))
            if len(found) == self._most:
                break
        return found

    def pass_texts(self, owed: Iterable[tuple[OwedStep, Addressee]]) -> list[PlannedText]:
        """The texts that may be handed to the endpoints that their steps name, the oldest first, up
        to the limit.
        """
        found: list[PlannedText] = []
        for owed_step, who in owed:
            step = self._tracks[owed_step.track].steps[owed_step.step - 1]
            if step.to is None:
                continue
            code = self._refusal(owed_step, who, text_refusal)
            if code is not None:
                self.refusals[code] += 1
                continue
            self._mailed[_key(owed_step, who)].append(self._now)
            fact, content = self._fact(owed_step, "text")
            found.append(PlannedText(fact, step.to, content))
            if len(found) == self._most:
                break
        return found

    def _refusal(
        self, step: OwedStep, who: Addressee, gate: Callable[..., str | None] = refusal
    ) -> str | None:
        if step.track in self._stopped:
            return "stopped"
        lately = self._mailed.get(_key(step, who))
        if lately:
            who = replace(who, mailed=(*who.mailed, *lately))
        purpose = self._tracks[step.track].purpose
        return gate(who, purpose, self._limits, self._hours, self._now)

    def _refusal_of_sender(self, email: str) -> str | None:
        """Whether a young sender has written enough for a day."""
        limits = self._limits
        if limits.a_day is not None and self._day >= limits.a_day:
            return "day-full"
        if limits.a_domain is not None and self._domains[_domain(email)] >= limits.a_domain:
            return "domain-full"
        return None

    def _fact(self, owed: OwedStep, kind: StepKind) -> tuple[StepFact, str]:
        """The step as a fact, and the content that the lead gets."""
        step = self._tracks[owed.track].steps[owed.step - 1]
        keys = [v.key for v in step.variants]
        choice = self._choices.get((owed.track, owed.step))
        place = (
            keys.index(choice.key)
            if choice is not None
            else variant_index(owed.lead_id, owed.track, owed.step, keys)
        )
        chosen = step.variants[place]
        fact = StepFact(
            owed.lead_id,
            owed.track,
            owed.entry,
            owed.step,
            kind,
            self._now,
            chosen.key or None,
        )
        return fact, chosen.content


def _key(step: OwedStep, who: Addressee) -> str:
    """By what the messages of a lead are counted: its address, which several leads may share."""
    return who.email.lower() if who.email else step.lead_id


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def _other_facts(
    owed: Iterable[tuple[OwedStep, str]], book: Playbook, now: datetime
) -> list[StepFact]:
    """Tasks, as facts: whoever looks at the tracks sees them. Texts whose step names no endpoint go
    out by a program of the company's own, which reads them there.
    """
    tracks: Mapping[str, Track] = {t.name: t for t in book.tracks}
    found = []
    for each, way in owed:
        step: Step = tracks[each.track].steps[each.step - 1]
        if way == "text" and step.to is not None:
            continue
        to = step.to or each.department
        said = f"{to}: {step.say}" if to and step.say else step.say
        kind = "task" if way == "task" else "text"
        found.append(
            StepFact(
                each.lead_id,
                each.track,
                each.entry,
                each.step,
                "task" if kind == "task" else "text",
                now,
                because=said,
            )
        )
    return found


def _stops(health: Iterable[TrackHealth], store: FactStore, now: datetime) -> tuple[TrackStop, ...]:
    """The tracks that are stopped, those that stop themselves now among them."""
    stopped = []
    for each in health:
        why = each.stopped or stop_reason(each.sent, each.complaints, each.bounces)
        if why is None:
            continue
        stopped.append(TrackStop(each.track, why))
        if each.stopped is None:
            fact = StepFact("", each.track, each.turns + 1, 0, "stopped", now, because=why)
            nurture.add_step_facts(store, [fact], now)
    return tuple(stopped)
