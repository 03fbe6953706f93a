"""What was filled in: checked by the form's fields and by the rules of contact points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from leadlight.capture.form import Form, FormField
from leadlight.facts.catalog import LEAD_ATTRIBUTES, Type
from leadlight.facts.contact import RULES
from leadlight.facts.intake import Value
from leadlight.results.summary import label_text
from leadlight.server.contact_rules import rule_text
from leadlight.server.intake.values import LONGEST_ID, text_of, typed_value
from leadlight.verify.email import check_email
from leadlight.verify.phone import check_phone


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, and what may be meant instead."""

    sentence: str
    repair: str | None = None


@dataclass(frozen=True)
class Entry:
    """What was filled in: `values` by attribute, `agrees` to the consent, `faults` by field."""

    values: Mapping[str, Value]
    agrees: bool = False
    faults: Mapping[str, Fault] = field(default_factory=dict)


def label_of(asked: FormField) -> str:
    """What a field is called."""
    return asked.label or _labels().get(asked.name) or label_text(asked.name).capitalize()


def read_entry(form: Form, posted: Mapping[str, str], question: str | None = None) -> Entry:
    """What was posted. Who is known by a link need not say who they are: only their `question` is
    read then.
    """
    values: dict[str, Value] = {}
    faults: dict[str, Fault] = {}
    asked = form.fields if question is None else (question_field(form, question),)
    for each in asked:
        text = text_of(posted.get(each.name))
        if text is None:
            if each.required:
                faults[each.name] = Fault(_("Please fill this in."))
            continue
        value = _value_of(each, text)
        fault = Fault(_("This cannot be read.")) if value is None else _contact_fault(each, text)
        if fault is not None:
            faults[each.name] = fault
        if value is not None:
            values[each.name] = value
    agrees = bool(posted.get("agree"))
    if question is None and form.consent is not None and form.consent.required and not agrees:
        faults["agree"] = Fault(_("Without it nothing can be sent to you."))
    return Entry(values, agrees, faults)


def question_field(form: Form, question: str) -> FormField:
    """The field of a question: that of the form, where it has one."""
    from leadlight.capture.form import CHOICES

    own = next((f for f in form.fields if f.name == question), None)
    words = {value: value.replace("_", " ") for value in CHOICES.get(question, ())}
    return own or FormField(question, "", False, words)


def _value_of(asked: FormField, text: str) -> Value | None:
    if asked.choices and text not in asked.choices:
        return None
    known = LEAD_ATTRIBUTES[asked.name].type
    if known is Type.NUMBER or known is Type.WHOLE:
        return typed_value(asked.name, text.replace(" ", "").replace(",", ""))
    return typed_value(asked.name, text)


def _contact_fault(asked: FormField, text: str) -> Fault | None:
    """A contact point at which nobody can be reached is none; what is only doubtful is taken."""
    if asked.name == "email":
        if len(text) > LONGEST_ID:
            return Fault(_("This cannot be read."))
        check = check_email(text)
        return _fault_of(check.verdict, check.because, check.repair)
    if asked.name in ("phone", "mobile"):
        found = check_phone(text)
        return _fault_of(found.verdict, found.because, None)
    return None


def _fault_of(verdict: str, because: tuple[str, ...], repair: str | None) -> Fault | None:
    if verdict != "unreachable":
        return None
    worst = next((r for r in because if RULES[r].means == "unreachable"), None)
    sentence = _("Nobody can be reached there.")
    return Fault(f"{rule_text(RULES[worst].say)}." if worst else sentence, repair)


def _labels() -> Mapping[str, str]:
    return {
        "email": _("E-mail"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "full_name": _("Name"),
        "company": _("Company"),
        "phone": _("Phone"),
        "mobile": _("Mobile"),
        "job_title": _("Position"),
        "need": _("What do you want to solve?"),
        "timeline": _("When do you want to start?"),
        "authority": _("What is your part in the decision?"),
        "budget": _("Which budget is set aside?"),
        "notes": _("Message"),
        "country": _("Country"),
        "city": _("City"),
        "postal_code": _("Postal code"),
        "website": _("Website"),
        "industry": _("Industry"),
        "employees": _("Employees"),
    }
