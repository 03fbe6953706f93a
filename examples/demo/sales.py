"""What sales does: calls, meetings, offers; wins and losses that follow fit and behaviour, and luck."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random

from demo.behaviour import Act
from demo.people import END, Lead, weighted
from demo.words import PRODUCTS

AGENTS = ("Ada", "Bashir", "Chiara", "Dmitri", "Esther")
ASKS = ("demo_requested", "contact_requested", "quote_requested", "trial_started")
CAN_BE_CALLED = ("Phone", "Mobile")


def talks(rng: Random, one: Lead, acts: Iterable[Act]) -> Iterator[Act]:
    """Conversations and the outcome, each time a lead asked for something, two months apart."""
    if not one.real or one.twin_of:
        return
    done: datetime | None = None
    for ask in sorted((a for a in acts if a.kind in ASKS), key=lambda a: a.at):
        if done is not None and ask.at < done + timedelta(days=60):
            continue
        deal = list(_deal(rng, one, ask))
        yield from deal
        done = max((a.at for a in deal), default=ask.at)
        if any(a.kind == "won" for a in deal):
            return


def office(rng: Random, at: datetime) -> datetime:
    """The moment, or the next one at which an office is open."""
    if at.hour >= 18:
        at = (at + timedelta(days=1)).replace(hour=8)
    elif at.hour < 8:
        at = at.replace(hour=8)
    while at.weekday() >= 5:
        at += timedelta(days=1)
    return at + timedelta(minutes=rng.randrange(45))


def _deal(rng: Random, one: Lead, ask: Act) -> Iterator[Act]:
    agent, product = rng.choice(AGENTS), ask.columns.get("product", one.product)
    who = {"agent": agent, "product": product}
    at = office(rng, ask.at + timedelta(hours=rng.expovariate(1 / 20)))
    answered_fast = (at - ask.at) < timedelta(hours=6)
    reachable = (
        any(len([c for c in one.row[p] if c.isdigit()]) >= 7 for p in CAN_BE_CALLED)
        or "@" in one.row["E-mail"]
    )
    for _ in range(rng.randint(0, 2 if reachable else 5)):
        yield Act(one.id, at, "call_attempted", {**who, "channel": "phone", "result": "no answer"})
        at = office(rng, at + timedelta(days=rng.uniform(0.5, 3)))
    if not reachable or rng.random() < 0.2:
        yield Act(one.id, at, "recycled", {**who, "result": "not reached"})
        return
    yield Act(
        one.id,
        at,
        "call_held",
        {**who, "channel": "phone", "value": str(rng.randint(2, 40)), "result": "interested"},
    )
    if one.fit < -0.5 and rng.random() < 0.75:
        yield Act(
            one.id, at + timedelta(minutes=30), "sales_rejected", {**who, "result": "not target"}
        )
        return
    yield Act(one.id, at + timedelta(minutes=30), "sales_accepted", who)
    at = office(rng, at + timedelta(days=rng.uniform(1, 8)))
    yield Act(one.id, at - timedelta(days=0.9), "meeting_booked", {**who, "channel": "video"})
    if rng.random() < 0.15:
        yield Act(one.id, at, "meeting_missed", {**who, "channel": "video"})
        at += timedelta(days=5)
        if rng.random() < 0.5:
            yield Act(one.id, at + timedelta(days=20), "lost", {**who, "result": "no response"})
            return
    yield Act(
        one.id, at, "meeting_held", {**who, "channel": "video", "value": str(rng.randint(20, 75))}
    )
    at = office(rng, at + timedelta(days=rng.uniform(1, 6)))
    yield Act(one.id, at, "offer_sent", {**who, "channel": "email"})
    if rng.random() < 0.7:
        yield Act(
            one.id,
            at + timedelta(hours=rng.expovariate(1 / 20)),
            "offer_viewed",
            {**who, "channel": "email"},
        )
    at = office(rng, at + timedelta(days=rng.lognormvariate(2.3, 0.6)))
    chance = (
        -2.3
        + 1.3 * one.fit
        + 0.6 * one.intent
        + 0.6 * (ask.kind == "trial_started")
        + 0.35 * answered_fast
    )
    chance += (
        0.5 * (one.row["Budget"] != "") + 0.5 * (one.row["Timeline"] == "now") + rng.gauss(0, 0.8)
    )
    if rng.random() < 1 / (1 + math.exp(-chance)):
        seats = max(1, int(one.company.employees * rng.uniform(0.05, 0.4)))
        yield Act(one.id, at, "won", {**who, "value": str(min(seats, 800) * PRODUCTS[product])})
    else:
        why = weighted(
            rng,
            ("price", "competitor", "no budget", "no decision", "no response", "not target"),
            (4, 4, 3, 3, 3, 1 + (one.fit < 0) * 4),
        )
        yield Act(one.id, at, "lost", {**who, "result": why})


def subscriptions(rng: Random, won: Act, product: str) -> Iterator[Act]:
    """Whoever bought subscribes, asks for service, buys another product, and sometimes leaves."""
    at = won.at + timedelta(hours=2)
    yield Act(
        won.lead, at, "subscription_started", {"product": product, "value": won.columns["value"]}
    )
    for _ in range(min(int(rng.expovariate(0.6)), 8)):
        yield Act(
            won.lead,
            at + timedelta(days=rng.uniform(2, 200)),
            "service_requested",
            {"product": product, "channel": "product"},
        )
    leaves = rng.random() < 0.14
    until = at + timedelta(days=rng.uniform(40, 240))
    month = at + timedelta(days=30)
    while month < (until if leaves else END):
        yield Act(
            won.lead,
            month,
            "subscription_renewed",
            {"product": product, "value": str(int(won.columns["value"]) // 12)},
        )
        month += timedelta(days=30)
    if leaves:
        yield Act(
            won.lead,
            until,
            "subscription_cancelled",
            {"product": product, "result": rng.choice(("price", "closed down", "other tool"))},
        )


def verdict(acts: Iterable[Act], rng: Random, one: Lead) -> str:
    """What sales noted when it dropped a lead, in its own words; mostly nothing."""
    last = max(
        (a for a in acts if a.kind in ("lost", "sales_rejected", "recycled") and a.at < END),
        key=lambda a: a.at,
        default=None,
    )
    if last is not None:
        words = {
            "not target": "Not Target",
            "not reached": "Unreachable",
            "competitor": "Competitor",
            "no budget": "No budget",
            "no decision": "Not the right moment",
            "no response": "No response",
            "price": "Too expensive",
        }
        return words[last.columns["result"]]
    if (
        one.fault in ("only_bad_phone", "missing_contact", "test_data", "keyboard_mash")
        and rng.random() < 0.3
    ):
        return "Duplicate/Test" if one.fault == "test_data" else "Wrong Data"
    return ""
