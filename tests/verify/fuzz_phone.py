"""Any text ends in a verdict, quickly: a run of its own, beside the suite.

python tests/verify/fuzz_phone.py SECONDS SEED
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from random import Random

from leadlight.verify.lead import check_lead
from leadlight.verify.phone import check_phone

PIECES = (
    "+",
    "00",
    "011",
    "(",
    ")",
    "-",
    " ",
    "/",
    "x",
    "ext.",
    ";ext=",
    "tel:",
    ";phone-context=+1",
    "\u202e",
    "\u202a",
    "\u200b",
    "\x00",
    "\t",
    "\n",
    "٣",
    "９",
    "७",
    "＋",
    "a",
    "FLOWERS",
    "é",
    "漢",
    "\ud800",
    ".",
    ",",
    "e+",
    "@",
    "доб",
    "#",
    "*",
    "~",
)
COUNTRIES = (None, "", "DE", "US", "GB", "IT", "AR", "MX", "BR", "ZZ", "uk", "Germany", "\x00")


def text(rng: Random) -> str:
    """Digits and pieces in any order; one in fifty is a piece over and over, up to 10,000 characters."""
    if rng.random() < 0.02:
        piece = rng.choice(PIECES) + rng.choice(("", "1", "12", " 1"))
        return (
            rng.choice(("", "+49", "1"))
            + piece * rng.randrange(10_000 // len(piece))
            + rng.choice(("", "x", "!"))
        )
    parts = (
        rng.choice(PIECES) if rng.random() < 0.25 else str(rng.randrange(1000))
        for _ in range(rng.randrange(10))
    )
    return "".join(parts)


def main(seconds: float, seed: int) -> None:
    rng, verdicts, slowest, end = Random(seed), Counter[str](), 0.0, time.monotonic() + seconds
    check_lead(
        {"phone": "0", "country": "DE", "email": "a@b.de"}
    )  # the lists and plans are loaded once
    while time.monotonic() < end:
        one, country = text(rng), rng.choice(COUNTRIES)
        start = time.process_time()
        found = check_phone(one, country, rng.choice(COUNTRIES))
        check_lead(
            {
                "phone": one,
                "country": country,
                "full_name": one,
                "company": one,
                "email": one,
                "website": one,
            }
        )
        slowest = max(slowest, time.process_time() - start)
        verdicts[found.verdict] += 1
    print(
        f"seed {seed}, {seconds:g} s: {verdicts.total():,} texts, slowest {slowest * 1000:.1f} ms,"
        f" {dict(verdicts)}"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
