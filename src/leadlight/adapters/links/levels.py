"""How alike two values can be, best first: the condition, what people read, and what to expect
before any is counted.

Expected shares (m among leads that are one, u among any two) are starting points: the base's own
are estimated from them, and outweigh them as soon as it holds some dozens of twins (`model.py`).
They follow the order of magnitude of Splink's default match weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadlight.dedupe.comparisons import Comparison, How


@dataclass(frozen=True)
class Level:
    """One step: `say` is its evidence (`{about}` the attribute, `{score}` how alike), `common` the
    column whose frequent values weigh less. Where the values as they were `written` differ, the
    evidence is `respelt`.
    """

    when: str
    say: str
    m: float
    u: float
    common: str | None = None
    score: str | None = None
    written: str | None = None
    respelt: str = ""


RESPELT = "same mailbox in another spelling"
"""Said of two addresses that reach one mailbox: `+tag`, and dots before Gmail's."""


def jw(x: str) -> str:
    """Jaro-Winkler similarity of two values (Winkler 1990): from 0 to 1, beginnings weigh more."""
    return f"jaro_winkler_similarity({x}_l, {x}_r)"


def one_slip(x: str, least: float = 0.83) -> str:
    """One sign wrong, missing, too many, or two swapped (Damerau 1964); it is slow, so Jaro-Winkler
    looks first.
    """
    return (
        f"CASE WHEN {jw(x)} >= {least} THEN damerau_levenshtein({x}_l, {x}_r) <= 1 ELSE false END"
    )


def common_words(x: str) -> str:
    """How many words two values share."""
    return f"len(list_intersect({x}_l, {x}_r))"


def fewer(x: str) -> str:
    return f"least(len({x}_l), len({x}_r))"


def jaccard(x: str) -> str:
    """Shared words among all words (Jaccard 1901)."""
    return f"({common_words(x)} / greatest(1, len({x}_l) + len({x}_r) - {common_words(x)}))"


def unknown(i: int, c: Comparison) -> str:
    """The condition under which two leads cannot be compared in this."""
    if c.how is How.NAME:
        return f"(f{i}_l IS NULL AND l{i}_l IS NULL) OR (f{i}_r IS NULL AND l{i}_r IS NULL)"
    if c.how in (How.PHONE, How.PLACE):
        return f"(v{i}_l IS NULL AND w{i}_l IS NULL) OR (v{i}_r IS NULL AND w{i}_r IS NULL)"
    return f"v{i}_l IS NULL OR v{i}_r IS NULL"


def levels(i: int, c: Comparison) -> Sequence[Level]:
    """The steps of a comparison; the last one (`different`) holds for whatever is left."""
    v = f"v{i}"
    same = f"{v}_l = {v}_r"
    match c.how:
        case How.NAME:
            return _name(i, c)
        case How.EMAIL:
            return (
                Level(same, "same {about}", 0.7, 1e-5, v, None, f"y{i}", RESPELT),
                Level(f"b{i}_l = b{i}_r", "same mailbox name", 0.08, 1e-4, f"b{i}"),
                # another figure is another person's address: anna7 and anna8
                Level(
                    f"{one_slip(v, 0.9)} AND d{i}_l = d{i}_r",
                    "similar {about} ({score})",
                    0.08,
                    1e-5,
                    None,
                    jw(v),
                ),
                Level("ELSE", "different {about}", 0.14, 0.999),
            )
        case How.PHONE:
            crossed = f"{v}_l = w{i}_r OR w{i}_l = {v}_r OR w{i}_l = w{i}_r"
            return (
                Level(same, "same phone", 0.7, 1e-5, v),
                Level(crossed, "same phone", 0.05, 1e-5),
                # another extension is another person's
                Level(
                    f"{one_slip(v, 0.9)} AND NOT contains({v}_l, 'x')",
                    "phone differs in one digit",
                    0.05,
                    5e-5,
                ),
                Level("ELSE", "different phone", 0.2, 0.999),
            )
        case How.DATE:
            turned = (
                f"left({v}_l, 4) = left({v}_r, 4) AND substr({v}_l, 6, 2) = substr({v}_r, 9, 2) "
                f"AND substr({v}_l, 9, 2) = substr({v}_r, 6, 2)"
            )
            return (
                Level(same, "same {about}", 0.85, 1e-3, v),
                Level(f"{one_slip(v, 0.92)}", "{about} differs in one digit", 0.06, 3e-3),
                Level(turned, "{about} with day and month swapped", 0.02, 5e-4),
                Level(f"left({v}_l, 4) = left({v}_r, 4)", "same year of {about}", 0.03, 0.02),
                Level("ELSE", "different {about}", 0.04, 0.97),
            )
        case How.CODE:
            return (
                Level(same, "same {about}", 0.8, 1e-3, v),
                Level(f"{one_slip(v)}", "{about} differs in one sign", 0.07, 5e-3),
                Level(
                    f"length({v}_l) > 5 AND left({v}_l, 4) = left({v}_r, 4)",
                    "{about} begins alike",
                    0.03,
                    0.01,
                ),
                Level("ELSE", "different {about}", 0.1, 0.98),
            )
        case How.WORDS:
            return (
                Level(same, "same {about}", 0.6, 1e-3, v),
                Level(
                    f"{common_words(f'w{i}')} = {fewer(f'w{i}')} AND {fewer(f'w{i}')} >= 2",
                    "{about} with more words",
                    0.1,
                    1e-3,
                ),
                Level(f"{jw(v)} >= 0.92", "similar {about} ({score})", 0.1, 2e-3, None, jw(v)),
                Level(f"{jaccard(f'w{i}')} >= 0.5", "{about} shares words", 0.08, 5e-3),
                Level(f"{jw(v)} >= 0.84", "similar {about} ({score})", 0.05, 0.01, None, jw(v)),
                Level("ELSE", "different {about}", 0.07, 0.98),
            )
        case How.STREET:
            number = f"d{i}_l IS NOT DISTINCT FROM d{i}_r"
            words = f"w{i}"
            return (
                Level(same, "same {about}", 0.6, 1e-3, v),
                Level(
                    f"{number} AND ({jw(v)} >= 0.92 OR ({common_words(words)} = {fewer(words)} AND"
                    f" {fewer(words)} >= 2))",
                    "similar {about} ({score})",
                    0.15,
                    1e-3,
                    None,
                    jw(v),
                ),
                Level(
                    f"d{i}_l = d{i}_r AND {common_words(words)} >= 2",
                    "{about} shares number and words",
                    0.08,
                    1e-3,
                ),
                Level(
                    f"{jw(v)} >= 0.92 OR {jaccard(words)} >= 0.5",
                    "similar {about} ({score})",
                    0.05,
                    0.01,
                    None,
                    jw(v),
                ),
                Level("ELSE", "different {about}", 0.12, 0.98),
            )
        case How.PLACE:
            city = f"w{i}_l = w{i}_r"
            return (
                Level(same, "same postal code", 0.75, 1e-3, v),
                Level(f"{city} AND {one_slip(v)}", "same city; similar postal code", 0.06, 1e-3),
                Level(city, "same city", 0.08, 5e-3, f"w{i}"),
                Level(
                    f"{jw(f'w{i}')} >= 0.92",
                    "similar city ({score})",
                    0.03,
                    5e-3,
                    None,
                    jw(f"w{i}"),
                ),
                Level(f"{one_slip(v)}", "postal code differs in one sign", 0.01, 5e-3),
                Level("ELSE", "different place", 0.07, 0.98),
            )
        case How.CATEGORY:
            return (
                Level(same, "same {about}", 0.85, 0.1, v),
                Level("ELSE", "different {about}", 0.15, 0.9),
            )
        case _:
            inside = (
                f"(contains({v}_l, {v}_r) OR contains({v}_r, {v}_l)) AND least(length({v}_l),"
                f" length({v}_r)) >= 4"
            )
            return (
                Level(same, "same {about}", 0.8, 0.02, v),
                Level(f"{jw(v)} >= 0.92", "similar {about} ({score})", 0.06, 0.01, None, jw(v)),
                Level(inside, "{about} is part of the other", 0.02, 0.005),
                Level("ELSE", "different {about}", 0.12, 0.95),
            )


def _name(i: int, c: Comparison) -> Sequence[Level]:
    f, last, both, whole = f"f{i}", f"l{i}", f"v{i}", f"w{i}"
    swapped = f"{f}_l = {last}_r AND {last}_l = {f}_r"
    near = f"{jw(last)} >= 0.92 AND {jw(f)} >= 0.92"
    begins = f"starts_with({f}_l, {f}_r) OR starts_with({f}_r, {f}_l)"
    more = (
        [Level(f"{whole}_l = {whole}_r", "same full name", 0.3, 1e-4, whole)]
        if "full_name" in c.attributes
        else []
    )
    return (
        *more,
        Level(f"{both}_l = {both}_r", "same name", 0.5, 1e-4, both),
        Level(swapped, "same name with first and last swapped", 0.02, 1e-5),
        Level(near, "similar name ({score})", 0.15, 5e-4, None, f"least({jw(last)}, {jw(f)})"),
        Level(
            f"{last}_l = {last}_r AND ({begins})",
            "same last name; first name begins alike",
            0.05,
            2e-4,
        ),
        Level(
            f"{jw(last)} >= 0.85 AND {jw(f)} >= 0.85",
            "similar name ({score})",
            0.08,
            1e-3,
            None,
            f"least({jw(last)}, {jw(f)})",
        ),
        Level(
            f"{last}_l = {last}_r AND ({f}_l IS NULL OR {f}_r IS NULL)",
            "same last name",
            0.02,
            3e-4,
            last,
        ),
        Level(f"{last}_l = {last}_r", "same last name; different first name", 0.04, 3e-3, last),
        Level(f"{jw(last)} >= 0.92", "similar last name ({score})", 0.02, 3e-3, None, jw(last)),
        Level(f"{f}_l = {f}_r", "same first name", 0.05, 0.01, f),
        Level("ELSE", "different name", 0.04, 0.98),
    )
