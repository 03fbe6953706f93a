"""A plugin of pytest that writes down every case instead of judging it: `pytest -p tests.parity.recording`.

Each call of the `qualify` fixture, in whichever test, becomes a line (playbook, facts, lead, moment) of the file named by
`--cases`.  Nothing is qualified: the call answers with something that agrees to everything, and an assert that fails
nevertheless ends nothing, so that the calls after it are seen too.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leadlight.playbook.presets import preset_text

CASES: list[dict[str, str]] = []


class Agreeable:
    """Stands for a qualification: whatever is asked of it holds."""

    def __getattr__(self, name: str) -> Agreeable:
        return self

    def __call__(self, *_: object, **__: object) -> Agreeable:
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __contains__(self, _: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def _agrees(self, _: object) -> bool:
        return True

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _agrees  # type: ignore[assignment]

    def _itself(self, *_: object) -> Agreeable:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __abs__ = __round__ = __getitem__ = _itself


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=Path, required=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [i for i in items if "qualify" in getattr(i, "fixturenames", ())]


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: Any) -> object:
    if fixturedef.argname != "qualify":
        return None
    case = request.function.__doc__ or ""
    where = request.node.nodeid

    def note(
        lead: str,
        as_of: str,
        *,
        playbook: str | None = None,
        preset: str | None = None,
        facts: str | None = None,
    ) -> Agreeable:
        text = playbook if playbook is not None else preset_text(preset or "b2b-saas")
        CASES.append(
            {
                "test": where,
                "playbook": text,
                "facts": case if facts is None else facts,
                "lead": lead,
                "as_of": as_of,
            }
        )
        return Agreeable()

    fixturedef.cached_result = (note, fixturedef.cache_key(request), None)
    return note


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    function = lenient(pyfuncitem.obj)
    function(
        **{name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    )
    return True


def lenient(function: Callable[..., None]) -> Callable[..., None]:
    """The same test, but an assert that does not hold is passed over."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    (definition,) = tree.body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    definition.returns = None
    for argument in definition.args.args:
        argument.annotation = None
    made = ast.fix_missing_locations(PassedOver().visit(tree))
    found: dict[str, Any] = {}
    exec(compile(made, inspect.getsourcefile(function) or "", "exec"), function.__globals__, found)
    return found[definition.name]  # type: ignore[no-any-return]


class PassedOver(ast.NodeTransformer):
    """`assert X` becomes: X is worked out, and a fault of it is nobody's business."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        ignored = ast.ExceptHandler(
            type=ast.Name("Exception", ast.Load()), name=None, body=[ast.Pass()]
        )
        return ast.Try(body=[ast.Expr(node.test)], handlers=[ignored], orelse=[], finalbody=[])


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.getoption("--cases").write_text(
        json.dumps(CASES, ensure_ascii=False), encoding="utf-8"
    )
