"""Phone numbers and whole leads: how many a second, and how much of it is the numbering plan's own work.

    python benchmarks/verify_phone.py [--numbers 1000000] [--leads 200000] [--reps 3]

Numbers are distinct, of 40 countries, written as people write them. The bindings of libphonenumber that are installed do
their own parse, validity and E.164 in the same run, in turn with ours, on one core; CPU seconds, medians.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from typing import Any

import phonenumbers

from leadlight.verify.lead import check_leads
from leadlight.verify.phone import check_phones

COUNTRIES = (
    "US",
    "DE",
    "GB",
    "FR",
    "ES",
    "PL",
    "IT",
    "NL",
    "IN",
    "BR",
    "CA",
    "AU",
    "MX",
    "JP",
    "CH",
    "AT",
    "SE",
    "TR",
    "ZA",
    "UA",
    "CZ",
    "PT",
    "BE",
    "DK",
    "NO",
    "FI",
    "IE",
    "GR",
    "HU",
    "RO",
    "IL",
    "AE",
    "SG",
    "KR",
    "ID",
    "PH",
    "VN",
    "AR",
    "CL",
    "CO",
)
Number = tuple[str, str | None]


def row(what: str, asked: str, reached: str) -> None:
    print(f"{what:<58} asked {asked:<14} reached {reached}", flush=True)


def numbers(many: int, seed: int = 1) -> list[Number]:
    """Distinct numbers near the plans' own examples, two thirds of them with their country's code."""
    rng, found = Random(seed), dict[Number, None]()
    examples = [
        (c, e)
        for c in COUNTRIES
        for kind in (0, 1)
        if (e := phonenumbers.example_number_for_type(c, kind))
    ]
    while len(found) < many:
        country, example = rng.choice(examples)
        national = phonenumbers.national_significant_number(example)
        digits = national[:-6] + f"{rng.randrange(10**6):06}"
        trunk = (
            "0"
            if country not in ("US", "CA", "ES", "IT", "PL", "DK", "NO", "PT", "CZ", "GR")
            else ""
        )
        text = rng.choice(
            (
                f"+{example.country_code}{digits}",
                f"+{example.country_code} {digits[:3]} {digits[3:]}",
                f"{trunk}{digits[:3]} {digits[3:6]}-{digits[6:]}",
            )
        )
        found[text, country] = None
    return list(found)


def bare(binding: str) -> Callable[[Sequence[Number]], None]:
    """What a binding does by itself."""
    lib: Any = importlib.import_module(binding)
    parse, valid, write, bad = (
        lib.parse,
        lib.is_valid_number,
        lib.format_number,
        lib.NumberParseException,
    )

    def run(these: Sequence[Number]) -> None:
        for text, country in these:
            try:
                number = parse(text, country)
            except bad:
                continue
            valid(number)
            write(number, 0)

    return run


def ours(these: Sequence[Number]) -> None:
    for _ in check_phones(these):
        pass


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def phones(many: int, reps: int) -> None:
    these = numbers(many)
    runs: dict[str, tuple[Callable[[Sequence[Number]], None], Sequence[Number]]] = {
        "leadlight": (ours, these)
    }
    for binding in ("rphonenumbers", "phonenumbers"):
        try:
            runs[binding] = (
                bare(binding),
                these if binding == "rphonenumbers" else these[: max(many // 20, 1)],
            )
        except ImportError:
            print(f"  {binding} is not installed")
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for run, part in runs.values():
        run(part[:1000])
    for _ in range(reps):
        for name, (run, part) in runs.items():
            rates[name].append(len(part) / seconds(lambda run=run, part=part: run(part)))  # type: ignore[misc]
    reached = {name: median(found) for name, found in rates.items()}
    print("  " + ", ".join(f"{name} {rate:,.0f}/s" for name, rate in reached.items()))
    fastest = max(rate for name, rate in reached.items() if name != "leadlight")
    row(
        f"{many:,} distinct phone numbers against the fastest binding",
        "<= 2.0",
        f"{fastest / reached['leadlight']:.2f}",
    )


def leads(many: int, reps: int) -> None:
    rng, known = Random(2), numbers(many, 3)
    first = [
        f"{a}{b}"
        for a in ("An", "Ma", "Lu", "Jo", "Ka", "To")
        for b in ("na", "ria", "kas", "rin", "mas", "sef")
    ]
    last = [
        f"{a}{b}"
        for a in ("Ber", "Hof", "Krü", "Sant", "Now", "Lind")
        for b in ("ger", "mann", "os", "ak", "ner")
    ]
    rows: list[dict[str, str | None]] = []
    for n, (number, country) in enumerate(known):
        one, two, company = rng.choice(first), rng.choice(last), f"Firm {n % (many // 5 + 1)} Ltd"
        rows.append(
            {
                "lead_id": str(n),
                "first_name": one,
                "last_name": two,
                "company": company,
                "country": country,
                "email": f"{one}.{two}{n}@firm{n % (many // 5 + 1)}.com".lower().replace("ü", "ue"),
                "phone": number if n % 3 == 0 else None,
                "mobile": number if n % 3 == 1 else None,
            }
        )
    rate = median(many / seconds(lambda: sum(1 for _ in check_leads(rows))) for _ in range(reps))
    row(
        f"{many:,} leads, all checks (one address each, two in three a number)",
        ">= 60,000/s",
        f"{rate:,.0f}/s",
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--numbers", type=int, default=1_000_000)
    asked.add_argument("--leads", type=int, default=200_000)
    asked.add_argument("--reps", type=int, default=3)
    told = asked.parse_args()
    phones(told.numbers, told.reps)
    leads(told.leads, told.reps)


if __name__ == "__main__":
    main()
