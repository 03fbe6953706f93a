"""The order of a first answer, corrected by the outcomes that the base itself holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from leadlight.desk.model_files import with_models
from leadlight.desk.wiring import training_sets
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Type, slug
from leadlight.facts.cohort import Everyone
from leadlight.facts.evidence import ColumnProfile
from leadlight.facts.outcome import CONVERTED_AT, PROCESS, KnownOutcome
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.playbook.conditions import parse
from leadlight.playbook.first_answer import SHOWN, ChanceCuts
from leadlight.playbook.model import Model
from leadlight.playbook.model_text import model_name
from leadlight.playbook.model_yaml import model_text
from leadlight.playbook.read import must_read
from leadlight.playbook.spec import Label, Outcomes, Playbook, Scale, SignalScore
from leadlight.predict.columns import Cell, TableColumn
from leadlight.problems import CannotDo
from leadlight.results.first_answer import OutcomeUse

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base
    from leadlight.predict.judge.metrics import Estimate

#: Leads of the rarer outcome from which on points are corrected.
FEWEST = 5
_LOG_ODDS_A_POINT = 0.05  # about what a point of evidence was worth on public tables
_NO_INPUTS = (*PROCESS, *CHECK_ATTRIBUTES, OBJECTED, "lead_id", "honeypot", "ip_address")


@dataclass(frozen=True)
class Correction:
    """What the outcomes gave: how they were used, the model, and the cuts of its labels; no model
    where nothing was learned. `refutes`: nor do the points rank the decided leads, surely.
    """

    use: OutcomeUse
    model: Model | None = None
    cuts: ChanceCuts | None = None
    refutes: bool = False

    def with_model(self, text: str) -> str:
        """A playbook's text that names the model, with it."""
        assert self.model is not None
        return with_models(text, {self.model.name: model_text(self.model)})


@dataclass(frozen=True)
class OutcomeSample:
    """The leads whose outcome is known: what is known of them, their points, and who bought."""

    columns: tuple[TableColumn, ...]
    points: TableColumn
    won: tuple[bool, ...]
    open: int
    dates: tuple[TableColumn, ...] = ()  # when they came in, and when they were won

    @property
    def rarer(self) -> int:
        """How many leads have the rarer outcome."""
        return min(sum(self.won), len(self.won) - sum(self.won))


@dataclass(frozen=True)
class ModelNames:
    """What a model of outcomes is called, of which outcome it speaks, and in words (`about`)."""

    model: str
    outcome: str
    about: str


def correct(
    base: Base,
    text: str,
    outcome: KnownOutcome,
    columns: Sequence[ColumnProfile],
    as_of: datetime,
) -> Correction:
    """Learn from the leads whose outcome is known how far the points of a text hold."""
    book = must_read(text, "first answer", base.sources.catalog)
    said = Outcomes(parse(outcome.won), parse(outcome.lost), SHOWN)
    decided = read_decided_leads(base, book, said, columns, outcome.columns, as_of)
    won = sum(decided.won)
    use = OutcomeUse(outcome.header, outcome.word, won, len(decided.won) - won, decided.open)
    word = f"{outcome.header} = {outcome.word}"
    about = f"{word}. Learned from {len(decided.won):,} leads of this base, for a first answer."
    names = ModelNames(model_name(word), slug(outcome.header) or "outcome", about)
    found = fit_correction(decided, names, as_of)
    if isinstance(found, RefusedCorrection):
        return Correction(replace(use, refused=found.because), refutes=found.refutes)
    use = replace(use, auc=found.auc, usual_days=found.usual_days)
    return Correction(use, found.model, found.cuts)


def read_decided_leads(
    base: Base,
    book: Playbook,
    said: Outcomes,
    columns: Sequence[ColumnProfile],
    tell: Collection[str],
    as_of: datetime,
) -> OutcomeSample:
    """The leads of a base of whom a playbook's outcomes are known. `tell` are the columns that say
    them, which are no input of a model.
    """
    base.qualify(_with_outcome_scale(book, said), Everyone(as_of), reasons=False)
    inputs = [c for c in columns if c.name not in (*_NO_INPUTS, *tell)]
    dates = [c for c in columns if c.name in _DATES and c.type is Type.MOMENT]
    objected = OBJECTED if OBJECTED in {c.name for c in columns} else None
    names = [c.name for c in (*inputs, *dates)]
    rows = training_sets.rows_with_outcome(base, _ASKED, _POINTS, names, objected)
    known = [row for row in rows if row[0] is not None]
    cells = list(zip(*(row[1:] for row in known), strict=True)) or [()] * (1 + len(names))
    table = [
        TableColumn(c.name, c.header, cast("Sequence[Cell]", values))
        for c, values in zip((*inputs, *dates), cells[1:], strict=True)
    ]
    return OutcomeSample(
        tuple(table[: len(inputs)]),
        TableColumn(said.points, "the points of evidence", cast("Sequence[Cell]", cells[0])),
        tuple(row[0] == _WON for row in known),
        len(rows) - len(known),
        tuple(table[len(inputs) :]),
    )


_DATES = ("created_at", CONVERTED_AT)
#: What a playbook is asked besides, while it is looked at who bought: a scale and a score.
_ASKED, _POINTS, _WON, _LOST = "outcome_of_lead", "points_of_lead", "won", "lost"


def _with_outcome_scale(book: Playbook, said: Outcomes) -> Playbook:
    """The playbook with a scale that says who bought, and a score of the points to correct."""
    labels = (Label(_WON, said.won), Label(_LOST, said.lost))
    return replace(
        book,
        scales=(*book.scales, Scale(_ASKED, labels)),
        scores=(*book.scores, SignalScore(_POINTS, said.points)),
        fingerprint=f"{book.fingerprint}+outcomes",
    )


@dataclass(frozen=True)
class CorrectedModel:
    """Points as outcomes corrected them: how the model ranks leads it has not seen, the cuts of its
    labels, and within how many days three of four wins come where an open lead's age counts.
    """

    model: Model
    auc: Estimate
    cuts: ChanceCuts
    usual_days: int | None = None


@dataclass(frozen=True)
class RefusedCorrection:
    """Why nothing was learned; `refutes`: the points alone rank these leads like lots, surely."""

    because: str
    refutes: bool = False


_BASE_RATE = "base_rate"
_LIKE_LOTS = 0.55  # below which the whole interval of an AUC says that points mean nothing here
_ENOUGH = 100  # leads of the rarer outcome before that may be said


def cuts_of(model: Model) -> ChanceCuts | None:
    """The cuts of the labels that a model was given; None of one that does not say."""
    try:
        rate = float(str(model.verdict[_BASE_RATE]))
    except (KeyError, ValueError):
        return None
    return ChanceCuts.of_base_rate(model.name, rate) if 0 < rate < 1 else None


def fit_correction(
    decided: OutcomeSample, names: ModelNames, as_of: datetime
) -> CorrectedModel | RefusedCorrection:
    """The points as the outcomes correct them, and how that ranks leads it has not seen; a refusal
    where it does not.
    """
    from leadlight.predict.learn.aged_points import correct_aged_points
    from leadlight.predict.learn.open_leads import with_age
    from leadlight.predict.learn.points_prior import PointsOptions, model_of_points

    if decided.rarer < FEWEST:
        few = f"{decided.rarer} leads of the rarer outcome are too few to learn from"
        return RefusedCorrection(few)
    options = PointsOptions(log_odds=_LOG_ODDS_A_POINT)
    dates = () if decided.open else decided.dates  # where some are open, the others are final
    try:
        aged = correct_aged_points(decided.columns, decided.won, decided.points, dates, options)
    except CannotDo as fault:
        return RefusedCorrection(str(fault))
    found, age = aged.corrected, aged.age
    if not found.useful:
        high = found.points_auc.high if found.points_auc is not None else None
        refutes = decided.rarer >= _ENOUGH and high is not None and high < _LIKE_LOTS
        return RefusedCorrection(_ranks_like_lots(found.auc), refutes)
    rate = round(aged.base_rate, 6)
    verdict = {_BASE_RATE: rate}
    model = model_of_points(found, names.model, names.outcome, names.about, as_of.date(), verdict)
    cuts = ChanceCuts.of_base_rate(model.name, rate)
    if age is None:
        return CorrectedModel(model, found.auc, cuts)
    return CorrectedModel(with_age(model, age), found.auc, cuts, round(age.times.usual))


def _ranks_like_lots(auc: Estimate | None) -> str:
    if auc is None or auc.value is None:
        return "nothing that was learned ranks leads it has not seen"
    between = "" if auc.low is None else f" ({auc.low:.2f}-{auc.high:.2f})"
    return (
        f"what was learned ranks leads it has not seen {auc.value:.2f}{between}, no better than"
        " chance"
    )
