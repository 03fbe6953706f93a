"""Features of a crop of 50 x 50 pixels: colours, blobs of pool-like colours, edges, and middle against edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import ndimage

Picture = np.ndarray[Any, Any]  # three colours, rows, columns
#: Hues in degrees, the least saturation and brightness: cyan, blue, violet, green water, and all of them.
FAMILIES = (
    (160, 205, 0.2, 0.35),
    (175, 225, 0.15, 0.3),
    (195, 260, 0.15, 0.3),
    (225, 280, 0.15, 0.25),
    (140, 185, 0.2, 0.3),
    (160, 280, 0.25, 0.4),
    (160, 280, 0.12, 0.25),
)
HUES = [0, 30, 60, 90, 140, 170, 185, 200, 215, 230, 250, 280, 361]


def features(picture: Picture) -> list[float]:
    """All features of a crop, always as many."""
    return [float(v) for v in np.nan_to_num(np.array(list(_features(picture.astype(float)))))]


def _features(picture: Picture) -> Iterator[float]:
    channels = _channels(picture)
    light, s = channels["light"], channels["saturation"]
    for c in channels.values():
        yield from np.percentile(c, [1, 5, 25, 50, 75, 90, 95, 98, 99.5])
        yield from (c.mean(), c.std())
        smooth = ndimage.gaussian_filter(c, 2)
        yield from (smooth.max(), smooth.min(), smooth.max() - np.median(c))
        for width in (1.5, 3, 5):
            blob = ndimage.gaussian_filter(c, width) - ndimage.gaussian_filter(c, width * 2)
            yield from (blob.max(), blob.min())
    hue, value = channels["hue"], channels["value"]
    for low, high, least, bright in FAMILIES:
        yield from _blob((hue >= low) & (hue <= high) & (s >= least) & (value >= bright), light, s)
    for name, step in (("bluer", 0.12), ("vivid", 0.12), ("cyan", 15), ("blue", 12)):
        c = channels[name]
        yield from _blob(ndimage.gaussian_filter(c, 0.7) > np.median(c) + step, light, s)
    for name in ("light", "blue share", "saturation", "bluer"):
        edges = ndimage.gaussian_gradient_magnitude(channels[name], 1)
        yield from (edges.mean(), edges.std(), *np.percentile(edges, [50, 90, 99]))
    for name in ("bluer", "cyan", "vivid", "light", "greener"):
        c = channels[name]
        middle = c[15:35, 15:35]
        yield from (
            middle.mean() - c.mean(),
            c[20:30, 20:30].mean(),
            middle.max() - np.percentile(c, 90),
        )
    counts, _, _ = np.histogram2d(hue.ravel(), s.ravel(), bins=[HUES, [0, 0.15, 0.3, 0.5, 1.01]])
    yield from (counts / counts.sum()).ravel()


def _channels(picture: Picture) -> dict[str, Picture]:
    r, g, b = picture
    total = r + g + b + 1e-6
    most, least = picture.max(0), picture.min(0)
    spread = np.maximum(most - least, 1e-6)
    hue = 60 * np.where(
        most == r,
        ((g - b) / spread) % 6,
        np.where(most == g, (b - r) / spread + 2, (r - g) / spread + 4),
    )
    s, value = np.where(most > 0, (most - least) / np.maximum(most, 1e-6), 0), most / 255
    return {
        "light": total / 3,
        "red share": r / total,
        "green share": g / total,
        "blue share": b / total,
        "bluer": (b - r) / (b + r + 1e-6),
        "greener": (g - r) / (g + r + 1e-6),
        "bluer than green": (b - g) / (b + g + 1e-6),
        "blue": b - np.maximum(r, g),
        "cyan": np.minimum(g, b) - r,
        "saturation": s,
        "vivid": s * value,
        "hue": hue,
        "value": value,
    }


def _blob(mask: Picture, light: Picture, s: Picture) -> tuple[float, ...]:
    """The largest blob of a mask: how large, how round, how it differs from what is around it."""
    mask = ndimage.binary_opening(mask)
    labels, count = ndimage.label(mask)
    if not count:
        return (0.0,) * 9
    big = labels == np.bincount(labels.ravel())[1:].argmax() + 1
    rows, columns = np.nonzero(big)
    area = len(rows)
    round_, full = 0.0, 0.0
    if area > 3:
        small, large = np.sort(np.linalg.eigvalsh(np.cov(np.vstack([rows, columns]))))
        round_ = float(np.sqrt((small + 0.1) / (large + 0.1)))
        full = area / (4 * np.pi * np.sqrt(max(small, 0.05) * max(large, 0.05)))
    ring = ndimage.binary_dilation(big, iterations=3) & ~ndimage.binary_dilation(big)
    around = ring if ring.any() else np.ones_like(big)
    far = float(np.hypot(rows.mean() - 24.5, columns.mean() - 24.5))
    contrast = light[big].mean() - light[around].mean()
    return (mask.mean(), area / mask.size, count, round_, full, contrast, s[big].mean() - s[around].mean(), far, light[big].std())  # fmt: skip
