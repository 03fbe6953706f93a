"""A result names a field of a request or a next step; only the command line knows how an option is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[2] / "src/leadlight/results"
# The report is a page that is read without a face: it names the command that lists its repairs.
PAGE = "leadlight verify --repairs"


def sentences(tree: ast.Module) -> Iterator[str]:
    """The texts of a module, without its docstrings."""
    docs = {n.value for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            yield node.value


def test_no_result_names_an_option() -> None:
    """A page and an agent show the same results, and have no `--all`"""
    found = [
        f"{file.relative_to(RESULTS)}: {text!r}"
        for file in sorted(RESULTS.rglob("*.py"))
        for text in sentences(ast.parse(file.read_text()))
        if re.search(r"(?<![\w-])--[a-z]", text) and text != PAGE
    ]
    assert not found
