"""How customers come back, beside the published figures; and what they take next."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from leadlight.cli import app
from leadlight.predict.customers.customers import customers, purchase_histories
from leadlight.predict.customers.forecast import BuyingModel, Purchase, SpendingModel
from leadlight.predict.customers.lifetime import fit_buying_model, fit_spending
from leadlight.predict.customers.next_product import next_products
from leadlight.problems import CannotDo

CDNOW = BuyingModel(r=0.243, alpha=4.414, a=0.793, b=2.426)  # Fader, Hardie, Lee 2005, table 2
START = datetime(2026, 1, 1)


def test_the_published_example() -> None:
    """The paper's customer: 2 repeat purchases, the last in week 30.43 of 38.86, is expected to make 1.226 in the next 39 weeks."""
    one = [np.array([v]) for v in (2.0, 30.43, 38.86)]
    assert CDNOW.expected_purchases(*one, 39.0)[0] == pytest.approx(1.226, abs=0.001)


def test_the_published_spending() -> None:
    """Gamma-Gamma with the published p 6.25, q 3.74, v 15.44: who never came back spends the mean of all, p v / (q - 1) = 35.2."""
    money = SpendingModel(6.25, 3.74, 15.44)
    assert money.expected_value(np.array([0.0]), np.array([0.0]))[0] == pytest.approx(35.2, abs=0.1)
    assert money.expected_value(np.array([2.0]), np.array([22.35]))[0] == pytest.approx(
        24.66, abs=0.05
    )


def test_alive_or_gone() -> None:
    """Who bought often and long not since is probably gone; who never came back cannot be told from one who is still there."""
    x, last, age = (
        np.array([0.0, 10.0, 10.0]),
        np.array([0.0, 5.0, 38.0]),
        np.array([39.0, 39.0, 39.0]),
    )
    never, gone, there = CDNOW.alive(x, last, age)
    assert (never, gone < 0.01, there > 0.8) == (1.0, True, True)


def simulated(
    n: int, truth: BuyingModel, age: float, seed: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases and the last of them, of customers who buy and leave as the model says, in time units."""
    rng = np.random.default_rng(seed)
    rate, leaving = rng.gamma(truth.r, 1 / truth.alpha, n), rng.beta(truth.a, truth.b, n)
    x, last = np.zeros(n), np.zeros(n)
    for i in range(n):
        at = rng.exponential(1 / max(rate[i], 1e-12))
        while at < age:
            x[i], last[i] = x[i] + 1, at
            if rng.random() < leaving[i]:
                break
            at += rng.exponential(1 / max(rate[i], 1e-12))
    return x, last, np.full(n, age)


def test_the_fit_finds_who_made_the_data() -> None:
    """2,500 made-up customers: the fit expects what the truth expects, customer by customer."""
    truth = BuyingModel(0.6, 5.0, 0.8, 2.5)
    x, last, age = simulated(2_500, truth, 40.0)
    found = fit_buying_model(x, last, age)
    assert found.r == pytest.approx(truth.r, rel=0.2)
    mine, theirs = (m.expected_purchases(x, last, age, 40.0) for m in (found, truth))
    assert np.abs(mine - theirs).mean() < 0.1 * theirs.mean()
    rng = np.random.default_rng(2)
    mean = (
        rng.gamma(6 * x[x > 0], 1 / (6 * x[x > 0])) * 20 / rng.gamma(4, 1 / 3, int((x > 0).sum()))
    )
    money = fit_spending(x[x > 0], mean)
    assert money.p * money.v / (money.q - 1) == pytest.approx(mean.mean(), rel=0.15)


def log(n: int = 400, seed: int = 3) -> list[Purchase]:
    """Purchases of customers some of whom come often and some once."""
    rng = np.random.default_rng(seed)
    out = []
    for c in range(n):
        at, often, usual = float(rng.uniform(0, 30)), rng.gamma(1.2, 20), rng.gamma(4, 12)
        while at < 365:
            out.append(
                Purchase(
                    f"C{c}",
                    START + timedelta(days=at),
                    round(float(rng.gamma(6, usual / 6)), 2),
                    None,
                )
            )
            at += 1 + float(rng.exponential(often)) * (1 if rng.random() < 0.9 else 100)
    return out


def test_judged_on_a_past_it_had_not_seen() -> None:
    """The expectation comes with its error on the last months, beside each one's rate going on, and intervals of the difference."""
    found = customers(log(), START + timedelta(days=365), timedelta(days=90))
    j = found.judged
    assert j is not None
    assert j.until == START + timedelta(days=275)
    assert j.expected == pytest.approx(j.seen, rel=0.25)
    assert j.above.low is not None
    assert j.above.low < j.above.value < (j.above.high or 0)  # type: ignore[operator]
    assert j.value_error is not None
    assert j.auc is not None
    assert j.auc > 0.7
    values = [c.value or 0 for c in found.customers]
    assert values == sorted(values, reverse=True)
    assert all(0 <= c.alive <= 1 and c.expected >= 0 for c in found.customers)


def test_two_purchases_of_a_day_are_one() -> None:
    """As in the paper: what is bought on one day counts once, with the sum of its values."""
    mine = [Purchase("a", START + timedelta(hours=h), 10.0) for h in (1, 5, 30)]
    past = purchase_histories(mine, START + timedelta(days=10))
    assert (past.x.tolist(), past.last.tolist(), past.age.tolist(), past.mean.tolist()) == (
        [1],
        [1],
        [10],
        [10],
    )


def test_fees_that_never_vary() -> None:
    """Customers who each pay the same fee every month are expected to go on paying it, not a mean that nobody paid."""
    rng = np.random.default_rng(9)
    fee = rng.choice([100.0, 250.0, 900.0, 4000.0], 200)
    money = fit_spending(rng.integers(1, 9, 200).astype(float), fee)
    said = money.expected_value(np.full(200, 6.0), fee)
    assert np.abs(said - fee).max() < 0.25 * fee.max()
    assert money.expected_value(np.zeros(1), np.zeros(1))[0] == pytest.approx(fee.mean(), rel=0.35)


def test_too_few_who_came_back() -> None:
    """Nobody bought twice: a sentence, no made-up number."""
    with pytest.raises(CannotDo, match="bought on more than one day"):
        customers(
            [Purchase(f"C{n}", START, 5.0) for n in range(500)],
            START + timedelta(days=90),
            timedelta(days=90),
        )


def test_without_values_and_with_returns() -> None:
    """Without values none is expected; rows below nothing are returns and are left out, aloud."""
    plain = [Purchase(p.customer, p.at) for p in log(180)]
    found = customers(plain, START + timedelta(days=365), timedelta(days=90))
    assert (found.spending, found.customers[0].value) == (None, None)
    returned = [
        *log(180),
        *[Purchase(f"C{n}", START + timedelta(days=200), -20.0) for n in range(20)],
    ]
    assert any(
        "20 rows" in n
        for n in customers(returned, START + timedelta(days=365), timedelta(days=90)).notes
    )


def test_the_next_product() -> None:
    """A case follows a phone: who has a phone only is offered a case; what follows nothing more than usual is offered to nobody."""
    rng = np.random.default_rng(6)
    rows: list[tuple[str, datetime, str | None, float | None]] = []
    for c in range(600):
        phone = c % 2 == 0
        rows.append((f"C{c}", START, "phone" if phone else "book", 300.0 if phone else 20.0))
        for product, chance, price in (
            ("case", 0.6 if phone else 0.05, 25.0),
            ("pen", 0.3, 2.0),
            ("laptop", 0.3 if phone else 0.02, 900.0),
        ):
            if rng.random() < chance:
                rows.append(
                    (f"C{c}", START + timedelta(days=float(rng.uniform(5, 60))), product, price)
                )
    found = next_products(rows)
    bought: dict[str, set[str]] = {}
    for customer, _, product, _ in rows:
        bought.setdefault(customer, set()).add(str(product))
    only = next(c for c, have in bought.items() if have == {"phone"})
    assert (found[only].product, found[only].because, found[only].kind) == (
        "case",
        "phone",
        "cross-sell",
    )
    assert found[only].lift > 1.3
    both = next(c for c, have in bought.items() if have == {"phone", "case"})
    assert (found[both].product, found[both].kind) == ("laptop", "up-sell")
    assert all(n.product not in bought[c] for c, n in found.items())
    assert "pen" not in {n.product for n in found.values()}
    assert next_products([]) == {}


def test_the_verb_and_its_file(tmp_path: Path) -> None:
    """A log of purchases as a shop exports it; the CSV has everybody, the most valuable first, and formulas do not run."""
    file, out = tmp_path / "orders.csv", tmp_path / "customers.csv"
    lines = [
        f"{'=1+1' if p.customer == 'C7' else p.customer},{p.at:%Y-%m-%d},{p.value}"
        for p in log(250)
    ]
    file.write_text("Customer ID,Order date,Amount\n" + "\n".join(lines) + "\n")
    done = CliRunner().invoke(app, ["customers", str(file), "--horizon", "90d", "--out", str(out)])
    assert done.exit_code == 0, (done.output, done.exception)
    assert "Tried on the past" in done.output
    written = out.read_text().splitlines()
    assert len(written) == 251
    assert written[0].startswith("lead_id,purchases,first_purchase")
    assert not any(line.startswith("=") for line in written)


def test_nobody_is_no_customer(tmp_path: Path) -> None:
    """Twenty rows name no customer: they are not twenty customers, and it is said."""
    rng = np.random.default_rng(0)
    lines = ["Customer ID,Date,Amount"]
    for n in range(80):
        for _ in range(3):
            day = START + timedelta(days=int(rng.integers(0, 200)))
            lines.append(f"c{n},{day:%Y-%m-%d},{rng.integers(5, 90)}")
    lines += [f",{START + timedelta(days=n):%Y-%m-%d},10" for n in range(20)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(lines) + "\n")
    said = CliRunner().invoke(app, ["customers", str(log)]).output
    assert "80 customers" in said
    assert "20 rows name no customer" in said


def test_everybody_alive_is_told_with_doubt() -> None:
    """Customers who all bought until the last day: the model finds nobody gone, and that is said."""
    bought = [
        Purchase(f"c{n}", START + timedelta(days=7 * week + n % 5), 10.0, None)
        for n in range(80)
        for week in range(20)
    ]
    notes = " ".join(customers(bought, START + timedelta(days=141), timedelta(days=90)).notes)
    assert "Every customer comes out as alive" in notes
    once = [Purchase(f"o{n}", START + timedelta(days=n), 10.0, None) for n in range(40)]
    left = [p for p in bought if p.customer > "c4" or p.at < START + timedelta(days=30)]
    notes = " ".join(customers(left + once, START + timedelta(days=141), timedelta(days=90)).notes)
    assert "40 customers bought on one day only" in notes
