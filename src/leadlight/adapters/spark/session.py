"""A session of Spark: in this process, on a cluster, or of a server of Spark Connect."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from leadlight.adapters.spark.faults import is_sparks, translated_errors, without_secrets
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: What a plan relies on.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Rows that lie by lead are where a pair of lead and moment is looked for, too: they are not
    # moved again.
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
    # A playbook's text stays as it is written: `${env:PATH}` in it is no question to this machine,
    # and `\` is an escape.
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    # What does not fit is a fault and never another number.
    "spark.sql.ansi.enabled": "true",
}
#: Java's stack of a thread: with its usual 1 MB, code that Java has not compiled yet cannot read
#: the longest condition that a playbook may have.
STACK = "-Xss4m"
DRIVERS_JAVA = "spark.driver.extraJavaOptions"
#: What a session of this process is started with, unless spark-defaults.conf or spark-submit says
#: otherwise.
STARTED_WITH = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Statements of many columns become methods that Java otherwise leaves uncompiled.
    DRIVERS_JAVA: f"-XX:-DontCompileHugeMethods {STACK}",
    "spark.executor.extraJavaOptions": f"-XX:-DontCompileHugeMethods {STACK}",
    # What these look for, a plan does not have; in a plan of hundreds of columns they take most of
    # the time and memory.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.lateralColumnAlias.enableImplicitResolution": "false",
}
#: For a short run, Java's first compiler alone: the second one works longer on Spark's planning
#: than its code saves before the run ends.
FIRST_COMPILER = "-XX:TieredStopAtLevel=1"
#: In MB: what Spark starts with at all, and between what a third of the machine's memory is taken.
LEAST, USUAL = 512, (1024, 8192)
_MEGABYTES = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}
NOT_INSTALLED = (
    "This needs Spark. Install it with: pip install 'leadlight[spark]'; and Java 17 or newer."
)


@contextmanager
def spark_session(
    master: str | None = None, remote: str | None = None, *, short: bool = False
) -> Iterator[SparkSession]:
    """A session, ended afterwards if it was begun here.

    `remote` is a server of Spark Connect (`sc://host:15002`), by default that of the environment's
    SPARK_REMOTE; `master` is `local[*]`, or a cluster's address. `short` says that there is little
    to do: a session that is begun in this process then starts sooner, and works slower.
    """
    remote = remote or (None if master else os.environ.get("SPARK_REMOTE"))
    if master and remote:
        raise CannotDo(
            "Name --master (Spark in this process, or a cluster) or --remote (Spark Connect), not"
            " both."
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session, ours = _of_server(remote) if remote else _local(master or "local[*]", short)
    # A server is asked for the first time here.
    with translated_errors(f"be reached at {without_secrets(remote)}" if remote else "start"):
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
    try:
        yield session
    finally:
        if ours:
            _end(session)


def _pyspark() -> type[SparkSession]:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise CannotDo(NOT_INSTALLED) from None
    return SparkSession


def _of_server(remote: str) -> tuple[SparkSession, bool]:
    """A session of a server; it is ours to end."""
    spark = _pyspark()
    _answers(remote)
    with translated_errors(f"be reached at {without_secrets(remote)}"):
        session: SparkSession = spark.builder.remote(remote).create()
    return session, True


def _local(master: str, short: bool) -> tuple[SparkSession, bool]:
    """A session of this process, and whether it is ours to end: not where one runs already."""
    spark = _pyspark()
    with translated_errors("start"):
        running = spark.getActiveSession()
        if running is not None:
            return running.newSession(), False
        with quiet():
            return _start(spark.builder, master, short), True


def _end(session: Any) -> None:
    """Java may be dead already, of its memory say: what is told is why, and not that it does not
    answer any more.
    """
    try:
        session.stop()
    except Exception as fault:
        if not is_sparks(fault) and not isinstance(fault, OSError):
            raise


def _answers(remote: str) -> None:
    """Raises `CannotDo` at once where nobody listens; Spark itself would try for ten minutes."""
    at = urlsplit(remote)
    if at.scheme != "sc" or not at.hostname:
        raise CannotDo(
            "--remote is the address of a server of Spark Connect, sc://host:15002, not"
            f" {without_secrets(remote)}."
        )
    try:
        socket.create_connection((at.hostname, at.port or 15002), timeout=10).close()
    except OSError:
        raise CannotDo(f"Nobody answers at {without_secrets(remote)}.") from None


@contextmanager
def quiet() -> Iterator[None]:
    """What is started writes nothing to the terminal: Java keeps the standard error it is born
    with.
    """
    if os.environ.get("LEADLIGHT_DEBUG"):
        yield
        return
    sys.stderr.flush()
    before, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nowhere)


def _start(builder: Any, master: str, short: bool) -> Any:
    builder = builder.master(master).appName("leadlight")
    for name, value in start_settings(master, short, driver_memory(os.environ)).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def start_settings(master: str, short: bool, memory: str | None) -> dict[str, str]:
    """What a session of this process is started with."""
    settings = dict(STARTED_WITH)
    if memory:
        settings["spark.driver.memory"] = memory
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        if short:
            settings[DRIVERS_JAVA] += f" {FIRST_COMPILER}"
    return settings


def driver_memory(environment: Mapping[str, str]) -> str | None:
    """What this process's Java may hold: LEADLIGHT_MEMORY, else what Spark's own files say (then
    None), else a third of the machine's memory. Spark's own 1 GB is less than the planning of a
    playbook may take.
    """
    said = environment.get("LEADLIGHT_MEMORY")
    if said:
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt])i?b?\s*", said, re.IGNORECASE)
        megabytes = int(float(found[1]) * _MEGABYTES[found[2].lower()]) if found else 0
        if megabytes < LEAST:
            raise CannotDo(
                f"LEADLIGHT_MEMORY is {said!r}. Spark needs {LEAST} MB at the least: write 4GB, for"
                " example."
            )
        return f"{megabytes}m"
    if "SPARK_DRIVER_MEMORY" in environment or _says_memory(environment):
        return None
    return f"{min(max(_machine() // 3, USUAL[0]), USUAL[1])}m"


def _says_memory(environment: Mapping[str, str]) -> bool:
    """Whether what Spark is started with says how much."""
    if re.search(r"driver[.-]memory", environment.get("PYSPARK_SUBMIT_ARGS", "")):
        return True
    home = environment.get("SPARK_CONF_DIR") or (
        f"{environment['SPARK_HOME']}/conf" if "SPARK_HOME" in environment else ""
    )
    defaults = Path(home, "spark-defaults.conf")
    try:
        return (
            bool(home)
            and re.search(r"^\s*spark\.driver\.memory\b", defaults.read_text("utf-8"), re.MULTILINE)
            is not None
        )
    except (OSError, UnicodeDecodeError):
        return False


def _machine() -> int:
    """The machine's memory in MB, or what a container of it may use."""
    sizes = (
        [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")] if hasattr(os, "sysconf") else []
    )
    with suppress(OSError, ValueError):  # "max" where there is no limit
        sizes.append(int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return min(sizes, default=USUAL[0] << 20) >> 20
