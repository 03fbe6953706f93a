"""Which libraries pictures and maps need, and the sentence for who has not installed them."""

from __future__ import annotations

from importlib.util import find_spec

from leadlight.problems import CannotDo

__all__ = ["needs"]


def needs(*names: str) -> None:
    """Raises `CannotDo` when one of the libraries is not there."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise CannotDo(
            f"Pictures and maps need libraries that are not installed ({', '.join(missing)})."
            " Install them: pip install 'leadlight[geo]'"
        )
