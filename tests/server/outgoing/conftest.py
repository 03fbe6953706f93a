"""A small ledger for each test."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import apprise
import pytest

from tests.server.outgoing.company import Company


@pytest.fixture(scope="session", autouse=True)
def _services() -> None:
    """Apprise loads its services when the first is named; one of them imports what is deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        apprise.Apprise().add("json://127.0.0.1:1/")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """A ledger without leads or runs."""
    made = Company(tmp_path / "ws")
    yield made
    made.session.close()
