"""The plan on PostgreSQL against a statement written by hand for the same flat tables, and one touched lead.

    python benchmarks/postgres.py --shared ../shared [--leads 1000000] [--reps 5] [--only batch,live] [--url URL]

A server of the system's binaries is started over out/bench/postgres (kept: loading takes minutes) and stopped afterwards;
with --url the tables are made in that database instead, and only wall time can be told.  Both statements write an unlogged
table; they run in turn, medians are quoted, and CPU seconds are those of the backend and its workers.  Live, the
workspace of benchmarks/ledger.py is copied to the server (once), and events are followed to their labels there.
"""

from __future__ import annotations

import argparse
import os
import platform
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import psycopg

import touched
from leadlight.desk.session import Session
from leadlight.desk.workspaces.copy import CopyRequest, copy
from leadlight.facts.catalog import Catalog, standard_kind
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.read import must_read
from run import HERE, OUT, data, row

AS_OF = datetime(2026, 1, 1)
SETTINGS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "2",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "autovacuum": "off",
}
SESSION = {"TimeZone": "UTC", "jit": "off", "work_mem": "256MB"}
TYPES = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp",
}
RELATIONS = {
    "leads": "SELECT * REPLACE (created_at::TIMESTAMP AS created_at) FROM '{}/leads.parquet'",
    "activities": (
        'SELECT lead_id, "at"::TIMESTAMP AS occurred_at, * EXCLUDE (lead_id, "at") FROM'
        " '{}/events.parquet'"
    ),
}
FIT = [f"F{n:02d}" for n in range(1, 19)]
RULES = [*FIT, *[f"B{n:02d}" for n in range(1, 23)]]
NEGATIVE = {"F11", "F12", "F14", "F18", "B04", "B21", "B22"}


def by_hand() -> str:
    """The hand-written statement, its repetitive lists filled in."""
    keys = [f"k{n:02d}" for n in range(1, 19)]
    key = [
        f"{'-' if f in NEGATIVE else ''}{f.lower()} * 6400 + {64 - n} AS {k}"
        for n, (f, k) in enumerate(zip(FIT, keys, strict=True), 1)
    ]
    words = "".join(f"{r} {'-' if r in NEGATIVE else '+'}" for r in RULES)
    reason = " || ".join(
        f"CASE WHEN {m} >= 64 THEN '{', ' if n else ''}' || substr('{words}', ((63 - {m} % 64) * 5"
        f" + 1)::int, 5) || (({m} / 64)::numeric(7, 0) * 0.01)::text ELSE '' END"
        for n, m in enumerate(("m1", "m2", "m3"))
    )
    text = "\n".join(
        line
        for line in (HERE / "postgres_tight.sql").read_text("utf-8").splitlines()
        if not line.startswith("--")
    )
    for name, value in {
        "keys": ", ".join(key),
        "all": ", ".join(keys),
        "below_g1": ", ".join(f"CASE WHEN {k} < g1 THEN {k} ELSE 0 END" for k in keys),
        "below_g2": ", ".join(f"CASE WHEN {k} < g2 THEN {k} ELSE 0 END" for k in keys),
        "reasons": reason,
        "as_of": AS_OF.isoformat(" "),
    }.items():
        text = text.replace("{" + name + "}", value)
    return text


def sources(con: psycopg.Connection[Any]) -> Sources:
    """The flat tables as a plan's sources."""
    columns = {
        t: frozenset(
            n
            for (n,) in con.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [t]
            ).fetchall()
        )
        for t in RELATIONS
    }
    kinds: dict[str, list[str]] = {}
    # The kinds of a part are those of the whole: the generator draws each often.
    for (kind,) in con.execute(
        "SELECT DISTINCT kind FROM (SELECT kind FROM activities LIMIT 100000) a ORDER BY 1"
    ).fetchall():
        kinds.setdefault(standard_kind(kind), []).append(kind)
    catalog = Catalog(present=columns["leads"], activity_present=columns["activities"])
    return Sources(catalog, spelled={k: tuple(v) for k, v in kinds.items() if v != [k]})


def load(con: psycopg.Connection[Any], folder: Path, leads: int) -> None:
    """The generated base as two flat tables with the indexes that one lead needs, unless they are there."""
    if con.execute("SELECT to_regclass('loaded')").fetchall()[0][0]:
        if con.execute("SELECT leads FROM loaded").fetchall()[0][0] == leads:
            return
        con.execute("DROP TABLE loaded")
    duck = duckdb.connect()
    duck.execute("SET TimeZone = 'UTC'")
    for name, query in RELATIONS.items():
        print(f"Loading {name} ...", flush=True)
        query = query.format(folder)
        columns = duck.execute(f"DESCRIBE {query}").fetchall()
        con.execute(f"DROP TABLE IF EXISTS {name}".encode())
        con.execute(
            f"CREATE TABLE {name} ({', '.join(f'{c[0]} {TYPES[c[1]]}' for c in columns)})".encode()
        )
        file = OUT / f"{name}-postgres.csv"
        duck.execute(f"COPY ({query}) TO '{file}' (HEADER false)")
        with (
            con.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)".encode()) as copy,
            file.open("rb") as read,
        ):
            while part := read.read(1 << 20):
                copy.write(part)
        file.unlink()
    con.execute("ALTER TABLE leads ADD PRIMARY KEY (lead_id)")
    con.execute("CREATE INDEX ON activities (lead_id, occurred_at)")
    con.execute("VACUUM ANALYZE")
    con.execute("CREATE TABLE loaded AS SELECT %s::bigint AS leads", [leads])


class Server:
    """A database to measure in: where it is, and what its processes have used."""

    def __init__(self, url: str, postmaster: int | None = None) -> None:
        self.url = url
        self.postmaster = postmaster

    def connect(self) -> psycopg.Connection[Any]:
        con = psycopg.connect(self.url, autocommit=True)
        for name, value in SESSION.items():
            con.execute(f"SET {name} = '{value}'".encode())
        return con

    def cpu(self, con: psycopg.Connection[Any]) -> float:
        """CPU seconds of the connection's backend and of all workers that have ended."""
        if self.postmaster is None:
            return 0.0
        return sum(_times(con.info.backend_pid)[:2]) + sum(_times(self.postmaster)[2:])

    def timed(self, sql: str) -> tuple[float, float]:
        """CPU and wall seconds of a statement whose rows go into an unlogged table."""
        with self.connect() as con:
            con.execute("DROP TABLE IF EXISTS made")
            cpu, start = self.cpu(con), time.perf_counter()
            con.execute(f"CREATE UNLOGGED TABLE made AS {sql}".encode())
            return self.cpu(con) - cpu, time.perf_counter() - start


def _times(pid: int) -> list[float]:
    """User and system seconds of a process, then those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return [int(n) / os.sysconf("SC_CLK_TCK") for n in fields[11:15]]


@contextmanager
def started() -> Iterator[Server]:
    """A server with sane settings and fsync on, over a folder that is kept."""
    on_path = shutil.which("initdb")
    found = (
        [Path(on_path).resolve().parent]
        if on_path
        else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    )
    if not found:
        raise SystemExit("There is no initdb: install PostgreSQL 15 or newer, or say --url.")
    home, binaries = OUT / "postgres", found[-1]
    home.mkdir(parents=True, exist_ok=True)
    as_whom: dict[str, Any] = {}
    if os.getuid() == 0:  # PostgreSQL refuses to be root
        user = pwd.getpwnam("postgres")
        os.chown(home, user.pw_uid, user.pw_gid)
        as_whom = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_whom)

    place = str((home / "data").resolve())
    if not (home / "data").exists():
        run(
            f"{binaries}/initdb",
            "-D",
            place,
            "-U",
            "leadlight",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = " ".join(f"-c {k}='{v}'" for k, v in {**SETTINGS, "port": str(port)}.items())
    run(
        f"{binaries}/pg_ctl",
        "-D",
        place,
        "-l",
        f"{home.resolve()}/log",
        "-o",
        options,
        "-w",
        "-t",
        "300",
        "start",
    )
    try:
        pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
        yield Server(f"postgresql://leadlight@127.0.0.1:{port}/postgres", pid)
    finally:
        run(f"{binaries}/pg_ctl", "-D", place, "-m", "fast", "-w", "stop")


def batch(server: Server, reps: int, leads: int) -> None:
    book = must_read((HERE / "reference.yml").read_text("utf-8"))
    with server.connect() as con:
        ours = statement(book, sources(con), Everyone(AS_OF), "postgres")
        for name, sql in (("tight", by_hand()), ("ours", ours)):
            con.execute(f"DROP TABLE IF EXISTS of_{name}".encode())
            con.execute(f"CREATE UNLOGGED TABLE of_{name} AS {sql}".encode())
        different = con.execute(
            "SELECT count(*) FROM of_tight t FULL JOIN of_ours o USING (lead_id) WHERE (t.fit,"
            " t.engagement, t.bant, t.temperature, t.stage, t.target, t.empty, t.reasons) IS"
            " DISTINCT FROM (o.fit, o.engagement, o.readiness, o.temperature, o.stage, o.audience ="
            " 'target', o.contact = 'empty', o.reasons)"
        ).fetchall()[0][0]
        con.execute("DROP TABLE of_tight, of_ours")
    row("leads for whom ours and the hand-written differ", "0", str(different))
    runs: dict[str, list[tuple[float, float]]] = {"tight": [], "ours": []}
    for _ in range(reps):
        runs["tight"].append(server.timed(by_hand()))
        runs["ours"].append(server.timed(ours))
    cpu, wall = (
        {name: median(t[n] for t in taken) for name, taken in runs.items()} for n in (0, 1)
    )
    for name in runs:
        print(f"  {name} {cpu[name]:.1f} CPU s, {wall[name]:.1f} wall")
    size = f"PostgreSQL, {leads:,} leads"
    if server.postmaster is not None:
        row(
            f"{size}, full batch, CPU against by hand",
            "<= 1.5",
            f"{cpu['ours'] / cpu['tight']:.2f}",
        )
    row(
        f"{size}, full batch, wall against by hand", "<= 1.5", f"{wall['ours'] / wall['tight']:.2f}"
    )


def live(url: str, leads: int) -> None:
    """From an event durable to the labels committed, in a workspace of its own: a copy of that of benchmarks/ledger.py, made once."""
    workspace = OUT / f"w{leads}"
    if not (workspace / "leadlight.duckdb").exists():
        print(f"There is no workspace {workspace} to be copied: run benchmarks/ledger.py first.")
        return
    ours = f"{url}{'&' if '?' in url else '?'}schema=ledger_{leads}"
    with psycopg.connect(url, autocommit=True) as con:
        if not con.execute("SELECT to_regclass(%s)", [f"ledger_{leads}.runs"]).fetchall()[0][0]:
            print("Copying the workspace ...", flush=True)
            now = datetime.now(UTC).replace(tzinfo=None)
            copy(Session(), CopyRequest(str(workspace), ours, now))
            con.execute("VACUUM ANALYZE")
    found = touched.live(ours, 500)
    for many, took in found.items():
        asked = ("< 15 ms", "< 50 ms") if many == 1 else ("", "< 100 ms")
        size = f"PostgreSQL, {leads:,} leads, {many:,} touched"
        row(f"{size}, median", asked[0], f"{median(took):.1f} ms")
        row(f"{size}, p99", asked[1], f"{took[min(len(took) - 1, len(took) * 99 // 100)]:.1f} ms")


def main() -> None:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--leads", type=int, default=1_000_000)
    ask.add_argument("--reps", type=int, default=5)
    ask.add_argument("--only", default="batch,live")
    ask.add_argument("--url", default="")
    said = ask.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)

    def measured(server: Server) -> None:
        with server.connect() as con:
            load(con, data(said.shared, said.leads), said.leads)
            version = con.execute("SHOW server_version").fetchall()[0][0]
        print(
            f"{platform.platform()}, {os.cpu_count()} cores, PostgreSQL {version}, medians of"
            f" {said.reps}"
        )
        only = set(said.only.split(","))
        if "batch" in only:
            batch(server, said.reps, said.leads)
        if "live" in only:
            live(server.url, said.leads)

    if said.url:
        measured(Server(said.url))
        return
    with started() as server:
        measured(server)


if __name__ == "__main__":
    main()
