"""Many addresses together are judged as each alone, to the letter."""

from __future__ import annotations

import random

from leadlight.verify import word_lists
from leadlight.verify.email import check_email, check_emails
from leadlight.verify.mailbox_batches import plain_mailboxes
from tests.verify.fuzz_email import bent

DOMAINS = ("acme.com", "gmail.com", "gmial.com", "example.com", "mailinator.com", "gmаil.com", "b")
JOINTS = ("", ".", "-", "_", "..", "+", "7", "2026", " ", "\n", "é", "'")


def mailbox(draw: random.Random, listed: list[str]) -> str:
    """Some of the words that rules know, of keys and of names, joined in every way."""
    words = (
        *("ana", "berg", "noreply", "Newsletter", "mailer-daemon", "no-responder", "x", "", "a.b"),
        *("asd", "qwe", "oiu", "sdkjfh", "aaaa", "eeoui", "wertheim", "strengths", "poi", "123"),
    )
    text = ""
    for _ in range(draw.randrange(1, 4)):
        word = draw.choice(words) if draw.random() < 0.6 else draw.choice(listed)
        text += draw.choice(JOINTS) + (word.upper() if draw.random() < 0.1 else word)
    return text * draw.choice((1, 1, 1, 1, 1, 6))


def test_bent_addresses_are_judged_together_as_alone() -> None:
    """three thousand of the fuzz program's, line breaks and lone surrogates among them"""
    draw = random.Random(17)
    texts = [bent(draw)[:500] for _ in range(3_000)]
    assert check_emails(texts) == [check_email(text) for text in texts]


def test_mailboxes_of_every_rule_are_judged_together_as_alone() -> None:
    """fillers, senders, roles, keys hit at random, joined with dots, digits and tags"""
    draw = random.Random(18)
    listed = sorted({w for group in word_lists.words("mailboxes").values() for w in group})
    listed += sorted(word_lists.words("fillers")["mailbox"])
    texts = [f"{mailbox(draw, listed)}@{draw.choice(DOMAINS)}" for _ in range(6_000)]
    alone = [check_email(text) for text in texts]
    assert check_emails(texts) == alone
    assert len({check.because for check in alone}) > 12


def test_plain_mailboxes_are_known_as_such() -> None:
    """else nothing would be gained"""
    names = ["ana.berg", "o_neil77", "j-p.martin", "goran"]
    assert list(plain_mailboxes(names)) == [1, 1, 1, 1]
    odd = ["info", "asdf", "a", "ana+fair", "é.berg", ".ana", "ana.", "a..b", "", "n" * 65, "abc"]
    assert not any(plain_mailboxes(odd))


def test_a_line_break_makes_nobody_else_plain() -> None:
    """two mailboxes that stand as one text with a break in it"""
    assert not any(plain_mailboxes(["ana.berg", "ana\nberg.berg"]))
    assert list(plain_mailboxes([])) == []
