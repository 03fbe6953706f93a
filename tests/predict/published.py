"""A model as learning leaves it, published in a playbook: what the tests of its probability ask of every path and engine."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from leadlight.playbook.model import LOGIT, Model, NumberSide, Term
from leadlight.playbook.model_yaml import model_text
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import Feature
from leadlight.predict.learn.boosting import AdditiveModel
from leadlight.predict.learn.playbook_model import model_of

BOOK = (
    "scores: {probability: {model: soon}}\nscales: {temperature: [{hot: probability >= 0.5}, {cold:"
    " otherwise}]}\n"
)
NAMES = ("stay", "employees", "source")
RECENCY = Term(
    ("recency",),
    (NumberSide((Decimal(10), Decimal("31.5"))),),
    (7_000_000, 500_000, -4_000_000, -9_000_000),
)


@cache
def learned() -> tuple[AdditiveModel, Model]:
    """A fit as learning leaves it (that its tables are the library's own is tested where it is fitted): many cuts, words, a
    pair, values of any length; and the model of it, with a term of behaviour beside."""
    rng = np.random.default_rng(8)
    features = (
        Feature("stay", "Days of stay", "number", tuple(float(n) + 0.3 for n in range(2, 90, 2))),
        Feature("employees", "Employees", "number", (10.0, 50.0, 250.0)),
        Feature("source", "Source", "word", ("referral", "web", "partner's", "ünïcode")),
    )
    tables = tuple(rng.normal(0, 0.8, f.bins) for f in features)
    coarse = tuple((f, np.arange(f.bins)) for f in features)
    pairs = {(1, 2): rng.normal(0, 0.4, (features[1].bins, features[2].bins))}
    fitted = AdditiveModel(features, -0.731234567, tables, coarse, pairs)
    found: Any = SimpleNamespace(fitted=fitted, seen=(), leaks=(), learned_from={})
    model = model_of(found, "soon", "won", "A test.", date(2026, 1, 1), {})
    return fitted, replace(
        model, terms=(*model.terms, RECENCY), asked={"recency": {"days_since": "any"}}
    )


def leads(n: int, seed: int) -> list[dict[str, Any]]:
    """Leads as a company states them: blanks, other spellings, words and numbers that nobody learned from."""
    chance = random.Random(seed)
    words = ["web", "WEB", "Referral ", "fair", "partner's", None, "pigeon", "ÜNÏCODE"]
    return [
        {
            "lead_id": f"L{i}",
            "stay": None if chance.random() < 0.1 else round(chance.gammavariate(2, 15), 1),
            "employees": None if chance.random() < 0.1 else chance.randint(1, 500),
            "source": chance.choice(words),
        }
        for i in range(n)
    ]


def said_by_fit(
    fitted: AdditiveModel, rows: Sequence[Mapping[str, Any]], recency: Sequence[float | None]
) -> list[float]:
    """The fit's own probability, with what the term of behaviour adds."""
    from leadlight.predict.features import bins_of
    from leadlight.predict.learn.boosting import chance

    bins = bins_of(fitted.features, [TableColumn(n, n, [r[n] for r in rows]) for n in NAMES])
    added = [RECENCY.adds({"recency": days}) / LOGIT for days in recency]
    return [float(p) for p in chance(fitted.log_odds(bins) + added)]


def inline(model: Model) -> str:
    """The playbook with the model in it."""
    return f"{BOOK}models:\n  soon:\n" + "".join(
        f"    {line}\n" for line in model_text(model).splitlines()
    )
