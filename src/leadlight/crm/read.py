"""A declaration's text, read: every fault says where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leadlight.crm.declaration import (
    OWN_PROPERTIES,
    Answers,
    Auth,
    Call,
    Declaration,
    FieldRule,
    Reading,
    Removal,
    WriteBack,
)
from leadlight.crm.section import Section
from leadlight.facts.catalog import CHECK_ATTRIBUTES, LEAD_ATTRIBUTES, NEWEST_TOUCH
from leadlight.problems import CannotDo, Problem, did_you_mean, nearest

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
SHIPPED = ("hubspot", "salesforce", "pipedrive", "zoho")
_LARGEST = 200_000
#: How a CRM writes a moment, the first where nothing is said.
_MOMENTS = ("iso", "milliseconds", "text", "seconds", "offset", "date")
_METHODS = ("get", "post", "put", "patch")
_WHATS = ("companies", "people", "activities", "names")
_UNSTATED = frozenset({"lead_id", "account", "changed_at", *CHECK_ATTRIBUTES, *NEWEST_TOUCH})
_OF_ACTIVITIES = ("channel", "campaign", "value", "result", "agent", "product", "url", "subject")


def shipped_text(crm: str) -> str:
    """The declaration of a CRM that comes with Leadlight. Raises `CannotDo` where there is none."""
    if crm not in SHIPPED:
        hint = did_you_mean(crm, SHIPPED) or f"There are: {', '.join(SHIPPED)}."
        raise CannotDo(
            f"No CRM called {crm!r} comes with Leadlight. {hint} Any other needs a file that"
            " declares it: crm.yml.",
            field="crm",
        )
    return files("leadlight.crm").joinpath(f"{crm}.yml").read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def read_declaration(text: str, file: str = "the declaration") -> Declaration:
    """A CRM as a text declares it. Raises `CannotDo` with every fault."""
    problems: list[Problem] = []
    root = Section(_plain(text, file), file, problems)
    found = _declaration(root, text) if not problems else None
    if problems or found is None:
        raise CannotDo(f"{file} does not declare a CRM.", problems, field="crm")
    return found


def _plain(text: str, file: str) -> object:
    if len(text) > _LARGEST:
        raise CannotDo(f"{file} is too long to declare a CRM.", field="crm")
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", None)
        where = f", line {line + 1}" if isinstance(line, int) else ""
        raise CannotDo(f"{file}{where} is not YAML.", field="crm") from fault


def _declaration(root: Section, text: str) -> Declaration | None:
    root.know(
        "crm title url auth scopes rate overlap moment companies people activities names write"
    )
    crm = root.text("crm")
    if not NAME.fullmatch(crm):
        root.refuse("crm", "is not a name: small letters, digits and hyphens")
    readings = [
        _reading(section, what, name)
        for what in ("names", "companies", "people", "activities")
        for name, section in _readings(root, what)
    ]
    write = _write(root.section("write"))
    if sum(r.what == "people" for r in readings) != 1:
        root.refuse("people", "is missing: which records are leads")
    if root.problems:
        return None
    return Declaration(
        crm=crm,
        title=root.text("title", crm),
        url=root.text("url").rstrip("/"),
        auth=_auth(root.section("auth", needed=False)),
        scopes=root.texts("scopes"),
        readings=tuple(readings),
        write=write,
        text=text,
        rate=root.number("rate", 10.0),
        overlap=timedelta(minutes=root.number("overlap", 10.0)),
        moment=root.choice("moment", _MOMENTS),
    )


def _readings(root: Section, what: str) -> list[tuple[str, Section]]:
    """People are one sort of records; of the others there may be several, each with a name."""
    section = root.section(what, needed=False)
    if section.is_empty:
        return []
    if what == "people":
        return [("people", section)]
    return [(name, section.section(name)) for name in section.keys]


def _reading(s: Section, what: str, name: str) -> Reading:
    s.know(
        "id changed since first facts company merged people links kind at deleted fields unsorted"
    )
    facts = {n: _rule(s.section("facts"), n) for n in s.section("facts", needed=False).keys}
    known = _OF_ACTIVITIES if what == "activities" else [*LEAD_ATTRIBUTES]
    for fact in facts:
        if what != "names" and (fact not in known or fact in _UNSTATED):
            near = nearest(fact, known)
            hint = f": did you mean {near}?" if near else ""
            s.refuse(f"facts.{fact}", f"is not a fact that Leadlight knows{hint}")
    since = _call(s.section("since"))
    kinds = (
        [_rule_of(k) for k in s.sections("kind")] if not isinstance(s.value("kind"), str) else []
    )
    if isinstance(s.value("kind"), str):  # every record is of this kind
        kinds = [FieldRule(s.text("id", "id"), {"": ""}, s.text("kind"))]
    at = s.mapping("at") if isinstance(s.value("at"), Mapping) else {"": s.text("at", "")}
    return Reading(
        name=name,
        what=what,  # type: ignore[arg-type]
        id=s.text("id", "id"),
        changed=s.text("changed", "" if what == "names" else None),
        since=since,
        first=_call(s.section("first")) if "first" in s.keys else None,
        facts=facts,
        company=s.text("company", "") or None,
        merged=s.text("merged", "") or None,
        people=s.texts("people"),
        links=_call(s.section("links")) if "links" in s.keys else None,
        kind=tuple(kinds),
        at={str(k): str(v) for k, v in at.items()},
        deleted=tuple(_removal(d) for d in s.sections("deleted")),
        fields=s.texts("fields"),
        is_sorted=not s.flag("unsorted"),
    )


def _rule(facts: Section, name: str) -> FieldRule:
    value = facts.value(name)
    if isinstance(value, str):
        return FieldRule(value)
    return _rule_of(facts.section(name))


def _rule_of(s: Section) -> FieldRule:
    s.know("path words otherwise name_of not")
    words = s.mapping("words")
    return FieldRule(
        s.text("path"),
        {_word(k): _word(v) for k, v in words.items()},
        s.text("otherwise", "") or None,
        s.text("name_of", "") or None,
        s.flag("not"),
    )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _call(s: Section) -> Call:
    s.know("get post put patch params json records paginator most headers")
    methods = [m for m in _METHODS if m in s.keys]
    if len(methods) != 1:
        s.refuse("", "needs one of get, post, put and patch, with the path")
        return Call("GET", "")
    paginator = s.value("paginator")
    return Call(
        methods[0].upper(),  # type: ignore[arg-type]
        s.text(methods[0]),
        s.mapping("params"),
        s.value("json"),
        s.text("records", ""),
        paginator if isinstance(paginator, dict | str) else "single_page",
        int(s.number("most", 0)) or None,
        {str(k): str(v) for k, v in s.mapping("headers").items()},
    )


def _removal(s: Section) -> Removal:
    s.know("get post params json records paginator headers most id means changed into only")
    call = _call(s.part("get post params json records paginator headers most"))
    return Removal(
        call,
        s.text("id", "id"),
        s.choice("means", ("stop", "erase")),  # type: ignore[arg-type]
        s.text("changed", "") or None,
        s.text("into", "") or None,
        {str(k): _word(v) for k, v in s.mapping("only").items()},
    )


def _write(s: Section) -> WriteBack:
    s.know(
        "batch key own create each_property shape send each_record answers look look_id each_look"
        " look_batch property_batch there there_name there_key made_key label moment"
    )
    a = s.section("answers")
    a.know("done id failed failed_ids code each good")
    shape = {n: s.section("shape").mapping(n) for n in s.section("shape").keys}
    for type_ in {*OWN_PROPERTIES.values()} - {*shape}:
        s.refuse(f"shape.{type_}", "is missing: how a property of that type is made")
    return WriteBack(
        batch=max(int(s.number("batch", 1)), 1),
        key=s.text("key"),
        own=s.text("own"),
        create=_call(s.section("create")),
        each_property=s.mapping("each_property"),
        shape=shape,
        send=_call(s.section("send")),
        each_record=s.mapping("each_record"),
        answers=Answers(
            a.text("done", ""),
            a.text("id", "id"),
            a.text("failed", ""),
            a.text("failed_ids", ""),
            a.text("code", ""),
            a.text("each", "") if "each" in a.keys else None,
            {str(k): _word(v) for k, v in a.mapping("good").items()},
        ),
        look=_call(s.section("look")),
        look_id=s.text("look_id", "id"),
        each_look=s.value("each_look") or "{id}",
        look_batch=max(int(s.number("look_batch", 100)), 1),
        property_batch=max(int(s.number("property_batch", 100)), 1),
        there=_call(s.section("there")) if "there" in s.keys else None,
        there_name=s.text("there_name", "name"),
        there_key=s.text("there_key", "name"),
        made_key=s.text("made_key", "") or None,
        label=s.text("label", "Leadlight {label}"),
        moment=s.choice("moment", _MOMENTS),
    )


def _auth(s: Section) -> Auth:
    s.know("header value secrets refresh_url refresh_form refresh_token login")
    refresh_url = s.text("refresh_url", "")
    if refresh_url and not refresh_url.startswith(("/", "https://")):
        s.refuse("refresh_url", "must begin with https://, or with / for the CRM itself")
    return Auth(
        s.text("header", "Authorization"),
        s.text("value", "Bearer {token}"),
        s.texts("secrets") or ("token",),
        refresh_url or None,
        {str(k): str(v) for k, v in s.mapping("refresh_form").items()},
        s.text("refresh_token", "access_token"),
        s.text("login", "") or None,  # type: ignore[arg-type]
    )
