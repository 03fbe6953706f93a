"""Random conditions from the grammar that a playbook allows, and leads with the most extreme values of every type."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.catalog import Catalog
from leadlight.plan.sources import Sources

NUMBER, TEXT, YES_NO, MOMENT = "number", "text", "yes_no", "moment"
KINDS = (NUMBER, TEXT, YES_NO, MOMENT)
COLUMNS = {
    "employees": "BIGINT",
    "age": "BIGINT",
    "revenue": "DOUBLE",
    "budget": "DOUBLE",
    "company": "VARCHAR",
    "email": "VARCHAR",
    "created_at": "TIMESTAMP",
    "changed_at": "TIMESTAMP",
    "consent": "BOOLEAN",
    "do_not_call": "BOOLEAN",
}
NAMES = {
    NUMBER: ["employees", "age", "revenue", "budget"],
    TEXT: ["company", "email"],
    YES_NO: ["consent", "do_not_call"],
    MOMENT: ["created_at", "changed_at"],
}
LITERALS = {
    NUMBER: [
        "0",
        "1",
        "2",
        "7",
        "50",
        "0.1",
        "0.5",
        "2.5",
        "1000000",
        "2147483647",
        "2147483648",
        "4611686018427387904",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999",
        "1e3",
        "1e400",
        "1e-400",
        "1e300",
        "0.00000000000000000000001",
        "5.",
        ".5",
        "123456789012345678901234567890.12345678901234567890",
    ],
    TEXT: ["''", "'a'", "'Acme'", "'x\\'", "'100%'", "'a_b'", "'ß İΣ'", "'😀'", "'it''s'"],
    YES_NO: ["true", "false"],
    MOMENT: [
        "'2026-01-31'",
        "'0001-01-01'",
        "'9999-12-31T23:59:59.999999'",
        "'2026-01-31T10:00:00+02:00'",
        "'20260131'",
    ],
}
VALUES: dict[str, list[object]] = {
    "BIGINT": [None, 0, 1, -1, 7, 50, 2**31, 2**53 + 1, 2**62, 2**63 - 1, -(2**63), -(2**63) + 1],
    "DOUBLE": [
        None,
        0.0,
        -0.0,
        0.1,
        2.5,
        -2.5,
        1e15,
        0.49999999999999994,
        4503599627370497.5,
        1.7976931348623157e308,
        -1.7976931348623157e308,
        5e-324,
        -5e-324,
        2.2250738585072014e-308,
        1e200,
        1e-200,
        1.5e154,
        3e-162,
    ],
    "VARCHAR": [
        None,
        "",
        " ",
        "Acme",
        "a@b.de",
        "ß İΣ 😀",
        "100%_x\\",
        "x" * 70_000,
        "\t\n",
        "it's",
    ],
    "TIMESTAMP": [
        None,
        datetime(1, 1, 1),
        datetime(9999, 12, 31, 23, 59, 59, 999999),
        datetime(2026, 1, 31),
        datetime(1969, 12, 31, 23, 59, 59, 999999),
    ],
    "BOOLEAN": [None, True, False],
}
#: Values that facts of a lake may hold, and that PostgreSQL's tests leave to it.
ODD = [float("nan"), float("inf"), float("-inf")]
SOURCES = Sources(Catalog(present=frozenset({"lead_id", *COLUMNS})), activities=None)
AS_OF = datetime(2026, 6, 1, 12)


class Author:
    """Writes conditions; one in `odd` of its parts is of another kind than belongs there."""

    def __init__(self, seed: int, odd: int = 60) -> None:
        self.chance = random.Random(seed)
        self.odd = odd
        self.names = {kind: list(names) for kind, names in NAMES.items()}

    def part(self, kind: str, depth: int) -> str:
        """An expression of a kind."""
        if self.chance.randrange(self.odd) == 0:
            kind = self.chance.choice(KINDS)
        if self.chance.randrange(40) == 0:
            return "null"
        if depth <= 0 or self.chance.randrange(4) == 0:
            return self.chance.choice(
                self.names[kind] if self.chance.randrange(3) else LITERALS[kind]
            )
        made = self.chance.choice(self._ways()[kind])(depth - 1)
        return made if self.chance.randrange(3) else f"({made})"

    def _ways(self) -> dict[str, list[Callable[[int], str]]]:
        part, pick = self.part, self.chance.choice

        def alike(kind: str) -> list[Callable[[int], str]]:
            return [
                lambda d: f"coalesce({part(kind, d)}, {part(kind, d)})",
                lambda d: f"nullif({part(kind, d)}, {part(kind, d)})",
                lambda d: f"{pick(['least', 'greatest'])}({part(kind, d)}, {part(kind, d)})",
                lambda d: (
                    f"case when {part(YES_NO, d)} then {part(kind, d)} else {part(kind, d)} end"
                ),
                lambda d: f"case {part(TEXT, d)} when {part(TEXT, d)} then {part(kind, d)} end",
            ]

        return {
            NUMBER: [
                *[lambda d: f"{part(NUMBER, d)} {pick('+-*/')} {part(NUMBER, d)}"] * 5,
                lambda d: (
                    f"({part(NUMBER, d)} {pick('+-*/')} {part(NUMBER, d)}) {pick('+-*/')}"
                    f" ({part(NUMBER, d)})"
                ),
                lambda d: f"- ({part(NUMBER, d)})",
                lambda d: f"{pick(['abs', 'round', 'floor', 'ceil'])}({part(NUMBER, d)})",
                lambda d: f"length({part(TEXT, d)})",
                lambda d: f"days_since({part(MOMENT, d)})",
                *alike(NUMBER),
            ],
            TEXT: [
                lambda d: (
                    f"{pick(['lower', 'upper', 'trim', 'digits', 'email_domain'])}({part(TEXT, d)})"
                ),
                *alike(TEXT),
            ],
            MOMENT: alike(MOMENT),
            YES_NO: [
                *[lambda d: self._compared(d)] * 4,
                lambda d: f"{part(YES_NO, d)} {pick(['and', 'or'])} {part(YES_NO, d)}",
                lambda d: f"not {part(YES_NO, d)}",
                lambda d: f"{part(pick(KINDS), d)} is {pick(['', 'not '])}null",
                lambda d: f"{part(YES_NO, d)} is {pick(['', 'not '])}{pick(['true', 'false'])}",
                lambda d: f"{part(YES_NO, d)} = {part(YES_NO, d)} = {part(YES_NO, d)}",
                lambda d: (
                    f"{pick(['contains', 'starts_with', 'ends_with', 'has_word'])}({part(TEXT, d)},"
                    " 'a%_')"
                ),
                lambda d: f"{part(TEXT, d)} {pick(['like', 'ilike'])} {pick(LITERALS[TEXT])}",
                lambda d: f"valid_email({part(TEXT, d)})",
                lambda d: f"recorded({pick(list(COLUMNS))})",
                *alike(YES_NO),
            ],
        }

    def _compared(self, depth: int) -> str:
        kind = self.chance.choice(KINDS)
        left, right, third = (self.part(kind, depth) for _ in range(3))
        way = self.chance.randrange(5)
        if way == 0:
            return f"{left} {self.chance.choice(['', 'not '])}in ({right}, {third})"
        if way == 1:
            return f"{left} {self.chance.choice(['', 'not '])}between {right} and {third}"
        return f"{left} {self.chance.choice(['=', '<>', '<', '<=', '>', '>='])} {right}"


def base(seed: int, leads: int, odd: bool) -> duckdb.DuckDBPyConnection:
    """A table `leads` of these: every extreme value occurs, in any company."""
    chance, con = random.Random(seed), connect(threads=1)
    con.execute(
        f"CREATE TABLE leads (lead_id VARCHAR, {', '.join(f'{n} {t}' for n, t in COLUMNS.items())})"
    )
    for n in range(leads):
        row = [
            chance.choice(VALUES[t] + (ODD if odd and t == "DOUBLE" else []))
            for t in COLUMNS.values()
        ]
        con.execute(
            f"INSERT INTO leads VALUES ({', '.join('?' * (len(row) + 1))})", [f"L{n:03}", *row]
        )
    return con
