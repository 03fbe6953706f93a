"""The API as an OpenAPI 3.1 document: what each route takes and gives, by the classes of requests
and results.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, TypeAlias, get_args, get_type_hints

from leadlight.desk.verbs import VERBS
from leadlight.playbook.presets import preset_names
from leadlight.results.data import schema_of
from leadlight.server.api.faults import PROBLEM, problem_schema
from leadlight.server.api.idempotency import HEADER
from leadlight.server.api.offers import OFFERS
from leadlight.server.api.request_content import HIDDEN, LONGEST_PLAYBOOK, NAMES, PLAYBOOKS
from leadlight.server.api.request_data import is_file, request_schema, value_schema

Json: TypeAlias = dict[str, Any]
_JSON, _PARTS = "application/json", "multipart/form-data"
_FAULT = {
    "description": "A problem: what is wrong, and what to do.",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ONCE = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same request with the same key is done once, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


_PLAYBOOK = {
    "description": "A preset, a version such as v3, or the text of a playbook.",
    "anyOf": [
        {"enum": list(preset_names())},
        {"type": "string", "pattern": "^v?[0-9]{1,7}$"},
        {"type": "string", "pattern": "\n", "maxLength": LONGEST_PLAYBOOK},
    ],
}


class Components:
    """The schemas of all results by name. Two classes of one name are told apart by whose they
    are.
    """

    def __init__(self) -> None:
        self.schemas: Json = {"Problem": problem_schema()}

    def reference(self, kinds: Sequence[type]) -> Json:
        """The schema of a result, which may be one of several classes."""
        found = [self._add(kind) for kind in kinds]
        return found[0] if len(found) == 1 else {"anyOf": found}

    def _add(self, kind: type) -> Json:
        own = schema_of(kind)["$defs"]
        names = {name: self._name(kind, name, schema) for name, schema in own.items()}
        for name, schema in own.items():
            self.schemas.setdefault(names[name], _with_names(schema, names))
        return {"$ref": f"#/components/schemas/{names[kind.__name__]}"}

    def _name(self, kind: type, name: str, schema: Json) -> str:
        plain = _with_names(schema, {})
        known = self.schemas.get(name)
        return name if known is None or known == plain else f"{kind.__name__}{name}"


def _with_names(schema: Json, names: Mapping[str, str]) -> Json:
    """A schema that refers to components."""
    text = json.dumps(schema).replace('"#/$defs/', '"#/components/schemas/')
    for name, other in names.items():
        if other != name:
            text = text.replace(f'schemas/{name}"', f'schemas/{other}"')
    renamed: Json = json.loads(text, object_hook=_plain_list)
    return renamed


def _plain_list(schema: Json) -> Json:
    """A list whose places have each a type of its own, as clients made of the document know it."""
    places = schema.pop("prefixItems", None)
    if places is not None:
        kinds = list({json.dumps(p): p for p in places}.values())
        schema["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return schema


def of_verb(components: Components, name: str, status: int = 200) -> Json:
    """What a route of a verb takes and gives."""
    verb = VERBS[name]
    schema = _with_playbooks(verb.request)
    files = _files(verb.request)
    content: Json = {_JSON: {"schema": schema}}
    if files:
        parts = {n: _file_schema(hint) for n, hint in files.items()}
        body = {"type": "object", "properties": {"request": schema, **parts}}
        body["required"] = ["request"] if schema["required"] else []
        content[_PARTS] = {"schema": body, "encoding": {"request": {"contentType": _JSON}}}
    needed = [n for n, hint in files.items() if _is_needed(verb.request, n)]
    if needed:  # without the file there is nothing to do
        del content[_JSON]
        content[_PARTS]["schema"]["required"] += needed
    extra = result(components, verb.results, status)
    extra["requestBody"] = {"required": bool(schema["required"] or needed), "content": content}
    if OFFERS[name] != "read":
        extra["parameters"] = [_ONCE]
    return extra


def of_query(
    components: Components, name: str, parameters: Sequence[str], more: Sequence[Json] = ()
) -> Json:
    """What a route of a resource takes and gives: fields of a verb's request as parameters."""
    verb = VERBS[name]
    listed = parameters_of(verb.request, parameters)
    return {**result(components, verb.results), "parameters": [*listed, *more]}


def parameters_of(kind: Any, names: Sequence[str]) -> list[Json]:
    """Fields of a request as parameters of a URL."""
    hints = get_type_hints(kind)
    return [
        {
            "name": n,
            "in": "query",
            "required": _is_needed(kind, n),
            "schema": _query_schema(n, hints[n]),
        }
        for n in names
    ]


def body_of(kind: type) -> Json:
    """A request as a body of JSON."""
    return {
        "required": True,
        "content": {_JSON: {"schema": request_schema(kind, frozenset())}},
    }


def result(components: Components, kinds: Sequence[type], status: int = 200) -> Json:
    """What a route gives."""
    good = {
        "description": "What the verb answers.",
        "content": {_JSON: {"schema": components.reference(kinds)}},
    }
    return {"responses": {status: good, "default": _FAULT}}


def plain_result(schema: Json, status: int = 200, media: str = _JSON) -> Json:
    """What a route gives that is no verb's."""
    good: Json = {"description": "The answer.", "content": {media: {"schema": schema}}}
    return {"responses": {status: good, "default": _FAULT}}


def _query_schema(name: str, hint: Any) -> Json:
    kinds = [k for k in get_args(hint) if k is not type(None)]
    optional = len(kinds) < len(get_args(hint)) and len(kinds) == 1
    schema = value_schema(kinds[0] if optional else hint)
    return _PLAYBOOK if name in PLAYBOOKS else schema


def _with_playbooks(kind: Any) -> Json:
    """The schema of a request, in which a playbook is a text, a version or a preset."""
    schema = request_schema(kind, HIDDEN)
    for one in fields(kind):
        if one.name in PLAYBOOKS:
            schema["properties"][one.name] = _PLAYBOOK
    for name in NAMES & set(schema["properties"]):
        schema["properties"][name] = {"type": "string", "pattern": "^[A-Za-z0-9_]{1,100}$"}
    return schema


def _files(kind: Any, prefix: str = "") -> Json:
    """The fields of a request that take files, nested ones by their path."""
    found: Json = {}
    for name, hint in get_type_hints(kind).items():
        if name in HIDDEN or name in PLAYBOOKS:
            continue
        if is_file(hint):
            found[prefix + name] = hint
        for inner in get_args(hint) or (hint,):
            if hasattr(inner, "__dataclass_fields__") and not prefix:
                found.update(_files(inner, f"{name}."))
    return found


def _file_schema(hint: Any) -> Json:
    one: Json = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"type": "array", "items": one} if str(hint).startswith("tuple") else one


def _is_needed(kind: Any, name: str) -> bool:
    """Whether a request cannot be made without that field."""
    needed = (f for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)
    return name in {f.name for f in needed}
