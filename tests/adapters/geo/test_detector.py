"""A detector of one's own, made here: what it says is one more feature."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
import rasterio
from affine import Affine
from onnx import TensorProto, helper
from rasterio.errors import NotGeoreferencedWarning
from rasterio.warp import transform

from leadlight.adapters.geo import detector
from leadlight.adapters.geo.crops import crops, tile
from leadlight.geo.views import Spot
from leadlight.problems import CannotDo

SIZE = 16


def write_detector(file: Path, shape: tuple = ("n", 3, SIZE, SIZE), log_odds: bool = False) -> Path:
    """A detector that says how blue a crop is: the mean of its third colour."""
    first = shape[1] == 3
    colours = [0.0, 0.0, 1.0]
    weights = np.array(colours, np.float32).reshape((1, 3, 1, 1) if first else (1, 1, 1, 3))
    nodes = [
        helper.make_node("Mul", ["crop", "colours"], ["blue"]),
        helper.make_node("ReduceSum", ["blue", "axis"], ["one"], keepdims=0),
        helper.make_node("ReduceMean", ["one"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("Mul", ["mean", "scale"], ["scaled"]),
        helper.make_node("Sub", ["scaled", "less"], ["answer"]),
    ]
    constants = [
        helper.make_tensor("colours", TensorProto.FLOAT, weights.shape, weights.ravel()),
        helper.make_tensor("axis", TensorProto.INT64, (1,), [1 if first else 3]),
        helper.make_tensor("scale", TensorProto.FLOAT, (), [20.0 if log_odds else 1.0]),
        helper.make_tensor("less", TensorProto.FLOAT, (), [10.0 if log_odds else 0.0]),
    ]
    graph = helper.make_graph(
        nodes,
        "blue",
        [helper.make_tensor_value_info("crop", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, (shape[0],))],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(file))
    return file


@pytest.fixture
def picture(tmp_path):
    """Two hundred metres of grey ground with a blue square in the middle of the left half."""
    values = np.full((3, 400, 400), 100, np.uint8)
    values[:, 150:250, 50:150] = np.array([20, 60, 250], np.uint8)[:, None, None]
    file = tmp_path / "ground.tif"
    place = Affine(0.5, 0, 500_000, 0, -0.5, 5_500_200)
    with rasterio.open(
        file, "w", driver="GTiff", height=400, width=400, count=3, dtype="uint8",
        crs="EPSG:25832", transform=place,
    ) as out:  # fmt: skip
        out.write(values)
    return file


def spot(x: float, y: float, side: float = 20) -> Spot:
    """A building at metres from the lower left of the picture."""
    half = side / 2
    ring = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    xs = [500_000 + a for a, _ in [*ring, ring[0], (x, y)]]
    ys = [5_500_000 + b for _, b in [*ring, ring[0], (x, y)]]
    longitudes, latitudes = transform("EPSG:25832", "EPSG:4326", xs, ys)
    corners = ", ".join(
        f"{a:.8f} {b:.8f}" for a, b in zip(longitudes[:-1], latitudes[:-1], strict=True)
    )
    return Spot(longitudes[-1], latitudes[-1], f"POLYGON (({corners}))")


BLUE, GREY = (50, 100), (150, 100)


@pytest.mark.parametrize("shape", [("n", 3, SIZE, SIZE), (1, SIZE, SIZE, 3), ("n", 3, "h", "w")])
def test_it_says_how_blue_a_building_is(tmp_path, picture, shape):
    """colours before rows and after, one crop at a time and many, a size of its own and any"""
    file = write_detector(tmp_path / "blue.onnx", shape)
    blue, grey = detector.detect(file, picture, [spot(*BLUE), spot(*GREY)])
    assert blue > 0.9
    assert grey == pytest.approx(100 / 255, abs=0.02)


def test_log_odds_become_probabilities(tmp_path, picture):
    """an answer of 9.6 and -2.2 is one of nearly 1 and of .1"""
    file = write_detector(tmp_path / "blue.onnx", log_odds=True)
    blue, grey = detector.detect(file, picture, [spot(*BLUE), spot(*GREY)])
    assert 0.99 < blue <= 1
    assert 0 <= grey < 0.15


@pytest.mark.parametrize("shape", [("n", 4, SIZE, SIZE), ("n", 3, 8, 16), ("n", 3)])
def test_another_input_is_refused(tmp_path, picture, shape):
    """four colours; not as high as wide; no picture at all"""
    file = tmp_path / "other.onnx"
    graph = helper.make_graph(
        [helper.make_node("Identity", ["a"], ["b"])], "other",
        [helper.make_tensor_value_info("a", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("b", TensorProto.FLOAT, shape)],
    )  # fmt: skip
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8),
        str(file),
    )
    with pytest.raises(CannotDo, match="three colours"):
        detector.detect(file, picture, [spot(*BLUE)])


def test_a_file_that_is_no_detector_is_refused(tmp_path, picture):
    """a text that ends in .onnx, and one that is not there"""
    file = tmp_path / "text.onnx"
    file.write_text("hello")
    with pytest.raises(CannotDo, match="cannot be run as an ONNX file"):
        detector.detect(file, picture, [spot(*BLUE)])
    with pytest.raises(CannotDo, match="does not exist"):
        detector.detect(tmp_path / "none.onnx", picture, [spot(*BLUE)])


def test_without_the_library_it_says_what_to_install(tmp_path, picture, monkeypatch):
    """no onnxruntime: a sentence with the extra"""
    monkeypatch.setattr(detector, "find_spec", lambda name: None)
    with pytest.raises(CannotDo, match=r"leadlight\[detector\]"):
        detector.detect(tmp_path / "x.onnx", picture, [spot(*BLUE)])


def test_a_crop_shows_the_building_and_its_outline(picture):
    """a roof of 20 m: the crop is 52 m wide, for a yard reaches 16 m, the outline in its middle"""
    (crop,) = crops(picture, [spot(*BLUE)])
    assert crop.jpeg.startswith(b"\xff\xd8")
    xs, ys = zip(*crop.outline, strict=True)
    assert min(xs) == pytest.approx(crop.side * 16 / 52, abs=3)
    assert max(ys) == pytest.approx(crop.side * 36 / 52, abs=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.MemoryFile(crop.jpeg) as held, held.open() as shown:
            assert shown.read()[:, crop.side // 2, crop.side // 2].tolist() == pytest.approx(
                [20, 60, 250], abs=12
            )


def test_a_tile_holds_all_buildings(picture):
    """two buildings a hundred metres apart: one tile, both outlines in it"""
    found = tile(picture, [spot(*BLUE), spot(*GREY)])
    assert len(found.outlines) == 2
    for ring in found.outlines:
        assert all(0 <= x <= found.width and 0 <= y <= found.height for x, y in ring)


def test_a_building_at_the_edge_has_a_crop(picture):
    """half of it outside: what is not there is black, and nothing breaks"""
    (crop,) = crops(picture, [spot(2, 2)])
    assert crop.jpeg.startswith(b"\xff\xd8")
