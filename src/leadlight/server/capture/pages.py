"""The pages of forms and links as HTML, in the language of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from jinja2 import Environment, PackageLoader, StrictUndefined

from leadlight.capture.form import Form, FormField
from leadlight.server.capture.entry import Entry, Fault, label_of, question_field
from leadlight.server.http import Answer

HTML = "text/html; charset=utf-8"
#: The hidden field that no person fills in, and the one that says when the form was opened.
TRAP, BEGUN = "homepage_2", "begun"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors {}"
)
#: What browsers and keyboards are told of a field: its type and what it may be filled with.
_TYPES: Mapping[str, tuple[str, str]] = {
    "email": ("email", "email"),
    "phone": ("tel", "tel"),
    "mobile": ("tel", "tel"),
    "website": ("url", "url"),
    "first_name": ("text", "given-name"),
    "last_name": ("text", "family-name"),
    "full_name": ("text", "name"),
    "company": ("text", "organization"),
    "job_title": ("text", "organization-title"),
    "street": ("text", "street-address"),
    "city": ("text", "address-level2"),
    "postal_code": ("text", "postal-code"),
    "country": ("text", "country-name"),
    "birthday": ("date", "bday"),
}
_LONG = frozenset({"notes", "need"})


@dataclass(frozen=True)
class FieldView:
    """A field on the page."""

    name: str
    label: str
    type: str
    autocomplete: str
    required: bool
    choices: tuple[tuple[str, str], ...]
    value: str
    fault: Fault | None
    is_long: bool


def form_page(
    form: Form,
    hidden: Mapping[str, str],
    *,
    entry: Entry | None = None,
    posted: Mapping[str, str] | None = None,
    question: str | None = None,
    sentence: str = "",
    status: int = 200,
) -> Answer:
    """The form, with what was posted and what is wrong with it. Who is known by a link sees only
    the next question.
    """
    with translation.override(form.language):
        asked = form.fields if question is None else (question_field(form, question),)
        faults = entry.faults if entry is not None else {}
        said = posted or {}
        views = [_view(each, said.get(each.name, ""), faults.get(each.name)) for each in asked]
        words = {
            "form": form,
            "fields": views,
            "hidden": hidden,
            "trap": TRAP,
            "sentence": sentence,
            "is_known": question is not None,
            "agree_fault": faults.get("agree"),
            "agrees": entry.agrees if entry is not None else False,
            "repair": next((f.repair for f in faults.values() if f.repair), None),
        }
        return page("form.html", form.language, words, status=status, frames="*")


def _view(asked: FormField, value: str, fault: Fault | None) -> FieldView:
    kind, autocomplete = _TYPES.get(asked.name, ("text", "off"))
    return FieldView(
        asked.name,
        label_of(asked),
        kind,
        autocomplete,
        asked.required,
        tuple(asked.choices.items()),
        value,
        fault,
        asked.name in _LONG,
    )


def page(
    template: str,
    language: str,
    words: Mapping[str, Any],
    *,
    status: int = 200,
    frames: str = "'none'",
) -> Answer:
    """A page of a template. A link's page tells no other site its address."""
    with translation.override(language):
        text = _environment().get_template(template).render(language=language, _=_, **words)
    headers = {
        "content-security-policy": _POLICY.format(frames),
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
        "x-robots-tag": "noindex" if template != "form.html" else "all",
    }
    return Answer(status, text.encode(), HTML, headers)


def message_page(language: str, title: str, text: str, status: int = 200) -> Answer:
    """A page that says one thing."""
    return page("message.html", language, {"title": title, "text": text}, status=status, frames="*")


@cache
def static_file(name: str) -> bytes:
    """A file that pages load."""
    return (files("leadlight.server.capture") / "static" / name).read_bytes()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("leadlight.server.capture"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
