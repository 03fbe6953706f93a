"""What leads do: waking periods of visits, answers to mailings, and gateways that open every link."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from demo.people import END, START, Lead, weighted
from demo.words import PRODUCTS

PAGES = (
    "/",
    "/blog/e-invoicing",
    "/blog/shift-plans",
    "/customers",
    "/about",
    "/features",
    "/security",
    "/faq",
)


@dataclass(frozen=True)
class Act:
    """One activity: when, what, and the columns that go with it."""

    lead: str
    at: datetime
    kind: str
    columns: dict[str, str] = field(default_factory=dict)


def waking(rng: Random, one: Lead) -> list[tuple[datetime, float, float]]:
    """When it is awake: (from, how many days, how keen). Some sleep for months and wake up again."""
    # Who fits has more use for it, and looks longer.
    out = [(one.created, rng.lognormvariate(2.0, 0.9), one.intent + 0.3 * max(one.fit, -1.5))]
    again = 0.2 + (0.12 if one.intent > 0.5 else 0)
    while rng.random() < again and out[-1][0] < END:
        start, days, _ = out[-1]
        later = start + timedelta(days=days + rng.uniform(50, 210))
        # Who wakes up by itself has a reason: it comes back keener than it went.
        out.append((later, rng.lognormvariate(1.8, 0.7), one.intent + rng.gauss(0.5, 0.6)))
    return [(at, days, keen) for at, days, keen in out if at < END]


def visits(rng: Random, one: Lead) -> Iterator[Act]:
    """Its own steps. The number of sessions is heavy-tailed; what happens in one follows how keen it is."""
    yield Act(
        one.id,
        one.created,
        "form_submitted" if one.row["Offer taken"] else "page_viewed",
        {"url": "/offer", "channel": "web"},
    )
    if one.row["Offer taken"]:
        yield Act(
            one.id,
            one.created + timedelta(minutes=1),
            "content_downloaded",
            {"url": "/offer/file", "campaign": one.row["Campaign"]},
        )
    if one.channel.name == "Webinar":
        yield Act(one.id, one.created, "webinar_registered", {"campaign": one.row["Campaign"]})
        if rng.random() < 0.35 + 0.15 * (one.intent > 0):
            at = one.created + timedelta(days=rng.randint(1, 9), hours=1)
            yield Act(
                one.id,
                at,
                "webinar_attended",
                {"campaign": one.row["Campaign"], "value": str(rng.randint(8, 58))},
            )
    if not one.real or one.twin_of:
        return
    for start, days, keen in waking(rng, one):
        sessions = min(int(rng.lognormvariate(0.35 + 0.45 * keen, 0.85)), 150)
        for _ in range(sessions):
            at = _working(rng, start + timedelta(days=days * rng.random() ** 1.5))
            yield from _session(rng, one, at, keen)


def _working(rng: Random, at: datetime) -> datetime:
    """Moved to a working day, mostly, and to an hour at which people sit at a screen."""
    if at.weekday() >= 5 and rng.random() < 0.75:
        at += timedelta(days=7 - at.weekday())
    hour = weighted(rng, range(6, 23), (1, 2, 5, 8, 9, 8, 5, 6, 8, 8, 7, 5, 3, 2, 2, 2, 1))
    return at.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60))


def _session(rng: Random, one: Lead, at: datetime, keen: float) -> Iterator[Act]:
    product = one.product if rng.random() < 0.8 else rng.choice(list(PRODUCTS))
    for _ in range(min(1 + int(rng.expovariate(0.7)), 12)):
        yield Act(one.id, at, "page_viewed", {"url": rng.choice(PAGES), "channel": "web"})
        at += timedelta(seconds=rng.randint(8, 400))
    drawn = rng.random()
    warm = 1 / (1 + math.exp(-keen))
    if drawn < 0.25 + 0.25 * warm:
        yield Act(
            one.id,
            at,
            "product_viewed",
            {"url": f"/products/{product}", "product": product, "channel": "web"},
        )
    if drawn < 0.2 * warm:
        yield Act(
            one.id,
            at + timedelta(minutes=2),
            "pricing_viewed",
            {"url": "/pricing", "channel": "web"},
        )
    if drawn < 0.045 * warm:
        yield Act(
            one.id,
            at + timedelta(minutes=5),
            "trial_started",
            {"product": product, "channel": "web"},
        )
    elif drawn < 0.105 * warm:
        kind = weighted(
            rng,
            ("demo_requested", "contact_requested", "quote_requested", "chat_held"),
            (5, 3, 2, 3),
        )
        yield Act(one.id, at + timedelta(minutes=5), kind, {"product": product, "channel": "web"})
    elif drawn > 0.97:
        yield Act(
            one.id,
            at,
            rng.choice(("newsletter_subscribed", "content_downloaded", "webinar_registered")),
            {"channel": "web"},
        )
    elif one.decides < -2 and drawn > 0.7:
        yield Act(one.id, at, "careers_viewed", {"url": "/careers", "channel": "web"})


def trials(rng: Random, started: Act) -> Iterator[Act]:
    """What happens in a trial."""
    for day in range(rng.randint(0, 16)):
        if rng.random() < 0.45:
            at = _working(rng, started.at + timedelta(days=day + 1))
            kind = rng.choice(("logged_in", "feature_used"))
            yield Act(
                started.lead,
                at,
                kind,
                {"product": started.columns["product"], "channel": "product"},
            )


def mailings(rng: Random, one: Lead) -> Iterator[Act]:
    """A mailing every four weeks on a Tuesday: sent, bounced, opened, clicked, or the last straw."""
    if (
        "@" not in one.row["E-mail"]
        or one.row["Do not email"] == "yes"
        or one.row["Consent"] == "no"
    ):
        return
    first = START + timedelta(days=(1 - START.weekday()) % 7)
    dead = one.fault in (
        "typo_domain",
        "malformed_email",
        "keyboard_mash",
        "test_data",
        "outdated",
        "scam_burst",
        "no_reply",
    )
    for n in range(14):
        sent = first + timedelta(weeks=4 * n, hours=8, seconds=rng.randrange(1800))
        if sent <= one.created or sent >= END:
            continue
        letter = {"campaign": f"letter-{n + 1:02d}", "channel": "email"}
        yield Act(one.id, sent, "email_sent", letter)
        if dead:
            yield Act(one.id, sent + timedelta(seconds=rng.randint(3, 90)), "email_bounced", letter)
            return
        if one.company.opens_links and one.row["E-mail"].endswith(one.company.domain):
            # A gateway looks at every link within seconds: opens and clicks that nobody made.
            for k in range(rng.randint(3, 6)):
                at = sent + timedelta(seconds=rng.randint(1, 9) + k)
                yield Act(
                    one.id,
                    at,
                    "email_opened" if k == 0 else "email_clicked",
                    {**letter, "url": rng.choice(PAGES)},
                )
        keen = 1 / (1 + math.exp(1.2 - one.intent + (sent - one.created).days / 150))
        if rng.random() < 0.5 * keen:
            at = sent + timedelta(minutes=rng.expovariate(1 / 400))
            yield Act(one.id, at, "email_opened", letter)
            if rng.random() < 0.3:
                yield Act(
                    one.id,
                    at + timedelta(seconds=rng.randint(5, 90)),
                    "email_clicked",
                    {**letter, "url": rng.choice(PAGES)},
                )
        elif rng.random() < 0.012:
            yield Act(
                one.id,
                sent + timedelta(hours=3),
                "email_complained" if rng.random() < 0.08 else "unsubscribed",
                letter,
            )
            return
