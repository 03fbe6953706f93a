"""Which tests stay in one process when several share the work (`pytest -n 2 --dist loadgroup`), and which begin.

A file's tests stay together, so that what they share is made once; those of Spark stay together across files, so that one
Spark starts and not one in each process; and so do those that compare PostgreSQL.  pytest-xdist's own mark `xdist_group`
is not what says so: beside pytest 9.2 it groups nothing (pytest-xdist issue 1386).
"""

from __future__ import annotations

from typing import Any

import pytest

#: What takes longest begins, so that nobody waits for one process at the end.
FIRST = (
    "spark",
    "parity",
    "tests/cli/test_verify.py",
    "tests/docs/test_tutorial.py",
    "tests/cli/test_command.py",
    "tests/adapters/ledger/test_postgres.py",
    "tests/adapters/ledger/test_laws.py",
    "tests/adapters/ledger/test_merged.py",
    "tests/plan/test_laws.py",
)
#: Files whose tests share nothing, and are long.
APART = ("tests/docs/test_tutorial.py",)


def group(test: str) -> str:
    """The name of a test's group, of its address as pytest prints it."""
    file, _, name = test.partition("::")
    if file.startswith("tests/parity/"):
        return "spark" if "spark" in name else "parity"
    if file.startswith("tests/adapters/spark/") or file == "tests/plan/test_spark.py":
        return "spark"
    return test if file in APART else file


def place(test: str) -> int:
    """When a test's group begins: the smaller, the earlier."""
    file = test.partition("::")[0]
    names = [n for n, first in enumerate(FIRST) if first in (group(test), file)]
    return names[0] if names else len(FIRST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that needs Spark outside its group would start a second one."""
    for item in items:
        given: Any = getattr(item, "callspec", None)
        asked = {
            *getattr(item, "fixturenames", ()),
            *(f"{value}" for value in (given.params if given else {}).values()),
        }
        if ("spark_engine" in asked or "spark" in getattr(item, "fixturenames", ())) and group(
            item.nodeid
        ) != "spark":
            raise pytest.UsageError(
                f"{item.nodeid} needs Spark, and tests/together.py does not know that."
            )
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands out groups, in the order in which the tests were found."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    config.option.loadscopereorder = False
    return Groups(config, log)
