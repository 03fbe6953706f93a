"""What each pixel looks like, by its colour alone.

These are rules of thumb for pictures in natural colours, not measurements of a material. They order
buildings well; where a list is to be cut, a model that learned from labels of the place does better
(`leadlight geo learn`).
"""

from __future__ import annotations

from enum import IntFlag

import numpy as np

from leadlight.geo.arrays import Codes, Mask, Shares
from leadlight.geo.bands import Bands

__all__ = ["Surface", "greenness", "surfaces"]


class Surface(IntFlag):
    """What a pixel may look like; several at once."""

    GREEN = 1
    POOL = 2
    PANEL = 4
    TILE = 8
    DARK = 16
    BRIGHT = 32
    PAVED = 64
    SHADOW = 128
    CLOUD = 256


#: NDVI above which a pixel is plants. Stretched 8-bit pictures lie lower than reflectances (0.3);
#: Berlin's map of green roofs takes 0.1 as a first pass.
NDVI_GREEN = 0.15
#: The excess-green index (2g - r - b) / (r + g + b) above which a pixel is plants (Woebbecke et al.
#: 1995).
EXG_GREEN = 0.08
#: Below this share of white, colours are noise.
DARKEST = 0.03
#: Shadow in towns is darker than nearly every material that is lit.
SHADOW = 0.17
#: Roofs and grounds: dark below, bright above.
DARK, BRIGHT = 0.33, 0.62
#: How far the colours of a grey thing may lie apart.
GREY = 0.11
#: A cloud is white: every colour near the top, and none ahead of another.
CLOUD_LEAST, CLOUD_APART = 0.88, 0.06


def greenness(bands: Bands) -> Shares | None:
    """How green each pixel is: NDVI (-1 to 1) with near infrared, else the excess-green index.

    None without colour.
    """
    if bands.nir is not None and bands.red is not None:
        return _ratio(bands.nir - bands.red, bands.nir + bands.red)
    if bands.red is None or bands.green is None or bands.blue is None:
        return None
    total = bands.brightness * np.float32(3)
    return _ratio(bands.green * np.float32(3) - total, total)


def surfaces(bands: Bands, green: Shares | None = None) -> Codes:
    """What each pixel looks like, as bits of `Surface`; 0 where the picture holds nothing.

    Give `green` if `greenness` is known already. Without colour there is only dark, bright and
    shadow.
    """
    looks = _grey_looks(bands) if green is None and not bands.has_colour else None
    if looks is None:
        looks = _colour_looks(bands, greenness(bands) if green is None else green)
    bits = np.zeros(bands.brightness.shape, dtype=np.uint8)
    for surface, where in looks.items():
        if surface is not Surface.CLOUD:
            bits |= where.view(np.uint8) << (surface.bit_length() - 1)
    codes = bits.astype(np.uint16)
    if Surface.CLOUD in looks and looks[Surface.CLOUD].any():
        codes |= looks[Surface.CLOUD].astype(np.uint16) << 8
    if not bands.valid.all():
        codes *= bands.valid
    return codes


def _grey_looks(bands: Bands) -> dict[Surface, Mask]:
    light = bands.brightness
    return {
        Surface.SHADOW: light < SHADOW,
        Surface.DARK: light < DARK,
        Surface.BRIGHT: light > BRIGHT,
    }


def _colour_looks(bands: Bands, index: Shares | None) -> dict[Surface, Mask]:
    red, green, blue, light = bands.red, bands.green, bands.blue, bands.brightness
    assert red is not None
    assert green is not None
    assert blue is not None
    assert index is not None
    most = np.maximum(np.maximum(red, green), blue)
    least = np.minimum(np.minimum(red, green), blue)
    apart = most - least
    grey = apart < GREY
    # Silicon is a dark blue: blue ahead of red and green, and the whole not bright.
    panel = (blue > red * np.float32(1.35)) & (blue > green * np.float32(1.2))
    panel &= (light < 0.36) & (apart > 0.06) & (blue > 0.12)
    if bands.nir is None:  # water in a basin is green too, but bluer
        plants = (index > EXG_GREEN) & (green > blue)
    else:
        plants = (index > NDVI_GREEN) & ~panel  # which send some infrared back
    plants &= light > DARKEST
    # Water in a basin is cyan: green and blue together, red far behind. Panels and blue roofs lack
    # the green.
    pool = (red < green * np.float32(0.78)) & (green > blue * np.float32(0.8))
    pool &= (blue > green * np.float32(0.92)) & (most > 0.36)
    if bands.nir is not None:  # water swallows infrared: blue paint and tarpaulins do not
        pool &= bands.nir < green
    dim = light < SHADOW
    return {
        Surface.GREEN: plants,
        Surface.POOL: pool,
        Surface.PANEL: panel,
        Surface.TILE: (red > green * np.float32(1.22))
        & (red > blue * np.float32(1.3))
        & (red > 0.2),
        Surface.DARK: (light < DARK) & grey,
        Surface.BRIGHT: (light > BRIGHT) & grey,
        Surface.PAVED: grey & ~plants & ~dim & (light <= 0.8),
        Surface.SHADOW: dim & ~panel,
        Surface.CLOUD: (least > CLOUD_LEAST) & (apart < CLOUD_APART),
    }


def _ratio(over: Shares, under: Shares) -> Shares:
    out = np.zeros_like(over)
    np.divide(over, under, out=out, where=under > np.float32(1e-6))
    return out
