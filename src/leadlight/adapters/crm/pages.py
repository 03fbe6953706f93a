"""Pages of a CRM's records, through dlt's REST client."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from leadlight.adapters.crm.http_session import CrmRefusal, CrmSession
from leadlight.crm.declaration import Call
from leadlight.crm.values import fill, value_at
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True)
class Page:
    """A page: its records, when the CRM gave it by its own clock, and what names the next one."""

    records: Sequence[object]
    at: datetime | None
    token: str | None
    is_last: bool


class Pages:
    """Reads the pages of calls."""

    def __init__(self, session: CrmSession, url: str) -> None:
        from dlt.sources.helpers.rest_client.client import RESTClient

        self._session = session
        self._client = RESTClient(base_url=url, session=session)

    def read(
        self, call: Call, values: Mapping[str, object], token: object = None
    ) -> Iterator[Page]:
        """The pages of a call; from the one that a token names on."""
        from dlt.sources.rest_api.config_setup import create_paginator

        cursor = call.paginator if isinstance(call.paginator, dict) else {}
        params = dict(_mapping(fill(call.params, values)))
        if token is not None and "cursor_param" in cursor:
            params[str(cursor["cursor_param"])] = token
        paginator = create_paginator(copy.deepcopy(call.paginator))  # type: ignore[arg-type]
        found = self._client.paginate(
            str(fill(call.path, values)),
            method=call.method,  # type: ignore[arg-type]
            params=params,
            json=fill(call.json, values) if call.json is not None else None,  # type: ignore[arg-type]
            paginator=paginator,
            data_selector=_selector(call.records),
            headers={n: str(fill(v, values)) for n, v in call.headers.items()} or None,
            hooks={"response": [_accept]},
        )
        try:
            for page in found:
                assert page.paginator is not None
                yield Page(
                    [r for r in page if r is not None],
                    _clock(page.response),
                    _token(page.response, cursor),
                    not page.paginator.has_next_page,
                )
        except CannotDo:
            raise
        except (ValueError, KeyError, TypeError) as fault:
            raise CannotDo(
                f"The answer to {call.path} is not what the declaration says."
            ) from fault


def _accept(*_: Any, **__: Any) -> None:
    """The session has refused what is to be refused; dlt's own way would name the address."""


@lru_cache(maxsize=64)
def _selector(path: str) -> Any:
    from dlt.common.jsonpath import compile_path

    return compile_path(path.removesuffix(".*") + "[*]" if path else "$[*]")


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value


def _token(response: requests.Response, cursor: Mapping[str, object]) -> str | None:
    if "cursor_path" not in cursor:
        return None
    found = value_at(response.json(), str(cursor["cursor_path"]))
    return None if found is None else str(found)


def _clock(response: requests.Response) -> datetime | None:
    with suppress(ValueError, TypeError, KeyError):
        return parsedate_to_datetime(response.headers["Date"]).astimezone(UTC).replace(tzinfo=None)
    return None


__all__ = ["CrmRefusal", "Page", "Pages"]
