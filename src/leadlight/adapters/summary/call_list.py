"""The best leads first: by temperature, then stage, then engagement, then the other scores, then
the lead's id.

Leads without a real contact (`contact = 'empty'`) and those that are customers already are left
out. Whom of them to call is told by `calls`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadlight.adapters.db.duckdb import quoted, rows, text_literal
from leadlight.facts.contact import RULES
from leadlight.plan.steps.model import why_name
from leadlight.playbook.spec import ModelScore, Playbook, Scale
from leadlight.results.summary import TopLead

if TYPE_CHECKING:
    from leadlight.adapters.summary.qualified_base import QualifiedBase


_TEXTS = ("company", "job_title", "email", "source", "contact_because")
_SAID_APART = ("temperature", "stage", "contact")
#: The attributes that `theirs` reads.
THEIRS = (
    *_TEXTS,
    "phone",
    "mobile",
    "first_name",
    "last_name",
    "full_name",
    "do_not_call",
    "do_not_email",
    "email_because",
    "email_repair",
    "phone_because",
    "phone_repair",
)
#: What is read of the best.
READ = (
    *THEIRS,
    "phone_verdict",
    "mobile_verdict",
    "email_verdict",
    "consent",
)
_BEST = "best_leads"
_OURS = ("department", "next_step", "reasons")


def hottest_leads(
    base: QualifiedBase, longest: int, *, leave_out_empty: bool = True
) -> tuple[tuple[TopLead, ...], int, int]:
    """The best leads, how many they were chosen from, and how many customers were left out."""
    con, has = base.con, base.has
    customer, empty = exclusions(has, leave_out_empty=leave_out_empty)
    keep = f"NOT {customer} AND NOT {empty}"
    ladder = base.playbook.scale("temperature") if "temperature" in has else None
    by = "temperature" if ladder else "NULL"
    found = rows(
        con,
        f"SELECT {by}, count(*) FILTER ({keep}), count(*) FILTER ({customer}) "
        f"FROM {base.qualifications} GROUP BY 1",
    )
    counts = {None if label is None else str(label): int(str(n)) for label, n, _ in found}
    if ladder:
        keep += _from_the_top(ladder, counts, longest)
    top = best(base, f"{base.qualifications} WHERE {keep}", longest)
    return top, sum(counts.values()), sum(int(str(n)) for _, _, n in found)


def _from_the_top(ladder: Scale, counts: Mapping[str | None, int], longest: int) -> str:
    """The end of a condition: the labels from the top of a ladder that fill the list, so that those
    below need not be sorted at all.
    """
    enough = 0
    for n, label in enumerate(ladder.labels, 1):
        enough += counts.get(label.name, 0)
        if enough >= longest:
            reached = ", ".join(text_literal(la.name) for la in ladder.labels[:n])
            return f" AND temperature IN ({reached})"
    return ""


def exclusions(has: Sequence[str], *, leave_out_empty: bool = True) -> tuple[str, str]:
    """Who is a customer, and who has no real contact, as conditions of a qualification."""
    customer = "coalesce(stage = 'customer', false)" if "stage" in has else "false"
    empty = (
        "coalesce(contact = 'empty', false)" if "contact" in has and leave_out_empty else "false"
    )
    return customer, empty


def best(
    base: QualifiedBase, source: str, longest: int, number: str | None = None
) -> tuple[TopLead, ...]:
    """The best leads of some qualifications (`table WHERE ...`), with what is said of each.

    `number` is the phone number of each, an expression over its attributes `l`; else the first that
    it has.
    """
    con, has, columns = base.con, base.has, _columns(base.playbook, base.has)
    order = order_of(base.playbook, has)
    wanted = ", ".join(quoted(c) for c in columns.names)
    ranked = ", ".join(f"best.{quoted(c)}" for c in columns.names)
    said = theirs(base.known)
    if number is not None:
        said["phone"] = f"coalesce({number}, '')"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_BEST} AS SELECT {wanted}, row_number() OVER (ORDER BY"
        f" {order}) AS place FROM (SELECT {wanted} FROM {source} ORDER BY {order} LIMIT"
        f" {int(longest)})"
    )
    found = rows(
        con,
        f"SELECT {ranked}, {', '.join(said.values())} FROM {_BEST} best "
        f"LEFT JOIN {base.leads(READ, _BEST)} l ON l.lead_id = best.lead_id ORDER BY best.place",
    )
    names = [*columns.names, *(f"their {t}" for t in said)]
    return tuple(_top(dict(zip(names, row, strict=True)), columns) for row in found)


@dataclass(frozen=True)
class _ListColumns:
    """The columns of qualifications that the list reads: scales, scores, which of these are models'
    probabilities, the reasons of models, and the others.
    """

    scales: tuple[str, ...]
    scores: tuple[str, ...]
    models: tuple[str, ...]
    whys: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the lead's id first."""
        return ("lead_id", *self.scales, *self.scores, *self.others)


def _columns(playbook: Playbook, has: Sequence[str]) -> _ListColumns:
    models = [s for s in playbook.scores if isinstance(s, ModelScore) and s.name in has]
    whys = _present(map(why_name, models), has)
    return _ListColumns(
        scales=_present((s.name for s in playbook.scales), has),
        scores=_present((s.name for s in playbook.scores), has),
        models=tuple(s.name for s in models),
        whys=whys,
        others=_present((*_OURS, "respond_within", *whys), has),
    )


def _present(names: Iterable[str], has: Collection[str]) -> tuple[str, ...]:
    return tuple(n for n in names if n in has)


def order_of(playbook: Playbook, has: Sequence[str]) -> str:
    """The order of the call list, the lead's id last: by temperature, then the score that the
    playbook names, else stage and scores.
    """
    scores = [s.name for s in playbook.scores if s.name in has]
    is_named = playbook.order in scores
    terms = []
    for name in ("temperature",) if is_named else ("temperature", "stage"):
        scale = playbook.scale(name)
        if scale and name in has:
            places = " ".join(
                f"WHEN {text_literal(c.name)} THEN {i}" for i, c in enumerate(scale.labels)
            )
            terms.append(f"CASE {quoted(name)} {places} ELSE {len(scale.labels)} END")
    if is_named:
        return ", ".join([*terms, f"{quoted(playbook.order)} DESC NULLS LAST", "lead_id"])
    # Without a log everybody's engagement is the same; the other scores then tell the leads apart.
    leading = "engagement" if "engagement" in scores else "".join(scores[-1:])
    terms += [f"{quoted(s)} DESC NULLS LAST" for s in sorted(scores, key=lambda s: s != leading)]
    return ", ".join([*terms, "lead_id"])


def theirs(known: Sequence[str]) -> dict[str, str]:
    """What the lead's own facts say, each an SQL expression; a fact the base does not have is an
    empty text.
    """

    def text(*columns: str) -> str:
        there = [f"nullif(trim({to_use(c, known)}), '')" for c in columns if c in known]
        return f"coalesce({', '.join([*there, chr(39) * 2])})"

    parts = [
        f"nullif(trim(CAST(l.{c} AS VARCHAR)), '')"
        for c in ("first_name", "last_name")
        if c in known
    ]
    spelled = f"nullif(concat_ws(' ', {', '.join(parts)}), '')" if parts else "NULL"
    full = "nullif(trim(CAST(l.full_name AS VARCHAR)), '')" if "full_name" in known else "NULL"
    out = {t: text(t) for t in _TEXTS}
    out["phone"] = text("mobile", "phone") if "phone" not in known else text("phone", "mobile")
    out["name"] = f"coalesce({full}, {spelled}, '')"
    for flag in ("do_not_call", "do_not_email"):
        out[flag] = f"coalesce(TRY_CAST(l.{flag} AS BOOLEAN), false)" if flag in known else "false"
    return out


def to_use(point: str, known: Collection[str]) -> str:
    """An attribute of a lead `l` as text; of a contact point the value to use, which is another one
    of the lead where the first does not work.
    """
    first, rule = f"CAST(l.{point} AS VARCHAR)", f"other_{point}"
    if rule not in RULES or not {f"{point}_because", f"{point}_repair"} <= set(known):
        return first
    return (
        f"CASE WHEN contains(coalesce(l.{point}_because, ''), '{rule}') THEN l.{point}_repair ELSE"
        f" {first} END"
    )


def _why(row: dict[str, object], whys: Sequence[str]) -> str:
    """The weightiest rules, then what weighs most in each model."""
    return "; ".join(str(row[c]) for c in ("reasons", *whys) if row.get(c))


def _top(row: dict[str, object], columns: _ListColumns) -> TopLead:
    def text(name: str) -> str:
        value = row.get(name)
        return "" if value is None else str(value)

    within = _number(row.get("respond_within"))
    no_calls, no_mails = bool(row["their do_not_call"]), bool(row["their do_not_email"])
    return TopLead(
        lead_id=text("lead_id"),
        name=text("their name"),
        company=text("their company"),
        job_title=text("their job_title"),
        email="" if no_mails else text("their email"),
        phone="" if no_calls else text("their phone"),
        source=text("their source"),
        temperature=text("temperature"),
        stage=text("stage"),
        labels=tuple((s, text(s)) for s in columns.scales if s not in _SAID_APART and text(s)),
        scores=tuple((s, _number(row[s])) for s in columns.scores),
        reasons=_why(row, columns.whys),
        probabilities=columns.models,
        department=text("department"),
        respond_within=None if within is None else int(within),
        next_step=text("next_step"),
        do_not_call=no_calls,
        do_not_email=no_mails,
        contact_because=text("their contact_because"),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
