"""The playbook of a first answer: that of a trade, with what the base at hand holds as evidence.

Nobody has agreed on a rule yet. So a lead is compared with the others of the base instead of with
fixed numbers, and what it is (its size, its title) gives no points. The text is a playbook like any
other: whoever wants to go on from it saves it and edits it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leadlight.facts.evidence import PROFILE, Evidence, RankedEvidence
from leadlight.facts.outcome import CONVERTED, KnownOutcome
from leadlight.playbook.amendments import apply_edits, entries, under
from leadlight.playbook.model_text import SCORE
from leadlight.playbook.nodes import compose

#: The names that the text makes, beside those of the trade's playbook.
EVIDENCE, INTEREST, SHOWN = "evidence", "interest", "interest_shown"
PLACE, LAST_PLACE, OUT = "place", "place_at_last", "out_of_play"
RIVAL = "rival"
#: How a playbook that was written for one base begins its name.
FIRST_ANSWER = "First answer"
_RANK = "rank_of_"
Edit = tuple[int, int, str]


@dataclass(frozen=True)
class ChanceCuts:
    """From which probability by a model on a lead is hot and warm: twice, and 1.2 times, the odds
    of the leads that taught.
    """

    model: str
    hot: float
    warm: float

    @classmethod
    def of_base_rate(cls, model: str, rate: float) -> ChanceCuts:
        """The cuts for leads of whom this share had the outcome."""
        odds = rate / (1 - rate)
        hot, warm = (round(o / (1 + o), 4) for o in (2 * odds, 1.2 * odds))
        return cls(model, hot, warm)


def first_answer_names(preset: str) -> frozenset[str]:
    """The names that a first answer makes with a trade's playbook, but for those of its ranks and
    for the answers to its questions: a column of one of these names means something else.
    """
    root = compose(preset)
    sections = ("signals", "scores", "scales", "segments")
    own = (EVIDENCE, INTEREST, SHOWN, PLACE, LAST_PLACE, OUT, RIVAL, SCORE)
    return frozenset((*own, *(name for section in sections for name, _ in entries(root, section))))


def first_answer_text(
    preset: str,
    evidence: Sequence[Evidence],
    *,
    log: bool,
    outcome: KnownOutcome | None = None,
    chance: ChanceCuts | None = None,
) -> str:
    """The text of a trade's playbook as a first answer. With `log` what leads did counts as it says
    there; who has the `outcome` is a customer, and whom the company says it lost is dropped; with
    `chance` leads are ordered by the score `probability`, whose model is to be added.
    """
    root = compose(preset)
    order = SCORE if chance is not None else INTEREST if log else EVIDENCE
    edits = [
        *_head(preset, root, order),
        *_signals(preset, root, evidence, outcome, log=log, order=order),
        *_scores(preset, root, evidence, chance, log=log),
        *_scales(preset, root, chance),
        *_routes(preset, root, log=log),
    ]
    text = apply_edits(preset, edits)
    text = re.sub(r"\brecorded_interest\b", EVIDENCE, text)
    text = text.replace("fit > -20", f"not {RIVAL}")
    if outcome is not None and outcome.won != CONVERTED:
        own = f"coalesce(converted, {outcome.won}, false)"
        text = text.replace("coalesce(converted, false)", own)
    if outcome is None or chance is None:
        return text
    return f"{text.rstrip()}\n\n{_outcomes(outcome)}"


def _outcomes(outcome: KnownOutcome) -> str:
    """Who bought, as the model was told, and how a workspace is to learn that anew."""
    return "\n".join(
        [
            "# Who bought and who did not: the score `probability` was learned from that. In a"
            " workspace `qualify` learns",
            "# it anew from newer outcomes after so long a time, such as 30d, once the playbook is"
            " published.",
            "outcomes:",
            f"  won: {_quote(outcome.won)}",
            f"  lost: {_quote(outcome.lost)}",
            f"  points: {SHOWN}",
            "  refresh: never",
            "",
        ]
    )


def _head(text: str, root: Any, order: str) -> Iterator[Edit]:
    """Its name, and by which score it orders the leads."""
    name = under(root, "name")
    begin, end = name.start_mark.index, name.end_mark.index
    yield begin, end, f"{FIRST_ANSWER} ({text[begin:end]})\norder: {order}"
    about = under(root, "about")
    if about is not None:
        begin, end = _span(text, about)
        said = (
            "Written for this base. Leads are compared with each other by the interest that they"
            " showed; nobody has agreed on it yet."
        )
        yield begin, end, said


def _signals(
    text: str,
    root: Any,
    evidence: Sequence[Evidence],
    outcome: KnownOutcome | None,
    *,
    log: bool,
    order: str,
) -> Iterator[Edit]:
    gone = "is_customer or given_up or dropped_reason is not null"
    if outcome is not None and outcome.is_final:
        gone += f" or coalesce({outcome.lost}, false)"
    shown = f"engagement + {EVIDENCE}" if log else EVIDENCE
    by = SCORE if order == SCORE else SHOWN
    among = f"audience = 'target' and not {OUT}"
    lines = [
        f"{_RANK}{e.name}: {{rank: {_quote(e.expression)}}}"
        for e in evidence
        if isinstance(e, RankedEvidence)
    ]
    lines += [
        f"{RIVAL}: {{value: {_quote(_IS_RIVAL)}}}",
        f"{OUT}: {{value: {_quote(gone)}}}",
        f"{SHOWN}: {{value: {_quote(shown)}}}",
        f"{PLACE}: {{rank: {by}, among: {_quote(among)}, ties: best}}",
        f"{LAST_PLACE}: {{rank: {by}, among: {_quote(among)}}}",
    ]
    head = "# ---- how it stands among the others: before how many in a hundred of the base ----"
    yield _insert(under(root, "signals"), [head, *lines])


_IS_RIVAL = "coalesce(has_word(tags, 'competitor', 'press', 'supplier'), false)"


def _scores(
    text: str, root: Any, evidence: Sequence[Evidence], chance: ChanceCuts | None, *, log: bool
) -> Iterator[Edit]:
    """The points for what a lead is go; those for what another tool counted become evidence."""
    for key, value in under(root, "scores").value:
        if key.value == "fit":
            begin, end = _with_comment(text, key), _span(text, value)[1]
            yield begin, end, ""
        elif key.value == "recorded_interest":
            begin, end = _with_comment(text, key), _span(text, value)[1]
            lines = list(_evidence_lines(evidence, log=log))
            if chance is not None:
                lines.insert(0, f"  {SCORE}: {{model: {chance.model}}}")
            yield begin, end, "\n".join(lines).lstrip()


def _evidence_lines(evidence: Sequence[Evidence], *, log: bool) -> Iterator[str]:
    if log:
        yield f"  {INTEREST}: {{signal: {SHOWN}, about: What it did and the evidence together}}\n"
    yield f"  {EVIDENCE}:"
    yield "    about: What the base holds as evidence of interest, each lead beside the others"
    if not evidence:
        yield "    rules: {}"
        return
    yield "    rules:"
    for e in evidence:
        if isinstance(e, RankedEvidence):
            given = f"by: {_RANK}{e.name}"
        else:
            given = f"when: {_quote(e.when)}"
        yield f"      {e.name}: {{{given}, add: {e.points}, say: {_quote(e.say)}}}"


def _scales(text: str, root: Any, chance: ChanceCuts | None) -> Iterator[Edit]:
    scales = dict(entries(root, "scales"))
    begin, end = _span(text, scales["temperature"])
    yield begin, end, "\n    ".join(_labels(chance))
    # The second label of the ladder: customers are customers, whatever was noted of them.
    second = scales["stage"].value[1].start_mark.index - len("- ")
    aside = "say: The company lost it or dropped it\n      aside: yes\n    "
    yield second, second, f"- dropped: {OUT} and not is_customer\n      {aside}"


def _labels(chance: ChanceCuts | None) -> list[str]:
    if chance is not None:
        return [
            f"- hot: {SCORE} >= {chance.hot} and {PLACE} > 80",
            "  say: At least twice the odds of the base, and among the best fifth",
            f"- warm: {SCORE} >= {chance.warm} and {PLACE} > 50",
            "  say: At least 1.2 times the odds of the base, and in the better half",
            f"- cold: not {OUT}",
            "  say: No better than the base",
            *_DECIDED,
        ]
    return [
        f"- hot: {PLACE} > 90 and {LAST_PLACE} >= 80 and {SHOWN} > {PROFILE}",
        "  say: Among the best tenth by the interest it showed",
        f"- warm: {PLACE} > 60 and {LAST_PLACE} >= 20",
        "  say: Among the best by the interest it showed",
        f"- not_told_apart: {PLACE} = 100 and {LAST_PLACE} < 20",
        "  say: Nothing here tells these leads apart",
        "  aside: yes",
        f"- cold: not {OUT}",
        "  say: Others showed more interest",
        *_DECIDED,
    ]


#: Who is out of play is not cold: it was won or lost.
_DECIDED = (
    "- won: is_customer",
    "  say: Has bought",
    "  aside: yes",
    "- lost: otherwise",
    "  say: The company lost it or dropped it",
    "  aside: yes",
)


def _routes(text: str, root: Any, *, log: bool) -> Iterator[Edit]:
    routes = under(root, "routes").value
    if not log:
        for route in routes:
            yield from _within_a_day(route)
    first = routes[1].start_mark.index - len("- ")
    dropped = [
        "- {when: \"stage = 'dropped' and can_mail\", to: marketing, by: mail,"
        " next: Nurture it by the reason that was noted}",
        "- {when: \"stage = 'dropped'\", to: marketing, by: nothing,"
        " next: Leave it alone until it comes back}",
    ]
    yield first, first, "\n  ".join([*dropped, ""])


def _within_a_day(route: Any) -> Iterator[Edit]:
    """A lead that is hot among others has not asked for anything this very minute."""
    if "temperature = 'hot'" not in str(under(route, "when").value):
        return
    verb = "Call" if under(route, "by").value == "call" else "Write"
    for key, said in (("within", "1d"), ("next", f'"{verb} today, the best first"')):
        node = under(route, key)
        yield node.start_mark.index, node.end_mark.index, said


def _insert(section: Any, lines: Sequence[str]) -> Edit:
    """Lines before the first entry of a section."""
    first = section.value[0][0].start_mark
    indent = "\n" + " " * first.column
    return first.index, first.index, indent.join([*lines, "", ""])


def _span(text: str, node: Any) -> tuple[int, int]:
    """Where a node stands, without the blank lines and comments after it."""
    begin, end = node.start_mark.index, node.end_mark.index
    lines = text[begin:end].splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return begin, begin + len("".join(lines).rstrip())


def _with_comment(text: str, key: Any) -> int:
    """Where the comment above a key begins, or the key itself."""
    lines = text[: key.start_mark.index].splitlines(keepends=True)
    begin: int = key.start_mark.index
    if lines and not lines[-1].strip():  # the indent of the key
        lines.pop()
    while lines and lines[-1].lstrip().startswith("#"):
        begin = sum(map(len, lines[:-1])) + len(lines[-1]) - len(lines[-1].lstrip())
        lines.pop()
    return begin


def _quote(text: str) -> str:
    """A text as a YAML scalar in double quotes; whatever stands in a cell stays a text."""
    return json.dumps(text, ensure_ascii=False)
