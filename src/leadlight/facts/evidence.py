"""Evidence of interest: which columns of a base say how interested a lead is, and how much each
weighs.

Only what a lead did, or what was said with it, is evidence; what it is (its size, title, income) is
none until a company's own outcomes say so. The kinds and their weights were chosen by what ranked
leads on public tables (`docs/explanation/how-good-is-a-first-answer.md`): there the choice of
evidence matters, the weights hardly do.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from leadlight.facts.catalog import LEAD_ATTRIBUTES, Type

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FEWEST, _MOST = (
    0.02,
    0.98,
)  # of the cells of a profile column that are filled: else it tells nothing
_SHARE = 0.3  # of the known cells of a column of answers that are yes or no
#: What says where a lead came from, how it stands or when: no part of a profile that it filled in.
_NO_PROFILE = re.compile(
    r"source|campaign|utm|origin|channel|medium|landing|owner|agent|seller|stage|status|rating|tag"
    r"|id$|^id|number|date|time|created|updated|last|quality|score|index|reason|activity|consent"
    r"|opt|subscribe|email|phone|mobile|verdict|because|repair|doubts|notes|converted|outcome"
)


#: The points of a filled profile: a tool may have filled it, so it makes nobody hot.
PROFILE = 10


@dataclass(frozen=True)
class ColumnProfile:
    """A column of a base: its name and header, its type, how many cells are filled, the least and
    greatest number, and the words where they are few, each with how often it stands there.
    """

    name: str
    header: str
    type: Type
    filled: int = 0
    rows: int = 0
    low: float | None = None
    high: float | None = None
    words: Mapping[str, int] = field(default_factory=dict)

    @property
    def varies(self) -> bool:
        """Whether it tells leads apart."""
        if self.type.is_number or self.type is Type.YES_NO:
            return self.low != self.high or 0 < self.filled < self.rows
        if self.type is Type.MOMENT:
            return self.filled > 0
        return len(self.words) > 1 or 0 < self.filled < self.rows


@dataclass(frozen=True)
class RankedEvidence:
    """A number or a date by which leads are ranked; `expression` is written in a playbook's
    language.
    """

    name: str
    expression: str
    points: int
    say: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class StatedEvidence:
    """A condition in a playbook's language that speaks for a lead, or with negative points against
    it.
    """

    name: str
    when: str
    points: int
    say: str
    columns: tuple[str, ...]


Evidence = RankedEvidence | StatedEvidence


def evidence_of(
    columns: Sequence[ColumnProfile], leave_out: Collection[str] = ()
) -> tuple[Evidence, ...]:
    """The evidence that these columns hold, the weightiest kinds first. `leave_out` names columns
    that must not count, such as that of the outcome.
    """
    known = [c for c in columns if c.name not in leave_out and _NAME.fullmatch(c.name)]
    found = {c.name: c for c in known if c.varies}
    ranked = (_time(found), _pages(found), _recency(found), *_counts(found), _profile(known))
    return (
        *(e for e in ranked if e is not None),
        *_answers(found),
        *_sources(found),
        *_refusals(found),
    )


def _time(found: Mapping[str, ColumnProfile]) -> RankedEvidence | None:
    """Who spent more time with us is more interested. Several durations are added, unless one of
    them is their total.
    """
    columns = _numbers(found, "time_spent")
    if "minutes_on_site" in found:
        columns = [found["minutes_on_site"]]
    totals = [c for c in columns if "total" in words_of(c.header)]
    return _rank_evidence("time_spent", totals[:1] or columns, 40, "Time on our site")


def _pages(found: Mapping[str, ColumnProfile]) -> RankedEvidence | None:
    """Who saw more pages. A count whose name has a sister `X duration` counts pages, too."""
    columns = _numbers(found, "pages_seen")
    lengths = {" ".join(words_of(c.header)) for c in _numbers(found, "time_spent")}
    for column in found.values():
        beside = f"{' '.join(words_of(column.header))} duration"
        if column.type.is_number and column not in columns and beside in lengths:
            columns.append(column)
    return _rank_evidence("pages_seen", columns, 10, "Pages seen")


def _recency(found: Mapping[str, ColumnProfile]) -> RankedEvidence | None:
    """Who was active more recently; who never was is the longest ago."""
    if "last_activity_at" in found:
        column = found["last_activity_at"]
        return RankedEvidence("recency", column.name, 20, "Active lately", (column.name,))
    columns = _numbers(found, "days_since")[:1]
    return _rank_evidence("recency", columns, 20, "Active lately", down=True)


def _counts(found: Mapping[str, ColumnProfile]) -> Iterator[RankedEvidence | None]:
    """Other numbers, of each kind the first column."""
    leaves = [*_numbers(found, "bounce_rate")[:1], *_numbers(found, "exit_rate")[:1]]
    yield _rank_evidence("stayed", leaves, 20, "Did not leave at once", down=True)
    yield _rank_evidence("prices_seen", _numbers(found, "prices_seen")[:1], 20, "Looked at prices")
    counted = _numbers(found, "activities_counted")
    counted.sort(key=lambda c: "activit" not in c.header.lower())
    yield _rank_evidence("activities", counted[:1], 20, "Activities with us")
    spent = [c for c in _numbers(found, "spent_before") if c.name not in LEAD_ATTRIBUTES]
    yield _rank_evidence("spent_before", spent[:1], 20, "Bought from us before")


def _profile(columns: Sequence[ColumnProfile]) -> RankedEvidence | None:
    """Who told us more of itself: how many columns of its profile are filled."""
    asked = [c for c in columns if _is_profile(c)]
    if not asked:
        return None
    filled = " + ".join(f"case when {c.name} is not null then 1 else 0 end" for c in asked)
    names = tuple(c.name for c in asked)
    return RankedEvidence("profile", filled, PROFILE, "Much of its profile is known", names)


def _is_profile(column: ColumnProfile) -> bool:
    """A column of words about the lead, filled for some."""
    if column.type is not Type.TEXT or not column.rows:
        return False
    if _NO_PROFILE.search("_".join(words_of(column.header))) or _NO_PROFILE.search(column.name):
        return False
    return _FEWEST <= column.filled / column.rows <= _MOST


_ANSWERS: tuple[tuple[str, int, str, str], ...] = (
    ("customer_before", 20, "A customer before", "New to us"),
    ("new_to_us", -20, "New to us", "A customer before"),
    ("budget_allocated", 10, "Has a budget", "Has no budget"),
    ("may_decide", 10, "May decide", "May not decide"),
    ("need_defined", 10, "Says what it needs", "Has no need"),
    ("competitors_in_it", -20, "A competitor is in it", "No competitor is in it"),
    ("spoke_well", 10, "Spoke well of us", "Did not speak well of us"),
)


def _answers(found: Mapping[str, ColumnProfile]) -> Iterator[StatedEvidence]:
    """Columns of answers: a yes speaks for a lead and a no against it, or the other way round."""
    for kind, points, yes, no in _ANSWERS:
        for column in _of_kind(found, kind):
            said = _yes_and_no(column)
            if said is not None:
                for n, (condition, add, say) in enumerate(
                    ((said[0], points, yes), (said[1], -points, no))
                ):
                    name = kind if n == 0 else f"{kind}_not"
                    if condition:
                        yield StatedEvidence(name, condition, add, say, (column.name,))
                break


def _yes_and_no(column: ColumnProfile) -> tuple[str, str] | None:
    """The conditions of a yes and of a no in a column of answers; None where it is no such
    column.
    """
    if column.type is Type.YES_NO:
        return column.name, f"not {column.name}"
    if column.type.is_number:
        if (column.low, column.high) != (0, 1):
            return None
        return f"{column.name} = 1", f"{column.name} = 0"
    yes, no = (
        [w for w in column.words if plain(w) in _words("words", meaning)]
        for meaning in ("yes", "no")
    )
    known = sum(column.words.values())
    if not known or sum(column.words[w] for w in (*yes, *no)) < _SHARE * known:
        return None
    return _is_among(column.name, yes), _is_among(column.name, no)


def _sources(found: Mapping[str, ColumnProfile]) -> Iterator[StatedEvidence]:
    """Where a lead came from: recommended by a person, by itself, or fetched by us."""
    column = found.get("source")
    if "referred_by" in found and not _is_yes_no(found["referred_by"]):
        yield StatedEvidence(
            "recommended_by", "referred_by is not null", 30, "Was recommended to us",
            ("referred_by",),
        )  # fmt: skip
    if column is None:
        return
    recommended = _with_meaning(column, "recommended")
    if not _with_meaning(column, "web"):
        recommended += _with_meaning(column, "perhaps_recommended")
    for name, words, points, say in (
        ("recommended", recommended, 30, "Was recommended to us"),
        ("inbound", _with_meaning(column, "came_by_itself"), 10, "Came by itself"),
        ("outbound", _with_meaning(column, "fetched"), -10, "Was approached by us"),
        ("lightly", _with_meaning(column, "lightly"), -10, "Came by a click in passing"),
    ):
        if words:
            yield StatedEvidence(name, _is_among(column.name, words), points, say, (column.name,))


def _refusals(found: Mapping[str, ColumnProfile]) -> Iterator[StatedEvidence]:
    """Who asked for no more mail, or cannot be mailed."""
    for name, say in (
        ("do_not_email", "Asked not to be mailed"),
        ("email_bounced", "Mail to it bounced"),
        ("do_not_call", "Asked not to be called"),
    ):
        if name in found:
            yield StatedEvidence(name, name, -20, say, (name,))


def _rank_evidence(
    name: str, columns: Sequence[ColumnProfile], points: int, say: str, *, down: bool = False
) -> RankedEvidence | None:
    """Evidence by one number, or by the sum of several."""
    if not columns:
        return None
    names = tuple(c.name for c in columns)
    if len(names) == 1:
        expression = names[0]
    else:
        expression = " + ".join(f"coalesce({n}, 0)" for n in names)
    if down:
        expression = f"-{expression}" if len(names) == 1 else f"-({expression})"
    return RankedEvidence(name, expression, points, say, names)


def _numbers(found: Mapping[str, ColumnProfile], kind: str) -> list[ColumnProfile]:
    """The columns of numbers whose headers say this."""
    return [c for c in _of_kind(found, kind) if c.type.is_number]


def _of_kind(found: Mapping[str, ColumnProfile], kind: str) -> list[ColumnProfile]:
    return [c for c in found.values() if says(c.header, kind) or says(c.name, kind)]


def says(header: str, kind: str) -> bool:
    """Whether a header says what the vocabulary calls so."""
    words = words_of(header)
    if _words(kind, "never") & set(words):
        return False
    text = f" {' '.join(words)} "
    return any(f" {phrase} " in text for phrase in _words(kind, "headers"))


def words_of(header: str) -> list[str]:
    """The words of a header: `ProductRelated_Duration` is product, related, duration."""
    return plain(_HUMP.sub(" ", header)).split()


def plain(text: str) -> str:
    """A text as it is compared: small letters and digits, without accents, a blank between
    words.
    """
    flat = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else " " for c in flat if not unicodedata.combining(c))
    return " ".join(kept.split())


@cache
def _vocabulary() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    text = (files("leadlight.facts") / "words" / "evidence.toml").read_text(encoding="utf-8")
    return {k: {m: tuple(w) for m, w in t.items()} for k, t in tomllib.loads(text).items()}


def phrases_of(section: str, meaning: str) -> list[str]:
    """The phrases of a meaning in the order of the vocabulary, as they are compared."""
    return [plain(w) for w in _vocabulary()[section][meaning]]


@cache
def _words(section: str, meaning: str) -> frozenset[str]:
    return frozenset(phrases_of(section, meaning))


def _with_meaning(column: ColumnProfile, meaning: str) -> list[str]:
    """The words of a column of sources that mean this."""
    known = _words("sources", meaning)
    return [w for w in column.words if plain(w) in known]


def _is_yes_no(column: ColumnProfile) -> bool:
    said = _words("words", "yes") | _words("words", "no")
    return bool(column.words) and all(plain(w) in said for w in column.words)


def _is_among(name: str, words: Iterable[str]) -> str:
    """A condition that a text is one of these words; nothing where there is none."""
    quoted = [f"'{w.replace(chr(39), chr(39) * 2)}'" for w in words]
    return f"{name} in ({', '.join(quoted)})" if quoted else ""
