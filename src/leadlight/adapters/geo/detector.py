"""A detector of one's own, as an ONNX file: what it says of a crop around each building."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from leadlight.adapters.geo.crops import images
from leadlight.geo.crops import confidence, detector_input
from leadlight.geo.views import Spot
from leadlight.problems import CannotDo

__all__ = ["detect"]

#: Pixels of a side where a detector takes any, and crops that are shown to it at once.
SIDE, BATCH = 64, 32
_LARGEST = 1024


def detect(file: Path, picture: Path, spots: Sequence[Spot]) -> list[float]:
    """What the detector says of each building, from 0 to 1.

    It is shown crops of red, green and blue as shares of white, in the size that it takes. Raises
    `CannotDo` where it is no such detector, or where the library that runs it is missing.
    """
    if find_spec("onnxruntime") is None:
        raise CannotDo(
            "A detector of your own needs a library that is not installed (onnxruntime). Install"
            " it: pip install 'leadlight[detector]'",
            field="detector",
        )
    session = _open(file)
    name, side, first, many = _shape(file, session)
    found: list[float] = []
    for start in range(0, len(spots), BATCH):
        part = images(picture, spots[start : start + BATCH], side)
        batches = [part] if many else [[image] for image in part]
        for batch in batches:
            found += _answers(file, session, name, detector_input(batch, first))
    return found


def _open(file: Path) -> Any:
    import onnxruntime

    if not file.is_file():
        raise CannotDo(f"{file} does not exist.", field="detector")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # the library raises a dozen kinds, none of them public
        raise CannotDo(
            f"{file} cannot be run as an ONNX file. ({type(fault).__name__})", field="detector"
        ) from fault


def _shape(file: Path, session: Any) -> tuple[str, int, bool, bool]:
    """The name of its input, the side of its crops, whether colours come before rows, and whether
    it takes many at once.
    """
    inputs = session.get_inputs()
    shape = inputs[0].shape if len(inputs) == 1 and inputs[0].type == "tensor(float)" else []
    if len(shape) == 4 and 3 in (shape[1], shape[3]):
        first = shape[1] == 3
        sides = [s for s in (shape[2:] if first else shape[1:3]) if isinstance(s, int) and s > 0]
        if len(set(sides)) <= 1 and all(s <= _LARGEST for s in sides):
            return inputs[0].name, sides[0] if sides else SIDE, first, shape[0] != 1
    raise CannotDo(
        f"{file} takes something other than a crop: one input of 32-bit numbers is needed, with"
        " three colours, as high as wide (1 x 3 x 64 x 64, or 1 x 64 x 64 x 3).",
        field="detector",
    )


def _answers(file: Path, session: Any, name: str, crops: Any) -> list[float]:
    try:
        found = confidence(session.run(None, {name: crops})[0])
    except Exception as fault:
        raise CannotDo(
            f"{file} did not answer with a number for each crop. ({type(fault).__name__})",
            field="detector",
        ) from fault
    if len(found) != len(crops):
        raise CannotDo(f"{file} did not answer with a number for each crop.", field="detector")
    return found
