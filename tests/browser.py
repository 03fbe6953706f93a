"""The system's own browser, one for all tests of a process.

Playwright's loop stays in the thread that started it: a second start in the same process is refused.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

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


@contextmanager
def started_browser() -> Iterator[Browser]:
    """The browser, until the tests of this process are over."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=find_browser(), args=BROWSER_ARGUMENTS)
        yield started
        started.close()
