"""What customers will buy again, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.predict.customers.forecast import Customer, Customers, ForecastQuality
from leadlight.presentable import presentable
from leadlight.problems import NextStep
from leadlight.results.customers import CustomersResult
from leadlight.results.text.lines import Hint

SHOWN = 10


def render_text(result: CustomersResult) -> Iterator[str | Hint]:
    """How many customers, what to expect of them, how far that can be trusted, and the best."""
    forecast = result.forecast
    yield from _totals(forecast)
    yield from forecast.notes
    yield ""
    yield from _quality(forecast.judged)
    yield ""
    yield f"The most to be expected of, in {forecast.horizon.days} days"
    yield from (_line_of(c) for c in forecast.customers[:SHOWN])
    yield ""
    yield _next_products(forecast)
    if result.file is not None:
        yield f"Written to {result.file.path}."
        yield Hint("Import it as attributes:", NextStep("import", {"files": result.file.path}))


def _totals(forecast: Customers) -> Iterator[str]:
    customers, days = forecast.customers, forecast.horizon.days
    yield (
        f"{len(customers):,} customers as of {forecast.until:%Y-%m-%d},"
        f" {sum(c.purchases > 1 for c in customers):,} of them bought on more than one day."
    )
    value = sum(c.value or 0 for c in customers)
    worth = f", worth {value:,.0f}." if forecast.spending else "."
    expected = sum(c.expected for c in customers)
    yield f"In the next {days} days: {expected:,.0f} purchases to be expected{worth}"
    gone = sum(c.alive < 0.5 for c in customers)
    yield f"Probably gone (less than 1 in 2 still a customer): {gone:,}."


def _line_of(c: Customer) -> str:
    value = "" if c.value is None else f"  worth {c.value:>10,.0f}"
    then = ""
    if c.next:
        then = f"  next {presentable(c.next.product, 40)} ({c.next.chance:.0%}, {c.next.kind})"
    return (
        f"  {presentable(c.customer, 30):<30} {c.expected:>7.1f} purchases  alive"
        f" {c.alive:>4.0%}{value}{then}"
    )


def _next_products(forecast: Customers) -> str:
    products = [c.next for c in forecast.customers if c.next]
    if not products:
        return "No product surely follows another, so no next product is told."
    up = sum(p.kind == "up-sell" for p in products)
    return (
        f"A next product can be told of {len(products):,} customers: {up:,} up-sell, the others"
        " cross-sell."
    )


def _quality(q: ForecastQuality | None) -> Iterator[str]:
    """How far the forecast can be trusted."""
    if q is None:
        yield (
            "How good this is cannot be told: too little time, or too few who bought twice, to try"
            " it on the past."
        )
        return
    yield (
        f"Tried on the past: fitted on purchases up to {q.until:%Y-%m-%d}, {q.expected:,.0f}"
        f" purchases were expected of {q.customers:,} customers in the next {q.horizon.days} days,"
        f" {q.seen:,.0f} came."
    )
    yield (
        f"  off by {q.error:.3f} purchases a customer; each one's past rate going on is off by"
        f" {q.plain:.3f} (difference {q.above.value:+.3f}, {q.above.low:+.3f} to"
        f" {q.above.high:+.3f})"
    )
    if q.value_error is not None and q.value_above is not None:
        yield (
            f"  off by {q.value_error:,.1f} in value a customer; the past rate by"
            f" {q.value_plain:,.1f} (difference {q.value_above.value:+,.1f},"
            f" {q.value_above.low:+,.1f} to {q.value_above.high:+,.1f})"
        )
    if q.auc is not None:
        yield (
            f"  ranks who buys at all with AUC {q.auc:.3f}; how recently they bought ranks with"
            f" {q.auc_recency:.3f}"
        )
    yield from _doubts(q)


def _doubts(q: ForecastQuality) -> Iterator[str]:
    """Where the forecast is no better than what is simpler."""
    if q.above.low is not None and q.above.low <= 0:
        yield (
            "  No better than past rates going on, beyond chance: trust the order more than the"
            " numbers."
        )
    values = q.value_above.low if q.value_above is not None else None
    if values is not None and values <= 0 < (q.above.low or 0):
        yield (
            "  The values are no better than past rates going on, beyond chance: trust the"
            " purchases more than the values."
        )
