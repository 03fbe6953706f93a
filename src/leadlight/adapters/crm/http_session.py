"""The one way to a CRM: paced, tried again, signed anew; no secret and no answer in a fault."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from os import environ
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies

from leadlight.crm.declaration import Auth
from leadlight.crm.values import code_at, fill, value_at
from leadlight.facts.crm_line import CrmFault, LineCounts
from leadlight.problems import CannotDo

_TRIES, _LOST = 8, 4
_LONGEST_PAUSE = 120.0
_PATIENCE = (10.0, 60.0)  # to be connected, to be answered
_BUSY = frozenset({429, 502, 503, 504})
_SORTS = {401: "token", 403: "scopes"}
#: Libraries that would write addresses of requests, and what is in them, into a log.
_TALKATIVE = ("urllib3", "dlt", "requests", "simple_salesforce")


class CrmRefusal(CrmFault):
    """A CRM's refusal of a request: its status, and its own code where it says one."""

    def __init__(self, title: str, status: int, code: str, path: str) -> None:
        said = f" ({code})" if code else ""
        super().__init__(
            f"{title} refuses {path} with status {status}{said}. {_hint(status)}".strip(),
            _SORTS.get(status, "refused"),
            code or str(status),
        )
        self.status, self.reason = status, code


def _hint(status: int) -> str:
    if status in (401, 403):
        return "Check the token and its scopes: leadlight connect lists which are needed."
    return "" if status < 500 else "Try again later; nothing is lost."


class CrmSession(requests.Session):
    """A session that keeps to the CRM's rate, waits as long as it is told to, and replaces a token
    that has expired. It speaks to one host only.
    """

    def __init__(
        self,
        title: str,
        url: str,
        auth: Auth,
        secrets: Mapping[str, str],
        rate: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.trust_env = False  # a .netrc would sign requests otherwise
        self._url, self._place = url.rstrip("/"), _place(url)
        # A company's proxy, and whom its certificates are signed by, count all the same.
        self.proxies.update(get_environ_proxies(url))
        self.verify = environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE") or True
        self.counts = LineCounts()
        self._title, self._auth, self._sleep = title, auth, sleep
        self._secrets = dict(secrets)
        self._rate, self._room, self._filled = max(rate, 0.1), max(rate, 1.0), time.monotonic()
        self._lent = self._room

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send a request until it is answered. Raises `CrmRefusal` where it is refused."""
        url = urlsplit(str(request.url))
        if (url.scheme, url.netloc) != self._place:
            there = f"{url.scheme}://{url.netloc}"
            raise CannotDo(f"{self._title} names another host, {there}, which is not asked.")
        kwargs |= {"allow_redirects": False, "timeout": _PATIENCE}
        is_fresh, lost = False, 0
        for again in range(_TRIES):
            self._pace()
            self.counts.requests += 1
            self._sign(request)
            try:
                answer = super().send(request, **kwargs)
            except (
                requests.ConnectionError,
                requests.Timeout,
                requests.exceptions.ChunkedEncodingError,
            ):
                self.counts.retried += 1
                lost += 1
                if lost >= _LOST:
                    break
                self._sleep(min(0.5 * 2**again, _LONGEST_PAUSE))
                continue
            if answer.status_code == 401 and not is_fresh and self._refresh():
                is_fresh = True
            elif answer.status_code in _BUSY:
                self.counts.throttled += 1
                self._sleep(_pause(answer, again))
            else:
                return self._accept(answer, url.path)
        raise CrmFault(
            f"{self._title} did not answer at {self._place[1]}. Check its address, or try again"
            " later: what was done is kept, and the rest is still owed.",
            "silent",
        )

    def _accept(self, answer: requests.Response, path: str) -> requests.Response:
        if answer.status_code < 300 or answer.status_code == 304:  # nothing was modified
            return _with_one_reading(answer)
        raise CrmRefusal(self._title, answer.status_code, _code(answer), path)

    def _sign(self, request: requests.PreparedRequest) -> None:
        request.headers[self._auth.header] = str(fill(self._auth.value, self._secrets))

    def _refresh(self) -> bool:
        """Replace the token; whether there is a new one."""
        form = self._auth.refresh_form
        needed = [v.strip("{}") for v in form.values() if v.startswith("{")]
        if not self._auth.refresh_url or any(n not in self._secrets for n in needed):
            return False
        with contextlib.suppress(requests.RequestException, ValueError):
            with requests.Session() as other:
                other.trust_env, other.verify = False, self.verify
                address = self._refresh_address(self._auth.refresh_url)
                other.proxies.update(get_environ_proxies(address))
                answer = other.post(
                    address,
                    data={n: str(fill(v, self._secrets)) for n, v in form.items()},
                    timeout=_PATIENCE,
                    allow_redirects=False,
                )
            token = value_at(answer.json(), self._auth.refresh_token)
            if answer.status_code == 200 and isinstance(token, str) and token:
                self._secrets["token"] = token
                self.counts.refreshed += 1
                return True
        return False

    def _refresh_address(self, url: str) -> str:
        if url.startswith("/"):
            return f"{self._url}{url}"
        return url.replace("{tld}", self._place[1].split(".", 2)[-1])

    def _pace(self) -> None:
        """Wait until a request may be sent: `rate` a second, and as many at once after a rest."""
        now = time.monotonic()
        self._lent = min(self._room, self._lent + (now - self._filled) * self._rate)
        self._filled = now
        if self._lent < 1:
            self._sleep((1 - self._lent) / self._rate)
            self._lent, self._filled = 1.0, time.monotonic()
        self._lent -= 1


def _place(url: str) -> tuple[str, str]:
    """How an address begins, as requests will write it: in small letters, and in ASCII."""
    with contextlib.suppress(requests.RequestException):
        url = str(requests.Request("GET", url).prepare().url)
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _with_one_reading(answer: requests.Response) -> requests.Response:
    """The answer, whose text is read once, however often it is asked what it says."""
    known: list[object] = []

    def read(**_: Any) -> object:
        if not known:
            known.append(json.loads(answer.content or b"{}"))
        return known[0]

    answer.json = read  # type: ignore[method-assign]
    return answer


def _pause(answer: requests.Response, again: int) -> float:
    """How long to wait, as the CRM says in seconds or as a moment; else twice as long each time."""
    said = answer.headers.get("Retry-After", "")
    with contextlib.suppress(ValueError):
        if math.isfinite(seconds := float(said)):
            return min(max(seconds, 0.0), _LONGEST_PAUSE)
    with contextlib.suppress(ValueError, TypeError, KeyError):
        at, date = parsedate_to_datetime(said), parsedate_to_datetime(answer.headers["Date"])
        return min(max((at - date).total_seconds(), 0.0), _LONGEST_PAUSE)
    return float(min(0.5 * 2**again, _LONGEST_PAUSE))


def _code(answer: requests.Response) -> str:
    """The CRM's own word for a refusal. Its sentence is left out: it may hold a person's data."""
    with contextlib.suppress(ValueError):
        said = answer.json()
        for path in ("category", "errorCode", "0.errorCode", "code", "error", "exc_type"):
            if word := code_at(said, path):
                return word
    return ""
