"""What can be learned of buildings from pictures: green roofs of two cantons, pools on crops and in whole neighbourhoods.

    python benchmarks/geo_learn.py --shared ../shared [--only roofs,cantons,pools,neighbourhoods]

No cut is chosen by a label that is judged. Roofs are judged by the product's own model.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import sqlite3
import statistics
import sys
import time
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from benchmarks.geo_patches import features as patch_features
from rasterio.io import MemoryFile
from scipy import ndimage
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from leadlight.predict.arrays import rarer
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import bins_of, features_of
from leadlight.predict.judge.intervals import wilson
from leadlight.predict.learn.boosting import chance as chances_of
from leadlight.predict.learn.model_selection import fit
from leadlight.predict.places.label_choice import least_sure
from leadlight.predict.places.list_length import expectation_of_model
from leadlight.predict.places.local_cut import chance, cut_of, fit_local

BANDS = ("nir", "red", "green", "blue")
STATISTICS = ("min", "max", "mean", "std", "median")
DRAWS = 200
#: Pools by eye, on the whole pictures, before anything was run on them: zone -> (column, row).
BY_EYE = {
    1: ((1439, 9), (1071, 125), (1236, 233), (857, 524)),
    10: ((1082, 165),),
    18: ((262, 110), (1003, 82), (937, 519), (882, 557), (1462, 691)),
    24: ((1311, 293), (1445, 429)),
}
NEAR = 22  # pixels


def roofs(folder: Path) -> tuple[list[TableColumn], np.ndarray[Any, Any], list[str]]:
    """Statistics of each roof and of what is green on it, and ratios of bands; labels; cantons."""
    rows: dict[str, dict[str, float]] = {}
    label: dict[str, bool] = {}
    for name, prefix in (("roof", "r"), ("greenery", "v")):
        with gzip.open(folder / f"roof_stats_scratch_{name}.csv.gz", "rt") as file:
            for line in csv.DictReader(file):
                own = rows.setdefault(line["unID"], {})
                own |= {
                    f"{prefix}_{line['band']}_{s}": float(line[s]) for s in STATISTICS if line[s]
                }
                if prefix == "r":
                    label[line["unID"]] = line["veg_new_3"] in ("1", "1.0")
    with sqlite3.connect(f"file:{folder / 'gt_tot.gpkg'}?immutable=1", uri=True) as con:
        canton = {str(i): k for i, k in con.execute("SELECT unID, KT FROM gt_tot")}
    ids = sorted(label, key=int)
    table = [_with_ratios(rows[i]) for i in ids]
    names = sorted({n for row in table for n in row})
    columns = [TableColumn(n, n, [row.get(n) for row in table]) for n in names]
    return columns, np.array([label[i] for i in ids], float), [canton[i] for i in ids]


def _with_ratios(row: dict[str, float]) -> dict[str, float]:
    out = dict(row)
    for p in ("r", "v"):
        for s in ("mean", "median", "max", "min"):
            if f"{p}_nir_{s}" not in row:
                continue
            n, r, g, b = (row[f"{p}_{band}_{s}"] for band in BANDS)
            total = r + g + b + 1e-6
            out |= {
                f"{p}_excess_green_{s}": (2 * g - r - b) / total,
                f"{p}_red_share_{s}": r / total,
                f"{p}_green_share_{s}": g / total,
                f"{p}_gndvi_{s}": (n - g) / (n + g + 1e-6),
                f"{p}_bndvi_{s}": (n - b) / (n + b + 1e-6),
                f"{p}_red_blue_{s}": (r - b) / (r + b + 1e-6),
            }
        for band in (*BANDS, "lum", "ndvi"):
            mean, std = row.get(f"{p}_{band}_mean"), row.get(f"{p}_{band}_std")
            if mean is not None and std is not None:
                out[f"{p}_{band}_skew"] = (mean - row[f"{p}_{band}_median"]) / (std + 1e-6)
                out[f"{p}_{band}_range"] = row[f"{p}_{band}_max"] - row[f"{p}_{band}_min"]
    return out


def log_odds(columns: Sequence[TableColumn], y: Any, teach: Any, rows: Any) -> Any:
    """What the product's model, taught by some rows, says of others."""
    chosen, _ = features_of(columns, teach.tolist(), rarer(y[teach]), {})
    bins = bins_of(chosen, columns)
    return fit(chosen, bins[teach], y[teach], seed=0).log_odds(bins[rows])


def five_fold(columns: Sequence[TableColumn], y: Any) -> None:
    seen, named = np.zeros(len(y)), np.zeros(len(y), bool)
    for teach, judge in StratifiedKFold(5, shuffle=True, random_state=0).split(y, y):
        seen[judge] = log_odds(columns, y, teach, judge)
        p = chances_of(seen[judge])
        named[judge] = p >= cut_of(p.tolist()).probability
    order = np.argsort(-seen)
    print(f"green roofs, 5-fold, {len(y):,} roofs: F1 {f1_score(y, named):.3f}, AUC {roc_auc_score(y, seen):.3f}, precision of the first 200 {y[order[:200]].mean():.3f}, of 400 {y[order[:400]].mean():.3f}")  # fmt: skip


def other_canton(columns: Sequence[TableColumn], y: Any, canton: Sequence[str]) -> None:
    reached = []
    for held in ("ZH", "GE"):
        rows = np.array([c == held for c in canton])
        judge = np.flatnonzero(rows)
        seen, own = log_odds(columns, y, np.flatnonzero(~rows), judge).tolist(), y[judge]
        plain = f1_score(own, np.array(seen) >= 0)
        best = max(
            f1_score(own, np.array(seen) >= c)
            for c in np.quantile(seen, np.linspace(0.4, 0.995, 120))
        )
        f1s, held_by = zip(*(_draw(seen, own, seed) for seed in range(DRAWS)), strict=True)
        reached.append(statistics.median(f1s))
        low, high = np.quantile(f1s, [0.05, 0.95])
        print(f"{held} held out ({len(own):,} roofs, {own.mean():.0%} green): F1 {plain:.3f} by the cut of the other, median {reached[-1]:.3f} (5-95 %: {low:.3f} to {high:.3f}) by 50 labels, {DRAWS} draws; best cut of this order {best:.3f}; the best hundred's number was in its interval in {np.mean(held_by):.0%}")  # fmt: skip
    print(f"mean of the two: {statistics.fmean(reached):.3f}")


def _draw(seen: list[float], y: Any, seed: int) -> tuple[float, bool]:
    """F1 among the roofs nobody looked at, and whether the interval of the best hundred holds."""
    drawn = least_sure([chance(s) for s in seen], 50, seed)
    own = fit_local([seen[n] for n in drawn], [bool(y[n]) for n in drawn])
    here = np.array([chance(own.log_odds(s)) for s in seen])
    rest = np.setdiff1d(np.arange(len(seen)), drawn)
    f1 = f1_score(y[rest], here[rest] >= cut_of(here.tolist()).probability)
    top = np.argsort(-np.array(seen))[:100].tolist()
    known = [bool(y[n]) if n in drawn else None for n in top]
    said = expectation_of_model([seen[n] for n in top], own, known, seed)
    return f1, bool(said.low <= y[top].sum() <= said.high)


def machine() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        learning_rate=0.06,
        max_iter=300,
        max_leaf_nodes=12,
        l2_regularization=3,
        max_features=0.2,
        random_state=0,
    )


def read(data: bytes) -> Any:
    with warnings.catch_warnings(), MemoryFile(data) as held, held.open() as picture:
        warnings.simplefilter("ignore")
        return picture.read()


def chips(folder: Path) -> tuple[Any, Any, Any]:
    """Features of each crop, whether it shows a pool, and its part by a hash of its file's name."""
    with warnings.catch_warnings(), zipfile.ZipFile(folder / "train.zip") as archive:
        warnings.simplefilter("ignore")
        names = sorted(n for n in archive.namelist() if n.endswith(".jpg"))
        x = np.array([patch_features(read(archive.read(n))) for n in names])
    own = ["/".join(Path(n).parts[-2:]) for n in names]
    y = np.array([n.startswith("pools/") for n in own])
    part = np.array([int(hashlib.sha256(n.encode()).hexdigest(), 16) % 5 for n in own])
    return x, y, part


def pools(x: Any, y: Any, part: Any) -> None:
    p = np.zeros(len(y))
    for k in range(5):
        p[part == k] = machine().fit(x[part != k], y[part != k]).predict_proba(x[part == k])[:, 1]
    each = [accuracy_score(y[part == k], p[part == k] > 0.5) for k in range(5)]
    print(f"pools, {len(y):,} crops, {x.shape[1]} features, parts by a hash: accuracy {accuracy_score(y, p > 0.5):.3f} ({min(each):.3f} to {max(each):.3f}), F1 {f1_score(y, p > 0.5):.3f}, AUC {roc_auc_score(y, p):.4f}")  # fmt: skip


def neighbourhoods(folder: Path, x: Any, y: Any) -> None:
    taught = machine().fit(x, y)
    found: list[tuple[float, bool]] = []
    for zone, places in BY_EYE.items():
        for p, column, row in _spots(read((folder / f"zone{zone}.jpg").read_bytes()), taught):
            near = [n for n, (c, r) in enumerate(places) if np.hypot(c - column, r - row) < NEAR]
            found.append((p, bool(near)))
    there = sum(len(places) for places in BY_EYE.values())
    for cut in (0.5, 0.9, 0.97, 0.99):
        named = [right for p, right in found if p >= cut]
        low, high = wilson(sum(named), len(named))
        print(f"neighbourhoods, 4 of 1600 x 800 pixels, {there} pools by eye, cut {cut}: {sum(named)} found (recall {sum(named) / there:.2f}), precision {sum(named)} of {len(named)} = {sum(named) / max(1, len(named)):.2f} (95 %: {low:.2f} to {high:.2f})")  # fmt: skip


def _spots(picture: Any, taught: HistGradientBoostingClassifier) -> list[tuple[float, int, int]]:
    """Where something is bluer than what is around it, with how sure the crop there is; of spots within 30 pixels the surest."""
    r, g, b = picture.astype(float)
    c = ndimage.gaussian_filter((b - r) / (b + r + 1e-6) * np.clip((r + g + b) / 240, 0, 1), 2)
    rows, columns = np.nonzero((c == ndimage.maximum_filter(c, 25)) & (c > 0.06))
    wide = np.pad(picture, ((0, 0), (25, 25), (25, 25)), mode="reflect")
    crops = [
        patch_features(wide[:, y : y + 50, x : x + 50]) for y, x in zip(rows, columns, strict=True)
    ]
    sure = taught.predict_proba(np.array(crops))[:, 1]
    kept: list[tuple[float, int, int]] = []
    for n in np.argsort(-sure):
        if all(np.hypot(columns[n] - x, rows[n] - y) > 30 for _, x, y in kept):
            kept.append((float(sure[n]), int(columns[n]), int(rows[n])))
    return kept


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--shared", type=Path, required=True)
    said.add_argument("--only", default="roofs,cantons,pools,neighbourhoods")
    args = said.parse_args()
    only, geo = set(args.only.split(",")), args.shared / "data" / "geo"
    if not (geo / "green_roofs").is_dir():
        raise SystemExit(f"{geo} does not hold the labelled sets.")
    start = time.process_time()
    if only & {"roofs", "cantons"}:
        columns, y, canton = roofs(geo / "green_roofs")
        if "roofs" in only:
            five_fold(columns, y)
        if "cantons" in only:
            other_canton(columns, y, canton)
    if only & {"pools", "neighbourhoods"}:
        x, has, part = chips(geo / "pools")
        if "pools" in only:
            pools(x, has, part)
        if "neighbourhoods" in only:
            neighbourhoods(geo / "pools", x, has)
    print(f"CPU {time.process_time() - start:.0f} s")


if __name__ == "__main__":
    main()
