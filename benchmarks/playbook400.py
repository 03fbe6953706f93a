"""A playbook of 400 rules: the reference's forty, and nine variations of each with conditions of their own."""

from __future__ import annotations

from pathlib import Path

PRODUCTS = ["starter", "team", "enterprise", "addon-a", "addon-b", "platform", "mobile", "api"]
CHANNELS = ["web", "email", "search", "social", "partner", "app"]
FIT = [
    "industry = 'media' and region = 'R{n}'",
    "country = 'FR' and employees >= {n}0",
    "has_word(job_title, 'analyst', 'consultant') and employees >= {n}5",
    "revenue >= {n}000000 and source = 'webinar'",
    "budget >= {n}500",
    "utm_campaign = 'camp-{n}'",
    "starts_with(company, 'Blue') and age >= {n}",
    "city = 'City {n}'",
    "contains(lower(job_title), 'engineer') and region = 'R{n}'",
]


def text() -> str:
    """The playbook's text."""
    lines = (Path(__file__).parent / "reference.yml").read_text(encoding="utf-8").splitlines()
    out: list[str] = []
    for line in lines:
        out.append(line)
        rule = line.strip()
        if rule.startswith("B") and "on:" in rule:
            out += [_behaviour(rule, n) for n in range(1, 10)]
        elif rule.startswith("F") and "add:" in rule:
            name = rule.split(":")[0]
            number = int(name[1:])
            out += [
                f'      {name}_{n}: {{when: "{FIT[n - 1].format(n=number + n)}", add:'
                f" {n if n % 3 else -n}}}"
                for n in range(1, 10)
            ]
    return "\n".join(out) + "\n"


def _behaviour(rule: str, n: int) -> str:
    name, rest = rule.split(":", 1)
    inner = rest.strip()[1:-1]
    mine = [
        f"product = '{PRODUCTS[n % 8]}'",
        f"channel = '{CHANNELS[n % 6]}'",
        f"value >= {n * 5}",
    ][n % 3]
    if 'when: "' in inner:
        inner = inner.replace('when: "', f'when: "{mine} and ', 1)
    else:
        kind, tail = inner.split(",", 1)
        inner = f'{kind}, when: "{mine}",{tail}'
    return f"      {name}_{n}: {{{inner}}}"


if __name__ == "__main__":
    print(text())
