"""Finds every problem code in the source: the calls that make problems, with their message and hint as templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAKERS = {"Problem": 0, "fault": 0, "doubt": 0}


@dataclass(frozen=True)
class Said:
    """One place that makes a problem: its code, what it says, the hint, and in which module."""

    code: str
    message: str
    hint: str
    level: str
    module: str


def codes(source: Path) -> list[Said]:
    """Every call in the source that makes a problem, ordered by code and module."""
    found: list[Said] = []
    for file in sorted(source.rglob("*.py")):
        module = ".".join(file.relative_to(source).with_suffix("").parts)
        for call in _calls(ast.parse(file.read_text(encoding="utf-8"))):
            found += _said(call, module)
    return sorted(set(found), key=lambda s: (s.code, s.module, s.message))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            if name in MAKERS and not _is_log(node.func):
                yield node


def _is_log(func: ast.expr) -> bool:
    """Whether a fault of our own is written to the server's log there, which makes no problem."""
    owner = func.value if isinstance(func, ast.Attribute) else None
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in ("log", "_log")


def _said(call: ast.Call, module: str) -> Iterator[Said]:
    if (
        not call.args
        or not isinstance(call.args[0], ast.Constant)
        or not isinstance(call.args[0].value, str)
    ):
        return
    keywords = {k.arg: k.value for k in call.keywords if k.arg}
    hint = call.args[3] if len(call.args) > 3 else keywords.get("hint")
    level = call.args[4] if len(call.args) > 4 else keywords.get("level")
    yield Said(
        call.args[0].value,
        template(call.args[1]) if len(call.args) > 1 else "",
        template(hint) if hint is not None else "",
        str(level.value) if isinstance(level, ast.Constant) else "fault",
        module,
    )


def template(node: ast.expr) -> str:
    """A text as it stands in the source, with `{...}` where a value is put in."""
    if isinstance(node, ast.Constant):
        return str(node.value) if node.value is not None else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(template(v) for v in node.values)
    if isinstance(node, ast.FormattedValue):
        return "{" + _word(node.value) + "}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return template(node.left) + template(node.right)
    if isinstance(node, ast.BoolOp):
        return " / ".join(t for t in (template(v) for v in node.values) if t)
    if isinstance(node, ast.IfExp):
        return " / ".join(t for t in (template(node.body), template(node.orelse)) if t)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "did_you_mean":
        return "Did you mean {word}?"
    return "{" + _word(node) + "}"


def _word(node: ast.expr) -> str:
    """One word for a value: the last name in its expression."""
    found = (n for n in ast.walk(node) if isinstance(n, ast.Attribute | ast.Name))
    names = [n.attr if isinstance(n, ast.Attribute) else n.id for n in found]
    return names[0].strip("_") if names else "..."


if __name__ == "__main__":
    for said in codes(Path(__file__).resolve().parent.parent / "src" / "leadlight"):
        print(f"{said.code:22} {said.level:6} {said.module}: {said.message} | {said.hint}")
