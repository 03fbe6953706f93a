"""What pixels say of one building."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadlight.geo.bands import bands, white_of
from leadlight.geo.features import features, of_zones
from leadlight.geo.questions import QUESTIONS
from leadlight.geo.yards import yards

GRASS, POOL, PANEL, TILE, SLATE, METAL, STONE = (
    (82, 120, 60),
    (90, 190, 215),
    (28, 40, 82),
    (170, 92, 70),
    (70, 70, 74),
    (200, 202, 205),
    (140, 138, 132),
)


def picture(ground: tuple[int, int, int], size: int = 40) -> np.ndarray:
    return np.full((size, size, 3), ground, dtype=np.uint8)


def by_name(rgb: np.ndarray) -> dict[str, np.ndarray]:
    return {"red": rgb[..., 0], "green": rgb[..., 1], "blue": rgb[..., 2]}


def roof_and_yard(size: int = 40) -> tuple[np.ndarray, np.ndarray]:
    roof = np.zeros((size, size), dtype=bool)
    roof[10:30, 10:30] = True
    return roof, ~roof


def test_a_pool_in_the_grass_is_a_pool():
    """A yard of 1,200 pixels of 0.2 m with 6 x 10 of water: 0.05 of it, 2.4 m2; the rest is green"""
    rgb = picture(GRASS)
    rgb[10:30, 10:30] = TILE
    rgb[32:38, 5:15] = POOL
    got = features(by_name(rgb), *roof_and_yard(), 0.2)
    assert got["pool_share"] == pytest.approx(0.05)
    assert got["pool_area"] == pytest.approx(2.4)
    assert got["yard_green_share"] == pytest.approx(0.95)
    assert got["roof_tile_share"] == 1.0
    assert got["panel_share"] == 0.0


def test_panels_are_no_pool_and_a_pool_is_no_panel():
    """The tax office of France took solar panels for pools: on a roof and in a yard, each is only itself"""
    rgb = picture(GRASS)
    rgb[10:30, 10:30] = SLATE
    rgb[12:17, 12:28] = PANEL
    rgb[0:5, 0:16] = PANEL
    got = features(by_name(rgb), *roof_and_yard(), 0.2)
    assert (got["panel_share"], got["pool_share"]) == (pytest.approx(0.2), 0.0)
    rgb[12:17, 12:28] = POOL
    rgb[0:5, 0:16] = POOL
    got = features(by_name(rgb), *roof_and_yard(), 0.2)
    assert (got["panel_share"], got["pool_share"]) == (0.0, pytest.approx(80 / 1200))


@pytest.mark.parametrize(
    ("material", "name"),
    [(TILE, "roof_tile_share"), (SLATE, "roof_dark_share"), (METAL, "roof_bright_share")],
)
def test_a_roof_is_of_one_family(material, name):
    rgb = picture(STONE)
    rgb[10:30, 10:30] = material
    got = features(by_name(rgb), *roof_and_yard(), 0.2)
    families = ("roof_tile_share", "roof_dark_share", "roof_bright_share")
    assert {n: got[n] for n in families} == {n: float(n == name) for n in families}
    assert got["paved_share"] == 1.0


def test_the_depth_of_a_picture_changes_nothing():
    """8 bits, 16 bits of which eleven are used, and shares say the same"""
    rgb = picture(GRASS)
    rgb[10:30, 10:30] = TILE
    rgb[32:38, 5:15] = POOL
    rgb[0, :8] = 255
    masks = roof_and_yard()
    bytes_ = features(by_name(rgb), *masks, 0.2)
    eleven = by_name(np.round(rgb.astype(float) * 2047 / 255).astype(np.uint16))
    shares = by_name(rgb / 255)
    assert white_of(eleven) == 2047
    for other in (features(eleven, *masks, 0.2), features(shares, *masks, 0.2, white=1.0)):
        assert other == pytest.approx(bytes_, abs=0.002)


def test_near_infrared_decides_what_is_a_plant():
    """Green paint is green in red, green and blue; in near infrared it is no plant. Blue tarpaulin is no water"""
    rgb = by_name(picture(GRASS))
    masks = roof_and_yard()
    paint = rgb | {"nir": np.full((40, 40), 80, dtype=np.uint8)}
    lawn = rgb | {"nir": np.full((40, 40), 190, dtype=np.uint8)}
    assert features(rgb, *masks, 0.2)["yard_green_share"] == 1.0
    assert features(paint, *masks, 0.2)["yard_green_share"] == 0.0
    assert features(lawn, *masks, 0.2)["yard_green_share"] == 1.0
    tarpaulin = by_name(picture(POOL)) | {"nir": np.full((40, 40), 210, dtype=np.uint8)}
    assert features(tarpaulin, *masks, 0.2)["pool_share"] == 0.0


def test_a_coarse_picture_is_not_asked_for_small_things():
    """At 0.4 m pools can be seen, panels cannot; at 1 m neither; at 3 m only area, cover, shadow and cloud"""
    rgb = by_name(picture(GRASS))
    at = {m: features(rgb, *roof_and_yard(), m) for m in (0.3, 0.4, 0.5, 1.0, 3.0)}
    assert [at[m]["panel_share"] is None for m in at] == [False, True, True, True, True]
    assert [at[m]["pool_share"] is None for m in at] == [False, False, False, True, True]
    assert at[3.0]["roof_brightness"] is None
    assert at[3.0]["roof_area"] == 400 * 9


def test_a_grey_picture_says_nothing_of_colours():
    grey = np.full((40, 40), 60, dtype=np.uint8)
    got = features({"grey": grey}, *roof_and_yard(), 0.2)
    assert got["roof_dark_share"] == 1.0
    for name in ("pool_share", "panel_share", "yard_green_share", "roof_red", "cloud_share"):
        assert got[name] is None


def test_a_white_roof_is_no_cloud_unless_its_yard_is_white_too():
    rgb = picture(GRASS)
    rgb[10:30, 10:30] = (250, 250, 250)
    assert features(by_name(rgb), *roof_and_yard(), 0.2)["cloud_share"] == 0.0
    rgb[:20] = (250, 250, 250)
    assert features(by_name(rgb), *roof_and_yard(), 0.2)["cloud_share"] == pytest.approx(
        1000 / 1600
    )


def test_what_the_picture_does_not_show_is_not_counted():
    """Half of the roof lies outside: shares are of what is seen, and `picture_coverage` says how much that is"""
    rgb = picture(GRASS)
    rgb[10:30, 10:30] = TILE
    valid = np.ones((40, 40), dtype=bool)
    valid[:, :20] = False
    got = features(by_name(rgb), *roof_and_yard(), 0.2, valid=valid)
    assert (got["roof_tile_share"], got["picture_coverage"]) == (1.0, 0.5)
    got = features(by_name(rgb), *roof_and_yard(), 0.2, valid=~np.ones((40, 40), dtype=bool))
    assert (got["roof_tile_share"], got["pool_area"], got["picture_coverage"]) == (None, None, 0.0)


def test_every_feature_of_pixels_has_a_question():
    got = features(by_name(picture(GRASS)), *roof_and_yard(), 0.2)
    assert sorted([*got, "neighbours_100m"]) == sorted(q.name for q in QUESTIONS)


def test_bands_have_the_names_that_are_known():
    with pytest.raises(ValueError, match="not green2"):
        bands({"green2": np.zeros((2, 2), dtype=np.uint8)})
    with pytest.raises(ValueError, match="one grey band"):
        bands({"red": np.zeros((2, 2), dtype=np.uint8)})


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_one_building_or_many_are_measured_alike(seed, count):
    """Any picture, any masks: a building alone has the features that it has among others"""
    random = np.random.default_rng(seed)
    rgb = by_name(random.integers(0, 256, (24, 24, 3), dtype=np.uint8))
    zones = random.integers(0, 2 * count + 1, (24, 24)).astype(np.int32)
    together = of_zones(rgb, zones, count, 0.25)
    for n in range(count):
        alone = features(rgb, zones == 2 * n + 1, zones == 2 * n + 2, 0.25)
        assert together[n] == pytest.approx(alone)
    for got in together:
        for name, number in got.items():
            if name.endswith("_share") and number is not None:
                assert 0 <= number <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1.0, 2.5, 6.0]))
def test_ground_belongs_to_the_nearest_building(seed, reach):
    """Against the distances to every cell of every roof, taken one by one"""
    random = np.random.default_rng(seed)
    roofs = np.zeros((17, 23), dtype=np.int32)
    for n in range(1, 4):
        y, x = random.integers(0, 15), random.integers(0, 20)
        roofs[y : y + 2, x : x + 3] = n
    got = yards(roofs, reach)
    rows, columns = np.nonzero(roofs)
    for y, x in np.ndindex(roofs.shape):
        away = (rows - y) ** 2 + (columns - x) ** 2
        nearest = set(roofs[rows, columns][away == away.min()].tolist())
        if away.min() > reach**2:
            assert got[y, x] == 0
        else:
            assert got[y, x] in nearest
