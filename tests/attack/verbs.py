"""Every verb with random options and random names of outputs, in a folder whose every file is
compared afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.attack.folder import Rule
from tests.attack.names import Names, copy, make_links, place
from tests.attack.options import INPUTS, NEVER, OUTPUTS, SECRETS, VALUES
from tests.attack.oracle import Ran
from tests.attack.room import Room
from tests.attack.workshop import workshop

#: What keeps users and keys, beside a ledger.
DESK = tuple(
    f"{folder}{file}"
    for folder in ("", "ws/", "new/")
    for file in ("server.key", "desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm")
)
LEADS = ("--leads", "leads.csv", "-a", "log.csv")


@dataclass(frozen=True)
class Shape:
    """How a verb is called so that it does something, and what it may change unasked."""

    calls: Sequence[Sequence[str]]
    ledger: bool = False
    additions: Sequence[str] = ()
    outputs: Sequence[str] = ()
    trees: Sequence[str] = ()
    slow: bool = False
    skipped: frozenset[str] = field(default_factory=frozenset)


#: Verbs that stay until they are told to go: `tests/server` attacks a server.
STAYS = frozenset({"mcp", "serve"})

#: Each verb. In a call `>x` stands for a random name of an output of the parameter `where` or
#: `target`.
SHAPES: Mapping[str, Shape] = {
    "qualify": Shape(
        (
            ("leads.csv", "-a", "log.csv", "-p", "small.yml"),
            ("leads.json", "-p", "small.yml"),
            ("-w", "ws"),
            ("leads.csv",),
        ),
        ledger=True,
        outputs=(
            "leads-qualified.csv",
            "*-report.html",
            "sub/*-report.html",
            "ws/*-report.html",
            "ws/report.html",
            "report.html",
        ),
    ),
    "explain": Shape(
        (
            ("A-000001", *LEADS, "-p", "small.yml"),
            ("A-000002", "-w", "ws"),
            ("\x1b]0;x\x07", "-w", "ws"),
        )
    ),
    "replay": Shape((("-w", "ws"), (*LEADS, "-p", "small.yml"))),
    "verify": Shape((("leads.csv",), ("-w", "ws"), ("leads.json",)), ledger=True),
    "enrich": Shape(
        (
            ("leads.csv", "-o", ">out"),
            ("-w", "ws", "--dry-run"),
            ("-w", "ws", "--with", "titles"),
            ("--list",),
        ),
        ledger=True,
        outputs=("leads-enriched.csv", "sub/*-enriched.csv", "*-enriched.csv"),
    ),
    "dedupe": Shape(
        (("-w", "ws"), ("-w", "ws", "--review"), ("-w", "ws", "--preview", "A=B")),
        ledger=True,
        slow=True,
    ),
    "init": Shape(
        (("new",), (">where",), ()),
        ledger=True,
        trees=("new",),
        additions=("leadlight.duckdb", "playbook.yml"),
    ),
    "import": Shape(
        (
            ("-w", "ws", "leads.csv"),
            ("-w", "ws", "leads.json", "log.csv"),
            ("-w", "ws", "binary.csv", "spend.csv", "buys.csv"),
        ),
        ledger=True,
        trees=("ws/rejects", "new/rejects", "rejects"),
    ),
    "object": Shape(
        (("-w", "ws", "A-000001"), ("-w", "ws", "A-000002", "--withdraw"), ("-w", "ws", "\x1b[2J")),
        ledger=True,
    ),
    "backup": Shape((("-w", "ws", ">file"), ("-w", "ws", "sub/ws.zip")), outputs=("sub/ws.zip",)),
    "restore": Shape((("leads.csv", ">where"), ("gone.zip", "new"))),
    "person": Shape((("-w", "ws", "A-000001"), ("-w", "ws", "\x1b]0;x\x07"))),
    "forget": Shape(
        (
            ("-w", "ws", "A-000001"),
            ("-w", "ws", "A-000002", "--yes"),
            ("-w", "ws", "A-000003", "--preview"),
        ),
        ledger=True,
    ),
    "connect": Shape(
        (
            ("-w", "ws"),
            ("-w", "ws", "hubspot", "--url", "http://127.0.0.1:9"),
            ("-w", "ws", "\x1b[2J"),
            ("-w", "ws", "binary.csv.yml"),
        )
    ),
    "disconnect": Shape((("-w", "ws", "hubspot"), ("-w", "ws", "\x1b]0;x\x07", "--restore"))),
    "sync": Shape((("-w", "ws"), ("-w", "ws", "hubspot", "--differences"))),
    "push": Shape((("-w", "ws"), ("-w", "ws", "hubspot", "--undo"))),
    "today": Shape((("-w", "ws"), ("-w", "ws", "--owner", "\x1b[31m"))),
    "log": Shape(
        (
            ("-w", "ws", "A-000001", "reached"),
            ("-w", "ws", "A-000002", "not_now", "--next-touch", "7d"),
            ("-w", "ws", "\x1b[2J", "lost", "--because", "price"),
        ),
        ledger=True,
    ),
    "roster": Shape((("-w", "ws"), ("-w", "ws", "--begin")), trees=("ws/roster.yml",)),
    "assign": Shape((("-w", "ws"), ("-w", "ws", "--by", "\x1b[31m")), ledger=True),
    "reassign": Shape((("-w", "ws", "A-000001", "--to", "ana", "--because", "why"),), ledger=True),
    "due": Shape((("-w", "ws"), ("-w", "ws", "--person", "\x1b[31m"))),
    "tracks": Shape(
        (
            ("-w", "ws"),
            ("-w", "ws", "cold"),
            ("-w", "ws", "--begin"),
            ("-w", "ws", "\x1b[31m", "--stop", "--because", "x"),
        ),
        ledger=True,
        trees=("ws/playbook.yml", "ws/content/*"),
    ),
    "send": Shape(
        (("-w", "ws", "--dry-run"), ("-w", "ws"), ("-w", "ws", "--to", "a@b.example")),
        ledger=True,
        trees=("ws/sending.log", "ws/server.key"),
    ),
    "mail-check": Shape((("no domain",), ("a..b",))),
    "scanners": Shape((("-w", "ws"), ("-w", "ws", "--apply")), ledger=True),
    "audit": Shape((("-w", "ws"), ("-w", "ws", "--json"))),
    "undo": Shape(
        (("-w", "ws"), ("-w", "ws", "i1"), ("-w", "ws", "i99"), ("-w", "ws", "--show", "i1")),
        ledger=True,
    ),
    "copy": Shape((("ws", ">target"), ("ws", ">target", "--parquet")), ledger=True),
    "check": Shape((("small.yml",), ("-w", "ws"), ("leads.csv",))),
    "quality": Shape((("-w", "ws"), ("-w", "ws", "--json"))),
    "segment figures": Shape((("-w", "ws"), ("-w", "ws", "--from", "2026-05-01"))),
    "segment try": Shape((("-w", "ws", "employees >= 50"), ("-w", "ws", "x' or 1=1"))),
    "segment export": Shape(
        (
            ("-w", "ws", ">out", "--segment", "large"),
            ("-w", "ws", ">out", "--when", "employees > 1"),
        ),
    ),
    "geo learn": Shape(
        (
            ("houses.csv", "--label", "labels.csv", "--out", ">out"),
            ("houses.csv", "--label", "labels.csv"),
            ("leads.csv", "--label", "leads.csv"),
        ),
    ),
    "geo label": Shape(
        (
            ("houses.csv", "-p", "small.yml", "--picture", "town.tif", "-o", ">out"),
            ("houses.csv", "-p", "small.yml", "--picture", "leads.csv", "-w", "ws"),
        ),
    ),
    "geo list": Shape(
        (
            ("houses.csv", "-p", "small.yml", "--out", ">out"),
            ("houses.csv", "-p", "small.yml", "--labels", "labels.csv", "--report", ">report"),
            ("-w", "ws"),
        ),
    ),
    "geo measure": Shape(
        (
            ("--footprints", "town.geojson", "--taken", "2025-06-01", "--purpose", "roofs"),
            ("leads.csv", "--footprints", "town.geojson", "--purpose", "roofs", "-o", ">out"),
            ("--footprints", "houses.csv", "-w", "ws"),
        ),
        ledger=True,
        outputs=("buildings.parquet",),
    ),
    "geo match": Shape(
        (
            ("houses.csv", "--leads", "leads.csv"),
            ("houses.csv", "-w", "ws"),
            ("leads.csv", "--leads", "leads.csv", "-o", ">out"),
        ),
        ledger=True,
        outputs=("placed.csv",),
    ),
    "list": Shape(
        (
            ("mail", ">out", "-w", "ws"),
            ("dialler", ">out", "-w", "ws", "--segment", "large"),
            ("google-ads", ">out", "--leads", "leads.csv", "-a", "log.csv", "-p", "small.yml"),
            ("text", "-w", "ws", "--when", "x' or 1=1", "--without", "customers"),
        ),
    ),
    "segment send": Shape((("-w", "ws", "large", "crm"),), ledger=True),
    "research": Shape((("-w", "ws"), ("-w", "ws", "--json"))),
    "segments": Shape((("-w", "ws"),)),
    "ladder": Shape((("-w", "ws"), ("-w", "ws", "--by", "source"))),
    "forms": Shape((("-w", "ws"),)),
    "channels": Shape((("-w", "ws"), ("-w", "ws", "--by", "campaign"))),
    "report": Shape((("-w", "ws"),), outputs=("ws/report.html",)),
    "plan": Shape((("-p", "small.yml"), ("-w", "ws", "--sql")), trees=("dbt", "x")),
    "translate": Shape((("points.json", ">out"), ("points.json",), ("leads.json", ">out"))),
    "test": Shape(
        (("small.yml",), ("small.yml", "--coverage", *LEADS), ("b2b-saas",)),
        additions=("*.tests.yml", "ws/*.tests.yml"),
    ),
    "tune": Shape(
        (("--table", "deals.csv", "--label", "Outcome=Won"), ("-w", "ws")),
        outputs=("tuned.yml",),
        slow=True,
    ),
    "publish": Shape(
        (("-w", "ws"), ("-w", "ws", "small.yml"), ("-w", "ws", "leads.csv")), ledger=True
    ),
    "sign": Shape(
        (("--as", "marketing", "-w", "ws"), ("--as", "law", "-w", "ws", "1")), ledger=True
    ),
    "endpoint add": Shape(
        (
            ("https://crm.example/hook", "-w", "ws"),
            ("env:CHAT_URL", "-w", "ws"),
            ("https://ana:Hol2apfel@crm.example/", "-w", "ws"),
        ),
        ledger=True,
        additions=("server.key", "ws/server.key", "new/server.key"),
    ),
    "endpoint list": Shape((("-w", "ws"),)),
    "endpoint pause": Shape((("e1", "-w", "ws"), ("x\x1b]0;x\x07", "-w", "ws")), ledger=True),
    "endpoint resume": Shape((("e1", "-w", "ws"),), ledger=True),
    "endpoint remove": Shape((("e1", "-w", "ws"), ("e99", "-w", "ws")), ledger=True),
    "endpoint rotate": Shape(
        (("e1", "-w", "ws"),),
        ledger=True,
        additions=("server.key", "ws/server.key", "new/server.key"),
    ),
    "endpoint deliveries": Shape((("-w", "ws"), ("e1", "-w", "ws"))),
    "endpoint replay": Shape((("-w", "ws"), ("e1", "-w", "ws")), ledger=True),
    "key create": Shape((("--scope", "write", "-w", "ws"),), additions=DESK),
    "key list": Shape((("-w", "ws"),), additions=DESK),
    "key revoke": Shape((("1", "-w", "ws"), ("x", "-w", "ws")), additions=DESK),
    "user add": Shape((("ana", "-w", "ws"), ("x\x1b]0;x\x07", "-w", "ws")), additions=DESK),
    "user list": Shape((("-w", "ws"),), additions=DESK),
    "user role": Shape((("ana", "rep", "-w", "ws"), ("ana", "king", "-w", "ws")), additions=DESK),
    "user remove": Shape((("ana", "-w", "ws"),), additions=DESK),
    "history": Shape((("-w", "ws"), ("-w", "ws", "--show", "1"))),
    "diff": Shape((("small.yml", "old.yml"), ("-w", "ws", "old.yml"), ("b2b-saas", "leads.csv"))),
    "playbook": Shape((("small.yml",), ("-w", "ws"), ("-w", "ws", "leads.csv"))),
    "preview": Shape(
        (
            ("old.yml", "-w", "ws"),
            ("small.yml", "-w", "ws", "--lead", "A-000001", "--lead", "x\x1b[2J"),
        )
    ),
    "rehearse": Shape((("old.yml", "-w", "ws"), ("old.yml", *LEADS, "--against", "small.yml"))),
    "learn": Shape(
        (
            ("deals.csv", "--label", "Outcome=Won"),
            ("deals.csv", "--label", "Outcome=Won", "--yes"),
            ("--check", "won.yml", "deals.csv"),
        ),
        additions=(
            "models",
            "models/*",
            "ws/models",
            "ws/models/*",
            "*-playbook.yml",
            "*-leads.csv",
            "*-report.html",
        ),
        slow=True,
    ),
    "models": Shape((("-w", "ws"),)),
    "retire": Shape(
        (
            ("won", "-w", "ws", "--because", "old"),
            ("x\x1b[2J", "-w", "ws", "--because", "\x1b]0;x\x07"),
        ),
        ledger=True,
    ),
    "persona": Shape(
        (
            ("deals.csv", "--label", "Outcome=Won"),
            ("deals.csv", "--label", "Outcome=Won", "--clusters"),
            ("deals.csv", "--label", "Outcome=Won", "--like", "ids.csv"),
            ("-w", "ws"),
        ),
        slow=True,
    ),
    "customers": Shape((("buys.csv",), ("-w", "ws"))),
    "uplift": Shape(
        (("mailing.csv", "--treated", "Mailing", "--label", "Ordered=yes"),), slow=True
    ),
}


@dataclass
class Call:
    """A command under construction: its words, and which of them are written to and which are
    read."""

    verb: str
    words: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)


@cache
def parameters(verb: str) -> tuple[Any, ...]:
    """The parameters of a verb, as the command line knows them."""
    return tuple(p for p in commands()[verb].params if p.name != "help")


@cache
def commands() -> Mapping[str, Any]:
    """The verbs of the command line, by name."""
    import typer

    from leadlight.cli import app

    found = _flat(typer.main.get_command(app))
    return {name: command for name, command in found if name not in STAYS}


def _flat(group: Any) -> Iterator[tuple[str, Any]]:
    """Every command; one of a group by both words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", one) for inner, one in _flat(command))
        else:
            yield name, command


def attack(room: Room) -> None:
    """One verb after another, each in the same folder, so that one finds what the other left."""
    copy(workshop(), room.folder)
    make_links(room.folder)
    room.secrets = SECRETS
    verbs = [v for v in SHAPES if room.thorough or not SHAPES[v].slow]
    verbs += 2 * [v for v in verbs if any(v == verb for verb, _ in OUTPUTS)]
    for _ in range(room.pick.randint(3, 6) if room.thorough else 2):
        once(room, room.pick.choice(verbs))


def once(room: Room, verb: str) -> Ran:
    """One call of a verb, with all files compared."""
    names = Names(room.pick, room.folder)
    call = _call(verb, names)
    with room.guarded(_rule(room.folder, call)):
        ran = room.run(*call.words)
    _look(room, call, ran)
    return ran


def _call(verb: str, names: Names) -> Call:
    """A call that would do something, with options that may be anything."""
    shape, pick = SHAPES[verb], names.pick
    call = Call(verb, verb.split())
    for word in pick.choice(shape.calls):
        if word.startswith(">"):
            call.outputs.append(names.output(*OUTPUTS[verb, word[1:]]))
            call.words.append(call.outputs[-1])
        else:
            call.words.append(word)
            call.inputs.append(word)
    names.read = [word for word in call.inputs if os.path.isfile(names.folder / word)]
    given = {option for option in call.words if option.startswith("-")}
    for parameter in parameters(verb):
        name, option = parameter.name, parameter.opts[0]
        if not option.startswith("-") or (verb, name) in NEVER or given & {*parameter.opts}:
            continue
        if pick.random() < (0.6 if (verb, name) in OUTPUTS else 0.08):
            _give(call, names, parameter)
    if "-w" in call.words and pick.random() < 0.3:
        at = call.words.index("-w")
        call.words = [*call.words[at : at + 2], *call.words[:at], *call.words[at + 2 :]]
    return call


def _give(call: Call, names: Names, parameter: Any) -> None:
    option = names.pick.choice([*parameter.opts, *parameter.secondary_opts])
    call.words.append(option)
    if getattr(parameter, "is_flag", False):
        return
    value = value_of(call.verb, parameter.name, names)
    call.words.append(value)
    if (call.verb, parameter.name) in OUTPUTS:
        call.outputs.append(value)
    elif parameter.name in INPUTS:
        call.inputs.append(value)


def value_of(verb: str, name: str, names: Names) -> str:
    """What an option is given. Raises `KeyError` where `options` does not know it."""
    if (verb, name) in OUTPUTS:
        return names.output(*OUTPUTS[verb, name])
    return (INPUTS.get(name) or VALUES[name])(names)


def over(room: Room, verb: str, name: str) -> None:
    """A verb whose output goes by the name of what it reads, or of the workspace's playbook."""
    copy(workshop(), room.folder)
    make_links(room.folder)
    option = next(p.opts[0] for p in parameters(verb) if p.name == name)
    playbook = () if ".csv" in OUTPUTS[verb, name] else ("linked/playbook.yml",)
    for words in SHAPES[verb].calls:
        read = [w for w in words if os.path.isfile(room.folder / w)]
        for target in (*read, *playbook):
            call = Call(verb, [*verb.split(), *words, option, target], [target], list(words))
            with room.guarded(_rule(room.folder, call)):
                room.run(*call.words)


def _rule(folder: Path, call: Call) -> Rule:
    """What the call may change: what it names, and what its verb writes by itself; never what it
    reads, nor a ledger."""
    shape = SHAPES[call.verb]
    ledgers, playbooks = _workspaces(folder)
    named = {p for name in call.outputs for p in place(folder, name)}
    trees = {folder / tree for tree in shape.trees}
    if call.verb in ("init", "copy", "restore"):
        named, trees = named | _made(named), trees | _new(call.verb, named)
    protected = {
        p for name in call.inputs for p in place(folder, name) if os.path.isfile(p)
    } | playbooks
    if shape.ledger:
        named |= ledgers
    else:
        protected |= ledgers
    beside = {p.parent / name for p in named for name in _pages(call)}
    usual = {p for pattern in shape.outputs for p in folder.glob(pattern)}
    additions = tuple(str(folder / pattern) for pattern in (*shape.additions, *shape.outputs))
    return Rule(
        frozenset(named | beside | usual), frozenset(trees), additions, frozenset(protected)
    )


def _workspaces(folder: Path) -> tuple[set[Path], set[Path]]:
    """The ledgers that are there, with what stands beside them as long as they are open, and their
    playbooks."""
    found = {p for p in folder.glob("**/leadlight.duckdb") if os.path.isfile(p)}
    found = {p.resolve() for p in found}
    beside = {p.with_name(p.name + ending) for p in found for ending in ("", ".wal", ".holder")}
    return beside, {
        p.parent / "playbook.yml" for p in found if (p.parent / "playbook.yml").exists()
    }


def _made(named: set[Path]) -> set[Path]:
    """What a workspace puts into a folder that is there: a ledger and a playbook, where none is."""
    pairs = {p / name for p in named for name in ("leadlight.duckdb", "playbook.yml")}
    return {p for p in pairs if not os.path.exists(p)}


def _new(verb: str, named: set[Path]) -> set[Path]:
    """The folders that it makes; for a copy one that is empty is as good as new."""
    missing = {p for one in named for p in (one, *one.parents) if not os.path.exists(p)}
    also = verb in ("copy", "restore")
    return missing | {p for p in named if also and os.path.isdir(p) and not os.listdir(p)}


def _pages(call: Call) -> Iterator[str]:
    """`qualify` writes its page beside its leads."""
    if call.verb == "qualify":
        yield from (f"{Path(name).name.rsplit('.', 1)[0]}-report.html" for name in call.inputs)


def _look(room: Room, call: Call, ran: Ran) -> None:
    """A ledger is a ledger still, and two outputs are two files."""
    ledger = room.folder / "ws" / "leadlight.duckdb"
    if ledger.read_bytes()[8:12] != b"DUCK":
        room.find("ws/leadlight.duckdb is no ledger any more")
    said = [place(room.folder, name) for name in call.outputs]
    if (
        ran.code == 0
        and len(said) > 1
        and said[0] & said[1]
        and "Written" in ran.out
        and "no-report" not in call.words
    ):
        room.find(f"two outputs are one file, {call.outputs}, and nothing is said")
