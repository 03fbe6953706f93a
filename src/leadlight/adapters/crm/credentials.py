"""Secrets of connections: from the environment, else from the keyring of this computer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from types import ModuleType

from leadlight.crm.declaration import Auth
from leadlight.facts.crm_line import CrmFault
from leadlight.problems import CannotDo

_SERVICE = "leadlight"


def variable_of(connection: str, secret: str) -> str:
    """The variable of the environment that holds a secret."""
    return f"{connection}_{secret}".upper().replace("-", "_")


def read_secrets(connection: str, auth: Auth) -> Mapping[str, str]:
    """The secrets of a connection. Raises `CannotDo` where one is missing that is needed."""
    refresh = sorted(v.strip("{}") for v in auth.refresh_form.values() if v.startswith("{"))
    every = dict.fromkeys((*auth.secrets, *refresh, "token"))
    found = {n: v for n in every if (v := _find(connection, n))}
    missing = [n for n in auth.secrets if n not in found]
    may_refresh = bool(refresh) and all(n in found for n in refresh)
    if missing and "token" not in found and not (missing == ["token"] and may_refresh):
        names = " and ".join(variable_of(connection, n) for n in missing)
        raise CrmFault(
            f"There is no secret for {connection}. Set {names} in the environment, or keep it in"
            " the keyring of this computer: connect again with --keep-secret.",
            "secret",
            field="connection",
        )
    return found


def keep_secret(connection: str, secret: str, value: str) -> None:
    """Keep a secret in the keyring."""
    try:
        _key_store().set_password(_SERVICE, f"{connection}/{secret}", value)
    except CannotDo:
        raise
    except Exception as fault:
        raise CannotDo(
            "The keyring of this computer cannot be used. Set the secret as"
            f" {variable_of(connection, secret)} in the environment instead.",
            field="connection",
        ) from fault


def drop_secrets(connection: str, auth: Auth) -> None:
    """Take the secrets of a connection out of the keyring, where they are in it."""
    for name in {*auth.secrets, *(v.strip("{}") for v in auth.refresh_form.values())}:
        with suppress(Exception):  # there is no keyring, or the secret is not in it
            _key_store().delete_password(_SERVICE, f"{connection}/{name}")


def _find(connection: str, secret: str) -> str | None:
    if value := os.environ.get(variable_of(connection, secret), "").strip():
        return value
    with suppress(Exception):  # a computer without a keyring has none of its secrets
        kept = _key_store().get_password(_SERVICE, f"{connection}/{secret}")
        return None if kept is None else str(kept)
    return None


def _key_store() -> ModuleType:
    try:
        import keyring
    except ImportError as fault:
        raise CannotDo(
            "Keeping secrets in the keyring needs an extra: pip install 'leadlight[crm]'.",
            field="connection",
        ) from fault
    return keyring
