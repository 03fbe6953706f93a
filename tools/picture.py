"""`make picture`: the README's picture, the top of the report of the small company in `examples/acme`.

The report is made as of the day that the README names, and photographed by headless Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from shown import ROOT

PICTURE = ROOT / "docs" / "images" / "report.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1180, 855
MOST = 300_000  # bytes


def report(folder: Path) -> Path:
    """The report of the small company."""
    acme = ROOT / "examples" / "acme"
    page = folder / "report.html"
    words = [acme / "leads.csv", "--activities", acme / "activities.csv"]
    words += ["--as-of", "2026-11-01", "--report", page, "--out", folder / "qualified.csv"]
    command = [sys.executable, "-c", "from leadlight.cli import main; main()", "qualify"]
    subprocess.run([*command, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
    return page


def photograph(page: Path, picture: Path) -> None:
    """The top of a page as a PNG."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise SystemExit("There is no Chromium here. Install it: make chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        sheet = started.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        sheet.goto(page.as_uri())
        sheet.screenshot(path=picture)
        started.close()


def main() -> None:
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        photograph(report(Path(folder)), PICTURE)
    size = PICTURE.stat().st_size
    print(f"Written: {PICTURE.relative_to(ROOT)} ({size:,} bytes)")
    if size > MOST:
        raise SystemExit(f"It is larger than {MOST:,} bytes: make it smaller before you commit it.")


if __name__ == "__main__":
    main()
