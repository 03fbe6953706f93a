"""`qualify` in a workspace whose playbook says `refresh`: the correction of its points is learned
anew from whom it has won and lost by now, and published as a version.

A person set that rule and published it. So nothing happens where nothing is published, nor while a
version waits to be signed: learning takes nobody's place. What must be signed is proposed only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadlight.desk.leads.outcome_correction import (
    ModelNames,
    OutcomeSample,
    RefusedCorrection,
    cuts_of,
    fit_correction,
    read_decided_leads,
)
from leadlight.desk.playbooks import usable
from leadlight.desk.wiring import bases
from leadlight.desk.workspace.publication import ProposedText, publish_text
from leadlight.facts.agreements import Agreements, Version
from leadlight.facts.cohort import Everyone
from leadlight.facts.outcome import PROCESS
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.amendments import move_thresholds, thresholds
from leadlight.playbook.durations import in_words
from leadlight.playbook.first_answer import ChanceCuts
from leadlight.playbook.model_text import with_score
from leadlight.playbook.model_yaml import model_text
from leadlight.playbook.order import inputs_of
from leadlight.results.outcome_refresh import OutcomeRefresh, RefreshState

if TYPE_CHECKING:
    from leadlight.desk.workspace.workspace import Workspace
    from leadlight.playbook.model import Model
    from leadlight.playbook.spec import Outcomes, Playbook

AUTHOR = "leadlight"


@dataclass(frozen=True)
class _Rule:
    """What a playbook says of outcomes, with the model that was learned from them last."""

    book: Playbook
    outcomes: Outcomes
    model: Model
    every: timedelta

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to learn anew."""
        learned = self.model.learned
        return learned is None or now.date() - learned >= self.every


def refresh_outcomes(workspace: Workspace, now: datetime) -> OutcomeRefresh | None:
    """Learn anew from the outcomes that are known now, where the playbook says so and it is time;
    None where it is not.
    """
    agreed = workspace.agreed_playbook(now)
    if "outcomes" not in agreed.text:  # to list a ledger's names for its rules is a scan of the log
        return None
    rule = _rule(usable(agreed.text, agreed.name, workspace.ledger.catalog())[0])
    if rule is None or not rule.is_due(now):
        return None
    learned = rule.model.learned
    known = workspace.ledger.agreements()
    if agreed.version is None:
        return OutcomeRefresh("unpublished", learned)
    waits = next(_to_come(known, now), None)
    if waits is not None:
        return OutcomeRefresh("waits", learned, version=waits, missing=known.missing_roles(waits))
    decided = _decided_leads(workspace, rule, now)
    found = fit_correction(decided, _names(rule, decided, now), now)
    if isinstance(found, RefusedCorrection):
        refused = OutcomeRefresh("refused", learned, because=found.because)
        return replace(refused, won=sum(decided.won), decided=len(decided.won))
    model = found.model
    state: RefreshState = "unchanged"
    result = OutcomeRefresh(
        state, learned, sum(decided.won), len(decided.won), decided.open, auc=found.auc
    )
    if (model.start, model.terms) == (rule.model.start, rule.model.terms):
        return result
    note = f"{model.about} By {agreed.version}: learn anew after {in_words(_seconds(rule))}."
    text = _with_model(agreed.text, rule, model, found.cuts)
    publication = publish_text(workspace, ProposedText(text, "the playbook", AUTHOR, note))
    return replace(
        result,
        state="published" if publication.state.word == "in force" else "proposed",
        version=publication.version,
        missing=publication.state.missing,
    )


def _rule(book: Playbook) -> _Rule | None:
    outcomes, model = book.outcomes, book.ordering_model
    if outcomes is None or outcomes.refresh is None or model is None:
        return None
    return _Rule(book, outcomes, model, timedelta(seconds=outcomes.refresh))


def _seconds(rule: _Rule) -> int:
    return int(rule.every.total_seconds())


def _to_come(known: Agreements, now: datetime) -> Iterator[Version]:
    """The versions that may still come into force: what is learned anew must not outrun them."""
    for version in reversed(known.versions):
        if known.state(version, now).word in ("proposed", "coming"):
            yield version


def _decided_leads(workspace: Workspace, rule: _Rule, now: datetime) -> OutcomeSample:
    """The leads that are decided by now, as far as is known of them now."""
    base = bases.base_of_ledger(workspace.con, workspace.ledger, Everyone(now))
    if verifies(rule.book):
        base = base.with_checks(now)
    base.qualify(rule.book, Everyone(now), reasons=False)  # a server's leads come with it
    columns = bases.column_profiles(base, workspace.ledger.headers())
    said = rule.outcomes
    tell = inputs_of(rule.book, (said.won, said.lost))
    return read_decided_leads(base, rule.book, said, columns, (*PROCESS, *tell), now)


def _names(rule: _Rule, decided: OutcomeSample, now: datetime) -> ModelNames:
    about = (
        f"{rule.outcomes.won.text}. Learned on {now:%Y-%m-%d} from {len(decided.won):,} leads of"
        f" this workspace, {sum(decided.won):,} of them won; {decided.open:,} were open."
    )
    return ModelNames(rule.model.name, rule.model.outcome, about)


def _with_model(text: str, rule: _Rule, model: Model, after: ChanceCuts) -> str:
    """The playbook with the new model, and with the cuts of its labels where nobody changed them:
    they are odds beside those of the base.
    """
    before = cuts_of(rule.model)
    if before is not None:
        moved = {str(before.hot): str(after.hot), str(before.warm): str(after.warm)}
        found = thresholds(text, {rule.book.order})
        text = move_thresholds(text, {t: moved[t.number] for t in found if t.number in moved})
    return with_score(text, model.name, model_text(model))
