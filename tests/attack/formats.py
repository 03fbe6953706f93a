"""One random base in every format: the same rows, the same answers, from a file and from a
workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from tests.attack.base import AS_OF, PERSONAL, PLAYBOOK, Base, random_base
from tests.attack.folder import Rule
from tests.attack.oracle import sums
from tests.attack.room import Room
from tests.attack.writing import WRITERS, read, write, write_plain

OUTPUTS = (".csv", ".tsv", ".xlsx", ".parquet", ".json", ".jsonl")
ANSWERS = ("temperature", "fit", "engagement", "department", "next_step")
PRESETS = ("b2b-saas", "b2c-shop", "education", "services", "base-segmentation", "sales-leads")

Answers = Mapping[str, Mapping[str, object]]


def attack(room: Room) -> None:
    """Write a base twice, plainly and in a random format; qualify both; import the second twice."""
    pick, folder = room.pick, room.folder
    room.personal = PERSONAL
    base = random_base(pick, 400 if room.thorough and pick.random() < 0.1 else 40)
    (folder / "small.yml").write_text(PLAYBOOK, encoding="utf-8")
    playbook = pick.choice(PRESETS) if room.thorough and pick.random() < 0.3 else "small.yml"
    plain = (
        write_plain(base.leads, folder / "plain.csv"),
        write_plain(base.log, folder / "log.csv"),
    )
    odd = _odd(pick, base, folder)
    first = _qualified(room, base, *plain, playbook, "first")
    second = _qualified(room, base, *odd, playbook, "second")
    _compare(
        room, first, second, f"{odd[0].name} and {odd[1].name} say otherwise than the plain files"
    )
    if room.thorough or pick.random() < 0.5:
        _imported(room, base, odd, second if playbook == "small.yml" else {})


def _odd(pick: Random, base: Base, folder: Path) -> tuple[Path, Path]:
    leads = write(pick, base.leads, folder, "odd", pick.choice(list(WRITERS)))
    return leads, write(pick, base.log, folder, "oddlog", pick.choice(list(WRITERS)))


def _qualified(room: Room, base: Base, leads: Path, log: Path, playbook: str, stem: str) -> Answers:
    """The answers by lead; every row of the file has come back, once."""
    out = room.folder / f"{stem}{room.pick.choice(OUTPUTS)}"
    words = [
        "qualify",
        leads.name,
        "-a",
        log.name,
        "-p",
        playbook,
        "--as-of",
        AS_OF,
        "--no-report",
        "--out",
        out.name,
    ]
    if room.pick.random() < 0.5:
        words += ["--columns", room.pick.choice(("all", "qualification"))]
    with room.guarded(Rule(outputs=frozenset({out}))):
        ran = room.run(*words)
    if ran.code:
        room.find(f"{leads.name}, a base as any other, was refused: {ran.err[-300:]!r}")
        return {}
    return _answers(room, base, out)


def _answers(room: Room, base: Base, out: Path) -> Answers:
    rows = read(out)
    if len(rows) != len(base.leads):
        room.find(f"{len(base.leads)} rows in, {len(rows)} rows out")
    found = {str(row.get("lead_id") or row.get(base.id_header)): row for row in rows}
    wanted = {lead[base.id_header] for lead in base.leads}
    if set(found) != wanted:
        room.find(
            f"other leads came out: missing {sorted(wanted - set(found))[:5]}, "
            f"new {sorted(set(found) - wanted)[:5]}"
        )
    return {lead: _row_answers(row) for lead, row in found.items()}


def _row_answers(row: Mapping[str, object]) -> dict[str, object]:
    """What is said of a lead, beside whatever columns of its own a company has of these names."""
    return {name: _plain(row.get(f"leadlight_{name}", row.get(name))) for name in ANSWERS}


def _plain(value: object) -> object:
    """A number is the same however a format writes it."""
    try:
        return round(float(str(value)), 6)
    except ValueError:
        return "" if value is None else str(value)


def _compare(room: Room, one: Answers, other: Answers, what: str) -> None:
    """The same lead has the same answers."""
    apart = [lead for lead in one if lead in other and one[lead] != other[lead]]
    if apart:
        lead = apart[0]
        room.find(f"{what}, of {len(apart)} leads; {lead}: {_difference(one[lead], other[lead])}")


def _difference(one: Mapping[str, object], other: Mapping[str, object]) -> str:
    return "; ".join(f"{n} {one[n]!r} and {other[n]!r}" for n in one if one[n] != other[n])


def _imported(room: Room, base: Base, odd: tuple[Path, Path], answers: Answers) -> None:
    """Import twice: what is read is all there is, and the second time nothing is new."""
    ws = room.folder / "ws"
    room.run("init", "ws")
    files = tuple(f"../{file.name}" for file in odd)
    wanted = (len(base.leads), len(base.log))
    with room.guarded(Rule(trees=frozenset({ws}), protected=frozenset({ws / "playbook.yml"}))):
        first = _sums(room, files, wanted)
        again = _sums(room, files, wanted)
    for one, two in zip(first, again, strict=False):
        if two != (one[0], 0, one[0] - one[3], one[3]):
            room.find(f"imported again: {two} after {one} (read, imported, unchanged, rejected)")
    if first:
        _as_many(room, base, first[0][1], answers)


def _sums(
    room: Room, files: Sequence[str], wanted: tuple[int, ...]
) -> list[tuple[int, int, int]] | list[tuple[int, ...]]:
    ran = room.run("import", *files, "--backfill", cwd=room.folder / "ws")
    if ran.code:
        room.find(f"files as any other were not imported: {ran.out[-300:]!r} {ran.err[-300:]!r}")
        return []
    found = [(s.read, s.imported, s.unchanged, s.rejected) for s in sums(ran.out)]
    if tuple(s[0] for s in found) != wanted:
        room.find(f"{wanted} rows in the files, read: {found}")
    return found


def _as_many(room: Room, base: Base, imported: int, answers: Answers) -> None:
    """A workspace still answers after the import, has one row for each lead, and says of it what
    the files say."""
    ws = room.folder / "ws"
    words = ("qualify", "--as-of", AS_OF, "--no-report", "--out", "all.csv", "-p", "../small.yml")
    ran = room.run(*words, "--known", "now", cwd=ws)
    if ran.code:
        room.find(f"after the import the workspace does not answer: {ran.err[-300:]!r}")
        return
    rows = read(ws / "all.csv")
    later = sum(lead["Created"][:10] >= AS_OF for lead in base.leads)
    if not imported - later <= len(rows) <= imported:
        room.find(f"{imported} leads imported, {len(rows)} rows out")
    found = {str(row["lead_id"]): _row_answers(row) for row in rows}
    _compare(room, answers, found, "the workspace says otherwise than the files")
