"""Throws bent and broken addresses at the e-mail rules; every one must end in a verdict, quickly, and as the library sees it.

    python tests/verify/fuzz_email.py [seconds] [seed]

Prints what was tried and found; ends with 1 when an address raised, was slow, or was judged otherwise than the library does.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from email_validator import validate_email

from leadlight.facts.contact import RULES
from leadlight.verify.email import check_email

SLOW = 0.5  # CPU seconds
SEEDS = (
    "ana@acme.com",
    "josé.garcía@münchen.de",
    "用户@例え.jp",
    "иван@почта.рф",
    "no-reply@sub.acme.co.uk",
    "ana+fair@gmail.com",
    "mailto:ana@acme.com",
    "Ana <ana@acme.com>",
    '"a b"@acme.com',
    "ana@[192.0.2.1]",
    "ana@xn--mnchen-3ya.de",
    "asdf@gmial.con",
)
ODD = (
    *"@.,-_+"
    " \t\r\n\"'<>()[]{}\\/|:;!#$%&*=?^`~\x00\x07\x7f\u00ad\u200b\u200d\u200f\u202a\u202e\u2066\u2069\ufeff",
    *"\u0300\u0301\u0430\u0435\u043e\u0440\u03bf\u0131\u0130ßﬁ＠．。"
    "﹫ﷺ用é\U0001f600\U0010ffff\ud800\udfff",
    "xn--",
    "ab--",
    "..",
    "@@",
    ".com",
    ".test",
    "mailto:",
    "a" * 64,
    "." * 200,
    "@" * 100,
    "-" * 63,
    "e\u0301" * 50,
    "\u202e" * 300,
)


def bent(draw: random.Random) -> str:
    """One address, a few strokes from a well-formed one, or noise; now and then very long."""
    if draw.random() < 0.1:
        return "".join(
            chr(
                draw.choice((draw.randrange(128), draw.randrange(0x3000), draw.randrange(0x110000)))
            )
            for _ in range(30)
        )
    text = draw.choice(SEEDS)
    for _ in range(draw.randrange(6)):
        place, stroke = draw.randrange(len(text) + 1), draw.random()
        if stroke < 0.5:
            text = text[:place] + draw.choice(ODD) + text[place:]
        elif stroke < 0.75:
            text = text[:place] + text[place + draw.randrange(4) :]
        else:
            text = text[place:] + text[:place]
        text = text or "@"
    return text * draw.randrange(2, 2000) if draw.random() < 0.01 else text


def library_accepts(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, strict=True)
    except ValueError:
        return False
    return True


def fuzz(seconds: float, seed: int) -> tuple[Counter[str], int, float]:
    """How many addresses of each verdict were met, how many went wrong, and the slowest in CPU seconds."""
    draw, found, wrong, slowest = random.Random(seed), Counter[str](), 0, 0.0
    check_email("ana@acme.com")  # the lists are read with the first address
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        text = bent(draw)
        start = time.process_time()
        try:
            check = check_email(text)
        except Exception as fault:
            wrong += 1
            print(f"raised {type(fault).__name__}: {text!a:.200}")
            continue
        took = time.process_time() - start
        slowest = max(slowest, took)
        found[check.verdict] += 1
        stripped = text.strip(" \t\r\n")
        known = check.because and not set(check.because) <= RULES.keys()
        differs = (
            len(stripped) <= 320
            and "reserved_domain" not in check.because
            and ("malformed" not in check.because) is not library_accepts(stripped)
        )
        bad_repair = check.repair is not None and "malformed" in check_email(check.repair).because
        if known or differs or bad_repair or took > SLOW:
            wrong += 1
            print(
                f"{check.verdict}, {took:.3f} s, repair {bad_repair}, library {differs}:"
                f" {text!a:.200}"
            )
    return found, wrong, slowest


def main() -> None:
    seconds, seed = float((*sys.argv[1:], "600")[0]), int((*sys.argv[2:], "1")[0])
    found, wrong, slowest = fuzz(seconds, seed)
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in found.most_common())
    print(
        f"seed {seed}, {seconds:.0f} s: {found.total():,} addresses ({told}); {wrong} went wrong;"
        f" slowest {1000 * slowest:.1f} ms"
    )
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
