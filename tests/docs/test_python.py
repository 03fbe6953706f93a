"""The Python of the pages is run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.transcript import ROOT, sandbox

_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.S | re.M)


@pytest.mark.parametrize(
    "page", ["README.md", "docs/how-to/use-from-python.md", "docs/how-to/use-in-a-notebook.md"]
)
def test_the_python_of_a_page_runs(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I paste the page's Python, from its top to its end, into a file beside my export."""
    monkeypatch.chdir(sandbox(tmp_path))
    blocks = _PYTHON.findall((ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    exec(compile("\n".join(blocks), page, "exec"), {})
