"""A form's file, read: what is wrong is told as problems, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from leadlight.capture.form import CHOICES, KINDS, QUESTIONS, Consent, Form, FormField, Offer
from leadlight.facts.catalog import CHECK_ATTRIBUTES, LEAD_ATTRIBUTES, NEWEST_TOUCH, standard_kind
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.reader import Reader
from leadlight.problems import Problem, did_you_mean

#: How a form may be called: its name stands in its address.
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
LANGUAGES = ("en", "de")
_KEYS = (
    "title",
    "text",
    "fields",
    "kind",
    "button",
    "language",
    "offer",
    "consent",
    "double_opt_in",
    "ask",
    "thanks",
    "next",
)
#: What nobody fills in: ids, what others say of a lead, and what was worked out.
_CLOSED = frozenset(
    {
        "lead_id",
        "account",
        "created_at",
        "changed_at",
        "last_activity_at",
        "owner",
        "consent",
        "honeypot",
        "ip_address",
        "converted",
        "converted_at",
        "email_bounced",
        "dropped_reason",
        "crm_stage",
        "crm_status",
        "crm_rating",
        "tags",
        *CHECK_ATTRIBUTES,
        *NEWEST_TOUCH,
    }
)
FILLED_IN: tuple[str, ...] = tuple(n for n in LEAD_ATTRIBUTES if n not in _CLOSED)


def read_form(text: str, name: str, file: str) -> tuple[Form | None, list[Problem]]:
    """The form that a text holds; None when any problem is a fault."""
    root, problems = read_nodes(text, file)
    if root is None:
        return None, problems
    r = Reader(file, problems)
    if not NAME.fullmatch(name):
        hint = "Use small letters, digits and hyphens, beginning with a letter: guide.yml."
        r.fault("not-a-name", f"{name!r} cannot be the name of a form.", root, hint)
    if root.pairs is None:
        hint = "Begin with title: and fields:."
        r.fault("wrong-shape", "A form is a mapping.", root, hint)
        return None, problems
    r.keys(root, _KEYS)
    form = _form(r, root, name)
    return (None if any(p.level == "fault" for p in problems) else form), problems


def _form(r: Reader, root: Node, name: str) -> Form:
    title = r.text(root, "title") or ""
    if not title:
        r.fault("missing-key", "The form has no title.", root, "Add title: The buyer's guide")
    consent, fields = _consent(r, root.get("consent")), _fields(r, root)
    double = _yes_no(r, root, "double_opt_in", consent is not None)
    if consent is None and double:
        node = root.get("double_opt_in") or root
        hint = "Add consent: {words: I agree to be written to about ...}, or take it out."
        r.fault("missing-key", "double_opt_in confirms a consent, and none is asked.", node, hint)
    return Form(
        name,
        title,
        fields,
        r.text(root, "text") or "",
        _kind(r, root),
        r.text(root, "button") or "",
        _one_of(r, root, "language", LANGUAGES, "en"),
        _offer(r, root.get("offer")),
        consent,
        double,
        _questions(r, root.get("ask")),
        r.text(root, "thanks") or "",
        r.text(root, "next") or "",
    )


def _fields(r: Reader, root: Node) -> tuple[FormField, ...]:
    node = root.get("fields")
    if node is None:
        r.fault("missing-key", "The form has no fields.", root, "Add fields: {email: required}")
        return ()
    found = tuple(_field(r, name, key, said) for name, key, said in r.mapping(node, "fields"))
    email = next((f for f in found if f.name == "email"), None)
    if email is None or not email.required:
        hint = "Add email: required. Without an address nothing can be delivered."
        r.fault("missing-key", "The form does not ask for an e-mail address.", node, hint)
    return found


def _field(r: Reader, name: str, key: Node, said: Node) -> FormField:
    if name not in FILLED_IN:
        hint = did_you_mean(name, FILLED_IN) or "See the attributes of leads in the reference."
        r.fault("unknown-name", f"Nobody fills in {name!r} in a form.", key, hint)
    if said.pairs is None:
        word = (said.text or "").strip()
        if word not in ("", "required", "optional"):
            hint = "Write required, optional, or {label: ..., required: true}."
            r.fault("wrong-shape", f"{word!r} means nothing for a field.", said, hint)
        return FormField(name, "", word == "required", _words_of(name))
    r.keys(said, ("label", "required", "choices"))
    choices = {
        value: node.text or value for value, _, node in r.mapping(said.get("choices"), "choices")
    }
    return FormField(
        name,
        r.text(said, "label") or "",
        _yes_no(r, said, "required", False),
        choices or _words_of(name),
    )


def _words_of(name: str) -> Mapping[str, str]:
    return {value: value.replace("_", " ") for value in CHOICES.get(name, ())}


def _kind(r: Reader, root: Node) -> str:
    text = r.text(root, "kind")
    kind = standard_kind(text) if text else KINDS[0]
    node = root.get("kind")
    if kind not in KINDS and node is not None:
        hint = did_you_mean(kind, KINDS) or f"A form is one of {', '.join(KINDS)}."
        r.fault("unknown-name", f"Sending a form is no {text!r}.", node, hint)
    return kind


def _offer(r: Reader, node: Node | None) -> Offer | None:
    if node is None:
        return None
    if node.pairs is None:
        text = (node.text or "").strip()
        if text.startswith(("https://", "http://")):
            return Offer(text, link=text)
        return Offer(text, file=_plain_file(r, text, node))
    r.keys(node, ("name", "file", "link"))
    file, link = r.text(node, "file"), r.text(node, "link")
    if (file is None) == (link is None):
        r.fault("wrong-shape", "An offer is a file or a link: say one of them.", node)
    if link is not None and not link.startswith(("https://", "http://")):
        r.fault("wrong-shape", "The link of an offer begins with https://.", node)
    name = r.text(node, "name") or file or link or ""
    return Offer(name, _plain_file(r, file, node) if file is not None else None, link)


def _plain_file(r: Reader, text: str, node: Node) -> str:
    if not text or text.startswith((".", "/", "\\")) or ".." in text or "\\" in text:
        hint = "Put it into the folder offers/ of the workspace and write its name: guide.pdf."
        r.fault("wrong-shape", f"{text!r} names no file of the folder offers.", node, hint)
    return text.removeprefix("offers/")


def _consent(r: Reader, node: Node | None) -> Consent | None:
    if node is None:
        return None
    if node.pairs is None:
        return Consent((node.text or "").strip())
    r.keys(node, ("words", "purpose", "required"))
    words = r.text(node, "words") or ""
    if not words:
        hint = "Write what people agree to: words: You may write to me about ..."
        r.fault("missing-key", "The consent has no words.", node, hint)
    purpose = r.text(node, "purpose") or "marketing"
    return Consent(words, purpose, _yes_no(r, node, "required", False))


def _questions(r: Reader, node: Node | None) -> tuple[str, ...]:
    if node is None:
        return QUESTIONS
    found = tuple(w for w in r.words(node) if w)
    for name in found:
        if name not in QUESTIONS:
            hint = did_you_mean(name, QUESTIONS) or f"Questions are {', '.join(QUESTIONS)}."
            r.fault("unknown-name", f"{name!r} is no question that can be asked.", node, hint)
    return found


def _yes_no(r: Reader, node: Node, key: str, default: bool) -> bool:
    said = node.get(key)
    if said is None:
        return default
    word = (said.text or "").strip().lower()
    if word not in ("true", "false", "yes", "no"):
        r.fault("wrong-shape", f"{key} is true or false, not {word!r}.", said)
    return word in ("true", "yes")


def _one_of(r: Reader, node: Node, key: str, known: tuple[str, ...], default: str) -> str:
    said = node.get(key)
    if said is None:
        return default
    word = (said.text or "").strip()
    if word not in known:
        hint = did_you_mean(word, known) or f"Known here: {', '.join(known)}."
        r.fault("unknown-name", f"There is no {key} {word!r}.", said, hint)
    return word
