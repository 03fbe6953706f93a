"""Where an endpoint may lie: a web address that holds no secret, or the name of a variable that
holds one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from leadlight.facts.deliveries import EndpointKind
from leadlight.problems import CannotDo

LONGEST = 2_000
#: Ports of databases and the like, which nobody takes webhooks on.
_SERVICES = frozenset(
    {
        *(1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 5432, 5672, 5900, 5984, 6000, 6379),
        *(6443, 8500, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 27017, 50070),
    }
)
_VARIABLE = re.compile(r"env:[A-Z_][A-Z0-9_]{0,99}", re.ASCII)
#: Services whose web addresses are secrets themselves.
_SECRET_HOSTS = (
    "hooks.slack.com",
    "discord.com",
    "discordapp.com",
    "webhook.office.com",
    "outlook.office.com",
    "logic.azure.com",
    "api.telegram.org",
    "chat.googleapis.com",
)


def is_variable(target: str) -> bool:
    """Whether a target names a variable of the environment."""
    return target.startswith("env:")


def url_fault(url: str) -> str | None:
    """What is wrong with a web address that is to be told of transitions; None when nothing is."""
    if len(url) > LONGEST or not url.isprintable() or any(c in url for c in ' \\"<>^`{|}'):
        return "it is too long, or has characters that no web address has"
    try:
        parts = urlsplit(url)
        usual = 443 if parts.scheme == "https" else 80
        port = usual if parts.port is None else parts.port
        host = parts.hostname
    except ValueError:
        return "it cannot be read"
    if parts.scheme not in ("http", "https") or not host:
        return "it does not begin with https:// or http:// and a host"
    if "@" in parts.netloc:
        return "it holds a name or a password"
    if parts.fragment:
        return "what follows # is never sent"
    if (port < 1024 and port not in (80, 443)) or port in _SERVICES:
        return f"port {port} is not one of the web"
    return None


def check_target(target: str, kind: EndpointKind | None) -> tuple[str, EndpointKind]:
    """A target as it is kept, and its kind. Raises `CannotDo` for one that cannot be reached, or
    that holds a secret.
    """
    target = target.strip()
    if is_variable(target):
        if not _VARIABLE.fullmatch(target):
            raise CannotDo("A variable is named like env:SLACK_URL.", field="target")
        return target, kind or "apprise"
    scheme = _scheme(target)
    if kind == "apprise" or scheme not in ("http", "https"):
        raise CannotDo(
            "An address of Slack, Teams, Telegram or e-mail holds a token, which the ledger must"
            " not keep. Put it into a variable of the server's environment, and name that:"
            " env:SLACK_URL.",
            field="target",
        )
    fault = url_fault(target)
    if fault is not None:
        raise CannotDo(f"This address cannot be told of transitions: {fault}.", field="target")
    host = (urlsplit(target).hostname or "").lower()
    if any(host == known or host.endswith(f".{known}") for known in _SECRET_HOSTS):
        raise CannotDo(
            f"Whoever knows such an address of {host} can post there, so the ledger must not keep"
            " it. Put it into a variable of the server's environment, and name that: env:CHAT_URL.",
            field="target",
        )
    return target, "webhook"


def _scheme(target: str) -> str:
    """What an address begins with; nothing where that is no scheme."""
    return target.partition("://")[0].lower() if "://" in target else ""
