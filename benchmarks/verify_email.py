"""One million distinct e-mail addresses through the rules, offline, on one core; other checkers in the same sitting.

    python benchmarks/verify_email.py [--addresses 1000000] [--reps 3]

The addresses are generated from a seed: 88 in 100 clean, of 200,000 company domains and the free providers, some with tags,
some international; the rest is every kind of fault. `email-validator` alone judges the form only, on a sample; `emval` (Rust)
too, when it is installed, and accepts more than it should.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from statistics import median

FIRST = [
    "ana",
    "ben",
    "chloe",
    "dmitri",
    "elif",
    "farah",
    "goran",
    "hana",
    "ivan",
    "jana",
    "kofi",
    "lena",
    "mateo",
    "nadia",
    "olga",
    "piotr",
    "quinn",
    "rosa",
    "sven",
    "tomas",
    "ute",
    "vera",
    "wei",
    "yusuf",
    "zoe",
]
LAST = [
    "abebe",
    "berg",
    "costa",
    "dupont",
    "eriksen",
    "fischer",
    "garcia",
    "haddad",
    "ito",
    "jones",
    "kowalski",
    "lopez",
    "meyer",
    "novak",
    "okafor",
    "petrov",
    "rossi",
    "silva",
    "tanaka",
    "weber",
    "zhang",
]
WORDS = [
    "alpine",
    "bright",
    "cargo",
    "delta",
    "ember",
    "forge",
    "granite",
    "harbor",
    "ivory",
    "juniper",
    "kestrel",
    "lumen",
    "maple",
    "north",
    "onyx",
    "pioneer",
    "quartz",
    "river",
    "summit",
    "timber",
]
ENDINGS = (
    "com",
    "com",
    "com",
    "de",
    "co.uk",
    "fr",
    "io",
    "net",
    "com.br",
    "pl",
    "jp",
    "org",
    "tech",
)
FREE = (
    "gmail.com",
    "yahoo.com",
    "outlook.com",
    "hotmail.fr",
    "gmx.de",
    "icloud.com",
    "mail.ru",
    "qq.com",
    "libero.it",
)
FAULTY: tuple[Callable[[int], str], ...] = (
    lambda n: f"ana{n}@gmial.con",
    lambda n: f"ben{n}@hotmal.com",
    lambda n: f"no at sign {n}",
    lambda n: f"two@@signs{n}.com",
    lambda n: f"ana{n}@acme,com",
    lambda n: f"asdfgh{n}@gmail.com",
    lambda n: f"x{n}@mailinator.com",
    lambda n: f"user{n}@example.com",
    lambda n: f"sales{n}@north{n % 997}.com",
    lambda n: f"no-reply@river{n}.com",
    lambda n: f"ana{n}@yahóo.com",
    lambda n: f"carl{n}@nowhere.nosuchending",
)


def addresses(count: int, seed: int = 3) -> Iterator[str]:
    """Distinct addresses, clean and faulty, the same for the same seed."""
    draw = random.Random(seed)
    companies = [
        f"{draw.choice(WORDS)}-{draw.choice(WORDS)}{n}.{draw.choice(ENDINGS)}"
        for n in range(count // 5)
    ]
    for n in range(count):
        chance = draw.random()
        name = f"{draw.choice(FIRST)}.{draw.choice(LAST)}{n}"
        if chance < 0.55:
            yield f"{name}@{draw.choice(companies)}"
        elif chance < 0.84:
            yield f"{name}@{draw.choice(FREE)}"
        elif chance < 0.87:
            yield f"{name.title()}+fair@{draw.choice(companies)}"
        elif chance < 0.88:
            yield draw.choice((f"jürgen{n}@bücher.de", f"иван{n}@почта.рф", f"用户{n}@例え.jp"))
        else:
            yield draw.choice(FAULTY)(n)


def row(what: str, asked: str, reached: str) -> None:
    print(f"{what:<58} asked {asked:<14} reached {reached}", flush=True)


def per_second(
    check: Callable[[list[str]], object], values: list[str], reps: int, fresh: Callable[[], None]
) -> float:
    """Addresses a CPU second, the median of the runs, each from an empty memory."""
    took = []
    for _ in range(reps):
        fresh()
        start = time.process_time()
        check(values)
        took.append(time.process_time() - start)
    return len(values) / median(took)


def beat() -> float:
    """Million additions of a plain Python loop a CPU second: what this core gives just now, to read the figures by."""
    start, total = time.process_time(), 0
    for n in range(3_000_000):
        total += n
    return 3 / (time.process_time() - start)


def library(values: list[str]) -> int:
    from email_validator import EmailNotValidError, validate_email

    good = 0
    for value in values:
        try:
            validate_email(value, check_deliverability=False)
            good += 1
        except EmailNotValidError:
            pass
    return good


def rust(values: list[str]) -> int:
    import emval

    checker, good = emval.EmailValidator(allow_smtputf8=True, deliverable_address=False), 0
    for value in values:
        try:
            checker.validate_email(value)
            good += 1
        except (SyntaxError, ValueError):
            pass
    return good


def main() -> None:
    from leadlight.verify import domains
    from leadlight.verify.email import check_email, check_emails

    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--addresses", type=int, default=1_000_000)
    asked.add_argument("--reps", type=int, default=3)
    said = asked.parse_args()
    values = list(dict.fromkeys(addresses(said.addresses)))
    start = time.perf_counter()
    check_email("ana@acme.com")
    opened = time.perf_counter() - start
    pace = beat()
    ours = per_second(check_emails, values, said.reps, domains.look_up.cache_clear)
    verdicts = Counter(check.verdict for check in check_emails(values))
    print(
        f"  {len(values):,} distinct addresses: "
        + ", ".join(f"{n:,} {v}" for v, n in verdicts.most_common())
    )
    row("e-mail, all offline rules, addresses a CPU second", "300,000", f"{ours:,.0f}")
    print(f"  (this core, just now: {pace:.0f} million additions of a plain loop a second)")
    row("e-mail, the first address (lists are read)", "-", f"{opened:.2f} s")
    sample = values[:: max(1, len(values) // 50_000)]
    alone = per_second(library, sample, 1, lambda: None)
    row(
        "  email-validator alone, form only (sample)",
        "-",
        f"{alone:,.0f}; ours {ours / alone:.1f} times as many",
    )
    if find_spec("emval"):
        beside = per_second(rust, values, 1, lambda: None)
        row("  emval, form only", "-", f"{beside:,.0f}; ours {ours / beside:.1f} times as many")
    else:
        print("  emval is not installed: left out")


if __name__ == "__main__":
    main()
