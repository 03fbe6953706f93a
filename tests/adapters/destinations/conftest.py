"""What the tests of the output share: a qualified base, a summary, and the system's own browser."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from leadlight.adapters.destinations.report.page import write_report
from leadlight.playbook.spec import Playbook
from leadlight.results.summary import Summary
from tests.adapters.destinations import fabricated


@pytest.fixture(scope="session")
def base() -> duckdb.DuckDBPyConnection:
    return fabricated.base(600)


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return fabricated.playbook()


@pytest.fixture(scope="session")
def summary(base: duckdb.DuckDBPyConnection) -> Summary:
    return fabricated.summary(600, base)


@pytest.fixture(scope="session")
def report(summary: Summary, playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(summary, playbook, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="session")
def verified() -> Summary:
    return fabricated.verified(600)


@pytest.fixture(scope="session")
def quality_report(
    verified: Summary, playbook: Playbook, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return write_report(verified, playbook, tmp_path_factory.mktemp("report") / "quality.html")
