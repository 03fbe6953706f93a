"""What the tests of the output share: a qualified base, a summary, and the system's own browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from leadlight.adapters.destinations.report.page import write_report
from leadlight.playbook.spec import Playbook
from leadlight.results.summary import Summary
from tests.adapters.destinations import fabricated

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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


def find_browser() -> str:
    """Where Chromium is: LEADLIGHT_CHROMIUM, else what the system has under one of its names."""
    named = os.environ.get("LEADLIGHT_CHROMIUM")
    found = named or next((path for name in _NAMES if (path := shutil.which(name))), None)
    if not found:
        pytest.fail(
            "The report is tested in a real browser and there is none. Install Chromium (on Debian"
            " and Ubuntu: apt-get update && apt-get install -y chromium), or name one in"
            " LEADLIGHT_CHROMIUM.",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = find_browser()
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield started
        started.close()
