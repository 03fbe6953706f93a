"""What customers will buy again."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.predict.customers.forecast import Customers
from leadlight.results.files import WrittenFile


@dataclass(frozen=True)
class CustomersResult:
    """The forecast of every customer, and the file it was written to."""

    forecast: Customers
    file: WrittenFile | None = None
