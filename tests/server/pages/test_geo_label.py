"""Label buildings: crops, and yes or no by a tap."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.server.conftest import Served
from tests.server.pages.conftest import post

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: The smallest JPEG: one grey pixel.
PIXEL = bytes.fromhex(
    "ffd8ffdb004300030202020202030202020303030304060404040404080606050609080a0a090809090a0c0f0c0a0b0e"
    "0b09090d110d0e0f101011100a0c12131210130f101010ffc9000b080001000101011100ffcc000600101005ffda0008"
    "010100003f00d2cf20ffd9"
)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def sheet(served: Served) -> Path:
    """A sheet of three buildings in the workspace; one is called like markup."""
    folder = served.server.session.place.folder / "labels" / "pool_service"
    folder.mkdir(parents=True)
    (folder / "question.txt").write_text("Is there a pool?\n")
    rows = [("h1", "", "0001.jpg"), (HOSTILE, "", "0002.jpg"), ("h3", "", "../../playbook.yml")]
    lines = ["building_id,label,crop", *(",".join(row) for row in rows)]
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    for name in ("0001.jpg", "0002.jpg"):
        (folder / name).write_bytes(PIXEL)
    return folder


def answers(folder: Path) -> dict[str, str]:
    """What stands in the table of a sheet."""
    rows = csv.DictReader((folder / "labels.csv").read_text().splitlines())
    return {row["building_id"]: row["label"] for row in rows}


def test_a_tap_writes_the_answer(person: httpx.Client, sheet: Path) -> None:
    """
    yes to the first, no to the second, the first taken back
    -> the table of the sheet says so each time, and the page goes on to the next without one
    """
    assert "pool_service" in person.get("/geo/label").text
    page = person.get("/geo/label/pool_service")
    assert "Is there a pool?" in page.text
    assert "<script>alert" not in page.text
    path = "/geo/label/pool_service"
    done = post(person, path, page.text, {"building": "h1", "label": "yes"})
    assert done.url.fragment == "crop-2"
    post(person, path, page.text, {"building": HOSTILE, "label": "no"})
    assert answers(sheet) == {"h1": "yes", HOSTILE: "no", "h3": ""}
    post(person, path, page.text, {"building": "h1", "label": ""})
    assert answers(sheet)["h1"] == ""


def test_what_is_no_answer_is_refused(person: httpx.Client, sheet: Path) -> None:
    """maybe; a building of another sheet; a sheet that is not there; a path for a name"""
    path = "/geo/label/pool_service"
    page = person.get(path).text
    assert post(person, path, page, {"building": "h1", "label": "maybe"}).status_code == 409
    assert post(person, path, page, {"building": "h9", "label": "yes"}).status_code == 409
    assert (
        post(person, "/geo/label/none", page, {"building": "h1", "label": "yes"}).status_code == 404
    )
    assert person.get("/geo/label/..%2F..").status_code == 404
    assert set(answers(sheet).values()) == {""}


def test_a_crop_is_a_picture_and_nothing_else(person: httpx.Client, sheet: Path) -> None:
    """the first crop; one that is not there; a table that names another file as a crop"""
    crop = person.get("/geo/label/pool_service/1.jpg")
    assert crop.content == PIXEL
    assert crop.headers["content-type"] == "image/jpeg"
    assert "no-store" in crop.headers["cache-control"]
    assert person.get("/geo/label/pool_service/9.jpg").status_code == 404
    assert person.get("/geo/label/pool_service/3.jpg").status_code == 404


def test_nobody_else_sees_a_home(served: Served, sheet: Path) -> None:
    """without a login: no crop, no sheet"""
    with httpx.Client(base_url=served.url) as stranger:
        assert stranger.get("/geo/label/pool_service/1.jpg").status_code in (302, 403)
        assert stranger.get("/geo/label").status_code in (302, 403)


def test_labels_are_tapped_on_a_phone(served: Served, tab: Page, sheet: Path) -> None:
    """375 pixels wide, no script needed: two taps, two answers, the policy has nothing to say"""
    complaints: list[str] = []
    tab.on("console", lambda m: "policy" in m.text.lower() and complaints.append(m.text))
    tab.goto(served.url + "/geo/label/pool_service")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 375
    tab.click("#crop-1 button[value=yes]")
    tab.wait_for_selector("#crop-1.answered")
    tab.click("#crop-2 button[value=no]")
    tab.wait_for_selector("#crop-2.answered")
    assert answers(sheet) == {"h1": "yes", HOSTILE: "no", "h3": ""}
    assert complaints == []
