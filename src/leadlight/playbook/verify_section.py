"""The `verify` form of a signal: what the checks of a lead's contact points come to under this
playbook's own rules.

    contactable: {verify: {role: risky, disposable: unreachable, name_vs_email: 40, burst: off},
    empty_at: 100}

`contactable` is `reachable`, `unknown`, `risky` or `empty`: the best contact point's verdict, and
`empty` when there is none, when none is usable, or when the weights of the doubts reach `empty_at`.
Beside it stand `contactable_email`, `contactable_phone` and `contactable_mobile` (each point's
verdict; unknown when there is no such point) and `contactable_doubt` (the sum of weights). A point
that nobody verified yet is judged by its form alone.
"""

from __future__ import annotations

from leadlight.facts.contact import MEANINGS, RULES, Rule
from leadlight.playbook.conditions import parse
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import Value, VerifyRules
from leadlight.problems import did_you_mean

OFF = "off"
EMPTY_AT = 100
POINTS = ("email", "phone", "mobile")
_FORM = {
    "email": "valid_email(email)",
    "phone": "length(digits(phone)) >= 6",
    "mobile": "length(digits(mobile)) >= 6",
}

Settings = dict[str, str | int]
_WORST_FIRST = ("unreachable", "risky", "unknown")


def read_verification(r: Reader, name: str, node: Node) -> tuple[Value, ...]:
    """The signals that one `verify` makes."""
    r.keys(node, ("verify", "empty_at", "about"))
    settings = _settings(r, node.get("verify"))
    at = r.number(node, "empty_at", negative=False)
    made = [_contact_point(f"{name}_{point}", point, settings) for point in POINTS]
    made.append(_doubt(f"{name}_doubt", settings))
    made.append(Value(name, parse(_best(name, EMPTY_AT if at is None else int(at)))))
    for signal in made:
        r.note(signal.name, node)
    return tuple(made)


def _settings(r: Reader, node: Node | None) -> Settings:
    """What each rule means here: the shipped meaning, unless the playbook says otherwise."""
    found: Settings = {
        rule.name: rule.weight if rule.subject == "lead" else rule.means for rule in RULES.values()
    }
    if node is not None and _is_default(node):
        return found
    for key, key_node, value in r.mapping(node, "verify"):
        if key not in RULES:
            hint = did_you_mean(key, RULES) or "The rules are listed in the reference of checks."
            r.fault("unknown-rule", f"There is no rule {key!r} to verify by.", key_node, hint)
        elif (setting := _setting(r, RULES[key], value)) is not None:
            found[key] = setting
    return found


def _is_default(node: Node) -> bool:
    """`verify: yes`, or nothing after it: every rule as it is shipped."""
    plain = (node.text or "").strip() in ("", "default", "yes", "true")
    return plain and node.items is None and not node.pairs


def _setting(r: Reader, rule: Rule, value: Node) -> str | int | None:
    text = (value.text or "").strip().lower()
    if text in (OFF, "false", "no"):
        return OFF
    if rule.subject == "lead":
        weight = r.points(value, rule.name, negative=False)
        return None if weight is None else int(weight)
    if text not in MEANINGS:
        r.fault(
            "wrong-meaning",
            f"{rule.name} means one of {', '.join(MEANINGS)}, or off; not {text!r}.",
            value,
        )
        return None
    return text


def _contact_point(name: str, point: str, settings: Settings) -> Value:
    """The verdict of one contact point: the worst meaning of the rules that spoke."""
    subject = "email" if point == "email" else "phone"
    arms = [
        f"when {point} is null then null",
        f"when {point}_verdict is null and {_FORM[point]} then 'unknown'",
        f"when {point}_verdict is null then 'unreachable'",
    ]
    meanings: list[tuple[str, str]] = []
    for means in _WORST_FIRST:
        names = [n for n, s in settings.items() if s == means and RULES[n].subject == subject]
        if names:
            arms.append(f"when {_any(f'{point}_because', names)} then '{means}'")
            meanings += [(n, means) for n in names]
    text = f"case {' '.join(arms)} else 'reachable' end"
    return Value(name, parse(text), VerifyRules(point, tuple(meanings)))


def _doubt(name: str, settings: Settings) -> Value:
    """The sum of the weights of a lead's doubts."""
    weights = {n: s for n, s in settings.items() if isinstance(s, int) and s > 0}
    parts = [
        f"case when {_any('doubts', [n])} then {weight} else 0 end" for n, weight in weights.items()
    ]
    meanings = tuple((n, str(weight)) for n, weight in weights.items())
    return Value(name, parse(" + ".join(parts) or "0"), VerifyRules("lead", meanings))


def _best(name: str, empty_at: int) -> str:
    def some(verdict: str) -> str:
        return " or ".join(f"{name}_{point} = '{verdict}'" for point in POINTS)

    arms = " ".join(f"when {some(v)} then '{v}'" for v in ("reachable", "unknown", "risky"))
    return f"case when {name}_doubt >= {empty_at} then 'empty' {arms} else 'empty' end"


def _any(column: str, names: list[str]) -> str:
    return f"has_word({column}, {', '.join(repr(n) for n in names)})"
