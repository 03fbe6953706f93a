"""An open line to a CRM, as its declaration says it is asked."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from time import monotonic
from typing import Any
from urllib.parse import quote

from leadlight.adapters.crm.http_session import CrmRefusal, CrmSession
from leadlight.adapters.crm.pages import Page, Pages
from leadlight.adapters.crm.read_ahead import read_ahead
from leadlight.adapters.crm.write_answers import read_answers
from leadlight.crm.declaration import OWN_PROPERTIES, Call, Declaration, Reading
from leadlight.crm.records import id_of, own_value, read_name
from leadlight.crm.values import fill, ids_at, moment_of, moment_text, text_of, value_at
from leadlight.facts.crm_line import OwnProperties, Window, WriteAnswer
from leadlight.problems import CannotDo

_GONE = frozenset({404, 410})
#: So many seconds after our properties were made nobody has written to them: a first push, which is
#: the largest, needs half the requests.
_NEW = 75.0
#: Refusals of whoever asks. All others of a batch are for what one of its records says: each half
#: is tried by itself.
_OF_ALL = frozenset({401, 403})
_BEGINNING, _SECOND_DAY = "1970-01-01T00:00:00", "1970-01-02T00:00:00"
#: A CRM whose clock stands in another time zone than it says may seem to be so far ahead.
_AHEAD = timedelta(days=1)


class RestLine:
    """The port `CrmLine` over REST."""

    def __init__(self, declaration: Declaration, session: CrmSession, url: str) -> None:
        self._d, self._session, self._url = declaration, session, url.rstrip("/")
        self._pages = Pages(session, self._url)
        self._new_at: float | None = None
        self.counts = session.counts

    def names(self, reading: str) -> Mapping[str, str]:
        """Every name of a reading by its id; none where the token may not read them."""
        r = self._reading(reading)
        try:
            records = [
                x for page in self._pages.read(r.since, {"reading": r.name}) for x in page.records
            ]
        except CrmRefusal as refusal:
            if refusal.status in (403, 404):
                return {}
            raise
        return dict(n for record in records if (n := read_name(record, r)))

    def windows(
        self, reading: str, position: Mapping[str, object], keys: Mapping[str, str], size: int
    ) -> Generator[Window, None, None]:
        """The records that changed since a position: the first time all of them, then by the CRM's
        own clock.
        """
        r = self._reading(reading)
        if r.first is not None and "since" not in position:
            return read_ahead(self._first(r, r.first, position, keys, size))
        return read_ahead(self._since(r, position, keys, size))

    def removals(self, place: int, since: str | None) -> Iterator[object]:
        """The records that are no more."""
        removal = self._d.people.deleted[place]
        values = {
            "since": self._since_text(since),
            "since_text": self._since_text(since, form="text")[:19],
            "reading": self._d.people.name,
        }
        for page in self._pages.read(removal.call, values):
            yield from page.records

    def make_properties(self, labels: Mapping[str, str]) -> OwnProperties:
        """Our properties are there; those that are not are made."""
        w = self._d.write
        keys = {n: w.key.replace("{name}", n) for n in OWN_PROPERTIES}
        titles = {n: w.label.replace("{label}", labels[n]) for n in keys}
        there = self._properties_there(keys, titles)
        lacking = [n for n in keys if n not in there]
        for start in range(0, len(lacking), w.property_batch):
            self._make(lacking[start : start + w.property_batch], keys, titles)
        if lacking and w.there is not None:
            there = self._properties_there(keys, titles)
        known = {n: there.get(n, key if w.made_key is None else "") for n, key in keys.items()}
        missing = [n for n, key in known.items() if not key]
        if missing:
            raise CannotDo(f"{self._d.title} did not make {', '.join(titles[n] for n in missing)}.")
        made = frozenset(lacking if w.there is not None else ())
        if made == {*keys}:
            self._new_at = monotonic()
        return OwnProperties(known, made)

    def look(self, ids: Sequence[str], keys: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """What stands in our properties, by record: nothing, where they were all made a moment
        ago.
        """
        if self._new_at is not None and monotonic() - self._new_at < _NEW:
            return {i: {} for i in ids}
        w, found = self._d.write, {}
        for start in range(0, len(ids), w.look_batch):
            part = ids[start : start + w.look_batch]
            for record in self._look_at(part, keys):
                external_id = id_of(record, w.look_id)
                if external_id in part:
                    found[external_id] = {n: own_value(record, self._d, k) for n, k in keys.items()}
        return found

    def write(
        self, values: Mapping[str, Mapping[str, str]], keys: Mapping[str, str]
    ) -> list[WriteAnswer]:
        """Write our properties of records."""
        ids, size = list(values), self._d.write.batch
        answers = []
        for start in range(0, len(ids), size):
            answers += self._write(ids[start : start + size], values, keys)
        return answers

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def _reading(self, name: str) -> Reading:
        return next(r for r in self._d.readings if r.name == name)

    def _first(
        self,
        r: Reading,
        call: Call,
        position: Mapping[str, object],
        keys: Mapping[str, str],
        size: int,
    ) -> Iterator[Window]:
        """All records, once. What changes meanwhile is read again: the moment at which this began
        is the CRM's own.
        """
        token, began = position.get("token"), position.get("began")
        values = self._values(r, keys, None)
        for pages in _windows(self._pages.read(call, values, token), size):
            began = began or (pages[0].at and pages[0].at.isoformat())
            records = [record for page in pages for record in page.records]
            self._link(r, records)
            if pages[-1].is_last:
                newest = max(
                    (m for x in records if (m := moment_of(value_at(x, r.changed)))), default=None
                )
                since = began or (newest.isoformat() if newest else _BEGINNING)
                yield Window(records, {"since": since}, True)
            else:
                yield Window(records, {"token": pages[-1].token, "began": began}, False)

    def _since(
        self, r: Reading, position: Mapping[str, object], keys: Mapping[str, str], size: int
    ) -> Iterator[Window]:
        """The records that changed, oldest first."""
        at = newest = str(position.get("since") or _BEGINNING)
        pages = self._pages_by_moment(r, at, keys) if _moves(r) else self._query(r, at, keys)
        count = 0
        for some in _windows(pages, size):
            records = [record for page in some for record in page.records]
            count += len(records)
            self._link(r, records)
            newest = max([newest, *(m for page in some for m in _moments(r, page))])
            is_last = some[-1].is_last
            yield Window(records, {"since": newest if r.is_sorted or is_last else at}, is_last)
        if not count:
            yield Window([], {"since": newest}, True)

    def _query(
        self, r: Reading, since: str, keys: Mapping[str, str], *, overlap: bool = True
    ) -> Iterator[Page]:
        return self._pages.read(r.since, self._values(r, keys, since, overlap=overlap))

    def _pages_by_moment(self, r: Reading, at: str, keys: Mapping[str, str]) -> Iterator[Page]:
        """Pages that are counted from the first record on. Whoever is changed meanwhile moves to
        the end, and all behind move up by one: the next page would leave one out. So the next
        query begins at the moment up to which was read; only within one moment pages are turned.
        """
        start, overlap, seen = at, True, frozenset[str]()
        while True:
            count, newest = 0, start
            for page in self._query(r, start, keys, overlap=overlap):
                count += len(page.records)
                newest = max([newest, *_moments(r, page)])
                yield replace(page, records=[x for x in page.records if _mark(r, x) not in seen])
                if page.is_last:
                    return
                if newest > start and _ascends(r, page):
                    break
                if r.since.most is not None and count >= r.since.most:
                    raise CannotDo(
                        f"{self._d.title} has more than {r.since.most} {r.name} that changed in one"
                        " moment, and gives no more of them at once."
                    )
            else:
                return
            seen = frozenset(_mark(r, x) for x in page.records)
            start, overlap = newest, False

    def _values(
        self, r: Reading, keys: Mapping[str, str], since: str | None, *, overlap: bool = True
    ) -> dict[str, object]:
        fields = [*r.fields, *(keys.values() if r.what == "people" else ())]
        return {
            "since": self._since_text(since, overlap=overlap),
            "fields": ",".join(fields),
            "field_list": fields,
            "reading": r.name,
        }

    def _since_text(
        self, since: str | None, *, overlap: bool = True, form: str | None = None
    ) -> str:
        at = moment_of(since or _SECOND_DAY)
        assert at is not None
        if overlap and since is not None and at.year > 1971:
            at -= self._d.overlap
        return moment_text(at, form or self._d.moment)

    def _link(self, r: Reading, records: Sequence[object]) -> None:
        """Records that do not name their people get them from the CRM's links."""
        if r.links is None or not r.people:
            return
        bare = [
            x
            for x in records
            if isinstance(x, dict)
            and not any(ids_at(x, p) for p in r.people)
            and "associations" not in x
        ]
        ids = [id_of(x, r.id) for x in bare]
        people: dict[str, list[dict[str, str]]] = {}
        for start in range(0, len(ids), 1000):
            inputs = [{"id": i} for i in ids[start : start + 1000]]
            for page in self._pages.read(r.links, {"reading": r.name, "id_list": inputs}):
                for link in page.records:
                    to = value_at(link, "to.*.toObjectId") or value_at(link, "to.*.id")
                    people[id_of(link, "from.id")] = [
                        {"id": text_of(i)} for i in (to if isinstance(to, list) else [])
                    ]
        for record, external_id in zip(bare, ids, strict=True):
            found = people.get(external_id, [])
            record["associations"] = {"contacts": {"results": found}}

    def _properties_there(
        self, keys: Mapping[str, str], titles: Mapping[str, str]
    ) -> dict[str, str]:
        """Our properties that are there already, as the CRM calls them."""
        w = self._d.write
        if w.there is None:
            return {}
        found = {
            text_of(value_at(x, w.there_name) or ""): text_of(value_at(x, w.there_key) or "")
            for page in self._pages.read(w.there, {})
            for x in page.records
        }
        return {n: found[word] for n in keys for word in (keys[n], titles[n]) if word in found}

    def _make(
        self, names: Sequence[str], keys: Mapping[str, str], titles: Mapping[str, str]
    ) -> None:
        w = self._d.write
        each = []
        for n in names:
            of_type = {k: fill(v, {"key": keys[n]}) for k, v in w.shape[OWN_PROPERTIES[n]].items()}
            shape = {**of_type, "label": titles[n]}
            values = {"key": keys[n], "label": titles[n], "shape": shape}
            made = fill(w.each_property, values)
            assert isinstance(made, dict)
            rest = {} if _is_used(w.each_property, "shape") else of_type
            each.append({**made, **{k: v for k, v in rest.items() if k not in made}})
        try:
            self._call(w.create, {"each": each, "one": each[0]})
        except CrmRefusal as refusal:
            if refusal.status != 409:  # somebody else made it a moment ago
                raise

    def _look_at(self, ids: Sequence[str], keys: Mapping[str, str]) -> list[object]:
        w = self._d.write
        values = {
            "each": [fill(w.each_look, {"id": i}) for i in ids],
            "ids": ",".join(ids),
            "quoted_ids": ",".join(f"'{i}'" for i in ids),
            "double_quoted_ids": ",".join(f'"{i}"' for i in ids),
            "id": ids[0],
            "keys": ",".join(keys.values()),
            "key_list": list(keys.values()),
        }
        try:
            return [x for page in self._pages.read(w.look, values) for x in page.records]
        except CrmRefusal as refusal:
            if refusal.status not in _GONE:
                raise
            if len(ids) == 1:
                return []
            half = len(ids) // 2
            return [*self._look_at(ids[:half], keys), *self._look_at(ids[half:], keys)]

    def _write(
        self, ids: Sequence[str], values: Mapping[str, Mapping[str, str]], keys: Mapping[str, str]
    ) -> list[WriteAnswer]:
        w = self._d.write
        each = [fill(w.each_record, {"id": i, **_own(values[i], keys)}) for i in ids]
        try:
            answer = self._call(w.send, {"each": each, "one": each[0], "id": ids[0]})
        except CrmRefusal as refusal:
            if refusal.status in _OF_ALL or refusal.status >= 500:
                raise
            if len(ids) > 1:
                half = len(ids) // 2
                return [
                    *self._write(ids[:half], values, keys),
                    *self._write(ids[half:], values, keys),
                ]
            return [
                WriteAnswer(
                    ids[0], False, refusal.reason or str(refusal.status), refusal.status in _GONE
                )
            ]
        return read_answers(w.answers, answer, ids)

    def _call(self, call: Call, values: Mapping[str, object]) -> object:
        answer = self._session.request(
            call.method,
            self._url + str(fill(call.path, {n: _quote(v) for n, v in values.items()})),
            params=_params(fill(call.params, values)),
            json=None if call.json is None else fill(call.json, values),  # type: ignore[arg-type]
            headers=dict(call.headers),
        )
        try:
            return answer.json()
        except ValueError:
            return {}


def _own(values: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, object]:
    """Our properties as the CRM calls them. An empty one is cleared."""
    mine: dict[str, object] = {}
    for name, value in values.items():
        is_number = OWN_PROPERTIES[name] == "number"
        mine[keys[name]] = (float(value) if is_number else value) if value else None
    texts = {k: "" if v is None else v for k, v in mine.items()}
    return {"own": texts, "values": mine}


def _quote(value: object) -> str:
    """A value within a path: an id is one step of it, whatever it holds."""
    return quote(value, safe="") if isinstance(value, str) else ""


def _params(found: object) -> Any:
    return found


def _is_used(template: Mapping[str, object], key: str) -> bool:
    return any(f"{{{key}}}" in str(v) for v in template.values())


def _moves(r: Reading) -> bool:
    """Whether the pages of what changed are counted from the first record on."""
    paginator = r.since.paginator
    by_count = isinstance(paginator, Mapping) and paginator.get("type") in ("offset", "page_number")
    return r.is_sorted and (by_count or r.since.most is not None)


def _ascends(r: Reading, page: Page) -> bool:
    """Whether the records of a page are in the order in which they changed."""
    found = [m for x in page.records if (m := moment_of(value_at(x, r.changed))) is not None]
    return found == sorted(found)


def _mark(r: Reading, record: object) -> str:
    """A record as it was when it changed last."""
    return f"{id_of(record, r.id)} {text_of(value_at(record, r.changed))}"


def _moments(r: Reading, page: Page) -> list[str]:
    """When the records of a page changed. What lies far ahead of the CRM's own clock is a mistake:
    whoever went on from there would hear of no change any more.
    """
    found = [m for x in page.records if (m := moment_of(value_at(x, r.changed))) is not None]
    return [m.isoformat() for m in found if page.at is None or m <= page.at + _AHEAD]


def _windows(pages: Iterator[Page], size: int) -> Iterator[list[Page]]:
    """Pages together, about so many records at a time."""
    while first := list(islice(pages, 1)):
        taken, count = first, len(first[0].records)
        while count < size and (more := list(islice(pages, 1))):
            taken += more
            count += len(more[0].records)
        yield taken
