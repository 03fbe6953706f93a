"""A line to a CRM is opened: with its secrets, and by its way of logging in."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from leadlight.adapters.crm.credentials import read_secrets
from leadlight.crm.declaration import Declaration
from leadlight.facts.crm_line import CrmFault
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.adapters.crm.line import RestLine


def open_line(declaration: Declaration, connection: str, url: str) -> RestLine:
    """A line to a CRM. Raises `CannotDo` where a secret or a package is missing."""
    must_be_safe(url)
    secrets = read_secrets(connection, declaration.auth)
    try:
        from leadlight.adapters.crm.http_session import CrmSession
        from leadlight.adapters.crm.line import RestLine

        if declaration.auth.login == "salesforce":
            secrets = {"token": _log_in_to_salesforce(url, secrets)}
        session = CrmSession(declaration.title, url, declaration.auth, secrets, declaration.rate)
        return RestLine(declaration, session, url)
    except ImportError as fault:
        raise CrmFault(
            "Connecting a CRM needs an extra: pip install 'leadlight[crm]'.",
            "package",
            field="connection",
        ) from fault


def must_be_safe(url: str) -> None:
    """Raises `CannotDo` where a secret would go over the network in the open."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise CannotDo(
            f"{url!r} is not the address of a CRM. Write it like https://crm.example.", field="url"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        raise CannotDo("The address of a CRM must begin with https://.", field="url")


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _log_in_to_salesforce(url: str, secrets: Mapping[str, str]) -> str:
    """A session of Salesforce, by the client credentials of a connected app."""
    import requests
    from simple_salesforce.exceptions import SalesforceError
    from simple_salesforce.login import SalesforceLogin

    if "token" in secrets:
        return secrets["token"]
    domain = str(urlsplit(url).hostname).removesuffix(".salesforce.com")
    try:
        token, _ = SalesforceLogin(
            consumer_key=secrets["consumer_key"],
            consumer_secret=secrets["consumer_secret"],
            domain=domain,
            session=requests.Session(),
        )
    except (SalesforceError, requests.RequestException) as fault:
        raise CrmFault(
            "Salesforce does not let this connected app in. Check its key, its secret and that it"
            " may use the client credentials flow.",
            "token",
            field="connection",
        ) from fault
    return str(token)
