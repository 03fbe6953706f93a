"""Domains together are judged as each alone, to the letter."""

from __future__ import annotations

import random

from leadlight.verify import lookalike, providers, syntax, word_lists
from leadlight.verify.domain_batches import plain_domains
from leadlight.verify.domains import EXAMPLES, look_up
from leadlight.verify.email import check_email, check_emails

JOINTS = ("", "", "-", "--", ".", "..", "x", "7", " ", "\n", "é", "_", "mail.", "www.", "xn--")


def listed_domains(draw: random.Random) -> list[str]:
    """Of each list of domains some that stand in it."""
    endings = sorted(word_lists.endings() | syntax.RESERVED)
    names = sorted({*providers.BRANDS, *providers.misspellings(), *lookalike.imitations()})
    listed = sorted({*providers.free()[0], *word_lists.words("fillers")["always"], *EXAMPLES})
    return [
        *listed,
        *draw.sample(sorted(word_lists.disposable()), 400),
        *(f"{draw.choice(names)}.{draw.choice(('com', 'con', 'de'))}" for _ in range(400)),
        *(f"{draw.choice(('acme', 'berg-7', 'a' * 63))}.{e}" for e in draw.sample(endings, 200)),
        *(f"{name}.{e}" for name in providers.free()[1] for e in ("com", "it", "co.uk")),
        *(f"{name}.{e}" for name in providers.BRANDS for e in ("com", "con", "co", "com.mx")),
        *("acme.co.uk", "north.com.mx"),
        *("acme.com", "com", "", ".", "gmаil.com", "bücher.de", "a" * 64 + ".com", "acme.c0m"),
    ]


def bent_domain(draw: random.Random, listed: list[str]) -> str:
    """A listed domain, or two, with something before, between or behind."""
    parts = draw.choice(JOINTS), draw.choice(listed), draw.choice(JOINTS), draw.choice(listed)
    text = "".join(parts[: draw.choice((2, 2, 3, 4))])
    return text.title() if draw.random() < 0.1 else text


def test_domains_of_every_list_are_judged_together_as_alone() -> None:
    """free, disposable, mistyped, imitated, reserved, unknown; with labels and signs around"""
    draw = random.Random(19)
    listed = listed_domains(draw)
    texts = [f"ana.berg@{domain}" for domain in listed]
    texts += [f"ana.berg@{bent_domain(draw, listed)}" for _ in range(6_000)]
    alone = [check_email(text) for text in texts]
    assert check_emails(texts) == alone
    assert len({check.because for check in alone}) > 10


def test_of_a_plain_domain_no_rule_speaks() -> None:
    """what is known of it one by one is its name"""
    draw = random.Random(20)
    listed = listed_domains(draw)
    names = [*listed, *(bent_domain(draw, listed) for _ in range(6_000))]
    names = [name for name in dict.fromkeys(names) if "\n" not in name]
    plain = [name for name, found in zip(names, plain_domains(names), strict=True) if found]
    assert len(plain) > 100
    for name in plain:
        assert look_up(name) == (name.lower(), len(name), (), None)


def test_plain_domains_are_known_as_such() -> None:
    """else nothing would be gained"""
    plain = ["acme.com", "Berg-und-Tal.de", "a1.north.io", "acme.co.uk"]
    assert list(plain_domains(plain)) == [1, 1, 1, 1]
    odd = ["", "com", ".com", "acme.", "-acme.com", "acme-.com", "a--b.com", "acme..com", "gmx.de"]
    odd += ["acme.test", "acme.onion", "xn--bcher-kva.de", "bücher.de", "ac me.com", "acme.nosuch"]
    odd += ["gmail.com", "gmial.com", "sub.mailinator.com", "mail.example.com", "a" * 64 + ".com"]
    assert not any(plain_domains(odd))


def test_a_line_break_makes_no_other_domain_plain() -> None:
    """two domains that stand as one text with a break in it"""
    assert not any(plain_domains(["acme.com", "north.com\nsouth.com"]))
    assert list(plain_domains([])) == []
