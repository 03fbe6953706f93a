"""A plug-in: the industry and the size of a company, out of a register that is a CSV file.

A real one would ask a service. Then be kind to it: the rows come a thousand at a time, each company
once, so ask for many at once where the service can.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar

from leadlight.enrich.enricher import Finding, Row

REGISTER = Path(__file__).with_name("register.csv")


class CompanyRegister:
    """Looks a company up by its name."""

    name = "company-register"
    about = "Industry and number of employees, by the register of companies."
    reads = ("company",)
    adds: ClassVar = {"industry": "text", "employees": "whole", "register_number": "text"}

    def __init__(self) -> None:
        with REGISTER.open(encoding="utf-8", newline="") as file:
            self._companies = {plain(line["company"]): line for line in csv.DictReader(file)}

    def enrich(self, rows: Sequence[Row]) -> list[list[Finding]]:
        """A list for each row, in their order; an empty one where nothing is known."""
        return [self._findings(str(row["company"])) for row in rows]

    def _findings(self, company: str) -> list[Finding]:
        known: Mapping[str, str] | None = self._companies.get(plain(company))
        if known is None:
            return []
        of = date.fromisoformat(known["as_of"])
        source = f"register {known['number']}"
        return [
            Finding("industry", known["industry"], source, 0.95, of),
            Finding("employees", int(known["employees"]), source, 0.8, of),
            Finding("register_number", known["number"], source, 1.0, of),
        ]


def plain(company: str) -> str:
    """A name as it is compared: small letters, one blank, no legal form."""
    words = company.lower().replace(".", "").replace(",", " ").split()
    return " ".join(w for w in words if w not in ("gmbh", "ltd", "inc", "ag", "llc"))
