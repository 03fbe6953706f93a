"""A picture from above as a file: what it is, and its pixels by windows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from leadlight.adapters.geo.band_names import expand, name_bands
from leadlight.adapters.geo.libraries import needs
from leadlight.geo.arrays import Mask, Pixels
from leadlight.geo.bands import white_of
from leadlight.geo.windows import frame
from leadlight.problems import CannotDo

__all__ = ["Picture", "open_picture"]

#: Bytes of blocks that are kept while windows are read.
CACHE = 128 * 1024 * 1024
#: Pixels of a side of a sample, and how many samples tell how bright white is.
SAMPLE, SAMPLES = 256, 24
#: A ground distance this near to what the system of reference says is that of the system.
DISTORTION = 0.01


@dataclass(frozen=True)
class Picture:
    """A picture that can be measured: `metres` is the length of a pixel on the ground, `bands` the
    names of its bands (`-`: not used), `crs` its system of reference as WKT, `taken` the day that
    its file says.
    """

    file: Path
    width: int
    height: int
    metres: float
    bands: tuple[str, ...]
    crs: str
    taken: date | None
    copyright: str | None
    _data: Any
    _affine: Any

    @property
    def has_colour(self) -> bool:
        """Whether it has red, green and blue."""
        return {"red", "green", "blue"} <= set(self.bands) or "palette" in self.bands

    @property
    def to_pixels(self) -> Any:
        """The affine transform from its system of reference to columns and rows."""
        return ~self._affine

    @property
    def block(self) -> tuple[int, int]:
        """Rows and columns of a block of its file."""
        rows, columns = self._data.block_shapes[0]
        return int(rows), int(columns)

    def read(self, top: int, left: int, height: int, width: int) -> tuple[dict[str, Pixels], Mask]:
        """The bands of a window by name, and where the picture holds something. A window may reach
        over the edges.
        """
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        y, x = max(top, 0), max(left, 0)
        rows = min(top + height, self.height) - y
        columns = min(left + width, self.width) - x
        window = Window(x, y, max(columns, 0), max(rows, 0))
        used = [n for n, name in enumerate(self.bands, 1) if name != "-"]
        try:
            values = self._data.read(used, window=window)
            valid = self._valid(window)
        except RasterioError as fault:
            raise CannotDo(
                f"{self.file} cannot be read at row {y}, column {x}: the file is damaged or not"
                f" complete. ({type(fault).__name__})"
            ) from fault
        names = [self.bands[n - 1] for n in used]
        arrays = dict(zip(names, values, strict=True))
        if "palette" in arrays:
            arrays = expand(arrays["palette"], self._data.colormap(1))
        return frame(arrays, valid, (y - top, x - left), (height, width))

    def overview(
        self, top: int, left: int, height: int, width: int, rows: int, columns: int
    ) -> dict[str, Pixels]:
        """The bands of a window within the picture, in so many rows and columns."""
        from rasterio.windows import Window

        used = [n for n, name in enumerate(self.bands, 1) if name != "-"]
        window = Window(left, top, width, height)
        values = self._data.read(used, window=window, out_shape=(len(used), rows, columns))
        arrays = dict(zip((self.bands[n - 1] for n in used), values, strict=True))
        if "palette" in arrays:
            return expand(arrays["palette"], self._data.colormap(1))
        return arrays

    def white(self, places: Sequence[tuple[float, float]]) -> float:
        """The number that stands for white, by samples around some places (column, row)."""
        step = max(1, len(places) // SAMPLES)
        parts: list[Mapping[str, Pixels]] = []
        for x, y in places[::step]:
            arrays, valid = self.read(int(y) - SAMPLE // 2, int(x) - SAMPLE // 2, SAMPLE, SAMPLE)
            parts.append({name: a[valid] for name, a in arrays.items()})
            if all(a.dtype.name == "uint8" for a in arrays.values()):
                return 255.0
        return white_of({f"{n} {name}": a for n, p in enumerate(parts) for name, a in p.items()})

    def _valid(self, window: Any) -> Mask | None:
        from rasterio.enums import MaskFlags

        if all(MaskFlags.all_valid in flags for flags in self._data.mask_flag_enums):
            return None
        shown: Mask = self._data.dataset_mask(window=window) > 0
        return shown


@contextmanager
def open_picture(
    file: Path, crs: str | None = None, bands: Sequence[str] | None = None
) -> Iterator[Picture]:
    """A picture to be read. `crs` names its system of reference where the file does not, `bands`
    its bands in their order (`-`: none of these) where their usual order is wrong.

    Raises `CannotDo` for a file that is no picture, one without a place on the earth, in degrees,
    or with bands that cannot be told.
    """
    needs("rasterio", "shapely")
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    if not file.is_file():
        raise CannotDo(f"{file} does not exist.")
    with rasterio.Env(GDAL_CACHEMAX=CACHE, GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"):
        try:
            with warnings.catch_warnings():
                # That it lies nowhere is said in a sentence of ours.
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                data = rasterio.open(file)
        except RasterioError as fault:
            raise CannotDo(f"{file} cannot be read as a picture, such as a GeoTIFF.") from fault
        with data:
            yield _picture(file, data, crs, bands)


def _picture(file: Path, data: Any, named: str | None, bands: Sequence[str] | None) -> Picture:
    crs = _system(file, data, named)
    affine = data.transform
    if affine.is_identity or not affine.determinant:
        raise CannotDo(
            f"{file} does not say where on the earth it lies. Use the original file of the"
            " picture, or one with a world file (.tfw) beside it."
        )
    across, down = math.hypot(affine.a, affine.d), math.hypot(affine.b, affine.e)
    if (
        abs(across / down - 1) > DISTORTION
        or abs(affine.a * affine.b + affine.d * affine.e) > DISTORTION * across * down
    ):
        raise CannotDo(
            f"The pixels of {file} are not square. Warp it first: gdalwarp -tr SIZE SIZE."
        )
    tags = data.tags()
    return Picture(
        file,
        data.width,
        data.height,
        _ground(data, crs, affine, across),
        name_bands(file, data, bands),
        crs.to_wkt(),
        _day(tags.get("TIFFTAG_DATETIME")),
        tags.get("TIFFTAG_COPYRIGHT") or None,
        data,
        affine,
    )


def _system(file: Path, data: Any, named: str | None) -> Any:
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    crs = data.crs
    if named is not None:
        try:
            crs = CRS.from_user_input(named)
        except CRSError as fault:
            raise CannotDo(
                f"{named!r} is not a coordinate system. Write it like EPSG:25832.", field="crs"
            ) from fault
    if not crs:
        raise CannotDo(
            f"{file} names no coordinate system, so nothing can be found on it. If you know it,"
            " name it, such as EPSG:25832.",
            field="crs",
        )
    if not crs.is_projected:
        raise CannotDo(
            f"{file} is in degrees; areas need metres. Warp it first, to the UTM zone of the place:"
            " gdalwarp -t_srs EPSG:32632."
        )
    return crs


def _ground(data: Any, crs: Any, affine: Any, side: float) -> float:
    """The length of a pixel on the ground, in the middle of the picture.

    Systems for the whole world stretch it: at 60 degrees, a metre of the usual web maps is half
    one.
    """
    from rasterio.warp import transform

    x, y = data.width / 2, data.height / 2
    ends = [
        (affine.a * c + affine.b * r + affine.c, affine.d * c + affine.e * r + affine.f)
        for c, r in ((x, y), (x + 100, y), (x, y + 100))
    ]
    longitudes, latitudes = transform(crs, "EPSG:4326", *zip(*ends, strict=True))
    legs = [_metres(longitudes[0], latitudes[0], longitudes[n], latitudes[n]) / 100 for n in (1, 2)]
    ground = math.sqrt(legs[0] * legs[1])
    nominal: float = side * crs.linear_units_factor[1]
    return nominal if abs(ground / nominal - 1) < DISTORTION else ground


def _metres(longitude: float, latitude: float, to_longitude: float, to_latitude: float) -> float:
    """The distance of two near places, on the ellipsoid WGS 84."""
    sine = math.sin(math.radians(latitude))
    bend = 1 - 0.00669437999 * sine * sine
    meridian = 6378137.0 * (1 - 0.00669437999) / bend**1.5
    parallel = 6378137.0 / math.sqrt(bend) * math.cos(math.radians(latitude))
    return math.hypot(
        math.radians(to_longitude - longitude) * parallel,
        math.radians(to_latitude - latitude) * meridian,
    )


def _day(text: str | None) -> date | None:
    """The day of a TIFF's date, `2025:06:01 12:00:00`; None for a blank or a slip."""
    try:
        return date.fromisoformat((text or "").strip()[:10].replace(":", "-"))
    except ValueError:
        return None
