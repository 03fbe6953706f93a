"""A folder as a company has it: a workspace with some history, exports, tables, playbooks. Made
once, copied for each attempt."""

from __future__ import annotations

import atexit
import csv
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.attack.base import PLAYBOOK
from tests.command import ROOT, leadlight

ACME = ROOT / "examples" / "acme"
LEADS = 60
POINTS = '{"points": [{"name": "Form", "type": "form.submit", "delta": 10}]}'
TOWN = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "h1", "properties": {}, "geometry":'
    ' {"type": "Polygon", "coordinates": [[[9, 50], [9.001, 50], [9.001, 50.001], [9, 50.001], [9, 50]]]}}]}'
)
HOUSES = (
    "building_id,longitude,latitude,roof_area,picture_taken,picture_purpose,street,city,outline\n"
    'h1,9.0005,50.0005,80.5,2025-06-01,roofs,High Street 1,Hamburg,"POLYGON ((9 50, 9.001 50, 9.001 50.001, 9 50))"\n'
)
SIGNED = PLAYBOOK.replace("name: small\n", "name: small\nsign_off: [marketing, sales]\n")


def workshop() -> Path:
    """The folder to copy."""
    return _made()


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="attack-workshop-"))
    atexit.register(shutil.rmtree, folder, True)
    known = _first(ACME / "leads.csv", folder / "leads.csv", LEADS)
    _of(
        known,
        [ACME / "activities.csv", ACME / "outcomes.csv", ACME / "subscriptions.csv"],
        folder / "log.csv",
    )
    _objects(folder / "leads.csv", folder / "leads.json")
    for name in ("spend.csv", "deals.csv", "mailing.csv"):
        shutil.copy(ACME / name, folder / name)
    _buys(folder / "buys.csv")
    (folder / "ids.csv").write_text(
        "lead_id\n" + "\n".join(sorted(known)[:5]) + "\n", encoding="utf-8"
    )
    (folder / "town.geojson").write_text(TOWN, encoding="utf-8")
    (folder / "houses.csv").write_text(HOUSES, encoding="utf-8")
    (folder / "labels.csv").write_text("building,label\nh1,yes\n", encoding="utf-8")
    (folder / "points.json").write_text(POINTS, encoding="utf-8")
    (folder / "small.yml").write_text(PLAYBOOK, encoding="utf-8")
    (folder / "old.yml").write_text(PLAYBOOK.replace("add: 30", "add: 25"), encoding="utf-8")
    (folder / "won.yml").write_text("leadlight-model: 1\n", encoding="utf-8")
    _do(folder, "test", "small.yml", "--begin")
    _workspace(folder)
    return folder


def _workspace(folder: Path) -> None:
    """A workspace with imports, a playbook that waits for a signature, a run and links."""
    _do(folder, "init", "ws")
    ws = folder / "ws"
    (ws / "playbook.yml").write_text(SIGNED, encoding="utf-8")
    _do(ws, "import", "../leads.csv", "../log.csv", "../spend.csv", "--backfill")
    _do(ws, "publish", "--by", "ana")
    _do(ws, "sign", "--as", "sales", "--by", "bob")
    _do(ws, "qualify", "--no-report")


def _do(cwd: Path, *words: str) -> None:
    env = {
        n: os.environ[n] for n in ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR") if n in os.environ
    }
    done: subprocess.CompletedProcess[str] = leadlight(*words, cwd=cwd, env=env)
    assert done.returncode == 0, (words, done.stdout, done.stderr)


def _first(source: Path, target: Path, leads: int) -> set[str]:
    with source.open(encoding="utf-8", newline="") as f:
        header, *rows = csv.reader(f)
    _write(target, header, rows[:leads])
    return {row[0] for row in rows[:leads]}


def _of(known: set[str], sources: list[Path], target: Path) -> None:
    """What these leads did, of several logs with columns of their own."""
    rows = []
    for source in sources:
        with source.open(encoding="utf-8", newline="") as f:
            rows += [row for row in csv.DictReader(f) if row["lead_id"] in known]
    header = list(dict.fromkeys(name for row in rows for name in row))
    _write(target, header, [[row.get(name, "") for name in header] for row in rows])


def _objects(source: Path, target: Path) -> None:
    """The leads as a web service gives them: all on one line."""
    import json

    with source.open(encoding="utf-8", newline="") as f:
        target.write_text(json.dumps(list(csv.DictReader(f)), ensure_ascii=False), encoding="utf-8")


def _buys(target: Path) -> None:
    rows = [
        [f"K{n % 80:02}", f"202{4 + n % 3}-0{1 + n % 9}-1{n % 10}", str(10 + n % 90), "abc"[n % 3]]
        for n in range(400)
    ]
    _write(target, ["customer", "date", "value", "product"], rows)


def _write(target: Path, header: list[str], rows: list[list[str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
