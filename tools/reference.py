"""Writes docs/reference from the source: verbs, the playbook's keys, functions, attributes, presets and problems.

python tools/reference.py            writes the pages
python tools/reference.py --check    says which pages are not what would be written, and exits 1
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer
from codes import Said, codes
from ruamel.yaml import YAML

from leadlight.cli import app
from leadlight.desk.verbs import VERBS
from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    KINDS,
    LEAD_ATTRIBUTES,
    SPEND_COLUMNS,
    Attribute,
    Family,
)
from leadlight.facts.contact import RULES
from leadlight.playbook.cases.schema import cases_schema
from leadlight.playbook.conditions import DEEPEST, FUNCTIONS, LONGEST
from leadlight.playbook.durations import words
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.playbook.read import must_read
from leadlight.playbook.schema import schema
from leadlight.playbook.spec import Playbook, Points, RuleScore, Scale, SignalScore
from leadlight.results.data import schema_of

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
NOTES = REFERENCE / "problems.notes.yml"
MADE = "<!-- Written by tools/reference.py; change the source, not this page. -->\n"


def pages() -> dict[str, str]:
    """Every generated file by its name."""
    return {
        "verbs.md": verbs(),
        "playbook-keys.md": playbook_keys(schema()),
        "functions.md": functions(),
        "attributes.md": attributes(),
        "checks.md": checks(),
        "presets.md": presets(),
        "json.md": json_results(),
        "api.md": api_routes(),
        "problems.md": problems(codes(ROOT / "src" / "leadlight"), notes()),
        "playbook.tests.schema.json": (
            json.dumps(cases_schema(), indent=2, ensure_ascii=False) + "\n"
        ),
        "playbook.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
    }


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    flat = " ".join(str(text).split())
    if "`" in flat:
        return f"`` {flat} ``"
    return f"`{flat}`" if flat else ""


# ---- results as JSON ----

_WORDS = {"date-time": "moment", "date": "date", "string": "text", "null": "null"}


def json_results() -> str:
    """What each verb answers with `--json`: a table for each class of a result."""
    classes: dict[str, type] = {}
    rows = []
    for name, verb in sorted(VERBS.items()):
        for result in verb.results:
            _collect(result, classes)
        about = _prose(inspect.getdoc(verb.load())).split("\n")[0]
        rows.append((code(name), ", ".join(_link(r.__name__) for r in verb.results), about))
    out = [
        MADE,
        "# Results as JSON\n",
        (
            "With `--json` a verb prints its result as JSON; the API and the pages give the same."
            " A result is an object, and its fields are always all there. Moments are ISO 8601 in"
            " UTC (`2026-11-01T14:30:00Z`), lengths of time are seconds, exact numbers are texts"
            " with every digit, and what is not known is null.\n"
        ),
        table(("verb of the desk", "result", "what it does"), rows),
    ]
    for name in sorted(classes):
        out += [f"## {name}\n", f"{_prose(inspect.getdoc(classes[name]))}\n"]
        out += [table(("field", "type", "meaning"), _fields_of(classes[name]))]
    return "\n".join(out)


# ---- the API ----


def api_routes() -> str:
    """Every route of the API, by its OpenAPI document."""
    from leadlight.server.desk_database import DeskDatabase
    from leadlight.server.web_settings import set_up

    with tempfile.TemporaryDirectory() as folder:
        set_up(DeskDatabase(Path(folder) / "desk.sqlite3"), b"none")
        from leadlight.server.api.api import routes
        from leadlight.server.api.routes import document

        found = document(routes)
    rows = [
        (
            code(f"{method.upper()} {path.removeprefix('/api/v1')}"),
            operation["summary"],
            code(operation["description"].rpartition("Needs the scope `")[2].rstrip("`.")),
            ", ".join(
                code(p["name"]) for p in operation.get("parameters", ()) if p["in"] == "query"
            ),
            ", ".join(_fields_of_body(operation)),
        )
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    ]
    return "\n".join(
        [
            MADE,
            "# Routes of the API\n",
            (
                "All below `/api/v1`. [Use the API](../how-to/use-the-api.md) says how to call"
                " them; a result is described under [Results as JSON](json.md), a verb's request"
                " in the OpenAPI document at `/api/v1/openapi.json`. Fields that end in `(file)`"
                " are sent as files.\n"
            ),
            table(("route", "what it does", "scope", "parameters", "fields of the body"), rows),
        ]
    )


def _fields_of_body(operation: Mapping[str, Any]) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        parts = content["multipart/form-data"]["schema"]["properties"]
        yield from (code(f) for f in parts["request"]["properties"])
        yield from (f"{code(f)} (file)" for f in parts if f != "request")
    elif content:
        yield from (code(f) for f in content["application/json"]["schema"]["properties"])


def _collect(kind: Any, classes: dict[str, type]) -> None:
    """Every class that stands in a type, with those of its fields."""
    if isinstance(kind, type) and is_dataclass(kind):
        if kind.__name__ in classes:
            return
        classes[kind.__name__] = kind
        for hint in get_type_hints(kind).values():
            _collect(hint, classes)
    for inner in get_args(kind):
        _collect(inner, classes)


def _fields_of(kind: type) -> Iterator[tuple[str, str, str]]:
    properties = schema_of(kind)["$defs"][kind.__name__]["properties"]
    source = inspect.getsource(kind)
    for name, said in properties.items():
        meaning = re.search(rf"^    {name}: [^\n]*?  # (.+)$", source, re.MULTILINE)
        yield code(name), _type_in_words(said), meaning[1] if meaning else ""


def _type_in_words(said: Mapping[str, Any]) -> str:
    if "$ref" in said:
        return _link(said["$ref"].rpartition("/")[2])
    if "anyOf" in said:
        return " or ".join(_type_in_words(one) for one in said["anyOf"])
    if "enum" in said:
        return " or ".join(code(json.dumps(value)) for value in said["enum"])
    if "prefixItems" in said:
        return f"list: {', '.join(_type_in_words(one) for one in said['prefixItems'])}"
    if "items" in said:
        return f"list of {_type_in_words(said['items'])}"
    if isinstance(said.get("additionalProperties"), dict):
        return f"object, each value {_type_in_words(said['additionalProperties'])}"
    word = said.get("format") or said.get("type") or "any value"
    return said.get("description") or _WORDS.get(word, word)


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


# ---- verbs ----


def verbs() -> str:
    group: Any = typer.main.get_command(app)
    out = [
        MADE,
        "# Verbs\n",
        f"{_prose(group.help)}\n",
        (
            "Exit codes: 0 done; 2 it is your turn (a sentence says what, where and what to do); "
            "1 a fault of ours, or an alarm of `learn --check`.\n"
        ),
        (
            "`LEADLIGHT_MEMORY=2GB` limits the memory used; the disk is used instead.\n"
            "`LEADLIGHT_DEBUG=1` shows the details of a fault of ours.\n"
        ),
    ]
    for name, verb in _commands(group):
        usage = " ".join(
            [
                "leadlight",
                name,
                *(_argument(p) for p in verb.params if p.param_type_name == "argument"),
            ]
        )
        out += [f"## {name}\n", f"{_prose(verb.help)}\n", f"```text\n{usage} [OPTIONS]\n```\n"]
        told = inspect.signature(verb.callback, eval_str=True).parameters
        rows = [
            (_spelt(p, str(told[p.name].annotation)), p.help or "")
            for p in verb.params
            if p.name in told
        ]
        out += [table(("argument or option", "what it is"), rows)]
    return "\n".join(out)


def _commands(group: Any) -> Iterator[tuple[str, Any]]:
    """Every command with its words: those of a group are `group verb`."""
    for name, verb in group.commands.items():
        if hasattr(verb, "commands"):
            yield from ((f"{name} {inner}", one) for inner, one in _commands(verb))
        else:
            yield name, verb


def _prose(help_: str | None) -> str:
    """Paragraphs of a docstring, each on one line."""
    paragraphs = (help_ or "").split("\n\n")
    return "\n\n".join(" ".join(p.split()) for p in paragraphs)


def _argument(p: Any) -> str:
    bare = str(p.metavar or p.name.upper())
    if bare.startswith("[") and bare.index("]") == len(bare) - 1:
        bare = bare[1:-1]
    return bare if p.required else f"[{bare}]"


def _spelt(p: Any, annotation: str) -> str:
    if p.param_type_name == "argument":
        return code(_argument(p))
    takes = "" if p.is_flag else f" {p.metavar or ('PATH' if 'Path' in annotation else 'TEXT')}"
    return code(", ".join(p.opts) + takes)


# ---- the playbook's keys ----

_TITLES = {
    "count": "Signal: count",
    "days_since": "Signal: days_since",
    "points_signal": "Signal: points",
    "point_rule": "A rule of a points signal",
    "gained": "Signal: gained",
    "sum": "Signal: sum",
    "largest": "Signal: largest",
    "smallest": "Signal: smallest",
    "latest": "Signal: latest",
    "value": "Signal: value",
    "rank": "Signal: rank",
    "questions": "Signal: questions",
    "question": "A question",
    "score": "A score",
    "fit_rule": "A rule of a score",
    "scale": "A scale",
    "label": "A label of a scale",
    "segment": "A segment",
    "route": "A route",
    "outcomes": "The outcomes",
    "track": "A track",
    "step": "A step of a track",
    "limits": "The limits of all tracks",
}


def playbook_keys(whole: Mapping[str, Any]) -> str:
    out = [
        MADE,
        "# Playbook keys\n",
        (
            "A playbook is one YAML file. For an editor that knows JSON Schema, write the schema"
            " beside your playbook and\nname it in the first line:\n"
        ),
        "```sh\npython -m leadlight.playbook.schema > playbook.schema.json\n```\n",
        "```yaml\n# yaml-language-server: $schema=playbook.schema.json\nleadlight: 1\n```\n",
        (
            "A *duration* is a whole number and `s`, `m`, `h`, `d`, `w` or `y`: `15m`, `14d`, `1y`"
            " (365 days).\n*Points* are numbers up to a million with at most two decimals.\nA"
            " *condition* is an SQL expression; see [functions](functions.md).\n"
        ),
        "## The file\n",
        _keys(whole),
    ]
    for name, title in _TITLES.items():
        out += [f"## {title}\n", *_shape(name, whole["$defs"][name])]
    return "\n".join(out)


def _shape(name: str, shape: Mapping[str, Any]) -> Iterator[str]:
    if name == "label":
        yield "One name with its condition, and beside it, if you like:\n"
        yield _keys(shape)
        return
    forms = [s for s in shape.get("anyOf", [shape]) if "required" not in s or "properties" in s]
    plain = {
        "score": "The name of a points signal, or a list of rules, or:\n",
        "scale": "A list of labels, best first, the last one `otherwise`; or:\n",
        "segment": "A condition, or:\n",
    }
    if name in plain:
        yield plain[name]
    for form in forms if "properties" not in shape else [shape]:
        if "properties" in form:
            yield _keys(form)


def _keys(shape: Mapping[str, Any]) -> str:
    needed = shape.get("required", ())
    rows = [
        (code(k), _takes(v), "yes" if k in needed else "", v.get("description", ""))
        for k, v in shape["properties"].items()
    ]
    return table(("key", "takes", "needed", "what it says"), rows)


def _takes(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        return str(value["$ref"]).rsplit("/", 1)[1].replace("_", " ")
    if "enum" in value:
        return " or ".join(dict.fromkeys(str(v).lower() for v in value["enum"]))
    if "anyOf" in value:
        parts = [_takes(v) for v in value["anyOf"]]
        return " or ".join(dict.fromkeys(parts))
    if "const" in value:
        return str(value["const"])
    kinds = value.get("type", "")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    said = {"object": "a mapping", "array": "a list", "number": "a number", "string": "a text"}
    return (
        "a text"
        if {"string", "number"} <= set(kinds)
        else " or ".join(said[k] for k in kinds if k in said)
    )


# ---- functions ----


def functions() -> str:
    return "\n".join(
        [
            MADE,
            "# Conditions and their functions\n",
            (
                "A condition is an SQL boolean expression over names of the playbook and"
                " [attributes](attributes.md).\nIt may use this and nothing else; so a playbook"
                " cannot reach a file, another table or a setting.\n"
            ),
            table(
                ("may be used", "such as"),
                [
                    ("and, or, not, brackets", code("fit >= 20 and not (employees < 5)")),
                    ("= <> < <= > >=", code("country <> 'DE'")),
                    ("in, between", code("industry in ('software', 'retail')")),
                    ("like, ilike (ilike: in any case)", code("url like '/pricing%'")),
                    ("is null, is not null", code("product is not null")),
                    ("+ - * /", code("fit + engagement >= 60")),
                    (
                        "case when ... then ... else ... end",
                        code("case when employees > 9 then 'team' else 'solo' end"),
                    ),
                    ("texts in single quotes, numbers, true, false", code("do_not_email = true")),
                ],
            ),
            (
                "A comparison with something unknown is unknown, and unknown counts as *does not"
                " hold*: `country <> 'DE'`\ndoes not hold for a lead whose country is not known."
                " Where you mean otherwise, say so:\n`coalesce(country, '') <> 'DE'`.\n"
            ),
            (
                f"At most {LONGEST:,} characters and {DEEPEST} brackets; split longer ones into"
                " signals.\n"
            ),
            "## Functions\n",
            table(
                ("function", "gives"), [(code(name), about) for name, about in FUNCTIONS.items()]
            ),
        ]
    )


# ---- attributes ----


def attributes() -> str:
    out = [
        MADE,
        "# Attributes and kinds of activities\n",
        (
            "The names that files are mapped to and that conditions may use. Columns of your own"
            " become attributes too,\nunder their own names in small letters with underscores"
            " (`Lead Temperature?` is `lead_temperature`).\n"
        ),
        "## Of leads\n",
        _attributes(LEAD_ATTRIBUTES),
        "## Of activities\n",
        "Usable in the `when` of a rule on activities.\n",
        _attributes(ACTIVITY_COLUMNS),
        "## Of spend\n",
        _attributes(SPEND_COLUMNS),
        "## Kinds of activities\n",
        (
            "What other systems call them is recognised in a log. Any other kind is your own and"
            " can be used in rules by\nits name in small letters with underscores.\n"
        ),
    ]
    for family in Family:
        kinds = [k for k in KINDS.values() if k.family is family]
        out += [
            f"### {family.value.capitalize()}\n",
            table(("kind", "also called"), [(code(k.name), ", ".join(k.also)) for k in kinds]),
        ]
    return "\n".join(out)


def _attributes(of: Mapping[str, Attribute]) -> str:
    said = {"yes_no": "yes/no", "whole": "whole number", "moment": "date"}
    return table(
        ("name", "type", "what it is"),
        [(code(a.name), said.get(a.type, str(a.type)), a.about) for a in of.values()],
    )


# ---- checks ----


def checks() -> str:
    out = [
        MADE,
        "# Checks of a contact\n",
        (
            "What `leadlight verify` looks for, by name. A playbook sets each under its own name,"
            " in a signal of the form\n`verify`: `contactable: {verify: {role: risky, disposable:"
            " unreachable, name_vs_email: 40, burst: off}}`.\n"
        ),
    ]
    titles = {"email": "E-mail addresses", "phone": "Phone numbers", "lead": "The lead as a whole"}
    for subject, title in titles.items():
        rules = [r for r in RULES.values() if r.subject == subject]
        told = "weight" if subject == "lead" else "means"
        rows = [
            (code(r.name), r.say, str(r.weight) if subject == "lead" else r.means) for r in rules
        ]
        out += [f"## {title}\n", table(("rule", "what it says", told), rows)]
    out.append(
        "A lead whose weights add up to `empty_at` (100) is empty, however good its contact points"
        " look.\n"
    )
    return "\n".join(out)


# ---- presets ----


def presets() -> str:
    out = [
        MADE,
        "# Presets\n",
        (
            "Playbooks that are shipped. `leadlight qualify leads.csv` takes the one of the first"
            " four that fits your\ncolumns; `leadlight init --preset NAME` makes one yours. What"
            " the articles say: [schools](../schools.md).\n"
        ),
        table(
            ("preset", "name"),
            [(f"[{n}](#{n})", must_read(preset_text(n), n).name) for n in preset_names()],
        ),
    ]
    for name in preset_names():
        out += _preset(name, must_read(preset_text(name), f"{name}.yml"))
    return "\n".join(out)


def _preset(name: str, book: Playbook) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{' '.join(book.about.split())}\n"
    for scale in book.scales:
        yield from _ladder(scale)
    for score in book.scores:
        if isinstance(score, RuleScore):
            yield f"**{score.name}** {_limits(score)}{score.about}\n"
            rows = [(r.say or r.id, f"{r.add:+f}", code(r.when.text)) for r in score.rules]
            yield table(("what the lead is", "points", "when"), rows)
        elif isinstance(score, SignalScore) and isinstance(
            found := book.signal(score.signal), Points
        ):
            yield f"**{score.name}** {_limits(found)}{score.about}\n"
            yield table(
                ("what the lead did", "points", "at most", "half-life", "within"), _points(found)
            )
    yield f"**segments** {', '.join(s.name for s in book.segments)}\n"
    rows = [
        (
            code(r.when.text) if r.when else "otherwise",
            r.to,
            words(r.within) if r.within else "",
            r.next_step or "",
        )
        for r in book.routes
    ]
    yield table(("when", "to", "within", "next"), rows)


def _ladder(scale: Scale) -> Iterator[str]:
    rows = [
        (la.name, la.say or "", code(la.when.text) if la.when else "otherwise")
        for la in scale.labels
    ]
    yield f"**{scale.name}**\n"
    yield table(("label", "meaning", "when"), rows)


def _points(signal: Points) -> Iterator[tuple[str, ...]]:
    for r in signal.rules:
        fades = words(r.half_life) if r.half_life else "never"
        most = "" if r.at_most is None else f"{r.at_most:f}"
        yield (
            r.say or r.id,
            f"{r.points:+f}",
            most,
            fades,
            words(r.match.within) if r.match.within else "",
        )


def _limits(of: RuleScore | Points) -> str:
    low = "" if of.at_least is None else f"from {of.at_least:f} "
    high = "" if of.at_most is None else f"to {of.at_most:f}"
    return f"({(low + high).strip()}) " if low or high else ""


# ---- problems ----


def notes() -> dict[str, str]:
    return {
        str(k): str(v)
        for k, v in YAML(typ="safe", pure=True).load(NOTES.read_text(encoding="utf-8")).items()
    }


def problems(said: list[Said], what_to_do: Mapping[str, str]) -> str:
    known = sorted({s.code for s in said})
    without = [c for c in known if c not in what_to_do]
    gone = [c for c in what_to_do if c not in known]
    if without or gone:
        sys.exit(
            f"{NOTES.relative_to(ROOT)}: no entry for {without or 'none'}; nothing says"
            f" {gone or 'none'} any more."
        )
    out = [
        MADE,
        "# Problems\n",
        (
            "Every fault that is told carries a name in brackets, such as `[unknown-name]`; here is"
            " what to do\nabout each. A *fault* stops the work until it is mended; a *doubt* is"
            " worth a look and stops nothing.\n`{...}` stands for what is put in.\n"
        ),
    ]
    for title, inside in (("In a playbook", True), ("In a file", False)):
        out.append(f"## {title}\n")
        for one in known:
            places = [s for s in said if s.code == one]
            if places[0].module.startswith("playbook.") is inside:
                out += _problem(one, places, what_to_do[one])
    return "\n".join(out)


def _problem(name: str, places: list[Said], what_to_do: str) -> Iterator[str]:
    level = (
        "fault"
        if places[0].module.startswith("playbook.") and places[0].level == "fault"
        else "doubt"
    )
    yield f"### {name}\n"
    yield f"A {level}. {what_to_do}\n"
    pairs = dict.fromkeys((s.message, s.hint) for s in places if s.message not in ("{message}", ""))
    # What one message may be followed by is found in no order of its own.
    messages = list(dict.fromkeys(message for message, _ in pairs))
    rows = sorted(pairs, key=lambda pair: (messages.index(pair[0]), pair[1]))
    if rows:
        hints = any(hint.replace("{hint}", "") for _, hint in rows)
        shown = [(code(m), code(h.replace("{hint}", ""))) if hints else (code(m),) for m, h in rows]
        yield table(("it says", "and") if hints else ("it says",), shown)


def main() -> None:
    stale = []
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        file = REFERENCE / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                file.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"Not what the source says: {', '.join(stale)}. Run: python tools/reference.py")
    if stale:
        print(f"Written in docs/reference: {', '.join(stale)}")


if __name__ == "__main__":
    main()
