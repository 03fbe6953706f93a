"""Which numeric libraries learning needs, and the sentence for who has not installed them. They are
an extra, named here and in this folder only.
"""

from __future__ import annotations

from importlib.util import find_spec

from leadlight.problems import CannotDo

TUNING = ("numpy", "scipy", "sklearn")
LEARNING = (*TUNING, "interpret")


def needs(doing: str = "Learning", names: tuple[str, ...] = LEARNING) -> None:
    """Raises `CannotDo` when one of the libraries is not there."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise CannotDo(
            f"{doing} needs numeric libraries ({', '.join(missing)}). Install them: pip install"
            " 'leadlight[learn]'"
        )
