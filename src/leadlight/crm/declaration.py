"""A CRM as one declaration: how it is asked, which of its fields are which facts, what is written
back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

What = Literal["people", "companies", "activities", "names"]
Method = Literal["GET", "POST", "PUT", "PATCH"]
#: What a workspace writes back, in this order, with the type of each value.
OWN_PROPERTIES: Mapping[str, str] = {
    "score": "number",
    "temperature": "text",
    "stage": "text",
    "reason": "text",
    "next": "text",
    "as_of": "moment",
}


@dataclass(frozen=True)
class Call:
    """A request to a CRM. Texts in braces are filled in: {since}, {fields}, {id}, {values}.

    `records` is the path of the list in an answer, `paginator` how the next page is found (as
    dlt's `rest_api` declares it), `most` how many records one query gives at most.
    """

    method: Method
    path: str
    params: Mapping[str, object] = field(default_factory=dict)
    json: object = None
    records: str = ""
    paginator: Mapping[str, object] | str = "single_page"
    most: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldRule:
    """Where a value stands in a record. `words` turns what stands there into ours (else it is
    `otherwise`, or stays), `name_of` looks an id up among names, `not_` turns yes into no.
    """

    path: str
    words: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    name_of: str | None = None
    not_: bool = False


@dataclass(frozen=True)
class Removal:
    """How records appear that are no more: `means` is stop (in a bin) or erase (for good), `into`
    the path of the record that stayed when it was merged.
    """

    call: Call
    id: str
    means: Literal["stop", "erase"] = "stop"
    changed: str | None = None
    into: str | None = None
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One sort of records: how those that changed are read, oldest first, and what they say.

    `first` is how all of them are read once, where there is a faster way. `kind` are tried one
    after the other; a record of no kind is no activity. `at` is when each kind happened.
    """

    name: str
    what: What
    id: str
    changed: str
    since: Call
    first: Call | None = None
    facts: Mapping[str, FieldRule] = field(default_factory=dict)
    company: str | None = None
    merged: str | None = None
    people: tuple[str, ...] = ()
    links: Call | None = None
    kind: tuple[FieldRule, ...] = ()
    at: Mapping[str, str] = field(default_factory=dict)
    deleted: tuple[Removal, ...] = ()
    fields: tuple[str, ...] = ()
    is_sorted: bool = True


@dataclass(frozen=True)
class Answers:
    """What a CRM says of each record that was written: by ids (`done`, `failed`), or by position in
    the list `each`, where `good` says what a success looks like.
    """

    done: str = ""
    id: str = "id"
    failed: str = ""
    failed_ids: str = ""
    code: str = ""
    each: str | None = None
    good: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WriteBack:
    """How our properties are made, looked at and written. `own` is where one stands in a record
    that was read, `key` how the CRM calls it, `shape` what it needs to make one of a type.
    """

    batch: int
    key: str
    own: str
    create: Call
    each_property: Mapping[str, object]
    shape: Mapping[str, Mapping[str, object]]
    send: Call
    each_record: Mapping[str, object]
    answers: Answers
    look: Call
    look_id: str
    each_look: object = "{id}"
    look_batch: int = 100
    property_batch: int = 100
    there: Call | None = None
    there_name: str = "name"
    there_key: str = "name"
    made_key: str | None = None
    label: str = "Leadlight {label}"
    moment: str = "iso"


@dataclass(frozen=True)
class Auth:
    """How requests are signed. `value` holds secrets in braces; `refresh` is how a token that has
    expired is replaced, by a form, and where the new one stands in the answer. `login` names a way
    of logging in that is more than that.
    """

    header: str = "Authorization"
    value: str = "Bearer {token}"
    secrets: tuple[str, ...] = ("token",)
    refresh_url: str | None = None
    refresh_form: Mapping[str, str] = field(default_factory=dict)
    refresh_token: str = "access_token"
    login: Literal["salesforce"] | None = None


@dataclass(frozen=True)
class Declaration:
    """A CRM. `rate` is how many requests a second it allows, `overlap` how much of what was read is
    read again, since the clocks of its servers differ.
    """

    crm: str
    title: str
    url: str
    auth: Auth
    scopes: tuple[str, ...]
    readings: tuple[Reading, ...]
    write: WriteBack
    text: str
    rate: float = 10.0
    overlap: timedelta = timedelta(minutes=10)
    moment: str = "iso"

    @property
    def people(self) -> Reading:
        """The records that are leads."""
        return next(r for r in self.readings if r.what == "people")
